"""Captures that hold every packet twice, and what only looks like it."""

import pytest
from captures import HOSTS, Packet, ipv6, pcap, segment_of, tcp
from reading import Connection, only, read
from said import CLOSE, OPEN, Said, ack

from prep.net.tcp.capture.copies import SOON
from prep.net.tcp.segment import FIN, RST, SYN, Segment

WHOLE: list[Said] = [
    *OPEN,
    ("A", ack(101, 301, 5)),
    ("B", ack(301, 106)),
    ("B", ack(301, 106, 7)),
    ("A", ack(106, 308)),
]
CLOSED: list[Said] = [
    ("A", Segment(106, 308, FIN)),
    ("B", ack(308, 107)),
    ("B", Segment(308, 107, FIN)),
    ("A", ack(107, 309)),
]
SIX = {"A": "2001:db8::1", "B": "2001:db8::2"}


def packets(said: list[Said], step: float = 1.0) -> list[Packet]:
    return [(n * step, segment_of(*one)) for n, one in enumerate(said)]  # type: ignore[arg-type]


def sixes(said: list[Said]) -> list[Packet]:
    made = []
    for n, (sender, segment, *_) in enumerate(said):
        other = "B" if sender == "A" else "A"
        text = tcp(HOSTS[sender][1], HOSTS[other][1], segment)
        made.append((float(n), ipv6(SIX[sender], SIX[other], text)))
    return made


def twice(whole: list[Packet], later: float = 1e-6) -> Connection:
    return only(read(pcap([(when + gap, packet) for when, packet in whole for gap in (0.0, later)])).connections)


def hopped(packet: bytes) -> bytes:
    """As the next router sends it on: TTL and checksums are others."""
    return packet[:8] + bytes([packet[8] - 1]) + packet[9:10] + b"\x12\x34" + packet[12:36] + b"\x56\x78" + packet[38:]


@pytest.mark.parametrize("write", [packets, sixes], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize("last", [[], CLOSED, [("A", Segment(106, 308, RST))]], ids=["open", "close", "reset"])
def test_a_capture_that_has_each_packet_twice_is_read_as_if_it_had_each_once(write, last):
    said = [*WHOLE, *last]
    once = only(read(pcap(write(said))).connections)

    found = twice(write(said))

    assert (found.paths, found.conn_state, found.history) == (once.paths, once.conn_state, once.history)
    assert found.octets == once.octets
    assert found.packets == (2 * once.packets[0], 2 * once.packets[1])
    assert found.codes == once.codes | {"duplicates"}
    assert found.told("duplicates")[1:3] == (len(said), None)


def test_a_copy_from_behind_a_router_is_one_too():
    both = [
        (when + gap, made) for when, packet in packets(WHOLE) for gap, made in ((0.0, packet), (1e-5, hopped(packet)))
    ]

    assert only(read(pcap(both)).connections).told("duplicates").times == len(WHOLE)


def test_a_copy_of_a_syn_on_used_ports_is_no_attempt_of_its_own():
    again = [("A", Segment(9_000_000, None, SYN)), ("B", Segment(7_000_000, 9_000_001, SYN))]
    said = [*OPEN, *CLOSE, *again]

    first, second = read(
        pcap([(when + gap, packet) for when, packet in packets(said) for gap in (0.0, 1e-6)])
    ).connections

    assert (first.codes, second.codes) == ({"duplicates"}, {"duplicates", "port-reuse", "handshake-unfinished"})
    assert (sum(first.packets), sum(second.packets)) == (14, 4)


def test_what_comes_again_later_is_a_retransmission():
    found = twice(packets(WHOLE), later=2 * SOON)

    assert "duplicates" not in found.codes
    assert {one.times for one in found.findings if one.code == "retransmission"} == {2}


def test_a_few_copies_are_retransmissions():
    whole = packets(WHOLE)
    capture = pcap([*whole[:4], (whole[3][0] + 1e-6, whole[3][1]), *whole[4:]])

    found = only(read(capture).connections)

    assert found.codes == {"retransmission"}
    assert found.told("retransmission")[1:3] == (1, 0)


def test_a_syn_that_nobody_answers_is_sent_again_unless_other_connections_show_that_all_is_twice():
    syns: list[Said] = [("A", Segment(100, None, SYN))] * 3
    other = [(when, packet.replace(b"\x23\x28", b"\x23\x29", 1)) for when, packet in packets(WHOLE)]

    alone = only(read(pcap(packets(syns, 1e-6))).connections)
    beside = read(pcap([(w + gap, p) for w, p in [*other, *packets(syns[:1])] for gap in (0.0, 1e-6)])).connections[1]

    assert (alone.told("syn-unanswered").times, alone.told("retransmission").times) == (3, 2)
    assert beside.told("syn-unanswered").times == beside.told("duplicates").times == 1
    assert "retransmission" not in beside.codes


def test_a_syn_that_comes_three_times_before_it_is_refused_is_no_copy():
    said: list[Said] = [*[("A", Segment(100, None, SYN))] * 3, ("B", Segment(0, 101, RST))]

    found = only(read(pcap(packets(said, 1e-6))).connections)

    assert found.codes == {"reset-refused", "retransmission"}


def test_duplicate_acks_in_a_burst_are_no_copies():
    sent: list[Said] = [("A", ack(101 + 10 * n, 301, 10)) for n in range(5)]
    asks: list[Said] = [("B", ack(301, 111))] * 4
    said = [*OPEN, *sent, *asks, ("A", ack(111, 301, 10)), ("B", ack(301, 151))]

    found = only(read(pcap(packets(said, 1e-6))).connections)

    assert found.codes == {"fast-retransmission"}


def test_text_behind_a_bare_ack_of_the_same_numbers_is_no_copy():
    found = only(read(pcap(packets([*OPEN, ("A", ack(101, 301, 5)), ("B", ack(301, 106))], 1e-6))).connections)

    assert (found.codes, found.octets) == (set(), (5, 0))
