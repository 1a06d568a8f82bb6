"""The eleven states, all at once: each is held still on loopback by what it waits for.

The states are those of RFC 9293 §3.3.2. What holds a socket in one of them:

- SYN_SENT: the peer's accept queue is full, the SYN is dropped.
- SYN_RECV: the server has TCP_DEFER_ACCEPT and waits for data (tcp(7)).
- FIN_WAIT1, LAST_ACK: the peer's receive window is full, so the FIN cannot leave behind the data before it.
- CLOSING: both have closed with full windows. One reads all that the other sent, and with it the FIN of the other,
  while its own FIN still waits (§3.6, Figure 13).
- TIME_WAIT: has no descriptor. TCP_INFO of the socket that was closed says CLOSE; the kernel's list has it.
"""

import socket
from collections.abc import Callable
from functools import partial

from prep.labs.connection import ends, reach, row
from prep.labs.full import send_all_it_takes, small_pair
from prep.labs.kernel import tcp_info, tcp_state
from prep.labs.kit import Ask, Facts, fact, lab, until
from prep.labs.loopback import Loopback
from prep.text import Both

Held = dict[str, Callable[[], str]]  # state → what the kernel says now

SMALL = 2304  # bytes of buffer asked for: the least that Linux gives


@lab(
    "states.zoo",
    Both("All eleven states, held still at once", "十一种状态，同时定格"),
    (
        fact('CLOSED == "CLOSED"', "a fresh socket", "新建的套接字"),
        fact('LISTEN == "LISTEN"', "a listener", "监听套接字"),
        fact('SYN_SENT == "SYN_SENT"', "a client of a full accept queue", "全连接队列已满时的客户端"),
        fact('SYN_RECV == "SYN_RECV"', "a server's end under TCP_DEFER_ACCEPT", "设了 TCP_DEFER_ACCEPT 的服务器端"),
        fact('ESTABLISHED == "ESTABLISHED"', "a connection", "普通的连接"),
        fact(
            'FIN_WAIT1 == "FIN_WAIT1"',
            "closed, while the peer's window is full: the FIN cannot leave",
            "关闭时对端窗口已满：FIN 发不出去",
        ),
        fact('FIN_WAIT2 == "FIN_WAIT2"', "closed, the peer has not", "自己已关闭，对端还没有"),
        fact('CLOSE_WAIT == "CLOSE_WAIT"', "the peer of that", "上一条的对端"),
        fact(
            'CLOSING == "CLOSING"',
            "both closed with full windows, then one has read all: it has the peer's FIN, its own has not left",
            "双方都在窗口满时关闭，然后一方读完：它收到了对端的 FIN，自己的还没发出去",
        ),
        fact(
            'LAST_ACK == "LAST_ACK"',
            "closed after the peer, whose window is full",
            "对端先关闭、窗口又满，此时自己再关闭",
        ),
        fact('TIME_WAIT == "TIME_WAIT"', "closed first, and both have closed", "先关闭的一方，且双方都已关闭"),
        fact(
            'sim_close_end == ["TIME_WAIT", "TIME_WAIT"]',
            "the simultaneous close ends in TIME_WAIT on both sides",
            "同时关闭以双方都进入 TIME_WAIT 结束",
        ),
    ),
    typical_ms=30,
    path="ESTABLISHED -> FIN_WAIT_1 -> CLOSING -> TIME_WAIT",
    ask=Ask(
        "sim_close_end",
        "Both ends close at the same time. Which states are they in when all is done?",
        "双方同时关闭。全部结束后各处于什么状态？",
        (
            (["TIME_WAIT", "CLOSED"], "one in TIME_WAIT, the other CLOSED", "一个 TIME_WAIT，另一个 CLOSED"),
            (["TIME_WAIT", "TIME_WAIT"], "both in TIME_WAIT", "都在 TIME_WAIT"),
            (["CLOSED", "CLOSED"], "both CLOSED", "都已 CLOSED"),
        ),
    ),
)
def zoo(facts: Facts) -> None:
    with Loopback() as loopback:
        held: Held = {"CLOSED": _asked(loopback.tcp())}
        for recipe in (_opening, _closing, _stuck_fins):
            held |= recipe(loopback)
        one, other = _both_closing(loopback)
        facts |= {name: look() for name, look in (held | {"CLOSING": _asked(one)}).items()}
        facts["sim_close_end"] = _let_go(one, other)


def _asked(sock: socket.socket) -> Callable[[], str]:
    return lambda: {"CLOSE": "CLOSED"}.get(tcp_state(sock), tcp_state(sock))


def _opening(loopback: Loopback) -> Held:
    listener = loopback.listener(1)
    for _ in range(2):
        loopback.tcp().connect(listener.getsockname())
    until(lambda: tcp_info(listener).unacked == 2, "the accept queue is full")
    caller = loopback.tcp()
    caller.setblocking(False)
    caller.connect_ex(listener.getsockname())
    deferring, client = loopback.listener(TCP_DEFER_ACCEPT=5), loopback.tcp()
    client.connect(deferring.getsockname())
    return {
        "LISTEN": _asked(listener),
        "SYN_SENT": _asked(caller),
        "SYN_RECV": partial(_listed, ends(client)[::-1]),
        "ESTABLISHED": _asked(client),
    }


def _closing(loopback: Loopback) -> Held:
    first, second = loopback.pair()
    first.shutdown(socket.SHUT_WR)
    reach(first, "FIN_WAIT2")
    gone, peer = loopback.pair()
    of_gone = ends(gone)
    gone.close()
    reach(peer, "CLOSE_WAIT")
    peer.close()
    until(lambda: row(of_gone, "TIME_WAIT"), "TIME_WAIT")
    return {"FIN_WAIT2": _asked(first), "CLOSE_WAIT": _asked(second), "TIME_WAIT": partial(_listed, of_gone)}


def _stuck_fins(loopback: Loopback) -> Held:
    first, _ = small_pair(loopback, SMALL)
    _close_full(first)
    peer, last = small_pair(loopback, SMALL)
    peer.shutdown(socket.SHUT_WR)
    reach(last, "CLOSE_WAIT")
    _close_full(last)
    return {"FIN_WAIT1": _asked(first), "LAST_ACK": _asked(last)}


def _both_closing(loopback: Loopback) -> tuple[socket.socket, socket.socket]:
    """The first is CLOSING, the second has data and a FIN still to read."""
    one, other = small_pair(loopback, SMALL)
    _close_full(one)
    _close_full(other)
    _read_to_the_end(one)
    reach(one, "CLOSING")
    return one, other


def _let_go(one: socket.socket, other: socket.socket) -> list[str]:
    both = ends(one), ends(other)
    _read_to_the_end(other)
    until(lambda: all(row(of, "TIME_WAIT") for of in both), "both in TIME_WAIT")
    return [_listed(of) for of in both]


def _close_full(sock: socket.socket) -> None:
    """More than the peer's window takes, then the FIN behind it."""
    send_all_it_takes(sock)
    sock.shutdown(socket.SHUT_WR)


def _read_to_the_end(sock: socket.socket) -> None:
    sock.settimeout(5)
    while sock.recv(65536):
        pass


def _listed(of: tuple[object, object]) -> str:
    found = row(of)
    return found.state if found else "CLOSED"
