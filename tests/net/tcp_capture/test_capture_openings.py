"""How connections begin, strangely: the figures of RFC 9293 §3.5, forged RSTs, a socket connected with itself."""

import pytest
from captures import HOSTS, ipv4, pcap, segment_of, tcp
from reading import only, read
from said import OPEN, Said, ack, capture, one

from prep.net.tcp.capture import connections, flows
from prep.net.tcp.script import Side
from prep.net.tcp.segment import FIN, RST, SYN, Segment

ESTABLISHED = "CLOSED SYN_SENT ESTABLISHED"
SERVED = "CLOSED LISTEN SYN_RECEIVED ESTABLISHED"
CROSSED = "CLOSED SYN_SENT SYN_RECEIVED ESTABLISHED"


def on_port(port: int, sender: Side, segment: Segment) -> bytes:
    """With another port of B's."""
    packet = bytearray(segment_of(sender, segment))
    place = 20 if sender == "B" else 22
    packet[place : place + 2] = port.to_bytes(2)
    return bytes(packet)


# ── the figures ──


@pytest.mark.parametrize("after", [[], [("A", ack(101, 301)), ("B", ack(301, 101))], [("A", ack(101, 301, 5))]])
def test_figure_7_four_segments_of_a_simultaneous_open_establish_both_ends(after):
    syns: list[Said] = [("A", Segment(100, None, SYN)), ("B", Segment(300, None, SYN))]
    answers: list[Said] = [("A", Segment(100, 301, SYN)), ("B", Segment(300, 101, SYN))]

    found = one(*syns, *answers, *after)

    assert (found.path(0), found.path(1), found.conn_state) == (CROSSED, CROSSED, "S1")
    assert found.codes == {"simultaneous-open"}


def test_a_syn_ack_of_a_simultaneous_open_that_comes_twice_is_a_retransmission():
    syns: list[Said] = [("A", Segment(100, None, SYN)), ("B", Segment(300, None, SYN))]

    found = one(*syns, *[("A", Segment(100, 301, SYN))] * 2, ("B", Segment(300, 101, SYN)))

    assert found.told("retransmission")[1:3] == (1, 0)


def test_figure_8_an_old_duplicate_syn_is_refused_and_the_real_one_goes_on():
    old: list[Said] = [("B", Segment(300, 91, SYN)), ("A", Segment(91, None, RST))]

    found = one(OPEN[0], *old, ("B", Segment(400, 101, SYN)), ("A", ack(101, 401)), ("A", ack(101, 401, 5)))

    assert found.path(0) == ESTABLISHED
    assert found.path(1).endswith("SYN_RECEIVED ESTABLISHED")
    assert found.told("reset-bad-ack").end == 0
    assert (found.conn_state, found.octets) == ("S1", (5, 0))


@pytest.mark.parametrize("old", [(500, 1099), (300, 100), (300, 99), (500, 4_000_000_000)])
def test_figure_9_a_half_open_connection_is_discovered_and_the_new_one_goes_on(old):
    seq, number = old
    met: list[Said] = [OPEN[0], ("B", ack(seq, number)), ("A", Segment(number, None, RST))]

    found = one(*met, *OPEN, ("A", ack(101, 301, 5)), ("B", ack(301, 106)))

    assert found.path(0) == ESTABLISHED
    assert found.path(1) == f"ESTABLISHED {SERVED}"
    assert found.told("half-open").end == 0
    assert not {"reset-gave-up", "reset-bad-ack"} & found.codes
    assert (found.conn_state, found.octets) == ("S1", (5, 0))


def test_figure_9_until_the_rst_the_sender_of_the_syn_waits_and_the_old_end_is_gone():
    found = one(OPEN[0], ("B", ack(500, 1099)), ("A", Segment(1099, None, RST)))

    assert (found.path(0), found.path(1)) == ("CLOSED SYN_SENT", "ESTABLISHED CLOSED")
    assert (found.conn_state, found.octets) == ("RSTOS0", (0, 0))


def test_a_connection_that_goes_on_after_such_a_rst_is_not_given_out_as_over(monkeypatch):
    monkeypatch.setattr(connections, "LINGERING", 4)
    monkeypatch.setattr(flows, "BATCH", 0)
    half_open: list[Said] = [OPEN[0], ("B", ack(500, 1099)), ("A", Segment(1099, None, RST))]
    refused: list[Said] = [OPEN[0], ("B", Segment(0, 101, RST))]
    said = [(9000, one) for one in [*half_open, *OPEN]]
    said += [(port, one) for port in range(5000, 5040) for one in refused]
    said.append((9000, ("A", ack(101, 301, 5))))

    found = read(pcap([(float(n), on_port(port, *one)) for n, (port, one) in enumerate(said)]))  # type: ignore[arg-type]

    assert len(found.connections) == 41
    assert found.connections[0].octets == (5, 0)


