"""The learner's database: durable rows, and a cache that always equals their fold."""

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prep.config import Settings
from prep.errors import PrepError
from prep.study import store as store_module
from prep.study.log import Bury, Review, Row, Suspend, Undo, fold, from_json, to_json
from prep.study.memory import DAY_MS, Memory, millis
from prep.study.store import FILE, VERSION, Merged, Store

START = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY = timedelta(days=1)
CARDS = ["a", "b", "old"]
RENAMES = {"old": "new"}
NOT_OURS = "not a database of prep; move the file away or set PREP_HOME to another folder"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, Settings()) as opened:
        yield opened


def cache(store: Store) -> dict[str, Memory]:
    return {memory.card: memory for memory in store.memories()}


def fresh(store: Store) -> dict[str, Memory]:
    return fold(store.rows(), store.scheduler, store.renames)


def raw(folder: Path, *statements: str) -> list[Any]:
    """What SQLite says to statements, without our code."""
    db = sqlite3.connect(folder / FILE, isolation_level=None)
    try:
        return [db.execute(statement).fetchall() for statement in statements]
    finally:
        db.close()


def placed(rows: list[Row], place: str = "other.jsonl:1") -> list[tuple[Row, str]]:
    return [(row, place) for row in rows]


def some_rows(prefix: str = "r") -> list[Row]:
    return [
        Review(f"{prefix}1", START, "a", 3, 4.5, 77),
        Review(f"{prefix}2", START + DAY, "a", 3),
        Undo(f"{prefix}3", START + DAY, f"{prefix}2"),
        Bury(f"{prefix}4", START + 2 * DAY, "b", START + 3 * DAY),
        Suspend(f"{prefix}5", START + 2 * DAY, "nowhere", True),
    ]


# ── the cache ──

OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["review", "review", "review", "undo", "undo one", "bury", "suspend", "merge"]),
        st.sampled_from(CARDS),
        st.integers(1, 4),
        st.sampled_from([0, 1, 60_000, DAY_MS, 9 * DAY_MS, -1, -3_600_000, -2 * DAY_MS]),
    ),
    max_size=14,
)


def operate(store: Store, operation: tuple[str, str, int, int], at: datetime, number: int) -> None:
    what, card, rating, _ = operation
    rows = list(store.rows())
    if what == "review":
        store.review(card, rating, at)
    elif what == "undo":
        store.undo(at)
    elif what == "undo one" and rows:
        store.undo(at, only=rows[number % len(rows)].id)
    elif what == "bury":
        store.bury(card, at + DAY, at)
    elif what == "suspend":
        store.suspend(card, rating > 2, at)
    elif what == "merge":
        late = Review(f"m{number}", at - timedelta(hours=number), card, rating)
        store.merge(placed([late, Undo(f"n{number}", at, rows[-1].id if rows else late.id)]))


@given(OPERATIONS)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_the_cache_equals_the_fold_after_any_operations(operations: list[tuple[str, str, int, int]]) -> None:
    at = START
    with TemporaryDirectory() as folder, Store(Path(folder), Settings(), RENAMES) as store:
        store.db.execute("PRAGMA synchronous = OFF")  # this is about what is written, not about how durably
        for number, operation in enumerate(operations):
            at += timedelta(milliseconds=operation[3])
            operate(store, operation, at, number)
            assert cache(store) == fresh(store)
        assert store.rebuild()
        own = [row for row in store.rows() if not row.id.startswith(("m", "n"))]
        assert len({row.ms for row in own}) == len(own)
        assert [row.id for row in store.rows()] == [row.id for row in sorted(store.rows(), key=lambda r: (r.ms, r.id))]


def test_rebuild_agrees_with_an_untouched_cache_and_says_when_it_was_tampered_with(tmp_path: Path) -> None:
    with Store(tmp_path, Settings()) as store:
        store.review("a", 3, START)
        assert store.rebuild()
    raw(tmp_path, "UPDATE memory SET stability = 99")
    with Store(tmp_path, Settings()) as store:
        assert not store.rebuild()
        assert cache(store) == fresh(store)
        assert store.rebuild()


