"""Drills: IPv6 spelling and IPv6 subnets."""

import re

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, Slip
from prep.cards.drills.shared import (
    DOCUMENTATION,
    IPV6,
    drill,
    slip,
    some_block,
    steps,
)
from prep.net.subnet.address import Network, expanded, text_of
from prep.net.subnet.plan import (
    nth_subnet,
    split,
)

PREFIX = ("RFC 4291", "2.3")


# the six groups behind 2001:db8; band 2: two runs, a single zero, equal runs
SHAPES = {
    1: ("x0000x", "x000xx", "xx0000", "0000xx", "00000x", "xx00xx", "x00000"),
    2: ("x00x00", "00x000", "x0xxxx", "00xx00", "0x000x", "x0x00x", "000x0x", "0xx00x", "00x00x"),
}


def some_groups(dice: Dice, band: int) -> int:
    number = DOCUMENTATION.first >> 96
    for mark in dice.pick(SHAPES[band]):
        digits = dice.pick([1, 2, 3, 4, 4])
        number = number << 16 | (dice.between(16 ** (digits - 1), 16**digits - 1) if mark == "x" else 0)
    return number


def runs(groups: list[str]) -> list[tuple[int, int]]:
    """Start and length of each run of zeros."""
    marks = "".join("0" if group == "0" else "x" for group in groups)
    return [(run.start(), len(run[0])) for run in re.finditer("0+", marks)]


def shortened(groups: list[str], start: int, count: int) -> str:
    return f"{':'.join(groups[:start])}::{':'.join(groups[start + count :])}"


def misplaced(groups: list[str]) -> list[Slip]:
    """`::` in each place where it could stand but should not."""
    found, most, slips = runs(groups), max(count for _, count in runs(groups)), []
    for start, count in found:
        if count == 1:
            told = (
                "`::` must not shorten a single group (RFC 5952 §4.2.2).",
                "单独一组 0 不能写成 `::`（RFC 5952 §4.2.2）。",
            )
        elif count < most:
            told = "The longest run is shortened (RFC 5952 §4.2.3).", "应压缩最长的一串 0（RFC 5952 §4.2.3）。"
        else:
            told = "Of equal runs the first is shortened (RFC 5952 §4.2.3).", "等长时压缩第一串 0（RFC 5952 §4.2.3）。"
        slips.append(slip(shortened(groups, start, count), *told))
        if count > 2:
            more = "`::` must take the whole run (RFC 5952 §4.2.1).", "`::` 要覆盖整串 0（RFC 5952 §4.2.1）。"
            slips += [slip(shortened(groups, start + at, count - 1), *more) for at in (0, 1)]
    return slips


@drill(
    "v6-compress@1",
    Text("Compress an IPv6 address", "压缩 IPv6 地址"),
    Text(
        "Lower case, no leading zeros, the longest run of two or more zero groups as ::, the first of equals.",
        "小写，去掉前导零，最长的一串（至少两组）0 写成 ::，等长取第一串。",
    ),
    ("RFC 5952", "4"),
    ("RFC 4291", "2.2"),
    bands=2,
    tags=IPV6,
)
def compress(dice: Dice, band: int) -> Question:
    number = some_groups(dice, band)
    full, answer = expanded(6, number), text_of(6, number)
    groups = [f"{int(group, 16):x}" for group in full.split(":")]
    bare = ":".join(groups)
    return Question(
        ask=Text(f"Write {full} as RFC 5952 wants it.", f"按 RFC 5952 的规范写法压缩 {full}。"),
        form="spelling",
        answer=answer,
        solution=steps(
            (f"no leading zeros: {bare}", f"去掉前导零：{bare}"),
            (f"longest run as ::  {answer}", f"最长的一串 0 写成 ::  {answer}"),
        ),
        hints=(
            Text("First take the leading zeros off each group.", "先去掉每组的前导零。"),
            Text(
                ":: stands once, for the longest run of at least two groups.",
                ":: 只能用一次，代表至少两组的最长一串 0。",
            ),
        ),
        slips=(
            *misplaced(groups),
            slip(
                bare,
                ":: must be used where two groups are zero (RFC 5952 §4.2.1).",
                "有两组以上的 0 就必须用 ::（RFC 5952 §4.2.1）。",
            ),
            slip(full, "Nothing is compressed.", "完全没有压缩。"),
            slip(
                re.sub("[0-9a-f]+", lambda group: group[0].zfill(4), answer),
                "Leading zeros must go (RFC 5952 §4.1).",
                "必须去掉前导零（RFC 5952 §4.1）。",
            ),
            slip(answer.upper(), "Letters must be lower case (RFC 5952 §4.3).", "字母必须小写（RFC 5952 §4.3）。"),
        ),
    )


