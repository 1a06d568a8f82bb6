"""Drills: a listing of sockets, and what it shows or whose fault it is. The finder of `prep tcp sockets` answers.

Band 1 shows one thing and little else; band 2 more timers, processes and netstat, beside rows that look like a fault.
What is true of a listing besides its answer is no option: a host may show TIME_WAIT of a server and be healthy.
"""

from typing import Final

from prep.cards.card import Text
from prep.cards.drills.cases import CASES, Case, Shown, listing
from prep.cards.drills.forms import spoken
from prep.cards.drills.kit import Dice, Drill, Question, Slip
from prep.cards.drills.listings import COUNTED, HEALTHY
from prep.cards.drills.shared import drill, steps
from prep.net.tcp.sockets.findings import ADVICE

TAGS = ("diagnosis", "tcp")
STATES = ("RFC 9293", "3.3.2")
SS, NETSTAT = ("ss(8)", None), ("netstat(8)", None)

# How each shows, and what is taken for it.
SIGNS: Final[dict[str, Text]] = {
    "accept-queue-full": Text("a LISTEN row whose Recv-Q is above its Send-Q", "LISTEN 行的 Recv-Q 大于 Send-Q"),
    "not-accepted": Text(
        "a LISTEN row with much of its queue in use but room left, or connections at its port that no process holds",
        "LISTEN 行的队列占了很多但还没满，或者该端口的连接没有进程持有",
    ),
    "syn-sent-unanswered": Text(
        "SYN-SENT rows whose timer has tried again: its last number is 1 or more",
        "SYN-SENT 行，定时器显示已重传：最后一个数不小于 1",
    ),
    "syn-received-waiting": Text(
        "hundreds of SYN-RECV at a port whose accept queue has room",
        "同一端口上有几百个 SYN-RECV，而该端口的全连接队列还有空位",
    ),
    "self-connected": Text("the same address and port at both ends of a row", "一行的两端是同一个地址和端口"),
    "close-wait-pile-up": Text("dozens of CLOSE-WAIT at one port, or more", "同一端口上有几十上百个 CLOSE-WAIT"),
    "time-wait-as-client": Text(
        "TIME-WAIT towards one remote address and port, nearly as many as there are local ports for it (28232)",
        "到同一个远端地址和端口的 TIME-WAIT，数目接近可用的本地端口总数（28232）",
    ),
    "time-wait-as-server": Text(
        "hundreds of TIME-WAIT or more with the same local port, that of the listener",
        "本地端口都是监听端口的 TIME-WAIT，有几百上千个",
    ),
    "fin-wait-2-orphans": Text(
        "hundreds of FIN-WAIT-2 with a timer of the kernel (timewait): no process holds them any more",
        "几百个 FIN-WAIT-2 带内核的 timewait 定时器：已没有进程持有",
    ),
    "fin-wait-2-half-closed": Text(
        "FIN-WAIT-2 without a timer: a process still holds it, after shutdown()",
        "FIN-WAIT-2 没有定时器：进程 shutdown() 之后仍持有它",
    ),
    "fin-unacknowledged": Text(
        "a hundred or more LAST-ACK (or FIN-WAIT-1, CLOSING) at one port, with nothing in Send-Q but the FIN",
        "同一端口上有上百个 LAST-ACK（或 FIN-WAIT-1、CLOSING），Send-Q 里只剩那个 FIN",
    ),
    "peer-not-reading": Text(
        "a persist timer of seconds with data in Send-Q: the window stays zero, while every probe is answered (last "
        "number 0)",
        "persist 定时器已有好几秒，Send-Q 里有数据：窗口一直为零，而每个探测都有应答（最后一个数为 0）",
    ),
    "program-not-reading": Text(
        "ESTAB with megabytes in Recv-Q that nobody takes: the receive buffer is full",
        "ESTAB 的 Recv-Q 积压了几 MB 没人取走：接收缓冲区已满",
    ),
    "peer-silent": Text(
        "an open connection with a timer on or keepalive whose last number is 2 or more",
        "已建立的连接带 on 或 keepalive 定时器，最后一个数不小于 2",
    ),
    HEALTHY: Text(
        "no pile of one state at a port, nobody waiting at LISTEN, little in Recv-Q, no persist timer, and the others "
        "end in 0",
        "没有哪个状态在一个端口上堆积，LISTEN 没有连接在等待，Recv-Q 很短，没有 persist 定时器，"
        "其他定时器最后一个数为 0",
    ),
}
# What is taken for it and is not true of the listing.
NEAR: Final[dict[str, tuple[str, ...]]] = {
    "accept-queue-full": ("program-not-reading", "syn-sent-unanswered", "close-wait-pile-up"),
    "not-accepted": ("accept-queue-full", "peer-not-reading", "syn-received-waiting"),
    "syn-sent-unanswered": ("syn-received-waiting", "self-connected", "fin-unacknowledged"),
    "syn-received-waiting": ("accept-queue-full", "syn-sent-unanswered", "not-accepted"),
    "self-connected": ("syn-sent-unanswered", "not-accepted", "program-not-reading"),
    "close-wait-pile-up": ("time-wait-as-server", "fin-wait-2-orphans", "peer-not-reading"),
    "time-wait-as-client": ("time-wait-as-server", "close-wait-pile-up", "fin-wait-2-orphans"),
    "time-wait-as-server": ("time-wait-as-client", "close-wait-pile-up", "fin-unacknowledged"),
    "fin-wait-2-orphans": ("fin-wait-2-half-closed", "close-wait-pile-up", "time-wait-as-client"),
    "fin-wait-2-half-closed": ("fin-wait-2-orphans", "close-wait-pile-up", "time-wait-as-client"),
    "fin-unacknowledged": ("close-wait-pile-up", "fin-wait-2-orphans", "time-wait-as-server"),
    "peer-not-reading": ("program-not-reading", "peer-silent", "close-wait-pile-up"),
    "program-not-reading": ("peer-not-reading", "not-accepted", "peer-silent"),
    "peer-silent": ("peer-not-reading", "syn-sent-unanswered", "program-not-reading"),
    HEALTHY: ("close-wait-pile-up", "not-accepted", "peer-silent", "program-not-reading"),
}
# Often intended, or the way things are meant to go: "healthy" is no wrong answer to them.
NO_FAULT: Final = ("time-wait-as-server", "fin-wait-2-orphans", "fin-wait-2-half-closed")
STAYS = ("30 s later the ports are the same: these connections stay", "30 秒后端口没变：这些连接一直在")
PASSES = ("30 s later the ports are others: connections come and go", "30 秒后端口换了：连接有来有去")
LATER: Final = {
    True: Text(
        "30 s later it looks much the same, with other ephemeral ports.", "30 秒后再看大致相同，只是换了一批临时端口。"
    ),
    False: Text("30 s later it looks much the same, with the same ports.", "30 秒后再看大致相同，端口也没变。"),
}


