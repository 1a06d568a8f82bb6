"""Drills: when a SYN or a SYN,ACK that nobody answers is sent again, and when it is given up.

Each question says whether it asks for what RFC 6298 has or for what a Linux of a certain age does.
"""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, Slip
from prep.cards.drills.shared import drill, slip, steps
from prep.net.tcp.sums import SYN_RTO, Seconds, Timetable, backoff, linux_syn, linux_synack

TAGS = ("tcp", "sums")
BACKOFF = ("RFC 6298", "5")

DOUBLING_HINTS = (
    Text("Each timeout is twice the one before; add them up.", "每次超时是前一次的两倍，把它们加起来。"),
    Text(
        "1 + 2 + 4 + … is one less than the next power of 2; is the last wait counted?",
        "1 + 2 + 4 + … 等于下一个 2 的幂减 1；最后一次等待要不要算？",
    ),
)


def waits(table: Timetable) -> list[Seconds]:
    ends = (*table.sent[1:], table.gives_up)
    return [end - start for start, end in zip(table.sent, ends, strict=True)]


def added(parts: list[Seconds]) -> str:
    return f"{' + '.join(map(str, parts))} = {sum(parts)}"


def give_up(ask: Text, table: Timetable, longer: Timetable, *more: Slip) -> Question:
    """When the last timeout is over. `longer`: with one retransmission more."""
    last, end = table.sent[-1], table.gives_up
    return Question(
        ask=ask,
        form="number",
        answer=str(end),
        solution=steps(
            (
                f"sent at {', '.join(map(str, table.sent))} s",
                f"发送时刻：第 {'、'.join(map(str, table.sent))} 秒",
            ),
            (f"all waits: {added(waits(table))} s", f"各次等待之和：{added(waits(table))} 秒"),
        ),
        hints=DOUBLING_HINTS,
        slips=(
            slip(
                last,
                "That is when the last retransmission goes; it is waited for as well.",
                "这是最后一次重传的时刻，之后还要再等一个超时。",
            ),
            *more,
            slip(
                end - last, "That is the last wait alone; add up all of them.", "这只是最后一次等待，应把各次加起来。"
            ),
            slip(
                longer.gives_up,
                "One retransmission too many: the first sending is none.",
                "多算了一次重传：首次发送不算重传。",
            ),
        ),
    )


def sendings(ask: Text, table: Timetable, *more: Slip) -> Question:
    """When each retransmission goes, as a list."""
    times, gaps = list(table.sent[1:]), waits(table)[:-1]
    return Question(
        ask=ask,
        form="numbers",
        answer=", ".join(map(str, times)),
        solution=steps(
            (f"waits: {', '.join(map(str, gaps))} s", f"各次等待：{'、'.join(map(str, gaps))} 秒"),
            (
                f"added up: {', '.join(map(str, times))} s after the first one",
                f"逐次累加：首次发送后第 {'、'.join(map(str, times))} 秒",
            ),
        ),
        hints=DOUBLING_HINTS,
        slips=(
            *more,
            slip(", ".join(map(str, gaps)), "Those are the waits; add them up.", "这是各次等待的时长，应逐次累加。"),
            slip(
                ", ".join(map(str, [*times, table.gives_up])),
                "The last one is no retransmission: then it is given up.",
                "最后一个不是重传，而是放弃的时刻。",
            ),
            slip(", ".join(map(str, table.sent)), "The first sending is no retransmission.", "首次发送不算重传。"),
            slip(", ".join(str(place) for place in range(1, len(times) + 1)), "The timeout doubles.", "超时会翻倍。"),
        ),
    )


# ── SYN ──


@drill(
    "tcp-syn-timetable@1",
    Text("When an unanswered SYN is sent again and given up", "SYN 无应答时的重传与放弃时刻"),
    Text(
        "Add up the timeouts, each twice the one before, the one after the last retransmission too. Linux 6.5 and "
        "later "
        "put tcp_syn_linear_timeouts of the first length before them.",
        "把各次超时相加，每次翻倍，最后一次重传之后的等待也要算。Linux 6.5 及以后先有 tcp_syn_linear_timeouts "
        "次不翻倍的超时。",
    ),
    ("RFC 6298", "2.1"),
    BACKOFF,
    ("ip-sysctl", "tcp_syn_retries"),
    ("ip-sysctl", "tcp_syn_linear_timeouts"),
    tags=TAGS,
)
def syn_timetable(dice: Dice, band: int) -> Question:
    return (syn_by_rfc, syn_before_6_5, syn_since_6_5)[band - 1](dice)


