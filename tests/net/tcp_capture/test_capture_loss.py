"""What the capture lacks: packets that it has lost, in both directions, and the whole of one direction."""

from itertools import chain, combinations

import pytest
from reading import Connection
from said import OPEN, Said, ack, one

from prep.net.tcp.segment import FIN, RST, SYN, Segment

FOUR: list[Said] = [
    *OPEN,
    ("A", ack(101, 301, 5)),
    ("B", ack(301, 106)),
    ("B", ack(301, 106, 7)),
    ("A", ack(106, 308)),
    ("A", Segment(106, 308, FIN)),
    ("B", ack(308, 107)),
    ("B", Segment(308, 107, FIN)),
    ("A", ack(107, 309)),
]
THREE: list[Said] = [
    *OPEN,
    ("A", ack(101, 301, 100)),
    ("B", ack(301, 201, 70)),
    ("A", Segment(201, 371, FIN)),
    ("B", Segment(371, 202, FIN)),
    ("A", ack(202, 372)),
]
PASSIVE: list[Said] = [
    *OPEN,
    ("A", ack(101, 301, 5)),
    ("B", ack(301, 106, 7)),
    ("B", Segment(308, 106, FIN)),
    ("A", ack(106, 309)),
    ("A", Segment(106, 309, FIN)),
    ("B", ack(309, 107)),
]
WHOLE = {"four": FOUR, "three": THREE, "passive": PASSIVE}


def direction(end: str, said: list[Said]) -> Connection:
    return one(*[segment for segment in said if segment[0] == end])


# ── packets ──


@pytest.mark.parametrize("said", WHOLE.values(), ids=WHOLE)
def test_whatever_acks_and_data_the_capture_has_lost_the_path_is_the_same_as_far_as_it_goes(said):
    whole = one(*said)
    plain = [place for place, (_, segment, *_) in enumerate(said) if not segment.flags]

    for gone in chain.from_iterable(combinations(plain, count) for count in range(len(plain) + 1)):
        found = one(*[one for place, one in enumerate(said) if place not in gone])

        for path, wanted in zip(found.paths, whole.paths, strict=True):
            assert path == wanted[: len(path)], gone
            assert len(path) >= len(wanted) - 2, gone
        assert found.codes <= {"not-captured"}, gone
        assert found.conn_state == whole.conn_state, gone


@pytest.mark.parametrize("said", WHOLE.values(), ids=WHOLE)
def test_whatever_two_packets_the_capture_has_lost_nothing_is_invented(said):
    for gone in combinations(range(len(said)), 2):
        found = one(*[one for place, one in enumerate(said) if place not in gone])

        assert found.codes <= {"not-captured", "half-closed", "midstream"}, gone
        fins = [place for place, (_, segment, *_) in enumerate(said) if "FIN" in segment.flags]
        no_trace = {fins[1], len(said) - 1} <= set(gone)  # of the second FIN: its ACK is lost too
        assert ("half-closed" in found.codes) <= no_trace, gone
        assert found.octets == one(*said).octets or set(fins) & set(gone), gone


def test_it_does_not_matter_what_other_connections_the_capture_has_shown_before():
    """The data between the handshake and the FINs is lost in both directions."""
    found = one(*OPEN, ("A", Segment(201, 371, FIN)), ("B", Segment(371, 202, FIN)), ("A", ack(202, 372)))

    assert [path[-2:] for path in found.paths] == [("FIN_WAIT_2", "TIME_WAIT"), ("LAST_ACK", "CLOSED")]
    assert found.octets == (100, 70)
    assert [(one.code, one.end) for one in found.findings] == [("not-captured", 0), ("not-captured", 1)]


def test_an_end_that_acknowledges_data_has_the_third_ack_though_that_was_lost():
    found = one(*OPEN[:2], ("B", ack(301, 106)), ("A", Segment(106, 301, RST)))

    assert found.path(1) == "CLOSED LISTEN SYN_RECEIVED ESTABLISHED CLOSED"


def test_a_peer_that_has_acknowledged_more_than_was_seen_is_not_said_to_be_open():
    found = one(*FOUR[:-2], FOUR[-1])  # B's FIN is lost

    assert found.codes == {"not-captured"}
    assert found.octets == (5, 7)


# ── one direction ──


@pytest.mark.parametrize("said", WHOLE.values(), ids=WHOLE)
@pytest.mark.parametrize("end", ["A", "B"])
def test_of_the_direction_that_was_not_captured_nothing_is_said_but_that(said, end):
    assert direction(end, said).codes == {"one-direction"}


@pytest.mark.parametrize(
    ("said", "end", "octets"),
    [(FOUR, "A", (5, 7)), (FOUR, "B", (5, 7)), (THREE, "A", (100, 70)), (PASSIVE, "B", (5, 7))],
)
def test_the_ack_of_a_fin_that_was_not_captured_is_no_data(said, end, octets):
    assert direction(end, said).octets == octets


def test_an_end_that_was_not_captured_is_not_said_to_wait_for_an_ack():
    assert one(OPEN[0], ("A", Segment(101, 301, FIN))).codes == {"one-direction"}


def test_a_syn_ack_alone_does_not_say_that_the_handshake_failed():
    once = [("B", Segment(300, 101, SYN))]

    assert "handshake-unfinished" not in one(*once).codes
    assert "handshake-unfinished" in one(*once * 3).codes
