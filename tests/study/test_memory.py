"""FSRS-6, steps, study days and fuzz: the laws at the top of memory.py."""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.config import FSRS6, Settings
from prep.study.memory import DAY_MS, Memory, Scheduler, day_starts, millis, seed_of, study_day

CASES = Path(__file__).parents[2].parent / "shared" / "cases" / "fsrs_cases.json"
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = 60_000

# Four of the worked cases, so that this file stands alone: (rating, seconds since the answer before) → stability,
# difficulty, state, step, seconds or days until due. Fuzz off, UTC, rollover 0.
OWN_CASES = [
    pytest.param(
        {},
        [
            (3, 0, 2.3065, 2.1181039705, "learning", 1, 600, None),
            (3, 86_400, 7.3153007441, 2.1112142358, "review", None, None, 7),
            (3, 7 * 86_400, 31.6792261017, 2.1043313908, "review", None, None, 32),
        ],
        id="learned the day after",
    ),
    pytest.param(
        {"learning_steps": (60, 600, 3600)},
        [
            (3, 0, 2.3065, 2.1181039705, "learning", 1, 600, None),
            (3, 600, 2.3065, 2.1112142358, "learning", 2, 3600, None),
            (2, 3600, 2.3065, 4.7482847616, "learning", 2, 3600, None),
            (3, 3600, 2.3065, 4.7387648461, "review", None, None, 2),
            (3, 2 * 86_400, 8.4097829023, 4.7292544506, "review", None, None, 8),
        ],
        id="three steps",
    ),
    pytest.param(
        {"learning_steps": (), "relearning_steps": ()},
        [
            (1, 0, 0.212, 6.4133, "review", None, None, 1),
            (3, 86_400, 1.8867876195, 6.4021150693, "review", None, None, 2),
            (3, 2 * 86_400, 6.2691613175, 6.3909413235, "review", None, None, 6),
            (3, 6 * 86_400, 17.3791889679, 6.3797787515, "review", None, None, 17),
        ],
        id="no steps",
    ),
    pytest.param({}, [(4, 0, 8.2956, 1.0, "review", None, None, 8)], id="easy at once"),
]


def scheduler(**changes: Any) -> Scheduler:
    return Scheduler(Settings(**{"fuzz": False, "rollover_hour": 0, **changes}))


def reviewed(stability: float, last_day: int, **changes: Any) -> Memory:
    known = Memory("c", "review", None, stability, 5.0, 0, 0, last_day, 1, reps=3)
    return known.but(**changes)


def local(hour: int, minute: int = 0, *, day: int = 10, zone: Any = UTC) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=zone)


def worked_cases() -> list[Any]:
    if not CASES.exists():
        absent = pytest.mark.skip(reason="the folder of worked cases is not beside this checkout")
        return [pytest.param(None, marks=absent)]
    return [pytest.param(case, id=case["id"]) for case in json.loads(CASES.read_text("utf-8"))["cases"]]


def of_case(case: dict[str, Any]) -> Scheduler:
    said = case["scheduler"]
    return scheduler(
        desired_retention=said["desired_retention"],
        learning_steps=tuple(said["learning_steps_s"]),
        relearning_steps=tuple(said["relearning_steps_s"]),
        maximum_interval=said["maximum_interval_days"],
        parameters=FSRS6 if said["parameters"] == "default" else tuple(said["parameters"]),
    )


# ── worked cases ──


