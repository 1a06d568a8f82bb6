"""Drills: the receive window and its scale, and what a window and a round trip allow."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question
from prep.cards.drills.shared import drill, slip, steps
from prep.cards.drills.tcp_syn import TAGS
from prep.net.tcp.sums import (
    LARGEST_SHIFT,
    bandwidth_delay,
    scaled_window,
    shift_for,
    throughput,
)

RTTS = [1, 2, 4, 5, 8, 10, 20, 25, 30, 40, 50, 80, 100, 150, 200, 250, 300]

# ── window scale ──

SCALE_HINTS = (
    Text("The shift says by how many bits the field is moved to the left.", "移位数表示窗口字段左移几位。"),
    Text(
        "Is it in force here? Both SYNs must have it, and SYNs themselves are not scaled.",
        "这里生效吗？双方的 SYN 都要带它，而 SYN 本身的窗口不缩放。",
    ),
)


@drill(
    "tcp-window-scale@1",
    Text("What a scaled window field allows", "窗口扩大后的实际窗口"),
    Text(
        "field × 2^shift, shift at most 14; never in a SYN, and only where both SYNs had the option.",
        "窗口字段 × 2^移位数，移位数最多 14；SYN 本身不缩放，且双方的 SYN 都带该选项才生效。",
    ),
    ("RFC 7323", "2.2"),
    ("RFC 7323", "2.3"),
    bands=2,
    tags=TAGS,
)
def window_scale(dice: Dice, band: int) -> Question:
    field = dice.pick([dice.between(100, 999), dice.between(1000, 65535), 65535, 64240, 29200, 501, 512])
    shift = dice.between(1, LARGEST_SHIFT)
    if band == 1:
        return scaled(field, shift)
    return dice.pick([smallest_shift, smallest_shift, not_in_syn, one_sided, too_large])(dice, field, shift)


def scaled(field: int, shift: int) -> Question:
    answer = scaled_window(field, shift)
    line = f"{field} × 2^{shift} = {answer}"
    return Question(
        ask=Text(
            f"Both ends use window scaling. An ACK comes with the window field {field} from an end whose shift is "
            f"{shift}. How many bytes does it allow?",
            f"双方都启用窗口扩大。收到一个 ACK，窗口字段为 {field}，发送它的一端移位数为 {shift}。它允许多少字节？",
        ),
        form="number",
        answer=str(answer),
        solution=steps((line, line)),
        hints=SCALE_HINTS,
        slips=(
            slip(
                field * shift,
                "Times 2 to the power of the shift, not times the shift.",
                "乘以 2 的移位数次方，不是乘以移位数。",
            ),
            slip(field, "The field is shifted.", "窗口字段还要移位。"),
            slip(
                field * 2 * shift,
                "2 to the power of the shift, not 2 times the shift.",
                "是 2 的移位数次方，不是 2 乘移位数。",
            ),
            slip(2 * answer, "One bit too many.", "多移了一位。"),
            slip(answer // 2, "One bit too few.", "少移了一位。"),
        ),
    )


def smallest_shift(dice: Dice, field: int, shift: int) -> Question:
    least, most = scaled_window(0xFFFF, shift - 1) + 1, scaled_window(0xFFFF, shift)
    step = 1 << LARGEST_SHIFT
    window = step * dice.between(-(-least // step), most // step)
    answer = shift_for(window)
    return Question(
        ask=Text(
            f"A receiver wants to announce a window of {window} bytes. What is the smallest window scale shift that "
            "lets "
            "it?",
            f"接收方想通告 {window} 字节的窗口，窗口扩大的移位数最小要多少？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(
            (f"{window} / 2^{answer} = {window >> answer} ≤ 65535",) * 2,
            (
                f"{window} / 2^{answer - 1} = {window >> answer - 1} > 65535, too much for 16 bits",
                f"{window} / 2^{answer - 1} = {window >> answer - 1} > 65535，16 位装不下",
            ),
        ),
        hints=(SCALE_HINTS[0], Text("16 bits hold 65535 at most.", "16 位最多表示 65535。")),
        slips=(
            slip(answer - 1, "Then the field would be above 65535.", "这样字段会超过 65535。"),
            slip(answer + 1, "One less is enough.", "少一位就够了。"),
            slip(
                window // 65535,
                "That is the factor; the shift is its binary logarithm.",
                "这是倍数，移位数是它以 2 为底的对数。",
            ),
            slip(window.bit_length() - 1, "The field has 16 of these bits already.", "其中 16 位字段本身就有。"),
        ),
    )


def not_in_syn(dice: Dice, field: int, shift: int) -> Question:
    answer = scaled_window(field, shift, syn=True)
    return Question(
        ask=Text(
            f"Both SYNs carry the Window Scale option. The SYN,ACK has the window field {field} and the shift {shift}. "
            "How many bytes does its own window allow?",
            f"双方的 SYN 都带窗口扩大选项。SYN,ACK 的窗口字段为 {field}，移位数为 {shift}。它自己的窗口允许多少字节？",
        ),
        form="number",
        answer=str(answer),
        solution=steps((f"in a SYN the field is not scaled: {answer}", f"SYN 中的窗口字段不缩放：{answer}")),
        hints=SCALE_HINTS,
        slips=(
            slip(
                scaled_window(field, shift),
                "The window of a SYN or SYN,ACK is never scaled.",
                "SYN 和 SYN,ACK 的窗口从不缩放。",
            ),
        ),
    )


def one_sided(dice: Dice, field: int, shift: int) -> Question:
    answer = scaled_window(field, None)
    return Question(
        ask=Text(
            f"A client's SYN offers the window scale shift {shift}; the SYN,ACK has no Window Scale option. Later the "
            f"client sends the window field {field}. How many bytes does it allow?",
            f"客户端的 SYN 提出窗口扩大移位数 {shift}，SYN,ACK 不带窗口扩大选项。之后客户端发送的窗口字段为 {field}，"
            "它允许多少字节？",
        ),
        form="number",
        answer=str(answer),
        solution=steps((f"not both SYNs had the option: {answer}", f"并非双方的 SYN 都带该选项：{answer}")),
        hints=SCALE_HINTS,
        slips=(
            slip(
                scaled_window(field, shift), "Scaling needs the option in both SYNs.", "双方的 SYN 都带该选项才缩放。"
            ),
        ),
    )


def too_large(dice: Dice, field: int, shift: int) -> Question:
    told = LARGEST_SHIFT + dice.between(1, 6)
    answer = scaled_window(field, told)
    return Question(
        ask=Text(
            f"RFC 7323: both SYNs carry Window Scale, the one from B with the shift {told}. Later B sends the window "
            "field "
            f"{field}. How many bytes does A take it for?",
            f"RFC 7323：双方的 SYN 都带窗口扩大选项，B 的移位数为 {told}。之后 B 发送的窗口字段为 {field}，A "
            "认为它是多少字节？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(
            (
                f"a shift above {LARGEST_SHIFT} counts as {LARGEST_SHIFT}",
                f"移位数大于 {LARGEST_SHIFT} 时按 {LARGEST_SHIFT} 算",
            ),
            (f"{field} × 2^{LARGEST_SHIFT} = {answer}",) * 2,
        ),
        hints=(Text("There is a largest shift.", "移位数有上限。"), SCALE_HINTS[0]),
        slips=(
            slip(field << told, "A shift above 14 counts as 14.", "移位数大于 14 时按 14 算。"),
            slip(field, "The option stays in force, with the largest shift.", "该选项仍然有效，按最大移位数算。"),
        ),
    )


# ── one window a round trip ──

RATE_HINTS = (
    Text(
        "A sender has at most one window in flight, and an answer takes a round trip.",
        "发送方最多有一个窗口的数据在途，应答要一个往返。",
    ),
    Text("Bytes to bits: times 8. Milliseconds to seconds: divided by 1000.", "字节换比特乘 8，毫秒换秒除以 1000。"),
)


@drill(
    "tcp-throughput@1",
    Text("What a window and a round trip allow", "窗口与往返时间决定的最大吞吐量"),
    Text("window × 8 / RTT, and never more than the link.", "窗口 × 8 / RTT，且不超过链路速率。"),
    ("RFC 7323", "1.1"),
    bands=2,
    tags=TAGS,
)
def speed(dice: Dice, band: int) -> Question:
    rtt = dice.pick(RTTS)
    if band == 2:
        return speed_on_link(dice, rtt)
    window = dice.pick([8192, 16384, 32768, 65535, 65535, 131072, 262144, 524288, 1048576, 4194304])
    exact = throughput(window, rtt) / 1000
    return Question(
        ask=Text(
            f"A TCP window of {window} bytes, a round trip of {rtt} ms, no loss: what is the highest throughput in "
            "kbit/s "
            "(1000 bit/s), rounded down?",
            f"TCP 窗口 {window} 字节，往返时间 {rtt} ms，无丢包：最大吞吐量是多少 kbit/s（1000 bit/s，向下取整）？",
        ),
        form="number",
        answer=str(int(exact)),
        solution=steps(
            (
                f"{window} × 8 / {rtt} bits a millisecond, that is kbit/s; rounded down: {int(exact)}",
                f"{window} × 8 / {rtt} 比特每毫秒，即 kbit/s；向下取整：{int(exact)}",
            )
        ),
        hints=RATE_HINTS,
        slips=(
            slip(int(exact / 8), "That is in kilobytes a second.", "这是以千字节每秒计的。"),
            slip(
                int(exact * 2),
                "The answer takes the whole round trip, not half of it.",
                "应答要一个完整的往返，不是一半。",
            ),
            slip(
                int(exact / 2), "One window for each round trip, not for two.", "每个往返一个窗口，不是两个往返一个。"
            ),
            slip(int(exact * 1000), "That is in bit/s.", "这是以 bit/s 计的。"),
            slip(int(exact / 1000), "That is in Mbit/s.", "这是以 Mbit/s 计的。"),
        ),
    )


def speed_on_link(dice: Dice, rtt: int) -> Question:
    field, shift = dice.pick([dice.between(100, 2000), 65535, 32768, 10000]), dice.between(1, 9)
    link = dice.pick([10, 50, 100, 200, 500, 1000, 2500])
    window = scaled_window(field, shift)
    bound, carried = throughput(window, rtt) / 1000, link * 1000
    answer = min(int(bound), carried)
    return Question(
        ask=Text(
            f"Window field {field}, window scale shift {shift} in force, round trip {rtt} ms, link {link} Mbit/s (10^6 "
            "bit/s), no loss and no headers counted: what is the highest throughput in kbit/s (1000 bit/s), rounded "
            "down?",
            f"窗口字段 {field}，窗口扩大移位数 {shift}（已生效），往返时间 {rtt} ms，链路 {link} Mbit/s（10^6 bit/s），"
            "无丢包，不计首部：最大吞吐量是多少 kbit/s（1000 bit/s，向下取整）？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(
            (f"window: {field} × 2^{shift} = {window} bytes", f"窗口：{field} × 2^{shift} = {window} 字节"),
            (
                f"{window} × 8 / {rtt}, rounded down: {int(bound)} kbit/s",
                f"{window} × 8 / {rtt}，向下取整：{int(bound)} kbit/s",
            ),
            (f"link: {carried} kbit/s; the smaller: {answer}", f"链路：{carried} kbit/s；取较小者：{answer}"),
        ),
        hints=(*RATE_HINTS, Text("Is the window or the link the narrower one?", "窗口和链路哪个更窄？")),
        slips=(
            slip(int(bound), "The link carries no more than its rate.", "链路速率就是上限。"),
            slip(carried, "The window does not fill the link.", "窗口填不满链路。"),
            slip(min(int(throughput(field, rtt) / 1000), carried), "The field is shifted first.", "窗口字段要先移位。"),
            slip(min(int(bound / 8), carried), "That is in kilobytes a second.", "这是以千字节每秒计的。"),
            slip(answer // 1000, "That is in Mbit/s.", "这是以 Mbit/s 计的。"),
        ),
    )


BDP_HINTS = (
    Text("Rate times round-trip time is what the path holds.", "速率乘以往返时间就是路径能容纳的数据量。"),
    RATE_HINTS[1],
)


@drill(
    "tcp-bdp@1",
    Text("Bandwidth-delay product", "带宽时延积"),
    Text("rate × RTT / 8 bytes must be in flight to fill the path.", "要填满路径，在途数据须有 速率 × RTT / 8 字节。"),
    ("RFC 7323", "1.1"),
    bands=2,
    tags=TAGS,
)
def bdp(dice: Dice, band: int) -> Question:
    rate, rtt = dice.pick([10, 20, 50, 100, 200, 500, 1000, 2500, 10000]), dice.pick(RTTS)
    exact = bandwidth_delay(rate * 10**6, rtt)
    en = f"A path of {rate} Mbit/s (10^6 bit/s) with a round trip of {rtt} ms."
    zh = f"某路径速率 {rate} Mbit/s（10^6 bit/s），往返时间 {rtt} ms。"
    line = f"{rate} × 10^6 × {rtt} / 1000 / 8 = {exact}"
    work = (f"{line} bytes", f"{line} 字节")
    if band == 2 and dice.below(2) and exact > 65535:
        return bdp_shift(Text(en, zh), work, int(exact))
    if band == 2:
        return bdp_segments(Text(en, zh), work, int(exact), dice.pick([1460, 1448, 1440, 1428]))
    return Question(
        ask=Text(f"{en} How many bytes must be in flight to fill it?", f"{zh}填满它需要多少字节在途？"),
        form="number",
        answer=str(exact),
        solution=steps(work),
        hints=BDP_HINTS,
        slips=(
            slip(exact * 8, "Those are bits.", "这是比特数。"),
            slip(int(exact / 2), "The whole round trip counts, not one way.", "要算整个往返，不是单程。"),
            slip(exact * 2, "The round trip is there and back already.", "往返时间已包含来回。"),
            slip(exact * 1000, "The round trip is in milliseconds.", "往返时间的单位是毫秒。"),
            slip(int(exact / 1000), "That is in kilobytes.", "这是千字节数。"),
        ),
    )


def bdp_shift(path: Text, work: tuple[str, str], window: int) -> Question:
    answer = shift_for(window)
    return Question(
        ask=Text(
            f"{path.en} What is the smallest window scale shift whose largest window fills it?",
            f"{path.zh}窗口扩大的移位数最小要多少，最大窗口才能填满它？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(
            work,
            (f"65535 × 2^{answer} = {scaled_window(65535, answer)} ≥ {window}",) * 2,
            (
                f"65535 × 2^{answer - 1} = {scaled_window(65535, answer - 1)}, too little",
                f"65535 × 2^{answer - 1} = {scaled_window(65535, answer - 1)}，不够",
            ),
        ),
        hints=(*BDP_HINTS, Text("How often must 65535 be doubled?", "65535 要翻倍几次？")),
        slips=(
            slip(answer - 1, "That window is too small.", "这个窗口太小。"),
            slip(answer + 1, "One less is enough.", "少一位就够了。"),
            slip(answer + 3, "Those are bits; a window counts bytes.", "这是按比特算的，窗口按字节计。"),
            slip(LARGEST_SHIFT, "That is the largest shift; less is enough.", "这是最大移位数，不需要这么大。"),
        ),
    )


def bdp_segments(path: Text, work: tuple[str, str], data: int, each: int) -> Question:
    answer = -(-data // each)
    return Question(
        ask=Text(
            f"{path.en} How many segments of {each} bytes must be in flight to fill it, rounded up?",
            f"{path.zh}填满它需要多少个 {each} 字节的报文段在途（向上取整）？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(work, (f"{data} / {each}, rounded up: {answer}", f"{data} / {each}，向上取整：{answer}")),
        hints=BDP_HINTS,
        slips=(
            slip(data // each, "Rounded up is asked.", "题目要求向上取整。"),
            slip(-(-data * 8 // each), "The product is in bits; divide by 8.", "乘积是比特数，还要除以 8。"),
            slip(data, "Those are bytes.", "这是字节数。"),
            slip(-(-data // 2 // each), "The whole round trip counts, not one way.", "要算整个往返，不是单程。"),
        ),
    )


DRILLS: tuple[Drill, ...] = (window_scale, speed, bdp)
