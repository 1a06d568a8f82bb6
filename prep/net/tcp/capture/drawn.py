"""One connection of a capture as moments, to be drawn by ladder.py like an exchange of `play`.

A is the originator, B the responder. Numbers are relative: a SYN has 0, as in tcpdump and Wireshark. The states beside
a segment are those when it has passed, with what is never acknowledged (a bare ACK, a RST) taken as arrived.
"""

from collections.abc import Iterator
from typing import cast

from prep.net.tcp.capture.flows import Flows
from prep.net.tcp.capture.frames import tcp_of
from prep.net.tcp.capture.records import Buffer, Record, Records
from prep.net.tcp.capture.sides import Flow
from prep.net.tcp.capture.watcher import settled
from prep.net.tcp.endpoint import Answer
from prep.net.tcp.exchange import Moment, Played
from prep.net.tcp.script import SIDES, Step
from prep.net.tcp.segment import MODULUS, SYN, Segment
from prep.net.tcp.tcb import State

MOST = 1_000  # packets that are drawn
BITS = {1: "FIN", 2: "SYN", 4: "RST", 8: "PSH", 32: "URG"}
SILENT = Answer((), "", "", ())
FIRST = Segment(0, None, SYN)


class Drawn:
    """The packets of the connection on these addresses and ports whose first TCP header stands at `start`.

    played: its moments, the first MOST of them; left_out: how many more there are.
    """

    def __init__(self, buffer: Buffer, key: bytes, start: int) -> None:
        self.buffer, self.key, self.start = buffer, key, start
        self.flows = Flows(buffer)
        self.seen: list[tuple[Flow, int, Moment]] = []
        self.later: Flow | None = None
        self.left_out = 0
        for _ in self.flows.follow(self._own(Records(buffer))):
            pass
        self.played = Played([moment for _, _, moment in self.seen], {"A": (), "B": ()})

    def _own(self, records: Records) -> Iterator[Record]:
        """The records of the connection; when one is asked for, the one before it has been followed."""
        half = len(self.key) // 2 - 2
        pair = {self.key, self.key[half : 2 * half] + self.key[:half] + self.key[-2:] + self.key[-4:-2]}
        for record in records:
            when, start, here, wire, link = record
            found = tcp_of(self.buffer, start, here, wire, link)
            if isinstance(found, str) or found[0] not in pair:
                continue
            yield record
            key, place, length = found
            side = self.flows.sides.get(key)
            if side is None or self._past(side.flow):  # given out, or not the one
                continue
            if len(self.seen) >= MOST:
                self.left_out += 1
                continue
            if side.flow.start == self.start or side.flow.trial:
                self.seen.append((side.flow, place, self._moment(side.flow, side.turn, place, length, when)))

    def _past(self, flow: Flow) -> bool:
        """Is it another connection on the same ports? The SYN that began this one was taken for a part of the older
        one until it was answered."""
        if flow.start == self.start:
            if self.seen and self.seen[0][0] is not flow:
                syns = [(flow, place, _anew(moment)) for _, place, moment in self.seen if place >= self.start]
                self.seen = [one for one in syns if one[2].segment == FIRST]
            return False
        if flow.start < self.start or not self.seen:
            return False
        if flow is not self.later:
            self.later = flow
            self.seen = [one for one in self.seen if one[1] < flow.start]
        return True

    def _moment(self, flow: Flow, turn: int, place: int, length: int, when: float) -> Moment:
        me = flow.sides[turn]
        you = me.peer
        buffer = self.buffer
        seq, ack = (int.from_bytes(buffer[place + at : place + at + 4]) for at in (4, 8))
        flags = buffer[place + 13]
        names = frozenset(name for bit, name in BITS.items() if flags & bit)
        segment = Segment((seq - me.iss) % MODULUS, (ack - you.iss) % MODULUS if flags & 16 else None, names, length)
        step = Step(0, "", SIDES[turn], "deliver")
        states = tuple(path[-1] if path else "" for path in settled(flow.view))
        return Moment(step, segment, SIDES[1 - turn], SILENT, cast(tuple[State, State], states))


def _anew(moment: Moment) -> Moment:
    """A SYN, as the first of a connection."""
    again = moment.segment and moment.segment.flags == SYN and moment.segment.ack is None
    if not again:
        return moment
    step = moment.step._replace(side="A")
    return moment._replace(step=step, segment=FIRST, at="B", states=cast(tuple[State, State], ("SYN_SENT", "")))