@pytest.mark.parametrize("case", worked_cases())
def test_every_step_of_a_worked_case_comes_out(case: dict[str, Any]) -> None:
    engine, memory = of_case(case), Memory("c")
    for turn in case["steps"]:
        at, expect = datetime.fromisoformat(turn["review_at"]), turn["expect"]
        previews = engine.previews(memory, at)
        assert [previews[rating] // 1000 for rating in (1, 2, 3, 4)] == turn["preview_interval_s"]
        if (recall := turn["retrievability_before"]) is not None:
            assert engine.retrievability(memory, at.toordinal()) == pytest.approx(recall, rel=1e-4)
        memory = engine.answer(memory, at, turn["rating"])
        assert memory.stability == pytest.approx(expect["stability"], rel=1e-4)
        assert memory.difficulty == pytest.approx(expect["difficulty"], abs=1e-3)
        assert (memory.state, memory.step) == (expect["state"], expect["step"])
        assert memory.interval_days == expect["interval_days"]
        if "due" in expect:
            assert memory.due == millis(datetime.fromisoformat(expect["due"]))
            assert memory.due - millis(at) == expect["interval_s"] * 1000


@pytest.mark.parametrize(("changes", "turns"), OWN_CASES)
def test_memory_follows_a_history_computed_elsewhere(changes: dict[str, Any], turns: list[Any]) -> None:
    engine, memory, at = scheduler(**changes), Memory("c"), START
    for rating, later, stability, difficulty, state, step, seconds, days in turns:
        at += timedelta(seconds=later)
        memory = engine.answer(memory, at, rating)
        assert memory.stability == pytest.approx(stability, rel=1e-4)
        assert memory.difficulty == pytest.approx(difficulty, abs=1e-3)
        assert (memory.state, memory.step, memory.interval_days) == (state, step, days)
        due = millis(at) + seconds * 1000 if seconds else day_starts(at.toordinal() + days, at, 0)
        assert memory.due == due


# ── study days ──


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (local(3, 59), 9),
        (local(4), 10),
        (local(23, 59), 10),
        (local(0, day=11), 10),
        (local(3, 59, day=11), 10),
        (local(4, day=11), 11),
    ],
)
def test_a_study_day_runs_from_rollover_to_rollover(moment: datetime, day: int) -> None:
    assert study_day(moment, 4) == datetime(2026, 3, day).toordinal()


def test_without_a_rollover_the_study_day_is_the_date() -> None:
    assert study_day(local(0), 0) == study_day(local(23, 59), 0) == datetime(2026, 3, 10).toordinal()


def test_the_same_moment_is_another_study_day_under_another_offset() -> None:
    moment = datetime(2026, 3, 10, 22, tzinfo=UTC)
    east, west = (moment.astimezone(timezone(timedelta(hours=hours))) for hours in (8, -8))
    assert study_day(east, 4) == study_day(moment, 4) + 1
    assert study_day(west, 4) == study_day(moment, 4)
    assert millis(east) == millis(west)


def test_elapsed_days_count_each_answer_by_its_own_offset() -> None:
    shanghai, chicago = timezone(timedelta(hours=8)), timezone(timedelta(hours=-6))
    engine = scheduler(rollover_hour=4)
    there = engine.answer(Memory("c"), local(20, zone=shanghai), 4)
    here = engine.answer(there, local(20, day=12, zone=chicago), 3)
    assert here.last_day is not None
    assert there.last_day is not None
    assert here.last_day - there.last_day == 2


@pytest.mark.parametrize(("before", "after"), [((28, 3), (29, 3)), ((24, 10), (25, 10))], ids=["spring", "autumn"])
def test_a_day_in_which_the_clock_changes_is_one_day(before: tuple[int, int], after: tuple[int, int]) -> None:
    engine = scheduler(rollover_hour=4)
    first, second = (datetime(2026, month, day, 12, tzinfo=BERLIN) for day, month in (before, after))
    learned = engine.answer(Memory("c"), first, 4)
    assert first.utcoffset() != second.utcoffset()
    plain = engine.answer(learned, first.replace(tzinfo=UTC) + timedelta(days=1), 3)
    assert engine.answer(learned, second, 3).stability == plain.stability


def test_the_hour_that_the_clock_skips_belongs_to_one_study_day() -> None:
    night = datetime(2026, 3, 28, 20, tzinfo=UTC)
    days = [study_day((night + timedelta(minutes=10 * n)).astimezone(BERLIN), 4) for n in range(72)]
    assert days == sorted(days)
    assert days[-1] - days[0] == 1
    assert days.index(days[-1]) == 36  # 02:00 UTC, which is four o'clock in summer


