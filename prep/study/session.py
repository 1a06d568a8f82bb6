"""The daily quiz as a sans-I/O machine.

Laws:
- (rows, settings, decks, now, answers) determine everything: the machine is handed a deal and the time, and keeps only
  what the learner did in this sitting.
- Order: learning steps that are due; then reviews, the least likely recalled first, with the new cards spread evenly
  between; when only steps within 20 minutes remain, they come early; then the session is done.
- A card is never asked straight after one whose answer gives it away, its `needs` and `next` neighbours, unless
  nothing else is left to ask.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from prep.cards.card import Card
from prep.cards.grading import Sheet, sheet
from prep.study.memory import Memory, seed_of
from prep.study.today import Deal

EARLY_MS = 20 * 60_000

Fetch = Callable[[str], Card | None]


def pick(deal: Deal, now_ms: int, fetch: Fetch) -> str | None:
    """The card to ask next; None when nothing is left for now."""
    candidates = _candidates(deal, now_ms)
    last = None if deal.last is None else fetch(deal.last)
    first = next(candidates, None)
    if first is None or last is None or not gives_away(last, first, fetch):
        return first
    return next((name for name in candidates if not gives_away(last, name, fetch)), first)


def _candidates(deal: Deal, now_ms: int) -> Iterator[str]:
    """All that could be asked now, best first."""
    waiting = [memory for memory in deal.steps if (memory.due or 0) > now_ms]
    yield from (memory.card for memory in deal.steps if (memory.due or 0) <= now_ms)
    yield from _spread(deal)
    yield from (memory.card for memory in waiting if (memory.due or 0) <= now_ms + EARLY_MS)


def _spread(deal: Deal) -> Iterator[str]:
    """Reviews with the new cards between them, so that both come to their ends together over the whole day."""
    due, fresh = iter(deal.due), iter(deal.fresh)
    reviewed, introduced = deal.reviewed, deal.introduced
    reviews, news = reviewed + len(deal.due), introduced + len(deal.fresh)
    for _ in range(len(deal.due) + len(deal.fresh)):
        new_is_behind = introduced * reviews < reviewed * news
        if introduced < news and (new_is_behind or reviewed == reviews):
            introduced += 1
            yield next(fresh)
        else:
            reviewed += 1
            yield next(due)


def gives_away(last: Card, name: str, fetch: Fetch) -> bool:
    """Are the two cards neighbours by `needs` or `next`, in either direction?"""
    if name in last.next or name in last.needs:
        return True
    card = fetch(name)
    return card is not None and (last.id in card.next or last.id in card.needs)


# ── one sitting ──


@dataclass(frozen=True, slots=True)
class Ask:
    """A question on its sheet."""

    sheet: Sheet
    memory: Memory

    @property
    def card(self) -> Card:
        return self.sheet.card


def ask(card: Card, memory: Memory, lang: str) -> Ask:
    """The same card at the same number of reviews is always put in the same way."""
    return Ask(sheet(card, seed_of(card.id, memory.reps), lang), memory)


@dataclass
class Sitting:
    """What was done since the quiz began; limits of the sitting."""

    limit: int | None = None
    ends: datetime | None = None
    answered: int = 0
    recalled: int = 0
    introduced: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    @property
    def missed(self) -> list[str]:
        """The cards that were missed, each once."""
        return list(dict.fromkeys(self.misses))

    def over(self, now: datetime) -> bool:
        return (self.limit is not None and self.answered >= self.limit) or (self.ends is not None and now >= self.ends)

    def count(self, question: Ask, rating: int) -> None:
        self.answered += 1
        self.recalled += rating > 1
        if question.memory.state == "new":
            self.introduced.append(question.card.id)
        if rating == 1:
            self.misses.append(question.card.id)

    def uncount(self, question: Ask, rating: int) -> None:
        self.answered -= 1
        self.recalled -= rating > 1
        if question.memory.state == "new":
            self.introduced.remove(question.card.id)
        if rating == 1:
            self.misses.remove(question.card.id)


class Cram:
    """Practice that leaves the schedule alone: every chosen card once, in an order of its own each day, those that were
    missed again until they are right."""

    def __init__(self, chosen: list[str], day: int) -> None:
        self.left = sorted(chosen, key=lambda name: sha256(f"{day}/{name}".encode()).digest())

    def next(self) -> str | None:
        return self.left[0] if self.left else None

    def rated(self, rating: int) -> None:
        name = self.left.pop(0)
        if rating == 1:
            self.left.insert(min(5, len(self.left)), name)
