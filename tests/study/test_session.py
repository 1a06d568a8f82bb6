"""Which card comes next, what a day holds, and what a sitting counts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.cards.card import Basic, Card, Choice, Option, Text
from prep.cards.grading import grade
from prep.cards.index import Index
from prep.cards.shelf import open_shelf, own_decks
from prep.config import Settings
from prep.study.memory import Memory, millis
from prep.study.session import EARLY_MS, Cram, Sitting, ask, gives_away, pick
from prep.study.store import Store
from prep.study.today import Deal, deal, glance, streak, tomorrow

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NOW_MS = millis(NOW)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SHANGHAI, CALIFORNIA = timezone(timedelta(hours=8)), timezone(timedelta(hours=-8))

CARD = "  - {{id: {}, kind: basic, difficulty: 1, tags: [t], q: q, a: a, cite: [{{src: RFC 9293}}]{}}}\n"


def hand(**changes: Any) -> Deal:
    return replace(Deal((), (), (), 0, 0, None), **changes)


def learning(card: str, due_in: int) -> Memory:
    return Memory(card, "learning", 0, 2.0, 5.0, NOW_MS + due_in, NOW_MS, 1, reps=1)


def no_card(name: str) -> Card | None:
    return None


def basic(name: str, **changes: Any) -> Card:
    return Basic(id=name, deck="d", difficulty=1, tags=(), q=Text("q"), a=Text("a"), **changes)


def fetching(*cards: Card) -> Any:
    return {card.id: card for card in cards}.get


def played(first: Deal) -> list[str]:
    """The whole day, dealt anew after each answer."""
    order, now = [], first
    while (name := pick(now, NOW_MS, no_card)) is not None:
        order.append(name)
        due, fresh = (tuple(card for card in cards if card != name) for cards in (now.due, now.fresh))
        more_new, more_reviews = len(now.fresh) - len(fresh), len(now.due) - len(due)
        now = replace(
            now,
            steps=tuple(memory for memory in now.steps if memory.card != name),
            due=due,
            fresh=fresh,
            introduced=now.introduced + more_new,
            reviewed=now.reviewed + more_reviews,
        )
    return order


# ── order ──


def test_steps_that_are_due_come_first_then_reviews_then_early_steps() -> None:
    steps = (learning("late", -5), learning("now", 0), learning("soon", 1))
    assert played(hand(steps=steps, due=("r1", "r2"))) == ["late", "now", "r1", "r2", "soon"]


@pytest.mark.parametrize(("wait", "asked"), [(1, "s"), (EARLY_MS, "s"), (EARLY_MS + 1, None)])
def test_a_step_comes_early_within_twenty_minutes_only(wait: int, asked: str | None) -> None:
    assert EARLY_MS == 20 * 60 * 1000
    assert pick(hand(steps=(learning("s", wait),)), NOW_MS, no_card) == asked


@pytest.mark.parametrize("rest", [{"due": ("r",)}, {"fresh": ("n",)}])
def test_no_step_comes_early_while_something_else_is_left(rest: dict[str, Any]) -> None:
    assert pick(hand(steps=(learning("s", 1),), **rest), NOW_MS, no_card) in ("r", "n")


def test_nothing_left_is_the_end() -> None:
    assert pick(hand(), NOW_MS, no_card) is None


@pytest.mark.parametrize(
    ("reviews", "news", "order"),
    [
        (0, 2, "nn"),
        (3, 0, "rrr"),
        (2, 2, "rnrn"),
        (4, 2, "rnrrnr"),
        (6, 2, "rnrrrnrr"),
        (1, 3, "rnnn"),
        (2, 4, "rnnrnn"),
    ],
)
def test_new_cards_are_spread_between_the_reviews(reviews: int, news: int, order: str) -> None:
    full = hand(due=tuple(f"r{n}" for n in range(reviews)), fresh=tuple(f"n{n}" for n in range(news)))
    found = played(full)
    assert "".join(name[0] for name in found) == order
    assert [name for name in found if name[0] == "r"] == list(full.due)
    assert [name for name in found if name[0] == "n"] == list(full.fresh)


@given(st.integers(0, 60), st.integers(0, 40))
@settings(deadline=None)
def test_both_come_to_their_ends_together(reviews: int, news: int) -> None:
    done = {"r": 0, "n": 0}
    for name in played(hand(due=tuple(f"r{n}" for n in range(reviews)), fresh=tuple(f"n{n}" for n in range(news)))):
        done[name[0]] += 1
        ahead = done["n"] * reviews - done["r"] * news
        assert -news <= ahead <= reviews or reviews == 0
    assert done == {"r": reviews, "n": news}


def test_a_day_begun_elsewhere_goes_on_with_its_spread() -> None:
    begun = hand(due=("r3", "r4"), fresh=("n2",), introduced=0, reviewed=2)
    assert pick(begun, NOW_MS, no_card) == "n2"
    assert pick(replace(begun, introduced=2, reviewed=0), NOW_MS, no_card) == "r3"


# ── neighbours ──

A_NEXT_B = (basic("a", next=("b",)), basic("b"), basic("c"))
B_NEEDS_A = (basic("a"), basic("b", needs=("a",)), basic("c"))


@pytest.mark.parametrize("cards", [A_NEXT_B, B_NEEDS_A], ids=["next", "needs"])
@pytest.mark.parametrize(("last", "neighbour"), [("a", "b"), ("b", "a")])
def test_a_card_is_not_asked_straight_after_its_neighbour(cards: tuple[Card, ...], last: str, neighbour: str) -> None:
    fetch = fetching(*cards)
    assert pick(hand(due=(neighbour, "c"), last=last), NOW_MS, fetch) == "c"
    assert pick(hand(due=(neighbour, "c"), last="c"), NOW_MS, fetch) == neighbour


def test_a_step_that_is_due_waits_too_while_its_neighbour_was_last() -> None:
    steps = (learning("b", -1), learning("c", 60_000))
    assert pick(hand(steps=steps, last="a"), NOW_MS, fetching(*A_NEXT_B)) == "c"


@pytest.mark.parametrize("left", [{"due": ("b",)}, {"fresh": ("b",)}, {"steps": (learning("b", 5),)}])
def test_a_neighbour_is_asked_when_nothing_else_is_left(left: dict[str, Any]) -> None:
    assert pick(hand(last="a", **left), NOW_MS, fetching(*A_NEXT_B)) == "b"


def test_a_step_too_far_away_is_no_reason_to_hold_a_neighbour_back() -> None:
    steps = (learning("c", EARLY_MS + 1),)
    assert pick(hand(steps=steps, due=("b",), last="a"), NOW_MS, fetching(*A_NEXT_B)) == "b"


def test_a_last_card_that_no_deck_holds_keeps_nothing_back() -> None:
    assert pick(hand(due=("b",), last="gone"), NOW_MS, fetching(*A_NEXT_B)) == "b"
    assert not gives_away(A_NEXT_B[0], "gone", fetching(*A_NEXT_B))


# ── a sitting ──


def question(name: str, state: str = "review") -> Any:
    return ask(basic(name), Memory(name, state), "en")


def test_a_sitting_counts_what_was_done() -> None:
    sitting = Sitting()
    for name, state, rating in [("a", "new", 3), ("b", "review", 1), ("b", "relearning", 1), ("c", "review", 2)]:
        sitting.count(question(name, state), rating)
    assert (sitting.answered, sitting.recalled) == (4, 2)
    assert (sitting.introduced, sitting.missed) == (["a"], ["b"])


ANSWERS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["new", "review"]), st.integers(1, 4)))


@given(ANSWERS, ANSWERS)
@settings(deadline=None)
def test_uncount_takes_back_exactly_what_count_did(before: list[Any], after: list[Any]) -> None:
    plain, undone = Sitting(), Sitting()
    for name, state, rating in before:
        plain.count(question(name, state), rating)
    for name, state, rating in before + after:
        undone.count(question(name, state), rating)
    for name, state, rating in reversed(after):
        undone.uncount(question(name, state), rating)
    assert (plain.answered, plain.recalled) == (undone.answered, undone.recalled)
    assert set(plain.missed) == set(undone.missed)
    assert sorted(plain.introduced) == sorted(undone.introduced)


def test_a_sitting_ends_at_its_limit_or_its_time() -> None:
    sitting = Sitting(limit=2, ends=NOW + MINUTE)
    assert not sitting.over(NOW)
    assert sitting.over(NOW + MINUTE)
    for _ in range(2):
        sitting.count(question("a"), 3)
    assert sitting.over(NOW)
    assert not Sitting().over(NOW)
    assert Sitting(limit=0).over(NOW)


def options(reps: int, lang: str = "en") -> list[str]:
    texts = tuple(Option(Text(word), right=word == "a") for word in "abcdef")
    card = Choice(id="c", deck="d", difficulty=1, tags=(), q=Text("q"), choices=texts)
    return ask(card, Memory("c", reps=reps), lang).sheet.options


def test_a_card_at_the_same_number_of_reviews_is_put_in_the_same_way() -> None:
    assert options(3) == options(3) == options(3, "zh")
    assert len({tuple(options(reps)) for reps in range(30)}) > 20


def test_a_verdict_is_that_of_grading() -> None:
    card = Choice(
        id="c", deck="d", difficulty=1, tags=(), q=Text("q"), choices=(Option(Text("a"), True), Option(Text("b")))
    )
    asked = ask(card, Memory("c"), "en")
    assert [grade(asked.sheet, (place,)).correct for place in (0, 1)] == [text == "a" for text in asked.sheet.options]
    assert grade(asked.sheet, None).correct is False


# ── cram ──


def test_cram_asks_every_card_once_when_all_are_known() -> None:
    cram, asked = Cram(list("abcdefgh"), 1), []
    while (name := cram.next()) is not None:
        asked.append(name)
        cram.rated(3)
    assert sorted(asked) == list("abcdefgh")


def test_cram_repeats_what_was_missed_until_it_is_right() -> None:
    cram, asked = Cram(list("abcdefgh"), 1), []
    while (name := cram.next()) is not None:
        asked.append(name)
        cram.rated(1 if asked.count(name) < 3 and name in "ab" else 2)
    assert {name: asked.count(name) for name in "abc"} == {"a": 3, "b": 3, "c": 1}
    first, second = [at for at, name in enumerate(asked) if name == "a"][:2]
    assert 1 <= second - first <= 6


def test_a_missed_card_that_is_alone_comes_again_at_once() -> None:
    cram = Cram(["a"], 1)
    cram.rated(1)
    assert cram.next() == "a"


def test_cram_has_an_order_of_its_own_each_day() -> None:
    cards = list("abcdefgh")
    assert Cram(cards, 1).left == Cram(cards[::-1], 1).left
    assert len({tuple(Cram(cards, day).left) for day in range(20)}) > 15


# ── the deal of a day, with decks and a log ──


def write_deck(home: Path, **cards: str) -> None:
    """A deck of basic cards: name → further keys."""
    own_decks(home).mkdir(exist_ok=True)
    text = "".join(CARD.format(name, f", {more}" if more else "") for name, more in cards.items())
    (own_decks(home) / "mine.yaml").write_text(f"deck: {{id: mine, title: Mine}}\ncards:\n{text}", "utf-8")


class Desk:
    """A learner's home with a deck of six cards, `c6` needing `c1`."""

    def __init__(self, home: Path, **changes: Any) -> None:
        write_deck(home, c1="", c2="", c3="", c4="", c5="", c6="needs: [c1]")
        self.shelf: Index = open_shelf(home)
        self.store = Store(home, Settings(**changes))
        self.chosen = self.shelf.ids(["mine"])

    def deal(self, now: datetime = NOW, new: int | None = None) -> Deal:
        return deal(self.store, self.shelf, self.chosen, now, new)

    def learn(self, card: str, at: datetime = NOW - DAY) -> None:
        self.store.review(card, 4, at)


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    found = Desk(tmp_path, **getattr(request, "param", {}))
    yield found
    found.store.db.close()
    found.shelf.db.close()


