"""What a quiz needs of a screen. Two things are one: `ask.Keys` at a terminal, `plain.Lines` everywhere else."""

from enum import StrEnum
from typing import Protocol

from prep.cards.grading import Answer, Verdict
from prep.study.session import Ask

Previews = dict[int, int]


class Key(StrEnum):
    """The commands of a quiz, by their keys."""

    UNDO = "u"
    BURY = "s"
    HINT = "h"
    SOURCE = "i"
    PROVE = "p"
    EDIT = "e"
    FLAG = "f"
    HELP = "?"
    QUIT = "q"


HELP = {
    Key.UNDO: "undo the last answer and ask that card again",
    Key.BURY: "put this card off until tomorrow",
    Key.HINT: "a hint",
    Key.SOURCE: "the source of the answer",
    Key.PROVE: "prove the answer (after it is shown)",
    Key.EDIT: "edit the card in your editor",
    Key.FLAG: "flag the card as wrong, or take the flag off; `prep deck check --flags` lists them",
    Key.HELP: "these keys",
    Key.QUIT: "quit; all that was rated is on disk",
}


class Screen(Protocol):
    prefix: str  # what stands before the letter of a command

    def question(self, question: Ask, heading: str) -> None:
        """Shows a question."""

    def answer(self, question: Ask) -> Answer | Key | None:
        """What the learner answers; None for "I don't know", or to see the answer of a basic card."""

    def reveal(self, question: Ask, answer: Answer | None, verdict: Verdict) -> None:
        """Shows what is right."""

    def rate(self, question: Ask, verdict: Verdict, previews: Previews) -> int | Key:
        """The rating, 1 to 4."""
