"""The accept queue: how many fit, and what becomes of the next one.

Finished connections wait for accept() in a queue of min(backlog, somaxconn) (listen(2)); Linux lets one more in. When
it is full the kernel does not refuse: it drops the SYN, the client repeats it after 1 s (RFC 6298 §2), and no error is
reported. (tcp_abort_on_overflow is about the third segment.) On a listener TCP_INFO tells the length of the queue and
its limit.
"""

import errno
import select
import socket
import time
from pathlib import Path

from prep.labs.kernel import tcp_info, tcp_state
from prep.labs.kit import DEADLINE, Ask, Facts, Overdue, Sysctl, errno_name, fact, lab, until
from prep.labs.loopback import Loopback
from prep.text import Both

BACKLOGS = (0, 1, 2, 5)


@lab(
    "accept.queue",
    Both("How many connections an accept queue holds", "全连接队列能装多少个连接"),
    (
        fact(
            'b0 == [1, "SYN_SENT"]',
            "listen(0): one ESTABLISHED, the next stay in SYN_SENT",
            "listen(0)：1 个 ESTABLISHED，后面的停在 SYN_SENT",
        ),
        fact('b1 == [2, "SYN_SENT"]', "listen(1): two", "listen(1)：2 个"),
        fact('b2 == [3, "SYN_SENT"]', "listen(2): three", "listen(2)：3 个"),
        fact('b5 == [6, "SYN_SENT"]', "listen(5): six", "listen(5)：6 个"),
        fact(
            "b5.unacked,sacked == [6, 5]",
            "TCP_INFO of the listener: tcpi_unacked is the length of the queue, tcpi_sacked its limit",
            "监听套接字的 TCP_INFO：tcpi_unacked 是队列长度，tcpi_sacked 是上限",
        ),
        fact(
            "cap",
            "listen(1000000): the limit is somaxconn",
            "listen(1000000)：上限是 somaxconn",
            setting=Sysctl("net/core/somaxconn"),
        ),
        fact(
            "err == None",
            "the client that found it full has no error: its SYN was dropped in silence",
            "队列满时才来的客户端得不到任何错误：它的 SYN 被悄悄丢弃了",
        ),
    ),
    typical_ms=5,
    ask=Ask(
        "b5",
        "listen(5), nobody accepts, eight clients connect. How many are ESTABLISHED, and what of the next?",
        "listen(5)，没有人 accept，八个客户端连接。几个 ESTABLISHED？后面的呢？",
        (
            ([5, "SYN_SENT"], "five; the next wait in SYN_SENT", "5 个；后面的等在 SYN_SENT"),
            ([6, "SYN_SENT"], "six; the next wait in SYN_SENT", "6 个；后面的等在 SYN_SENT"),
            ([5, "ECONNREFUSED"], "five; the next are refused", "5 个；后面的被拒绝"),
            ([8, None], "all eight", "8 个全部"),
        ),
    ),
)
def queue(facts: Facts) -> None:
    with Loopback() as loopback:
        for backlog in BACKLOGS:
            listener = loopback.listener(backlog)
            clients = [_try(loopback, listener) for _ in range(backlog + 3)] if backlog or _cookies() else []
            facts[f"b{backlog}"] = _outcome(clients) if clients else None
        info = tcp_info(listener)
        facts["b5.unacked,sacked"] = [info.unacked, info.sacked]
        facts["err"] = errno.errorcode.get(clients[-1].getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
        listener.listen(1_000_000)
        facts["cap"] = tcp_info(listener).sacked


def _cookies() -> bool:
    """Without SYN cookies a listener of backlog 0 takes nobody at all (tcp_syncookies in ip-sysctl)."""
    setting = Path("/proc/sys/net/ipv4/tcp_syncookies")
    return setting.exists() and setting.read_text().strip() != "0"


def _try(loopback: Loopback, listener: socket.socket) -> socket.socket:
    """A client whose SYN was either answered, and then the queue has grown, or dropped, since the queue was full."""
    before = tcp_info(listener)
    client = loopback.tcp()
    client.setblocking(False)
    client.connect_ex(listener.getsockname())
    full = before.unacked > before.sacked
    until(lambda: full or tcp_info(listener).unacked > before.unacked, "a connection is in the queue")
    return client


def _outcome(clients: list[socket.socket]) -> list[object]:
    """How many are ESTABLISHED, and the state of the rest."""
    states = [tcp_state(client) for client in clients]
    rest = {state for state in states if state != "ESTABLISHED"}
    return [states.count("ESTABLISHED"), " ".join(sorted(rest)) or None]


@lab(
    "accept.queue_full_connect",
    Both("connect() while the accept queue is full", "全连接队列已满时的 connect()"),
    (
        fact(
            'first == ["timeout", "SYN_SENT"]',
            "connect() with 0.3 s to do it: timeout, still SYN_SENT",
            "connect() 限时 0.3 秒：超时，仍是 SYN_SENT",
        ),
        fact(
            "connect_s between [0.9, 1.5]",
            "the next client connects, one accept() makes room at once: it is connected about 1 s later all the same",
            "下一个客户端发起连接，服务器立刻 accept() 一个腾出位置：它还是要约 1 秒后才连上",
            seen=1.02,
        ),
        fact("total_retrans == 1", "its SYN was dropped and had to be sent again", "它的 SYN 被丢弃，重传了一次"),
    ),
    typical_ms=1330,
    path="CLOSED -> SYN_SENT -> ESTABLISHED",
    ask=Ask(
        "first",
        "The accept queue is full. A client calls connect() and allows 0.3 s. What does it get?",
        "全连接队列已满。客户端限时 0.3 秒调用 connect()，结果如何？",
        (
            (["ECONNREFUSED", "CLOSE"], "ECONNREFUSED", "ECONNREFUSED"),
            (["timeout", "SYN_SENT"], "a timeout, in SYN_SENT", "超时，处于 SYN_SENT"),
            (["ok", "ESTABLISHED"], "a connection: it waits in the queue", "连上了：在队列里等待"),
        ),
    ),
)
def queue_full_connect(facts: Facts) -> None:
    with Loopback() as loopback:
        listener = loopback.listener(1)
        for _ in range(2):
            _try(loopback, listener)
        impatient = loopback.tcp()
        impatient.settimeout(0.3)
        facts["first"] = [errno_name(lambda: impatient.connect(listener.getsockname())), tcp_state(impatient)]
        impatient.close()
        client = _try(loopback, listener)
        start = time.monotonic()
        loopback.keep(listener.accept()[0])
        if not select.select([], [client], [], DEADLINE)[1]:
            raise Overdue("the SYN that is sent again")
        facts["connect_s"] = round(time.monotonic() - start, 2)
        facts["total_retrans"] = tcp_info(client).total_retrans
