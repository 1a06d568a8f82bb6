"""Frames are read, named, forged, damaged and written as a capture."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.labs.frames import Frame, checksum, corrupted, forged_syn, pcap, read

MACS = bytes([2, 0, 0, 0, 0, 2]), bytes([2, 0, 0, 0, 0, 1])
SYN = forged_syn(MACS, ("192.0.2.66", "192.0.2.2"), (20_000, 9000), seq=7)


def test_a_forged_syn_says_what_it_should():
    packet = read(SYN)

    assert (packet.bits, packet.ports, packet.seq, packet.data) == (frozenset({"SYN"}), (20_000, 9000), 7, 0)
    assert (packet.length, packet.source, packet.destination) == (40, bytes([192, 0, 2, 66]), bytes([192, 0, 2, 2]))


def test_the_checksums_of_a_forged_syn_are_right():
    header, segment = SYN[14:34], SYN[34:]

    assert checksum(header) == 0
    assert checksum(header[12:] + struct.pack(">BBH", 0, 6, len(segment)) + segment) == 0


def test_a_corrupted_segment_has_a_wrong_checksum_and_a_right_header():
    damaged = corrupted(SYN)

    assert checksum(damaged[14:34]) == 0
    assert checksum(damaged[26:34] + struct.pack(">BBH", 0, 6, 20) + damaged[34:]) != 0
    assert sum(bin(a ^ b).count("1") for a, b in zip(SYN, damaged, strict=True)) == 1


def test_the_internet_checksum_is_that_of_rfc_1071():
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0xFFFF - 0xDDF2


@pytest.mark.parametrize(
    ("fate", "word"),
    [
        (None, "A:S"),
        ("drop", "A:S!"),
        ("delay", "A:S@"),
        ("duplicate", "A:S="),
        ("reorder", "A:S^"),
        ("alone", "A:S_"),
        ("corrupt", "A:S~"),
    ],
)
def test_a_frame_is_named_with_what_became_of_it(fate, word):
    assert Frame(0, "A", SYN, read(SYN), fate).word == word


@given(st.binary(max_size=80))
def test_any_bytes_can_be_read_and_named(raw):
    assert Frame(0, "B", raw, read(raw)).word.startswith("B:")


def test_a_capture_is_in_the_order_of_time():
    written = pcap([(2.5, b"later"), (1.000001, b"sooner")])

    assert struct.unpack_from("<IHH", written) == (0xA1B2C3D4, 2, 4)
    assert struct.unpack_from("<IIII", written, 24) == (1, 1, 6, 6)
    assert written[40:46] == b"sooner"
    assert struct.unpack_from("<II", written, 46) == (2, 500_000)
