"""One end of the wire: a network namespace with one interface, its sockets, its settings, its kernel's counters."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from prep.labs import links
from prep.labs.frames import IPV4
from prep.labs.kit import CannotRun, scarce
from prep.labs.rules import Side
from prep.labs.sockdiag import TcpSocket, all_rows

PORT = 9000
SO_TIMESTAMPNS: Final = 35  # asm-generic/socket.h
SOL_PACKET, PACKET_QDISC_BYPASS = 263, 20  # linux/socket.h, linux/if_packet.h


class Host:
    """One end: a network namespace with one interface. Sockets that it makes live as long as it does."""

    def __init__(self, side: Side, number: int) -> None:
        self.side = side
        self.address = f"192.0.2.{number}"
        self.mac = bytes([2, 0, 0, 0, 0, number])
        self.sockets: list[socket.socket] = []
        self.outside = os.open(links.OWN_NET, os.O_RDONLY)
        links.unshare(links.CLONE_NEWNET)
        self.namespace = os.open(links.OWN_NET, os.O_RDONLY)
        links.set_net(self.outside)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """What is made here belongs to this end."""
        links.set_net(self.namespace)
        try:
            yield
        finally:
            links.set_net(self.outside)

    def plug(self, other: "Host", mtu: int) -> socket.socket:
        """Lays the cable; returns the wire's end of it. Raises OSError."""
        name = f"wire-{self.side.lower()}"
        links.make_veth(name, bytes([2, 0, 0, 0, 1, self.mac[-1]]), "e0", self.mac, self.namespace, mtu)
        links.offloads_off(name)
        with self.inside():
            links.offloads_off("e0")
            links.set_up("e0")
            links.add_address("e0", self.address, 24)
            links.add_neighbour("e0", other.address, other.mac)
        end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        end.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        end.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, 1)  # the kernel attaches its queue later, when it has time
        end.setblocking(False)
        end.bind((name, IPV4))  # IPv4 and incoming only
        return end

    def open(self, kind: int = socket.SOCK_STREAM) -> socket.socket:
        with self.inside():
            return self.keep(socket.socket(socket.AF_INET, kind))

    def keep(self, sock: socket.socket) -> socket.socket:
        sock.setblocking(False)
        self.sockets.append(sock)
        return sock

    def listener(self, backlog: int = 16, port: int = PORT) -> socket.socket:
        sock = self.open()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((self.address, port))
        sock.listen(backlog)
        return sock

    def set(self, name: str, value: int) -> None:
        """A setting of this end alone: `tcp_syncookies`. Raises CannotRun where it cannot be changed."""
        with self.inside():
            try:
                Path("/proc/sys/net/ipv4", name).write_text(str(value))
            except OSError as fault:
                why = f"net.ipv4.{name}: {fault.strerror}"
                refused = CannotRun(f"cannot be set in the namespace: {why}", f"在命名空间里不能设置：{why}")
                raise scarce(fault) or refused from None

    def rows(self) -> list[TcpSocket]:
        """This end's TCP sockets, but for those that listen."""
        with self.inside():
            return [row for row in all_rows() if row.state != "LISTEN"]

    def states(self, port: int | None = None) -> list[str]:
        """The states of its connections, also of those that no process holds any more; of one local port, or all."""
        return sorted(row.state for row in self.rows() if port in (None, row.local[1]))

    def counter(self, name: str) -> int:
        """A number of /proc/net/snmp, Tcp."""
        with self.inside():
            rows = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Tcp:")]
        return int(dict(zip(*rows, strict=True))[name])
