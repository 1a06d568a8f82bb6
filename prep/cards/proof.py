"""Proofs: what a card claims, computed again.

A proof names one of our own commands and part of the JSON that it gives, or a lab and the facts of it that must hold.
How a command and a lab are run is handed in: commands live above, labs beside.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from prep.cards.card import Proof
from prep.errors import PrepError
from prep.text import clip, width

MOST_CLAIMS = 12  # lines that tell a claim
LINE = 76  # columns of each

Run = Callable[[str], Any]  # a command line, without `prep` and `--json` → its JSON; raises PrepError


class Shown(NamedTuple):
    """What a lab showed: which of its facts held (those that this machine cannot show are missing), or why it was
    skipped. `fields` are all that it has."""

    held: Mapping[str, bool]
    fields: frozenset[str]
    skipped: str | None = None


Show = Callable[[str], Shown]  # a lab's name → what it showed; raises PrepError for a lab that there is none of


@dataclass(frozen=True, slots=True)
class Proved:
    """`held` is None for a proof that was not run."""

    proof: Proof
    held: bool | None
    said: str


def prove(proof: Proof, run: Run, show: Show | None = None) -> Proved:
    if proof.run is None:
        return _shown(proof, show)
    try:
        found = run(proof.run)
    except PrepError as fault:
        return Proved(proof, False, f"prep {proof.run}: {fault}")
    difference = differs(proof.gives, found)
    if difference is None:
        return Proved(proof, True, f"prep {proof.run} gives {'; '.join(claims(proof.gives))}")
    return Proved(proof, False, f"prep {proof.run}: {difference}")


def _shown(proof: Proof, show: Show | None) -> Proved:
    lab, fields = proof.lab or "", ", ".join(proof.holds)
    if show is None:
        return Proved(proof, None, f"lab {lab}: not run here; `prep lab run {lab}`")
    try:
        shown = show(lab)
    except PrepError as fault:
        return Proved(proof, False, f"lab {fault}")
    if unknown := [field for field in proof.holds if field not in shown.fields]:
        return Proved(
            proof, False, f"lab {lab} has no fact {', '.join(unknown)}; it has {', '.join(sorted(shown.fields))}"
        )
    if shown.skipped is not None:
        return Proved(proof, None, f"lab {lab}: skipped, {shown.skipped}")
    if refuted := [field for field in proof.holds if shown.held.get(field) is False]:
        return Proved(proof, False, f"lab {lab}: {', '.join(refuted)} did not hold")
    seen = any(field in shown.held for field in proof.holds)
    return Proved(proof, True if seen else None, f"lab {lab}: {fields} {'held' if seen else 'cannot be shown here'}")


def claims(gives: Any) -> list[str]:
    """What a command must give, for people: a line for each value, long ones and many clipped.

    >>> claims({"legal": True, "linux": {"sends": "RST"}, "states": [["CLOSED", "LISTEN"]]})
    ['legal: yes', 'linux.sends: RST', 'states: CLOSED, LISTEN']
    """
    lines = [clip(f"{path}{_words(value, LINE - width(path))}", LINE) for path, value in _leaves(gives, "")]
    return lines if len(lines) <= MOST_CLAIMS else [*lines[:MOST_CLAIMS], "…"]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value in a claim with its path and a colon; a list of one is told as the one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        for at, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{at}]")
    else:
        yield f"{path}: " if path else "", value


def _words(value: Any, columns: int) -> str:
    """Names as they are, a list of them with commas, a path of such lists with arrows, the middle of a long one left
    out; anything else as JSON."""
    if value is None or isinstance(value, bool):
        return "none" if value is None else "yes" if value else "no"
    if isinstance(value, str) and value:
        return value
    if isinstance(value, list) and value and all(isinstance(inner, str | list) and inner for inner in value):
        joint = " → " if any(isinstance(inner, list) for inner in value) else ", "
        return _joined([_words(inner, LINE) for inner in value], joint, columns)
    return _json(value)


def _joined(parts: list[str], joint: str, columns: int) -> str:
    whole = joint.join(parts)
    if width(whole) <= columns:
        return whole
    for kept in range(min(len(parts) - 1, columns), 1, -1):
        some = joint.join([*parts[: (kept + 1) // 2], "…", *parts[-(kept // 2) :]])
        if width(some) <= columns:
            return some
    return whole


def _json(value: Any) -> str:
    return clip(json.dumps(value, ensure_ascii=False, default=str), LINE)


def differs(expected: Any, found: Any, path: str = "") -> str | None:
    """How the found value fails to contain the expected one; None where it does. Mappings may hold more, lists not."""
    where = path or "it"
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return f"{where} is {_json(found)}, not an object"
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
    return None if same_kind and expected == found else f"{where} is {_json(found)}, not {_json(expected)}"
