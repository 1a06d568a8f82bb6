"""The same handshake in every wrapping that is read; and the wrappings that are named, not guessed."""

import struct

import pytest
from captures import HOSTS, ethernet, ipv4, ipv6, pcap, played, tcp
from reading import only, read

from prep.net.tcp.scripts import named
from prep.net.tcp.segment import SYN, Segment

PACKETS, _ = played(named()["handshake"].text, "A")
SEGMENTS = [packet[20:] for _, packet in PACKETS[:3]]
SIX = ("2001:db8::1", "2001:db8::2")


def paths(frames: list[bytes], link: int) -> tuple[str, str]:
    one = only(read(pcap([(float(n), frame) for n, frame in enumerate(frames)], link)).connections)
    return one.path(0), one.path(1)


def hosts(place: int, addresses: tuple[str, str] = ("192.0.2.1", "192.0.2.2")) -> tuple[str, str]:
    """Source and destination of the n-th segment of the handshake."""
    return (addresses[1], addresses[0]) if place == 1 else addresses


FOUR = [ipv4(*hosts(n), segment) for n, segment in enumerate(SEGMENTS)]
SIXES = [ipv6(*hosts(n, SIX), segment) for n, segment in enumerate(SEGMENTS)]
OPTIONS = [ipv4(*hosts(n), segment, options=b"\x94\x04\0\0" * 3) for n, segment in enumerate(SEGMENTS)]
EXTENDED = [ipv6(*hosts(n, SIX), segment, headers=(0, 60, 43)) for n, segment in enumerate(SEGMENTS)]
KINDS = ["IPv4", "IPv6", "options", "extensions"]
WRAPPINGS = {
    "Ethernet": (1, ethernet),
    "VLAN": (1, lambda packet: ethernet(packet, 0x8100)),
    "stacked VLANs": (1, lambda packet: ethernet(packet, 0x88A8, 0x8100)),
    "three VLANs": (1, lambda packet: ethernet(packet, 0x88A8, 0x8100, 0x9100)),
    "PPPoE": (1, lambda packet: pppoe(packet)),
    "Linux cooked": (113, lambda packet: bytes(14) + kind(packet) + packet),
    "Linux cooked with VLAN": (113, lambda packet: bytes(14) + b"\x81\x00\x00\x07" + kind(packet) + packet),
    "Linux cooked v2": (276, lambda packet: kind(packet) + bytes(18) + packet),
    "raw IP": (101, bytes),
    "raw IP of BSD": (12, bytes),
    "BSD loopback": (0, lambda packet: b"\x02\0\0\0" + packet),
    "BSD loopback, big-endian": (0, lambda packet: b"\0\0\0\x1e" + packet),
    "OpenBSD loopback": (108, lambda packet: b"\0\0\0\x18" + packet),
}


def kind(packet: bytes) -> bytes:
    return b"\x08\x00" if packet[0] >> 4 == 4 else b"\x86\xdd"


def pppoe(packet: bytes) -> bytes:
    protocol = b"\x00\x21" if packet[0] >> 4 == 4 else b"\x00\x57"
    return bytes(12) + b"\x88\x64\x11\x00\x00\x01" + struct.pack(">H", len(packet) + 2) + protocol + packet


@pytest.mark.parametrize("packets", [FOUR, SIXES, OPTIONS, EXTENDED], ids=KINDS)
@pytest.mark.parametrize("name", WRAPPINGS)
def test_every_wrapping_holds_the_same_handshake(name, packets):
    link, wrap = WRAPPINGS[name]

    assert paths([wrap(packet) for packet in packets], link) == (
        "CLOSED SYN_SENT ESTABLISHED",
        "CLOSED LISTEN SYN_RECEIVED ESTABLISHED",
    )


def test_the_padding_of_a_short_frame_is_no_text():
    frames = [ethernet(packet).ljust(64, b"\0") for packet in FOUR]

    assert only(read(pcap([(1.0, frame) for frame in frames], 1)).connections).octets == (0, 0)


def test_the_length_of_a_segment_is_that_on_the_wire_not_that_in_the_file():
    data = ipv4(*hosts(0), tcp(40000, 9000, Segment(101, 301, data=1000)))
    capture = pcap([(float(n), packet) for n, packet in enumerate([*FOUR, data])], snap=60)

    assert only(read(capture).connections).octets == (1000, 0)


def test_a_total_length_of_zero_means_that_the_card_was_to_cut_it_up():
    data = bytearray(ipv4(*hosts(0), tcp(40000, 9000, Segment(101, 301, data=3000))))
    data[2:4] = b"\0\0"

    assert only(read(pcap([(1.0, packet) for packet in [*FOUR, bytes(data)]])).connections).octets == (3000, 0)


def test_wrong_checksums_do_not_matter():
    wrong = [packet[:10] + b"\xba\xad" + packet[12:36] + b"\xba\xad" + packet[38:] for packet in FOUR]

    assert paths(wrong, 101) == paths(FOUR, 101)