def test_rebuild_drops_a_card_that_no_row_speaks_of(tmp_path: Path) -> None:
    with Store(tmp_path, Settings()) as store:
        store.review("a", 3, START)
    raw(tmp_path, "INSERT INTO memory (card, state, reps, lapses, suspended) VALUES ('ghost', 'new', 0, 0, 0)")
    with Store(tmp_path, Settings()) as store:
        assert not store.rebuild()
        assert set(cache(store)) == {"a"}


def test_a_change_of_settings_folds_the_log_anew(tmp_path: Path) -> None:
    with Store(tmp_path, Settings()) as store:
        first = store.review("a", 4, START)
        before = store.memory("a")
    strict = Settings(desired_retention=0.97)
    with Store(tmp_path, strict) as store:
        assert store.memory("a") == store.scheduler.answer(Memory("a"), first.at, 4)
        assert store.memory("a").due < before.due  # type: ignore[operator]
        assert store.rebuild()


def test_settings_that_memory_does_not_depend_on_fold_nothing(tmp_path: Path) -> None:
    with Store(tmp_path, Settings()) as store:
        store.review("a", 4, START)
    raw(tmp_path, "UPDATE memory SET lapses = 7")
    with Store(tmp_path, Settings(new_per_day=99, lang="zh")) as store:
        assert store.memory("a").lapses == 7


def test_a_rename_in_the_decks_moves_the_history(tmp_path: Path) -> None:
    with Store(tmp_path, Settings()) as store:
        store.review("old", 3, START)
    with Store(tmp_path, Settings(), RENAMES) as store:
        assert (store.memory("new").reps, store.memory("old").reps) == (1, 0)
        store.review("new", 3, START + DAY)
        assert store.memory("new").reps == 2
        assert [row.card for row in store.rows("new") if isinstance(row, Review)] == ["old", "new"]


def test_two_stores_with_different_settings_leave_a_cache_of_one_of_them(tmp_path: Path) -> None:
    lax, strict = Settings(), Settings(desired_retention=0.97, maximum_interval=30)
    with Store(tmp_path, lax) as one:
        one.review("a", 4, START)
        with Store(tmp_path, strict) as other:
            one.review("b", 4, START + DAY)
            assert cache(one) == fresh(one)
            other.merge(placed(some_rows()))
            assert cache(other) == fresh(other)
    with Store(tmp_path, lax) as one:
        assert cache(one) == fresh(one)


# ── time and ids ──


def test_an_answer_at_a_time_that_is_taken_moves_on_by_a_millisecond(store: Store) -> None:
    rows = [store.review("a", 3, START) for _ in range(3)]
    assert [row.ms - millis(START) for row in rows] == [0, 1, 2]
    assert list(store.rows()) == rows


def test_times_are_kept_to_the_millisecond_with_their_offset(store: Store) -> None:
    at = datetime(2026, 11, 21, 17, 0, 0, 123987, tzinfo=timezone(timedelta(hours=8)))
    row = store.review("a", 3, at)
    assert to_json(row)["at"] == "2026-11-21T17:00:00.123+08:00"
    assert list(store.rows()) == [row]


def test_in_the_hour_that_a_clock_repeats_time_still_moves_by_a_millisecond(store: Store) -> None:
    second_time = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin"))
    before_the_turn = datetime(2026, 10, 25, 2, 59, 59, 999_000, tzinfo=ZoneInfo("Europe/Berlin"))
    for at in (second_time, before_the_turn):
        rows = [store.review("a", 3, at) for _ in range(2)]
        assert [row.ms - millis(at) for row in rows] == [0, 1]
    assert store.rebuild()


def test_ids_sort_by_creation_when_the_clock_runs_backwards(store: Store) -> None:
    made = [store.review("a", 3, START - number * DAY).id for number in range(5)]
    assert made == sorted(made)


