"""Writes docs/coverage.md: which card answers each statement of the source notes, or why none does. A test compares.

python docs/make_coverage.py
"""

import csv
import tempfile
from collections import Counter
from pathlib import Path

from prep.cards.shelf import open_shelf

STATEMENTS = Path(__file__).with_name("statements.csv")
HEAD = """# The source notes, statement by statement

Made by `python docs/make_coverage.py` from `docs/statements.csv` and the `seeds` of the cards; do not edit. prep grew
out of five pages of interview notes (S0 to S4), {count} statements. Each was judged against the RFC, the man page or a
measurement: {judged}. A card corrects what is not right; `prep show ID` opens it.

| statement | it said | judged | cards |
|---|---|---|---|
"""


def statements() -> list[dict[str, str]]:
    with STATEMENTS.open(encoding="utf-8", newline="") as stream:
        return [*csv.DictReader(stream)]


def seeded() -> dict[str, list[str]]:
    """Statement → the cards that answer it."""
    with tempfile.TemporaryDirectory() as folder:
        cards = open_shelf(Path(folder)).cards()
    found: dict[str, list[str]] = {}
    for card in cards:
        for seed in card.seeds:
            found.setdefault(seed, []).append(card.id)
    return found


def page() -> str:
    rows, cards = statements(), seeded()
    judged = ", ".join(f"{count} {word}" for word, count in Counter(row["judgement"] for row in rows).most_common())
    lines = [
        f"| {row['id']} | {row['statement'].replace('|', chr(92) + '|')} | {row['judgement']} | "
        f"{', '.join(cards.get(row['id'], [])) or row['left_out']} |\n"
        for row in rows
    ]
    return HEAD.format(count=len(rows), judged=judged) + "".join(lines)


if __name__ == "__main__":
    Path(__file__).with_name("coverage.md").write_text(page(), "utf-8")
