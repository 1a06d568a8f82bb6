"""The words of all cards, as tables beside the index, so that only who searches pays for them.

A text is its parts, one behind the other: runs of letters, runs of digits, Chinese characters one by one, since nothing
separates words there. Width makes no difference. An identifier stands there without its joints too (`closewait`).
"""

import re
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from prep.cards.card import Card, Cite, Generate, Numeric, Option, Proof, Text
from prep.cards.packed import unpack

if TYPE_CHECKING:
    from prep.cards.index import Index

TABLES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(about, asked, answered, title, rest, tokenize = 'unicode61')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS term USING fts5vocab(found, row)",  # every word of it
    "CREATE TABLE IF NOT EXISTS made (key INTEGER PRIMARY KEY) STRICT",  # drills, cards from a table
    "CREATE TABLE IF NOT EXISTS found_of (last INTEGER, cards INTEGER) STRICT",  # the state of the cards it holds
)
WEIGHTS = (8, 4, 2, 3, 1)  # of the columns of `found`
STATE = "SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'card'), count(*) FROM card"
HAN = "㐀-鿿"  # with the hexagrams between two blocks, which nobody searches
SMALL = "的和与是有吗呢"  # characters that stand between words
PART = re.compile(rf"[{HAN}]|\d+|[^\W\d_{HAN}]+")
JOINED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]++(?:[_-][A-Za-z0-9]++)+")


def parts(text: str) -> list[str]:
    return PART.findall(normalize("NFKC", text).casefold())


def han(sign: str) -> bool:
    return HAN[0] <= sign <= HAN[-1]


def phrase(word: str) -> str:
    """
    >>> phrase("CLOSE_WAIT"), phrase("粘包"), phrase("?")
    ('"close wait" *', '"粘 包"', '')
    """
    found = parts(word)
    if not found:
        return ""
    open_end = " *" if found[-1].isascii() and len(found[-1]) > 1 else ""
    return f'"{" ".join(found)}"{open_end}'


def take_in(index: "Index") -> None:
    """Brings the searched words to what the cards say now, so that only who searches pays for it. Who has to wait for
    another search that does the same finds it done."""
    if _taken_in(index):
        return
    index.ask("BEGIN IMMEDIATE")
    if not _taken_in(index):
        _take_anew(index)
    index.ask("COMMIT")


def _taken_in(index: "Index") -> bool:
    """Whether the words are those of the cards. Keys are never used twice, so the last key given out and the number of
    cards tell whether anything has changed since."""
    made = index.ask("SELECT 1 FROM sqlite_master WHERE name = 'found_of'")
    return bool(made) and bool(index.ask("SELECT last, cards FROM found_of") == index.ask(STATE))


def _take_anew(index: "Index") -> None:
    for table in TABLES:
        index.ask(table)
    titles = {deck.id: deck.title for deck in index.decks()}
    index.ask("DELETE FROM found WHERE rowid NOT IN (SELECT key FROM card WHERE live = 1)")
    fresh = index.ask(
        """SELECT key, file, body.card FROM card JOIN body USING (key)
           WHERE live = 1 AND key NOT IN (SELECT rowid FROM found)"""
    )
    for key, file, packed in fresh:
        card = unpack(packed)
        values = (key, *columns(card, titles[card.deck]))
        index.ask("INSERT INTO found (rowid, about, asked, answered, title, rest) VALUES (?,?,?,?,?,?)", values)
        if isinstance(card, Numeric) or file.endswith(".py"):
            index.ask("INSERT OR IGNORE INTO made VALUES (?)", [key])
    index.ask("DELETE FROM found_of")
    index.ask(f"INSERT INTO found_of {STATE}")


def columns(card: Card, title: Text) -> tuple[str, str, str, str, str]:
    """What is searched of a card, each column as its parts, in both languages."""
    about = [*parts(card.id), *card.tags]
    answered = _said((card.a, card.points, getattr(card, "order", ()), getattr(card, "pairs", ())))
    rest = [card.deck, *_said((card.wrong, getattr(card, "choices", ()), card.hint)), *map(str, card.cite)]
    return tuple(_searched(" ".join(column)) for column in (about, _said(card.q), answered, _said(title), rest))  # type: ignore[return-value]


def _searched(text: str) -> str:
    """
    >>> _searched("In CLOSE_WAIT.")
    'in close wait closewait'
    """
    whole = dict.fromkeys(" ".join(parts(re.sub("[_-]", "", name))) for name in JOINED.findall(text))
    return " ".join([*parts(text), *whole])


def _said(value: Any) -> list[str]:
    return [said for text in texts(value) for said in (text.en, text.zh) if said]


def texts(value: Any) -> list[Text]:
    """All texts in a value, however deep."""
    match value:
        case Text():
            return [value]
        case Option():
            return [value.text, *([value.why] if value.why else [])]
        case Cite() | Proof() | Generate():
            return []
        case tuple() | list():
            return [text for one in value for text in texts(one)]
    return []
