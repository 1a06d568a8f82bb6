"""The two ends of a connection as senders of numbered segments: what each has sent, acknowledged and announced.

Sequence numbers are compared on the circle (RFC 9293 §3.4). What lies outside the receiver's window (§3.10.7.4,
Table 6) is counted and moves nobody; kinds.py says what does.
"""

from typing import Final

from prep.net.tcp.capture.view import ALL, COVERS, END, OUTSIDE, STREAM, View, code_of
from prep.net.tcp.capture.zeek import FIN, RST, SYN

MASK: Final = 0xFFFFFFFF
HALF: Final = 1 << 31
UNKNOWN: Final = -1
FAST_RETRANSMIT = 3  # duplicate ACKs (RFC 5681 §3.2)
GAPS = 16  # numbers skipped that are remembered, the latest of one end
MOSTLY = 0.75  # of the packets have a copy: all of them, but for what was lost


class Odd:
    """What most senders have none of.

    again, fast: retransmissions, and those among them that three duplicate ACKs had asked for.
    zeros: zero windows announced. window_probes: probes of the peer's; probed: the number of the octet in the latest.
    keep_alives: probes of an idle peer; unanswered: the latest of them in a row, since the peer has sent `heard`
    packets; gave_up: how many had no answer when a RST followed.
    holes: how often numbers were skipped; gaps: the latest that are still missing, from and up to.
    wraps: how often its numbers went past 2**32.
    pieces: packets in fragments, which are not followed.
    copies: of SYNs, text and FINs that the capture seems to have twice.
    """

    __slots__ = (
        "again", "copies", "fast", "gaps", "gave_up", "heard", "holes", "keep_alives", "pieces", "probed", "unanswered",
        "window_probes", "wraps", "zeros",
    )  # fmt: skip

    def __init__(self) -> None:
        self.again = self.fast = self.zeros = self.window_probes = self.keep_alives = self.holes = self.pieces = 0
        self.unanswered = self.gave_up = self.copies = self.wraps = 0
        self.heard = self.probed = UNKNOWN
        self.gaps: list[tuple[int, int]] = []

    def fills(self, seq: int, length: int) -> bool:
        """Does it begin in a gap? Then that gets smaller."""
        for at, (start, end) in enumerate(self.gaps):
            if (seq - start) & MASK < (end - start) & MASK:
                after = (seq + length) & MASK
                rest = [(start, seq)] * (seq != start) + [(after, end)] * (0 < (end - after) & MASK < HALF)
                self.gaps[at : at + 1] = rest
                return True
        return False


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
        size = self.used() if self.odd and self.odd.wraps else (self.nxt - self.iss) & MASK
        if self.fin != UNKNOWN:
            return max(0, size - 2)
        closed = self.peer.fin != UNKNOWN and self.untold() == 1  # that is its FIN
        return max(0, size + self.lacking() - 1 - closed)

    def used(self) -> int:
        """How many numbers, from its SYN on, though they went round."""
        first = (self.iss + 1) & MASK
        turns = max(0, self.oddities.wraps - (self.nxt < first))
        return 1 + ((self.nxt - first) & MASK) + (turns << 32)

    def lacking(self) -> int:
        """How many numbers behind the last that was captured the peer has acknowledged."""
        acked = self.peer.ack
        beyond = (acked - self.nxt) & MASK
        return beyond if acked != UNKNOWN and beyond < HALF else 0

    def untold(self) -> int:
        """How many numbers at the end of all that it has sent were not captured: perhaps its FIN is among them."""
        start, end = (self.oddities.gaps or [(0, UNKNOWN)])[-1]
        return self.lacking() or ((self.nxt - start) & MASK if end == self.nxt else 0)

    def silence(self) -> int:
        """How many of its keep-alives in a row had no answer."""
        odd = self.oddities
        return odd.unanswered if self.peer.packets and odd.heard == self.peer.packets else 0

    # ── what a segment says of its sender ──

    def begins(self, seq: int, length: int, scale: int, *, answers: bool) -> None:
        """A SYN or SYN,ACK, the first or once more. The first that answers the peer's is no retransmission."""
        self.syns += 1
        if self.iss == seq:
            if self.syns > 1 and not (answers and self.ack == UNKNOWN):
                self.noted().again += 1
            return
        self.iss, self.nxt, self.fin, self.scale = seq, (seq + 1) & MASK, UNKNOWN, scale
        if self.odd:
            self.odd.wraps, self.odd.gaps = 0, []
        self.goes_to(seq + 1 + length)
        self.behind, self.whole = code_of(self.turn, 0, False, STREAM, 0), COVERS

    def goes_to(self, nxt: int) -> None:
        """All that it has sent ends before this number."""
        self.nxt, before = nxt & MASK, self.nxt
        if self.nxt < before:
            self.noted().wraps += 1

    def shown_to(self, ack: int) -> None:
        """A capture of the other direction only: what was acknowledged it has sent, in more than one step."""
        if (ack - self.nxt) & MASK < HALF:
            self.goes_to(ack)

    def goes_round(self) -> None:
        """`nxt` has gone past the last number."""
        self.nxt &= MASK
        self.noted().wraps += 1

    def closes(self, fin: int) -> None:
        """Its FIN has this number."""
        self.fin = fin
        self.goes_to(fin + 1)
        self.behind, self.whole = code_of(self.turn, 0, False, END, 0), ALL

    def sends(self, flags: int, seq: int, ack: int, length: int, window: int, code: int) -> None:
        """Takes in the numbers of a segment; `code` is its kind."""
        you = self.peer
        if flags & RST:
            if silent := self.silence():
                self.noted().gave_up = silent
            self.data = 0  # what it sends now is looked at closely: it may contradict the RST
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
            self.goes_to(seq + length)
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
                odd.gaps = [*odd.gaps[1 - GAPS :], (self.nxt, seq)]
            self.goes_to(seq)
            self.goes_to(seq + length)
        elif self.may_probe(behind, length) and (you.ack == self.nxt or not you.packets + length):
            self.probes(seq, length)
        elif length:
            asked = you.dups >= FAST_RETRANSMIT and seq == you.ack
            if odd.fills(seq, length) and not asked:  # out of order
                return
            odd.again += 1
            if asked:
                odd.fast += 1
                you.dups = 0
            if behind < length:
                self.goes_to(seq + length)

    def may_probe(self, behind: int, length: int) -> bool:
        """The next octet or the number before, which may be that of the FIN, while the peer is still open."""
        if self.fin == UNKNOWN:
            return behind <= 1 and length <= 1
        return behind == 1 and length <= 1 and self.peer.fin == UNKNOWN

    def probes(self, seq: int, length: int) -> None:
        """A probe: of a zero window (RFC 9293 §3.8.6.1), by an old number or the next octet, which counts when it is
        taken; else of an idle peer (§3.8.4), by an old number."""
        you, odd = self.peer, self.noted()
        if not you.window and self.fin == UNKNOWN:
            odd.window_probes += 1
            odd.probed = seq if length and seq == self.nxt else odd.probed
        else:
            odd.keep_alives += 1
            if odd.heard != you.packets:
                odd.heard, odd.unanswered = you.packets, 0
            odd.unanswered += 1


