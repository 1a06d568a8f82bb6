"""Each segment of the handshake lost, and two ends that open at once.

RFC 9293 §3.8.1: what is not acknowledged is sent again. The client's kernel repeats its SYN, the server's its SYN+ACK,
the first time after 1 s (RFC 6298 §2.1). The third ACK is repeated by nobody: an ACK alone is not acknowledged. It
comes again as the answer to another SYN+ACK, or with the first data. accept() knows nothing of all this.
"""

import socket
import time
from itertools import pairwise
from pathlib import Path

from prep.labs.host import PORT
from prep.labs.kernel import tcp_state
from prep.labs.kit import Ask, Facts, errno_name, fact, ms_since
from prep.labs.wire import Wire
from prep.labs.wired import wired
from prep.text import Both

LINEAR = Path("/proc/sys/net/ipv4/tcp_syn_linear_timeouts")  # since Linux 6.5
ACTIVE_OPEN = "CLOSED -> SYN_SENT -> ESTABLISHED"
PASSIVE_OPEN = "CLOSED -> LISTEN -> SYN_RECEIVED -> ESTABLISHED"


def seconds_since(start: float) -> float:
    return round(ms_since(start) / 1000, 2)


@wired(
    "wire.drop_syn",
    Both("The first SYN is lost", "第一个 SYN 丢失"),
    (
        fact(
            "trace == ['A:S!', 'A:S', 'B:SA', 'A:A']",
            "the SYN (! lost), then again, then as always",
            "SYN（! 表示丢失），再发一次，然后照常",
        ),
        fact("connect_s between [0.9, 1.5]", "connect takes one second longer", "connect 多花一秒", seen=1.02),
    ),
    typical_ms=1050,
    ask=Ask(
        "trace",
        "The first SYN gets lost. What happens?",
        "第一个 SYN 丢了，会怎样？",
        (
            (["A:S!"], "connect fails at once", "connect 立即失败"),
            (["A:S!", "A:S", "B:SA", "A:A"], "the kernel sends it again, connect succeeds", "内核重发，connect 成功"),
            (["A:S!", "B:SA", "A:A"], "the server asks for it", "服务器要求重发"),
        ),
    ),
    path=ACTIVE_OPEN,
)
def drop_syn(facts: Facts, wire: Wire) -> None:
    wire.drop("A:SYN#1")
    start = time.monotonic()
    wire.pair()
    facts["connect_s"] = seconds_since(start)
    facts["trace"] = wire.trace()


@wired(
    "wire.drop_all_syn",
    Both("Every SYN is lost, TCP_SYNCNT = 2", "SYN 全部丢失，TCP_SYNCNT = 2"),
    (
        fact("err == 'ETIMEDOUT'", "connect fails with ETIMEDOUT", "connect 以 ETIMEDOUT 失败"),
        fact(
            "gaps == [1.0, 1.0, 1.0, 1.0, 1.0]",
            "seconds between the SYNs, to the nearest one: since Linux 6.5 the first four timeouts do not double "
            "(tcp_syn_linear_timeouts)",
            "各 SYN 之间的秒数（四舍五入到整秒）：Linux 6.5 起，前四次超时不翻倍（tcp_syn_linear_timeouts）",
        ),
        fact("s between [6.5, 8]", "it gives up after 7 s", "约 7 秒后放弃", seen=7.1),
    ),
    typical_ms=7150,
    path="CLOSED -> SYN_SENT -> CLOSED",
)
def drop_all_syn(facts: Facts, wire: Wire) -> None:
    """Kernels before 6.5 have other gaps, 1 and 2, and the same end; `at_s` shows them."""
    wire.drop("A:SYN#*")
    client = wire.a.open()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, 2)
    start = time.monotonic()
    facts["err"] = errno_name(lambda: wire.connect(client, patience=12))
    facts["s"] = seconds_since(start)
    times = [frame.at for frame in wire.matching("A:SYN")]
    facts["at_s"] = [round(at - times[0], 2) for at in times]
    gaps = [float(round(later - sooner)) for sooner, later in pairwise(times)]
    facts["gaps"] = gaps if LINEAR.exists() else None


