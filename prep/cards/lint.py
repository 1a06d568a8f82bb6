"""The rules of `prep deck check` that need more than one card, or the world outside a card; and those on wording.

Each rule takes all cards and gives findings; a finding is a fault, or a note where it is only worth knowing. rules.py
has a sentence on each.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from prep.cards.card import Card, Generate, Numeric
from prep.cards.paths import PATHS
from prep.cards.tree import Field
from prep.cards.wording import wording

# Obsoleted RFC → its successor, for the sources that interviews quote.
OBSOLETE = {
    "793": "9293",
    "1323": "7323",
    "2001": "5681",
    "2068": "9110",
    "2246": "9846",
    "2460": "8200",
    "2581": "5681",
    "2616": "9110",
    "2988": "6298",
    "4346": "9846",
    "5246": "9846",
    "6824": "8684",
    "7230": "9112",
    "7231": "9110",
    "7232": "9110",
    "7233": "9110",
    "7234": "9111",
    "7235": "9110",
    "7540": "9113",
    "8446": "9846",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`field` is what of the card it is about: a path of keys and places, empty for the card as a whole."""

    card: Card
    rule: str
    message: str
    field: Field = ()
    fault: bool = True


def lint(cards: list[Card], own: Collection[str] = (), known: Collection[str] = ()) -> Iterator[Finding]:
    """`own` are the ids of the learner's own cards, which may do without a hint; `known` those of cards that are there
    but cannot be read."""
    known = {card.id for card in cards}.union(known)
    for card in cards:
        yield from _dangling(card, known)
        yield from _obsolete(card)
        for field, rule, message in wording(card):
            yield Finding(card, rule, message, field, fault=not (rule == "missing-hint" and card.id in own))
    yield from _near(cards)
    yield from _like_paths(cards)
    yield from _twins(cards)
    yield from _cycles(cards)


def _dangling(card: Card, known: set[str]) -> Iterator[Finding]:
    """next-unknown, needs-unknown: a neighbour that no deck has."""
    for key, names in (("next", card.next), ("needs", card.needs)):
        for place, name in enumerate(names):
            if name not in known:
                yield Finding(card, f"{key}-unknown", f"{key}: no deck has a card {name}", (key, place))


def _obsolete(card: Card) -> Iterator[Finding]:
    """cite-obsolete: an obsoleted RFC stands only marked `historic` and beside its successor."""
    cited = {cite.src.removeprefix("RFC ") for cite in card.cite}
    for place, cite in enumerate(card.cite):
        successor = OBSOLETE.get(cite.src.removeprefix("RFC ")) if re.fullmatch(r"RFC \d+", cite.src) else None
        if successor and not (cite.historic and successor in cited):
            said = f"{cite.src} is obsoleted by RFC {successor}: cite that, and this as historic"
            yield Finding(card, "cite-obsolete", said, ("cite", place))


NEAR = 0.8  # of the words of both questions are the same


def _near(cards: list[Card]) -> Iterator[Finding]:
    """near-duplicate: two questions of nearly the same words.

    Two sets that share so much share one of their rarest words: only those pairs are compared (prefix filtering), so
    that a learner's ten thousand cards do not make fifty million pairs.
    """
    asked = {card.id: set(re.findall(r"\w+", card.q.en.casefold())) for card in cards if not isinstance(card, Numeric)}
    count = Counter(word for words in asked.values() for word in words)
    seen: dict[str, list[Card]] = {}
    for card in cards:
        words = asked.get(card.id, set())
        rare = sorted(words, key=lambda word: (count[word], word))[: len(words) - int(NEAR * len(words)) + 1]
        for other in {id(other): other for word in rare for other in seen.get(word, [])}.values():
            both = words & asked[other.id]
            if card.deck != "http-codes" and len(both) >= NEAR * len(words | asked[other.id]):
                yield Finding(card, "near-duplicate", f"{other.id} asks nearly the same words", ("q",))
        for word in rare:
            seen.setdefault(word, []).append(card)


def _like_paths(cards: list[Card]) -> Iterator[Finding]:
    """path-id: a deck with the id of a study path, told at its first card."""
    first = {card.deck: card for card in reversed(cards) if card.deck in PATHS}
    for name, card in first.items():
        yield Finding(card, "path-id", f"{name} is a study path: `quiz {name}` asks its cards, not this deck's")


def _twins(cards: list[Card]) -> Iterator[Finding]:
    """twin-generator: a generator and band has one card, and so one memory."""
    first: dict[Generate, Card] = {}
    for card in cards:
        if isinstance(card, Numeric) and first.setdefault(card.generate, card) is not card:
            other = first[card.generate].id
            said = f"{card.generate.kind} band {card.generate.band} is asked by {other} too"
            yield Finding(card, "twin-generator", said, ("generate",))


def _cycles(cards: list[Card]) -> Iterator[Finding]:
    """needs-cycle: cards that wait for each other would never be asked."""
    needs = {card.id: card.needs for card in cards}
    done: set[str] = set()
    for card in cards:
        path: list[str] = []
        stack = [(card.id, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                path.pop()
                done.add(name)
            elif name in path:
                circle = [*path[path.index(name) :], name]
                yield Finding(card, "needs-cycle", f"needs go round in a circle: {' → '.join(circle)}", ("needs",))
            elif name not in done and name in needs:
                path.append(name)
                stack.append((name, True))
                stack.extend((other, False) for other in needs[name])
