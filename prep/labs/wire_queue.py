"""The two queues of a listener, from the wire: half-open connections (SYN_RECV), and those that wait for accept().

A full SYN queue drops SYNs silently. With SYN cookies (RFC 4987 §3.6) the kernel answers without remembering, and knows
the connection again by the number that the third ACK acknowledges. A full accept queue ignores the third ACK, or
answers it with a RST where tcp_abort_on_overflow says so (Linux, ip-sysctl).
"""

import socket
from collections import Counter
from functools import partial

from prep.labs.frames import forged_syn
from prep.labs.host import PORT
from prep.labs.kernel import tcp_state
from prep.labs.kit import Ask, Facts, errno_name, fact
from prep.labs.links import add_neighbour
from prep.labs.wire import Wire
from prep.labs.wired import wired
from prep.text import Both

NOBODY = "192.0.2.66"  # the forged SYNs come from there; what is sent to it, A throws away
SYNS, BACKLOG = 32, 8


@wired(
    "wire.syn_backlog",
    Both("The SYN queue with and without SYN cookies", "SYN 队列：有和没有 SYN cookie"),
    (
        fact(
            "off == [9, 9]",
            "32 SYNs from a forged address to listen(8), cookies off: 9 held as SYN_RECV, 9 answered",
            "向 listen(8) 发 32 个伪造源地址的 SYN，cookie 关闭：保留 9 个 SYN_RECV，应答 9 个",
        ),
        fact(
            "off_client == 'timeout'",
            "a real client gets no answer, not even a refusal",
            "真正的客户端得不到应答，连拒绝都没有",
        ),
        fact("on == [9, 32]", "cookies on: 9 held, all 32 answered", "cookie 打开：保留 9 个，32 个全部应答"),
        fact("on_client == 'connects'", "a real client connects", "真正的客户端连得上"),
    ),
    typical_ms=550,
    ask=Ask(
        "off_client",
        "The SYN queue is full of half-open connections, SYN cookies are off. What does a new client's connect() do?",
        "SYN 队列被半连接占满，SYN cookie 关闭。新客户端的 connect() 会怎样？",
        (
            ("ECONNREFUSED", "it is refused", "被拒绝"),
            ("timeout", "it waits: its SYN is dropped silently", "一直等：它的 SYN 被悄悄丢弃"),
            ("connects", "it connects", "连得上"),
        ),
    ),
)
def syn_backlog(facts: Facts, wire: Wire) -> None:
    with wire.b.inside():
        add_neighbour("e0", NOBODY, wire.a.mac)
    for name, cookies in (("off", 0), ("on", 1)):
        port = PORT + cookies
        wire.b.set("tcp_syncookies", cookies)
        wire.b.listener(BACKLOG, port)
        _flood(wire, port)
        answered = {frame.packet.ports for frame in wire.matching("B:SYN,ACK") if frame.packet.ports[0] == port}
        facts[name] = [wire.b.states(port).count("SYN_RECV"), len(answered)]
        connect = partial(wire.connect, wire.a.open(), 0.5, port)
        facts[f"{name}_client"] = errno_name(connect, "connects")


def _flood(wire: Wire, port: int) -> None:
    """The forged SYNs, inside the namespace; until the kernel has seen them all and its answers have been carried."""
    before = wire.b.counter("InSegs")
    for number in range(SYNS):
        ports = 20_000 + number, port
        wire.deliver("A", forged_syn((wire.b.mac, wire.a.mac), (NOBODY, wire.b.address), ports, seq=number))
    wire.until(lambda: wire.b.counter("InSegs") >= before + SYNS, "all SYNs seen")
    wire.step()


@wired(
    "wire.abort_on_overflow",
    Both("The third ACK meets a full accept queue", "第三个 ACK 碰上已满的全连接队列"),
    (
        fact(
            "abort0 == {'clients': ['ESTABLISHED', 'ESTABLISHED', 'ESTABLISHED'], "
            "'server': {'ESTABLISHED': 4, 'SYN_RECV': 2}}",
            "three handshakes under way, one place left; tcp_abort_on_overflow = 0: all clients are ESTABLISHED, for "
            "two of them the server stays SYN_RECV and ignores their ACK and data",
            "三个握手正在进行，队列只剩一个位置；tcp_abort_on_overflow = 0：客户端全是 ESTABLISHED，"
            "其中两个在服务器上仍是 SYN_RECV，它们的 ACK 和数据被忽略",
        ),
        fact(
            "abort1 == {'clients': ['CLOSE', 'CLOSE', 'ESTABLISHED'], 'server': {'ESTABLISHED': 4}}",
            "tcp_abort_on_overflow = 1: two clients get a RST",
            "tcp_abort_on_overflow = 1：两个客户端收到 RST",
        ),
    ),
    typical_ms=55,
    ask=Ask(
        "abort0",
        "Three handshakes are under way, the accept queue has one place left, tcp_abort_on_overflow = 0. What then?",
        "三个握手正在进行，全连接队列只剩一个位置，tcp_abort_on_overflow = 0。结果如何？",
        (
            (
                {"clients": ["CLOSE", "CLOSE", "ESTABLISHED"], "server": {"ESTABLISHED": 4}},
                "two clients are refused",
                "两个客户端被拒绝",
            ),
            (
                {"clients": ["ESTABLISHED"] * 3, "server": {"ESTABLISHED": 6}},
                "the queue takes all three",
                "队列把三个都收下",
            ),
            (
                {"clients": ["ESTABLISHED"] * 3, "server": {"ESTABLISHED": 4, "SYN_RECV": 2}},
                "all clients believe that they are connected, two are not",
                "客户端都以为连上了，其中两个没有",
            ),
        ),
    ),
)
def abort_on_overflow(facts: Facts, wire: Wire) -> None:
    wire.b.set("tcp_syncookies", 0)
    for abort in (0, 1):
        port = PORT + abort
        wire.b.set("tcp_abort_on_overflow", abort)
        wire.b.listener(3, port)
        for _ in range(3):
            wire.connect(wire.a.open(), port=port)
        wire.until(lambda port=port: wire.b.states(port) == ["ESTABLISHED"] * 3, "three in the queue")  # type: ignore[misc]
        clients = _three_at_once(wire, port)
        if abort:
            wire.until(partial(_two_closed, clients), "two RSTs")
        else:
            _all_send(wire, clients)
        facts[f"abort{abort}"] = {
            "clients": sorted(map(tcp_state, clients)),
            "server": dict(Counter(wire.b.states(port))),
        }


def _three_at_once(wire: Wire, port: int) -> list[socket.socket]:
    """Their SYNs leave before any is answered, so that each finds a queue with a place left; until their third ACKs."""
    clients, mark = [wire.a.open() for _ in range(3)], len(wire.frames)
    for client in clients:
        errno_name(partial(client.connect, (wire.b.address, port)))  # EINPROGRESS
    wire.until(lambda: len({frame.packet.ports for frame in wire.matching("A:ACK", mark)}) == 3, "three third ACKs")
    return clients


def _two_closed(clients: list[socket.socket]) -> bool:
    return [*map(tcp_state, clients)].count("CLOSE") == 2


def _all_send(wire: Wire, clients: list[socket.socket]) -> None:
    mark = len(wire.frames)
    for client in clients:
        client.send(b"x")
    wire.until(lambda: len({frame.packet.ports for frame in wire.matching("A:data", mark)}) == 3, "their data")
