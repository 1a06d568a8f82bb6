"""Searching the decks: words in either language, ranked.

A word matches where its parts stand one behind the other: `CLOSE_WAIT` is `close` before `wait`, 粘包 is 粘 before 包.
Every Chinese character is a part of its own, since nothing separates words there; the last part of other words may go
on (`retrans` finds retransmission). Cards with all the words come first; only where there are none, those with some.
Rank is SQLite's bm25 over four columns: what the card is about, what is asked, what is answered, everything else.
"""

import re
from dataclasses import fields
from typing import Any

from prep.cards.card import Card, Cite, Generate, Option, Proof, Text

TABLES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(about, asked, answered, rest, tokenize = 'unicode61')",
    "CREATE TABLE IF NOT EXISTS found_of (last INTEGER, cards INTEGER) STRICT",  # the state of the cards it holds
)
WEIGHTS = "8.0, 4.0, 2.0, 1.0"
PART = re.compile(r"[一-鿿㐀-䶿]|[^\W_一-鿿㐀-䶿]+")
LONGEST = 300  # characters of a query; more is no question
WINDOW = 90  # characters of a snippet


def parts(text: str) -> list[str]:
    return PART.findall(text.casefold())


def columns(card: Card, title: Text) -> tuple[str, str, str, str]:
    """What is searched of a card, each column as its parts, in both languages."""
    about = [card.id, *card.tags]
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
    return tuple(" ".join(parts(" ".join(texts))) for texts in (about, _said(card.q), answered, rest))  # type: ignore[return-value]


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
    wanted = [re.escape(part) for word in words for part in parts(word)]
    texts = [text.say(lang) for text in _texts([getattr(card, field.name) for field in fields(card)])]
    for text in texts:
        line = " ".join(text.split())
        if wanted and (
            found := re.search(r"[\W_]*".join(wanted), line, re.I) or re.search("|".join(wanted), line, re.I)
        ):
            start = max(0, found.start() - WINDOW // 3)
            return ("…" if start else "") + line[start : start + WINDOW] + ("…" if start + WINDOW < len(line) else "")
    return " ".join(card.q.say(lang).split())[:WINDOW]


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
