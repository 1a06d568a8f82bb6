"""Drills: the retransmission timeout as RFC 6298 computes it, and keep-alive as Linux times it."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question
from prep.cards.drills.shared import drill, slip, steps
from prep.cards.drills.tcp_syn import BACKOFF, TAGS, waits
from prep.net.tcp.sums import backoff, keepalive_dead, rtt_estimate

# ── RTO ──


@drill(
    "tcp-rto@1",
    Text("The retransmission timeout by RFC 6298", "按 RFC 6298 计算超时重传时间（RTO）"),
    Text(
        "First sample R: SRTT = R, RTTVAR = R/2. Then RTTVAR = 3/4 RTTVAR + 1/4 |SRTT - R'|, after it SRTT = 7/8 "
        "SRTT + "
        "1/8 R'. RTO = SRTT + 4 RTTVAR, at least 1 s, doubled by each timeout.",
        "首个样本 R：SRTT = R，RTTVAR = R/2。此后先算 RTTVAR = 3/4 RTTVAR + 1/4 |SRTT - R'|，再算 "
        "SRTT = 7/8 SRTT + 1/8 R'。RTO = SRTT + 4 RTTVAR，至少 1 秒，每次超时翻倍。",
    ),
    ("RFC 6298", "2"),
    BACKOFF,
    tags=TAGS,
)
def rto(dice: Dice, band: int) -> Question:
    return (rto_first, rto_second, rto_backed_off)[band - 1](dice)


RTO_HINTS = (
    Text("RTO = SRTT + 4 RTTVAR; RTTVAR first, with the old SRTT.", "RTO = SRTT + 4 RTTVAR；先用旧的 SRTT 算 RTTVAR。"),
    Text("RFC 6298 also has a smallest RTO.", "RFC 6298 还规定了 RTO 的下限。"),
)


def rto_first(dice: Dice) -> Question:
    sample = 10 * dice.between(4, 90)
    found, bare = rtt_estimate([sample]), rtt_estimate([sample], least_ms=0)
    return Question(
        ask=Text(
            f"RFC 6298: the first RTT sample of a connection is {sample} ms. What is the RTO in ms?",
            f"RFC 6298：某连接的第一个 RTT 样本是 {sample} ms，RTO 是多少 ms？",
        ),
        form="number",
        answer=str(found.rto),
        solution=steps(
            (f"SRTT = {sample}, RTTVAR = {sample}/2", f"SRTT = {sample}，RTTVAR = {sample}/2"),
            (f"{sample} + 4 × {sample}/2 = {bare.rto}", f"{sample} + 4 × {sample}/2 = {bare.rto}"),
            (f"at least 1000: {found.rto} ms", f"至少 1000：{found.rto} ms"),
        ),
        hints=RTO_HINTS,
        slips=(
            slip(bare.rto, "RFC 6298 rounds an RTO below 1 s up to 1 s.", "RFC 6298 把小于 1 秒的 RTO 上调到 1 秒。"),
            slip(
                1000, "1 s is the RTO before the first sample, and its minimum.", "1 秒是尚无样本时的 RTO，也是下限。"
            ),
            slip(2 * sample, "Not twice the RTT: SRTT + 4 RTTVAR.", "不是 RTT 的两倍，而是 SRTT + 4 RTTVAR。"),
            slip(sample, "That is SRTT alone.", "这只是 SRTT。"),
        ),
    )


def two_samples(dice: Dice) -> tuple[int, int]:
    """Of which everything comes out whole."""
    first = 8 * dice.between(20, 100)
    return first, first + 8 * dice.between(1, 40) * dice.pick([1, 1, -1 if first > 320 else 1])


def rto_second(dice: Dice) -> Question:
    one, two = two_samples(dice)
    found, bare = rtt_estimate([one, two]), rtt_estimate([one, two], least_ms=0)
    apart = abs(one - two)
    late = found.srtt + 4 * (one * 3 // 8) + apart * 7 // 8
    both = f"{found.srtt}, {found.rttvar}"
    work = (
        (
            f"RTTVAR = 3/4 × {one // 2} + 1/4 × {apart} = {found.rttvar}",
            f"RTTVAR = 3/4 × {one // 2} + 1/4 × {apart} = {found.rttvar}",
        ),
        (f"SRTT = 7/8 × {one} + 1/8 × {two} = {found.srtt}",) * 2,
    )
    en, zh = (
        f"RFC 6298: the first two RTT samples of a connection are {one} ms and {two} ms.",
        f"RFC 6298：某连接的前两个 RTT 样本依次是 {one} ms 和 {two} ms。",
    )
    if dice.below(2):
        return Question(
            ask=Text(
                f"{en} What are SRTT and RTTVAR then, in ms? (SRTT, RTTVAR)",
                f"{zh}此时 SRTT 和 RTTVAR 各是多少 ms？（SRTT，RTTVAR）",
            ),
            form="numbers",
            answer=both,
            solution=steps(*work),
            hints=(
                *RTO_HINTS[:1],
                Text(
                    "The new sample weighs 1/8 in SRTT, 1/4 in RTTVAR.", "新样本在 SRTT 中占 1/8，在 RTTVAR 中占 1/4。"
                ),
            ),
            slips=(
                slip(f"{found.rttvar}, {found.srtt}", "The other way round: SRTT first.", "写反了：先写 SRTT。"),
                slip(
                    f"{(one + two) // 2}, {found.rttvar}",
                    "SRTT is no plain mean: the new sample weighs 1/8.",
                    "SRTT 不是简单平均，新样本只占 1/8。",
                ),
                slip(f"{two}, {two // 2}", "Only the first sample sets them outright.", "只有第一个样本才直接赋值。"),
                slip(
                    f"{found.srtt}, {one * 3 // 8 + apart * 7 // 32}",
                    "RTTVAR takes the old SRTT.",
                    "RTTVAR 要用旧的 SRTT 来算。",
                ),
            ),
        )
    return Question(
        ask=Text(f"{en} What is the RTO after the second, in ms?", f"{zh}第二个样本之后 RTO 是多少 ms？"),
        form="number",
        answer=str(found.rto),
        solution=steps(
            *work,
            (f"{found.srtt} + 4 × {found.rttvar} = {bare.rto}",) * 2,
            (f"at least 1000: {found.rto} ms", f"至少 1000：{found.rto} ms"),
        ),
        hints=RTO_HINTS,
        slips=(
            slip(bare.rto, "RFC 6298 rounds an RTO below 1 s up to 1 s.", "RFC 6298 把小于 1 秒的 RTO 上调到 1 秒。"),
            slip(late, "RTTVAR takes the old SRTT: it is renewed first.", "先更新 RTTVAR，用的是旧的 SRTT。"),
            slip(3 * two, "That takes the second sample for the first.", "这是把第二个样本当成第一个来算。"),
            slip(found.srtt + found.rttvar, "Four times RTTVAR is added.", "要加 4 倍的 RTTVAR。"),
        ),
    )


def rto_backed_off(dice: Dice) -> Question:
    (one, two), times = two_samples(dice), dice.between(2, 4)
    found = rtt_estimate([one, two])
    answer = backoff(times, found.rto)
    wait = waits(answer)[-1]
    return Question(
        ask=Text(
            f"RFC 6298, with no maximum set: the first two RTT samples are {one} ms and {two} ms. Then the "
            "retransmission "
            f"timer of one segment expires {times} times in a row. What is the RTO now, in ms?",
            f"RFC 6298，不设上限：前两个 RTT 样本依次是 {one} ms 和 {two} ms。随后同一报文段的重传定时器连续超时 "
            f"{times} 次，"
            "现在 RTO 是多少 ms？",
        ),
        form="number",
        answer=str(wait),
        solution=steps(
            (f"RTTVAR = {found.rttvar}, SRTT = {found.srtt}", f"RTTVAR = {found.rttvar}，SRTT = {found.srtt}"),
            (
                f"max(1000, {found.srtt} + 4 × {found.rttvar}) = {found.rto}",
                f"max(1000, {found.srtt} + 4 × {found.rttvar}) = {found.rto}",
            ),
            (f"{found.rto} × 2^{times} = {wait} ms",) * 2,
        ),
        hints=(*RTO_HINTS, Text("Each timeout doubles the RTO.", "每次超时 RTO 都翻倍。")),
        slips=(
            slip(
                found.rto,
                "That is the RTO before the timeouts; each doubles it.",
                "这是超时之前的 RTO，每次超时都要翻倍。",
            ),
            slip(
                found.rto * (times + 1),
                "The RTO doubles each time; the same amount is not just added.",
                "RTO 是每次翻倍，不是每次加上同样的量。",
            ),
            slip(answer.sent[-1], "That is the time waited so far.", "这是到目前为止等待的总时间。"),
            slip(wait * 2, "One timeout too many.", "多算了一次超时。"),
        ),
    )


# ── keep-alive ──


@drill(
    "tcp-keepalive@1",
    Text("How long Linux keep-alive takes to find a dead peer", "Linux 保活多久发现对端已死"),
    Text(
        "idle + probes × interval; defaults 7200 + 9 × 75 = 7875 s.",
        "空闲时间 + 探测次数 × 间隔；默认 7200 + 9 × 75 = 7875 秒。",
    ),
    ("tcp(7)", "tcp_keepalive_time"),
    ("ip-sysctl", "tcp_keepalive_intvl"),
    ("RFC 9293", "3.8.4"),
    bands=2,
    tags=TAGS,
)
def keepalive(dice: Dice, band: int) -> Question:
    idle, interval = dice.pick([30, 60, 90, 120, 300, 600, 1800, 7200]), dice.pick([5, 10, 15, 20, 30, 60, 75])
    probes = dice.between(3, 9)
    dead = keepalive_dead(idle, interval, probes)
    last = dead - interval
    en = f"Linux, SO_KEEPALIVE on: tcp_keepalive_time = {idle}, tcp_keepalive_intvl = {interval}"
    zh = f"Linux，已开启 SO_KEEPALIVE：tcp_keepalive_time = {idle}，tcp_keepalive_intvl = {interval}"
    hints = (
        Text("When does the first probe go, and how long is each waited for?", "第一个探测何时发出？每个探测等多久？"),
        Text("Every probe is waited for one interval, the last one too.", "每个探测都要等一个间隔，最后一个也一样。"),
    )
    if band == 2 and dice.below(2):
        limit = dead + dice.below(interval)
        return Question(
            ask=Text(
                f"{en}. A peer whose machine has died must be found out within {limit} s of its last segment. What is "
                "the largest tcp_keepalive_probes?",
                f"{zh}。对端主机死机后，须在收到其最后一个报文段后 {limit} 秒内发现，tcp_keepalive_probes "
                "最大可设为多少？",
            ),
            form="number",
            answer=str(probes),
            solution=steps(
                (
                    f"({limit} - {idle}) / {interval}, rounded down: {probes}",
                    f"({limit} - {idle}) / {interval}，向下取整：{probes}",
                ),
                (f"{idle} + {probes} × {interval} = {dead} ≤ {limit}",) * 2,
            ),
            hints=hints,
            slips=(
                slip(
                    probes + 1,
                    "The last probe goes in time, but it is waited for as well.",
                    "最后一个探测来得及发出，但还要再等一个间隔。",
                ),
                slip(limit // interval, "The idle time comes off first.", "要先减去空闲时间。"),
                slip(probes - 1, "One more would do.", "还可以再多一个。"),
            ),
        )
    told = f"{en}, tcp_keepalive_probes = {probes}. The peer's machine dies."
    told_zh = f"{zh}，tcp_keepalive_probes = {probes}。对端主机死机。"
    to_last = f"{idle} + {probes - 1} × {interval} = {last}"
    to_end = f"{idle} + {probes} × {interval} = {dead}"
    gone = slip(
        dead,
        "That is when it is given up, one interval after the last probe.",
        "这是放弃的时刻，在最后一个探测之后一个间隔。",
    )
    sent = slip(
        last,
        "That is when the last probe goes; it is waited for as well.",
        "这是最后一个探测发出的时刻，之后还要再等一个间隔。",
    )
    common = (
        slip(interval * probes, "Before the first probe comes the idle time.", "第一个探测之前还有空闲时间。"),
        slip(idle, "That is when the first probe goes.", "这是第一个探测发出的时刻。"),
        slip(
            idle * probes,
            "The probes are one interval apart, not the idle time.",
            "探测之间相隔的是间隔，不是空闲时间。",
        ),
    )
    if band == 2:
        return Question(
            ask=Text(
                f"{told} How many seconds after its last segment is the last probe sent?",
                f"{told_zh}收到其最后一个报文段后多少秒发出最后一个探测？",
            ),
            form="number",
            answer=str(last),
            solution=steps((to_last, to_last)),
            hints=hints,
            slips=(gone, *common),
        )
    return Question(
        ask=Text(
            f"{told} How many seconds after its last segment does the connection fail with ETIMEDOUT?",
            f"{told_zh}收到其最后一个报文段后多少秒，连接以 ETIMEDOUT 失败？",
        ),
        form="number",
        answer=str(dead),
        solution=steps((to_end, to_end)),
        hints=hints,
        slips=(sent, *common),
    )


DRILLS: tuple[Drill, ...] = (rto, keepalive)
