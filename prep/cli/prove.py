"""Runs the proofs of cards: our own commands, in this process."""

import io
import json
import shlex
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import typer

from prep.cards.card import Card
from prep.cards.proof import prove
from prep.cli.app import run
from prep.cli.render import say
from prep.errors import PrepError, did_you_mean

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


def say_proofs(card: Card) -> None:
    if not card.proof:
        say("This card has no proof to run; its source is its witness.")
    for proof in card.proof:
        proved = prove(proof, run_json)
        mark = {True: "✓", False: "✗", None: "·"}[proved.held]
        say(f"{mark} {proved.said}", indent="  ")
        if proved.held is False:
            say("  The card claims otherwise: flag it with f, and rate 1 if it misled you.")
