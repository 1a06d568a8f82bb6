"""A server that starts again on its port: EADDRINUSE, and what SO_REUSEADDR has to do with it.

bind() refuses a port on which a connection of the old server is left, such as one in TIME_WAIT (RFC 9293 §3.6.1) where
the server closed first. SO_REUSEADDR lets it through (socket(7)); Linux wants it on the old socket as well as the new.
It never lets two listeners share a port.
"""

import socket
from collections.abc import Callable

from prep.labs.connection import abort, ends, reach, row
from prep.labs.kit import Ask, Facts, errno_name, fact, lab, until
from prep.labs.loopback import Loopback
from prep.text import Both

Ending = Callable[[socket.socket, socket.socket], None]  # of a client and the server's end of it


@lab(
    "close.time_wait_reuse",
    Both("EADDRINUSE and SO_REUSEADDR", "EADDRINUSE 与 SO_REUSEADDR"),
    (
        fact(
            '00 == "EADDRINUSE"',
            "the server closed first, no SO_REUSEADDR on the old listener or the new: EADDRINUSE",
            "服务器先关闭，新旧监听套接字都没有 SO_REUSEADDR：EADDRINUSE",
        ),
        fact(
            '01 == "EADDRINUSE"',
            "on the new one only: still EADDRINUSE",
            "只有新的设了：仍然 EADDRINUSE",
        ),
        fact('11 == "ok"', "on both: it works", "新旧都设了：可以"),
        fact('client_first == "ok"', "the client closed first: it works without", "客户端先关闭：不设也可以"),
        fact(
            'rst == "ok"',
            "closed with a RST (SO_LINGER 0): no TIME_WAIT, it works without",
            "用 RST 关闭（SO_LINGER 0）：没有 TIME_WAIT，不设也可以",
        ),
        fact(
            'estab == "ok"',
            "on both, and the old connection is still ESTABLISHED: it works",
            "新旧都设了，旧连接还在 ESTABLISHED：可以",
        ),
        fact(
            'two_listeners == "EADDRINUSE"',
            "on both, and the old listener is still open: EADDRINUSE",
            "新旧都设了，但旧的监听套接字还开着：EADDRINUSE",
        ),
    ),
    typical_ms=15,
    ask=Ask(
        "01",
        "A server without SO_REUSEADDR closed its connections first and ended. The new one sets SO_REUSEADDR and binds "
        "the same port at once (on Linux). What happens?",
        "没设 SO_REUSEADDR 的服务器先关闭连接并退出。新服务器设了它，马上 bind 同一端口（Linux）。结果如何？",
        (("ok", "it works", "成功"), ("EADDRINUSE", "EADDRINUSE", "EADDRINUSE")),
    ),
)
def time_wait_reuse(facts: Facts) -> None:
    facts["00"] = _again(0, 0, _server_first)
    facts["01"] = _again(0, 1, _server_first)
    facts["11"] = _again(1, 1, _server_first)
    facts["client_first"] = _again(0, 0, lambda client, server: _server_first(server, client))
    facts["rst"] = _again(0, 0, _by_rst)
    facts["estab"] = _again(1, 1, lambda client, server: None)
    facts["two_listeners"] = _again(1, 1, lambda client, server: None, leave_listener=True)


def _again(old: int, new: int, end: Ending, *, leave_listener: bool = False) -> str:
    """What a new listener on the port of an old one gets; `old` and `new` are their SO_REUSEADDR."""
    with Loopback() as loopback:
        listener = loopback.listener(SO_REUSEADDR=old)
        client = loopback.tcp()
        client.connect(listener.getsockname())
        server = loopback.keep(listener.accept()[0])
        address = listener.getsockname()
        end(client, server)
        if not leave_listener:
            listener.close()
        return str(errno_name(lambda: _listen(loopback.tcp(), address, new)))


def _listen(sock: socket.socket, address: tuple[str, int], reuse: int) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
    sock.bind(address)
    sock.listen(1)


def _server_first(client: socket.socket, server: socket.socket) -> None:
    of_server = ends(server)
    server.close()
    reach(client, "CLOSE_WAIT")
    client.close()
    until(lambda: row(of_server, "TIME_WAIT"), "TIME_WAIT")


def _by_rst(client: socket.socket, server: socket.socket) -> None:
    of_server = ends(server)
    abort(server)
    until(lambda: not row(of_server), "the connection is gone")
