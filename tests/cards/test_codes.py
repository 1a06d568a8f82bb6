"""The cards made from the table of HTTP status codes: each can be asked, graded and learned from."""

import pytest

from prep.cards import codes
from prep.cards.answerable import MAX_OPTIONS, unanswerable
from prep.cards.card import Card, Choice, Typed
from prep.cards.grading import expected, grade, normal, read, same, sheet
from prep.net.http.status import STATUSES

DECK = codes.deck().deck
assert DECK is not None
CARDS = DECK.cards
TYPED = [card for card in CARDS if isinstance(card, Typed)]
CHOICE = [card for card in CARDS if isinstance(card, Choice)]
ASKED = [row for row in STATUSES if row.tier in ("core", "common")]
LANGS = ["en", "zh"]


def name(card: Card) -> str:
    return card.id


def test_every_code_that_interviews_ask_has_a_card_in_both_directions() -> None:
    assert [card.id for card in TYPED] == [f"st-code-{row.code}" for row in ASKED]
    assert [card.id for card in CHOICE] == [f"st-code-{row.code}-when" for row in ASKED]
    assert len(CARDS) == 2 * len(ASKED) >= 60


def test_the_deck_has_no_faults() -> None:
    made = codes.deck()
    assert made.faults == ()
    assert len({card.id for card in CARDS}) == len(CARDS)
    assert {card.deck for card in CARDS} == {codes.ID}
    assert codes.deck() == made


@pytest.mark.parametrize("card", CARDS, ids=name)
def test_each_card_can_be_answered(card: Card) -> None:
    assert list(unanswerable(card)) == []
    assert card.difficulty in (1, 2)
    assert card.cite[0].src.startswith("RFC ")
    assert all(text.strip() for text in (card.q.en, card.q.zh or "", card.a.en if card.a else ""))
    assert card.a is not None
    assert card.a.zh


@pytest.mark.parametrize("card", TYPED, ids=name)
@pytest.mark.parametrize("lang", LANGS)
def test_every_name_of_a_code_is_accepted_in_both_languages(card: Typed, lang: str) -> None:
    question = sheet(card, 1, lang)
    for word in (*card.accept, *card.accept_zh, expected(question), card.accept[0].upper()):
        assert grade(question, read(question, word)).correct, word


@pytest.mark.parametrize("card", CHOICE, ids=name)
@pytest.mark.parametrize("lang", LANGS)
def test_the_right_option_is_accepted_and_no_other(card: Choice, lang: str) -> None:
    question = sheet(card, 1, lang)
    found = [grade(question, read(question, str(place + 1))) for place in range(len(question.options))]
    assert sum(verdict.correct is True for verdict in found) == 1
    for option, verdict in zip(question.options, found, strict=True):
        assert verdict.correct == (option == expected(question))
        assert verdict.correct or verdict.traps[0].why is not None


@pytest.mark.parametrize("card", CHOICE, ids=name)
def test_options_are_distinct_and_can_be_picked_by_one_digit(card: Choice) -> None:
    for lang in LANGS:
        shown = [normal(option.text.say(lang)) for option in card.options]
        assert len(set(shown)) == len(shown)
    assert 3 <= len(card.options) <= MAX_OPTIONS


# of 302 and 307, of 301 and 308: the question shows the number
SAID_OF_TWO = {"临时重定向", "临时性重定向", "暂时重定向", "永久重定向", "永久性重定向"}


def test_no_name_is_accepted_for_two_codes() -> None:
    for card in TYPED:
        for other in TYPED:
            names = {*other.accept, *other.accept_zh} - SAID_OF_TWO
            assert card is other or not any(
                same(word, said) for word in (*card.accept, *card.accept_zh) for said in names
            )


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        (204, "无内容"),
        (302, "临时性重定向"),
        (304, "未改变"),
        (307, "临时重定向"),
        (400, "错误请求"),
        (401, "未授权"),
        (404, "页面不存在"),
        (403, "没有权限"),
        (413, "请求体过大"),
        (414, "URL 太长"),
        (502, "错误网关"),
        (505, "HTTP版本不支持"),
    ],
)
def test_the_chinese_names_in_use_are_right_answers(code: int, answer: str) -> None:
    [card] = [card for card in TYPED if card.id == f"st-code-{code}"]

    assert any(same(answer, accepted) for accepted in card.accept_zh)


@pytest.mark.parametrize("card", TYPED, ids=name)
def test_a_question_does_not_hold_its_answer(card: Typed) -> None:
    for text in (card.q.en, card.q.zh or "", card.hint.en if card.hint else "", (card.hint and card.hint.zh) or ""):
        words = normal(text)
        assert not any(normal(answer) in words for answer in (*card.accept, *card.accept_zh)), text


@pytest.mark.parametrize("card", CHOICE, ids=name)
def test_a_situation_does_not_name_its_code_and_waits_for_the_meaning(card: Choice) -> None:
    code = card.id.split("-")[2]
    assert code not in card.q.en
    assert code not in (card.q.zh or "")
    assert card.needs == (f"st-code-{code}",)
    assert card.id in next(other for other in TYPED if other.id == card.needs[0]).next
