"""The two ends of a connection as senders of numbered segments: what each has sent, acknowledged and announced.

Sequence numbers are compared on the circle (RFC 9293 §3.4). What lies outside the receiver's window (§3.10.7.4,
Table 6) is counted and moves nobody. A segment is put into one of the few kinds that view.py knows.
"""

from typing import TYPE_CHECKING, Final

from prep.net.tcp.capture.view import (
    ALL,
    BAD,
    COVERS,
    END,
    EXACT,
    INSIDE,
    LATER,
    OLD,
    OUTSIDE,
    START,
    STREAM,
    code_of,
)
from prep.net.tcp.capture.zeek import ACK, FIN, RST, SYN

if TYPE_CHECKING:
    from prep.net.tcp.capture.flow import Flow

MASK: Final = 0xFFFFFFFF
HALF: Final = 1 << 31
UNKNOWN: Final = -1
FAST_RETRANSMIT = 3  # duplicate ACKs (RFC 5681 §3.2)
UNSCALED = 14  # the largest shift there is, where the SYN was not seen (RFC 7323 §2.3)


class Odd:
    """What most senders have none of.

    again, fast: retransmissions, and those among them that three duplicate ACKs had asked for.
    zeros: zero windows announced. window_probes: probes of the peer's; probed: the number of the octet in the latest.
    keep_alives: probes of an idle peer; unanswered: the latest of them in a row, since the peer has sent `heard`
    packets; gave_up: how many had no answer when a RST followed.
    holes: how often a number was skipped; hole, resumed: the latest such number, and where it went on.
    pieces: packets in fragments, which are not followed.
    copies: of SYNs, text and FINs that the capture seems to have twice.
    """

    __slots__ = (
        "again", "copies", "fast", "gave_up", "heard", "hole", "holes", "keep_alives", "pieces", "probed", "resumed",
        "unanswered", "window_probes", "zeros",
    )  # fmt: skip

    def __init__(self) -> None:
        self.again = self.fast = self.zeros = self.window_probes = self.keep_alives = self.holes = self.pieces = 0
        self.unanswered = self.gave_up = self.copies = 0
        self.heard = self.hole = self.resumed = self.probed = UNKNOWN


NOTHING_ODD: Final = Odd()
BITS: Final = [(1 << 2 * turn, 2 << 2 * turn, code_of(turn, 0, False, STREAM, 0)) for turn in (0, 1)]


