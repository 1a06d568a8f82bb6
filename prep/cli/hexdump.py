"""Bytes for the eye: a hexdump with the boundaries of messages drawn in, and a message as text.

    0000  00 07 6d 73 67 2d 30 31 7c|00 07 6d 73 67 2d 30  ..msg-01|..msg-0
          ^^ ^^                      ^^ ^^

`|` stands where a message begins, `^^` under what the framing wrote. Without spans it is a plain hexdump. UTF-8 is
shown as text in both; what is none, or must not be shown, is a dot in the hexdump and an escape in the text.
"""

from collections.abc import Iterator, Sequence

from prep.cli.sticky_width import columns
from prep.net.framing.spans import Span
from prep.text import clip, visible, width

ACROSS, FEWER = 16, 8  # bytes a row, and in a narrow terminal
NARROW = 70  # columns


def dump(data: bytes, spans: Sequence[Span] = (), most: int | None = None, lang: str = "en") -> Iterator[str]:
    """At most so many rows, and how many bytes follow."""
    across = ACROSS if columns() >= NARROW else FEWER
    starts = {span.start for span in spans if span.start} | {spans[-1].end if spans else 0}
    marks = {at for span in spans for at in span.framing_bytes()}
    shown = len(data) if most is None else min(len(data), most * across)
    text = _characters(data[:shown])
    for start in range(0, shown, across):
        places = range(start, min(start + across, len(data)))
        cells = "".join(f"{'|' if at in starts and at else ' '}{data[at]:02x}" for at in places)
        yield f"{start:04x} {cells:{3 * across}}  {''.join(text[start : start + across])}"
        under = "".join(" ^^" if at in marks else "   " for at in places).rstrip()
        if under:
            yield f"{'':5}{under}"
    if rest := len(data) - shown:
        yield f"{'':5} … " + (f"还有 {rest} 字节" if lang == "zh" else f"{rest} more byte{'s' * (rest > 1)}")


def _characters(data: bytes) -> list[str]:
    """What stands for each byte: a character of several bytes at its first, and blanks to as many columns as bytes."""
    cells: list[str] = []
    for c in data.decode(errors="surrogateescape"):
        size, columns = len(c.encode(errors="surrogateescape")), width(c)
        plain = columns and c.isprintable() and visible(c) == c
        cells += [c, *[""] * (columns - 1), *[" "] * (size - columns)] if plain else ["."] * size
    return cells


def as_text(data: bytes, columns: int) -> str:
    r"""A message on one line of so many columns, its backslashes doubled.

    >>> print(as_text("中文\t\\".encode() + b"\xff", 40))
    中文\t\\\xff
    """
    head = data[: 8 * columns]  # marks that take no column would make a line of any length
    text = head.replace(b"\\", b"\\\\").decode(errors="backslashreplace")
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in visible(text))
    return clip(text + "…" * (len(head) < len(data)), columns)
