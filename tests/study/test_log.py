"""Rows, their JSON, their order and the fold: the laws at the top of log.py."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.config import Settings
from prep.study.log import (
    ALPHABET,
    Bury,
    Review,
    Row,
    Suspend,
    Undo,
    fold,
    from_json,
    moment,
    new_id,
    stamp,
    to_json,
    undone,
)
from prep.study.memory import Memory, Scheduler, millis

SCHEDULER = Scheduler(Settings())
START = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER = START + timedelta(days=1)
AT = "2026-11-21T17:00:00.123+08:00"
GOOD: dict[str, Any] = {"id": "r1", "card": "c", "at": AT, "rating": 3, "seconds": 7.4, "seed": None}

MOMENTS = st.builds(
    lambda ms, minutes: datetime.fromtimestamp(ms // 1000, timezone(timedelta(minutes=minutes))).replace(
        microsecond=ms % 1000 * 1000
    ),
    st.integers(10**9 * 1000, 4 * 10**9 * 1000),
    st.integers(-14 * 60, 14 * 60),
)
IDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=64)
CARDS = st.one_of(st.sampled_from(["hs-steps", "握手", "a:b"]), st.text("abc-._", min_size=1, max_size=100))
SEEDS = st.none() | st.integers(-(2**63), 2**63 - 1)
ROWS = st.one_of(
    st.builds(Review, IDS, MOMENTS, CARDS, st.integers(1, 4), st.none() | st.floats(0, 1e6), SEEDS),
    st.builds(Undo, IDS, MOMENTS, IDS),
    st.builds(Bury, IDS, MOMENTS, CARDS, MOMENTS),
    st.builds(Suspend, IDS, MOMENTS, CARDS, st.booleans()),
)


def ms_later(ms: int) -> datetime:
    return START + timedelta(milliseconds=ms)


@st.composite
def logs(draw: st.DrawFn) -> list[Row]:
    """A log as it comes about: distinct ids, few cards, times that often tie, undos of rows in it or elsewhere."""
    rows: list[Row] = []
    for number in range(draw(st.integers(0, 14))):
        name, at = f"r{number:02}", ms_later(draw(st.integers(0, 4)) * 86_400_000 + draw(st.integers(0, 3)))
        card = draw(st.sampled_from(["a", "b", "c"]))
        kind = draw(st.integers(0, 9))
        if kind < 6:
            rows.append(Review(name, at, card, draw(st.integers(1, 4))))
        elif kind < 8:
            rows.append(Undo(name, at, draw(st.sampled_from([row.id for row in rows] or ["elsewhere"]))))
        elif kind == 8:
            rows.append(Bury(name, at, card, at + timedelta(days=1)))
        else:
            rows.append(Suspend(name, at, card, draw(st.booleans())))
    return rows


def readable(value: Any) -> Row | None:
    try:
        return from_json(value)
    except ValueError:
        return None


def folded(rows: list[Row], **renames: str) -> dict[str, Memory]:
    return fold(rows, SCHEDULER, renames)


# ── JSON ──


@given(ROWS)
@settings(deadline=None)
def test_a_row_survives_json(row: Row) -> None:
    line = json.dumps(to_json(row))
    back = from_json(json.loads(line))
    assert back == row
    assert json.dumps(to_json(back)) == line
    assert back.at.utcoffset() == row.at.utcoffset()


@pytest.mark.parametrize(
    ("row", "value"),
    [
        (Review("r1", moment(AT), "c", 3, 7.4), GOOD),
        (Undo("r2", moment(AT), "r1"), {"id": "r2", "at": AT, "undoes": "r1"}),
        (Bury("r3", moment(AT), "c", moment(AT)), {"id": "r3", "at": AT, "card": "c", "bury_until": AT}),
        (Suspend("r4", moment(AT), "c", True), {"id": "r4", "at": AT, "card": "c", "suspend": True}),
    ],
)
def test_rows_are_written_as_the_format_says(row: Row, value: dict[str, Any]) -> None:
    assert to_json(row) == value
    assert list(to_json(row)) == list(value)
    assert from_json(value) == row


def test_seconds_and_seed_may_be_left_out() -> None:
    row = from_json({"id": "r1", "card": "c", "at": AT, "rating": 1})
    assert row == Review("r1", moment(AT), "c", 1, None, None)


def test_whole_seconds_become_a_number_with_a_fraction() -> None:
    row = from_json({**GOOD, "seconds": 7})
    assert isinstance(row, Review)
    assert json.dumps(to_json(row)["seconds"]) == "7.0"


def test_times_are_cut_to_the_millisecond_and_keep_their_offset() -> None:
    assert stamp(moment("2026-11-21T17:00:00.123987+08:00")) == AT
    assert stamp(moment("2026-11-21T09:00:00Z")) == "2026-11-21T09:00:00.000+00:00"
    assert moment(AT).utcoffset() == timedelta(hours=8)


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name != key}


NO_ID = "is not an id: 1 to 64 printable ASCII characters without blanks"
NO_TIME = "is not a time such as 2026-11-21T17:00:00.123+08:00"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "a row must be an object"),
        ("row", "a row must be an object"),
        (None, "a row must be an object"),
        ({}, "a row needs one of `rating`, `undoes`, `bury_until`, `suspend`"),
        (without("rating"), "a row needs one of `rating`, `undoes`, `bury_until`, `suspend`"),
        ({**GOOD, "secnds": 1}, 'unknown key "secnds"; did you mean seconds?'),
        ({**GOOD, "mood": 1}, 'unknown key "mood"; known: id, card, at, rating, seconds, seed'),
        ({**GOOD, "undoes": "r0"}, 'unknown key "undoes"; known: id, card, at, rating, seconds, seed'),
        ({"id": "r2", "at": AT, "undoes": "r1", "card": "c"}, 'unknown key "card"; known: id, at, undoes'),
        (without("id"), "no `id`"),
        (without("at"), "no `at`"),
        (without("card"), "no `card`"),
        ({"id": "r3", "at": AT, "bury_until": AT}, "no `card`"),
        ({**GOOD, "id": ""}, f"'' {NO_ID}"),
        ({**GOOD, "id": "a b"}, f"'a b' {NO_ID}"),
        ({**GOOD, "id": "a\n"}, f"'a\\n' {NO_ID}"),
        ({**GOOD, "id": "é"}, f"'é' {NO_ID}"),
        ({**GOOD, "id": 7}, f"7 {NO_ID}"),
        ({**GOOD, "id": "x" * 65}, f"'{'x' * 65}' {NO_ID}"),
        ({"id": "r2", "at": AT, "undoes": None}, f"None {NO_ID}"),
        ({**GOOD, "card": ""}, "'' is not a card's id"),
        ({**GOOD, "card": "a b"}, "'a b' is not a card's id"),
        ({**GOOD, "card": "\x1b[2J"}, "'\\x1b[2J' is not a card's id"),
        ({**GOOD, "card": None}, "None is not a card's id"),
        ({**GOOD, "at": "yesterday"}, f"'yesterday' {NO_TIME}"),
        ({**GOOD, "at": "2026-11-21T17:00:00"}, f"'2026-11-21T17:00:00' {NO_TIME}"),
        ({**GOOD, "at": "2026-02-30T17:00:00Z"}, f"'2026-02-30T17:00:00Z' {NO_TIME}"),
        ({**GOOD, "at": "1970-01-01T00:00:00Z"}, f"'1970-01-01T00:00:00Z' {NO_TIME}"),
        ({**GOOD, "at": "9500-01-01T00:00:00Z"}, f"'9500-01-01T00:00:00Z' {NO_TIME}"),
        ({**GOOD, "at": "2026-11-21T17:00:00+00:00:30"}, f"'2026-11-21T17:00:00+00:00:30' {NO_TIME}"),
        ({**GOOD, "at": 1763715600}, f"1763715600 {NO_TIME}"),
        ({**GOOD, "at": None}, f"None {NO_TIME}"),
        ({"id": "r3", "at": AT, "card": "c", "bury_until": "soon"}, f"'soon' {NO_TIME}"),
        ({**GOOD, "rating": 0}, "rating 0 is not 1, 2, 3 or 4"),
        ({**GOOD, "rating": 5}, "rating 5 is not 1, 2, 3 or 4"),
        ({**GOOD, "rating": 3.0}, "rating 3.0 is not 1, 2, 3 or 4"),
        ({**GOOD, "rating": True}, "rating True is not 1, 2, 3 or 4"),
        ({**GOOD, "rating": "3"}, "rating '3' is not 1, 2, 3 or 4"),
        ({**GOOD, "rating": None}, "rating None is not 1, 2, 3 or 4"),
        ({**GOOD, "seconds": -1}, "seconds -1 is not a number of seconds"),
        ({**GOOD, "seconds": True}, "seconds True is not a number of seconds"),
        ({**GOOD, "seconds": "7"}, "seconds '7' is not a number of seconds"),
        ({**GOOD, "seconds": float("nan")}, "seconds nan is not a number of seconds"),
        ({**GOOD, "seconds": float("inf")}, "seconds inf is not a number of seconds"),
        ({**GOOD, "seed": 1.0}, "seed 1.0 is not a whole number of 64 bits"),
        ({**GOOD, "seed": 2**63}, "seed 9223372036854775808 is not a whole number of 64 bits"),
        ({"id": "r4", "at": AT, "card": "c", "suspend": 1}, "suspend 1 is not true or false"),
        ({"id": "r4", "at": AT, "card": "c", "suspend": None}, "suspend None is not true or false"),
    ],
)
def test_a_bad_row_says_what_is_wrong(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        from_json(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


@given(
    st.dictionaries(st.sampled_from([*GOOD, "undoes", "bury_until", "suspend"]), JSON | st.sampled_from([AT, "c", 3]))
)
@settings(deadline=None)
def test_any_object_is_a_row_or_a_value_error(value: dict[str, Any]) -> None:
    row = readable(value)
    assert row is None or from_json(to_json(row)) == row


# ── ids ──

ENTROPY = st.integers(0, 2**80 - 1)


@given(st.lists(st.tuples(st.integers(0, 2**48 - 1), ENTROPY), min_size=2, max_size=30))
@settings(deadline=None)
def test_ids_sort_by_creation_whatever_the_clock_does(ticks: list[tuple[int, int]]) -> None:
    made: list[str] = []
    for ms, entropy in ticks:
        made.append(new_id(ms, made[-1] if made else None, entropy))
    assert made == sorted(set(made))
    assert all(re.fullmatch(f"[{ALPHABET}]{{26}}", name) for name in made)


@given(st.integers(0, 2**48 - 2), ENTROPY, ENTROPY)
@settings(deadline=None)
def test_ids_of_two_machines_sort_by_their_time(ms: int, one: int, other: int) -> None:
    assert new_id(ms, None, one) < new_id(ms + 1, None, other)


def test_an_id_after_one_that_stands_still_is_the_next_number() -> None:
    first = new_id(1000, None, 31)
    assert new_id(1000, first, 0) == first[:-2] + "10"
    assert new_id(1, first, 5) == first[:-2] + "10"


def test_an_id_behind_a_foreign_one_is_still_made() -> None:
    assert new_id(1000, "zzz", 1) == new_id(1000, None, 1)
    assert re.fullmatch(f"[{ALPHABET}]{{26}}", new_id(1000, "7" + "Z" * 25, 1))


# ── fold ──


@given(logs(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_fold_does_not_depend_on_the_order_of_rows(rows: list[Row], random: Any) -> None:
    mixed = random.sample(rows, len(rows))
    assert folded(mixed) == folded(rows)


@given(logs(), st.data())
@settings(deadline=None)
def test_logs_merge_as_sets(rows: list[Row], data: st.DataObject) -> None:
    in_a = {row.id for row in rows if data.draw(st.booleans())}
    a = [row for row in rows if row.id in in_a]
    b = [row for row in rows if row.id not in in_a]

    def union(*parts: list[Row]) -> dict[str, Memory]:
        return folded(list({row.id: row for part in parts for row in part}.values()))

    assert union(a, b) == union(b, a) == union(a, b, a) == folded(rows)


@given(logs())
@settings(deadline=None)
def test_an_undo_removes_exactly_the_effect_of_its_row(rows: list[Row]) -> None:
    dead = undone(rows)
    kept: list[Row] = [row for row in rows if row.id not in dead and not isinstance(row, Undo)]
    assert {card: memory for card, memory in folded(rows).items() if memory != Memory(card)} == {
        card: memory for card, memory in folded(kept).items() if memory != Memory(card)
    }


def test_an_undo_counts_wherever_it_stands() -> None:
    review, undo = Review("r1", START, "c", 3), Undo("r0", START - timedelta(days=9), "r1")
    assert folded([review, undo]) == folded([undo, review]) == {"c": Memory("c")}


def test_an_undo_of_an_undo_changes_nothing() -> None:
    rows: list[Row] = [Review("r1", START, "c", 3), Undo("r2", LATER, "r1"), Undo("r3", LATER, "r2")]
    assert folded(rows) == {"c": Memory("c")}


def test_rows_at_the_same_time_fold_by_id() -> None:
    rows: list[Row] = [Review("b", START, "c", 1), Review("a", START, "c", 4)]
    in_order = SCHEDULER.answer(SCHEDULER.answer(Memory("c"), START, 4), START, 1)
    assert folded(rows) == {"c": in_order}


def test_bury_sets_a_card_aside_and_leaves_its_memory() -> None:
    review = Review("r1", START, "c", 3)
    memory = folded([review, Bury("r2", LATER, "c", LATER + timedelta(days=1))])["c"]
    assert memory == folded([review])["c"].but(buried_until=millis(LATER + timedelta(days=1)))


def test_suspend_holds_until_it_is_lifted() -> None:
    off, on = Suspend("r1", START, "c", True), Suspend("r2", LATER, "c", False)
    assert folded([off])["c"] == Memory("c", suspended=True)
    assert folded([off, on])["c"] == Memory("c")
    assert folded([off, on, Undo("r3", LATER, "r2")])["c"].suspended


def test_an_answer_does_not_lift_a_suspension() -> None:
    assert folded([Suspend("r1", START, "c", True), Review("r2", LATER, "c", 3)])["c"].suspended


def test_a_rename_carries_the_history_over() -> None:
    rows: list[Row] = [Review("r1", START, "old", 3), Review("r2", LATER, "new", 3)]
    memory = folded(rows, old="new")
    assert list(memory) == ["new"]
    assert memory["new"] == folded([Review("r1", START, "new", 3), rows[1]])["new"]
    assert memory["new"].reps == 2


def test_two_old_names_meet_in_one_memory() -> None:
    rows: list[Row] = [Review("r1", START, "x", 3), Review("r2", LATER, "y", 2)]
    assert folded(rows, x="z", y="z")["z"].reps == 2


def test_rows_for_a_card_that_no_deck_holds_are_folded_too() -> None:
    assert folded([Review("r1", START, "nowhere", 3)])["nowhere"].reps == 1
