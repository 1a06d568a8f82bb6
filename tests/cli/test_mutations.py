"""A proof is worth something only if it fails when the card is wrong: every value of each proof is changed once."""

import pytest

from prep.cards.proof import differs
from prep.cards.shelf import open_shelf
from prep.cli.prove import run_json


@pytest.fixture(scope="module")
def proofs(tmp_path_factory):
    cards = open_shelf(tmp_path_factory.mktemp("home")).cards()
    return [(card.id, proof) for card in cards for proof in card.proof if proof.run]


def changed(value):
    """The same with one leaf changed, once for each leaf."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: other} for other in changed(inner))
    elif isinstance(value, list):
        yield [*value, None]
        for place, inner in enumerate(value):
            yield from ([*value[:place], other, *value[place + 1 :]] for other in changed(inner))
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
    elif value is None:
        yield "something"
    else:
        yield f"{value}x"


def test_a_number_or_word_changed_in_any_proof_is_caught(proofs, bare):
    missed = []
    for card, proof in proofs:
        found = run_json(proof.run)
        assert differs(proof.gives, found) is None, card
        missed += [(card, other) for other in changed(proof.gives) if differs(other, found) is None]

    assert missed == []


def test_at_least_120_cards_carry_a_proof_that_is_no_row_of_a_status_table(tmp_path):
    cards = [card for card in open_shelf(tmp_path).cards() if card.deck != "http-codes"]

    assert sum(bool(card.proof) for card in cards) >= 120
