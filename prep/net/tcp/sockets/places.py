"""Sockets counted at their ports, and from how many on they are a finding.

A pile may gather at either port, so its sockets are counted at both and told at one; so are those of the codes in
EITHER, which need no pile. Memory is bounded: so many places are kept, and what comes to others is left out.
"""

from collections import Counter
from typing import Final

from prep.net.tcp.sockets.place import Place, Side
from prep.net.tcp.sockets.row import Row
from prep.net.tcp.table import State

PLACES: Final = 150_000  # ports of each side, for all codes
CLOSING: Final = ("FIN_WAIT_1", "CLOSING", "LAST_ACK")

# Findings are from the first socket on, but these from so many at one port, unless one of them is sure.
LEAST: Final = {
    "close-wait-pile-up": 10,
    "time-wait-as-server": 30,
    "time-wait-as-client": 100,
    "fin-unacknowledged": 10,
    "syn-received-waiting": 30,
}
BOTH_ENDS: Final[dict[str, tuple[State, ...]]] = {
    "close-wait-pile-up": ("CLOSE_WAIT",),
    "time-wait-as-server": ("TIME_WAIT",),
    "time-wait-as-client": ("TIME_WAIT",),
    "fin-unacknowledged": CLOSING,
}
EITHER: Final = ("peer-not-reading", "peer-silent", "fin-wait-2-orphans", "fin-wait-2-half-closed")


class Places:
    """Rows in, with the code that they speak for; places out."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, Side, str], Place] = {}

    def count(
        self, code: str, side: Side, row: Row, count: int = 1, *, sure: bool = False, guess: bool = False
    ) -> None:
        port = row.port if side == "local" else row.peer_port
        if not port and code in LEAST:
            return  # it is cut
        key = (code, side, port)
        if key in self._places or len(self._places) < PLACES:
            self._places.setdefault(key, Place(side, port)).add(row, count, sure=sure, guess=guess)

    def count_either(self, code: str, row: Row, *, guess: bool = False) -> None:
        self.count(code, "local", row, guess=guess)
        self.count(code, "remote", row, guess=guess)

    def pile(self, code: str, side: Side, port: str) -> bool:
        place = self._places.get((code, side, port))
        return place is not None and place.count >= LEAST[code]

    def chosen(self, states: Counter[State]) -> dict[str, list[Place]]:
        """The places that make a finding, by code."""
        by_code: dict[str, list[Place]] = {}
        claimed: Counter[tuple[State, ...]] = Counter()  # rows of the places so far, by what they may be in
        for (code, side, _), place in sorted(self._places.items(), key=lambda item: item[1].side):
            if not place.sure and place.count < LEAST.get(code, 1):
                continue
            mine = BOTH_ENDS.get(code, ())
            if mine and side == "remote" and claimed[mine] + place.count > sum(states[state] for state in mine):
                continue  # a remote port does not take the rows that a local one explains
            claimed[mine] += place.count
            by_code.setdefault(code, []).append(place)
        return {code: _gathered(places) if code in EITHER else places for code, places in by_code.items()}


def _gathered(places: list[Place]) -> list[Place]:
    """Those of the side with fewer ports, as a service has; of two alike, with the ports that services have."""
    sides = ([place for place in places if place.side == side] for side in ("local", "remote"))
    return min(filter(None, sides), key=lambda side: (any(not place.port for place in side), len(side), _lowest(side)))


def _lowest(places: list[Place]) -> int:
    """Services have names, or lower numbers than the ports that clients are given."""
    return min(int(place.port) if place.port.isdecimal() else 0 for place in places)
