"""Drills in subnetting: what trainers, exams and interviewers ask, each answer computed by `net/subnet`.

Bands for IPv4 say where the border falls: 1 in the last octet (/25–/30), 2 in the third (/17–/24), 3 in the second
(/9–/16). Hosts are drawn from the private blocks of RFC 1918, so that nobody's addresses are practised on.
"""

from prep.cards.card import Text
from prep.cards.drill import Dice, Drill, Question, Slip, dotted
from prep.net.subnet.address import ALL, MASK, Network
from prep.net.subnet.describe import usable_hosts
from prep.net.subnet.explain import explain

PREFIXES = {1: (25, 30), 2: (17, 24), 3: (9, 16)}
PRIVATE = {1: (0x0A000000, 8), 2: (0xAC100000, 12), 3: (0xC0A80000, 16)}  # 10/8, 172.16/12, 192.168/16


def prefix_in(dice: Dice, band: int) -> int:
    return dice.between(*PREFIXES[band])


def some_host(dice: Dice, band: int) -> Network:
    """A host of a private network, neither its network nor its broadcast address."""
    prefix = prefix_in(dice, band)
    fitting = [block for block in PRIVATE.values() if block[1] <= prefix]
    base, length = dice.pick(fitting)
    first = base | dice.below(1 << (32 - length)) & MASK[4][prefix]
    return Network(4, first + dice.between(1, (1 << (32 - prefix)) - 2), prefix)


def worked(net: Network) -> Text:
    return Text("\n".join(explain(net, "en")), "\n".join(explain(net, "zh")))


BLOCK_HINTS = (
    Text("Find the octet in which the prefix ends.", "先找到前缀结束在哪个字节。"),
    Text("256 minus the mask in that octet is the block size.", "256 减去该字节的掩码就是块大小。"),
)


def network_of_host(dice: Dice, band: int) -> Question:
    net = some_host(dice, band)
    shown = f"{dotted(net.address)}/{net.prefix}"
    return Question(
        ask=Text(f"Which network is {shown} in? Give its network address.", f"{shown} 所在的网络地址是什么？"),
        form="address",
        answer=dotted(net.first),
        solution=worked(net),
        hints=BLOCK_HINTS,
        slips=(
            Slip(dotted(net.last), Text("That is the broadcast address.", "这是广播地址。")),
            Slip(dotted(net.first + 1), Text("That is the first host.", "这是第一个主机地址。")),
            Slip(dotted(net.address), Text("That is the host itself.", "这就是主机地址本身。")),
        ),
    )


def broadcast_of_host(dice: Dice, band: int) -> Question:
    net = some_host(dice, band)
    shown = f"{dotted(net.address)}/{net.prefix}"
    return Question(
        ask=Text(
            f"What is the broadcast address of the network that holds {shown}?", f"{shown} 所在网络的广播地址是什么？"
        ),
        form="address",
        answer=dotted(net.last),
        solution=worked(net),
        hints=BLOCK_HINTS,
        slips=(
            Slip(dotted(net.first), Text("That is the network address.", "这是网络地址。")),
            Slip(dotted(net.last - 1), Text("That is the last host.", "这是最后一个主机地址。")),
            Slip(
                dotted(net.last + 1 & ALL[4]),
                Text(
                    "That is the next network; the broadcast address is one before it.",
                    "这是下一个网络的网络地址，减 1 才是广播地址。",
                ),
            ),
        ),
    )


def usable(dice: Dice, band: int) -> Question:
    prefix = prefix_in(dice, band)
    total, answer = 1 << (32 - prefix), usable_hosts(4, prefix)
    return Question(
        ask=Text(f"How many usable host addresses does a /{prefix} have?", f"/{prefix} 有多少个可用的主机地址？"),
        form="number",
        answer=str(answer),
        solution=Text(
            f"2^(32-{prefix}) = {total} addresses, less network and broadcast address: {total} - 2 = {answer}",
            f"2^(32-{prefix}) = {total} 个地址，减去网络地址和广播地址：{total} - 2 = {answer}",
        ),
        hints=(
            Text("Host bits are what the prefix leaves of 32.", "主机位数 = 32 减去前缀长度。"),
            Text("2 to the number of host bits, less two.", "2 的主机位数次方，再减 2。"),
        ),
        slips=(
            Slip(
                str(total),
                Text(
                    "Forgot the −2: network and broadcast address are no hosts.",
                    "忘了减 2：网络地址和广播地址不能给主机用。",
                ),
            ),
            Slip(str(total - 1), Text("Two addresses are lost, not one.", "要减去两个地址，不是一个。")),
            Slip(
                str((1 << prefix) - 2),
                Text("That counts the network bits; hosts are in the other bits.", "这是按网络位算的，应按主机位算。"),
            ),
        ),
    )


DRILLS: tuple[Drill, ...] = (
    Drill(
        id="v4-network@1",
        name=Text("Network address of a host", "求主机所在的网络地址"),
        method=Text("AND the address with the mask: the host bits become 0.", "地址与掩码按位与：主机位全部变为 0。"),
        bands=3,
        cite=(("RFC 950", "2.1"), ("RFC 4632", "3.1")),
        tags=("subnetting", "ipv4"),
        make=network_of_host,
    ),
    Drill(
        id="v4-broadcast@1",
        name=Text("Broadcast address of a host's network", "求主机所在网络的广播地址"),
        method=Text(
            "Set all host bits to 1; it is one before the next network.", "主机位全部置 1，即下一个网络地址减 1。"
        ),
        bands=3,
        cite=(("RFC 919", "7"), ("RFC 4632", "3.1")),
        tags=("subnetting", "ipv4"),
        make=broadcast_of_host,
    ),
    Drill(
        id="v4-usable@1",
        name=Text("Usable hosts of a prefix", "前缀的可用主机数"),
        method=Text(
            "2^(32-n) - 2: the network and the broadcast address are no hosts.",
            "2^(32-n) - 2：网络地址和广播地址不能给主机用。",
        ),
        bands=3,
        cite=(("RFC 4632", "3.1"), ("RFC 1122", "3.2.1.3")),
        tags=("subnetting", "ipv4"),
        make=usable,
    ),
)
