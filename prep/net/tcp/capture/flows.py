"""Every connection of a capture, handed out as it ends.

A packet costs one look into a dictionary (addresses and ports → the sending side of its connection), a comparison with
what that side was expected to send, and mostly no more: a plain ACK or data segment of an open connection leads nowhere
(`View.quiet`), and one in order is of a kind that is known beforehand. Everything else is classified first (sides.py);
what no view remembers is put to the two endpoints (watcher.py).

- When a connection ends. When both ends have closed or one has reset, it waits for late segments until LINGERING others
  have ended after it, or as many as are open; else at the end of the file. A SYN with a new sequence number that is
  answered as new begins a connection of its own on the same ports; one that is not (a challenge ACK) stays.
- Memory. It grows with the connections that are open, up to MOST_OPEN: when one more comes, the half that has been
  silent longest is given out as it stands (`evicted`). There is no limit in seconds: an idle connection is still one,
  and the clock of a hostile capture is worth nothing.
"""

import struct
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from prep.net.tcp.capture.frames import ETHERNET, VLAN, scale_of, tcp_of
from prep.net.tcp.capture.records import Buffer, Record
from prep.net.tcp.capture.sides import HALF, MASK, UNKNOWN, Flow, Side, Trial
from prep.net.tcp.capture.view import COVERS, OLD, OUTSIDE, START, View, code_of
from prep.net.tcp.capture.watcher import Watcher
from prep.net.tcp.capture.zeek import ACK, FIN, RST, SYN, backwards

LINGERING = 500  # connections
BATCH = 64  # connections that are given out together
MOST_OPEN = 131_072  # connections; about a kilobyte each

# Ethernet, IPv4 without options, TCP: ethertype, version and header length, total length, fragment, protocol,
# addresses and ports, SEQ, ACK, data offset, flags, window; the same of IPv6, from its length on; the last six of TCP.
_plain = struct.Struct(">12xHBxH2xHxB2x12sIIBBH").unpack_from
_plain6 = struct.Struct(">18xHBx36sIIBBH").unpack_from
_ported = struct.Struct(">4sIIBBH").unpack_from
PLAIN, BEFORE_TCP = 54, 34  # octets
BARE, DATA = ([code_of(0, flags, data, 0, 0) for flags in range(32)] for data in (False, True))
SYN_ACK: Final = code_of(0, SYN | ACK, False, START, COVERS)
TURN: Final = code_of(1, 0, False, 0, 0)
NEITHER: Final = SYN | RST | ACK


