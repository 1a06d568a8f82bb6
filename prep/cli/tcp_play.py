"""`prep tcp play`: an exchange between two ends, from a file, the input or by name, as a ladder diagram."""

import sys
from pathlib import Path

import typer

from prep.cli.batch import say_json
from prep.cli.learner import Learner
from prep.errors import Exit, PrepError, did_you_mean
from prep.net.tcp.exchange import Played
from prep.net.tcp.exchange import play as exchange
from prep.net.tcp.ladder import ladder
from prep.net.tcp.script import SIDES, ScriptError
from prep.net.tcp.scripts import named
from prep.net.tcp.scripts.kit import Script
from prep.text import pad, width, wrap

COLUMNS = 80


def play(script: str, lang: str | None, *, as_json: bool) -> None:
    """Raises PrepError for a script that cannot be read or played; exits with 1 where a user call is refused."""
    lang = Learner(lang).lang
    if script == "list":
        _list(lang, as_json)
        return
    found = named().get(script)
    played = _played(found.text if found else _read(script), script)
    if as_json:
        say_json(played.json())
    else:
        for line in [*(_head(found, lang) if found else []), *ladder(played, COLUMNS), "", *_end(played)]:
            typer.echo(line)
    if played.illegal_at is not None:
        raise typer.Exit(Exit.NO)


def _read(script: str) -> str:
    """The text of a file or of the input. Raises PrepError."""
    if script == "-":
        return sys.stdin.read()
    path = Path(script)
    if not path.is_file():
        hint = did_you_mean(script, list(named()), "`prep tcp play list` shows the names")
        raise PrepError("no such file, nor a script of this name", where=script, hint=hint)
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise PrepError("not UTF-8", where=script, hint="write it in UTF-8") from None


def _played(text: str, script: str) -> Played:
    try:
        return exchange(text)
    except ScriptError as fault:
        where = "" if script == "-" else f"{script}: "
        raise PrepError("\n".join(f"{where}{line}" for line in str(fault).split("\n"))) from None


def _list(lang: str, as_json: bool) -> None:
    scripts = named().values()
    if as_json:
        rows = [(script.name, *_said(script, lang)) for script in scripts]
        say_json({"scripts": [{"name": name, "title": title, "why": why} for name, title, why in rows]})
        return
    column = max(width(script.name) for script in scripts) + 2
    for script in scripts:
        typer.echo(pad(script.name, column) + _said(script, lang)[0])


def _said(script: Script, lang: str) -> tuple[str, str]:
    """Title and why."""
    return (script.title_zh, script.why_zh) if lang == "zh" else (script.title, script.why)


def _head(script: Script, lang: str) -> list[str]:
    title, why = _said(script, lang)
    return [title, "", *wrap(why, COLUMNS), ""]


def _end(played: Played) -> list[str]:
    """Where it ends, and the first user call that was refused."""
    states = dict(zip(SIDES, played.moments[-1].states, strict=True))
    flying = [f"{len(played.flying[side])} from {side}" for side in SIDES if played.flying[side]]
    lines = [
        ", ".join(f"{side} {state}" for side, state in states.items())
        + f"; in flight: {' and '.join(flying) or 'nothing'}"
    ]
    if (place := played.illegal_at) is not None:
        moment = played.moments[place]
        lines.append(f"step {place + 1}, {moment.step.side} {moment.step.act}: {moment.answer.result}")
    return lines
