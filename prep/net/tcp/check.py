"""Is a path of states legal, and what does a list of events do? With the reason, and the shortest legal way instead.

- A pair of states is legal where some rule of the table leads from one to the other; a repeated state is no change.
- A list of events is legal where every verdict is `ok`. After one that is not, the walk goes on from where it is.
- What is answered is the contract of `prep tcp check`; absent things are None.
"""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain, pairwise
from typing import Any, Final

from prep.net.tcp.reading import PathError, fit, is_path, read_event, read_state, read_states, split_events
from prep.net.tcp.states import (
    Arrow,
    Position,
    Rule,
    Stack,
    Step,
    Undecided,
    after,
    arrows,
    place,
    rules_at,
    short,
    shortest,
    step,
    table,
)
from prep.net.tcp.table import Event, Origin, State, Verdict

__all__ = ["PathError", "check", "check_events", "check_states", "next_from", "walk"]

# What is widely believed and not so.
BELIEFS: Final[dict[tuple[State, State], str]] = {
    ("CLOSE_WAIT", "TIME_WAIT"): "the side that closes second does not wait 2MSL",
    ("LAST_ACK", "TIME_WAIT"): "the side that closes second does not wait 2MSL",
    ("CLOSE_WAIT", "CLOSING"): "RFC 793 p. 61 said so by mistake (RFC 1122 4.2.2.20)",
    ("LISTEN", "ESTABLISHED"): "a listener never becomes a connection itself",
    ("FIN_WAIT_2", "CLOSED"): "a FIN leads to TIME_WAIT first",
}
WHAT: Final[dict[Verdict, str]] = {
    "error": "gives an error",
    "drop": "is dropped",
    "reset": "is answered with a RST and changes nothing",
    "challenge": "is answered with an ACK and dropped",
}


def check(text: str, start: str | None = None, origin: Origin | None = None, stack: Stack = "rfc") -> dict[str, Any]:
    """A path of states (arrows) or a list of events (commas), whichever the text is. Raises PathError."""
    if is_path(text, start is not None):
        if start is not None:
            raise PathError(f"--start {start}", "goes with events", "a path of states starts with its first state")
        return check_states(text, origin, stack)
    return check_events(start or "CLOSED", text, origin, stack)


# ── states ──


def check_states(path: str | Sequence[str], origin: Origin | None = None, stack: Stack = "rfc") -> dict[str, Any]:
    """A path of states, as text with arrows or as a list.

    origin: how the connection was opened, where the path begins in SYN_RECEIVED; None takes either.
    Raises PathError.
    """
    states = read_states(path)
    position, taken, wrong = place(states[0], origin), list[Arrow | None](), list[tuple[int, Position]]()
    for at, (left, right) in enumerate(pairwise(states)):
        arrow = arrows(position, stack).get(right)
        if arrow is None and left != right:
            wrong.append((at, position))
        taken.append(arrow)
        position = arrow.to if arrow else place(right)
    found = _nothing_wrong("states", states)
    found["events_any_of"] = [list(arrow.events) if arrow else [] for arrow in taken]
    if not wrong:
        found["source"] = _cite([arrow.rules[0] for arrow in taken if arrow])
        return found
    at, where = wrong[0]
    right = states[at + 1]
    way = way_to_state(where, right, stack)
    return found | {
        "legal": False,
        "illegal_at": at,
        "final": where.state,
        "source": f"RFC 9293 §3.3.2 Fig 5; 3.10 (no rule leads from {where.state} to {right})",
        "why": _why_no_arrow(where, right, stack),
        "instead": _way(where, way),
    }


@cache
def way_to_state(where: Position, state: State, stack: Stack = "rfc") -> tuple[Step, ...]:
    """The shortest legal way from here to a state."""
    return shortest(where, lambda position: position.state == state, stack)