class Flows:
    """
    packets: all records; count: connections; skipped: packets without TCP that can be followed, by reason.
    """

    def __init__(self, buffer: Buffer) -> None:
        self.buffer = buffer
        self.packets = self.count = 0
        self.skipped: dict[str, int] = {}
        self.watcher = Watcher()
        self.fresh = self.watcher.fresh
        self.opened = self.watcher.after(self.fresh, code_of(0, SYN, False, START, OLD))
        self.sides: dict[bytes, Side] = {}
        self.closed: deque[Flow] = deque()
        self.ended: list[Flow] = []

    def follow(self, records: Iterable[Record]) -> Iterator[Flow]:
        """The connections as they end; at the end of the records those that are still open. Each is whole until the
        next one is asked for."""
        buffer, sides, ended = self.buffer, self.sides, self.ended
        plain, plain6, ported = _plain, _plain6, _ported
        find, special, bare_of, bits_of = sides.get, self.special, BARE, DATA
        count = 0
        for when, start, here, wire, link in records:
            count += 1
            kind, place, stop = 0, start + BEFORE_TCP, start + here
            if link == ETHERNET and here >= PLAIN:
                kind, first, total, part, protocol, key, seq, ack, offset, flags, window = plain(buffer, start)
                while kind in VLAN and place + 24 <= stop:
                    place += 4
                    kind, first, total, part, protocol, key, seq, ack, offset, flags, window = plain(
                        buffer, place - BEFORE_TCP
                    )
            if kind == 0x0800 and first == 0x45 and protocol == 6 and not part & 0x3FFF and total:
                length = total - 20 - (offset >> 4) * 4
            elif kind == 0x0800 and first >> 4 == 4 and protocol == 6 and not part & 0x3FFF and place + 60 <= stop:
                place += (first & 15) * 4 - 20
                ports, seq, ack, offset, flags, window = ported(buffer, place)
                key = key[:8] + ports
                length = total - (first & 15) * 4 - (offset >> 4) * 4 if first & 15 > 5 else -1
            elif kind == 0x86DD and first >> 4 == 6 and place + 40 <= stop:
                total, protocol, key, seq, ack, offset, flags, window = plain6(buffer, place - BEFORE_TCP)
                place += 20
                length = total - (offset >> 4) * 4 if protocol == 6 and total else -1
            else:
                length = -1
            if length < 0 or offset < 0x50:  # anything else
                found = tcp_of(buffer, start, here, wire, link)
                if isinstance(found, str):
                    self.skipped[found] = self.skipped.get(found, 0) + 1
                    continue
                key, place, length = found
                _, seq, ack, offset, flags, window = ported(buffer, place)
            flags &= 0x17
            me = find(key)
            if me is None:
                me = self.begin(key, flags, when)
            flow, view = me.flow, me.flow.view
            flow.last = when
            me.packets += 1
            if flags == ACK and view.quiet & (me.data if length else me.bare):
                if seq == me.nxt:
                    if length:
                        me.nxt = (seq + length) & MASK
                else:
                    me.strays(seq, length)
                if ack != me.ack:
                    if (ack - me.ack) & MASK < HALF:
                        me.ack = ack
                        me.dups = 0
                elif not length and window == me.window and ack != me.peer.nxt:
                    me.dups += 1
                if window != me.window:
                    me.window = window
                    if not window:
                        me.noted().zeros += 1
                continue
            you = me.peer
            after: View | None = None
            if flow.trial:
                pass
            elif seq == me.nxt and ack == you.nxt and flags & NEITHER == ACK:  # in order
                after = view.next.get((bits_of[flags] if length else bare_of[flags]) | me.behind | you.whole)
                if after is not None:
                    if flags & FIN:
                        if me.fin == UNKNOWN:
                            me.closes((seq + length) & MASK)
                        else:
                            me.noted().again += 1
                    elif length:
                        me.nxt = (seq + length) & MASK
                    me.ack = ack
                    me.dups = 0
                    if window != me.window:
                        me.window = window
                        if not window:
                            me.noted().zeros += 1
            elif me.iss == UNKNOWN and not length:
                if flags == SYN and you.iss == UNKNOWN and not me.turn:  # the first
                    after = self.opened
                elif flags == SYN | ACK and you.syns and ack == you.nxt:
                    after = view.next.get(SYN_ACK | me.behind & TURN)
                    me.ack = ack if after else UNKNOWN
                if after is not None:
                    me.iss = seq
                    me.nxt = (seq + 1) & MASK
                    me.window = window
                    me.syns = 1
                    if offset > 0x50:
                        me.scale = scale_of(buffer, place, stop)
            if after is None:
                special(me, flags, seq, ack, length, window, place, stop, when)
            else:
                flow.view = after
                if after.over and not flow.waiting:
                    self.linger(flow)
            if len(ended) > BATCH:
                yield from self.out()
        self.packets = count
        for flow in sorted({side.flow for side in sides.values()}, key=lambda flow: flow.number):
            self.end(flow)
            yield from self.out()

    def out(self) -> Iterator[Flow]:
        """Those that have ended; taken apart behind their reader, so that nobody has to look for cycles."""
        ended = self.ended
        if len(ended) > 1:
            ended.sort(key=lambda flow: flow.number)
        for flow in ended:
            yield flow
            del flow.sides[0].peer
            del flow.sides
        ended.clear()

    # ── connections begin and end ──

    def begin(self, key: bytes, flags: int, when: float) -> Side:
        """A connection that begins with this packet; gives its sender."""
        sides = self.sides
        if len(sides) >= MOST_OPEN * 2:
            self.evict()
        half = len(key) // 2 - 2
        mirrored = key[half:-4] + key[:half] + key[-2:] + key[-4:-2]
        self.count += 1
        flow = Flow(self.count, self.fresh, when)
        turn = 0
        if flags != SYN and backwards(flags, int.from_bytes(key[-4:-2]), int.from_bytes(key[-2:])):
            turn = 1
        me, you = Side(flow, turn, key), Side(flow, 1 - turn, mirrored)
        me.peer, you.peer = you, me
        flow.sides = (you, me) if turn else (me, you)
        sides[mirrored] = you
        sides[key] = me  # a connection with itself has one key; then the sender counts
        return me

    def linger(self, flow: Flow) -> None:
        flow.waiting = True
        self.closed.append(flow)
        if 2 * len(self.closed) > LINGERING + len(self.sides) // 2:
            self.end(self.closed.popleft())

    def end(self, flow: Flow) -> None:
        """The connection is over for us. A SYN that nobody has answered was an attempt of its own."""
        if flow.gone:
            return
        flow.gone = True
        for side in flow.sides:
            self.sides.pop(side.key, None)
        trial = flow.trial
        if trial and (trial.far or trial.before.over):
            self.end(self.split(flow, trial))
        self.ended.append(flow)

    def evict(self) -> None:
        """Gives out the half that has been silent longest."""
        flows = sorted({side.flow for side in self.sides.values()}, key=lambda flow: flow.last)
        for flow in flows[: len(flows) // 2 + 1]:
            flow.evicted = True
            self.end(flow)
        self.closed = deque(flow for flow in self.closed if not flow.gone)

    # ── packets that can change something ──

    def special(
        self, me: Side, flags: int, seq: int, ack: int, length: int, window: int, place: int, stop: int, when: float
    ) -> None:
        renewed = False
        if me.flow.trial:
            me = self.tried(me, flags, ack)
        flow, you = me.flow, me.peer
        if flags & SYN and not flags & (RST | FIN):
            scale = scale_of(self.buffer, place, stop)
            renewed = me.iss not in (UNKNOWN, seq) and (me.syns > 0 or not you.syns)
            if renewed and not flags & ACK:
                self.try_new(me, seq, when, window, scale)
            else:
                me.begins(seq, length, scale)
        elif me.iss == UNKNOWN:
            me.iss, me.nxt = (seq - 1) & MASK, seq
        if flags & ACK and you.iss == UNKNOWN:
            you.iss, you.nxt = (ack - 1) & MASK, ack
        elif flags & ACK and not you.packets and (ack - you.nxt) & MASK < HALF:
            you.nxt = ack  # a capture of one direction
        code = me.kind(flags, seq, ack, length, renewed=renewed)
        flow.view = self.look(flow.view, code)
        if not renewed or flags & ACK:
            me.sends(flags, seq, ack, length, window, outside=code >> 2 & 7 == OUTSIDE)
        if flow.view.over and not flow.waiting:
            self.linger(flow)

    def look(self, view: View, code: int) -> View:
        return view.next.get(code) or self.watcher.after(view, code)

    # ── a SYN on ports that have a connection ──

    def try_new(self, me: Side, seq: int, when: float, window: int, scale: int) -> None:
        flow = me.flow
        if not flow.trial or flow.trial.seq != seq:
            flow.trial = Trial(me, seq, when, window, scale)
        flow.trial.count += 1
        me.syns += 1

    def tried(self, me: Side, flags: int, ack: int) -> Side:
        """The packet after such a SYN: where it answers it as new, it belongs to another connection. Its sender."""
        flow = me.flow
        trial = flow.trial
        if trial is None or (me is trial.sender and flags & SYN):
            return me
        if me is trial.sender or ack != (trial.seq + 1) & MASK or not (flags & ACK and flags & (SYN | RST)):
            flow.trial = None
            return me
        me.packets -= 1
        flow.gone = True
        for side in flow.sides:
            self.sides.pop(side.key, None)
        new = self.split(flow, trial)
        self.ended.append(flow)
        new.last = flow.last
        new.sides[1].packets += 1
        return new.sides[1]

    def split(self, old: Flow, trial: Trial) -> Flow:
        """The SYN of the trial begins a connection of its own; what it had done to the old one is undone."""
        old.trial, old.view = None, trial.before
        trial.sender.packets -= trial.count
        trial.sender.syns -= trial.count
        me = self.begin(trial.sender.key, SYN, trial.when)
        me.iss, me.nxt = trial.seq, (trial.seq + 1) & MASK
        me.window, me.scale = trial.window, trial.scale
        me.packets = me.syns = trial.count
        if trial.count > 1:
            me.noted().again = trial.count - 1
        me.flow.reused, me.flow.view = True, self.opened
        return me.flow
