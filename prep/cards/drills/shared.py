"""What the rooms of drills share: networks to ask about, the sources that are cited, hints, and how a kind is written.

Bands for IPv4 say where the border of the answer falls: 1 in the last octet, 2 in the third, 3 in the second. Networks
are drawn from the private blocks of RFC 1918 and the documentation prefix 2001:db8::/32, so that nobody's addresses are
practised on; only where special blocks are to be named do others appear.
"""

from collections.abc import Callable

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, Slip, dotted
from prep.net.subnet.address import ALL, MASK, Network, network
from prep.net.subnet.describe import usable_hosts
from prep.net.subnet.explain import explain
from prep.net.subnet.registry import REGISTRY

Source = tuple[str, str | None]

AND = ("RFC 950", "2.2")  # the host compares addresses under the mask
CIDR = ("RFC 4632", "3.1")  # prefix notation, addresses in a block
AGGREGATION = ("RFC 4632", "4")
HOSTS = ("RFC 1122", "3.2.1.3")  # no host is all zeros or all ones
SUBNETS = ("RFC 1812", "4.2.2.11")  # directed broadcast; all-zeros and all-ones subnets may be used
CISCO = "Cisco, Configure and Filter IP Access Lists"

PREFIXES = {1: (25, 30), 2: (17, 24), 3: (9, 16)}
PRIVATE = [network(block) for block, name, _, _ in REGISTRY if name == "Private-Use"]
DOCUMENTATION = network("2001:db8::/32")
IPV6 = ("subnetting", "ipv6")


def drill(
    kind: str, name: Text, method: Text, *cite: Source, bands: int = 3, tags: tuple[str, ...] = ("subnetting", "ipv4")
) -> Callable[[Callable[[Dice, int], Question]], Drill]:
    """Makes a kind of question of the function below it."""
    return lambda make: Drill(kind, name, method, bands, cite, tags, make)


def slip(answer: object, en: str, zh: str) -> Slip:
    return Slip(str(answer), Text(en, zh))


def steps(*lines: tuple[str, str]) -> Text:
    """A solution line by line, each in English and Chinese."""
    return Text("\n".join(en for en, _ in lines), "\n".join(zh for _, zh in lines))


def worked(net: Network) -> Text:
    """The solution that the engine writes on the board."""
    return Text("\n".join(explain(net, "en")), "\n".join(explain(net, "zh")))


# ── networks ──


def prefix_in(dice: Dice, band: int, *, least: int = 0, most: int = 32) -> int:
    low, high = PREFIXES[band]
    return dice.between(max(low, least), min(high, most))


def some_network(dice: Dice, prefix: int) -> Network:
    """A network of a private block."""
    block = dice.pick([block for block in PRIVATE if block.prefix <= prefix])
    return Network(4, block.first + dice.below(block.total) & MASK[4][prefix], prefix)


def some_host(dice: Dice, net: Network) -> Network:
    """A host of a network, neither its network nor its broadcast address."""
    return Network(net.version, net.first + dice.between(1, net.total - 2), net.prefix)


def some_block(dice: Dice, prefix: int) -> Network:
    number = dice.between(1, (1 << prefix - DOCUMENTATION.prefix) - 1)
    return Network(6, DOCUMENTATION.first | number << 128 - prefix, prefix)


def shown(net: Network) -> str:
    """With its host bits: `10.0.0.5/23`."""
    return f"{dotted(net.address)}/{net.prefix}"


def mask(prefix: int) -> str:
    return dotted(MASK[4][prefix])


def wildcard(prefix: int) -> str:
    return dotted(ALL[4] >> prefix)


def sized(dice: Dice, prefix: int) -> Text:
    """A subnet of a size, told by its prefix or by its mask."""
    if dice.below(2):
        return Text(f"a /{prefix}", f"/{prefix} 的子网")
    return Text(f"a subnet with mask {mask(prefix)}", f"掩码为 {mask(prefix)} 的子网")


def listed(nets: list[Network]) -> Text:
    return Text(", ".join(map(str, nets)), "、".join(map(str, nets)))


def wanted_hosts(dice: Dice, prefix: int) -> int:
    """A number of hosts for which a prefix is the longest; often one at which the −2 decides."""
    least, most = usable_hosts(4, prefix + 1) + 1, usable_hosts(4, prefix)
    return dice.pick([least, least + 1, most, dice.between(least, most)])


# ── hints ──

BLOCK_HINTS = (
    Text("Find the octet in which the prefix ends.", "先找到前缀结束在哪个字节。"),
    Text("256 minus the mask in that octet is the block size.", "256 减去该字节的掩码就是块大小。"),
)
HOST_HINTS = (
    Text("Host bits are what the prefix leaves of 32.", "主机位数 = 32 减去前缀长度。"),
    Text("2 to the number of host bits, less two.", "2 的主机位数次方，再减 2。"),
)
BORROW_HINTS = (
    Text("Every bit that the prefix grows by doubles the number of subnets.", "前缀每加长一位，子网数就翻一倍。"),
    Text("Take the smallest n with 2^n at least the number of subnets.", "取满足 2^n ≥ 子网数的最小 n。"),
)
