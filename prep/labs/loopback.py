"""Sockets on loopback, closed together when the experiment ends. Nothing here leaves the machine."""

import socket
from contextlib import ExitStack
from typing import Any

from prep.labs.kit import DEADLINE, CannotRun, scarce

HOST = "127.0.0.1"


class Loopback(ExitStack):
    """Makes sockets and closes what is still open at the end of the `with`. Each has a time limit, so none hangs.

    Raises CannotRun where the interface is down, as it is in a fresh network namespace.
    """

    def __init__(self) -> None:
        super().__init__()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((HOST, 9))  # looks for a route, sends nothing
            except OSError:
                raise CannotRun(f"loopback is down: no way to {HOST}", f"环回接口未启用：无法到达 {HOST}") from None

    def keep(self, sock: socket.socket) -> socket.socket:
        sock.settimeout(DEADLINE)
        return self.enter_context(sock)

    def tcp(self, host: str = HOST) -> socket.socket:
        return self.keep(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET))

    def listener(self, backlog: int = 16, host: str = HOST, **options: int) -> socket.socket:
        """Listens on a port that the kernel chooses; `options` are SOL_SOCKET ones by name, set before bind."""
        sock = self.tcp(host)
        _set(sock, options)
        sock.bind((host, 0))
        sock.listen(backlog)
        return sock

    def pair(self, **options: Any) -> tuple[socket.socket, socket.socket]:
        """A connected client and the server's end of it. `SO_RCVBUF` is the server's, `SO_SNDBUF` the client's; other
        options are TCP ones, set on both before they connect."""
        of_tcp = {name: value for name, value in options.items() if name.startswith("TCP_")}
        with Loopback() as passing:
            listener = passing.tcp()
            _set(listener, {name: options[name] for name in options if name == "SO_RCVBUF"} | of_tcp)
            listener.bind((HOST, 0))
            listener.listen(1)
            client = self.tcp()
            _set(client, {name: options[name] for name in options if name == "SO_SNDBUF"} | of_tcp)
            client.connect(listener.getsockname())
            server, _ = listener.accept()
        return client, self.keep(server)

    def unix_pair(self, kind: str) -> tuple[socket.socket, socket.socket]:
        """`kind` is SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET. Raises CannotRun where the system has no such pair."""
        try:
            one, other = socket.socketpair(socket.AF_UNIX, getattr(socket, kind))
        except (AttributeError, OSError, ValueError) as fault:
            missing = CannotRun(f"no AF_UNIX {kind} on this system", f"本系统没有 AF_UNIX {kind}")
            raise scarce(fault) or missing from None
        return self.keep(one), self.keep(other)

    def udp_pair(self, host: str = HOST) -> tuple[socket.socket, socket.socket]:
        """Two UDP sockets; the first is connected to the second."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sender, receiver = (self.keep(socket.socket(family, socket.SOCK_DGRAM)) for _ in range(2))
        receiver.bind((host, 0))
        sender.connect(receiver.getsockname())
        return sender, receiver


def _set(sock: socket.socket, options: dict[str, int]) -> None:
    for name, value in options.items():
        level = socket.IPPROTO_TCP if name.startswith("TCP_") else socket.SOL_SOCKET
        sock.setsockopt(level, option(name), value)


def option(name: str) -> int:
    """The number of a socket option. Raises CannotRun where this system has none of the name."""
    number = getattr(socket, name, None)
    if number is None:
        raise CannotRun(f"no {name} on this system", f"本系统没有 {name}")
    return int(number)
