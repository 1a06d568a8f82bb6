"""What a lab is: an experiment on this machine's kernel, and the facts that it must show.

Rules that every lab keeps:

- It waits on a fact of the kernel with a deadline (`until`), never on a sleep that is hoped to be long enough.
- It looks sockets up by their 4-tuple, never by one port: old TIME_WAIT rows share ports.
- A time is asserted as a range, a buffer size against its sysctl; what varies from run to run is shown, not asserted.
- All sockets, threads and processes that it makes are gone when it ends, also when it fails.

An experiment writes what it sees into the mapping it is given, as it sees it: should the kernel keep it waiting, what
came before still counts. A fact that this machine cannot show is None and is not judged.

What fails for want of descriptors, memory or processes says nothing of the kernel's TCP: the lab is skipped (`scarce`).
"""

import errno
import operator
import sys
import time
from ast import literal_eval
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prep.text import Both

if sys.platform != "win32":
    import resource

DEADLINE = 5.0  # seconds to wait for something that the kernel does at once, on a machine that is busy elsewhere

Facts = dict[str, Any]  # dotted field → what the kernel did; JSON types only
Experiment = Callable[[Facts], bytes | None]  # what it returns is a capture (pcap) of what crossed the wire


class CannotRun(Exception):
    """This machine cannot show it. The reason stands in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.why = Both(en, zh)


class Overdue(Exception):
    """The kernel did not do what was waited for. `capture` (pcap) is what had crossed the wire by then."""

    def __init__(self, what: str, capture: bytes | None = None) -> None:
        super().__init__(what)
        self.capture = capture


# What is used up, and what would help. Of threads and processes it is EAGAIN, which otherwise means "not yet".
USED_UP = {
    errno.EMFILE: Both(
        "too many open files (limit {limit}); raise the limit with `ulimit -n`",
        "打开的文件过多（上限 {limit}）；用 `ulimit -n` 提高上限",
    ),
    errno.ENFILE: Both(
        "too many open files on the whole machine (fs.file-max)", "整台机器打开的文件过多（fs.file-max）"
    ),
    errno.ENOMEM: Both("not enough memory", "内存不足"),
    errno.ENOBUFS: Both("no buffer space left", "缓冲区空间不足"),
}
NO_PROCESS = Both(
    "no more processes may be started (the limit is `ulimit -u`)", "不能再启动进程或线程（上限见 `ulimit -u`）"
)


def scarce(fault: BaseException) -> CannotRun | None:
    """What to raise instead where this process or machine has run out of something; None for any other fault."""
    if isinstance(fault, RuntimeError) and "start new thread" in str(fault):
        return CannotRun(*NO_PROCESS)
    number = errno.ENOMEM if isinstance(fault, MemoryError) else getattr(fault, "errno", None)
    why = USED_UP.get(number or 0)
    return CannotRun(*(said.format(limit=_most_files()) for said in why)) if why else None


def _most_files() -> int | str:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] if sys.platform != "win32" else "?"


@dataclass(frozen=True, slots=True)
class Sysctl:
    """A value that the kernel's settings give: `Sysctl("net/core/rmem_max", times=2)`."""

    name: str
    field: int = 0
    times: int = 1

    def value(self) -> int:
        """Raises OSError where this system has no such setting."""
        return self.times * int(Path("/proc/sys", self.name).read_text().split()[self.field])


@dataclass(frozen=True, slots=True)
class Fact:
    """One field, how it is compared, with what; `seen` is what was recorded where the comparison is not `==`."""

    field: str
    op: str
    value: Any
    en: str
    zh: str
    seen: Any = None

    def recorded(self) -> Any:
        return self.seen if self.op != "==" or isinstance(self.value, Sysctl) else self.value

    def expected(self) -> Any:
        """The value compared with, as the settings of this machine have it. Raises OSError where it has none."""
        return self.value.value() if isinstance(self.value, Sysctl) else self.value

    def holds(self, found: Any) -> bool:
        try:
            return bool(OPS[self.op](found, self.expected()))
        except (OSError, TypeError):  # a missing setting, or None where a number should be
            return False


def _between(found: Any, limits: Any) -> bool:
    return bool(limits[0] <= found <= limits[1])


def _contains(found: Any, parts: Any) -> bool:
    return parts in found if isinstance(parts, str) else all(part in found for part in parts)


