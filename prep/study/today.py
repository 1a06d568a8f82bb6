"""What could be asked now: the deal of a study day, from the decks and the learner's memory.

A deal is a value; which card of it comes next is for `session` to say.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from prep.cards.index import Index
from prep.study.memory import DAY_MS, Memory, day_starts, millis, study_day
from prep.study.store import Store

SECONDS_AN_ANSWER = 15.0  # until the learner's own pace is known


@dataclass(frozen=True, slots=True)
class Deal:
    """steps: in learning or relearning, by due time · due: reviews, least likely recalled first · fresh: new cards in
    teaching order, as many as the day still takes · introduced, reviewed: done today · last: answered last."""

    steps: tuple[Memory, ...]
    due: tuple[str, ...]
    fresh: tuple[str, ...]
    introduced: int
    reviewed: int
    last: str | None

    @property
    def counts(self) -> dict[str, int]:
        return {"due": len(self.due), "new": len(self.fresh), "learning": len(self.steps)}


def deal(store: Store, shelf: Index, chosen: Collection[str], now: datetime, new: int | None = None) -> Deal:
    """The deal over the chosen cards, which are in teaching order. `new` replaces the day's number of new cards."""
    settings = store.scheduler.settings
    now_ms, today = millis(now), study_day(now, settings.rollover_hour)
    introduced, reviewed = store.done(today)
    among = chosen if isinstance(chosen, set) else set(chosen)
    reviews = (name for name in store.due(now_ms, today) if name in among)
    last = store.last_review()
    return Deal(
        steps=tuple(memory for memory in store.steps(now_ms) if memory.card in among),
        due=tuple(islice(reviews, max(0, settings.reviews_per_day - reviewed))),
        fresh=tuple(
            islice(
                _fresh(store, shelf, chosen, among, now_ms),
                max(0, settings.new_per_day - introduced) if new is None else max(0, new),
            )
        ),
        introduced=introduced,
        reviewed=reviewed,
        last=None if last is None else last.card,
    )


def _fresh(store: Store, shelf: Index, chosen: Iterable[str], among: Collection[str], now_ms: int) -> Iterable[str]:
    """The cards never answered whose needs are learned, as far as those are among the chosen ones."""
    seen, buried = store.seen(), store.buried(now_ms)
    for name in chosen:
        if name not in seen and name not in buried and all(_learned(store, n) for n in shelf.needs(name) if n in among):
            yield name


def _learned(store: Store, name: str) -> bool:
    memory = store.memory(name)
    return memory.state in ("review", "relearning") or memory.suspended


# ── today at a glance ──


@dataclass(frozen=True, slots=True)
class Glance:
    due: int
    new: int
    learning: int
    minutes: int
    streak: int
    days_left: int | None
    readiness: float | None


def glance(store: Store, shelf: Index, now: datetime, interview: date | None) -> Glance:
    """due, new, learning: what today still holds · minutes: at the learner's pace · streak: study days in a row ·
    readiness: mean predicted recall over all cards on the interview day if nothing more is learned."""
    cards = shelf.ids()
    hand = deal(store, shelf, cards, now)
    pace = store.seconds_an_answer() or SECONDS_AN_ANSWER
    answers = len(hand.due) + len(hand.steps) + 2 * len(hand.fresh)
    today = study_day(now, store.scheduler.settings.rollover_hour)
    recall = None
    if interview is not None:
        scheduler, day = store.scheduler, max(interview.toordinal(), today)
        known = {memory.card: scheduler.retrievability(memory, day) or 0.0 for memory in store.memories()}
        recall = sum(known.get(name, 0.0) for name in cards) / max(1, len(cards))
    return Glance(
        due=len(hand.due),
        new=len(hand.fresh),
        learning=len(hand.steps),
        minutes=-int(-answers * pace // 60),
        streak=streak(store, now),
        days_left=None if interview is None else interview.toordinal() - today,
        readiness=recall,
    )


def streak(store: Store, now: datetime) -> int:
    """Study days in a row with an answer, up to today, or up to yesterday while today has none yet."""
    rollover = store.scheduler.settings.rollover_hour
    expected = study_day(now, rollover)
    days, before = 0, millis(now) + 1
    while (answered := store.answered_before(before)) is not None:
        day = study_day(answered, rollover)
        if days == 0 and day >= expected - 1:  # yesterday counts while today has none; so does a later day further east
            expected = day
        if day < expected:
            break
        days += day == expected
        expected = min(expected, day - 1)
        before = day_starts(day, answered, rollover)
    return days


def tomorrow(store: Store, shelf: Index, chosen: Collection[str], now: datetime) -> tuple[int, int]:
    """(reviews due, new cards) on the next study day."""
    settings = store.scheduler.settings
    day = study_day(now, settings.rollover_hour) + 1
    among = set(chosen)
    ends = day_starts(day, now, settings.rollover_hour) + DAY_MS - 1
    due = sum(name in among for name in store.due(ends, day)) + sum(m.card in among for m in store.steps(ends))
    seen = store.seen()
    return min(due, settings.reviews_per_day), min(sum(name not in seen for name in among), settings.new_per_day)
