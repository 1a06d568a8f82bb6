"""Each kind of drill and band is one card, in the deck where a learner looks for it."""

import pytest

from prep.cards.drill import drills
from prep.cards.drilldeck import DIAGNOSIS, FRAMING, SUBNET, TCP, WRITTEN, deck, deck_of
from prep.cards.shelf import open_shelf
from prep.cli.subnet.drill import _kinds

KINDS = drills()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_drilled_in_the_deck_of_its_subject(kind):
    decks = {"tcp": TCP, "udp": TCP, "fr": FRAMING, "dg": DIAGNOSIS}
    assert deck_of(KINDS[kind]) == decks.get(kind.split("-")[0], SUBNET)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.startswith(("tcp-", "udp-", "fr-", "dg-"))])
def test_the_subnet_command_knows_each_of_its_kinds_by_its_short_name(kind):
    assert _kinds(kind.partition("@")[0]) == [kind]


def test_every_kind_and_band_has_exactly_one_card(tmp_path):
    asked = [c.generate for c in open_shelf(tmp_path).cards() if c.kind == "numeric"]

    wanted = {(drill.id, band) for drill in KINDS.values() for band in range(1, drill.bands + 1)}
    assert len(asked) == len({(made.kind, made.band) for made in asked})
    assert {(made.kind, made.band) for made in asked} == wanted


def test_what_a_written_card_asks_is_not_made_again():
    decks = (SUBNET, TCP, FRAMING, DIAGNOSIS)
    made = {(card.generate.kind, card.generate.band) for name in decks for card in deck(name).deck.cards}

    assert made & WRITTEN == set()