@wired(
    "wire.drop_synack",
    Both("The SYN+ACK is lost", "SYN+ACK 丢失"),
    (
        fact(
            "syns,synacks == [2, 3]",
            "the client repeats its SYN, the server its SYN+ACK: once by its own timer, once as an answer",
            "客户端重发 SYN，服务器重发 SYN+ACK：一次因自己的定时器，一次因为又收到 SYN",
        ),
        fact("connect_s between [0.9, 1.5]", "connect takes one second longer", "connect 多花一秒", seen=1.14),
    ),
    typical_ms=1150,
    ask=Ask(
        "syns,synacks",
        "The first SYN+ACK gets lost. How many SYN and SYN+ACK are sent in all?",
        "第一个 SYN+ACK 丢了。总共发出几个 SYN、几个 SYN+ACK？",
        (
            ([1, 2], "1 and 2: only the server repeats", "1 和 2：只有服务器重发"),
            ([2, 2], "2 and 2: the server only answers the second SYN", "2 和 2：服务器只应答第二个 SYN"),
            ([2, 3], "2 and 3: both repeat by their own timers", "2 和 3：双方各按自己的定时器重发"),
        ),
    ),
    path=PASSIVE_OPEN,
)
def drop_synack(facts: Facts, wire: Wire) -> None:
    """Both timers go off within some ms, and which answer comes first decides whether the other is still sent. So the
    repetitions are held on the wire until both have left."""
    wire.drop("B:SYN,ACK#1")
    wire.rule("delay", "A:SYN#2=100")
    wire.rule("delay", "B:SYN,ACK#2=200")
    start = time.monotonic()
    wire.pair()
    facts["connect_s"] = seconds_since(start)
    facts["syns,synacks"] = [len(wire.matching("A:SYN")), len(wire.matching("B:SYN,ACK"))]


@wired(
    "wire.drop_third_ack",
    Both("The third ACK is lost, the client is silent", "第三个 ACK 丢失，客户端不发数据"),
    (
        fact(
            "states == ['ESTABLISHED', 'SYN_RECV']",
            "the client is ESTABLISHED, the server still SYN_RECV",
            "客户端 ESTABLISHED，服务器仍是 SYN_RECV",
        ),
        fact(
            "trace == ['A:S', 'B:SA', 'A:A!', 'B:SA', 'A:A']",
            "the server's kernel repeats its SYN+ACK after a second, the client acknowledges again",
            "一秒后服务器内核重发 SYN+ACK，客户端再次确认",
        ),
        fact(
            "accept_s between [0.9, 1.5]",
            "accept() just waits until then; it returns no error",
            "accept() 一直等到那时；它不会返回错误",
            seen=1.01,
        ),
    ),
    typical_ms=1050,
    ask=Ask(
        "states",
        "The third ACK gets lost. What states are client and server in then?",
        "第三个 ACK 丢了。此时客户端和服务器各处于什么状态？",
        (
            (["ESTABLISHED", "ESTABLISHED"], "both ESTABLISHED", "都是 ESTABLISHED"),
            (["SYN_SENT", "SYN_RECV"], "SYN_SENT and SYN_RECV", "SYN_SENT 和 SYN_RECV"),
            (["ESTABLISHED", "SYN_RECV"], "ESTABLISHED and SYN_RECV", "ESTABLISHED 和 SYN_RECV"),
        ),
    ),
    path=PASSIVE_OPEN,
)
def drop_third_ack(facts: Facts, wire: Wire) -> None:
    wire.drop("A:ACK#1")
    listener, client = wire.b.listener(), wire.a.open()
    start = time.monotonic()
    wire.connect(client)
    wire.until(lambda: wire.matching("A:ACK"), "the third ACK")
    facts["states"] = [tcp_state(client), *wire.b.states()]
    wire.accept(listener)
    facts["accept_s"] = seconds_since(start)
    facts["trace"] = wire.trace()


@wired(
    "wire.drop_third_ack_data",
    Both("The third ACK is lost, the client sends at once", "第三个 ACK 丢失，客户端随即发数据"),
    (
        fact(
            "accept_ms < 50",
            "the data carries the same ACK: accept returns at once",
            "数据段带着同样的 ACK：accept 立即返回",
            seen=0.2,
        ),
        fact("recv == 'early'", "and the data is there", "数据也到了"),
    ),
    typical_ms=35,
    ask=Ask(
        "recv",
        "The third ACK gets lost, but the client sends data right away. What does the server read?",
        "第三个 ACK 丢了，但客户端马上发数据。服务器读到什么？",
        (
            ("ECONNRESET", "an error: the connection does not exist yet", "错误：连接还不存在"),
            ("early", "the data", "那些数据"),
            ("timeout", "nothing: the data is ignored", "什么也没有：数据被忽略"),
        ),
    ),
    path=PASSIVE_OPEN,
)
def drop_third_ack_data(facts: Facts, wire: Wire) -> None:
    wire.drop("A:ACK#1")
    listener, client = wire.b.listener(), wire.a.open()
    wire.connect(client)
    client.send(b"early")
    start = time.monotonic()
    server = wire.accept(listener)
    facts["accept_ms"] = ms_since(start)
    facts["recv"] = wire.receive_all(server, 5).decode()


