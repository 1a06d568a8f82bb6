"""Ethernet frames with IPv4 in them: what they say, how a trace names them, one forged, one damaged, many as a capture.

A trace is a list of words (RFC 9293 §3.1 has the control bits):

    A:S       A sent a SYN            A:PA/5    with data, 5 bytes        A:S!   the wire lost it
    B:SA      B sent a SYN,ACK        B:FA      FIN,ACK                   A:ip/1500   not TCP: the length of the packet

Behind a word stands what the wire did to it: `!` lost, `@` delayed, `=` sent twice, `^` swapped with the next, `_` held
to be swapped with the next, but there was none, `~` one bit flipped.
"""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from prep.labs.rules import Bits, Kind, Side
from prep.net.tcp.segment import ORDER

BITS: Final = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32}
Fate = Kind | Literal["alone"]  # as the rule says; or held to be reordered, and nothing came behind yet
MARKS: Final[dict[Fate | None, str]] = {
    None: "", "drop": "!", "delay": "@", "duplicate": "=", "reorder": "^", "alone": "_", "corrupt": "~",
}  # fmt: skip
IPV4: Final = 0x0800
ETHERNET: Final = 14  # bytes of header
LATER_FRAGMENT: Final = 0x1FFF  # of the 16 bits with flags and offset

Sight = tuple[float, bytes]  # seconds since 1970, a frame

_ip = struct.Struct(">BxH2xHxBxx4s4s").unpack_from
_tcp = struct.Struct(">HHIIBBH").unpack_from


class Packet(NamedTuple):
    """`length` is that of the IP packet, `data` the bytes behind the TCP header. `bits` is None where it is not TCP."""

    length: int
    source: bytes = b""
    destination: bytes = b""
    bits: Bits | None = None
    ports: tuple[int, int] = (0, 0)
    seq: int = 0
    ack: int = 0
    window: int = 0
    data: int = 0
    options: bytes = b""


def read(frame: bytes) -> Packet:
    """What the frame says; what is cut off counts as not TCP."""
    if len(frame) < ETHERNET + 20:
        return Packet(max(0, len(frame) - ETHERNET))
    first, length, fragment, protocol, source, destination = _ip(frame, ETHERNET)
    at = ETHERNET + (first & 15) * 4
    if protocol != socket.IPPROTO_TCP or fragment & LATER_FRAGMENT or len(frame) < at + 20:
        return Packet(length, source, destination)
    here, there, seq, ack, offset, bits, window = _tcp(frame, at)
    text = at + (offset >> 4) * 4
    return Packet(
        length,
        source,
        destination,
        bits=frozenset(name for name, bit in BITS.items() if bits & bit),
        ports=(here, there),
        seq=seq,
        ack=ack,
        window=window,
        data=max(0, ETHERNET + length - text),
        options=frame[at + 20 : text],
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """What one end sent, when (seconds since 1970, by the kernel), and what the wire did to it."""

    at: float
    side: Side
    raw: bytes
    packet: Packet
    fate: Fate | None = None

    @property
    def word(self) -> str:
        packet = self.packet
        if packet.bits is None:
            return f"{self.side}:ip/{packet.length}{MARKS[self.fate]}"
        letters = "".join(bit[0] for bit in ORDER if bit in packet.bits)
        return f"{self.side}:{letters}" + f"/{packet.data}" * (packet.data > 0) + MARKS[self.fate]


def corrupted(frame: bytes) -> bytes:
    """With one bit flipped in the last byte of the IP packet, so that a checksum over it fails."""
    last = ETHERNET + read(frame).length - 1
    return frame[:last] + bytes([frame[last] ^ 1]) + frame[last + 1 :]


def forged_syn(macs: tuple[bytes, bytes], addresses: tuple[str, str], ports: tuple[int, int], seq: int) -> bytes:
    """A SYN without options as if from another host; (destination, source) MACs, (source, destination) otherwise."""
    source, destination = map(socket.inet_aton, addresses)
    segment = struct.pack(">HHIIBBHHH", *ports, seq, 0, 5 << 4, BITS["SYN"], 65535, 0, 0)
    pseudo = source + destination + struct.pack(">BBH", 0, socket.IPPROTO_TCP, len(segment))
    segment = segment[:16] + struct.pack(">H", checksum(pseudo + segment)) + segment[18:]
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0, source, destination)
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    return b"".join(macs) + struct.pack(">H", IPV4) + head + segment


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071); 0 over data that holds its own."""
    total: int = sum(struct.unpack(f">{(len(data) + 1) // 2}H", data + bytes(len(data) % 2)))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pcap(sights: Iterable[Sight]) -> bytes:
    """A classic capture file (draft-ietf-opsawg-pcap): Ethernet, little-endian, microseconds; in the order of time."""
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1)]
    for at, frame in sorted(sights, key=lambda sight: sight[0]):
        seconds, micro = divmod(round(at * 1_000_000), 1_000_000)
        parts += [struct.pack("<IIII", seconds, micro, len(frame), len(frame)), frame]
    return b"".join(parts)
