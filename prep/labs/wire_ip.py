"""What the MTU does to a datagram and to a stream.

UDP sends what it was given: IP cuts it to fragments (RFC 791 §3.2), each but the last a multiple of 8 bytes, and one
lost fragment loses all (RFC 8085 §3.2). With DF it is refused instead. TCP cuts by itself: MSS = MTU - 20 - 20, less 12
for timestamps (RFC 9293 §3.7.1, RFC 6691).
"""

import socket

from prep.labs.host import PORT
from prep.labs.kernel import tcp_info
from prep.labs.kit import Ask, Facts, errno_name, fact
from prep.labs.wire import Wire
from prep.labs.wired import wired
from prep.text import Both

IP_MTU_DISCOVER, IP_PMTUDISC_DO = 10, 2  # linux/in.h: DF on all, never fragment


@wired(
    "wire.fragments",
    Both("IP fragments, MTU 1500", "IP 分片，MTU 1500"),
    (
        fact(
            "frags == [1500, 1500, 1068]",
            "a datagram of 4000 bytes: IP packets of 1500, 1500, 1068",
            "4000 字节的数据报：IP 包长 1500、1500、1068",
        ),
        fact(
            "recv == 'timeout'",
            "one fragment lost: nothing arrives, and the receiving program is not told",
            "丢一个分片：什么都收不到，接收方的程序也得不到通知",
        ),
        fact(
            "df == [1472, 'EMSGSIZE']",
            "with DF 1472 bytes go (1500 - 20 - 8), one more is EMSGSIZE",
            "设 DF：1472 字节可以（1500 - 20 - 8），多一个字节就是 EMSGSIZE",
        ),
        fact(
            "mss == 1448",
            "TCP never lets it come to that: 1448 = 1500 - 20 - 20 - 12",
            "TCP 不会走到这一步：1448 = 1500 - 20 - 20 - 12",
        ),
    ),
    typical_ms=240,
    ask=Ask(
        "recv",
        "A UDP datagram of 4000 bytes travels in three fragments; the second is lost. What does the receiver read?",
        "4000 字节的 UDP 数据报分三片传输，第二片丢了。接收方读到什么？",
        (
            ("ok", "the first and third part", "第一和第三部分"),
            ("timeout", "nothing", "什么也没有"),
            ("EMSGSIZE", "an error", "一个错误"),
        ),
    ),
)
def fragments(facts: Facts, wire: Wire) -> None:
    sender, receiver = wire.a.open(socket.SOCK_DGRAM), wire.b.open(socket.SOCK_DGRAM)
    receiver.bind((wire.b.address, PORT))
    sender.connect((wire.b.address, PORT))
    sender.send(bytes(4000))
    facts["received"] = len(wire.receive(receiver))
    facts["frags"] = [frame.packet.length for frame in wire.matching("A:any")]
    wire.drop("A:any#2")
    sender.send(bytes(4000))
    facts["recv"] = errno_name(lambda: wire.receive(receiver, patience=0.2))
    sender.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO)
    largest = _largest(sender)
    facts["df"] = [largest, errno_name(lambda: sender.send(bytes(largest + 1)))]
    facts["mss"] = tcp_info(wire.pair()[0]).snd_mss


def _largest(sender: socket.socket) -> int:
    """The longest datagram that is not refused, found by halving."""
    fits, refused = 0, 1 << 14
    while refused - fits > 1:
        size = (fits + refused) // 2
        if errno_name(lambda: sender.send(bytes(size))) == "ok":  # noqa: B023  # called at once
            fits = size
        else:
            refused = size
    return fits


@wired(
    "wire.mss",
    Both("Segments and reads", "报文段与读取"),
    (
        fact(
            "segments == [1448, 1448, 1448, 656]",
            "one send of 5000 bytes is four segments",
            "一次发送 5000 字节是四个报文段",
        ),
        fact("recv == 5000", "and one read of 5000", "而读只要一次，5000 字节"),
    ),
    typical_ms=40,
    ask=Ask(
        "segments",
        "One send of 5000 bytes over Ethernet (MTU 1500, timestamps on). What do the segments carry?",
        "经以太网（MTU 1500，启用时间戳）一次发送 5000 字节。各报文段带多少数据？",
        (
            ([5000], "one of 5000", "一个 5000"),
            ([1500, 1500, 1500, 500], "1500, 1500, 1500, 500", "1500、1500、1500、500"),
            ([1448, 1448, 1448, 656], "1448, 1448, 1448, 656", "1448、1448、1448、656"),
        ),
    ),
)
def mss(facts: Facts, wire: Wire) -> None:
    client, server = wire.pair()
    client.send(bytes(5000))
    wire.until(lambda: tcp_info(server).bytes_received == 5000, "5000 bytes")
    sizes = {frame.packet.seq: frame.packet.data for frame in wire.matching("A:data")}
    facts["segments"] = [*sizes.values()]
    facts["recv"] = len(wire.receive(server))
