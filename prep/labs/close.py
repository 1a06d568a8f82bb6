"""Closing: who waits for whom, what a FIN says, and which states are left behind.

close() sends a FIN once the last descriptor is gone; shutdown() sends it whoever else holds one (shutdown(2)). The FIN
says "I send no more", not "I am gone": the other direction lives on (RFC 9293 §3.6). Who closes first goes through
FIN-WAIT-1 and FIN-WAIT-2 to TIME-WAIT, the other through CLOSE-WAIT to LAST-ACK. Linux keeps TIME_WAIT for 60 s, an
orphan in FIN_WAIT2 for tcp_fin_timeout or TCP_LINGER2 (tcp(7)), and CLOSE_WAIT for ever: that is the program's to end.
"""

import socket
import time
from collections import Counter
from statistics import median

from prep.labs.children import WAITS, child, kill, tell
from prep.labs.connection import Ends, arrived, ends, reach, row, rows
from prep.labs.kernel import tcp_info, tcp_state
from prep.labs.kit import DEADLINE, Ask, Facts, Overdue, errno_name, fact, lab, ms_since, until
from prep.labs.loopback import Loopback, option
from prep.text import Both


@lab(
    "close.states",
    Both("The four-way close, step by step", "四次挥手，一步一步看"),
    (
        fact(
            's1 == ["FIN_WAIT2", "CLOSE_WAIT"]',
            "the client has closed: client FIN_WAIT2, server CLOSE_WAIT",
            "客户端已关闭：客户端 FIN_WAIT2，服务器 CLOSE_WAIT",
        ),
        fact(
            "fin_wait1_ms between [0, 90]",
            "before that FIN_WAIT1, until its FIN is acknowledged: up to some 40 ms, for this ACK may be delayed too",
            "在此之前它在 FIN_WAIT1，直到 FIN 被确认：最多约 40 毫秒，因为这个 ACK 也可能延迟",
            seen=41,
        ),
        fact('eof == ""', "the server's recv returns nothing: EOF", "服务器的 recv 返回空：EOF"),
        fact(
            's2 == ["client TIME_WAIT"]',
            "the server has closed as well: only who closed first is left, in TIME_WAIT",
            "服务器也关闭之后：只剩先关闭的一方，处于 TIME_WAIT",
        ),
        fact(
            "tw_ms between [59000, 60000]",
            "the kernel's timer for it begins at 60 s",
            "内核给 TIME_WAIT 的定时器从 60 秒开始",
            seen=60000,
        ),
    ),
    typical_ms=30,
    path="ESTABLISHED -> FIN_WAIT_1 -> FIN_WAIT_2 -> TIME_WAIT",
    ask=Ask(
        "s2",
        "The client closes, then the server closes. Whose socket is still in the kernel, and in which state?",
        "客户端先关闭，服务器后关闭。内核里还留着谁的套接字，处于什么状态？",
        (
            (["server TIME_WAIT"], "the server's, TIME_WAIT", "服务器的，TIME_WAIT"),
            (["client TIME_WAIT"], "the client's, TIME_WAIT", "客户端的，TIME_WAIT"),
            (["client TIME_WAIT", "server TIME_WAIT"], "both, TIME_WAIT", "双方的，都是 TIME_WAIT"),
            ([], "none", "都没有"),
        ),
    ),
)
def states(facts: Facts) -> None:
    with Loopback() as loopback:
        client, server = loopback.pair()
        of_client, of_server = ends(client), ends(server)
        waits = [until(_in_fin_wait1, "a client in FIN_WAIT1") for _ in range(3)]
        facts["fin_wait1_ms"] = median(waits)  # a busy machine makes one of them longer
        client.shutdown(socket.SHUT_WR)  # the FIN of close(), and a descriptor that can still be asked
        reach(client, "FIN_WAIT2")
        facts["s1"] = [tcp_state(client), tcp_state(server)]
        client.close()
        facts["eof"] = server.recv(10).decode()
        server.close()
        facts["tw_ms"] = until(lambda: row(of_client, "TIME_WAIT"), "the client is in TIME_WAIT").expires_ms
        until(lambda: not row(of_server, "LAST_ACK"), "the server's FIN is acknowledged")
        left = {"client": row(of_client), "server": row(of_server)}
        facts["s2"] = [f"{name} {found.state}" for name, found in left.items() if found]


def _in_fin_wait1() -> float | None:
    """Milliseconds; None where the ACK was back before one could look."""
    with Loopback() as passing:
        client, _ = passing.pair()
        client.shutdown(socket.SHUT_WR)
        start = time.monotonic()
        seen = tcp_state(client) == "FIN_WAIT1"
        reach(client, "FIN_WAIT2")
        return ms_since(start) if seen else None


