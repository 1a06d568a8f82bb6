"""The quiz over days: the clock walks, and what is asked walks with it."""

import json

import pytest

from prep.study.memory import seed_of

DAY = "2026-11-%02dT%s+08:00"
PLAIN = (
    "  - {{id: {id}, kind: basic, difficulty: 1, tags: [x], q: {id}?, a: A., cite: [{{src: RFC 1}}]{more}}}\n".format
)


def at(day, clock="09:00"):
    return DAY % (day, f"{clock}:00")


def plain(*names, more=""):
    return "".join(PLAIN(id=name, more=more) for name in names)


@pytest.fixture
def rate(prep):
    """Rates a card at a time; gives the JSON of the answer."""
    return lambda card, rating, now: prep("answer", card, "--rating", str(rating), "--json", now=now).json


@pytest.fixture
def counts(prep):
    """(due, new, learning) at a time."""

    def found(now, *words):
        told = prep("next", *words, "--count", "--json", now=now).json
        return told["due"], told["new"], told["learning"]

    return found


def glance(prep, now):
    return prep(now=now).lines


# ── a card through its days ──


def test_a_new_card_goes_through_its_steps_into_review(home, rate, counts):
    rate("k-basic", 3, at(21))
    assert counts(at(21), "kinds") == (0, 6, 1)

    told = rate("k-basic", 3, at(21, "09:10"))

    assert (told["state"], told["interval_days"], told["due"]) == ("review", 2, "2026-11-23T04:00:00.000+08:00")
    assert counts(at(21, "09:10"), "kinds") == (0, 6, 0)
    assert counts(at(22), "kinds") == (0, 6, 0)
    assert counts(at(23, "03:59"), "kinds") == (0, 6, 0)
    assert counts(at(23, "04:00"), "kinds") == (1, 6, 0)


@pytest.mark.parametrize(("rating", "due"), [(1, "09:01:00"), (2, "09:05:30"), (3, "09:10:00")])
def test_a_step_is_due_to_the_second(home, rate, rating, due):
    told = rate("k-basic", rating, at(21))

    assert (told["state"], told["due"]) == ("learning", f"2026-11-21T{due}.000+08:00")


def test_a_lapse_is_learned_again_and_counted(home, prep, rate):
    rate("k-basic", 4, at(21))
    told = rate("k-basic", 1, at(29))

    assert (told["state"], told["due"]) == ("relearning", at(29, "09:10").replace("+", ".000+"))
    shown = prep("show", "k-basic", "--json").json
    assert (shown["reps"], shown["lapses"], shown["state"]) == (2, 1, "relearning")


def test_steps_come_early_only_when_nothing_else_is_left(home, prep, rate):
    rate("k-basic", 3, at(21))

    assert prep("next", "kinds", "--json", now=at(21)).json["id"] == "k-choice"
    assert prep("next", "kinds", "--tag", "basic", "--json", now=at(21)).json["id"] == "k-basic"


@pytest.mark.parametrize(("now", "asked"), [("09:39", False), ("09:40", True), ("10:00", True)])
def test_a_step_further_off_than_20_minutes_waits(home, prep, rate, now, asked):
    prep("config", "learning_steps", "1h")
    rate("k-basic", 1, at(21))

    assert (prep("next", "kinds", "--tag", "basic", "--json", now=at(21, now)).json is not None) is asked


def test_a_quiz_says_when_the_next_step_is_due(home, prep):
    prep("config", "learning_steps", "1h")

    out = prep("quiz", "kinds", "--tag", "basic", lines=("", "1")).out

    assert "Later today: 1 card still being learned, the first at 10:00.\nTomorrow: 1 due, 0 new.\n" in out


def test_a_due_step_comes_before_reviews_and_new_cards(home, prep, rate):
    rate("k-match", 4, at(10))
    rate("k-order", 1, at(21))

    assert counts_of(prep, at(21, "09:01")) == {"due": 1, "new": 5, "learning": 1}
    assert prep("next", "kinds", "--json").json["id"] == "k-order"


def counts_of(prep, now):
    return prep("next", "kinds", "--json", now=now).json["counts"]


def test_the_review_least_likely_recalled_comes_first(home, prep, rate):
    prep("config", "new_per_day", "0")
    for card, rating, day in (("k-order", 4, 1), ("k-match", 4, 3), ("k-typed", 4, 2)):
        rate(card, rating, at(day))

    asked = []
    while (found := prep("next", "kinds", "--json", now=at(21)).json) is not None:
        asked.append(found["id"])
        rate(found["id"], 4, at(21))

    assert asked == ["k-order", "k-typed", "k-match"]


