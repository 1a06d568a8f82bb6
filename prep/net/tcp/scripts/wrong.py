"""Named scripts: crashes, old duplicates and forged segments."""

from prep.net.tcp.scripts.kit import A_CLOSES, B_CLOSES, HANDSHAKE, SYN, Script, steps

TIME_WAIT = f"{HANDSHAKE}; {A_CLOSES}; {B_CLOSES}"

WRONG = (
    Script(
        "old-duplicate-syn",
        "An old duplicate SYN",
        "旧的重复 SYN",
        "Why there are three segments and not two: B cannot tell the old SYN from a new one, but A can, by the ACK,"
        " and resets it (Figure 8).",
        "握手为什么要三次而不是两次：B 分不清旧 SYN 和新 SYN，但 A 能从确认号看出来，并用 RST 复位（图 8）。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(
            SYN,
            "inject >B 90 0 SYN; deliver B>A; delay A>B; deliver A>B",
            "deliver A>B; deliver B>A; deliver A>B",
        ),
    ),
    Script(
        "old-duplicate-syn-two-listeners",
        "An old duplicate SYN between two listeners",
        "两个监听端之间的旧重复 SYN",
        "Any ACK is wrong in LISTEN: A answers B's SYN,ACK with a RST, and B returns to LISTEN without telling"
        " anybody (Figure 11).",
        "在 LISTEN 中任何 ACK 都是错的：A 用 RST 回应 B 的 SYN,ACK，B 悄悄回到 LISTEN（图 11）。",
        ("LISTEN", "LISTEN"),
        steps("A OPEN_PASSIVE; B OPEN_PASSIVE", "inject >B 777 0 SYN; deliver B>A; deliver A>B"),
    ),
    Script(
        "half-open-peer",
        "Half-open: A has crashed, B sends",
        "半打开连接：A 崩溃重启，B 发送数据",
        "A has forgotten the connection and answers with a RST at the number that B expects; B aborts and its user"
        " hears ECONNRESET (Figure 10).",
        "A 已忘记这个连接，用 B 期待的序列号回一个 RST；B 终止连接，用户得到 ECONNRESET（图 10）。",
        ("CLOSED", "CLOSED"),
        steps(HANDSHAKE, "A CRASH; B SEND 10; deliver B>A; deliver A>B"),
    ),
    Script(
        "half-open-reconnect",
        "Half-open: A has crashed and connects again",
        "半打开连接：A 崩溃后重新连接",
        "B answers the new SYN with the ACK of its old connection; A, which never sent that, resets it, and the next"
        " SYN finds a listener (Figure 9).",
        "B 用旧连接的 ACK 回应新的 SYN；A 从未发过它所确认的东西，于是用 RST 复位，下一个 SYN 才遇到监听端（图 9）。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(
            HANDSHAKE,
            "A CRASH; A OPEN_ACTIVE; deliver A>B; deliver B>A; deliver A>B",
            "B OPEN_PASSIVE; A TIMEOUT_RTO; deliver A>B; deliver B>A; deliver A>B",
        ),
    ),
    Script(
        "peer-vanished",
        "The peer has vanished",
        "对端消失",
        "Without a word from B only A's timers can end it: retransmission while there is data, keep-alive while"
        " there is none, else never.",
        "B 没有任何回音，只有 A 的定时器能结束连接：有数据时靠重传超时，没有数据时靠保活，否则永远不会结束。",
        ("CLOSED", "CLOSED"),
        steps(HANDSHAKE, "B CRASH", "A SEND; lose A>B; A TIMEOUT_RTO; lose A>B; A TIMEOUT_USER"),
    ),
    Script(
        "keepalive-probe",
        "A keep-alive probe is answered",
        "保活探测得到应答",
        "A probe is one number below the window on purpose: an unacceptable segment must be answered with an ACK,"
        " and that is the sign of life.",
        "保活探测故意用窗口左侧的前一个序列号：不可接受的报文段必须回 ACK，这就是对端仍存活的证明。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(HANDSHAKE, "inject >B 100 301 ACK; deliver B>A"),
    ),
    Script(
        "blind-rst-outside-window",
        "A forged RST outside the window",
        "伪造的 RST，序列号在窗口之外",
        "It is dropped in silence: an answer would tell the attacker something.",
        "悄悄丢弃：若有应答，反而会给攻击者提供信息。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(HANDSHAKE, "inject >A 5 0 RST; inject >A 90000 0 RST"),
    ),
    Script(
        "blind-rst-in-window",
        "A forged RST in the window",
        "伪造的 RST，序列号在窗口之内",
        "Before RFC 5961 it ended the connection. Now only RCV.NXT exactly does; elsewhere a challenge ACK asks the"
        " real peer, who has no reason to reset.",
        "在 RFC 5961 之前它足以终止连接。现在只有恰好等于 RCV.NXT 才有效；否则回一个挑战 ACK 去问真正的对端，而它没有"
        "理由复位。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(HANDSHAKE, "inject >A 400 0 RST; deliver A>B"),
    ),
    Script(
        "challenged-rst",
        "A real RST behind a gap",
        "真的 RST，但前面有缺口",
        "What a challenge ACK is good for: B's data is lost and its RST arrives ahead; A challenges, and B, long"
        " gone, answers with a RST at the number asked for.",
        "挑战 ACK 的用处：B 的数据丢失，RST 先到；A 发出挑战 ACK，早已关闭的 B 按其确认号再回一个 RST，这次恰好命中。",
        ("CLOSED", "CLOSED"),
        steps(HANDSHAKE, "B SEND 10; lose B>A; B ABORT; deliver B>A; deliver A>B; deliver B>A"),
    ),
    Script(
        "exact-rst",
        "A forged RST that guesses RCV.NXT",
        "伪造的 RST 猜中了 RCV.NXT",
        "It works, and one-sidedly: A is CLOSED, B knows nothing. Only unpredictable sequence numbers and"
        " authentication help.",
        "它会成功，而且只有一端受害：A 已 CLOSED，B 毫不知情。能防住它的只有不可预测的序列号和报文认证。",
        ("CLOSED", "ESTABLISHED"),
        steps(HANDSHAKE, "inject >A 301 0 RST"),
    ),
    Script(
        "syn-in-established",
        "A SYN on an open connection",
        "已建立的连接上收到 SYN",
        "Wherever its number lies, a SYN gets a challenge ACK (RFC 5961); the real peer takes that for a duplicate"
        " and nothing happens.",
        "无论序列号在哪里，SYN 都只会引出一个挑战 ACK（RFC 5961）；真正的对端把它当作重复确认，什么也不会发生。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(HANDSHAKE, "inject >B 500 0 SYN; inject >B 5 0 SYN; deliver B>A; deliver B>A"),
    ),
    Script(
        "blind-data",
        "Forged data with a wrong ACK",
        "伪造的数据，确认号不对",
        "The sequence number is right, but the ACK covers what B never sent: the answer is an ACK, and not an octet"
        " is delivered.",
        "序列号正确，但确认号超出了 B 已发送的范围：回一个 ACK 拒绝，一个字节也不会交付。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(HANDSHAKE, "inject >B 101 90000 ACK 5; deliver B>A"),
    ),
    Script(
        "syn-to-time-wait",
        "A new SYN meets TIME_WAIT",
        "新的 SYN 遇到 TIME_WAIT",
        "The ACK of the old connection draws a RST from the newcomer, which clears TIME_WAIT; the next SYN can"
        " connect. Stacks with a listener take a newer SYN at once (3.6.1 MAY-2).",
        "旧连接的 ACK 引出新来者的 RST，TIME_WAIT 就此清除；下一个 SYN 便能建立连接。有监听端的协议栈会直接接受较新"
        "的 SYN（3.6.1 MAY-2）。",
        ("ESTABLISHED", "ESTABLISHED"),
        steps(
            TIME_WAIT,
            "B OPEN_ACTIVE; deliver B>A; deliver A>B; deliver B>A",
            "A OPEN_PASSIVE; B TIMEOUT_RTO; deliver B>A; deliver A>B; deliver B>A",
        ),
    ),
    Script(
        "time-wait-assassination",
        "TIME-WAIT assassination",
        "TIME-WAIT 被提前终结（TIME-WAIT assassination）",
        "An old duplicate from B draws an ACK, B has no connection and answers with a RST that hits exactly:"
        " TIME_WAIT ends early. RFC 1337 would ignore that RST; Linux does with tcp_rfc1337=1.",
        "B 的旧重复报文段引出一个 ACK，B 已无连接，回以恰好命中的 RST：TIME_WAIT 提前结束。RFC 1337 建议忽略这个 RST；"
        "Linux 设 tcp_rfc1337=1 时照办。",
        ("CLOSED", "CLOSED"),
        steps(TIME_WAIT, "inject >A 290 101 ACK 5; deliver A>B; deliver B>A"),
    ),
)
