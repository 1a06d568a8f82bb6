"""The handshake belongs to the kernel: what connect, listen and accept have to do with it, and what they have not.

listen() turns the socket into a listener, connect() begins the handshake (RFC 9293 §3.5), and both kernels finish it
between them. accept() only takes a finished connection out of a queue (listen(2), accept(2)); the client may connect,
send and even give up before that. Two sockets that connect to each other both begin, which is a simultaneous open
(§3.5, Figure 7) and legal; a socket that connects to itself shows it with one.
"""

import socket

from prep.labs.connection import abort, ends, row
from prep.labs.kernel import tcp_state
from prep.labs.kit import Ask, Facts, errno_name, fact, lab, until
from prep.labs.loopback import HOST, Loopback
from prep.labs.sockdiag import TcpSocket
from prep.text import Both


@lab(
    "handshake.states",
    Both("Which call changes the state", "哪个调用改变状态"),
    (
        fact(
            'fresh == "CLOSE"', "socket(): CLOSE, the kernel's word for CLOSED", "socket()：CLOSE，内核对 CLOSED 的叫法"
        ),
        fact('after_bind == "CLOSE"', "bind(): still CLOSE", "bind()：还是 CLOSE"),
        fact(
            'err == "ECONNREFUSED"',
            "connect to a port that is bound and does not listen: ECONNREFUSED",
            "连接一个只 bind、没有 listen 的端口：ECONNREFUSED",
        ),
        fact('after_listen == "LISTEN"', "listen(): LISTEN", "listen()：LISTEN"),
        fact(
            'before == ["0.0.0.0", 0]',
            "before connect() the client has neither address nor port",
            "connect() 之前，客户端既没有地址也没有端口",
        ),
        fact(
            'nb == ["EINPROGRESS", "ESTABLISHED"]',
            "a non-blocking connect() says EINPROGRESS; the kernel establishes it without another call",
            "非阻塞 connect() 返回 EINPROGRESS；无需再调用什么，内核自己完成连接的建立",
        ),
        fact(
            "same_port == True",
            "the accepted socket is a new descriptor on the listener's port",
            "accept 得到的是新描述符，端口与监听套接字相同",
        ),
        fact('listener == "LISTEN"', "the listener stays LISTEN", "监听套接字仍是 LISTEN"),
    ),
    typical_ms=1,
    path="CLOSED -> SYN_SENT -> ESTABLISHED",
    ask=Ask(
        "after_bind",
        "A TCP socket has been bound to a port. In which state is it?",
        "TCP 套接字刚 bind 到一个端口，处于什么状态？",
        (
            ("CLOSE", "CLOSED, as before", "CLOSED，和之前一样"),
            ("LISTEN", "LISTEN", "LISTEN"),
            ("BOUND", "BOUND", "BOUND"),
        ),
    ),
)
def states(facts: Facts) -> None:
    with Loopback() as loopback:
        listener, client = loopback.tcp(), loopback.tcp()
        facts["fresh"] = tcp_state(listener)
        listener.bind((HOST, 0))
        facts["after_bind"] = tcp_state(listener)
        address = listener.getsockname()
        facts["err"] = errno_name(lambda: loopback.tcp().connect(address))
        listener.listen(1)
        facts["after_listen"] = tcp_state(listener)
        facts["before"] = [*client.getsockname()]
        client.setblocking(False)
        said = errno_name(lambda: client.connect(address))
        until(lambda: tcp_state(client) != "SYN_SENT", "an answer to the SYN")
        facts["nb"] = [said, tcp_state(client)]
        server = loopback.keep(listener.accept()[0])
        facts["same_port"] = server.fileno() != listener.fileno() and server.getsockname() == address
        facts["listener"] = tcp_state(listener)


@lab(
    "handshake.before_accept",
    Both("connect() and send() before accept()", "accept() 之前的 connect() 和 send()"),
    (
        fact(
            'client == "ESTABLISHED"',
            "nobody has called accept(): the client is ESTABLISHED",
            "还没有人调用 accept()：客户端已是 ESTABLISHED",
        ),
        fact(
            "server_inode == 0",
            "so is the server's end, without a descriptor: its inode is 0",
            "服务器这一端也是，只是还没有描述符：inode 为 0",
        ),
        fact("send == 5", "send() of 5 bytes returns 5", "send() 5 字节返回 5"),
        fact(
            'recv == ["hello", ""]',
            "the client shuts down, then the server accepts: it reads the bytes, then EOF",
            "客户端关闭发送方向之后服务器才 accept：先读到数据，再读到 EOF",
        ),
        fact(
            'after_rst == ["CLOSE", "ECONNRESET", "ENOTCONN"]',
            "a client that resets while it waits is accepted all the same: state CLOSE, recv ECONNRESET, getpeername "
            "ENOTCONN",
            "排队时就发 RST 的客户端照样会被 accept 出来：状态 CLOSE，recv 得 ECONNRESET，getpeername 得 ENOTCONN",
        ),
    ),
    typical_ms=2,
    path="CLOSED -> SYN_SENT -> ESTABLISHED",
    ask=Ask(
        "client",
        "The server listens and never calls accept(). A client connects. In which state is the client?",
        "服务器只 listen、从不 accept()。客户端 connect，客户端处于什么状态？",
        (
            ("SYN_SENT", "SYN_SENT: it waits for accept()", "SYN_SENT：等待 accept()"),
            ("ESTABLISHED", "ESTABLISHED", "ESTABLISHED"),
            ("CLOSE", "CLOSED: refused", "CLOSED：被拒绝"),
        ),
    ),
)
def before_accept(facts: Facts) -> None:
    with Loopback() as loopback:
        listener = loopback.listener()
        client = _connected(loopback, listener)
        facts["client"] = tcp_state(client)
        facts["server_inode"] = _waiting(client).inode
        facts["send"] = client.send(b"hello")
        client.shutdown(socket.SHUT_WR)
        server = loopback.keep(listener.accept()[0])
        facts["recv"] = [server.recv(10).decode(), server.recv(10).decode()]
        facts["after_rst"] = _accepted_after_rst(loopback, listener)


