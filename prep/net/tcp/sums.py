"""The sums of TCP and UDP: numbers, sizes, windows, timers, ports.

Laws:
- Whole numbers and fractions only: nothing is rounded here, who shows a number rounds it and says so.
- What an RFC says and what Linux does are different functions, or a parameter whose default names its source.
- Times are in seconds and sizes in bytes unless a name or docstring says otherwise. Rates are in bits a second:
  1 Mbit/s is 10^6 bit/s.

A number that cannot be is refused with ValueError, the number quoted.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

Seconds = int | Fraction


def _at_least(least: int, number: Seconds, what: str) -> None:
    if number < least:
        raise ValueError(f"{what} {number}: at least {least}")


# ── sequence numbers: RFC 9293 §3.4 ──

SEQUENCE = 1 << 32


def sequence_length(data: int, *, syn: bool = False, fin: bool = False) -> int:
    """How many sequence numbers a segment takes: SYN and FIN count one each, a bare ACK takes none."""
    _at_least(0, data, "data")
    return data + syn + fin


def acknowledgment(seq: int, data: int = 0, *, syn: bool = False, fin: bool = False) -> int:
    """The ACK number that says that all of a segment has arrived; also its sender's next SEQ."""
    return (seq + sequence_length(data, syn=syn, fin=fin)) % SEQUENCE


