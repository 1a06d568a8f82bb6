"""answer × card → verdict: the laws at the top of grading.py, kind by kind, in both languages."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.cards.card import Basic, Card, Choice, Cloze, Match, Multi, Option, Order, Text, Typed
from prep.cards.grading import Sheet, Unreadable, Verdict, blanked, expected, filled, grade, normal, read, same, sheet

LANGS = ["en", "zh"]


def text(word: str) -> Text:
    return Text(word, f"{word}的中文")


def option(word: str, *, right: bool = False) -> Option:
    return Option(text(word), right, None if right else Text(f"{word} is wrong"))


def card(kind: type[Card], **values: Any) -> Any:
    common = {"id": "c", "deck": "d", "difficulty": 1, "tags": (), "q": Text("Which?", "哪个？")}
    return kind(**{**common, **values})


BASIC = card(Basic, a=Text("Because.", "因为。"))
CHOICE = card(Choice, choices=(option("a", right=True), option("b")), wrong=(option("c"), option("d")))
MULTI = card(Multi, choices=(option("a", right=True), option("b", right=True), option("c"), option("d")))
TYPED = card(
    Typed,
    accept=("EAGAIN", "EWOULDBLOCK"),
    accept_zh=("资源暂时不可用",),
    wrong=(Option(Text("EINTR", "被信号中断")), Option(Text("ECONNRESET"))),
)
CLOZE = card(
    Cloze,
    q=Text("Send-Q is the {{limit}} of the {{accept queue}}.", "Send-Q 是{{全连接队列}}的{{上限}}。"),
    accept=(("maximum", "backlog"), ("queue of accepted connections",)),
    wrong=(Option(Text("length", "长度")),),
)
PLAIN_CLOZE = card(Cloze, q=Text("A listening socket is made by {{listen}}."))
ORDER = card(Order, order=tuple(map(text, ("socket", "bind", "listen", "accept"))))
MATCH = card(Match, pairs=tuple((text(left), text(right)) for left, right in ("A1", "B2", "C3", "D4")))
SHUFFLED = [CHOICE, MULTI, ORDER, MATCH]
EVERY = [BASIC, *SHUFFLED, TYPED, CLOZE, PLAIN_CLOZE]


def kind_of(card: Card) -> str:
    return card.kind


def judged(card: Card, line: str, lang: str = "en", seed: int = 0) -> Verdict:
    question = sheet(card, seed, lang)
    return grade(question, read(question, line))


def items(question: Sheet, words: Sequence[str]) -> str:
    """The line that names some options by what is shown, such as `2 1`."""
    return " ".join(str(question.options.index(word) + 1) for word in words)


def right_line(question: Sheet) -> str:
    """A line that answers rightly, read off the sheet as a learner would who knows."""
    lang = question.lang
    match question.card:
        case Choice() as known:
            return items(question, [option.text.say(lang) for option in known.choices if option.right])
        case Order() as known:
            return items(question, [item.say(lang) for item in known.order])
        case Match() as known:
            places = [question.options.index(right.say(lang)) for _, right in known.pairs]
            return " ".join(f"{number}{'abcdefghi'[place]}" for number, place in enumerate(places, 1))
    return expected(question)


# ── the sheet ──


@pytest.mark.parametrize("card", SHUFFLED, ids=kind_of)
@pytest.mark.parametrize("lang", LANGS)
def test_a_sheet_shows_every_item_once_in_an_order_that_the_seed_gives(card: Card, lang: str) -> None:
    sheets = [sheet(card, seed, lang) for seed in range(200)]
    assert all(sorted(found.order) == [0, 1, 2, 3] for found in sheets)
    assert all(sorted(found.options) == sorted(sheets[0].options) for found in sheets)
    assert len({found.order for found in sheets}) > 20
    assert sheet(card, 7, lang).options == sheet(card, 7, lang).options


@pytest.mark.parametrize("count", range(2, 10))
@pytest.mark.parametrize("kind", ["order", "match"])
def test_what_is_to_be_put_in_order_never_is(kind: str, count: int) -> None:
    words = [text(str(number)) for number in range(count)]
    asked = (
        card(Order, order=tuple(words)) if kind == "order" else card(Match, pairs=tuple(zip(words, words, strict=True)))
    )
    assert all(list(sheet(asked, seed, "en").order) != list(range(count)) for seed in range(300))


def test_the_left_side_of_a_match_keeps_its_order() -> None:
    assert sheet(MATCH, 5, "en").left == ["A", "B", "C", "D"]
    assert sheet(MATCH, 5, "zh").left[0] == "A的中文"
    assert sheet(ORDER, 5, "en").left == []


def test_gaps_are_numbered_and_blank() -> None:
    assert sheet(CLOZE, 0, "en").ask == "Send-Q is the [1____] of the [2____]."
    assert sheet(CLOZE, 0, "zh").ask == "Send-Q 是[1____]的[2____]。"
    assert filled("the {{limit}} of {{it}}") == "the [limit] of [it]"
    assert blanked("no gap") == filled("no gap") == "no gap"


@pytest.mark.parametrize("card", EVERY, ids=kind_of)
def test_a_question_without_chinese_is_shown_in_english(card: Card) -> None:
    bare = sheet(PLAIN_CLOZE, 0, "zh")
    assert bare.ask == "A listening socket is made by [1____]."
    assert "{{" not in sheet(card, 0, "zh").ask


# ── right answers, wrong answers, no answer ──


@pytest.mark.parametrize("card", [*SHUFFLED, TYPED, CLOZE, PLAIN_CLOZE], ids=kind_of)
@pytest.mark.parametrize("lang", LANGS)
def test_the_right_answer_is_right_on_every_sheet(card: Card, lang: str) -> None:
    for seed in range(40):
        question = sheet(card, seed, lang)
        verdict = grade(question, read(question, right_line(question)))
        assert verdict.correct
        assert verdict.rating == 3
        assert verdict.traps == ()


@pytest.mark.parametrize("card", [*SHUFFLED, TYPED, CLOZE], ids=kind_of)
@pytest.mark.parametrize("lang", LANGS)
def test_not_knowing_is_wrong_and_tells_the_answer(card: Card, lang: str) -> None:
    verdict = grade(sheet(card, 1, lang), None)
    assert (verdict.correct, verdict.rating) == (False, 1)
    assert verdict.expected == expected(sheet(card, 2, lang)) != ""


@pytest.mark.parametrize("answer", [None, ("anything",)])
def test_a_basic_card_is_graded_by_the_learner(answer: Any) -> None:
    verdict = grade(sheet(BASIC, 0, "zh"), answer)
    assert verdict == Verdict(None, "因为。")
    assert verdict.rating is None


@pytest.mark.parametrize(
    ("card", "lang", "shown"),
    [
        (BASIC, "en", "Because."),
        (card(Basic), "en", ""),
        (CHOICE, "en", "a"),
        (CHOICE, "zh", "a的中文"),
        (MULTI, "en", "a\nb"),
        (TYPED, "en", "EAGAIN"),
        (TYPED, "zh", "资源暂时不可用"),
        (card(Typed, accept=("x",)), "zh", "x"),
        (CLOZE, "en", "limit; accept queue"),
        (CLOZE, "zh", "全连接队列; 上限"),
        (ORDER, "en", "1. socket\n2. bind\n3. listen\n4. accept"),
        (MATCH, "en", "A → 1\nB → 2\nC → 3\nD → 4"),
    ],
)
def test_the_right_answer_is_told_in_the_language_of_the_sheet(card: Card, lang: str, shown: str) -> None:
    assert expected(sheet(card, 3, lang)) == shown


# ── grading does not depend on the language, nor on the order of options ──

SEEDS = st.integers(0, 2**48)


def verdicts(card: Card, chosen: Sequence[int], seeds: list[int]) -> list[Verdict]:
    """The verdicts on one answer, given as items of the card, on sheets of several seeds in both languages."""
    sheets = [sheet(card, seed, lang) for seed in seeds for lang in LANGS]
    return [grade(one, tuple(one.order.index(item) for item in chosen)) for one in sheets]


def agree(found: list[Verdict]) -> bool:
    return len({(verdict.correct, frozenset(verdict.traps), verdict.remark) for verdict in found}) == 1


@given(
    st.sampled_from([CHOICE, MULTI]), st.sets(st.integers(0, 3), min_size=1), st.lists(SEEDS, min_size=2, max_size=4)
)
@settings(deadline=None)
def test_a_choice_is_right_when_exactly_the_right_options_are_chosen(
    card: Choice, chosen: Any, seeds: list[int]
) -> None:
    found = verdicts(card, sorted(chosen), seeds)
    assert agree(found)
    assert found[0].correct == ({card.options[item] for item in chosen} == {o for o in card.options if o.right})
    assert set(found[0].traps) == {card.options[item] for item in chosen if not card.options[item].right}


@given(st.permutations(range(4)), st.lists(SEEDS, min_size=2, max_size=4))
@settings(deadline=None)
def test_an_order_is_right_when_every_item_stands_in_its_place(chosen: list[int], seeds: list[int]) -> None:
    found = verdicts(ORDER, chosen, seeds)
    assert agree(found)
    assert found[0].correct == (chosen == [0, 1, 2, 3])


@given(st.lists(st.integers(0, 3), min_size=4, max_size=4), st.lists(SEEDS, min_size=2, max_size=4))
@settings(deadline=None)
def test_a_match_is_right_when_every_pair_is(chosen: list[int], seeds: list[int]) -> None:
    found = verdicts(MATCH, chosen, seeds)
    hits = sum(place == item for place, item in enumerate(chosen))
    assert agree(found)
    assert (found[0].correct, found[0].remark) == (hits == 4, f"{hits} of 4 pairs")


@given(
    st.sampled_from([TYPED, CLOZE]), st.lists(st.sampled_from(["limit", "上限", "EAGAIN", "length", "x"]), min_size=2)
)
@settings(deadline=None)
def test_words_are_judged_the_same_in_both_languages(card: Card, words: list[str]) -> None:
    answer = tuple(words[:1] if isinstance(card, Typed) else words[:2])
    english, chinese = (grade(sheet(card, 0, lang), answer) for lang in LANGS)
    assert (english.correct, english.traps, english.remark) == (chinese.correct, chinese.traps, chinese.remark)


def test_a_multi_says_how_many_right_options_were_found() -> None:
    found = [verdicts(MULTI, chosen, [0])[0] for chosen in ([0], [0, 1], [0, 1, 2], [2, 3])]
    assert [verdict.remark for verdict in found] == [f"{hits} of 2 right options" for hits in (1, 2, 2, 0)]
    assert [verdict.correct for verdict in found] == [False, True, False, False]


# ── lines ──


@pytest.mark.parametrize("line", ["2", " 2 ", "２", "2,", ",2"])
def test_a_choice_is_answered_by_its_number(line: str) -> None:
    assert read(sheet(CHOICE, 0, "en"), line) == (1,)


@pytest.mark.parametrize("line", ["1,3", "3 1", "31", "1，3", "１、３", "1, 3, 1", "1\t3", "１　３"])
def test_a_multi_is_answered_by_numbers_in_any_order(line: str) -> None:
    assert read(sheet(MULTI, 0, "en"), line) == (0, 2)


@pytest.mark.parametrize("line", ["3 1 2 4", "3,1,2,4", "3124", "３，１，２，４", "3、1、2、4"])
def test_an_order_is_answered_by_its_numbers(line: str) -> None:
    assert read(sheet(ORDER, 0, "en"), line) == (2, 0, 1, 3)


@pytest.mark.parametrize(
    "line",
    [
        "1b 2a 3d 4c",
        "2a,1b,4c,3d",
        "1B2A3D4C",
        "1-b; 2=a; 3: d; 4 c",
        "１ｂ，２ａ，３ｄ，４ｃ",
        "1b、2a、3d、4c",
        "1：b；2：a；3：d；4：c",
    ],
)
def test_a_match_is_answered_by_pairs_in_any_order(line: str) -> None:
    assert read(sheet(MATCH, 0, "en"), line) == (1, 0, 3, 2)


@pytest.mark.parametrize("line", ["limit; accept queue", "limit;accept queue", " limit ； accept queue "])
def test_gaps_are_answered_with_semicolons_between(line: str) -> None:
    assert read(sheet(CLOZE, 0, "zh"), line) == ("limit", "accept queue")


def test_typed_words_are_read_as_they_are() -> None:
    assert read(sheet(TYPED, 0, "en"), "  ＥＡＧＡＩＮ; or so ") == ("EAGAIN; or so",)
    assert read(sheet(PLAIN_CLOZE, 0, "en"), "listen") == ("listen",)


NUMBERS = "numbers from 1 to 4, for example 2 1"
EACH = "every number from 1 to 4 once, in order, for example 4 3 2 1"
PAIRS = "each number 1 to 4 with its letter a to d, for example 1b 2a"
LONG = "1" * 5000


@pytest.mark.parametrize(
    ("card", "line", "message"),
    [
        *((CHOICE, line, "a number from 1 to 4") for line in ("", " ", "0", "5", "-1", "a", "1.", "٣", "1e1")),
        *((CHOICE, line, "one option only, a number from 1 to 4") for line in ("1 2", "12", "1,1", LONG)),
        *((MULTI, line, NUMBERS) for line in ("", "1 5", "15", "1;2", "one", "+1")),
        *(
            (ORDER, line, EACH)
            for line in ("", "1 2 3 5", "12345", "socket", "1", "1 2 3", "1 2 3 3", "1 2 3 4 4", "4321 "[:3])
        ),
        *((MATCH, line, PAIRS) for line in ("", "1a", "1a 2b 3c", "1a 1b 2c 3d", "1a 2b 3c 4d 5a", "1a 2b 3c 4d !")),
        *((MATCH, line, PAIRS) for line in ("a1 b2 c3 d4", "1 2 3 4", "1aa 2b 3c 4d", LONG + "a")),
        (MATCH, "1a 2b 3c 4e", "the letters go from a to d"),
        *((CLOZE, line, "2 answers with `;` between, one for each gap") for line in ("", "limit", "a;b;c")),
    ],
)
def test_a_line_that_cannot_be_read_says_why(card: Card, line: str, message: str) -> None:
    with pytest.raises(Unreadable, match=f"^{re.escape(message)}$"):
        read(sheet(card, 0, "en"), line)


def test_more_than_nine_options_are_numbers_with_blanks_between() -> None:
    ten = sheet(card(Multi, choices=tuple(option(str(n), right=True) for n in range(10))), 0, "en")
    assert read(ten, "10 1") == (0, 9)
    assert read(ten, "10") == (9,)


LINES = st.text(max_size=30) | st.text("0123456789abcd ,;-", max_size=16)


@given(st.sampled_from(EVERY), LINES, st.sampled_from(LANGS), SEEDS)
@settings(deadline=None)
def test_any_line_is_an_answer_or_says_why_not(card: Card, line: str, lang: str, seed: int) -> None:
    question = sheet(card, seed, lang)
    try:
        answer = read(question, line)
    except Unreadable:
        return
    assert all(isinstance(part, str) or 0 <= part < len(question.options) for part in answer)
    assert isinstance(grade(question, answer), Verdict)


# ── words ──


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ("time-wait", "TIME_WAIT"),
        ("Time Wait", "TIME_WAIT"),
        ("time  wait", "TIME_WAIT"),
        ("TIME-WAIT.", "TIME_WAIT"),
        ("ＴＩＭＥ＿ＷＡＩＴ", "TIME_WAIT"),
        ("timewait", "TIME_WAIT"),
        ("EWOULD_BLOCK", "EWOULDBLOCK"),
        ("FIN_WAIT1", "FIN_WAIT_1"),
        ("Head-of-line blocking", "head of line blocking"),
        ("time_wait 状态", "TIME_WAIT状态"),
        ("三次 握手", "三次握手"),
        ("握手。", "握手"),
        ("握手 。", "握手"),
        ("是，不是", "是,不是"),
        ("（服务端）", "(服务端)"),
        ("“half open”", '"half open"'),
        ("RFC-9293", "rfc 9293"),
        ("返回 -1", "返回-1"),
        ("−1", "-1"),
        ("－１", "-1"),
        ("?", "?"),
        ("straße", "STRASSE"),
    ],
)
def test_words_are_the_same_without_case_width_punctuation_and_joints(given: str, accepted: str) -> None:
    assert same(given, accepted)
    assert same(accepted, given)


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ("", "EAGAIN"),
        ("", "?"),
        (".", "?"),
        ("EAGAI", "EAGAIN"),
        ("1", "-1"),
        ("returns 1", "returns -1"),
        ("返回1", "返回-1"),
        ("10", "1.0"),
        ("a.b", "ab"),
        ("12", "1 2"),
        ("1-23", "12-3"),
        ("FIN_WAIT_1", "FIN_WAIT_2"),
        ("！", "EAGAIN"),
    ],
)
def test_words_that_differ_are_not_the_same(given: str, accepted: str) -> None:
    assert not same(given, accepted)
    assert not same(accepted, given)


@given(st.text(max_size=20))
@settings(deadline=None)
def test_a_text_is_the_same_as_itself_in_capitals_and_full_width(words: str) -> None:
    assert same(words, words)
    full = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in words)
    assert normal(full) == normal(words)


@pytest.mark.parametrize("word", ["eagain", "EWOULDBLOCK", "资源暂时不可用", " EAGAIN. ", "ＥＡＧＡＩＮ"])
@pytest.mark.parametrize("lang", LANGS)
def test_every_accepted_spelling_counts_in_both_languages(word: str, lang: str) -> None:
    assert judged(TYPED, word, lang).correct


@pytest.mark.parametrize(("line", "trap"), [("eintr", 0), ("被信号中断。", 0), ("ECONNRESET", 1)])
@pytest.mark.parametrize("lang", LANGS)
def test_a_classic_wrong_answer_gives_its_trap(line: str, trap: int, lang: str) -> None:
    verdict = judged(TYPED, line, lang)
    assert (verdict.correct, verdict.traps) == (False, (TYPED.wrong[trap],))


@pytest.mark.parametrize("line", ["", "42", "EAGAIN EWOULDBLOCK"])
def test_another_wrong_answer_has_no_trap(line: str) -> None:
    assert judged(TYPED, line) == Verdict(False, "EAGAIN")


def test_a_wrong_option_is_a_trap_with_its_reason() -> None:
    question = sheet(CHOICE, 0, "en")
    verdict = grade(question, read(question, items(question, ["c"])))
    assert [trap.why and trap.why.en for trap in verdict.traps] == ["c is wrong"]


# ── gaps ──


@pytest.mark.parametrize(
    ("line", "hits"),
    [
        ("limit; accept queue", 2),
        ("Maximum; ACCEPT-QUEUE", 2),
        ("backlog；queue of accepted connections", 2),
        ("全连接队列; 上限", 2),
        ("limit; 上限", 2),
        ("limit; limit", 1),
        ("; accept queue", 1),
        ("accept queue; limit", 0),
        (";", 0),
    ],
)
def test_a_cloze_is_right_when_every_gap_is(line: str, hits: int) -> None:
    verdict = judged(CLOZE, line)
    assert (verdict.correct, verdict.remark) == (hits == 2, f"{hits} of 2 gaps")


def test_a_gap_filled_with_a_classic_wrong_answer_gives_its_trap() -> None:
    assert judged(CLOZE, "Length; accept queue").traps == CLOZE.wrong
    assert judged(CLOZE, "长度; accept queue").traps == CLOZE.wrong
    assert judged(CLOZE, "limit; no").traps == ()


def test_a_right_answer_is_no_trap_even_where_its_words_are_one() -> None:
    swapped = card(Cloze, q=Text("{{client}} to {{server}}"), wrong=(Option(Text("server")),))
    assert judged(swapped, "client; server").traps == ()
    assert judged(swapped, "server; client").traps == swapped.wrong


# ── by value ──


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ("255.255.255.0", "/24"),
        ("/24", "255.255.255.0"),
        ("24", "/24"),
        ("24", "255.255.255.0"),
        ("/ 24".replace(" ", ""), "/24"),
        ("／２４", "/24"),
        ("0.0.0.0", "/0"),
        ("224.0.0.0", "/3"),
        ("３", "/3"),
        ("8", "２５５.0.0.0"),
        ("255.255.255.255", "/32"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("::0001", "::1"),
        ("2001:DB8::", "2001:db8:0:0::0"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"),
        ("10.0.0.0/255.0.0.0", "10.0.0.0/8"),
        ("10.0.0.0/8", "10.0.0.0/255.0.0.0"),
        ("2001:db8::/32", "2001:0db8:0::/32"),
        ("１９２．０．２．１", "192.0.2.1"),
        ("/64", "/64"),
    ],
)
def test_addresses_prefixes_and_masks_are_compared_by_value(given: str, accepted: str) -> None:
    assert same(given, accepted)


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ("24", "192.0.2.1"),
        ("/24", "24 hosts"),
        ("/25", "/24"),
        ("255.255.0.255", "/24"),
        ("192.0.2.1", "192.0.2.1/32"),
        ("10.0.0.1/8", "10.0.0.0/8"),
        ("10.0.0.0/::", "10.0.0.0/0"),
        ("0.0.0.0", "::"),
        ("/0", "0.0.0.0"),
        ("3", "224.0.0.0"),
        ("/3", "224.0.0.0"),
        ("2", "192.0.0.0"),
        ("/1", "128.0.0.0"),
        ("0", "0.0.0.0"),
        ("24", "24.0.0.0"),
        ("192.0.2.01", "192.0.2.1"),
        ("::1::", "::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("/129", "/128"),
        ("10.0.0.0/33", "10.0.0.0/32"),
        ("1", "::1"),
        (f"10.0.0.0/{LONG}", "10.0.0.0/8"),
    ],
)
def test_values_that_differ_are_not_the_same(given: str, accepted: str) -> None:
    assert not same(given, accepted)


@given(st.integers(0, 32))
@settings(deadline=None)
def test_every_prefix_length_equals_its_mask(length: int) -> None:
    bits = (1 << 32) - (1 << 32 - length)
    mask = ".".join(str(byte) for byte in bits.to_bytes(4))
    assert same(mask, f"/{length}")
    assert same(str(length), f"/{length}")
    assert not same(mask, f"/{(length + 1) % 33}")
