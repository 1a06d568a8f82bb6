"""Search over all decks: both languages, ranked, and nothing in the words is taken for syntax."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.cards.search import parts, queries, snippet
from prep.cards.shelf import open_shelf


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    return open_shelf(tmp_path_factory.mktemp("home"))


def found(shelf, *words, limit=20):
    return [card.id for card in shelf.search(list(words), limit)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CLOSE_WAIT", ["close", "wait"]),
        ("TIME-WAIT 状态", ["time", "wait", "状", "态"]),
        ("10.0.0.0/8", ["10", "0", "0", "0", "8"]),
        ("?!", []),
    ],
)
def test_words_have_parts(text, said):
    assert parts(text) == said


def test_every_word_must_be_there_before_some_may_do():
    assert queries(["nagle", "CLOSE_WAIT"]) == ['"nagle" * "close wait" *', '"nagle" * OR "close wait" *']
    assert queries(["粘包"]) == ['"粘 包"']
    assert queries(["?"]) == []


@pytest.mark.parametrize("words", [["CLOSE_WAIT"], ["close-wait"], ["close_wait"]])
def test_a_state_is_found_in_any_spelling(shelf, words):
    assert found(shelf, *words)[0].startswith("cl-")
    assert "cl-close-wait-meaning" in found(shelf, *words)


def test_chinese_words_are_found_where_they_stand_together(shelf):
    hits = shelf.search(["粘包"], 3)

    assert "fr-term-note" in [card.id for card in hits]
    assert all("粘包" in str(card) for card in hits)


def test_a_word_may_go_on(shelf):
    assert set(found(shelf, "retransmission", limit=500)) <= set(found(shelf, "retrans", limit=500))


def test_a_card_is_found_first_by_its_own_id(shelf):
    assert found(shelf, "hf-third-lost-accept")[0] == "hf-third-lost-accept"


@given(st.lists(st.text(max_size=20), max_size=5))
@settings(deadline=None, max_examples=60)
def test_no_words_break_it(shelf, words):
    hits = shelf.search(words, 5)

    assert len(hits) <= 5
    for card in hits:
        assert len(snippet(card, words, "en")) <= 100


def test_a_changed_deck_is_found_anew(tmp_path):
    decks = tmp_path / "decks"
    decks.mkdir()
    path = decks / "mine.yaml"
    card = "cards: [{id: c, kind: basic, difficulty: 1, tags: [t], q: WORD, a: a, cite: [{src: RFC 1}]}]"
    path.write_text("deck: {id: mine, title: T}\n" + card.replace("WORD", "quokka"))
    assert found(open_shelf(tmp_path), "quokka") == ["c"]

    path.write_text("deck: {id: mine, title: T}\n" + card.replace("WORD", "wombat"))

    assert found(open_shelf(tmp_path), "quokka") == []
    assert found(open_shelf(tmp_path), "wombat") == ["c"]


def test_the_snippet_shows_the_words_in_the_language_of_the_reader(shelf):
    card = shelf.card("fr-term-note")

    assert "粘包" in snippet(card, ["粘包"], "zh")
    assert snippet(card, ["nowhere"], "en") == card.q.en[:90]
