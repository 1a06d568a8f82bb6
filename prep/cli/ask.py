"""The terminal: single keys, lists and text fields. The only importer of `questionary`, which is imported behind the
first question, while that is being read.

A key answers the prompt that stands when it is pressed: what was typed before answers nothing. Keys of a Chinese input
method (`３`, `？`) are those of the keyboard. Ctrl-Z puts the quiz aside; its prompt comes back with it.
"""

import os
import signal
import sys
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import typer

from prep.cards.card import Basic, Choice, Multi
from prep.cards.grading import Answer, Unreadable, Verdict, read
from prep.cli.front import Key, Previews
from prep.cli.plain import command, how_to_answer, no_command, rating_labels
from prep.cli.render import RATINGS, columns, paint, rows, say, say_points, say_question, say_verdict, say_wrong
from prep.study.session import Ask
from prep.text import visible, width, wrap

if TYPE_CHECKING:
    from questionary import Question

LETTERS = set("ushipef?q")
GO_ON = {" ", "\r", "\n"}
CTRL_Z = "\x1a"


class Keys:
    prefix = ""

    def __init__(self) -> None:
        self.ticked: set[int] = set()

    def question(self, question: Ask, heading: str) -> None:
        self.ticked = set()
        say()
        say(f"── {heading} " + "─" * max(0, columns() - len(heading) - 4), dim=True)
        say_question(question.sheet, options=not isinstance(question.card, Choice))

    def answer(self, question: Ask) -> Answer | Key | None:
        match question.card:
            case Basic():
                return self._reveal_key()
            case Multi():
                return self._tick(question.sheet.options)
            case Choice():
                return self._choose(question.sheet.options)
        return self._text(question)

    def reveal(self, question: Ask, answer: Answer | None, verdict: Verdict) -> None:
        sheet = question.sheet
        self.ticked = set()
        if isinstance(question.card, Choice):
            for place, text in enumerate(sheet.options):
                option = question.card.options[sheet.order[place]]
                chosen = answer is not None and place in answer
                mark, colour = ("✓", "green") if option.right else ("✗", "red") if chosen else (" ", None)
                say(f"{'>' if chosen else ' '} {mark} {place + 1}. {text}", indent="       ", fg=colour)
        say_verdict(sheet, verdict, options_marked=isinstance(question.card, Choice))
        if isinstance(question.card, Basic):
            say_wrong(question.card, sheet.lang)

    def rate(self, question: Ask, verdict: Verdict, previews: Previews) -> int | Key:
        suggested = verdict.rating
        if isinstance(question.card, Basic) and question.card.points:
            ticked = self._tick_points(question)
            if isinstance(ticked, Key | int):
                return ticked
            said = suggestion(len(ticked), len(question.card.points))
            suggested = min(said, verdict.rating or said)
            say_points(question.card, question.sheet.lang, ticked)
        prompt = _rating_prompt(previews, suggested)
        key = _key(prompt, {*LETTERS, *map(str, RATINGS), *(GO_ON if suggested else ())})
        if key in LETTERS:
            return Key(key)
        return suggested if suggested and key in GO_ON else int(key)

    def _reveal_key(self) -> Key | None:
        shown = rows("Space: show the answer", " h hint", " ? keys")
        key = _key("\n".join(paint(line, dim=True) for line in shown), LETTERS | GO_ON)
        return None if key in GO_ON else Key(key)

    def _choose(self, options: list[str]) -> Answer | Key | None:
        import questionary

        choices = [questionary.Choice(title, value=(place,)) for place, title in enumerate(_titles(options))]
        listed = questionary.select(
            "",
            choices,
            qmark="",
            instruction=_instruction(f"1-{len(options)}, or arrows and Enter; ? keys"),
            erase_when_done=True,
        )
        chosen: Answer | Key = _asked(listed, {str(place + 1): (place,) for place in range(len(options))})
        return chosen

    def _tick(self, options: list[str]) -> Answer | Key | None:
        ticked = self._boxes(_titles(options), "Space or 1-9 tick, Enter answers, ? keys", {})
        return ticked if isinstance(ticked, Key) else tuple(ticked) or None

    def _tick_points(self, question: Ask) -> Sequence[int] | Key | int:
        points = [point.say(question.sheet.lang) for point in question.card.points]
        say("Which of these did you say?", dim=True)
        ratings = {str(rating): rating for rating in RATINGS}
        found: Sequence[int] | Key | int = self._boxes(
            _titles(points, numbered=False), "Space ticks, Enter goes on, or rate at once: 1-4", ratings
        )
        return found

    def _boxes(self, titles: list[str], instruction: str, digits: dict[str, Any]) -> Any:
        """A list to tick. What is ticked stays over a look aside; digits that mean nothing else tick too."""
        import questionary

        choices = [questionary.Choice(title, place, checked=place in self.ticked) for place, title in enumerate(titles)]
        listed = questionary.checkbox(
            "", choices, qmark="", instruction=_instruction(instruction), erase_when_done=True
        )
        control = next(c for c in listed.application.layout.find_all_controls() if hasattr(c, "selected_options"))

        def toggle(place: int) -> Callable[[], None]:
            ticked: list[int] = control.selected_options
            return lambda: ticked.remove(place) if place in ticked else ticked.append(place)

        toggles = {} if digits else {str(place + 1): toggle(place) for place in range(len(titles))}
        found = _asked(listed, digits, toggles)
        self.ticked = set(control.selected_options)
        return found

    def _text(self, question: Ask) -> Answer | Key | None:
        import questionary

        say(f"{how_to_answer(question)}; empty: I don't know; :? keys", dim=True)
        while True:
            _forget_keys()
            try:
                line = questionary.text("", qmark=">", enable_suspend=True).unsafe_ask()
            except EOFError:
                return Key.QUIT
            if (key := command(line, "ushipef?q")) is not None:
                return key
            if not line.strip():
                return None
            try:
                return read(question.sheet, line)
            except Unreadable as why:
                say(no_command(line) or str(why))


