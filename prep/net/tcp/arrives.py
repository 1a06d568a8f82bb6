"""SEGMENT ARRIVES (RFC 9293 §3.10.7), step by step in its order; `arrives` is the whole of it.

The laws stand at the top of endpoint.py. Steps that this model has no use for are left out: security (third) and the
urgent pointer (sixth).
"""

from prep.net.tcp.segment import RST, SYN, Segment, before, inside, plus, upto
from prep.net.tcp.tcb import State, Tcb

AFTER_FIN: dict[State, State] = {"ESTABLISHED": "CLOSE_WAIT", "FIN_WAIT_1": "CLOSING", "FIN_WAIT_2": "TIME_WAIT"}
RECEIVING = tuple(AFTER_FIN)


def arrives(tcb: Tcb, segment: Segment) -> None:
    if tcb.state == "CLOSED":
        _closed(tcb, segment)
    elif tcb.state == "LISTEN":
        _listen(tcb, segment)
    elif tcb.state == "SYN_SENT":
        _syn_sent(tcb, segment)
    else:
        _others(tcb, segment)
    tcb.flush()


def _closed(tcb: Tcb, segment: Segment) -> None:
    """§3.10.7.1; §3.5.2 group 1."""
    if "RST" in segment.flags:
        return
    if segment.ack is None:
        tcb.sent.append(Segment(0, segment.end, RST))
    else:
        _refuse(tcb, segment.ack)


def _refuse(tcb: Tcb, ack: int) -> None:
    """`<SEQ=SEG.ACK><CTL=RST>`: a number that its receiver believes."""
    tcb.sent.append(Segment(ack, None, RST))


def _listen(tcb: Tcb, segment: Segment) -> None:
    """§3.10.7.2."""
    if "RST" in segment.flags:
        return
    if segment.ack is not None:
        _refuse(tcb, segment.ack)
    elif "SYN" in segment.flags:
        tcb.hear(segment)
        tcb.synchronize()
        tcb.enter("SYN_RECEIVED")


def _syn_sent(tcb: Tcb, segment: Segment) -> None:
    """§3.10.7.3."""
    if segment.ack is not None and not _acks_something_new(tcb, segment.ack):
        if "RST" not in segment.flags:
            _refuse(tcb, segment.ack)
        return
    if "RST" in segment.flags:
        if segment.ack is not None:
            tcb.forget("CLOSED")
            tcb.signal = "connection reset"
        return
    if "SYN" not in segment.flags:
        return
    tcb.hear(segment)
    if segment.ack is None:
        tcb.enter("SYN_RECEIVED")
        tcb.retransmit()
    else:
        tcb.acked(segment.ack)
        tcb.enter("ESTABLISHED")
        _take_in_order(tcb)
        tcb.acknowledge()


def _acks_something_new(tcb: Tcb, ack: int) -> bool:
    """SND.UNA < SEG.ACK =< SND.NXT."""
    return before(tcb.una, ack) and upto(ack, tcb.nxt)


# ── other states ──


def _others(tcb: Tcb, segment: Segment) -> None:
    """§3.10.7.4."""
    if _crossed_syn_ack(tcb, segment):
        _fifth(tcb, segment)
        _take_in_order(tcb)
        tcb.acknowledge()
    elif not _acceptable(tcb, segment):
        if "RST" not in segment.flags:
            tcb.acknowledge()
    elif "RST" in segment.flags:
        _second(tcb, segment)
    elif "SYN" in segment.flags:
        _fourth(tcb, segment)
    else:
        new = segment.trimmed(tcb.rcv_nxt, tcb.window)
        if _fifth(tcb, new):
            _seventh_and_eighth(tcb, new)


def _crossed_syn_ack(tcb: Tcb, segment: Segment) -> bool:
    """The SYN,ACK of a simultaneous open: Figure 7 lets it establish, Table 6 would not (Appendix A.2)."""
    syn_ack = segment.flags == SYN and segment.seq == tcb.irs and not segment.data and segment.ack is not None
    return tcb.state == "SYN_RECEIVED" and tcb.active and syn_ack and _acks_something_new(tcb, segment.ack or 0)