@cache
def _why_no_arrow(where: Position, right: State, stack: Stack) -> str:
    left = where.state
    said = [f"no event leads from {left} to {right}"]
    if stack == "linux" and (arrow := arrows(where).get(right)) and (linux := arrow.rules[0].linux):
        said = [f"on Linux no event leads from {left} to {right} ({linux.note}); RFC 9293 allows it"]
    elif (where, right) == (("SYN_RECEIVED", "active"), "LISTEN"):
        said = ["after an active OPEN a RST leads from SYN_RECEIVED to CLOSED, not to LISTEN (Fig 5 note 1, MUST-11)"]
    if between := [step.to.state for step in way_to_state(where, right, stack)[:-1]]:
        again = " (a new connection)" if "CLOSED" in between else ""
        said.append(f"missing between them: {', '.join(between)}{again}")
    if (left, right) in BELIEFS:
        said.append(BELIEFS[left, right])
    other = [rule.contested for rules in table(stack)[left].values() for rule in rules if rule.contested]
    said += dict.fromkeys(f"contested: {reading.readings}" for reading in other if reading.next == right)
    return "; ".join(said)


# ── events ──


def check_events(
    start: str, events: str | Sequence[str], origin: Origin | None = None, stack: Stack = "rfc"
) -> dict[str, Any]:
    """A list of events, as text with commas or as a list, from a state on.

    origin: how the connection was opened, where the start is SYN_RECEIVED.
    Raises PathError.
    """
    first = place(read_state(start), origin)
    steps = walk(first, events, stack)
    rules = [step.rule for step in steps]
    wrong = next((at for at, rule in enumerate(rules) if rule.verdict != "ok"), None)
    found = _nothing_wrong("events", [first.state, *(step.to.state for step in steps)]) | {
        "sends": [rule.sends for rule in rules],
        "verdicts": [rule.verdict for rule in rules],
        "source": _cite(rules),
    }
    if wrong is None:
        return found
    rule, where = rules[wrong], steps[wrong].to
    way = way_to_event(where, rule.event, rule.variant, stack)
    return found | {
        "legal": False,
        "illegal_at": wrong,
        "source": _cite([rule]),
        "why": _why_not_ok(rule, way),
        "instead": _way(where, way) if way else None,
    }


def walk(first: Position, events: str | Sequence[str], stack: Stack = "rfc") -> list[Step]:
    """What each event does, one after the other. Raises PathError."""
    written = split_events(events) if isinstance(events, str) else events
    if not written or not any(word.strip() for word in written):
        raise PathError("", "no path to check", "give events, 'connect, rcv SYN+ACK'")
    position, steps = first, list[Step]()
    for word in written:
        steps.append(take(position, read_event(word), stack))
        position = steps[-1].to
    return steps


@cache
def take(position: Position, key: str, stack: Stack = "rfc") -> Step:
    """One step by a key as `read_event` gives it. Raises PathError."""
    event, variant = _parts(fit(key, position.state))
    try:
        return step(position, event, variant, stack)
    except Undecided as fault:
        raise _undecided(fault) from None


def _parts(key: str) -> tuple[Event, str]:
    event, _, variant = key.partition(":")
    return event, variant  # type: ignore[return-value]


def _undecided(fault: Undecided) -> PathError:
    state, event = fault.position.state, fault.event
    choices = [rule.key + f" ({rule.guard})" * bool(rule.guard) for rule in fault.rules]
    written = " or ".join(choices) if len(choices) < 3 else ", ".join(choices)
    if fault.variant:
        return PathError(f"{event}:{fault.variant}", f"no such case in {state}", f"write {written}")
    if fault.position.origin is None and all(rule.origin for rule in fault.rules):
        what = f"in {state} it depends on how the connection was opened"
        keys = " or ".join(rule.key for rule in fault.rules)
        return PathError(event, what, f"give --origin passive or active, or write {keys}")
    return PathError(event, f"in {state} it depends", f"write {written}")


