"""Findings about open connections: who does not read, who does not answer."""

from typing import Final

from prep.net.tcp.sockets.advice import Advice
from prep.text import Both

TRANSFER: Final = (
    Advice(
        "peer-not-reading",
        Both(
            "The other end offers no window: its receive buffer is full. Data, and the FIN behind them, wait in "
            "Send-Q; the persist timer asks again and again whether there is room.",
            "对端通告的窗口为零：它的接收缓冲区满了。数据以及排在后面的 FIN 都停在 Send-Q；"
            "坚持定时器反复询问有没有空间。",
        ),
        Both(
            "The program at the other end: it does not read. If that end is on this host too, its row has the large "
            "Recv-Q.",
            "对端的程序：不读数据。如果那一端也在本机，它那一行的 Recv-Q 会很大。",
        ),
        Both(
            "See why the peer's program does not read. Here: a time limit in the program, TCP_USER_TIMEOUT, or an "
            "abort (SO_LINGER 0 and close()) where the data may be lost.",
            "查对端程序为什么不读。本机：程序里设时限、TCP_USER_TIMEOUT，不要数据时用 SO_LINGER 0 加 close() 中止。",
        ),
        Both(
            "tcp_fin_timeout: FIN_WAIT_1 is not FIN_WAIT_2. A larger send buffer: it only holds more. Keepalive: the "
            "peer is there, it answers every probe.",
            "tcp_fin_timeout：FIN_WAIT_1 不是 FIN_WAIT_2。更大的发送缓冲区：只是装得更多。保活：对端还在，"
            "每个探测都有应答。",
        ),
        (
            "rl-zero-window",
            "rl-window-who",
            "rl-flow-vs-congestion",
        ),
        "RFC 9293 §3.8.6.1 (zero-window probing); tcp(7) TCP_USER_TIMEOUT",
        weak=Both(
            "A FIN waits behind data in Send-Q: this end has closed, its data are not acknowledged yet. If the number "
            "stands still, the other end most likely does not read. Without timers that is a guess; `ss -tano` tells: "
            "persist, it does not read; on with a rising count, nothing comes back.",
            "FIN 排在 Send-Q 的数据后面：本端已关闭，数据还没确认完。数字若一直不动，多半是对端不读。"
            "没有定时器，这只是推测，用 `ss -tano` 确认：persist 是对端不读；on 且次数上升，是毫无应答。",
        ),
    ),
    Advice(
        "program-not-reading",
        Both(
            "A lot of received data waits in Recv-Q: the program on this host does not read it. The window shrinks, "
            "and the sender has to stop.",
            "Recv-Q 里积压了大量数据：本机程序没有取走。窗口缩小，发送方只好停下。",
        ),
        Both(
            "The program on this host: blocked, busy, or no longer interested. If the number changes at the next look, "
            "it is a transfer under way.",
            "本机程序：阻塞、太忙，或不再关心这个连接。再看一次若数字变化，只是正在传输。",
        ),
        Both(
            "Look twice. If Recv-Q stands still, see what the reading thread does.",
            "隔几秒再看一次。若 Recv-Q 不动，查读线程在做什么。",
        ),
        Both(
            "A larger receive buffer (tcp_rmem): it fills up as well. Tuning the sender: its data has arrived.",
            "更大的接收缓冲区（tcp_rmem）：同样会填满。在发送方做任何调整也没用。",
        ),
        (
            "rl-zero-window",
            "rl-window-who",
        ),
        "RFC 9293 §3.8.6; ss(8): Recv-Q counts bytes that the program has not copied",
    ),
    Advice(
        "peer-silent",
        Both(
            "A segment was sent again, or a probe sent (keepalive, or into a closed window), twice or more in a row "
            "without an answer. Each retransmission waits twice as long as the one before; Linux gives up after "
            "tcp_retries2 of them, some 15 minutes.",
            "报文段重传，或者探测（保活探测、零窗口探测），至少连续两次没有应答。每次重传的等待时间加倍；Linux 重传 "
            "tcp_retries2 次才放弃，约 15 分钟。",
        ),
        Both(
            "The path or the peer: a host that is down, a cable, a firewall or NAT that has forgotten the connection. "
            "A single retransmission would be plain loss and is not counted.",
            "路径或对端：主机宕机、线路断开、防火墙或 NAT 忘掉了连接。只重传一次属于普通丢包，不算在内。",
        ),
        Both(
            "Does the peer answer at all (`ping`, another connection)? Capture at both ends. To learn sooner: "
            "TCP_USER_TIMEOUT, or heartbeats of the program.",
            "对端还有没有反应（`ping`、另建连接）？两端抓包。想早点知道：TCP_USER_TIMEOUT，或程序自己的心跳。",
        ),
        Both(
            "Keepalive while data are unacknowledged: it sends no probes then. tcp_fin_timeout: these are not "
            "orphans in FIN_WAIT_2.",
            "有数据未确认时的保活：那时不发保活探测。tcp_fin_timeout：它们不是无主的 FIN_WAIT_2。",
        ),
        (
            "cl-cable-pulled",
            "ka-tcp-keepalive",
            "ka-timers",
        ),
        "RFC 9293 §3.8.3; RFC 6298; tcp(7) tcp_retries2, TCP_USER_TIMEOUT",
    ),
)
