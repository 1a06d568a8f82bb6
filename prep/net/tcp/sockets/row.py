"""One TCP socket of a listing, whatever tool printed it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from prep.net.tcp.reading import find_state
from prep.net.tcp.table import State

LONGEST_NAME = 80  # of an address or a process
LONGEST_STATE = 20


@dataclass(slots=True)
class Listing:
    """What one run of a tool shows: with it, what is absent in a row can be told from what the tool does not print.

    state: the only state in it, where `ss state close-wait` left the column out.
    edge: how wide a terminal was that has cut its header; 0 where it is whole.
    datagrams: the listing is of UDP, its rows look the same. streams: one of its rows can only be of TCP.
    sockets: how many rows so far.
    dotted: the port stands behind a dot, as BSD and macOS print it.
    """

    format: str
    timers: bool = False
    processes: bool = False
    state: State | None = None
    datagrams: bool = False
    edge: int = 0
    dotted: bool = False
    streams: bool = False
    sockets: int = 0


class Row(NamedTuple):
    """
    port, peer_port: as printed, a service name with tools that look it up; "*" where any, "" where the line is cut.
    recv_q, send_q: bytes, of a listener connections in the accept queue and its limit; None where not printed.
    timer: `on` (retransmission), `keepalive`, `timewait`, `persist`, `off`; None where not printed.
    retries: retransmissions or probes in a row without an answer.
    owned: False where no process holds the socket; None where that is not known.
    left: seconds until the timer goes off; None where not printed.
    """

    listing: Listing
    state: State
    address: str
    port: str
    peer: str
    peer_port: str
    recv_q: int | None = None
    send_q: int | None = None
    timer: str | None = None
    retries: int = 0
    process: str | None = None
    owned: bool | None = None
    left: float | None = None

    @property
    def untimed(self) -> bool:
        """Does nothing tell how long the state has lasted?"""
        return self.timer is None and not self.listing.timers

    @property
    def backlog(self) -> int | None:
        """The limit of a listener's accept queue, which ss and sock_diag tell; netstat and /proc print 0."""
        return self.send_q if self.state == "LISTEN" and self.listing.format in SHOW_BACKLOG else None

    @property
    def loops(self) -> bool:
        """Is the other end on this host too?"""
        return self.peer == self.address or is_loopback(self.peer)


def is_loopback(address: str) -> bool:
    return address in ("::1", "localhost") or address.startswith("127.")


SHOW_BACKLOG: Final = ("ss", "netstat -L", "sock_diag")


class Cut(Exception):
    """The line begins as a row and ends too early; `row` is what it tells all the same."""

    def __init__(self, row: Row | None = None) -> None:
        super().__init__()
        self.row = row


class UnknownState(Exception):
    """The row is whole, but its state is a word that is not known."""


# What German systems print; others print the English words under headers of their own.
TRANSLATED: Final[dict[str, State]] = {
    "ABHÖREN": "LISTEN",
    "HERGESTELLT": "ESTABLISHED",
    "VERBUNDEN": "ESTABLISHED",
    "WARTEND": "TIME_WAIT",
    "SCHLIESSEN_WARTEN": "CLOSE_WAIT",
    "SCHLIESSEND": "CLOSING",
    "SYN_GESENDET": "SYN_SENT",
    "SYN_EMPFANGEN": "SYN_RECEIVED",
    "FIN_WARTEN_1": "FIN_WAIT_1",
    "FIN_WARTEN_2": "FIN_WAIT_2",
}
PRINTED: Final = [
    *("LISTEN", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "CLOSE_WAIT", "CLOSING", "LAST_ACK"),
    *("TIME_WAIT", "CLOSED"),
]


def state_of(word: str) -> State | None:
    return _state_of(word) if len(word) <= LONGEST_STATE else None


@lru_cache(1024)
def _state_of(word: str) -> State | None:
    if word.endswith(("_", "-")):  # CLOSE_ is cut
        return None
    if word.startswith("ABH") and word.endswith("REN"):  # its umlaut does not survive every code page
        return "LISTEN"
    return find_state(word) or TRANSLATED.get(word.upper())


def cut_state(word: str) -> State | None:
    """The state whose name begins so, where it is one only: `CLOSE_WA`."""
    if len(word) > LONGEST_STATE:
        return None
    names = [name for name in PRINTED if name.startswith(word.upper().replace("-", "_"))]
    return find_state(names[0]) if len(names) == 1 and len(word) > 2 else None


def owner(name: str, pid: str) -> str:
    return f"{name[:LONGEST_NAME]} (pid {pid[:10]})"