def _connected(loopback: Loopback, listener: socket.socket) -> socket.socket:
    client = loopback.tcp()
    client.connect(listener.getsockname())
    return client


def _waiting(client: socket.socket) -> TcpSocket:
    """The server's end, once it is in the accept queue."""
    found: TcpSocket = until(lambda: row(ends(client)[::-1], "ESTABLISHED"), "the server's end is ESTABLISHED")
    return found


def _accepted_after_rst(loopback: Loopback, listener: socket.socket) -> list[str]:
    client = _connected(loopback, listener)
    _waiting(client)
    of_server = ends(client)[::-1]
    abort(client)
    until(lambda: not row(of_server), "the RST has arrived")
    server = loopback.keep(listener.accept()[0])
    return [tcp_state(server), errno_name(lambda: server.recv(1)), errno_name(server.getpeername)]


@lab(
    "handshake.syn_recv",
    Both("A handshake without its third segment", "没有第三个报文段的握手"),
    (
        fact(
            'states == ["ESTABLISHED", "SYN_RECV"]',
            "TCP_DEFER_ACCEPT ignores the bare third ACK: the client is ESTABLISHED, the server's end SYN_RECV",
            "TCP_DEFER_ACCEPT 忽略不带数据的第三个 ACK：客户端 ESTABLISHED，服务器端 SYN_RECV",
        ),
        fact('accept == "timeout"', "accept() gets nothing until data comes", "数据到来之前，accept() 什么也得不到"),
        fact('after_data == "ESTABLISHED"', "a byte of data completes it", "一个字节的数据就让它建立完成"),
    ),
    typical_ms=102,
    path="CLOSED -> LISTEN -> SYN_RECEIVED -> ESTABLISHED",
    ask=Ask(
        "states",
        "The server's kernel ignores the third segment of the handshake. What are the states of client and server?",
        "服务器内核忽略握手的第三个报文段。客户端和服务器各处于什么状态？",
        (
            (["SYN_SENT", "SYN_RECV"], "SYN_SENT and SYN_RECV", "SYN_SENT 和 SYN_RECV"),
            (["ESTABLISHED", "SYN_RECV"], "ESTABLISHED and SYN_RECV", "ESTABLISHED 和 SYN_RECV"),
            (["ESTABLISHED", "ESTABLISHED"], "both ESTABLISHED", "都是 ESTABLISHED"),
        ),
    ),
)
def syn_recv(facts: Facts) -> None:
    with Loopback() as loopback:
        listener = loopback.listener(TCP_DEFER_ACCEPT=5)
        listener.settimeout(0.1)
        client = _connected(loopback, listener)
        facts["accept"] = errno_name(listener.accept)
        half = row(ends(client)[::-1])
        facts["states"] = [tcp_state(client), half and half.state]
        listener.settimeout(client.gettimeout())
        client.send(b"x")
        facts["after_data"] = tcp_state(loopback.keep(listener.accept()[0]))


@lab(
    "handshake.self_connect",
    Both("A socket that connects to itself", "套接字连接自己"),
    (
        fact(
            'state == "ESTABLISHED"',
            "bound to a port and connected to the same port: ESTABLISHED by a simultaneous open, and nobody listens",
            "bind 到一个端口再 connect 同一个端口：经同时打开进入 ESTABLISHED，而且没有人在监听",
        ),
        fact("same == True", "its own address is the peer's", "本地地址就是对端地址"),
        fact('recv == "me"', "it reads what it sends", "读到的是自己发的"),
    ),
    typical_ms=1,
    path="CLOSED -> SYN_SENT -> SYN_RECEIVED -> ESTABLISHED",
    ask=Ask(
        "state",
        "A client binds a port and connects to that very port; no socket listens. What becomes of it?",
        "客户端 bind 一个端口，然后 connect 这个端口本身；没有套接字在监听。结果如何？",
        (
            ("ECONNREFUSED", "ECONNREFUSED: nobody listens", "ECONNREFUSED：没有人监听"),
            ("SYN_SENT", "it stays in SYN_SENT", "停在 SYN_SENT"),
            ("ESTABLISHED", "ESTABLISHED", "ESTABLISHED"),
        ),
    ),
)
def self_connect(facts: Facts) -> None:
    with Loopback() as loopback:
        alone = loopback.tcp()
        alone.bind((HOST, 0))
        refused = errno_name(lambda: alone.connect(alone.getsockname()), otherwise=None)
        facts["state"] = refused or tcp_state(alone)
        facts["same"] = alone.getsockname() == alone.getpeername()
        alone.send(b"me")
        facts["recv"] = alone.recv(10).decode()
