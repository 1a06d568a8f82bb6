"""Connections out of segments: windows, reuse of ports, one direction, retransmissions, and what the table holds."""

import pytest
from captures import pcap, segment_of
from reading import only, read
from said import CLOSE, MODULUS, OPEN, ack, capture, handshake, one

from prep.net.tcp.capture import connections, flows
from prep.net.tcp.capture.flows import Flows
from prep.net.tcp.capture.records import Records
from prep.net.tcp.segment import FIN, RST, SYN, Segment

# ── RST and SYN, by their numbers ──


@pytest.mark.parametrize(("seq", "closes"), [(101, True), (101 + 70_000, False), (50, False)])
def test_a_rst_closes_at_the_number_that_is_expected_and_not_outside_the_window(seq, closes):
    found = one(*OPEN, ("B", ack(301, 101, 5)), ("A", ack(101, 306)), ("A", Segment(seq, None, RST)))

    assert found.paths[1][-1] == ("CLOSED" if closes else "ESTABLISHED")
    assert found.conn_state == ("RSTO" if closes else "S1")
    assert ("reset-ignored" in found.codes) != closes


def test_a_rst_inside_the_window_that_is_challenged_closed_nothing():
    found = one(*OPEN, ("A", Segment(200, None, RST)), ("B", ack(301, 101)), ("A", ack(101, 301, 5)))

    assert found.path(1) == "CLOSED LISTEN SYN_RECEIVED ESTABLISHED"
    assert found.conn_state == "S1"
    assert found.told("reset-challenged").end == 0


def test_a_rst_inside_the_window_after_which_nobody_speaks_was_real():
    found = one(*OPEN, ("A", Segment(200, None, RST)))

    assert (found.paths[0][-1], found.paths[1][-1], found.conn_state) == ("CLOSED", "CLOSED", "RSTO")


@pytest.mark.parametrize("seq", [5_000, 3_000_000_000])
def test_a_syn_on_an_open_connection_is_challenged_wherever_it_lies(seq):
    found = one(*OPEN, ("A", Segment(seq, None, SYN)), ("B", ack(301, 101)), ("A", ack(101, 301, 5)))

    assert found.path(1) == "CLOSED LISTEN SYN_RECEIVED ESTABLISHED"
    assert found.told("syn-challenged")[2:] == (0, "ESTABLISHED")


def test_a_window_counts_with_the_scale_of_its_syn():
    wide = bytes([3, 3, 7])
    syn, syn_ack, *rest = OPEN
    packets = [segment_of("A", syn[1], 65535, wide), segment_of("B", syn_ack[1], 65535, wide)]
    packets += [segment_of(*said) for said in [*rest, ("A", ack(101, 301, 9), 512)]]
    rst = segment_of("B", Segment(301 + 60_000, None, RST))  # inside 512 << 7

    found = only(read(pcap([(float(n), packet) for n, packet in enumerate([*packets, rst])])).connections)

    assert "reset-ignored" not in found.codes


# ── ports that are used again ──


def test_a_syn_that_is_answered_as_new_begins_another_connection():
    first, second = read(capture(*OPEN, *CLOSE, *handshake(9_000_000, 7_000_000))).connections

    assert (first.conn_state, second.conn_state) == ("SF", "S1")
    assert "port-reuse" in second.codes
    assert first.packets == (4, 3)
    assert second.packets == (2, 1)


def test_an_attempt_on_used_ports_that_nobody_answers_is_one_of_its_own():
    first, second = read(capture(*OPEN, *CLOSE, *[("A", Segment(9_000_000, None, SYN))] * 3)).connections

    assert (first.conn_state, second.conn_state) == ("SF", "S0")
    assert second.told("syn-unanswered").times == 3


def test_an_attempt_on_used_ports_that_is_refused_is_one_of_its_own():
    refusal = ("B", Segment(0, 9_000_001, RST))

    first, second = read(capture(*OPEN, *CLOSE, ("A", Segment(9_000_000, None, SYN)), refusal)).connections

    assert (first.conn_state, second.conn_state) == ("SF", "REJ")


