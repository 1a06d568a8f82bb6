"""Findings about opening a connection: the queues of a listener, SYNs without an answer, a client that met itself."""

from typing import Final

from prep.net.tcp.sockets.advice import Advice
from prep.text import Both

OPENING: Final = (
    Advice(
        "accept-queue-full",
        Both(
            "The accept queue of a listener is full. The kernel has finished these handshakes, but the program does "
            "not fetch the connections with accept(). Linux drops further SYNs, so new clients hang in SYN_SENT until "
            "they time out.",
            "监听套接字的全连接队列已满：内核完成了握手，程序却没有用 accept() 取走。Linux 会丢弃新的 SYN，"
            "新客户端停在 SYN_SENT，直到超时。",
        ),
        Both(
            "The listening program on this host: its accept loop is blocked, too slow, or out of threads or "
            "descriptors.",
            "本机的监听程序：accept 循环被阻塞、太慢，或线程、描述符用尽。",
        ),
        Both(
            "See what the accepting thread does (a stack dump, `ulimit -n`). Against short bursts raise the backlog of "
            "listen() and net.core.somaxconn, the smaller counts. `nstat -az TcpExtListenOverflows` counts the drops.",
            "看 accept 线程在做什么（打印线程栈、`ulimit -n`）。应付短时突发：同时调大 listen() 的 backlog 和 "
            "net.core.somaxconn，较小的那个生效。`nstat -az TcpExtListenOverflows` 可看丢弃次数。",
        ),
        Both(
            "tcp_max_syn_backlog: it limits half-open requests, not this queue. somaxconn alone: the program "
            "must ask for more too, and call listen() again. A longer queue before a stuck program: it fills up as "
            "well.",
            "tcp_max_syn_backlog：它管半连接，不管这个队列。只改 somaxconn：程序自己也要申请更大的值并重新 listen()。"
            "程序卡死时加长队列：同样会填满。",
        ),
        (
            "hf-accept-queue-full",
            "hs-queues",
            "hs-backlog",
        ),
        "listen(2) NOTES; ss(8): a listener's Recv-Q above its Send-Q",
    ),
    Advice(
        "not-accepted",
        Both(
            "Connections are established and wait in the accept queue: no process holds them yet. Each client "
            "believes that it is served; its first bytes wait in Recv-Q. One or two, or a small part of a long queue, "
            "are normal at any moment; these are more.",
            "连接已建立，却还在全连接队列里等待：没有进程持有它们。客户端以为已有程序在服务它，"
            "它最先发的数据停在 Recv-Q 里。任何时刻有一两个，或只占长队列的一小段，都正常；这里不止如此。",
        ),
        Both(
            "The listening program on this host: it does not call accept(), or not fast enough. If the number falls at "
            "the next look, it was only busy.",
            "本机的监听程序：没有调用 accept()，或者调用得不够快。再看一次若数目下降，只是一时繁忙。",
        ),
        Both(
            "Look twice. If it does not fall, see what the accepting thread does: blocked on a lock, on a database, or "
            "out of descriptors (accept() fails with EMFILE).",
            "隔几秒再看一次。若不下降，查 accept 线程在做什么：等锁、等数据库，或描述符用尽（accept() 返回 EMFILE）。",
        ),
        Both(
            "Timeouts of connect(): the handshake is over, connect() has succeeded. A bigger backlog: more of them "
            "wait.",
            "connect() 的超时：握手已完成，connect() 已经成功。更大的 backlog：只是让更多连接等待。",
        ),
        (
            "hs-queues",
            "hs-queue-owner",
            "sk-accept-what",
        ),
        "listen(2), accept(2) ERRORS; proc(5): inode 0 until accept()",
    ),
    Advice(
        "syn-sent-unanswered",
        Both(
            "A SYN was sent and nothing at all came back: neither SYN,ACK nor RST. A closed port would have refused at "
            "once (ECONNREFUSED); silence means that the SYN, or its answer, was dropped.",
            "发出了 SYN，却毫无回应：既没有 SYN,ACK 也没有 RST。端口关闭会立刻被拒绝（ECONNREFUSED）；沉默说明 SYN "
            "或它的应答被丢弃了。",
        ),
        Both(
            "The way to the peer: a firewall or security group that drops, a wrong address, a host that is down, or a "
            "server whose accept queue is full. Rarely this host: a firewall rule on what it sends.",
            "通往对端的路径：防火墙或安全组丢包、地址写错、主机宕机，或服务器的全连接队列已满。很少是本机："
            "自己的出站规则。",
        ),
        Both(
            "Capture at both ends (`tcpdump -n 'tcp[tcpflags] & tcp-syn != 0'`): does the SYN arrive there, does an "
            "answer leave? On the server look at Recv-Q of the listener. Give connect() a timeout of your own.",
            "两端抓包（`tcpdump -n 'tcp[tcpflags] & tcp-syn != 0'`）：SYN 到了没有，应答发出没有？"
            "在服务器上看监听套接字的 Recv-Q。给 connect() 设自己的超时。",
        ),
        Both(
            "Restarting the client or raising tcp_syn_retries: it only waits longer. Starting the service again: a "
            "service that is not there is refused, not silent.",
            "重启客户端或调大 tcp_syn_retries：只是等得更久。重启服务：服务没起来会被拒绝，而不是沉默。",
        ),
        (
            "hf-first-lost",
            "hf-refused-vs-timeout",
            "hf-syn-timeout-maths",
            "po-open-closed-filtered",
        ),
        "RFC 9293 §3.10.7.1 (a closed port answers RST); tcp(7) tcp_syn_retries",
        weak=Both(
            "A SYN was sent and is not answered yet. This listing has no timers and they are few, so it may be a SYN "
            "sent only just now: for one round trip that is normal. `ss -tano` tells: a last number of 1 or more is "
            "a SYN sent again. One that stays met silence: it, or its answer, was dropped; a closed port would have "
            "refused at once (ECONNREFUSED).",
            "发出了 SYN，还没有回应。这份列表没有定时器，数目又少，可能只是刚刚发出：一个往返时间内这很正常。用 "
            "`ss -tano` 确认：最后一个数不小于 1，就是 SYN 重传过。如果一直不走，才是毫无回应：SYN 或它的应答被丢弃了；"
            "端口关闭会立刻被拒绝（ECONNREFUSED）。",
        ),
    ),
    Advice(
        "syn-received-waiting",
        Both(
            "The SYN,ACK is out; the third segment of the handshake has not come, or does not count yet "
            "(TCP_DEFER_ACCEPT waits for data). For one round trip that is normal: the last number of the timer "
            "(`ss -tano`) tells how often the SYN,ACK was sent again.",
            "SYN,ACK 已发出，握手的第三个报文段还没有到，或暂时不算（TCP_DEFER_ACCEPT 要等到数据）。一个往返时间内这很"
            "正常：定时器的最后一个数（`ss -tano`）说明 SYN,ACK 重传了几次。",
        ),
        Both(
            "A few: the client has gone, or its ACK is lost or filtered on the way. Hundreds from many addresses: "
            "forged SYNs. Both are outside this host; but a full accept queue here keeps handshakes in this state too.",
            "少量：客户端已消失，或它的 ACK 在途中丢失、被过滤。成百上千且来源分散：伪造的 SYN。二者都在本机之外；"
            "但本机全连接队列满也会让握手停在这里。",
        ),
        Both(
            "A few: nothing, they go away after tcp_synack_retries. Many: keep net.ipv4.tcp_syncookies at 1, look at "
            "Recv-Q of the listener, filter upstream.",
            "少量：不用管，tcp_synack_retries 次之后自行消失。大量：保持 net.ipv4.tcp_syncookies 为 1，查监听套接字的 "
            "Recv-Q，在上游过滤。",
        ),
        Both(
            "tcp_syn_retries: it is about SYNs that this host sends. A higher backlog against forged SYNs: they fill "
            "it too.",
            "tcp_syn_retries：管的是本机发出的 SYN。靠加大 backlog 对付伪造的 SYN：照样会填满。",
        ),
        (
            "hf-second-lost",
            "hf-third-lost",
            "hf-syn-flood",
            "hf-syn-cookies",
        ),
        "RFC 9293 §3.5; RFC 4987 §3; tcp(7) tcp_synack_retries, TCP_DEFER_ACCEPT",
        weak=Both(
            "The SYN,ACK is out, the third segment of the handshake has not come yet. This listing has no timers and "
            "they are few, so the handshake may have begun only just now: for one round trip that is normal. "
            "`ss -tano` tells: a last number of 1 or more is a SYN,ACK sent again.",
            "SYN,ACK 已发出，握手的第三个报文段还没有到。这份列表没有定时器，数目又少，可能握手才刚开始："
            "一个往返时间内这很正常。用 `ss -tano` 确认：最后一个数不小于 1，就是 SYN,ACK 重传过。",
        ),
    ),
    Advice(
        "self-connected",
        Both(
            "Both ends are the same address and port: a client was given, as its own port, the very port it connected "
            "to, where nobody listened. Its SYN met itself, a simultaneous open; it now talks to itself.",
            "两端是同一个地址和端口：客户端连接一个没人监听的端口，恰好被分到同一个端口作为自己的端口。SYN 碰到自己，"
            "成了同时打开；它在和自己说话。",
        ),
        Both(
            "The client on this host: it retries to a dead local server whose port lies in the ephemeral range.",
            "本机客户端：反复重连一个已停的本地服务，而该端口落在临时端口范围内。",
        ),
        Both(
            "Stop that client; its socket keeps the server from binding. Take the server's port out of the range "
            "(ip_local_reserved_ports) or compare getsockname() with getpeername() after connect().",
            "结束该客户端，它的套接字让服务器无法 bind。把服务端口移出临时范围（ip_local_reserved_ports），或在 "
            "connect() 后比较 getsockname() 与 getpeername()。",
        ),
        Both(
            "SO_REUSEADDR in the server alone: the socket that holds the port would need it too.",
            "只在服务器上设 SO_REUSEADDR：占着端口的那个套接字也要设才行。",
        ),
        (
            "hs-simultaneous-open",
            "po-ephemeral-linux",
        ),
        "RFC 9293 §3.5 (simultaneous open); ip-sysctl ip_local_reserved_ports",
    ),
)