def with_settings(**changes: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("desk", [changes], indirect=True, ids=[""])


def test_a_first_day_deals_new_cards_in_teaching_order(desk: Desk) -> None:
    assert desk.deal() == hand(fresh=("c1", "c2", "c3", "c4", "c5"))
    assert desk.deal().counts == {"due": 0, "new": 5, "learning": 0}


@with_settings(new_per_day=3)
def test_the_day_takes_so_many_new_cards_and_no_more(desk: Desk) -> None:
    desk.store.review("c1", 3, NOW)
    desk.store.review("c2", 3, NOW)
    assert desk.deal(NOW + MINUTE).fresh == ("c3",)
    desk.store.review("c3", 3, NOW)
    assert desk.deal(NOW + MINUTE).fresh == ()
    assert desk.deal(NOW + MINUTE, new=2).fresh == ("c4", "c5")
    assert desk.deal(NOW + DAY).fresh == ("c4", "c5")  # c6 waits for c1, which is in its steps


@with_settings(new_per_day=0, reviews_per_day=2)
def test_the_day_takes_so_many_reviews_and_no_more(desk: Desk) -> None:
    for card in ("c1", "c2", "c3"):
        desk.learn(card)
    later = NOW + 30 * DAY
    first, second = desk.deal(later).due
    desk.store.review(first, 3, later)
    assert desk.deal(later + MINUTE).due == (second,)
    desk.store.review(second, 3, later)
    assert desk.deal(later + MINUTE).due == ()
    assert len(desk.deal(later + DAY).due) == 1


def test_a_card_of_a_fresh_rating_again_counts_as_one_introduction(desk: Desk) -> None:
    for _ in range(3):
        desk.store.review("c1", 1, NOW)
    dealt = desk.deal(NOW + MINUTE)
    assert (dealt.introduced, dealt.reviewed, dealt.last) == (1, 0, "c1")
    assert dealt.counts == {"due": 0, "new": 4, "learning": 1}


def test_needs_hold_a_card_back_until_they_are_learned(desk: Desk) -> None:
    assert "c6" not in desk.deal().fresh
    desk.store.review("c1", 3, NOW)
    assert "c6" not in desk.deal(NOW + MINUTE).fresh
    desk.store.review("c1", 3, NOW + 10 * MINUTE)
    assert desk.store.memory("c1").state == "review"
    assert "c6" in desk.deal(NOW + 11 * MINUTE).fresh


def test_a_lapsed_need_counts_as_learned(desk: Desk) -> None:
    desk.learn("c1")
    desk.store.review("c1", 1, NOW)
    assert desk.store.memory("c1").state == "relearning"
    assert "c6" in desk.deal(NOW + MINUTE).fresh


def test_a_suspended_need_holds_nothing_back(desk: Desk) -> None:
    desk.store.suspend("c1", True, NOW)
    assert desk.deal().fresh == ("c2", "c3", "c4", "c5", "c6")


def test_a_need_outside_the_chosen_cards_holds_nothing_back(desk: Desk) -> None:
    assert deal(desk.store, desk.shelf, ["c6"], NOW).fresh == ("c6",)


def test_what_is_not_chosen_is_not_dealt(desk: Desk) -> None:
    desk.learn("c1")
    desk.store.review("c2", 1, NOW)
    later = NOW + 30 * DAY
    dealt = deal(desk.store, desk.shelf, ["c3"], later)
    assert (dealt.steps, dealt.due, dealt.fresh) == ((), (), ("c3",))


def test_a_buried_card_is_away_until_the_time_said(desk: Desk) -> None:
    desk.store.bury("c1", NOW + DAY, NOW)
    assert desk.deal().fresh[0] == "c2"
    assert desk.deal(NOW + DAY).fresh[0] == "c1"


def test_a_quiz_of_a_day_asks_each_card_until_it_is_learned(desk: Desk) -> None:
    asked, now = [], NOW
    while (name := pick(desk.deal(now), millis(now), desk.shelf.card)) is not None:
        asked.append(name)
        desk.store.review(name, 3, now)
        now += MINUTE
    assert asked[:6] == ["c1", "c2", "c3", "c4", "c5", "c1"]  # ten-minute steps, early
    assert sorted(asked) == sorted(2 * desk.chosen)
    assert {memory.state for memory in desk.store.memories()} == {"review"}


# ── at a glance ──


def test_a_streak_counts_study_days_in_a_row(desk: Desk) -> None:
    assert streak(desk.store, NOW) == 0
    for days in (5, 3, 2, 1):
        desk.store.review("c1", 3, NOW - days * DAY)
        desk.store.review("c2", 3, NOW - days * DAY)
    assert streak(desk.store, NOW) == 3  # up to yesterday, as today has none yet
    desk.store.review("c1", 3, NOW)
    assert streak(desk.store, NOW) == 4
    assert streak(desk.store, NOW + DAY) == 4
    assert streak(desk.store, NOW + 2 * DAY) == 0


def test_a_streak_breaks_at_the_rollover_not_at_midnight(desk: Desk) -> None:
    night = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)  # still the study day of the 20th
    desk.store.review("c1", 3, night - DAY)
    desk.store.review("c1", 3, night)
    desk.store.review("c1", 3, night + 2 * DAY)
    assert streak(desk.store, night) == 2
    assert streak(desk.store, night + 2 * DAY) == 1


