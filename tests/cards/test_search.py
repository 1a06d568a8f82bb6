"""Search over all decks: both languages, ranked, and nothing in the words is taken for syntax."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.cards.card import Basic, Cloze, Text
from prep.cards.search import WINDOW, meant, parts, queries, search, snippet
from prep.cards.shelf import open_shelf


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    return open_shelf(tmp_path_factory.mktemp("home"))


def found(shelf, *words, limit=20):
    return [card.id for card in search(shelf, list(words), limit).cards]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CLOSE_WAIT", ["close", "wait"]),
        ("TIME-WAIT 状态", ["time", "wait", "状", "态"]),
        ("10.0.0.0/8", ["10", "0", "0", "0", "8"]),
        ("40ms 80 ms IPv4 h2", ["40", "ms", "80", "ms", "ipv", "4", "h", "2"]),
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
    hits = search(shelf, ["粘包"], 3).cards

    assert "fr-term-note" in [card.id for card in hits]
    assert all("粘包" in str(card) for card in hits)


def test_a_word_may_go_on(shelf):
    assert set(found(shelf, "retransmission", limit=500)) <= set(found(shelf, "retrans", limit=500))


@pytest.mark.parametrize("name", ["hf-third-lost-accept", "hf-third-lost", "HF-Third-Lost"])
def test_a_card_is_found_first_by_its_own_id(shelf, name):
    assert found(shelf, name)[0] == name.lower()


def test_every_card_is_found_first_by_its_own_id(shelf):
    assert [name for name in shelf.ids() if found(shelf, name, limit=1) != [name]] == []


def test_all_that_is_found_is_counted(shelf):
    every = search(shelf, ["tcp"], 10_000)

    assert search(shelf, ["tcp"], 3).total == every.total == len(every.cards) > 20
    assert search(shelf, ["xyzzy"], 3) == ([], 0)


@pytest.mark.parametrize(("joined", "apart"), [("closewait", "CLOSE_WAIT"), ("timewait", "TIME_WAIT")])
def test_an_identifier_is_found_without_its_joints(shelf, joined, apart):
    hits = search(shelf, [joined], 5).cards

    assert hits
    assert all(apart in str(card) for card in hits)
    assert apart in snippet(hits[0], [joined], "en")


@pytest.mark.parametrize(
    ("glued", "apart"),
    [("40ms", "40-ms"), ("rfc9293", "RFC-9293"), ("sha256", "SHA-256"), ("IPv4", "IPv-4")],
)
def test_a_number_is_found_glued_to_its_word_as_it_is_apart_from_it(shelf, glued, apart):
    hits = found(shelf, glued, limit=500)

    assert hits
    assert hits == found(shelf, apart, limit=500)
    assert set(hits) <= set(found(shelf, apart.replace("-", " "), limit=500))


@pytest.mark.parametrize(
    ("word", "stands"),
    [
        ("40ms", "40 ?ms"),
        ("rfc9293", "RFC 9293"),
        ("ipv4", "IPv4"),
        ("finwait2", "FIN[_-]WAIT[_-]2"),
        ("fin_wait_2", "FIN[_-]WAIT[_-]2"),
    ],
)
def test_what_is_found_for_a_word_with_a_number_holds_it(shelf, word, stands):
    cards = search(shelf, [word], 500).cards
    titles = {deck.id: str(deck.title) for deck in shelf.decks()}

    assert cards
    for card in cards:
        assert re.search(stands, f"{card} {titles[card.deck]}", re.I), card.id


def test_a_short_name_with_a_number_is_found(shelf):
    assert found(shelf, "h2")[0].startswith("hv-h2-")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["nagel"], "nagle"),
        (["Nagel"], "nagle"),
        (["closwait"], "closewait"),
        (["close-wiat"], "closewait"),
        (["nagel", "xyzzy", "keepalvie"], "nagle keepalive"),
        (["xyzzy"], None),
        (["x" * 5000], None),
        (["粘粘粘"], None),
        (["a"], None),
        (["?"], None),
        ([], None),
    ],
)
def test_a_word_that_no_card_holds_is_answered_with_the_closest_one_that_cards_hold(shelf, words, hint):
    assert meant(shelf, words) == hint


def test_what_was_meant_is_found(shelf):
    assert search(shelf, ["nagel"], 5).total == 0
    assert search(shelf, [meant(shelf, ["nagel"])], 5).total > 0


@given(st.lists(st.text(max_size=20), max_size=5))
@settings(deadline=None, max_examples=60)
def test_no_words_break_it(shelf, words):
    hits = search(shelf, words, 5)

    assert len(hits.cards) == min(5, hits.total)
    for card in hits.cards:
        assert len(snippet(card, words, "en")) <= WINDOW + 2
    meant(shelf, words)


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
    assert snippet(card, ["nowhere"], "en") == snippet(card, [], "en")
    assert snippet(card, ["nowhere"], "en").startswith(card.q.en[:60])


COMMON = {"id": "c", "deck": "d", "difficulty": 1, "tags": ("t",)}


def test_the_gaps_of_a_cloze_stay_blank_in_the_snippet():
    card = Cloze(**COMMON, q=Text("{{SYN}} and {{ACK}} open a connection."))

    assert snippet(card, ["connection"], "en") == "[1____] and [2____] open a connection."
    assert snippet(card, ["SYN"], "en") == "[1____] and [2____] open a connection."


def test_a_long_text_is_cut_between_words_with_a_mark_where_it_is_cut():
    line = " ".join(f"word{n}" for n in range(100))
    card = Basic(**COMMON, q=Text(line), a=Text("a"))

    for wanted, starts, ends in (("word0", True, False), ("word50", False, False), ("word99", False, True)):
        shown = snippet(card, [wanted], "en")
        assert wanted in shown.strip("…").split()
        assert f" {shown.strip('…')} " in f" {line} "
        assert (shown.startswith("…"), shown.endswith("…")) == (not starts, not ends)


def test_a_short_text_is_not_cut():
    card = Basic(**COMMON, q=Text("x" * WINDOW), a=Text("a"))

    assert snippet(card, ["nowhere"], "en") == "x" * WINDOW


@given(st.text(max_size=300), st.text(max_size=300), st.text(min_size=1, max_size=10))
def test_a_snippet_is_part_of_the_text_whatever_it_holds(before, after, wanted):
    card = Basic(**COMMON, q=Text(f"{before}{wanted}{after}"), a=Text(""))
    line = " ".join(card.q.en.split())

    shown = snippet(card, [wanted], "en")

    assert len(shown) <= WINDOW + 2
    assert shown.removeprefix("…").removesuffix("…") in line or shown in line


def test_chinese_is_cut_between_any_two_signs():
    card = Basic(**COMMON, q=Text("en", "一二三四五，" * 30 + "粘包" + "六七八九十。" * 30), a=Text("a"))

    shown = snippet(card, ["粘包"], "zh")

    assert "粘包" in shown
    assert len(shown) > WINDOW * 2 // 3
    assert shown[1] not in "，。"
