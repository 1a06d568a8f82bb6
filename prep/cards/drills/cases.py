"""Hosts to be diagnosed, made with the dice: a case makes the sockets of a fault, healthy ones are put beside them.

A case has one reading. A pile is of sixty sockets and more, where a healthy host shows at most nine of a kind; all that
wait in an accept queue are shown; and a second look half a minute later tells what stays from what comes and goes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count, cycle
from typing import Final, NamedTuple

from prep.cards.drills.kit import Dice
from prep.cards.drills.listings import (
    COUNTED,
    EPHEMERAL,
    HEALTHY,
    NETSTAT,
    PLAIN,
    PROGRAMS,
    TIMERS,
    Socket,
    cells,
    code,
    drawn,
    each,
)

PORTS: Final = 60999 - EPHEMERAL + 1  # towards one remote address and port, by default on Linux
BACKLOG: Final = 4096  # net.core.somaxconn; it bounds the handshakes under way too
ROWS, SAMPLE = 9, 5  # of a fault: so many are all shown, of more a sample
ENOUGH = 300  # sockets of a counted row are judged: the finder's piles begin below


@dataclass(frozen=True, slots=True)
class Shown:
    """lines: as the tool shows them, and how many `more` rows in a `state` are left out. sign: the first row of the
    fault. code: what `prep tcp sockets` finds. passes: does a later look show other ports?"""

    tool: str
    lines: list[str]
    more: int
    state: str
    sign: str
    code: str
    passes: bool


class Host:
    """This host and those it talks to. What is `accepted` is at our service, what is `opened` at a remote one."""

    def __init__(self, dice: Dice, tool: str) -> None:
        net = dice.between(1, 9)
        self.dice, self.tool = dice, tool
        self.me, *others = dice.shuffled([f"10.0.{net}.{host}" for host in range(2, 10)])
        self.others = cycle(others)
        self.server = others[-1]
        self.port, self.remote = dice.pick((80, 443, 3000, 8080, 8443)), dice.pick((3306, 5432, 6379, 9092))
        self.name, self.pid, self.descriptors = dice.pick(("api", "app", "web")), dice.between(6, 9), count(3)

    def many(self, low: int, high: int) -> int:
        """How many equal sockets a row stands for."""
        return self.dice.between(low, high) if self.tool == COUNTED else 1

    def owned(self) -> str:
        return f'users:(("{self.name}",pid={self.pid},fd={next(self.descriptors)}))'

    def ephemeral(self) -> int:
        return self.dice.between(EPHEMERAL, 60999)

    def listener(self, waiting: int = 0, limit: int = 128) -> Socket:
        return Socket("LISTEN", waiting, limit, ("0.0.0.0", self.port), ("0.0.0.0", 0), program=self.owned())

    def accepted(
        self, state: str, recv: int = 0, send: int = 0, timer: str = "", *, held: bool = True, count: int = 1
    ) -> Socket:
        program = self.owned() if held else ""
        far = (next(self.others), self.ephemeral())
        return Socket(state, recv, send, (self.me, self.port), far, timer, program, count)

    def opened(
        self, state: str, recv: int = 0, send: int = 0, timer: str = "", *, held: bool = True, count: int = 1
    ) -> Socket:
        program = self.owned() if held else ""
        here = (self.me, self.ephemeral())
        return Socket(state, recv, send, here, (self.server, self.remote), timer, program, count)

    def backed_off(self, tries: int) -> str:
        """A retransmission timer, doubled with each try from 0.2 s up to 120 s (Linux); somewhere in its course."""
        return f"timer:(on,{self.dice.between(1, min(120, (1 << tries) // 5))}sec,{tries})"

    def passing(self) -> str:
        return f"timer:(timewait,{self.dice.between(2, 58)}sec,0)"


# ── what is to be found ──


def close_wait(host: Host) -> list[Socket]:
    side, pile = host.dice.pick((host.accepted, host.opened)), host.dice.between(60, 400)
    if host.tool == COUNTED:
        return [side("CLOSE-WAIT", 1, count=pile)]
    return [side("CLOSE-WAIT", 1) for _ in range(pile)]


def time_wait_client(host: Host) -> list[Socket]:
    """Nearly all ports, less those of healthy connections."""
    return [host.opened("TIME-WAIT", count=host.dice.between(PORTS - 2000, PORTS - 100), held=False)]


def time_wait_server(host: Host) -> list[Socket]:
    return [
        host.accepted("TIME-WAIT", count=host.dice.between(400, 4000), held=False)
        for _ in range(host.dice.between(1, 3))
    ]


def waiting(host: Host, many: int, received: tuple[int, ...]) -> list[Socket]:
    """Connections in an accept queue, each or in counted rows."""
    if host.tool != COUNTED:
        return [host.accepted("ESTAB", host.dice.pick(received), held=False) for _ in range(many)]
    part = host.dice.between(many // 3, many // 2)
    return [host.accepted("ESTAB", host.dice.pick(received), held=False, count=count) for count in (part, many - part)]


def queue_full(host: Host) -> list[Socket]:
    """Without the data of those who wait: nothing but the queue tells."""
    limit = host.dice.pick((50, 128, 511)) if host.tool == COUNTED else 5
    handshakes = [host.accepted("SYN-RECV", held=False) for _ in range(host.dice.between(0, 2))]
    return [host.listener(limit + 1, limit), *waiting(host, limit + 1, (0,)), *handshakes]


def not_accepted(host: Host) -> list[Socket]:
    limit = host.dice.pick((50, 128, 511)) if host.tool == COUNTED else 10
    many = host.dice.between(limit * 6 // 10, limit * 8 // 10)
    return [host.listener(many, limit), *waiting(host, many, (87, 142, 517))]


def syn_sent(host: Host) -> list[Socket]:
    tries = [host.dice.between(2, 5) for _ in range(host.dice.between(3, 5))]
    return [host.opened("SYN-SENT", 0, 1, f"timer:(on,{host.dice.between(1, 1 << n)}sec,{n})") for n in tries]


def syn_received(host: Host) -> list[Socket]:
    many = [host.dice.between(200, 900) for _ in range(3)]
    return [*(host.accepted("SYN-RECV", count=count, held=False) for count in many), host.listener(0, BACKLOG)]


def self_connected(host: Host) -> list[Socket]:
    end = (host.me, host.ephemeral())
    return [Socket("ESTAB", 0, 0, end, end, program=host.owned())]


def program_not_reading(host: Host) -> list[Socket]:
    """About half of tcp_rmem's 6 MB, which is as much data as the buffer takes."""
    side = host.dice.pick((host.accepted, host.opened))
    return [side("ESTAB", host.dice.between(2_400_000, 3_100_000)) for _ in range(host.dice.between(2, 4))]