def test_an_answer_that_was_undone_is_no_day_of_a_streak(desk: Desk) -> None:
    desk.store.review("c1", 3, NOW - DAY)
    desk.store.review("c1", 3, NOW)
    desk.store.undo(NOW)
    assert streak(desk.store, NOW) == 1


@pytest.mark.parametrize(
    ("answers", "now", "days"),
    [
        ([(20, 20, SHANGHAI), (21, 10, SHANGHAI)], (20, 20, CALIFORNIA), 2),
        ([(19, 20, SHANGHAI), (20, 20, SHANGHAI), (20, 18, CALIFORNIA)], (20, 20, CALIFORNIA), 2),
        ([(19, 20, CALIFORNIA), (21, 20, SHANGHAI)], (21, 21, SHANGHAI), 1),
    ],
    ids=["west", "west, answering", "east over a day"],
)
def test_a_streak_goes_by_the_day_where_the_learner_was(desk: Desk, answers: list[Any], now: Any, days: int) -> None:
    for day, hour, zone in answers:
        desk.store.review("c1", 3, datetime(2026, 11, day, hour, tzinfo=zone))
    assert streak(desk.store, datetime(2026, 11, now[0], now[1], tzinfo=now[2])) == days


@with_settings(new_per_day=2)
def test_tomorrow_counts_reviews_and_new_cards(desk: Desk) -> None:
    assert tomorrow(desk.store, desk.shelf, desk.chosen, NOW) == (0, 2)
    desk.learn("c1", NOW - 7 * DAY)
    due = datetime.fromtimestamp((desk.store.memory("c1").due or 0) / 1000, UTC)
    assert tomorrow(desk.store, desk.shelf, desk.chosen, due - DAY) == (1, 2)
    assert tomorrow(desk.store, desk.shelf, desk.chosen, due - 2 * DAY) == (0, 2)
    assert tomorrow(desk.store, desk.shelf, ["c1"], due - DAY) == (1, 0)