def test_the_start_of_a_study_day_is_the_first_moment_in_it() -> None:
    moment = local(20, zone=timezone(timedelta(hours=5, minutes=45)))
    start = day_starts(study_day(moment, 4), moment, 4)
    opening = datetime.fromtimestamp(start / 1000, UTC).astimezone(moment.tzinfo)
    assert opening == local(4, zone=moment.tzinfo)
    assert study_day(opening, 4) == study_day(opening - timedelta(milliseconds=1), 4) + 1


def test_elapsed_days_are_never_below_zero() -> None:
    engine = scheduler()
    learned = engine.answer(Memory("c"), START, 4)
    back = engine.answer(learned, START - timedelta(days=40), 3)
    same_day = engine.answer(learned, START, 3)
    assert (back.stability, back.difficulty) == (same_day.stability, same_day.difficulty)
    assert engine.retrievability(learned, learned.last_day - 40) == 1.0  # type: ignore[operator]


@pytest.mark.parametrize("offset", [-11, -5, 0, 5.5, 13])
@pytest.mark.parametrize("rollover", [0, 4, 23])
def test_a_review_is_due_exactly_at_the_rollover_that_starts_its_due_day(offset: float, rollover: int) -> None:
    zone = timezone(timedelta(hours=offset))
    at = datetime(2026, 5, 5, 21, 30, tzinfo=zone)
    memory = scheduler(rollover_hour=rollover).answer(Memory("c"), at, 4)
    due = datetime.fromtimestamp((memory.due or 0) / 1000, zone)
    assert (due.hour, due.minute, due.second, due.microsecond) == (rollover, 0, 0, 0)
    assert study_day(due, rollover) - study_day(at, rollover) == memory.interval_days == 8


# ── steps ──


@pytest.mark.parametrize(
    ("steps", "rating", "step", "wait"),
    [
        ((60, 600), 1, 0, 60_000),
        ((60, 600), 2, 0, 330_000),
        ((60, 600), 3, 1, 600_000),
        ((600,), 1, 0, 600_000),
        ((600,), 2, 0, 900_000),
        ((60, 600, 3600), 2, 0, 330_000),
        ((1,), 2, 0, 1500),
    ],
)
def test_the_first_answer_goes_to_a_step(steps: tuple[int, ...], rating: int, step: int, wait: int) -> None:
    memory = scheduler(learning_steps=steps).answer(Memory("c"), START, rating)
    assert (memory.state, memory.step, memory.due) == ("learning", step, millis(START) + wait)
    assert memory.interval_days is None


@pytest.mark.parametrize(("rating", "step", "wait"), [(1, 0, 60), (2, 1, 600), (3, 2, 3600), (4, None, None)])
def test_a_later_step_is_repeated_by_hard(rating: int, step: int | None, wait: int | None) -> None:
    engine = scheduler(learning_steps=(60, 600, 3600))
    second = engine.answer(Memory("c"), START, 3)
    memory = engine.answer(second, START, rating)
    assert memory.step == step
    assert wait is None or memory.due == millis(START) + wait * 1000


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
def test_without_steps_every_answer_goes_to_review(rating: int) -> None:
    memory = scheduler(learning_steps=()).answer(Memory("c"), START, rating)
    assert (memory.state, memory.step) == ("review", None)
    assert memory.interval_days is not None
    assert memory.interval_days >= 1


def test_good_on_an_only_step_ends_learning() -> None:
    assert scheduler(learning_steps=(600,)).answer(Memory("c"), START, 3).state == "review"


def test_a_lapse_goes_through_relearning() -> None:
    engine = scheduler(relearning_steps=(300, 900))
    lapsed = engine.answer(engine.answer(Memory("c"), START, 4), START + timedelta(days=8), 1)
    assert (lapsed.state, lapsed.step, lapsed.lapses) == ("relearning", 0, 1)
    again = engine.answer(lapsed, START + timedelta(days=8), 1)
    assert (again.state, again.step, again.lapses) == ("relearning", 0, 1)
    hard = engine.answer(lapsed, START + timedelta(days=8), 2)
    assert hard.due == millis(START + timedelta(days=8, seconds=600))
    good = engine.answer(engine.answer(lapsed, START, 3), START, 3)
    assert (good.state, good.step, good.lapses) == ("review", None, 1)


