"""Writes docs/labs.md: every lab, what it must show, and the cards that call it as a witness. A test compares the two.

python docs/make_labs.py
"""

import tempfile
from pathlib import Path

from prep.cards.shelf import open_shelf
from prep.labs.kit import Lab
from prep.labs.registry import all_labs

HEAD = """# Labs and their cards

Made by `python docs/make_labs.py` from `prep/labs/` and the `proof` of the cards; do not edit. `prep lab run NAME` runs
one on your own kernel, `--predict` asks first; `p` in the quiz runs those of a card. Tier 1 needs loopback and no
privilege, tier 2 a user and network namespace of its own; `prep lab doctor` says what works on your machine.

{labs} labs, {facts} facts, called by {cards} cards.
"""


def witnesses() -> dict[str, list[str]]:
    """Lab → the cards that name it."""
    with tempfile.TemporaryDirectory() as folder:
        cards = open_shelf(Path(folder)).cards()
    found: dict[str, list[str]] = {}
    for card in sorted(cards, key=lambda card: (card.deck, card.id)):
        for name in dict.fromkeys(proof.lab for proof in card.proof if proof.lab):
            found.setdefault(name, []).append(card.id)
    return found


def page() -> str:
    labs, named = all_labs(), witnesses()
    cards = {card for several in named.values() for card in several}
    head = HEAD.format(labs=len(labs), facts=sum(len(lab.facts) for lab in labs), cards=len(cards))
    return head + "".join(_lab(lab, named.get(lab.name, [])) for lab in labs)


def _lab(lab: Lab, cards: list[str]) -> str:
    facts = "".join(f"- `{fact.field}`: {fact.en}\n" for fact in lab.facts)
    called = ", ".join(f"`{card}`" for card in cards) or "no card yet"
    return f"\n## {lab.name}\n\n{lab.title.en} (tier {lab.tier}, about {lab.typical_ms} ms). Cards: {called}\n\n{facts}"


if __name__ == "__main__":
    Path(__file__).with_name("labs.md").write_text(page(), "utf-8")
