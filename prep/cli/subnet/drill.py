"""`prep subnet drill`: practice that feeds the same memories as the quiz, or a paper from a seed that feeds none."""

from typing import Any

from prep.cards.card import Generate, Numeric, Text
from prep.cards.drill import Dice, drills
from prep.cards.drilldeck import SUBNET, deck_of
from prep.cards.grading import sheet
from prep.cli.front import Key
from prep.cli.learner import Learner
from prep.cli.render import say_json
from prep.cli.sit import Sit, screen_for
from prep.errors import PrepError, did_you_mean
from prep.study.memory import Memory, study_day
from prep.study.session import Ask, Sitting
from prep.study.store import Store


def drill(kind: str | None, count: int, seed: int | None, lang: str | None, *, plain: bool, as_json: bool) -> None:
    """Raises PrepError for an unknown kind."""
    learner = Learner(lang)
    kinds = _kinds(kind)
    if as_json:
        day = study_day(learner.now(), learner.settings.rollover_hour)
        say_json(
            [_json(card, number, learner.lang) for card, number in paper(kinds, count, day if seed is None else seed)]
        )
        return
    cards = [card for card in learner.shelf.cards() if isinstance(card, Numeric) and card.generate.kind in kinds]
    chosen = [card.id for card in cards]
    with learner.store() as store:
        sit = Sit(learner, store, screen_for(plain), Sitting(count), chosen, count)
        if seed is None:
            sit.run(lambda: sit.daily(lambda: _weakest(store, learner, chosen)))
        else:
            sit.run(lambda: _sit_paper(sit, paper(kinds, count, seed), learner.lang), schedule=False)


def _kinds(kind: str | None) -> list[str]:
    known = [drill.id for drill in drills().values() if deck_of(drill) == SUBNET]
    if kind is None:
        return known
    found = [name for name in known if kind in (name, name.partition("@")[0])]
    if not found:
        names = [name.partition("@")[0] for name in known]
        raise PrepError(
            "no such kind of drill", where=kind, hint=did_you_mean(kind, names, f"known: {', '.join(names)}")
        )
    return found


def paper(kinds: list[str], count: int, seed: int) -> list[tuple[Numeric, int]]:
    """The questions of a seed: the same for everybody."""
    questions = []
    for place in range(1, count + 1):
        dice = Dice(f"paper/{seed}/{place}")
        drilled = drills()[dice.pick(kinds)]
        band = dice.between(1, drilled.bands)
        card = Numeric(
            id=f"{drilled.id}-{band}",
            deck=f"paper {seed}",
            difficulty=band,
            tags=drilled.tags,
            q=drilled.name,
            a=drilled.method,
            generate=Generate(drilled.id, band),
        )
        questions.append((card, dice.below(1 << 48)))
    return questions


def _sit_paper(sit: Sit, questions: list[tuple[Numeric, int]], lang: str) -> None:
    for place, (card, number) in enumerate(questions, 1):
        question = Ask(sheet(card, number, lang), Memory(card.id))
        if sit.put(question, f"{card.deck} · {place} of {len(questions)}", keep=lambda rating: None) is Key.QUIT:
            return


def _weakest(store: Store, learner: Learner, chosen: list[str]) -> str | None:
    """When nothing is due: the drill least likely to be solved now."""
    day = study_day(learner.now(), learner.settings.rollover_hour)
    last = store.last_review()
    known = [store.memory(name) for name in chosen if last is None or name != last.card]
    ranked = [
        (store.scheduler.retrievability(memory, day) or 0.0, memory.card) for memory in known if not memory.suspended
    ]
    return min(ranked)[1] if ranked else None


def _json(card: Numeric, seed: int, lang: str) -> dict[str, Any]:
    made = sheet(card, seed, lang).made
    assert made is not None

    def said(text: Text) -> str:
        return text.say(lang)

    return {
        "kind": card.generate.kind,
        "band": card.generate.band,
        "seed": seed,
        "ask": said(made.ask),
        "answer": made.answer,
        "hints": [said(hint) for hint in made.hints],
        "solution": said(made.solution),
    }