@wired(
    "wire.third_ack_never",
    Both("The third ACK never arrives", "第三个 ACK 永远不到"),
    (
        fact(
            "forgot_s between [2.5, 4]",
            "with tcp_synack_retries = 1 the server forgets the half-open connection after 3 s",
            "tcp_synack_retries = 1 时，服务器 3 秒后丢弃这个半连接",
            seen=3.07,
        ),
        fact(
            "accept == 'timeout'",
            "accept() never returns: no error, no connection",
            "accept() 一直不返回：既无错误，也无连接",
        ),
        fact("client == 'ESTABLISHED'", "the client is still ESTABLISHED", "客户端仍是 ESTABLISHED"),
        fact("last == ['A:PA/2', 'B:R']", "its data earns a RST", "它发数据会招来 RST"),
        fact("recv == 'ECONNRESET'", "and the client learns it: ECONNRESET", "客户端这才知道：ECONNRESET"),
    ),
    typical_ms=3200,
    ask=Ask(
        "accept",
        "The third ACK never arrives, and the server's kernel gives up. What does accept() return?",
        "第三个 ACK 永远不到，服务器内核放弃了。accept() 返回什么？",
        (
            ("ECONNABORTED", "-1 with ECONNABORTED", "-1，errno 为 ECONNABORTED"),
            ("timeout", "nothing, it goes on waiting", "不返回，继续等"),
            ("ok", "a socket that is dead", "一个已经失效的套接字"),
        ),
    ),
)
def third_ack_never(facts: Facts, wire: Wire) -> None:
    wire.b.set("tcp_synack_retries", 1)
    wire.drop("A:ACK#*")
    listener, client = wire.b.listener(), wire.a.open()
    start = time.monotonic()
    wire.connect(client)
    wire.until(lambda: not wire.b.states(), "the server gives up", deadline=6)
    facts["forgot_s"] = seconds_since(start)
    facts["accept"] = errno_name(lambda: wire.accept(listener, patience=0.1))
    facts["client"] = tcp_state(client)
    mark = len(wire.frames)
    client.send(b"hi")
    facts["recv"] = errno_name(lambda: wire.receive(client))
    facts["last"] = wire.trace(mark)


@wired(
    "wire.sim_open",
    Both("Simultaneous open", "同时打开"),
    (
        fact(
            "states == [['SYN_SENT', 'SYN_SENT'], ['ESTABLISHED', 'ESTABLISHED']]",
            "both SYN_SENT, then both ESTABLISHED; nobody called listen()",
            "双方 SYN_SENT，然后双方 ESTABLISHED；谁也没有调用 listen()",
        ),
        fact(
            "flags contains ['A:S', 'B:S', 'A:SA', 'B:SA']",
            "SYN crosses SYN, and both answer with SYN+ACK",
            "两个 SYN 在途中交错，双方都应答 SYN+ACK",
        ),
        fact("data == 'x'", "data flows", "可以传数据"),
    ),
    typical_ms=35,
    ask=Ask(
        "states",
        "Both ends call connect() to each other at the same moment; neither listens. What states do they go through?",
        "两端同时互相 connect()，谁也没有监听。它们经过哪些状态？",
        (
            ([["SYN_SENT", "SYN_SENT"], ["CLOSE", "CLOSE"]], "both are refused", "双方都被拒绝"),
            (
                [["SYN_SENT", "SYN_SENT"], ["ESTABLISHED", "ESTABLISHED"]],
                "both get one and the same connection",
                "双方得到同一个连接",
            ),
            ([["SYN_SENT", "SYN_SENT"], ["SYN_SENT", "SYN_SENT"]], "both wait until they time out", "双方一直等到超时"),
        ),
    ),
    path="CLOSED -> SYN_SENT -> SYN_RECEIVED -> ESTABLISHED",
)
def sim_open(facts: Facts, wire: Wire) -> None:
    """Nothing is carried before both have called, so the two SYNs are on their way at once."""
    ends = [wire.a.open(), wire.b.open()]
    for end, host, peer in zip(ends, (wire.a, wire.b), (wire.b, wire.a), strict=True):
        end.bind((host.address, PORT))
        errno_name(lambda sock=end, to=peer.address: sock.connect((to, PORT)))  # type: ignore[misc]  # EINPROGRESS
    before = [tcp_state(end) for end in ends]
    wire.until(lambda: [tcp_state(end) for end in ends] == ["ESTABLISHED"] * 2, "both open")
    facts["states"] = [before, [tcp_state(end) for end in ends]]
    ends[0].send(b"x")
    facts["data"] = wire.receive(ends[1]).decode()
    facts["flags"] = wire.trace()
