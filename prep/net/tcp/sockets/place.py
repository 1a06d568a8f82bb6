"""Where a finding is, and how many sockets it has there."""

from dataclasses import dataclass
from typing import Literal

from prep.net.tcp.sockets.row import Row
from prep.text import Both

EXAMPLES = 3

Side = Literal["local", "remote"]


@dataclass(slots=True)
class Place:
    """A local or remote port, how many sockets, and the first few owners and peers.

    sure: one of them tells by itself that something is wrong, however few they are. guess: none of them tells more
    than that something may be wrong. more_peers: there are others.
    queue: of a listener. split: where one process has them all, its ports on that side, the most first.
    """

    side: Side
    port: str
    count: int = 0
    sure: bool = False
    guess: bool = True
    processes: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    more_peers: bool = False
    queue: str = ""
    split: tuple[tuple[str, int], ...] = ()

    def add(self, row: Row, count: int = 1, *, sure: bool = False, guess: bool = False) -> None:
        self.count += count
        self.sure |= sure
        self.guess &= guess
        self.processes = _example(self.processes, row.process)
        if row.state != "LISTEN":
            self.more_peers |= len(self.peers) == EXAMPLES and row.peer not in self.peers
            self.peers = _example(self.peers, row.peer)
        elif row.recv_q:  # some systems leave it at 0, some tools do not print it
            self.queue = f"Recv-Q {row.recv_q}" + (f", Send-Q {row.backlog}" if row.backlog is not None else "")


def _example(known: tuple[str, ...], name: str | None) -> tuple[str, ...]:
    return (*known, name) if name and len(known) < EXAMPLES and name not in known else known


@dataclass(frozen=True, slots=True)
class Found:
    """A code of findings.py, how many sockets, where, the most first, and which of the code's meanings it has."""

    code: str
    count: int
    places: list[Place]
    meaning: Both
