"""`-` as the argument: one input a line, one JSON line for each, in order; a bad line does not stop the rest."""

from collections.abc import Callable
from typing import Any

import typer

from prep.cli.plain import read_line
from prep.cli.render import say_json
from prep.errors import Exit, PrepError


def answer_lines(answer: Callable[[str], Any]) -> None:
    """Exits with 2 at the end where a line was bad."""
    bad, number = False, 0
    while (line := read_line()) is not None:
        number += 1
        try:
            say_json(answer(line))
        except PrepError as fault:
            bad = True
            say_json({"input": line, "line": number, "error": str(fault)})
    if bad:
        raise typer.Exit(Exit.BAD_INPUT)
