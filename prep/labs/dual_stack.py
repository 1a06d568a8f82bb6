"""One IPv6 socket for both families (RFC 3493 §3.7 and §5.3, ipv6(7) IPV6_V6ONLY).

A listener on [::] also gets IPv4 clients, and sees their addresses mapped into IPv6 (::ffff:127.0.0.1), unless
IPV6_V6ONLY is set. Then the port is free for IPv4.
"""

import socket

from prep.labs.kit import Ask, CannotRun, Facts, errno_name, fact, lab, scarce
from prep.labs.loopback import HOST, Loopback
from prep.text import Both


@lab(
    "ip.dual_stack",
    Both("IPv4 clients of an IPv6 listener", "IPv6 监听套接字的 IPv4 客户端"),
    (
        fact(
            'v4 == "::ffff:127.0.0.1"',
            "an IPv4 client of a listener on [::] has the address ::ffff:127.0.0.1",
            "监听 [::] 时，IPv4 客户端的地址显示为 ::ffff:127.0.0.1",
        ),
        fact(
            'v6only == ["ECONNREFUSED", "ok"]',
            "IPV6_V6ONLY: it is refused, and 0.0.0.0 may have the same port",
            "设了 IPV6_V6ONLY：IPv4 客户端被拒绝，0.0.0.0 还可以绑定同一端口",
        ),
    ),
    typical_ms=1,
    ask=Ask(
        "v4",
        "A server listens on [::], IPV6_V6ONLY off; a client connects to 127.0.0.1. Which address does accept() give?",
        "服务器监听 [::]，没有设 IPV6_V6ONLY；客户端连接 127.0.0.1。accept() 给出哪个地址？",
        (
            ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
            ("::1", "::1", "::1"),
            ("::ffff:127.0.0.1", "::ffff:127.0.0.1", "::ffff:127.0.0.1"),
            ("ECONNREFUSED", "none: refused", "没有：被拒绝"),
        ),
    ),
)
def dual_stack(facts: Facts) -> None:
    with Loopback() as loopback:
        both = _ipv6(loopback, v6only=0)
        _listen(both, 0)
        loopback.tcp().connect((HOST, _port(both)))
        facts["v4"] = loopback.keep(both.accept()[0]).getpeername()[0]
        # IPv4 binds first: a port that the kernel finds free for IPv6 alone may be in use there.
        ipv4, one = loopback.tcp(), _ipv6(loopback, v6only=1)
        ipv4.bind(("0.0.0.0", 0))
        shared = errno_name(lambda: _listen(one, _port(ipv4)))
        facts["v6only"] = [errno_name(lambda: loopback.tcp().connect((HOST, _port(ipv4)))), shared]


def _ipv6(loopback: Loopback, v6only: int) -> socket.socket:
    try:
        sock = loopback.keep(socket.socket(socket.AF_INET6))
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, v6only)
    except OSError as fault:
        raise scarce(fault) or CannotRun("no IPv6 on this machine", "本机没有 IPv6") from None
    return sock


def _listen(sock: socket.socket, port: int) -> None:
    sock.bind(("::", port))
    sock.listen(1)


def _port(sock: socket.socket) -> int:
    return int(sock.getsockname()[1])