def suggestion(ticked: int, points: int) -> int:
    """All points said → Good, at least half → Hard, fewer → Again."""
    return 3 if ticked == points else 2 if ticked * 2 >= points else 1


def _rating_prompt(previews: Previews, suggested: int | None) -> str:
    labels = rating_labels(previews)
    prompt = "\n".join(rows(*labels.values(), *([f" Enter: {suggested}"] if suggested else []), " ? keys"))
    label = labels[suggested] if suggested else ""
    return prompt.replace(label, paint(label, bold=True, underline=True)) if label else prompt


def _instruction(text: str) -> str:
    """The line above a list, which does not wrap: the shortest hint where it does not fit."""
    return text if width(text) + 2 <= columns() else "? keys"


def _key(prompt: str, meant: Collection[str]) -> str:
    """Shows a prompt and waits for a key that means something at it."""
    typer.echo(prompt)
    while (key := _pressed()) not in meant:
        if key == CTRL_Z and hasattr(signal, "SIGTSTP"):
            os.kill(0, signal.SIGTSTP)  # the whole group, as the terminal does it
            typer.echo(prompt)
    return key


def _pressed() -> str:
    """A key pressed, the first of those that come together; the end of input quits. Ctrl-C interrupts."""
    try:
        keys = normalize("NFKC", typer.getchar())  # drops what was typed before
    except EOFError:
        return Key.QUIT
    return keys if keys.startswith("\x1b") else keys[:1]


def _forget_keys() -> None:
    """Drops what was typed before a list or text field stands: what the last one read too much, and what is unread."""
    from prompt_toolkit.application import get_app_session
    from prompt_toolkit.input.typeahead import clear_typeahead

    clear_typeahead(get_app_session().input)
    if sys.platform == "win32":
        import msvcrt

        while msvcrt.kbhit():
            msvcrt.getwch()
    else:
        import termios

        termios.tcflush(sys.stdin, termios.TCIFLUSH)


def _titles(options: list[str], *, numbered: bool = True) -> list[str]:
    """The options as lines of the terminal's width; lists do not wrap by themselves."""
    titles = [f"{place}. {text}" if numbered else text for place, text in enumerate(options, 1)]
    return ["\n".join(wrap(visible(title), columns() - 8, "        ")) for title in titles]


def _asked(listed: "Question", digits: dict[str, Any], toggles: dict[str, Callable[[], None]] | None = None) -> Any:
    """Runs a list in which digits and the keys of the quiz answer at once; toggles change it and stay."""
    from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
    from prompt_toolkit.key_binding.key_processor import KeyPress
    from prompt_toolkit.keys import Keys as Pressed

    ours = KeyBindings()

    def bind(key: str, result: Any) -> None:
        @ours.add(key, eager=True)
        def _(event: Any) -> None:
            event.app.exit(result=result)

    def change(key: str, does: Callable[[], None]) -> None:
        @ours.add(key, eager=True)
        def _(event: Any) -> None:
            does()

    for digit, does in (toggles or {}).items():
        change(digit, does)
    for letter in LETTERS:
        bind(letter, Key(letter))
    for digit, result in digits.items():
        bind(digit, result)
    bind("c-d", Key.QUIT)

    @ours.add("c-z")
    def _(event: Any) -> None:
        event.app.suspend_to_background()

    @ours.add(Pressed.Any)
    def _(event: Any) -> None:
        plain = normalize("NFKC", event.data)
        if plain != event.data and len(plain) == 1:
            event.key_processor.feed(KeyPress(plain), first=True)

    app = listed.application
    app.key_bindings = merge_key_bindings([app.key_bindings, ours] if app.key_bindings else [ours])
    _forget_keys()
    return listed.unsafe_ask()
