"""Labs of tier 2: an experiment on a wire of its own, in a namespace of its own; one's own; and why there is none.

`wired` is to them what `lab` is to those on loopback. `rewired` is the same lab on another wire: what it then reports
is what the kernel does there, and its facts may not hold.
"""

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from prep.errors import PrepError
from prep.labs.kit import Ask, Fact, Facts, Lab, Overdue, errno_name, ms_since, run, scarce
from prep.labs.namespace import run_inside
from prep.labs.rules import MOST_RULES, Rule
from prep.labs.wire import MTU, Wire
from prep.text import Both

SMALLEST_MTU, LARGEST_MTU = 576, 9000  # RFC 791 §3.2; jumbo frames
PATIENCE = 4.5  # seconds for each step of one's own experiment: five SYNs since Linux 6.5, three before (RFC 6298 §5.5)
QUIET = 1.5  # seconds for the end of it
SETTLED = 0.1  # seconds for an answer to the last segment

Body = Callable[[Facts, Wire], object]


@dataclass(frozen=True, slots=True)
class Wired:
    """An experiment as `kit` wants it: called, it runs the body in a child and returns what A's interface saw."""

    body: Body
    mtu: int = MTU
    rules: tuple[Rule, ...] = ()

    def __call__(self, facts: Facts) -> bytes | None:
        return run_inside(self.on_a_wire, facts)

    def on_a_wire(self, facts: Facts) -> bytes:
        """Once the wire stands, no error is this machine's refusal: what the body did not expect is a fault, unless
        something is used up."""
        wire = Wire(self.mtu, self.rules)
        try:
            self.body(facts, wire)
        except Overdue as fault:
            raise Overdue(str(fault), wire.capture()) from None
        except OSError as fault:
            unexpected = Overdue(f"{errno.errorcode.get(fault.errno or 0, '')} {fault}".strip(), wire.capture())
            raise scarce(fault) or unexpected from None
        return wire.capture()


def wired(
    name: str, title: Both, facts: tuple[Fact, ...], *, typical_ms: int, ask: Ask | None = None, path: str | None = None
) -> Callable[[Body], Lab]:
    """Makes a lab of tier 2 of the body below it."""
    return lambda body: Lab(name, title, 2, typical_ms, facts, Wired(body), ask, path)


def rewired(lab: Lab, *, mtu: int = MTU, rules: Sequence[Rule] = ()) -> Lab:
    """The same lab on a wire with another MTU, or with rules from the start. Raises PrepError."""
    if not isinstance(lab.experiment, Wired):
        raise PrepError("has no wire", where=lab.name, hint="those called wire.… have one: `prep lab list`")
    if not SMALLEST_MTU <= mtu <= LARGEST_MTU:
        raise PrepError(f"must be {SMALLEST_MTU} to {LARGEST_MTU}", where=f"MTU {mtu}")
    if len(rules) > MOST_RULES:
        raise PrepError(f"at most {MOST_RULES} rules", where=f"{len(rules)}")
    return replace(lab, experiment=replace(lab.experiment, mtu=mtu, rules=tuple(rules)))


def own_experiment(rules: Sequence[Rule] = (), mtu: int = MTU) -> Lab:
    """A plain connection under one's own rules, as a lab without facts to hold: `kit.run` gives the report.

    A connects, sends `hello`, gets `world`; A closes, then B. Facts: `trace` and `at_ms` (each frame, and when the
    kernel had it); for each step that was reached `STEP.result` (`ok`, an errno, or `timeout`), `STEP.ms`, and
    `STEP.states` (A's and B's, None where there is no connection); `unused`, the rules that no packet hit. Steps:
    `connect accept send receive answer answered close_a eof close_b end`; after one that fails only `end`.
    Raises PrepError.
    """
    title = Both("Your own experiment on the wire", "你自己的连线实验")
    return rewired(Lab("wire", title, 2, 200, (), Wired(_plain)), mtu=mtu, rules=rules)


def _plain(facts: Facts, wire: Wire) -> None:
    for step, call in _steps(wire):
        if not _step(facts, wire, step, call):
            break
    quiet = partial(wire.until, lambda: {*wire.a.states(), *wire.b.states()} <= {"TIME_WAIT"}, "the end", QUIET)
    _step(facts, wire, "end", quiet)
    held = [due for due, *_ in wire.later] + [due for due, _ in wire.swapped.values()]
    if held:  # what a rule holds back still arrives
        with suppress(Overdue):  # unless the wire is at its limits first, and that is no fault of the kernel's
            wire.rest(max(held) - time.monotonic() + SETTLED)
    start = wire.frames[0].at if wire.frames else 0
    facts["trace"] = wire.trace()
    facts["at_ms"] = [round((frame.at - start) * 1000, 1) for frame in wire.frames]
    facts["unused"] = [f"{rule.kind} {rule}" for rule in wire.ruling.unused()]


def _steps(wire: Wire) -> Iterator[tuple[str, Callable[[], object]]]:
    client, listener = wire.a.open(), wire.b.listener()
    yield "connect", partial(wire.connect, client, PATIENCE)
    yield "accept", partial(wire.accept, listener, PATIENCE)
    server = wire.b.sockets[-1]
    yield "send", partial(client.send, b"hello")
    yield "receive", partial(wire.receive_all, server, 5, PATIENCE)
    yield "answer", partial(server.send, b"world")
    yield "answered", partial(wire.receive_all, client, 5, PATIENCE)
    yield "close_a", client.close
    yield "eof", partial(wire.receive, server, 1, PATIENCE)
    yield "close_b", server.close


def _step(facts: Facts, wire: Wire, step: str, call: Callable[[], object]) -> bool:
    start = time.monotonic()
    try:
        result = errno_name(call)
    except Overdue:
        result = "timeout"
    facts[f"{step}.result"] = result
    facts[f"{step}.ms"] = ms_since(start)
    facts[f"{step}.states"] = [next(iter(host.states()), None) for host in (wire.a, wire.b)]
    return bool(result == "ok")


# ── why not ──


def obstacle() -> Both | None:
    """Why this machine gives no wire, None where it does: one is built and taken down."""
    return run(Lab("wire", Both("", ""), 2, 2, (), Wired(lambda facts, wire: None))).because
