"""One sitting: the loop between the session, the log and the screen. Load → ask the session → show; every answer is on
disk before the next question shows."""

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import typer

from prep.cards.grading import grade
from prep.cli.asides import aside
from prep.cli.front import Key, Screen
from prep.cli.learner import Learner
from prep.cli.plain import Lines
from prep.cli.render import clock_time, colours, say, span
from prep.errors import Exit
from prep.study.memory import DAY_MS, day_starts, millis, study_day
from prep.study.session import Ask, Cram, Sitting, ask, pick
from prep.study.store import Store
from prep.study.today import Deal, deal, tomorrow

T = TypeVar("T")


def screen_for(plain: bool, over: Callable[[], bool] = lambda: False) -> Screen:
    """Keys at a terminal, lines everywhere else; `over` tells lines whether the time is over."""
    if plain or not sys.stdin.isatty() or not colours():  # keys need cursor codes
        return Lines(over)
    from prep.cli.ask import Keys

    return Keys()


class Sit:
    """One sitting: the loop between the session, the log and the screen."""

    def __init__(
        self, learner: Learner, store: Store, screen: Screen, sitting: Sitting, chosen: list[str], new: int | None
    ) -> None:
        self.learner, self.store, self.screen, self.sitting = learner, store, screen, sitting
        self.chosen, self.new = chosen, new
        self.done: list[tuple[Ask, int, str]] = []  # what `u` can undo: question, rating, id of the row
        self.stamp = learner.shelf.stamp()  # of the index that the chosen cards are from
        self.known: set[str] | None = None  # what there is now, where that has changed
        self.unrated: str | None = None  # the card whose answer was shown and is not rated yet

    def deal(self) -> Deal:
        new = None if self.new is None else self.new - len(self.sitting.introduced)
        return deal(self.store, self.learner.shelf, self.held(self.chosen), self.learner.now(), new)

    def held(self, names: Iterable[str]) -> list[str]:
        """Those that a deck still holds: decks may change while the quiz runs, and not by `e` alone."""
        stamp = self.learner.shelf.stamp()
        if stamp != self.stamp:
            self.stamp, self.known = stamp, set(self.learner.shelf.ids())
        known = self.known
        return [name for name in names if known is None or name in known]

    def run(self, sit: Callable[[], None], *, schedule: bool = True) -> None:
        """Sits through, and sums up at the end, also after Ctrl-C."""
        try:
            sit()
        except KeyboardInterrupt:
            say()
            self.summary(schedule)
            raise typer.Exit(Exit.INTERRUPTED) from None
        self.summary(schedule)

    def daily(self, otherwise: Callable[[], str | None] = lambda: None) -> None:
        """Today's cards, in the order of the session; `otherwise` gives more when these are done."""
        again: str | None = None  # the card whose answer was just undone
        while not self.sitting.over(self.learner.now()):
            hand = self.deal()
            name = again or pick(hand, millis(self.learner.now()), self.learner.shelf.card) or otherwise()
            if name is None:
                return
            again = None
            question = ask(self.learner.card(name), self.store.memory(name), self.learner.lang)
            left = hand.counts
            key = self.put(
                question, f"{question.card.deck} · {left['due']} due · {left['new']} new · {left['learning']} learning"
            )
            if key is Key.QUIT:
                return
            if key is Key.UNDO:
                again = next(iter(self.held(filter(None, (self.undo(), name)))), None)
            if key is Key.BURY:
                self.bury(question)

    def cram(self) -> None:
        settings = self.learner.settings
        cards = Cram(self.chosen, study_day(self.learner.now(), settings.rollover_hour))
        while not self.sitting.over(self.learner.now()):
            cards.left = self.held(cards.left)
            if (name := cards.next()) is None:
                return
            question = ask(self.learner.card(name), self.store.memory(name), self.learner.lang)
            rated: list[int] = []
            key = self.put(question, f"{question.card.deck} · cram · {len(cards.left)} left", keep=rated.append)
            if key is Key.QUIT:
                return
            if key is None:
                cards.rated(rated[0])
            elif key is Key.BURY:
                cards.left.pop(0)
            else:
                say("Cramming leaves no answers to undo.")

    def put(self, question: Ask, heading: str, keep: Callable[[int], None] | None = None) -> Key | None:
        """Asks one question through to its rating; the key where the learner did something else."""
        self.screen.question(question, heading)
        began = time.monotonic()
        given = self._until(question, False, lambda _: self.screen.answer(question))
        if isinstance(given, Key):
            return given
        seconds = round(time.monotonic() - began, 1)
        judged = grade(question.sheet, given)
        self.screen.reveal(question, given, judged)
        previews = {} if keep else self.store.scheduler.previews(question.memory, self.learner.now())
        self.unrated = None if keep else question.card.id
        rating = self._until(
            question, True, lambda refuted: self.screen.rate(question, replace(judged, refuted=refuted), previews)
        )
        if rating is not Key.QUIT:
            self.unrated = None
        if isinstance(rating, Key):
            return rating
        if keep is not None:
            keep(rating)
        else:
            if self.store.memory(question.card.id).reps != question.memory.reps:
                say("This card was answered elsewhere in the meantime; both answers count.")
            row = self.store.review(question.card.id, rating, self.learner.now(), seconds, question.sheet.seed)
            self.done.append((question, rating, row.id))
        self.sitting.count(question, rating)
        if keep is None:
            self._say_due(question)
        return None

    def _until(self, question: Ask, revealed: bool, prompt: Callable[[bool], T | Key]) -> T | Key:
        """Prompts until there is more than a look aside; the prompt is told whether a prediction was refuted so far."""
        hinted, refuted = 0, False
        while isinstance(given := prompt(refuted), Key) and given not in (Key.UNDO, Key.BURY, Key.QUIT):
            refuted |= aside(given, question, self.learner, revealed, hinted, self.screen.prefix)
            hinted += given is Key.HINT
        return given

    def _say_due(self, question: Ask) -> None:
        after = self.store.memory(question.card.id)
        wait = after.interval_days * DAY_MS if after.interval_days else (after.due or 0) - (after.last or 0)
        say(f"→ again in {span(wait)}", dim=True)

    def undo(self) -> str | None:
        if not self.done:
            say("Nothing to undo in this quiz; `prep history undo` goes further back.")
            return None
        question, rating, row = self.done.pop()
        self.store.undo(self.learner.now(), row)
        if rating:
            self.sitting.uncount(question, rating)
        say(f"Undone: {question.card.id}")
        return question.card.id

    def bury(self, question: Ask) -> None:
        name = question.card.id
        now, rollover = self.learner.now(), self.learner.settings.rollover_hour
        ends = day_starts(study_day(now, rollover) + 1, now, rollover)
        row = self.store.bury(name, now + timedelta(milliseconds=ends - millis(now)), now)
        self.done.append((question, 0, row.id))
        say(f"{name} is put off until tomorrow.")

    # ── the end ──

    def summary(self, schedule: bool) -> None:
        sitting = self.sitting
        say()
        if sitting.answered:
            share = f"{sitting.recalled} recalled, {sitting.answered - sitting.recalled} missed"
            say(f"{sitting.answered} {_plural('answer', sitting.answered)}: {share}.", bold=True)
        else:
            say("No answers this time.")
        if self.unrated is not None:
            say(f"{self.unrated} was not rated: that answer is not on disk.")
        for title, names in (("New", sitting.introduced if schedule else []), ("To look at again", sitting.missed)):
            if names:
                say(f"{title}: {', '.join(names)}", indent="  ")
        if not schedule:
            say("The schedule was not touched.")
            return
        now = self.learner.now()
        hand = self.deal()
        if hand.due or hand.fresh:
            say(f"Left today: {len(hand.due)} due, {len(hand.fresh)} new. `prep quiz` goes on.")
        elif hand.steps:
            at = clock_time(hand.steps[0].due or 0, now.tzinfo)
            still = f"{len(hand.steps)} {_plural('card', len(hand.steps))} still being learned"
            say(f"Later today: {still}, the first at {at}.")
        else:
            say(f"Nothing is left for today{self._left_out(now)}{self._suspended()}.")
        due, new = tomorrow(self.store, self.learner.shelf, self.held(self.chosen), now)
        say(f"Tomorrow: {due} due, {new} new.")

    def _left_out(self, now: datetime) -> str:
        """What the day would still take of new cards, had `--new` not said otherwise."""
        if self.new is None or self.new == self.sitting.limit:  # a drill may introduce as many as it asks
            return ""
        count = len(deal(self.store, self.learner.shelf, self.held(self.chosen), now).fresh)
        return f" but {count} new {_plural('card', count)}, which --new {self.new} leaves out" if count else ""

    def _suspended(self) -> str:
        """How many of the chosen cards are suspended, and so no card of any day."""
        chosen = set(self.held(self.chosen))
        count = sum(memory.suspended and memory.card in chosen for memory in self.store.memories())
        return f"; {count} {_plural('card', count)} {'is' if count == 1 else 'are'} suspended" if count else ""


def _plural(word: str, count: int) -> str:
    return word if count == 1 else word + "s"
