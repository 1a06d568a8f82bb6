"""Drills: where an IPv4 address belongs: its role in a network, its neighbours, the subnet that holds it."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, Slip, dotted
from prep.cards.drills.shared import (
    AND,
    BLOCK_HINTS,
    CIDR,
    HOSTS,
    SUBNETS,
    drill,
    listed,
    mask,
    prefix_in,
    shown,
    slip,
    some_host,
    some_network,
    steps,
    worked,
)
from prep.net.subnet.address import Network
from prep.net.subnet.describe import hosts, role
from prep.net.subnet.explain import Block
from prep.net.subnet.plan import (
    following,
    split,
)

ROLES = {
    "network": ("Its host bits are all 0: the network address.", "主机位全为 0，是网络地址。"),
    "broadcast": ("Its host bits are all 1: the broadcast address.", "主机位全为 1，是广播地址。"),
    "host": (
        "Its host bits are neither all 0 nor all 1: a host. Look at all host bits, not at the last octet alone.",
        "主机位既不全为 0 也不全为 1，是主机地址。要看全部主机位，不能只看最后一个字节。",
    ),
}


@drill(
    "v4-role@1",
    Text("Host, network or broadcast?", "主机、网络还是广播地址？"),
    Text(
        "Host bits all 0: network; all 1: broadcast; else a host.",
        "主机位全 0 是网络地址，全 1 是广播地址，否则是主机地址。",
    ),
    HOSTS,
    SUBNETS,
)
def role_of_address(dice: Dice, band: int) -> Question:
    net = some_network(dice, prefix_in(dice, band))
    tempting = [net.first + 255, net.last - 255, net.first + 256] if net.total >= 512 else [net.first + 1, net.last - 1]
    address = dice.pick([net.first, net.last, dice.pick(tempting)])
    net = Network(4, address, net.prefix)
    answer = role(net)
    return Question(
        ask=Text(
            f"What is {shown(net)}: host, network or broadcast (address)?",
            f"{shown(net)} 是什么地址：主机、网络还是广播？",
        ),
        form="word",
        answer=answer,
        solution=worked(net),
        hints=(
            Text("Find the host bits first; they may span several octets.", "先找出主机位，它们可能跨好几个字节。"),
            Text("Are they all 0, all 1, or neither?", "它们全为 0、全为 1，还是都不是？"),
        ),
        slips=tuple(slip(word, *ROLES[answer]) for word in ROLES),
    )


@drill(
    "v4-same@1",
    Text("In the same subnet?", "是否在同一子网？"),
    Text("AND both addresses with the mask and compare.", "两个地址分别与掩码按位与，再比较结果。"),
    AND,
    ("RFC 1122", "3.3.1.1"),
)
def same_subnet(dice: Dice, band: int) -> Question:
    prefix = prefix_in(dice, band)
    halves = split(some_network(dice, prefix - 1), prefix)
    left, right = halves.subnet(0), halves.subnet(1)
    reach = min(20, left.total // 2 - 1)
    near, far = dice.between(1, reach), dice.between(1, reach)
    # alike but apart: around the border; apart but alike: at both ends of one subnet
    one, other = dice.pick([(left.last - near, right.first + far), (left.first + near, left.last - far)])
    a, b = (Network(4, number, prefix) for number in dice.shuffled([one, other]))
    told, answer = dice.pick([f"/{prefix}", mask(prefix)]), "yes" if a.network == b.network else "no"
    lines = [f"{dotted(net.address)} AND {mask(prefix)} = {dotted(net.first)}" for net in (a, b)]
    verdict = ("same network: yes", "网络相同：是") if answer == "yes" else ("different networks: no", "网络不同：否")
    why = Text(f"{lines[0]}; {lines[1]}.", f"{lines[0]}；{lines[1]}。")
    return Question(
        ask=Text(
            f"Mask {told}: are {dotted(a.address)} and {dotted(b.address)} in the same subnet? (yes / no)",
            f"掩码为 {told} 时，{dotted(a.address)} 和 {dotted(b.address)} 在同一个子网吗？（是 / 否）",
        ),
        form="word",
        answer=answer,
        solution=steps(*((line, line) for line in lines), verdict),
        hints=BLOCK_HINTS,
        slips=(Slip("yes", why), Slip("no", why)),
    )


@drill(
    "v4-which@1",
    Text("Which subnet holds the address?", "地址属于哪个子网？"),
    Text("A subnet ends one before the next one begins.", "每个子网到下一个子网的前一个地址为止。"),
    CIDR,
)
def which_holds(dice: Dice, band: int) -> Question:
    prefix = prefix_in(dice, band, least=11)
    parts = split(some_network(dice, prefix - 3), prefix)
    nets = [parts.subnet(place) for place in dice.shuffled(range(parts.parts))[:4]]
    held, shuffled = some_host(dice, nets[0]), listed(dice.shuffled(nets))
    host = dotted(held.address)
    return Question(
        ask=Text(f"Which of these holds {host}: {shuffled.en}?", f"{host} 属于哪个子网：{shuffled.zh}？"),
        form="network",
        answer=str(held),
        solution=worked(held),
        hints=BLOCK_HINTS,
        slips=tuple(
            slip(
                net,
                f"{net} goes from {dotted(net.first)} to {dotted(net.last)}.",
                f"{net} 的范围是 {dotted(net.first)} 到 {dotted(net.last)}。",
            )
            for net in nets
        ),
    )


@drill(
    "v4-next@1",
    Text("Next or previous network", "求下一个或上一个网络"),
    Text("Add or take off the block size in the octet of the border.", "在分界所在的字节上加或减一个块大小。"),
    CIDR,
)
def next_network(dice: Dice, band: int) -> Question:
    prefix = prefix_in(dice, band, least=10)
    net = split(some_network(dice, prefix - 2), prefix).subnet(dice.between(1, 2))
    step, block = dice.pick([1, -1]), Block(net)
    answer = following(net, step)
    en, zh = ("after", "后") if step == 1 else ("before", "前")
    one = Network(4, net.first + (step << 32 - 8 * block.octet), prefix)
    return Question(
        ask=Text(
            f"Which network of the same size comes right {en} {net}?",
            f"与 {net} 大小相同、紧挨在它{zh}面的网络是哪个？",
        ),
        form="network",
        answer=str(answer),
        solution=steps(
            (
                f"The border falls in octet {block.octet}; block size 256 - {block.mask} = {block.size}.",
                f"分界落在第 {block.octet} 个字节；块大小 256 - {block.mask} = {block.size}。",
            ),
            (
                f"{net} {step * block.size:+d} in that octet: {answer}",
                f"{net} 的该字节 {step * block.size:+d}：{answer}",
            ),
        ),
        hints=BLOCK_HINTS,
        slips=(
            slip(following(net, -step), "That is the other direction.", "方向反了。"),
            slip(following(net, 2 * step), "That is one too far.", "多走了一个网络。"),
            slip(net, "That is the network itself.", "这就是它自己。"),
            slip(shown(one), f"Moved by 1; the block size is {block.size}.", f"只移动了 1；块大小是 {block.size}。"),
        ),
    )


FAULTS = {
    "network": ("The host has the network address.", "主机配成了网络地址。"),
    "broadcast": ("The host has the broadcast address.", "主机配成了广播地址。"),
    "gateway": ("The gateway is in another subnet.", "网关不在主机的子网里。"),
    "fine": ("Two hosts of one subnet: nothing is wrong.", "都是同一子网的主机地址，没有问题。"),
}


@drill(
    "v4-fault@1",
    Text("Spot the error in a host's settings", "找出主机配置的错误"),
    Text(
        "The host must be a host, the gateway a host of the same subnet.", "主机必须是主机地址，网关必须在同一子网里。"
    ),
    HOSTS,
    ("RFC 1122", "3.3.1.1"),
)
def find_fault(dice: Dice, band: int) -> Question:
    prefix = prefix_in(dice, band)
    halves = split(some_network(dice, prefix - 1), prefix)
    net, other = halves.subnet(0), halves.subnet(1)
    planned = dice.pick(sorted(FAULTS))
    ends = {"network": net.first, "broadcast": net.last}
    host = Network(4, ends.get(planned, net.first + dice.between(2, net.total - 2)), prefix)
    gate = Network(4, hosts(other)[0] if planned == "gateway" else net.first + 1, prefix)
    kind = role(host)
    answer = kind if kind != "host" else "fine" if host.network == gate.network else "gateway"
    return Question(
        ask=Text(
            f"Address {dotted(host.address)}, mask {mask(prefix)}, gateway {dotted(gate.address)}. What is wrong: "
            "network (the host has the network address), broadcast (it has the broadcast address), gateway (not in the "
            "subnet) or fine (nothing)?",
            f"地址 {dotted(host.address)}，掩码 {mask(prefix)}，网关 {dotted(gate.address)}。哪里错了："
            "网络（主机用了网络地址）、广播（主机用了广播地址）、网关（不在子网里）、正确（没有错）？",
        ),
        form="word",
        answer=answer,
        solution=worked(host),
        hints=(
            Text("Compute network and broadcast address of the host.", "先求出主机的网络地址和广播地址。"),
            Text("Then see whether the gateway lies between them.", "再看网关是否落在两者之间。"),
        ),
        slips=tuple(slip(word, *FAULTS[answer]) for word in FAULTS),
    )


DRILLS: tuple[Drill, ...] = (
    role_of_address,
    same_subnet,
    which_holds,
    next_network,
    find_fault,
)
