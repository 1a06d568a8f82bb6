"""Who sent a RST, and why: it refuses something that had just arrived (RFC 9293 §3.5.2), or it aborts (§3.10.5).

Stacks put an ACK into the RST of an abort; a RST without one answers a segment that had an ACK, for a connection that
its sender does not have.
"""

from prep.net.tcp.capture.received import IDLE, prove
from prep.net.tcp.capture.step import Step
from prep.net.tcp.capture.view import ACKED, ALL, COVERS, INSIDE, NUMBER, OUTSIDE, Kind
from prep.net.tcp.capture.zeek import ACK, SYN

ITS_OWN = ("reset-abort", "reset-forgot", "reset-late", "reset-unknown")  # codes for a RST that its sender has sent


def resets(step: Step, kind: Kind) -> None:
    me, you = kind.sender, 1 - kind.sender
    strange = any(item.ack not in (None, ACKED[COVERS]) for item in step.inbox[me])
    step.bare(you)
    step.bare(me)
    step.doubted = kind.seq == INSIDE
    if kind.seq == OUTSIDE:
        step.ignored = True
        step.note("reset-ignored", me, step.ends[you].state)
        return
    if kind.seq == INSIDE and step.ends[me].state not in (*IDLE, "SYN_SENT"):
        step.note("reset-in-window", me, step.ends[me].state)  # is it real? Its receiver asks by a challenge ACK
        return
    if kind.flags & ACK and kind.ack in (COVERS, ALL) and step.ends[me].state not in IDLE:
        prove(step, kind)
    state = step.ends[me].state
    if state in IDLE:
        code = _refusal(step, me, you, kind)
        step.ignored = code == "reset-ignored"
        if code != "reset-unknown" or not step.noted("no-connection", you):  # which it answers (§3.10.7.1)
            step.note(code, me, step.ends[you].state)
    elif state == "SYN_SENT" and strange:
        step.doubted = True  # it refuses an ACK that it cannot place, and its own attempt goes on
        forgotten = step.noted("syn-challenged", me)
        step.note("half-open" if forgotten else "reset-bad-ack", me, step.ends[you].state)
    elif state == "SYN_SENT":
        step.note("reset-gave-up", me, step.ends[you].state)
        step.call(me, "ABORT")
    elif step.noted("syn-challenged", me) and not kind.flags & ACK:
        step.note("half-open", me, state)  # its new SYN was answered for a connection that it has forgotten
        step.call(me, "CRASH")
        step.call(me, "OPEN_ACTIVE")
    elif state == "TIME_WAIT":  # which is over, then: TIME_WAIT answers with ACKs
        step.note("reset-late", me, step.ends[you].state)
        step.call(me, "TIMEOUT_2MSL")
    else:
        _aborts(step, me, kind, state)
    step.inbox[me] = [item for item in step.inbox[me] if "RST" in item.flags]


def _refusal(step: Step, me: int, you: int, kind: Kind) -> str:
    asked = any("SYN" in item.flags and item.ack is None for item in step.inbox[me])
    if asked and step.ends[you].state == "SYN_SENT":  # which believes a RST that acknowledges its SYN (§3.10.7.3)
        return "reset-refused" if kind.flags & ACK and kind.ack == COVERS else "reset-ignored"
    if step.ends[you].state == "TIME_WAIT" and step.noted("syn-challenged", me):
        return "time-wait-assassination"
    return "reset-late" if "CLOSED" in step.paths[me][1:] else "reset-unknown"


def _aborts(step: Step, me: int, kind: Kind, state: str) -> None:
    if state not in ("ESTABLISHED", "CLOSE_WAIT", "SYN_RECEIVED"):
        code = "reset-after-close"
    else:
        code = "reset-abort" if kind.flags & ACK else "reset-forgot"
        if state != "SYN_RECEIVED":
            step.spare(me)
    step.note(code, me, state)
    step.call(me, "ABORT")


def challenged(step: Step, me: int) -> None:
    """A RST inside the window that its receiver outlives was challenged (RFC 5961 §3)."""
    asked = [item for item in step.inbox[me] if "RST" in item.flags and item.seq == NUMBER[INSIDE]]
    if asked:
        step.note("reset-challenged", 1 - me, step.ends[me].state)
        step.inbox[me] = [item for item in step.inbox[me] if item not in asked]
        step.undone()


def injected(step: Step, me: int) -> None:
    """It goes on after "its" RST: somebody between has sent that. Whether the peer believed it, the peer shows."""
    if step.spared[me] is None or step.ends[me].state != "CLOSED":
        return
    step.revive(me)
    step.inbox[1 - me] = [item for item in step.inbox[1 - me] if item.seq != NUMBER[INSIDE]]
    step.notes = tuple(note for note in step.notes if note.end != me or note.code not in ITS_OWN)
    step.note("reset-injected", me, step.ends[me].state)


def goes_on(step: Step, kind: Kind) -> None:
    """An end has dropped a forged RST; or one in SYN_SENT whose RST refused something else tries on, or is answered."""
    if step.noted("reset-injected", 1 - kind.sender):
        step.inbox[kind.sender] = [item for item in step.inbox[kind.sender] if "RST" not in item.flags]
    me, answered = kind.sender, kind.flags & SYN and kind.flags & ACK and kind.ack == COVERS
    if step.undo and step.ends[1 - me if answered else me].state == "SYN_SENT":
        step.undone()
