"""What a watcher knows of a connection at a moment: a `View`, shared by all connections of which it is true.

States do not depend on how many octets flow. So the ends speak of few numbers here: START is that of the SYN, STREAM
stands for all that comes behind it and END for what lies behind the FIN; INSIDE and OUTSIDE lie in the window and
beyond it. With this a connection can be in few situations, and each remembers what each kind of segment (`code_of`)
leads to. A capture of a million packets asks the endpoints a few hundred times.
"""

from typing import Final, NamedTuple

from prep.net.tcp.capture import zeek
from prep.net.tcp.capture.zeek import ACK
from prep.net.tcp.endpoint import Endpoint
from prep.net.tcp.segment import Segment
from prep.net.tcp.tcb import State

# Kinds of SEG.SEQ. EXACT (of a RST) is the receiver's RCV.NXT; LATER is STREAM of an end that has more than the SYN,
# ANEW of one that goes on after a RST in its name.
START, STREAM, END, INSIDE, OUTSIDE, EXACT, LATER, ANEW = range(8)
OLD, COVERS, ALL, BAD = range(4)  # kinds of SEG.ACK: not even the SYN, the SYN and data, the FIN too, what nobody sent
NUMBER: Final = {START: 0, STREAM: 1, END: 2, INSIDE: 1000, OUTSIDE: 200_000, EXACT: 999, LATER: 1, ANEW: 1}
ACKED: Final = {OLD: 0, COVERS: 1, ALL: 2, BAD: 500}

Path = tuple[State, ...]
Spared = tuple[Endpoint, tuple[Segment, ...]] | None


class Note(NamedTuple):
    """Something that happened: a code of findings.py, which end did it (0 the originator), and what it was in."""

    code: str
    end: int
    state: str = ""


def code_of(sender: int, flags: int, data: bool, seq: int, ack: int) -> int:
    """A kind of segment as a small number: the sender, SYN FIN RST ACK, has it data, SEG.SEQ and SEG.ACK by kind."""
    return ((flags & 7) | (flags & ACK) >> 1 | data << 4 | sender << 5) << 5 | seq << 2 | ack


class Kind(NamedTuple):
    """`code_of` read back."""

    sender: int
    flags: int
    data: bool
    seq: int
    ack: int

    @classmethod
    def of(cls, code: int) -> "Kind":
        bits = code >> 5
        return cls(bits >> 5, (bits & 7) | (bits & 8) << 1, bool(bits >> 4 & 1), code >> 2 & 7, code & 3)


class View:
    """A situation, and where each kind of segment leads from it.

    ends: the two endpoints, originator first; inbox: what is under way to each.
    paths: the states of each so far; empty where an end was never heard of.
    zeek, history: as zeek.py has them.  undo: Zeek's states before a RST that may yet turn out to be challenged.
    spared: each end that was open before a RST in its name, and what was under way to it; or None.
    notes: what was worth saying.
    over: have both ends closed, or one reset?
    quiet: the kinds of plain segments (bit sender*2 + data) that lead nowhere from here.
    kept: what a reader of views keeps with each.
    """

    __slots__ = (
        "ends", "history", "inbox", "kept", "next", "notes", "over", "paths", "quiet", "shown", "spared", "undo",
        "zeek",
    )  # fmt: skip

    def __init__(self) -> None:
        self.ends = (Endpoint(start), Endpoint(start))
        self.inbox: tuple[tuple[Segment, ...], tuple[Segment, ...]] = ((), ())
        self.paths: tuple[Path, Path] = ((), ())
        self.zeek = zeek.FRESH
        self.undo: zeek.Ends | None = None
        self.spared: tuple[Spared, Spared] = (None, None)
        self.history = ""
        self.notes: tuple[Note, ...] = ()
        self.over = False
        self.quiet = 0
        self.next: dict[int, View] = {}
        self.shown: tuple[Path, Path] | None = None
        self.kept: dict[str, str] = {}


def start() -> int:
    """Every ISS."""
    return NUMBER[START]
