"""Study paths: ready-made selections, named like decks."""

import pytest

from prep.cards.paths import PATHS
from prep.cards.shelf import open_shelf, selection
from prep.errors import PrepError


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    return open_shelf(tmp_path_factory.mktemp("home"))


def test_every_path_is_of_decks_and_tags_that_exist(shelf):
    decks = {deck.id for deck in shelf.decks()}

    assert {name for path in PATHS.values() for name in path.decks} <= decks
    assert {path.tag for path in PATHS.values() if path.tag} <= set(shelf.tags())
    assert decks & PATHS.keys() == set()


@pytest.mark.parametrize("name", PATHS)
def test_a_path_is_long_enough_to_study_and_speaks_chinese(shelf, name):
    assert len(selection(shelf, [name])) >= 20
    assert PATHS[name].title.zh


def test_a_path_by_decks_is_the_cards_of_its_decks(shelf):
    assert selection(shelf, ["web"]) == shelf.ids(PATHS["web"].decks)


def test_a_path_by_tag_is_the_cards_with_the_tag(shelf):
    assert selection(shelf, ["cram"]) == shelf.ids(tag="classic")


def test_paths_and_decks_are_added_up_without_asking_a_card_twice(shelf):
    both = selection(shelf, ["web", "dns", "cram"])

    assert len(both) == len(set(both))
    assert set(both) == {*shelf.ids(PATHS["web"].decks), *shelf.ids(tag="classic")}


def test_a_tag_restricts_a_path(shelf):
    assert set(selection(shelf, ["web"], "classic")) == set(shelf.ids(PATHS["web"].decks)) & set(
        shelf.ids(tag="classic")
    )


def test_an_unknown_name_is_told_with_the_closest_path_or_deck(shelf):
    with pytest.raises(PrepError, match="did you mean subnetting"):
        selection(shelf, ["subneting"])


def test_a_path_keeps_its_name_beside_a_deck_of_the_learners_own(tmp_path):
    (tmp_path / "decks").mkdir()
    card = "cards: [{id: c, kind: basic, difficulty: 1, tags: [t], q: q, a: a, cite: [{src: RFC 1}]}]"
    (tmp_path / "decks" / "web.yaml").write_text("deck: {id: web, title: T}\n" + card)

    assert selection(open_shelf(tmp_path), ["web"]) == open_shelf(tmp_path).ids(PATHS["web"].decks)