def test_the_other_end_may_be_the_one_that_begins_again():
    begins = [("B", Segment(9_000_000, None, SYN)), ("A", Segment(1, 9_000_001, SYN))]

    first, second = read(capture(*OPEN, *CLOSE, *begins)).connections

    assert (first.ports, second.ports) == ((40000, 9000), (9000, 40000))


# ── what the capture lacks ──


@pytest.mark.parametrize("end", ["A", "B"])
def test_of_one_direction_the_other_end_is_known_by_what_was_acknowledged(end):
    data = [("A", ack(101, 301, 5)), ("B", ack(301, 106, 5))]

    found = one(*[said for said in [*OPEN, *data] if said[0] == end])

    assert found.packets["AB".index(end) ^ 1] == 0
    assert "ESTABLISHED" in found.paths[0]
    assert "ESTABLISHED" in found.paths[1]
    assert "one-direction" in found.codes


def test_a_connection_without_its_beginning_is_midstream():
    found = one(("A", ack(5000, 9000, 10)), ("B", ack(9000, 5010, 20)), ("A", ack(5010, 9020)))

    assert (found.conn_state, found.history, found.octets) == ("OTH", "DdA", (10, 20))
    assert found.paths == (("ESTABLISHED",), ("ESTABLISHED",))
    assert found.codes == {"midstream"}


def test_a_syn_ack_comes_from_the_responder_even_where_the_syn_is_missing():
    found = one(("B", Segment(300, 101, SYN)), ("A", ack(101, 301)))

    assert found.ports == (40000, 9000)
    assert found.paths == (("CLOSED", "SYN_SENT", "ESTABLISHED"), ("CLOSED", "LISTEN", "SYN_RECEIVED", "ESTABLISHED"))


def test_a_fin_that_crosses_another_is_a_simultaneous_close():
    fins = [("A", Segment(101, 301, FIN)), ("B", Segment(301, 101, FIN)), ("A", ack(102, 302)), ("B", ack(302, 102))]

    found = one(*OPEN, *fins)

    assert [path[-2:] for path in found.paths] == [("CLOSING", "TIME_WAIT")] * 2
    assert "simultaneous-close" in found.codes


def test_a_fin_that_nobody_acknowledges_moved_only_its_sender():
    found = one(*OPEN, *[("A", Segment(101, 301, FIN))] * 3)

    assert (found.paths[0][-1], found.paths[1][-1]) == ("FIN_WAIT_1", "ESTABLISHED")


# ── what is counted ──


def test_a_retransmission_after_three_duplicate_acks_is_a_fast_one():
    sent = [("A", ack(101 + 10 * n, 301, 10)) for n in range(5)]
    asks = [("B", ack(301, 111))] * 4

    found = one(*OPEN, *sent, *asks, ("A", ack(111, 301, 10)), ("B", ack(301, 151)))

    assert found.told("fast-retransmission")[1:3] == (1, 0)
    assert "retransmission" not in found.codes


def test_what_comes_again_without_being_asked_for_is_a_retransmission():
    found = one(*OPEN, *[("A", ack(101, 301, 10))] * 3)

    assert found.told("retransmission")[1:3] == (2, 0)
    assert found.octets == (10, 0)


def test_segments_out_of_order_are_no_retransmissions():
    found = one(*OPEN, ("A", ack(111, 301, 10)), ("A", ack(101, 301, 10)), ("B", ack(301, 121)))

    assert found.codes == {"not-captured"}
    assert found.octets == (20, 0)


def test_a_probe_below_what_comes_next_is_a_keep_alive():
    found = one(*OPEN, *[("A", ack(100, 301)), ("B", ack(301, 101))] * 3)

    assert found.told("keep-alive")[1:3] == (3, 0)
    assert "retransmission" not in found.codes


