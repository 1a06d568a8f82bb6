"""Where a finding is, and how many sockets it has there."""

from dataclasses import dataclass
from typing import Literal

from prep.net.tcp.sockets.row import Row

EXAMPLES = 3

Side = Literal["local", "remote"]


@dataclass(slots=True)
class Place:
    """Where a finding is: a local or remote port, how many sockets, and the first few owners and peers."""

    side: Side
    port: str
    count: int = 0
    processes: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    queue: str = ""  # of a listener

    def add(self, row: Row, count: int) -> None:
        self.count += count
        self.processes = _example(self.processes, row.process)
        if row.state != "LISTEN":
            self.peers = _example(self.peers, row.peer)
        else:
            self.queue = f"Recv-Q {row.recv_q}" + (f", Send-Q {row.backlog}" if row.backlog is not None else "")


def _example(known: tuple[str, ...], name: str | None) -> tuple[str, ...]:
    return (*known, name) if name and len(known) < EXAMPLES and name not in known else known


@dataclass(frozen=True, slots=True)
class Found:
    """A code of findings.py, how many sockets, and where, the most first."""

    code: str
    count: int
    places: list[Place]
