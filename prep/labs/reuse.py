"""Which sockets can be connected once more (connect(2)).

A closed descriptor is gone. One that was connected stays so for the socket layer, even when both FINs are through. One
whose connect() failed may try again on Linux; POSIX leaves that open. connect() to an address of family AF_UNSPEC
dissolves a connection. The sockets block: on a non-blocking one, the next connect() first reports how the last ended.
"""

import ctypes
import socket
import struct

from prep.labs.connection import blocking, reach
from prep.labs.kernel import LINUX
from prep.labs.kit import Ask, Facts, errno_name, fact, lab
from prep.labs.loopback import HOST, Loopback
from prep.text import Both


@lab(
    "socket.reuse",
    Both("Which sockets can be used again", "哪些套接字可以再用"),
    (
        fact('closed == "EBADF"', "after close(): EBADF", "close() 之后：EBADF"),
        fact('connected == "EISCONN"', "while connected: EISCONN", "连接着的时候：EISCONN"),
        fact(
            'finished == "EISCONN"',
            "after both FINs, in state CLOSE: EISCONN still",
            "双方 FIN 都走完，状态 CLOSE：仍然 EISCONN",
        ),
        fact(
            'refused_then_listen == "ok"',
            "after ECONNREFUSED the same socket may try again (Linux)",
            "ECONNREFUSED 之后同一个套接字可以再试（Linux）",
        ),
        fact(
            'unspec == "ok"',
            "connect(AF_UNSPEC) dissolves the connection, then it can connect again (Linux)",
            "connect(AF_UNSPEC) 解除连接，然后可以再连接（Linux）",
        ),
        fact(
            'errs == ["ENOTCONN", "EPIPE", "EINVAL"]',
            "a fresh socket: recv ENOTCONN, send EPIPE, accept EINVAL",
            "新建的套接字：recv 得 ENOTCONN，send 得 EPIPE，accept 得 EINVAL",
        ),
    ),
    typical_ms=1,
    ask=Ask(
        "finished",
        "Both ends have closed properly and the state is CLOSE; the descriptor is still open. connect() on it gives?",
        "双方都正常关闭，状态已是 CLOSE，描述符还开着。对它再 connect() 会怎样？",
        (
            ("ok", "a new connection", "建立新连接"),
            ("EISCONN", "EISCONN", "EISCONN"),
            ("EBADF", "EBADF", "EBADF"),
        ),
    ),
)
def reuse(facts: Facts) -> None:
    with Loopback() as loopback:
        address = loopback.listener().getsockname()
        closed = loopback.tcp()
        closed.close()
        facts["closed"] = errno_name(lambda: closed.connect(address))
        client = blocking(loopback.tcp())
        client.connect(address)
        facts["connected"] = errno_name(lambda: client.connect(address))
        facts["unspec"] = _dissolved(client, address)
        facts["finished"] = _finished(*loopback.pair(), address)
        facts["refused_then_listen"] = _refused(loopback)
        fresh = loopback.tcp()
        facts["errs"] = [
            errno_name(lambda: fresh.recv(1)),
            errno_name(lambda: fresh.send(b"x")),
            errno_name(fresh.accept),
        ]


def _finished(client: socket.socket, server: socket.socket, address: tuple[str, int]) -> str:
    client.shutdown(socket.SHUT_WR)
    reach(server, "CLOSE_WAIT")
    server.shutdown(socket.SHUT_WR)
    reach(server, "CLOSE")
    return str(errno_name(lambda: server.connect(address)))


def _refused(loopback: Loopback) -> str:
    listener, client = loopback.tcp(), blocking(loopback.tcp())
    listener.bind((HOST, 0))
    refused = errno_name(lambda: client.connect(listener.getsockname()))
    listener.listen(1)
    return (
        str(errno_name(lambda: client.connect(listener.getsockname()))) if refused == "ECONNREFUSED" else str(refused)
    )


def _dissolved(client: socket.socket, address: tuple[str, int]) -> str | None:
    """By way of the C library, for Python fills in the family itself."""
    if not LINUX:
        return None
    nowhere = struct.pack("=H14x", socket.AF_UNSPEC)
    ctypes.CDLL(None).connect(client.fileno(), nowhere, len(nowhere))
    return str(errno_name(lambda: client.connect(address)))