def _ask(shown: Shown, en: str, zh: str) -> Text:
    head = Text(f"`{shown.tool}` on a host:", f"一台主机上的 `{shown.tool}`：")
    if shown.tool == COUNTED:
        head = Text(
            "`ss -tan` on a host, equal rows counted by `uniq -c`, ephemeral ports as *:",
            "一台主机上的 `ss -tan`，相同的行由 `uniq -c` 计数，临时端口写作 *：",
        )
    lines, more, later = "\n".join(shown.lines), Text("", ""), LATER[shown.passes]
    if shown.more:
        more = Text(
            f"And {shown.more} more rows in {shown.state} like these.\n",
            f"另有 {shown.more} 行类似的 {shown.state}。\n",
        )
    return Text(f"{head.en}\n{lines}\n{more.en}{later.en}\n{en}", f"{head.zh}\n{lines}\n{more.zh}{later.zh}\n{zh}")


def _told(shown: Shown) -> list[tuple[str, str]]:
    """The row that gives it away, its sign, the later look, and what the table of findings says."""
    sign, later = SIGNS[shown.code], PASSES if shown.passes else STAYS
    if shown.code == HEALTHY:
        return [later, (f"{sign.en}: nothing is wrong", f"{sign.say('zh')}：没有问题")]
    meaning = ADVICE[shown.code].meaning
    return [
        (f"look at: {shown.sign}", f"看这一行：{shown.sign}"),
        (f"{shown.code}: {sign.en}", f"{spoken('word', shown.code, 'zh')}：{sign.say('zh')}"),
        later,
        (meaning.en, meaning.zh),
    ]


