"""Cards that the learner flagged as wrong: one JSON line each in `$PREP_HOME/flags.jsonl`."""

import json
from datetime import datetime
from pathlib import Path

from prep.places import make_home

FILE = "flags.jsonl"


def flag(home: Path, card: str, at: datetime) -> None:
    line = json.dumps({"card": card, "at": at.isoformat(timespec="seconds")}) + "\n"
    with (make_home(home) / FILE).open("a", encoding="utf-8") as stream:
        stream.write(line)


def flagged(home: Path) -> list[tuple[str, str]]:
    """(card, time) of every flag, oldest first; lines that say something else are passed over."""
    found = []
    try:
        lines = (home / FILE).read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            value = json.loads(line)
            found.append((str(value["card"]), str(value["at"])))
        except (ValueError, KeyError, TypeError):
            continue
    return found
