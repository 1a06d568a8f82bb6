"""/proc/net/tcp and tcp6: `sl local rem st tx:rx tr:when retrnsmt uid timeout inode …`, all in hex (proc(5)).

Addresses are 32-bit words in the byte order of the machine, here taken to be little-endian. `timeout` counts the
unanswered probes. Inode 0 is a socket that no process holds: an orphan, TIME_WAIT, or not yet accepted. rx_queue of a
listener is the length of its accept queue; its limit is not there.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from prep.net.subnet.address import text_of
from prep.net.tcp.sockets.row import Cut, Listing, Row
from prep.net.tcp.table import State

STATES: Final[dict[str, State]] = {
    "01": "ESTABLISHED",
    "02": "SYN_SENT",
    "03": "SYN_RECEIVED",
    "04": "FIN_WAIT_1",
    "05": "FIN_WAIT_2",
    "06": "TIME_WAIT",
    "07": "CLOSED",
    "08": "CLOSE_WAIT",
    "09": "LAST_ACK",
    "0A": "LISTEN",
    "0B": "CLOSING",
    "0C": "SYN_RECEIVED",
}
ENDPOINT: Final = re.compile(r"(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{32}):[0-9A-Fa-f]{4}")
TIMERS: Final = {"00": "off", "01": "on", "02": "keepalive", "03": "timewait", "04": "persist"}


def read(words: Sequence[str], listing: Listing) -> Row | None:
    """A row, or None where it is none. Raises Cut."""
    if len(words) < 4:
        raise Cut
    try:
        local, peer, state = _endpoint(words[1]), _endpoint(words[2]), STATES.get(words[3].upper())
    except ValueError:
        return None
    if state is None:
        raise Cut
    row = Row(listing, state, *local, *peer)
    if state == "LISTEN":
        row = row._replace(peer="*", peer_port="*")
    try:
        return _more(row, words[4:])
    except ValueError:
        raise Cut(row) from None


def _more(row: Row, rest: Sequence[str]) -> Row:
    if len(rest) < 3:
        raise Cut(row)
    sent, _, received = rest[0].partition(":")
    kind, _, ticks = rest[1].partition(":")
    timer = TIMERS.get(kind)
    if timer is None:
        raise Cut(row)
    row.listing.timers = True
    probes = int(rest[4][:16]) if len(rest) > 4 else 0
    retries = int(rest[2][:16], 16) if timer == "on" else probes if timer in ("keepalive", "persist") else 0
    owned = rest[5] != "0" if len(rest) > 5 else None
    row = row._replace(timer=timer, left=int(ticks[:16] or "0", 16) / 100, retries=retries, owned=owned)  # USER_HZ
    return row._replace(recv_q=int(received[:16], 16), send_q=int(sent[:16], 16))


@lru_cache(4096)
def _address(text: str) -> str:
    """Raises ValueError."""
    octets = b"".join(bytes.fromhex(text[at : at + 8])[::-1] for at in range(0, len(text), 8))
    return text_of(4 if len(octets) == 4 else 6, int.from_bytes(octets, "big")).removeprefix("::ffff:")


def _endpoint(text: str) -> tuple[str, str]:
    """`0100007F:1F90` is 127.0.0.1, 8080. Raises ValueError."""
    address, _, port = text.partition(":")
    if len(address) not in (8, 32) or len(port) != 4:
        raise ValueError(text)
    return _address(address), str(int(port, 16))
