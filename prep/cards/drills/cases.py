"""Hosts to be diagnosed, made with the dice: a case makes the sockets of a fault, healthy ones are put beside them."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, cycle
from typing import NamedTuple

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
    code,
    drawn,
    each,
)
from prep.net.tcp.sockets.tally import STUCK


@dataclass(frozen=True, slots=True)
class Shown:
    """lines: as the tool shows them. sign: the first row of the fault. code: what `prep tcp sockets` finds."""

    tool: str
    lines: list[str]
    sign: str
    code: str


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

    def backed_off(self, kind: str, tries: int) -> str:
        """A timer that has doubled with each try, from 0.2 s up to 120 s (Linux); somewhere in its course."""
        return f"timer:({kind},{self.dice.between(1, min(120, (1 << tries) // 5))}sec,{tries})"


# ── what is wrong ──


def close_wait(host: Host) -> list[Socket]:
    side = host.dice.pick((host.accepted, host.opened))
    if host.tool == COUNTED:
        return [side("CLOSE-WAIT", 1, count=host.dice.between(12, 400))]
    return [side("CLOSE-WAIT", 1) for _ in range(10)]


def time_wait_client(host: Host) -> list[Socket]:
    return [host.opened("TIME-WAIT", count=host.dice.between(110, 900), held=False)]


def time_wait_server(host: Host) -> list[Socket]:
    return [
        host.accepted("TIME-WAIT", count=host.dice.between(40, 400), held=False) for _ in range(host.dice.between(1, 3))
    ]


def queue_full(host: Host) -> list[Socket]:
    limit = host.dice.pick((5, 10, 50, 128, 511))
    handshakes = [host.accepted("SYN-RECV", held=False) for _ in range(host.dice.between(0, 2))]
    first = [host.accepted("ESTAB", host.dice.pick((0, 87, 517)), held=False) for _ in range(2)]
    return [host.listener(limit + 1, limit), *first, *handshakes]


def not_accepted(host: Host) -> list[Socket]:
    if host.tool == PROGRAMS:
        count = host.dice.between(3, 6)
        waiting = [host.accepted("ESTAB", host.dice.pick((0, 87, 517)), held=False) for _ in range(count)]
        return [host.listener(count), *waiting]
    limit = host.dice.pick((50, 128, 511))
    waiting = [host.accepted("ESTAB", host.dice.pick((87, 142, 517)), held=False) for _ in range(3)]
    return [host.listener(host.dice.between(limit // 3, limit - 4), limit), *waiting]


def syn_sent(host: Host) -> list[Socket]:
    tries = [host.dice.between(2, 5) for _ in range(host.dice.between(3, 5))]
    return [host.opened("SYN-SENT", 0, 1, f"timer:(on,{host.dice.between(1, 1 << n)}sec,{n})") for n in tries]


def syn_received(host: Host) -> list[Socket]:
    return [host.accepted("SYN-RECV", count=host.many(20, 300), held=False) for _ in range(3)]


def self_connected(host: Host) -> list[Socket]:
    end = (host.me, host.ephemeral())
    return [Socket("ESTAB", 0, 0, end, end, program=host.owned())]


def program_not_reading(host: Host) -> list[Socket]:
    side = host.dice.pick((host.accepted, host.opened))
    return [side("ESTAB", host.dice.between(STUCK + 10_000, 980_000)) for _ in range(host.dice.between(1, 3))]


def peer_not_reading(host: Host) -> list[Socket]:
    """The persist timer tells; without it a FIN behind data may as well be a big answer on its way."""
    side = host.dice.pick((host.accepted, host.opened))
    state = host.dice.pick(("ESTAB", "ESTAB", "FIN-WAIT-1", "LAST-ACK"))
    return [
        side(state, 0, host.dice.between(40_000, 980_000), host.backed_off("persist", host.dice.between(4, 9)))
        for _ in range(host.dice.between(1, 3))
    ]


def peer_silent(host: Host) -> list[Socket]:
    if host.dice.below(3) == 0:
        probes = [f"timer:(keepalive,{host.dice.between(2, 9)}sec,{host.dice.between(2, 8)})" for _ in range(2)]
        return [host.opened("ESTAB", 0, 0, probe) for probe in probes]
    tries = [host.dice.between(4, 11) for _ in range(host.dice.between(2, 4))]
    return [host.opened("ESTAB", 0, host.dice.between(40, 9000), host.backed_off("on", count)) for count in tries]


def orphans(host: Host) -> list[Socket]:
    side = host.dice.pick((host.accepted, host.opened))
    left = [host.dice.between(2, 58) for _ in range(host.dice.between(3, 6))]
    return [side("FIN-WAIT-2", 0, 0, f"timer:(timewait,{seconds}sec,0)", held=False) for seconds in left]


def half_closed(host: Host) -> list[Socket]:
    return [host.opened("FIN-WAIT-2") for _ in range(host.dice.between(3, 5))]


def fin_unacknowledged(host: Host) -> list[Socket]:
    return [host.accepted("LAST-ACK", 0, 1, held=False) for _ in range(10)]


def nothing(host: Host) -> list[Socket]:
    """What may frighten and is no fault: a few of each."""
    if host.tool == COUNTED:
        return [
            host.accepted("TIME-WAIT", count=host.dice.between(3, 25), held=False),
            host.accepted("CLOSE-WAIT", 1, count=host.dice.between(1, 5)),
            host.opened("TIME-WAIT", count=host.dice.between(2, 60), held=False),
        ]
    return [
        host.accepted("CLOSE-WAIT", 1),
        host.accepted("TIME-WAIT", 0, 0, f"timer:(timewait,{host.dice.between(3, 58)}sec,0)", held=False),
        host.opened("ESTAB", 0, host.dice.between(200, 30_000), "timer:(on,200ms,0)"),
    ]


class Case(NamedTuple):
    """What is to be found, who makes it, and the tools that show it."""

    code: str
    make: Callable[[Host], list[Socket]]
    tools: tuple[str, ...]


CASES: dict[int, tuple[Case, ...]] = {
    1: (
        Case("close-wait-pile-up", close_wait, (COUNTED,)),
        Case("time-wait-as-client", time_wait_client, (COUNTED,)),
        Case("time-wait-as-server", time_wait_server, (COUNTED,)),
        Case("accept-queue-full", queue_full, (PLAIN,)),
        Case("not-accepted", not_accepted, (PLAIN,)),
        Case("syn-sent-unanswered", syn_sent, (PLAIN,)),
        Case("syn-received-waiting", syn_received, (COUNTED,)),
        Case("self-connected", self_connected, (PLAIN,)),
        Case("program-not-reading", program_not_reading, (PLAIN,)),
        Case("peer-not-reading", peer_not_reading, (TIMERS,)),
        Case(HEALTHY, nothing, (COUNTED, PLAIN)),
    ),
    2: (
        Case("close-wait-pile-up", close_wait, (NETSTAT, COUNTED)),
        Case("time-wait-as-client", time_wait_client, (COUNTED,)),
        Case("time-wait-as-server", time_wait_server, (COUNTED,)),
        Case("accept-queue-full", queue_full, (PLAIN, PROGRAMS)),
        Case("not-accepted", not_accepted, (PROGRAMS,)),
        Case("syn-sent-unanswered", syn_sent, (TIMERS, NETSTAT)),
        Case("self-connected", self_connected, (PROGRAMS, NETSTAT)),
        Case("program-not-reading", program_not_reading, (NETSTAT, TIMERS)),
        Case("peer-not-reading", peer_not_reading, (TIMERS,)),
        Case("peer-silent", peer_silent, (TIMERS,)),
        Case("fin-wait-2-orphans", orphans, (TIMERS,)),
        Case("fin-wait-2-half-closed", half_closed, (TIMERS,)),
        Case("fin-unacknowledged", fin_unacknowledged, (NETSTAT,)),
        Case(HEALTHY, nothing, (TIMERS, NETSTAT, COUNTED)),
    ),
}


def healthy(host: Host, band: int) -> list[Socket]:
    """Connections without a fault; in band 2 some that look like one, and a timer where there is a column for it."""
    found = [host.accepted("ESTAB", count=host.many(5, 90)) for _ in range(2)]
    if band == 2:
        alive = f"timer:(keepalive,{host.dice.between(2, 9)}min,0)"
        idle = host.opened("ESTAB", 0, 0, alive, count=host.many(2, 40))
        busy = host.accepted("ESTAB", host.dice.pick((61, 211, 517)), count=host.many(2, 4))
        leaked = host.accepted("CLOSE-WAIT", 1, count=host.many(1, 4))
        found += [idle] if host.tool == TIMERS else [host.dice.pick((idle, busy))]
        found += [] if host.tool == PROGRAMS else [host.dice.pick((busy, leaked))]
    return list(dict.fromkeys(found))


def listing(dice: Dice, case: Case, band: int) -> Shown:
    host = Host(dice, dice.pick(case.tools))
    sick = case.make(host)
    listeners = [one for one in sick if one.state == "LISTEN"] or [host.listener()]
    others = [one for one in sick if one.state != "LISTEN"]
    rows = [*listeners, *dice.shuffled([*others, *healthy(host, band)])]
    lines = drawn(rows, host.tool)
    sign = " ".join(lines[rows.index(sick[0]) - len(rows)].split())
    return Shown(host.tool, lines, sign, code(each(rows) if host.tool == COUNTED else lines))