def test_a_time_that_no_log_could_say_is_refused_before_anything_is_written(store: Store) -> None:
    with pytest.raises(PrepError, match=r"is not a time such as .*; set the clock"):
        store.review("a", 3, datetime(1970, 1, 1, tzinfo=UTC))
    assert list(store.rows()) == []


# ── undo ──


def test_undo_takes_back_the_row_made_last_and_then_the_one_before(store: Store) -> None:
    store.review("a", 3, START)
    after_one = cache(store)
    second = store.review("a", 1, START - DAY)
    assert store.undo(START) == second
    assert cache(store) == after_one
    assert store.undo(START) is not None
    assert store.memory("a") == Memory("a")
    assert store.undo(START) is None


def test_undo_of_a_named_row_leaves_the_others(store: Store) -> None:
    first = store.review("a", 3, START)
    second = store.review("b", 3, START + DAY)
    assert store.undo(START + DAY, only=first.id) == first
    assert (store.memory("a").reps, store.memory("b").reps) == (0, 1)
    assert store.undo(START + DAY, only=first.id) is None
    assert store.undo(START + DAY, only="nothing") is None
    assert store.last_review() == second


def test_undo_takes_back_a_suspension_and_a_bury(store: Store) -> None:
    store.suspend("a", True, START)
    store.bury("a", START + DAY, START)
    store.undo(START)
    assert store.memory("a") == Memory("a", suspended=True)
    store.undo(START)
    assert store.memory("a") == Memory("a")


# ── reading ──


def test_what_is_suspended_or_buried_is_not_due(store: Store) -> None:
    for card in ("a", "b", "c"):
        store.review(card, 4, START)
    later = START + 40 * DAY
    now, today = millis(later), later.toordinal()
    store.suspend("a", True, later)
    store.bury("b", later + DAY, later)
    assert list(store.due(now, today)) == ["c"]
    assert store.buried(now) == {"b"}
    assert sorted(store.due(now + DAY_MS, today + 1)) == ["b", "c"]


def test_steps_come_by_their_due_time(store: Store) -> None:
    store.review("later", 3, START)
    store.review("sooner", 1, START)
    store.review("learned", 4, START)
    assert [memory.card for memory in store.steps(millis(START))] == ["sooner", "later"]


def test_reviews_come_with_the_least_likely_recalled_first(store: Store) -> None:
    for number, card in enumerate(("a", "b", "c", "d")):
        store.review(card, 4 if number % 2 else 3, START + number * DAY)
        store.review(card, 3, START + number * DAY + timedelta(minutes=10))
    later = START + 60 * DAY
    today = later.toordinal()
    recalls = [store.scheduler.retrievability(store.memory(card), today) for card in store.due(millis(later), today)]
    assert len(recalls) == 4
    assert recalls == sorted(recalls)  # type: ignore[type-var]


def test_the_last_review_is_the_one_that_stands(store: Store) -> None:
    assert store.last_review() is None
    first = store.review("a", 3, START)
    store.review("b", 3, START + DAY)
    store.undo(START + DAY)
    assert store.last_review() == first


def test_an_answer_that_was_undone_is_no_answer_before(store: Store) -> None:
    store.review("a", 3, START)
    store.review("a", 3, START + DAY)
    store.undo(START + DAY)
    assert store.answered_before(millis(START + 2 * DAY)) == START
    assert store.answered_before(millis(START)) is None


# ── merging ──


def test_importing_twice_or_in_any_order_gives_the_same(tmp_path: Path) -> None:
    mine, theirs = some_rows("a"), some_rows("b")
    found = []
    for number, parts in enumerate(([mine, theirs], [theirs, mine], [mine, theirs, mine], [theirs + mine])):
        with Store(tmp_path / str(number), Settings()) as store:
            for part in parts:
                store.merge(placed(random.Random(number).sample(part, len(part))))
            assert cache(store) == fresh(store)
            found.append((list(store.rows()), cache(store)))
    assert all(one == found[0] for one in found)


