"""Searching the decks: words in either language, ranked.

A word matches where its parts stand one behind the other: `CLOSE_WAIT` is `close` before `wait`, 粘包 is 粘 before 包.
Every Chinese character is a part of its own, since nothing separates words there; the last part of other words may go
on (`retrans` finds retransmission). Digits and letters are parts of their own: `40ms` is 40 before ms, `rfc9293` is
what `RFC 9293` is. An identifier stands in the index without its joints too (`closewait`). Width makes no difference.

A word ends where the script changes (`TCP粘包` is two), and what only makes a question of it (是什么, 区别) is left
out. Found are the cards with all words. Only where there are none, a word that stands nowhere falls back to what it is
made of: one with signs in it to what stands between them, a Chinese one to what stands between fillers, in the end to
its pairs of characters; found are then the cards that hold the most of these, and what no card holds is told.

Rank is SQLite's bm25 over five columns: what the card is about, what is asked, what is answered, the title of its
deck, everything else. Written cards go before made ones of like rank, and the card whose id was typed before all.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import normalize

from prep.cards.card import Card, Cite, Cloze, Generate, Numeric, Option, Proof, Text
from prep.cards.grading import blanked
from prep.cards.packed import unpack

if TYPE_CHECKING:
    from prep.cards.index import Index

TABLES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(about, asked, answered, title, rest, tokenize = 'unicode61')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS term USING fts5vocab(found, row)",  # every word of it
    "CREATE TABLE IF NOT EXISTS made (key INTEGER PRIMARY KEY) STRICT",  # drills, cards from a table
    "CREATE TABLE IF NOT EXISTS found_of (last INTEGER, cards INTEGER) STRICT",  # the state of the cards it holds
)
WEIGHTS = (8, 4, 2, 3, 1)
MADE = 0.5  # what the rank of a made card is worth
HAN = "㐀-鿿"  # with the hexagrams between two blocks, which nobody searches
PART = re.compile(rf"[{HAN}]|\d+|[^\W\d_{HAN}]+")
SMALL = "的和与是有吗呢"
FILLER = re.compile(f"(?:为?什么|为何|怎么|怎样|如何|哪些|区别|原理|[{SMALL}])+")
JOINED = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)+")
LONGEST = 300  # characters of a query; more is no question
WINDOW = 90  # characters of a snippet
PIECE = re.compile(rf"[{HAN}][，。、；：？！）》”]*|[^\s{HAN}]+")  # between them a text may be cut
# A word that no card holds: how near a known one must be that is more than one slip away, how long both may be, how
# many known ones are looked at; how many signs a Chinese one may have, how many cards are looked at.
NEAR, SHORTEST_WORD, LONGEST_WORD, MOST_TERMS = 0.7, 3, 40, 20_000
LONGEST_CHINESE, MOST_CARDS = 12, 1000
SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Hits(NamedTuple):
    """The best cards, how many there are in all, and the words that no card holds."""

    cards: list[Card]
    total: int
    missing: tuple[str, ...] = ()


def search(index: "Index", words: list[str], limit: int) -> Hits:
    """The cards that hold the words, best first."""
    _take_in(index)
    wanted = typed(words)
    every = " ".join(map(_phrase, wanted))
    [(total,)] = index.ask("SELECT count(*) FROM found WHERE found MATCH ?", [every]) if wanted else [(0,)]
    if total:
        return Hits(_ranked(index, words, every, limit), total)
    known = _known(index, wanted)
    missing = tuple(dict.fromkeys(word for word, held in known if held != [word]))
    phrases = list(dict.fromkeys(_phrase(piece) for _, held in known for piece in held))
    holds = Counter(key for phrase in phrases for key in _keys(index, phrase))
    top = max(holds.values(), default=0)
    most = [key for key, count in holds.items() if count == top]
    cards = _ranked(index, words, " OR ".join(phrases), limit, most) if most else []
    return Hits(cards, len(most), missing)


def _ranked(index: "Index", words: list[str], query: str, limit: int, among: Iterable[int] | None = None) -> list[Card]:
    name = _plain(words).strip().lower().encode("ascii", "replace").decode()
    chosen = "" if among is None else f"AND +found.rowid IN ({','.join(map(str, among))})"
    rows = index.ask(
        f"""SELECT body.card FROM found JOIN card ON card.key = found.rowid JOIN body ON body.key = found.rowid
            WHERE found MATCH ? {chosen} ORDER BY lower(card.id) != ?,
            bm25(found, {", ".join(map(str, WEIGHTS))}) * iif(found.rowid IN made, {MADE}, 1), found.rowid LIMIT ?""",
        [query, name, limit],
    )
    return [unpack(row[0]) for row in rows]


def _keys(index: "Index", phrase: str, most: int = -1) -> list[int]:
    """The cards that hold a phrase, all or so many."""
    return [key for (key,) in index.ask("SELECT rowid FROM found WHERE found MATCH ? LIMIT ?", [phrase, most])]


def _known(index: "Index", words: list[str]) -> list[tuple[str, list[str]]]:
    """Words, taken apart as far as cards hold them, each with what cards hold of it: itself, or only some of its pairs
    of characters, or nothing."""
    known: list[tuple[str, list[str]]] = []
    for word in words:
        if _keys(index, _phrase(word), 1):
            known.append((word, [word]))
        elif (pieces := _pieces(word)) != [word]:
            known += _known(index, pieces)
        else:
            pairs = ["".join(pair) for pair in pairwise(word)] if _han(word[0]) else []
            known.append((word, [pair for pair in pairs if _keys(index, _phrase(pair), 1)]))
    return known


def _pieces(word: str) -> list[str]:
    """
    >>> _pieces("http:404"), _pieces("什么是粘包"), _pieces("粘包")
    (['http', '404'], ['粘包'], ['粘包'])
    """
    return re.findall(r"[^\W_]+", FILLER.sub(" ", word)) or [word]


def meant(index: "Index", words: list[str]) -> str | None:
    """The words, with the closest one that cards hold in the place of each that no card holds; None where none is
    close."""
    _take_in(index)
    known = _known(index, typed(words))
    close = {word: _closest(index, word) for word, held in known if held != [word]}
    return " ".join(filter(None, (close.get(word, word) for word, _ in known))) if any(close.values()) else None


def _closest(index: "Index", word: str) -> str | None:
    if _han(word[0]):
        return _closest_chinese(index, word)
    word = word.casefold()
    if not (SHORTEST_WORD <= len(word) <= LONGEST_WORD and word.isascii()):
        return None
    return _one_slip_away(index, word) or _similar(index, word)


def _one_slip_away(index: "Index", word: str) -> str | None:
    """The word with two neighbours swapped or one sign left out, added or mistaken. Who mistypes rarely loses a letter
    that he typed, so the first two go before the others; among equals the word of most cards."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    kept = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1} | {a + c + b for a, b in cuts for c in SIGNS}
    lost = {a + c + b[1:] for a, b in cuts if b for c in ("", *SIGNS)}
    for slips in (kept, lost):
        marks = ",".join("?" * len(slips))
        if rows := index.ask(f"SELECT term FROM term WHERE term IN ({marks}) ORDER BY doc DESC, term LIMIT 1", slips):
            return str(rows[0][0])
    return None