def _not_shown(code: str) -> Text:
    sign = SIGNS[code]
    return Text(f"It would show as {sign.en}.", f"它的特征是：{sign.say('zh')}。")


HINTS = (
    Text(
        "For each state: who acts next, the program here, the peer, or a timer?",
        "对每个状态想一想：下一步该谁动，本机程序、对端，还是定时器？",
    ),
    Text(
        "Count the sockets at each port: a few soon pass, dozens are a pile. Then the queues: for LISTEN, Recv-Q are "
        "connections that wait and Send-Q their limit; else both are bytes. Then the last number of a timer: tries "
        "without an answer.",
        "先数每个端口上有几个：几个很快会消失，几十个就是堆积。再看队列：LISTEN 的 Recv-Q 是等待的连接数，"
        "Send-Q 是上限，其他状态下都是字节数。最后看定时器末尾的数：没有应答的尝试次数。",
    ),
)


@drill(
    "dg-sockets@1",
    Text("What a listing of sockets shows", "看懂套接字列表"),
    Text(
        "State, then how many at which port, then queues, then timers. A few of a state that come and go (other ports "
        "at the next look) are healthy; dozens at one port are a pile. TIME-WAIT is normal; it uses up local ports "
        "only where there are nearly 28232 (the default range) towards one remote address and port.",
        "先看状态，再看哪个端口有多少个，再看队列，最后看定时器。少量且有来有去（再看时端口已换）属正常；"
        "同一端口上几十上百个就是堆积。TIME-WAIT 本身正常，只有到同一个远端地址和端口的数目接近 28232"
        "（默认端口范围的大小）时，才会用尽本地端口。",
    ),
    STATES,
    SS,
    NETSTAT,
    bands=2,
    tags=TAGS,
)
def sockets(dice: Dice, band: int) -> Question:
    shown = listing(dice, dice.pick(CASES[band]), band)
    near = NEAR[shown.code]
    calm = () if shown.code in NO_FAULT else (HEALTHY,)
    options = dice.shuffled(list(dict.fromkeys((shown.code, *near, *calm))))
    words = ", ".join(options), "、".join(spoken("word", option, "zh") for option in options)
    return Question(
        ask=_ask(shown, f"What does it show? One of: {words[0]}.", f"这份列表说明什么？选一个：{words[1]}。"),
        form="word",
        answer=shown.code,
        solution=steps(*_told(shown)),
        hints=HINTS,
        slips=tuple(Slip(code, _not_shown(code)) for code in (*near, *calm)),
    )


# ── whose fault ──

