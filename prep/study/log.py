"""The log of the learner: rows, their JSON, their order, merging, and the fold to memory. Pure.

Laws:
- The log is the truth. Rows are only ever added; an undo is a row.
- Rows fold in order of (time, id). Two logs merge as sets of rows: in any order, twice, the result is the same. The
  same id with other content is refused.
- Memory is a function of (rows, settings, renamed cards): `fold`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from prep.errors import did_you_mean
from prep.study.memory import Memory, Scheduler, millis

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32, which sorts as ASCII
ROW_ID = re.compile(r"[!-~]{1,64}")


@dataclass(frozen=True, slots=True)
class Row:
    """`at` is exact to the millisecond and carries the learner's UTC offset."""

    id: str
    at: datetime

    @property
    def ms(self) -> int:
        return millis(self.at)


@dataclass(frozen=True, slots=True)
class Review(Row):
    """An answer: rating 1 Again, 2 Hard, 3 Good, 4 Easy; `seed` is that of a generated question."""

    card: str
    rating: int
    seconds: float | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Undo(Row):
    undoes: str


@dataclass(frozen=True, slots=True)
class Bury(Row):
    card: str
    bury_until: datetime


@dataclass(frozen=True, slots=True)
class Suspend(Row):
    card: str
    suspend: bool


def new_id(ms: int, last: str | None, entropy: int) -> str:
    """An id that sorts by creation: 48 bits of time, 80 of entropy (the layout of a ULID). Behind `last` in any case,
    also where the clock ran backwards."""
    number = (ms & (1 << 48) - 1) << 80 | entropy & (1 << 80) - 1
    fresh = _base32(number)
    if last is None or fresh > last:
        return fresh
    if len(last) == 26 and all(c in ALPHABET for c in last) and last < "7" + "Z" * 25:
        number = 0
        for c in last:
            number = number << 5 | ALPHABET.index(c)
        return _base32(number + 1)
    return fresh  # somebody else's kind of id: nothing to sort behind


def _base32(number: int) -> str:
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


# ── rows as JSON ──

KEYS = {
    Review: ("id", "card", "at", "rating", "seconds", "seed"),
    Undo: ("id", "at", "undoes"),
    Bury: ("id", "at", "card", "bury_until"),
    Suspend: ("id", "at", "card", "suspend"),
}


def to_json(row: Row) -> dict[str, Any]:
    values = {key: getattr(row, key) for key in KEYS[type(row)]}
    return {key: stamp(value) if isinstance(value, datetime) else value for key, value in values.items()}


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def from_json(value: Any) -> Row:
    """A row from its JSON. Raises ValueError with what is wrong."""
    if not isinstance(value, dict):
        raise ValueError("a row must be an object")
    kind = next((kind for kind, mark in _MARKS.items() if mark in value), None)
    if kind is None:
        raise ValueError("a row needs one of `rating`, `undoes`, `bury_until`, `suspend`")
    unknown = [key for key in value if key not in KEYS[kind]]
    if unknown:
        hint = did_you_mean(unknown[0], list(KEYS[kind]), f"known: {', '.join(KEYS[kind])}")
        raise ValueError(f'unknown key "{unknown[0]}"; {hint}')
    missing = [key for key in KEYS[kind] if key not in value and key not in ("seconds", "seed")]
    if missing:
        raise ValueError(f"no `{missing[0]}`")
    row: Row = kind(**{key: _READ[key](inner) for key, inner in value.items()})
    return row


def _name(value: Any) -> str:
    if not isinstance(value, str) or not ROW_ID.fullmatch(value):
        raise ValueError(f"{value!r} is not an id: 1 to 64 printable ASCII characters without blanks")
    return value


def _card(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[^\x00-\x20\x7f-\x9f]{1,100}", value):
        raise ValueError(f"{value!r} is not a card's id")
    return value


def moment(value: Any) -> datetime:
    """An ISO-8601 time with its offset, cut to the millisecond."""
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise ValueError
        offset = found.utcoffset()
        if offset is None or offset % timedelta(minutes=1) or not 1970 < found.year < 9000:
            raise ValueError
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"{value!r} is not a time such as 2026-11-21T17:00:00.123+08:00") from None
    return found.replace(microsecond=found.microsecond // 1000 * 1000)


def _rating(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= 4:
        raise ValueError(f"rating {value!r} is not 1, 2, 3 or 4")
    return value


def _seconds(value: Any) -> float | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9):
        raise ValueError(f"seconds {value!r} is not a number of seconds")
    return None if value is None else float(value)


def _seed(value: Any) -> int | None:
    if value is not None and (type(value) is not int or not -(2**63) <= value < 2**63):
        raise ValueError(f"seed {value!r} is not a whole number of 64 bits")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"suspend {value!r} is not true or false")
    return value


_MARKS = {Review: "rating", Undo: "undoes", Bury: "bury_until", Suspend: "suspend"}
_READ = {
    "id": _name, "undoes": _name, "card": _card, "at": moment, "bury_until": moment,
    "rating": _rating, "seconds": _seconds, "seed": _seed, "suspend": _flag,
}  # fmt: skip


# ── order, undo, fold ──


def undone(rows: Iterable[Row]) -> set[str]:
    """The ids of the rows that are undone. An undo itself cannot be undone: the card is answered again instead."""
    return {row.undoes for row in rows if isinstance(row, Undo)}


def _place(row: Row) -> tuple[int, str]:
    return row.ms, row.id


def fold(rows: Iterable[Row], scheduler: Scheduler, renames: Mapping[str, str] | None = None) -> dict[str, Memory]:
    """The memory of every card that the rows speak of."""
    rows = list(rows)
    dead = undone(rows)
    of_card: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if isinstance(row, Review | Bury | Suspend):
            name = (renames or {}).get(row.card, row.card)
            of_card[name].append(row)
    return {
        name: fold_card(name, sorted((row for row in card_rows if row.id not in dead), key=_place), scheduler)
        for name, card_rows in of_card.items()
    }


def fold_card(name: str, rows: Iterable[Row], scheduler: Scheduler) -> Memory:
    """The memory of one card from its rows, in order, without those undone."""
    memory = Memory(name)
    for row in rows:
        memory = step(memory, row, scheduler)
    return memory


def step(memory: Memory, row: Row, scheduler: Scheduler) -> Memory:
    """The memory after one more row of the card."""
    match row:
        case Review():
            return scheduler.answer(memory, row.at, row.rating)
        case Bury():
            return memory.but(buried_until=millis(row.bury_until))
        case Suspend():
            return memory.but(suspended=row.suspend)
    return memory
