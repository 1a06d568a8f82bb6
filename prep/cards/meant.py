"""What a word was meant to be that no card holds."""

import re
from collections import Counter
from typing import TYPE_CHECKING

from prep.cards.searched import SMALL, WEIGHTS, han, phrase

if TYPE_CHECKING:
    from prep.cards.index import Index

# A word that no card holds: how near a known one must be that is more than one slip away, how long both may be, how
# many known ones are looked at; how many signs a Chinese one may have, how many cards are looked at.
NEAR, SHORTEST_WORD, LONGEST_WORD, MOST_TERMS = 0.7, 3, 40, 20_000
LONGEST_CHINESE, MOST_CARDS = 12, 1000
SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789"


def closest(index: "Index", word: str) -> str | None:
    if han(word[0]):
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
        rest = " ".join(phrase(piece) for piece in (word[:at], word[at + 1 :]) if piece)
        wanted = re.compile(" ".join([*word[:at], r"(\S)", *word[at + 1 :]]))
        for row in index.ask(
            "SELECT about, asked, answered, title, rest FROM found WHERE found MATCH ? LIMIT ?", [rest, MOST_CARDS]
        ):
            for column, weight in zip(row, WEIGHTS, strict=True):
                for sign in filter(han, set(wanted.findall(column)).difference(SMALL)):
                    weighed[word[:at] + sign + word[at + 1 :]] += weight
    return max(weighed, key=lambda near: weighed[near], default=None)
