"""Drills: a network cut into equal subnets."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, dotted
from prep.cards.drills.shared import (
    BLOCK_HINTS,
    BORROW_HINTS,
    CIDR,
    HOSTS,
    SUBNETS,
    drill,
    prefix_in,
    slip,
    some_network,
    steps,
    worked,
)
from prep.net.subnet.address import Network
from prep.net.subnet.describe import hosts
from prep.net.subnet.plan import (
    nth_subnet,
    split,
    split_into,
)


def parts_of(dice: Dice, band: int) -> tuple[Network, int, int]:
    """A network, a number of parts, and the prefix that they get."""
    prefix = prefix_in(dice, band, least=10)
    borrowed = dice.between(2, min(6, prefix - 8))
    net = some_network(dice, prefix - borrowed)
    return net, dice.between((1 << borrowed - 1) + 1, 1 << borrowed), prefix


@drill(
    "v4-split@1",
    Text("Prefix of equal subnets", "等分子网后的前缀"),
    Text("Borrow n bits with 2^n at least the number of subnets.", "借 n 位，使 2^n 不小于子网数。"),
    SUBNETS,
    CIDR,
)
def split_prefix(dice: Dice, band: int) -> Question:
    net, parts, prefix = parts_of(dice, band)
    cut = split_into(net, parts)
    borrowed, old = cut.prefix - net.prefix, split_into(net, parts + 2).prefix
    return Question(
        ask=Text(
            f"{net} is cut into {parts} or more subnets of equal size, as large as possible. Which prefix do they get?",
            f"把 {net} 划分成至少 {parts} 个大小相等、尽可能大的子网，子网的前缀长度是多少？",
        ),
        form="prefix",
        answer=f"/{cut.prefix}",
        solution=steps(
            (
                f"2^{borrowed} = {cut.parts} ≥ {parts} > 2^{borrowed - 1}",
                f"2^{borrowed} = {cut.parts} ≥ {parts} > 2^{borrowed - 1}",
            ),
            (f"{net.prefix} + {borrowed} = {cut.prefix}", f"{net.prefix} + {borrowed} = {cut.prefix}"),
        ),
        hints=BORROW_HINTS,
        slips=(
            slip(
                f"/{old}",
                "All-zeros and all-ones subnets may be used (RFC 1812).",
                "全 0 和全 1 子网都可以用（RFC 1812）。",
            ),
            slip(f"/{net.prefix + parts}", "Added the number of subnets, not of bits.", "加的是子网数，应加借的位数。"),
            slip(f"/{borrowed}", "Those are the borrowed bits alone.", "这只是借的位数。"),
            slip(f"/{prefix - 1}", f"That gives {cut.parts // 2} subnets only.", f"这样只有 {cut.parts // 2} 个子网。"),
            slip(f"/{prefix + 1}", "Larger subnets would do.", "子网还可以更大。"),
        ),
    )


@drill(
    "v4-borrow@1",
    Text("Bits to borrow for so many subnets", "划分若干子网要借几位"),
    Text("The smallest n with 2^n at least the number of subnets.", "满足 2^n ≥ 子网数的最小 n。"),
    SUBNETS,
    CIDR,
)
def bits_to_borrow(dice: Dice, band: int) -> Question:
    net, parts, _ = parts_of(dice, band)
    cut = split_into(net, parts)
    bits, old = cut.prefix - net.prefix, split_into(net, parts + 2).prefix - net.prefix
    return Question(
        ask=Text(
            f"How many host bits of {net} must be borrowed for {parts} subnets of equal size?",
            f"把 {net} 划分成 {parts} 个大小相等的子网，至少要借几位主机位？",
        ),
        form="number",
        answer=str(bits),
        solution=steps(
            (
                f"2^{bits} = {cut.parts} ≥ {parts} > 2^{bits - 1} = {cut.parts // 2}: {bits} bits",
                f"2^{bits} = {cut.parts} ≥ {parts} > 2^{bits - 1} = {cut.parts // 2}：借 {bits} 位",
            ),
        ),
        hints=BORROW_HINTS,
        slips=(
            slip(
                old, "All-zeros and all-ones subnets may be used (RFC 1812).", "全 0 和全 1 子网都可以用（RFC 1812）。"
            ),
            slip(cut.prefix, "That is the new prefix.", "这是新的前缀长度。"),
            slip(cut.parts, "That is the number of subnets that it gives.", "这是划分出的子网数。"),
            slip(bits - 1, f"That gives {cut.parts // 2} subnets only.", f"这样只有 {cut.parts // 2} 个子网。"),
            slip(bits + 1, "One bit less is enough.", "少借一位就够了。"),
            slip(
                parts,
                "A subnet does not cost a bit; each bit doubles them.",
                "不是一个子网借一位，每借一位子网数翻倍。",
            ),
        ),
    )


@drill(
    "v4-kth@1",
    Text("The k-th subnet", "第 k 个子网"),
    Text("Start + (k - 1) × block size.", "起始地址 + (k - 1) × 块大小。"),
    SUBNETS,
    CIDR,
)
def kth_subnet(dice: Dice, band: int) -> Question:
    net, _, prefix = parts_of(dice, band)
    cut = split(net, prefix)
    place = dice.between(2, cut.parts)
    answer = nth_subnet(net, place, prefix)
    slips = [slip(nth_subnet(net, place - 1, prefix), "That is the one before it.", "这是前一个子网。")]
    if place < cut.parts:
        slips.append(
            slip(
                nth_subnet(net, place + 1, prefix),
                "Counted from 0; the first is number 1.",
                "从 0 数起了；第一个是 1 号。",
            )
        )
    return Question(
        ask=Text(
            f"{net} is cut into /{prefix} subnets. Which is number {place}, counted from 1?",
            f"把 {net} 划分成若干个 /{prefix} 子网，从 1 数起，第 {place} 个子网是哪个？",
        ),
        form="network",
        answer=str(answer),
        solution=steps(
            (
                f"each has 2^(32-{prefix}) = {answer.total} addresses",
                f"每个子网有 2^(32-{prefix}) = {answer.total} 个地址",
            ),
            (
                f"{dotted(net.first)} + {place - 1} × {answer.total} addresses = {dotted(answer.first)}",
                f"{dotted(net.first)} + {place - 1} × {answer.total} 个地址 = {dotted(answer.first)}",
            ),
        ),
        hints=BLOCK_HINTS,
        slips=tuple(slips),
    )


@drill(
    "v4-assign@1",
    Text("Router and server in a subnet", "子网中路由器与服务器的地址"),
    Text("Find the subnet, then network + 1 and broadcast - 1.", "先求子网，再取网络地址 + 1 和广播地址 - 1。"),
    SUBNETS,
    HOSTS,
)
def assigned(dice: Dice, band: int) -> Question:
    net, _, prefix = parts_of(dice, band)
    place = dice.between(2, split(net, prefix).parts)
    subnet = nth_subnet(net, place, prefix)
    low, high = map(dotted, hosts(subnet))
    before = map(dotted, hosts(nth_subnet(net, place - 1, prefix)))
    return Question(
        ask=Text(
            f"{net} is cut into /{prefix} subnets. In number {place}, counted from 1, the router has the first usable "
            "address and the server the last. Which are they? (router, server)",
            f"把 {net} 划分成若干个 /{prefix} 子网，从 1 数起的第 {place} 个子网中，"
            "路由器用第一个可用地址，服务器用最后一个可用地址。它们分别是什么？（路由器，服务器）",
        ),
        form="addresses",
        answer=f"{low}, {high}",
        solution=worked(subnet),
        hints=(Text(f"Which is subnet number {place}?", f"第 {place} 个子网是哪个？"), *BLOCK_HINTS),
        slips=(
            slip(f"{high}, {low}", "The other way round: the router first.", "写反了：先写路由器。"),
            slip(
                f"{dotted(subnet.first)}, {dotted(subnet.last)}",
                "Network and broadcast address are no hosts.",
                "网络地址和广播地址不能给主机用。",
            ),
            slip(f"{low}, {dotted(subnet.last)}", "The server has the broadcast address.", "服务器用了广播地址。"),
            slip(", ".join(before), "That is the subnet before it.", "这是前一个子网。"),
        ),
    )


DRILLS: tuple[Drill, ...] = (
    split_prefix,
    bits_to_borrow,
    kth_subnet,
    assigned,
)
