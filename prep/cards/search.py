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
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from prep.cards.card import Card, Cloze
from prep.cards.grading import blanked
from prep.cards.meant import closest
from prep.cards.packed import unpack
from prep.cards.searched import HAN, PART, SMALL, WEIGHTS, han, parts, phrase, take_in, texts

if TYPE_CHECKING:
    from prep.cards.index import Index

MADE = 0.5  # what the rank of a made card is worth
FILLER = re.compile(f"(?:为?什么|为何|怎么|怎样|如何|哪些|区别|原理|[{SMALL}])+")
LONGEST = 300  # characters of a query; more is no question
WINDOW = 90  # characters of a snippet
PIECE = re.compile(rf"[{HAN}][，。、；：？！）》”]*|[^\s{HAN}]+")  # between them a text may be cut


class Hits(NamedTuple):
    """The best cards, how many there are in all, and the words that no card holds."""

    cards: list[Card]
    total: int
    missing: tuple[str, ...] = ()


def search(index: "Index", words: list[str], limit: int) -> Hits:
    """The cards that hold the words, best first."""
    return index.firmly(lambda: _search(index, words, limit))


def _search(index: "Index", words: list[str], limit: int) -> Hits:
    take_in(index)
    wanted = typed(words)
    every = " ".join(map(phrase, wanted))
    [(total,)] = index.ask("SELECT count(*) FROM found WHERE found MATCH ?", [every]) if wanted else [(0,)]
    if total:
        return Hits(_ranked(index, words, every, limit), total)
    known = _known(index, wanted)
    missing = tuple(dict.fromkeys(word for word, held in known if held != [word]))
    phrases = list(dict.fromkeys(phrase(piece) for _, held in known for piece in held))
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
        if _keys(index, phrase(word), 1):
            known.append((word, [word]))
        elif (pieces := _pieces(word)) != [word]:
            known += _known(index, pieces)
        else:
            pairs = ["".join(pair) for pair in pairwise(word)] if han(word[0]) else []
            known.append((word, [pair for pair in pairs if _keys(index, phrase(pair), 1)]))
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
    return index.firmly(lambda: _meant(index, words))


def _meant(index: "Index", words: list[str]) -> str | None:
    take_in(index)
    known = _known(index, typed(words))
    close = {word: closest(index, word) for word, held in known if held != [word]}
    return " ".join(filter(None, (close.get(word, word) for word, _ in known))) if any(close.values()) else None


def typed(words: list[str]) -> list[str]:
    """The words of a query, without the fillers of a question where there are others.

    >>> typed(["TCP和UDP的区别"]), typed(["TIME_WAIT状态"]), typed(["？"])
    (['TCP', 'UDP'], ['TIME_WAIT', '状态'], [])
    """
    pieces = _plain(words).replace("、", " ").replace("。", " ").split()
    runs = ["".join(run) for piece in pieces for _, run in groupby(piece, han)]
    found = [run for run in runs if PART.search(run)]
    return [word for word in found if not FILLER.fullmatch(word)] or found


def _plain(words: list[str]) -> str:
    return normalize("NFKC", " ".join(words)[:LONGEST])[:LONGEST]


def snippet(card: Card, words: list[str], lang: str) -> str:
    """The text of the card around the first place where a word stands, or else a part of one; its question where none
    does."""
    wanted = [["[_-]?".join(part) for part in parts(word)] for word in typed(words)]
    whole = "|".join(r"[\W_]*".join(word) for word in wanted)
    some = "|".join(part for word in wanted for part in word)
    said = [text.say(lang) for text in texts([getattr(card, field.name) for field in fields(card)])]
    asked = card.q.say(lang)
    lines = [" ".join((blanked(text) if text == asked and isinstance(card, Cloze) else text).split()) for text in said]
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