def _similar(index: "Index", word: str) -> str | None:
    """The most similar word that begins with the same letter, which bounds the search."""
    from difflib import get_close_matches

    known = index.ask(
        "SELECT term FROM term WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ? LIMIT ?",
        [word[0], chr(ord(word[0]) + 1), len(word) - 2, len(word) + 2, MOST_TERMS],
    )
    return next(iter(get_close_matches(word, [row[0] for row in known], n=1, cutoff=NEAR)), None)


def _closest_chinese(index: "Index", word: str) -> str | None:
    """The word with one character mistaken: that which stands most, and in the columns that weigh most."""
    if not 2 <= len(word) <= LONGEST_CHINESE:
        return None
    weighed: Counter[str] = Counter()
    for at in range(len(word)):
        rest = " ".join(_phrase(piece) for piece in (word[:at], word[at + 1 :]) if piece)
        wanted = re.compile(" ".join([*word[:at], r"(\S)", *word[at + 1 :]]))
        for row in index.ask(
            "SELECT about, asked, answered, title, rest FROM found WHERE found MATCH ? LIMIT ?", [rest, MOST_CARDS]
        ):
            for column, weight in zip(row, WEIGHTS, strict=True):
                for sign in filter(_han, set(wanted.findall(column)).difference(SMALL)):
                    weighed[word[:at] + sign + word[at + 1 :]] += weight
    return max(weighed, key=lambda near: weighed[near], default=None)