# ── how much a day takes ──


@pytest.mark.parametrize(("clock", "new"), [("03:59", 0), ("04:00", 2)])
def test_the_days_new_cards_are_counted_up_to_the_rollover_hour(home, prep, rate, counts, clock, new):
    prep("config", "new_per_day", "2")
    rate("k-basic", 4, at(21, "23:00"))
    rate("k-choice", 4, at(22, "01:00"))

    assert counts(at(22, clock), "kinds") == (0, new, 0)


def test_the_rollover_hour_can_be_moved(home, prep, rate, counts):
    prep("config", "new_per_day", "1")
    prep("config", "rollover_hour", "0")
    rate("k-basic", 4, at(21, "23:59"))

    assert counts(at(21, "23:59"), "kinds") == (0, 0, 0)
    assert counts(at(22, "00:00"), "kinds") == (0, 1, 0)


def test_the_days_reviews_are_limited(home, prep, rate, counts):
    prep("config", "reviews_per_day", "2")
    prep("config", "new_per_day", "0")
    for card in ("k-basic", "k-choice", "k-typed"):
        rate(card, 4, at(1))

    assert counts(at(21), "kinds") == (2, 0, 0)
    rate("k-basic", 3, at(21))
    assert counts(at(21), "kinds") == (1, 0, 0)
    assert counts(at(22), "kinds") == (2, 0, 0)


def test_new_cards_stand_spread_between_reviews(home, prep, rate):
    prep("config", "new_per_day", "3")
    for card in ("k-basic", "k-choice", "k-multi"):
        rate(card, 4, at(1))
    kinds = []
    for _ in range(6):
        found = prep("next", "kinds", "--json", now=at(21)).json
        kinds.append("new" if found["due"] is None else "due")
        rate(found["id"], 4, at(21))

    assert kinds == ["due", "new", "due", "new", "due", "new"]


# ── time zones ──


def test_the_time_zone_of_the_settings_gives_rows_their_offset(home, prep, log):
    prep("config", "timezone", "America/New_York")
    prep("answer", "k-basic", "--rating", "4", now="2026-11-21T02:00:00+00:00")

    (row,) = log()
    assert row["at"] == "2026-11-20T21:00:00.000-05:00"


@pytest.mark.parametrize(
    ("zone", "due"), [("Asia/Shanghai", "2026-11-29T04:00"), ("America/New_York", "2026-11-28T04:00")]
)
def test_a_study_day_is_that_of_the_learners_own_zone(home, prep, zone, due):
    prep("config", "timezone", zone)

    told = prep("answer", "k-basic", "--rating", "4", "--json", now="2026-11-21T02:00:00+00:00").json

    assert told["due"].startswith(due)


def test_a_traveller_keeps_the_day_of_each_answer(home, prep, rate, counts):
    prep("config", "new_per_day", "1")
    rate("k-basic", 4, "2026-11-21T02:00:00+00:00")
    before = prep("show", "k-basic", "--json").json

    prep("config", "timezone", "America/New_York")

    after = prep("show", "k-basic", "--json").json
    assert (after["stability"], after["interval_days"]) == (before["stability"], before["interval_days"])
    assert after["due"] == "2026-11-28T15:00:00.000-05:00"
    assert after["history"] == before["history"]


def test_a_time_without_offset_is_in_the_zone_of_the_settings(home, prep, log):
    prep("answer", "k-basic", "--rating", "3", now="2026-11-21T09:00:00")

    assert log()[0]["at"] == "2026-11-21T09:00:00.000+08:00"


def test_no_day_is_lost_where_the_clocks_change(home, prep, rate):
    prep("config", "timezone", "Europe/Berlin")
    rate("k-basic", 4, "2026-10-24T12:00:00+02:00")

    shown = prep("show", "k-basic", "--json", now="2026-10-26T12:00:00+01:00").json

    assert shown["interval_days"] == 8
    told = rate("k-basic", 3, "2026-10-26T12:00:00+01:00")
    assert told["due"].endswith("T04:00:00.000+01:00")


# ── bury, suspend, undo ──