class Flow:
    """A connection while it is open.

    number: the how-manieth of the capture, from 1. first, last: seconds. sides: originator, responder.
    start, place: where the TCP headers of its first and last packet stand.
    copies: packets that seem to be in the capture once more; pairs: how many have such copies; copied: where the last
    of these stands.
    trial: a SYN with a new number that has not been answered yet.
    reused: its ports had a connection before. evicted: it was given out to make room.
    waiting, gone: it is over and waits for late segments; it has been given out.
    """

    __slots__ = (
        "copied", "copies", "evicted", "first", "gone", "last", "number", "pairs", "place", "reused", "sides", "start",
        "trial", "view", "waiting",
    )  # fmt: skip

    sides: tuple[Side, Side]

    def __init__(self, number: int, view: View, when: float, start: int) -> None:
        self.number = number
        self.view = view
        self.first = self.last = when
        self.start = start
        self.place = self.copies = self.pairs = self.copied = 0
        self.evicted = self.reused = self.waiting = self.gone = False
        self.trial: Trial | None = None

    def doubles(self, me: Side, length: int, place: int) -> None:
        """The last packet once more; `length` is what it takes of the sequence space."""
        self.copies += 1
        self.pairs += self.place != self.copied
        self.copied = place
        if length:
            me.noted().copies += 1

    def judged(self, *, doubled: bool) -> bool:
        """At the end: is it the capture that has all twice, or did somebody send again? A single packet that comes
        again proves nothing, unless other connections are `doubled`. Is this one?"""
        packets = sum(side.packets for side in self.sides) - self.copies
        if self.pairs >= MOSTLY * packets and (doubled or packets > 1):
            return True
        self.copies = 0
        for side in self.sides:
            if side.odd:
                side.odd.again += side.odd.copies
                side.odd.copies = 0
        return False


class Trial:
    """A SYN that may begin another connection on the same ports.

    before: what was known of the old one. far: it lies outside the window. count: how often it came; copies: how many
    of these are one packet that was captured again. start: where its TCP header stands.
    """

    __slots__ = ("before", "copies", "count", "far", "scale", "sender", "seq", "start", "when", "window")

    def __init__(self, sender: Side, seq: int, when: float, start: int, window: int, scale: int, *, far: bool) -> None:
        self.sender, self.seq, self.when, self.start = sender, seq, when, start
        self.window, self.scale = window, scale
        self.before, self.far, self.count = sender.flow.view, far, 0
        self.copies = 0
