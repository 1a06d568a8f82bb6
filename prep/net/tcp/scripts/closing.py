"""Named scripts: closing a connection."""

from prep.net.tcp.scripts.kit import A_CLOSES, B_CLOSES, HANDSHAKE, Script, steps

CLOSING = (
    Script(
        "four-segment-close",
        "The four-way close",
        "四次挥手",
        "Each direction is closed on its own: FIN and its ACK, twice. The end that closes first waits 2MSL in"
        " TIME_WAIT (Figure 12).",
        "两个方向各自关闭：FIN 与它的 ACK，各来一次。主动关闭的一方在 TIME_WAIT 中等待 2MSL（图 12）。",
        ("CLOSED", "CLOSED"),
        steps(HANDSHAKE, A_CLOSES, B_CLOSES, "A TIMEOUT_2MSL"),
    ),
    Script(
        "three-segment-close",
        "The close in three segments",
        "三次就完成的挥手",
        "B's FIN also acknowledges A's, so the ACK before it is not needed (a stack that delays ACKs never sends it;"
        " here it is lost): A goes from FIN_WAIT_1 to TIME_WAIT with one segment.",
        "B 的 FIN 同时确认了 A 的 FIN，前面单独的 ACK 就不再需要（延迟确认的协议栈根本不发；这里让它丢失）：A 凭一个"
        "报文段从 FIN_WAIT_1 进入 TIME_WAIT。",
        ("TIME_WAIT", "CLOSED"),
        steps(HANDSHAKE, "A CLOSE; deliver A>B; lose B>A", B_CLOSES),
    ),
    Script(
        "simultaneous-close",
        "Simultaneous close",
        "同时关闭",
        "The FINs cross: neither covers the other, so both ends are CLOSING until their FIN is acknowledged, and"
        " both wait in TIME_WAIT (Figure 13).",
        "两个 FIN 在途中交错，谁也没有确认谁，于是双方都进入 CLOSING，等自己的 FIN 被确认后都进入 TIME_WAIT（图 13）。",
        ("CLOSED", "CLOSED"),
        steps(
            HANDSHAKE,
            "A CLOSE; B CLOSE; deliver B>A; deliver A>B; deliver B>A; deliver A>B",
            "A TIMEOUT_2MSL; B TIMEOUT_2MSL",
        ),
    ),
    Script(
        "half-close",
        "Half-close: A has finished, B has not",
        "半关闭：A 说完了，B 还没有",
        "After A's FIN data still flows from B, for as long as B likes: CLOSE_WAIT may send, FIN_WAIT_2 receives."
        " This is shutdown(SHUT_WR), not close().",
        "A 发出 FIN 之后，B 仍可继续发送数据，多久都行：CLOSE_WAIT 可以发送，FIN_WAIT_2 照常接收。这对应"
        " shutdown(SHUT_WR)，而不是 close()。",
        ("TIME_WAIT", "CLOSED"),
        steps(HANDSHAKE, A_CLOSES, "B SEND 10; deliver B>A; A RECEIVE; deliver A>B", B_CLOSES),
    ),
    Script(
        "close-wait",
        "CLOSE_WAIT: the program forgot to close",
        "CLOSE_WAIT：程序忘了关闭",
        "No timer ends CLOSE_WAIT and nothing that A does: only B's own program can, by closing. Until then A has no"
        " end to its FIN_WAIT_2 either, but for Linux's tcp_fin_timeout after close().",
        "没有任何定时器会结束 CLOSE_WAIT，A 也无能为力：只有 B 自己的程序调用 close 才行。在此之前 A 的 FIN_WAIT_2 也"
        "没有尽头，除非 A 已 close()，由 Linux 的 tcp_fin_timeout 收走。",
        ("FIN_WAIT_2", "CLOSE_WAIT"),
        steps(HANDSHAKE, A_CLOSES),
    ),
    Script(
        "last-ack-lost",
        "The last ACK is lost",
        "最后一个 ACK 丢失",
        "This is what TIME_WAIT is for: B sends its FIN again, and somebody is still there to acknowledge it.",
        "TIME_WAIT 正是为此存在：B 重传 FIN，而 A 还在，能够再次确认。",
        ("TIME_WAIT", "CLOSED"),
        steps(HANDSHAKE, A_CLOSES, "B CLOSE; deliver B>A; lose A>B", "B TIMEOUT_RTO; deliver B>A; deliver A>B"),
    ),
    Script(
        "last-ack-lost-late",
        "The last ACK is lost, and TIME_WAIT is over",
        "最后一个 ACK 丢失，而 TIME_WAIT 已结束",
        "The retransmitted FIN meets CLOSED and gets a RST: B's clean close ends as an error.",
        "重传的 FIN 遇到 CLOSED，得到 RST：B 本来正常的关闭以出错告终。",
        ("CLOSED", "CLOSED"),
        steps(
            HANDSHAKE,
            A_CLOSES,
            "B CLOSE; deliver B>A; lose A>B; A TIMEOUT_2MSL",
            "B TIMEOUT_RTO; deliver B>A; deliver A>B",
        ),
    ),
    Script(
        "fin-lost",
        "The FIN is lost",
        "FIN 丢失",
        "A FIN takes a sequence number and is retransmitted like data; until then B knows nothing and stays"
        " ESTABLISHED.",
        "FIN 占用一个序列号，像数据一样会被重传；在此之前 B 毫不知情，仍是 ESTABLISHED。",
        ("FIN_WAIT_2", "CLOSE_WAIT"),
        steps(HANDSHAKE, "A CLOSE; lose A>B; A TIMEOUT_RTO; deliver A>B; deliver B>A"),
    ),
    Script(
        "retransmitted-fin",
        "The ACK of the FIN is lost",
        "对 FIN 的 ACK 丢失",
        "A sends the FIN again; to B, in CLOSE_WAIT, it is an old segment below the window, and what is acknowledged"
        " once is acknowledged twice.",
        "A 重传 FIN；对处于 CLOSE_WAIT 的 B 来说，那只是窗口之外的旧报文段，确认过的再确认一次即可。",
        ("FIN_WAIT_2", "CLOSE_WAIT"),
        steps(HANDSHAKE, "A CLOSE; deliver A>B; lose B>A; A TIMEOUT_RTO; deliver A>B; deliver B>A"),
    ),
    Script(
        "fin-overtakes-data",
        "The FIN overtakes the data",
        "FIN 先于数据到达",
        "A FIN counts where its sequence number stands: B holds it, stays ESTABLISHED, and enters CLOSE_WAIT when"
        " the gap is filled.",
        "FIN 在它的序列号处才生效：B 先留住它，仍是 ESTABLISHED，直到缺口补齐才进入 CLOSE_WAIT。",
        ("FIN_WAIT_2", "CLOSE_WAIT"),
        steps(HANDSHAKE, "A SEND 10; A CLOSE; delay A>B", "deliver A>B; deliver A>B; deliver B>A; deliver B>A"),
    ),
    Script(
        "abort",
        "Abortive close: RST instead of FIN",
        "异常关闭：用 RST 代替 FIN",
        "SO_LINGER with 0 and close(): both ends are CLOSED at once, without TIME_WAIT; the peer's next call says"
        " ECONNRESET, and unread data may be lost.",
        "SO_LINGER 设为 0 再 close()：两端立即 CLOSED，没有 TIME_WAIT；对端下一次调用得到 ECONNRESET，未读数据可能丢"
        "失。",
        ("CLOSED", "CLOSED"),
        steps(HANDSHAKE, "A ABORT; deliver A>B"),
    ),
    Script(
        "unread-data-rst",
        "Closing with unread data sends RST",
        "还有未读数据就关闭，会发 RST",
        "close() throws away what the program has not read; a FIN would tell the peer that all is well, so a RST"
        " goes instead (RFC 9293 3.6.1).",
        "close() 会丢掉程序尚未读取的数据；若发 FIN，对端会以为一切正常，所以改发 RST（RFC 9293 3.6.1）。",
        ("CLOSED", "CLOSED"),
        steps(HANDSHAKE, "A SEND; deliver A>B; deliver B>A", "B CLOSE:unread; deliver B>A"),
    ),
    Script(
        "send-after-close",
        "Sending after closing",
        "关闭之后再发送",
        "CLOSE means that no more data will come: SEND is an error in FIN_WAIT_1, and nothing is sent (a socket says"
        " EPIPE).",
        "CLOSE 的意思是不再有数据要发：在 FIN_WAIT_1 中 SEND 是错误，什么也不会发出（套接字返回 EPIPE）。",
        ("FIN_WAIT_1", "ESTABLISHED"),
        steps(HANDSHAKE, "A CLOSE; A SEND"),
    ),
)
