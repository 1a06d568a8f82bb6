"""Drills: what runs out. The accept queue of a Linux listener, and the ephemeral ports of a client."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question
from prep.cards.drills.shared import drill, slip, steps
from prep.cards.drills.tcp_syn import TAGS
from prep.net.tcp.sums import accept_queue, backlog_limit, port_count, port_rate, ports_last

# ── the accept queue ──


@drill(
    "tcp-backlog@1",
    Text("How many connections a Linux accept queue holds", "Linux 全连接队列能放多少个连接"),
    Text(
        "min(backlog, somaxconn) + 1: the queue is full only when it is above its limit.",
        "min(backlog, somaxconn) + 1：超过上限才算满。",
    ),
    ("listen(2)", None),
    ("ip-sysctl", "somaxconn"),
    ("Linux include/net/sock.h", "sk_acceptq_is_full"),
    bands=2,
    tags=TAGS,
)
def backlog(dice: Dice, band: int) -> Question:
    somaxconn = dice.pick([128, 128, 1024, 4096])
    asked = dice.pick([0, 1, 2, 5, 10, 50, 100, 128, 511, 1024, 4096, 5000])
    if band == 1:
        return queue_holds(asked, somaxconn)
    return dice.pick([queue_shown, queue_overflows])(dice, asked, somaxconn)


BACKLOG_HINTS = (
    Text("The backlog is cut to somaxconn.", "backlog 会被截到 somaxconn。"),
    Text("Linux takes the queue for full when it is longer than the limit.", "Linux 在队列长度大于上限时才认为已满。"),
)


def listening(asked: int, somaxconn: int) -> tuple[str, str]:
    return (
        f"Linux: net.core.somaxconn = {somaxconn}, a server calls listen(fd, {asked})",
        f"Linux：net.core.somaxconn = {somaxconn}，服务器调用 listen(fd, {asked})",
    )


def limit_lines(asked: int, somaxconn: int) -> tuple[tuple[str, str], ...]:
    limit, holds = backlog_limit(asked, somaxconn), accept_queue(asked, somaxconn)
    return (
        (f"limit: min({asked}, {somaxconn}) = {limit}", f"上限：min({asked}, {somaxconn}) = {limit}"),
        (f"full when above it: {limit} + 1 = {holds} fit", f"超过上限才算满：能放 {limit} + 1 = {holds} 个"),
    )


def queue_holds(asked: int, somaxconn: int) -> Question:
    (en, zh), answer = listening(asked, somaxconn), accept_queue(asked, somaxconn)
    limit = backlog_limit(asked, somaxconn)
    return Question(
        ask=Text(
            f"{en} and never accept(). How many connections are completed before SYNs are dropped?",
            f"{zh} 后一直不 accept()。在 SYN 被丢弃之前，能完成多少个连接？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(*limit_lines(asked, somaxconn)),
        hints=BACKLOG_HINTS,
        slips=(
            slip(limit, "One more: full means longer than the limit.", "还能多一个：长度大于上限才算满。"),
            slip(asked + 1, "somaxconn is the upper limit of the backlog.", "backlog 不能超过 somaxconn。"),
            slip(
                asked,
                "somaxconn is the upper limit of the backlog, and one more fits.",
                "backlog 不能超过 somaxconn，而且还能多放一个。",
            ),
            slip(limit + 2, "Only one more than the limit.", "只比上限多一个。"),
            slip(somaxconn + 1, "The smaller of the two is the limit.", "两者中较小的才是上限。"),
            slip(
                asked + somaxconn,
                "The smaller of the two is the limit, not their sum.",
                "上限取两者中较小的，不是相加。",
            ),
        ),
    )


def queue_shown(dice: Dice, asked: int, somaxconn: int) -> Question:
    (en, zh), holds = listening(asked, somaxconn), accept_queue(asked, somaxconn)
    limit = backlog_limit(asked, somaxconn)
    return Question(
        ask=Text(
            f"{en} and never accept(); clients go on connecting. What does `ss -ltn` show for this listener? (Recv-Q, "
            "Send-Q)",
            f"{zh} 后一直不 accept()，客户端不断来连接。`ss -ltn` 对这个监听套接字显示什么？（Recv-Q，Send-Q）",
        ),
        form="numbers",
        answer=f"{holds}, {limit}",
        solution=steps(
            *limit_lines(asked, somaxconn),
            (
                f"Recv-Q, what waits: {holds}; Send-Q, the limit: {limit}",
                f"Recv-Q 是等待的连接数：{holds}；Send-Q 是上限：{limit}",
            ),
        ),
        hints=(
            Text(
                "On a LISTEN row Recv-Q is what waits, Send-Q the limit.",
                "LISTEN 行的 Recv-Q 是等待的连接数，Send-Q 是上限。",
            ),
            *BACKLOG_HINTS,
        ),
        slips=(
            slip(f"{limit}, {holds}", "The other way round: Recv-Q first.", "写反了：先写 Recv-Q。"),
            slip(f"{limit}, {limit}", "One more than the limit fits.", "能比上限多放一个。"),
            slip(f"{holds}, {holds}", "Send-Q is the limit itself.", "Send-Q 就是上限本身。"),
            slip(
                f"{asked + 1}, {asked}", "somaxconn is the upper limit of the backlog.", "backlog 不能超过 somaxconn。"
            ),
            slip(f"{holds}, 0", "On a LISTEN row Send-Q is the limit.", "LISTEN 行的 Send-Q 是上限。"),
        ),
    )


def queue_overflows(dice: Dice, asked: int, somaxconn: int) -> Question:
    (en, zh), holds = listening(asked, somaxconn), accept_queue(asked, somaxconn)
    taken, left = dice.between(1, 20), dice.between(1, 30)
    clients = taken + holds + left
    return Question(
        ask=Text(
            f"{en}, accepts the first {taken} connections and then no more. {clients} clients connect one after "
            "another. "
            "How many of them are left in SYN-SENT?",
            f"{zh}，accept() 前 {taken} 个连接后不再 accept()。{clients} 个客户端先后来连接，有多少个停在 SYN-SENT？",
        ),
        form="number",
        answer=str(left),
        solution=steps(
            *limit_lines(asked, somaxconn),
            (f"{clients} - {taken} - {holds} = {left}",) * 2,
        ),
        hints=(*BACKLOG_HINTS, Text("Those that were accepted wait no more.", "已被 accept 的不再占队列。")),
        slips=(
            slip(left + 1, "One more than the limit fits.", "能比上限多放一个。"),
            slip(left + taken, "Those that were accepted no longer take a place.", "已被 accept 的不再占队列。"),
            slip(left + taken + holds, "Not all: the queue holds some.", "不是全部：队列还能放一些。"),
            slip(
                max(0, clients - taken - asked - 1),
                "somaxconn is the upper limit of the backlog.",
                "backlog 不能超过 somaxconn。",
            ),
        ),
    )


# ── ports ──


@drill(
    "tcp-port-exhaustion@1",
    Text("How fast TIME_WAIT uses up the ephemeral ports", "TIME_WAIT 多快耗尽临时端口"),
    Text(
        "Ports (last - first + 1) divided by the time in TIME_WAIT: 60 s on Linux, 2 MSL by RFC 9293. It holds for "
        "each "
        "remote address and port.",
        "端口数（末 - 首 + 1）除以 TIME_WAIT 时长：Linux 为 60 秒，RFC 9293 为 2 MSL。对每个远端地址和端口分别计算。",
    ),
    ("RFC 9293", "3.6.1"),
    ("ip-sysctl", "ip_local_port_range"),
    ("RFC 6335", "6"),
    bands=2,
    tags=TAGS,
)
def port_exhaustion(dice: Dice, band: int) -> Question:
    first = dice.pick([1024, 10000, 15000, 20000, 32768, 32768, 40000, 49152])
    last = dice.pick([60999, 60999, 64999, 65535])
    ports = port_count(first, last)
    if band == 1:
        return ports_on_linux(first, last)
    if dice.below(2):
        return ports_by_rfc(first, last, dice.pick([30, 60, 120]))
    rate = int(port_rate(ports)) + 10 * dice.between(1, 200)
    left = ports_last(ports, rate)
    assert left is not None
    return Question(
        ask=Text(
            f"{PORTS_EN.format(first, last)} It makes {rate} connections a second. After how many seconds is no port "
            "left, rounded down?",
            f"{PORTS_ZH.format(first, last)}每秒新建 {rate} 个连接，多少秒后端口耗尽（向下取整）？",
        ),
        form="number",
        answer=str(int(left)),
        solution=steps(
            (f"{last} - {first} + 1 = {ports} ports", f"{last} - {first} + 1 = {ports} 个端口"),
            (
                f"{ports} / {rate}, rounded down: {int(left)} s, before the first comes back",
                f"{ports} / {rate}，向下取整：{int(left)} 秒，此时第一个端口还没释放",
            ),
        ),
        hints=PORT_HINTS,
        slips=(
            slip(60, "The ports are used up before the first one comes back.", "第一个端口还没释放，端口就用完了。"),
            slip(65536 // rate, "Only the ports of the range are taken.", "只会用范围内的端口。"),
            slip(int(port_rate(ports)), "That is the rate that it could keep up.", "这是能长期维持的速率。"),
        ),
    )


PORTS_EN = (
    "Linux client, short connections to one server address and port, each closed at once by the client: "
    "ip_local_port_range = {} {}, TIME_WAIT 60 s, tcp_tw_reuse = 0."
)
PORTS_ZH = (
    "Linux 客户端对同一个服务器地址和端口做短连接，每次都由客户端立即先关闭：ip_local_port_range = {} {}，"
    "TIME_WAIT 60 秒，tcp_tw_reuse = 0。"
)
PORT_HINTS = (
    Text("How many ports are in the range?", "范围内有多少个端口？"),
    Text("Each comes back only when its TIME_WAIT is over.", "每个端口要等 TIME_WAIT 结束才能再用。"),
)


def ports_on_linux(first: int, last: int) -> Question:
    ports = port_count(first, last)
    answer = int(port_rate(ports))
    return Question(
        ask=Text(
            f"{PORTS_EN.format(first, last)} How many connections a second can it keep up, rounded down?",
            f"{PORTS_ZH.format(first, last)}每秒最多能持续新建多少个连接（向下取整）？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(
            (f"{last} - {first} + 1 = {ports} ports", f"{last} - {first} + 1 = {ports} 个端口"),
            (f"{ports} / 60, rounded down: {answer} a second", f"{ports} / 60，向下取整：每秒 {answer} 个"),
        ),
        hints=PORT_HINTS,
        slips=(
            slip(
                int(port_rate(ports, 240)),
                "Those are the 2 MSL of RFC 9293; Linux waits 60 s.",
                "这是 RFC 9293 的 2 MSL；Linux 是 60 秒。",
            ),
            slip(
                int(port_rate(ports, 120)),
                "60 s are all of TIME_WAIT, not one MSL.",
                "60 秒就是整个 TIME_WAIT，不是一个 MSL。",
            ),
            slip(65535 // 60, "Only the ports of the range are taken.", "只会用范围内的端口。"),
            slip(ports, "Each port comes back only after 60 s.", "每个端口要过 60 秒才能再用。"),
        ),
    )


def ports_by_rfc(first: int, last: int, msl: int) -> Question:
    ports = port_count(first, last)
    answer = int(port_rate(ports, 2 * msl))
    return Question(
        ask=Text(
            f"A client stays in TIME-WAIT as RFC 9293 has it; its MSL is {msl} s and its ephemeral ports are {first} "
            "to "
            f"{last}. It closes each of its connections to one server address and port at once. How many a second can "
            "it keep up, rounded down?",
            f"某客户端按 RFC 9293 停留在 TIME-WAIT，MSL 为 {msl} 秒，临时端口为 {first} 到 {last}。"
            "它对同一个服务器地址和端口建立的"
            "每个连接都由自己立即先关闭。每秒最多能持续新建多少个（向下取整）？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(
            (f"{last} - {first} + 1 = {ports} ports", f"{last} - {first} + 1 = {ports} 个端口"),
            (f"2 × {msl} = {2 * msl} s in TIME-WAIT", f"TIME-WAIT 为 2 × {msl} = {2 * msl} 秒"),
            (
                f"{ports} / {2 * msl}, rounded down: {answer} a second",
                f"{ports} / {2 * msl}，向下取整：每秒 {answer} 个",
            ),
        ),
        hints=PORT_HINTS,
        slips=(
            slip(int(port_rate(ports, msl)), "TIME-WAIT lasts two MSL.", "TIME-WAIT 持续两个 MSL。"),
            slip(int(port_rate(ports, 4 * msl)), "Two MSL, not four.", "是两个 MSL，不是四个。"),
            slip(ports, "Each port comes back only after 2 MSL.", "每个端口要过 2 MSL 才能再用。"),
        ),
    )


DRILLS: tuple[Drill, ...] = (backlog, port_exhaustion)
