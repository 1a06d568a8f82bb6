"""What a generated question is made of: dice, the question with its answer and likely slips, and its kind.

Laws:
- The same (generator, version, band, seed) gives the same question for ever, on every machine and Python: the dice are
  SHA-256, not `random`. A generator whose questions change gets a new version; the old one stays.
- The answer is computed by `net/` and graded by value: `/26`, `26` and `255.255.255.192` are one answer, and so are all
  spellings of an IPv6 address.
- A likely slip is recognised and named: forgot the −2, gave the broadcast address, took the wildcard for the mask. Its
  value is never that of the right answer or of another slip: a question drops such ones when it is made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from prep.cards.card import Text
from prep.cards.drills.forms import value_of
from prep.net.subnet.address import text_of

T = TypeVar("T")


class Dice:
    """A stream of numbers that depends on the seed alone."""

    def __init__(self, seed: str) -> None:
        self.seed, self.drawn = seed, 0

    def below(self, count: int) -> int:
        """From 0 to count − 1, evenly but for 1 part in 2^64."""
        self.drawn += 1
        digest = sha256(f"{self.seed}/{self.drawn}".encode()).digest()
        return int.from_bytes(digest) % count

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        left, out = list(items), []
        while left:
            out.append(left.pop(self.below(len(left))))
        return out


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong answer that a known mistake gives, and the mistake."""

    answer: str
    why: Text


@dataclass(frozen=True, slots=True)
class Question:
    """`form` says how answers are read (FORMS). `answer` is the right one in its best spelling. `hints` go from the
    concept to the step; `solution` is worked out line by line. Of slips with the same value the first stays."""

    ask: Text
    form: str
    answer: str
    solution: Text
    hints: tuple[Text, ...] = ()
    slips: tuple[Slip, ...] = ()

    def __post_init__(self) -> None:
        seen, kept = {value_of(self.form, self.answer)}, []
        for slip in self.slips:
            if (value := value_of(self.form, slip.answer)) not in seen:
                seen.add(value)
                kept.append(slip)
        object.__setattr__(self, "slips", tuple(kept))


@dataclass(frozen=True, slots=True)
class Marked:
    correct: bool
    slip: Slip | None = None


def mark(question: Question, text: str) -> Marked:
    """Right or wrong by value, and the slip where the answer shows one. Raises ValueError for unreadable text."""
    given = value_of(question.form, text)
    if given == value_of(question.form, question.answer):
        return Marked(True)
    return Marked(False, next((slip for slip in question.slips if value_of(question.form, slip.answer) == given), None))


@dataclass(frozen=True, slots=True)
class Drill:
    """A kind of question. `name` and `method` are what a card of it shows as its name and explanation; `bands` how many
    difficulties there are, from 1; `cite` where the rule stands."""

    id: str
    name: Text
    method: Text
    bands: int
    cite: tuple[tuple[str, str | None], ...]
    tags: tuple[str, ...]
    make: Callable[[Dice, int], Question]


def dotted(number: int) -> str:
    return text_of(4, number)
