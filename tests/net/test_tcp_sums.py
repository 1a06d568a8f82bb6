"""The sums of TCP and UDP: figures that RFCs, kernel documents and measurements state, and laws of their own."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.net.tcp import sums
from prep.net.tcp.sums import SEQUENCE, Congestion

SEQ = st.integers(0, SEQUENCE - 1)
VERSION = st.sampled_from([4, 6])
MTU = st.integers(1280, 65535)


# ── sequence numbers ──


@pytest.mark.parametrize(
    ("seq", "data", "flags", "ack"),
    [
        (100, 0, {"syn": True}, 101),  # RFC 9293 figure 6, line 2
        (300, 0, {"syn": True}, 301),  # line 4
        (101, 0, {}, 101),  # line 4: an ACK takes no number
        (100, 0, {"fin": True}, 101),  # RFC 9293 figure 12
        (SEQUENCE - 1, 0, {"syn": True}, 0),
        (SEQUENCE - 1, 10, {"fin": True}, 10),
    ],
)
def test_the_ack_of_a_segment_counts_data_syn_and_fin(seq: int, data: int, flags: dict[str, bool], ack: int) -> None:
    assert sums.acknowledgment(seq, data, **flags) == ack


@given(SEQ, st.integers(0, 9000), st.integers(0, 9000))
def test_two_segments_in_a_row_are_acknowledged_like_one(seq: int, one: int, two: int) -> None:
    assert sums.acknowledgment(sums.acknowledgment(seq, one), two) == sums.acknowledgment(seq, one + two)


@given(SEQ, st.permutations(range(6)), st.integers(1, 1460))
def test_whatever_the_order_all_is_acknowledged_in_the_end(start: int, order: list[int], size: int) -> None:
    numbers = sums.receive(start, [((start + place * size) % SEQUENCE, size) for place in order])
    assert numbers[-1] == (start + 6 * size) % SEQUENCE
    ahead = [(number - start) % SEQUENCE for number in numbers]
    assert ahead == sorted(ahead)


def test_a_gap_holds_the_ack_and_a_duplicate_does_not_move_it() -> None:
    assert sums.receive(1000, [(1500, 500), (1000, 500), (1000, 500)]) == [1000, 2000, 2000]
    assert sums.receive(1000, [(500, 700)]) == [1200]  # old bytes and new ones


def test_delayed_acks_answer_every_second_segment() -> None:
    assert [sums.delayed_acks(segments) for segments in range(6)] == [0, 1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    ("rate", "seconds"),
    [(10**9, 34), (10**10, 3), (10**11, Fraction(1, 3))],  # RFC 9293 §3.4.3, the last paragraph
)
def test_sequence_numbers_come_round_as_rfc_9293_says(rate: int, seconds: Fraction | int) -> None:
    assert isclose(sums.sequence_wrap(rate), seconds, rel_tol=0.15)


def test_the_older_figures_of_rfc_9293_take_a_megabit_for_2_to_the_20_bits() -> None:
    assert int(sums.sequence_wrap(2 << 20) / 360) == 45  # "4.5 hours" at 2 megabits/sec
    assert int(sums.sequence_wrap(100 << 20) / 6) == 54  # "5.4 minutes" at 100


@given(st.integers(1, SEQUENCE * 8))
def test_the_rate_that_wraps_in_a_time_is_the_other_way_round(rate: int) -> None:
    assert sums.unwrapped_rate(sums.sequence_wrap(rate)) == rate


# ── sizes ──


@pytest.mark.parametrize(
    ("version", "mtu", "mss", "with_timestamps"),
    [(4, 1500, 1460, 1448), (6, 1500, 1440, 1428), (4, 576, 536, 524), (6, 1280, 1220, 1208)],
)
def test_the_mss_is_the_mtu_less_the_fixed_headers(version: int, mtu: int, mss: int, with_timestamps: int) -> None:
    """536 and 1220 are the defaults of RFC 9293 §3.7.1; 1448 was seen on a link of MTU 1500."""
    assert sums.mss(version, mtu) == mss
    assert sums.segment_data(version, mtu) == with_timestamps
    assert sums.segment_data(version, mtu, options=0) == mss


def test_the_default_mss_is_that_of_the_smallest_mtu() -> None:
    assert {version: sums.mss(version, mtu) for version, mtu in ((4, 576), (6, 1280))} == sums.DEFAULT_MSS


@pytest.mark.parametrize(("version", "payload"), [(4, 65507), (6, 65527)])
def test_the_largest_udp_payload_is_what_sendto_takes(version: int, payload: int) -> None:
    """Measured: one byte more is EMSGSIZE."""
    assert sums.udp_largest(version) == payload


def test_udp_without_fragments_fills_a_packet() -> None:
    assert [sums.udp_unfragmented(*packet) for packet in ((4, 1500), (6, 1500), (6, 1280))] == [1472, 1452, 1232]


@pytest.mark.parametrize(
    ("version", "mtu", "payload", "packets"),
    [(4, 1500, 1480, 1), (4, 1500, 1481, 2), (4, 1500, 65515, 45), (6, 1500, 1460, 1), (6, 1500, 1461, 2)],
)
def test_fragments_are_cut_at_multiples_of_eight(version: int, mtu: int, payload: int, packets: int) -> None:
    assert sums.fragments(version, mtu, payload) == packets


@given(VERSION, MTU, st.integers(9, 65515))
def test_a_datagram_is_whole_just_when_it_fits(version: int, mtu: int, payload: int) -> None:
    whole = payload - sums.UDP_HEADER <= sums.udp_unfragmented(version, mtu)
    assert (sums.fragments(version, mtu, payload) == 1) == whole


def test_fragments_are_those_of_the_example_in_rfc_791() -> None:
    """Appendix A, example 2: 472 bytes, MTU 280."""
    assert sums.ipv4_fragments(280, 452) == [(0, 256, True), (32, 196, False)]


@given(st.integers(68, 9000), st.integers(0, 65515))
def test_fragments_carry_all_data_once_and_in_order(mtu: int, payload: int) -> None:
    pieces = sums.ipv4_fragments(mtu, payload)
    assert len(pieces) == sums.fragments(4, mtu, payload)
    assert sum(one.data for one in pieces) == payload
    assert all(a.offset * 8 + a.data == b.offset * 8 for a, b in pairwise(pieces))
    assert [one.more for one in pieces] == [True] * (len(pieces) - 1) + [False]
    assert all(one.data + 20 <= mtu for one in pieces)
    assert all(mtu - 8 < one.data + 20 for one in pieces[:-1])


@pytest.mark.parametrize(("mtu", "payload"), [(67, 100), (1500, -1), (1500, 65516)])
def test_a_datagram_that_cannot_be_is_not_cut(mtu: int, payload: int) -> None:
    with pytest.raises(ValueError, match=r"MTU 67|payload (-1|65516)"):
        sums.ipv4_fragments(mtu, payload)


# ── windows and rates ──


@pytest.mark.parametrize(
    ("field", "shift", "syn", "window"),
    [(65535, 14, False, 1073725440), (501, 7, False, 64128), (501, None, False, 501), (65535, 7, True, 65535)],
)
def test_a_window_is_scaled_but_never_in_a_syn(field: int, shift: int | None, syn: bool, window: int) -> None:
    assert sums.scaled_window(field, shift, syn=syn) == window


def test_a_shift_above_14_counts_as_14() -> None:
    assert sums.scaled_window(1, 15) == sums.scaled_window(1, 14) == 16384


@given(st.integers(1, 65535 << 14))
def test_the_smallest_shift_is_enough_and_one_less_is_not(window: int) -> None:
    shift = sums.shift_for(window)
    assert sums.scaled_window(0xFFFF, shift) >= window
    assert shift == 0 or sums.scaled_window(0xFFFF, shift - 1) < window


def test_64_kb_at_100_ms_are_5_mbit_a_second() -> None:
    assert round(sums.throughput(65535, 100) / 10**6, 1) == Fraction(52, 10)


@given(st.integers(1, 10**7).map(lambda rate: rate * 8000), st.integers(1, 10**4))
def test_a_window_of_the_product_fills_the_path(rate: int, rtt: int) -> None:
    product = sums.bandwidth_delay(rate, rtt)
    assert product.denominator == 1
    assert sums.throughput(int(product), rtt) == rate


# ── retransmission ──


def test_a_syn_on_linux_before_6_5_is_given_up_after_127_s() -> None:
    """ip-sysctl of those kernels: "63seconds till the last retransmission … 127seconds"."""
    assert sums.linux_syn(linear=0) == ((0, 1, 3, 7, 15, 31, 63), 127)


def test_a_syn_on_linux_since_6_5_is_given_up_after_131_s() -> None:
    """ip-sysctl: "67seconds (with tcp_syn_linear_timeouts = 4) till the last retransmission … 131seconds"."""
    assert sums.linux_syn() == ((0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67), 131)


@pytest.mark.parametrize(("retries", "measured"), [(1, 3.1), (2, 7.1), (3, 19.6), (6, 134.6)])
def test_few_retries_end_when_doubling_alone_would_have(retries: int, measured: float) -> None:
    """Measured with TCP_SYNCNT on Linux 6.18; its timers are late by up to 3 %."""
    assert 1 <= measured / sums.linux_syn(retries).gives_up < 1.04


def test_a_syn_ack_on_linux_is_given_up_after_63_s() -> None:
    """ip-sysctl, tcp_synack_retries: "31seconds till the last retransmission … 63seconds"."""
    assert sums.linux_synack() == ((0, 1, 3, 7, 15, 31), 63)


def test_data_on_linux_is_given_up_after_924_6_s_at_the_least() -> None:
    """ip-sysctl, tcp_retries2 = 15, with the smallest RTO of 200 ms and the largest of 120 s."""
    assert sums.backoff(15, Fraction(1, 5), sums.LINUX_RTO_MAX).gives_up == Fraction(9246, 10)


@given(st.integers(0, 60), st.integers(1, 3))
def test_doubled_timeouts_add_up_to_one_less_than_a_power_of_2(retries: int, rto: int) -> None:
    table = sums.backoff(retries, rto)
    assert table.gives_up == rto * (2 ** (retries + 1) - 1)
    assert [place * rto for place in (2**n - 1 for n in range(retries + 1))] == list(table.sent)


@given(st.integers(1, 20), st.integers(0, 20))
def test_linear_timeouts_never_make_linux_give_up_sooner(retries: int, linear: int) -> None:
    table = sums.linux_syn(retries, linear)
    assert sums.linux_syn(retries, 0).gives_up <= table.gives_up
    assert len(table.sent) <= 1 + retries + linear
    assert all(after - before == 1 for before, after in pairwise(table.sent[: linear + 2]))


def test_rtt_samples_make_the_rto_of_rfc_6298() -> None:
    assert list(sums.rtt_estimate([800])) == [800, 400, 2400]  # §2.2: R, R/2, R + 4 R/2
    assert list(sums.rtt_estimate([800, 400])) == [750, 400, 2350]  # §2.3: RTTVAR with the SRTT before
    assert sums.rtt_estimate([100]).rto == 1000  # §2.4: rounded up to 1 s


@given(st.integers(1, 5000), st.integers(1, 200))
def test_a_steady_rtt_leaves_the_clock_granularity(rtt: int, granularity: int) -> None:
    found = sums.rtt_estimate([rtt] * 60, granularity, least_ms=0)
    assert found.srtt == rtt
    assert found.rto <= rtt + granularity + 1


# ── congestion ──


def test_slow_start_stops_at_ssthresh_and_a_loss_halves_it() -> None:
    now, seen = Congestion(1, 10), []
    for _ in range(6):
        now = sums.after_rtt(now)
        seen.append(now.cwnd)
    assert seen == [2, 4, 8, 10, 11, 12]
    assert sums.after_duplicates(now) == (6, 6)
    assert sums.after_timeout(now) == (1, 6)
    assert sums.after_timeout(Congestion(3, 9)) == (1, 2)  # RFC 5681 equation 4: not below 2


@pytest.mark.parametrize(("segment", "window"), [(1460, 14600), (536, 5360), (9000, 18000)])
def test_the_initial_window_is_ten_segments_as_rfc_6928_has_it(segment: int, window: int) -> None:
    assert sums.initial_window(segment) == window


# ── queues, keep-alive, ports ──


@pytest.mark.parametrize(("backlog", "connections"), [(0, 1), (1, 2), (2, 3), (5, 6), (5000, 4097), (-1, 4097)])
def test_linux_holds_one_connection_more_than_the_backlog(backlog: int, connections: int) -> None:
    """Measured for 0, 1, 2 and 5, with somaxconn 4096."""
    assert sums.accept_queue(backlog, 4096) == connections


def test_keepalive_finds_a_dead_peer_after_7875_s_by_default() -> None:
    assert sums.keepalive_dead(*sums.KEEPALIVE) == 7875
    assert sums.keepalive_dead(1, 1, 2) == 3  # measured: 3.06 s


def test_470_connections_a_second_use_up_the_ports_of_linux() -> None:
    ports = sums.port_count(*sums.LINUX_PORTS)
    assert ports == 28232
    assert int(sums.port_rate(ports)) == 470
    assert sums.port_rate(16384, 240) < 69  # 2 MSL of RFC 9293, the ports of RFC 6335


@given(st.integers(1, 65535), st.integers(1, 10**5), st.integers(1, 240))
def test_ports_run_out_just_when_they_do_not_come_back_in_time(ports: int, rate: int, time_wait: int) -> None:
    left = sums.ports_last(ports, rate, time_wait)
    assert (left is None) == (rate * time_wait <= ports)
    assert left is None or left < time_wait


# ── refused ──


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: sums.mss(6, 60), "MTU 60"),
        (lambda: sums.segment_data(4, 1500, 41), "options 41"),
        (lambda: sums.scaled_window(65536), "window field 65536"),
        (lambda: sums.shift_for(1 << 30), "window 1073741824"),
        (lambda: sums.backoff(-1), "retries -1"),
        (lambda: sums.linux_syn(0), "tcp_syn_retries 0"),
        (lambda: sums.throughput(65535, 0), "RTT 0"),
        (lambda: sums.sequence_wrap(0), "rate 0"),
        (lambda: sums.port_count(2, 1), "last port 1"),
        (lambda: sums.rtt_estimate([]), "no RTT sample"),
    ],
)
def test_what_cannot_be_is_refused_and_quoted(call: Callable[[], object], quoted: str) -> None:
    with pytest.raises(ValueError, match=quoted):
        call()