def fact(claim: str, en: str, zh: str, *, seen: Any = None, setting: Sysctl | None = None) -> Fact:
    """A fact from `field op value` ("nagle.recv_sizes == [7, 63]"), or from `field` and the setting that it equals."""
    field, op, value = claim.split(" ", 2) if setting is None else (claim, "==", "None")
    return Fact(field, op, literal_eval(value) if setting is None else setting, en, zh, seen)


OPS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "between": _between,
    "contains": _contains,
}


@dataclass(frozen=True, slots=True)
class Ask:
    """What the learner is asked to predict: a field, and what one may think of it. One choice at most comes true."""

    field: str
    en: str
    zh: str
    choices: tuple[tuple[Any, str, str], ...]  # value, en, zh


@dataclass(frozen=True, slots=True)
class Lab:
    name: str
    title: Both
    tier: int  # 1: loopback, unprivileged; 2: in a network namespace of its own
    typical_ms: int
    facts: tuple[Fact, ...]
    experiment: Experiment
    ask: Ask | None = None
    path: str | None = None  # what `prep tcp check` reads: the path that the state machine takes here


def lab(
    name: str,
    title: Both,
    facts: tuple[Fact, ...],
    *,
    typical_ms: int,
    tier: int = 1,
    ask: Ask | None = None,
    path: str | None = None,
) -> Callable[[Experiment], Lab]:
    """Makes a lab of the experiment below it."""
    return lambda experiment: Lab(name, title, tier, typical_ms, facts, experiment, ask, path)


@dataclass(frozen=True, slots=True)
class Report:
    """`ran` is False where this machine cannot show it: the facts are then the recorded ones, and nothing is held."""

    lab: Lab
    ran: bool
    facts: Facts
    held: dict[str, bool]
    because: Both | None = None  # why it was skipped, or where it got stuck
    capture: bytes | None = None  # a pcap file, of a lab that has a wire of its own


def run(lab: Lab) -> Report:
    facts: Facts = {}
    stuck = capture = None
    try:
        capture = lab.experiment(facts)
    except CannotRun as reason:
        return skipped(lab, reason.why)
    except Overdue as fault:
        stuck = Both(f"the kernel did not get there: {fault}", "内核没有走到这一步")
        capture = fault.capture
    except TimeoutError:
        stuck = Both("the kernel kept it waiting past the deadline", "等待内核超过了时限")
    except Exception as fault:
        if lacking := scarce(fault):
            return skipped(lab, lacking.why)
        if not isinstance(fault, OSError):
            raise
        name = errno.errorcode.get(fault.errno or 0, "OSError")
        return skipped(lab, Both(f"this system refuses: {name} ({fault})", f"本机不允许：{name}（{fault}）"))
    return Report(lab, True, facts, judge(lab, facts), stuck, capture)


def skipped(lab: Lab, why: Both) -> Report:
    return Report(lab, False, {fact.field: fact.recorded() for fact in lab.facts}, {}, why)


def judge(lab: Lab, facts: Facts) -> dict[str, bool]:
    """Which facts held. A field that was not reached did not hold; one that cannot be shown here is left out."""
    held: dict[str, bool] = {}
    for fact in lab.facts:
        if facts.get(fact.field, ...) is None and fact.value is not None:
            continue
        found = fact.field in facts and fact.holds(facts[fact.field])
        held[fact.field] = found and held.get(fact.field, True)
    return held


def until(true: Callable[[], Any], what: str, deadline: float = DEADLINE) -> Any:
    """Looks until it is true and returns what it then is. Raises Overdue."""
    end = time.monotonic() + deadline
    while not (found := true()):
        if time.monotonic() > end:
            raise Overdue(f"{what}, waited {deadline:g} s")
        time.sleep(0.0005)
    return found


def ms_since(start: float) -> float:
    """Milliseconds since a `time.monotonic()`."""
    return round((time.monotonic() - start) * 1000, 2)


def errno_name(call: Callable[[], Any], otherwise: Any = "ok") -> Any:
    """The errno that the call fails with, by name; "timeout" where a deadline passed; else `otherwise`.

    Raises CannotRun where something is used up: that is no answer of the kernel's TCP.
    """
    try:
        call()
    except TimeoutError as fault:
        return "ETIMEDOUT" if fault.errno == errno.ETIMEDOUT else "timeout"
    except OSError as fault:
        if lacking := scarce(fault):
            raise lacking from None
        return errno.errorcode.get(fault.errno or 0, type(fault).__name__)
    return otherwise
