"""Looks aside from a question: a hint, the source, the proof, the keys; editing and flagging the card."""

import os
import shlex
import subprocess
import sys

from prep.cards.grading import hints
from prep.cli.front import HELP, Key
from prep.cli.learner import Learner
from prep.cli.render import say, source
from prep.errors import PrepError, did_you_mean
from prep.study.session import Ask


def aside(key: Key, question: Ask, learner: Learner, revealed: bool, hinted: int, prefix: str) -> bool:
    """`hinted`: how many hints were taken before; `prefix` stands before the letter of a command. True where a
    prediction of the learner was refuted."""
    card = question.card
    match key:
        case Key.HINT:
            ladder = hints(question.sheet)
            say(f"hint: {ladder[min(hinted, len(ladder) - 1)]}" if ladder else "This card has no hint.")
        case Key.SOURCE:
            say(f"{card.id} · {source(card)}")
        case Key.HELP:
            for letter, does in HELP.items():
                if not (prefix and letter is Key.EDIT):  # line mode has no editor
                    say(f"  {prefix}{letter.value}  {does}", indent="      ")
            say("  1-4  rate: Again, Hard, Good, Easy")
            if not prefix:
                say("  In a list Space ticks; in a text field write : before the letter, :q for one.")
        case Key.PROVE if not revealed:
            say("The proof would give the answer away: answer first.")
        case Key.PROVE:
            from prep.cli.prove import say_proofs

            return say_proofs(card, learner.lang)
        case Key.FLAG:
            from prep.cards.flags import toggle

            if toggle(learner.home, card.id, learner.now()):
                say(f"Flagged {card.id}; `prep deck check --flags` lists it.")
            else:
                say(f"{card.id}: the flag is off again.")
        case Key.EDIT:
            try:
                edit(learner, card.id)
            except PrepError as fault:
                say(str(fault))
    return False


def edit(learner: Learner, name: str) -> None:
    """Opens the file of a card or deck at its line. Raises PrepError where that cannot be done."""
    place = learner.shelf.to_edit(name)
    if place is None:
        known = [*learner.shelf.ids(), *(deck.id for deck in learner.shelf.decks())]
        hint = did_you_mean(name, known, "`prep deck list` shows the decks, `prep deck list DECK` their cards")
        raise PrepError("no such card or deck", where=name or repr(name), hint=hint)
    file, line = place
    if file.endswith(".py"):
        raise PrepError(f"made from the table in {file}", where=name, hint="there is no deck file to edit")
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        words = shlex.split(editor)
    except ValueError as fault:
        raise PrepError(f"cannot be read as a command ({fault})", where=f"EDITOR={editor}", hint="mend it") from None
    if not words:
        raise PrepError("no editor to open it with", where=f"{file}:{line}", hint="set EDITOR")
    if not sys.stdin.isatty():
        raise PrepError("no terminal to edit in", where=f"{file}:{line}", hint="open the file yourself")
    at = [file] if os.path.basename(words[0]) in ("notepad", "notepad.exe") else [f"+{line}", file]
    if os.path.basename(words[0]) in ("code", "codium", "code.cmd"):
        at = ["--wait", "--goto", f"{file}:{line}"]
    try:
        ended = subprocess.run([*words, *at], check=False).returncode
    except OSError as fault:
        raise PrepError(
            f"cannot start the editor ({fault.strerror})", where=words[0], hint="mend EDITOR or VISUAL"
        ) from None
    if ended:
        raise PrepError(f"the editor ended with {ended}", where=words[0])
    from prep.cards.shelf import sources

    learner.shelf.refresh(sources(learner.home))
    for problem in learner.shelf.faults():
        say(f"left out: {problem}", fg="red")
