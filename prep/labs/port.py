"""Ports: where they come from, who may have which, and how two sockets share one.

A client's port is chosen at connect() (or bind to 0) from ip_local_port_range (ip(7)), which is not IANA's 49152 to
65535 (RFC 6335 §6) on Linux. A connection is its 4-tuple, so one local port serves many destinations. With SO_REUSEPORT
(socket(7)) listeners share a port; the kernel spreads the connections over them, each waits in one queue only.
"""

import socket
from pathlib import Path

from prep.labs.kernel import tcp_info, tcp_state
from prep.labs.kit import Ask, Facts, Sysctl, errno_name, fact, lab, until
from prep.labs.loopback import HOST, Loopback
from prep.text import Both

UNCHANGED = 32768, 60999  # ip_local_port_range as the kernel sets it, ip-sysctl
CAP_NET_BIND_SERVICE = 10  # capabilities(7)


@lab(
    "port.ephemeral",
    Both("Ephemeral ports", "临时端口"),
    (
        fact(
            "in_range == True",
            "ports of bind(0) and of connect() all lie in ip_local_port_range",
            "bind(0) 和 connect() 得到的端口都在 ip_local_port_range 之内",
        ),
        fact(
            "range == [32768, 60999]",
            "that range is a setting, 32768 to 60999 if nobody changed it",
            "这个范围是一项设置，没人改过就是 32768 到 60999",
        ),
        fact("before == 0", "before bind or connect a socket has no port", "bind 或 connect 之前，套接字没有端口"),
        fact(
            'two == "ok"',
            "two connections from one local port to two destinations (SO_REUSEADDR to bind it twice)",
            "同一个本地端口可以连接两个目的地（用 SO_REUSEADDR 绑定两次）",
        ),
        fact("listen == True", "listen() without bind() picks a port", "没有 bind 就 listen()，会自动选一个端口"),
        fact(
            'low == "EACCES"',
            "bind to port 80 without privilege: EACCES",
            "没有特权时 bind 80 端口：EACCES",
        ),
    ),
    typical_ms=2,
    ask=Ask(
        "range",
        "From which range does Linux take a client's port, if nobody has changed the setting?",
        "没有改过设置的 Linux 从哪个范围里取客户端端口？",
        (
            ([49152, 65535], "49152 to 65535", "49152 到 65535"),
            ([32768, 60999], "32768 to 60999", "32768 到 60999"),
            ([1024, 65535], "1024 to 65535", "1024 到 65535"),
        ),
    ),
)
def ephemeral(facts: Facts) -> None:
    name = "net/ipv4/ip_local_port_range"
    low, high = Sysctl(name, 0).value(), Sysctl(name, 1).value()
    facts["range"] = [low, high] if (low, high) == UNCHANGED else None  # somebody has changed it
    with Loopback() as loopback:
        facts["before"] = loopback.tcp().getsockname()[1]
        listener = loopback.listener(32)
        ports = [_port_of_bind(loopback) for _ in range(20)] + [_port_of_connect(loopback, listener) for _ in range(20)]
        facts["in_range"] = all(low <= port <= high for port in ports)
        facts["two"] = errno_name(lambda: _one_port_twice(loopback))
        unbound = loopback.tcp()
        unbound.listen(1)
        facts["listen"] = unbound.getsockname()[1] > 0
        facts["low"] = None if _privileged() else errno_name(lambda: loopback.tcp().bind((HOST, 80)))


def _port_of_bind(loopback: Loopback) -> int:
    sock = loopback.tcp()
    sock.bind((HOST, 0))
    return int(sock.getsockname()[1])


def _port_of_connect(loopback: Loopback, listener: socket.socket) -> int:
    sock = loopback.tcp()
    sock.connect(listener.getsockname())
    return int(sock.getsockname()[1])


def _one_port_twice(loopback: Loopback) -> None:
    local = (HOST, 0)
    for _ in range(2):
        sock = loopback.tcp()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(local)
        local = sock.getsockname()
        sock.connect(loopback.listener().getsockname())


def _privileged() -> bool:
    """May this process bind port 80?"""
    if Sysctl("net/ipv4/ip_unprivileged_port_start").value() <= 80:
        return True
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return bool(int(status["CapEff"], 16) >> CAP_NET_BIND_SERVICE & 1)


@lab(
    "port.reuseport",
    Both("SO_REUSEPORT: two listeners on one port", "SO_REUSEPORT：一个端口，两个监听套接字"),
    (
        fact(
            "sum == 100", "100 clients connect, every one waits in some queue", "100 个客户端连接，每个都排进了某个队列"
        ),
        fact("both == True", "both listeners have some of them", "两个监听套接字都分到一些"),
        fact('third == "EADDRINUSE"', "a third without the option: EADDRINUSE", "第三个没设选项：EADDRINUSE"),
        fact(
            "reset == True",
            "one listener closes: all that wait in its queue get a RST, the other does not take them over "
            "(tcp_migrate_req 0, the default)",
            "关闭其中一个：它队列里的连接全部收到 RST，另一个不会接手（tcp_migrate_req 为 0，即默认值）",
        ),
    ),
    typical_ms=10,
    ask=Ask(
        "reset",
        "Two listeners share a port. One of them closes while connections wait in its queue. What becomes of those?",
        "两个监听套接字共用一个端口。其中一个关闭时，它队列里还有连接在等。这些连接怎样？",
        (
            (False, "the other listener accepts them", "由另一个监听套接字 accept"),
            (True, "they are reset", "被 RST"),
            ("timeout", "they wait until they time out", "一直等到超时"),
        ),
    ),
)
def reuseport(facts: Facts) -> None:
    with Loopback() as loopback:
        listeners = [loopback.listener(128, SO_REUSEPORT=1)]
        address = listeners[0].getsockname()
        listeners.append(_sharing(loopback, address))
        facts["third"] = errno_name(lambda: loopback.tcp().bind(address))
        clients = [loopback.tcp() for _ in range(100)]
        for client in clients:
            client.connect(address)
        until(lambda: sum(_queue(listeners)) == 100, "100 connections in the queues")
        first, second = _queue(listeners)
        facts["sum"], facts["both"] = first + second, first > 0 < second
        listeners[0].close()
        facts["reset"] = None if _migrates() else until(lambda: _reset(clients) >= first, "the RSTs")


def _sharing(loopback: Loopback, address: tuple[str, int]) -> socket.socket:
    sock = loopback.tcp()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind(address)
    sock.listen(128)
    return sock


def _migrates() -> bool:
    """Does the other listener take over, as somebody has set it? Since Linux 5.14."""
    try:
        return Sysctl("net/ipv4/tcp_migrate_req").value() != 0
    except OSError:
        return False


def _queue(listeners: list[socket.socket]) -> list[int]:
    return [tcp_info(listener).unacked for listener in listeners]


def _reset(clients: list[socket.socket]) -> int:
    return sum(tcp_state(client) == "CLOSE" for client in clients)
