"""The rules of `prep deck check` that need more than one card, or the world outside a card; and those on wording.

Each rule takes all cards and gives findings; a finding is a fault, or a note where it is only worth knowing. rules.py
has a sentence on each.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain

from prep.cards.card import Card, Generate, Numeric
from prep.cards.paths import PATHS
from prep.cards.tree import Field
from prep.cards.wording import wording

# Obsoleted RFC → its successor in force, for the sources that interviews quote; of several one is enough.
OBSOLETE = {
    "793": "9293",
    "879": "9293",
    "1323": "7323",
    "1883": "8200",
    "1981": "8201",
    "2001": "5681",
    "2068": "9110",
    "2246": "9846",
    "2460": "8200",
    "2461": "4861",
    "2581": "5681",
    "2616": "9110",
    "2617": "7616 or 7617",
    "2818": "9110",
    "2988": "6298",
    "3315": "9915",
    "4346": "9846",
    "5246": "9846",
    "6528": "9293",
    "6824": "8684",
    "7159": "8259",
    "7230": "9112",
    "7231": "9110",
    "7232": "9110",
    "7233": "9110",
    "7234": "9111",
    "7235": "9110",
    "7540": "9113",
    "8415": "9915",
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
    yield from _renamed(cards, known)
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
        if successor and not (cite.historic and cited.intersection(successor.split(" or "))):
            said = f"{cite.src} is obsoleted by RFC {successor}: cite that, and this as historic"
            yield Finding(card, "cite-obsolete", said, ("cite", place))


NEAR = 0.8  # of the words of both questions are the same


def _near(cards: list[Card]) -> Iterator[Finding]:
    """near-duplicate: two questions of nearly the same words; told once for each card.

    Two sets that share so much share one of their rarest words: only those pairs are compared (prefix filtering), so
    that a learner's ten thousand cards do not make fifty million pairs.
    """
    asked = {card.id: set(re.findall(r"\w+", card.q.en.casefold())) for card in cards if not isinstance(card, Numeric)}
    count = Counter(word for words in asked.values() for word in words)
    seen: dict[str, list[str]] = {}
    for card in cards:
        words = asked.get(card.id, set())
        rare = sorted(words, key=lambda word: (count[word], word))[: len(words) - int(NEAR * len(words)) + 1]
        others = chain.from_iterable(seen.get(word, []) for word in rare)
        if other := next((one for one in others if _alike(words, asked[one])), None):
            yield Finding(card, "near-duplicate", f"{other} asks nearly the same words", ("q",))
        for word in rare:
            seen.setdefault(word, []).append(card.id)


def _alike(words: set[str], others: set[str]) -> bool:
    return len(words & others) >= NEAR * len(words | others)


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


def _renamed(cards: list[Card], known: set[str]) -> Iterator[Finding]:
    """renamed-from: an old id whose history no card would carry on, or two would."""
    taken: dict[str, Card] = {}
    for card in cards:
        for place, old in enumerate(card.renamed_from):
            said = None
            if old in known:
                said = "is this card's own id" if old == card.id else "is a card, which keeps its history"
            elif (other := taken.setdefault(old, card)) is not card:
                said = f"{other.id} has this history"
            elif old in card.renamed_from[:place]:
                said = "stands twice"
            if said:
                yield Finding(card, "renamed-from", f"renamed_from: {old}: {said}", ("renamed_from", place))


LONGEST_CIRCLE = 8  # names that are told


def _cycles(cards: list[Card]) -> Iterator[Finding]:
    """needs-cycle: cards that wait for each other would never be asked; told once for each card that closes one."""
    known = {card.id: card for card in cards}
    done: set[str] = set()
    told: set[str] = set()
    for card in cards:
        path: dict[str, None] = {}
        stack = [(card.id, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                path.popitem()
                done.add(name)
            elif name in path:
                if name not in told:
                    told.add(name)
                    said = f"needs go round in a circle: {_circle([*path], name)}"
                    yield Finding(known[name], "needs-cycle", said, ("needs",))
            elif name not in done and name in known:
                path[name] = None
                stack.append((name, True))
                stack.extend((other, False) for other in known[name].needs)


def _circle(path: list[str], name: str) -> str:
    """The circle that a path closes when it comes back to a name; of a long one the ends.

    >>> _circle(["a", "b", "c"], "b"), _circle([*"abcdefghij"], "a")
    ('b → c → b', 'a → b → c → … → j → a')
    """
    circle = [*path[path.index(name) :], name]
    shown = circle if len(circle) <= LONGEST_CIRCLE else [*circle[:3], "…", *circle[-2:]]
    return " → ".join(shown)
