"""Searching the decks: words in either language, ranked.

A word matches where its parts stand one behind the other: `CLOSE_WAIT` is `close` before `wait`, 粘包 is 粘 before 包.
Every Chinese character is a part of its own, since nothing separates words there; the last part of other words may go
on (`retrans` finds retransmission). Digits and letters are parts of their own: `40ms` is 40 before ms, `rfc9293` is
what `RFC 9293` is. An identifier stands in the index without its joints too (`closewait`). Cards with all the words
come first; only where there are none, those with some. Rank is SQLite's bm25 over four columns: what the
card is about, what is asked, what is answered, everything else; the card whose id was typed goes before all.
"""

import re
from dataclasses import fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from prep.cards.card import Card, Cite, Cloze, Generate, Option, Proof, Text
from prep.cards.grading import blanked
from prep.cards.packed import unpack

if TYPE_CHECKING:
    from prep.cards.index import Index

TABLES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(about, asked, answered, rest, tokenize = 'unicode61')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS term USING fts5vocab(found, row)",  # every word of it
    "CREATE TABLE IF NOT EXISTS found_of (last INTEGER, cards INTEGER) STRICT",  # the state of the cards it holds
)
WEIGHTS = "8.0, 4.0, 2.0, 1.0"
PART = re.compile(r"[一-鿿㐀-䶿]|\d+|[^\W\d_一-鿿㐀-䶿]+")
JOINED = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)+")
LONGEST = 300  # characters of a query; more is no question
WINDOW = 90  # characters of a snippet
PIECE = re.compile(r"[一-鿿㐀-䶿][，。、；：？！）》”]*|[^\s一-鿿㐀-䶿]+")  # between them a text may be cut
# A word that no card holds: how near a known one must be, how long both may be, how many known ones are looked at.
NEAR, SHORTEST_WORD, LONGEST_WORD, MOST_TERMS = 0.7, 3, 40, 20_000


class Hits(NamedTuple):
    """The best cards, and how many there are in all."""

    cards: list[Card]
    total: int


def search(index: "Index", words: list[str], limit: int) -> Hits:
    """The cards that hold the words, best first."""
    _take_in(index)
    name = " ".join(words)[:LONGEST].strip().lower().encode("ascii", "replace").decode()
    for query in queries(words):
        [(total,)] = index.ask("SELECT count(*) FROM found WHERE found MATCH ?", [query])
        if total:
            rows = index.ask(
                f"""SELECT body.card FROM found JOIN card ON card.key = found.rowid JOIN body ON body.key = found.rowid
                    WHERE found MATCH ? ORDER BY lower(card.id) != ?, bm25(found, {WEIGHTS}), found.rowid LIMIT ?""",
                [query, name, limit],
            )
            return Hits([unpack(row[0]) for row in rows], total)
    return Hits([], 0)


def meant(index: "Index", words: list[str]) -> str | None:
    """For words that no card holds, the closest ones that cards hold; None where none is close. What is close begins
    with the same letter, which bounds the search."""
    _take_in(index)
    typed = ["".join(parts(word)) for word in " ".join(words)[:LONGEST].split()]
    return " ".join(close for word in typed if (close := _closest(index, word))) or None


def _closest(index: "Index", word: str) -> str | None:
    if not (SHORTEST_WORD <= len(word) <= LONGEST_WORD and word.isascii()):
        return None
    known = index.ask(
        "SELECT term FROM term WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ? LIMIT ?",
        [word[0], chr(ord(word[0]) + 1), len(word) - 2, len(word) + 2, MOST_TERMS],
    )
    return next(iter(get_close_matches(word, [row[0] for row in known], n=1, cutoff=NEAR)), None)


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
        """SELECT key, body.card FROM card JOIN body USING (key)
           WHERE live = 1 AND key NOT IN (SELECT rowid FROM found)"""
    )
    index.db.execute("BEGIN")
    for key, packed in fresh:
        card = unpack(packed)
        values = (key, *columns(card, titles[card.deck]))
        index.db.execute("INSERT INTO found (rowid, about, asked, answered, rest) VALUES (?,?,?,?,?)", values)
    index.db.execute("DELETE FROM found_of")
    index.db.execute("INSERT INTO found_of VALUES (?,?)", now[0])
    index.db.execute("COMMIT")


def parts(text: str) -> list[str]:
    return PART.findall(text.casefold())


def columns(card: Card, title: Text) -> tuple[str, str, str, str]:
    """What is searched of a card, each column as its parts, in both languages."""
    about = [*parts(card.id), *card.tags]
    answered = [
        *_said(card.a),
        *_said(card.points),
        *_said(getattr(card, "order", ())),
        *_said(getattr(card, "pairs", ())),
    ]
    rest = [
        card.deck,
        *_said(title),
        *_said(card.wrong),
        *_said(getattr(card, "choices", ())),
        *_said(card.hint),
        *map(str, card.cite),
    ]
    return tuple(_searched(" ".join(texts)) for texts in (about, _said(card.q), answered, rest))  # type: ignore[return-value]


def _searched(text: str) -> str:
    """
    >>> _searched("In CLOSE_WAIT.")
    'in close wait closewait'
    """
    whole = dict.fromkeys(" ".join(parts(re.sub("[_-]", "", name))) for name in JOINED.findall(text))
    return " ".join([*parts(text), *whole])


def queries(words: list[str]) -> list[str]:
    """The FTS5 queries to try, one after the other; none for words without a letter or digit."""
    phrases = [phrase for word in " ".join(words)[:LONGEST].split() if (phrase := _phrase(word))]
    return [" ".join(phrases), " OR ".join(phrases)][: len(phrases)]


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
    """The text of the card around the first place where a word stands; its question where none does."""
    wanted = ["[_-]?".join(part) for part in parts(" ".join(words)[:LONGEST])]
    texts = [text.say(lang) for text in _texts([getattr(card, field.name) for field in fields(card)])]
    asked = card.q.say(lang)
    lines = [" ".join((blanked(text) if text == asked and isinstance(card, Cloze) else text).split()) for text in texts]
    for line in lines if wanted else []:
        if found := re.search(r"[\W_]*".join(wanted), line, re.I) or re.search("|".join(wanted), line, re.I):
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
