"""A whole connection as it crosses the wire, and Nagle seen from there.

Nine segments: three to open, one with data and its ACK, four to close (RFC 9293 §3.5, §3.6). The sequence number of the
SYN is the initial one; it takes one number, so the first byte has the next (§3.4).
"""

from prep.labs.frames import Frame
from prep.labs.kernel import tcp_info
from prep.labs.kit import Ask, Facts, fact
from prep.labs.rules import Side
from prep.labs.wire import OTHER, Wire
from prep.labs.wired import wired
from prep.net.tcp.segment import MODULUS
from prep.text import Both


@wired(
    "wire.normal",
    Both("A whole connection on the wire", "在线路上看一个完整的连接"),
    (
        fact(
            "trace == ['A:S', 'B:SA', 'A:A', 'A:PA/5', 'B:A', 'A:FA', 'B:A', 'B:FA', 'A:A']",
            "nine segments (A connects, B listens; S SYN, A ACK, P PSH, F FIN; /5 five bytes)",
            "九个报文段（A 发起连接，B 监听；S 是 SYN，A 是 ACK，P 是 PSH，F 是 FIN；/5 是五个字节）",
        ),
        fact(
            "seqack == [[0, None], [0, 1], [1, 1]]",
            "SEQ and ACK of the handshake, counted from each side's initial number: a SYN takes one number",
            "握手的 SEQ 和 ACK，从各自的初始序列号数起：SYN 占一个序列号",
        ),
        fact(
            "fin_ack_ms between [0, 90]",
            "the ACK of the FIN waits for something to ride on, about 40 ms",
            "对 FIN 的 ACK 会等一等能否捎带，约 40 毫秒",
            seen=42,
        ),
    ),
    typical_ms=85,
    ask=Ask(
        "trace",
        "Connect, send 5 bytes, close; the other end closes a little later. Which segments cross the wire?",
        "建立连接，发 5 字节，关闭；对方稍后也关闭。线路上有哪些报文段？",
        (
            (
                ["A:S", "B:SA", "A:A", "A:PA/5", "B:A", "A:FA", "B:A", "B:FA", "A:A"],
                "nine: SYN, SYN+ACK, ACK, data, ACK, FIN, ACK, FIN, ACK",
                "九个：SYN、SYN+ACK、ACK、数据、ACK、FIN、ACK、FIN、ACK",
            ),
            (
                ["A:S", "B:SA", "A:PA/5", "B:A", "A:FA", "B:FA", "A:A"],
                "seven: the data carries the third ACK, FIN and ACK share a segment",
                "七个：数据捎带第三个 ACK，FIN 与 ACK 合成一个报文段",
            ),
            (
                ["A:S", "B:S", "A:PA/5", "B:A", "A:F", "B:F"],
                "six: two SYN, data, ACK, two FIN",
                "六个：两个 SYN、数据、ACK、两个 FIN",
            ),
        ),
    ),
    path="CLOSED -> SYN_SENT -> ESTABLISHED -> FIN_WAIT_1 -> FIN_WAIT_2 -> TIME_WAIT",
)
def normal(facts: Facts, wire: Wire) -> None:
    client, server = wire.pair()
    client.send(b"hello")
    wire.receive_all(server, 5)  # what is unread at close() would make a RST of the FIN
    wire.until(lambda: wire.matching("B:ACK"), "the ACK of the data")
    client.close()
    wire.until(lambda: len(wire.matching("B:ACK")) == 2, "the ACK of the FIN")
    server.close()
    wire.until(lambda: not wire.b.states(), "the last ACK")
    facts["trace"] = wire.trace()
    facts["seqack"] = _relative(wire.frames)[:3]
    [fin] = wire.matching("A:FIN,ACK")
    facts["fin_ack_ms"] = round((wire.matching("B:ACK")[1].at - fin.at) * 1000, 1)


def _relative(frames: list[Frame]) -> list[list[int | None]]:
    """SEQ and ACK less the initial sequence numbers, which the first segment of each side brings, lost or not."""
    first: dict[Side, int] = {}
    rows: list[list[int | None]] = []
    for side, packet in ((frame.side, frame.packet) for frame in frames):
        mine, theirs = first.setdefault(side, packet.seq), first.get(OTHER[side], 0)
        acked = packet.bits and "ACK" in packet.bits
        rows.append([(packet.seq - mine) % MODULUS, (packet.ack - theirs) % MODULUS if acked else None])
    return rows


@wired(
    "wire.nagle",
    Both("Nagle seen on the wire", "在线路上看 Nagle"),
    (
        fact(
            "nagle == [7, 63]",
            "ten sends of 7 bytes before the first ACK is back: segments of 7 and 63",
            "第一个 ACK 回来之前发十次、每次 7 字节：报文段是 7 和 63",
        ),
        fact(
            "nodelay == [7, 7, 7, 7, 7, 7, 7, 7, 7, 7]",
            "with TCP_NODELAY ten of 7",
            "设 TCP_NODELAY：十个 7 字节的报文段",
        ),
        fact("recv == [70, 70]", "the reader gets 70 in one read, both times", "两种情况下，一次读都得到 70 字节"),
    ),
    typical_ms=35,
    ask=Ask(
        "nodelay",
        "Ten sends of 7 bytes with TCP_NODELAY. What data do the segments on the wire carry?",
        "设了 TCP_NODELAY，发十次、每次 7 字节。线路上各报文段带多少数据？",
        (
            ([70], "one of 70", "一个 70"),
            ([7, 63], "7, then 63", "先 7，再 63"),
            ([7] * 10, "ten of 7", "十个 7"),
        ),
    ),
)
def nagle(facts: Facts, wire: Wire) -> None:
    facts["recv"] = []
    for name, nodelay in (("nagle", 0), ("nodelay", 1)):
        client, server = wire.pair(TCP_NODELAY=nodelay)
        mark = len(wire.frames)
        for number in range(10):
            client.send(b"msg-%02d|" % number)
        wire.until(lambda sock=server: tcp_info(sock).bytes_received == 70, "70 bytes")  # type: ignore[misc]
        facts["recv"].append(len(wire.receive(server)))
        sizes = {frame.packet.seq: frame.packet.data for frame in wire.matching("A:data", mark)}
        facts[name] = [*sizes.values()]  # by sequence number: a tail loss probe may repeat the last
