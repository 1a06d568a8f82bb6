"""Whatever the octets are: no exception, no hang, bounded memory, and every packet accounted for."""

import tracemalloc
from itertools import product
from random import Random

import pytest
from captures import HOSTS, ethernet, ipv4, pcap, pcapng, played, segment_of, tcp
from hypothesis import given
from hypothesis import strategies as st
from reading import read

from prep.net.tcp.capture.findings import TEXTS
from prep.net.tcp.capture.flows import Flows
from prep.net.tcp.capture.records import NoCapture, Records
from prep.net.tcp.capture.zeek import End, conn_state
from prep.net.tcp.scripts import named
from prep.net.tcp.segment import SYN, Segment
from prep.net.tcp.table import STATES

SEEDS = [
    write([(when, ethernet(packet, *tags)) for when, packet in played(named()[name].text, "B")[0]], 1)
    for write in (pcap, pcapng)
    for name, tags in (("handshake", ()), ("simultaneous-close", (0x8100,)), ("half-open-reconnect", ()))
]
STATES_OF_ZEEK = {"S0", "S1", "SF", "S2", "S3", "REJ", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH"}


def sound(capture: bytes) -> None:
    """Every packet is in a connection or skipped with a reason, and every word is one of ours."""
    try:
        found = read(capture)
    except NoCapture:
        return
    assert sum(sum(one.packets) for one in found.connections) + sum(found.skipped.values()) == found.packets
    for one in found.connections:
        assert one.conn_state in STATES_OF_ZEEK
        assert all(letter in "SsHhAaDdFfRr" for letter in one.history)
        assert {state for path in one.paths for state in path} <= set(STATES)
        assert one.codes <= set(TEXTS)
        assert min(one.octets) >= 0


@pytest.mark.parametrize("seed", range(6))
def test_flipped_octets_are_read_as_far_as_they_go(seed):
    dice = Random(seed)
    for _ in range(300):
        capture = bytearray(SEEDS[seed])
        for _ in range(dice.choice((1, 3, 10, 50))):
            capture[dice.randrange(len(capture))] = dice.randrange(256)
        del capture[dice.randrange(len(capture) // 2, len(capture) + 1) :]
        sound(bytes(capture))


@given(st.binary(max_size=300), st.sampled_from([capture[:24] for capture in SEEDS]))
def test_any_octets_behind_a_header_are_read_as_far_as_they_go(octets, head):
    sound(head + octets)


@given(st.lists(st.binary(max_size=120), max_size=8), st.sampled_from([0, 1, 12, 101, 105, 108, 113, 228, 229, 276]))
def test_any_frame_is_followed_or_named(frames, link):
    sound(pcap([(float(n), frame) for n, frame in enumerate(frames)], link))


NUMBERS = st.sampled_from([0, 1, 99, 100, 101, 102, 299, 300, 301, 302, 400, 70_000, 2**31, 2**32 - 1])
FLAGS = st.frozensets(st.sampled_from(["SYN", "FIN", "RST", "PSH", "URG"]))
SEGMENTS = st.builds(Segment, NUMBERS, st.none() | NUMBERS, FLAGS, st.sampled_from([0, 0, 1, 10, 1400]))


@given(st.lists(st.tuples(st.sampled_from("AB"), SEGMENTS, st.sampled_from([0, 1, 500, 65535])), max_size=30))
def test_any_segments_lead_somewhere(said):
    sound(pcap([(float(n), segment_of(*one)) for n, one in enumerate(said)]))


@given(st.lists(st.tuples(SEGMENTS, st.sampled_from([0, 1, 65535]), st.integers(1, 3)), max_size=30))
def test_any_segments_of_a_connection_with_itself_lead_somewhere_also_if_captured_again(said):
    host, port = HOSTS["A"]
    packets = [ipv4(host, host, tcp(port, port, segment, window)) for segment, window, _ in said]
    sound(pcap([(float(n), packet) for n, packet in enumerate(packets) for _ in range(said[n][2])]))


@given(st.lists(st.tuples(st.sampled_from("AB"), SEGMENTS, st.sampled_from([0, 500]), st.integers(1, 3)), max_size=30))
def test_any_segments_lead_somewhere_also_if_captured_again(said):
    times = [float(n) for n, one in enumerate(said) for _ in range(one[3])]
    packets = [segment_of(*one[:3]) for one in said for _ in range(one[3])]
    sound(pcap(zip(times, packets, strict=True)))


@given(st.lists(st.floats(0, 4_000_000_000), max_size=12))
def test_any_times_are_taken(times):
    packets = played(named()["four-segment-close"].text, "A")[0]

    sound(pcap([(when, packet) for when, (_, packet) in zip(times, packets, strict=False)]))


def test_conn_state_knows_an_answer_to_every_pair_of_ends():
    ends = [End(*pair) for pair in product(range(7), repeat=2)]
    for pair in product(ends, repeat=2):
        for history in ("", "S", "ShR", "SR", "SFR", "SaR"):
            assert conn_state(pair, history, False) in STATES_OF_ZEEK


def test_a_flood_of_syns_costs_no_more_than_a_kilobyte_and_a_half_each():
    dice, packets = Random(1), []
    for n in range(20_000):
        packet = bytearray(segment_of("A", Segment(n, None, SYN)))
        packet[12:16] = dice.randbytes(4)
        packets.append((float(n), bytes(packet)))
    view = memoryview(pcap(packets))
    tracemalloc.start()
    try:
        for _ in Flows(view).follow(Records(view)):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 1_500 * len(packets)
