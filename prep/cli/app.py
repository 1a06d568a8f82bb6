"""The front door: commands loaded when their name is typed, and every error as one line.

Nothing here but the table of commands is paid for by all of them. No `from __future__ import annotations` in this
folder: typer would evaluate every hint anew (docs/architecture.md).
"""

import gc
import os
import sys
from functools import cache
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from prep.errors import Exit, PrepError, did_you_mean

COMMANDS = {
    "quiz": "Ask today's cards; every answer is on disk before the next question.",
    "next": "Tell the next question, for editors and scripts.",
    "answer": "Answer a card, for editors and scripts.",
    "show": "Show a card: its memory, history, source and proof.",
    "search": "Search the decks, in English and Chinese.",
    "subnet": "The subnet calculator, IPv4 and IPv6.",
    "tcp": "The TCP state machine: check a path, play an exchange, draw it.",
    "sticky": "Sticky packets on real sockets, and every way to frame messages.",
    "lab": "Labs: predict what your own kernel does, run it, compare.",
    "http": "Look up HTTP status codes and methods.",
    "deck": "List, check, begin and edit decks.",
    "history": "The review log: undo, suspend, export, import, check, backup.",
    "config": "Show or change a setting.",
    "where": "Tell which folders and files are used.",
}

LONGEST_USAGE = 300  # columns of what typer says of a mistake
LONGEST_LINE = 2000  # columns of any line of an error


@cache
def _command(name: str) -> Any:
    """Built once: a check of decks runs the same few commands hundreds of times."""
    return typer.main.get_command(import_module(f"prep.cli.{name}").app)


class Front(TyperGroup):
    """Knows the names and one-line helps of all commands, and imports a command's module when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return _command(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], list(COMMANDS), "`prep --help` lists the commands")
            raise PrepError("no such command", where=args[0], hint=hint)
        return super().resolve_command(ctx, args)


def new_app(help_text: str = "") -> typer.Typer:
    """A Typer app as all of ours are: plain help, no pretty tracebacks."""
    return typer.Typer(
        help=help_text or None,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


app = typer.Typer(
    cls=Front,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from prep import __version__

        typer.echo(f"prep {__version__}")
        raise typer.Exit


@app.callback()
def front(
    ctx: typer.Context,
    version: bool = typer.Option(False, "--version", help="Show the version.", callback=_version, is_eager=True),
    as_json: bool = typer.Option(False, "--json", help="Without a command: today at a glance as JSON."),
) -> None:
    """Daily practice for network-programming interviews. Without a command: today at a glance."""
    if ctx.invoked_subcommand is None:
        from prep.cli.glance import glance

        glance(as_json)
    elif as_json:
        raise PrepError("stands before the command", where="--json", hint="write `prep COMMAND … --json`")


def many(count: int, what: str) -> str:
    """A number of things: `1 card`, `2 cards`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def run(words: list[str]) -> int:
    """Runs a command in this process and gives its exit code; errors are raised."""
    code = typer.main.get_command(app)(words, prog_name="prep", standalone_mode=False)
    return code if isinstance(code, int) else 0


def main(words: list[str] | None = None) -> NoReturn:
    sys.stdin, sys.stdout, sys.stderr = (
        stream or open(os.devnull, mode)  # noqa: SIM115  closed by the caller, as in `prep … >&-`
        for stream, mode in ((sys.stdin, "r"), (sys.stdout, "w"), (sys.stderr, "w"))
    )
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show Chinese, input that is not UTF-8
            stream.reconfigure(errors="backslashreplace" if stream is not sys.stdin else "replace")
    code = _guarded(sys.argv[1:] if words is None else words)
    gc.freeze()  # the process ends: looking for garbage among all that was imported would take a tenth of its time
    sys.exit(code)


def _guarded(words: list[str]) -> int:
    _command.cache_clear()  # a command that is used again keeps the names of its help option
    try:
        code = run(words)
        sys.stdout.flush()
    except PrepError as fault:
        return _tell(str(fault))
    except typer.TyperException as fault:
        return _tell(_usage(fault))
    except (KeyboardInterrupt, typer.Abort):
        return Exit.INTERRUPTED
    except (SystemExit, BrokenPipeError):  # typer exits where the reader of our output has gone: `prep … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return Exit.YES
    except UnicodeEncodeError as fault:  # bytes that were typed, or stand in the environment
        return _tell(str(PrepError("not UTF-8", where=fault.object, hint="write it in UTF-8")))
    except OSError as fault:
        return _tell(str(PrepError(fault.strerror or str(fault), where=fault.filename or "output")))
    except Exception as fault:
        said = " ".join(f"{type(fault).__name__}: {fault}".split())
        return _tell(f"this should not have happened: {said}; please report it with the command")
    return code


def _usage(fault: typer.TyperException) -> str:
    """Typer's words as one line, with the way to the help of the command that was meant."""
    from prep.text import clip_middle

    words = clip_middle(" ".join(fault.format_message().split()), LONGEST_USAGE)
    words = words.replace("is not a valid int range", "is not a valid int").replace("a valid int", "a whole number")
    said = words.rstrip(".").replace(". Did you mean", "; did you mean")
    context = getattr(fault, "ctx", None)
    path = context.command_path if context else "prep"
    return f"{said[:1].lower()}{said[1:]}" + ("" if said.endswith("?") else f"; see `{path} --help`")


def _tell(message: str) -> int:
    from prep.text import clip_middle, visible

    try:
        for line in message.split("\n"):  # no other sign begins a line: those are spelled out
            typer.echo(f"error: {clip_middle(visible(line), LONGEST_LINE)}", err=True)
    except OSError:  # nobody can read it; what is left of it must not fail once more at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    return Exit.BAD_INPUT