SEGMENT = tcp(HOSTS["A"][1], HOSTS["B"][1], Segment(100, None, SYN))
NAMED = {
    "ip-fragment": [
        (101, ipv4(*hosts(0), SEGMENT, part=0x2000)),
        (101, ipv4(*hosts(0), SEGMENT, part=0x00B9)),
        (101, ipv6(*SIX, b"\x06\0\0\x01" + bytes(4) + SEGMENT, 44)),
    ],
    "tunnel-gre": [(101, ipv4(*hosts(0), bytes(4) + FOUR[0], 47)), (101, ipv6(*SIX, bytes(4) + FOUR[0], 47))],
    "tunnel-ipip": [(101, ipv4(*hosts(0), FOUR[0], 4))],
    "tunnel-6in4": [(101, ipv4(*hosts(0), SIXES[0], 41))],
    "tunnel-esp": [(101, ipv4(*hosts(0), bytes(40), 50))],
    "tunnel-vxlan": [(101, ipv4(*hosts(0), struct.pack(">HHHH", 5555, 4789, 66, 0) + bytes(58), 17))],
    "udp": [
        (101, ipv4(*hosts(0), struct.pack(">HHHH", 5555, 53, 8, 0), 17)),
        (101, ipv4(*hosts(0), bytes(64), 17, part=0x2000)),
        (101, ipv6(*SIX, b"\x11\0\0\x01" + bytes(64), 44)),
    ],
    "icmp": [(101, ipv4(*hosts(0), bytes(8), 1))],
    "arp": [(1, bytes(12) + b"\x08\x06" + bytes(28))],
    "mpls": [(1, bytes(12) + b"\x88\x47" + bytes(4) + FOUR[0])],
    "not-ip": [(1, bytes(12) + b"\x12\x34" + bytes(50)), (1, bytes(12) + b"\x00\x26" + bytes(50))],
    "bad-header": [
        (101, b"\x44" + FOUR[0][1:]),
        (101, FOUR[0][:32] + b"\x40" + FOUR[0][33:]),
        (101, FOUR[0][:32] + b"\xf0" + FOUR[0][33:]),
        (101, ipv4(*hosts(0), SEGMENT[:19])),
        (101, b"\x90" + bytes(60)),
    ],
    "unknown-link": [(105, bytes(60))],
}


@pytest.mark.parametrize(
    ("reason", "link", "frame"), [(reason, *one) for reason, frames in NAMED.items() for one in frames]
)
def test_what_is_not_followed_is_named(reason, link, frame):
    found = read(pcap([(1.0, frame)], link))

    assert found.skipped == {reason: 1}
    assert found.connections == []


def test_an_atomic_fragment_is_a_whole_packet():
    packets = [ipv6(*hosts(n, SIX), b"\x06" + bytes(7) + segment, 44) for n, segment in enumerate(SEGMENTS)]

    assert paths(packets, 101) == paths(SIXES, 101)


@pytest.mark.parametrize("six", [False, True], ids=["IPv4", "IPv6"])
def test_the_first_fragment_of_a_packet_names_the_connection_and_nothing_is_put_together(six):
    data = tcp(*(HOSTS[end][1] for end in "AB"), Segment(101, 301, data=80))
    if six:
        whole, parts = SIXES, [b"\x06\0\0\x01" + bytes(4) + data[:64], b"\x06\0\0\x40" + bytes(4) + data[64:]]
        pieces = [ipv6(*SIX, part, 44) for part in parts]
    else:
        whole = FOUR
        pieces = [ipv4(*hosts(0), data[:64], part=0x2000), ipv4(*hosts(0), data[64:], part=8)]

    found = read(pcap([(float(n), packet) for n, packet in enumerate([*whole, *pieces])]))

    one = only(found.connections)
    assert (one.packets, one.octets, found.skipped) == ((2, 1), (0, 0), {"ip-fragment": 2})
    assert one.told("fragmented")[1:3] == (1, 0)


def test_a_fragment_of_a_connection_that_nobody_knows_is_only_counted():
    found = read(pcap([(1.0, ipv4(*hosts(0), SEGMENT, part=0x2000)), (2.0, ipv4(*hosts(0), SEGMENT[:8], part=0x2000))]))

    assert (found.connections, found.skipped) == ([], {"ip-fragment": 2})


@pytest.mark.parametrize("packet", [FOUR[0], SIXES[0], OPTIONS[0], EXTENDED[0]], ids=KINDS)
@pytest.mark.parametrize("name", WRAPPINGS)
def test_a_snap_length_that_cuts_the_headers_is_said_at_every_octet(name, packet):
    link, wrap = WRAPPINGS[name]
    frame = wrap(packet)

    reasons = {reason for snap in range(len(frame)) for reason in read(pcap([(1.0, frame)], link, snap=snap)).skipped}

    assert reasons == {"headers-cut"}
