"""What an end must have received, to send what it sends."""

from typing import Final

from prep.net.tcp import segment as bits
from prep.net.tcp.capture.step import Step
from prep.net.tcp.capture.view import ACKED, ALL, BAD, COVERS, NUMBER, OUTSIDE, START, Kind
from prep.net.tcp.capture.zeek import ACK, FIN, SYN
from prep.net.tcp.segment import Segment

FIRST = Segment(NUMBER[START], None, bits.SYN)
IDLE: Final = ("CLOSED", "LISTEN")
SYNCHRONIZED: Final = ("ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT")


def prove(step: Step, kind: Kind) -> None:
    """Delivers to the sender what it shows to have: all that it acknowledges, and the bare ACKs before its segment."""
    me = kind.sender
    tcb = step.ends[me].tcb
    if kind.flags & SYN and kind.flags & ACK:
        reset = tcb.state in SYNCHRONIZED and any("RST" in item.flags for item in step.inbox[me])
        if kind.seq != START or reset:
            _renewed(step, me)
        if tcb.state in IDLE:
            _listened(step, me, another=kind.ack == BAD)
    if kind.flags & ACK and kind.ack in (COVERS, ALL):
        _unseen(step, me, 1 - me, kind)
        _covered(step, me, ACKED[kind.ack])
    again = (kind.flags & SYN and tcb.nxt) or (kind.flags & FIN and tcb.fin_sent)
    step.bare(me, tcb.una if again else NUMBER[OUTSIDE])  # an ACK of it would have made the retransmission needless


def _covered(step: Step, me: int, ack: int) -> None:
    """SYN and FIN up to this number arrive. What was before the last of them and did not is lost."""
    inbox = step.inbox[me]
    last = max((at for at, item in enumerate(inbox, 1) if item.length and item.end <= ack), default=0)
    arrived = [item for item in inbox[:last] if item.end <= ack and item.flags != bits.RST]
    del inbox[:last]
    for item in arrived:
        step.arrives(me, item)


def _renewed(step: Step, me: int) -> None:
    """A SYN,ACK with a new number: the old attempt was reset."""
    for item in step.inbox[me]:
        if "RST" in item.flags:
            step.arrives(me, item)
    step.inbox[me] = []
    if step.ends[me].state not in IDLE:
        step.call(me, "CRASH")


def _listened(step: Step, me: int, *, another: bool = False) -> None:
    """It answers a SYN: it was listening, and had one; `another` than the one that was seen."""
    step.paths[me] = step.paths[me] or ("CLOSED",)
    step.call(me, "OPEN_PASSIVE")
    if another or (step.paths[1 - me] and not any("SYN" in item.flags for item in step.inbox[me])):
        step.arrives(me, FIRST)


def _unseen(step: Step, me: int, you: int, kind: Kind) -> None:
    """What is acknowledged was sent, though the capture does not show it: a SYN before a SYN,ACK; or the SYN,ACK."""
    if step.ends[you].tcb.nxt:
        return
    if kind.flags & SYN:
        step.paths[you] = step.paths[you] or ("CLOSED",)
        step.call(you, "OPEN_ACTIVE")
        step.arrives(me, FIRST)
    elif step.ends[me].state == "SYN_SENT":
        if step.ends[you].state == "CLOSED":
            _listened(step, you)
        for item in step.inbox[you]:
            if "SYN" in item.flags:
                step.arrives(you, item)
        step.inbox[you] = []
        step.inbox[me] += step.ends[you].tcb.unacked
