"""The two ends of a connection as senders of numbered segments: what each has sent, acknowledged and announced.

Sequence numbers are compared on the circle (RFC 9293 §3.4). What lies outside the receiver's window (§3.10.7.4,
Table 6) is counted and moves nobody. A segment is put into one of the few kinds that view.py knows.
"""

from typing import Final

from prep.net.tcp.capture.view import (
    ALL,
    BAD,
    COVERS,
    END,
    EXACT,
    INSIDE,
    OLD,
    OUTSIDE,
    START,
    STREAM,
    View,
    code_of,
)
from prep.net.tcp.capture.zeek import ACK, FIN, RST, SYN

MASK: Final = 0xFFFFFFFF
HALF: Final = 1 << 31
UNKNOWN: Final = -1
FAST_RETRANSMIT = 3  # duplicate ACKs (RFC 5681 §3.2)
UNSCALED = 14  # the largest shift there is, where the SYN was not seen (RFC 7323 §2.3)


class Odd:
    """What most senders have none of.

    again, fast: retransmissions, and those among them that three duplicate ACKs had asked for.
    zeros, probes, resets: zero windows announced, keep-alives and window probes, RSTs.
    holes: how often a number was skipped; hole: the latest such number.
    """

    __slots__ = ("again", "fast", "hole", "holes", "probes", "resets", "zeros")

    def __init__(self) -> None:
        self.again = self.fast = self.zeros = self.probes = self.resets = self.holes = 0
        self.hole = UNKNOWN


NOTHING_ODD: Final = Odd()
BITS: Final = [(1 << 2 * turn, 2 << 2 * turn, code_of(turn, 0, False, STREAM, 0)) for turn in (0, 1)]


