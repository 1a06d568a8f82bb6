"""`prep tcp`: the state machine. Read the words → ask the engine → show."""

import re
from collections.abc import Callable
from typing import Any, Literal

import typer

from prep.cli import tcp_text as show
from prep.cli.app import new_app
from prep.cli.batch import answer_lines, say_json
from prep.cli.tcp_diagram import diagram
from prep.errors import Exit, PrepError
from prep.net.tcp.check import check as check_path
from prep.net.tcp.check import next_from
from prep.net.tcp.reading import PathError

app = new_app("TCP: what can happen in a state, and whether a path or a list of events is legal.")

JSON = typer.Option(False, "--json", help="JSON.")
STACK: Any = typer.Option("rfc", "--stack", help="What RFC 9293 says, or what Linux does.")
WORDS = {"ignore_unknown_options": True}  # an arrow begins with a dash


@app.command("next", context_settings=WORDS)
def next_(
    words: list[str] = typer.Argument(..., metavar="STATE [EVENT]", help="A state, and perhaps an event; -"),
    stack: Literal["rfc", "linux"] = STACK,
    as_json: bool = JSON,
) -> None:
    """Tell what can happen in a state: event, next state, what is sent, why; and where Linux differs."""

    def one(given: list[str]) -> list[dict[str, Any]]:
        state, *event = given or [""]
        found: list[dict[str, Any]] = _checked(lambda: next_from(state, " ".join(event) or None, stack))
        return found

    if words == ["-"]:
        answer_lines(lambda line: one(line.split()))
        return
    found = one(_no_options(words))
    if as_json:
        say_json(found)
    else:
        typer.echo("\n".join(show.rules(found, stack)))


@app.command(context_settings=WORDS)
def check(
    words: list[str] = typer.Argument(
        ..., metavar="PATH|EVENTS", help="'CLOSED -> LISTEN', or 'connect, rcv SYN+ACK'; - reads lines"
    ),
    start: str | None = typer.Option(None, "--start", help="The state that the events start from (CLOSED)."),
    origin: Literal["passive", "active"] | None = typer.Option(
        None, "--origin", help="How the connection was opened, where it starts in SYN_RECEIVED."
    ),
    stack: Literal["rfc", "linux"] = STACK,
    as_json: bool = JSON,
) -> None:
    """Check a path of states (arrows) or a list of events (commas); exit code 1 when it is not legal.

    Quote the path: the shell takes > for a redirection.
    """

    def one(text: str) -> dict[str, Any]:
        found: dict[str, Any] = _checked(lambda: check_path(text, start, origin, stack))
        return found

    if words == ["-"]:
        from prep.cli.tcp_bulk import answer_paths

        answer_paths(one)
        return
    text = " ".join(_no_options(words))
    found = one(text)
    if as_json:
        say_json(found)
    else:
        typer.echo("\n".join(show.checked(found, text, origin, stack)))
    if not found["legal"]:
        raise typer.Exit(Exit.NO)


@app.command()
def play(
    script: str = typer.Argument("list", metavar="[FILE|NAME|-]", help="A script; without one, or `list`: the names."),
    as_json: bool = JSON,
    lang: str | None = typer.Option(None, "--lang", help="en or zh."),
) -> None:
    """Play an exchange between two ends, over a wire that delivers, loses, delays, doubles and forges, as a ladder."""
    from prep.cli.tcp_play import play

    play(script, lang, as_json=as_json)


@app.command()
def sockets(
    file: str | None = typer.Argument(None, metavar="[FILE|-]", help="A listing; without one: this machine."),
    as_json: bool = JSON,
    lang: str | None = typer.Option(None, "--lang", help="en or zh."),
) -> None:
    """Read what ss, netstat, lsof or /proc/net/tcp shows and tell whose fault it is; exit code 1 with a finding."""
    from prep.cli.tcp_sockets import sockets

    sockets(file, lang, as_json=as_json)


@app.command()
def pcap(
    file: str = typer.Argument(..., metavar="FILE", help="A capture: pcap or pcapng."),
    number: int | None = typer.Option(None, "--connection", min=1, help="One connection, with its ladder."),
    as_json: bool = JSON,
    lang: str | None = typer.Option(None, "--lang", help="en or zh."),
) -> None:
    """Follow every connection of a capture through the state machine; exit code 2 where only a part could be read."""
    from prep.cli.tcp_pcap import pcap

    pcap(file, number, lang, as_json=as_json)


def _checked(answer: Callable[[], Any]) -> Any:
    try:
        return answer()
    except PathError as fault:
        raise PrepError(str(fault)) from None


def _no_options(words: list[str]) -> list[str]:
    """The words, where none of them is a mistyped option."""
    for word in words:
        if re.match(r"--?[A-Za-z]", word):
            raise PrepError("no such option", where=word, hint="see `prep tcp --help`")
    return words


app.command("diagram")(diagram)
