"""The group of commands, and how each of them answers: words, lines of the input, or no."""

from collections.abc import Callable
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from prep.cli.app import many
from prep.cli.batch import answer_lines, say_json
from prep.errors import Exit, PrepError, did_you_mean
from prep.net.subnet.address import (
    AddressError,
)
from prep.net.subnet.plan import NoRoom


class Calculator(TyperGroup):
    """A first word that looks like an address, or `-`, means `info`, also behind options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        word = next((arg for arg in args if not arg.startswith("--")), None)
        if word is not None and word not in self.commands and word != "-h":
            if any(c in word for c in ".:/") or word[:1].isdigit() or word in ("", "-"):
                args = ["info", *args]
            else:
                hint = did_you_mean(word, list(self.commands), "an address, or `prep subnet --help`")
                raise PrepError("no such command", where=f"subnet {word}", hint=hint)
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=Calculator,
    help="The subnet calculator: `prep subnet 10.0.0.5/23` alone tells all about it.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

JSON = typer.Option(False, "--json", help="JSON.")


def tell(
    words: list[str],
    answer: Callable[[list[str]], Any],
    text: Callable[[Any], list[str]],
    as_json: bool,
    **nothing: None,
) -> Any:
    """Answers the words, or with `-` alone each line of the input, and gives what was answered (None for lines).
    `nothing` is what the JSON has where the answer is no."""
    if words == ["-"]:
        answer_lines(lambda line: answered(line.split(), answer, nothing))
        return None
    try:
        found = checked(words, answer)
    except NoRoom as why:
        no(why, as_json, **nothing)
    if as_json:
        say_json(found)
    else:
        for line in text(found):
            typer.echo(line)
    return found


def checked(words: list[str], answer: Callable[[list[str]], Any]) -> Any:
    try:
        return answer(words)
    except AddressError as fault:
        raise PrepError(str(fault)) from None


def answered(words: list[str], answer: Callable[[list[str]], Any], nothing: dict[str, None]) -> Any:
    """The answer to one line of many, which may be no."""
    try:
        return checked(words, answer)
    except NoRoom as why:
        return {**nothing, "why": str(why)}


def no(why: NoRoom, as_json: bool, **nothing: None) -> NoReturn:
    """The answer is no, and why."""
    if as_json:
        say_json({**nothing, "why": str(why)})
    else:
        typer.echo(f"no: {why}")
    raise typer.Exit(Exit.NO)


def counted(words: list[str], expected: int, what: str) -> None:
    if len(words) != expected:
        verb = "is" if expected == 1 else "are"
        raise AddressError(" ".join(words), f"{many(len(words), 'word')} where {what} {verb} wanted")


def whole(text: str, what: str) -> int:
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 40):
        raise AddressError(text, f"not a number of {what}", "write a whole number")
    return int(text)
