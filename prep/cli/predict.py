"""A prediction before an experiment: ask, and later say whether it came true."""

import sys
from typing import Any

import typer

from prep.cli.batch import read_line
from prep.labs.kit import Ask
from prep.text import Both

PROMPT = Both("Your prediction (a number, empty to skip): ", "你的预测（序号，回车跳过）：")
AGAIN = Both("A number from 1 to {}, or nothing.", "请输入 1 到 {} 的序号，或直接回车。")
RIGHT = Both("✓ as you predicted: {}", "✓ 与你的预测一致：{}")
UNSHOWN = Both(
    "· you predicted {}; what becomes of it could not be shown here", "· 你的预测是：{}；本机未能展示结果，无从比较"
)
WRONG = Both("✗ you predicted {}; the kernel did: {}", "✗ 你的预测是：{}；内核的结果是：{}")


def at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def predict(ask: Ask, lang: str) -> int | None:
    """The place of the chosen prediction; None where nothing was chosen or the input has ended."""
    from prep.cli.render import say

    zh = lang == "zh"
    say(ask.zh if zh else ask.en)
    for place, choice in enumerate(ask.choices, 1):
        say(f"  {place}. {choice[2] if zh else choice[1]}", indent="     ")
    while True:
        typer.echo(PROMPT.say(lang), nl=False)
        line = read_line()
        if not sys.stdin.isatty():
            typer.echo("")
        if not (line or "").strip():
            return None
        if line and line.strip() in [str(place + 1) for place in range(len(ask.choices))]:
            return int(line) - 1
        typer.echo(AGAIN.say(lang).format(len(ask.choices)))


def compared(ask: Ask, chosen: int, found: Any, lang: str) -> str:
    """What became of the prediction; `found` is the value of the field that was asked for, None where there is none."""
    zh = lang == "zh"
    value, *said = ask.choices[chosen]
    if found is None:
        return UNSHOWN.say(lang).format(said[zh])
    if value == found:
        return RIGHT.say(lang).format(said[zh])
    seen = next((choice[1:][zh] for choice in ask.choices if choice[0] == found), found)
    return WRONG.say(lang).format(said[zh], seen)
