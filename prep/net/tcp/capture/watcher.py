"""What a watcher knows of the two ends of a connection, from the packets that pass.

A capture shows segments, not states. What states there were follows from two rules:

- An end that sends a segment has made the call that sends it: a SYN is an OPEN_ACTIVE, a new FIN a CLOSE, a RST an
  ABORT, unless it is the answer that §3.10.7 prescribes to something that had just arrived.
- An end has received what it acknowledges, and what it has not acknowledged may still be under way. So a segment waits
  (`inbox`) until its receiver shows that it has it. Thus two FINs that cross are a simultaneous close, wherever the
  capture was taken, and a FIN that got lost moved nobody but its sender. A bare ACK and a RST are never acknowledged:
  they are taken to have arrived, unless their receiver goes on as if they had not.

What a call or a segment does to an end is said by endpoint.py and nowhere else.

The result is a `View` (view.py), which remembers it: every other connection goes the same way without us.
received.py says what must have arrived, resets.py what a RST means.

Left out: what no segment shows. A listener that nobody talks to, a crash, TIME_WAIT that is over, a timeout.
"""

from prep.net.tcp.capture.received import IDLE, SYNCHRONIZED, prove
from prep.net.tcp.capture.resets import challenged, goes_on, injected, resets
from prep.net.tcp.capture.step import Step, drawn, twin
from prep.net.tcp.capture.view import (
    ANEW,
    BAD,
    COVERS,
    INSIDE,
    LATER,
    NUMBER,
    OLD,
    OUTSIDE,
    START,
    STREAM,
    Kind,
    Path,
    View,
)
from prep.net.tcp.capture.zeek import ACK, FIN, RST, SYN
from prep.net.tcp.segment import Segment

MOST_UNDER_WAY = 6  # segments
MOST_VIEWS = 20_000  # that are remembered


class Watcher:
    """All views that were met, each once; what comes after MOST_VIEWS goes with its connection."""

    def __init__(self) -> None:
        self.views: dict[object, View] = {}
        self.fresh = View()

    def after(self, view: View, code: int) -> View:
        """The view after a segment of this kind; the long way, for what `view.next` does not know yet."""
        step, kind = Step(view), Kind.of(code)
        passes(step, kind)
        key = step.key()
        found = self.views.get(key)
        if found is None:
            found = step.view()
            if len(self.views) >= MOST_VIEWS:
                return found
            self.views[key] = found
        view.next[code] = found
        open_ = all(end.state == "ESTABLISHED" for end in view.ends)  # then all numbers of the stream are of one kind
        if found is view and open_ and kind.flags == ACK and (kind.seq, kind.ack) == (STREAM, COVERS):
            view.quiet |= 1 << kind.sender * 2 + kind.data
        return found


def settled(view: View) -> tuple[Path, Path]:
    """The states of each end, with what never is acknowledged (a bare ACK, a RST) taken as arrived."""
    if view.shown is None:
        step = Step(view)
        step.rest(0)
        step.rest(1)
        view.shown = (step.paths[0], step.paths[1])
    return view.shown


def passes(step: Step, whole: Kind) -> None:
    """A segment passes the watcher."""
    kind, me = whole, whole.sender
    if kind.flags & RST:  # of SYN, FIN and RST in one, which no stack sends, the strongest counts
        kind = kind._replace(flags=kind.flags & ~(SYN | FIN))
    elif kind.flags & SYN:
        kind = kind._replace(flags=kind.flags & ~FIN)
    if _fresh(step) and not kind.flags & (SYN | RST):
        if not kind.flags & ACK:
            step.note("no-connection", me)
            step.known(me)
            step.count(whole)
            return
        _midstream(step)
    if kind.flags & RST:
        resets(step, kind)
    else:
        if kind.seq == ANEW:
            injected(step, me)
            kind = kind._replace(seq=STREAM)
        goes_on(step, kind)
        _older(step, kind)
        if kind.seq == LATER:
            _third_ack(step, me, 1 - me)
            kind = kind._replace(seq=STREAM)
        prove(step, kind)
        _explain(step, kind)
        challenged(step, me)
    step.known(me)
    step.count(whole)
    _send(step, 1 - me, kind)


def _fresh(step: Step) -> bool:
    """Nothing has been seen but, perhaps, segments that belong to no connection."""
    return not any(step.paths) or (max(map(len, step.paths)) == 1 and _strayed(step))


def _strayed(step: Step) -> bool:
    return any(note.code == "no-connection" for note in step.notes)


def _midstream(step: Step) -> None:
    """The capture began later than the connection."""
    step.holds(0)
    step.holds(1)
    step.note("midstream", 0)


def _older(step: Step, kind: Kind) -> None:
    """A SYN is answered with an ACK of something else: that end holds an older connection (RFC 9293 Figure 9)."""
    me, you = kind.sender, 1 - kind.sender
    other = kind.flags & ACK and not kind.flags & SYN and kind.ack in (OLD, BAD)
    if other and not step.paths[me] and step.ends[you].state == "SYN_SENT":
        step.holds(me)
        step.inbox[me] = []
        step.note("syn-challenged", you, "ESTABLISHED")


def _explain(step: Step, kind: Kind) -> None:
    """What its sender must have called."""
    me, tcb = kind.sender, step.ends[kind.sender].tcb
    if kind.flags & SYN and not kind.flags & ACK:
        if kind.seq != START:
            step.bare(1 - me)
            if step.paths[1 - me]:  # else it is another attempt
                step.note("syn-challenged", me, step.ends[1 - me].state)
        elif tcb.state in IDLE:
            step.known(me)
            step.call(me, "OPEN_ACTIVE")
    if kind.data and not kind.flags & SYN:
        _third_ack(step, me, 1 - me)
    if kind.flags & FIN and not tcb.fin_sent and kind.seq == STREAM:
        step.call(me, "CLOSE")


def _third_ack(step: Step, me: int, you: int) -> None:
    """Whoever sends data, or acknowledges more than the SYN, has it, and the peer has the SYN,ACK, though neither was
    captured."""
    if step.ends[me].state != "SYN_RECEIVED":
        return
    for item in [item for item in step.inbox[you] if "SYN" in item.flags]:
        step.inbox[you].remove(item)
        step.arrives(you, item)
    step.arrives(me, Segment(NUMBER[STREAM], NUMBER[STREAM]))


def _send(step: Step, to: int, kind: Kind) -> None:
    """Under way. What the window does not take is answered at once, what would change nothing is dropped."""
    segment, inbox, end = drawn(kind), step.inbox[to], step.ends[to]
    strange = segment.seq in (NUMBER[INSIDE], NUMBER[OUTSIDE]) and "RST" not in segment.flags
    if strange and end.state in (*SYNCHRONIZED, "SYN_RECEIVED"):
        step.bare(to)
        step.arrives(to, segment)
        return
    if "FIN" in segment.flags and segment.end <= end.tcb.rcv_nxt:  # once more: stacks take its ACK (Appendix A.2)
        segment = Segment(end.tcb.rcv_nxt, segment.ack)
    if segment in inbox:
        return
    inbox.append(segment)
    if len(inbox) == 1 and not segment.length and "RST" not in segment.flags and end.state in SYNCHRONIZED:
        after = twin(end)
        after.arrives(segment)
        if (after.state, after.tcb.una, after.tcb.rcv_nxt) == (end.state, end.tcb.una, end.tcb.rcv_nxt):
            inbox.clear()
    elif len(inbox) > MOST_UNDER_WAY:
        step.arrives(to, inbox.pop(0))
