"""One connection while it is open, and a SYN that may begin another in its place."""

from prep.net.tcp.capture.sides import Side
from prep.net.tcp.capture.view import OUTSIDE, View

MOSTLY = 0.75  # of the packets have a copy: all of them, but for what was lost


class Flow:
    """A connection while it is open.

    number: the how-manieth of the capture, from 1. first, last: seconds. sides: originator, responder.
    place: where the TCP header of the last packet stands. copies: packets that seem to be in the capture once more;
    pairs: how many have such copies; copied: where the last of these stands.
    trial: a SYN with a new number that has not been answered yet.
    reused: its ports had a connection before. evicted: it was given out to make room.
    waiting, gone: it is over and waits for late segments; it has been given out.
    """

    __slots__ = (
        "copied", "copies", "evicted", "first", "gone", "last", "number", "pairs", "place", "reused", "sides", "trial",
        "view", "waiting",
    )  # fmt: skip

    sides: tuple[Side, Side]

    def __init__(self, number: int, view: View, when: float) -> None:
        self.number = number
        self.view = view
        self.first = self.last = when
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
    of these are one packet that was captured again.
    """

    __slots__ = ("before", "copies", "count", "far", "scale", "sender", "seq", "when", "window")

    def __init__(self, sender: Side, seq: int, when: float, window: int, scale: int) -> None:
        self.sender, self.seq, self.when, self.window, self.scale = sender, seq, when, window, scale
        self.before, self.far, self.count = sender.flow.view, sender.place(seq) == OUTSIDE, 0
        self.copies = 0