def test_a_buried_card_comes_back_when_the_next_study_day_starts(home, prep, counts):
    prep("quiz", "kinds", "--tag", "basic", lines=(":s",))

    assert counts(at(21, "23:59"), "kinds", "--tag", "basic") == (0, 0, 0)
    assert counts(at(22, "03:59"), "kinds", "--tag", "basic") == (0, 0, 0)
    assert counts(at(22, "04:00"), "kinds", "--tag", "basic") == (0, 1, 0)


def test_a_card_buried_after_midnight_comes_back_the_same_morning(home, prep, counts):
    prep("quiz", "kinds", "--tag", "basic", lines=(":s",), now=at(22, "01:00"))

    assert counts(at(22, "03:59"), "kinds", "--tag", "basic") == (0, 0, 0)
    assert counts(at(22, "04:00"), "kinds", "--tag", "basic") == (0, 1, 0)


def test_a_due_review_can_be_buried_too(home, prep, rate, counts):
    rate("k-basic", 4, at(1))
    prep("quiz", "kinds", "--tag", "basic", lines=(":s",), now=at(21))

    assert counts(at(21), "kinds", "--tag", "basic") == (0, 0, 0)
    assert counts(at(22), "kinds", "--tag", "basic") == (1, 0, 0)


def test_undo_brings_the_same_question_back(home, prep):
    before = prep("next", "kinds", "--tag", "choice", "--json").json
    prep("answer", "k-choice", "--text", "2")
    assert prep("next", "kinds", "--tag", "choice", "--json").json["options"] != before["options"]

    prep("history", "undo")

    assert prep("next", "kinds", "--tag", "choice", "--json").json == before


def test_undo_gives_back_the_memory_of_before(home, prep, rate):
    rate("k-basic", 4, at(1))
    before = prep("show", "k-basic", "--json", now=at(21)).json
    rate("k-basic", 1, at(21))

    prep("history", "undo")

    after = prep("show", "k-basic", "--json").json
    assert {**after, "history": before["history"]} == before
    assert [row["undone"] for row in after["history"]] == [False, True]


def test_undo_walks_back_answer_by_answer(home, prep, rate):
    for card in ("k-basic", "k-choice"):
        rate(card, 3, at(21))

    undone = [prep("history", "undo", "--json").json for _ in range(3)]

    assert [row and row["card"] for row in undone] == ["k-choice", "k-basic", None]
    assert prep("next", "kinds", "--json").json["counts"] == {"due": 0, "new": 7, "learning": 0}


def test_a_suspended_card_is_never_asked_until_it_is_unsuspended(home, prep, rate, counts):
    rate("k-basic", 4, at(1))
    prep("history", "suspend", "k-basic", "k-choice")
    assert counts(at(21), "kinds") == (0, 5, 0)

    prep("history", "unsuspend", "k-basic", "k-choice")

    assert counts(at(21), "kinds") == (1, 6, 0)


# ── cards and the log ──


def test_renamed_from_carries_the_history_over(home, prep, deck, rate, counts):
    deck("mine", plain("old"))
    rate("old", 4, at(1))

    deck("mine", plain("new-name", more=", renamed_from: [old]"))

    shown = prep("show", "new-name", "--json", now=at(21)).json
    assert (shown["state"], shown["reps"], [row["card"] for row in shown["history"]]) == ("review", 1, ["old"])
    assert counts(at(21), "mine") == (1, 0, 0)
    assert prep("history", "check", "--json").json["agreed"] is True


def test_a_card_that_was_taken_out_keeps_its_history(home, prep, deck, rate, counts):
    path = deck("mine", plain("gone"))
    rate("gone", 4, at(1))
    path.unlink()

    assert counts(at(21))[0] == 0
    shown = prep("show", "gone")
    assert shown.code == 0
    assert "note: gone: no deck holds this card now; its history is kept" in shown.err


def test_a_card_is_not_asked_straight_after_its_neighbour(home, prep, deck, rate):
    deck("mine", plain("a", more=", next: [b]") + plain("b", "c"))
    rate("a", 4, at(21))

    assert prep("next", "mine", "--json").json["id"] == "c"
    rate("c", 4, at(21))
    assert prep("next", "mine", "--json").json["id"] == "b"


def test_a_card_waits_until_what_it_needs_is_learned(home, prep, deck, rate, counts):
    deck("mine", plain("a") + plain("b", more=", needs: [a]"))
    assert counts(at(21), "mine") == (0, 1, 0)

    rate("a", 3, at(21))
    assert counts(at(21), "mine") == (0, 0, 1)

    rate("a", 3, at(21, "09:10"))
    assert counts(at(21, "09:10"), "mine") == (0, 1, 0)


