"""RST: who sends it, and what it destroys.

A RST answers a segment for which there is no connection (RFC 9293 §3.5.2), and it is how a program gives up on purpose:
SO_LINGER with no time (§3.10.5 ABORT), or without meaning to: close() while there is input that it has not read (RFC
1122 §4.2.2.13). It does not wait in line: what the sender still had to send is lost. What had arrived can be read.
"""

import signal
import socket

from prep.labs.children import child
from prep.labs.connection import abort, arrived, ends, reach, row
from prep.labs.kernel import tcp_info
from prep.labs.kit import DEADLINE, Ask, Facts, errno_name, fact, lab, until
from prep.labs.loopback import HOST, Loopback
from prep.text import Both


@lab(
    "rst.causes",
    Both("Who sends RST", "谁会发 RST"),
    (
        fact(
            'unread == "ECONNRESET"',
            "close() with unread input: the peer's recv gets ECONNRESET",
            "还有没读的数据就 close()：对端 recv 得 ECONNRESET",
        ),
        fact(
            'linger0 == "ECONNRESET"',
            "SO_LINGER with 0 s, then close(): ECONNRESET",
            "SO_LINGER 设 0 秒再 close()：ECONNRESET",
        ),
        fact("linger0.rows == []", "and no TIME_WAIT is left on either side", "双方都不留 TIME_WAIT"),
        fact(
            'write == [1, "EPIPE"]',
            "the peer has closed: the first send works and brings the RST, the second gets EPIPE",
            "对端已关闭：第一次 send 成功并引来 RST，第二次得 EPIPE",
        ),
        fact(
            'sig == "SIGPIPE"',
            "with the signal's default, as in C, that second send kills the process; Python ignores SIGPIPE",
            "若保留信号的默认动作（C 程序就是这样），第二次 send 会杀死进程；Python 忽略 SIGPIPE",
        ),
        fact('refused == "ECONNREFUSED"', "nobody listens: ECONNREFUSED", "没有人监听：ECONNREFUSED"),
        fact(
            'queued == ["queued", "ECONNRESET"]',
            "data that came before the RST can still be read, then ECONNRESET",
            "RST 之前到达的数据还能读到，然后才是 ECONNRESET",
        ),
        fact(
            'listener == "ECONNRESET"',
            "the listener is closed while a connection waits in its queue: ECONNRESET",
            "连接还在队列里，监听套接字就关闭了：ECONNRESET",
        ),
    ),
    typical_ms=30,
    path="ESTABLISHED -> CLOSED",
    ask=Ask(
        "write",
        "The peer has closed. The client sends one byte, waits a moment, and sends another. What do the sends return?",
        "对端已经关闭。客户端发一个字节，稍等，再发一个。两次 send 各返回什么？",
        (
            (["EPIPE", "EPIPE"], "EPIPE both times", "两次都是 EPIPE"),
            ([1, 1], "1 both times", "两次都是 1"),
            ([1, "EPIPE"], "1, then EPIPE", "先 1，再 EPIPE"),
            (["ECONNRESET", "EPIPE"], "ECONNRESET, then EPIPE", "先 ECONNRESET，再 EPIPE"),
        ),
    ),
)
def causes(facts: Facts) -> None:
    with Loopback() as loopback:
        facts["unread"] = _closed_unread(*loopback.pair())
        facts["linger0"], facts["linger0.rows"] = _aborted(*loopback.pair())
        facts["write"], facts["sig"] = _written(*loopback.pair())
        facts["refused"] = _refused(loopback)
        facts["queued"] = _queued(*loopback.pair())
        facts["listener"] = _listener_gone(loopback)


def _recv(sock: socket.socket) -> str:
    return str(errno_name(lambda: sock.recv(10), otherwise="EOF"))


def _closed_unread(client: socket.socket, server: socket.socket) -> str:
    client.send(b"x")
    arrived(server, 1)
    server.close()
    return _recv(client)


