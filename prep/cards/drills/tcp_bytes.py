"""Drills: sequence and acknowledgment numbers, and how soon they come round."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question
from prep.cards.drills.shared import drill, slip, steps
from prep.cards.drills.tcp_syn import TAGS
from prep.net.tcp.sums import SEQUENCE, acknowledgment, receive, sequence_length, sequence_wrap, unwrapped_rate

# ── what a segment takes ──


@drill(
    "tcp-syn-consumes@1",
    Text("Which ACK number answers a segment", "确认某个报文段的确认号"),
    Text(
        "SEQ + bytes of data + 1 for SYN + 1 for FIN, modulo 2^32. A bare ACK takes no number.",
        "SEQ + 数据字节数 + SYN 占 1 + FIN 占 1，对 2^32 取模。纯 ACK 不占序列号。",
    ),
    ("RFC 9293", "3.4"),
    bands=2,
    tags=TAGS,
)
def syn_consumes(dice: Dice, band: int) -> Question:
    if band == 1:
        seq = dice.between(1, 9000)
        flags, data = dice.pick(
            [("SYN", 0), ("SYN,ACK", 0), ("FIN,ACK", 0), ("ACK", 0), ("PSH,ACK", dice.between(1, 1460))]
        )
    else:
        flags, data = dice.pick(["FIN,ACK", "FIN,ACK", "SYN", "PSH,ACK"]), dice.between(1, 1460)
        seq = dice.pick([SEQUENCE - dice.between(1, data + 1), dice.between(1 << 20, SEQUENCE - 2000)])
    syn, fin = "SYN" in flags, "FIN" in flags
    length, answer = sequence_length(data, syn=syn, fin=fin), acknowledgment(seq, data, syn=syn, fin=fin)
    extra = f" + {syn + fin} ({'SYN' if syn else 'FIN'})" if syn or fin else ""
    total = f"{seq} + {data}{extra} = {seq + length}"
    round_en = (f"modulo 2^32: {answer}", f"对 2^32 取模：{answer}")
    return Question(
        ask=Text(
            f"A segment has SEQ={seq}, the flags {flags} and {data} bytes of data. Which acknowledgment number says "
            "that "
            "all of it has arrived?",
            f"某报文段 SEQ={seq}，标志为 {flags}，携带 {data} 字节数据。表示它已全部收到的确认号是多少？",
        ),
        form="number",
        answer=str(answer),
        solution=steps((total, total), *([round_en] if seq + length >= SEQUENCE else [])),
        hints=(
            Text("Which of data, SYN, FIN and ACK take sequence numbers?", "数据、SYN、FIN、ACK 中哪些占用序列号？"),
            Text("The number names the next byte, modulo 2^32.", "确认号指下一个字节，对 2^32 取模。"),
        ),
        slips=(
            slip(
                acknowledgment(seq, data),
                "SYN and FIN take one sequence number each.",
                "SYN 和 FIN 各占一个序列号。",
            ),
            slip(
                acknowledgment(seq, length + 1),
                "One too many: data, SYN and FIN count, ACK does not.",
                "多算了一个：只计数据、SYN 和 FIN，ACK 不占。",
            ),
            slip(
                (answer - 1) % SEQUENCE,
                "The number names the next byte, not the last one.",
                "确认号指下一个字节，不是最后一个字节。",
            ),
            slip(seq + length, "Sequence numbers go round at 2^32.", "序列号到 2^32 回绕。"),
            slip(data + 1, "The sequence number is missing.", "漏了序列号。"),
        ),
    )


# ── what a receiver says ──


@drill(
    "tcp-ack@1",
    Text("Which ACK number a receiver sends", "接收方发送的确认号"),
    Text(
        "The number of the first byte that is still missing: a gap holds it, an old segment does not move it.",
        "第一个仍缺失的字节的编号：有缺口就停在缺口，旧报文段不会使它后退。",
    ),
    ("RFC 9293", "3.4"),
    ("RFC 9293", "3.10.7.4"),
    tags=TAGS,
)
def ack(dice: Dice, band: int) -> Question:
    expected, size = dice.between(1, 9000), dice.pick([100, 200, 500, 536, 1000, 1448, 1460])
    if band == 1:
        return last_ack(expected, [(expected + size * place, size) for place in range(dice.between(1, 3))])
    if band == 3:
        return each_ack(dice, expected, size)
    if dice.below(2):
        places = dice.pick([[1], [1, 2], [0, 2], [0, 2, 3], [0, 1, 3], [2, 0]])
    else:
        places = dice.pick([[-1], [-2], [0, 0], [0, -1], [0, 1, 0]])
        expected += 2 * size
    return last_ack(expected, [(expected + size * place, size) for place in places])


ACK_HINTS = (
    Text("An ACK is cumulative: all bytes before its number are there.", "确认是累积的：确认号之前的字节都已收到。"),
    Text("Which is the first byte that is still missing?", "第一个仍缺失的字节是哪个？"),
)


def told(expected: int, arrivals: list[tuple[int, int]]) -> tuple[str, str]:
    en = "; ".join(f"SEQ={seq} with {data} bytes" for seq, data in arrivals)
    zh = "；".join(f"SEQ={seq}，{data} 字节" for seq, data in arrivals)
    return (
        f"A receiver has all bytes before {expected} and expects number {expected} next. It keeps what comes out of "
        f"order. Now arrive, in this order: {en}.",
        f"接收方已收到 {expected} 之前的全部字节，期待的下一个字节编号为 {expected}，乱序到达的会保留。随后依次到达："
        f"{zh}。",
    )


def walk(expected: int, arrivals: list[tuple[int, int]]) -> list[tuple[str, str]]:
    """What each arrival changes."""
    lines, before = [], expected
    for (seq, data), after in zip(arrivals, receive(expected, arrivals), strict=True):
        if after != before:
            why = ("in order", "按序")
        elif seq < before:
            why = ("old", "旧数据")
        else:
            why = (f"{before} is missing", f"缺 {before}")
        span = f"{seq} - {seq + data - 1}"
        lines.append((f"{span}: {why[0]}, ACK {after}", f"{span}：{why[1]}，ACK {after}"))
        before = after
    return lines


def last_ack(expected: int, arrivals: list[tuple[int, int]]) -> Question:
    (en, zh), answer = told(expected, arrivals), receive(expected, arrivals)[-1]
    seq, data = arrivals[-1]
    return Question(
        ask=Text(
            f"{en} Which acknowledgment number answers the last one?",
            f"{zh}收到最后一个之后，回复的确认号是多少？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(*walk(expected, arrivals)),
        hints=ACK_HINTS,
        slips=(
            slip(seq + data, "An old segment does not move the ACK back.", "旧报文段不会使确认号后退。")
            if seq + data <= answer
            else slip(
                max(first + length for first, length in arrivals),
                "There is a gap before it: an ACK is cumulative.",
                "前面有缺口：确认是累积的。",
            ),
            slip(
                answer - 1,
                "The number names the next byte, not the last one.",
                "确认号指下一个字节，不是最后一个字节。",
            ),
            slip(
                answer + 1,
                "Data counts its bytes alone; only SYN and FIN count one more.",
                "数据只按字节计；SYN 和 FIN 才另占一个。",
            ),
            slip(seq, "That is the number of the segment itself.", "这是该报文段自己的序列号。"),
        ),
    )


def each_ack(dice: Dice, expected: int, size: int) -> Question:
    places = dice.pick(
        [[1, 0, 3, 2], [0, 2, 3, 1], [2, 1, 0, 3], [1, 2, 3, 0], [0, 3, 1, 2], [2, 0, 1, 3], [3, 0, 0, 1]]
    )
    arrivals = [(expected + size * place, size) for place in places]
    (en, zh), numbers = told(expected, arrivals), receive(expected, arrivals)
    ends = [seq + data for seq, data in arrivals]
    highest = [max(ends[: place + 1]) for place in range(len(ends))]
    return Question(
        ask=Text(
            f"{en} Each is acknowledged at once. Which are the acknowledgment numbers, in order?",
            f"{zh}每个都立即确认，依次发出的确认号是什么？",
        ),
        form="numbers",
        answer=", ".join(map(str, numbers)),
        solution=steps(*walk(expected, arrivals)),
        hints=ACK_HINTS,
        slips=(
            slip(
                ", ".join(map(str, ends)),
                "An ACK is cumulative, it does not answer one segment.",
                "确认是累积的，不是针对单个报文段。",
            ),
            slip(
                ", ".join(map(str, highest)), "A gap holds the ACK until it is filled.", "缺口补上之前确认号停住不动。"
            ),
            slip(
                ", ".join(str(number - 1) for number in numbers),
                "The number names the next byte, not the last one.",
                "确认号指下一个字节，不是最后一个字节。",
            ),
            slip(
                ", ".join(
                    str(min(number, before + size))
                    for number, before in zip(numbers, [expected, *numbers], strict=False)
                ),
                "What was kept is acknowledged too when the gap is filled.",
                "缺口补上时，保留的数据也一并确认。",
            ),
        ),
    )


# ── wrap ──

WRAP_HINTS = (
    Text("How many sequence numbers are there, and what does one count?", "序列号共有多少个？一个对应什么？"),
    Text("2^32 bytes are 2^35 bits.", "2^32 字节等于 2^35 比特。"),
)


@drill(
    "tcp-seq-wrap@1",
    Text("How soon sequence numbers wrap", "序列号多久回绕"),
    Text(
        "2^32 bytes × 8 / rate: 34 s at 1 Gbit/s, less than an MSL of 2 minutes; hence PAWS.",
        "2^32 字节 × 8 / 速率：1 Gbit/s 时为 34 秒，小于 2 分钟的 MSL，因此需要 PAWS。",
    ),
    ("RFC 9293", "3.4.3"),
    ("RFC 7323", "5"),
    bands=2,
    tags=TAGS,
)
def seq_wrap(dice: Dice, band: int) -> Question:
    if band == 2 and dice.below(2):
        return unwrapped(dice.pick([10, 15, 20, 30, 40, 45, 60, 90, 120]))
    if band == 1:
        rate = dice.pick([10, 20, 25, 40, 50, 80, 100, 125, 200, 250, 300, 400, 500, 600, 800, 1000])
        unit, scale, result, result_zh, parts = "Mbit/s", 10**6, "seconds", "秒", 1
    else:
        rate = dice.pick([1, 2, 4, 5, 10, 20, 25, 40, 50, 100, 200, 400])
        unit, scale, result, result_zh, parts = "Gbit/s", 10**9, "milliseconds", "毫秒", 1000
    exact = sequence_wrap(rate * scale) * parts
    power = len(str(scale)) - 1
    return Question(
        ask=Text(
            f"A TCP connection sends {rate} {unit} of data without a pause (1 {unit} is 10^{power} bit/s). After how "
            "many "
            f"{result}, rounded down, do its sequence numbers wrap?",
            f"某 TCP 连接以 {rate} {unit} 不停发送数据（1 {unit} 为 10^{power} bit/s）。"
            f"多少{result_zh}后序列号回绕（向下取整）？",
        ),
        form="number",
        answer=str(int(exact)),
        solution=steps(
            (f"2^32 × 8 = {SEQUENCE * 8} bits", f"2^32 × 8 = {SEQUENCE * 8} 比特"),
            (
                f"{SEQUENCE * 8} / {rate * scale} s, in {result} rounded down: {int(exact)}",
                f"{SEQUENCE * 8} / {rate * scale} 秒，以{result_zh}计向下取整：{int(exact)}",
            ),
        ),
        hints=WRAP_HINTS,
        slips=(
            slip(
                int(exact / 8), "Sequence numbers count bytes, the rate counts bits.", "序列号按字节计，速率按比特计。"
            ),
            slip(int(exact / 2), "All 2^32 numbers, not half of them.", "是全部 2^32 个，不是一半。"),
            slip(int(exact) + 1, "Rounded down is asked.", "题目要求向下取整。"),
            slip(int(exact * 10**6 / 2**20), "A megabit is 10^6 bits, not 2^20.", "1 兆比特是 10^6 比特，不是 2^20。"),
        ),
    )


def unwrapped(lifetime: int) -> Question:
    exact = unwrapped_rate(lifetime) / 10**6
    return Question(
        ask=Text(
            f"Segments may live {lifetime} s in a network. Up to which rate in Mbit/s (10^6 bit/s), rounded down, do "
            "TCP "
            "sequence numbers not wrap within that time?",
            f"报文段在网络中最多存活 {lifetime} 秒。速率不超过多少 Mbit/s（10^6 bit/s，向下取整）时，TCP "
            "序列号在这段时间内不会回绕？",
        ),
        form="number",
        answer=str(int(exact)),
        solution=steps(
            (f"2^32 × 8 = {SEQUENCE * 8} bits", f"2^32 × 8 = {SEQUENCE * 8} 比特"),
            (
                f"{SEQUENCE * 8} / {lifetime} / 10^6, rounded down: {int(exact)} Mbit/s",
                f"{SEQUENCE * 8} / {lifetime} / 10^6，向下取整：{int(exact)} Mbit/s",
            ),
        ),
        hints=WRAP_HINTS,
        slips=(
            slip(int(exact / 8), "That is in megabytes a second.", "这是以兆字节每秒计的。"),
            slip(int(exact / 2), "All 2^32 numbers, not half of them.", "是全部 2^32 个，不是一半。"),
            slip(int(exact) + 1, "Rounded down is asked.", "题目要求向下取整。"),
        ),
    )


DRILLS: tuple[Drill, ...] = (syn_consumes, ack, seq_wrap)
