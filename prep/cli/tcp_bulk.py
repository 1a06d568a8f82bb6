"""Many paths at once: one a line, each answered with a line of JSON. Lines that come again are not read again."""

import sys
from collections.abc import Callable
from typing import Any

import typer

from prep.cli.batch import json_line, read_line
from prep.errors import Exit, PrepError

KEPT = 50_000  # lines


def answer_paths(answer: Callable[[str], Any]) -> None:
    """As `answer_lines`, for answers that depend on the line alone. Exits with 2 at the end where a line was bad."""
    seen: dict[str, str] = {}
    bad, number, write = False, 0, sys.stdout.write
    while (line := read_line()) is not None:
        number += 1
        text = seen.get(line)
        if text is None:
            try:
                text = json_line(answer(line))
            except PrepError as fault:
                bad = True
                write(json_line({"input": line, "line": number, "error": str(fault)}))
                continue
            if len(seen) == KEPT:
                seen.clear()
            seen[line] = text
        write(text)
    if bad:
        raise typer.Exit(Exit.BAD_INPUT)
