"""`prep search`: the decks as a reference book."""

import typer

from prep.cards.search import Hits, meant, snippet
from prep.cards.search import search as find
from prep.cards.searched import parts
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
            "nothing to search for", where=f"'{' '.join(words)}'", hint="give a word, `prep search CLOSE_WAIT`"
        )
    hits = find(learner.shelf, words, limit)
    if as_json:
        shown = [
            {"id": card.id, "deck": card.deck, "snippet": snippet(card, words, learner.lang), "cite": source(card)}
            for card in hits.cards
        ]
        say_json({"hits": shown, "total": hits.total, "missing": hits.missing})
    else:
        for card in hits.cards:
            say(f"{card.id} · {card.deck}", bold=True)
            say(f"  {snippet(card, words, learner.lang)}", indent="  ")
            say(f"  [{source(card)}]", indent="   ")
        _say_rest(learner, words, hits)
    if not hits.cards:
        raise typer.Exit(Exit.NO)


def _say_rest(learner: Learner, words: list[str], hits: Hits) -> None:
    """Beneath the cards: what was not found, what was perhaps meant, how many cards are not shown."""
    near = meant(learner.shelf, words) if hits.missing else None
    if not hits.cards:
        say(f"Nothing is found; {f'did you mean {near}?' if near else 'fewer or other words may help.'}")
    elif hits.missing:
        hint = f"did you mean {near}?" if near else "the cards above come closest."
        say(f"No card holds {', '.join(hits.missing)}; {hint}")
    if len(hits.cards) < hits.total:
        say(f"{len(hits.cards)} of {hits.total}; --limit shows more")