def peer_not_reading(host: Host) -> list[Socket]:
    """Linux sets the number of probes back with every answer, so it is 0 and the long wait tells that they go on. With
    a number of probes it is a peer that does not answer."""
    side, state = host.dice.pick((host.accepted, host.opened)), host.dice.pick(("FIN-WAIT-1", "LAST-ACK"))
    return [
        side(state, 0, host.dice.between(40_000, 980_000), f"timer:(persist,{host.dice.between(5, 50)}sec,0)")
        for _ in range(host.dice.between(1, 3))
    ]


def peer_silent(host: Host) -> list[Socket]:
    if host.dice.below(3) == 0:
        probes = [f"timer:(keepalive,{host.dice.between(5, 74)}sec,{host.dice.between(3, 7)})" for _ in range(2)]
        return [host.opened("ESTAB", 0, 0, probe) for probe in probes]
    tries = [host.dice.between(6, 11) for _ in range(host.dice.between(2, 4))]
    return [host.opened("ESTAB", 0, host.dice.between(40, 9000), host.backed_off(count)) for count in tries]


def orphans(host: Host) -> list[Socket]:
    side = host.dice.pick((host.accepted, host.opened))
    return [side("FIN-WAIT-2", 0, 0, host.passing(), held=False) for _ in range(host.dice.between(200, 900))]


def half_closed(host: Host) -> list[Socket]:
    return [host.opened("FIN-WAIT-2") for _ in range(host.dice.between(3, 5))]


def fin_unacknowledged(host: Host) -> list[Socket]:
    return [host.accepted("LAST-ACK", 0, 1, held=False) for _ in range(host.dice.between(100, 600))]


def busy(host: Host) -> list[Socket]:
    """What may frighten and is no fault: a few of each, and soon gone."""
    if host.tool == COUNTED:
        return [
            host.accepted("TIME-WAIT", count=host.dice.between(3, 9), held=False),
            host.accepted("CLOSE-WAIT", 1, count=host.dice.between(1, 3)),
            host.opened("TIME-WAIT", count=host.dice.between(2, 9), held=False),
        ]
    return [
        host.accepted("CLOSE-WAIT", 1),
        host.accepted("TIME-WAIT", 0, 0, host.passing(), held=False),
        host.opened("ESTAB", 0, host.dice.between(200, 30_000), "timer:(on,200ms,0)"),
    ]


def idle(host: Host) -> list[Socket]:
    """A pool of connections that have nothing to do."""
    if host.tool == COUNTED:
        return [host.opened("ESTAB", count=host.dice.between(10, 90))]
    left = [host.dice.between(2, 99) for _ in range(host.dice.between(3, 6))]
    return [host.opened("ESTAB", 0, 0, f"timer:(keepalive,{minutes}min,0)") for minutes in left]


