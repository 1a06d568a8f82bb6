"""What is shown: cards, verdicts, memories. Every text from outside passes `visible` on its way to the terminal.

Colours are the terminal's own red, green and bold, so that light and dark themes both can be read, and never the only
sign of anything. Without a terminal, with NO_COLOR or TERM=dumb there are none.
"""

import os
import sys
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import typer

from prep.cards.card import Card, Choice, Cloze, Match, Multi, Option, Order
from prep.cards.grading import Sheet, Verdict, expected, filled
from prep.cli.batch import say_json as say_json
from prep.study.memory import DAY_MS
from prep.text import visible, width, wrap

if TYPE_CHECKING:
    from prep.cards.tree import Fault

WIDEST = 96  # longer lines tire the eye
RATINGS = {1: "Again", 2: "Hard", 3: "Good", 4: "Easy"}


def colours() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, **how: Any) -> str:
    """The text in a style of `typer.style`, where the terminal takes one."""
    return typer.style(text, **how) if colours() else text


def columns() -> int:
    return min(get_terminal_size().columns - 1, WIDEST)


def say(text: str = "", indent: str = "", **how: Any) -> None:
    """Prints a text of ours or of a card, wrapped; line breaks are kept."""
    for line in wrap(visible(text), columns(), indent):
        typer.echo(paint(line, **how) if how else line)


def rows(*parts: str) -> list[str]:
    """The parts side by side, as many on a line as fit; none is broken."""
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]}  {part}" if lines[-1] else part
        if lines[-1] and width(longer) > columns():
            lines.append(part.lstrip())
        else:
            lines[-1] = longer
    return lines


def note(text: str) -> None:
    """A line to stderr that is no error."""
    typer.echo(f"note: {visible(text)}", err=True)


def note_left_out(faults: "Iterable[Fault]") -> None:
    """One line for each deck file that is left out, with its first fault."""
    for file, found in groupby(faults, key=lambda fault: fault.file):
        first, *more = found
        note(f"left out: {first}" + (f", and {len(more)} more; `prep deck check {file}` tells all" if more else ""))


# ── cards ──


def question_text(sheet: Sheet) -> str:
    """The question, marked where it had to be English."""
    untold = sheet.lang == "zh" and sheet.card.q.zh is None
    return ("[en] " if untold else "") + sheet.ask


def option_lines(sheet: Sheet) -> list[str]:
    """The options as they are numbered in line mode."""
    if isinstance(sheet.card, Match):
        left = [f"{place}. {text}" for place, text in enumerate(sheet.left, 1)]
        return [*left, *(f"{chr(96 + place)}. {text}" for place, text in enumerate(sheet.options, 1))]
    return [f"{place}. {text}" for place, text in enumerate(sheet.options, 1)]


def options_json(sheet: Sheet) -> Any:
    """None for cards without options; two lists, left and right, for a match."""
    if isinstance(sheet.card, Match):
        return [sheet.left, sheet.options]
    return sheet.options or None


def say_question(sheet: Sheet, *, options: bool = True) -> None:
    say(question_text(sheet), bold=True)
    if options:
        for line in option_lines(sheet):
            say(f"  {line}", indent="     ")


def say_verdict(sheet: Sheet, verdict: Verdict, *, options_marked: bool = False) -> None:
    """Right or wrong, the right answer (where the options do not mark it already), why a classic wrong answer is
    wrong, and the explanation."""
    card, lang = sheet.card, sheet.lang
    if verdict.correct is not None:
        remark = f" ({verdict.remark})" if verdict.remark and not verdict.correct else ""
        say("✓ right" if verdict.correct else f"✗ wrong{remark}", fg="green" if verdict.correct else "red", bold=True)
        if not options_marked:
            say_right(sheet, known=verdict.correct)
        for trap in verdict.traps:
            _say_trap(trap, lang)
    if sheet.made is not None and verdict.correct is False:
        for line in sheet.made.solution.say(lang).splitlines():
            say(line, indent="  ")
    elif card.a is not None:
        say(card.a.say(lang))


def say_right(sheet: Sheet, *, known: bool = False) -> None:
    """The right answer: filled gaps, all items of a list with the numbers that the question gave them, or one line,
    which somebody who knew it needs not."""
    card = sheet.card
    line, items = expected(sheet), list[str]()
    match card:
        case Cloze():
            say(filled(card.q.say(sheet.lang)))
            return
        case Multi():
            line, items = "", line.splitlines()
        case Order():
            places = [sheet.order.index(at) + 1 for at in range(len(card.order))]
            line = " ".join(map(str, places))
            items = [f"{place}. {sheet.options[place - 1]}" for place in places]
        case Match():
            pairs = [f"{at + 1}{chr(97 + sheet.order.index(at))}" for at in range(len(card.pairs))]
            items = [f"{pair}. {told}" for pair, told in zip(pairs, line.splitlines(), strict=True)]
            line = " ".join(pairs)
    if line and not known:
        say(f"answer: {line}")
    for item in items:
        say(f"  {item}", indent="     ")


def say_points(card: Card, lang: str, ticked: Collection[int] = ()) -> None:
    for place, point in enumerate(card.points):
        say(f"{'✓' if place in ticked else '·'} {point.say(lang)}", indent="  ")


def say_wrong(card: Card, lang: str) -> None:
    """The classic wrong answers of a card without options."""
    for trap in card.wrong:
        _say_trap(trap, lang)


def say_traps(card: Card, lang: str) -> None:
    """Every wrong answer and option that has a reason."""
    for trap in card.options if isinstance(card, Choice) else card.wrong:
        if not (isinstance(card, Choice) and (trap.right or trap.why is None)):
            _say_trap(trap, lang)


def _say_trap(trap: Option, lang: str) -> None:
    dash = "——" if lang == "zh" else " — "
    say(f"✗ {trap.text.say(lang)}" + (f"{dash}{trap.why.say(lang)}" if trap.why else ""), indent="  ")


def source(card: Card) -> str:
    return "; ".join(str(cite) + (" (historic)" if cite.historic else "") for cite in card.cite)


# ── times ──


def span(ms: int) -> str:
    """A waiting time, roughly: 45s, 10m, 3h, 8d, 5mo, 2y.

    >>> span(60_000), span(8 * 86_400_000), span(400 * 86_400_000)
    ('1m', '8d', '1.1y')
    """
    seconds = ms // 1000
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m"
    if ms < DAY_MS:
        return f"{seconds // 3600}h"
    days = ms / DAY_MS
    if days < 31:
        return f"{days:.0f}d"
    return f"{days / 30.44:.0f}mo" if days < 365 else f"{days / 365.25:.1f}y"


def iso(ms: int | None, zone: tzinfo | None) -> str | None:
    return (
        None
        if ms is None
        else datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone).isoformat(timespec="milliseconds")
    )


def clock_time(ms: int, zone: tzinfo | None) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone).strftime("%H:%M")