def test_figure_10_data_that_meets_a_crashed_end_is_refused():
    found = one(("B", ack(300, 100, 10)), ("A", Segment(100, None, RST)))

    assert [path[-1] for path in found.paths] == ["CLOSED", "CLOSED"]
    assert found.told("reset-forgot").end == found.ports.index(HOSTS["A"][1])


# ── a RST that answers a SYN (§3.10.7.3) ──


@pytest.mark.parametrize("number", [1099, 100, None])
def test_a_rst_that_does_not_acknowledge_the_syn_refuses_nothing(number):
    found = one(OPEN[0], ("B", Segment(0, number, RST)))

    assert found.path(0) == "CLOSED SYN_SENT"
    assert found.told("reset-ignored")[2:] == (1, "SYN_SENT")
    assert "reset-refused" not in found.codes
    assert (found.conn_state, found.history) == ("S0", "Sr")


def test_a_connection_survives_a_rst_that_does_not_acknowledge_its_syn():
    found = one(OPEN[0], ("B", Segment(0, 1099, RST)), *OPEN[1:], ("A", ack(101, 301, 5)))

    assert (found.path(0), found.path(1), found.conn_state) == (ESTABLISHED, SERVED, "S1")
    assert found.codes == {"reset-ignored"}


# ── a segment that belongs to no connection (§3.10.7.1) ──


@pytest.mark.parametrize("flags", [FIN, frozenset(), frozenset({"FIN", "PSH", "URG"})], ids=["FIN", "NULL", "Xmas"])
@pytest.mark.parametrize("answered", [False, True])
def test_a_segment_without_ack_begins_no_connection(flags, answered):
    probe = Segment(100, None, flags)
    answer: list[Said] = [("B", Segment(0, probe.end, RST))]

    found = one(("A", probe), *answer * answered)

    assert found.codes == {"no-connection"}
    assert found.told("no-connection").end == 0
    assert found.paths == (("CLOSED",), ("CLOSED",) if answered else ())


def test_a_connection_may_follow_such_a_segment():
    found = one(("A", Segment(100, None, FIN)), ("B", ack(301, 101, 5)), ("A", ack(101, 306, 5)))
    opened = read(capture(("A", Segment(99, None, FIN)), *OPEN, ("A", ack(101, 301, 5)))).connections[-1]

    assert found.paths == (("ESTABLISHED",), ("ESTABLISHED",))
    assert {"no-connection", "midstream"} <= found.codes
    assert (opened.path(0), opened.path(1)) == (ESTABLISHED, SERVED)


# ── a connection with itself ──


def alone(*segments: Segment) -> bytes:
    host, port = HOSTS["A"]
    return pcap([(float(n), ipv4(host, host, tcp(port, port, segment))) for n, segment in enumerate(segments)])


SELF = [Segment(100, None, SYN), Segment(100, 101, SYN), ack(101, 101), ack(101, 101, 5), ack(106, 106)]


def test_a_socket_that_is_connected_with_itself_goes_its_way_alone():
    found = only(read(alone(*SELF, Segment(106, 106, FIN), ack(107, 107))).connections)

    assert found.path(0) == found.path(1) == f"{CROSSED} FIN_WAIT_1 CLOSING TIME_WAIT"
    assert (found.packets, found.octets) == ((7, 0), (5, 0))
    assert found.codes == {"self-connected", "simultaneous-open", "simultaneous-close"}


def test_a_socket_that_is_connected_with_itself_may_send_again():
    found = only(read(alone(*SELF, ack(101, 106, 5))).connections)

    assert found.told("retransmission")[1:3] == (1, 0)
    assert found.paths[0][-1] == "ESTABLISHED"


@pytest.mark.parametrize("begin", range(len(SELF)))
def test_a_socket_that_is_connected_with_itself_is_known_from_any_segment_on(begin):
    found = only(read(alone(*SELF[begin:])).connections)

    assert found.paths[0][-1] == "ESTABLISHED"
    assert "self-connected" in found.codes
    assert not {"one-direction", "half-closed", "retransmission"} & found.codes
