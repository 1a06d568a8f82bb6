"""Bare `prep`: today at a glance, and what to type next."""

from dataclasses import asdict

from prep.cli.learner import Learner
from prep.cli.render import note_left_out, say, say_json
from prep.study.today import glance as look


def glance(as_json: bool) -> None:
    learner = Learner()
    now = learner.now()
    with learner.store() as store:
        today = look(store, learner.shelf, now, learner.settings.interview)
    if as_json:
        say_json(asdict(today))
        return
    note_left_out(learner.shelf.faults())
    left = today.due + today.new + today.learning
    say(f"{now:%A, %d %B %Y}", bold=True)
    if left:
        say(f"  {today.due} due, {today.new} new, {today.learning} still being learned: about {today.minutes} min")
    else:
        say("  nothing left for today")
    say(f"  streak: {today.streak} {'day' if today.streak == 1 else 'days'}")
    if today.days_left is not None:
        when = (
            "the day has passed"
            if today.days_left < 0
            else "today"
            if not today.days_left
            else f"in {today.days_left} {'day' if today.days_left == 1 else 'days'}"
        )
        say(
            f"  interview: {when}; recall expected on the day, if you stop now: {today.readiness:.0%} of all cards",
            indent="    ",
        )
    say()
    say(
        "  prep quiz          today's cards" if left else "  prep quiz --cram   practice that leaves the schedule alone"
    )
    if today.days_left is None:
        say("  prep config interview 2026-12-24   tell the day of the interview")
    say("  prep deck list     the decks       prep --help   all commands")
