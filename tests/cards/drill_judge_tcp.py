"""A second way to the answers of the TCP and UDP drills, read off their English text: walked through timeout by
timeout, byte by byte and round by round, without `prep.net.tcp.sums`."""

import re
from collections.abc import Callable
from itertools import count


def after(ask: str, name: str) -> int:
    """The number behind a name: `tcp_syn_retries = 6`, `SEQ=100`, `MTU 1500`."""
    found = re.search(rf"{name}\W{{0,4}}(\d+)", ask)
    assert found, name
    return int(found[1])


def every(ask: str, pattern: str) -> list[int]:
    return [int(text) for text in re.findall(pattern, ask)]


def joined(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def most(holds: Callable[[int], bool]) -> int:
    """The last number, counted from 0, before one for which it does not hold."""
    return next(number for number in count() if not holds(number + 1))


# ── timers ──


def expiries(first: int, number: int, linear: int = 0) -> list[int]:
    """When the timer of a SYN or SYN,ACK expires for the first so many times."""
    now, wait, times = 0, first, []
    for turn in range(number):
        now += wait
        times.append(now)
        wait = wait if turn < linear else wait * 2
    return times


def syn(ask: str) -> str:
    [first] = every(ask, r"first timeout (?:is )?(\d+) s")
    if wanted := every(ask, r"retransmission number (\d+)"):
        return str(expiries(first, wanted[0])[-1])
    linear = after(ask, "tcp_syn_linear_timeouts") if "linear" in ask else 0
    [retries] = every(ask, r"\d+(?= retransmissions)") or [after(ask, "retries")]
    times = expiries(first, retries + linear + 1, linear)
    return joined(times[:-1]) if "(list)" in ask else str(times[-1])


def synack(ask: str) -> str:
    if limit := every(ask, r"deleted (\d+) s"):
        return str(most(lambda retries: expiries(1, retries + 1)[-1] <= limit[0]))
    times = expiries(1, after(ask, "retries") + 1)
    return joined(times[:-1]) if "(list)" in ask else str(times[-1])


def rto(ask: str) -> str:
    """In eighths and quarters of a millisecond, as kernels keep them."""
    first, *later = every(ask, r"(\d+) ms")
    srtt8, rttvar4 = 8 * first, 2 * first
    for sample in later:
        rttvar4 += abs(sample - srtt8 // 8) - rttvar4 // 4
        srtt8 += sample - srtt8 // 8
    if "(SRTT, RTTVAR)" in ask:
        return f"{srtt8 // 8}, {rttvar4 // 4}"
    timeouts = every(ask, r"expires (\d+) times")
    return str(max(1000, srtt8 // 8 + rttvar4) << (timeouts[0] if timeouts else 0))


def keepalive(ask: str) -> str:
    idle, interval = after(ask, "time"), after(ask, "intvl")
    if limit := every(ask, r"within (\d+) s"):
        return str(most(lambda probes: idle + sum([interval] * probes) <= limit[0]))
    sent = [idle + interval * probe for probe in range(after(ask, "probes"))]
    return str(sent[-1] if "last probe sent" in ask else sent[-1] + interval)


def ports(ask: str) -> str:
    [(first, last)] = re.findall(r"(?:range = |ports are )(\d+)(?: to)? (\d+)", ask)
    free, lasts = len(range(int(first), int(last) + 1)), 60
    if msl := every(ask, r"MSL is (\d+) s"):
        lasts = 2 * msl[0]
    if rate := every(ask, r"makes (\d+) connections"):
        return str(most(lambda second: second * rate[0] <= free))
    return str(most(lambda rate: rate * lasts <= free))


# ── bytes ──


def consumed(ask: str) -> str:
    flags = re.findall(r"flags (\S+)", ask)[0].split(",")
    length = after(ask, r"and") + ("SYN" in flags) + ("FIN" in flags)
    return str(int.from_bytes((after(ask, "SEQ") + length).to_bytes(8)[4:]))


def ack(ask: str) -> str:
    expected, got, said = after(ask, "expects number"), set[int](), []
    for seq, data in re.findall(r"SEQ=(\d+) with (\d+) bytes", ask):
        got |= set(range(int(seq), int(seq) + int(data)))
        while expected in got:
            expected += 1
        said.append(expected)
    return joined(said) if "Each is" in ask else str(said[-1])


def wrap(ask: str) -> str:
    bits = len(f"{2**32 - 1:b}")
    if lives := every(ask, r"may live (\d+) s"):
        return str(most(lambda mbit: mbit * 10**6 * lives[0] <= 8 << bits))
    rate = after(ask, "sends") * (10**9 if "Gbit" in ask else 10**6)
    return str((8 << bits) * (1000 if "milli" in ask else 1) // rate)


# ── sizes ──


def header(ask: str) -> int:
    return {4: 20, 6: 40}[after(ask, "IPv")]


def segment(ask: str) -> str:
    room = min(every(ask, r"MTU (\d+)")) - header(ask) - 20
    if "timestamps" in ask:
        room -= len(bytes.fromhex("0101080a")) + 8
    if data := every(ask, r"do (\d+) bytes need"):
        return str(len(range(0, data[0], room)))
    return str(room)


def datagram(ask: str) -> str:
    if "largest" in ask:
        own = 20 if header(ask) == 20 else 0
        return str(2**16 - 1 - own - 8 - sum(every(ask, r"with (\d+) bytes of")))
    room = after(ask, "MTU") - header(ask)
    if data := every(ask, r"of (\d+) bytes of payload"):
        left, packets, extra = data[0] + 8, 1, 8 if header(ask) == 40 else 0
        room -= extra if left > room else 0
        while left > room:
            left -= room // 8 * 8
            packets += 1
        return str(packets)
    return str(room - 8)


# ── windows ──


def shift(window: int) -> int:
    return next(bits for bits in range(15) if window >> bits < 2**16)


def window(ask: str) -> str:
    if wanted := every(ask, r"a window of (\d+) bytes"):
        return str(shift(wanted[0]))
    field = after(ask, "window field")
    if "its own window" in ask or "no Window Scale" in ask:
        return str(field)
    for _ in range(min(14, after(ask, r"shift(?: is)?"))):
        field *= 2
    return str(field)


def speed(ask: str) -> str:
    rtt = after(ask, r"round trip(?: of)?")
    if "Window field" not in ask:
        return str(after(ask, "window of") * 8 // rtt)
    bits = after(ask, "Window field") * 8 * 2 ** after(ask, "shift")
    return str(min(bits // rtt, after(ask, "link") * 1000))


def product(ask: str) -> str:
    bytes_a_ms = after(ask, "path of") * 1000 // 8
    data = bytes_a_ms * after(ask, "round trip of")
    if each := every(ask, r"segments of (\d+) bytes"):
        return str(len(range(0, data, each[0])))
    if "shift" in ask:
        return str(next(bits for bits in range(15) if 65535 * 2**bits >= data))
    return str(data)


def cwnd(ask: str) -> str:
    """Grown ACK by ACK: each adds a segment below ssthresh, a full window of them one segment from there on."""
    window, ssthresh = after(ask, "cwnd = "), after(ask, "ssthresh = ")
    told = ask.partition("cwnd = ")[2]
    for step in re.findall(r"(\d+) round trips|(\d+ duplicate ACKs)|(retransmission timeout)", told):
        for _ in range(int(step[0] or 0)):
            slow = window < ssthresh
            acks = [min(1, ssthresh - window) if slow else 0] * window
            window = min(window + sum(acks), ssthresh) if slow else window + 1
        if not step[0]:
            ssthresh = max(window >> 1, 2)
            window = 1 if step[2] else ssthresh
    return f"{window}, {ssthresh}" if "(cwnd, ssthresh)" in ask else str(window)


def backlog(ask: str) -> str:
    limit = sorted([after(ask, "somaxconn"), after(ask, "listen.fd,")])[0]
    waiting = next(length for length in count() if length > limit)  # full when above the limit
    if "Recv-Q" in ask:
        return f"{waiting}, {limit}"
    if clients := every(ask, r"(\d+) clients"):
        return str(clients[0] - after(ask, "the first") - waiting)
    return str(waiting)


TCP_JUDGES: dict[str, Callable[[str], str]] = {
    "tcp-syn-timetable": syn,
    "tcp-synack-timetable": synack,
    "tcp-rto": rto,
    "tcp-keepalive": keepalive,
    "tcp-port-exhaustion": ports,
    "tcp-syn-consumes": consumed,
    "tcp-ack": ack,
    "tcp-seq-wrap": wrap,
    "tcp-mss": segment,
    "udp-max": datagram,
    "tcp-window-scale": window,
    "tcp-throughput": speed,
    "tcp-bdp": product,
    "tcp-cwnd": cwnd,
    "tcp-backlog": backlog,
}


# ── costs ──


def overhead(ask: str) -> str:
    data = int(re.findall(r"^(\d+) bytes", ask)[0])
    headers = [14, 40 if "IPv6" in ask else 20, 20, 4]
    headers += [12] * ("with the timestamps" in ask) + [5, 1, 16] * ("TLS" in ask)
    return str(data + sum(headers))


def setup(ask: str) -> str:
    rtt = int(re.findall(r"round trip of (\d+)", ask)[0])
    server = sum(map(int, re.findall(r"needs (\d+) ms", ask)))
    flights = 1 + (ask.startswith("TCP") or "QUIC" in ask)
    if "TLS 1.2" in ask:
        flights += 1 if "resumed" in ask else 2
    if "TLS 1.3" in ask:
        flights += 1
    return str((flights - ("0-RTT" in ask)) * rtt + server)


TCP_JUDGES |= {"tcp-overhead": overhead, "tcp-setup": setup}
