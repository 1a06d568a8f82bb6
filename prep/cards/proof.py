"""Proofs: what a card claims, computed again.

A proof names one of our own commands and part of the JSON that it gives. How a command is run is handed in, since
commands live above; a lab proof names an experiment and is run by the labs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from prep.cards.card import Proof
from prep.errors import PrepError

Run = Callable[[str], Any]  # a command line, without `prep` and `--json` → its JSON; raises PrepError


@dataclass(frozen=True, slots=True)
class Proved:
    """`held` is None for a proof that was not run."""

    proof: Proof
    held: bool | None
    said: str


def prove(proof: Proof, run: Run) -> Proved:
    if proof.run is None:
        return Proved(proof, None, f"lab {proof.lab}: not run here")
    try:
        found = run(proof.run)
    except PrepError as fault:
        return Proved(proof, False, f"prep {proof.run}: {fault}")
    difference = differs(proof.gives, found)
    if difference is None:
        return Proved(proof, True, f"prep {proof.run} gives {proof.gives}")
    return Proved(proof, False, f"prep {proof.run}: {difference}")


def differs(expected: Any, found: Any, path: str = "") -> str | None:
    """How the found value fails to contain the expected one; None where it does. Mappings may hold more, lists not."""
    where = path or "it"
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return f"{where} is {found!r}, not an object"
        for key, value in expected.items():
            place = f"{path}.{key}" if path else key
            if key not in found:
                return f"{place} is missing"
            if (difference := differs(value, found[key], place)) is not None:
                return difference
        return None
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = zip(expected, found, strict=True)
        return next((d for at, (e, f) in enumerate(pairs) if (d := differs(e, f, f"{path}[{at}]"))), None)
    same_kind = isinstance(expected, bool) == isinstance(found, bool)
    return None if same_kind and expected == found else f"{where} is {found!r}, not {expected!r}"
