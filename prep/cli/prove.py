"""Runs the proofs of cards: our own commands in this process, and labs on this machine's kernel.

A deck is hostile, and so is its proof: it may run what computes (nothing that touches the learner, reads a file or
the input, or opens a socket), print so much, and take so long.
"""

import io
import json
import shlex
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import FrameType
from typing import TYPE_CHECKING, Any

import typer

from prep.cards.card import Card
from prep.cards.proof import Shown, prove
from prep.cli.app import run
from prep.cli.render import say
from prep.errors import PrepError, did_you_mean

if TYPE_CHECKING:
    from prep.labs.kit import Lab

MARKS = {True: "✓", False: "✗", None: "·"}
REFUTES = "  The card claims otherwise: flag it with f, and rate 1 if it misled you."
# The engines, and what of them computes; None: all but what is REFUSED.
PROVING: dict[str, list[str] | None] = {
    "http": None,
    "sticky": ["decode", "encode", "corrupt", "explain-length"],
    "subnet": None,
    "tcp": ["next", "check", "play", "diagram"],
}
REFUSED = {"drill"}
MOST = 1_000_000  # characters that a proof may print
LONGEST = 5.0  # seconds that it may take; those of the shipped cards take milliseconds
ONE_THING = "a proof shows one thing"


class _Page(io.StringIO):
    """What a proof prints, up to a bound."""

    def write(self, text: str, /) -> int:
        if self.tell() + len(text) > MOST:
            raise PrepError(f"prints more than {MOST} characters", hint=ONE_THING)
        return super().write(text)


class _TooLong(BaseException):
    """Not an Exception: nothing on the way may take it for an error of its own."""


def _ring(number: int, frame: FrameType | None) -> None:
    raise _TooLong


@contextmanager
def _timed() -> Iterator[None]:
    """Raises _TooLong after LONGEST; nothing where a computation cannot be stopped: Windows has no such timer, and
    signals reach the main thread alone."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)


def run_json(line: str) -> Any:
    """The JSON of one of our commands. Raises PrepError where it gives none, too much, or nothing in time."""
    try:
        words = shlex.split(line)
    except ValueError as fault:
        raise PrepError(f"cannot be read ({fault})") from None
    _allowed(words)
    out = _Page()
    try:
        with _timed(), redirect_stdout(out), redirect_stderr(_Page()):
            run([*words, "--json"])
    except typer.TyperException as fault:
        raise PrepError(fault.format_message()) from None
    except _TooLong:
        raise PrepError(f"takes longer than {LONGEST:g} s", hint=ONE_THING) from None
    except MemoryError:
        raise PrepError("needs more memory than there is", hint=ONE_THING) from None
    try:
        return json.loads(out.getvalue())
    except ValueError:
        raise PrepError("gives no JSON") from None


def _allowed(words: list[str]) -> None:
    """Raises PrepError for a command that a proof may not run."""
    name, own = (words or [""])[0], (words[1:] or [""])[0]
    if name not in PROVING:
        hint = did_you_mean(name, list(PROVING), f"a proof may run: {', '.join(PROVING)}")
        raise PrepError("no command that a proof may run", hint=hint)
    computing = PROVING[name]
    if not own or REFUSED.intersection(words) or (computing is not None and own not in computing):
        more = ", ".join(computing or [f"all but {', '.join(REFUSED)}"])
        raise PrepError("no command that a proof may run", hint=f"of {name} it may run: {more}")
    if "-" in words or (own in ("decode", "encode") and not _given(words)):
        raise PrepError("a proof has no input", hint="write what it reads into the command, as with --hex")
    if own == "play" and not _named(words):
        raise PrepError("a proof plays a script by its name", hint="`prep tcp play list` shows the names")


def _given(words: list[str]) -> bool:
    """Whether the messages stand in the command. With --hex a file is refused; behind `--` it would be one itself."""
    return "--" not in words and any(word.partition("=")[0] == "--hex" for word in words)


def _named(words: list[str]) -> bool:
    """Whether `tcp play` plays a script of ours: any other name is a file."""
    from prep.net.tcp.scripts import named

    return len(words) == 3 and words[2] in named()


def show_lab(name: str) -> Shown:
    """Runs a lab. Raises PrepError for one that there is none of."""
    from prep.labs.kit import run as run_lab

    lab = find_lab(name)
    report = run_lab(lab)
    skipped = report.because.en if report.because and not report.ran else None
    return Shown(report.held, frozenset(fact.field for fact in lab.facts), skipped)


def name_lab(name: str) -> Shown:
    """A lab as `show_lab` has it, that is not run."""
    return Shown({}, frozenset(fact.field for fact in find_lab(name).facts), "not run; `--labs` runs it")


def find_lab(name: str) -> "Lab":
    from prep.labs.registry import find

    return find(name)


def say_proofs(card: Card, lang: str) -> bool:
    """Runs them all; true where a prediction was refuted by its lab."""
    if not card.proof:
        say("This card has no proof to run; its source is its witness.")
    refuted = False
    for proof in card.proof:
        if proof.lab is not None:
            refuted |= _say_lab(proof.lab, proof.holds, lang)
            continue
        proved = prove(proof, run_json)
        say(f"{MARKS[proved.held]} {proved.said}", indent="  ")
        if proved.held is False:
            say(REFUTES)
    return refuted


def _say_lab(name: str, holds: tuple[str, ...], lang: str) -> bool:
    """A prediction where the lab asks for what the card claims, the lab, the facts that the card claims; whether the
    prediction was refuted."""
    from prep.cli.lab_text import asked, head, told
    from prep.labs.kit import run as run_lab

    try:
        lab = find_lab(name)
    except PrepError as fault:
        say(f"· {fault}")
        return False
    try:
        for line in head(lab, lang):
            say(line)
        ask = lab.ask if lab.ask and lab.ask.field in holds else None  # only what the card is about
        prediction = asked(lab, lang) if ask else None
        report = run_lab(lab)
    except KeyboardInterrupt:  # stops the lab, not the quiz
        say()
        say("Stopped.")
        return False
    for line in told(report, prediction, lang, holds):
        say(line)
    if any(report.held.get(field) is False for field in holds):
        say(REFUTES)
    if prediction is None or ask is None or not report.ran:
        return False
    found = report.facts.get(ask.field)  # None: the lab did not get there, or cannot tell
    return found is not None and bool(ask.choices[prediction][0] != found)
