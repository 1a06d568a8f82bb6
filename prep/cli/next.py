"""`prep next`: the quiz one call a step. The question that the quiz would ask now."""

import typer

from prep.cli.app import new_app
from prep.cli.learner import Learner
from prep.cli.render import iso, note_left_out, options_json, question_text, say, say_json, say_question
from prep.study.memory import millis
from prep.study.session import ask, pick
from prep.study.today import deal

app = new_app()


@app.command("next")
def tell_next(
    decks: list[str] | None = typer.Argument(
        None, metavar="[DECK]...", help="Only these decks or study paths.", show_default=False
    ),
    tag: str | None = typer.Option(None, "--tag", help="Only cards with this tag."),
    count: bool = typer.Option(False, "--count", help="Only how many are left today, for a prompt."),
    as_json: bool = typer.Option(False, "--json", help="JSON; null when nothing is left."),
    lang: str | None = typer.Option(None, "--lang", help="en or zh."),
) -> None:
    """Tell the question that the quiz would ask now, without asking it."""
    learner = Learner(lang)
    now = learner.now()
    with learner.store() as store:
        hand = deal(store, learner.shelf, learner.chosen(decks or [], tag), now)
        if count:
            left = sum(hand.counts.values())
            say_json({"count": left, **hand.counts}) if as_json else typer.echo(left)
            return
        note_left_out(learner.shelf.faults())
        name = pick(hand, millis(now), learner.shelf.card)
        question = None if name is None else ask(learner.card(name), store.memory(name), learner.lang)
    if question is None:
        say_json(None) if as_json else say("Nothing is left for now.")
        return
    card = question.card
    if as_json:
        say_json(
            {
                "id": card.id,
                "deck": card.deck,
                "kind": card.kind,
                "ask": question_text(question.sheet),
                "options": options_json(question.sheet),
                "seed": question.sheet.seed,
                "due": iso(question.memory.due, now.tzinfo),
                "counts": hand.counts,
            }
        )
        return
    say(f"{card.id} ({card.kind})")
    say_question(question.sheet)