class Side:
    """One end of a connection as a sender.

    turn: 0 the originator, 1 the responder. key: its address and port, the peer's, as a packet has them.
    iss, fin: the numbers of its SYN and FIN, or UNKNOWN; where the SYN was not seen, iss lies before the first octet.
    nxt: the number behind all that it has sent; ack: the highest that it has acknowledged, or UNKNOWN.
    behind: what `code_of` makes of the sender and SEG.SEQ = nxt; whole: of a SEG.ACK of the peer that is nxt.
    bare, data: its bits of `View.quiet`; without `data` none of its packets with text goes the short way.
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
        closed = self.peer.fin != UNKNOWN and self.untold() == 1  # that is its FIN
        return max(0, size + self.lacking() - 1 - closed)

    def lacking(self) -> int:
        """How many numbers behind the last that was captured the peer has acknowledged."""
        acked = self.peer.ack
        beyond = (acked - self.nxt) & MASK
        return beyond if acked != UNKNOWN and beyond < HALF else 0

    def untold(self) -> int:
        """How many numbers at the end of all that it has sent were not captured: perhaps its FIN is among them."""
        odd = self.oddities
        return self.lacking() or ((self.nxt - odd.hole) & MASK if odd.resumed == self.nxt else 0)

    def silence(self) -> int:
        """How many of its keep-alives in a row had no answer."""
        odd = self.oddities
        return odd.unanswered if self.peer.packets and odd.heard == self.peer.packets else 0

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
            if of_seq == STREAM and flags & ACK and self.has_more(ack):
                of_seq = LATER
        return code_of(self.turn, flags, length > 0, of_seq, self.peer.acked(ack) if flags & ACK else OLD)

    def place(self, seq: int) -> int:
        """INSIDE or OUTSIDE of what the receiver takes, or has yet to take."""
        you = self.peer
        if you.ack == UNKNOWN or you.window == UNKNOWN:
            return INSIDE
        ahead = (seq - you.ack) & MASK
        if ahead < you.takes() or ahead <= (self.nxt - you.ack) & MASK < HALF:
            return INSIDE
        return OUTSIDE

    def takes(self) -> int:
        """The window that it announced, in octets; at least one."""
        if self.window == UNKNOWN:
            return HALF
        shift = self.scale if self.scale != UNKNOWN else 0 if self.syns else UNSCALED
        return max(self.window << shift, 1)

    def has_more(self, ack: int) -> bool:
        """It has sent a SYN that nobody was seen to acknowledge, and acknowledges more than the peer's SYN."""
        you = self.peer
        return self.syns > 0 and you.ack == UNKNOWN and you.syns > 0 and 1 < (ack - you.iss) & MASK < HALF

    def copy(self, flags: int, seq: int, length: int) -> bool:
        """Is it, from its number, something that was sent before? A FIN is only where there was one, or at the end."""
        new = flags & FIN and self.fin == UNKNOWN and (seq + length - self.nxt) & MASK >= HALF
        return (self.nxt - seq) & MASK < HALF and not new

    def acked(self, ack: int) -> int:
        """What the peer's ACK says of this end's numbers."""
        if self.fin != UNKNOWN and ack == (self.fin + 1) & MASK:
            return ALL
        if self.syns and self.nxt == (self.iss + 1) & MASK and ack != self.nxt:  # nothing but its SYN was seen
            if ack == self.iss:
                return OLD
            if self.peer.ack == UNKNOWN and not self.may_have_sent(ack):
                return BAD
        return COVERS

    def may_have_sent(self, ack: int) -> bool:
        """It has heard its peer, so there may be more than its SYN; the capture has lost it."""
        return self.ack != UNKNOWN and (ack - self.nxt) & MASK <= self.peer.takes()

    # ── what a segment says of its sender ──

    def begins(self, seq: int, length: int, scale: int, *, answers: bool) -> None:
        """A SYN or SYN,ACK, the first or once more. The first that answers the peer's is no retransmission."""
        self.syns += 1
        if self.iss == seq:
            if self.syns > 1 and not (answers and self.ack == UNKNOWN):
                self.noted().again += 1
            return
        self.iss, self.nxt, self.fin, self.scale = seq, (seq + 1 + length) & MASK, UNKNOWN, scale
        self.behind, self.whole = code_of(self.turn, 0, False, STREAM, 0), COVERS

    def closes(self, fin: int) -> None:
        """Its FIN has this number."""
        self.fin, self.nxt = fin, (fin + 1) & MASK
        self.behind, self.whole = code_of(self.turn, 0, False, END, 0), ALL

    def sends(self, flags: int, seq: int, ack: int, length: int, window: int, code: int) -> None:
        """Takes in the numbers of a segment; `code` is its kind."""
        you = self.peer
        if flags & RST:
            if silent := self.silence():
                self.noted().gave_up = silent
            return
        outside = code >> 2 & 7 == OUTSIDE
        if code & 3 in (COVERS, ALL) and not outside:
            self.acknowledges(ack, bare=not length and not flags & (SYN | FIN) and window == self.window)
        if window != self.window:
            self.window = window
            if not window and not flags & SYN:
                self.shuts()
        if flags & SYN or (outside and (seq - self.nxt) & MASK < HALF):
            return
        if flags & FIN and self.fin != UNKNOWN:
            self.noted().again += 1
            return
        if you.window and you is not self:
            self.data = BITS[self.turn][1]
        if seq != self.nxt or (length == 1 and not you.window and seq == you.ack and not flags & FIN):
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

    def shuts(self) -> None:
        """A zero window. What the peer sends into it is looked at closely."""
        self.noted().zeros += 1
        self.peer.data = 0

    def strays(self, seq: int, length: int) -> None:
        """Not what was to come next: once more, a probe, or something is missing in the capture."""
        you, odd = self.peer, self.noted()
        behind = (self.nxt - seq) & MASK
        if behind >= HALF:  # ahead: the segments between come later, or were not captured
            if behind < MASK or odd.probed != self.nxt:  # unless it is one octet, and the zero window took it
                odd.holes += 1
                odd.hole, odd.resumed = self.nxt, seq
            self.nxt = (seq + length) & MASK
        elif behind <= 1 and length <= 1 and self.fin == UNKNOWN and (you.ack == self.nxt or not you.packets + length):
            self.probes(seq, length)
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

    def probes(self, seq: int, length: int) -> None:
        """A probe: of a zero window (RFC 9293 §3.8.6.1), by an old number or the next octet, which counts when it is
        taken; else of an idle peer (§3.8.4), by an old number."""
        you, odd = self.peer, self.noted()
        if not you.window:
            odd.window_probes += 1
            odd.probed = seq if length and seq == self.nxt else odd.probed
        else:
            odd.keep_alives += 1
            if odd.heard != you.packets:
                odd.heard, odd.unanswered = you.packets, 0
            odd.unanswered += 1