def test_a_zero_window_is_the_receivers():
    found = one(*OPEN, ("A", ack(101, 301, 9)), ("B", ack(301, 110), 0), ("B", ack(301, 110), 500))

    assert found.told("zero-window")[1:3] == (1, 1)


def test_sequence_numbers_wrap():
    a, b = MODULUS - 3, MODULUS - 1
    data = [("A", ack(a + 1, b + 1, 10)), ("B", ack(b + 1, a + 11, 7))]
    fins = [("A", Segment((a + 11) % MODULUS, (b + 8) % MODULUS, FIN)), ("B", ack(b + 8, a + 12))]

    found = one(*handshake(a, b), *data, *fins)

    assert found.octets == (10, 7)
    assert found.paths[0][-1] == "FIN_WAIT_2"
    assert found.codes == {"half-closed"}


def test_octets_count_beyond_two_gigabytes():
    step = 1 << 30
    sent = [("A", ack(101 + n * step, 301, 1000)) for n in range(4)]
    acks = [("B", ack(301, 101 + n * step)) for n in range(1, 4)]  # of what the capture has lost

    assert one(*OPEN, sent[0], acks[0], sent[1], acks[1], sent[2], acks[2], sent[3]).octets == (3 * step + 1000, 0)


# ── the table ──


def many(count: int, close: bool = False) -> bytes:
    """As many connections at the same time."""
    packets = []
    for n in range(count):
        for sender, segment in [("A", Segment(n, None, SYN)), *([("B", Segment(0, n + 1, RST))] if close else [])]:
            packet = bytearray(segment_of(sender, segment))
            place = 20 if sender == "A" else 22
            packet[place : place + 2] = (10_000 + n).to_bytes(2)
            packets.append((float(len(packets)), bytes(packet)))
    return pcap(packets)


def test_connections_are_handed_out_as_they_end(monkeypatch):
    monkeypatch.setattr(connections, "LINGERING", 10)
    monkeypatch.setattr(flows, "BATCH", 0)
    records = Records(memoryview(many(100, close=True)))
    table, most = Flows(records.buffer), 0

    for _ in table.follow(records):
        most = max(most, len(table.sides))

    assert most <= 2 * 25


def test_more_connections_than_the_table_holds_are_given_out_the_most_silent_first(monkeypatch):
    monkeypatch.setattr(connections, "MOST_OPEN", 10)

    found = read(many(25)).connections

    assert len(found) == 25
    assert [one.number for one in found if "given-up" in one.codes][:6] == [1, 2, 3, 4, 5, 6]
    assert "given-up" not in found[-1].codes


def test_a_million_kinds_of_trouble_need_few_views():
    table = Flows(memoryview(many(1000, close=True)))

    list(map(id, table.follow(Records(table.buffer))))

    assert len(table.watcher.views) < 10


@pytest.mark.parametrize(("who", "last"), [("A", "TIME_WAIT"), ("B", "CLOSED")])
def test_the_ack_of_a_fin_that_comes_again_counts(who, last):
    """Table 6 would refuse it (RFC 9293 Appendix A.2); stacks do not."""
    crossed = [("A", Segment(101, 301, FIN)), ("B", Segment(301, 101, FIN)), ("B", ack(302, 102))]
    passive = [("A", Segment(101, 301, FIN)), ("B", ack(301, 102)), ("B", Segment(301, 102, FIN))]

    found = one(*OPEN, *(crossed if who == "A" else passive), ("A", Segment(101, 302, FIN)))

    assert found.paths[1][-1] == last


@pytest.mark.parametrize("seq", [50, 101 + 70_000])
def test_a_fin_outside_the_window_closes_nothing(seq):
    found = one(*OPEN, ("B", ack(301, 101, 5)), ("A", ack(101, 306)), ("A", Segment(seq, 306, FIN)))

    assert found.paths[0][-1] == found.paths[1][-1] == "ESTABLISHED"
