"""Drills: how much fits in a segment or a datagram."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question
from prep.cards.drills.shared import drill, slip, steps
from prep.cards.drills.tcp_syn import TAGS
from prep.net.tcp.sums import (
    FRAGMENT_HEADER,
    IP_HEADER,
    IP_LARGEST,
    TCP_HEADER,
    TIMESTAMPS,
    UDP_HEADER,
    fragments,
    mss,
    segment_data,
    udp_largest,
    udp_unfragmented,
)

MTUS = {
    4: [576, 1006, 1280, 1400, 1420, 1450, 1476, 1480, 1492, 1500, 4352, 9000],
    6: [1280, 1400, 1420, 1450, 1472, 1480, 1492, 1500, 4352, 9000],
}


def packet(dice: Dice) -> tuple[int, int]:
    """A version of IP and an MTU."""
    version = dice.pick([4, 6])
    return version, dice.pick(MTUS[version])


# ── MSS ──

MSS_HINTS = (
    Text("An IPv4 header has 20 bytes, an IPv6 header 40.", "IPv4 首部 20 字节，IPv6 首部 40 字节。"),
    Text("The TCP header has 20 bytes; which options come on top?", "TCP 首部 20 字节，还有哪些选项？"),
)


@drill(
    "tcp-mss@1",
    Text("MSS and data per segment of an MTU", "由 MTU 求 MSS 和每段数据量"),
    Text(
        "MSS = MTU - 40 over IPv4, MTU - 60 over IPv6. Options are not in it: timestamps take 12 bytes off each "
        "segment.",
        "MSS = MTU - 40（IPv4）或 MTU - 60（IPv6）。MSS 不扣选项：时间戳使每段数据再少 12 字节。",
    ),
    ("RFC 9293", "3.7.1"),
    ("RFC 7323", "3.2"),
    bands=2,
    tags=TAGS,
)
def segment_size(dice: Dice, band: int) -> Question:
    version, mtu = packet(dice)
    if band == 1:
        return announced(version, mtu)
    return dice.pick([with_timestamps, two_mtus, in_segments])(dice, version, mtu)


def announced(version: int, mtu: int) -> Question:
    answer, other = mss(version, mtu), 10 - version
    header = IP_HEADER[version]
    line = f"{mtu} - {header} - {TCP_HEADER} = {answer}"
    return Question(
        ask=Text(
            f"TCP over IPv{version}, MTU {mtu}: which MSS does the SYN announce?",
            f"TCP over IPv{version}，MTU 为 {mtu}，SYN 通告的 MSS 是多少？",
        ),
        form="number",
        answer=str(answer),
        solution=steps((line, line)),
        hints=MSS_HINTS,
        slips=(
            slip(mtu - IP_HEADER[other] - TCP_HEADER, f"That is for IPv{other}.", f"这是 IPv{other} 的值。"),
            slip(
                segment_data(version, mtu),
                "Options are not taken off the MSS, only off the data of the segments that carry them.",
                "MSS 不扣选项，选项只占用携带它的报文段的数据空间。",
            ),
            slip(mtu - header, "The TCP header comes off too.", "还要减去 TCP 首部。"),
            slip(mtu - TCP_HEADER, "The IP header comes off too.", "还要减去 IP 首部。"),
            slip(mtu, "That is the MTU: headers come off.", "这是 MTU，还要减去首部。"),
            slip(answer - 18, "The Ethernet header is no part of the MTU.", "以太网首部不在 MTU 之内。"),
        ),
    )


def with_timestamps(dice: Dice, version: int, mtu: int) -> Question:
    answer, header = segment_data(version, mtu), IP_HEADER[version]
    line = f"{mtu} - {header} - {TCP_HEADER} - {TIMESTAMPS} = {answer}"
    return Question(
        ask=Text(
            f"TCP over IPv{version}, MTU {mtu}, timestamps in use. How many bytes of data does a full segment carry?",
            f"TCP over IPv{version}，MTU 为 {mtu}，已启用时间戳。一个满的报文段携带多少字节数据？",
        ),
        form="number",
        answer=str(answer),
        solution=steps((line, line)),
        hints=MSS_HINTS,
        slips=(
            slip(
                mss(version, mtu),
                "That is the MSS; timestamps take 12 bytes of it.",
                "这是 MSS，时间戳还要占 12 字节。",
            ),
            slip(
                segment_data(version, mtu, 10),
                "The option has 10 bytes, and two NOPs bring it to 12.",
                "该选项 10 字节，加两个 NOP 共 12 字节。",
            ),
            slip(
                mtu - IP_HEADER[10 - version] - TCP_HEADER - TIMESTAMPS,
                f"That is for IPv{10 - version}.",
                f"这是 IPv{10 - version} 的值。",
            ),
            slip(mtu - header - TIMESTAMPS, "The TCP header comes off too.", "还要减去 TCP 首部。"),
        ),
    )


def two_mtus(dice: Dice, version: int, mtu: int) -> Question:
    other = dice.pick([one for one in MTUS[version] if one != mtu])
    least = min(mtu, other)
    answer = segment_data(version, least)
    line = f"{least} - {IP_HEADER[version]} - {TCP_HEADER} - {TIMESTAMPS} = {answer}"
    return Question(
        ask=Text(
            f"Host A has MTU {mtu}, host B MTU {other}, both announce the MSS of their own and the path allows both. "
            f"TCP over IPv{version} with timestamps: how many bytes of data does a full segment from A to B carry?",
            f"主机 A 的 MTU 为 {mtu}，主机 B 的 MTU 为 {other}，双方各按自己的 MTU 通告 MSS，路径都能通过。"
            f"TCP over IPv{version}，启用时间戳：A 发给 B 的满报文段携带多少字节数据？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(
            (f"the smaller: min({mtu}, {other}) = {least}", f"取较小者：min({mtu}, {other}) = {least}"),
            (line, line),
        ),
        hints=(
            Text(
                "A may send no more than it can, nor than B announced.",
                "A 不能超过自己的 MTU，也不能超过 B 通告的 MSS。",
            ),
            *MSS_HINTS,
        ),
        slips=(
            slip(
                segment_data(version, max(mtu, other)),
                "The smaller of the two counts.",
                "以两者中较小的为准。",
            ),
            slip(mss(version, least), "Timestamps take 12 bytes more.", "时间戳还要占 12 字节。"),
            slip(
                mss(version, max(mtu, other)),
                "The smaller of the two counts, and timestamps take 12 bytes.",
                "以较小的为准，时间戳还要占 12 字节。",
            ),
        ),
    )


def in_segments(dice: Dice, version: int, mtu: int) -> Question:
    each = segment_data(version, mtu)
    count = dice.between(2, 40)
    data = each * count - dice.pick([0, dice.below(each), dice.below(TIMESTAMPS * count)]) % each
    bare, whole = mss(version, mtu), -(-data // each)
    return Question(
        ask=Text(
            f"TCP over IPv{version}, MTU {mtu}, timestamps in use. How many segments do {data} bytes need at least?",
            f"TCP over IPv{version}，MTU 为 {mtu}，已启用时间戳。{data} 字节至少要几个报文段？",
        ),
        form="number",
        answer=str(whole),
        solution=steps(
            (
                f"{mtu} - {IP_HEADER[version]} - {TCP_HEADER} - {TIMESTAMPS} = {each} bytes each",
                f"每段 {mtu} - {IP_HEADER[version]} - {TCP_HEADER} - {TIMESTAMPS} = {each} 字节",
            ),
            (f"{data} / {each}, rounded up: {whole}", f"{data} / {each}，向上取整：{whole}"),
        ),
        hints=(*MSS_HINTS, Text("Round up: the last one may be short.", "向上取整：最后一个可以不满。")),
        slips=(
            slip(-(-data // bare), "Timestamps take 12 bytes of each segment.", "时间戳在每段中占 12 字节。"),
            slip(-(-data // mtu), "The headers come off the MTU.", "要从 MTU 中减去首部。"),
            slip(data // each, "The rest needs a segment too: round up.", "剩余部分也要一个报文段：向上取整。"),
            slip(whole + 1, "One less is enough.", "少一个就够了。"),
        ),
    )


# ── UDP ──

UDP_HINTS = (
    Text("A UDP header has 8 bytes.", "UDP 首部 8 字节。"),
    Text(
        "IPv4 counts its own header in the total length, IPv6 does not in the payload length.",
        "IPv4 的总长度包括自己的首部，IPv6 的载荷长度不包括。",
    ),
)


@drill(
    "udp-max@1",
    Text("The largest UDP payload", "UDP 载荷的最大长度"),
    Text(
        "65535 - 20 - 8 = 65507 over IPv4, 65535 - 8 = 65527 over IPv6; unfragmented the MTU less the IP header and 8.",
        "IPv4：65535 - 20 - 8 = 65507；IPv6：65535 - 8 = 65527；不分片时为 MTU 减 IP 首部再减 8。",
    ),
    ("RFC 768", None),
    ("RFC 791", "3.1"),
    ("RFC 8200", "3"),
    bands=2,
    tags=("udp", "sums"),
)
def udp_max(dice: Dice, band: int) -> Question:
    version, mtu = packet(dice)
    if band == 1:
        return largest(version, 0) if dice.below(4) == 0 else unfragmented(version, mtu)
    if dice.below(3):
        return in_fragments(dice, version, mtu)
    return largest(version, dice.pick(range(4, 41, 4) if version == 4 else range(8, 81, 8)))


def largest(version: int, options: int) -> Question:
    answer = udp_largest(version, options)
    kind = ("options", "选项") if version == 4 else ("extension headers", "扩展首部")
    en = f"with {options} bytes of {kind[0]}" if options else f"without {kind[0]}"
    zh = f"带 {options} 字节{kind[1]}" if options else f"不带{kind[1]}"
    parts = [IP_LARGEST, *([IP_HEADER[4]] if version == 4 else []), *([options] if options else []), UDP_HEADER]
    line = f"{' - '.join(map(str, parts))} = {answer}"
    return Question(
        ask=Text(
            f"What is the largest UDP payload in bytes over IPv{version}, {en}? Fragments are allowed, jumbograms "
            "are not.",
            f"IPv{version}（{zh}）上，UDP 载荷最多多少字节？允许分片，不用超大包（jumbogram）。",
        ),
        form="number",
        answer=str(answer),
        solution=steps((line, line)),
        hints=UDP_HINTS,
        slips=(
            slip(
                udp_largest(10 - version, options), f"That is for IPv{10 - version}.", f"这是 IPv{10 - version} 的值。"
            ),
            slip(udp_largest(version), "The options come off too.", "还要减去选项或扩展首部。"),
            slip(answer + UDP_HEADER, "The UDP header comes off too.", "还要减去 UDP 首部。"),
            slip(IP_LARGEST, "That is the length field; headers come off.", "这是长度字段的最大值，还要减去首部。"),
            slip(answer + 1, "The largest 16-bit number is 65535, not 65536.", "16 位的最大数是 65535，不是 65536。"),
            slip(
                IP_LARGEST - 40 - UDP_HEADER - options,
                "The IPv6 header is not in its payload length.",
                "IPv6 的载荷长度不含自己的首部。",
            ),
        ),
    )


def unfragmented(version: int, mtu: int) -> Question:
    answer = udp_unfragmented(version, mtu)
    line = f"{mtu} - {IP_HEADER[version]} - {UDP_HEADER} = {answer}"
    return Question(
        ask=Text(
            f"How many bytes of UDP payload fit at most in one packet over IPv{version} without options or extension "
            f"headers, MTU {mtu}?",
            f"IPv{version}（不带选项和扩展首部），MTU 为 {mtu}，一个不分片的包最多携带多少字节 UDP 载荷？",
        ),
        form="number",
        answer=str(answer),
        solution=steps((line, line)),
        hints=(
            UDP_HINTS[0],
            Text("An IPv4 header has 20 bytes, an IPv6 header 40.", "IPv4 首部 20 字节，IPv6 首部 40 字节。"),
        ),
        slips=(
            slip(
                mtu - IP_HEADER[10 - version] - UDP_HEADER,
                f"That is for IPv{10 - version}.",
                f"这是 IPv{10 - version} 的值。",
            ),
            slip(
                mss(version, mtu),
                "That is TCP's MSS; a UDP header has 8 bytes.",
                "这是 TCP 的 MSS；UDP 首部只有 8 字节。",
            ),
            slip(mtu - IP_HEADER[version], "The UDP header comes off too.", "还要减去 UDP 首部。"),
            slip(mtu - UDP_HEADER, "The IP header comes off too.", "还要减去 IP 首部。"),
        ),
    )


def in_fragments(dice: Dice, version: int, mtu: int) -> Question:
    room = mtu - IP_HEADER[version]
    each = (room - (FRAGMENT_HEADER if version == 6 else 0)) // 8 * 8
    count = dice.between(1, min(8, 60000 // each))
    data = dice.pick([udp_unfragmented(version, mtu) + 1, each * count, each * count + dice.between(1, each)])
    answer = fragments(version, mtu, data + UDP_HEADER)
    six = f", {FRAGMENT_HEADER} for the Fragment header" if version == 6 else ""
    six_zh = f"，Fragment 首部再占 {FRAGMENT_HEADER} 字节" if version == 6 else ""
    return Question(
        ask=Text(
            f"A UDP datagram of {data} bytes of payload goes over IPv{version}, MTU {mtu}, without options. In how "
            "many "
            "IP packets does it travel?",
            f"一个载荷为 {data} 字节的 UDP 数据报经 IPv{version} 发送，MTU 为 {mtu}，不带选项。它分成几个 IP 包传输？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(
            (
                f"{data} + {UDP_HEADER} = {data + UDP_HEADER} bytes in IP",
                f"IP 承载 {data} + {UDP_HEADER} = {data + UDP_HEADER} 字节",
            ),
            (
                f"{mtu} - {IP_HEADER[version]} bytes a packet{six}; in all but the last a multiple of 8: {each}",
                f"每包 {mtu} - {IP_HEADER[version]} 字节{six_zh}；除最后一个外取 8 的倍数：{each}",
            ),
            (f"packets: {answer}", f"共 {answer} 个包"),
        ),
        hints=(
            Text(
                "The UDP header is part of what is cut, and in the first fragment alone.",
                "UDP 首部也参与分片，且只在第一个分片里。",
            ),
            Text(
                "A fragment but the last holds a multiple of 8 bytes; IPv6 needs 8 bytes more for its Fragment header.",
                "除最后一个外，每个分片的数据是 8 的倍数；IPv6 还要 8 字节的 Fragment 首部。",
            ),
        ),
        slips=(
            slip(-(-data // room), "The UDP header is cut up with the data.", "UDP 首部和数据一起分片。"),
            slip(-(-data // mtu), "The headers come off the MTU.", "要从 MTU 中减去首部。"),
            slip(
                -(-data // (room - UDP_HEADER)),
                "The UDP header is in the first fragment alone.",
                "UDP 首部只在第一个分片里。",
            ),
            slip(answer + 1, "One less is enough.", "少一个就够了。"),
            slip(answer - 1, "That is not enough.", "这样不够。"),
        ),
    )


DRILLS: tuple[Drill, ...] = (segment_size, udp_max)