def syn_by_rfc(dice: Dice) -> Question:
    rto, retries = dice.pick([SYN_RTO, SYN_RTO, 3]), dice.between(2, 7)
    table = backoff(retries, rto)
    en = f"A SYN is never answered. The first timeout is {rto} s; each next one is doubled as RFC 6298 has it."
    zh = f"SYN 一直没有应答。首次超时为 {rto} 秒，之后每次按 RFC 6298 翻倍。"
    if dice.below(2):
        return give_up(
            Text(
                f"{en} {retries} retransmissions are made. How many seconds after the first SYN is it given up?",
                f"{zh}共重传 {retries} 次，第一个 SYN 发出后多少秒放弃？",
            ),
            table,
            backoff(retries + 1, rto),
            slip(rto * (retries + 1), "The timeout doubles each time.", "超时每次都会翻倍。"),
        )
    last, wait = table.sent[-1], table.sent[-1] - table.sent[-2]
    return Question(
        ask=Text(
            f"{en} How many seconds after the first SYN is retransmission number {retries} sent?",
            f"{zh}第 {retries} 次重传在第一个 SYN 发出后多少秒？",
        ),
        form="number",
        answer=str(last),
        solution=steps((f"{added(waits(table)[:-1])} s", f"{added(waits(table)[:-1])} 秒")),
        hints=DOUBLING_HINTS,
        slips=(
            slip(wait, "That is the last wait alone; add up all before it.", "这只是最后一次等待，前面的也要加上。"),
            slip(
                table.gives_up,
                "That is when the next timeout would be over.",
                "这是再下一次超时到期的时刻。",
            ),
            slip(rto * retries, "The timeout doubles each time.", "超时每次都会翻倍。"),
        ),
    )


def syn_before_6_5(dice: Dice) -> Question:
    retries = dice.between(2, 6)
    table = linux_syn(retries, linear=0)
    en = f"Linux before 6.5: tcp_syn_retries = {retries}, first timeout {SYN_RTO} s, nothing answers."
    zh = f"Linux 6.5 之前：tcp_syn_retries = {retries}，首次超时 {SYN_RTO} 秒，对端毫无应答。"
    if dice.below(2):
        return sendings(
            Text(
                f"{en} How many seconds after the first SYN is each retransmission sent? (list)",
                f"{zh}各次重传分别在第一个 SYN 发出后多少秒？（依次列出）",
            ),
            table,
        )
    return give_up(
        Text(
            f"{en} How many seconds after the first SYN does connect() fail with ETIMEDOUT?",
            f"{zh}第一个 SYN 发出后多少秒 connect() 以 ETIMEDOUT 失败？",
        ),
        table,
        linux_syn(retries + 1, linear=0),
    )


def syn_since_6_5(dice: Dice) -> Question:
    retries, linear = dice.between(3, 6), dice.pick([4, 4, 4, 1, 2, 3, 5, 6, 7])
    table, before = linux_syn(retries, linear), linux_syn(retries, linear=0)
    among = _first(table, retries)
    en = (
        f"Linux 6.5 or later: tcp_syn_retries = {retries}, tcp_syn_linear_timeouts = {linear}, first timeout "
        f"{SYN_RTO} s, nothing answers."
    )
    zh = (
        f"Linux 6.5 及以后：tcp_syn_retries = {retries}，tcp_syn_linear_timeouts = {linear}，首次超时 {SYN_RTO} 秒，"
        "对端毫无应答。"
    )
    if dice.below(3) == 0:
        return sendings(
            Text(
                f"{en} How many seconds after the first SYN is each retransmission sent? (list)",
                f"{zh}各次重传分别在第一个 SYN 发出后多少秒？（依次列出）",
            ),
            table,
            slip(
                ", ".join(map(str, before.sent[1:])),
                "So it was before 6.5; now the linear timeouts come first.",
                "这是 6.5 之前的情形；现在先有线性超时。",
            ),
            slip(
                ", ".join(map(str, among.sent[1:])),
                "The linear timeouts come on top of the retries.",
                "线性超时不占用重传次数，是另加的。",
            ),
        )
    return give_up(
        Text(
            f"{en} By its timers, how many seconds after the first SYN does connect() fail with ETIMEDOUT?",
            f"{zh}按定时器计算，第一个 SYN 发出后多少秒 connect() 以 ETIMEDOUT 失败？",
        ),
        table,
        linux_syn(retries + 1, linear),
        slip(
            before.gives_up,
            f"So it was before 6.5; {linear} linear timeouts come first.",
            f"这是 6.5 之前的情形；现在先有 {linear} 次线性超时。",
        ),
        slip(
            among.gives_up,
            "The linear timeouts come on top of the retries.",
            "线性超时不占用重传次数，是另加的。",
        ),
    )


