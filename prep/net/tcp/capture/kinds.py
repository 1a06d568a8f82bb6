"""A segment as one of the few kinds that view.py knows, from what its sender and its receiver have shown so far.

Where a number lies is told on the circle (RFC 9293 §3.4); in the receiver's window or outside by §3.10.7.4, Table 6.
"""

from typing import Final

from prep.net.tcp.capture.sides import HALF, MASK, UNKNOWN, Side
from prep.net.tcp.capture.view import (
    ALL,
    ANEW,
    BAD,
    COVERS,
    END,
    EXACT,
    INSIDE,
    LATER,
    OLD,
    OUTSIDE,
    START,
    STREAM,
    code_of,
)
from prep.net.tcp.capture.zeek import ACK, FIN, RST, SYN

UNSCALED: Final = 14  # the largest shift there is, where the SYN was not seen (RFC 7323 §2.3)


def kind_of(me: Side, flags: int, seq: int, ack: int, length: int, *, renewed: bool) -> int:
    """`view.code_of` of a segment; `renewed`: its SYN has another number than the one before."""
    if flags & SYN:
        of_seq = START if not renewed else INSIDE if flags & ACK else lies(me, seq)
    elif flags & RST:
        exact = seq == me.nxt or me.peer.ack in (seq, UNKNOWN)
        of_seq = EXACT if exact else lies(me, seq)
    elif me.fin != UNKNOWN and seq == (me.fin + 1) & MASK:
        of_seq = END
    else:
        of_seq = OUTSIDE if lies(me, seq) == OUTSIDE and not copy(me, flags, seq, length) else STREAM
        if of_seq == STREAM and flags & ACK and has_more(me, ack):
            of_seq = LATER
        if of_seq == STREAM and flags & ACK and me.flow.view.spared[me.turn] and is_new(me, flags, seq, ack, length):
            of_seq = ANEW
    return code_of(me.turn, flags, length > 0, of_seq, acked(me.peer, ack) if flags & ACK else OLD)


def lies(me: Side, seq: int) -> int:
    """INSIDE or OUTSIDE of what the receiver takes, or has yet to take."""
    you = me.peer
    if you.ack == UNKNOWN or you.window == UNKNOWN:
        return INSIDE
    ahead = (seq - you.ack) & MASK
    if ahead < takes(you) or ahead <= (me.nxt - you.ack) & MASK < HALF:
        return INSIDE
    return OUTSIDE


def takes(me: Side) -> int:
    """The window that it announced, in octets; at least one. It is scaled only if both SYNs had a scale (RFC 7323
    §2.2)."""
    if me.window == UNKNOWN:
        return HALF
    you = me.peer
    if (me.syns and me.scale == UNKNOWN) or (you.syns and you.scale == UNKNOWN):
        return max(me.window, 1)
    shift = UNSCALED if me.scale == UNKNOWN else me.scale
    return max(me.window << shift, 1)


def has_more(me: Side, ack: int) -> bool:
    """It has sent a SYN that nobody was seen to acknowledge, and acknowledges more than the peer's SYN."""
    you = me.peer
    return me.syns > 0 and you.ack == UNKNOWN and you.syns > 0 and 1 < (ack - you.iss) & MASK < HALF


def is_new(me: Side, flags: int, seq: int, ack: int, length: int) -> bool:
    """It begins behind all that it has sent, and has text, a FIN or a higher ACK: nothing that was only delayed."""
    return (seq - me.nxt) & MASK < HALF and (length > 0 or flags & FIN > 0 or 0 < (ack - me.ack) & MASK < HALF)


def copy(me: Side, flags: int, seq: int, length: int) -> bool:
    """Is it, from its number, something that was sent before? A FIN is only where there was one, or at the end."""
    new = flags & FIN and me.fin == UNKNOWN and (seq + length - me.nxt) & MASK >= HALF
    return (me.nxt - seq) & MASK < HALF and not new


def acked(me: Side, ack: int) -> int:
    """What the peer's ACK says of this end's numbers."""
    if me.fin != UNKNOWN and (ack - me.fin - 1) & MASK <= (me.nxt - me.fin - 1) & MASK:
        return ALL
    if me.syns and me.nxt == (me.iss + 1) & MASK and ack != me.nxt:  # nothing but its SYN was seen
        if ack == me.iss:
            return OLD
        if me.peer.ack == UNKNOWN and not may_have_sent(me, ack):
            return BAD
    return COVERS


def may_have_sent(me: Side, ack: int) -> bool:
    """It has heard its peer, so there may be more than its SYN; the capture has lost it."""
    return me.ack != UNKNOWN and (ack - me.nxt) & MASK <= takes(me.peer)
