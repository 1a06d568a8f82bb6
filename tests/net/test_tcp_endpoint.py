"""One end of a connection: it agrees with the table of states, is deaf to what lies outside its window, and wraps."""

from itertools import count

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prep.net.tcp.endpoint import Answer, Endpoint
from prep.net.tcp.exchange import Exchange
from prep.net.tcp.script import read
from prep.net.tcp.segment import FIN, MODULUS, NONE, RST, SYN, Flags, Segment, before, inside, plus, upto
from prep.net.tcp.states import Position, step
from prep.net.tcp.table import EVENTS, Event
from prep.net.tcp.tcb import WINDOW

ESTABLISHED = "A connect; inject >A 300 101 SYN,ACK"
FIN_WAIT_1 = f"{ESTABLISHED}; A close"
FIN_WAIT_2 = f"{FIN_WAIT_1}; inject >A 301 102 ACK"
CLOSE_WAIT = f"{ESTABLISHED}; inject >A 301 101 FIN,ACK"
WAYS: dict[Position, str] = {
    Position("CLOSED"): "A crash",
    Position("LISTEN"): "A listen",
    Position("SYN_SENT"): "A connect",
    Position("SYN_RECEIVED", "passive"): "A listen; inject >A 300 0 SYN",
    Position("SYN_RECEIVED", "active"): "A connect; inject >A 300 0 SYN",
    Position("ESTABLISHED"): ESTABLISHED,
    Position("FIN_WAIT_1"): FIN_WAIT_1,
    Position("FIN_WAIT_2"): FIN_WAIT_2,
    Position("CLOSE_WAIT"): CLOSE_WAIT,
    Position("CLOSING"): f"{FIN_WAIT_1}; inject >A 301 101 FIN,ACK",
    Position("LAST_ACK"): f"{CLOSE_WAIT}; A close",
    Position("TIME_WAIT"): f"{FIN_WAIT_2}; inject >A 301 102 FIN,ACK",
}
HEARD_FIN = ("CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT")
HEARD = [position for position in WAYS if position.state not in ("CLOSED", "LISTEN", "SYN_SENT")]


def end_at(way: str) -> Endpoint:
    """A, after the steps."""
    exchange = Exchange()
    for one in read(way.replace(";", "\n")):
        exchange.take(one)
    return exchange.ends["A"]


def segment_of(event: Event, end: Endpoint) -> Segment | None:
    """A segment that this event is a name of, for this end."""
    tcb = end.tcb
    here = tcb.rcv_nxt if tcb.heard else 300
    again = plus(here, -1) if tcb.heard else 300
    ours = tcb.nxt if tcb.state in ("SYN_SENT", "SYN_RECEIVED") else tcb.una
    of_fin = tcb.nxt if tcb.fin_sent else plus(tcb.nxt, 1)
    fin_at = again if end.state in HEARD_FIN else here
    return {
        "RCV_SYN": Segment(again, None, SYN),
        "RCV_SYN_ACK": Segment(again, tcb.nxt, SYN),
        "RCV_SYN_ACK_FIN": Segment(again, tcb.nxt, SYN | FIN),
        "RCV_ACK": Segment(here, tcb.nxt if tcb.state == "SYN_SENT" else tcb.una),
        "RCV_ACK_OF_SYN": Segment(here, plus(tcb.iss, 1)),
        "RCV_ACK_OF_FIN": Segment(here, of_fin),
        "RCV_BAD_ACK": Segment(here, plus(tcb.nxt, 5)),
        "RCV_DATA": Segment(here, ours, NONE, 3),
        "RCV_FIN": Segment(fin_at, ours, FIN),
        "RCV_FIN_ACK_OF_FIN": Segment(fin_at, of_fin, FIN),
        "RCV_RST": Segment(here, None, RST),
        "RCV_RST_ACK": Segment(here, tcb.nxt, RST),
        "RCV_RST_IN_WINDOW": Segment(plus(here, 9), None, RST),
        "RCV_RST_OUT_OF_WINDOW": Segment(plus(here, -9), None, RST),
        "RCV_OLD_DUPLICATE": Segment(plus(here, -50), tcb.una, NONE, 5),
        "RCV_NO_ACK_BIT": Segment(here, None, NONE, 1),
        "RCV_FIN_NO_ACK_BIT": Segment(here, None, FIN),
    }.get(event)


def short(answer: Answer) -> str:
    """What was sent, as the table writes it."""
    return "; ".join(str(segment).split("<CTL=")[1].split(">")[0] for segment in answer.sent)