@cache
def way_to_event(where: Position, event: Event, variant: str, stack: Stack = "rfc") -> tuple[Step, ...]:
    """The shortest legal way to where the event is legal, and the event; where it is legal nowhere with this variant,
    with another; empty where that is so nowhere either."""

    def as_given(position: Position) -> Rule | None:
        try:
            rule = step(position, event, variant, stack).rule
        except Undecided:
            return None
        return rule if rule.verdict == "ok" else None

    def otherwise(position: Position) -> Rule | None:
        return next((rule for rule in rules_at(position, event, stack) if rule.verdict == "ok"), None)

    def lead_to(legal: Callable[[Position], Rule | None]) -> tuple[Step, ...]:
        way = shortest(where, lambda position: legal(position) is not None, stack)
        at = way[-1].to if way else where
        rule = legal(at)
        return (*way, Step(rule, after(at, rule))) if rule else ()

    return lead_to(as_given) or lead_to(otherwise)


def _why_not_ok(rule: Rule, way: tuple[Step, ...]) -> str:
    said = [f"{rule.full if rule.variant and not rule.default else rule.event} in {rule.state} {WHAT[rule.verdict]}"]
    if rule.verdict == "error":
        said = [f"{said[0].removesuffix('an error')}{rule.result if rule.result.startswith('error') else 'an error'}"]
    elif rule.guard:
        said[0] += f" ({rule.guard})"
    if len(way) > 1:
        said.append(f"missing before it: {', '.join(step.rule.key for step in way[:-1])}")
    elif way:
        said.append(f"legal as {way[0].rule.key} ({way[0].rule.guard})")
    else:
        said.append("it is legal in no state")
    if rule.contested:
        said.append(f"contested: {rule.contested.readings}")
    return "; ".join(said)


# ── what both answer ──


def _nothing_wrong(kind: str, path: list[State]) -> dict[str, Any]:
    return {
        "kind": kind,
        "legal": True,
        "illegal_at": None,
        "final": path[-1],
        "path": path,
        "sends": None,
        "verdicts": None,
        "events_any_of": None,
        "source": None,
        "why": None,
        "instead": None,
    }


def _cite(rules: list[Rule]) -> str:
    sections = dict.fromkeys(chain.from_iterable([rule.sections for rule in rules]))
    source = f"RFC 9293 §{'; '.join(sections) or '3.3.2'}"
    if contested := dict.fromkeys([rule.contested.readings for rule in rules if rule.contested]):
        source += f" (contested: {'; '.join(contested)})"
    return source


def _way(where: Position, way: tuple[Step, ...]) -> dict[str, list[str]]:
    return {"path": [where.state, *(step.to.state for step in way)], "events": [step.rule.key for step in way]}


# ── what can happen ──


def next_from(state: str, event: str | None = None, stack: Stack = "rfc") -> list[dict[str, Any]]:
    """What can happen in a state, or what an event can do there: one dict a rule. Raises PathError."""
    name = read_state(state)
    if event is None:
        found = [rule for rules in table(stack)[name].values() for rule in rules]
    else:
        wanted, variant = _parts(fit(read_event(event), name))
        every = table(stack)[name][wanted]
        found = [rule for rule in every if not variant or variant in (rule.variant, rule.name)]
        if not found:
            raise _undecided(Undecided(place(name), wanted, variant, every))
    return [_row(rule) for rule in found]


def _row(rule: Rule) -> dict[str, Any]:
    """The keys are the columns of the table."""
    linux = rule.linux
    return {
        "state": rule.state,
        "event": rule.full,
        "default": rule.default or not rule.name,
        "guard": rule.guard or None,
        "next_state": rule.next,
        "sends": rule.sends,
        "segments": rule.segments.split(),
        "verdict": rule.verdict,
        "result": rule.result or None,
        "rfc_section": "; ".join(rule.sections),
        "note": rule.note or None,
        "contested": rule.contested.readings if rule.contested else None,
        "linux": linux
        and {
            "note": linux.note,
            "next_state": rule.state if linux.next == "STAY" else linux.next,
            "sends": linux.sends if linux.sends is None else short(linux.sends),
            "verdict": linux.verdict,
            "origin": linux.origin,
        },
    }
