"""`prep sticky corrupt`: one damaged framing byte, and what each scheme makes of it."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import typer

from prep.cli.batch import say_json
from prep.cli.hexdump import dump
from prep.cli.sticky_bytes import read_all
from prep.errors import PrepError
from prep.labs.transfer import Setup
from prep.net.framing import FRAMERS, carry
from prep.net.framing.corrupt import Outcome, Sweep, damaged, sweep
from prep.net.framing.corrupt import corrupt as damage
from prep.net.framing.spans import encode_all
from prep.text import Both, pad, wrap

COLUMNS = 80
FLIPPED = 0  # the bit that --byte flips: the least significant, the hardest to see

HEAD = Both(
    "Ten messages; each framing byte in turn: each of its bits flipped, then the byte dropped.",
    "十条消息；依次对每个分帧字节：逐位翻转，再丢掉该字节。",
)
COLUMN = Both(
    "                      trials  noticed  silent  wrong/trial  finds its way back",
    "                      试验数  发现错误  悄悄出错  错误消息/次  之后能恢复",
)
DAMAGE = {"flip": Both("bit flipped", "翻转一位"), "drop": Both("byte dropped", "丢一字节")}
FOOT = Both(
    "noticed: an error (some only when the stream ends). silent: messages lost or wrong, and no error. wrong/trial: "
    "messages delivered that nobody sent. finds its way back: right messages behind the damage. No scheme sees damage "
    "of the payload: that takes a checksum.",
    "发现错误：报错（有些要到流结束才报）。悄悄出错：消息丢失或错误却没有报错。错误消息/次：交付了没人发过的消息。"
    "之后能恢复：损坏之后仍有正确消息。负载本身的损坏任何分帧都看不出，要靠校验和。",
)


def corrupt(scheme: str | None, params: list[str], place: int | None, lang: str, *, drop: bool, as_json: bool) -> None:
    """Raises PrepError."""
    if scheme is None and (params or place is not None):
        raise PrepError("belongs to one scheme", where="-p" if params else "--byte", hint="name it with --scheme")
    if drop and place is None:
        raise PrepError(
            "drops the byte that --byte names", where="--drop", hint="without --byte each is dropped in turn"
        )
    if scheme is not None and place is not None:
        _one(scheme, read_all(scheme, params), place, None if drop else FLIPPED, lang, as_json)
        return
    rows = [row for name in ([scheme] if scheme else FRAMERS) for row in _swept(name, params)]
    if as_json:
        say_json({"sweeps": [asdict(row) for row in rows]})
        return
    for line in _table(rows, lang):
        typer.echo(line)


def _swept(scheme: str, params: list[str]) -> tuple[Sweep, Sweep]:
    settings = _settings(scheme, params)
    return sweep(scheme, _messages(scheme, settings), **settings)


def _settings(scheme: str, params: list[str]) -> dict[str, Any]:
    return read_all(scheme, params or (["size=10", "strip_pad=00"] if scheme == "fixed" else []))


def _messages(scheme: str, settings: dict[str, Any]) -> list[bytes]:
    return [carry(scheme, message, **settings) for message in Setup().messages()]


def _table(rows: list[Sweep], lang: str) -> Iterator[str]:
    yield from wrap(HEAD.say(lang), COLUMNS)
    yield ""
    yield COLUMN.say(lang)
    for row in rows:
        if not row.trials:
            continue
        name = pad(row.scheme, 11) + pad(DAMAGE[row.damage].say(lang), 12)
        back = "-" if not row.followed else f"{100 * row.resynced / row.followed:.0f} %"
        noticed, silent = (f"{100 * count / row.trials:.0f} %" for count in (row.noticed, row.silent))
        yield f"{name}{row.trials:5}{noticed:>9}{silent:>8}{row.wrong / row.trials:13.2f}{back:>20}"
    yield ""
    yield from wrap(FOOT.say(lang), COLUMNS)


def _one(scheme: str, settings: dict[str, Any], place: int, bit: int | None, lang: str, as_json: bool) -> None:
    settings = settings or _settings(scheme, [])
    messages = _messages(scheme, settings)
    found = damage(scheme, messages, place, bit, **settings)
    if as_json:
        say_json({**asdict(found), "wrong": [message.hex() for message in found.wrong], "silent": found.silent})
        return
    stream, spans = encode_all(scheme, messages, **settings)
    for line in [*dump(damaged(stream, found.at, bit), spans if bit is not None else ()), "", *_said(found, lang)]:
        typer.echo(line)


def _said(found: Outcome, lang: str) -> Iterator[str]:
    zh = lang == "zh"
    where = f"{found.at:04x}"
    what = DAMAGE["drop" if found.bit is None else "flip"].say(lang)
    yield (
        f"{what}：{where}（第 {found.index + 1} 条消息）" if zh else f"{what} at {where}, in message {found.index + 1}"
    )
    if zh:
        yield f"正确 {found.right} 条，错误 {len(found.wrong)} 条，丢失 {found.lost} 条；报错：{found.error or '无'}"
    else:
        yield f"{found.right} right, {len(found.wrong)} wrong, {found.lost} lost; error: {found.error or 'none'}"
    for message in found.wrong[:5]:
        yield f"  {message!r}"[:COLUMNS]
