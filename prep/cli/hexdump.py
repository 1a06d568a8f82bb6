"""Bytes as a hexdump with the boundaries of messages drawn in.

    0000  00 07 6d 73 67 2d 30 31 7c|00 07 6d 73 67 2d 30  ..msg-01|..msg-0
          ^^ ^^                      ^^ ^^

`|` stands where a message begins, `^^` under what the framing wrote. Without spans it is a plain hexdump.
"""

from collections.abc import Iterator, Sequence

from prep.net.framing.spans import Span

ACROSS = 16


def dump(data: bytes, spans: Sequence[Span] = (), most: int | None = None) -> Iterator[str]:
    """At most so many rows of 16 bytes, and how many bytes follow."""
    starts = {span.start for span in spans if span.start} | {spans[-1].end if spans else 0}
    marks = {at for span in spans for at in span.framing_bytes()}
    shown = len(data) if most is None else min(len(data), most * ACROSS)
    for start in range(0, shown, ACROSS):
        places = range(start, min(start + ACROSS, len(data)))
        cells = "".join(f"{'|' if at in starts and at else ' '}{data[at]:02x}" for at in places)
        yield f"{start:04x} {cells:{3 * ACROSS}}  {''.join(_char(data[at]) for at in places)}"
        under = "".join(" ^^" if at in marks else "   " for at in places).rstrip()
        if under:
            yield f"{'':5}{under}"
    if shown < len(data):
        yield f"{'':5} … {len(data) - shown} more bytes"


def _char(byte: int) -> str:
    return chr(byte) if 0x20 <= byte < 0x7F else "."
