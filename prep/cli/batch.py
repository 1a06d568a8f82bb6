"""JSON out, lines in: what a command without cards needs. Light, so that a single calculation starts at once.

With `-` as the argument a command answers one input a line with one JSON line each, in order; a bad line does not stop
the rest.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import typer

from prep.errors import Exit, PrepError

LONGEST_LINE = 10_000
encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


def read_line() -> str | None:
    """A line of input without its end; None at the end of input."""
    line = sys.stdin.readline(LONGEST_LINE)
    while line and not line.endswith("\n") and len(line) == LONGEST_LINE and (rest := sys.stdin.readline(LONGEST_LINE)):
        line = line if not rest.endswith("\n") else line + "\n"
        if line.endswith("\n"):
            break
    return line.rstrip("\r\n") if line else None


def say_json(value: Any) -> None:
    """One JSON document on one line."""
    sys.stdout.write(json_line(value))  # a terminal shows it at once, a pipe or file gets it in large pieces


def json_line(value: Any) -> str:
    """One JSON document as a line. What must not or cannot be shown is escaped as JSON does it."""
    text = encode(value)
    if not (text.isprintable() and _sayable(text)):
        text = "".join(c if c == " " or (c.isprintable() and _sayable(c)) else json.dumps(c)[1:-1] for c in text)
    return text + "\n"


def _sayable(text: str) -> bool:
    """Can the output's encoding say it?"""
    encoding = sys.stdout.encoding or "utf-8"
    if text.isascii() or encoding.lower() == "utf-8":  # what UTF-8 cannot say is not printable either
        return True
    try:
        return bool(text.encode(encoding))
    except UnicodeError:
        return False


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
