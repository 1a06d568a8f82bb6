"""Sockets in CLOSE_WAIT by the process that has not closed them: what one holds is told together, whatever the ports.

The ports tell of the rest: of processes with a few each (workers), and of listings without processes.
"""

from collections import Counter, defaultdict
from typing import Final

from prep.net.tcp.sockets.place import EXAMPLES, Place, Side
from prep.net.tcp.sockets.places import LEAST, PLACES
from prep.net.tcp.sockets.row import Row

PILE: Final = "close-wait-pile-up"


class Owners:
    """Rows in CLOSE_WAIT in; places out."""

    def __init__(self) -> None:
        self._owners: dict[str, Place] = {}
        self._shares: Counter[tuple[Side, str, str]] = Counter()  # side, port, process

    def add(self, row: Row) -> None:
        if row.process is None:
            return
        shares: list[tuple[Side, str, str]] = [
            ("local", row.port, row.process),
            ("remote", row.peer_port, row.process),
        ]
        if len(self._shares) >= PLACES and not all(share in self._shares for share in shares):
            return
        self._shares.update(shares)
        self._owners.setdefault(row.process, Place("local", row.port)).add(row)

    def pile(self, process: str | None) -> bool:
        return process in self._owners and self._owners[process].count >= LEAST[PILE]

    def told(self, ports: list[Place]) -> list[Place]:
        """The processes with a pile, and what they leave at the ports with one."""
        taken: Counter[tuple[Side, str]] = Counter()
        split: dict[str, dict[Side, Counter[str]]] = defaultdict(lambda: {"local": Counter(), "remote": Counter()})
        for (side, port, process), count in self._shares.items():
            if self.pile(process):
                taken[side, port] += count
                split[process][side][port] = count
        places = [_by_port(self._owners[process], sides) for process, sides in split.items()]
        for place in ports:
            place.count -= taken[place.side, place.port]
            place.processes = tuple(process for process in place.processes if process not in split)
        return places + [place for place in ports if place.count > 0]


def _by_port(place: Place, sides: dict[Side, Counter[str]]) -> Place:
    """The process's place on the side where most gather at one port."""
    place.side = max(sides, key=lambda side: max(sides[side].values()))
    place.split = tuple(sides[place.side].most_common(EXAMPLES + 1))
    place.port = place.split[0][0]
    return place
