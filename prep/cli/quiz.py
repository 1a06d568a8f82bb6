"""`prep quiz`: today's cards."""

from datetime import timedelta

import typer

from prep.cli.app import new_app
from prep.cli.learner import Learner
from prep.cli.render import note, note_left_out
from prep.cli.sit import Sit, screen_for
from prep.study.session import Sitting

app = new_app()


@app.command()
def quiz(
    decks: list[str] | None = typer.Argument(
        None, metavar="[DECK]...", help="Only these decks or study paths.", show_default=False
    ),
    tag: str | None = typer.Option(None, "--tag", help="Only cards with this tag."),
    limit: int | None = typer.Option(None, "--limit", min=1, max=100_000, help="Stop after so many answers."),
    new: int | None = typer.Option(None, "--new", min=0, max=9999, help="New cards to introduce in this quiz."),
    minutes: int | None = typer.Option(None, "--minutes", min=1, max=1440, help="Stop after so many minutes."),
    cram: bool = typer.Option(False, "--cram", help="Practise all chosen cards; the schedule is not touched."),
    plain: bool = typer.Option(False, "--plain", help="Plain lines instead of keys, also for screen readers."),
    lang: str | None = typer.Option(None, "--lang", help="en or zh."),
) -> None:
    """Ask today's cards. Every answer is on disk before the next question shows."""
    learner = Learner(lang)
    chosen = learner.chosen(decks or [], tag)
    note_left_out(learner.shelf.faults())
    now = learner.now()
    sitting = Sitting(limit, now + timedelta(minutes=minutes) if minutes else None)
    screen = screen_for(plain, lambda: sitting.over(learner.now()))
    with learner.store() as store:
        last = store.last_review()
        if last is not None and last.at > now + timedelta(minutes=1):
            note(f"the clock says {now:%Y-%m-%d %H:%M}, but you answered at {last.at:%Y-%m-%d %H:%M}; is it right?")
        sit = Sit(learner, store, screen, sitting, chosen, new)
        sit.run(sit.cram if cram else sit.daily, schedule=not cram)
