"""`lsof -i`: `COMMAND PID … DEVICE SIZE/OFF NODE NAME`, the name being `local->peer (STATE)`, with -Tqs the queues.

A socket is printed once for each descriptor of it, so a worker's inherited sockets come many times. lsof shows only
what a process holds: no TIME_WAIT, no orphan, nothing that waits to be accepted.
"""

import re
from collections.abc import Sequence

from prep.net.tcp.sockets.ends import endpoint
from prep.net.tcp.sockets.row import Cut, Listing, Row, UnknownState, cut_state, owner, state_of

QUEUES = re.compile(r"\bQ([RS])=(\d{1,18})")
REMEMBERED = 50_000  # sockets
LONGEST_KEY = 300


class Reader:
    """Remembers the sockets of a listing, so that each counts once."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()

    def read(self, words: Sequence[str], listing: Listing) -> Row | None:
        """A row, or None where it is none, or the same socket again. Raises Cut and UnknownState."""
        at = words.index("TCP") if "TCP" in words else 0
        if at < 4 or not words[1].isdecimal():
            return None
        if len(words) < at + 2:
            raise Cut
        name, shown = words[at + 1], " ".join(words[at + 2 :])
        # the device is the socket's own
        key = (words[at - 2] + words[at - 1])[:LONGEST_KEY], name[:LONGEST_KEY]
        if key in self.seen:
            return None
        local, _, peer = name.partition("->")
        address, port = endpoint(local)
        row = Row(listing, "CLOSED", address, port, *(endpoint(peer) if peer else ("*", "*")))
        row = row._replace(process=owner(words[0], words[1]), owned=True)
        listing.processes = True
        row = _with_state(row, shown)
        if len(self.seen) < REMEMBERED:
            self.seen.add(key)
        return row


def _with_state(row: Row, shown: str) -> Row:
    word = shown.strip("()").split(" ")[0].removeprefix("ST=")
    if not shown.endswith(")"):
        cut = cut_state(word)
        raise Cut(row._replace(state=cut) if cut else None)
    state = state_of(word)
    if state is None:
        raise UnknownState(word)
    queues = {side: int(count) for side, count in QUEUES.findall(shown)}
    return row._replace(state=state, recv_q=queues.get("R"), send_q=queues.get("S"))
