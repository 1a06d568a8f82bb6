"""A connection as the kernel lists it, found by its 4-tuple, and how a lab ends one.

A socket in TIME_WAIT or SYN_RECV, or one that nobody has accepted, has no descriptor to ask; the kernel's list has it
(sock_diag(7)). One port does not find it: rows in TIME_WAIT, left by earlier connections, share ports.
"""

import socket
import struct
from collections.abc import Collection
from typing import Any

from prep.labs.kernel import tcp_info, tcp_state
from prep.labs.kit import DEADLINE, until
from prep.labs.sockdiag import TcpSocket, all_rows

Ends = tuple[Any, Any]  # local and remote (address, port)


def ends(sock: socket.socket) -> Ends:
    """Of a connected socket. `ends(sock)[::-1]` is how the peer has it."""
    return sock.getsockname(), sock.getpeername()


def rows(wanted: Collection[Ends]) -> list[TcpSocket]:
    """Raises CannotRun where the kernel lists no sockets."""
    return [row for row in all_rows() if (row.local, row.remote) in wanted]


def row(wanted: Ends, *states: str) -> TcpSocket | None:
    """Its row, if it has one and is in one of the states; any state where none is named."""
    found = rows([wanted])
    return found[0] if found and (not states or found[0].state in states) else None


def reach(sock: socket.socket, state: str) -> None:
    until(lambda: tcp_state(sock) == state, state)


def arrived(sock: socket.socket, count: int) -> None:
    """Waits until this many bytes have come since the connection began, read or not."""
    until(lambda: (tcp_info(sock).bytes_received or 0) >= count, f"{count} bytes have arrived")


def blocking(sock: socket.socket) -> socket.socket:
    """Blocks as in C, within the kernel's own time limit (SO_RCVTIMEO): Python's makes the socket non-blocking."""
    sock.settimeout(None)
    for name in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        sock.setsockopt(socket.SOL_SOCKET, name, struct.pack("ll", int(DEADLINE), 0))
    return sock


def abort(sock: socket.socket) -> None:
    """Closes with a RST (SO_LINGER with no time, socket(7); RFC 9293 §3.10.5)."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