HERE, PEER, NETWORK, NOBODY = "here", "peer", "network", "nobody"
# Only where there is one: behind unanswered SYNs can be a firewall or a full queue, behind orphans a program that does
# not close or a host that is gone.
CULPRIT: Final[dict[str, str]] = {
    "accept-queue-full": HERE,
    "not-accepted": HERE,
    "self-connected": HERE,
    "close-wait-pile-up": HERE,
    "program-not-reading": HERE,
    "peer-not-reading": PEER,
    "peer-silent": NETWORK,
    HEALTHY: NOBODY,
}
# Why it is not the one who is usually blamed.
INNOCENT: Final[dict[str, tuple[str, Text]]] = {
    "accept-queue-full": (
        PEER, Text("The clients have finished their handshakes.", "客户端已经完成了握手。"),
    ),
    "not-accepted": (PEER, Text("The clients have connected and even sent data.", "客户端已连上，甚至已发来数据。")),
    "self-connected": (PEER, Text("There is no peer: both ends are one socket.", "没有对端：两端是同一个套接字。")),
    "close-wait-pile-up": (
        PEER, Text("The peer has closed: its FIN came and was acknowledged.", "对端已经关闭：FIN 已到达并得到确认。"),
    ),
    "program-not-reading": (PEER, Text("Its data have arrived: they lie in Recv-Q.", "数据已经送到，就在 Recv-Q 里。")),
    "peer-not-reading": (
        HERE, Text("It has written and closed; the peer's window is zero.", "它已写完并关闭；对端的窗口是零。"),
    ),
    "peer-silent": (
        PEER,
        Text(
            "A program that is stuck still has a kernel that acknowledges. Here nobody does.",
            "程序卡住时，它的内核仍会确认。这里却毫无应答。",
        ),
    ),
}  # fmt: skip
# Why it is not the network.
OPEN_WAY: Final[dict[str, Text]] = {
    "accept-queue-full": Text("Handshakes are finished: the way is open.", "握手能完成：路径是通的。"),
    "not-accepted": Text(
        "Handshakes are finished and data arrive: the way is open.", "握手完成，数据已到：路径是通的。"
    ),
    "self-connected": Text("No segment leaves this host.", "报文段根本没有离开本机。"),
    "close-wait-pile-up": Text("The FINs have arrived: the way is open.", "FIN 都到了：路径是通的。"),
    "program-not-reading": Text("The data have arrived: the way is open.", "数据都到了：路径是通的。"),
    "peer-not-reading": Text(
        "The timer's last number is 0: every probe is answered, so the way is open.",
        "定时器最后一个数是 0：每个探测都有应答，路径是通的。",
    ),
}
SENDS = Text("It sends again and again, as it should.", "它在一再重传，这正是它该做的。")
CALM = Text(
    "Nobody here waits for anybody: the connections are idle, and what looks like a fault is a few and soon gone.",
    "没有谁在等谁：连接只是空闲，看着像问题的只有几个，很快就消失。",
)


def _blamed(code: str) -> list[Slip]:
    """Who else might be blamed, and why not."""
    if code == HEALTHY:
        return [Slip(who, CALM) for who in (HERE, PEER, NETWORK)]
    who, why = INNOCENT[code]
    sign = SIGNS[code]
    away = Text(f"Something is wrong: {sign.en}.", f"确有问题：{sign.say('zh')}。")
    more = Slip(HERE, SENDS) if CULPRIT[code] == NETWORK else Slip(NETWORK, OPEN_WAY[code])
    return [Slip(who, why), more, Slip(NOBODY, away)]


def _cases(band: int, culprit: str) -> list[Case]:
    return [case for case in CASES[band] if CULPRIT.get(case.code) == culprit]


@drill(
    "dg-culprit@1",
    Text("Whose fault a listing shows", "从套接字列表看出是谁的问题"),
    Text(
        "Who has to act next and does not: a program here (close, read, accept), the program at the other end, whose "
        "kernel still answers (the timer ends in 0), or does nobody answer at all (it ends in 2 or more)?",
        "看该动而没动的是谁：本机程序（该 close、读或 accept），对端程序（它的内核仍有应答，定时器最后一个数为 0），"
        "还是根本没有应答（最后一个数不小于 2）？",
    ),
    STATES,
    SS,
    NETSTAT,
    bands=2,
    tags=TAGS,
)
def culprit(dice: Dice, band: int) -> Question:
    who = dice.pick([one for one in (HERE, HERE, PEER, NETWORK, NOBODY) if _cases(band, one)])
    shown = listing(dice, dice.pick(_cases(band, who)), band)
    return Question(
        ask=_ask(
            shown,
            "Whose fault is it: who should act and does not? One of: here (a program on this host), peer (the program "
            "at the other end), network (no answer at all: the way, or a host that is gone), nobody (all is well).",
            "是谁的问题：谁该动却没动？选一个：本机（本机的程序）、对端（另一端的程序）、"
            "网络（毫无应答：路径不通，或主机已消失）、没有人（一切正常）。",
        ),
        form="word",
        answer=CULPRIT[shown.code],
        solution=steps(*_told(shown)),
        hints=HINTS,
        slips=tuple(_blamed(shown.code)),
    )


DRILLS: tuple[Drill, ...] = (sockets, culprit)
