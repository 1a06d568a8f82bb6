"""What send and recv promise: bytes to the kernel and from it, no more.

send() returns when the kernel has copied the bytes, not when the peer has read them, nor even received them (send(2));
an ACK speaks for the peer's kernel only (RFC 793 §2.6). recv() returns what is there, and nothing only at the end,
after all that was sent before the FIN (recv(2)). Where the peer does not read, its window shuts (RFC 9293 §3.8.6), then
this end's buffer fills, and then send blocks or says EAGAIN.
"""

import select
import socket
import struct
import threading
from functools import partial

from prep.labs.connection import reach
from prep.labs.full import fill, small_pair, window_shut, writable
from prep.labs.kernel import LINUX
from prep.labs.kit import Ask, CannotRun, Facts, Sysctl, errno_name, fact, lab, until
from prep.labs.loopback import Loopback
from prep.text import Both

SMALL = 8192  # bytes of buffer asked for


def queued(sock: socket.socket, what: str) -> int:
    """Bytes that wait to be read (FIONREAD), or that have not been acknowledged (TIOCOUTQ, SIOCOUTQ in tcp(7))."""
    if not LINUX:
        raise CannotRun("the queues are asked as on Linux", "查询队列的方式只适用于 Linux")
    import fcntl
    import termios

    return int(struct.unpack("i", fcntl.ioctl(sock, getattr(termios, what), bytes(4)))[0])


@lab(
    "io.eof",
    Both("Data and a FIN have arrived", "数据和 FIN 都已到达"),
    (
        fact(
            'reads == ["onet", "wo", "", ""]',
            "six bytes, then a FIN; recv(4): all the bytes come first, then EOF as often as one asks",
            "六个字节，然后 FIN；recv(4)：先读完全部字节，之后每次都是 EOF",
        ),
        fact(
            'poll == ["POLLIN", "POLLRDHUP"]',
            "poll tells the FIN with POLLIN and POLLRDHUP, not with POLLHUP",
            "poll 用 POLLIN 和 POLLRDHUP 报告 FIN，而不是 POLLHUP",
        ),
    ),
    typical_ms=1,
    path="ESTABLISHED -> CLOSE_WAIT",
    ask=Ask(
        "reads",
        'The peer sends "onetwo" and closes. Both have arrived. What do four calls of recv(4) return?',
        '对端发送 "onetwo" 后关闭，两者都已到达。连续四次 recv(4) 返回什么？',
        (
            (["onet", "wo", "", ""], '"onet", "wo", "", ""', '"onet"、"wo"、""、""'),
            (["", "", "", ""], 'four times ""', '四次都是 ""'),
            (["onet", "wo", "", "error"], '"onet", "wo", "", then an error', '"onet"、"wo"、""，然后报错'),
        ),
    ),
)
def eof(facts: Facts) -> None:
    with Loopback() as loopback:
        client, server = loopback.pair()
        client.send(b"onetwo")
        client.shutdown(socket.SHUT_WR)
        reach(server, "CLOSE_WAIT")
        facts["poll"] = _polled(server)
        facts["reads"] = [server.recv(4).decode() for _ in range(4)]


def _polled(sock: socket.socket) -> list[str]:
    names = ("POLLIN", "POLLHUP", "POLLERR", "POLLRDHUP")
    poll = select.poll()
    poll.register(sock, select.POLLIN | select.POLLRDHUP)
    ((_, events),) = poll.poll(0)
    return [name for name in names if events & getattr(select, name)]


@lab(
    "io.send_returns",
    Both("When send() returns", "send() 何时返回"),
    (
        fact("send == 10000", "send() of 10000 bytes returns 10000", "send() 10000 字节返回 10000"),
        fact("fionread == 10000", "all of them lie in the peer's kernel, unread", "全部躺在对端内核里，没有人读"),
        fact(
            "outq == 0",
            "and are acknowledged: by the kernel, not by the application",
            "并且都已被确认：确认的是内核，不是应用程序",
        ),
        fact(
            'later == "ECONNRESET"',
            "the peer closes without having read: the sender learns it afterwards, by ECONNRESET",
            "对端没读就关闭：发送方事后才知道，得到 ECONNRESET",
        ),
    ),
    typical_ms=1,
    ask=Ask(
        "send",
        "The peer never calls recv. send() of 10000 bytes on a blocking socket:",
        "对端从不调用 recv。在阻塞套接字上 send() 10000 字节：",
        (
            ("timeout", "waits until the peer has read", "一直等到对端读走"),
            (10000, "returns 10000 at once", "立即返回 10000"),
            (0, "returns 0", "返回 0"),
        ),
    ),
)
def send_returns(facts: Facts) -> None:
    with Loopback() as loopback:
        client, server = loopback.pair()
        facts["send"] = client.send(bytes(10000))
        until(lambda: queued(client, "TIOCOUTQ") == 0, "all bytes are acknowledged")
        facts["outq"], facts["fionread"] = queued(client, "TIOCOUTQ"), queued(server, "FIONREAD")
        server.close()
        facts["later"] = errno_name(lambda: client.recv(10))


