"""Every connection of a capture, handed out as it ends.

A packet costs one look into a dictionary (addresses and ports → the sending side of its connection), a comparison with
what that side was expected to send, and mostly no more: a plain ACK or data segment of an open connection leads nowhere
(`View.quiet`), and one in order is of a kind that is known beforehand. Everything else is classified first (kinds.py);
what no view remembers is put to the two endpoints (watcher.py).
connections.py says when a connection begins and ends, copies.py what a packet is that the capture has twice.
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Final

from prep.net.tcp.capture.connections import Connections
from prep.net.tcp.capture.copies import copied
from prep.net.tcp.capture.frames import ETHERNET, FRAGMENTED, VLAN, scale_of, tcp_of
from prep.net.tcp.capture.kinds import kind_of
from prep.net.tcp.capture.records import Buffer, Record
from prep.net.tcp.capture.sides import HALF, MASK, UNKNOWN, Flow, Side
from prep.net.tcp.capture.view import COVERS, START, View, code_of
from prep.net.tcp.capture.zeek import ACK, FIN, RST, SYN

BATCH = 64  # connections that are given out together

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


class Flows(Connections):
    """
    packets: all records; skipped: packets without TCP that can be followed, by reason.
    """

    def __init__(self, buffer: Buffer) -> None:
        super().__init__()
        self.buffer = buffer
        self.packets = 0
        self.skipped: dict[str, int] = {}

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
                    if found == FRAGMENTED:
                        self.piece(start, here, wire, link)
                    continue
                key, place, length = found
                _, seq, ack, offset, flags, window = ported(buffer, place)
            flags &= 0x17
            me = find(key)
            if me is None:
                me = self.begin(key, flags, when, place)
            flow, view = me.flow, me.flow.view
            me.packets += 1
            if flags == ACK and seq == me.nxt and view.quiet & (me.data if length else me.bare) and not flow.trial:
                if length:
                    me.nxt = seq + length
                    if me.nxt > MASK:
                        me.goes_round()
                if ack != me.ack:
                    if not me.peer.packets and me.ack != UNKNOWN:
                        me.peer.shown_to(me.ack)
                    if (ack - me.ack) & MASK < HALF or me.ack == UNKNOWN:
                        me.ack = ack
                        me.dups = 0
                elif not length and window == me.window:
                    if copied(buffer, flow, place, when, 0):
                        flow.doubles(me, 0, place)
                    elif ack != me.peer.nxt:
                        me.dups += 1
                if window != me.window:
                    me.window = window
                    if not window:
                        me.shuts()
                flow.last, flow.place = when, place
                continue
            you = me.peer
            after: View | None = None
            if flow.trial or not me.data or (not you.packets and me.packets > 1):
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
                        me.nxt = seq + length
                        if me.nxt > MASK:
                            me.goes_round()
                    elif ack == me.ack and copied(buffer, flow, place, when, 0):
                        flow.doubles(me, 0, place)
                    if (ack - me.ack) & MASK < HALF or me.ack == UNKNOWN:
                        me.ack = ack
                        me.dups = 0
                    if window != me.window:
                        me.window = window
                        if not window:
                            me.shuts()
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
                flow = special(me, flags, seq, ack, length, window, place, stop, when)
            else:
                flow.view = after
                if after.over and not flow.waiting:
                    self.linger(flow)
            flow.last, flow.place = when, place
            if len(ended) > BATCH:
                yield from self.out()
        self.packets = count
        for flow in sorted({side.flow for side in sides.values()}, key=lambda flow: flow.number):
            self.end(flow)
            yield from self.out()

    # ── packets that can change something ──

    def special(
        self, me: Side, flags: int, seq: int, ack: int, length: int, window: int, place: int, stop: int, when: float
    ) -> Flow:
        """Gives the connection of the packet, which may be a new one on the same ports."""
        renewed = False
        takes = length or flags & (SYN | FIN)
        if copied(self.buffer, me.flow, place, when, takes):
            if flags & SYN:
                me.syns += 1
            self.again(me, takes, place)
            return me.flow
        if me.flow.trial:
            me = self.tried(me, flags, seq, ack)
        flow, you = me.flow, me.peer
        if flags & SYN and not flags & (RST | FIN):
            scale = scale_of(self.buffer, place, stop)
            renewed = me.iss not in (UNKNOWN, seq) and (me.syns > 0 or not you.syns)
            if renewed and not flags & ACK:
                self.try_new(me, seq, when, place, window, scale)
            else:
                me.begins(seq, length, scale, answers=flags & ACK > 0)
        elif me.iss == UNKNOWN:
            me.iss, me.nxt = (seq - 1) & MASK, seq
        if flags & ACK and you.iss == UNKNOWN:
            you.iss, you.nxt = (ack - 1) & MASK, ack
        elif flags & ACK and not you.packets and ack != me.ack != UNKNOWN:
            you.shown_to(me.ack)
        code = kind_of(me, flags, seq, ack, length, renewed=renewed)
        flow.view = self.look(flow.view, code)
        if you is me:
            flow.view = self.look(flow.view, code ^ TURN)  # what it sends, it gets
        if not renewed or flags & ACK:
            me.sends(flags, seq, ack, length, window, code)
        if flow.view.over and not flow.waiting:
            self.linger(flow)
        return flow

    def look(self, view: View, code: int) -> View:
        return view.next.get(code) or self.watcher.after(view, code)

    def again(self, me: Side, length: int, place: int) -> None:
        """The capture has its last packet once more."""
        if trial := me.flow.trial:
            trial.count += 1
            trial.copies += 1
        else:
            me.flow.doubles(me, length, place)

    def piece(self, start: int, here: int, wire: int, link: int) -> None:
        """A fragment; the first one of a packet tells whose it is."""
        found = tcp_of(self.buffer, start, here, wire, link, pieces=True)
        me = None if isinstance(found, str) else self.sides.get(found[0])
        if me:
            me.noted().pieces += 1