def test_a_lapse_without_relearning_steps_stays_in_review() -> None:
    engine = scheduler(relearning_steps=())
    lapsed = engine.answer(engine.answer(Memory("c"), START, 4), START + timedelta(days=8), 1)
    assert (lapsed.state, lapsed.step, lapsed.lapses, lapsed.interval_days) == ("review", None, 1, 1)


def test_a_step_beyond_a_list_that_became_shorter_counts_as_the_last() -> None:
    memory = scheduler(learning_steps=(60, 600, 3600)).answer(Memory("c"), START, 3)
    shorter = scheduler(learning_steps=(60,))
    assert shorter.answer(memory.but(step=2), START, 3).state == "review"
    assert shorter.answer(memory.but(step=2), START, 2).due == millis(START) + 90_000


def test_the_day_of_the_first_answer_and_of_the_last_review_are_kept() -> None:
    engine = scheduler(learning_steps=())
    first = engine.answer(Memory("c"), START, 3)
    second = engine.answer(first, START + timedelta(days=2), 3)
    assert (first.introduced, first.reviewed) == (START.toordinal(), None)
    assert (second.introduced, second.reviewed) == (START.toordinal(), START.toordinal() + 2)
    assert (second.reps, second.lapses) == (2, 0)


# ── previews ──


@pytest.mark.parametrize("memory", [Memory("c"), reviewed(40.0, START.toordinal() - 30)], ids=["new", "review"])
def test_a_preview_is_what_the_answer_gives(memory: Memory) -> None:
    engine = scheduler(fuzz=True)
    for rating, wait in engine.previews(memory, START).items():
        after = engine.answer(memory, START, rating)
        if after.interval_days is None:
            assert after.due == millis(START) + wait
        else:
            assert after.interval_days * DAY_MS == wait


# ── fuzz ──


def range_of_anki(days: int) -> tuple[int, int]:
    """rslib/src/scheduler/states/fuzz.rs: one day, and 15 %, 10 %, 5 % of what lies in 2.5–7, 7–20 and beyond."""
    reach = 1.0
    for start, end, share in ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, 1e9, 0.05)):
        reach += share * max(0.0, min(days, end) - start)
    return round(days - reach), round(days + reach)


def interval(card: str, stability: float, *, fuzz: bool, reps: int = 3, **changes: Any) -> int:
    memory = reviewed(stability, START.toordinal() - 10, card=card, reps=reps)
    days = scheduler(fuzz=fuzz, **changes).answer(memory, START, 3).interval_days
    assert days is not None
    return days


@given(st.text("abc-", min_size=1), st.floats(0.5, 3000), st.integers(1, 400))
@settings(deadline=None)
def test_fuzz_stays_in_the_range_of_anki_and_is_reproducible(card: str, stability: float, reps: int) -> None:
    exact = interval(card, stability, fuzz=False, reps=reps)
    fuzzed = interval(card, stability, fuzz=True, reps=reps)
    low, high = range_of_anki(exact)
    assert max(2, low) <= fuzzed <= high if exact >= 3 else fuzzed == exact
    assert fuzzed == interval(card, stability, fuzz=True, reps=reps)


@pytest.mark.parametrize("days", [1, 2])
def test_less_than_two_and_a_half_days_are_never_fuzzed(days: int) -> None:
    engine = scheduler(fuzz=True, learning_steps=())
    rating = {1: 2, 2: 3}[days]
    found = {engine.answer(Memory(f"card-{n}"), START, rating).interval_days for n in range(100)}
    assert found == {days}


