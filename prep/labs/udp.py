"""A connected UDP socket: no handshake, but a peer, and so the ICMP errors of that peer (udp(7), RFC 1122 §4.1.3.3).

connect() only writes down the peer's address: no packet. From then on the kernel delivers datagrams of that peer alone,
and an ICMP "port unreachable" (RFC 792: type 3, code 3) that answers one of ours is reported by the next call. An
unconnected socket is told nothing unless it asks for its error queue (ip(7) IP_RECVERR).
"""

import select
import socket

from prep.labs.kernel import LINUX
from prep.labs.kit import Ask, Facts, errno_name, fact, lab, until
from prep.labs.loopback import HOST, Loopback
from prep.text import Both

IP_RECVERR = 11  # linux/in.h; Python 3.11 has no name for it


@lab(
    "udp.connected",
    Both("A connected UDP socket and a port where nobody is", "connect 过的 UDP 套接字与没有程序的端口"),
    (
        fact(
            "u == [1, 1]",
            "unconnected, to a port where nobody is: sendto succeeds as often as one likes",
            "未 connect，发往没有程序的端口：sendto 发多少次都成功",
        ),
        fact(
            'connect == "ok"', "connect() to it succeeds too: it sends no packet", "对它 connect() 也成功：根本不发包"
        ),
        fact(
            'c == [1, "ECONNREFUSED"]',
            "connected: the first send works, the next gets ECONNREFUSED",
            "connect 之后：第一次 send 成功，第二次得 ECONNREFUSED",
        ),
        fact('stranger == "timeout"', "a stranger's datagram does not reach it", "别的地址发来的数据报，它收不到"),
        fact(
            "icmp == [3, 3]",
            "IP_RECVERR: the error queue holds ICMP type 3, code 3",
            "IP_RECVERR：错误队列里是 ICMP 类型 3、代码 3",
        ),
    ),
    typical_ms=102,
    ask=Ask(
        "c",
        "A UDP socket is connected to a port of this host where nobody is. It sends twice. What do the sends return?",
        "UDP 套接字 connect 到本机一个没有程序的端口，发两次，各返回什么？",
        (
            ([1, 1], "1 and 1: UDP knows of no errors", "都是 1：UDP 不管有没有出错"),
            ([1, "ECONNREFUSED"], "1, then ECONNREFUSED", "先 1，再 ECONNREFUSED"),
            (["ECONNREFUSED", "ECONNREFUSED"], "ECONNREFUSED both times", "两次都是 ECONNREFUSED"),
        ),
    ),
)
def connected(facts: Facts) -> None:
    with Loopback() as loopback:
        dead = _dead(loopback)
        unconnected = _udp(loopback)
        facts["u"] = [unconnected.sendto(b"x", dead) for _ in range(2)]
        client = _udp(loopback)
        facts["connect"] = errno_name(lambda: client.connect(dead))
        first = client.send(b"x")
        _error_comes(client)
        facts["c"] = [first, errno_name(lambda: client.send(b"x"), otherwise=1)]
        facts["stranger"] = _from_stranger(loopback)
        facts["icmp"] = _queued_error(loopback, dead)


def _udp(loopback: Loopback) -> socket.socket:
    return loopback.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))


def _dead(loopback: Loopback) -> tuple[str, int]:
    """A port that stays dead for all others: its socket is connected to itself."""
    alone = _udp(loopback)
    alone.bind((HOST, 0))
    alone.connect(alone.getsockname())
    host, port = alone.getsockname()
    return host, port


def _error_comes(sock: socket.socket) -> None:
    poll = select.poll()
    poll.register(sock, 0)
    until(lambda: any(events & select.POLLERR for _, events in poll.poll(0)), "the ICMP error")


def _from_stranger(loopback: Loopback) -> str:
    sender, _ = loopback.udp_pair()
    stranger = _udp(loopback)
    stranger.sendto(b"hello", sender.getsockname())
    sender.settimeout(0.1)
    return str(errno_name(lambda: sender.recv(10)))


def _queued_error(loopback: Loopback, dead: tuple[str, int]) -> list[int] | None:
    """Type and code from the error queue: octets 5 and 6 of sock_extended_err. None where there is no such queue."""
    if not LINUX:
        return None
    sock = _udp(loopback)
    sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    sock.sendto(b"x", dead)
    _error_comes(sock)
    notes = sock.recvmsg(10, 512, socket.MSG_ERRQUEUE)[1]
    return next([*data[5:7]] for level, kind, data in notes if (level, kind) == (socket.IPPROTO_IP, IP_RECVERR))
