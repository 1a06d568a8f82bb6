"""What `prep deck check` does: reads every deck afresh, applies the rules, runs the proofs."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from os.path import realpath
from pathlib import Path
from typing import Any

from prep.cards.card import Card
from prep.cards.deckfile import DeckFile, read
from prep.cards.index import Source
from prep.cards.lint import lint
from prep.cards.proof import Proved, prove
from prep.cards.shelf import sources
from prep.cards.tree import Fault, Field, on_one_line
from prep.cli.learner import Learner
from prep.cli.prove import name_lab, run_json, show_lab
from prep.errors import PrepError, did_you_mean


@dataclass(frozen=True, slots=True)
class Checked:
    faults: list[Fault]
    notes: list[Fault]
    cards: int
    proofs_run: int

    def json(self) -> dict[str, Any]:
        return {
            "faults": [_json(fault) for fault in self.faults],
            "notes": [_json(note) for note in self.notes],
            "cards": self.cards,
            "proofs_run": self.proofs_run,
        }


def _json(fault: Fault) -> dict[str, Any]:
    return {key: getattr(fault, key) for key in ("file", "line", "column", "rule", "message")}


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was read; `asked`: it is one of those to be checked."""

    path: Path
    own: bool
    asked: bool
    found: DeckFile

    def fault(self, card: Card, field: Field, rule: str, message: str) -> Fault:
        return Fault(str(self.path), *self.found.place(card.id, field), rule, on_one_line(message))


def files_of(learner: Learner, name: str) -> list[Path]:
    """The file with a name, or those of the deck with this id. Raises PrepError where there is neither."""
    if Path(name).exists() and not Path(name).is_dir():
        return [Path(name)]
    decks = learner.shelf.decks()
    broken = {out.file for out in learner.shelf.left_out(name) if out.deck == name}
    found = [*broken, *(deck.file for deck in decks if deck.id == name)]
    if not found:
        hint = did_you_mean(name, sorted(deck.id for deck in decks), "`prep deck list` shows the decks")
        raise PrepError("neither a file nor a deck", where=name or repr(name), hint=hint)
    return [Path(file) for file in found]


def check_decks(learner: Learner, files: list[Path], *, labs: bool = False) -> Checked:
    """All faults of all files in one run; with files, only what concerns these. Of a file with a fault the other cards
    are checked too. With `labs` the lab proofs run too, each lab once; otherwise their names and fields are looked up.
    """
    every = list(_read_all(learner, files))
    faults = [fault for one in every if one.asked for fault in one.found.faults]
    notes: list[Fault] = []
    cards: dict[str, tuple[Card, _Read]] = {}
    for one in every:
        for card in one.found.cards:
            first = cards.get(card.id)
            if first is None or first[1].own != one.own:
                cards[card.id] = card, one
            elif one.asked:
                other = f"{first[1].path}:{first[1].found.place(card.id)[0]}"
                faults.append(one.fault(card, ("id",), "duplicate-id", f'id "{card.id}" stands in {other} too'))
    checked = [(card, one) for card, one in cards.values() if one.asked]
    own = {card.id for card, one in cards.values() if one.own}
    there = {name for one in every for name in one.found.nodes}
    for finding in lint([card for card, _ in cards.values()], own, there):
        card, one = finding.card, cards[finding.card.id][1]
        if one.asked:
            kept = faults if finding.fault else notes
            kept.append(one.fault(card, finding.field, finding.rule, f"{card.id}: {finding.message}"))
    run = 0
    for card, one, place, proved in _proofs(checked, labs=labs):
        run += proved.held is not None
        if proved.held is False:
            faults.append(one.fault(card, ("proof", place), "proof", f"{card.id}: {proved.said}"))
        elif proved.held is None and labs:
            notes.append(one.fault(card, ("proof", place), "lab-skipped", f"{card.id}: {proved.said}"))
    return Checked(sorted(faults), sorted(notes), len(checked), run)


def _read_all(learner: Learner, files: list[Path]) -> Iterator[_Read]:
    """Every deck, those that are asked for last; a file is one, by whatever path it is named."""
    shelf = [(realpath(source.path), source) for source in sources(learner.home)]
    known = dict(shelf)
    asked: dict[str, Path] = {}
    for path in files:
        asked.setdefault(realpath(path), path)
    for real, source in shelf:
        if real not in asked:
            yield _Read(source.path, source.own, not files, source.read(source.path))
    for real, path in asked.items():
        source = known.get(real, Source(path, True, read))
        yield _Read(path, source.own, True, source.read(path))


def _proofs(cards: list[tuple[Card, _Read]], *, labs: bool) -> Iterator[tuple[Card, _Read, int, Proved]]:
    show = cache(show_lab if labs else name_lab)
    for card, one in cards:
        for place, proof in enumerate(card.proof):
            yield card, one, place, prove(proof, run_json, show)
