"""Drills: the congestion window of RFC 5681 in slow start and after loss."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question
from prep.cards.drills.shared import drill, slip, steps
from prep.cards.drills.tcp_syn import TAGS
from prep.net.tcp.sums import Congestion, after_duplicates, after_rtt, after_timeout


@drill(
    "tcp-cwnd@1",
    Text("The congestion window in slow start and after loss", "慢启动与丢包后的拥塞窗口"),
    Text(
        "Below ssthresh cwnd doubles each round trip, from there on it grows by 1. A loss sets ssthresh to half of it, "
        "at least two segments; three duplicate ACKs set cwnd to that as well, a timeout sets it to 1.",
        "小于 ssthresh 时每个往返翻倍，此后每个往返加 1。丢包时 ssthresh 设为当时 cwnd 的一半，至少两个报文段；"
        "三个重复 ACK 使 cwnd 也变为该值，超时使 cwnd 变为 1。",
    ),
    ("RFC 5681", "3.1"),
    ("RFC 5681", "3.2"),
    tags=TAGS,
)
def cwnd(dice: Dice, band: int) -> Question:
    return (cwnd_growth, cwnd_loss, cwnd_trace)[band - 1](dice)


RULES = Text(
    "RFC 5681, in segments, every segment acknowledged, all of cwnd in flight, halves rounded down, ssthresh after a "
    "loss at least two; in a round trip cwnd doubles but not beyond ssthresh, from ssthresh on it grows by 1.",
    "RFC 5681，以报文段为单位，每段都被确认，cwnd 全部在途，减半时向下取整，丢包后 ssthresh 至少两个报文段；每个往返 "
    "cwnd 翻倍但不超过 ssthresh，到 ssthresh 后每个往返加 1。",
)
CWND_HINTS = (
    Text("Is cwnd below ssthresh? Write it down round trip by round trip.", "cwnd 小于 ssthresh 吗？逐个往返写下来。"),
    Text(
        "After a loss ssthresh is half of what was in flight, 2 at least.",
        "丢包后 ssthresh 取在途数据的一半，至少为 2。",
    ),
)
LOSSES = {
    after_duplicates: Text("3 duplicate ACKs and all of fast recovery", "收到 3 个重复 ACK 并完成快速恢复"),
    after_timeout: Text("a retransmission timeout", "发生超时重传"),
}


def grown(now: Congestion, rounds: int) -> list[Congestion]:
    """From now on, round trip by round trip."""
    trace = [now]
    for _ in range(rounds):
        trace.append(after_rtt(trace[-1]))
    return trace


def arrows(trace: list[Congestion]) -> str:
    return " → ".join(str(one.cwnd) for one in trace)


def both(one: Congestion) -> str:
    return f"{one.cwnd}, {one.ssthresh}"


def slow_start(dice: Dice) -> Congestion:
    cwnd = dice.pick([1, 2, 3, 4, 10])
    return Congestion(cwnd, cwnd * dice.between(3, 9) + dice.below(3))


def cwnd_growth(dice: Dice) -> Question:
    now, rounds = slow_start(dice), dice.between(3, 7)
    trace = grown(now, rounds)
    end = trace[-1].cwnd
    return Question(
        ask=Text(
            f"{RULES.en} cwnd = {now.cwnd}, ssthresh = {now.ssthresh}: what is cwnd after {rounds} round trips without "
            "loss?",
            f"{RULES.zh}cwnd = {now.cwnd}，ssthresh = {now.ssthresh}：{rounds} 个无丢包的往返之后 cwnd 是多少？",
        ),
        form="number",
        answer=str(end),
        solution=steps((arrows(trace), arrows(trace))),
        hints=(
            *CWND_HINTS[:1],
            Text("Where the doubling would pass ssthresh, it stops there.", "翻倍会越过 ssthresh 时，停在 ssthresh。"),
        ),
        slips=(
            slip(now.cwnd << rounds, "Doubling ends at ssthresh.", "到 ssthresh 就不再翻倍。"),
            slip(now.cwnd + rounds, "Below ssthresh it doubles.", "小于 ssthresh 时是翻倍。"),
            slip(now.ssthresh, "At ssthresh it goes on growing, by 1.", "到 ssthresh 后仍每次加 1。"),
            slip(end + 1, "One round trip too many.", "多算了一个往返。"),
            slip(trace[-2].cwnd, "One round trip too few.", "少算了一个往返。"),
        ),
    )


def cwnd_loss(dice: Dice) -> Question:
    now, rounds, loss = slow_start(dice), dice.between(2, 5), dice.pick(list(LOSSES))
    trace = grown(now, rounds)
    end = loss(trace[-1])
    other = next(one for one in LOSSES if one is not loss)(trace[-1])
    name = LOSSES[loss]
    return Question(
        ask=Text(
            f"{RULES.en} cwnd = {now.cwnd}, ssthresh = {now.ssthresh}; {rounds} round trips without loss, then "
            f"{name.en}. "
            "What are the two now? (cwnd, ssthresh)",
            f"{RULES.zh}cwnd = {now.cwnd}，ssthresh = {now.ssthresh}；{rounds} 个无丢包的往返之后{name.zh}。"
            "此时两者各是多少？"
            "（cwnd，ssthresh）",
        ),
        form="numbers",
        answer=both(end),
        solution=steps(
            (arrows(trace), arrows(trace)),
            (
                f"half of {trace[-1].cwnd}, at least 2: ssthresh = {end.ssthresh}, cwnd = {end.cwnd}",
                f"{trace[-1].cwnd} 的一半，至少为 2：ssthresh = {end.ssthresh}，cwnd = {end.cwnd}",
            ),
        ),
        hints=CWND_HINTS,
        slips=(
            slip(
                both(other),
                "A timeout sets cwnd to 1, duplicate ACKs only halve it.",
                "超时才把 cwnd 设为 1，重复 ACK 只使它减半。",
            ),
            slip(
                f"{end.cwnd}, {now.ssthresh}",
                "ssthresh changes too, to half of cwnd.",
                "ssthresh 也要变，变为 cwnd 的一半。",
            ),
            slip(f"{end.ssthresh}, {end.cwnd}", "The other way round: cwnd first.", "写反了：先写 cwnd。"),
            slip(
                f"{end.cwnd}, {max(now.ssthresh // 2, 2)}",
                "Half of cwnd, not of the old ssthresh.",
                "取 cwnd 的一半，不是旧 ssthresh 的一半。",
            ),
            slip(
                f"{end.cwnd + 3}, {end.ssthresh}",
                "The three of fast recovery are gone when it ends.",
                "快速恢复时加的 3 在结束时已去掉。",
            ),
        ),
    )


def cwnd_trace(dice: Dice) -> Question:
    now, before, later = slow_start(dice), dice.between(2, 5), dice.between(2, 5)
    loss = dice.pick(list(LOSSES))
    first = grown(now, before)
    second = grown(loss(first[-1]), later)
    end, name = second[-1], LOSSES[loss]
    other = grown(next(one for one in LOSSES if one is not loss)(first[-1]), later)[-1]
    return Question(
        ask=Text(
            f"{RULES.en} cwnd = {now.cwnd}, ssthresh = {now.ssthresh}; {before} round trips without loss, then "
            f"{name.en}, "
            f"then {later} round trips without loss. What are the two now? (cwnd, ssthresh)",
            f"{RULES.zh}cwnd = {now.cwnd}，ssthresh = {now.ssthresh}；{before} 个无丢包的往返之后{name.zh}，再过 "
            f"{later} 个无丢包的往返。"
            "此时两者各是多少？（cwnd，ssthresh）",
        ),
        form="numbers",
        answer=both(end),
        solution=steps(
            (arrows(first), arrows(first)),
            (f"loss: ssthresh = {end.ssthresh}", f"丢包：ssthresh = {end.ssthresh}"),
            (arrows(second), arrows(second)),
        ),
        hints=CWND_HINTS,
        slips=(
            slip(
                both(other),
                "A timeout sets cwnd to 1, duplicate ACKs only halve it.",
                "超时才把 cwnd 设为 1，重复 ACK 只使它减半。",
            ),
            slip(
                both(grown(Congestion(second[0].cwnd, now.ssthresh), later)[-1]),
                "ssthresh changes with the loss, to half of cwnd.",
                "丢包时 ssthresh 也要变，变为 cwnd 的一半。",
            ),
            slip(both(second[0]), "That is right after the loss; it grows again.", "这是刚丢包时的值，之后还会增长。"),
            slip(both(after_rtt(end)), "One round trip too many.", "多算了一个往返。"),
            slip(f"{end.ssthresh}, {end.cwnd}", "The other way round: cwnd first.", "写反了：先写 cwnd。"),
        ),
    )


DRILLS: tuple[Drill, ...] = (cwnd,)
