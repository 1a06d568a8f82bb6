"""Captures made for tests: files of each format, frames on each link layer, scripts of `play` as an end sees them."""

import struct
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Literal

from prep.net.tcp.exchange import Exchange, Moment
from prep.net.tcp.script import PEER, SIDES, Side, read
from prep.net.tcp.segment import Segment

FLAGS = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32}
Packet = tuple[float, bytes]
HOSTS = {"A": ("192.0.2.1", 40000), "B": ("192.0.2.2", 9000)}


# ── TCP and IP ──


def tcp(source: int, destination: int, segment: Segment, window: int = 65535, options: bytes = b"") -> bytes:
    """A TCP header and the segment's text; the checksum is 0."""
    flags = sum(FLAGS[flag] for flag in segment.flags) | (0 if segment.ack is None else FLAGS["ACK"])
    options += bytes(-len(options) % 4)
    head = struct.pack(
        ">HHIIBBHHH", source, destination, segment.seq, segment.ack or 0, (20 + len(options)) * 4, flags, window, 0, 0
    )
    return head + options + b"x" * segment.data


def ipv4(
    source: str, destination: str, payload: bytes, protocol: int = 6, options: bytes = b"", part: int = 0
) -> bytes:
    head = struct.pack(
        ">BBHHHBBH", 0x45 + len(options) // 4, 0, 20 + len(options) + len(payload), 0, part, 64, protocol, 0
    )
    return head + ip_address(source).packed + ip_address(destination).packed + options + payload


def ipv6(source: str, destination: str, payload: bytes, protocol: int = 6, headers: Iterable[int] = ()) -> bytes:
    """With extension headers of 8 octets each."""
    chain = [*headers, protocol]
    payload = b"".join(bytes([after, 0, 0, 0, 0, 0, 0, 0]) for after in chain[1:]) + payload
    head = struct.pack(">IHBB", 6 << 28, len(payload), chain[0], 64)
    return head + ip_address(source).packed + ip_address(destination).packed + payload


def ethernet(packet: bytes, *tags: int) -> bytes:
    """In a frame with VLAN tags of these TPIDs."""
    kind = 0x0800 if packet[0] >> 4 == 4 else 0x86DD
    return bytes(12) + b"".join(struct.pack(">HH", tag, 7) for tag in tags) + struct.pack(">H", kind) + packet


def segment_of(sender: Side, segment: Segment, window: int = 65535, options: bytes = b"") -> bytes:
    """An IPv4 packet from one of the two hosts to the other."""
    (source, port), (destination, to) = HOSTS[sender], HOSTS[PEER[sender]]
    return ipv4(source, destination, tcp(port, to, segment, window, options))


# ── files ──


def pcap(packets: Iterable[Packet], link: int = 101, order: str = "<", nano: bool = False, snap: int = 262144) -> bytes:
    magic, unit = (0xA1B23C4D, 10**9) if nano else (0xA1B2C3D4, 10**6)
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snap, link)]
    for when, packet in packets:
        seconds = int(when)
        parts = min(unit - 1, round((when - seconds) * unit))
        out.append(struct.pack(order + "IIII", seconds, parts, min(snap, len(packet)), len(packet)) + packet[:snap])
    return b"".join(out)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(link: int, order: str = "<", resolution: int | None = None) -> bytes:
    options = b"" if resolution is None else struct.pack(order + "HHB3xHH", 9, 1, resolution, 0, 0)
    return block(1, struct.pack(order + "HHI", link, 0, 0) + options, order)


def enhanced(packet: Packet, order: str = "<", number: int = 0, unit: float = 1e-6) -> bytes:
    when, octets = packet
    ticks = round(when / unit)
    head = struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(octets), len(octets))
    return block(6, head + octets, order)


def pcapng(packets: Iterable[Packet], link: int = 101, order: str = "<", nano: bool = False) -> bytes:
    unit = 1e-9 if nano else 1e-6
    out = [section(order), interface(link, order, 9 if nano else None)]
    return b"".join(out + [enhanced(packet, order, unit=unit) for packet in packets])


# ── scripts ──

Tap = Literal["A", "B"]


def played(script: str, tap: Tap) -> tuple[list[Packet], dict[Side, list[str]]]:
    """A script of `play` as a capture at one end sees it, one packet a second; and the states each end went through.

    What the tapped end sends is seen as it is sent, also what gets lost later; what it gets, as it arrives.
    """
    exchange, packets = Exchange(), []
    paths: dict[Side, list[str]] = {side: ["CLOSED"] for side in SIDES}

    def see(sender: Side, segment: Segment) -> None:
        packets.append((float(len(packets) + 1), segment_of(sender, segment)))

    for step in read(script):
        moment: Moment = exchange.take(step)
        arrived = step.act in ("deliver", "inject") and moment.at == tap
        if arrived and moment.segment:
            see(PEER[tap], moment.segment)
        if moment.at:
            for state in moment.answer.path[1:]:
                if state != paths[moment.at][-1]:
                    paths[moment.at].append(state)
        if moment.at == tap:
            for segment in moment.answer.sent:
                see(tap, segment)
    return packets, paths
