"""Connections out of segments: windows, reuse of ports, one direction, retransmissions, and what the table holds."""

import pytest
from captures import pcap, segment_of
from reading import only, read
from said import CLOSE, MODULUS, OPEN, ack, capture, handshake, one

from prep.net.tcp.capture import connections, flows
from prep.net.tcp.capture.flows import Flows
from prep.net.tcp.capture.records import Records
from prep.net.tcp.capture.sides import GAPS
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


FLAGS_AND_ACK = [(301, None), (301, 111)]
ASKED = [*OPEN, ("A", ack(101, 301, 10))]


@pytest.mark.parametrize("numbers", FLAGS_AND_ACK)
@pytest.mark.parametrize("goes_on", [[ack(301, 111, 7)], [ack(301, 111)], [ack(301, 111), ack(301, 111, 7)]])
def test_an_end_that_goes_on_after_its_rst_has_not_sent_that(numbers, goes_on):
    rst = ("B", Segment(*numbers, RST))
    late = [("B", Segment(1761, 111, RST)), ("B", Segment(4681, 111, RST))]

    for more in ([], late):
        found = one(*ASKED, rst, *more, *[("B", segment) for segment in goes_on])

        assert found.path(1) == "CLOSED LISTEN SYN_RECEIVED ESTABLISHED"
        assert found.path(0).endswith("ESTABLISHED CLOSED")  # it believed the RST
        assert found.codes == {"reset-injected"}
        assert found.told("reset-injected")[2:] == (1, "ESTABLISHED")


def test_a_peer_that_goes_on_too_has_dropped_the_rst():
    rst = ("B", Segment(301, None, RST))

    found = one(
        *ASKED, rst, ("B", ack(301, 111, 7)), ("A", ack(111, 308)), ("A", ack(111, 308, 5)), ("B", ack(308, 116))
    )

    assert [path[-1] for path in found.paths] == ["ESTABLISHED", "ESTABLISHED"]
    assert (found.codes, found.conn_state) == ({"reset-injected"}, "S1")


def test_an_end_that_has_believed_a_forged_rst_refuses_what_comes():
    forged, answer = ("B", Segment(301, 111, RST)), ("A", Segment(111, None, RST))

    found = one(*ASKED, forged, ("B", ack(301, 111, 7)), answer)

    assert found.codes == {"reset-injected", "reset-forgot"}
    assert found.told("reset-forgot").end == 0


def test_what_was_sent_before_a_rst_and_comes_behind_it_contradicts_nothing():
    sent = ("B", ack(301, 111, 7))

    found = one(*ASKED, sent, ("B", Segment(308, 111, RST)), sent, ("B", ack(308, 111)))

    assert found.path(1).endswith("ESTABLISHED CLOSED")
    assert "reset-injected" not in found.codes


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


@pytest.mark.parametrize("offers", ["A", "B", "AB"])
def test_a_window_counts_without_a_scale_unless_both_syns_had_one(offers):
    wide = bytes([3, 3, 7])
    said = [*OPEN, ("A", ack(101, 301, 9), 512), ("B", Segment(301 + 60_000, None, RST))]

    packets = [
        segment_of(*one, *[65535, wide][len(one) - 2 :]) if n < 2 and one[0] in offers else segment_of(*one)
        for n, one in enumerate(said)
    ]

    found = only(read(pcap([(float(n), packet) for n, packet in enumerate(packets)])).connections)

    assert ("reset-ignored" in found.codes) == (offers != "AB")


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


def test_attempts_with_other_numbers_that_nobody_answers_are_no_challenge():
    syns = [("A", Segment(seq, None, SYN)) for seq in (100, 100, 50_000_000, 50_000_000, 50_000_000, 9, 9)]

    found = read(capture(*syns)).connections

    assert [one.conn_state for one in found] == ["S0"] * 3
    assert [one.packets for one in found] == [(2, 0), (3, 0), (2, 0)]
    assert [one.told("syn-unanswered").times for one in found] == [2, 3, 2]
    assert [one.path(0) for one in found] == ["CLOSED SYN_SENT"] * 3
    assert not any("syn-challenged" in one.codes for one in found)
    assert ["port-reuse" in one.codes for one in found] == [False, True, True]


