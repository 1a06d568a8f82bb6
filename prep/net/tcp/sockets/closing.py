"""Findings about closing a connection: who has not closed, and what waits for whom."""

from typing import Final

from prep.net.tcp.sockets.advice import Advice
from prep.text import Both

CLOSING: Final = (
    Advice(
        "close-wait-pile-up",
        Both(
            "The peers have closed: their FINs came and were acknowledged. The program on this host has not called "
            "close(). A Recv-Q of 1 is the end of the stream, which it has not even read. There is no timer: they "
            "stay.",
            "对端已经关闭：FIN 到达并已确认。本机程序没有调用 close()。Recv-Q 为 1 就是流结束的标记，程序连它都没有读。"
            "这个状态没有定时器：会一直留着。",
        ),
        Both(
            "The program on this host, always: an end of stream that is ignored (recv() returned 0), an error path "
            "without close(), a blocked thread, or a pool that keeps dead connections.",
            "永远是本机程序：忽略流结束（recv() 返回 0）、出错分支忘记 close()、线程阻塞，或连接池留着死连接。",
        ),
        Both(
            "Find the process and descriptor (`ss -tanp state close-wait`, `lsof -p PID`), then the code path: close "
            "on end of stream and on every error. A restart frees them for now.",
            "找出进程和描述符（`ss -tanp state close-wait`、`lsof -p PID`），再查代码：读到流结束、"
            "以及每个出错分支都要 close()。重启只能暂时释放。",
        ),
        Both(
            "Any sysctl: tcp_fin_timeout is for FIN_WAIT_2 orphans, tcp_tw_reuse for TIME_WAIT. Keepalive: once the "
            "peer has forgotten the connection a probe may clear the row, but the descriptor stays leaked.",
            "任何内核参数都没用：tcp_fin_timeout 只管无主的 FIN_WAIT_2，tcp_tw_reuse 只管 TIME_WAIT。保活："
            "对端忘掉连接后，探测也许能清掉这一行，但描述符仍然泄漏。",
        ),
        (
            "cl-close-wait-pileup",
            "cl-close-wait-meaning",
            "sk-recv-zero",
            "cl-time-wait-vs-close-wait",
        ),
        "RFC 9293 §3.3.2 (CLOSE-WAIT waits for the local user), §3.6",
    ),
    Advice(
        "time-wait-as-client",
        Both(
            "TIME_WAIT with one remote port: this host is the client and closes first. Each keeps its local port for "
            "60 s, towards its own destination (address and port) only. With the default range 28232 ports / 60 s = "
            "470 new connections a second to one destination; beyond that connect() fails with EADDRNOTAVAIL.",
            "远端端口相同的 TIME_WAIT：本机是客户端，并且先关闭。每个占用本地端口 60 s，但只针对自己的目标（地址加端"
            "口）。默认范围 28232 个端口 / 60 s，到同一目标每秒最多新建 470 个连接，再多 connect() 就报 "
            "EADDRNOTAVAIL。",
        ),
        Both(
            "The client program on this host: a new connection for each request instead of one that is kept. TIME_WAIT "
            "itself is normal and no fault.",
            "本机的客户端程序：每个请求新建连接，而不是复用。TIME_WAIT 本身是正常的，不是故障。",
        ),
        Both(
            "Keep connections open: keep-alive, a pool that is large enough and really used. Should ports run out "
            "towards another host: tcp_tw_reuse=1 (outgoing connections, with timestamps), a wider "
            "ip_local_port_range, more destination addresses.",
            "复用连接：keep-alive、足够大且真正用上的连接池。到其他主机的端口不够用时：tcp_tw_reuse=1"
            "（只对主动发起的连接，需要时间戳）、扩大 ip_local_port_range、增加目标地址。",
        ),
        Both(
            "tcp_fin_timeout: it does not shorten TIME_WAIT, which is 60 s on Linux, a constant; it limits FIN_WAIT_2 "
            "orphans. SO_LINGER 0: a RST instead of a FIN can destroy data on their way.",
            "tcp_fin_timeout：缩短不了 TIME_WAIT（Linux 里是常量 60 s），它只限制无主的 FIN_WAIT_2。SO_LINGER 设 0：用 "
            "RST 代替 FIN，可能毁掉途中的数据。",
        ),
        (
            "cl-time-wait-who",
            "cl-time-wait-why",
            "cl-time-wait-length",
            "po-ephemeral-linux",
        ),
        "RFC 9293 §3.6.1; Linux TCP_TIMEWAIT_LEN; ip-sysctl tcp_tw_reuse, ip_local_port_range",
        weak=Both(
            "TIME_WAIT with one remote port, but spread over many remote addresses, few each: this host is the client "
            "and closes first. No port is short: a local port in TIME_WAIT is taken towards its own destination "
            "(address and port) only and still serves for others. They cost a little memory for 60 s each.",
            "远端端口相同的 TIME_WAIT，但分散在许多远端地址上，每个地址只有几个：本机是客户端，并且先关闭。"
            "端口并不紧张：TIME_WAIT 中的本地端口只对自己的目标（地址加端口）被占用，去别的目标照样能用。"
            "每个只占一点内存，60 s 后消失。",
        ),
        loopback=Both(
            "TIME_WAIT with one remote port, towards a loopback address: the client on this host closes first. Ports "
            "hardly run out: by default (tcp_tw_reuse=2, since Linux 4.19, with timestamps) a local port in TIME_WAIT "
            "serves again towards loopback after about 1 s, so the 28232 ports of the default range allow some 28000 "
            "new connections a second. Those not used again cost a little memory for 60 s each.",
            "远端端口相同的 TIME_WAIT，目标是环回地址：本机的客户端先关闭。端口很难用尽：Linux 4.19 起默认 "
            "tcp_tw_reuse=2（需要时间戳），对环回地址，TIME_WAIT 中的本地端口约 1 s 后就能再用，默认范围 28232 "
            "个端口，每秒约可新建 28000 个连接。没被复用的每个只占一点内存，60 s 后消失。",
        ),
    ),
    Advice(
        "time-wait-as-server",
        Both(
            "TIME_WAIT on one local port: the server on this host closes first. They cost a little memory for 60 s "
            "each and no port, since every client brings its own.",
            "本地端口相同的 TIME_WAIT：本机的服务器先关闭。每个只占一点内存，60 s 后消失；不占端口，"
            "因为端口是客户端各自带来的。",
        ),
        Both(
            "The server on this host or how it is set up: `Connection: close`, a short keep-alive timeout or few "
            "requests a connection. Often that is intended.",
            "本机服务器或其配置：`Connection: close`、keep-alive 时间太短、每个连接允许的请求太少。往往是有意为之。",
        ),
        Both(
            "Mostly nothing. To have fewer, let the client close first, or keep connections longer. Set SO_REUSEADDR "
            "before bind(), so that a restart gets the port.",
            "多数情况不用管。想减少：让客户端先关闭，或让连接保持更久。bind() 之前设 SO_REUSEADDR，重启才能拿到端口。",
        ),
        Both(
            "tcp_fin_timeout: TIME_WAIT is 60 s on Linux, a constant. tcp_tw_reuse: for outgoing connections only. "
            "tcp_tw_recycle broke clients behind NAT and was removed in Linux 4.12.",
            "tcp_fin_timeout：Linux 的 TIME_WAIT 是常量 60 s。tcp_tw_reuse：只对主动发起的连接有效。tcp_tw_recycle："
            "会误伤 NAT 后面的客户端，Linux 4.12 已删除。",
        ),
        (
            "cl-time-wait-who",
            "cl-time-wait-length",
            "sk-reuseaddr",
        ),
        "RFC 9293 §3.6.1; Linux TCP_TIMEWAIT_LEN; ip-sysctl tcp_tw_reuse; socket(7) SO_REUSEADDR",
    ),
    Advice(
        "fin-wait-2-orphans",
        Both(
            "The program on this host has called close(); the peer has acknowledged the FIN and does not send its own. "
            "After close() no process holds such a socket. If the listing has no timers and processes (`ss -tanop` "
            "has), they may also be half-closed, or only a moment old.",
            "本机程序已 close()，对端确认了 FIN，却不发自己的 FIN。close() 之后没有进程再持有它们。"
            "列表里若没有定时器和进程（`ss -tanop` 有），也可能是半关闭，或者刚刚进入这个状态。",
        ),
        Both(
            "The program at the other end: it sits in CLOSE_WAIT and does not close. Or the peer has vanished.",
            "对端的程序：停在 CLOSE_WAIT，不关闭。或者对端已经消失。",
        ),
        Both(
            "Look at the peer: its close() is missing. Here nothing needs to be done, Linux drops them after "
            "tcp_fin_timeout (60 s); lower it if there are very many.",
            "查对端：它的程序没有 close()。本机不用管，Linux 过 tcp_fin_timeout（60 s）就丢弃；实在太多可以调小它。",
        ),
        Both(
            "tcp_tw_reuse: this is not TIME_WAIT, though Linux shows the same timer. Restarting the program here: it "
            "no longer holds them.",
            "tcp_tw_reuse：这不是 TIME_WAIT，虽然 Linux 显示同样的定时器。重启本机程序：它早已不持有它们。",
        ),
        (
            "cl-active-path",
            "cl-close-wait-meaning",
            "cl-half-close",
        ),
        "RFC 9293 §3.6; ip-sysctl tcp_fin_timeout",
    ),
    Advice(
        "fin-wait-2-half-closed",
        Both(
            "A program on this host has called shutdown(SHUT_WR) and keeps the descriptor: it has sent everything and "
            "waits for the peer to finish. Linux sets no time limit while the descriptor is open.",
            "本机程序调用了 shutdown(SHUT_WR)，仍持有描述符：数据已发完，等对端结束。只要描述符开着，Linux 不设时限。",
        ),
        Both(
            "The peer, which goes on sending or never closes; and this program, if it waits without a limit.",
            "对端：还在发送，或者一直不关闭；本机程序若无限期等待，也有责任。",
        ),
        Both(
            "Read to the end of the stream with a timeout, then close(). After close() the limit of tcp_fin_timeout "
            "holds.",
            "带超时读到流结束，然后 close()。close() 之后 tcp_fin_timeout 的限制才生效。",
        ),
        Both(
            "tcp_fin_timeout: it is for orphans only. Keepalive: a peer that is there answers the probes.",
            "tcp_fin_timeout：只管无主的套接字。保活：对端还在，就会应答探测。",
        ),
        (
            "cl-half-close",
            "cl-active-path",
        ),
        "RFC 9293 §3.6 case 1; shutdown(2); ip-sysctl tcp_fin_timeout",
    ),
    Advice(
        "fin-unacknowledged",
        Both(
            "Many FINs of this host are not yet acknowledged. For one round trip that is normal; this listing has no "
            "timers that would tell how long it lasts.",
            "本机的许多 FIN 还没有得到确认。一个往返时间内这很正常；这份列表没有定时器，看不出持续了多久。",
        ),
        Both(
            "If they stay: peers that have gone without a word, or a firewall that forgets connections too early.",
            "如果一直不走：对端不辞而别，或防火墙提前忘掉了连接。",
        ),
        Both(
            "Take `ss -tano` twice, some seconds apart: the same rows with a growing last number are retransmissions.",
            "隔几秒取两次 `ss -tano`：同一行最后的数字在增长，就是在重传。",
        ),
        Both(
            "tcp_fin_timeout: it is for FIN_WAIT_2. Orphans are limited by tcp_orphan_retries.",
            "tcp_fin_timeout：只管 FIN_WAIT_2。无主的套接字由 tcp_orphan_retries 限制。",
        ),
        (
            "cl-last-ack-lost",
            "cl-four-steps",
        ),
        "RFC 9293 §3.6; ip-sysctl tcp_orphan_retries",
    ),
)
