"""Bytes that wait in the sender: Nagle against a delayed ACK, and TCP_CORK.

Write, write, read: the second write is small and the first is unacknowledged, so Nagle holds it (RFC 9293 §3.7.4). The
server cannot answer half a request, so nothing carries the ACK and it is delayed (§3.8.6.3, 40 ms on Linux). The best
cure is one write; TCP_NODELAY sends two segments where one would do.
"""

import socket
import time
from collections.abc import Callable
from statistics import median

from prep.labs.kernel import tcp_info
from prep.labs.kit import Ask, Facts, fact, lab, ms_since
from prep.labs.loopback import Loopback, option
from prep.labs.transfer import Setup
from prep.text import Both

STALL = 30  # ms: longer than any exchange on loopback takes, shorter than the delayed ACK of Linux (40)

Exchange = Callable[[socket.socket, bytes, bytes], object]


def _write_write(client: socket.socket, head: bytes, body: bytes) -> None:
    client.send(head)
    client.send(body)


def _nodelay(client: socket.socket, head: bytes, body: bytes) -> None:
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _write_write(client, head, body)


def _cork(client: socket.socket, head: bytes, body: bytes) -> None:
    client.setsockopt(socket.IPPROTO_TCP, option("TCP_CORK"), 1)
    _write_write(client, head, body)
    client.setsockopt(socket.IPPROTO_TCP, option("TCP_CORK"), 0)


def _more(client: socket.socket, head: bytes, body: bytes) -> None:
    client.send(head, option("MSG_MORE"))
    client.send(body)


def _one_call(client: socket.socket, head: bytes, body: bytes) -> None:
    client.sendmsg([head, body])


EXCHANGES: dict[str, Exchange] = {
    "nagle": _write_write,
    "nodelay": _nodelay,
    "cork": _cork,
    "msg_more": _more,
    "sendmsg": _one_call,
}


def exchanges(write: Exchange, count: int = 8) -> list[float]:
    """Milliseconds of each exchange: the request written in two parts, the answer read. Both ends in one thread."""
    times = []
    with Loopback() as loopback:
        client, server = loopback.pair()
        for _ in range(count):
            start = time.monotonic()
            write(client, b"head:", b"body\n")
            request = b""
            while len(request) < 10:
                request += server.recv(10)
            server.send(b"done\n")
            client.recv(10)
            times.append(ms_since(start))
    return times


@lab(
    "sticky.write_write_read",
    Both("Write, write, read: Nagle and the delayed ACK", "写、写、读：Nagle 与延迟 ACK"),
    (
        fact(
            "nagle.stalls >= 6",
            "eight exchanges of two small writes and a read: the first is fast, the others wait over 30 ms",
            "八个来回，每个先写两次小数据、再读一次：第一个快，其余都等 30 毫秒以上",
            seen=7,
        ),
        fact("nagle.median_ms between [30, 90]", "an exchange takes about 40 ms", "一个来回约 40 毫秒", seen=44),
        fact("nodelay.stalls == 0", "TCP_NODELAY: none stalls", "TCP_NODELAY：不停顿"),
        fact(
            "sendmsg.stalls == 0",
            "both parts in one sendmsg: none stalls, Nagle on",
            "两部分放进一次 sendmsg：开着 Nagle 也不停顿",
        ),
        fact("cork.stalls == 0", "TCP_CORK around the two: none", "两次写放在 TCP_CORK 开与关之间：不停顿"),
        fact("msg_more.stalls == 0", "MSG_MORE on the first: none", "第一次写带 MSG_MORE：不停顿"),
    ),
    typical_ms=316,
    ask=Ask(
        "nagle.stalls",
        "A client writes a head, then a body, then reads the answer, eight times over loopback, all defaults. "
        "How many of the eight exchanges take more than 30 ms?",
        "客户端先写首部、再写正文、再读应答，在环回上做八个来回，全用默认设置。八个来回里有几个超过 30 毫秒？",
        (
            (0, "none", "一个也没有"),
            (1, "the first only", "只有第一个"),
            (7, "all but the first", "除第一个以外都是"),
        ),
    ),
)
def write_write_read(facts: Facts) -> None:
    for name, write in EXCHANGES.items():
        times = exchanges(write)
        facts[f"{name}.stalls"] = sum(ms > STALL for ms in times)
        facts[f"{name}.median_ms"] = round(median(times), 2)


@lab(
    "sticky.cork",
    Both("TCP_CORK holds everything back", "TCP_CORK 把数据全部扣住"),
    (
        fact(
            "data_segs_out,notsent == [0, 70]",
            "ten sends while corked: no segment, 70 bytes unsent",
            "TCP_CORK 打开时发十次：没有报文段，70 字节未发出",
        ),
        fact(
            "wait_ms between [150, 400]",
            "they leave by themselves after about 200 ms",
            "约 200 毫秒后自己发出",
            seen=204,
        ),
        fact("uncork_ms < 100", "uncorking sends them at once", "关掉 TCP_CORK 就立即发出", seen=0.1),
    ),
    typical_ms=205,
)
def cork(facts: Facts) -> None:
    facts["wait_ms"] = _corked(facts, uncork=False)
    facts["uncork_ms"] = _corked(facts, uncork=True)


def _corked(facts: Facts, *, uncork: bool) -> float:
    """Milliseconds from the last send, or from the uncorking, until the bytes have come."""
    with Loopback() as loopback:
        client, server = loopback.pair()
        client.setsockopt(socket.IPPROTO_TCP, option("TCP_CORK"), 1)
        for message in Setup().messages():
            client.send(message)
        start = time.monotonic()
        info = tcp_info(client)
        facts["data_segs_out,notsent"] = [info.data_segs_out, info.notsent_bytes]
        if uncork:
            client.setsockopt(socket.IPPROTO_TCP, option("TCP_CORK"), 0)
        server.recv(4096)
        return ms_since(start)
