"""Drills: a listing of sockets, and what is wrong in it or whose fault it is. The finder of `prep tcp sockets` answers.

Band 1 shows one fault and little else; band 2 more timers, processes and netstat, beside rows that look like a fault.
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
        "SYN-SENT rows, several at a time or with retries in the timer",
        "SYN-SENT 行，同时有好几行，或定时器显示已重试",
    ),
    "syn-received-waiting": Text(
        "SYN-RECV rows at a port whose accept queue has room", "SYN-RECV 行，而该端口的全连接队列还有空位"
    ),
    "self-connected": Text("the same address and port at both ends of a row", "一行的两端是同一个地址和端口"),
    "close-wait-pile-up": Text("CLOSE-WAIT, ten or more at one port", "同一端口上有十个以上的 CLOSE-WAIT"),
    "time-wait-as-client": Text(
        "TIME-WAIT, a hundred or more with the same remote port", "远端端口相同的 TIME-WAIT 有一百个以上"
    ),
    "time-wait-as-server": Text(
        "TIME-WAIT, thirty or more with the same local port", "本地端口相同的 TIME-WAIT 有三十个以上"
    ),
    "fin-wait-2-orphans": Text(
        "FIN-WAIT-2 with a timer of the kernel (timewait): no process holds it any more",
        "FIN-WAIT-2 带内核的 timewait 定时器：已没有进程持有",
    ),
    "fin-wait-2-half-closed": Text(
        "FIN-WAIT-2 without a timer: a process still holds it, after shutdown()",
        "FIN-WAIT-2 没有定时器：进程 shutdown() 之后仍持有它",
    ),
    "fin-unacknowledged": Text(
        "FIN-WAIT-1, CLOSING or LAST-ACK with a Send-Q of at most the FIN, ten or more at one port",
        "同一端口上有十个以上 FIN-WAIT-1、CLOSING 或 LAST-ACK，Send-Q 至多只剩那个 FIN",
    ),
    "peer-not-reading": Text(
        "a persist timer with data in Send-Q: the window is zero", "带 persist 定时器，Send-Q 里有数据：窗口为零"
    ),
    "program-not-reading": Text(
        "ESTAB with a Recv-Q that fills a whole window, 64 KB or more", "ESTAB 的 Recv-Q 占满整个窗口，达 64 KB 以上"
    ),
    "peer-silent": Text(
        "an open connection with a timer on or keepalive whose last number is 2 or more",
        "已建立的连接带 on 或 keepalive 定时器，最后一个数是 2 以上",
    ),
    HEALTHY: Text(
        "no state piled up at one port, short queues, timers that end in 0",
        "没有哪个状态在一个端口上堆积，队列很短，定时器最后一个数为 0",
    ),
}
NEAR: Final[dict[str, tuple[str, ...]]] = {
    "accept-queue-full": ("not-accepted", "syn-received-waiting", "program-not-reading"),
    "not-accepted": ("accept-queue-full", "program-not-reading", "syn-received-waiting"),
    "syn-sent-unanswered": ("peer-silent", "syn-received-waiting", "self-connected"),
    "syn-received-waiting": ("accept-queue-full", "syn-sent-unanswered", "not-accepted"),
    "self-connected": ("syn-sent-unanswered", "not-accepted", "program-not-reading"),
    "close-wait-pile-up": ("time-wait-as-server", "fin-wait-2-orphans", "peer-not-reading"),
    "time-wait-as-client": ("time-wait-as-server", "close-wait-pile-up", "fin-wait-2-orphans"),
    "time-wait-as-server": ("time-wait-as-client", "close-wait-pile-up", "fin-unacknowledged"),
    "fin-wait-2-orphans": ("fin-wait-2-half-closed", "close-wait-pile-up", "time-wait-as-client"),
    "fin-wait-2-half-closed": ("fin-wait-2-orphans", "close-wait-pile-up", "peer-silent"),
    "fin-unacknowledged": ("peer-not-reading", "close-wait-pile-up", "fin-wait-2-orphans"),
    "peer-not-reading": ("program-not-reading", "peer-silent", "fin-unacknowledged"),
    "program-not-reading": ("peer-not-reading", "not-accepted", "peer-silent"),
    "peer-silent": ("peer-not-reading", "syn-sent-unanswered", "program-not-reading"),
    HEALTHY: ("close-wait-pile-up", "time-wait-as-server", "not-accepted", "peer-silent"),
}


def _ask(shown: Shown, en: str, zh: str) -> Text:
    lines = "\n".join(shown.lines)
    if shown.tool == COUNTED:
        return Text(
            f"`ss -tan` on a host, equal rows counted by `uniq -c`, ephemeral ports as *:\n{lines}\n{en}",
            f"一台主机上的 `ss -tan`，相同的行由 `uniq -c` 计数，临时端口写作 *：\n{lines}\n{zh}",
        )
    return Text(
        f"`{shown.tool}` on a host, all that is not shown is healthy:\n{lines}\n{en}",
        f"一台主机上的 `{shown.tool}`，没列出的都正常：\n{lines}\n{zh}",
    )


def _told(shown: Shown) -> list[tuple[str, str]]:
    """The row that gives it away, its sign, and what the table of findings says."""
    sign = SIGNS[shown.code]
    if shown.code == HEALTHY:
        return [(f"{sign.en}: nothing is wrong", f"{sign.say('zh')}：没有问题")]
    meaning = ADVICE[shown.code].meaning
    return [
        (f"look at: {shown.sign}", f"看这一行：{shown.sign}"),
        (f"{shown.code}: {sign.en}", f"{spoken('word', shown.code, 'zh')}：{sign.say('zh')}"),
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
        "Count the rows at each port. Then the queues: for LISTEN, Recv-Q are connections that wait and Send-Q their "
        "limit; else both are bytes. Then the last number of a timer: tries without an answer.",
        "先数每个端口上有几行；再看队列：LISTEN 的 Recv-Q 是等待的连接数，Send-Q 是上限，其他状态下都是字节数；"
        "最后看定时器末尾的数：没有应答的尝试次数。",
    ),
)


@drill(
    "dg-sockets@1",
    Text("What is wrong in a listing of sockets", "从套接字列表看出问题"),
    Text(
        "State, then how many at which port, then queues, then timers; a few of each are healthy.",
        "先看状态，再看哪个端口有多少个，再看队列，最后看定时器；每样少量都属正常。",
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
    options = dice.shuffled(list(dict.fromkeys((shown.code, *near, HEALTHY))))
    words = ", ".join(options), "、".join(spoken("word", option, "zh") for option in options)
    return Question(
        ask=_ask(shown, f"What is wrong? One of: {words[0]}.", f"问题出在哪里？选一个：{words[1]}。"),
        form="word",
        answer=shown.code,
        solution=steps(*_told(shown)),
        hints=HINTS,
        slips=(*(Slip(code, _not_shown(code)) for code in near), Slip(HEALTHY, _not_shown(HEALTHY))),
    )


# ── whose fault ──

HERE, PEER, NETWORK, NOBODY = "here", "peer", "network", "nobody"
# Only where the table of findings names one: unanswered SYNs or too many TIME_WAIT can have several causes.
CULPRIT: Final[dict[str, str]] = {
    "accept-queue-full": HERE,
    "not-accepted": HERE,
    "self-connected": HERE,
    "close-wait-pile-up": HERE,
    "program-not-reading": HERE,
    "fin-wait-2-orphans": PEER,
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
    "fin-wait-2-orphans": (
        HERE, Text("It has called close(), and its FIN is acknowledged.", "它已 close()，FIN 也得到了确认。"),
    ),
    "peer-not-reading": (HERE, Text("It has written; the peer's window is zero.", "它已写出数据；对端的窗口是零。")),
    "peer-silent": (
        PEER,
        Text(
            "A program that is stuck still has a kernel that acknowledges. Here nobody does.",
            "程序卡住时，它的内核仍会确认。这里却毫无应答。",
        ),
    ),
}  # fmt: skip
FLOWS = Text("Segments come and go, and are acknowledged: the way is open.", "报文段有来有往，也得到确认：路径是通的。")
SENDS = Text("It sends again and again, as it should.", "它在一再重传，这正是它该做的。")
CALM = Text("Nothing here is out of the ordinary: see how few there are.", "没有异常：看看每样有多少个。")


def _blamed(code: str) -> list[Slip]:
    """Who else might be blamed, and why not."""
    if code == HEALTHY:
        return [Slip(who, CALM) for who in (HERE, PEER, NETWORK)]
    who, why = INNOCENT[code]
    sign = SIGNS[code]
    away = Text(f"Something is wrong: {sign.en}.", f"确有问题：{sign.say('zh')}。")
    more = Slip(HERE, SENDS) if CULPRIT[code] == NETWORK else Slip(NETWORK, FLOWS)
    return [Slip(who, why), more, Slip(NOBODY, away)]


def _cases(band: int, culprit: str) -> list[Case]:
    return [case for case in CASES[band] if CULPRIT.get(case.code) == culprit]


@drill(
    "dg-culprit@1",
    Text("Whose fault a listing shows", "从套接字列表看出是谁的问题"),
    Text(
        "Who has to act next and does not: a program here (close, read, accept), the program at the other end, or "
        "does nobody answer at all?",
        "看该动而没动的是谁：本机程序（该 close、读或 accept）、对端程序，还是根本没有应答？",
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
            "Whose fault is it? One of: here (a program on this host), peer (the program at the other end), network "
            "(the way, or a host that is gone), nobody (all is well).",
            "是谁的问题？选一个：本机（本机的程序）、对端（另一端的程序）、网络（路径，或已消失的主机）、"
            "没有人（一切正常）。",
        ),
        form="word",
        answer=CULPRIT[shown.code],
        solution=steps(*_told(shown)),
        hints=HINTS,
        slips=tuple(_blamed(shown.code)),
    )


DRILLS: tuple[Drill, ...] = (sockets, culprit)
