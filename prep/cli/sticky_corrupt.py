"""`prep sticky corrupt`: one damaged framing byte, and what each scheme makes of it."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import typer

from prep.cli.batch import say_json
from prep.cli.hexdump import as_text, dump
from prep.cli.sticky_bytes import read_all
from prep.cli.sticky_fault import kind_told
from prep.cli.sticky_width import columns
from prep.errors import PrepError
from prep.labs.transfer import Setup
from prep.net.framing import FRAMERS, carry
from prep.net.framing.corrupt import Outcome, Sweep, damaged, sweep, without
from prep.net.framing.corrupt import corrupt as damage
from prep.net.framing.spans import encode_all
from prep.text import Both, pad, wrap

FLIPPED = 0  # the bit that --byte flips: the least significant, the hardest to see
MOST_WRONG = 5  # messages that are shown

HEAD = Both(
    "Ten messages; each framing byte in turn: each of its bits flipped, then the byte dropped.",
    "十条消息；依次对每个定界字节：逐位翻转，再丢掉该字节。",
)
COLUMN = Both(
    f"{'trials':>28}{'noticed':>10}{'silent':>10}{'harmless':>10}{'wrong/trial':>12}{'resyncs':>10}",
    " " * 22 + "试验数  发现错误  悄悄出错      无害 错误消息/次  之后恢复",
)
DAMAGE = {"flip": Both("bit flipped", "翻转一位"), "drop": Both("byte dropped", "丢一字节")}
FOOT = Both(
    "noticed: an error (some only when the stream ends). silent: messages lost or wrong, and no error. harmless: all "
    "messages right, and no error. wrong/trial: messages delivered that nobody sent. resyncs: it finds its way back, "
    "right messages come behind the damage. No scheme sees damage of the payload: that takes a checksum.",
    "发现错误：报错（有些要到流结束才报）。悄悄出错：消息丢失或错误却没有报错。无害：消息全部正确，也没有报错。"
    "错误消息/次：交付了没人发过的消息。之后恢复：损坏之后仍有正确消息。载荷本身的损坏任何定界方式都看不出，要靠校验和。",
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
    yield from wrap(HEAD.say(lang), columns())
    yield ""
    yield COLUMN.say(lang)
    for row in rows:
        if not row.trials:
            continue
        name = pad(row.scheme, 11) + pad(DAMAGE[row.damage].say(lang), 12)
        back = "-" if not row.followed else f"{100 * row.resynced / row.followed:.0f} %"
        ends = "".join(
            f"{f'{100 * count / row.trials:.0f} %':>10}" for count in (row.noticed, row.silent, row.harmless)
        )
        yield f"{name}{row.trials:5}{ends}{row.wrong / row.trials:12.2f}{back:>10}"
    yield ""
    yield from wrap(FOOT.say(lang), columns())


def _one(scheme: str, settings: dict[str, Any], place: int, bit: int | None, lang: str, as_json: bool) -> None:
    settings = settings or _settings(scheme, [])
    messages = _messages(scheme, settings)
    found = damage(scheme, messages, place, bit, **settings)
    stream, spans = encode_all(scheme, messages, **settings)
    broken = damaged(stream, found.at, bit)
    was, now = f"{stream[found.at]:02x}", None if bit is None else f"{broken[found.at]:02x}"
    if as_json:
        wrong = [message.hex() for message in found.wrong]
        say_json({**asdict(found), "was": was, "now": now, "wrong": wrong, "silent": found.silent})
        return
    marked = without(spans, found.at) if bit is None else spans
    for line in [
        *dump(broken, marked, lang=lang),
        "",
        *wrap(_damage(found, was, now, lang), columns()),
        *_said(found, lang),
    ]:
        typer.echo(line)


def _damage(found: Outcome, was: str, now: str | None, lang: str) -> str:
    at, bit, number = f"{found.at:04x}", found.bit, found.index + 1
    if lang == "zh":
        what = f"字节 {at} 被丢掉，原为 {was}" if now is None else f"字节 {at} 的第 {bit} 位翻转，{was} → {now}"
        return f"{what}（第 {number} 条消息）"
    what = f"byte {at} dropped, {was}" if now is None else f"bit {bit} of byte {at} flipped, {was} → {now}"
    return f"{what}, in message {number}"


def _said(found: Outcome, lang: str) -> Iterator[str]:
    error = kind_told(found.error, lang) if found.error else None
    if lang == "zh":
        yield f"正确 {found.right} 条，错误 {len(found.wrong)} 条，丢失 {found.lost} 条"
        yield from wrap(f"报错：{error or '无'}", columns())
    else:
        yield f"{found.right} right, {len(found.wrong)} wrong, {found.lost} lost"
        yield from wrap(f"error: {error or 'none'}", columns())
    for message in found.wrong[:MOST_WRONG]:
        yield f"  {as_text(message, columns() - 2)}"