# ── the table ──


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("position", WAYS, ids=lambda position: "-".join(filter(None, position)))
def test_an_end_does_what_the_table_of_states_says(position: Position, event: Event) -> None:
    end, variant = end_at(WAYS[position]), ""
    if (event, position.state) in (("RECEIVE", "CLOSE_WAIT"), ("RCV_SYN", "TIME_WAIT")):
        variant = "empty" if event == "RECEIVE" else "old"
    if event == "TIMEOUT_RTO" and position.state in ("ESTABLISHED", "CLOSE_WAIT"):
        end.event("SEND")  # without it there is nothing to retransmit
    expected = step(position, event, variant)

    segment = segment_of(event, end)
    answer = end.arrives(segment) if segment else end.event(event)

    assert (end.state, short(answer)) == (expected.to.state, expected.rule.sends)
    if answer.result:
        assert answer.result.startswith("error") == (expected.rule.verdict == "error")


# ── the window ──


def remembered(end: Endpoint) -> str:
    """All that the end remembers of its connection."""
    of_the_event = ("new_isn", "sent", "signal", "path")
    return repr({name: value for name, value in vars(end.tcb).items() if name not in of_the_event})


@given(
    st.sampled_from(HEARD),
    st.integers(-2000, -1) | st.integers(WINDOW, WINDOW + 2000) | st.integers(0, MODULUS - 1),
    st.integers(0, MODULUS - 1),
    st.sampled_from([NONE, FIN, SYN, RST, SYN | FIN]),
    st.sampled_from([0, 1, 1000]),
)
def test_a_segment_outside_the_window_changes_nothing(
    position: Position, offset: int, ack: int, flags: Flags, length: int
) -> None:
    end = end_at(WAYS[position])
    segment = Segment(plus(end.tcb.rcv_nxt, offset), ack, flags, length)
    last = plus(segment.seq, max(0, segment.length - 1))
    assume(not any(inside(number, end.tcb.rcv_nxt, WINDOW) for number in (segment.seq, last)))
    assume(flags != SYN or segment.seq != end.tcb.irs)  # that may be the SYN,ACK of a simultaneous open
    was = remembered(end)

    answer = end.arrives(segment)

    assert remembered(end) == was
    assert short(answer) == ("" if "RST" in flags else "ACK")


@pytest.mark.parametrize(
    ("seq", "data", "ends_at"),
    [(291, 20, 311), (301, 10, 311), (300, 1, 301), (301, 0, 301), (302, 5, 301), (301 + WINDOW, 5, 301)],
)
def test_only_the_new_part_of_a_segment_is_taken(seq: int, data: int, ends_at: int) -> None:
    end = end_at(ESTABLISHED)

    end.arrives(Segment(seq, 101, NONE, data))

    assert (end.tcb.rcv_nxt, end.unread) == (ends_at, ends_at - 301)


def test_what_lies_beyond_the_right_edge_is_cut_off_with_its_fin() -> None:
    end = Endpoint(count(100, 100).__next__, window=10)
    end.event("OPEN_ACTIVE")
    end.arrives(Segment(300, 101, SYN))

    answer = end.arrives(Segment(301, 101, FIN, 15))

    assert (end.state, end.unread, short(answer)) == ("ESTABLISHED", 10, "ACK")


def test_a_closed_window_takes_an_ack_and_a_rst_at_its_edge_but_no_data() -> None:
    end = end_at(ESTABLISHED)
    end.tcb.window = 0

    assert short(end.arrives(Segment(301, 101))) == ""
    assert (short(end.arrives(Segment(301, 101, NONE, 1))), end.unread) == ("ACK", 0)
    end.arrives(Segment(301, None, RST))
    assert end.state == "CLOSED"


# ── queues ──


def test_what_arrives_behind_a_gap_waits_and_one_ack_answers_for_all() -> None:
    end = end_at(ESTABLISHED)
    ahead = [Segment(321, 101, FIN, 10), Segment(311, 101, NONE, 10), Segment(311, 101, NONE, 10)]

    assert [str(end.arrives(segment).sent[0]) for segment in ahead] == ["<SEQ=101><ACK=301><CTL=ACK>"] * 3
    answer = end.arrives(Segment(301, 101, NONE, 10))

    assert [str(segment) for segment in answer.sent] == ["<SEQ=101><ACK=332><CTL=ACK>"]
    assert (end.state, end.unread, answer.signal) == ("CLOSE_WAIT", 30, "connection closing")


def test_sends_before_the_handshake_go_out_after_it_and_the_fin_behind_them() -> None:
    end = end_at("A listen; inject >A 300 0 SYN")
    calls = [end.event("SEND", 5), end.event("CLOSE"), end.event("SEND"), end.event("CLOSE")]

    answer = end.arrives(Segment(301, 101))

    assert [call.result for call in calls] == ["ok", "ok", "error: connection closing", "error: connection closing"]
    assert [str(segment) for segment in answer.sent] == [
        "<SEQ=101><ACK=301><CTL=ACK><DATA=5>",
        "<SEQ=106><ACK=301><CTL=FIN,ACK>",
    ]
    assert answer.path == ("SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1")