def test_a_merge_says_what_was_new(store: Store) -> None:
    assert store.merge(placed(some_rows())) == Merged(added=5, known=0)
    assert store.merge(placed(some_rows() + some_rows("x"))) == Merged(added=5, known=5)
    assert store.merge([]) == Merged(0, 0)


def test_the_log_of_another_machine_gives_the_same_memory(tmp_path: Path) -> None:
    with Store(tmp_path / "one", Settings()) as one, Store(tmp_path / "other", Settings()) as other:
        for number in range(12):
            one.review("ab"[number % 2], 1 + number % 4, START + number * DAY)
        one.undo(START + 12 * DAY)
        other.merge([(from_json(to_json(row)), "export:1") for row in one.rows()])
        assert cache(other) == cache(one)
        assert list(other.rows()) == list(one.rows())


@pytest.mark.parametrize("change", [{"rating": 4}, {"seconds": 4.6}, {"seed": 78}, {"card": "b"}])
def test_the_same_id_with_other_content_is_refused_with_both_places(store: Store, change: dict[str, Any]) -> None:
    store.merge(placed(some_rows()))
    before = list(store.rows()), cache(store)
    other = from_json({**to_json(some_rows()[0]), **change})
    with pytest.raises(PrepError) as fault:
        store.merge([*placed(some_rows("new"), "b.jsonl:1"), (other, "b.jsonl:6")])
    said = f"b.jsonl:6: row r1 says other things than the same row in {store.path}"
    assert str(fault.value) == f"{said}; one of the two logs was edited; nothing was imported"
    assert (list(store.rows()), cache(store)) == before


def test_two_files_that_contradict_each_other_are_both_named(store: Store) -> None:
    one, other = Review("r1", START, "a", 3), Review("r1", START, "a", 1)
    with pytest.raises(PrepError, match=r"^b\.jsonl:1: row r1 says other things than the same row in a\.jsonl:4;"):
        store.merge([(one, "a.jsonl:4"), (other, "b.jsonl:1")])
    assert list(store.rows()) == []


def test_a_fault_while_rows_are_read_imports_nothing(store: Store) -> None:
    def lines() -> Iterator[tuple[Row, str]]:
        yield some_rows()[0], "a.jsonl:1"
        raise PrepError("not JSON", where="a.jsonl:2")

    with pytest.raises(PrepError, match="not JSON"):
        store.merge(lines())
    assert list(store.rows()) == []
    assert store.review("a", 3, START) in store.rows()


# ── what is refused ──


def test_a_database_from_a_newer_prep_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    with Store(tmp_path, Settings()) as store:
        store.review("a", 3, START)
    raw(tmp_path, f"PRAGMA user_version = {VERSION + 1}")
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(PrepError) as fault:
        Store(tmp_path, Settings())
    said = f"{tmp_path / FILE}: the database is of version 2; this prep knows up to 1"
    assert str(fault.value) == f"{said}; update prep; nothing was changed"
    assert (tmp_path / FILE).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("content", [b"no database at all\n" * 100, b"SQLite format 3\0" + b"\xff" * 5000, b"hello"])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(PrepError, match=r"the database cannot be used \(.*not a database\); restore a backup"):
        Store(tmp_path, Settings())
    assert (tmp_path / FILE).read_bytes() == content


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE theirs (x)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"],
)
def test_the_database_of_another_application_is_refused_and_left_as_it_is(tmp_path: Path, statement: str) -> None:
    raw(tmp_path, statement)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(PrepError) as fault:
        Store(tmp_path, Settings())
    assert str(fault.value) == f"{tmp_path / FILE}: {NOT_OURS}"
    assert (tmp_path / FILE).read_bytes() == before


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with Store(tmp_path, Settings()) as store:
        assert store.review("a", 3, START) in store.rows()
    assert raw(tmp_path, "PRAGMA journal_mode", "PRAGMA integrity_check") == [[("wal",)], [("ok",)]]


# ── when the disk does not do its part ──


