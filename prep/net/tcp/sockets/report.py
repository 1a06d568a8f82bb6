"""What a text holds besides the rows: counts, what could not be read, and what tells of another system."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from prep.net.tcp.table import State

LONGEST_QUOTE: Final = 60


@dataclass(slots=True)
class Fault:
    """Lines with the same fault: how many, how many of them were read in part, and the first of them.

    column: where in that line, from 1; 0 where it is all of it.
    """

    line: int
    text: str
    column: int = 0
    count: int = 0
    in_part: int = 0


@dataclass(slots=True)
class Reading:
    """What was found besides the rows.

    sockets: rows by format. datagrams: rows of UDP. conntrack: entries by the tracker's state.
    summary: the counts of `ss -s`. counted: sockets by state, where the text has no more than that.
    faults: by kind: `cut` (the line ends too early), `word` (no state that is known), `state` (the column is missing),
    `prefix` (something stands before the row), `ipv4`, `ipv6` and `port` (no such address or port).
    strange: lines of no kind that is known, other sockets than TCP aside.
    dotted: a row is of BSD or macOS.
    """

    sockets: Counter[str] = field(default_factory=Counter)
    datagrams: int = 0
    conntrack: Counter[str] = field(default_factory=Counter)
    summary: dict[str, int] | None = None
    counted: Counter[State] = field(default_factory=Counter)
    faults: dict[str, Fault] = field(default_factory=dict)
    strange: Fault | None = None
    dotted: bool = False
    headers: int = 0
    lines: int = 0

    @property
    def recognised(self) -> bool:
        rows = self.sockets or self.datagrams or self.conntrack
        return bool(rows or self.summary or self.counted or self.faults or self.headers)


def quoted(line: str) -> str:
    text = " ".join(line[:400].split())
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
