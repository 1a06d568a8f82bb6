"""Drills: access lists with wildcard masks, and routes summarised to one."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, Slip, dotted
from prep.cards.drills.shared import (
    AGGREGATION,
    CISCO,
    drill,
    listed,
    mask,
    prefix_in,
    slip,
    some_network,
    steps,
    wildcard,
)
from prep.net.subnet.address import ALL, Network
from prep.net.subnet.plan import (
    merge,
    split,
    supernet,
)


@drill(
    "v4-acl@1",
    Text("Wildcard mask for a range", "为一段地址写 ACL 的反掩码"),
    Text("First address of the block, and last minus first as wildcard.", "块的首地址，末地址减首地址就是反掩码。"),
    (CISCO, "Masks"),
    (CISCO, "ACL Summarization"),
)
def acl_for_range(dice: Dice, band: int) -> Question:
    net = some_network(dice, prefix_in(dice, band))
    first, last, bits = dotted(net.first), dotted(net.last), wildcard(net.prefix)
    return Question(
        ask=Text(
            f"Which address and wildcard mask in an access list match exactly {first} to {last}?",
            f"访问控制列表中，用什么地址和反掩码恰好匹配 {first} 到 {last}？",
        ),
        form="matched",
        answer=f"{first} {bits}",
        solution=steps((f"{last} - {first} = {bits}, octet by octet", f"{last} - {first} = {bits}（逐字节相减）")),
        hints=(
            Text("In a wildcard 0 means must match, 1 means any.", "反掩码中 0 表示必须匹配，1 表示任意。"),
            Text("Subtract first from last, octet by octet.", "用末地址逐字节减去首地址。"),
        ),
        slips=(
            slip(
                f"{first} {mask(net.prefix)}",
                "That is the mask; an access list takes the wildcard.",
                "这是子网掩码，ACL 要用反掩码。",
            ),
            slip(
                f"{first} {dotted((ALL[4] >> net.prefix) + 1)}",
                "That is the block size; the wildcard is one less.",
                "这是块大小，反掩码要再减 1。",
            ),
            slip(f"{first} {wildcard(net.prefix + 1)}", "That matches the first half only.", "只匹配了前一半。"),
            slip(
                f"{first} {wildcard(net.prefix - 1)}", "That matches twice as many addresses.", "匹配的地址多了一倍。"
            ),
        ),
    )


@drill(
    "v4-acl-match@1",
    Text("What an access list matches", "ACL 匹配哪些地址"),
    Text("From the address to address + wildcard.", "从该地址到该地址加反掩码。"),
    (CISCO, "Masks"),
)
def acl_matches(dice: Dice, band: int) -> Question:
    net = some_network(dice, prefix_in(dice, band))
    first, last, bits = dotted(net.first), dotted(net.last), wildcard(net.prefix)
    return Question(
        ask=Text(
            f"access-list 10 permit {first} {bits}: which addresses does it match? Give the first and the last.",
            f"access-list 10 permit {first} {bits} 匹配哪些地址？写出第一个和最后一个。",
        ),
        form="addresses",
        answer=f"{first} - {last}",
        solution=steps((f"{first} + {bits} = {last}, octet by octet", f"{first} + {bits} = {last}（逐字节相加）")),
        hints=(
            Text("In a wildcard 0 means must match, 1 means any.", "反掩码中 0 表示必须匹配，1 表示任意。"),
            Text("Add the wildcard to the address, octet by octet.", "地址与反掩码逐字节相加。"),
        ),
        slips=(
            slip(
                f"{dotted(net.first + 1)} - {dotted(net.last - 1)}",
                "A list matches all of them, network and broadcast address too.",
                "ACL 匹配全部地址，包括网络地址和广播地址。",
            ),
            slip(
                f"{first} - {dotted(net.first | 255)}", "Look at all octets of the wildcard.", "要看反掩码的每个字节。"
            ),
            slip(f"{first} - {dotted(net.first + (net.total >> 1) - 1)}", "That is the first half.", "这只是前一半。"),
            slip(f"{first} - {dotted(net.last + 1)}", "One too far: that is the next block.", "多了一个，已到下一块。"),
        ),
    )


LONGEST = ("RFC 4632", "5.1")


SUMMARY_HINTS = (
    Text("Which leading bits do all of them share?", "它们共有的前导位有多少？"),
    Text("Write the octet in which they differ in binary.", "把有差异的那个字节写成二进制。"),
)


def summary_slips(net: Network) -> tuple[Slip, ...]:
    longer, shorter = Network(4, net.first, net.prefix + 1), Network(4, net.first, net.prefix - 1).network
    return (
        slip(
            longer,
            f"It ends at {dotted(longer.last)}: some are outside.",
            f"它到 {dotted(longer.last)} 为止，漏掉了一部分。",
        ),
        slip(shorter, "It holds them all, but a smaller one does too.", "虽然全包含了，但有更小的网络也行。"),
    )


def in_binary(nets: list[Network], net: Network) -> list[tuple[str, str]]:
    """The octet of the border for each network, with `|` behind the common bits."""
    octet = net.prefix // 8 + 1
    at = net.prefix - 8 * (octet - 1)
    rows = []
    for one in nets:
        bits = f"{one.first >> 32 - 8 * octet & 255:08b}"
        rows.append(
            (f"octet {octet}: {bits[:at]}|{bits[at:]}  {one}", f"第 {octet} 字节：{bits[:at]}|{bits[at:]}  {one}")
        )
    return rows


@drill(
    "v4-summary@1",
    Text("Summarise contiguous routes", "汇总连续路由"),
    Text(
        "2^n aligned networks of a size make one whose prefix is n shorter.",
        "2^n 个对齐、等长的网络合成一个，前缀缩短 n 位。",
    ),
    AGGREGATION,
    LONGEST,
)
def summary(dice: Dice, band: int) -> Question:
    prefix, bits = prefix_in(dice, band, most=28), dice.between(1, 3)
    cut = split(some_network(dice, prefix), min(prefix + bits, 30))
    routes = [cut.subnet(place) for place in range(cut.parts)]
    if cut.parts == 4 and cut.prefix < 30 and dice.below(2):
        routes[2:] = [cut.subnet(2), *map(split(cut.subnet(3), cut.prefix + 1).subnet, range(2))]
    [answer] = merge(routes)
    told = listed(dice.shuffled(routes))
    return Question(
        ask=Text(f"Summarise to one route: {told.en}.", f"把以下路由汇总成一条：{told.zh}。"),
        form="network",
        answer=str(answer),
        solution=steps(
            *in_binary(sorted(routes), answer),
            (f"{answer.prefix} common bits: {answer}", f"前 {answer.prefix} 位相同：{answer}"),
        ),
        hints=SUMMARY_HINTS,
        slips=(*summary_slips(answer), slip(routes[0], "That is the first of them only.", "这只是其中第一条。")),
    )


@drill(
    "v4-supernet@1",
    Text("Smallest common supernet", "最小的公共超网"),
    Text("The prefix is the number of leading bits that all share.", "前缀长度就是全部网络共有的前导位数。"),
    AGGREGATION,
    LONGEST,
)
def common_supernet(dice: Dice, band: int) -> Question:
    prefix = prefix_in(dice, band, most=27)
    cut = split(some_network(dice, prefix), prefix + 3)
    places = sorted({dice.below(4), 4 + dice.below(4), dice.below(8)})
    routes = [cut.subnet(place) for place in places]
    answer, extra = supernet(routes)
    told, held = listed(dice.shuffled(routes)), sum(net.total for net in routes)
    solution = steps(
        *in_binary(routes, answer),
        (f"{answer.prefix} common bits: {answer}", f"前 {answer.prefix} 位相同：{answer}"),
        (
            f"{answer.total} - {held} = {extra} addresses more than the networks have",
            f"{answer.total} - {held} = {extra}，即多出的地址数",
        ),
    )
    if dice.below(2):
        ask = Text(
            f"What is the smallest single network that holds {told.en}?", f"能同时包含 {told.zh} 的最小网络是哪个？"
        )
        slips = (*summary_slips(answer), slip(routes[0], "That is the first of them only.", "这只是其中第一个。"))
        return Question(ask, "network", str(answer), solution, SUMMARY_HINTS, slips)
    return Question(
        ask=Text(
            f"{told.en} are announced as one route, as small as possible. How many addresses does it "
            "hold that are in none of them?",
            f"把 {told.zh} 汇总成一条尽可能小的路由，会多包含多少个不属于它们的地址？",
        ),
        form="number",
        answer=str(extra),
        solution=solution,
        hints=SUMMARY_HINTS,
        slips=(
            slip(answer.total, "Those are all addresses of the route.", "这是汇总路由的全部地址数。"),
            slip(held, "Those are the addresses of the networks.", "这是原有网络的地址数。"),
            slip(2 * answer.total - held, "The route can be smaller.", "汇总路由还可以更小。"),
        ),
    )


DRILLS: tuple[Drill, ...] = (
    acl_for_range,
    acl_matches,
    summary,
    common_supernet,
)
