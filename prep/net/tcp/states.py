"""The state machine: one step through the table, and the shortest legal way from one state to another.

- Pure: a position and an event give a rule and a position; nothing is remembered anywhere else.
- A position is a state and, in SYN_RECEIVED, how the connection was opened (RFC 9293 MUST-11). LISTEN is passive and
  SYN_SENT active by themselves; in the other states it no longer matters.
- A step that is not legal changes nothing and says why; it does not raise. What cannot be decided raises `Undecided`:
  an event whose guard nobody gave.
- `linux` is the same table with what Linux does instead.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final, Literal, NamedTuple

from prep.net.tcp.table import EVENTS, STATES, TABLE, Contested, Event, Linux, Origin, Row, State, Verdict

Stack = Literal["rfc", "linux"]
STACKS: Final[tuple[Stack, ...]] = ("rfc", "linux")
CTL = re.compile(r"<CTL=([A-Z,]+)>")
OPENED: Final[dict[State, Origin]] = {"LISTEN": "passive", "SYN_SENT": "active", "TIME_WAIT": "passive"}


class Position(NamedTuple):
    """Where a connection is; `origin` only in SYN_RECEIVED, None where it is not known."""

    state: State
    origin: Origin | None = None


class Rule(NamedTuple):
    """A row of the table for one state, one event and one stack.

    name: the variant, with the origin where the rule depends on it: `unread`, `passive`, `in_window_active`.
    key: the shortest spelling that means this rule, wherever it holds: `CLOSE`, `CLOSE:unread`, `RCV_RST:passive`.
    sends: the short form, `SYN,ACK`, of several segments with `; ` between; segments: as RFC 9293 writes them.
    """

    state: State
    event: Event
    name: str
    key: str
    next: State
    sends: str
    segments: str
    verdict: Verdict
    result: str
    sections: tuple[str, ...]
    guard: str
    variant: str
    origin: Origin | None
    default: bool
    note: str
    linux: Linux | None
    contested: Contested | None

    @property
    def full(self) -> str:
        """Event and variant."""
        return f"{self.event}:{self.name}" if self.name else self.event

    @property
    def in_figure_5(self) -> bool:
        return "Fig 5" in self.sections


class Undecided(ValueError):
    """An event that can mean several things here (or with a variant that nothing here has): these are the rules."""

    def __init__(self, position: Position, event: Event, variant: str, found: tuple[Rule, ...]) -> None:
        self.position, self.event, self.variant, self.rules = position, event, variant, found
        super().__init__(f"{event}:{variant} in {position.state}")


class Step(NamedTuple):
    """What an event does at a position, and where that leads."""

    rule: Rule
    to: Position


class Arrow(NamedTuple):
    """The legal rules that lead from a position to a state, the most usual one first; their events by name."""

    rules: tuple[Rule, ...]
    to: Position
    events: tuple[Event, ...]


# ── the table by state and event ──


@cache
def table(stack: Stack = "rfc") -> dict[State, dict[Event, tuple[Rule, ...]]]:
    """Every state has a rule for every event."""
    found: dict[State, dict[Event, tuple[Rule, ...]]] = {state: dict.fromkeys(EVENTS, ()) for state in STATES}
    for row in TABLE:
        for state in (row.states,) if isinstance(row.states, str) else row.states:
            for event in (row.events,) if isinstance(row.events, str) else row.events:
                found[state][event] += tuple(_rules(row, state, event, stack))
    return found


def _rules(row: Row, state: State, event: Event, stack: Stack) -> Iterator[Rule]:
    """The row's rule; two where Linux differs for one origin only."""
    linux = row.linux if stack == "linux" else None
    if linux is None or (linux.origin and row.origin not in (None, linux.origin)):
        yield _rule(row, state, event)
        return
    if linux.origin and row.origin is None:
        yield _rule(row, state, event)
    changed = row._replace(
        origin=linux.origin or row.origin,
        next=row.next if linux.next is None else linux.next,
        sends=row.sends if linux.sends is None else linux.sends,
        verdict=linux.verdict or row.verdict,
    )
    yield _rule(changed, state, event)


