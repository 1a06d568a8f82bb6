"""Flags on cards: lines that are only ever added, and what they come to."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.cards.flags import FILE, flagged, toggle

NOW = datetime.fromisoformat("2026-11-21T09:00:00+08:00")


def test_a_flag_is_taken_off_by_the_second_press_and_put_on_by_the_third(tmp_path: Path) -> None:
    assert [toggle(tmp_path, "c", NOW + timedelta(minutes=n)) for n in range(3)] == [True, False, True]
    assert flagged(tmp_path) == [("c", "2026-11-21T09:02:00+08:00")]


def test_presses_in_one_second_and_behind_a_clock_that_ran_backwards_count_in_their_order(tmp_path: Path) -> None:
    seconds = [0, 0, 0, -3600]

    assert [toggle(tmp_path, "c", NOW + timedelta(seconds=s)) for s in seconds] == [True, False, True, False]
    assert flagged(tmp_path) == []


def test_a_line_is_only_ever_added(tmp_path: Path) -> None:
    toggle(tmp_path, "c", NOW)
    before = (tmp_path / FILE).read_text("utf-8")

    toggle(tmp_path, "c", NOW)

    assert (tmp_path / FILE).read_text("utf-8").startswith(before)
    assert len((tmp_path / FILE).read_text("utf-8").splitlines()) == 2


def test_a_card_that_was_flagged_twice_by_an_older_prep_is_listed_once(tmp_path: Path) -> None:
    line = '{"card": "c", "at": "2026-11-21T09:00:0%d+08:00"}\n'
    (tmp_path / FILE).write_text(line % 1 + line % 2, "utf-8")

    assert flagged(tmp_path) == [("c", "2026-11-21T09:00:02+08:00")]
    assert toggle(tmp_path, "c", NOW) is False
    assert flagged(tmp_path) == []


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x",
        "[" * 100_000,
        '{"card": "c", "at": "9999-12-31T23:59:59Z"}',
        "[]",
        "{}",
        "7",
        '{"card": "c"}',
        '{"card": "c", "at": "soon"}',
        '{"card": "c", "at": 5}',
        '{"card": "c", "at": "2026-11-21T09:00:00"}',
        '{"card": "c", "at": "2026-11-21T09:00:00Z", "flag": "no"}',
    ],
)
def test_a_line_that_says_something_else_is_passed_over(tmp_path: Path, line: str) -> None:
    (tmp_path / FILE).write_text(line + "\n", "utf-8")
    assert flagged(tmp_path) == []
    assert toggle(tmp_path, "d", NOW) is True
    assert [card for card, _ in flagged(tmp_path)] == ["d"]


def test_a_last_line_without_its_end_does_not_swallow_the_next(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"card": "c", "at"', "utf-8")

    toggle(tmp_path, "d", NOW)

    assert [card for card, _ in flagged(tmp_path)] == ["d"]


PRESSES = st.lists(st.tuples(st.sampled_from("cd"), st.integers(0, 3), st.booleans()), max_size=8)


@given(presses=PRESSES, random=st.randoms())
def test_the_flags_of_two_machines_come_to_the_same_in_any_order_of_lines(
    tmp_path_factory: pytest.TempPathFactory, presses: list[tuple[str, int, bool]], random: Any
) -> None:
    folder = tmp_path_factory.mktemp("flags")
    lines = [
        f'{{"card": "{card}", "at": "2026-11-21T0{hour}:00:00Z", "flag": {str(on).lower()}}}\n'
        for card, hour, on in presses
    ]
    (folder / FILE).write_text("".join(lines), "utf-8")
    before = flagged(folder)
    random.shuffle(lines)

    (folder / FILE).write_text("".join(lines + lines[:2]), "utf-8")

    assert flagged(folder) == before
