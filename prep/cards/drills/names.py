"""Drills: naming addresses: IPv4 classes and special blocks, types of IPv6 address. Here the blocks are the point."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, dotted
from prep.cards.drills.shared import drill, slip, steps
from prep.net.subnet.address import Network, ipv4, network, text_of
from prep.net.subnet.describe import CLASSES, class_of
from prep.net.subnet.registry import Block, elsewhere, special

# word → how it is asked for in Chinese, in the order of the question
WORDS4 = {
    "private": "私有",
    "shared": "共享",
    "loopback": "环回",
    "link-local": "链路本地",
    "documentation": "文档",
    "benchmarking": "基准测试",
    "multicast": "多播",
    "reserved": "保留",
    "public": "公网",
}
WORDS6 = {
    "unspecified": "未指定",
    "loopback": "环回",
    "link-local": "链路本地",
    "unique-local": "唯一本地",
    "multicast": "多播",
    "documentation": "文档",
    "global": "全球单播",
}
MORE6 = {"site-local": "站点本地", "mapped": "映射", "nat64": "NAT64", "6to4": "6to4", "teredo": "Teredo"}

# name in the registry → word; what is in no block has none
NAMES = {
    "Private-Use": "private",
    "Shared Address Space": "shared",
    "Loopback": "loopback",
    "Loopback Address": "loopback",
    "Link Local": "link-local",
    "Link-Local Unicast": "link-local",
    "Documentation": "documentation",
    "Documentation (TEST-NET-1)": "documentation",
    "Documentation (TEST-NET-2)": "documentation",
    "Documentation (TEST-NET-3)": "documentation",
    "Benchmarking": "benchmarking",
    "Multicast": "multicast",
    "Reserved": "reserved",
    "Unspecified Address": "unspecified",
    "Unique-Local": "unique-local",
    "Site-Local Unicast (deprecated)": "site-local",
    "IPv4-mapped Address": "mapped",
    "IPv4-IPv6 Translat.": "nat64",
    "6to4": "6to4",
    "TEREDO": "teredo",
}
BLOCKS4 = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "192.0.2.0/24",
    "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "11.0.0.0/8", "192.169.0.0/16",
)  # fmt: skip
# just outside of a block, or just inside its end
BORDERS4 = (
    "172.15.0.0/16", "172.32.0.0/16", "172.31.0.0/16", "100.63.0.0/16", "100.128.0.0/16", "100.127.0.0/16",
    "9.255.0.0/16", "169.253.0.0/16", "169.255.0.0/16", "192.167.0.0/16", "198.17.0.0/16", "198.20.0.0/16",
    "198.19.0.0/16", "126.0.0.0/8", "127.255.0.0/16", "223.255.0.0/16", "239.255.0.0/16", "10.255.0.0/16",
    "198.51.101.0/24", "203.0.112.0/24",
)  # fmt: skip
BLOCKS6 = ("::/128", "::1/128", "fe80::/64", "fd00::/8", "ff02::/16", "2001:db8::/32", "2400::/12", "2a00::/12")
BORDERS6 = (
    "fe90::/16", "febf::/16", "fc00::/8", "ff05::/16", "ff0e::/16", "fec0::/16", "feff::/16", "::ffff:0:0/96",
    "64:ff9b::/96", "2002::/16", "2001::/32", "3fff::/32", "2001:db7::/32", "2001:db9::/32", "2003::/16",
)  # fmt: skip


def block_of(version: int, number: int) -> Block | None:
    return special(version, number) or elsewhere(version, number)


def word_of(version: int, number: int) -> str:
    block = block_of(version, number)
    return NAMES[block.name] if block else "public" if version == 4 else "global"


def why(version: int, number: int) -> tuple[str, str]:
    """The block that decides."""
    shown, block = text_of(version, number), block_of(version, number)
    if block is None:
        return f"{shown} lies in no special block.", f"{shown} 不在任何特殊地址块里。"
    return (
        f"{shown} lies in {block.block}, {block.name} ({block.rfc}).",
        f"{shown} 属于 {block.block}：{block.name}（{block.rfc}）。",
    )


def some_address(dice: Dice, block: Network) -> int:
    """In one place in four the first or last of the block but one, else anywhere with few digits set."""
    if block.total == 1:
        return block.first
    if block.version == 6:
        spread = min(block.total, 1 << 32)
        return block.first + dice.pick([dice.between(1, 255), dice.between(1, spread - 1)])
    return block.first + dice.pick([1, block.total - 2, *(dice.between(1, block.total - 2) for _ in range(6))])


@drill(
    "v4-name@1",
    Text("Class and special blocks of IPv4", "IPv4 地址类别与特殊地址块"),
    Text(
        "Classes by the leading bits; special blocks by the IANA registry.", "类别看前导位；特殊地址块看 IANA 登记表。"
    ),
    ("RFC 791", "3.2"),
    ("RFC 6890", "2.2.2"),
    ("RFC 1918", "3"),
    ("RFC 6598", None),
    ("RFC 5737", "3"),
)
def name_ipv4(dice: Dice, band: int) -> Question:
    if band == 1:
        return classes(dice)
    number = some_address(dice, network(dice.pick(BLOCKS4 if band == 2 else BORDERS4)))
    shown, answer = dotted(number), word_of(4, number)
    return Question(
        ask=Text(f"What is {shown}: {', '.join(WORDS4)}?", f"{shown} 是什么地址：{'、'.join(WORDS4.values())}？"),
        form="word",
        answer=answer,
        solution=steps(why(4, number)),
        hints=(
            Text("Compare it with the first and last address of the blocks.", "与各地址块的首末地址比较。"),
            Text(
                "Not every block ends with an octet: /12, /10 and /15 end inside the second one.",
                "不是每块都在字节边界结束：/12、/10 和 /15 都在第二个字节中间结束。",
            ),
        ),
        slips=tuple(slip(word, *why(4, number)) for word in WORDS4),
    )


def classes(dice: Dice) -> Question:
    """The class by the first octet, every second time near a border."""
    near = dice.pick([1, 126, 128, 191, 192, 223, 224, 239, 240])
    octet = dice.pick(
        [near, dice.between(1, 126), dice.between(128, 191), dice.between(192, 223), dice.between(224, 254)]
    )
    number = ipv4(f"{octet}.{dice.below(256)}.{dice.below(256)}.{dice.between(1, 254)}")
    answer, shown = class_of(number), dotted(number)
    octets = [first for first in range(256) if class_of(first << 24) == answer]
    low, high = octets[0], octets[-1]
    lead = f"{low:08b}"[: 8 - (low ^ high).bit_length()]
    reason = (
        f"{octet} = {octet:08b} begins with {lead}: class {answer}, {low} to {high}.",
        f"{octet} = {octet:08b}，以 {lead} 开头：{answer} 类，{low} 到 {high}。",
    )
    return Question(
        ask=Text(f"Which class is {shown} in: A, B, C, D or E?", f"{shown} 属于哪一类地址：A、B、C、D 还是 E？"),
        form="word",
        answer=answer,
        solution=steps(reason),
        hints=(
            Text("Only the first octet counts.", "只看第一个字节。"),
            Text("Its leading bits: 0, 10, 110, 1110, 1111.", "看它的前导位：0、10、110、1110、1111。"),
        ),
        slips=tuple(slip(name, *reason) for name in sorted(set(CLASSES))),
    )


@drill(
    "v6-type@1",
    Text("Type of an IPv6 address", "IPv6 地址的类型"),
    Text(
        "The leading bits tell: fe80::/10, fc00::/7, ff00::/8, 2000::/3 …",
        "看前导位：fe80::/10、fc00::/7、ff00::/8、2000::/3……",
    ),
    ("RFC 4291", "2.4"),
    ("RFC 4193", "3.1"),
    ("RFC 6890", "2.2.3"),
    bands=2,
    tags=("ipv6",),
)
def type_ipv6(dice: Dice, band: int) -> Question:
    words = WORDS6 if band == 1 else WORDS6 | MORE6
    number = some_address(dice, network(dice.pick(BLOCKS6 if band == 1 else BORDERS6)))
    shown = text_of(6, number)
    return Question(
        ask=Text(
            f"Which type fits {shown} best: {', '.join(words)}?",
            f"{shown} 最准确地说是哪种地址：{'、'.join(words.values())}？",
        ),
        form="word",
        answer=word_of(6, number),
        solution=steps(why(6, number)),
        hints=(
            Text("Read the first group bit by bit.", "把第一组按位展开。"),
            Text("fe80::/10 goes up to febf, fc00::/7 up to fdff.", "fe80::/10 一直到 febf，fc00::/7 一直到 fdff。"),
        ),
        slips=tuple(slip(word, *why(6, number)) for word in words),
    )


DRILLS: tuple[Drill, ...] = (name_ipv4, type_ipv6)
