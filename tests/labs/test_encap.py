"""The frames of `encap` are what the layers say, and their checksums find damage."""

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.labs.encap import build, checksum, frames, good, parse, verifies

REQUEST = 3  # the fourth frame carries it


def test_the_checksum_of_rfc_1071_section_3_is_found():
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0xFFFF - 0xDDF2


@given(st.binary(min_size=2, max_size=100))
def test_data_with_its_checksum_verifies_and_with_another_does_not(data):
    even = data + bytes(len(data) % 2) + b"\x01\x00"
    right = checksum(even)

    assert verifies(even + struct.pack(">H", right))
    assert not verifies(even + struct.pack(">H", (right + 1) % 0xFFFF))


@given(frame=st.sampled_from(frames()), data=st.binary(max_size=60))
def test_a_frame_taken_apart_is_the_frame_that_was_built(frame, data):
    whole = replace(frame, data=data)

    assert parse(build(whole)) == whole


@pytest.mark.parametrize("bit", range(8 * 14, 8 * 92, 7))
def test_a_flipped_bit_of_ip_or_tcp_is_found(bit):
    octets = bytearray(build(frames()[REQUEST]))
    octets[bit // 8] ^= 0x80 >> bit % 8

    assert not good(bytes(octets))


def test_each_end_acknowledges_all_that_the_other_has_sent():
    client, _, server, last = frames()[-4:]

    assert last.sequence == server.acknowledgment
    assert last.acknowledgment == server.sequence + 1
    assert client.acknowledgment == server.sequence