def _first(table: Timetable, retries: int) -> Timetable:
    return Timetable(table.sent[: retries + 1], table.sent[retries + 1])


# ── SYN,ACK ──


@drill(
    "tcp-synack-timetable@1",
    Text("When Linux gives up a half-open connection", "Linux 何时放弃半连接"),
    Text(
        "tcp_synack_retries = n, first timeout 1 s: sent last at 2^n - 1 s, given up at 2^(n+1) - 1 s.",
        "tcp_synack_retries = n，首次超时 1 秒：最后一次重传在第 2^n - 1 秒，放弃在第 2^(n+1) - 1 秒。",
    ),
    ("ip-sysctl", "tcp_synack_retries"),
    BACKOFF,
    bands=2,
    tags=TAGS,
)
def synack_timetable(dice: Dice, band: int) -> Question:
    retries = dice.between(1, 6)
    table = linux_synack(retries)
    start = f"first timeout {SYN_RTO} s; after one SYN the client stays silent."
    start_zh = f"首次超时 {SYN_RTO} 秒；客户端发来一个 SYN 后再无音信。"
    en, zh = f"Linux: tcp_synack_retries = {retries}, {start}", f"Linux：tcp_synack_retries = {retries}，{start_zh}"
    if band == 1:
        return give_up(
            Text(
                f"{en} How many seconds after the first SYN,ACK is the half-open connection deleted?",
                f"{zh}第一个 SYN,ACK 发出后多少秒删除这个半连接？",
            ),
            table,
            linux_synack(retries + 1),
            slip(retries + 1, "The timeout doubles each time.", "超时每次都会翻倍。"),
        )
    if dice.below(2):
        return sendings(
            Text(
                f"{en} How many seconds after the first SYN,ACK is each retransmission sent? (list)",
                f"{zh}各次重传分别在第一个 SYN,ACK 发出后多少秒？（依次列出）",
            ),
            table,
        )
    limit = dice.between(int(table.gives_up), int(linux_synack(retries + 1).gives_up) - 1)
    return Question(
        ask=Text(
            f"Linux: {start} Its half-open connection is to be deleted {limit} s after the first SYN,ACK at the "
            "latest. "
            "What is the largest tcp_synack_retries?",
            f"Linux：{start_zh}要求这个半连接最迟在第一个 SYN,ACK 发出后 {limit} 秒删除，tcp_synack_retries "
            "最大可设为多少？",
        ),
        form="number",
        answer=str(retries),
        solution=steps(
            (
                f"{retries}: {added(waits(table))} s ≤ {limit} s",
                f"{retries} 次：{added(waits(table))} 秒 ≤ {limit} 秒",
            ),
            (
                f"{retries + 1}: {linux_synack(retries + 1).gives_up} s, too late",
                f"{retries + 1} 次：{linux_synack(retries + 1).gives_up} 秒，太晚",
            ),
        ),
        hints=DOUBLING_HINTS,
        slips=(
            slip(
                retries + 1,
                "The last retransmission goes in time, but it is waited for as well.",
                "最后一次重传虽来得及，之后还要再等一个超时。",
            ),
            slip(retries - 1, "One more would do.", "还可以再多一次。"),
        ),
    )


DRILLS: tuple[Drill, ...] = (syn_timetable, synack_timetable)
