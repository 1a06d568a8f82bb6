"""Two ends, A and B, and the wire between them, played from a script.

One step a line; `#` begins a comment; capitals do not matter. A's first sequence number is 100, B's 300, as in the
figures of RFC 9293; each later incarnation of either takes the next of 400, 500, ….

    A OPEN_ACTIVE          an event at an end: OPEN_ACTIVE OPEN_PASSIVE SEND RECEIVE CLOSE CLOSE:unread ABORT STATUS,
                           TIMEOUT_RTO TIMEOUT_USER TIMEOUT_2MSL TIMEOUT_KEEPALIVE, ICMP_HARD_ERROR ICMP_SOFT_ERROR,
                           CRASH; and people's words: connect, listen, write, read, shutdown, timeout, reboot, …
    A SEND 10              so many octets; without a number one
    deliver A>B            the oldest segment from A that is in flight arrives at B
    lose A>B               it never arrives
    duplicate A>B          a second copy of it joins the end of the queue
    delay A>B              the others overtake it: it goes to the end of the queue
    deliver A>B 2          any of the four with the second of the queue, or with the `last`
    inject >B 90 0 SYN     a segment of unknown origin arrives at B: SEQ ACK FLAGS and, where it has data, how many
                           octets; flags as `SYN,ACK`, the ACK field counts only with the flag ACK

- Segments of one direction are a queue; nothing arrives, is lost or overtaken unless a step says so.
- An answer to a segment is in flight as soon as the segment has arrived.
- A user call that returns an error changes nothing; the play goes on, and `illegal_at` tells the first such step.
- A script that asks for what cannot be (an empty wire, an unknown word) is a ScriptError with its line.
"""

from collections import deque
from itertools import chain, count
from typing import Any, NamedTuple

from prep.net.tcp.endpoint import Answer, Endpoint
from prep.net.tcp.reading import fit
from prep.net.tcp.script import PEER, SIDES, ScriptError, Side, Step, fault, read
from prep.net.tcp.segment import MODULUS, Segment
from prep.net.tcp.tcb import State

FIRST = (100, 300)


class Moment(NamedTuple):
    """A step and what came of it.

    segment: what arrived, was lost, delayed or doubled.
    at: the end whose state may have changed; None where only the wire was touched.
    answer: what that end did.
    states: A's and B's, afterwards.
    """

    step: Step
    segment: Segment | None
    at: Side | None
    answer: Answer
    states: tuple[State, State]


NOTHING = Answer((), "", "", ())
ON_THE_WIRE = {"lose": "lost", "duplicate": "duplicated", "delay": "delayed"}


class Played(NamedTuple):
    """A whole exchange: its moments, and what is still in flight."""

    moments: list[Moment]
    flying: dict[Side, tuple[Segment, ...]]

    @property
    def illegal_at(self) -> int | None:
        """The first step whose user call returned an error, from 0."""
        errors = (place for place, moment in enumerate(self.moments) if moment.answer.result.startswith("error"))
        return next(errors, None)

    def json(self) -> dict[str, Any]:
        """`{final, states, sends, results, in_flight, illegal_at}`."""
        return {
            "final": dict(zip(SIDES, self.moments[-1].states, strict=True)),
            "states": [list(moment.states) for moment in self.moments],
            "sends": [line for moment in self.moments for line in sends(moment)],
            "results": [moment.answer.result for moment in self.moments],
            "in_flight": {side: len(self.flying[side]) for side in SIDES},
            "illegal_at": self.illegal_at,
        }


def sends(moment: Moment) -> list[str]:
    """What went onto the wire, or what became of it there: `A: <SEQ=100><CTL=SYN>`, `lost A: …`."""
    step = moment.step
    if step.act in ON_THE_WIRE:
        return [f"{ON_THE_WIRE[step.act]} {step.side}: {moment.segment}"]
    return [f"{moment.at}: {segment}" for segment in moment.answer.sent]


def play(script: str, first: tuple[int, int] = FIRST) -> Played:
    """Raises ScriptError."""
    exchange = Exchange(first)
    moments = [exchange.take(step) for step in read(script)]
    return Played(moments, {side: tuple(exchange.wire[side]) for side in SIDES})


class Exchange:
    """ends: the two endpoints; wire: what each has sent and is in flight, the oldest first."""

    def __init__(self, first: tuple[int, int] = FIRST) -> None:
        later = (number % MODULUS for number in count(max(first) + 100, 100))
        self.ends = {side: Endpoint(chain((isn,), later).__next__) for side, isn in zip(SIDES, first, strict=True)}
        self.wire: dict[Side, deque[Segment]] = {"A": deque(), "B": deque()}

    def take(self, step: Step) -> Moment:
        """Raises ScriptError where the wire or the end is not as the step says."""
        if step.act == "inject":
            return self._arrives(step, step.segment or Segment(0))
        if step.act in ("deliver", *ON_THE_WIRE):
            segment = self._pick(step)
            return self._arrives(step, segment) if step.act == "deliver" else self._moment(step, segment)
        end = self.ends[step.side]
        step = step._replace(act=fit(step.act, end.state))
        if step.act == "CLOSE:unread" and not end.unread:
            raise ScriptError(fault(step, f"{step.side} has read all; deliver data to it first, or write CLOSE"))
        return self._moment(step, None, step.side, end.event(step.act, step.place))

    def _pick(self, step: Step) -> Segment:
        """The segment that a step of the wire is about, off the wire or wherever it belongs now."""
        flying, way = self.wire[step.side], f"{step.side}>{PEER[step.side]}"
        if not -1 <= step.place < len(flying) or not flying:
            if flying:
                raise ScriptError(fault(step, f"{len(flying)} in flight {way}; write a number up to that, or `last`"))
            raise ScriptError(fault(step, f"nothing is in flight {way}; {self._way_out(step.side)}"))
        segment = flying[step.place]
        if step.act != "duplicate":
            del flying[step.place]
        if step.act in ("duplicate", "delay"):
            flying.append(segment)
        return segment

    def _way_out(self, side: Side) -> str:
        peer = PEER[side]
        if self.wire[peer]:
            return f"did you mean {peer}>{side}?"
        return f"let {side} send first, or retransmit with `{side} TIMEOUT_RTO`"

    def _arrives(self, step: Step, segment: Segment) -> Moment:
        to = PEER[step.side]
        return self._moment(step, segment, to, self.ends[to].arrives(segment))

    def _moment(self, step: Step, segment: Segment | None, at: Side | None = None, answer: Answer = NOTHING) -> Moment:
        if at:
            self.wire[at].extend(answer.sent)
        return Moment(step, segment, at, answer, (self.ends["A"].state, self.ends["B"].state))
