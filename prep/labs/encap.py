"""One HTTP exchange as frames, built and verified octet by octet: what each layer puts around what is above it.

    Ethernet II   14   MAC addresses, EtherType
    IPv4          20   RFC 791 §3.1; the checksum covers the header only
    TCP           20   RFC 9293 §3.1; the checksum covers a pseudo-header of the IP addresses, the header and the data
    HTTP          38   RFC 9112 §3

The Internet checksum (RFC 1071) is the one's complement of the one's complement sum of all 16-bit words. Building adds
words and folds the carries; verifying takes another way: with its checksum in it, the data as one big number is a
multiple of 65535, since 2^16 leaves 1 there.
"""

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address

from prep.labs.kit import Ask, Facts, fact, lab
from prep.text import Both

ETHERNET, IPV4, TCP = struct.Struct(">6s6sH"), struct.Struct(">BBHHHBBHII"), struct.Struct(">HHIIBBHHH")
PSEUDO = struct.Struct(">IIBBH")
FIN, SYN, PSH, ACK = 1, 2, 8, 16
REQUEST = b"GET / HTTP/1.1\r\nHost: example.test\r\n\r\n"
ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Frame:
    """The fields that are not the same in every frame or computed. Addresses are numbers, as in the header."""

    source_mac: bytes
    target_mac: bytes
    source: int
    target: int
    source_port: int
    target_port: int
    number: int  # of the IPv4 datagram
    sequence: int
    acknowledgment: int
    flags: int
    data: bytes = b""


def checksum(data: bytes) -> int:
    """RFC 1071 §1: the complement of the folded sum; an odd octet at the end is padded with zero."""
    padded = data + bytes(len(data) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total


def verifies(data: bytes) -> bool:
    """Is the checksum within right? `data` is not all zero."""
    return int.from_bytes(data + bytes(len(data) % 2), "big") % 0xFFFF == 0


def pseudo_header(source: int, target: int, length: int) -> bytes:
    return PSEUDO.pack(source, target, 0, 6, length)


def build(frame: Frame) -> bytes:
    def tcp(check: int) -> bytes:
        ports = frame.source_port, frame.target_port
        head = TCP.pack(*ports, frame.sequence, frame.acknowledgment, 5 << 4, frame.flags, 65535, check, 0)
        return head + frame.data

    def ip(check: int) -> bytes:
        return IPV4.pack(0x45, 0, 40 + len(frame.data), frame.number, 0x4000, 64, 6, check, frame.source, frame.target)

    segment = tcp(checksum(pseudo_header(frame.source, frame.target, 20 + len(frame.data)) + tcp(0)))
    return ETHERNET.pack(frame.target_mac, frame.source_mac, 0x0800) + ip(checksum(ip(0))) + segment


def parse(octets: bytes) -> Frame:
    """The fields of a frame as `build` makes it."""
    target_mac, source_mac, _ = ETHERNET.unpack_from(octets)
    *_, number, _, _, _, _, source, target = IPV4.unpack_from(octets, 14)
    source_port, target_port, sequence, acknowledgment, _, flags, *_ = TCP.unpack_from(octets, 34)
    ports = source_port, target_port
    return Frame(source_mac, target_mac, source, target, *ports, number, sequence, acknowledgment, flags, octets[54:])


def good(octets: bytes) -> bool:
    """Are both checksums right?"""
    ip, segment = octets[14:34], octets[34:]
    pseudo = ip[12:20] + struct.pack(">HH", 6, len(segment))
    return verifies(ip) and verifies(pseudo + segment)


CLIENT = (bytes.fromhex("020000000001"), int(IPv4Address("192.0.2.1")), 40000)  # RFC 5737, a local MAC address
SERVER = (bytes.fromhex("020000000002"), int(IPv4Address("192.0.2.2")), 80)
EXCHANGE = (  # who sends, flags, data
    *((CLIENT, SYN, b""), (SERVER, SYN | ACK, b""), (CLIENT, ACK, b"")),
    *((CLIENT, PSH | ACK, REQUEST), (SERVER, ACK, b""), (SERVER, PSH | ACK, ANSWER), (CLIENT, ACK, b"")),
    *((CLIENT, FIN | ACK, b""), (SERVER, ACK, b""), (SERVER, FIN | ACK, b""), (CLIENT, ACK, b"")),
)


def frames() -> list[Frame]:
    """Handshake, request, answer, close: eleven segments. SYN and FIN take a sequence number each (RFC 9293 §3.4)."""
    following = {CLIENT: 1000, SERVER: 5000}  # the sequence number of what comes next
    made = []
    for number, (sender, flags, data) in enumerate(EXCHANGE, 1):
        receiver = SERVER if sender is CLIENT else CLIENT
        (mac, address, port), (to_mac, to_address, to_port) = sender, receiver
        acknowledged = following[receiver] if flags & ACK else 0
        ends = mac, to_mac, address, to_address, port, to_port
        made.append(Frame(*ends, number, following[sender], acknowledged, flags, data))
        following[sender] += len(data) + bool(flags & (SYN | FIN))
    return made


@lab(
    "encap",
    Both("One HTTP request as octets", "一个 HTTP 请求的全部字节"),
    (
        fact(
            "total == 92",
            "38 octets of HTTP, 20 of TCP, 20 of IPv4, 14 of Ethernet: 92",
            "HTTP 38 字节，TCP 20，IPv4 20，以太网 14：共 92",
        ),
        fact(
            "good == 11",
            "all eleven frames of the exchange: both checksums verified, another way than they were made",
            "整个交互共十一帧：两个校验和都用另一种算法验证通过",
        ),
        fact(
            "scapy == 11",
            "each frame taken apart into its fields and built anew from them is the same, octet for octet (by our own "
            "code here; by Scapy when this was recorded)",
            "每一帧拆成字段再重新组装，逐字节相同（这里用自己的代码；当初记录时用的是 Scapy）",
        ),
    ),
    typical_ms=1,
    ask=Ask(
        "total",
        "An HTTP request of 38 octets goes out over Ethernet in one segment without options. How long is the frame, "
        "without its FCS?",
        "38 字节的 HTTP 请求放在一个不带选项的报文段里经以太网发出。不算 FCS，帧有多长？",
        ((78, "78", "78"), (92, "92", "92"), (58, "58", "58"), (104, "104", "104")),
    ),
)
def encap(facts: Facts) -> None:
    octets = [build(frame) for frame in frames()]
    request = next(frame for frame in octets if frame.endswith(REQUEST))
    facts["request"] = request.hex(" ")
    facts["total"] = len(request)
    facts["good"] = sum(map(good, octets))
    facts["scapy"] = sum(build(parse(frame)) == frame for frame in octets)
