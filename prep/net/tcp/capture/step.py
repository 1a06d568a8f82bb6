"""A view while a segment changes it: two endpoints, what is under way to each, and what is written down meanwhile.

Everything that happens to an end goes through `call` and `arrives`, and so through endpoint.py.
"""

from copy import copy

from prep.net.tcp import segment as bits
from prep.net.tcp.capture import zeek
from prep.net.tcp.capture.view import ACKED, INSIDE, NUMBER, OUTSIDE, START, STREAM, Kind, Note, Path, View
from prep.net.tcp.capture.zeek import ACK, FIN, RST, SYN
from prep.net.tcp.endpoint import Endpoint
from prep.net.tcp.segment import NONE, Segment

LONGEST_PATH = 40  # states; hostile captures could go round for ever
MOST_NOTES = 12


class Step:
    """The fields of a View, as lists; `me` and `you`, 0 or 1, are ends.

    ignored: the RST that passes is dropped by whom it reaches; doubted: it may yet turn out to have closed nothing.
    """

    def __init__(self, view: View) -> None:
        self.ends = [twin(end) for end in view.ends]
        self.inbox = [list(inbox) for inbox in view.inbox]
        self.paths = list(view.paths)
        self.zeek, self.undo, self.history = view.zeek, view.undo, view.history
        self.notes, self.spared = view.notes, list(view.spared)
        self.ignored = self.doubted = False

    def view(self) -> View:
        made = View()
        made.ends = (self.ends[0], self.ends[1])
        made.inbox = (tuple(self.inbox[0]), tuple(self.inbox[1]))
        made.paths = (self.paths[0], self.paths[1])
        made.zeek, made.undo, made.history, made.notes = self.zeek, self.undo, self.history, self.notes
        made.spared = (self.spared[0], self.spared[1])
        closed = [end.state in (zeek.CLOSED, zeek.RESET) for end in self.zeek]
        made.over = all(closed) or any(end.state == zeek.RESET for end in self.zeek)
        return made

    def key(self) -> object:
        """What tells this view from others."""
        ends = tuple(map(_told, self.ends))
        inboxes = tuple(map(tuple, self.inbox))
        spared = tuple(one and (_told(one[0]), one[1]) for one in self.spared)
        return ends, inboxes, tuple(self.paths), self.zeek, self.undo, self.history, self.notes, spared

    # ── what happens to an end ──

    def call(self, me: int, event: str) -> None:
        self._went(me, self.ends[me].event(event).path)

    def arrives(self, me: int, segment: Segment) -> None:
        if "RST" in segment.flags and segment.seq != NUMBER[OUTSIDE]:
            segment = segment._replace(seq=self.ends[me].tcb.rcv_nxt)
        self._went(me, self.ends[me].arrives(segment).path)

    def _went(self, me: int, path: Path) -> None:
        if len(path) > 1 and len(self.paths[me]) < LONGEST_PATH:
            whole = (*(self.paths[me] or path[:1]), *path[1:])
            self.paths[me] = tuple(state for at, state in enumerate(whole) if not at or state != whole[at - 1])

    def known(self, me: int) -> None:
        """From now on this end has a path; it begins where it is."""
        self.paths[me] = self.paths[me] or (self.ends[me].state,)

    def bare(self, me: int, most: int = NUMBER[OUTSIDE]) -> None:
        """Bare ACKs up to `most` arrive, as far as nothing else stands before them."""
        inbox = self.inbox[me]
        while inbox and not inbox[0].length and "RST" not in inbox[0].flags and (inbox[0].ack or 0) <= most:
            self.arrives(me, inbox.pop(0))

    def rest(self, me: int) -> None:
        """What never is acknowledged arrives: bare ACKs, RSTs and the last SYN,ACK of a simultaneous open, in order, as
        far as nothing else stands before."""
        inbox = self.inbox[me]
        while inbox and (not inbox[0].length or self._crossed(me, inbox[0])):
            if inbox[0].flags == bits.RST and inbox[0].seq == NUMBER[INSIDE]:  # nobody has challenged it: it was real
                self.call(1 - me, "CRASH")
            self.arrives(me, inbox.pop(0))

    def _crossed(self, me: int, item: Segment) -> bool:
        """RFC 9293 Figure 7: nothing follows it."""
        end = self.ends[me]
        return "SYN" in item.flags and item.ack is not None and end.state == "SYN_RECEIVED" and end.tcb.active

    def holds(self, me: int) -> None:
        """It has a connection that began before the capture."""
        tcb = self.ends[me].tcb
        tcb.state, tcb.heard = "ESTABLISHED", True
        tcb.una = tcb.nxt = tcb.rcv_nxt = NUMBER[STREAM]
        self.paths[me] = ("ESTABLISHED",)

    def spare(self, me: int) -> None:
        """Before a RST in its name: it may turn out to be another's."""
        self.spared[me] = (twin(self.ends[me]), tuple(self.inbox[me]))
        self.doubted = True

    def revive(self, me: int) -> None:
        """It was, and this end is as it was before."""
        if one := self.spared[me]:
            self.ends[me], self.inbox[me], self.spared[me] = twin(one[0]), list(one[1]), None
            self.paths[me] = self.paths[me][:-1]
            self.undone()

    # ── what is written down ──

    def note(self, code: str, me: int, state: str = "") -> None:
        note = Note(code, me, state)
        if note not in self.notes and len(self.notes) < MOST_NOTES:
            self.notes += (note,)

    def noted(self, code: str, me: int) -> bool:
        return any(note.code == code and note.end == me for note in self.notes)

    def undone(self) -> None:
        """A RST that was doubted has closed nothing."""
        self.zeek, self.undo = self.undo or self.zeek, None

    def count(self, kind: Kind) -> None:
        """Zeek's states and letters; a RST that is ignored has a letter only."""
        if not self.ignored:
            if self.doubted:
                self.undo = self.undo or self.zeek
            self.zeek = zeek.after(self.zeek, kind.sender, kind.flags, kind.data)
        letter = zeek.letter(kind.flags, kind.data)
        letter = letter.lower() if kind.sender else letter
        if letter not in self.history:
            self.history += letter


def _told(end: Endpoint) -> object:
    t = end.tcb
    return t.state, t.active, t.heard, t.una, t.nxt, t.rcv_nxt, t.closing, t.fin_sent, *t.unacked, None, *t.held


def drawn(kind: Kind) -> Segment:
    """The segment that the ends see: its text left out. A SYN,ACK is the first of its connection, whatever was."""
    flags = bits.SYN if kind.flags & SYN else bits.FIN if kind.flags & FIN else bits.RST if kind.flags & RST else NONE
    seq = NUMBER[START] if kind.flags & SYN and kind.flags & ACK else NUMBER[kind.seq]
    return Segment(seq, ACKED[kind.ack] if kind.flags & ACK else None, flags)


def twin(end: Endpoint) -> Endpoint:
    """A copy that goes its own way."""
    made = copy(end)
    made.tcb = tcb = copy(end.tcb)
    tcb.unacked, tcb.pending, tcb.held = copy(tcb.unacked), copy(tcb.pending), copy(tcb.held)
    return made
