"""A peer that is gone, has forgotten, or does not read.

A dead peer and a silent one look the same. Who only waits never learns it; keepalive asks (RFC 9293 §3.8.4), unsent or
unacknowledged data has a time limit (TCP_USER_TIMEOUT, RFC 5482). A peer that was restarted knows nothing of the
connection and answers with a RST (§3.5.1). A full receiver closes its window, and the sender probes it (§3.8.6.1).
"""

import socket
import struct
import time

from prep.labs.kernel import tcp_state
from prep.labs.kit import Ask, Facts, errno_name, fact, ms_since
from prep.labs.wire import Wire
from prep.labs.wired import wired
from prep.text import Both


def _seconds(start: float) -> float:
    return round(ms_since(start) / 1000, 2)


@wired(
    "wire.keepalive",
    Both("A dead peer, with keepalive 1/1/2", "对端失联，keepalive 为 1/1/2"),
    (
        fact("err == 'ETIMEDOUT'", "recv fails with ETIMEDOUT", "recv 以 ETIMEDOUT 失败"),
        fact(
            "s between [2.5, 4.5]",
            "after idle + count × interval = 1 + 2 × 1 seconds",
            "在空闲时间 + 次数 × 间隔 = 1 + 2 × 1 秒之后",
            seen=3.1,
        ),
        fact("probes between [2, 3]", "probes seen on the wire", "线路上的探测报文段数", seen=2),
        fact("peer == 'ESTABLISHED'", "the other end still believes in the connection", "另一端仍以为连接存在"),
    ),
    typical_ms=3100,
)
def keepalive(facts: Facts, wire: Wire) -> None:
    client, server = wire.pair(TCP_KEEPIDLE=1, TCP_KEEPINTVL=1, TCP_KEEPCNT=2)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    mark, start = len(wire.frames), time.monotonic()
    wire.cut()
    facts["err"] = errno_name(lambda: wire.receive(client, patience=8))
    facts["s"] = _seconds(start)
    facts["probes"] = len(wire.matching("A:ACK", mark))
    facts["peer"] = tcp_state(server)


@wired(
    "wire.no_keepalive",
    Both("A dead peer, without keepalive", "对端失联，没有 keepalive"),
    (
        fact(
            "recv == 'timeout'",
            "recv just waits; shown here for one second, it would be for ever",
            "recv 一直等；这里只演示一秒，实际会永远等下去",
        ),
        fact("state == 'ESTABLISHED'", "the connection is still ESTABLISHED", "连接仍是 ESTABLISHED"),
    ),
    typical_ms=1040,
    ask=Ask(
        "recv",
        "The cable is cut, and a client waits in recv(), no keepalive. What does recv() do?",
        "网线断了，客户端在 recv() 里等，没开 keepalive。recv() 会怎样？",
        (
            ("ECONNRESET", "it fails with ECONNRESET", "以 ECONNRESET 失败"),
            ("timeout", "it goes on waiting", "一直等下去"),
            ("ok", 'it returns b"", the end of the stream', '返回 b""，流结束'),
        ),
    ),
)
def no_keepalive(facts: Facts, wire: Wire) -> None:
    client, _ = wire.pair()
    wire.cut()
    facts["recv"] = errno_name(lambda: wire.receive(client, patience=1.0))
    facts["state"] = tcp_state(client)


@wired(
    "wire.user_timeout",
    Both("A dead peer, TCP_USER_TIMEOUT = 1500 ms", "对端失联，TCP_USER_TIMEOUT = 1500 毫秒"),
    (
        fact("send == 1", "send succeeds: the byte is in the kernel's buffer", "send 成功：字节进了内核缓冲区"),
        fact("err == 'ETIMEDOUT'", "then recv fails with ETIMEDOUT", "随后 recv 以 ETIMEDOUT 失败"),
        fact(
            "s between [1.4, 3.5]",
            "the limit is looked at when the retransmission timer goes off",
            "到下一次重传定时器触发时才检查这个时限",
            seen=1.9,
        ),
    ),
    typical_ms=1970,
)
def user_timeout(facts: Facts, wire: Wire) -> None:
    client, _ = wire.pair(TCP_USER_TIMEOUT=1500)
    wire.cut()
    start = time.monotonic()
    facts["send"] = client.send(b"x")
    facts["err"] = errno_name(lambda: wire.receive(client, patience=6))
    facts["s"] = _seconds(start)


@wired(
    "wire.half_open",
    Both("The peer was restarted", "对端重启过"),
    (
        fact("send == 2", "the client is ESTABLISHED, and its send succeeds", "客户端是 ESTABLISHED，send 也成功"),
        fact("trace == ['A:PA/2', 'B:R']", "the data earns a RST", "数据招来 RST"),
        fact("recv == 'ECONNRESET'", "the next recv says ECONNRESET", "下一次 recv 得到 ECONNRESET"),
    ),
    typical_ms=35,
    ask=Ask(
        "send",
        "The server was restarted and knows nothing of the connection; nor the client of that. What does send() do?",
        "服务器重启过，已不知道这个连接；客户端并不知情。它的 send() 会怎样？",
        (
            ("ECONNRESET", "it fails with ECONNRESET", "以 ECONNRESET 失败"),
            ("EPIPE", "it fails with EPIPE", "以 EPIPE 失败"),
            (2, "it succeeds", "成功"),
        ),
    ),
    path="ESTABLISHED -> CLOSED",
)
def half_open(facts: Facts, wire: Wire) -> None:
    """The server's end is aborted, and its RST does not get through: so it is after a power cut."""
    client, server = wire.pair()
    wire.cut()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    server.close()
    wire.until(lambda: wire.matching("B:RST,ACK"), "the RST that is lost")
    wire.mend()
    mark = len(wire.frames)
    facts["send"] = client.send(b"hi")
    facts["recv"] = errno_name(lambda: wire.receive(client))
    facts["trace"] = wire.trace(mark)


@wired(
    "wire.zero_window",
    Both("A receiver that does not read: window 0 and probes", "接收方不读：零窗口与探测"),
    (
        fact("zero == True", "the receiver advertises a window of 0", "接收方通告窗口 0"),
        fact(
            "probes == True",
            "the sender probes it, or a lost update would stop both for ever",
            "发送方不断探测，否则窗口更新一旦丢失双方就永远停住",
        ),
        fact("update == True", "after a read the window opens again", "读取之后窗口重新打开"),
    ),
    typical_ms=300,
)
def zero_window(facts: Facts, wire: Wire) -> None:
    listener, client = wire.b.listener(), wire.a.open()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # before the window is advertised: it may not shrink
    wire.connect(client)
    server = wire.accept(listener)
    facts["zero"] = facts["probes"] = facts["update"] = False
    wire.until(lambda: _window_closed(wire, client), "a window of 0")
    facts["zero"], mark = True, len(wire.frames)
    wire.until(lambda: wire.matching("A:ACK", mark), "a probe")
    facts["probes"], mark = True, len(wire.frames)
    wire.until(lambda: _reads(server) and _opened(wire, mark), "a window update")
    facts["update"] = True


def _window_closed(wire: Wire, client: socket.socket) -> bool:
    errno_name(lambda: client.send(bytes(65536)))  # EAGAIN when its own buffer is full
    return any(frame.packet.window == 0 for frame in wire.matching("B:ACK"))


def _reads(server: socket.socket) -> bool:
    errno_name(lambda: server.recv(1 << 20))  # EAGAIN when there is nothing
    return True


def _opened(wire: Wire, mark: int) -> bool:
    return any(frame.packet.window for frame in wire.matching("B:ACK", mark))