class Side:
    """One end of a connection as a sender.

    turn: 0 the originator, 1 the responder. key: its address and port, the peer's, as a packet has them.
    iss, fin: the numbers of its SYN and FIN, or UNKNOWN; where the SYN was not seen, iss lies before the first octet.
    nxt: the number behind all that it has sent; ack: the highest that it has acknowledged, or UNKNOWN.
    behind: what `code_of` makes of the sender and SEG.SEQ = nxt; whole: of a SEG.ACK of the peer that is nxt.
    bare, data: its bits of `View.quiet`.
    window, scale: as it last announced them. syns: its SYNs and SYN,ACKs. dups: duplicate ACKs in a row.
    """

    __slots__ = (
        "ack", "bare", "behind", "data", "dups", "fin", "flow", "iss", "key", "nxt", "odd", "packets", "peer", "scale",
        "syns", "turn", "whole", "window",
    )  # fmt: skip

    peer: "Side"

    def __init__(self, flow: "Flow", turn: int, key: bytes) -> None:
        self.flow = flow
        self.turn = turn
        self.key = key
        self.iss = self.fin = self.ack = self.window = self.scale = UNKNOWN
        self.nxt = self.packets = self.syns = self.dups = 0
        self.bare, self.data, self.behind = BITS[turn]
        self.whole = COVERS
        self.odd: Odd | None = None

    @property
    def oddities(self) -> Odd:
        """For reading."""
        return self.odd or NOTHING_ODD

    def noted(self) -> Odd:
        """For counting."""
        if self.odd is None:
            self.odd = Odd()
        return self.odd

    def octets(self) -> int:
        """How many octets of text it has sent, by its numbers: what came twice counts once, and what the capture
        lacks counts too, where the peer has acknowledged it."""
        if self.iss == UNKNOWN:
            return 0
        size = (self.nxt - self.iss) & MASK
        if self.fin != UNKNOWN:
            return max(0, size - 2)
        acked = self.peer.ack
        if acked != UNKNOWN and acked != self.nxt and 0 < (acked - self.nxt) & MASK < HALF:
            size = (acked - self.iss) & MASK
        return max(0, size - 1)

    # ── a segment as one of few kinds ──

    def kind(self, flags: int, seq: int, ack: int, length: int, *, renewed: bool) -> int:
        """`view.code_of` of a segment; `renewed`: its SYN has another number than the one before."""
        if flags & SYN:
            of_seq = START if not renewed else INSIDE if flags & ACK else self.place(seq)
        elif flags & RST:
            exact = seq == self.nxt or self.peer.ack in (seq, UNKNOWN)
            of_seq = EXACT if exact else self.place(seq)
        elif self.fin != UNKNOWN and seq == (self.fin + 1) & MASK:
            of_seq = END
        else:
            of_seq = OUTSIDE if self.place(seq) == OUTSIDE and not self.copy(flags, seq, length) else STREAM
        return code_of(self.turn, flags, length > 0, of_seq, self.peer.acked(ack) if flags & ACK else OLD)

    def place(self, seq: int) -> int:
        """INSIDE or OUTSIDE of what the receiver takes, or has yet to take."""
        you = self.peer
        if you.ack == UNKNOWN or you.window == UNKNOWN:
            return INSIDE
        shift = you.scale if you.scale != UNKNOWN else 0 if you.syns else UNSCALED
        ahead = (seq - you.ack) & MASK
        if ahead < max(you.window << shift, 1) or ahead <= (self.nxt - you.ack) & MASK < HALF:
            return INSIDE
        return OUTSIDE

    def copy(self, flags: int, seq: int, length: int) -> bool:
        """Is it, from its number, something that was sent before? A FIN is only where there was one, or at the end."""
        new = flags & FIN and self.fin == UNKNOWN and (seq + length - self.nxt) & MASK >= HALF
        return (self.nxt - seq) & MASK < HALF and not new

    def acked(self, ack: int) -> int:
        """What the peer's ACK says of this end's numbers."""
        if self.fin != UNKNOWN and ack == (self.fin + 1) & MASK:
            return ALL
        if self.syns and self.nxt == (self.iss + 1) & MASK and ack != self.nxt:  # it has sent nothing but its SYN
            return OLD if ack == self.iss else COVERS if self.flow.view.quiet else BAD
        return COVERS

    # ── what a segment says of its sender ──

    def begins(self, seq: int, length: int, scale: int) -> None:
        """A SYN or SYN,ACK, the first or once more."""
        self.syns += 1
        if self.iss == seq:
            if self.syns > 1:
                self.noted().again += 1
            return
        self.iss, self.nxt, self.fin, self.scale = seq, (seq + 1 + length) & MASK, UNKNOWN, scale
        self.behind, self.whole = code_of(self.turn, 0, False, STREAM, 0), COVERS

    def closes(self, fin: int) -> None:
        """Its FIN has this number."""
        self.fin, self.nxt = fin, (fin + 1) & MASK
        self.behind, self.whole = code_of(self.turn, 0, False, END, 0), ALL

    def sends(self, flags: int, seq: int, ack: int, length: int, window: int, *, outside: bool) -> None:
        """Takes in the numbers of a segment."""
        if flags & RST:
            self.noted().resets += 1
            return
        if flags & ACK and not outside:
            self.acknowledges(ack, bare=not length and not flags & (SYN | FIN) and window == self.window)
        if window != self.window:
            self.window = window
            if not window and not flags & SYN:
                self.noted().zeros += 1
        if flags & SYN or (outside and (seq - self.nxt) & MASK < HALF):
            return
        if flags & FIN and self.fin != UNKNOWN:
            self.noted().again += 1
            return
        if seq != self.nxt:
            self.strays(seq, length)
        elif length:
            self.nxt = (seq + length) & MASK
        if flags & FIN:
            self.closes((seq + length) & MASK)

    def acknowledges(self, ack: int, *, bare: bool) -> None:
        if self.ack == UNKNOWN or 0 < (ack - self.ack) & MASK < HALF:
            self.ack, self.dups = ack, 0
        elif bare and ack == self.ack and ack != self.peer.nxt:
            self.dups += 1

    def strays(self, seq: int, length: int) -> None:
        """Not what was to come next: a copy, a probe, or something is missing in the capture."""
        you, odd = self.peer, self.noted()
        behind = (self.nxt - seq) & MASK
        if behind >= HALF:  # ahead: the segments between come later, or were not captured
            odd.holes += 1
            odd.hole = self.nxt
            self.nxt = (seq + length) & MASK
        elif behind == 1 and length <= 1 and you.ack == self.nxt and self.fin == UNKNOWN:
            odd.probes += 1
        elif length:
            if seq == odd.hole:  # fills it: out of order, unless somebody had asked for it
                odd.hole = (seq + length) & MASK
                if you.dups < FAST_RETRANSMIT:
                    return
            odd.again += 1
            if you.dups >= FAST_RETRANSMIT and seq == you.ack:
                odd.fast += 1
                you.dups = 0
            if behind < length:
                self.nxt = (seq + length) & MASK


class Flow:
    """A connection while it is open.

    number: the how-manieth of the capture, from 1. first, last: seconds. sides: originator, responder.
    trial: a SYN with a new number that has not been answered yet.
    reused: its ports had a connection before. evicted: it was given out to make room.
    waiting, gone: it is over and waits for late segments; it has been given out.
    """

    __slots__ = ("evicted", "first", "gone", "last", "number", "reused", "sides", "trial", "view", "waiting")

    sides: tuple[Side, Side]

    def __init__(self, number: int, view: View, when: float) -> None:
        self.number = number
        self.view = view
        self.first = self.last = when
        self.evicted = self.reused = self.waiting = self.gone = False
        self.trial: Trial | None = None


class Trial:
    """A SYN that may begin another connection on the same ports.

    before: what was known of the old one. far: it lies outside the window. count: how often it came.
    """

    __slots__ = ("before", "count", "far", "scale", "sender", "seq", "when", "window")

    def __init__(self, sender: Side, seq: int, when: float, window: int, scale: int) -> None:
        self.sender, self.seq, self.when, self.window, self.scale = sender, seq, when, window, scale
        self.before, self.far, self.count = sender.flow.view, sender.place(seq) == OUTSIDE, 0