def _rule(row: Row, state: State, event: Event) -> Rule:
    name = "_".join(filter(None, (row.variant, row.origin)))
    plain = row.origin is None and (row.default or not row.variant)
    return Rule(
        state,
        event,
        name,
        event if plain else f"{event}:{name}",
        state if row.next == "STAY" else row.next,
        short(row.sends),
        row.sends,
        row.verdict,
        row.result,
        tuple(row.section.split("; ")),
        row.guard,
        row.variant,
        row.origin,
        row.default,
        row.note,
        row.linux,
        row.contested,
    )


def short(segments: str) -> str:
    """The control bits alone: `SYN,ACK`; of several segments with `; ` between."""
    return "; ".join(CTL.findall(segments))


# ── one step ──


def place(state: State, origin: Origin | None = None) -> Position:
    """A state as a position; the origin counts in SYN_RECEIVED only."""
    return Position(state, origin if state == "SYN_RECEIVED" else None)


def rules_at(position: Position, event: Event, stack: Stack = "rfc") -> tuple[Rule, ...]:
    """What the event can do here, guards apart. A rule for the origin takes precedence over one for any."""
    origin = position.origin
    found = [rule for rule in table(stack)[position.state][event] if origin is None or rule.origin in (None, origin)]
    special = {rule.variant for rule in found if origin and rule.origin}
    return tuple(rule for rule in found if rule.origin or rule.variant not in special)


def step(position: Position, event: Event, variant: str = "", stack: Stack = "rfc") -> Step:
    """What the event does here. Raises Undecided."""
    found = rules_at(position, event, stack)
    if variant:
        meant = [rule for rule in found if variant in (rule.variant, rule.name)]
    else:
        meant = [rule for rule in found if rule.default or not rule.variant]
    if len(meant) > 1:  # the origin decides, and is not known
        meant = [rule for rule in meant if rule.origin is None] or [rule for rule in meant if rule.default]
    if len(meant) != 1:
        raise Undecided(position, event, variant, found)
    return Step(meant[0], after(position, meant[0]))


def after(position: Position, rule: Rule) -> Position:
    """Where the rule leads from here."""
    if rule.next != "SYN_RECEIVED":
        return Position(rule.next)
    return Position(rule.next, OPENED.get(position.state) or position.origin or rule.origin)


# ── the legal ways ──


@cache
def arrows(position: Position, stack: Stack = "rfc") -> dict[State, Arrow]:
    """The states that come next from here by legal events; among them this one, where an event changes nothing."""
    found: dict[State, list[Rule]] = {}
    for event in EVENTS:
        for rule in rules_at(position, event, stack):
            if rule.verdict == "ok":
                found.setdefault(rule.next, []).append(rule)
    return {
        state: Arrow(
            tuple(sorted(by, key=_unusual)),
            position if state == position.state else after(position, by[0]),
            tuple(sorted({rule.event for rule in by})),
        )
        for state, by in found.items()
    }


def _unusual(rule: Rule) -> tuple[bool, bool]:
    return not rule.in_figure_5, rule.key != rule.event


def shortest(start: Position, goal: Callable[[Position], bool], stack: Stack = "rfc") -> tuple[Step, ...]:
    """The fewest legal steps from here to a position that is wanted; of equals the most usual one.

    Breadth first. Empty where none is needed, or where nothing wanted can be reached.
    """
    ways: dict[Position, tuple[Step, ...]] = {start: ()}
    layer: Iterable[Position] = ways
    while not (reached := [position for position in layer if goal(position)]):
        further: dict[Position, tuple[Step, ...]] = {}
        for position in layer:
            for arrow in arrows(position, stack).values():
                way = (*ways[position], Step(arrow.rules[0], arrow.to))
                if arrow.to not in ways and (arrow.to not in further or _detours(way) < _detours(further[arrow.to])):
                    further[arrow.to] = way
        if not further:
            return ()
        ways |= further
        layer = tuple(further)
    return ways[min(reached, key=lambda position: _detours(ways[position]))]


def _detours(way: tuple[Step, ...]) -> tuple[int, bool]:
    """What is off Figure 5, or not to be had in stacks like Linux; then, whether it avoids ESTABLISHED."""
    rules = [step.rule for step in way]
    rare = [rule for rule in rules if not rule.in_figure_5 or (rule.linux and rule.linux.verdict == "error")]
    return len(rare), all(rule.next != "ESTABLISHED" for rule in rules)
