"""Drills: subnets of different size in one network: VLSM, what is left free, gaps, overlaps."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, Slip, dotted
from prep.cards.drills.shared import (
    BLOCK_HINTS,
    CIDR,
    HOSTS,
    drill,
    listed,
    prefix_in,
    shown,
    slip,
    some_network,
    steps,
    wanted_hosts,
)
from prep.net.subnet.address import Network
from prep.net.subnet.describe import usable_hosts
from prep.net.subnet.plan import (
    exclude,
    fit,
    gap,
    overlaps,
    relation,
    split,
    vlsm,
)


def joined(nets: list[Network]) -> str:
    """Networks as an answer."""
    return ", ".join(map(str, nets))


SHAPES = ((1, 2, 3), (1, 2, 3, 3), (1, 3, 3), (2, 2, 3), (2, 2, 2, 3), (2, 3, 3, 4), (1, 3, 4), (2, 3, 4))


def some_count(dice: Dice, prefix: int) -> int:
    """As many hosts as a prefix is for, in hundreds where there are many."""
    count = wanted_hosts(dice, prefix)
    rounded = count // 100 * 100
    return rounded if count >= 1000 and fit(rounded) == prefix else count


def in_turn(net: Network, wanted: list[int]) -> list[Network]:
    """A subnet for each number of hosts in the order given, as long as there is room."""
    found: list[Network] = []
    for prefix in map(fit, wanted):
        if any(free.prefix <= prefix for free in exclude(net, found)):
            found.append(gap(net, found, prefix))
    return found


@drill(
    "v4-vlsm@1",
    Text("VLSM plan", "VLSM 规划"),
    Text("Largest first, each at the lowest free address.", "从大到小，依次放在最低的空闲位置。"),
    CIDR,
    HOSTS,
)
def vlsm_plan(dice: Dice, band: int) -> Question:
    shape = dice.pick(SHAPES)
    longest = prefix_in(dice, band, least=8 + shape[-1], most=29)
    net = some_network(dice, longest - shape[-1])
    sizes = [net.prefix + borrowed for borrowed in shape]
    wanted = [some_count(dice, size) for size in dice.shuffled(sizes)]
    placed, free = vlsm(net, wanted)
    careless = [place.network for place in vlsm(net, [max(1, count - 2) for count in wanted])[0]]
    orders = (
        (
            in_turn(net, wanted),
            "Taken in the order of the list; the largest comes first.",
            "按题目顺序分配了，应从大到小。",
        ),
        (
            in_turn(net, sorted(wanted)),
            "The smallest came first; begin with the largest.",
            "从小到大分配了，应从大到小。",
        ),
    )
    needs = ", ".join(map(str, wanted)), "、".join(map(str, wanted))
    rows = [(place.wanted, place.network, usable_hosts(4, place.network.prefix)) for place in placed]
    return Question(
        ask=Text(
            f"Cut {net} for networks of {needs[0]} hosts: the smallest that do, the largest first, each at the lowest "
            "free address. Which networks?",
            f"用 VLSM 划分 {net}，各子网分别要容纳 {needs[1]} 台主机：子网尽可能小，"
            "从大到小依次从最低的空闲地址开始分配。得到哪些子网？",
        ),
        form="networks",
        answer=joined([place.network for place in placed]),
        solution=steps(
            ("hosts: network (usable)", "主机数：子网（可用地址数）"),
            *((f"{count}: {subnet} ({most})", f"{count}：{subnet}（{most}）") for count, subnet, most in rows),
            (f"left free: {listed(free).en or 'nothing'}", f"剩余：{listed(free).zh or '无'}"),
        ),
        hints=(
            Text(
                "Find the prefix of each first: hosts + 2, rounded up to a power of 2.",
                "先求每个子网的前缀：主机数加 2，向上取 2 的幂。",
            ),
            Text("Each network begins where the one before it ended.", "每个子网从上一个子网结束处开始。"),
        ),
        slips=(
            slip(joined(careless), "Forgot the −2: too small for the hosts.", "忘了加 2：子网装不下这些主机。"),
            *(slip(joined(other), *why) for other, *why in orders if len(other) == len(wanted)),
        ),
    )


def occupied(dice: Dice, net: Network, sizes: tuple[int, ...], *fixed: Network) -> list[Network]:
    """Disjoint subnets of a network, each so many bits longer; some may be fixed."""
    used = list(fixed)
    for borrowed in sizes:
        cut = split(net, net.prefix + borrowed)
        parts = map(cut.subnet, range(cut.parts))
        used.append(dice.pick([part for part in parts if all(relation(part, other) == "disjoint" for other in used)]))
    return used


@drill(
    "v4-free@1",
    Text("What is left free", "求剩余的空闲地址块"),
    Text("Halve the network until the halves are used or free.", "不断对半分，直到每一块要么已用、要么空闲。"),
    CIDR,
)
def left_free(dice: Dice, band: int) -> Question:
    sizes = dice.pick(((1, 2), (2, 3), (1, 3), (2, 2, 3)))
    prefix = prefix_in(dice, band, least=8 + sizes[-1])
    net = some_network(dice, prefix - sizes[-1])
    used = occupied(dice, net, sizes)
    free, told = exclude(net, used), listed(dice.shuffled(used))
    pieces = [part for block in free for part in map(split(block, prefix).subnet, range(split(block, prefix).parts))]
    return Question(
        ask=Text(
            f"Of {net} these are in use: {told.en}. Which networks are left free? Give as few as possible.",
            f"{net} 中已使用 {told.zh}，还剩下哪些空闲的网络？用尽可能少的网络表示。",
        ),
        form="networks",
        answer=joined(free),
        solution=steps(
            *(
                (
                    f"{part}: {dotted(part.first)} - {dotted(part.last)} {'free' if part in free else 'used'}",
                    f"{part}：{dotted(part.first)} - {dotted(part.last)} {'空闲' if part in free else '已用'}",
                )
                for part in sorted([*free, *used])
            )
        ),
        hints=(
            Text("Write down where each used network begins and ends.", "写出每个已用网络的起止地址。"),
            Text("A block begins at a multiple of its size.", "每一块都从自身大小的整数倍处开始。"),
        ),
        slips=(
            slip(joined(pieces), "Neighbours can be joined to larger networks.", "相邻的块可以合并成更大的网络。"),
            slip(joined(used), "Those are the used ones.", "这些是已用的。"),
            *(
                slip(
                    joined([part for part in free if part != missed]),
                    f"{missed} is free too.",
                    f"{missed} 也是空闲的。",
                )
                for missed in free
                if len(free) > 1
            ),
        ),
    )


@drill(
    "v4-gap@1",
    Text("Lowest free network of a size", "求最低的空闲子网"),
    Text("Try the multiples of the block size from the start.", "从头开始逐个检查块大小的整数倍。"),
    CIDR,
)
def lowest_gap(dice: Dice, band: int) -> Question:
    longest = prefix_in(dice, band, least=12)
    net = some_network(dice, longest - 4)
    used = occupied(dice, net, (2, 3), split(net, longest).subnet(dice.below(2)))  # the very first is never free
    prefix = longest - 1
    answer, told = gap(net, used, prefix), listed(dice.shuffled(used))
    hole = Network(4, exclude(net, used)[0].first, prefix)
    cut = split(net, prefix)
    others = [part for part in map(cut.subnet, range(cut.parts)) if part != answer]
    taken = [(part, next((one for one in used if relation(part, one) != "disjoint"), None)) for part in others]
    return Question(
        ask=Text(
            f"Of {net} these are in use: {told.en}. What is the lowest free /{prefix}?",
            f"{net} 中已使用 {told.zh}，最低的空闲 /{prefix} 是哪个？",
        ),
        form="network",
        answer=str(answer),
        solution=steps(
            *(
                (f"{part} overlaps {one}", f"{part} 与 {one} 重叠")
                for part, one in taken
                if one and part.first < answer.first
            ),
            (f"{answer} is free", f"{answer} 空闲"),
        ),
        hints=BLOCK_HINTS,
        slips=(
            slip(
                shown(hole),
                "There is room, but too little, or it begins at no multiple of the size.",
                "这里有空闲，但空间不够，或起点不是块大小的整数倍。",
            ),
            *(
                slip(part, f"It overlaps {one}.", f"它与 {one} 重叠。")
                if one
                else slip(part, "Free, but not the lowest.", "空闲，但不是最低的。")
                for part, one in taken
            ),
        ),
    )


@drill(
    "v4-overlap@1",
    Text("Find the overlapping networks", "找出重叠的网络"),
    Text("Two networks overlap only where one holds the other.", "两个网络若重叠，必是一个包含另一个。"),
    CIDR,
)
def overlapping(dice: Dice, band: int) -> Question:
    longest = prefix_in(dice, band, least=13)
    nets = occupied(dice, some_network(dice, longest - 5), (2, 3, 3, 4))
    outer = dice.pick(nets[:3])
    inner = split(outer, longest).subnet(dice.below(split(outer, longest).parts))
    every = sorted([*nets, inner])
    pair, told = next(overlaps(every)), listed(dice.shuffled(every))
    apart = [(a, b) for a in every for b in every if a < b and relation(a, b) == "disjoint"]
    return Question(
        ask=Text(f"Which two of these networks overlap: {told.en}?", f"下面哪两个网络有重叠：{told.zh}？"),
        form="networks",
        answer=joined(list(pair)),
        solution=steps(
            *((f"{dotted(net.first)} - {dotted(net.last)}  {net}",) * 2 for net in every),
            (f"{pair[0]} holds {pair[1]}", f"{pair[0]} 包含 {pair[1]}"),
        ),
        hints=(
            Text("Sort them by their first address.", "按首地址排序。"),
            Text("Which begins before the one above it has ended?", "哪一个在前一个结束之前就开始了？"),
        ),
        slips=tuple(
            Slip(joined([a, b]), Text(f"{a} ends at {dotted(a.last)}.", f"{a} 到 {dotted(a.last)} 为止。"))
            for a, b in apart
        ),
    )


DRILLS: tuple[Drill, ...] = (
    vlsm_plan,
    left_free,
    lowest_gap,
    overlapping,
)
