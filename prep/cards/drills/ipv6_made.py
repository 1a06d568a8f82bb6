"""Drills: what is made of an IPv6 address or prefix: EUI-64, solicited-node multicast, reverse zones."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question
from prep.cards.drills.shared import (
    drill,
    slip,
    some_block,
    steps,
)
from prep.net.subnet.address import expanded, ipv6, network, text_of
from prep.net.subnet.derived import eui64, reverse_zones, solicited_node


@drill(
    "v6-eui64@1",
    Text("Address from a MAC (modified EUI-64)", "由 MAC 生成 IPv6 地址（修改版 EUI-64）"),
    Text(
        "ff:fe in the middle, and turn the second lowest bit of the first octet.",
        "中间插入 ff:fe，并把首字节的次低位取反。",
    ),
    ("RFC 4291", "2.5.1"),
    ("RFC 4291", "Appendix A"),
    bands=2,
    tags=("ipv6",),
)
def from_mac(dice: Dice, band: int) -> Question:
    first = 4 * dice.below(64) + (2 if band == 2 and dice.below(2) else 0)
    octets = [first, *(dice.below(256) for _ in range(5))]
    plain = "".join(f"{octet:02x}" for octet in octets)
    pairs = [f"{octet:02x}" for octet in octets]
    cisco = ".".join(plain[at : at + 4] for at in (0, 4, 8))
    mac = ":".join(pairs) if band == 1 else dice.pick(["-".join(pairs).upper(), cisco])
    net = dice.pick([network("fe80::/64"), some_block(dice, 64)])
    number, turned = eui64(mac, net), first ^ 2
    wrong = net.first | (int(plain, 16) ^ 1 << 41)
    tail = " ".join([f"{turned:02x}", *pairs[1:3], "ff", "fe", *pairs[3:]])
    return Question(
        ask=Text(
            f"A host with MAC address {mac} makes its address in {net} by modified EUI-64. Which address?",
            f"MAC 地址为 {mac} 的主机按修改版 EUI-64 在 {net} 中生成地址，结果是什么？",
        ),
        form="address",
        answer=text_of(6, number),
        solution=steps(
            (
                f"first octet {first:02x} = {first:08b} -> {turned:08b} = {turned:02x}",
                f"首字节 {first:02x} = {first:08b} -> {turned:08b} = {turned:02x}",
            ),
            (f"ff fe in the middle: {tail}", f"中间插入 ff fe：{tail}"),
            (f"in {net}: {text_of(6, number)}", f"放入 {net}：{text_of(6, number)}"),
        ),
        hints=(
            Text("48 bits become 64: what goes into the middle?", "48 位变成 64 位：中间插入什么？"),
            Text("Turn the universal/local bit of the first octet.", "把首字节的全局/本地位取反。"),
        ),
        slips=(
            slip(text_of(6, number ^ 1 << 57), "The universal/local bit is not turned.", "忘了把全局/本地位取反。"),
            slip(
                text_of(6, number ^ 3 << 56),
                "That is the lowest bit; it is the second lowest.",
                "取反的是最低位，应是次低位。",
            ),
            slip(text_of(6, wrong), "ff:fe is missing in the middle.", "中间没有插入 ff:fe。"),
            slip(text_of(6, number ^ 0x0101 << 24), "ff comes first, then fe.", "顺序是先 ff 后 fe。"),
        ),
    )


@drill(
    "v6-solicited@1",
    Text("Solicited-node multicast address", "被请求节点多播地址（solicited-node）"),
    Text("ff02::1:ff and the last 24 bits of the address.", "ff02::1:ff 加上地址的最后 24 位。"),
    ("RFC 4291", "2.7.1"),
    bands=2,
    tags=("ipv6",),
)
def solicited(dice: Dice, band: int) -> Question:
    low = (
        dice.below(1 << 64)
        if band == 1
        else dice.pick([dice.between(1, 255), dice.between(1, 0xFFFF), 0x1_0000 | dice.below(256)])
    )
    number = some_block(dice, 64).first | low
    shown, answer = text_of(6, number), text_of(6, solicited_node(number))
    base = ipv6("ff02::1:0:0")
    return Question(
        ask=Text(f"What is the solicited-node multicast address of {shown}?", f"{shown} 的被请求节点多播地址是什么？"),
        form="address",
        answer=answer,
        solution=steps(
            (f"in full: {expanded(6, number)}", f"展开：{expanded(6, number)}"),
            (f"last six digits {number & 0xFFFFFF:06x}: {answer}", f"最后六个数字 {number & 0xFFFFFF:06x}：{answer}"),
        ),
        hints=(
            Text("Write out the last two groups with all their digits.", "把最后两组写全。"),
            Text("The last six digits go behind ff02::1:ff.", "最后六个数字接在 ff02::1:ff 后面。"),
        ),
        slips=(
            slip(
                text_of(6, ipv6("ff02::1:ff00:0") | number & 0xFFFF),
                "24 bits are taken, not 16.",
                "取最后 24 位，不是 16 位。",
            ),
            slip(
                text_of(6, base | number & 0xFFFF_FFFF), "ff stands before the last 24 bits.", "最后 24 位之前是 ff。"
            ),
            slip("ff02::1", "That is all nodes of the link.", "这是链路上全部节点的多播地址。"),
            slip(shown, "That is the address itself.", "这就是该地址本身。"),
        ),
    )


@drill(
    "v6-reverse@1",
    Text("Reverse zone of an IPv6 prefix", "IPv6 前缀的反向解析区域"),
    Text(
        "The digits of the prefix in reverse, a dot between all, then ip6.arpa.",
        "前缀的十六进制数字逆序，用点隔开，后接 ip6.arpa。",
    ),
    ("RFC 3596", "2.5"),
    bands=2,
    tags=("ipv6", "dns"),
)
def reverse(dice: Dice, band: int) -> Question:
    net = some_block(dice, dice.pick((40, 44, 48) if band == 1 else (52, 56, 60, 64)))
    [answer] = reverse_zones(net)
    digits = net.prefix // 4
    full = expanded(6, net.first)
    kept = full.replace(":", "")[:digits]
    groups = [f"{int(kept[at : at + 4], 16):x}" for at in range(0, digits, 4)]

    def zone(letters: str) -> str:
        return ".".join(letters) + ".ip6.arpa"

    return Question(
        ask=Text(f"What is the reverse DNS zone of {net}?", f"{net} 的反向解析区域（zone）是什么？"),
        form="name",
        answer=answer,
        solution=steps(
            (f"{digits} digits: {kept}", f"{digits} 个数字：{kept}"), (f"in reverse: {answer}", f"逆序：{answer}")
        ),
        hints=(
            Text("Write the prefix out, with all zeros.", "先把前缀完整展开，0 也要写出来。"),
            Text("One label a digit, the last digit first.", "每个数字一个标签，最后一个数字在最前。"),
        ),
        slips=(
            slip(zone(kept), "The digits go in reverse.", "数字要逆序。"),
            slip(zone("".join(groups)[::-1]), "Leading zeros of a group count too.", "每组的前导零也要写。"),
            slip(
                ".".join(reversed(groups)) + ".ip6.arpa",
                "A label is one digit, not a group.",
                "每个标签是一个数字，不是一组。",
            ),
            slip(answer.replace("ip6", "in-addr"), "in-addr.arpa is for IPv4.", "in-addr.arpa 用于 IPv4。"),
            slip(answer.partition(".")[2], "One digit is missing.", "少了一个数字。"),
        ),
    )


DRILLS: tuple[Drill, ...] = (
    from_mac,
    solicited,
    reverse,
)
