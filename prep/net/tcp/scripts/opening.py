"""Named scripts: opening a connection, and data on it."""

from prep.net.tcp.scripts.kit import HANDSHAKE, SYN, Script, steps

OPENING = (
    Script(
        "handshake",
        "The three-way handshake",
        "三次握手",
        "Each SYN takes one sequence number, so each ACK is the peer's ISN plus one; the third ACK takes none, and"
        " the first data begins at the same number (RFC 9293 Figure 6).",
        "每个 SYN 占用一个序列号，所以确认号是对方初始序列号加一；第三个 ACK 不占序列号，首段数据从同一个号开始（RFC"
        " 9293 图 6）。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(HANDSHAKE, "A SEND; deliver A>B; deliver B>A"),
    ),
    Script(
        "syn-lost",
        "The SYN is lost",
        "SYN 丢失",
        "Nobody but A knows of it: B stays in LISTEN until A's retransmission timer sends the same SYN again.",
        "只有 A 知道这件事：B 一直停在 LISTEN，直到 A 的重传定时器把同一个 SYN 再发一次。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(SYN, "lose A>B; A TIMEOUT_RTO; deliver A>B; deliver B>A; deliver A>B"),
    ),
    Script(
        "syn-ack-lost",
        "The SYN,ACK is lost",
        "SYN,ACK 丢失",
        "Both ends retransmit. B answers the second SYN with a plain ACK, which A drops in SYN_SENT; B's own timer"
        " repairs it. Linux instead sends SYN,ACK again at once.",
        "两端都会重传。B 对第二个 SYN 只回纯 ACK，A 在 SYN_SENT 中将其丢弃；真正修复的是 B 自己的定时器。Linux 则立刻"
        "重发 SYN,ACK。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(
            SYN,
            "deliver A>B; lose B>A; A TIMEOUT_RTO; deliver A>B; deliver B>A",
            "B TIMEOUT_RTO; deliver B>A; deliver A>B",
        ),
    ),
    Script(
        "third-ack-lost",
        "The third ACK is lost, data repairs it",
        "第三个 ACK 丢失，数据补救",
        "A is ESTABLISHED, B still SYN_RECEIVED. Every later segment of A carries the same ACK, so the first data"
        " completes the handshake and is delivered.",
        "A 已是 ESTABLISHED，B 仍在 SYN_RECEIVED。A 之后的每个报文段都带同样的确认号，所以首段数据既完成握手，又照常"
        "交付。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(SYN, "deliver A>B; deliver B>A; lose A>B", "A SEND; deliver A>B; deliver B>A"),
    ),
    Script(
        "third-ack-lost-idle",
        "The third ACK is lost, and A has nothing to say",
        "第三个 ACK 丢失，而 A 没有数据要发",
        "B retransmits its SYN,ACK. It lies below A's window, and the ACK that every such segment gets is the"
        " missing one.",
        "B 重传 SYN,ACK。它落在 A 的接收窗口之外，而这类报文段必得的那个 ACK 正好补上丢失的第三个 ACK。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(SYN, "deliver A>B; deliver B>A; lose A>B", "B TIMEOUT_RTO; deliver B>A; deliver A>B"),
    ),
    Script(
        "rst-closed-port",
        "Connection refused: nobody listens",
        "连接被拒绝：端口上无人监听",
        "A SYN to a closed port gets RST,ACK; its ACK covers the SYN, which is what makes A believe it. connect()"
        " says ECONNREFUSED.",
        "发往未监听端口的 SYN 会得到 RST,ACK；它的确认号覆盖了 SYN，A 才会相信。connect() 返回 ECONNREFUSED。",
        ("CLOSED", "CLOSED"),
        steps("A OPEN_ACTIVE; deliver A>B; deliver B>A"),
    ),
    Script(
        "simultaneous-open",
        "Simultaneous open",
        "同时打开",
        "Both ends connect and the SYNs cross: each goes SYN_SENT, SYN_RECEIVED, ESTABLISHED, nobody listens, and"
        " there is one connection, not two (Figure 7). The figure ends with the four segments; each SYN,ACK repeats a"
        " number already received, so that an ACK still answers it (RFC 9293 is contested here, Linux sends it too).",
        "两端同时 connect，SYN 在途中交错：双方都经过 SYN_SENT、SYN_RECEIVED 到 ESTABLISHED，没有一方监听，得到的是一"
        "个连接而不是两个（图 7）。图中到四个报文段为止；每个 SYN,ACK 重复了已收到的序列号，因此还会各得到一个 ACK"
        "（RFC 9293 此处自相矛盾，Linux 也会发）。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps("A OPEN_ACTIVE; B OPEN_ACTIVE", "deliver B>A; deliver A>B; deliver B>A; deliver A>B"),
    ),
    Script(
        "simultaneous-open-lost",
        "Simultaneous open, one SYN,ACK lost",
        "同时打开，丢了一个 SYN,ACK",
        "The ACK field of anything that follows does the work of the lost SYN,ACK.",
        "后续任何报文段的确认号都能代替丢失的 SYN,ACK。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps("A OPEN_ACTIVE; B OPEN_ACTIVE; deliver B>A; deliver A>B", "lose B>A; deliver A>B; deliver B>A"),
    ),
    Script(
        "close-in-syn-sent",
        "Giving up before the answer",
        "等不到应答就放弃",
        "CLOSE in SYN_SENT sends nothing. The late SYN,ACK finds no connection and gets a RST, which takes B back to"
        " LISTEN.",
        "在 SYN_SENT 中 CLOSE 不发送任何报文。迟到的 SYN,ACK 找不到连接，得到 RST，B 回到 LISTEN。",
        ("CLOSED", "LISTEN"),
        steps(SYN, "A CLOSE; deliver A>B; deliver B>A; deliver A>B"),
    ),
    Script(
        "close-in-syn-received",
        "Closing before the handshake is over",
        "握手尚未完成就关闭",
        "B closes in SYN_RECEIVED: its FIN follows the SYN,ACK at once, and FIN_WAIT_1 waits for two"
        " acknowledgments, of the SYN and of the FIN. Linux keeps the FIN until the third ACK after shutdown(), not"
        " after close().",
        "B 在 SYN_RECEIVED 中关闭：FIN 紧跟在 SYN,ACK 之后发出，FIN_WAIT_1 要等两个确认，先是 SYN 的，再是 FIN 的。"
        "Linux 上 shutdown() 会把 FIN 留到第三个 ACK 之后，close() 则不会。",
        ("CLOSE_WAIT", "FIN_WAIT_2"),
        steps(SYN, "deliver A>B; B CLOSE; deliver B>A; deliver B>A; deliver A>B; deliver A>B"),
    ),
    Script(
        "listener-sends",
        "A listener that sends",
        "监听端主动发送",
        "SEND in LISTEN turns the passive OPEN into an active one: a SYN goes out, the data after the handshake. The"
        " diagram has this arrow, sockets do not: Linux says EPIPE.",
        "在 LISTEN 中 SEND 会把被动打开变成主动打开：先发 SYN，握手之后再发数据。状态图上有这条边，套接字却没有："
        "Linux 返回 EPIPE。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(
            "A OPEN_PASSIVE; B OPEN_PASSIVE; B SEND 5",
            "deliver B>A; deliver A>B; deliver B>A; deliver B>A; deliver A>B",
        ),
    ),
    Script(
        "connect-gives-up",
        "No answer at all: connect() times out",
        "毫无回应：connect() 超时",
        "A firewall that drops is not a port that refuses: only time ends it. RFC 9293 asks for at least 3 minutes;"
        " Linux gives up after about two.",
        "防火墙丢包不同于端口拒绝：只有时间能结束它。RFC 9293 要求至少等 3 分钟；Linux 约两分钟就放弃。",
        ("CLOSED", "LISTEN"),
        steps(SYN, "lose A>B; A TIMEOUT_RTO; lose A>B; A TIMEOUT_RTO; lose A>B; A TIMEOUT_USER"),
    ),
    Script(
        "data-lost",
        "A data segment is lost",
        "数据报文段丢失",
        "The second segment waits at B behind the gap, and B's ACK stays at the gap; one retransmission fills it,"
        " and a single cumulative ACK covers both.",
        "第二个报文段在 B 处等待缺口补齐，B 的确认号停在缺口；重传一次补上之后，一个累积确认同时覆盖两段。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(
            HANDSHAKE,
            "A SEND 10; A SEND 20; lose A>B; deliver A>B; deliver B>A",
            "A TIMEOUT_RTO; deliver A>B; deliver B>A",
        ),
    ),
    Script(
        "duplicate-data",
        "The same data arrives twice",
        "同一段数据到达两次",
        "The copy lies below the window: it is acknowledged again and not delivered again.",
        "副本落在接收窗口之外：会再确认一次，但不会再次交付。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(HANDSHAKE, "A SEND; duplicate A>B; deliver A>B; deliver A>B; deliver B>A; deliver B>A"),
    ),
)
