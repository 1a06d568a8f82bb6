"""Drills: how many addresses, hosts and subnets; how large a subnet must be; what clouds take of it."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, dotted
from prep.cards.drills.shared import (
    CIDR,
    HOST_HINTS,
    HOSTS,
    PREFIXES,
    PRIVATE,
    SUBNETS,
    drill,
    mask,
    prefix_in,
    sized,
    slip,
    some_network,
    steps,
    wanted_hosts,
)
from prep.net.subnet.address import Network
from prep.net.subnet.derived import CLOUDS, cloud
from prep.net.subnet.describe import class_of, usable_hosts
from prep.net.subnet.plan import (
    fit,
    split,
)


@drill(
    "v4-usable@1",
    Text("Usable hosts of a prefix", "前缀的可用主机数"),
    Text(
        "2^(32-n) - 2: the network and the broadcast address are no hosts.",
        "2^(32-n) - 2：网络地址和广播地址不能给主机用。",
    ),
    CIDR,
    HOSTS,
)
def usable(dice: Dice, band: int) -> Question:
    prefix = prefix_in(dice, band)
    told, total, answer = sized(dice, prefix), Network(4, 0, prefix).total, usable_hosts(4, prefix)
    return Question(
        ask=Text(f"How many usable host addresses does {told.en} have?", f"{told.zh}有多少个可用的主机地址？"),
        form="number",
        answer=str(answer),
        solution=Text(
            f"2^(32-{prefix}) = {total} addresses, less network and broadcast address: {total} - 2 = {answer}",
            f"2^(32-{prefix}) = {total} 个地址，减去网络地址和广播地址：{total} - 2 = {answer}",
        ),
        hints=HOST_HINTS,
        slips=(
            slip(
                total,
                "Forgot the −2: network and broadcast address are no hosts.",
                "忘了减 2：网络地址和广播地址不能给主机用。",
            ),
            slip(total - 1, "Two addresses are lost, not one.", "要减去两个地址，不是一个。"),
            slip(
                (1 << prefix) - 2,
                "That counts the network bits; hosts are in the other bits.",
                "这是按网络位算的，应按主机位算。",
            ),
            slip(2 * total - 2, "One host bit too many.", "主机位多算了一位。"),
        ),
    )


@drill(
    "v4-total@1",
    Text("All addresses of a prefix", "前缀包含的地址总数"),
    Text("2^(32-n), network and broadcast address among them.", "2^(32-n)，包括网络地址和广播地址。"),
    CIDR,
)
def total_addresses(dice: Dice, band: int) -> Question:
    prefix = prefix_in(dice, band)
    told, answer = sized(dice, prefix), Network(4, 0, prefix).total
    return Question(
        ask=Text(f"How many addresses does {told.en} have in all?", f"{told.zh}一共有多少个地址？"),
        form="number",
        answer=str(answer),
        solution=steps((f"2^(32-{prefix}) = 2^{32 - prefix} = {answer}",) * 2),
        hints=(HOST_HINTS[0], Text("2 to the number of host bits.", "2 的主机位数次方。")),
        slips=(
            slip(
                usable_hosts(4, prefix),
                "Those are the usable hosts; all addresses are asked.",
                "这是可用主机数，问的是地址总数。",
            ),
            slip(1 << prefix, "That counts the network bits.", "这是按网络位算的。"),
            slip(2 * answer, "One host bit too many.", "主机位多算了一位。"),
            slip(answer // 2, "One host bit too few.", "主机位少算了一位。"),
        ),
    )


def fitted(ask: Text, hosts: int, more: tuple[str, str, str] | None = None) -> Question:
    prefix = fit(hosts)
    total, most, less = Network(4, 0, prefix).total, usable_hosts(4, prefix), usable_hosts(4, prefix + 1)
    return Question(
        ask=ask,
        form="prefix",
        answer=f"/{prefix}",
        solution=steps(
            (
                f"{hosts} + 2 = {hosts + 2} ≤ 2^{32 - prefix} = {total}",
                f"{hosts} + 2 = {hosts + 2} ≤ 2^{32 - prefix} = {total}",
            ),
            (
                f"32 - {32 - prefix} = {prefix}: /{prefix}, mask {mask(prefix)}",
                f"32 - {32 - prefix} = {prefix}：/{prefix}，掩码 {mask(prefix)}",
            ),
        ),
        hints=(
            Text("Which power of 2 holds the hosts and two addresses more?", "哪个 2 的幂装得下主机数再加两个地址？"),
            Text("Its exponent is the number of host bits; take it off 32.", "指数就是主机位数，用 32 减去它。"),
        ),
        slips=(
            *([slip(*more)] if more else []),
            slip(
                f"/{prefix + 1}",
                f"A /{prefix + 1} has {total // 2} addresses, of which {less} are usable: too few.",
                f"/{prefix + 1} 有 {total // 2} 个地址，其中可用的只有 {less} 个，不够。",
            ),
            slip(
                f"/{prefix - 1}",
                f"A /{prefix} with {most} usable addresses is enough.",
                f"/{prefix} 有 {most} 个可用地址，已经够了。",
            ),
            slip(f"/{32 - prefix}", "That is the number of host bits.", "这是主机位数。"),
        ),
    )


@drill(
    "v4-fit@1",
    Text("Smallest subnet for so many hosts", "容纳若干主机的最小子网"),
    Text("The least power of 2 that is at least hosts + 2.", "取不小于主机数加 2 的最小 2 的幂。"),
    CIDR,
    HOSTS,
)
def smallest_for(dice: Dice, band: int) -> Question:
    hosts = wanted_hosts(dice, prefix_in(dice, band, most=29))
    return fitted(
        Text(
            f"What is the smallest subnet for {hosts} hosts? Give its prefix or mask.",
            f"要容纳 {hosts} 台主机，最小的子网是多大？写出前缀长度或掩码。",
        ),
        hosts,
    )


@drill(
    "v4-fit-growth@1",
    Text("Smallest subnet with room to grow", "预留增长空间的最小子网"),
    Text("Add the growth first, then 2, then round up to a power of 2.", "先加增长量，再加 2，再向上取 2 的幂。"),
    CIDR,
    HOSTS,
)
def smallest_grown(dice: Dice, band: int) -> Question:
    prefix, percent = prefix_in(dice, band, most=26), dice.pick([20, 25, 50, 100])
    least, most = (usable_hosts(4, longer) * 100 // (100 + percent) // 20 for longer in (prefix + 1, prefix))
    now = 20 * dice.between(least + 1, most)  # so that the growth is a whole number
    grown = now * (100 + percent) // 100
    less = (f"/{fit(now)}", "That is enough today, without the growth.", "只够现在用，没有算增长。")
    return fitted(
        Text(
            f"{now} hosts today, {percent} % more expected. What is the smallest subnet for them? Give prefix or mask.",
            f"现有 {now} 台主机，预计增长 {percent}%。最小需要多大的子网？写出前缀长度或掩码。",
        ),
        grown,
        less,
    )


@drill(
    "v4-classful@1",
    Text("Subnets and hosts of a classful network", "主类网络划分后的子网数与主机数"),
    Text(
        "Class A, B, C: /8, /16, /24. Bits beyond it make subnets, the rest hosts.",
        "A、B、C 类默认 /8、/16、/24；多出的位是子网位，其余是主机位。",
    ),
    ("RFC 791", "3.2"),
    SUBNETS,
)
def classful(dice: Dice, band: int) -> Question:
    prefix = prefix_in(dice, band)
    letter, default = {1: ("C", 24), 2: ("B", 16), 3: ("A", 8)}[band]
    private = next(block for block in PRIVATE if class_of(block.first) == letter)
    base = split(private, default).subnet(dice.below(split(private, default).parts))
    subnets, hosts, total = split(base, prefix).parts, usable_hosts(4, prefix), Network(4, 0, prefix).total
    return Question(
        ask=Text(
            f"The class {letter} network {dotted(base.first)} is cut with the mask {mask(prefix)}. How many subnets "
            "does that give, and how many usable hosts in each? (subnets, hosts)",
            f"{letter} 类网络 {dotted(base.first)} 用掩码 {mask(prefix)} 划分，得到多少个子网？"
            "每个子网有多少个可用主机地址？（子网数，主机数）",
        ),
        form="numbers",
        answer=f"{subnets}, {hosts}",
        solution=steps(
            (
                f"class {letter}: /{default}; mask {mask(prefix)}: /{prefix}",
                f"{letter} 类默认 /{default}；掩码 {mask(prefix)} 即 /{prefix}",
            ),
            (f"2^({prefix}-{default}) = {subnets} subnets", f"2^({prefix}-{default}) = {subnets} 个子网"),
            (f"2^(32-{prefix}) - 2 = {hosts} hosts each", f"每个子网 2^(32-{prefix}) - 2 = {hosts} 台主机"),
        ),
        hints=(
            Text("The class tells the prefix before subnetting.", "由类别得出划分前的前缀长度。"),
            Text("How many bits did the mask gain, how many are left?", "掩码多出几位？还剩几位主机位？"),
        ),
        slips=(
            slip(f"{hosts}, {subnets}", "The other way round: subnets first.", "写反了：先写子网数。"),
            slip(f"{subnets}, {total}", "Forgot the −2 for the hosts.", "主机数忘了减 2。"),
            slip(
                f"{max(0, subnets - 2)}, {hosts}",
                "All-zeros and all-ones subnets may be used (RFC 1812).",
                "全 0 和全 1 子网都可以用（RFC 1812）。",
            ),
        ),
    )


CLOUD_NAMES = {"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud"}


@drill(
    "cloud-usable@1",
    Text("Usable addresses of a cloud subnet", "云上子网的可用地址数"),
    Text(
        "AWS and Azure take 5 addresses of each subnet, Google Cloud 4.",
        "AWS 和 Azure 每个子网保留 5 个地址，Google Cloud 保留 4 个。",
    ),
    ("AWS VPC User Guide", "Subnet CIDR blocks"),
    ("Azure Virtual Network FAQ", None),
    ("Google Cloud VPC, Subnets", None),
    bands=2,
    tags=("subnetting", "ipv4", "cloud"),
)
def cloud_usable(dice: Dice, band: int) -> Question:
    provider = dice.pick(sorted(CLOUDS))
    head, tail, _, longest = CLOUDS[provider]
    net = some_network(dice, dice.between(PREFIXES[band][0], min(longest, PREFIXES[band][1])))
    found, name, taken = cloud(provider, net), CLOUD_NAMES[provider], head + tail
    answer, reserved = found["usable_hosts"], found["reserved"]
    other = 9 - taken  # 4 where 5 is right
    return Question(
        ask=Text(
            f"How many addresses can you use in the {name} subnet {net}?",
            f"{name} 的子网 {net} 有多少个可用的 IP 地址？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(
            (f"{name} reserves {', '.join(reserved)}", f"{name} 保留 {'、'.join(reserved)}"),
            (f"{net.total} - {taken} = {answer}", f"{net.total} - {taken} = {answer}"),
        ),
        hints=(
            Text("How many addresses are there in all?", "一共有多少个地址？"),
            Text("The provider takes some at both ends.", "云厂商在首尾各保留几个。"),
        ),
        slips=(
            slip(
                usable_hosts(4, net.prefix),
                f"On {name} {taken} are reserved, not 2.",
                f"{name} 保留 {taken} 个，不是 2 个。",
            ),
            slip(net.total, f"{name} reserves {taken}.", f"{name} 要保留 {taken} 个。"),
            slip(
                net.total - other,
                f"{name} reserves {taken}, not {other}.",
                f"{name} 保留 {taken} 个，不是 {other} 个。",
            ),
            slip(net.total - 3, f"{name} reserves {taken}, not 3.", f"{name} 保留 {taken} 个，不是 3 个。"),
            slip(
                answer - 2,
                "Network and broadcast address are among the reserved ones.",
                "网络地址和广播地址已包含在保留地址里。",
            ),
        ),
    )


DRILLS: tuple[Drill, ...] = (
    usable,
    total_addresses,
    smallest_for,
    smallest_grown,
    classful,
    cloud_usable,
)
