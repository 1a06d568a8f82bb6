"""What `prep deck check` does: reads every deck afresh, applies the rules, runs the proofs."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from prep.cards.card import Card
from prep.cards.index import Source
from prep.cards.lint import lint
from prep.cards.proof import prove
from prep.cards.shelf import sources
from prep.cards.tree import Fault
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


def files_of(learner: Learner, name: str) -> list[Path]:
    """The file with a name, or those of the deck with this id. Raises PrepError where there is neither."""
    if Path(name).exists() and not Path(name).is_dir():
        return [Path(name)]
    decks = {deck.file: deck.id for deck in learner.shelf.decks()}
    # a broken deck has no id; its file may be called so
    found = [s.path for s in sources(learner.home) if decks.get(str(s.path), s.path.stem) == name]
    if not found:
        hint = did_you_mean(name, sorted(decks.values()), "`prep deck list` shows the decks")
        raise PrepError("neither a file nor a deck", where=name or repr(name), hint=hint)
    return found


def check_decks(learner: Learner, files: list[Path], *, labs: bool = False) -> Checked:
    """All faults of all files in one run; with files, only what concerns these. With `labs` the lab proofs run too,
    each lab once; otherwise their names and fields are looked up."""
    from prep.cards.deckfile import read

    faults: list[Fault] = []
    notes: list[Fault] = []
    cards: dict[str, Card] = {}
    places: dict[str, tuple[str, int, int]] = {}
    owners: dict[str, bool] = {}
    known = {s.path.absolute(): s for s in sources(learner.home)}
    named = {path.absolute() for path in files}
    every = [(s.path, s.own, s.read) for path, s in known.items() if path not in named]
    for path in files:
        source = known.get(path.absolute(), Source(path, True, read))
        every.append((path, source.own, source.read))
    for path, own, load in every:
        found = load(path)
        shown = [fault for fault in found.faults if not files or path in files]
        faults += shown
        for card in found.deck.cards if found.deck else ():
            place = (str(path), *found.places.get(card.id, (1, 1)))
            if card.id in cards and owners[card.id] == own:
                other = places[card.id]
                message = f'id "{card.id}" stands in {other[0]}:{other[1]} too'
                if not files or path in files:
                    faults.append(Fault(*place, "duplicate-id", message))
                continue
            cards[card.id], places[card.id], owners[card.id] = card, place, own
    checked = [card for name, card in cards.items() if not files or Path(places[name][0]) in files]
    mine = {card.id for card in checked}
    theirs = {name for name, is_own in owners.items() if is_own}
    for finding in lint(list(cards.values()), theirs):
        if finding.card.id in mine:
            kept = faults if finding.fault else notes
            kept.append(Fault(*places[finding.card.id], finding.rule, f"{finding.card.id}: {finding.message}"))
    run, show = 0, cache(show_lab if labs else name_lab)
    for card in checked:
        for proof in card.proof:
            proved = prove(proof, run_json, show)
            run += proved.held is not None
            if proved.held is False:
                faults.append(Fault(*places[card.id], "proof", f"{card.id}: {proved.said}"))
            elif proved.held is None and labs:
                notes.append(Fault(*places[card.id], "lab-skipped", f"{card.id}: {proved.said}"))
    return Checked(sorted(faults), sorted(notes), len(checked), run)
