"""User calls (RFC 9293 §3.10.1 to §3.10.6) and what a timer or ICMP does (§3.10.8, §3.9.2.2, §3.8.4).

Each gives what the caller is told: `ok`, `queued`, `state = …` or RFC 9293's words for an error. A timer has nobody to
tell; it leaves a signal.
"""

from collections.abc import Callable

from prep.net.tcp.segment import RST, Segment
from prep.net.tcp.tcb import Tcb

OK = "ok"
QUEUED = "queued"
EXISTS = "error: connection already exists"
NO_CONNECTION = "error: connection does not exist"
CLOSING = "error: connection closing"
NO_ROOM = "error: insufficient resources"

UNOPENED = ("LISTEN", "SYN_SENT", "SYN_RECEIVED")
CLOSED_BY_BOTH = ("CLOSING", "LAST_ACK", "TIME_WAIT")


def open_passive(tcb: Tcb) -> str:
    """§3.10.1. A second passive OPEN must not touch the first (§3.9.1.1, MUST-41)."""
    if tcb.state != "CLOSED":
        return EXISTS
    tcb.enter("LISTEN")
    return OK


def open_active(tcb: Tcb) -> str:
    """§3.10.1; from LISTEN it turns the passive OPEN into an active one."""
    if tcb.state not in ("CLOSED", "LISTEN"):
        return EXISTS
    tcb.active = True
    tcb.synchronize()
    tcb.enter("SYN_SENT")
    return OK


def send(tcb: Tcb, length: int = 1) -> str:
    """§3.10.2. What the peer's window has no room for waits."""
    if tcb.state == "CLOSED":
        return NO_CONNECTION
    if tcb.closing or tcb.state not in (*UNOPENED, "ESTABLISHED", "CLOSE_WAIT"):
        return CLOSING
    if length > tcb.window:
        return NO_ROOM
    if tcb.state == "LISTEN":
        open_active(tcb)
    tcb.pending.append(length)
    tcb.flush()
    return OK


def receive(tcb: Tcb) -> str:
    """§3.10.3. One RECEIVE takes all that is there."""
    if tcb.state == "CLOSED":
        return NO_CONNECTION
    if tcb.state in CLOSED_BY_BOTH or (tcb.state == "CLOSE_WAIT" and not tcb.unread):
        return CLOSING
    if tcb.unread:
        tcb.unread = 0
        return OK
    tcb.reads += 1
    return QUEUED


def close(tcb: Tcb) -> str:
    """§3.10.4: "I have no more data to send"; what the peer sends is still received (§3.6). From SYN_RECEIVED the FIN
    goes at once where no SEND waits before it."""
    if tcb.state == "CLOSED":
        return NO_CONNECTION
    if tcb.closing or tcb.state not in (*UNOPENED, "ESTABLISHED", "CLOSE_WAIT"):
        return CLOSING
    if tcb.state in ("LISTEN", "SYN_SENT"):
        tcb.forget("CLOSED")
        return OK
    tcb.signal = "unread data: a socket's close() sends RST here" if tcb.unread else ""
    tcb.closing = True
    if tcb.state == "SYN_RECEIVED" and not tcb.pending:
        tcb.enter("FIN_WAIT_1")
    tcb.flush()
    return OK


def close_unread(tcb: Tcb) -> str:
    """CLOSE of a half-duplex stack, as `close()` of a socket is: octets that nobody has read are lost, and a RST says
    so (§3.6.1 MAY-1, SHLD-3)."""
    return abort(tcb) if tcb.unread else close(tcb)


def abort(tcb: Tcb) -> str:
    """§3.10.5."""
    if tcb.state == "CLOSED":
        return NO_CONNECTION
    if tcb.state not in ("LISTEN", "SYN_SENT", *CLOSED_BY_BOTH):
        tcb.sent.append(Segment(tcb.nxt, None, RST))
    tcb.forget("CLOSED")
    return OK


def status(tcb: Tcb) -> str:
    """§3.10.6."""
    return NO_CONNECTION if tcb.state == "CLOSED" else f"state = {tcb.state.replace('_', '-')}"


# ── timers, ICMP ──


def timeout_rto(tcb: Tcb) -> str:
    """§3.10.8."""
    if tcb.unacked:
        tcb.retransmit()
    else:
        tcb.signal = "nothing to retransmit"
    return ""


def timeout_user(tcb: Tcb) -> str:
    """§3.10.8: from any state."""
    return _given_up(tcb, tcb.state != "CLOSED", "connection aborted due to user timeout")


def timeout_2msl(tcb: Tcb) -> str:
    """§3.10.8."""
    return _given_up(tcb, tcb.state == "TIME_WAIT", "")


def timeout_keepalive(tcb: Tcb) -> str:
    """§3.8.4: probes were not answered, up to the implementation's limit (§3.8.3)."""
    return _given_up(tcb, tcb.state in ("ESTABLISHED", "CLOSE_WAIT"), "connection timed out")


def icmp_hard_error(tcb: Tcb) -> str:
    """§3.9.2.2, SHLD-26."""
    return _given_up(tcb, tcb.state not in ("CLOSED", "LISTEN", "TIME_WAIT"), "destination unreachable")


def icmp_soft_error(tcb: Tcb) -> str:
    """§3.9.2.2, MUST-56: the user may hear of it; the connection stays."""
    tcb.signal = "destination unreachable for now" if tcb.state != "CLOSED" else "no connection"
    return ""


def crash(tcb: Tcb) -> str:
    """A reboot: the peer hears nothing of it (§3.5.1)."""
    tcb.forget("CLOSED")
    return ""


def _given_up(tcb: Tcb, can: bool, signal: str) -> str:
    """A timer ends the connection, in silence towards the peer."""
    if can:
        tcb.forget("CLOSED")
    tcb.signal = signal if can else "no such timer runs"
    return ""


EVENTS: dict[str, Callable[[Tcb], str]] = {
    "OPEN_PASSIVE": open_passive,
    "OPEN_ACTIVE": open_active,
    "SEND": send,
    "RECEIVE": receive,
    "CLOSE": close,
    "CLOSE:unread": close_unread,
    "ABORT": abort,
    "STATUS": status,
    "TIMEOUT_RTO": timeout_rto,
    "TIMEOUT_USER": timeout_user,
    "TIMEOUT_2MSL": timeout_2msl,
    "TIMEOUT_KEEPALIVE": timeout_keepalive,
    "ICMP_HARD_ERROR": icmp_hard_error,
    "ICMP_SOFT_ERROR": icmp_soft_error,
    "CRASH": crash,
}
