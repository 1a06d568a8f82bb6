"""Listeners, and what waits in their accept queues.

ss and sock_diag tell how many wait (Recv-Q) and the limit (Send-Q), netstat and /proc not the limit, lsof neither. A
connection that no process holds, at a port whose listener one holds, waits as well. A busy program has one or two
waiting at any moment, so it is a fault from three on and where they are a good part of the queue, or of the port's
connections.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from prep.net.tcp.sockets.row import Row

PORTS: Final = 150_000
FEW: Final = 3
QUARTER: Final = 4


@dataclass(slots=True)
class _Port:
    """A local port with listeners: the one with the longest queue, and how many wait in all of them."""

    row: Row
    waiting: int = 0
    full: int = 0  # listeners
    connections: int = 0  # that hold a place in the queue or a descriptor
    unowned: int = 0

    def not_accepted(self) -> int:
        """How many wait, where it is a fault."""
        waiting, limit = max(self.waiting, self.unowned), self.row.backlog
        if limit is None and not self.connections:
            many = True  # nothing to compare with
        else:
            many = (limit is not None and QUARTER * (self.row.recv_q or 0) >= limit) or (
                0 < self.connections <= QUARTER * waiting
            )
        return waiting if many and waiting >= FEW else 0


class Listeners:
    """Listeners in, then the connections at their ports; findings out."""

    def __init__(self) -> None:
        self._ports: dict[str, _Port] = {}

    def add(self, row: Row) -> None:
        if row.port not in self._ports and len(self._ports) >= PORTS:
            return
        port = self._ports.setdefault(row.port, _Port(row))
        queued = row.recv_q or 0
        if queued > (port.row.recv_q or 0):
            port.row = row
        port.waiting += queued
        port.full += row.backlog is not None and queued > row.backlog

    def hang(self, row: Row) -> None:
        """A SYN hangs on loopback, where nothing is lost: the queue before it is full."""
        port = self._ports.get(row.peer_port)
        if port is not None and port.waiting and port.row.backlog is None:
            port.full = 1

    def full(self, port: str) -> bool:
        return port in self._ports and self._ports[port].full > 0

    def connect(self, row: Row) -> None:
        """A connection at a port: is it in the queue still?"""
        if (port := self._ports.get(row.port)) is not None:
            port.connections += 1
            shown = row.listing.processes and row.process is None and port.row.process is not None
            port.unowned += row.owned is False or (row.owned is None and shown)

    def findings(self) -> Iterator[tuple[str, Row, int]]:
        """Code, listener, how many."""
        for port in self._ports.values():
            if port.full:
                yield "accept-queue-full", port.row, port.full
            elif count := port.not_accepted():
                yield "not-accepted", port.row, count
