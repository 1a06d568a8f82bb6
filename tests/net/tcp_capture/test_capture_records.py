"""pcap and pcapng: every byte order and resolution, and files that are damaged, cut off or none at all."""

import struct

import pytest
from captures import block, enhanced, interface, pcap, pcapng, played, section, segment_of
from reading import only, read

from prep.net.tcp.capture.records import NoCapture, Records
from prep.net.tcp.scripts import named
from prep.net.tcp.segment import SYN, Segment

PACKETS = played(named()["handshake"].text, "A")[0][:3]
FRAME = segment_of("A", Segment(100, None, SYN))


def times(capture: bytes) -> list[float]:
    return [record[0] for record in Records(memoryview(capture))]


@pytest.mark.parametrize("nano", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("write", [pcap, pcapng])
def test_both_byte_orders_and_resolutions_are_read(write, order, nano):
    capture = write([(1_700_000_000.25, FRAME)], order=order, nano=nano)

    ((when, start, here, wire, link),) = Records(memoryview(capture))

    assert (when, here, wire, link) == (1_700_000_000.25, len(FRAME), len(FRAME), 101)
    assert capture[start : start + here] == FRAME


@pytest.mark.parametrize(("resolution", "unit"), [(3, 1e-3), (0, 1.0), (0x80 | 10, 2.0**-10), (12, 1e-12)])
def test_a_resolution_of_pcapng_is_a_power_of_ten_or_two(resolution, unit):
    capture = section() + interface(101, resolution=resolution) + enhanced((7 * unit, FRAME), unit=unit)

    assert times(capture) == [pytest.approx(7 * unit)]


def test_each_section_has_its_own_byte_order_and_interfaces():
    first = section("<") + interface(101, "<") + enhanced((1.0, FRAME), "<")
    second = section(">") + interface(1, ">") + interface(228, ">") + enhanced((2.0, FRAME), ">", number=1)

    assert [record[4] for record in Records(memoryview(first + second))] == [101, 228]


def test_simple_and_obsolete_packet_blocks_are_read():
    simple = block(3, struct.pack("<I", len(FRAME)) + FRAME)
    old = block(2, struct.pack("<HHIIII", 0, 0, 0, 5_000_000, len(FRAME), len(FRAME)) + FRAME)

    assert times(section() + interface(101) + simple + old) == [0.0, 5.0]


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_block_whose_two_lengths_differ_ends_the_reading_there(order):
    whole = pcapng(PACKETS, order=order)
    last = len(whole) - len(enhanced(PACKETS[-1]))

    found = read(whole[:-4] + struct.pack(order + "I", 1))

    assert found.packets == len(PACKETS) - 1
    length = len(whole) - last
    assert found.fault == f"damaged: the block at octet {last} says {length} octets at its head, 1 at its end"
    assert only(found.connections).history == "Sh"


def test_blocks_of_other_kinds_are_passed_over():
    capture = section() + block(10, b"secrets!") + interface(101) + block(0xBAD, b"") + enhanced((1.0, FRAME))

    assert len(times(capture)) == 1


@pytest.mark.parametrize("write", [pcap, pcapng])
def test_of_a_file_that_is_cut_off_what_is_there_counts(write):
    whole = write(PACKETS)

    cut = read(whole[:-5])

    assert cut.packets == len(PACKETS) - 1
    assert "cut off" in cut.fault
    assert only(cut.connections).history == "Sh"


@pytest.mark.parametrize("claim", [2**31, 2**32 - 1, 262_145])
def test_a_record_that_claims_too_much_ends_the_reading_there(claim):
    capture = pcap(PACKETS[:1]) + struct.pack("<IIII", 2, 0, claim, claim) + bytes(100)

    found = read(capture)

    assert found.packets == 1
    assert found.fault == f"damaged: the record at octet {len(pcap(PACKETS[:1]))} claims {claim} octets"


def test_a_tail_of_zeros_ends_the_reading_where_it_begins():
    found = read(pcap(PACKETS) + bytes(1_000_000))

    assert found.packets == len(PACKETS)
    assert "is empty, as in a file that was not written to its end" in found.fault


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (struct.pack("<II", 6, 2**31), "claims 2147483648 octets"),
        (struct.pack("<II", 6, 0) + bytes(4), "claims 0 octets"),
        (struct.pack("<II", 6, 13) + bytes(4), "claims 13 octets"),
        (section()[:8] + b"none" + section()[12:], "no byte order"),
        (enhanced((1.0, FRAME), number=3), "names interface 3"),
        (block(6, struct.pack("<IIIII", 0, 0, 0, 2**31, 9) + FRAME), "claims 2147483648 octets in a block"),
    ],
)
def test_a_damaged_block_ends_the_reading_with_its_reason(octets, why):
    found = read(pcapng(PACKETS) + octets + bytes(40))

    assert found.packets == len(PACKETS)
    assert why in found.fault


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"", "empty"),
        (b"GET / HTTP/1.1\r\n", "neither pcap nor pcapng"),
        (b"\x1f\x8b\x08\x00" + bytes(30), "gunzip"),
        (pcap([])[:20], "within the header"),
    ],
)
def test_what_is_no_capture_is_refused_with_a_way_out(octets, why):
    with pytest.raises(NoCapture, match=why):
        Records(memoryview(octets))


def test_time_that_runs_backwards_is_counted_and_the_order_of_the_file_holds():
    backwards = [(100.0 - when, packet) for when, packet in PACKETS]

    found = read(pcap(backwards))

    assert found.backwards == len(PACKETS) - 1
    assert found.connections == read(pcap(PACKETS)).connections