@with_settings(reviews_per_day=2)
def test_tomorrow_keeps_to_the_limits_of_a_day(desk: Desk) -> None:
    for card in desk.chosen:
        desk.learn(card)
    assert tomorrow(desk.store, desk.shelf, desk.chosen, NOW + 60 * DAY) == (2, 0)


def test_a_glance_says_what_today_holds(desk: Desk) -> None:
    desk.learn("c1", NOW - 30 * DAY)
    desk.store.review("c2", 1, NOW)
    seen = glance(desk.store, desk.shelf, NOW, date(2026, 12, 24))
    assert (seen.due, seen.new, seen.learning) == (1, 9, 1)
    assert (seen.streak, seen.days_left) == (1, 33)
    assert seen.minutes == 5  # 20 answers of 15 seconds
    assert seen.readiness is not None
    assert 0 < seen.readiness < 2 / len(desk.shelf.ids())


def test_a_glance_goes_by_the_pace_of_the_learner(desk: Desk) -> None:
    desk.store.review("c1", 4, NOW, seconds=61.0)
    desk.store.review("c2", 4, NOW, seconds=59.0)
    assert glance(desk.store, desk.shelf, NOW, None).minutes == 16  # eight new cards, each twice
    assert glance(desk.store, desk.shelf, NOW, None).readiness is None
    assert glance(desk.store, desk.shelf, NOW, None).days_left is None