@lab(
    "io.buffer_full",
    Both("The send buffer is full", "发送缓冲区满了"),
    (
        fact(
            "partial == True",
            "non-blocking: send() of a million bytes takes a part of them",
            "非阻塞：send() 一百万字节，只收下一部分",
        ),
        fact('errno == "EAGAIN"', "once both buffers are full: EAGAIN", "两端缓冲区都满以后：EAGAIN"),
        fact("writable == False", "select says it is not writable", "select 说不可写"),
        fact('sendall == "timeout"', "a blocking sendall waits", "阻塞的 sendall 会等待"),
        fact("writable2 == True", "the peer reads half of it: writable again", "对端读走一半：又可写了"),
    ),
    typical_ms=250,
    ask=Ask(
        "partial",
        "A non-blocking socket, its buffer holds some kilobytes. send() of a million bytes:",
        "非阻塞套接字，缓冲区只有几 KB。send() 一百万字节：",
        (
            (True, "takes a part and says how much", "收下一部分，并返回收了多少"),
            ("EAGAIN", "takes nothing: EAGAIN", "一点也不收：EAGAIN"),
            (False, "takes them all", "全部收下"),
        ),
    ),
)
def buffer_full(facts: Facts) -> None:
    with Loopback() as loopback:
        client, server = small_pair(loopback, SMALL)
        client.setblocking(False)
        first = client.send(bytes(1_000_000))
        facts["partial"] = 0 < first < 1_000_000
        taken = first + fill(client)
        facts["errno"] = errno_name(lambda: client.send(b"x"))
        facts["writable"] = writable(client)
        client.settimeout(0.2)
        facts["sendall"] = errno_name(lambda: client.sendall(b"x"))
        read = 0
        while read < taken // 2:
            read += len(server.recv(taken // 2 - read))
        facts["writable2"] = until(lambda: writable(client), "there is room again")


@lab(
    "io.deadlock",
    Both("Both ends send first and read later", "双方都先发后读"),
    (
        fact(
            'small == ["done", "done"]',
            "buffers of 8 K, both sendall 4 KB before they read: done",
            "缓冲区 8 K，双方都先 sendall 4 KB 再读：完成",
        ),
        fact('8k == ["blocked", "blocked"]', "both 1 MB: both are blocked for ever", "双方各 1 MB：双双永远阻塞"),
        fact(
            'def1 == ["done", "done"]',
            "default buffers, both 1 MB: done, it fits",
            "默认缓冲区，双方各 1 MB：完成，装得下",
        ),
        fact(
            'def16 == ["blocked", "blocked"]', "default buffers, both 16 MB: blocked", "默认缓冲区，双方各 16 MB：阻塞"
        ),
    ),
    typical_ms=120,
    ask=Ask(
        "def16",
        "Client and server each sendall 16 MB over one connection, default buffers, and read only then. What happens?",
        "客户端和服务器在同一连接上各自先 sendall 16 MB，用默认缓冲区，之后才读。结果如何？",
        (
            (["done", "done"], "both are done: TCP takes care", "双方都完成：TCP 会处理"),
            (["done", "blocked"], "one is done, the other waits for it", "一方完成，另一方等它"),
            (["blocked", "blocked"], "both block for ever", "双方都永远阻塞"),
        ),
    ),
)
def deadlock(facts: Facts) -> None:
    roomy = LINUX and Sysctl("net/ipv4/tcp_wmem", 2).value() >= 4 << 20  # the kernel's own setting, or more
    with Loopback() as loopback:
        facts["small"] = _both_send(small_pair(loopback, SMALL), 4096)
        facts["8k"] = _both_send(small_pair(loopback, SMALL), 1 << 20)
        facts["def1"] = _both_send(_default_pair(loopback), 1 << 20) if roomy else None
        facts["def16"] = _both_send(_default_pair(loopback), 16 << 20)


def _default_pair(loopback: Loopback) -> tuple[socket.socket, socket.socket]:
    """Whatever tcp_notsent_lowat has been set to: below the buffer's size it makes a sender wait sooner (tcp(7))."""
    return loopback.pair(TCP_NOTSENT_LOWAT=-1)  # no limit, as the kernel has it


def _both_send(both: tuple[socket.socket, socket.socket], size: int) -> list[str]:
    """What becomes of a sendall in each end at the same time. They are freed by closing the connection."""
    threads = [threading.Thread(target=_sendall, args=(end, size), daemon=True) for end in both]
    for thread in threads:
        thread.start()
    try:
        return [until(partial(_stands, *each), "done or blocked") for each in zip(threads, both, strict=True)]
    finally:
        for end in both:
            end.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def _sendall(end: socket.socket, size: int) -> None:
    errno_name(lambda: end.sendall(bytes(size)))


def _stands(thread: threading.Thread, end: socket.socket) -> str | None:
    if not thread.is_alive():
        return "done"
    return "blocked" if window_shut(end) and not writable(end) else None
