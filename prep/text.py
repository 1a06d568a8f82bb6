"""Text at the edge: what may be shown, how wide it is, where its lines break.

Text from a deck, an import or the network is hostile: control codes move the cursor or set the clipboard, bidi
overrides reorder what is read, zero-width characters hide. `visible` spells them out; `deck check` refuses them.
Chinese text is two columns a character wide (Unicode Annex 11) and breaks between any two of them, but never before
closing punctuation.
"""

import re
from typing import NamedTuple
from unicodedata import combining, east_asian_width

# C0 but tab and newline, C1, line and paragraph separators, interlinear marks, surrogates; and whatever Unicode calls
# Default_Ignorable_Code_Point: soft hyphen, joiners, bidi marks and overrides, fillers, invisible operators, BOM,
# shorthand and musical controls, tags and variation selectors (the one that colours an emoji among them).
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
NO_BREAK_BEFORE = frozenset("，。、；：？！）》」』】〕”’…—％,.;:?!)]}%")
NO_BREAK_AFTER = frozenset("（《「『【〔“‘([{")
BREAK_AFTER = frozenset("”—")


def visible(text: str) -> str:
    r"""The text with every control, bidi and zero-width character spelled out.

    >>> print(visible("a\x1b[2Jb\u202ec"))
    a\x1b[2Jb\u202ec
    """
    return HIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def storable(text: str) -> str:
    """The text with what UTF-8 cannot hold spelled out: surrogates, as in the name of a file that is not UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def width(text: str) -> int:
    """Terminal columns."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int) -> str:
    return text + " " * max(0, columns - width(text))


def clip(text: str, columns: int) -> str:
    """The text cut to so many columns, with an ellipsis where something is missing."""
    if width(text) <= columns:
        return text
    kept, used = "", 0
    for c in text:
        used += width(c)
        if used > columns - 1:
            break
        kept += c
    return kept + "…"


def clip_middle(text: str, columns: int) -> str:
    """The text cut to so many columns, what is missing taken from its middle.

    >>> clip_middle("/home/somebody/decks/mine.yaml:12", 20)
    '/home/someb…yaml:12'
    """
    if width(text) <= columns:
        return text
    tail = columns * 2 // 5
    return _head(text, columns - tail - 1) + "…" + _head(text[::-1], tail)[::-1]


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """Lines of at most so many columns; every line but the first begins with the indent.

    Line breaks in the text are kept. A word longer than a line is broken.
    """
    columns = max(columns, width(indent) + 4)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = start = indent if lines else ""
        for piece in _pieces(paragraph.rstrip()):
            if width(line) + width(piece.rstrip()) <= columns:
                line += piece
                continue
            if line[len(start) :].strip():
                lines.append(line.rstrip())
                start = indent
            line, piece = start, piece.lstrip()
            while width(piece.rstrip()) > columns - width(line):
                head = _head(piece, columns - width(line))
                lines.append((line + head).rstrip())
                line, piece = indent, piece[len(head) :].lstrip()
            line += piece
        lines.append(line.rstrip())
    return lines


def _pieces(paragraph: str) -> list[str]:
    """The paragraph cut where a line may break: behind blanks, around wide characters and Chinese quotations."""
    pieces: list[str] = []
    for c in paragraph:
        last = pieces[-1][-1] if pieces else ""
        quotes = last in BREAK_AFTER or (c in "“‘" and last in NO_BREAK_BEFORE)  # one column wide, though Chinese
        breakable = c != " " and (last == " " or ((_wide(c) or _wide(last) or quotes) and last not in NO_BREAK_AFTER))
        if not pieces or (breakable and c not in NO_BREAK_BEFORE):
            pieces.append(c)
        else:
            pieces[-1] += c
    return pieces


def _wide(c: str) -> bool:
    return bool(c) and not c.isascii() and east_asian_width(c) in "WF"


def _head(piece: str, columns: int) -> str:
    used = 0
    for at, c in enumerate(piece):
        used += width(c)
        if used > columns and at:
            return piece[:at]
    return piece


class Both(NamedTuple):
    """A sentence in both languages; they stand side by side in the source."""

    en: str
    zh: str

    def say(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en
