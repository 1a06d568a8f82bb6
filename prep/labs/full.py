"""Full buffers: small ones, how to fill them, and how to tell that nothing moves any more."""

import select
import socket

from prep.labs.kernel import tcp_info
from prep.labs.kit import until
from prep.labs.loopback import Loopback


def small_pair(loopback: Loopback, size: int) -> tuple[socket.socket, socket.socket]:
    """A client and the server's end of it; all four buffers were asked to be of this size, the kernel doubles it."""
    listener = loopback.listener(SO_SNDBUF=size, SO_RCVBUF=size)
    client = loopback.tcp()
    for name in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        client.setsockopt(socket.SOL_SOCKET, name, size)
    client.connect(listener.getsockname())
    server, _ = listener.accept()
    listener.close()
    return client, loopback.keep(server)


def writable(sock: socket.socket) -> bool:
    return bool(select.select([], [sock], [], 0)[1])


def window_shut(sock: socket.socket) -> bool:
    """All that has left is acknowledged, and there is more: the peer's receive window keeps it (RFC 9293 §3.8.6)."""
    info = tcp_info(sock)
    return info.unacked == 0 and bool(info.notsent_bytes)


def send_all_it_takes(sock: socket.socket) -> int:
    """Makes the socket non-blocking and sends until EAGAIN. Bytes taken."""
    sock.setblocking(False)
    taken = 0
    while True:
        try:
            taken += sock.send(bytes(65536))
        except BlockingIOError:
            return taken


def fill(sock: socket.socket) -> int:
    """Sends until the peer's window is shut and this end's buffer full. Bytes taken."""
    taken = 0

    def full() -> bool:
        nonlocal taken
        shut, more = window_shut(sock), send_all_it_takes(sock)
        taken += more
        return shut and not more

    until(full, "both buffers are full")
    return taken
