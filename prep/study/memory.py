"""FSRS-6 with learning steps, study days and reproducible fuzz. The only importer of `fsrs_rs_python`.

Laws:
- Memory is a pure function of (rows, settings). Nothing here reads a clock or a random source.
- A study day starts at the rollover hour in the answer's own UTC offset. Elapsed days are the difference of study days,
  never below 0; 0 uses the short-term formula of FSRS.
- Steps and Hard follow Anki (https://docs.ankiweb.net/deck-options.html#learning-steps): Again goes to the first step,
  Hard repeats the step (on the first of several: the mean of the first two; on an only step: 1.5 ×), Good goes to the
  next and past the last one to review, Easy to review at once. Steps are due to the second, a review card from the
  rollover that starts its due day.
- interval = S / FACTOR × (r^(1/DECAY) − 1) days with DECAY = −w20 and FACTOR = 0.9^(1/DECAY) − 1, rounded half to even,
  at least 1; retrievability after t days = (1 + FACTOR × t / S)^DECAY
  (https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm, FSRS-6).
- Fuzz spreads intervals of 2.5 days and more over Anki's range; the place in the range, the order of options and the
  seed of generated questions come from SHA-256 of (card id, number of reviews), so that two machines, undo and replay
  agree.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from prep.config import Settings

if TYPE_CHECKING:
    from fsrs_rs_python import FSRS

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
FUZZ = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))  # from day, to day, share of the days between


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of a card. Days are ordinals (`date.toordinal`), moments UTC milliseconds.

    state: new, learning, review, relearning; `step` is the position in the steps, None in review.
    introduced: the study day of the first answer; reviewed: that of the last answer given in state review.
    """

    card: str
    state: str = "new"
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    due: int | None = None
    last: int | None = None
    last_day: int | None = None
    interval_days: int | None = None
    reps: int = 0
    lapses: int = 0
    introduced: int | None = None
    reviewed: int | None = None
    suspended: bool = False
    buried_until: int | None = None

    def but(self, **changes: Any) -> "Memory":
        return replace(self, **changes)


def millis(moment: datetime) -> int:
    """UTC milliseconds since 1970."""
    return (moment - EPOCH) // MILLISECOND


def study_day(moment: datetime, rollover_hour: int) -> int:
    """The ordinal of the study day that a moment belongs to, by the moment's own offset."""
    return (moment - timedelta(hours=rollover_hour)).toordinal()


def day_starts(day: int, moment: datetime, rollover_hour: int) -> int:
    """The UTC milliseconds at which a study day starts, in the offset of a moment."""
    offset = moment.utcoffset() or timedelta()
    return (day - EPOCH.toordinal()) * DAY_MS + rollover_hour * HOUR_MS - offset // MILLISECOND


def seed_of(card: str, reviews: int) -> int:
    """48 bits from SHA-256 of (card id, number of reviews)."""
    return int.from_bytes(sha256(f"{card}:{reviews}".encode()).digest()[:6])


class Scheduler:
    """The settings, ready to schedule."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.decay: float = -min(max(settings.parameters[20], 0.1), 0.8)  # the engine clips its parameters too
        self.factor: float = 0.9 ** (1 / self.decay) - 1
        self._engine: FSRS | None = None

    @property
    def engine(self) -> "FSRS":
        if self._engine is None:
            from fsrs_rs_python import FSRS

            self._engine = FSRS(list(self.settings.parameters))
        return self._engine

    def retrievability(self, memory: Memory, day: int) -> float | None:
        """The chance to recall the card on a study day; None for a card never answered."""
        if memory.stability is None or memory.last_day is None:
            return None
        elapsed = max(0, day - memory.last_day)
        return float((1 + self.factor * elapsed / memory.stability) ** self.decay)

    def answer(self, memory: Memory, at: datetime, rating: int) -> Memory:
        """The memory after an answer."""
        settings = self.settings
        day = study_day(at, settings.rollover_hour)
        state = self._fsrs(memory, day, rating)
        at_ms = millis(at)
        relearning = memory.state in ("review", "relearning")
        steps = settings.relearning_steps if relearning else settings.learning_steps
        lapse = memory.state == "review" and rating == AGAIN
        place, wait = _next_step(memory, steps, rating)
        after = {
            "stability": state.stability,
            "difficulty": state.difficulty,
            "last": at_ms,
            "last_day": day,
            "reps": memory.reps + 1,
            "lapses": memory.lapses + lapse,
            "introduced": day if memory.introduced is None else memory.introduced,
            "reviewed": day if memory.state == "review" else memory.reviewed,
            "step": place,
        }
        if place is not None:
            name = "relearning" if relearning else "learning"
            return memory.but(state=name, due=at_ms + wait, interval_days=None, **after)
        days = self._interval(memory, state.stability)
        due = day_starts(day + days, at, settings.rollover_hour)
        return memory.but(state="review", due=due, interval_days=days, **after)

    def previews(self, memory: Memory, at: datetime) -> dict[int, int]:
        """For each rating the milliseconds until the card would be due again; for a review card whole days."""
        after = {rating: self.answer(memory, at, rating) for rating in (AGAIN, HARD, GOOD, EASY)}
        return {
            rating: memory.interval_days * DAY_MS if memory.interval_days else (memory.due or 0) - (memory.last or 0)
            for rating, memory in after.items()
        }

    def _fsrs(self, memory: Memory, day: int, rating: int) -> Any:
        from fsrs_rs_python import MemoryState

        before, elapsed = None, 0
        if memory.stability is not None and memory.difficulty is not None and memory.last_day is not None:
            before = MemoryState(memory.stability, memory.difficulty)
            elapsed = max(0, day - memory.last_day)
        states = self.engine.next_states(before, self.settings.desired_retention, elapsed)
        return (states.again, states.hard, states.good, states.easy)[rating - 1].memory

    def _interval(self, memory: Memory, stability: float) -> int:
        settings = self.settings
        exact: float = stability / self.factor * (settings.desired_retention ** (1 / self.decay) - 1)
        days = min(max(1, round(exact)), settings.maximum_interval)
        if not settings.fuzz or days < FUZZ[0][0]:
            return days
        reach = 1 + sum(share * max(0.0, min(days, to) - start) for start, to, share in FUZZ)
        low, high = max(2, round(days - reach)), min(round(days + reach), settings.maximum_interval)
        return low + seed_of(memory.card, memory.reps) * (high - low + 1) // (1 << 48) if low < high else days


def _next_step(memory: Memory, steps: tuple[int, ...], rating: int) -> tuple[int | None, int]:
    """(position in the steps, milliseconds to wait); None where the card goes, or stays, in review."""
    if not steps or rating == EASY or (memory.state == "review" and rating != AGAIN):
        return None, 0
    place = min(memory.step or 0, len(steps) - 1)
    if rating == AGAIN:
        return 0, steps[0] * 1000
    if rating == HARD:
        if place == 0:
            return 0, steps[0] * 1500 if len(steps) == 1 else (steps[0] + steps[1]) * 500
        return place, steps[place] * 1000
    return (place + 1, steps[place + 1] * 1000) if place + 1 < len(steps) else (None, 0)
