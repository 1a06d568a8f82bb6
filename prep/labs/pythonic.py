"""Where Python stands between the program and recv: makefile(), and MSG_WAITALL with a timeout.

makefile() puts an io.Buffered object around the socket: writes wait in memory until flush(), a read takes more from the
socket than it returns, and the descriptor is closed only when both are. A socket with a timeout is non-blocking
underneath, where MSG_WAITALL (recv(2)) does not wait.
"""

import select
import socket
import threading

from prep.labs.connection import arrived, blocking
from prep.labs.kernel import tcp_info
from prep.labs.kit import Ask, Facts, errno_name, fact, lab
from prep.labs.loopback import Loopback
from prep.text import Both

SHORT = 0.1  # seconds: long enough for what is on its way, on loopback


@lab(
    "io.makefile",
    Both("makefile() and its buffer", "makefile() 和它的缓冲区"),
    (
        fact('before == "timeout"', "written, not flushed: the peer sees nothing", "写了没 flush：对端什么也看不到"),
        fact('after == "hello\\n"', "after flush() it does", "flush() 之后就看到了"),
        fact(
            'close == "timeout"',
            "the socket is closed, the file is not: no FIN",
            "套接字关了，文件对象没关：不发 FIN",
        ),
        fact(
            'fclose == ["bye\\n", ""]',
            "closing the file flushes it and sends the FIN",
            "关闭文件对象会 flush 并发出 FIN",
        ),
        fact(
            'steal == "timeout"',
            "readline() took all that was there, not one line: nothing is left for recv",
            "readline() 拿走了已到的全部数据，不只一行：recv 再也读不到",
        ),
        fact('read == "timeout"', "read() without a size waits for EOF", "不带长度的 read() 要等到 EOF"),
    ),
    typical_ms=402,
    ask=Ask(
        "close",
        "A program has made a file of a socket with makefile() and closes the socket, not the file. What does the peer "
        "see?",
        "程序用 makefile() 从套接字得到文件对象，然后关闭套接字，没有关文件对象。对端看到什么？",
        (
            ("", "EOF", "EOF"),
            ("timeout", "nothing", "什么也没有"),
            ("ECONNRESET", "ECONNRESET", "ECONNRESET"),
        ),
    ),
)
def makefile(facts: Facts) -> None:
    with Loopback() as loopback:
        client, server = loopback.pair()
        _write_through_file(facts, client, server)
        client, server = loopback.pair()
        _read_through_file(facts, client, server)


def _write_through_file(facts: Facts, client: socket.socket, server: socket.socket) -> None:
    with client.makefile("w") as file:
        file.write("hello\n")
        facts["before"] = _nothing(server)
        file.flush()
        facts["after"] = server.recv(10).decode()
        client.close()
        facts["close"] = _nothing(server)
        file.write("bye\n")
    facts["fclose"] = [server.recv(10).decode(), server.recv(10).decode()]


def _read_through_file(facts: Facts, client: socket.socket, server: socket.socket) -> None:
    with server.makefile() as file:
        client.send(b"one\ntwo\n")
        file.readline()
        facts["steal"] = _nothing(server)
        server.settimeout(SHORT)
        facts["read"] = errno_name(file.read, otherwise="EOF")


def _nothing(sock: socket.socket) -> str:
    """ "timeout" where nothing comes."""
    usual = sock.gettimeout()
    sock.settimeout(SHORT)
    found = errno_name(lambda: sock.recv(10), otherwise="")
    sock.settimeout(usual)
    return str(found)


@lab(
    "io.waitall",
    Both("MSG_WAITALL on a socket with a timeout", "设了超时的套接字与 MSG_WAITALL"),
    (
        fact(
            'short == "abc"',
            "three of eight bytes are there, settimeout(5): recv(8, MSG_WAITALL) returns the three",
            "八个字节到了三个，settimeout(5)：recv(8, MSG_WAITALL) 返回这三个",
        ),
        fact('full == "abcdefgh"', "settimeout(None): it waits for all eight", "settimeout(None)：等齐八个"),
        fact("peek == True", "MSG_PEEK leaves the data where it is", "MSG_PEEK 不取走数据"),
        fact(
            "lowat == [False, True]",
            "SO_RCVLOWAT 5: select is not ready with four bytes, ready with five",
            "SO_RCVLOWAT 设 5：四个字节时 select 不就绪，五个才就绪",
        ),
    ),
    typical_ms=52,
    ask=Ask(
        "short",
        "Python: settimeout(5), three bytes have arrived, the other five never come. recv(8, MSG_WAITALL) returns?",
        "Python：settimeout(5)，到了三个字节，另外五个永远不来。recv(8, MSG_WAITALL) 得到什么？",
        (
            ("timeout", "a timeout after 5 s", "5 秒后超时"),
            ("abc", "the three bytes, at once", "立即返回这三个字节"),
            ("", "nothing", "空"),
        ),
    ),
)
def waitall(facts: Facts) -> None:
    with Loopback() as loopback:
        client, server = loopback.pair()
        _arrive(client, server, b"abc")
        facts["short"] = server.recv(8, socket.MSG_WAITALL).decode()
        _arrive(client, server, b"abc")
        facts["full"] = _waited(client, server)
        server.settimeout(5)
        _arrive(client, server, b"peek")
        facts["peek"] = server.recv(4, socket.MSG_PEEK) == server.recv(4)
        facts["lowat"] = _low_water(client, server)


def _arrive(client: socket.socket, server: socket.socket, data: bytes) -> None:
    before = tcp_info(server).bytes_received or 0
    client.sendall(data)
    arrived(server, before + len(data))


def _waited(client: socket.socket, server: socket.socket) -> str:
    """The rest is sent while recv waits; should it be sent earlier, the result is the same."""
    rest = threading.Timer(0.05, client.sendall, (b"defgh",))
    rest.start()
    try:
        return blocking(server).recv(8, socket.MSG_WAITALL).decode()
    finally:
        rest.join()


def _low_water(client: socket.socket, server: socket.socket) -> list[bool]:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 5)
    ready = []
    for data in (b"four", b"!"):
        _arrive(client, server, data)
        ready.append(bool(select.select([server], [], [], 0)[0]))
    return ready