def _take_in(index: "Index") -> None:
    """Brings the searched words to what the cards say now, so that only who searches pays for it. Keys are never used
    twice, so the last key given out and the number of cards tell whether anything has changed since."""
    for table in TABLES:
        index.ask(table)
    now = index.ask("SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'card'), count(*) FROM card")
    if index.ask("SELECT last, cards FROM found_of") == now:
        return
    titles = {deck.id: deck.title for deck in index.decks()}
    index.ask("DELETE FROM found WHERE rowid NOT IN (SELECT key FROM card WHERE live = 1)")
    fresh = index.ask(
        """SELECT key, file, body.card FROM card JOIN body USING (key)
           WHERE live = 1 AND key NOT IN (SELECT rowid FROM found)"""
    )
    index.db.execute("BEGIN")
    for key, file, packed in fresh:
        card = unpack(packed)
        values = (key, *columns(card, titles[card.deck]))
        index.db.execute("INSERT INTO found (rowid, about, asked, answered, title, rest) VALUES (?,?,?,?,?,?)", values)
        if isinstance(card, Numeric) or file.endswith(".py"):
            index.db.execute("INSERT OR IGNORE INTO made VALUES (?)", [key])
    index.db.execute("DELETE FROM found_of")
    index.db.execute("INSERT INTO found_of VALUES (?,?)", now[0])
    index.db.execute("COMMIT")


def parts(text: str) -> list[str]:
    return PART.findall(normalize("NFKC", text).casefold())


def columns(card: Card, title: Text) -> tuple[str, str, str, str, str]:
    """What is searched of a card, each column as its parts, in both languages."""
    about = [*parts(card.id), *card.tags]
    answered = _said((card.a, card.points, getattr(card, "order", ()), getattr(card, "pairs", ())))
    rest = [card.deck, *_said((card.wrong, getattr(card, "choices", ()), card.hint)), *map(str, card.cite)]
    return tuple(_searched(" ".join(texts)) for texts in (about, _said(card.q), answered, _said(title), rest))  # type: ignore[return-value]


def _searched(text: str) -> str:
    """
    >>> _searched("In CLOSE_WAIT.")
    'in close wait closewait'
    """
    whole = dict.fromkeys(" ".join(parts(re.sub("[_-]", "", name))) for name in JOINED.findall(text))
    return " ".join([*parts(text), *whole])


def typed(words: list[str]) -> list[str]:
    """The words of a query, without the fillers of a question where there are others.

    >>> typed(["TCP和UDP的区别"]), typed(["TIME_WAIT状态"]), typed(["？"])
    (['TCP', 'UDP'], ['TIME_WAIT', '状态'], [])
    """
    pieces = _plain(words).replace("、", " ").replace("。", " ").split()
    runs = ["".join(run) for piece in pieces for _, run in groupby(piece, _han)]
    found = [run for run in runs if PART.search(run)]
    return [word for word in found if not FILLER.fullmatch(word)] or found


def _han(sign: str) -> bool:
    return HAN[0] <= sign <= HAN[-1]


def _plain(words: list[str]) -> str:
    return normalize("NFKC", " ".join(words)[:LONGEST])[:LONGEST]


def _phrase(word: str) -> str:
    """
    >>> _phrase("CLOSE_WAIT"), _phrase("粘包"), _phrase("?")
    ('"close wait" *', '"粘 包"', '')
    """
    found = parts(word)
    if not found:
        return ""
    open_end = " *" if found[-1].isascii() and len(found[-1]) > 1 else ""
    return f'"{" ".join(found)}"{open_end}'


def snippet(card: Card, words: list[str], lang: str) -> str:
    """The text of the card around the first place where a word stands, or else a part of one; its question where none
    does."""
    wanted = [["[_-]?".join(part) for part in parts(word)] for word in typed(words)]
    whole = "|".join(r"[\W_]*".join(word) for word in wanted)
    some = "|".join(part for word in wanted for part in word)
    texts = [text.say(lang) for text in _texts([getattr(card, field.name) for field in fields(card)])]
    asked = card.q.say(lang)
    lines = [" ".join((blanked(text) if text == asked and isinstance(card, Cloze) else text).split()) for text in texts]
    for pattern in (whole, some) if wanted else ():
        for line in lines:
            if found := re.search(pattern, line, re.I):
                return _window(line, found.start())
    return _window(lines[0], 0)


def _window(line: str, place: int) -> str:
    """WINDOW characters around a place, cut between words, with … where something is missing."""
    if len(line) <= WINDOW:
        return line
    pieces = [piece.span() for piece in PIECE.finditer(line)]
    least = max(0, place - WINDOW // 3)
    start = next((at for at, _ in pieces if least <= at <= place), least)
    end = max((end for _, end in pieces if place < end <= start + WINDOW), default=start + WINDOW)
    return ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")


def _said(value: Any) -> list[str]:
    return [said for text in _texts(value) for said in (text.en, text.zh) if said]


def _texts(value: Any) -> list[Text]:
    """All texts in a value, however deep."""
    match value:
        case Text():
            return [value]
        case Option():
            return [value.text, *([value.why] if value.why else [])]
        case Cite() | Proof() | Generate():
            return []
        case tuple() | list():
            return [text for one in value for text in _texts(one)]
    return []