def _acceptable(tcb: Tcb, segment: Segment) -> bool:
    """First: Table 6."""
    if not tcb.window:
        return not segment.length and segment.seq == tcb.rcv_nxt
    last = plus(segment.seq, max(0, segment.length - 1))
    return any(inside(number, tcb.rcv_nxt, tcb.window) for number in (segment.seq, last))


def _second(tcb: Tcb, segment: Segment) -> None:
    """Second: a RST counts at exactly RCV.NXT (RFC 5961 §3); elsewhere in the window it is challenged."""
    if segment.seq != tcb.rcv_nxt:
        tcb.acknowledge()
    elif tcb.state == "SYN_RECEIVED":
        tcb.signal = "connection refused" if tcb.active else ""
        tcb.forget("CLOSED" if tcb.active else "LISTEN")
    else:
        tcb.signal = "" if tcb.state in ("CLOSING", "LAST_ACK", "TIME_WAIT") else "connection reset"
        tcb.forget("CLOSED")


def _fourth(tcb: Tcb, segment: Segment) -> None:
    """Fourth: a SYN is challenged wherever it lies (RFC 5961 §4); in the window a passive OPEN begins again with it."""
    if tcb.state == "SYN_RECEIVED" and not tcb.active and upto(tcb.rcv_nxt, segment.seq):
        tcb.forget("LISTEN")
    else:
        tcb.acknowledge()


def _fifth(tcb: Tcb, segment: Segment) -> bool:
    """Fifth: the ACK field. May it go on?"""
    ack = segment.ack
    if ack is None:
        return False
    if tcb.state == "SYN_RECEIVED":
        if not _acks_something_new(tcb, ack):
            _refuse(tcb, ack)
            return False
        tcb.acked(ack)
        tcb.enter("ESTABLISHED")
        return True
    if not (upto(plus(tcb.una, -tcb.window), ack) and upto(ack, tcb.nxt)):  # RFC 5961 §5
        tcb.acknowledge()
        return False
    if before(tcb.una, ack):
        tcb.acked(ack)
    if tcb.fin_acked and tcb.state == "FIN_WAIT_1":
        tcb.enter("FIN_WAIT_2")
    elif tcb.fin_acked and tcb.state == "CLOSING":
        tcb.enter("TIME_WAIT")
    elif tcb.fin_acked and tcb.state == "LAST_ACK":
        tcb.forget("CLOSED")
        return False
    return True


def _seventh_and_eighth(tcb: Tcb, segment: Segment) -> None:
    """Seventh and eighth: text and FIN, in the order of their numbers; one ACK for all (MUST-59). What lies behind a
    gap is held (SHLD-31) and acknowledged up to the gap (MAY-13). After the peer's FIN there is nothing to take."""
    if tcb.state not in RECEIVING:
        if "FIN" in segment.flags:
            tcb.acknowledge()
        return
    taken = tcb.rcv_nxt
    if segment.length and segment not in tcb.held:
        tcb.held.append(segment)
    _take_in_order(tcb)
    if segment.length or tcb.rcv_nxt != taken:
        tcb.acknowledge()


def _take_in_order(tcb: Tcb) -> None:
    """Takes what is held, as far as it follows without a gap."""
    held, tcb.held = sorted(tcb.held, key=lambda segment: plus(segment.seq, -tcb.irs)), []
    for segment in held:
        if tcb.state in RECEIVING and before(tcb.rcv_nxt, segment.seq):
            tcb.held.append(segment)
        elif tcb.state in RECEIVING and before(tcb.rcv_nxt, segment.end):
            _take(tcb, segment.trimmed(tcb.rcv_nxt, tcb.window))


def _take(tcb: Tcb, new: Segment) -> None:
    tcb.rcv_nxt = new.end
    if new.data and tcb.reads:
        tcb.reads -= 1
    else:
        tcb.unread += new.data
    if "FIN" in new.flags:
        tcb.signal = "connection closing"
        tcb.enter(AFTER_FIN[tcb.state])
