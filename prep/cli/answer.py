"""`prep answer`: the quiz one call a step. Grades, writes the answer to disk, then prints."""

import typer

from prep.cards.card import Basic
from prep.cards.grading import Unreadable, Verdict, expected, grade, read
from prep.cli.app import new_app
from prep.cli.learner import Learner
from prep.cli.render import iso, say, say_json, say_right, say_verdict, span
from prep.errors import PrepError
from prep.study.memory import DAY_MS
from prep.study.session import Ask, ask

app = new_app()


@app.command()
def answer(
    name: str = typer.Argument(..., metavar="ID", help="The card."),
    rating: int | None = typer.Option(None, "--rating", min=1, max=4, help="1 Again, 2 Hard, 3 Good, 4 Easy."),
    text: str | None = typer.Option(None, "--text", help="The answer, as in line mode; empty: I don't know."),
    as_json: bool = typer.Option(False, "--json", help="JSON, printed once the answer is on disk."),
    lang: str | None = typer.Option(None, "--lang", help="en or zh."),
) -> None:
    """Answer a card: rate it yourself, or give the answer as text and let it be graded."""
    learner = Learner(lang)
    card = learner.card(name)
    now = learner.now()
    with learner.store() as store:
        question = ask(card, store.memory(name), learner.lang)
        judged = judge(question, text)
        chosen = rating or judged.rating
        if chosen is None:
            way = "--rating 1 to 4" if isinstance(card, Basic) else "--rating 1 to 4 or --text"
            raise PrepError("no rating", where=name, hint=f"give {way}")
        row = store.review(name, chosen, now, seed=question.sheet.seed)
        after = store.memory(name)
    due = iso(after.due, now.tzinfo)
    if as_json:
        say_json(
            {
                "id": name,
                "correct": judged.correct,
                "expected": judged.expected,
                "rating": chosen,
                "due": due,
                "state": after.state,
                "interval_days": after.interval_days,
                "row": row.id,
                "traps": [trap.why.say(learner.lang) for trap in judged.traps if trap.why],
            }
        )
        return
    if text is None and not isinstance(card, Basic):
        say_right(question.sheet)
    say_verdict(question.sheet, judged)
    wait = after.interval_days * DAY_MS if after.interval_days else (after.due or 0) - (after.last or 0)
    say(f"→ again in {span(wait)}")


def judge(question: Ask, text: str | None) -> Verdict:
    """The verdict on a text; on a card rated without one, only what is right."""
    if text is None:
        return Verdict(None, expected(question.sheet))
    if isinstance(question.card, Basic):
        raise PrepError("you grade this card yourself", where=question.card.id, hint="give --rating 1 to 4")
    try:
        return grade(question.sheet, read(question.sheet, text) if text.strip() else None)
    except Unreadable as why:
        raise PrepError(f"cannot be read as an answer: {why}", where=f"--text {text[:60]!r}") from None