def test_fuzz_reaches_every_day_of_its_range() -> None:
    exact = interval("c", 20.0, fuzz=False)
    low, high = range_of_anki(exact)
    assert {interval(f"card-{n}", 20.0, fuzz=True) for n in range(2000)} == set(range(low, high + 1))


def test_fuzz_depends_on_the_card_and_the_number_of_reviews_alone() -> None:
    engine = scheduler(fuzz=True)
    day = START.toordinal()
    a = engine.answer(reviewed(20.0, day - 10, lapses=0), START, 3)
    b = engine.answer(reviewed(20.0, day - 10, lapses=4, due=77), START + timedelta(hours=3), 3)
    assert a.interval_days == b.interval_days
    assert len({interval("c", 20.0, fuzz=True, reps=reps) for reps in range(50)}) > 1


def test_the_seed_is_48_bits_of_sha_256() -> None:
    assert seed_of("hs-steps", 3) == int(sha256(b"hs-steps:3").hexdigest()[:12], 16)
    assert seed_of("hs-steps", 3) != seed_of("hs-steps", 4)
    assert seed_of("握手", 0) < 1 << 48


# ── what holds for every history ──

HISTORIES = st.lists(st.tuples(st.integers(1, 4), st.integers(-5, 400)), min_size=1, max_size=12)
CHANGES = st.fixed_dictionaries(
    {
        "desired_retention": st.floats(0.7, 0.99),
        "maximum_interval": st.integers(1, 400),
        "learning_steps": st.sampled_from([(), (60,), (60, 600)]),
        "relearning_steps": st.sampled_from([(), (600,)]),
        "fuzz": st.booleans(),
    }
)


@given(HISTORIES, CHANGES)
@settings(deadline=None)
def test_values_stay_in_their_ranges(history: list[tuple[int, int]], changes: dict[str, Any]) -> None:
    engine, memory, at = scheduler(**changes), Memory("c"), START
    for reps, (rating, days) in enumerate(history, 1):
        at += timedelta(days=days)
        memory = engine.answer(memory, at, rating)
        assert memory.stability is not None
        assert memory.difficulty is not None
        assert memory.stability > 0
        assert 1 <= memory.difficulty <= 10
        assert memory.interval_days is None or 1 <= memory.interval_days <= changes["maximum_interval"]
        assert (memory.step is None) == (memory.state == "review")
        assert memory.reps == reps
        assert 0 <= memory.lapses <= reps


@pytest.mark.parametrize("stability", [1, 7, 100, 5000])
@pytest.mark.parametrize("w20", [0.1, 0.1542, 0.5, 0.8])
def test_recall_after_as_many_days_as_the_stability_is_nine_tenths(stability: int, w20: float) -> None:
    engine = scheduler(parameters=(*FSRS6[:20], w20))
    assert engine.retrievability(reviewed(float(stability), 1000), 1000 + stability) == pytest.approx(0.9, abs=1e-12)


def test_recall_is_certain_on_the_day_and_falls() -> None:
    recalls = [scheduler().retrievability(reviewed(5.0, 1000), 1000 + days) for days in range(60)]
    assert recalls[0] == 1.0
    assert recalls == sorted(recalls, reverse=True)  # type: ignore[type-var]
    assert scheduler().retrievability(Memory("c"), 1000) is None


@pytest.mark.parametrize("stability", [3, 30, 300])
def test_at_nine_tenths_retention_the_interval_is_the_stability(stability: int) -> None:
    engine = scheduler(learning_steps=())
    assert engine._interval(Memory("c"), float(stability)) == stability


@pytest.mark.parametrize("w20", [-5.0, 0.0, 3.0])
def test_a_decay_outside_its_range_is_clipped_as_the_engine_clips_it(w20: float) -> None:
    engine = scheduler(parameters=(*FSRS6[:20], w20), desired_retention=0.8)
    memory = engine.answer(Memory("c"), START, 4)
    said = engine.engine.next_states(None, 0.8, 0).easy.interval
    assert memory.interval_days == round(said)
    assert 0 < (engine.retrievability(memory, START.toordinal() + 30) or 0) < 1
