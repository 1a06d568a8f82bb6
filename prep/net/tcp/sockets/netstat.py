"""`netstat`: `Proto Recv-Q Send-Q Local Foreign State [User Inode] [PID/Program] [Timer]` on Linux; BSD and macOS write
the port behind a dot, and `netstat -L` the accept queues alone.

Timers are `on (seconds/retransmissions/probes)`; `probe` is the persist timer (netstat(8), -o).
"""

import re
from collections.abc import Sequence

from prep.net.tcp.sockets.ends import endpoint
from prep.net.tcp.sockets.row import Cut, Listing, Row, UnknownState, cut_state, owner, state_of

PROTOCOLS = ("tcp", "tcp4", "tcp6", "tcp46")
TIMER = re.compile(r"(off|on|keepalive|timewait|probe) \(-?(\d{1,9}(?:\.\d{1,9})?)/(\d{1,9})/(\d{1,9})\)")
OPEN = re.compile(r" (?:off|on|keepalive|timewait|probe) \((?![^()]*\))")
PROGRAM = re.compile(r"\s(\d{1,10})/([^\s/][^/\s]{0,200})")
QUEUE = re.compile(r"(\d{1,9})/\d{1,9}/(\d{1,9})")


def read(words: Sequence[str], line: str, listing: Listing) -> Row | None:
    """A row, or None where it is none. Raises Cut, and UnknownState for a word that is none of ours."""
    if len(words) < 3 or not (words[1].isdecimal() and words[2].isdecimal()):
        return None
    if len(words) < 5:
        raise Cut
    separator = "." if words[3].rfind(".") > words[3].rfind(":") else ":"
    if separator == "." and len(words) == 5:
        raise Cut  # an address that is cut looks like one with a port
    listing.dotted |= separator == "."
    address, port = endpoint(words[3], separator)
    peer, peer_port = endpoint(words[4], separator)
    word = words[5] if len(words) > 5 else ""
    state = state_of(word) or listing.state
    row = Row(
        listing, state or "CLOSED", address, port, peer, peer_port, int(words[1][:18]), int(words[2][:18])
    )  # fmt: skip
    if state is None:
        if (cut := cut_state(word)) and len(words) == 6:
            raise Cut(row._replace(state=cut))
        raise UnknownState(word) if len(words) > 6 or not word.isascii() else Cut
    if len(words) <= 6 or separator != ":":
        return row
    row = _more(row, words[6:], line)
    if OPEN.search(line):
        raise Cut(row)
    return row


def _more(row: Row, rest: Sequence[str], line: str) -> Row:
    if found := TIMER.search(line):
        row.listing.timers = True
        kind = "persist" if found[1] == "probe" else found[1]
        row = row._replace(timer=kind, left=float(found[2]), retries=int(found[3 if kind == "on" else 4]))
    if found := PROGRAM.search(line):
        row.listing.processes = True
        row = row._replace(process=owner(found[2], found[1]), owned=True)
    elif len(rest) > 1 and rest[1].isdecimal() and rest[0] not in ("on", "off"):
        row = row._replace(owned=int(rest[1][:20]) != 0)
    return row


def read_queue(words: Sequence[str], listing: Listing) -> Row | None:
    """A row of `netstat -L`: `[tcp4] queued/incomplete/limit address.port`."""
    words = words[1:] if words[0] in PROTOCOLS else words
    found = QUEUE.fullmatch(words[0]) if words else None
    if found is None or len(words) < 2:
        return None
    listing.dotted = True
    address, port = endpoint(words[1], ".")
    return Row(listing, "LISTEN", address, port, "*", "*", int(found[1]), int(found[2]))
