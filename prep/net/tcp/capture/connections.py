"""The connections that are open: how one begins, ends, and gives way to another on the same ports.

- When a connection ends. When both ends have closed or one has reset, it waits for late segments until LINGERING others
  have ended after it, or as many as are open; else at the end of the file. A SYN with a new sequence number that is
  answered as new begins a connection of its own on the same ports; one that is not (a challenge ACK) stays.
- Memory. It grows with the connections that are open, up to MOST_OPEN: when one more comes, the half that has been
  silent longest is given out as it stands (`evicted`). There is no limit in seconds: an idle connection is still one,
  and the clock of a hostile capture is worth nothing.
- A connection with itself has one key and one Side, which is its own peer.
"""

from collections import deque
from collections.abc import Iterator

from prep.net.tcp.capture.kinds import lies
from prep.net.tcp.capture.sides import MASK, UNKNOWN, Flow, Side, Trial
from prep.net.tcp.capture.view import OLD, OUTSIDE, START, code_of
from prep.net.tcp.capture.watcher import Watcher
from prep.net.tcp.capture.zeek import ACK, RST, SYN, backwards

LINGERING = 500  # connections
MOST_OPEN = 131_072  # connections; about a kilobyte each


def unheard(me: Side) -> bool:
    """Its attempt has had no answer, as far as anybody can see."""
    return me.ack == UNKNOWN and not me.peer.packets


class Connections:
    """
    count: of all so far. sides: addresses and ports → who sends so. closed: those that wait for late segments, oldest
    first. ended: those that have ended and are not yet given out. doubled: has one of these each packet twice?
    """

    def __init__(self) -> None:
        self.count = 0
        self.watcher = Watcher()
        self.fresh = self.watcher.fresh
        self.opened = self.watcher.after(self.fresh, code_of(0, SYN, False, START, OLD))
        self.sides: dict[bytes, Side] = {}
        self.closed: deque[Flow] = deque()
        self.ended: list[Flow] = []
        self.doubled = False

    def out(self) -> Iterator[Flow]:
        """Those that have ended; taken apart behind their reader, so that nobody has to look for cycles."""
        ended = self.ended
        if len(ended) > 1:
            ended.sort(key=lambda flow: flow.number)
        for flow in ended:
            if flow.copies and flow.judged(doubled=self.doubled):
                self.doubled = True
            yield flow
            for side in flow.sides:
                del side.peer
            del flow.sides
            flow.trial = None
        ended.clear()

    # ── one begins and ends ──

    def begin(self, key: bytes, flags: int, when: float, start: int) -> Side:
        """A connection that begins with this packet; gives its sender."""
        sides = self.sides
        if len(sides) >= MOST_OPEN * 2:
            self.evict()
        half = len(key) // 2 - 2
        mirrored = key[half:-4] + key[:half] + key[-2:] + key[-4:-2]
        self.count += 1
        flow = Flow(self.count, self.fresh, when, start)
        turn = 0
        if flags != SYN and backwards(flags, int.from_bytes(key[-4:-2]), int.from_bytes(key[-2:])):
            turn = 1
        me, you = Side(flow, turn, key), Side(flow, 1 - turn, mirrored)
        me.peer, you.peer = you, me
        flow.sides = (you, me) if turn else (me, you)
        if mirrored == key:
            me.peer = me
            me.bare = me.data = 0  # its packets go the long way
        sides[mirrored] = you
        sides[key] = me
        return me

    def linger(self, flow: Flow) -> None:
        flow.waiting = True
        self.closed.append(flow)
        if 2 * len(self.closed) > LINGERING + len(self.sides) // 2:
            first = self.closed.popleft()
            if first.view.over:
                self.end(first)
            else:
                first.waiting = False  # its RST turned out to have closed nothing

    def end(self, flow: Flow) -> None:
        """The connection is over for us. A SYN that nobody has answered was an attempt of its own."""
        if flow.gone:
            return
        flow.gone = True
        for side in flow.sides:
            self.sides.pop(side.key, None)
        trial = flow.trial
        if trial and (trial.far or trial.before.over or unheard(trial.sender)):
            self.end(self.split(flow, trial))
        self.ended.append(flow)

    def evict(self) -> None:
        """Gives out the half that has been silent longest."""
        flows = sorted({side.flow for side in self.sides.values()}, key=lambda flow: (flow.last, flow.number))
        for flow in flows[: len(flows) // 2 + 1]:
            flow.evicted = True
            self.end(flow)
        self.closed = deque(flow for flow in self.closed if not flow.gone)

    # ── a SYN on ports that have a connection ──

    def try_new(self, me: Side, seq: int, when: float, start: int, window: int, scale: int) -> None:
        flow = me.flow
        if not flow.trial or flow.trial.seq != seq:
            flow.trial = Trial(me, seq, when, start, window, scale, far=lies(me, seq) == OUTSIDE)
        flow.trial.count += 1
        me.syns += 1

    def tried(self, me: Side, flags: int, seq: int, ack: int) -> Side:
        """The packet after such a SYN: where it answers it as new, or is one more attempt while none was answered, it
        belongs to another connection. Its sender."""
        flow = me.flow
        trial = flow.trial
        if trial is None:
            return me
        if me is trial.sender and flags & SYN:
            another = seq not in (trial.seq, me.iss) and unheard(me)
            return self.replace(flow, trial, 0) if another else me
        if me is trial.sender or ack != (trial.seq + 1) & MASK or not (flags & ACK and flags & (SYN | RST)):
            flow.trial = None
            return me
        return self.replace(flow, trial, 1)

    def replace(self, flow: Flow, trial: Trial, turn: int) -> Side:
        """The connection of the trial is the one that is open. The packet that shows it is counted there, as sent by
        this end, which is given."""
        sender = trial.sender.peer if turn else trial.sender
        sender.packets -= 1
        flow.gone = True
        for side in flow.sides:
            self.sides.pop(side.key, None)
        me = self.split(flow, trial).sides[turn]
        self.ended.append(flow)
        me.packets += 1
        return me

    def split(self, old: Flow, trial: Trial) -> Flow:
        """The SYN of the trial begins a connection of its own; what it had done to the old one is undone."""
        old.trial, old.view = None, trial.before
        trial.sender.packets -= trial.count
        trial.sender.syns -= trial.count
        me = self.begin(trial.sender.key, SYN, trial.when, trial.start)
        me.iss, me.nxt = trial.seq, (trial.seq + 1) & MASK
        me.window, me.scale = trial.window, trial.scale
        me.packets = me.syns = trial.count
        if trial.copies:
            me.flow.copies = me.noted().copies = trial.copies
            me.flow.pairs = 1
        if trial.count - trial.copies > 1:
            me.noted().again = trial.count - trial.copies - 1
        me.flow.reused, me.flow.view = True, self.opened
        return me.flow
