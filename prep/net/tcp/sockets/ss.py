"""`ss`: `[Netid] State Recv-Q Send-Q Local:Port Peer:Port [users:(…)] [timer:(…)] [ino:…]`, and with -i a second line.

The columns touch where a terminal is narrow, so what follows the peer is found by its names (ss(8), OUTPUT). Of a
listener Recv-Q is the length of the accept queue and Send-Q its limit. Where a copy has lost the ends of its lines, a
bracket is not closed, or the header ends inside a word and a row in the same column.
"""

import re
from collections.abc import Sequence

from prep.net.tcp.sockets.ends import endpoint, is_port
from prep.net.tcp.sockets.row import Cut, Listing, Row, owner, state_of
from prep.net.tcp.table import State

TIMER = re.compile(r"timer:\(([a-z]{1,12}),([^,()]{0,20}),(\d{1,9})\)")
LEFT = re.compile(r"(?:(\d{1,9})min)?(?:(\d{1,2})(?:sec|\.))?(?:(\d{1,3})ms)?")  # 1min30sec, 59sec, 9.120ms, 992ms
USERS = re.compile(r'users:\(\("([^"]{0,200})",(?:pid=)?(\d{1,10})')
INODE = re.compile(r"\bino:(\d{1,20})")
BACKOFF = re.compile(r"\bbackoff:(\d{1,9})")
SHORTEST, MOST_DOUBLED = 0.2, 10  # of a timer: seconds, and times; from then on it waits 120 s (TCP_RTO_MIN, _MAX)
EXTRA = re.compile(r"(?:\b|\d)(?:users|timer|ino|uid|sk|skmem|backoff|cgroup|cwnd|rto|wscale):")
PORT_GOES_ON = re.compile(r"(\d{1,4})(?:\s|$)")
TOUCHING = re.compile(r"(?:users|timer|ino|uid):")
OPENING = ("users:((", "timer:(")
HEADINGS = "LocalAddress:PortPeerAddress:PortProcess"


def read(words: Sequence[str], line: str, listing: Listing) -> Row | None:
    """A row, or None where it is none. Raises Cut."""
    if words[0] in ("tcp", "tcp4", "tcp6"):
        words = words[1:]
    state = state_of(words[0])
    if state is None or (len(words) > 1 and not words[1].isdecimal()):
        return None
    if len(words) > 2 and not words[2].isdecimal():
        return None
    if len(words) < 4:
        raise Cut
    return _row(state, words[1:], line, listing)


def read_filtered(words: Sequence[str], line: str, listing: Listing) -> Row | None:
    """A row without its state, which `ss state close-wait` leaves out."""
    return _row(listing.state, words, line, listing) if listing.state else None


def _row(state: State, words: Sequence[str], line: str, listing: Listing) -> Row:
    queues = int(words[0][:18]), int(words[1][:18])
    address, port = endpoint(words[2])
    peer = words[3] if len(words) > 3 else ""
    if touching := TOUCHING.search(peer):
        peer = peer[: touching.start()]
    try:
        row = Row(listing, state, address, port, *endpoint(peer), *queues)
    except Cut:
        raise Cut(Row(listing, state, address, port, "", "", *queues)) from None
    if len(words) > 4 or touching:
        row = more(row, line)
        if _open(line) or any(name.startswith(words[-1]) for name in OPENING):
            raise Cut(row)
    elif listing.edge == len(line.rstrip()):
        raise Cut(row._replace(peer_port=""))
    return row


def _open(line: str) -> bool:
    """Is a bracket not closed?"""
    users, timer = line.find("users:"), line.find("timer:")
    return (users >= 0 and line.find("))", users) < 0) or (timer >= 0 and line.find(")", timer) < 0)


def edge(header: str) -> int:
    """The column at which a header is cut, 0 where it is whole."""
    shown = "".join(header.partition("Send-Q")[2].split())
    whole = not shown or shown.endswith("PeerAddress:Port") or not HEADINGS.startswith(shown)
    return 0 if whole or shown == HEADINGS else len(header.rstrip())


def goes_on(line: str) -> bool:
    """Is this the middle or the end of a long list of users?"""
    return "pid=" in line or "fd=" in line


def is_more(line: str) -> bool:
    """Does this line go on with the row above?"""
    return EXTRA.search(line) is not None or PORT_GOES_ON.match(line) is not None


def more(row: Row, line: str) -> Row:
    """The row with what the rest of its line, or the line below, tells."""
    listing = row.listing
    if (found := PORT_GOES_ON.match(line)) and row.peer_port.isdecimal() and is_port(row.peer_port + found[1]):
        row = row._replace(peer_port=row.peer_port + found[1])  # a terminal has broken it
    if found := TIMER.search(line):
        listing.timers = True
        row = row._replace(timer=found[1], left=_seconds(found[2]), retries=int(found[3]))
    elif row.timer is None and (found := BACKOFF.search(line)) and int(found[1]):
        doubled = int(found[1])
        if "unacked:" in line:
            row = row._replace(timer="on", retries=doubled)
        else:
            row = row._replace(timer="persist", left=SHORTEST * 2.0 ** min(doubled, MOST_DOUBLED))
    if found := USERS.search(line):
        listing.processes = True
        row = row._replace(process=owner(found[1], found[2]), owned=True)
    elif row.owned is None and (found := INODE.search(line)):
        row = row._replace(owned=int(found[1]) != 0)
    return row


def _seconds(text: str) -> float | None:
    if not (found := LEFT.fullmatch(text)):
        return None
    minutes, seconds, thousandths = (int(number or 0) for number in found.groups())
    return minutes * 60 + seconds + thousandths / 1000
