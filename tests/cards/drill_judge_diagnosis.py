"""A second way to the answers of the diagnosis drills, read off their English text: rows counted and segments followed
by hand, without the finder, the engine or the Zeek states of `prep.net.tcp`."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

# ── listings ──

END = r"(\d+\.\d+\.\d+\.\d+:[\d*]+)"
ROW = re.compile(rf"^ *(\d+ )?([A-Z][A-Z12-]+|tcp) +(\d+) +(\d+) +{END} +{END} *(.*)$", re.MULTILINE)
MORE = re.compile(r"^And (\d+) more rows in ([A-Z_12-]+) like these\.$", re.MULTILINE)
CALLED = {"ESTABLISHED": "ESTAB", "FIN-WAIT1": "FIN-WAIT-1", "FIN-WAIT2": "FIN-WAIT-2"}


class Row(NamedTuple):
    count: int
    state: str
    recv: int
    send: int
    local: str
    peer: str
    more: str

    @property
    def retries(self) -> int:
        found = re.search(r"(?:on|keepalive|persist),\w+,(\d+)\)", self.more)
        return int(found[1]) if found else 0


def rows(ask: str) -> list[Row]:
    found = []
    for count, first, recv, send, local, peer, more in ROW.findall(ask):
        state = (more if first == "tcp" else first).replace("_", "-")
        found.append(Row(int(count or 1), CALLED.get(state, state), int(recv), int(send), local, peer, more))
    for left_out, name in MORE.findall(ask):
        state = name.replace("_", "-")
        like = next(row for row in found if row.state == CALLED.get(state, state))
        found.append(like._replace(count=int(left_out)))
    return found


def ports(found: list[Row], state: str, side: str) -> int:
    """The most of a state at one port of a side, ephemeral ones aside."""
    counts: Counter[str] = Counter()
    for row in found:
        port = getattr(row, side).rpartition(":")[2]
        if row.state == state and port != "*" and int(port) < 32768:
            counts[port] += row.count
    return max(counts.values(), default=0)


def sockets(ask: str) -> str:
    """By signs that are clear to see: a pile is sixty or more, and tens of thousands of TIME-WAIT fill the ports."""
    found = rows(ask)
    netstat, timers, programs = "`netstat" in ask, "timer:(" in ask, "users:((" in ask
    [listener] = [row for row in found if row.state == "LISTEN"]
    at_port = [row for row in found if row.state == "ESTAB" and row.local.endswith(listener.local.split(":")[1])]
    unanswered = {row.state for row in found if row.retries > 1}
    signs = {
        "accept-queue-full": not netstat and listener.recv > listener.send,
        "not-accepted": listener.recv > 0 or (programs and any("users" not in row.more for row in at_port)),
        "self-connected": any(row.local == row.peer for row in found),
        "close-wait-pile-up": max(ports(found, "CLOSE-WAIT", side) for side in ("local", "peer")) >= 60,
        "time-wait-as-server": ports(found, "TIME-WAIT", "local") >= 400,
        "time-wait-as-client": ports(found, "TIME-WAIT", "peer") >= 25_000,
        "syn-sent-unanswered": "SYN-SENT" in unanswered,
        "syn-received-waiting": ports(found, "SYN-RECV", "local") >= 600,
        "fin-wait-2-orphans": any(row.state == "FIN-WAIT-2" and "timewait" in row.more for row in found),
        "fin-wait-2-half-closed": any(row.state == "FIN-WAIT-2" and timers and not row.more for row in found),
        "peer-not-reading": any(re.search(r"persist,\d+sec,0\)", row.more) for row in found),
        "program-not-reading": any(row.state == "ESTAB" and row.recv > 2_000_000 for row in found),
        "peer-silent": "ESTAB" in unanswered,
        "fin-unacknowledged": max(ports(found, state, "local") for state in ("FIN-WAIT-1", "LAST-ACK")) >= 100,
    }
    return next((code for code, holds in signs.items() if holds), "healthy")


def culprit(ask: str) -> str:
    guilty = {"peer-not-reading": "peer", "peer-silent": "network", "healthy": "nobody"}
    return guilty.get(sockets(ask), "here")


# ── ladders ──

SEGMENT = re.compile(r"<SEQ=(\d+)>(?:<ACK=(\d+)>)?<CTL=([A-Z,]+)>(?:<DATA=(\d+)>)?")
CALLS = {
    ("CLOSED", "OPEN_PASSIVE"): "LISTEN",
    ("CLOSED", "OPEN_ACTIVE"): "SYN_SENT",
    ("SYN_SENT", "CLOSE"): "CLOSED",
    ("SYN_RECEIVED", "CLOSE"): "FIN_WAIT_1",
    ("ESTABLISHED", "CLOSE"): "FIN_WAIT_1",
    ("CLOSE_WAIT", "CLOSE"): "LAST_ACK",
    ("TIME_WAIT", "TIMEOUT_2MSL"): "CLOSED",
}
ENDS_IT = ("ABORT", "CRASH", "TIMEOUT_USER", "CLOSE:unread")
OTHER = {"A": "B", "B": "A"}


class Line(NamedTuple):
    """A numbered line: an event at `end`, or a segment that it has sent."""

    number: int
    end: str
    event: str = ""
    flags: tuple[str, ...] = ()
    seq: int = 0
    ack: int | None = None
    data: int = 0
    lost: bool = False

    @property
    def behind(self) -> int:
        return self.seq + self.data + len({"SYN", "FIN"} & set(self.flags))


def ladder(ask: str) -> Iterator[Line]:
    label, left = "", 0
    for text in ask.split("\n"):
        if re.fullmatch(r" *A +B", text):
            left = text.index("A") + 14
        numbered = re.match(r" *(\d+) (.*)", text)
        if numbered is None:
            label = text
            continue
        number, drawn = int(numbered[1]), text[left:]
        if "--" not in drawn and not SEGMENT.search(drawn):
            yield Line(number, "B" if drawn.startswith(" ") else "A", drawn.split()[0].removesuffix(":"))
            continue
        [(seq, ack, flags, data)] = SEGMENT.findall(drawn) or SEGMENT.findall(label)
        end = "B" if drawn.startswith(("<-", "lost")) else "A"
        numbers = int(seq), int(ack) if ack else None, int(data or 0)
        yield Line(number, end, "", tuple(flags.split(",")), *numbers, "lost" in drawn)


def reached(line: Line, state: str, listened: bool, fin: int | None) -> str:
    """The state of an end after a segment; `fin` is the number behind its own FIN."""
    if "RST" in line.flags:
        return "LISTEN" if state == "LISTEN" or (state == "SYN_RECEIVED" and listened) else "CLOSED"
    if "SYN" in line.flags:
        answer = "ESTABLISHED" if line.ack is not None else "SYN_RECEIVED"
        return {"LISTEN": "SYN_RECEIVED", "SYN_SENT": answer, "SYN_RECEIVED": answer}.get(state, state)
    if state in ("CLOSED", "LISTEN", "SYN_SENT"):
        return state
    if state == "SYN_RECEIVED":
        state = "ESTABLISHED"
    if line.ack == fin:
        state = {"FIN_WAIT_1": "FIN_WAIT_2", "CLOSING": "TIME_WAIT", "LAST_ACK": "CLOSED"}.get(state, state)
    if "FIN" in line.flags:
        state = {"ESTABLISHED": "CLOSE_WAIT", "FIN_WAIT_1": "CLOSING", "FIN_WAIT_2": "TIME_WAIT"}.get(state, state)
    return state


def where(ask: str) -> str:
    states, listened, fins = {"A": "CLOSED", "B": "CLOSED"}, set(), {}
    for line in ladder(ask):
        if line.event:
            now = states[line.end]
            states[line.end] = "CLOSED" if line.event in ENDS_IT else CALLS.get((now, line.event), now)
            if line.event == "OPEN_PASSIVE":
                listened.add(line.end)
            continue
        if "FIN" in line.flags:
            fins[line.end] = line.behind
        if not line.lost:
            to = OTHER[line.end]
            states[to] = reached(line, states[to], to in listened, fins.get(to))
    [end] = re.findall(r"In which state does ([AB]) end", ask)
    return states[end]


def lost(ask: str) -> str:
    """What was answered before it was sent again: the last answer is missing; otherwise the first copy."""
    lines = list(ladder(ask))
    [timer] = [place for place, line in enumerate(lines) if line.event == "TIMEOUT_RTO"]
    again = lines[timer + 1]
    first = next(line for line in lines if line.end == again.end and line[3:7] == again[3:7])
    answers = [line.number for line in lines[:timer] if line.end != again.end and line.ack == again.behind]
    return str(answers[-1] if answers else first.number)


def capture(ask: str) -> str:
    lines = list(ladder(ask))
    originator = lines[0].end
    answers = [line for line in lines if line.end != originator]
    closed = []
    if not answers:
        return "S0"
    if "RST" in answers[0].flags:
        return "REJ"
    for line in lines:
        if "FIN" in line.flags and line.end not in closed:
            closed.append(line.end)
        if "RST" in line.flags and len(closed) < 2:
            return "RSTO" if line.end == originator else "RSTR"
    return {0: "S1", 2: "SF"}.get(len(closed)) or ("S2" if closed == [originator] else "S3")


DIAGNOSIS_JUDGES = {
    "dg-sockets": sockets,
    "dg-culprit": culprit,
    "dg-ladder": where,
    "dg-lost": lost,
    "dg-capture": capture,
}
