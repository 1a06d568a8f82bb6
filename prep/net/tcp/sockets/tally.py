"""From rows to findings: what is counted, where, and from how many on it is a fault.

- A state that a healthy host shows at any moment is none: a handful of TIME_WAIT, one CLOSE_WAIT, a SYN or SYN,ACK
  just sent, one segment sent again, an orphan that is a second old, a queue that is not full, an ACK on its way.
- A symptom is not told beside its cause. Where both ends are on this host, FIN_WAIT_2 whose other end is in a pile of
  CLOSE_WAIT, or SYN_SENT to a full accept queue, is part of that finding.
- The same connection in several listings of one text counts once, and what they tell of it is put together.

Memory is bounded: so many rows are kept to look at both ends; what comes after them is judged as it comes.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from prep.net.tcp.sockets.accepting import Listeners
from prep.net.tcp.sockets.advice import Advice
from prep.net.tcp.sockets.findings import ADVICE, ORDER
from prep.net.tcp.sockets.owners import PILE, Owners
from prep.net.tcp.sockets.place import Found, Place
from prep.net.tcp.sockets.places import CLOSING, LEAST, PLACES, Places
from prep.net.tcp.sockets.row import Row, is_loopback
from prep.net.tcp.table import State
from prep.text import Both

KEPT = 50_000  # rows
ANY: Final = ("*", "0.0.0.0", "::")
STUCK = 64_000  # bytes: about the first window that Linux offers, so a Recv-Q that a reader has not touched
SILENT: Final = 2  # tries without an answer: one segment sent again is plain loss
LASTS: Final = 5  # seconds: as long does the fifth probe of a closed window wait, 0.2 s doubled each time
FEW: Final = 10  # handshakes under way at one port, which a busy host has at any moment
FRESH: Final = 59  # seconds left of tcp_fin_timeout, 60 by default: the peer may be about to close


class Tally:
    """Rows in; counts and findings out."""

    def __init__(self) -> None:
        self.states: Counter[State] = Counter()
        self._kept: dict[tuple[object, ...], Row] | None = {}
        self._alike: Counter[tuple[str, ...]] = Counter()  # rows of this listing by their ends
        self._listing: object = None
        self._places, self._owners, self._listeners = Places(), Owners(), Listeners()
        self._destinations: Counter[tuple[str, str, str]] = Counter()  # of TIME_WAIT
        self._behind: list[tuple[Row, Row]] = []  # FIN_WAIT_2 and its other end, which is here in CLOSE_WAIT

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
        kept = {key: row for key, row in (self._kept or {}).items() if not row.listing.datagrams}  # found out too late
        self._kept = None
        for row in kept.values():
            if row.state == "LISTEN":
                self._listeners.add(row)
        for row in kept.values():
            if row.state == "SYN_SENT" and row.loops and _unanswered(row):
                self._listeners.hang(row)
        for row in kept.values():
            if row.state != "LISTEN":
                self._judge(row, kept.get((row.peer, row.peer_port, row.address, row.port, 1)))
            else:
                self.states[row.state] += 1
        self._alike.clear()

    def _judge(self, row: Row, twin: Row | None = None) -> None:
        self.states[row.state] += 1
        if row.state == "LISTEN":
            self._listeners.add(row)
        elif (
            row.state not in ("CLOSED", "TIME_WAIT")
            and row.port == row.peer_port
            and row.address == row.peer
            and row.port
        ):
            self._places.count("self-connected", "local", row)
        else:
            self._connection(row, twin)

    def _connection(self, row: Row, twin: Row | None) -> None:
        count = self._places.count
        match row.state:
            case "CLOSE_WAIT":
                count(PILE, "local", row)
                count(PILE, "remote", row)
                self._owners.add(row)
            case "TIME_WAIT":
                count("time-wait-as-server", "local", row)
                count("time-wait-as-client", "remote", row)
                destination = row.address, row.peer, row.peer_port
                if destination in self._destinations or len(self._destinations) < PLACES:
                    self._destinations[destination] += 1
            case "SYN_SENT" if _unanswered(row):
                if not (row.loops and self._listeners.full(row.peer_port)):
                    count("syn-sent-unanswered", "remote", row, guess=row.untimed)
            case "SYN_RECEIVED" if not self._listeners.full(row.port):
                # On one host the ACK of an end that is established needs no time to arrive.
                open_there = twin is not None and twin.state == "ESTABLISHED"
                sure, guess = _unanswered(row) or open_there, row.untimed and not open_there
                count("syn-received-waiting", "local", row, sure=sure, guess=guess)
            case "FIN_WAIT_2":
                self._fin_wait_2(row, twin)
        if row.state in ("ESTABLISHED", "CLOSE_WAIT"):
            self._listeners.connect(row)
        if row.state in ("ESTABLISHED", "CLOSE_WAIT", *CLOSING):
            self._peer(row, twin)

    def _fin_wait_2(self, row: Row, twin: Row | None) -> None:
        if twin is not None and twin.state in CLOSING:
            return  # the other end has closed, its FIN is on the way
        if _half_closed(row):
            self._places.count_either("fin-wait-2-half-closed", row)
        elif row.timer == "timewait" and row.left is not None and row.left >= FRESH:
            return
        elif twin is not None and twin.state == "CLOSE_WAIT":
            self._behind.append((row, twin))
        else:
            self._places.count_either("fin-wait-2-orphans", row)

    def _peer(self, row: Row, twin: Row | None) -> None:
        """What the other end does not do: read, or answer."""
        count = self._places.count
        if row.retries >= SILENT and row.timer in ("on", "keepalive", "persist"):
            self._places.count_either("peer-silent", row)
        elif _not_read(row):
            self._places.count_either("peer-not-reading", row, guess=row.timer != "persist")
        elif row.state in CLOSING and row.untimed:
            count("fin-unacknowledged", "local", row)
            count("fin-unacknowledged", "remote", row)
        if row.state == "ESTABLISHED" and (row.recv_q or 0) >= STUCK and not (twin and _not_read(twin)):
            count("program-not-reading", "local", row)

    # ── the end ──

    def findings(self) -> list[Found]:
        """In the order of findings.py's table."""
        self._judge_kept()
        self._count_behind()
        for code, row, count in self._listeners.findings():
            self._places.count(code, "local", row, count)
        by_code = self._places.chosen(self.states)
        if piles := self._owners.told(by_code.pop(PILE, [])):
            by_code[PILE] = piles
        found = []
        for code in sorted(by_code, key=ORDER.__getitem__):
            places = sorted(by_code[code], key=lambda place: -place.count)
            count = sum(place.count for place in places)
            found.append(Found(code, count, places, self._meaning(ADVICE[code], places)))
        return found

    def _count_behind(self) -> None:
        """FIN_WAIT_2 before a CLOSE_WAIT on this host: a finding of its own only where that is none."""
        places = self._places
        for row, twin in self._behind:
            told = places.pile(PILE, "local", twin.port) or places.pile(PILE, "remote", twin.peer_port)
            if not (told or self._owners.pile(twin.process)):
                places.count_either("fin-wait-2-orphans", row)

    def _meaning(self, advice: Advice, places: list[Place]) -> Both:
        """What it says: the plain meaning, or that of a weaker sign."""
        if advice.code == "time-wait-as-client":
            return self._of_ports(advice, {place.port for place in places})
        if advice.weak is None or not all(place.guess for place in places):
            return advice.meaning
        few = advice.code == "peer-not-reading" or all(place.count < FEW for place in places)
        return advice.weak if few else advice.meaning

    def _of_ports(self, advice: Advice, ports: set[str]) -> Both:
        """Ports run out towards one destination, whatever the others have, and not soon towards loopback."""
        many = [
            is_loopback(address) or is_loopback(peer)
            for (address, peer, port), count in self._destinations.items()
            if port in ports and count >= LEAST[advice.code]
        ]
        meaning = advice.weak if not many else advice.loopback if all(many) else None
        return meaning or advice.meaning