def _aborted(client: socket.socket, server: socket.socket) -> tuple[str, list[str]]:
    both = ends(client), ends(server)
    abort(server)
    found = _recv(client)
    client.close()
    return found, [left.state for left in map(row, both) if left]


def _written(client: socket.socket, server: socket.socket) -> tuple[list[object], str | None]:
    server.close()
    reach(client, "CLOSE_WAIT")
    first = client.send(b"x")
    reach(client, "CLOSE")
    return [first, errno_name(lambda: client.send(b"x"))], _killed_by(client)


def _killed_by(broken: socket.socket) -> str | None:
    """The signal that ends a process which writes to it and has not turned SIGPIPE off."""
    write = "import os, signal, sys; signal.signal(signal.SIGPIPE, signal.SIG_DFL); os.write(int(sys.argv[1]), b'x')"
    with child(write, broken) as process:
        code = process.wait(DEADLINE)
    return signal.Signals(-code).name if code < 0 else None


def _refused(loopback: Loopback) -> str:
    bound = loopback.tcp()
    bound.bind((HOST, 0))
    return str(errno_name(lambda: loopback.tcp().connect(bound.getsockname())))


def _queued(client: socket.socket, server: socket.socket) -> list[str]:
    server.send(b"queued")
    abort(server)
    reach(client, "CLOSE")
    return [client.recv(10).decode(), _recv(client)]


def _listener_gone(loopback: Loopback) -> str:
    listener, client = loopback.listener(), loopback.tcp()
    client.connect(listener.getsockname())
    until(lambda: tcp_info(listener).unacked, "the connection is in the queue")
    listener.close()
    return _recv(client)


@lab(
    "rst.lost_output",
    Both("close() with input left unread", "还有没读的输入就 close()"),
    (
        fact(
            'read == "EOF"',
            "a server that has read its input sends 200000 bytes and closes: the client reads until EOF",
            "服务器读完输入，发 200000 字节后关闭：客户端一直读到 EOF",
        ),
        fact("read.missing == 0", "every byte arrives, close() waits for nobody", "一个字节不少，close() 也没有等待"),
        fact(
            'unread == "ECONNRESET"',
            "it has left one byte unread: the client's read ends with ECONNRESET",
            "留了一个字节没读：客户端读到 ECONNRESET 为止",
        ),
        fact(
            "missing > 0",
            "what the server's kernel still had to send is lost",
            "服务器内核里还没发完的数据丢了",
            seen=80000,
        ),
    ),
    typical_ms=5,
    path="ESTABLISHED -> CLOSED",
    ask=Ask(
        "unread",
        "A server sends a long answer and closes; one byte of the request it has not read. How does reading the answer "
        "end?",
        "服务器发出很长的应答后关闭；请求里有一个字节它没读。客户端的读取会怎样结束？",
        (
            ("EOF", "with EOF, after the whole answer", "读完全部应答，得到 EOF"),
            ("ECONNRESET", "with ECONNRESET, before the end of it", "没读完就得到 ECONNRESET"),
        ),
    ),
)
def lost_output(facts: Facts) -> None:
    facts["read"], facts["read.missing"] = _answer(read_first=True)
    facts["unread"], facts["missing"] = _answer(read_first=False)


def _answer(*, read_first: bool) -> tuple[str, int]:
    """How reading ends, and how many bytes of those that the server's kernel took do not arrive."""
    with Loopback() as loopback:
        server, client = loopback.pair(SO_RCVBUF=8192)  # the small buffer is the reader's
        client.send(b"x")
        arrived(server, 1)
        if read_first:
            server.recv(10)
        server.setblocking(False)
        taken = server.send(bytes(200_000))
        server.close()
        got = 0
        try:
            while chunk := client.recv(65536):
                got += len(chunk)
        except ConnectionResetError:
            return "ECONNRESET", taken - got
        return "EOF", taken - got