def test_editing_a_card_keeps_its_history(home, prep, deck, rate):
    deck("mine", plain("a"))
    rate("a", 4, at(1))
    deck("mine", plain("a").replace("a?", "Said otherwise?"))

    shown = prep("show", "a", "--json").json

    assert (shown["question"], shown["reps"]) == ("Said otherwise?", 1)


def test_a_changed_setting_folds_the_log_anew(home, prep, rate):
    rate("k-basic", 4, at(1))
    before = prep("show", "k-basic", "--json").json["interval_days"]

    prep("config", "desired_retention", "0.8")

    assert prep("show", "k-basic", "--json").json["interval_days"] > before
    prep("config", "desired_retention", "default")
    assert prep("show", "k-basic", "--json").json["interval_days"] == before


def test_two_homes_with_the_same_rows_agree_in_everything(home, prep, rate, log, tmp_path, monkeypatch):
    prep("config", "fuzz", "true")
    for day in range(1, 20):
        for card in ("k-basic", "k-choice"):
            rate(card, 1 + seed_of(card, day) % 4, at(day))
    exported = prep("history", "export").out
    shown = [prep("show", card, "--json").json for card in ("k-basic", "k-choice")]

    monkeypatch.setenv("PREP_HOME", str(tmp_path / "other"))
    prep("config", "timezone", "Asia/Shanghai")
    (tmp_path / "other" / "decks").mkdir()
    (tmp_path / "other" / "decks" / "kinds.yaml").write_bytes((home / "decks" / "kinds.yaml").read_bytes())
    prep("history", "import", "-", lines=tuple(exported.splitlines()[::-1]))

    assert [prep("show", card, "--json").json for card in ("k-basic", "k-choice")] == shown
    assert prep("history", "export").out == exported


# ── today at a glance ──


def test_the_glance_of_a_new_learner_says_what_to_type(home, prep):
    lines = glance(prep, at(21))

    assert lines[:3] == [
        "Saturday, 21 November 2026",
        "  0 due, 10 new, 0 still being learned: about 5 min",
        "  streak: 0 days",
    ]
    assert any(line.startswith("  prep quiz ") for line in lines)


def test_the_streak_counts_study_days_in_a_row(home, prep, rate):
    for day, clock in ((18, "09:00"), (20, "09:00"), (21, "09:00"), (23, "03:00")):
        rate("k-basic", 3, at(day, clock))

    said = {now: glance(prep, now)[2] for now in (at(18), at(23, "03:30"), at(23), at(24, "03:59"), at(24))}

    assert said == {
        at(18): "  streak: 1 day",
        at(23, "03:30"): "  streak: 3 days",
        at(23): "  streak: 3 days",
        at(24, "03:59"): "  streak: 3 days",
        at(24): "  streak: 0 days",
    }


def test_an_undone_answer_makes_no_streak(home, prep, rate):
    rate("k-basic", 3, at(21))
    prep("history", "undo")

    assert glance(prep, at(21))[2] == "  streak: 0 days"


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2026-12-24", "in 33 days"),
        ("2026-11-22", "in 1 day"),
        ("2026-11-21", "today"),
        ("2026-11-20", "the day has passed"),
    ],
)
def test_the_glance_counts_the_days_to_the_interview(home, prep, date, said):
    prep("config", "interview", date)

    assert glance(prep, at(21))[3].startswith(f"  interview: {said}; ")
    assert "tell the day of the interview" not in "\n".join(glance(prep, at(21)))


def test_every_line_of_the_glance_is_indented_where_it_goes_on(home, prep, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    prep("config", "interview", "2026-12-24")

    assert [line for line in glance(prep, at(21))[1:] if line and not line.startswith("  ")] == []


def test_when_nothing_is_left_the_glance_offers_cramming(home, prep):
    prep("config", "new_per_day", "0")

    lines = glance(prep, at(21))

    assert lines[1] == "  nothing left for today"
    assert any("prep quiz --cram" in line for line in lines)


def test_the_glance_in_json_says_the_same(home, prep, rate):
    rate("k-basic", 1, at(21))

    assert json.loads(prep("--json", now=at(21)).out) == {
        "due": 0, "new": 9, "learning": 1, "minutes": 5, "streak": 1, "days_left": None, "readiness": None,
    }  # fmt: skip