@pytest.mark.parametrize("number", [101, 50_000_001])
def test_of_two_attempts_the_one_that_is_answered_opens(number):
    syns = [("A", Segment(seq, None, SYN)) for seq in (100, 50_000_000)]

    found = read(capture(*syns, ("B", Segment(300, number, SYN)), ("A", ack(number, 301)))).connections

    assert found[-1].conn_state == "S1"
    assert not any("syn-challenged" in one.codes for one in found)


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
    assert found.codes == {"retransmission"}


def test_a_fin_that_acknowledges_one_that_the_capture_has_behind_it_has_not_crossed_that():
    found = one(*OPEN, ("B", Segment(301, 102, FIN)), ("A", Segment(101, 301, FIN)), ("A", ack(102, 302)))

    assert "simultaneous-close" not in found.codes


def test_fins_that_cross_before_a_rst_did_not_take_both_ends_through_closing():
    fins = [("A", Segment(101, 301, FIN)), ("B", Segment(301, 101, FIN))]

    found = one(*OPEN, *fins, ("B", Segment(302, 102, RST)))

    assert found.codes == {"reset-after-close"}


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


@pytest.mark.parametrize("order", ["3210", "1302", "2031", "13572046", "76543210"])
def test_segments_in_whatever_order_fill_the_holes_that_they_left(order):
    found = one(*OPEN, *[("A", ack(101 + 10 * int(n), 301, 10)) for n in order], ("B", ack(301, 101 + 10 * len(order))))

    assert found.codes == {"not-captured"}
    assert found.octets == (10 * len(order), 0)


def test_what_fills_a_hole_twice_is_sent_again():
    found = one(*OPEN, ("A", ack(121, 301, 10)), *[("A", ack(101, 301, 20))] * 2, ("B", ack(301, 131)))

    assert found.told("retransmission").times == 1


def test_a_hole_that_was_not_asked_for_is_filled_while_another_is():
    holes = [("A", ack(101 + 10 * n, 301, 10)) for n in (1, 3, 4)]
    asks = [("B", ack(301, 101))] * 4

    found = one(*OPEN, *holes, *asks, ("A", ack(121, 301, 10)), ("A", ack(101, 301, 10)), ("B", ack(301, 151)))

    assert found.told("fast-retransmission").times == 1
    assert "retransmission" not in found.codes


def test_a_thousand_holes_are_not_all_remembered():
    table = Flows(memoryview(capture(*OPEN, *[("A", ack(101 + 20 * n, 301, 10)) for n in range(1, 1000)])))

    (kept,) = [
        (flow.sides[0].oddities.holes, len(flow.sides[0].oddities.gaps)) for flow in table.follow(Records(table.buffer))
    ]

    assert kept == (999, GAPS)


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


@pytest.mark.parametrize("begin", [100, 0, MODULUS - 1, MODULUS - 2, 1 << 31])
@pytest.mark.parametrize("fin", [False, True])
@pytest.mark.parametrize("quiet", [False, True])
def test_octets_count_beyond_four_gigabytes(begin, fin, quiet):
    sent, said = 0, handshake(begin)
    for _ in range(11):  # steps that the capture has seen the begin of
        said += [("A", ack(begin + 1 + sent, 301, 1000)), ("B", ack(301, begin + 1 + sent + (1 << 30)))]
        sent += 1 << 30
    if not quiet:
        said += [("A", ack(begin + 1 + sent, 301, 5))]
        sent += 5
    if fin:
        said += [("A", Segment((begin + 1 + sent) % MODULUS, 301, FIN)), ("B", ack(301, begin + 2 + sent))]

    assert one(*said).octets == (sent, 0)


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
