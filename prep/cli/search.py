"""`prep search`: the decks as a reference book."""

import typer

from prep.cards.search import meant, parts, snippet
from prep.cards.search import search as find
from prep.cli.app import new_app
from prep.cli.learner import Learner
from prep.cli.render import say, say_json, source
from prep.errors import Exit, PrepError

app = new_app()


@app.command()
def search(
    words: list[str] = typer.Argument(..., metavar="WORDS...", help="In English or Chinese, in any order."),
    limit: int = typer.Option(20, "--limit", min=1, max=1000, help="At most so many cards."),
    as_json: bool = typer.Option(False, "--json", help="JSON."),
    lang: str | None = typer.Option(None, "--lang", help="en or zh."),
) -> None:
    """Search all cards in both languages, the best first; exit code 1 where nothing is found."""
    learner = Learner(lang)
    if not parts(" ".join(words)):
        raise PrepError(
            "nothing to search for", where=repr(" ".join(words)), hint="give a word, `prep search CLOSE_WAIT`"
        )
    cards, total = find(learner.shelf, words, limit)
    if as_json:
        hits = [
            {"id": card.id, "deck": card.deck, "snippet": snippet(card, words, learner.lang), "cite": source(card)}
            for card in cards
        ]
        say_json({"hits": hits, "total": total})
    for card in [] if as_json else cards:
        say(f"{card.id} · {card.deck}", bold=True)
        say(f"  {snippet(card, words, learner.lang)}", indent="  ")
        say(f"  [{source(card)}]", indent="   ")
    if len(cards) < total and not as_json:
        say(f"{len(cards)} of {total}; --limit shows more")
    if not cards:
        if not as_json:
            near = meant(learner.shelf, words)
            say(f"Nothing is found; {f'did you mean {near}?' if near else 'fewer or other words may help.'}")
        raise typer.Exit(Exit.NO)
