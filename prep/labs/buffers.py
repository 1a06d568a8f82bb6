"""How big the socket buffers really are (socket(7) SO_RCVBUF, tcp(7) tcp_rmem, tcp_wmem).

Not 8 K: a TCP socket begins with the middle value of tcp_wmem and tcp_rmem and grows by itself. What a program asks for
is doubled (for the kernel's own bookkeeping), never below a floor, never above rmem_max or wmem_max.
"""

import socket

from prep.labs.kernel import LINUX
from prep.labs.kit import Ask, CannotRun, Facts, Sysctl, fact, lab
from prep.labs.loopback import Loopback
from prep.text import Both

GIB = 1 << 30  # twice that is more than SO_RCVBUF, an int, can say


@lab(
    "buf.sizes",
    Both("Real buffer sizes", "缓冲区的真实大小"),
    (
        fact(
            "sndbuf",
            "a fresh TCP socket's SO_SNDBUF is the middle value of tcp_wmem",
            "新建 TCP 套接字的 SO_SNDBUF 等于 tcp_wmem 的中间值",
            seen=16384,
            setting=Sysctl("net/ipv4/tcp_wmem", 1),
        ),
        fact(
            "rcvbuf",
            "its SO_RCVBUF is the middle value of tcp_rmem",
            "SO_RCVBUF 等于 tcp_rmem 的中间值",
            seen=131072,
            setting=Sysctl("net/ipv4/tcp_rmem", 1),
        ),
        fact(
            "rcvbuf_after_8192 == 16384",
            "SO_RCVBUF set to 8192 reads back 16384: doubled",
            "SO_RCVBUF 设 8192，读回 16384：翻倍",
        ),
        fact(
            "floor == [4608, 2304]",
            "asked for 1 byte: 4608 to send, 2304 to receive",
            "只要 1 字节：发送给 4608，接收给 2304",
        ),
        fact(
            "cap",
            "asked for 1 GiB: twice rmem_max",
            "要 1 GiB：得到 rmem_max 的两倍",
            setting=Sysctl("net/core/rmem_max", times=2),
        ),
        fact(
            "udp",
            "a UDP socket's SO_RCVBUF is rmem_default",
            "UDP 套接字的 SO_RCVBUF 等于 rmem_default",
            seen=212992,
            setting=Sysctl("net/core/rmem_default"),
        ),
    ),
    typical_ms=1,
    ask=Ask(
        "rcvbuf_after_8192",
        "setsockopt(SO_RCVBUF, 8192). What does getsockopt say?",
        "setsockopt(SO_RCVBUF, 8192) 之后 getsockopt 得到多少？",
        (
            (8192, "8192, as asked", "8192，要多少给多少"),
            (16384, "16384, twice that", "16384，翻倍"),
            (4096, "4096, half is overhead", "4096，一半是开销"),
        ),
    ),
)
def sizes(facts: Facts) -> None:
    if not LINUX:
        raise CannotRun("the sizes follow Linux sysctls", "这些大小取决于 Linux 的 sysctl")
    with Loopback() as loopback:
        fresh = loopback.tcp()
        facts["sndbuf"], facts["rcvbuf"] = _size(fresh, "SO_SNDBUF"), _size(fresh, "SO_RCVBUF")
        facts["rcvbuf_after_8192"] = _asked(loopback, "SO_RCVBUF", 8192)
        facts["floor"] = [_asked(loopback, "SO_SNDBUF", 1), _asked(loopback, "SO_RCVBUF", 1)]
        capped = Sysctl("net/core/rmem_max").value() < GIB
        facts["cap"] = _asked(loopback, "SO_RCVBUF", GIB) if capped else None
        facts["udp"] = _size(loopback.udp_pair()[1], "SO_RCVBUF")
        client, _ = loopback.pair()
        facts["connected.sndbuf"] = _size(client, "SO_SNDBUF")  # grown; it follows the congestion control


def _size(sock: socket.socket, name: str) -> int:
    return sock.getsockopt(socket.SOL_SOCKET, getattr(socket, name))


def _asked(loopback: Loopback, name: str, size: int) -> int:
    sock = loopback.tcp()
    sock.setsockopt(socket.SOL_SOCKET, getattr(socket, name), size)
    return _size(sock, name)
