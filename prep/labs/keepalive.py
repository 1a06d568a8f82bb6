"""Keepalive: is the peer's kernel still there? (RFC 9293 §3.8.4, tcp(7) TCP_KEEPIDLE)

Off unless asked for. After TCP_KEEPIDLE seconds of silence the kernel sends a segment without data, numbered one octet
before what the peer expects; the peer's kernel must answer it with an ACK. Neither application sees anything. What
happens when nothing answers cannot be shown on loopback.
"""

import socket

from prep.labs.kernel import tcp_info
from prep.labs.kit import Ask, Facts, Sysctl, fact, lab, until
from prep.labs.loopback import Loopback, option
from prep.text import Both

# Option → its setting in net/ipv4 and the kernel's own value: idle time, interval (both in seconds), probes.
TIMERS = {
    "TCP_KEEPIDLE": ("tcp_keepalive_time", 7200),
    "TCP_KEEPINTVL": ("tcp_keepalive_intvl", 75),
    "TCP_KEEPCNT": ("tcp_keepalive_probes", 9),
}


@lab(
    "keepalive.alive",
    Both("A keepalive probe, answered", "一个得到应答的保活探测"),
    (
        fact(
            "defaults == [0, 7200, 75, 9]",
            "off by default; if asked for: after 7200 s, every 75 s, 9 probes",
            "默认关闭；打开后：7200 秒后开始，每 75 秒一次，共 9 次",
        ),
        fact(
            "segs == [1, 1]",
            "TCP_KEEPIDLE 1: a second later one segment has left and one has come in answer",
            "TCP_KEEPIDLE 设 1：一秒后发出一个报文段，收到一个应答",
        ),
        fact("app_bytes == 0", "no application got a byte of it", "应用程序一个字节也没收到"),
    ),
    typical_ms=1030,
    path="CLOSED -> SYN_SENT -> ESTABLISHED",
    ask=Ask(
        "app_bytes",
        "The client's kernel sends a keepalive probe. How many bytes does the server's application get to read?",
        "客户端内核发出一个保活探测。服务器的应用程序能读到几个字节？",
        ((0, "none", "没有"), (1, "one", "一个"), ("empty", "an empty message", "一条空消息")),
    ),
)
def alive(facts: Facts) -> None:
    with Loopback() as loopback:
        client, server = loopback.pair()
        facts["defaults"] = _defaults(client)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        before = tcp_info(client)
        client.setsockopt(socket.IPPROTO_TCP, option("TCP_KEEPIDLE"), 1)
        until(lambda: (tcp_info(client).segs_in or 0) > (before.segs_in or 0), "an answer to the probe")
        after = tcp_info(client)
        facts["segs"] = [(after.segs_out or 0) - (before.segs_out or 0), (after.segs_in or 0) - (before.segs_in or 0)]
        facts["app_bytes"] = _to_read(server) + _to_read(client)


def _defaults(sock: socket.socket) -> list[int] | None:
    """None where this machine's settings are not those that the kernel comes with."""
    if any(Sysctl(f"net/ipv4/{setting}").value() != value for setting, value in TIMERS.values()):
        return None
    on = sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    return [on, *(sock.getsockopt(socket.IPPROTO_TCP, option(name)) for name in TIMERS)]


def _to_read(sock: socket.socket) -> int:
    sock.setblocking(False)
    try:
        return len(sock.recv(10))
    except BlockingIOError:
        return 0
