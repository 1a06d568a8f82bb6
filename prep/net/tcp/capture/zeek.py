"""conn_state and history as Zeek defines them (zeek.org, base/protocols/conn/main.zeek, TCPSessionAdapter).

    S0      a SYN, no reply                              RSTO    established, the originator aborted
    S1      established, not closed                      RSTR    established, the responder aborted
    SF      established and closed by both               RSTOS0  SYN, then RST by the originator, no SYN,ACK
    S2, S3  established, closed by orig / resp only      RSTRH   SYN,ACK, then RST by the responder, no SYN
    REJ     rejected                                     SH, SHR SYN and FIN / SYN,ACK and FIN of one end only
                                                         OTH     no SYN, midstream traffic

Zeek keeps a state of its own for each end, by the flags of what that end sends, whatever its numbers are. `after` is
that machine. Whoever calls it leaves out a RST that its receiver drops, as it lies outside the window or answers a SYN
without acknowledging it, and one whose sender goes on as if it were not its own: there we differ from Zeek on purpose.

History: S a SYN, H a SYN,ACK, A a bare ACK, D data, F a FIN, R a RST, in the order in which each was first seen; the
responder's in lower case. A packet with two of SYN, FIN and RST has no letter of these (Zeek: I or Q).
"""

from typing import NamedTuple

INACTIVE, SYN_SENT, SYN_ACK_SENT, PARTIAL, ESTABLISHED, CLOSED, RESET = range(7)
OPENING = (SYN_SENT, SYN_ACK_SENT)
FIN, SYN, RST, ACK = 1, 2, 4, 16  # the bits of the TCP header (RFC 9293 §3.1)


class End(NamedTuple):
    state: int = INACTIVE
    before: int = INACTIVE

    def to(self, state: int) -> "End":
        return self if state == self.state else End(state, self.state)


Ends = tuple[End, End]  # originator, responder
FRESH: Ends = (End(), End())

# Ports that are likely a server's, from Zeek's protocol scripts: they tell who is who where no SYN was seen.
SERVERS = frozenset(
    (
        *(21, 22, 23, 25, 53, 80, 81, 88, 102, 110, 111, 113, 135, 139, 143, 389, 443, 445, 502, 512, 513, 514, 563),
        *(585, 587, 614, 631, 636, 989, 990, 992, 993, 995, 1080, 1434, 1883, 2049, 2811, 3128, 3268, 3306, 3389),
        *(5060, 5222, 5223, 5269, 5432, 5900, 6379, 6666, 6667, 6668, 6669, 8000, 8080, 8443, 8883, 8888, 9092),
        *(20000, 27017),
    )
)


def backwards(flags: int, source: int, destination: int) -> bool:
    """Was the first packet of a connection sent by its responder? A SYN,ACK was; without a SYN the ports decide."""
    if flags & SYN:
        return bool(flags & ACK)
    return source in SERVERS and (destination not in SERVERS or source < destination)


def letter(flags: int, data: bool) -> str:
    """The letter of a packet, empty where it has none."""
    match flags & (SYN | FIN | RST):
        case 0:
            return "D" if data else "A" if flags & ACK else ""
        case 2:  # SYN
            return "H" if flags & ACK else "S"
        case 1:  # FIN
            return "F"
        case 4:  # RST
            return "R"
    return ""


def after(ends: Ends, sender: int, flags: int, data: bool) -> Ends:
    """The states after a packet; `sender` is 0 for the originator, 1 for the responder."""
    me, you = ends[sender], ends[1 - sender]
    if me.state == INACTIVE:
        me, you = _first(me, you, sender, flags, data)
    elif me.state in OPENING:
        if flags & FIN:
            me = me.to(CLOSED)
        if flags & RST:
            me = me.to(RESET)
    elif me.state in (ESTABLISHED, PARTIAL):
        if flags & SYN and not flags & ACK and me.state == PARTIAL and you.state == INACTIVE:
            me = me.to(SYN_SENT)
        if flags & FIN and not flags & RST:
            me = me.to(CLOSED)
            if you == End(RESET, CLOSED):  # FIN and then RST from there: this was a normal end
                you = you.to(CLOSED)
        if flags & RST:
            me = me.to(RESET)
    elif me.state == CLOSED and flags & RST and you.state != CLOSED:
        me = me.to(RESET)
    return (you, me) if sender else (me, you)


def _first(me: End, you: End, sender: int, flags: int, data: bool) -> tuple[End, End]:
    """What the first packet of an end makes of it."""
    if flags & SYN and not sender:
        me = me.to(SYN_ACK_SENT if flags & ACK else SYN_SENT)
    elif flags & SYN:
        if you.state == SYN_SENT:
            you = you.to(ESTABLISHED)
        me = me.to(ESTABLISHED)
    if flags & FIN:
        me = me.to(CLOSED)
    if flags & RST:
        me = me.to(RESET)
    if me.state != INACTIVE or (sender and not data and you.state == SYN_SENT):  # that ACKs the SYN before its own SYN
        return me, you
    return me.to(ESTABLISHED if flags & ACK and you.state == ESTABLISHED else PARTIAL), you


def conn_state(ends: Ends, history: str, empty: bool) -> str:
    """`empty`: neither end sent any data."""
    orig, resp = ends[0].state, ends[1].state
    silent = {INACTIVE, PARTIAL}
    if resp == RESET:
        if orig in OPENING or (orig == RESET and empty):
            return "REJ"
        return "RSTRH" if orig in silent else "RSTR"
    if orig == RESET:
        if resp not in silent:
            return "RSTO"
        before, reset, _ = history.partition("R")
        return "RSTOS0" if reset and before.startswith("S") and not set(before[1:]) & set("HAF") else "OTH"
    if orig == CLOSED and resp == CLOSED:
        return "SF"
    if orig == CLOSED:
        return "SH" if resp in silent else "S2"
    if resp == CLOSED:
        return "SHR" if orig in silent else "S3"
    if (orig, resp) == (SYN_SENT, INACTIVE):
        return "S0"
    return "S1" if (orig, resp) == (ESTABLISHED, ESTABLISHED) else "OTH"