def _unanswered(row: Row) -> bool:
    """Was it sent again for want of an answer? Where the listing has no timers that is not known, and is taken so."""
    return row.retries > 0 or row.untimed


def _half_closed(row: Row) -> bool:
    """Does a program hold it (shutdown), or nobody (close)? Where nothing tells, the latter is taken."""
    if row.timer == "timewait" or row.owned is False:
        return False
    return bool(row.owned or (row.listing.timers and not row.listing.processes))


def _not_read(row: Row) -> bool:
    """Is the other end's window zero, and not for a moment? A peer that is there answers each probe, so their count
    stays 0, and the time between them doubles. Without timers, a FIN behind unsent data is taken to wait for it."""
    if row.timer == "persist":
        return row.state in CLOSING or (row.left or 0) >= LASTS
    return row.untimed and row.state in CLOSING and (row.send_q or 0) > 1


def _merged(known: Row, row: Row) -> Row:
    """The later look at a connection; of the same state the one that shows more, with what the other one tells."""
    if known.state != row.state:
        return row
    if _shows(known) > _shows(row):
        known, row = row, known
    told = {name: getattr(known, name) for name in ("recv_q", "send_q", "timer", "left", "process", "owned")}
    told = {name: value for name, value in told.items() if value is not None and getattr(row, name) is None}
    return row._replace(**told, retries=max(row.retries, known.retries))


def _shows(row: Row) -> int:
    return (row.backlog is not None) + row.listing.timers + row.listing.processes