@lab(
    "close.close_wait_leak",
    Both("A server that forgets close()", "忘了 close() 的服务器"),
    (
        fact(
            'counts == {"CLOSE_WAIT": 20, "FIN_WAIT2": 20}',
            "20 clients have closed, the server never does: 20 in CLOSE_WAIT, 20 in FIN_WAIT2",
            "20 个客户端都已关闭，服务器从不关闭：20 个 CLOSE_WAIT，20 个 FIN_WAIT2",
        ),
        fact(
            'with_timer == {"CLOSE_WAIT": 0, "FIN_WAIT2": 20}',
            "FIN_WAIT2 of a closed socket has a timer and goes away; CLOSE_WAIT has none and stays",
            "已关闭套接字的 FIN_WAIT2 有定时器，到时自己消失；CLOSE_WAIT 没有，一直留着",
        ),
        fact(
            "ms between [1000, 2000]",
            "TCP_LINGER2 of 2: FIN_WAIT2 is given 2 s",
            "TCP_LINGER2 设为 2：FIN_WAIT2 只给 2 秒",
            seen=2000,
        ),
    ),
    typical_ms=20,
    path="ESTABLISHED -> CLOSE_WAIT",
    ask=Ask(
        "counts",
        "20 clients connect and close. The server accepted them and forgets to close. What does the host count?",
        "20 个客户端连接后关闭。服务器 accept 之后忘了 close。主机上能数到什么？",
        (
            ({"TIME_WAIT": 20}, "20 in TIME_WAIT", "20 个 TIME_WAIT"),
            (
                {"CLOSE_WAIT": 20, "FIN_WAIT2": 20},
                "20 in CLOSE_WAIT, 20 in FIN_WAIT2",
                "20 个 CLOSE_WAIT 和 20 个 FIN_WAIT2",
            ),
            ({"LAST_ACK": 20, "TIME_WAIT": 20}, "20 in LAST_ACK, 20 in TIME_WAIT", "20 个 LAST_ACK 和 20 个 TIME_WAIT"),
        ),
    ),
)
def close_wait_leak(facts: Facts) -> None:
    with Loopback() as loopback:
        pairs = [loopback.pair() for _ in range(20)]
        wanted = {ends(sock) for pair in pairs for sock in pair}
        for client, _ in pairs:
            client.close()
        until(lambda: not _passing(wanted), "the clients' FINs are acknowledged")
        left = rows(wanted)
        facts["counts"] = dict(sorted(Counter(found.state for found in left).items()))
        timed = Counter(found.state for found in left if found.timer != "off")
        facts["with_timer"] = {state: timed[state] for state in facts["counts"]}
        facts["ms"] = _lingers(loopback)


def _passing(wanted: set[Ends]) -> bool:
    return any(found.state in ("ESTABLISHED", "FIN_WAIT1") for found in rows(wanted))


def _lingers(loopback: Loopback) -> int:
    client, _ = loopback.pair()
    of_client = ends(client)
    client.setsockopt(socket.IPPROTO_TCP, option("TCP_LINGER2"), 2)
    client.close()
    milliseconds: int = until(lambda: row(of_client, "FIN_WAIT2"), "the FIN is acknowledged").expires_ms
    return milliseconds


@lab(
    "close.half",
    Both("Half-close: one direction ends, the other goes on", "半关闭：一个方向结束，另一个继续"),
    (
        fact(
            'flow == ["req", "", "resp"]',
            "after shutdown(SHUT_WR) the server reads the request, then EOF, and still answers",
            "shutdown(SHUT_WR) 之后，服务器读到请求、再读到 EOF，仍可应答",
        ),
        fact(
            'states == ["FIN_WAIT2", "CLOSE_WAIT"]',
            "client FIN_WAIT2, server CLOSE_WAIT",
            "客户端 FIN_WAIT2，服务器 CLOSE_WAIT",
        ),
        fact('err == "EPIPE"', "the client's next send: EPIPE", "客户端再 send：EPIPE"),
        fact(
            'shut_rd == ["", "xy"]',
            "SHUT_RD tells the peer nothing: recv returns EOF at once, and bytes that come later are read all the same",
            "SHUT_RD 不会告诉对端：recv 立即返回 EOF，但之后到达的字节照样能读到",
        ),
    ),
    typical_ms=43,
    path="ESTABLISHED -> FIN_WAIT_1 -> FIN_WAIT_2",
    ask=Ask(
        "shut_rd",
        "The server calls shutdown(SHUT_RD) and recv. Then the client sends x and y, and the server calls recv again. "
        "What do the two calls get?",
        "服务器调用 shutdown(SHUT_RD) 再 recv；然后客户端发 x 和 y，服务器再 recv。两次各得到什么？",
        (
            (["", ""], "EOF, EOF", "EOF，EOF"),
            (["", "xy"], "EOF, then xy", "先 EOF，再 xy"),
            (["", "ECONNRESET"], "EOF, then ECONNRESET", "先 EOF，再 ECONNRESET"),
        ),
    ),
)
def half(facts: Facts) -> None:
    with Loopback() as loopback:
        client, server = loopback.pair()
        client.send(b"req")
        client.shutdown(socket.SHUT_WR)
        read = [server.recv(10).decode(), server.recv(10).decode()]
        reach(client, "FIN_WAIT2")
        facts["states"] = [tcp_state(client), tcp_state(server)]
        server.send(b"resp")
        facts["flow"] = [*read, client.recv(10).decode()]
        facts["err"] = errno_name(lambda: client.send(b"more"))
        facts["shut_rd"] = _read_after_shutdown(*loopback.pair())


