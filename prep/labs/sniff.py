"""A small tcpdump of one's own: AF_PACKET (packet(7)) on the loopback interface of a private namespace.

The interface there has the MTU that Linux gives to every new loopback, whatever this machine's has been set to: the MSS
that its SYN offers follows from it (RFC 6691: MTU - 40, at most 65495 on Linux).
"""

import socket
import time

from prep.labs import links
from prep.labs.frames import IPV4, Sight, pcap, read
from prep.labs.kit import Facts, fact, lab, until
from prep.labs.loopback import Loopback
from prep.labs.namespace import must_be_private, run_inside
from prep.text import Both

MSS_OPTION = 4  # its bytes: kind, length, and the MSS in two (RFC 9293 §3.2)


@lab(
    "sniff.lo",
    Both("A tcpdump of one's own, on loopback", "自己写一个 tcpdump，在环回上抓包"),
    (
        fact(
            "syn_opts == '0204ffd7'",
            "the options of the SYN begin with MSS 65495 (kind 2, length 4): loopback's MTU is 65536, but an IP "
            "packet has 65535 bytes at most, 40 of them headers",
            "SYN 的选项以 MSS 65495 开头（类型 2，长度 4）：环回的 MTU 是 65536，"
            "但 IP 包最长 65535 字节，其中首部占 40 字节",
        ),
        fact("n == 9", "one exchange and both closes: nine segments", "一次收发加双方关闭：九个报文段"),
    ),
    typical_ms=65,
    tier=2,
)
def lo(facts: Facts) -> bytes | None:
    return run_inside(_sniff, facts)


def _sniff(facts: Facts) -> bytes:
    must_be_private()
    links.set_up("lo")
    with Loopback() as loopback:
        tap = loopback.enter_context(socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
        tap.bind(("lo", IPV4))  # incoming only: on lo each frame is seen going out as well
        tap.setblocking(False)
        sights: list[Sight] = []
        client, server = loopback.pair()
        client.send(b"hello")
        server.recv(5)
        until(lambda: _heard(tap, sights) >= 5, "the ACK of the data")
        client.close()
        until(lambda: _heard(tap, sights) >= 7, "the ACK of the FIN")
        server.close()
        until(lambda: _heard(tap, sights) >= 9, "the last ACK")
    facts["n"] = len(sights)
    options = read(sights[0][1]).options
    facts["options"], facts["syn_opts"] = options.hex(), options[:MSS_OPTION].hex()
    return pcap(sights)


def _heard(tap: socket.socket, sights: list[Sight]) -> int:
    """How many frames there have been so far."""
    try:
        while True:
            sights.append((time.time(), tap.recv(1 << 17)))
    except BlockingIOError:
        return len(sights)