def receive(expected: int, arrivals: Iterable[tuple[int, int]]) -> list[int]:
    """The ACK number after each arrival (SEQ, bytes): that of the first byte still missing. What comes behind a gap is
    kept and acknowledged when the gap is filled; what is old is acknowledged again. `expected` is RCV.NXT at first."""
    got = 0  # bytes after `expected`
    held: list[tuple[int, int]] = []
    numbers = []
    for seq, data in arrivals:
        start = (seq - expected + SEQUENCE // 2) % SEQUENCE - SEQUENCE // 2  # behind or ahead, whichever is nearer
        held.append((start, start + data))
        for first, end in sorted(held):
            if first <= got:
                got = max(got, end)
        numbers.append((expected + got) % SEQUENCE)
    return numbers


def delayed_acks(segments: int) -> int:
    """The fewest ACKs for full-sized segments in order: one for every second; a timer of less than 0.5 s sees to a last
    odd one (RFC 9293 §3.8.6.3)."""
    _at_least(0, segments, "segments")
    return -(-segments // 2)


def sequence_wrap(rate: int) -> Fraction:
    """Seconds until a rate in bit/s has used all 2^32 sequence numbers. 34 s at 1 Gbit/s (RFC 9293 §3.4.3), hence the
    timestamps of PAWS (RFC 7323 §5)."""
    _at_least(1, rate, "rate")
    return Fraction(SEQUENCE * 8, rate)


def unwrapped_rate(lifetime: Seconds) -> Fraction:
    """The rate in bit/s at which the numbers come round in just one segment lifetime; 2 minutes is the MSL of RFC 9293
    §3.4.2."""
    _at_least(1, lifetime, "lifetime")
    return Fraction(SEQUENCE * 8) / lifetime


# ── sizes: RFC 9293 §3.7.1 (RFC 6691 before), RFC 768 ──

IP_HEADER = {4: 20, 6: 40}  # fixed; RFC 791 §3.1, RFC 8200 §3
TCP_HEADER = 20
UDP_HEADER = 8
TIMESTAMPS = 12  # 10 bytes and two NOPs before them (RFC 7323 §3.2, appendix A)
DEFAULT_MSS = {4: 536, 6: 1220}  # where no MSS option came
FRAGMENT_HEADER = 8  # IPv6, RFC 8200 §4.5
LEAST_MTU = 68  # every IPv4 module must forward as much in one piece (RFC 791 §3.2)
IP_LARGEST = 65535  # of IPv4 the total length, of IPv6 the payload without jumbograms


def mss(version: int, mtu: int) -> int:
    """The MSS to announce: the MTU less the fixed IP and TCP headers. Options are not taken off here but from the data
    of each segment that carries them."""
    return _room(version, mtu, TCP_HEADER)


def segment_data(version: int, mtu: int, options: int = TIMESTAMPS) -> int:
    """Bytes of data in a full segment with so many bytes of TCP options."""
    if not 0 <= options <= 40:
        raise ValueError(f"options {options}: 0 to 40 bytes")
    return _room(version, mtu, TCP_HEADER + options)


def udp_largest(version: int, options: int = 0) -> int:
    """The largest UDP payload, fragmented where it must be: 65,507 over IPv4, 65,527 over IPv6 (no jumbograms).
    `options`: bytes of IPv4 options or IPv6 extension headers."""
    header = IP_HEADER[4] if version == 4 else 0
    return IP_LARGEST - header - options - UDP_HEADER


def udp_unfragmented(version: int, mtu: int) -> int:
    """The largest UDP payload that goes in one packet."""
    return _room(version, mtu, UDP_HEADER)


def fragments(version: int, mtu: int, payload: int) -> int:
    """How many packets an IP payload (UDP header and data, say) makes. All fragments but the last hold a multiple of 8
    bytes (RFC 791 §3.2, RFC 8200 §4.5)."""
    whole = _room(version, mtu, 0)
    if payload <= whole:
        return 1
    each = (whole - (FRAGMENT_HEADER if version == 6 else 0)) // 8 * 8
    last = whole if version == 4 else whole - FRAGMENT_HEADER  # the last one need be no multiple of 8
    return 1 + -(-(payload - last) // each)


class Fragment(NamedTuple):
    """`offset` as the header has it, in units of 8 bytes; `data` in bytes; `more` is the MF flag."""

    offset: int
    data: int
    more: bool


def ipv4_fragments(mtu: int, payload: int) -> list[Fragment]:
    """The packets that an IPv4 payload makes, in order, their headers without options. All but the last are as full as
    a multiple of 8 bytes may be (RFC 791 §3.2)."""
    _at_least(LEAST_MTU, mtu, "MTU")
    if not 0 <= payload <= IP_LARGEST - IP_HEADER[4]:
        raise ValueError(f"payload {payload}: 0 to {IP_LARGEST - IP_HEADER[4]} bytes")
    each = (mtu - IP_HEADER[4]) // 8 * 8
    last = each * (fragments(4, mtu, payload) - 1)
    full = [Fragment(at // 8, each, True) for at in range(0, last, each)]
    return [*full, Fragment(last // 8, payload - last, False)]


ETHERNET = 14 + 4  # header and frame check sequence (IEEE 802.3 §3.1); preamble and gap are not counted
TLS_RECORD = 5 + 1 + 16  # TLS 1.3 with an AEAD: header, content type, tag (RFC 9846 §5.2)


def frame_size(version: int, data: int, options: int = 0, *, tls: bool = False) -> int:
    """Bytes of the Ethernet frame of one TCP segment with so much application data; with `tls` it is one record."""
    return ETHERNET + IP_HEADER[version] + TCP_HEADER + options + TLS_RECORD * tls + data


# ── round trips before the first byte of a request: RFC 9293 §3.5, RFC 9846 §2, RFC 9000 §7 ──

ROUND_TRIPS = {
    "TCP": 1,
    "TCP + TLS 1.2": 3,  # a full handshake takes two (RFC 5246 §7.3)
    "TCP + TLS 1.2 resumed": 2,
    "TCP + TLS 1.3": 2,
    "TCP + TLS 1.3 with 0-RTT": 1,
    "QUIC": 1,
    "QUIC with 0-RTT": 0,
}


def first_byte(transport: str, rtt: int, server: int = 0) -> int:
    """Milliseconds from the first packet until the first byte of the response: the set-up of ROUND_TRIPS, one round
    trip for request and response, and the server's time."""
    return (ROUND_TRIPS[transport] + 1) * rtt + server


def _room(version: int, mtu: int, headers: int) -> int:
    room = mtu - IP_HEADER[version] - headers
    if room <= 0:
        raise ValueError(f"MTU {mtu}: too small for the headers")
    return room


# ── windows and rates: RFC 7323 §2 ──

LARGEST_SHIFT = 14


def scaled_window(field: int, shift: int | None = 0, *, syn: bool = False) -> int:
    """Bytes that a window field allows. The field of a SYN is never scaled; None where one side sent no Window Scale
    option; a shift above 14 counts as 14 (RFC 7323 §2.2-2.3)."""
    if not 0 <= field <= 0xFFFF:
        raise ValueError(f"window field {field}: 0 to 65535")
    return field << (0 if syn or shift is None else min(shift, LARGEST_SHIFT))


def shift_for(window: int) -> int:
    """The smallest shift with which 16 bits can announce a window of so many bytes."""
    for shift in range(LARGEST_SHIFT + 1):
        if scaled_window(0xFFFF, shift) >= window:
            return shift
    raise ValueError(f"window {window}: at most {scaled_window(0xFFFF, LARGEST_SHIFT)}")


def throughput(window: int, rtt_ms: int) -> Fraction:
    """The most bit/s that a window of bytes allows: one window a round trip (RFC 7323 §1.1)."""
    _at_least(1, rtt_ms, "RTT")
    return Fraction(window * 8 * 1000, rtt_ms)


def bandwidth_delay(rate: int, rtt_ms: int) -> Fraction:
    """Bytes in flight that fill a path of so many bit/s."""
    return Fraction(rate * rtt_ms, 8 * 1000)


# ── retransmission: RFC 6298 ──

SYN_RTO = 1  # §2.1: until there is a sample; 3 in RFC 2988
LEAST_RTO_MS = 1000  # §2.4; Linux has no such floor, its variance term is at least 200 ms
LINUX_RTO_MAX = 120  # TCP_RTO_MAX


class Timetable(NamedTuple):
    """When a segment is sent, from the first time at 0 on, and when its sender gives up: seconds."""

    sent: tuple[Seconds, ...]
    gives_up: Seconds


def backoff(retries: int, rto: Seconds = SYN_RTO, longest: Seconds | None = None) -> Timetable:
    """So many retransmissions, the timeout doubled each time up to the longest (§5.4-5.6); given up when the last one
    times out too."""
    _at_least(0, retries, "retries")
    waits = [rto * (1 << place) for place in range(retries + 1)]
    return _timetable(waits if longest is None else [min(wait, longest) for wait in waits])


def linux_syn(retries: int = 6, linear: int = 4) -> Timetable:
    """connect() on Linux: tcp_syn_retries, and since 6.5 tcp_syn_linear_timeouts more at first without doubling; 0 for
    older kernels. With the defaults 131 s, before 6.5 127 s.

    Given up by what comes first (tcp_write_timeout): a timeout after retries + linear retransmissions, or one at which
    as much time is over as the retries would take with doubling alone.
    """
    _at_least(1, retries, "tcp_syn_retries")
    doubled = backoff(retries, SYN_RTO, LINUX_RTO_MAX)
    waits = [SYN_RTO] * linear + [
        b - a for a, b in zip(doubled.sent, (*doubled.sent[1:], doubled.gives_up), strict=True)
    ]
    ends = list(accumulate(waits))
    over = next(place for place, end in enumerate(ends) if end >= doubled.gives_up)
    return _timetable(waits[: over + 1])


def linux_synack(retries: int = 5) -> Timetable:
    """tcp_synack_retries, while no further SYN arrives: 63 s by default, the last one sent at 31 s."""
    return backoff(retries, SYN_RTO, LINUX_RTO_MAX)


def _timetable(waits: Sequence[Seconds]) -> Timetable:
    ends = list(accumulate(waits))
    return Timetable((0, *ends[:-1]), ends[-1])


class RttEstimate(NamedTuple):
    """Milliseconds, exact."""

    srtt: Fraction
    rttvar: Fraction
    rto: Fraction


def rtt_estimate(samples_ms: Sequence[int], granularity_ms: int = 1, least_ms: int = LEAST_RTO_MS) -> RttEstimate:
    """What RFC 6298 §2.2-2.4 makes of RTT samples, the oldest first; RTTVAR is renewed before SRTT."""
    if not samples_ms:
        raise ValueError("no RTT sample: the RTO is still 1 s (RFC 6298 §2.1)")
    srtt, rttvar = Fraction(samples_ms[0]), Fraction(samples_ms[0], 2)
    for sample in samples_ms[1:]:
        rttvar = rttvar * 3 / 4 + abs(srtt - sample) / 4
        srtt = srtt * 7 / 8 + Fraction(sample, 8)
    return RttEstimate(srtt, rttvar, max(Fraction(least_ms), srtt + max(Fraction(granularity_ms), 4 * rttvar)))


# ── congestion: RFC 5681 ──


class Congestion(NamedTuple):
    """Full-sized segments."""

    cwnd: int
    ssthresh: int


def after_rtt(now: Congestion) -> Congestion:
    """A round trip in which each segment is acknowledged by itself: doubled below ssthresh, though not beyond it, then
    one more (§3.1)."""
    cwnd, ssthresh = now
    return Congestion(min(2 * cwnd, ssthresh) if cwnd < ssthresh else cwnd + 1, ssthresh)


def after_duplicates(now: Congestion) -> Congestion:
    """Three duplicate ACKs, when fast recovery is over: half of what was in flight, here all of cwnd, halves rounded
    down and not below 2 (§3.1 equation 4, §3.2)."""
    half = max(now.cwnd // 2, 2)
    return Congestion(half, half)


def after_timeout(now: Congestion) -> Congestion:
    """A retransmission timeout: back to one segment (§3.1)."""
    return Congestion(1, max(now.cwnd // 2, 2))


def initial_window(segment: int) -> int:
    """The first cwnd in bytes for a segment size: 10 segments for the usual ones (RFC 6928 §2)."""
    return min(10 * segment, max(2 * segment, 14600))


# ── queues, keep-alive, ports ──

KEEPALIVE = (7200, 75, 9)  # Linux: idle seconds, interval, probes; RFC 9293 §3.8.4 only asks for 2 hours or more
TIME_WAIT_LINUX = 60  # TCP_TIMEWAIT_LEN; RFC 9293 §3.6.1 has 2 MSL, with an MSL of 2 minutes 240 s
LINUX_PORTS = (32768, 60999)  # ip_local_port_range; RFC 6335 §6: 49152-65535


def backlog_limit(backlog: int, somaxconn: int) -> int:
    """The limit in force on Linux, Send-Q of the listener in `ss`. A negative backlog means the largest (listen(2))."""
    return somaxconn if backlog < 0 else min(backlog, somaxconn)


def accept_queue(backlog: int, somaxconn: int) -> int:
    """How many connections wait for accept() on Linux before SYNs are dropped: one more than the limit, for the queue
    is full when it is above it (sk_acceptq_is_full)."""
    return backlog_limit(backlog, somaxconn) + 1


def keepalive_dead(idle: int, interval: int, probes: int) -> int:
    """Seconds from the last sign of life until a mute peer is given up on Linux: the first probe goes after `idle`,
    each is waited for one interval."""
    return idle + interval * probes


def port_count(first: int, last: int) -> int:
    _at_least(first, last, "last port")
    return last - first + 1


def port_rate(ports: int, time_wait: int = TIME_WAIT_LINUX) -> Fraction:
    """Connections a second to one address and port that a client which closes first can go on making."""
    return Fraction(ports, time_wait)


def ports_last(ports: int, rate: int, time_wait: int = TIME_WAIT_LINUX) -> Fraction | None:
    """Seconds until no port is left; None where they come back in time."""
    return None if rate <= port_rate(ports, time_wait) else Fraction(ports, rate)
