"""One end of a TCP connection, aware of sequence numbers: RFC 9293 §3.10, without clock, wire or buffers.

A value goes in, values come out: `event` for user calls, timers and ICMP, `arrives` for a segment. What waits for time
waits until somebody says that it is over (`TIMEOUT_RTO`).

- The steps of §3.10.7 are taken in their order: sequence number, RST, SYN, ACK, text, FIN.
- A segment outside the window changes nothing: it is answered with an ACK, a RST not at all (§3.10.7.4 first).
- RFC 5961 is kept: a RST counts at exactly RCV.NXT, a SYN never, an ACK not beyond what was sent; the answer to all
  that might be forged is a challenge ACK (§3.10.7.4 second, fourth, fifth).
- No RST is answered with a RST (§3.5.2).
- SYN_RECEIVED remembers how it was opened: a RST takes it back to LISTEN, after an active OPEN to CLOSED (MUST-11).
- CLOSE closes one direction (§3.6): FIN_WAIT_1 and FIN_WAIT_2 go on to receive, CLOSE_WAIT goes on to send, as long as
  it likes. Only the half-duplex `CLOSE:unread` loses what was not read, and says so with a RST (§3.6.1).
- A FIN is sent behind all SENDs and taken behind all text; a gap holds it back (SHLD-31).
- One ACK answers all that a segment makes ready (MUST-59).
- The end that aborts is CLOSED at once, as §3.10.5 has it and stacks do (§3.5.2 would have it in TIME-WAIT).
- The SYN,ACK of a simultaneous open establishes, as Figure 7 shows, though Table 6 would refuse it (Appendix A.2).
- All arithmetic is modulo 2^32.

Left out: options, urgent data, security, congestion, delayed ACKs, buffers that fill, and the reopening of a connection
from TIME_WAIT (MAY-2), which needs a listener beside it.
"""

from collections.abc import Callable
from typing import NamedTuple

from prep.net.tcp import arrives, calls
from prep.net.tcp.segment import Segment
from prep.net.tcp.tcb import WINDOW, State, Tcb


class Answer(NamedTuple):
    """What an event did.

    sent: the segments, in order.
    result: what a user call returned; empty for the rest.
    signal: what the user is told without having asked; or why nothing happened.
    path: the states it went through, the one before it first.
    """

    sent: tuple[Segment, ...]
    result: str
    signal: str
    path: tuple[State, ...]


class Endpoint:
    """
    >>> a, b = Endpoint(lambda: 100), Endpoint(lambda: 300)
    >>> _ = b.event("OPEN_PASSIVE")
    >>> (syn,) = a.event("OPEN_ACTIVE").sent
    >>> str(syn), str(b.arrives(syn).sent[0]), b.state
    ('<SEQ=100><CTL=SYN>', '<SEQ=300><ACK=101><CTL=SYN,ACK>', 'SYN_RECEIVED')
    """

    def __init__(self, new_isn: Callable[[], int], window: int = WINDOW) -> None:
        self.tcb = Tcb(new_isn, window)

    @property
    def state(self) -> State:
        return self.tcb.state

    @property
    def unread(self) -> int:
        """Octets that wait for a RECEIVE."""
        return self.tcb.unread

    def event(self, name: str, length: int = 1) -> Answer:
        """An event of `calls.EVENTS`; `length` is how many octets a SEND has."""
        self._begin()
        result = calls.send(self.tcb, length) if name == "SEND" else calls.EVENTS[name](self.tcb)
        return self._answer(result)

    def arrives(self, segment: Segment) -> Answer:
        self._begin()
        arrives.arrives(self.tcb, segment)
        return self._answer("")

    def _begin(self) -> None:
        self.tcb.sent, self.tcb.signal, self.tcb.path = [], "", [self.tcb.state]

    def _answer(self, result: str) -> Answer:
        return Answer(tuple(self.tcb.sent), result, self.tcb.signal, tuple(self.tcb.path))
