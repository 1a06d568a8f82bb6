"""`prep sticky`: messages stick on real sockets, and every way to frame them."""

from typing import Any

import typer

from prep.cli.app import new_app
from prep.cli.batch import answer_lines, say_json
from prep.cli.learner import Learner
from prep.labs.transfer import TRANSPORTS, Setup, check
from prep.net.framing import FRAMERS, PRESETS

app = new_app("Show on real sockets that TCP keeps no message boundaries, and decode a stream by any framing.")

JSON = typer.Option(False, "--json", help="JSON.")
LANG = typer.Option(None, "--lang", help="en or zh.")
SCHEME: Any = typer.Option(..., "--scheme", help=f"{', '.join(FRAMERS)}; or a protocol: {', '.join(PRESETS)}.")
PARAMS: Any = typer.Option(None, "-p", metavar="KEY=VALUE", help="A parameter of the scheme; bytes in hex.")
GIVEN = ("sends", "size", "nodelay", "cork", "delayed_ack", "recv", "transport")


@app.callback(invoke_without_command=True)
def sticky(
    context: typer.Context,
    scheme: str | None = typer.Option(None, "--scheme", help="Frame by this scheme only; `decode --help` names them."),
    sends: int = typer.Option(10, "--sends", help="How many messages are sent."),
    size: int = typer.Option(7, "--size", help="Bytes in each message."),
    nodelay: bool = typer.Option(False, "--nodelay", help="TCP_NODELAY: no Nagle."),
    cork: bool = typer.Option(False, "--cork", help="TCP_CORK around the sends (Linux)."),
    delayed_ack: bool = typer.Option(False, "--delayed-ack", help="The receiver delays its ACKs (Linux)."),
    recv: int = typer.Option(4096, "--recv", help="Bytes that the reader asks for."),
    transport: str = typer.Option("tcp", "--transport", help=f"One of {', '.join(TRANSPORTS)}."),
    predict: bool | None = typer.Option(
        None, "--predict/--no-predict", help="Ask for a prediction first (asked at a terminal)."
    ),
    as_json: bool = JSON,
    lang: str | None = LANG,
) -> None:
    """Send, count the segments, read: three different numbers. Without options the whole comparison, with one a
    single run. Then the same messages framed by each scheme, sent and decoded.
    """
    if context.invoked_subcommand is not None:
        return
    from prep.cli import sticky_demo

    lang = Learner(lang).lang
    setup = Setup(transport, sends, size, nodelay, cork, delayed_ack, recv)
    check(setup)
    source = context.get_parameter_source
    given = any((found := source(name)) is not None and found.name != "DEFAULT" for name in GIVEN)
    sticky_demo.sticky(setup if given or scheme else None, scheme, lang, as_json=as_json, predicting=predict)


@app.command()
def decode(
    file: str | None = typer.Argument(None, metavar="FILE|-", help="Any bytes; - reads them from the input."),
    scheme: str = SCHEME,
    params: list[str] | None = PARAMS,
    hex_bytes: str | None = typer.Option(None, "--hex", help="The bytes in hex, instead of a file."),
    as_json: bool = JSON,
    lang: str | None = LANG,
) -> None:
    """Decode a stream: its messages, the bytes that wait, the fault; exit code 1 with a fault."""
    from prep.cli.sticky_bytes import decode

    decode(file, hex_bytes, scheme, params or [], Learner(lang).lang, as_json=as_json)


@app.command()
def encode(
    file: str | None = typer.Argument(None, metavar="FILE|-", help="A message a line, or what `decode --json` says."),
    scheme: str = SCHEME,
    params: list[str] | None = PARAMS,
    messages: list[str] | None = typer.Option(
        None, "--hex", help="A message in hex, instead of a file; again for more."
    ),
    as_json: bool = JSON,
) -> None:
    """Frame messages: the bytes of the stream, raw into a pipe or file, as a hexdump at a terminal."""
    from prep.cli.sticky_bytes import encode

    encode(file, messages or [], scheme, params or [], as_json=as_json)


@app.command()
def corrupt(
    scheme: str | None = typer.Option(None, "--scheme", help="Only this one."),
    params: list[str] | None = PARAMS,
    place: int | None = typer.Option(None, "--byte", help="Damage only this framing byte, counted from 0."),
    drop: bool = typer.Option(False, "--drop", help="With --byte: drop it, instead of flipping a bit."),
    as_json: bool = JSON,
    lang: str | None = LANG,
) -> None:
    """Damage one framing byte: which scheme notices, which finds its way back, which delivers wrong messages."""
    from prep.cli.sticky_corrupt import corrupt

    corrupt(scheme, params or [], place, Learner(lang).lang, drop=drop, as_json=as_json)


@app.command("explain-length", context_settings={"ignore_unknown_options": True})  # -1 is a number
def explain_length(
    number: str = typer.Argument(
        ..., metavar="NUMBER|-", help="The length that was too large, 1195725856 or 0x47455420"
    ),
    width: int = typer.Option(4, "--width", help="Bytes of the length field."),
    as_json: bool = JSON,
    lang: str | None = LANG,
) -> None:
    """Tell what was really sent to a length-prefixed port: 1195725856 is `GET `."""
    from prep.cli.sticky_length import explain, explained

    spoken = Learner(lang).lang
    if number == "-":
        answer_lines(lambda line: explain(line, width, spoken))
        return
    found = explain(number, width, spoken)
    if as_json:
        say_json(found)
        return
    for line in explained(found, spoken):
        typer.echo(line)
