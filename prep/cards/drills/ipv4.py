"""Drills: an IPv4 address and the parts of its network: network and broadcast address, first and last host."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, Slip, dotted
from prep.cards.drills.shared import (
    AND,
    BLOCK_HINTS,
    CIDR,
    HOSTS,
    SUBNETS,
    drill,
    mask,
    prefix_in,
    shown,
    slip,
    some_host,
    some_network,
    worked,
)
from prep.net.subnet.address import ALL, Network
from prep.net.subnet.describe import broadcast, hosts

BROADCAST = ("RFC 919", "7")


def host_in(dice: Dice, band: int) -> Network:
    return some_host(dice, some_network(dice, prefix_in(dice, band)))


def cut(net: Network) -> Network:
    """As it looks to someone who takes whole octets only."""
    return Network(4, net.address, net.prefix // 8 * 8)


def is_network(net: Network) -> Slip:
    return slip(dotted(net.first), "That is the network address.", "这是网络地址。")


def is_broadcast(net: Network) -> Slip:
    return slip(dotted(net.last), "That is the broadcast address.", "这是广播地址。")


def is_first(net: Network) -> Slip:
    return slip(dotted(hosts(net)[0]), "That is the first host.", "这是第一个主机地址。")


def is_last(net: Network) -> Slip:
    return slip(dotted(hosts(net)[1]), "That is the last host.", "这是最后一个主机地址。")


def is_itself(net: Network) -> Slip:
    return slip(dotted(net.address), "That is the host itself.", "这就是主机地址本身。")


def cut_first(net: Network, more: int = 0) -> Slip:
    return slip(
        dotted(cut(net).first + more),
        f"Cut at a whole octet; /{net.prefix} ends inside one.",
        f"按整字节截断了；/{net.prefix} 的分界在字节中间。",
    )


def cut_last(net: Network, more: int = 0) -> tuple[Slip, Slip]:
    return (
        slip(
            dotted(cut(net).last + more),
            f"Filled a whole octet; /{net.prefix} ends inside one.",
            f"把整个字节都置 1 了；/{net.prefix} 的分界在字节中间。",
        ),
        slip(
            dotted((net.first | 255) + more),
            "Filled the last octet only; see where the host bits begin.",
            "只填满了最后一个字节；看清主机位从哪里开始。",
        ),
    )


def part(net: Network, ask: Text, answer: int, *slips: Slip) -> Question:
    return Question(ask, "address", dotted(answer), worked(net), BLOCK_HINTS, slips)


@drill(
    "v4-network@1",
    Text("Network address of a host", "求主机所在的网络地址"),
    Text("AND the address with the mask: the host bits become 0.", "地址与掩码按位与：主机位全部变为 0。"),
    AND,
    CIDR,
)
def network_of_host(dice: Dice, band: int) -> Question:
    net = host_in(dice, band)
    ask = Text(f"Which network is {shown(net)} in? Give its network address.", f"{shown(net)} 所在的网络地址是什么？")
    return part(net, ask, net.first, is_broadcast(net), is_first(net), is_itself(net), cut_first(net))


@drill(
    "v4-network-mask@1",
    Text("Network address from a dotted mask", "由点分掩码求网络地址"),
    Text("Only the octet whose mask is neither 255 nor 0 needs work.", "只需计算掩码既不是 255 也不是 0 的那个字节。"),
    AND,
)
def network_from_mask(dice: Dice, band: int) -> Question:
    net = host_in(dice, band)
    host, bits = dotted(net.address), mask(net.prefix)
    ask = Text(
        f"A host has the address {host} and the mask {bits}. What is its network address?",
        f"某主机的地址是 {host}，子网掩码是 {bits}，它所在的网络地址是什么？",
    )
    return part(net, ask, net.first, is_broadcast(net), is_first(net), is_itself(net), cut_first(net))


@drill(
    "v4-broadcast@1",
    Text("Broadcast address of a host's network", "求主机所在网络的广播地址"),
    Text("Set all host bits to 1; it is one before the next network.", "主机位全部置 1，即下一个网络地址减 1。"),
    SUBNETS,
    BROADCAST,
)
def broadcast_of_host(dice: Dice, band: int) -> Question:
    net = host_in(dice, band)
    answer = broadcast(net)
    assert answer is not None
    ask = Text(
        f"What is the broadcast address of the network that holds {shown(net)}?",
        f"{shown(net)} 所在网络的广播地址是什么？",
    )
    beyond = slip(
        dotted(answer + 1 & ALL[4]),
        "That is the next network; the broadcast address is one before it.",
        "这是下一个网络的网络地址，减 1 才是广播地址。",
    )
    return part(net, ask, answer, is_network(net), is_last(net), beyond, *cut_last(net))


@drill(
    "v4-first@1",
    Text("First host of a network", "求第一个可用主机地址"),
    Text("Network address + 1.", "网络地址加 1。"),
    HOSTS,
    CIDR,
)
def first_host(dice: Dice, band: int) -> Question:
    net = host_in(dice, band)
    ask = Text(
        f"What is the first usable host address in the network of {shown(net)}?",
        f"{shown(net)} 所在网络的第一个可用主机地址是什么？",
    )
    return part(net, ask, hosts(net)[0], is_network(net), is_last(net), is_broadcast(net), cut_first(net, 1))


@drill(
    "v4-last@1",
    Text("Last host of a network", "求最后一个可用主机地址"),
    Text("Broadcast address - 1.", "广播地址减 1。"),
    HOSTS,
    CIDR,
)
def last_host(dice: Dice, band: int) -> Question:
    net = host_in(dice, band)
    ask = Text(
        f"What is the last usable host address in the network of {shown(net)}?",
        f"{shown(net)} 所在网络的最后一个可用主机地址是什么？",
    )
    return part(net, ask, hosts(net)[1], is_broadcast(net), is_network(net), is_first(net), *cut_last(net, -1))


@drill(
    "v4-range@1",
    Text("Host range of a network", "求可用主机地址范围"),
    Text("From network + 1 to broadcast - 1.", "从网络地址 + 1 到广播地址 - 1。"),
    HOSTS,
    CIDR,
)
def host_range(dice: Dice, band: int) -> Question:
    net = host_in(dice, band)
    low, high = hosts(net)

    def wrong(first: int, last: int, en: str, zh: str) -> Slip:
        return slip(f"{dotted(first)} - {dotted(last)}", en, zh)

    return Question(
        ask=Text(
            f"Which addresses can hosts have in the network of {shown(net)}? Give the first and the last.",
            f"{shown(net)} 所在网络的可用主机地址范围是什么？写出第一个和最后一个。",
        ),
        form="addresses",
        answer=f"{dotted(low)} - {dotted(high)}",
        solution=worked(net),
        hints=BLOCK_HINTS,
        slips=(
            wrong(
                net.first, net.last, "Network and broadcast address are no hosts.", "网络地址和广播地址不能给主机用。"
            ),
            wrong(low, net.last, "The last one is the broadcast address.", "最后一个是广播地址，不能给主机用。"),
            wrong(net.first, high, "The first one is the network address.", "第一个是网络地址，不能给主机用。"),
            wrong(
                cut(net).first + 1, cut(net).last - 1, "That is the range of whole octets.", "这是按整字节划分的范围。"
            ),
        ),
    )


DRILLS: tuple[Drill, ...] = (
    network_of_host,
    network_from_mask,
    broadcast_of_host,
    first_host,
    last_host,
    host_range,
)
