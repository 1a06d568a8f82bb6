"""Drills: what headers cost in bytes, and what setting up costs in round trips."""

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question
from prep.cards.drills.shared import drill, slip, steps
from prep.cards.drills.tcp_syn import TAGS
from prep.net.tcp.sums import (
    ETHERNET,
    IP_HEADER,
    ROUND_TRIPS,
    TCP_HEADER,
    TIMESTAMPS,
    TLS_RECORD,
    first_byte,
    frame_size,
)


@drill(
    "tcp-overhead@1",
    Text("Bytes on the wire", "线路上的字节数"),
    Text(
        "Data + 20 TCP (+ 12 with timestamps) + 20 IPv4 or 40 IPv6 + 14 Ethernet + 4 FCS; a TLS 1.3 record adds 22.",
        "数据 + TCP 20（带时间戳再加 12）+ IPv4 20 或 IPv6 40 + 以太网 14 + FCS 4；TLS 1.3 记录再加 22。",
    ),
    ("RFC 9293", "3.1"),
    ("RFC 791", "3.1"),
    ("RFC 8200", "3"),
    ("RFC 9846", "5.2"),
    bands=2,
    tags=TAGS,
)
def overhead(dice: Dice, band: int) -> Question:
    data, version = dice.between(100, 1200), dice.pick([4, 6])
    stamped, tls = dice.below(2) == 1, band == 2
    options = TIMESTAMPS if stamped else 0
    answer = frame_size(version, data, options, tls=tls)
    stamps = ("with the timestamps option", "带时间戳选项") if stamped else ("without TCP options", "不带 TCP 选项")
    record = (
        (" as one TLS 1.3 record with a 16-byte tag", "，作为一条 TLS 1.3 记录（认证标签 16 字节）")
        if tls
        else ("", "")
    )
    parts = [data, *([TLS_RECORD] if tls else []), TCP_HEADER + options, IP_HEADER[version], ETHERNET]
    total = " + ".join(map(str, parts)) + f" = {answer}"
    return Question(
        ask=Text(
            f"{data} bytes of application data go{record[0]} in one TCP segment over IPv{version}, {stamps[0]}. How "
            "long, in bytes, is the Ethernet frame, with its 4 bytes of FCS but without preamble and VLAN tag?",
            f"{data} 字节应用数据{record[1]}放进一个 TCP 报文段，走 IPv{version}，{stamps[1]}。以太网帧共多少字节"
            "（含 4 字节 FCS，不含前导码和 VLAN 标签）？",
        ),
        form="number",
        answer=str(answer),
        solution=steps((total, total)),
        hints=(
            Text("Go down the layers, one header after the other.", "从上往下，一层一层加首部。"),
            Text("Ethernet has 14 bytes in front and 4 behind.", "以太网前面 14 字节，后面 4 字节。"),
        ),
        slips=(
            slip(answer - 4, "The FCS behind the frame counts here.", "这里要算帧尾的 FCS。"),
            slip(
                answer + IP_HEADER[10 - version] - IP_HEADER[version],
                "IPv4 has a header of 20 bytes, IPv6 of 40.",
                "IPv4 首部 20 字节，IPv6 首部 40 字节。",
            ),
            slip(answer - ETHERNET, "That is the IP packet; the frame is around it.", "那是 IP 包，外面还有帧。"),
            slip(
                answer + (-TIMESTAMPS if stamped else TIMESTAMPS),
                "Timestamps take 12 bytes in every segment that has them.",
                "带时间戳的报文段每个多 12 字节。",
            ),
            *([slip(answer - TLS_RECORD, "The TLS record adds 22 bytes.", "TLS 记录另加 22 字节。")] if tls else []),
        ),
    )


NAMES = {
    "TCP": Text("TCP without TLS", "TCP（无 TLS）"),
    "TCP + TLS 1.2": Text("TCP + TLS 1.2 with a full handshake", "TCP + TLS 1.2（完整握手）"),
    "TCP + TLS 1.2 resumed": Text("TCP + TLS 1.2 with a resumed session", "TCP + TLS 1.2（会话恢复）"),
    "TCP + TLS 1.3": Text("TCP + TLS 1.3 with a full handshake", "TCP + TLS 1.3（完整握手）"),
    "TCP + TLS 1.3 with 0-RTT": Text("TCP + TLS 1.3 with 0-RTT", "TCP + TLS 1.3（0-RTT）"),
    "QUIC": Text("QUIC with a full handshake", "QUIC（完整握手）"),
    "QUIC with 0-RTT": Text("QUIC with 0-RTT", "QUIC（0-RTT）"),
}
NO_TFO = Text(", no TCP Fast Open", "，不用 TCP 快速打开（Fast Open）")


@drill(
    "tcp-setup@1",
    Text("How long until the first byte", "多久收到第一个字节"),
    Text(
        "Round trips of TCP (1), then of TLS (1.2: 2, 1.3: 1, 0-RTT: 0); QUIC has both in 1; then 1 for request and "
        "response.",
        "TCP 1 个 RTT，再加 TLS（1.2 为 2，1.3 为 1，0-RTT 为 0）；QUIC 合起来 1 个；请求与响应另 1 个。",
    ),
    ("RFC 9293", "3.5"),
    ("RFC 9846", "2"),
    ("RFC 9000", "7"),
    bands=2,
    tags=TAGS,
)
def setup(dice: Dice, band: int) -> Question:
    transport, rtt = dice.pick([*ROUND_TRIPS]), dice.between(2, 30) * 10
    server = 0 if band == 1 else dice.between(1, 20) * 5
    turns, name = ROUND_TRIPS[transport], NAMES[transport]
    plain = NO_TFO if "TCP" in transport else Text("", "")
    answer = first_byte(transport, rtt, server)
    thinks = (f" The server needs {server} ms for the answer.", f"服务器处理需 {server} 毫秒。") if server else ("", "")
    total = f"({turns} + 1) x {rtt}" + (f" + {server}" if server else "") + f" = {answer}"
    return Question(
        ask=Text(
            f"{name.en}{plain.en}, a round trip of {rtt} ms, the name already resolved, nothing lost.{thinks[0]} How "
            "many ms from the client's first packet until the first byte of the response?",
            f"{name.zh}{plain.zh}，往返时间 {rtt} 毫秒，域名已解析，没有丢包。{thinks[1]}"
            "从客户端发出第一个包到收到响应的第一个字节，共多少毫秒？",
        ),
        form="number",
        answer=str(answer),
        solution=steps(
            (f"{turns} to set up, 1 for request and response", f"建立连接 {turns} 个 RTT，请求与响应 1 个"),
            (total, total),
        ),
        hints=(
            Text("How many round trips before the request may be sent?", "请求发出之前要几个来回？"),
            Text("Then one more, for request and response.", "然后再加请求与响应的一个来回。"),
        ),
        slips=(
            slip(answer - rtt, "Request and response take a round trip too.", "请求与响应也要一个来回。"),
            slip(
                answer + rtt,
                "One round trip too many: the last ACK of the handshake carries the request, or goes right before it.",
                "多算了一个来回：握手的最后一个 ACK 随请求一起发出，或紧挨在请求之前。",
            ),
            slip(answer - server, "The server's own time counts.", "服务器处理时间也要算。"),
            slip(rtt * turns, "That is when the request is sent.", "那是发出请求的时刻。"),
        ),
    )


DRILLS: tuple[Drill, ...] = (overhead, setup)
