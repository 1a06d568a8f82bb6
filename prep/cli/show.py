"""`prep show`: a card, its memory, its history, its source, its proof."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import typer

from prep.cards.card import Card, Choice, Match, Option, Order, Proof
from prep.cards.grading import Sheet, Verdict, blanked, expected
from prep.cards.proof import claims
from prep.cli.app import many, new_app
from prep.cli.batch import answer_lines
from prep.cli.learner import Learner
from prep.cli.render import (
    RATINGS,
    iso,
    note,
    say,
    say_json,
    say_points,
    say_question,
    say_right,
    say_traps,
    say_verdict,
    source,
)
from prep.errors import PrepError
from prep.study.log import Bury, Review, Row, Suspend, to_json
from prep.study.memory import Memory, study_day
from prep.study.session import ask
from prep.study.store import Store
from prep.text import Both, clip, visible

app = new_app()


@app.command()
def show(
    name: str = typer.Argument(..., metavar="ID", help="The card; - reads ids, one a line."),
    as_json: bool = typer.Option(False, "--json", help="JSON."),
    lang: str | None = typer.Option(None, "--lang", help="en or zh."),
) -> None:
    """Show a card: question, answer, source and proof, and what you remember of it."""
    learner = Learner(lang)
    with learner.store() as store:
        if name == "-":
            answer_lines(lambda line: look(learner, store, line.strip()).json(learner.lang))
            return
        seen = look(learner, store, name)
    if as_json:
        say_json(seen.json(learner.lang))
        return
    if seen.card is None:
        note(f"{name}: no deck holds this card now; its history is kept")
    else:
        page(seen.card, learner, seen.memory)
    say()
    say(remembered(seen.memory, seen.zone, seen.recall))
    for row in seen.rows:
        say(f"  {row.at:%Y-%m-%d %H:%M}  {told(row)}{' (undone)' if row.id in seen.undone else ''}")


@dataclass(frozen=True)
class Seen:
    """A card and all that the log knows of it; the card is None where only its history is left."""

    card: Card | None
    memory: Memory
    recall: float | None
    rows: list[Row]
    undone: set[str]
    zone: tzinfo | None

    def json(self, lang: str) -> dict[str, Any]:
        return {
            **memory_json(self.memory, self.zone, self.recall),
            **(card_json(ask(self.card, self.memory, lang).sheet) if self.card else GONE),
            "history": [{**to_json(row), "undone": row.id in self.undone} for row in self.rows],
        }


def look(learner: Learner, store: Store, name: str) -> Seen:
    """Raises PrepError for an id that neither a deck nor the log knows."""
    rows = list(store.rows(name))
    card = learner.shelf.card(name) if rows else learner.card(name)
    memory, now = store.memory(name), learner.now()
    recall = store.scheduler.retrievability(memory, study_day(now, learner.settings.rollover_hour))
    return Seen(card, memory, recall, rows, store.undone(), now.tzinfo)


def memory_json(memory: Memory, zone: tzinfo | None, recall: float | None) -> dict[str, Any]:
    return {
        "id": memory.card,
        "state": memory.state,
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "due": iso(memory.due, zone),
        "last_review": iso(memory.last, zone),
        "interval_days": memory.interval_days,
        "step": memory.step,
        "reps": memory.reps,
        "lapses": memory.lapses,
        "retrievability": recall,
        "suspended": memory.suspended,
        "buried_until": iso(memory.buried_until, zone),
    }


TEXTS = (
    "deck",
    "kind",
    "card_difficulty",
    "question",
    "ask",
    "seed",
    "options",
    "expected",
    "answer",
    "hint",
    "platform",
)
LISTS = ("tags", "points", "wrong", "cite", "proof", "next", "needs", "seeds")
GONE: dict[str, Any] = {**dict.fromkeys(TEXTS), **{key: [] for key in LISTS}}  # of a card that no deck holds


def card_json(sheet: Sheet) -> dict[str, Any]:
    """The card as its deck has it; `ask`, `seed`, `options` and `expected` as it would be asked now, the options in the
    order in which `prep answer --text` counts them. `difficulty` is a key of the memory."""
    card, lang = sheet.card, sheet.lang
    options = [card.options[place] for place in sheet.order] if isinstance(card, Choice) else None
    return {
        "deck": card.deck,
        "kind": card.kind,
        "tags": list(card.tags),
        "card_difficulty": card.difficulty,
        "question": card.q.say(lang),
        "ask": sheet.ask,
        "seed": sheet.seed,
        "options": options and [{**_trap(option, lang), "right": option.right} for option in options],
        "expected": expected(sheet),
        "answer": card.a.say(lang) if card.a else None,
        "points": [point.say(lang) for point in card.points],
        "wrong": [_trap(option, lang) for option in card.wrong],
        "hint": card.hint.say(lang) if card.hint else None,
        "cite": [str(cite) for cite in card.cite],
        "proof": [_proof(proof) for proof in card.proof],
        "next": list(card.next),
        "needs": list(card.needs),
        "platform": card.platform,
        "seeds": list(card.seeds),
    }


def _trap(option: Option, lang: str) -> dict[str, Any]:
    return {"text": option.text.say(lang), "why": option.why.say(lang) if option.why else None}


def _proof(proof: Proof) -> dict[str, Any]:
    if proof.run is not None:
        return {"run": proof.run, "gives": proof.gives}
    return {"lab": proof.lab, "holds": list(proof.holds)}


def page(card: Card, learner: Learner, memory: Memory) -> None:
    """The card as a page of a reference book: question, answer, points, traps, source, proof, what comes next."""
    lang = learner.lang
    say(f"{card.id} · {card.deck} · {card.kind} · {', '.join(card.tags)}", dim=True)
    sheet: Sheet = ask(card, memory, lang).sheet
    say_question(sheet)
    say()
    if isinstance(card, Order | Match):
        say_right(sheet)
    elif card.kind != "basic":
        say(f"answer: {expected(sheet)}", indent="  ")
    say_verdict(sheet, Verdict(None, ""))
    say_points(card, lang)
    say_traps(card, lang)
    say(f"source: {source(card)}", indent="  ")
    for proof in card.proof:
        command = proof.run or f"lab run {proof.lab}"
        typer.echo(visible(f"proof: prep {command}"))  # on one line, to be copied
        for line in claims(proof.gives) if proof.run else _facts(proof, lang):
            say(f"  {line}", indent="    ")
    for name in card.next:
        asked = learner.shelf.card(name)
        question = f": {clip(' '.join(blanked(asked.q.say(lang)).split()), 120)}" if asked else ""
        say(f"next: {name}{question}", indent="  ")


def _facts(proof: Proof, lang: str) -> list[str]:
    """What a lab must show, in its own words; only the fields where there is no such lab or fact."""
    from prep.labs.registry import find

    try:
        facts = {fact.field: fact for fact in find(proof.lab or "").facts}
    except PrepError:
        facts = {}
    said = {field: Both(facts[field].en, facts[field].zh).say(lang) for field in proof.holds if field in facts}
    return [f"{field}: {said[field]}" if field in said else field for field in proof.holds]


def remembered(memory: Memory, zone: tzinfo | None, recall: float | None) -> str:
    state = ", suspended" if memory.suspended else ""
    if memory.state == "new":
        return f"never answered{state}"
    parts = [
        f"{memory.state}{state}, due {str(iso(memory.due, zone))[:16].replace('T', ' ')}",
        f"stability {memory.stability:.1f} d, difficulty {memory.difficulty:.1f} of 10",
        f"recall now {recall:.0%}, {many(memory.reps, 'answer')}, {many(memory.lapses, 'lapse')}",
    ]
    return "; ".join(parts)


def told(row: Row) -> str:
    match row:
        case Review():
            return f"{row.rating} {RATINGS[row.rating]}" + (
                f" after {row.seconds:.0f} s" if row.seconds is not None else ""
            )
        case Bury():
            return f"put off until {row.bury_until:%Y-%m-%d %H:%M}"
        case Suspend():
            return "suspended" if row.suspend else "unsuspended"
    raise PrepError("a row of an unknown kind", where=row.id)