def test_a_folder_in_place_of_the_file_is_told_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(PrepError) as fault:
        Store(tmp_path, Settings())
    way_out = "the folder must be writable, or set PREP_HOME to another one"
    said = "the database cannot be used (unable to open database file)"
    assert str(fault.value) == f"{tmp_path / FILE}: {said}; {way_out}"


def test_a_file_in_place_of_the_home_is_told_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(PrepError, match=r"cannot make this folder .*; set PREP_HOME to a folder that you may write$"):
        Store(tmp_path / "home", Settings())


def answer(folder: Path, pragma: str, acknowledged: list[Row]) -> None:
    """Answers on, under a pragma that sooner or later lets nothing be written."""
    with Store(folder, Settings()) as store:
        acknowledged.append(store.review("a", 3, START))
        store.db.execute(pragma)
        for number in range(1000):
            acknowledged.append(store.review(f"card-{number}" * 9, 3, START + number * DAY))


@pytest.mark.parametrize(
    ("pragma", "message"),
    [
        ("PRAGMA max_page_count = 14", r"\(database or disk is full\); .*what was acknowledged before is safe$"),
        ("PRAGMA query_only = ON", r"\(attempt to write a readonly database\); the folder must be writable"),
    ],
)
def test_a_write_that_fails_is_told_and_earlier_answers_stand(tmp_path: Path, pragma: str, message: str) -> None:
    acknowledged: list[Row] = []
    with pytest.raises(PrepError, match=message):
        answer(tmp_path, pragma, acknowledged)
    with Store(tmp_path, Settings()) as store:
        assert sorted(row.id for row in store.rows()) == [row.id for row in acknowledged]
        assert store.rebuild()
        assert store.review("b", 3, START) in store.rows()
    assert raw(tmp_path, "PRAGMA integrity_check") == [[("ok",)]]


def test_a_locked_database_is_told_with_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "WAIT_SECONDS", 0.1)
    with Store(tmp_path, Settings()) as other:
        other.db.execute("BEGIN IMMEDIATE")
        with pytest.raises(PrepError) as fault, Store(tmp_path, Settings()) as store:
            store.review("a", 3, START)
        said = "the database cannot be used (database is locked); another prep is writing; try again when it is done"
        assert str(fault.value) == f"{tmp_path / FILE}: {said}"
        other.db.execute("ROLLBACK")
        assert list(other.rows()) == []


def test_a_locked_database_can_still_be_read(tmp_path: Path) -> None:
    with Store(tmp_path, Settings()) as writer:
        row = writer.review("a", 3, START)
        writer.db.execute("BEGIN IMMEDIATE")
        with Store(tmp_path, Settings()) as reader:
            assert list(reader.rows()) == [row]
        writer.db.execute("ROLLBACK")


def test_each_commit_is_synced(store: Store) -> None:
    assert store.db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert store.db.execute("PRAGMA synchronous").fetchone() == (2,)


# ── backup ──


def test_a_backup_of_a_database_in_use_is_whole(tmp_path: Path) -> None:
    with Store(tmp_path / "home", Settings()) as store:
        rows = [store.review("a", 3, START + number * DAY) for number in range(9)]
        (tmp_path / "copy").mkdir()
        store.backup(tmp_path / "copy" / FILE)
        store.review("a", 3, START + 10 * DAY)
    with Store(tmp_path / "copy", Settings()) as copy:
        assert list(copy.rows()) == rows
        assert copy.rebuild()


def test_a_backup_replaces_nothing(tmp_path: Path, store: Store) -> None:
    target = tmp_path / "mine.db"
    target.write_text("precious")
    with pytest.raises(PrepError, match=r"mine\.db: exists already; name a new file$"):
        store.backup(target)
    assert target.read_text() == "precious"


def test_a_backup_that_cannot_be_written_is_told(tmp_path: Path, store: Store) -> None:
    with pytest.raises(PrepError, match="cannot write the backup"):
        store.backup(tmp_path / "no such folder" / "copy.db")
