"""The kinds of card, as values.

A card asks one thing. Its text stands in English and, where it has been written, in Chinese; options, points, gaps
and pairs carry both languages per item, so that shuffling and grading do not depend on the language. How a card is
written in YAML is the business of `deckfile`; how an answer is judged, of `grading`.
"""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

# In the question of a cloze card: {{answer}}. No gap holds the beginning of another, so that the time is linear.
GAP = re.compile(r"\{\{((?:(?!\{\{|\}\}).)+)\}\}")


@dataclass(frozen=True, slots=True)
class Text:
    """What is said in English and perhaps in Chinese."""

    en: str
    zh: str | None = None

    def say(self, lang: str) -> str:
        return self.zh if lang == "zh" and self.zh is not None else self.en


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice, or a classic wrong answer; `why` tells why it is wrong."""

    text: Text
    right: bool = False
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Cite:
    """A source that a reader can open. `historic` marks an obsoleted one, kept beside its successor."""

    src: str
    sec: str | None = None
    historic: bool = False

    def __str__(self) -> str:
        if self.sec is None:
            return self.src
        return (
            f"{self.src} §{self.sec}"
            if self.src.startswith("RFC ") and self.sec[:1].isalnum()
            else f"{self.src} {self.sec}"
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """Either one of our own commands and part of the JSON it gives, or a lab and the fields that must hold."""

    run: str | None = None
    gives: Any = None
    lab: str | None = None
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What every kind has. (Docstrings spare each class the signature that dataclasses would make for it: 12 ms in
    all, at every start.)"""

    kind: ClassVar[str]

    id: str
    deck: str
    difficulty: int
    tags: tuple[str, ...]
    q: Text
    a: Text | None = None
    points: tuple[Text, ...] = ()
    wrong: tuple[Option, ...] = ()
    hint: Text | None = None
    cite: tuple[Cite, ...] = ()
    proof: tuple[Proof, ...] = ()
    next: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    platform: str = "any"
    seeds: tuple[str, ...] = ()
    renamed_from: tuple[str, ...] = ()


class Basic(Card):
    """The learner says the answer, ticks the points and grades himself."""

    __slots__ = ()
    kind: ClassVar[str] = "basic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Card):
    """Exactly one option is right; the wrong answers join the options."""

    kind: ClassVar[str] = "choice"
    choices: tuple[Option, ...]

    @property
    def options(self) -> tuple[Option, ...]:
        return self.choices + self.wrong


class Multi(Choice):
    """Any number of options is right."""

    __slots__ = ()
    kind: ClassVar[str] = "multi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed(Card):
    """A short answer in words; every spelling in `accept` and `accept_zh` counts."""

    kind: ClassVar[str] = "typed"
    accept: tuple[str, ...]
    accept_zh: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloze(Card):
    """Gaps `{{answer}}` in the question; `accept` lists the spellings that count, gap by gap."""

    kind: ClassVar[str] = "cloze"
    accept: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Card):
    """Items in the right order; shown shuffled."""

    kind: ClassVar[str] = "order"
    order: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Card):
    """Pairs that belong together; the right-hand sides are shown shuffled."""

    kind: ClassVar[str] = "match"
    pairs: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True, slots=True)
class Generate:
    """A generator with its version, and the difficulty band."""

    kind: str
    band: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeric(Card):
    """Question and answer come from a generator; `q` is the name of the exercise, `a` its method."""

    kind: ClassVar[str] = "numeric"
    generate: Generate


KINDS: dict[str, type[Card]] = {kind.kind: kind for kind in (Basic, Choice, Multi, Typed, Cloze, Order, Match, Numeric)}


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck, as a file holds it."""

    id: str
    title: Text
    cards: tuple[Card, ...]
