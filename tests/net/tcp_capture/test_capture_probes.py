"""Probes that are neither data nor retransmissions: keep-alives, also those that give up, and of a zero window."""

import pytest
from said import CLOSE, OPEN, Said, ack, one

from prep.net.tcp.segment import FIN, RST, Segment

SENT: list[Said] = [*OPEN, ("A", ack(101, 301, 5)), ("B", ack(301, 106))]
PROBE: Said = ("A", ack(105, 301))

# ── keep-alive (RFC 9293 §3.8.4) ──


def test_a_keep_alive_that_gives_up_with_a_rst_is_named():
    found = one(*SENT, *[PROBE] * 3, ("A", Segment(106, 301, RST)))

    assert found.told("keep-alive-gave-up")[1:] == (3, 0, "ESTABLISHED")
    assert found.told("keep-alive").times == 3
    assert not {"reset-abort", "keep-alive-unanswered"} & found.codes
    assert found.conn_state == "RSTO"


def test_a_keep_alive_that_ends_in_silence_is_named():
    found = one(*SENT, PROBE, ("B", ack(301, 106)), *[PROBE] * 4)

    assert found.told("keep-alive-unanswered")[1:3] == (4, 0)
    assert found.told("keep-alive").times == 5


@pytest.mark.parametrize("after", [[], [("B", ack(301, 106))], [("B", ack(301, 106, 9))]])
def test_a_keep_alive_that_is_answered_or_that_the_capture_ends_with_has_not_given_up(after):
    found = one(*SENT, PROBE, *after)

    assert found.codes == {"keep-alive"}


def test_an_abort_after_an_answered_keep_alive_is_an_abort():
    found = one(*SENT, PROBE, ("B", ack(301, 106)), ("A", Segment(106, 301, RST)))

    assert {"reset-abort", "keep-alive"} == found.codes


def test_of_one_direction_nobody_knows_whether_probes_are_answered():
    only_a = [said for said in [*SENT, *[PROBE] * 3] if said[0] == "A"]

    assert one(*only_a).codes == {"keep-alive", "one-direction"}


@pytest.mark.parametrize("window", [0, 65535])
def test_a_keep_alive_behind_an_acknowledged_fin_is_one_too(window):
    closed: list[Said] = [*SENT, ("A", Segment(106, 301, FIN)), ("B", ack(301, 107), window)]
    probe: Said = ("A", ack(106, 301))

    silent = one(*closed, *[probe] * 3)
    gave_up = one(*closed, *[probe] * 3, ("A", Segment(107, 301, RST)))

    assert (silent.told("keep-alive").times, silent.told("keep-alive-unanswered").times) == (3, 3)
    assert silent.codes - {"zero-window"} == {"half-closed", "keep-alive", "keep-alive-unanswered"}
    assert gave_up.told("keep-alive-gave-up")[1:] == (3, 0, "FIN_WAIT_2")
    assert "reset-after-close" not in gave_up.codes


def test_a_late_ack_when_both_ends_have_closed_is_no_keep_alive():
    found = one(*OPEN, *CLOSE, ("A", ack(101, 301)), ("B", ack(301, 102)))

    assert found.codes == set()


# ── zero window (§3.8.6.1) ──

SHUT: list[Said] = [*OPEN, ("A", ack(101, 301, 100)), ("B", ack(301, 201), 0)]
REFUSED: Said = ("B", ack(301, 201), 0)
OPENED: Said = ("B", ack(301, 201), 5000)


@pytest.mark.parametrize("probe", [ack(200, 301), ack(200, 301, 1), ack(201, 301, 1)], ids=["old", "old octet", "next"])
def test_a_probe_of_a_zero_window_is_neither_retransmission_nor_keep_alive(probe):
    found = one(*SHUT, *[("A", probe), REFUSED] * 3, OPENED, ("A", ack(201, 301, 10)), ("B", ack(301, 211), 5000))

    assert found.told("window-probe")[1:3] == (3, 0)
    assert found.codes == {"window-probe", "zero-window"}
    assert found.octets == (110, 0)


@pytest.mark.parametrize("fin", [False, True])
def test_an_octet_that_the_zero_window_took_counts_once(fin):
    taken: list[Said] = [("A", ack(201, 301, 1)), ("B", ack(301, 202), 0), ("B", ack(301, 202), 5000)]
    rest: list[Said] = [("A", ack(202, 301, 9))]
    closed: list[Said] = [("A", Segment(202, 301, FIN))]

    found = one(*SHUT, *taken, *(closed if fin else rest))

    assert found.codes == {"window-probe", "zero-window"}
    assert found.octets == ((101 if fin else 110), 0)


def test_an_octet_that_the_zero_window_took_last_counts_too():
    found = one(*SHUT, ("A", ack(201, 301, 1)), ("B", ack(301, 202), 0))

    assert (found.codes, found.octets) == ({"window-probe", "zero-window"}, (101, 0))


def test_when_the_window_is_open_again_old_numbers_are_retransmissions_and_keep_alives():
    found = one(*SHUT, OPENED, ("A", ack(201, 301, 10)), ("A", ack(201, 301, 10)), ("B", ack(301, 211), 5000))
    idle = one(*SHUT, OPENED, ("A", ack(200, 301)))

    assert found.codes == {"zero-window", "retransmission"}
    assert idle.codes == {"zero-window", "keep-alive"}
