"""From rows to findings: what is counted, where, and from how many on it is a fault.

- A state that a healthy host shows at any moment is none: a handful of TIME_WAIT, one CLOSE_WAIT, a SYN just sent, a
  queue that is not full, an ACK on its way.
- A symptom is not told beside its cause. Where both ends are on this host, FIN_WAIT_2 whose other end is in a pile of
  CLOSE_WAIT, or SYN_SENT to a full accept queue, is part of that finding.
- The same connection in several listings of one text counts once, and what they tell of it is put together.

Memory is bounded: so many rows are kept to look at both ends; what comes after them is judged as it comes.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from prep.net.tcp.sockets.findings import ORDER
from prep.net.tcp.sockets.place import Found, Place, Side
from prep.net.tcp.sockets.row import Row
from prep.net.tcp.table import State

KEPT = 50_000  # rows
PLACES = 150_000  # ports of each side, for each code
ANY: Final = ("*", "0.0.0.0", "::")

# Findings are from the first socket on, but these from so many at one port.
LEAST: Final = {
    "close-wait-pile-up": 10,
    "time-wait-as-server": 30,
    "time-wait-as-client": 100,
    "fin-unacknowledged": 10,
}
STUCK = 64_000  # bytes: about the first window that Linux offers, so a Recv-Q that a reader has not touched
QUARTER: Final = 4  # of the queue, or of the port's connections: a busy server has a few waiting at any moment
CLOSING: Final = ("FIN_WAIT_1", "CLOSING", "LAST_ACK")
# Their rows are counted at both ports, for they may gather at either.
BOTH_ENDS: Final[dict[str, tuple[State, ...]]] = {
    "close-wait-pile-up": ("CLOSE_WAIT",),
    "time-wait-as-server": ("TIME_WAIT",),
    "time-wait-as-client": ("TIME_WAIT",),
    "fin-unacknowledged": CLOSING,
}


@dataclass(slots=True)
class _Port:
    """A local port with a listener."""

    waiting: int = 0
    backlog: int | None = None
    full: bool = False
    connections: int = 0  # that hold a place in the queue or a descriptor
    unowned: int = 0
    row: Row | None = None


class Tally:
    """Rows in; counts and findings out."""

    def __init__(self) -> None:
        self.states: Counter[State] = Counter()
        self._kept: dict[tuple[object, ...], Row] | None = {}
        self._alike: Counter[tuple[str, ...]] = Counter()  # rows of this listing by their ends
        self._listing: object = None
        self._places: dict[tuple[str, Side, str], Place] = {}
        self._ports: dict[str, _Port] = {}
        self._behind: list[Row] = []  # FIN_WAIT_2 whose other end is here in CLOSE_WAIT

    def add_all(self, rows: Iterable[Row]) -> "Tally":
        for row in rows:
            self._add(row)
        return self

    def _add(self, row: Row) -> None:
        if self._kept is None:
            self._judge(row)
            return
        key = self._key(row)
        known = self._kept.get(key)
        self._kept[key] = row if known is None else _merged(known, row)
        if len(self._kept) >= KEPT:
            self._judge_kept()

    def _key(self, row: Row) -> tuple[object, ...]:
        """What tells a connection from others, also in a listing by another tool; the last is a number for rows that
        look the same: listeners that share a port, ports that are cut."""
        if row.listing is not self._listing:
            self._listing = row.listing
            self._alike.clear()
        key = (row.address, row.port, row.peer, row.peer_port)
        if row.state == "LISTEN":
            key = ("*" if row.address in ANY else row.address, row.port, "*", "*")
        self._alike[key] += 1
        return (*key, self._alike[key])

    # ── judging ──

    def _judge_kept(self) -> None:
        kept, self._kept = self._kept or {}, None
        for row in kept.values():
            if row.state == "LISTEN":
                self._listen(row)
        for row in kept.values():
            if row.state == "SYN_SENT" and self._unanswered(row) and row.loops:
                port = self._ports.get(row.peer_port)
                if port is not None and port.waiting and port.backlog is None:
                    port.full = True  # netstat does not print the limit, but nothing is lost on loopback
        for row in kept.values():
            if row.state != "LISTEN":
                self._judge(row, kept.get((row.peer, row.peer_port, row.address, row.port, 1)))
            else:
                self.states[row.state] += 1
        self._alike.clear()

    def _listen(self, row: Row) -> None:
        if len(self._ports) >= PLACES:
            return
        port = self._ports.setdefault(row.port, _Port())
        if port.row is None or (row.recv_q or 0) > port.waiting:
            port.row, port.backlog = row, row.backlog
        port.waiting += row.recv_q or 0
        if row.backlog is not None and (row.recv_q or 0) > row.backlog:
            port.full = True
            self._count("accept-queue-full", "local", row)

    def _judge(self, row: Row, twin: Row | None = None) -> None:
        self.states[row.state] += 1
        if row.state == "LISTEN":
            self._listen(row)
        elif row.state != "CLOSED" and row.port == row.peer_port and row.address == row.peer and row.port:
            self._count("self-connected", "local", row)
        else:
            self._connection(row, twin)

    def _connection(self, row: Row, twin: Row | None) -> None:
        match row.state:
            case "CLOSE_WAIT":
                self._count("close-wait-pile-up", "local", row)
                self._count("close-wait-pile-up", "remote", row)
            case "TIME_WAIT":
                self._count("time-wait-as-server", "local", row)
                self._count("time-wait-as-client", "remote", row)
            case "SYN_SENT" if self._unanswered(row):
                if not (row.loops and self._full(row.peer_port)):
                    self._count("syn-sent-unanswered", "remote", row)
            case "SYN_RECEIVED" if not self._full(row.port):
                self._count("syn-received-waiting", "local", row)
            case "FIN_WAIT_2":
                self._fin_wait_2(row, twin)
        if row.state in ("ESTABLISHED", "CLOSE_WAIT"):
            self._queued(row, twin)
        if row.state in ("ESTABLISHED", "CLOSE_WAIT", *CLOSING):
            self._peer(row, twin)

    @staticmethod
    def _unanswered(row: Row) -> bool:
        """Has the SYN gone unanswered for a while? Where the listing has no timers that is not known."""
        return row.retries > 0 or (row.timer is None and not row.listing.timers)

    def _full(self, port: str) -> bool:
        return port in self._ports and self._ports[port].full

    def _fin_wait_2(self, row: Row, twin: Row | None) -> None:
        if twin is not None and twin.state in CLOSING:
            return  # the other end has closed, its FIN is on the way
        if _half_closed(row):
            self._count("fin-wait-2-half-closed", "remote", row)
        elif twin is not None and twin.state == "CLOSE_WAIT":
            self._behind.append(row)
        else:
            self._count("fin-wait-2-orphans", "remote", row)

    def _queued(self, row: Row, twin: Row | None) -> None:
        """Is it in an accept queue still?"""
        if (port := self._ports.get(row.port)) is not None and port.row is not None:
            port.connections += 1
            shown = row.listing.processes and row.process is None and port.row.process is not None
            port.unowned += row.owned is False or (row.owned is None and shown)
        elif twin is None and row.listing.format == "lsof" and row.state == "ESTABLISHED" and row.loops:
            accepting = self._ports.get(row.peer_port)
            if accepting is not None:  # the listener is shown, its end of the connection is not
                accepting.unowned += 1

    def _peer(self, row: Row, twin: Row | None) -> None:
        """What the other end does not do: read, or answer."""
        if _not_read(row):
            self._count("peer-not-reading", "remote", row)
        elif row.retries and row.timer in ("on", "keepalive"):
            self._count("peer-silent", "remote", row)
        elif row.state in CLOSING and row.timer is None and not row.listing.timers:
            self._count("fin-unacknowledged", "local", row)
            self._count("fin-unacknowledged", "remote", row)
        if row.state == "ESTABLISHED" and (row.recv_q or 0) >= STUCK and not (twin and _not_read(twin)):
            self._count("program-not-reading", "local", row)

    def _count(self, code: str, side: Side, row: Row, count: int = 1) -> None:
        port = row.port if side == "local" else row.peer_port
        if not port and code in LEAST:
            return  # it is cut
        key = (code, side, port)
        if key not in self._places and len(self._places) >= PLACES:
            return
        self._places.setdefault(key, Place(side, port)).add(row, count)

    # ── the end ──

    def findings(self) -> list[Found]:
        """In the order of findings.py's table."""
        self._judge_kept()
        self._count_behind()
        self._count_waiting()
        by_code: dict[str, list[Place]] = {}
        for (code, _, _), place in sorted(self._places.items(), key=lambda item: item[1].side):
            if place.count >= LEAST.get(code, 1) and self._unclaimed(code, place, by_code):
                by_code.setdefault(code, []).append(place)
        found = []
        for code in sorted(by_code, key=ORDER.__getitem__):
            places = by_code[code]
            places.sort(key=lambda place: -place.count)
            found.append(Found(code, sum(place.count for place in places), places))
        return found

    def _unclaimed(self, code: str, place: Place, by_code: dict[str, list[Place]]) -> bool:
        """A remote port does not take the rows that a local one explains."""
        states = BOTH_ENDS.get(code)
        if states is None or place.side == "local":
            return True
        claimed = sum(place.count for name in BOTH_ENDS for place in by_code.get(name, ()) if BOTH_ENDS[name] == states)
        return claimed + place.count <= sum(self.states[state] for state in states)

    def _count_behind(self) -> None:
        """FIN_WAIT_2 before a CLOSE_WAIT on this host: a finding of its own only where that is none."""
        code = "close-wait-pile-up"
        for row in self._behind:
            piles = (self._places.get((code, "local", row.peer_port)), self._places.get((code, "remote", row.port)))
            if not any(pile and pile.count >= LEAST[code] for pile in piles):
                self._count("fin-wait-2-orphans", "remote", row)

    def _count_waiting(self) -> None:
        for port in self._ports.values():
            if port.row is None:
                continue
            if port.full:
                if ("accept-queue-full", "local", port.row.port) not in self._places:
                    self._count("accept-queue-full", "local", port.row)
                continue
            limits = [port.connections, *([] if port.backlog is None else [port.backlog])]
            count = max(port.waiting if QUARTER * port.waiting >= min(limits) else 0, port.unowned)
            if count:
                self._count("not-accepted", "local", port.row, count)


def _half_closed(row: Row) -> bool:
    """Does a program hold it (shutdown), or nobody (close)? Where nothing tells, the latter is taken."""
    if row.timer == "timewait" or row.owned is False:
        return False
    return bool(row.owned or (row.listing.timers and not row.listing.processes))


def _not_read(row: Row) -> bool:
    """Is the other end's window zero? Without timers, a FIN behind unsent data is taken to wait for it."""
    if row.timer == "persist":
        return row.state in CLOSING or row.retries > 0
    untold = row.timer is None and not row.listing.timers
    return untold and row.state in CLOSING and (row.send_q or 0) > 1


def _merged(known: Row, row: Row) -> Row:
    """The later look at a connection; of the same state the one that shows more, with what the other one tells."""
    if known.state != row.state:
        return row
    if _shows(known) > _shows(row):
        known, row = row, known
    told = {name: getattr(known, name) for name in ("recv_q", "send_q", "timer", "process", "owned")}
    told = {name: value for name, value in told.items() if value is not None and getattr(row, name) is None}
    return row._replace(**told, retries=max(row.retries, known.retries))


def _shows(row: Row) -> int:
    return (row.backlog is not None) + row.listing.timers + row.listing.processes