def test_a_send_waits_for_room_in_the_peers_window() -> None:
    end = end_at(ESTABLISHED)

    assert [short(end.event("SEND", length)) for length in (WINDOW - 1, 2)] == ["ACK", ""]
    assert str(end.arrives(Segment(301, 100 + WINDOW)).sent[0]).endswith("<DATA=2>")
    assert end.event("SEND", WINDOW + 1).result == "error: insufficient resources"


def test_only_the_front_of_the_queue_is_retransmitted_with_a_fresh_ack() -> None:
    end = end_at(f"{ESTABLISHED}; A send 5; A send 7; inject >A 301 106 ACK 3")

    assert [str(segment) for segment in end.event("TIMEOUT_RTO").sent] == ["<SEQ=106><ACK=304><CTL=ACK><DATA=7>"]


def test_data_and_fin_of_a_syn_wait_for_the_third_ack() -> None:
    end = end_at("A listen; inject >A 300 0 SYN,FIN 4")

    assert (end.state, end.unread) == ("SYN_RECEIVED", 0)
    answer = end.arrives(Segment(301, 101))
    assert (end.state, end.unread, str(answer.sent[0])) == ("CLOSE_WAIT", 4, "<SEQ=101><ACK=306><CTL=ACK>")


# ── calls ──


def test_a_receive_takes_what_is_there_or_waits_for_it() -> None:
    end = end_at(f"{ESTABLISHED}; inject >A 301 101 ACK 3")

    assert [end.event("RECEIVE").result for _ in range(2)] == ["ok", "queued"]
    end.arrives(Segment(304, 101, NONE, 2))
    assert (end.unread, end.event("RECEIVE").result) == (0, "queued")


def test_close_wait_may_read_what_came_before_the_fin() -> None:
    end = end_at(f"{ESTABLISHED}; inject >A 301 101 FIN,ACK 3")

    assert [end.event("RECEIVE").result for _ in range(2)] == ["ok", "error: connection closing"]


@pytest.mark.parametrize(
    ("call", "sent", "state"), [("CLOSE", "FIN,ACK", "FIN_WAIT_1"), ("CLOSE:unread", "RST", "CLOSED")]
)
def test_unread_data_makes_only_the_half_duplex_close_reset(call: str, sent: str, state: str) -> None:
    end = end_at(f"{ESTABLISHED}; inject >A 301 101 ACK 3")

    assert (short(end.event(call)), end.state) == (sent, state)


@pytest.mark.parametrize("position", WAYS, ids=lambda position: "-".join(filter(None, position)))
def test_status_names_the_state_as_the_rfc_writes_it(position: Position) -> None:
    name = position.state.replace("_", "-")

    closed = "error: connection does not exist"
    assert end_at(WAYS[position]).event("STATUS").result == (closed if name == "CLOSED" else f"state = {name}")


def test_a_timer_that_does_not_run_says_so_and_changes_nothing() -> None:
    end = end_at(ESTABLISHED)

    signals = [end.event(timer).signal for timer in ("TIMEOUT_RTO", "TIMEOUT_2MSL")]

    assert (signals, end.state) == (["nothing to retransmit", "no such timer runs"], "ESTABLISHED")


# ── the circle of numbers ──


@given(st.integers(0, MODULUS - 1), st.integers(1, MODULUS // 2 - 1))
def test_numbers_are_compared_on_the_circle(number: int, distance: int) -> None:
    later = plus(number, distance)

    assert before(number, later)
    assert not before(later, number)
    assert upto(number, number)
    assert not before(number, number)
    assert inside(later, number, distance + 1)
    assert not inside(later, number, distance)


@given(st.integers(0, MODULUS - 1), st.integers(0, MODULUS - 1))
def test_a_connection_lives_the_same_wherever_its_numbers_begin(ours: int, theirs: int) -> None:
    end = Endpoint(lambda: ours)
    end.event("OPEN_ACTIVE")
    end.arrives(Segment(theirs, plus(ours, 1), SYN))
    end.event("SEND", 10)
    end.arrives(Segment(plus(theirs, 6), plus(ours, 11), FIN, 5))  # overtakes the five before it
    end.arrives(Segment(plus(theirs, 1), plus(ours, 11), NONE, 5))
    answer = end.event("CLOSE")

    assert (end.state, end.unread, short(answer)) == ("LAST_ACK", 10, "FIN,ACK")
    assert answer.sent[0][:2] == (plus(ours, 11), plus(theirs, 12))
