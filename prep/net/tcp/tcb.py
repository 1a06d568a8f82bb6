"""The transmission control block: what one end remembers of its connection (RFC 9293 §3.3.1), and how it sends.

It knows sequence numbers and queues, not which event leads to which state: that is said in calls.py and arrives.py.
"""

from collections import deque
from collections.abc import Callable

from prep.net.tcp.segment import FIN, NONE, SYN, Flags, Segment, plus, upto
from prep.net.tcp.table import State as State

WINDOW = 65535  # the largest that the header's 16 bits can say


class Tcb:
    """
    new_isn: gives an initial sequence number for each incarnation (§3.4.1).
    window: RCV.WND, and what the peer's is taken to be: buffers never fill.
    active: came SYN_RECEIVED from an active OPEN (MUST-11)? heard: do we know IRS, and have something to acknowledge?
    pending: lengths of SENDs that are not yet segmentized.
    closing: CLOSE was called and its FIN waits for them.
    unacked: the retransmission queue.
    held: segments that lie in the window behind a gap, or came with a SYN (SHLD-31).
    unread: octets that wait for a RECEIVE; reads: RECEIVEs that wait for octets.
    sent, signal, path: what the present event sent, told the user later, and the states it led through.
    """

    def __init__(self, new_isn: Callable[[], int], window: int = WINDOW) -> None:
        self.new_isn = new_isn
        self.window = window
        self.sent: list[Segment] = []
        self.signal = ""
        self.path: list[State] = []
        self.forget("CLOSED")

    def forget(self, state: State) -> None:
        """The connection is no more; all queues are flushed. LISTEN is where a passive OPEN goes back to."""
        self.state: State = state
        self.path.append(state)
        self.active = self.heard = False
        self.iss = self.irs = self.una = self.nxt = self.rcv_nxt = 0
        self.pending: deque[int] = deque()
        self.closing = self.fin_sent = False
        self.unacked: deque[Segment] = deque()
        self.held: list[Segment] = []
        self.unread = self.reads = 0

    def enter(self, state: State) -> None:
        self.state = state
        self.path.append(state)

    # ── sending ──

    def synchronize(self) -> None:
        """Chooses ISS and sends the SYN; it acknowledges the peer's, where we have one (§3.10.1, §3.10.7.2)."""
        self.iss = self.una = self.nxt = self.new_isn()
        self.transmit(SYN)

    def transmit(self, flags: Flags = NONE, data: int = 0) -> None:
        """Sends what takes sequence numbers, and remembers it until it is acknowledged."""
        segment = self._acking(Segment(self.nxt, None, flags, data))
        self.unacked.append(segment)
        self.nxt = segment.end
        self.sent.append(segment)

    def retransmit(self) -> None:
        """The front of the queue again (§3.10.8), with what we have to acknowledge by now."""
        self.sent.append(self._acking(self.unacked[0]))

    def _acking(self, segment: Segment) -> Segment:
        return segment._replace(ack=self.rcv_nxt if self.heard else None)

    def acknowledge(self) -> None:
        """`<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>`; as an answer to a segment that is refused it is the challenge ACK."""
        self.sent.append(Segment(self.nxt, self.rcv_nxt))

    def flush(self) -> None:
        """Segmentizes what waited for the connection or for the peer's window, then sends the FIN (§3.10.4)."""
        if self.state not in ("ESTABLISHED", "FIN_WAIT_1", "CLOSE_WAIT"):
            return
        while self.pending and self._fits(self.pending[0]):
            self.transmit(NONE, self.pending.popleft())
        if self.closing and self.state == "ESTABLISHED":
            self.enter("FIN_WAIT_1")
        if self.closing and not self.fin_sent and not self.pending and self._fits(1):
            self.transmit(FIN)
            self.fin_sent = True
            if self.state == "CLOSE_WAIT":
                self.enter("LAST_ACK")

    def _fits(self, length: int) -> bool:
        return upto(plus(self.nxt, length), plus(self.una, self.window))

    # ── receiving ──

    def hear(self, syn: Segment) -> None:
        """RCV.NXT is set to SEG.SEQ+1, IRS to SEG.SEQ; any other control or text waits (§3.10.7.2 third)."""
        self.heard = True
        self.irs, self.rcv_nxt = syn.seq, plus(syn.seq, 1)
        rest = syn.trimmed(self.rcv_nxt, self.window)
        if rest.length:
            self.held.append(rest)

    def acked(self, ack: int) -> None:
        """SND.UNA <- SEG.ACK; what it covers entirely leaves the retransmission queue."""
        self.una = ack
        while self.unacked and upto(self.unacked[0].end, ack):
            self.unacked.popleft()

    @property
    def fin_acked(self) -> bool:
        return self.fin_sent and self.una == self.nxt
