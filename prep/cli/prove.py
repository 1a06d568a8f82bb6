"""Runs the proofs of cards: our own commands in this process, and labs on this machine's kernel."""

import io
import json
import shlex
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

import typer

from prep.cards.card import Card
from prep.cards.proof import Shown, prove
from prep.cli.app import run
from prep.cli.render import say
from prep.errors import PrepError, did_you_mean

if TYPE_CHECKING:
    from prep.labs.kit import Lab

MARKS = {True: "✓", False: "✗", None: "·"}
REFUTES = "  The card claims otherwise: flag it with f, and rate 1 if it misled you."
PROVING = ["http", "sticky", "subnet", "tcp"]  # the engines; nothing that touches the learner


def run_json(line: str) -> Any:
    """The JSON of one of our commands. Raises PrepError where it gives none."""
    try:
        words = shlex.split(line)
    except ValueError as fault:
        raise PrepError(f"cannot be read ({fault})") from None
    if not words or words[0] not in PROVING:
        known = did_you_mean(words[0] if words else "", PROVING, f"a proof may run: {', '.join(PROVING)}")
        raise PrepError("no command that a proof may run", hint=known)
    out = io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(io.StringIO()):
            run([*words, "--json"])
    except typer.TyperException as fault:
        raise PrepError(fault.format_message()) from None
    try:
        return json.loads(out.getvalue())
    except ValueError:
        raise PrepError("gives no JSON") from None


def show_lab(name: str) -> Shown:
    """Runs a lab. Raises PrepError for one that there is none of."""
    from prep.labs.kit import run as run_lab

    lab = find_lab(name)
    report = run_lab(lab)
    skipped = report.because.en if report.because and not report.ran else None
    return Shown(report.held, frozenset(fact.field for fact in lab.facts), skipped)


def name_lab(name: str) -> Shown:
    """A lab as `show_lab` has it, that is not run."""
    return Shown({}, frozenset(fact.field for fact in find_lab(name).facts), "not run; `--labs` runs it")


def find_lab(name: str) -> "Lab":
    from prep.labs.registry import find

    return find(name)


def say_proofs(card: Card, lang: str) -> bool:
    """Runs them all; true where a prediction was refuted by its lab."""
    if not card.proof:
        say("This card has no proof to run; its source is its witness.")
    refuted = False
    for proof in card.proof:
        if proof.lab is not None:
            refuted |= _say_lab(proof.lab, proof.holds, lang)
            continue
        proved = prove(proof, run_json)
        say(f"{MARKS[proved.held]} {proved.said}", indent="  ")
        if proved.held is False:
            say(REFUTES)
    return refuted


def _say_lab(name: str, holds: tuple[str, ...], lang: str) -> bool:
    """A prediction, the lab, the facts that the card claims; whether the prediction was refuted."""
    from prep.cli.lab_text import asked, head, told
    from prep.labs.kit import run as run_lab

    try:
        lab = find_lab(name)
    except PrepError as fault:
        say(f"· {fault}")
        return False
    try:
        for line in head(lab, lang):
            say(line)
        prediction = asked(lab, lang)
        report = run_lab(lab)
    except KeyboardInterrupt:  # stops the lab, not the quiz
        say()
        say("Stopped.")
        return False
    for line in told(report, prediction, lang, holds):
        say(line)
    if any(report.held.get(field) is False for field in holds):
        say(REFUTES)
    if prediction is None or lab.ask is None or not report.ran:
        return False
    return bool(lab.ask.choices[prediction][0] != report.facts.get(lab.ask.field))