class Case(NamedTuple):
    """What is to be found, who makes it, the tools that show it, and whether a later look shows other ports."""

    code: str
    make: Callable[[Host], list[Socket]]
    tools: tuple[str, ...]
    passes: bool = False


CASES: dict[int, tuple[Case, ...]] = {
    1: (
        Case("close-wait-pile-up", close_wait, (COUNTED,)),
        Case("time-wait-as-client", time_wait_client, (COUNTED,), passes=True),
        Case("time-wait-as-server", time_wait_server, (COUNTED,), passes=True),
        Case("accept-queue-full", queue_full, (COUNTED, PLAIN), passes=True),
        Case("not-accepted", not_accepted, (COUNTED, PLAIN)),
        Case("syn-sent-unanswered", syn_sent, (TIMERS,)),
        Case("syn-received-waiting", syn_received, (COUNTED,)),
        Case("self-connected", self_connected, (PLAIN,)),
        Case("program-not-reading", program_not_reading, (PLAIN,)),
        Case("peer-not-reading", peer_not_reading, (TIMERS,)),
        Case(HEALTHY, busy, (COUNTED, PLAIN), passes=True),
        Case(HEALTHY, idle, (COUNTED, TIMERS)),
    ),
    2: (
        Case("close-wait-pile-up", close_wait, (NETSTAT, COUNTED)),
        Case("time-wait-as-client", time_wait_client, (COUNTED,), passes=True),
        Case("time-wait-as-server", time_wait_server, (COUNTED,), passes=True),
        Case("accept-queue-full", queue_full, (COUNTED, PROGRAMS), passes=True),
        Case("not-accepted", not_accepted, (PROGRAMS,)),
        Case("syn-sent-unanswered", syn_sent, (TIMERS,)),
        Case("self-connected", self_connected, (PROGRAMS, NETSTAT)),
        Case("program-not-reading", program_not_reading, (NETSTAT, TIMERS)),
        Case("peer-not-reading", peer_not_reading, (TIMERS,)),
        Case("peer-silent", peer_silent, (TIMERS,)),
        Case("fin-wait-2-orphans", orphans, (TIMERS,), passes=True),
        Case("fin-wait-2-half-closed", half_closed, (TIMERS,)),
        Case("fin-unacknowledged", fin_unacknowledged, (NETSTAT,)),
        Case(HEALTHY, busy, (TIMERS, NETSTAT, COUNTED), passes=True),
        Case(HEALTHY, idle, (TIMERS, COUNTED)),
    ),
}


def healthy(host: Host, band: int) -> list[Socket]:
    """Connections without a fault; in band 2 some that look like one, and a timer where there is a column for it."""
    found = [host.accepted("ESTAB", count=host.many(5, 90)) for _ in range(2)]
    if band == 2:
        alive = f"timer:(keepalive,{host.dice.between(2, 9)}min,0)"
        idle = host.opened("ESTAB", 0, 0, alive, count=host.many(2, 40))
        served = host.accepted("ESTAB", host.dice.pick((61, 211, 517)), count=host.many(2, 4))
        closed = host.accepted("TIME-WAIT", 0, 0, f"timer:(timewait,{host.dice.between(35, 58)}sec,0)", held=False)
        found += [idle] if host.tool == TIMERS else [host.dice.pick((idle, served))]
        found += [] if host.tool == PROGRAMS else [host.dice.pick((served, closed))]
    return list(dict.fromkeys(found))


def listing(dice: Dice, case: Case, band: int) -> Shown:
    host = Host(dice, dice.pick(case.tools))
    sick = case.make(host)
    listeners = [one for one in sick if one.state == "LISTEN"] or [host.listener()]
    others = [one for one in sick if one.state != "LISTEN"]
    sample = others if len(others) <= ROWS else others[:SAMPLE]
    rows = [*listeners, *dice.shuffled([*sample, *healthy(host, band)])]
    lines = drawn(rows, host.tool)
    place = rows.index(sick[0]) - len(rows)
    state = cells(others[-1], host.tool)[-1 if host.tool == NETSTAT else 0]
    return Shown(
        tool=host.tool,
        lines=lines,
        more=len(others) - len(sample),
        state=state,
        sign=" ".join(lines[place].split()),
        code=found([*rows, *others[len(sample) :]], host.tool),
        passes=case.passes,
    )


def found(rows: list[Socket], tool: str) -> str:
    """What the finder says of all the sockets, shown or left out."""
    if tool == COUNTED:
        return code(each([replace(row, count=min(row.count, ENOUGH)) for row in rows]))
    return code(drawn(rows, tool))
