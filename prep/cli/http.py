"""`prep http`: the table of status codes and methods."""

import re
from typing import Any

import typer

from prep.cli.app import new_app
from prep.cli.batch import answer_lines
from prep.cli.learner import Learner
from prep.cli.render import say, say_json
from prep.errors import PrepError
from prep.net.http.methods import METHODS, Method
from prep.net.http.status import STATUSES, Status, find, status_class
from prep.text import clip

app = new_app()


@app.command()
def http(
    words: list[str] = typer.Argument(
        ..., metavar="CODE|METHOD|WORDS...", help="404, 4xx, GET or words; - reads lines"
    ),
    as_json: bool = typer.Option(False, "--json", help="JSON; a list where several things are found."),
    lang: str | None = typer.Option(None, "--lang", help="en or zh."),
) -> None:
    """Look up status codes and methods: `prep http 404`, `prep http 4xx`, `prep http PUT`, `prep http too large`."""
    lang = Learner(lang).lang
    if words == ["-"]:
        answer_lines(lambda line: _json(look_up(line.split()), lang))
        return
    found = look_up(words)
    if as_json:
        say_json(_json(found, lang))
    else:
        for row in found:
            say(_line(row, lang), indent="     ")


def look_up(words: list[str]) -> list[Status | Method]:
    """Each word a code or a method; otherwise all words together are searched for. Raises PrepError."""
    if not "".join(words).strip():
        raise PrepError("nothing to look up", where=repr(" ".join(words)), hint="name a code, a method or words")
    exact = [_exact(word) for word in words]
    if all(exact):
        return [row for row in exact if row is not None]
    found = list(find(" ".join(words)))
    if found:
        return list(found)
    unknown = [word for word, row in zip(words, exact, strict=True) if row is None]
    code = next((word for word in unknown if re.fullmatch(r"[0-9]+", word)), None)
    if code is not None:
        if len(code) == 3 and 100 <= int(code) <= 599:
            base = int(code) // 100 * 100
            raise PrepError(
                f"not in the table (class: {status_class(int(code))})",
                where=code,
                hint=f"a recipient treats it as {base} (RFC 9110 §15)",
            )
        raise PrepError("not a status code", where=clip(code, 40), hint="they go from 100 to 599")
    said = clip(" ".join(unknown), 100)
    if len(unknown) < len(words):
        hint = "ask for codes and methods, or for words, not for both at once"
        raise PrepError("neither a code nor a method", where=said, hint=hint)
    raise PrepError("no code, method or meaning like this", where=said, hint="try a number or fewer words")


def _exact(word: str) -> Status | Method | None:
    return next(
        (row for row in STATUSES if str(row.code) == word),
        next((row for row in METHODS if row.name == word.upper()), None),
    )


def _json(found: list[Status | Method], lang: str) -> Any:
    rows = [_row(row, lang) for row in found]
    return rows[0] if len(rows) == 1 else rows


def _row(row: Status | Method, lang: str) -> dict[str, Any]:
    meaning = row.meaning_zh if lang == "zh" else row.meaning
    if isinstance(row, Status):
        return {
            "code": row.code,
            "phrase": row.phrase,
            "meaning": meaning,
            "rfc": row.rfc,
            "class": status_class(row.code),
            "old_phrases": list(row.old_phrases),
        }
    return {
        "code": None,
        "phrase": None,
        "meaning": meaning,
        "rfc": row.rfc,
        "class": None,
        "method": row.name,
        "safe": row.safe,
        "idempotent": row.idempotent,
        "cacheable": row.cacheable,
    }


def _line(row: Status | Method, lang: str) -> str:
    meaning = row.meaning_zh if lang == "zh" else row.meaning
    if isinstance(row, Status):
        name = f"{row.phrase}（{row.name_zh}）" if lang == "zh" else row.phrase
        return (
            f"{row.code}  {name} — {meaning}. [{row.rfc}]"
            if lang == "en"
            else f"{row.code}  {name}：{meaning}。[{row.rfc}]"
        )
    traits = [name for name, holds in (("safe", row.safe), ("idempotent", row.idempotent)) if holds]
    return f"{row.name}  {', '.join(traits) or 'neither safe nor idempotent'} — {meaning}. [{row.rfc}]"