def _read_after_shutdown(client: socket.socket, server: socket.socket) -> list[str]:
    server.shutdown(socket.SHUT_RD)
    first = server.recv(10).decode()
    for count, byte in enumerate((b"x", b"y"), 1):
        client.send(byte)
        arrived(server, count)
    return [first, server.recv(10).decode()]


# The child shuts its copy down when told to, and keeps it.
SHUTS_DOWN = "import socket, sys; copy = socket.socket(fileno=int(sys.argv[1])); input(); copy.shutdown(1); input()"


@lab(
    "close.fork_dup",
    Both("close() while another process holds the socket", "别的进程还持有套接字时的 close()"),
    (
        fact(
            'dup == "timeout"',
            "closed, but a dup() of it is open: the peer sees no EOF",
            "已经 close，但 dup() 的副本还开着：对端看不到 EOF",
        ),
        fact(
            'close == "timeout"',
            "that is closed too, and only a child process still has a copy: no EOF either",
            "副本也已 close，只有子进程还持有一份：对端仍看不到 EOF",
        ),
        fact(
            'shutdown == ""',
            "the child calls shutdown() on its copy: EOF, although it keeps that copy open",
            "子进程对自己那份调用 shutdown()：对端读到 EOF，尽管这份并没有关闭",
        ),
    ),
    typical_ms=230,
    path="ESTABLISHED -> FIN_WAIT_1 -> FIN_WAIT_2",
    ask=Ask(
        "close",
        "A process forks. The parent closes its connected socket, the child does nothing. The peer's recv …",
        "进程 fork 之后，父进程关闭已连接的套接字，子进程什么也不做。对端的 recv 会怎样？",
        (
            ("", "returns EOF", "返回 EOF"),
            ("timeout", "goes on waiting", "继续等待"),
            ("ECONNRESET", "fails with ECONNRESET", "报 ECONNRESET"),
        ),
    ),
)
def fork_dup(facts: Facts) -> None:
    with Loopback() as loopback:
        client, server = loopback.pair()
        copy = loopback.keep(client.dup())
        client.close()
        facts["dup"] = _heard(server, 0.1)
        with child(SHUTS_DOWN, copy) as process:
            copy.close()
            facts["close"] = _heard(server, 0.1)
            tell(process)
            heard = _heard(server, DEADLINE)
            _must_be_kept(server)
            facts["shutdown"] = heard


def _must_be_kept(peer: socket.socket) -> None:
    """Its FIN has come: is a copy of the other end still open? A closed one answers data with a RST. Raises Overdue."""
    peer.send(b"x")
    until(lambda: not tcp_info(peer).unacked, "an answer to the byte")
    if tcp_state(peer) != "CLOSE_WAIT":
        raise Overdue("the child keeps its copy")


def _heard(sock: socket.socket, seconds: float) -> str:
    sock.settimeout(seconds)
    result: str = errno_name(lambda: sock.recv(10), otherwise="")
    return result


@lab(
    "close.killed",
    Both("kill -9 of the peer's process", "kill -9 对端进程"),
    (
        fact(
            'recv == ""',
            "its kernel closes the socket: the peer reads a normal EOF",
            "内核替它关闭套接字：对端读到正常的 EOF",
        ),
        fact(
            'recv_unread == "ECONNRESET"',
            "had it not read all that came, the kernel sends a RST: ECONNRESET",
            "如果它还有没读完的数据，内核就发 RST：ECONNRESET",
        ),
    ),
    typical_ms=5,
    path="ESTABLISHED -> CLOSE_WAIT",
    ask=Ask(
        "recv",
        "The peer's process is killed with SIGKILL and cannot say goodbye. What does recv return here?",
        "对端进程被 SIGKILL 杀死，来不及做任何事。这边的 recv 得到什么？",
        (
            ("timeout", "nothing: it waits", "什么也没有，一直等"),
            ("ECONNRESET", "ECONNRESET", "ECONNRESET"),
            ("", "EOF", "EOF"),
        ),
    ),
)
def killed(facts: Facts) -> None:
    facts["recv"] = _killed(unread=b"")
    facts["recv_unread"] = _killed(unread=b"hello")


def _killed(unread: bytes) -> str:
    with Loopback() as loopback:
        client, server = loopback.pair()
        with child(WAITS, server) as process:
            server.close()
            client.send(unread)
            acked = len(unread) + 1  # the SYN counts as one
            until(lambda: (tcp_info(client).bytes_acked or acked) >= acked, "the bytes are in the peer's kernel")
            kill(process)
            return _heard(client, DEADLINE)
