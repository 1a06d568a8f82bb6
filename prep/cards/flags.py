"""Cards that the learner flagged as wrong: one JSON line each in `$PREP_HOME/flags.jsonl`.

Lines are only ever added; one with `"flag": false` takes the flag off. The line of a card with the latest time counts,
at the same time the one that flags: the files of two machines, put together in any order, come to the same.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from prep.places import make_home

FILE = "flags.jsonl"


def toggle(home: Path, card: str, at: datetime) -> bool:
    """Flags a card, or takes its flag off; whether it is flagged now."""
    last, on = _latest(home).get(card, (None, False))
    if last is not None:  # a second press counts also within a second, or behind a clock that ran backwards
        at = max(at, last.astimezone(at.tzinfo) + timedelta(seconds=1))
    line = json.dumps({"card": card, "at": at.isoformat(timespec="seconds"), "flag": not on}) + "\n"
    path = make_home(home) / FILE
    cut = path.exists() and not path.read_bytes().endswith(b"\n")  # a line that was not written to its end
    with path.open("a", encoding="utf-8") as stream:
        stream.write("\n" + line if cut else line)
    return not on


def flagged(home: Path) -> list[tuple[str, str]]:
    """(card, time) of every card that is flagged, oldest first; lines that say something else are passed over."""
    found = sorted((at, card) for card, (at, on) in _latest(home).items() if on)
    return [(card, at.isoformat(timespec="seconds")) for at, card in found]


def _latest(home: Path) -> dict[str, tuple[datetime, bool]]:
    """What the latest line of each card says: when, and whether it is flagged."""
    latest: dict[str, tuple[datetime, bool]] = {}
    for card, at, on in _lines(home / FILE):
        if card not in latest or (at, on) >= latest[card]:
            latest[card] = (at, on)
    return latest


def _lines(path: Path) -> Iterator[tuple[str, datetime, bool]]:
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            value = json.loads(line)
            at, on = datetime.fromisoformat(value["at"]), value.get("flag", True)
            if at.tzinfo is None or not 1970 < at.year < 9000 or not isinstance(on, bool):
                continue
            yield str(value["card"]), at, on
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