@drill(
    "v6-expand@1",
    Text("Expand an IPv6 address", "展开 IPv6 地址"),
    Text(":: fills up to eight groups; each gets its leading zeros back.", ":: 补足到八组，每组补齐前导零。"),
    ("RFC 4291", "2.2"),
    bands=2,
    tags=IPV6,
)
def expand(dice: Dice, band: int) -> Question:
    number = some_groups(dice, band)
    shown, answer = text_of(6, number), expanded(6, number)
    there = sum(bool(group) for group in shown.split(":"))
    groups = [group for group in shown.split(":") if group]
    at_end = ":".join(group.zfill(4) for group in [*groups, *["0"] * (8 - there)])
    right = ":".join(f"{int(group, 16):x}".ljust(4, "0") for group in answer.split(":"))
    return Question(
        ask=Text(
            f"Write {shown} in full: eight groups of four digits.",
            f"把 {shown} 写成完整形式：八组，每组四个十六进制数字。",
        ),
        form="digits",
        answer=answer,
        solution=steps(
            (
                f"{there} groups are written; {8 - there} of zeros are missing",
                f"写出了 {there} 组，省略了 {8 - there} 组 0",
            ),
            (f"four digits each: {answer}", f"每组补足四位：{answer}"),
        ),
        hints=(
            Text("Count the groups that are written.", "数一数写出了几组。"),
            Text(
                "Zeros are left out at the front of a group, never at its end.", "省略的是组内前面的 0，不是后面的 0。"
            ),
        ),
        slips=(
            slip(right, "Zeros were left out at the front of a group, not at its end.", "省略的是前导零，应补在左边。"),
            slip(at_end, "The zeros belong where :: stands.", "0 应补在 :: 的位置。"),
        ),
    )


CUTS = {1: ((48, 64), (48, 56), (56, 64), (40, 48)), 2: ((48, 62), (52, 63), (44, 61), (57, 64), (46, 59))}


@drill(
    "v6-nth@1",
    Text("The n-th subnet of an IPv6 prefix", "IPv6 前缀的第 n 个子网"),
    Text("Write n - 1 in hexadecimal and put it behind the prefix.", "把 n - 1 写成十六进制，放在前缀后面的子网位。"),
    PREFIX,
    bands=2,
    tags=IPV6,
)
def nth(dice: Dice, band: int) -> Question:
    shorter, prefix = dice.pick(CUTS[band])
    net = some_block(dice, shorter)
    count = split(net, prefix).parts
    place = dice.between(11, min(count, (40, 120)[band - 1]))
    answer = nth_subnet(net, place, prefix)
    step = 1 << -prefix % 16
    wrong = [
        (place - 1, "That is the one before it.", "这是前一个子网。"),
        (place + 1, "Counted from 0; the first is number 1.", "从 0 数起了；第一个是 1 号。"),
        (
            int(str(place - 1), 16) + 1,
            "Wrote decimal digits; groups are hexadecimal.",
            "写成了十进制，每组是十六进制。",
        ),
        (int(str(place), 16) + 1, "Wrote decimal digits; groups are hexadecimal.", "写成了十进制，每组是十六进制。"),
    ]
    unit = "", ""
    if step > 1:
        unit = f", times {step} (0x{step:x}) in its group", f"，在所在的组里再乘以 {step}（0x{step:x}）"
    return Question(
        ask=Text(
            f"{net} is cut into /{prefix} subnets. Which is number {place}, counted from 1?",
            f"把 {net} 划分成若干个 /{prefix} 子网，从 1 数起，第 {place} 个子网是哪个？",
        ),
        form="network",
        answer=str(answer),
        solution=steps(
            (
                f"{place} - 1 = {place - 1} = 0x{place - 1:x}{unit[0]}",
                f"{place} - 1 = {place - 1} = 0x{place - 1:x}{unit[1]}",
            ),
            (f"behind {net}: {answer}", f"放在 {net} 后面：{answer}"),
        ),
        hints=(
            Text("The first subnet has number 0 in its bits.", "第一个子网的子网位是 0。"),
            Text(
                f"Between bit {shorter} and bit {prefix} stands n - 1.",
                f"第 {shorter} 位到第 {prefix} 位之间是 n - 1。",
            ),
        ),
        slips=tuple(slip(nth_subnet(net, other, prefix), en, zh) for other, en, zh in wrong if other <= count),
    )


@drill(
    "v6-count@1",
    Text("Subnets in an IPv6 prefix", "IPv6 前缀包含的子网数"),
    Text("2 to the difference of the prefix lengths.", "2 的（前缀长度之差）次方。"),
    PREFIX,
    bands=2,
    tags=IPV6,
)
def count_subnets(dice: Dice, band: int) -> Question:
    longer = dice.pick((48, 56, 64))
    bits = dice.pick((4, 8, 12, 16) if band == 1 else (1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15))
    shorter = longer - bits
    answer = split(Network(6, 0, shorter), longer).parts
    return Question(
        ask=Text(f"How many /{longer} networks are in a /{shorter}?", f"一个 /{shorter} 里有多少个 /{longer}？"),
        form="number",
        answer=str(answer),
        solution=steps((f"2^({longer}-{shorter}) = 2^{bits} = {answer}",) * 2),
        hints=(
            Text("How many bits lie between the two prefixes?", "两个前缀之间相差几位？"),
            Text(
                "Each bit doubles; each hexadecimal digit is 4 bits, times 16.",
                "每一位翻一倍；一个十六进制数字是 4 位，即 16 倍。",
            ),
        ),
        slips=(
            slip(bits, "That is the number of bits; 2 to that power.", "这是位数，还要取 2 的幂。"),
            slip(max(0, answer - 2), "Nothing is taken off for subnets.", "子网数不用减 2。"),
            slip(2 * answer, "One bit too many.", "多算了一位。"),
            slip(answer // 2, "One bit too few.", "少算了一位。"),
            slip(bits * bits, "2 to the power of the bits, not the bits squared.", "是 2 的幂，不是位数的平方。"),
        ),
    )


DRILLS: tuple[Drill, ...] = (
    compress,
    expand,
    nth,
    count_subnets,
)
