"""Drills: which route of a table a packet takes.

Bands: 1 prefixes that end with an octet; 2 prefixes that end inside one; 3 the default route may be missing, and the
longest prefix may be a single host.
"""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, Slip, dotted
from prep.cards.drills.shared import CIDR, PRIVATE, drill, slip, some_host, steps
from prep.net.subnet.address import MASK, Network, network
from prep.net.subnet.plan import longest_match

DEFAULT, TEN = network("0.0.0.0/0"), network("10.0.0.0/8")
DROP = "drop"


def lengths(dice: Dice, band: int) -> list[int]:
    """Of routes that hold one another, the widest first."""
    if band == 1:
        return [0, 8, 16, 24]
    if band == 2:
        return [0, dice.between(9, 15), dice.between(17, 23), dice.between(25, 30)]
    default = [0] if dice.below(2) else []
    return [*default, dice.between(9, 14), dice.between(15, 20), dice.between(21, 26), dice.between(27, 32)]


def beside(net: Network) -> Network:
    """The other half of what is one bit wider."""
    return Network(net.version, net.first ^ net.total, net.prefix)


def within(dice: Dice, net: Network) -> Network:
    return Network(4, some_host(dice, net).address if net.total > 2 else net.first, 32)


def table(dice: Dice, band: int) -> tuple[list[Network], Network]:
    """Routes in any order, and an address that lies in one of them or right beside it."""
    sizes = lengths(dice, band)
    number = TEN.first + dice.below(TEN.total)
    chain = [Network(4, number & MASK[4][prefix], prefix) for prefix in sizes]
    neighbours = [beside(net) for net in chain if net.prefix > TEN.prefix]
    routes = dice.shuffled([*chain, *dice.shuffled(neighbours)[: dice.between(1, 6 - len(chain))]])
    outside = [dice.pick([block for block in PRIVATE if block != TEN])] if band == 1 else []
    target = dice.pick([*(net for net in chain if net != DEFAULT), *neighbours, *outside])
    return routes, within(dice, target)


@drill(
    "v4-lpm@1",
    Text("Next hop by the longest prefix", "按最长前缀匹配选下一跳"),
    Text(
        "Of the routes that hold the address the longest prefix wins; the default route holds all and comes last.",
        "在包含该地址的路由中，前缀最长的胜出；默认路由什么都包含，排在最后。",
    ),
    ("RFC 1812", "5.2.4.3"),
    ("RFC 1812", "4.3.3.1"),
    CIDR,
)
def next_hop(dice: Dice, band: int) -> Question:
    routes, to = table(dice, band)
    hops = {route: f"R{place}" for place, route in enumerate(routes, 1)}
    best, shown = longest_match(routes, to), dotted(to.address)
    rows = "\n".join(f"{route!s:18} via {hop}" for route, hop in hops.items())
    return Question(
        ask=Text(
            f"A router has these routes:\n{rows}\nWhich next hop gets a packet to {shown}? Answer R1 to "
            f"R{len(routes)}, or drop if no route matches.",
            f"路由器有这些路由：\n{rows}\n发往 {shown} 的分组交给哪个下一跳？答 R1 到 R{len(routes)} 之一；"
            "没有匹配的路由则答“丢弃”。",
        ),
        form="word",
        answer=hops[best] if best else DROP,
        solution=steps(*(_compared(route, to) for route in sorted(routes, key=_longest_first)), _verdict(best, hops)),
        hints=(
            Text(
                "Which routes hold the address at all? Write down their ranges.",
                "先看哪些路由包含这个地址：写出各自的范围。",
            ),
            Text(
                "Of those that do the longest prefix wins; the order of the rows does not count.",
                "在包含它的路由中，前缀最长的胜出，与表中的先后无关。",
            ),
        ),
        slips=(*(Slip(hop, _why_not(route, to, best)) for route, hop in hops.items()), *_never_drop(best)),
    )


def _longest_first(route: Network) -> tuple[int, int]:
    return -route.prefix, route.first


def _span(route: Network) -> str:
    first, last = dotted(route.first), dotted(route.last)
    return first if first == last else f"{first} - {last}"


def _compared(route: Network, to: Network) -> tuple[str, str]:
    held = longest_match([route], to) is not None
    return (
        f"{route}: {_span(route)}, {'matches' if held else 'no'}",
        f"{route}：{_span(route)}，{'匹配' if held else '不匹配'}",
    )


def _verdict(best: Network | None, hops: dict[Network, str]) -> tuple[str, str]:
    if best is None:
        return "no route matches: drop (ICMP Destination Unreachable)", "没有匹配的路由：丢弃（ICMP 目的不可达）"
    return f"the longest that matches: {best} via {hops[best]}", f"匹配的路由中前缀最长的：{best} via {hops[best]}"


def _why_not(route: Network, to: Network, best: Network | None) -> Text:
    if best and longest_match([route], to):
        return Text(
            f"{route} matches too, but {best} has the longer prefix.", f"{route} 也匹配，但 {best} 的前缀更长。"
        )
    return Text(f"{route} holds only {_span(route)}.", f"{route} 只包含 {_span(route)}。")


def _never_drop(best: Network | None) -> tuple[Slip, ...]:
    return (slip(DROP, f"{best} matches.", f"{best} 是匹配的。"),) if best else ()


DRILLS: tuple[Drill, ...] = (next_hop,)
