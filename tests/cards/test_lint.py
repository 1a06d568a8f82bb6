"""The rules of `prep deck check` on whole cards: each catches what it is for, and has a name and a reason."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

import prep
from prep.cards.card import Basic, Choice, Cite, Cloze, Generate, Numeric, Option, Text, Typed
from prep.cards.lint import OBSOLETE, lint
from prep.cards.rules import RULES

BAD = Path(__file__).parent / "bad"
PREP = Path(prep.__file__).parent
SPEAKERS = [*sorted((PREP / "cards").glob("*.py")), PREP / "cli" / "check.py"]
BY_KEY = {"kind", "difficulty", "platform", "band", "next-unknown", "needs-unknown"}  # rules with a key in their name


def basic(name="one", **changed):
    card = Basic(
        id=name,
        deck="d",
        difficulty=1,
        tags=("t",),
        q=Text(f"What does {name} do?", f"{name} 做什么？"),
        a=Text("It counts to 10.", "它数到 10。"),
        points=(Text("counts", "计数"),),
        hint=Text("Think.", "想一想。"),
        cite=(Cite("RFC 9293", "3.6"),),
    )
    return replace(card, **changed)


def choice(*options, **changed):
    fields = {
        "id": "c",
        "deck": "d",
        "difficulty": 1,
        "tags": ("t",),
        "hint": Text("h", "提示"),
        "cite": (Cite("x(1)"),),
    }
    return Choice(**(fields | {"q": Text("Which one?", "哪个？"), "choices": options} | changed))


RIGHT, WRONG = Option(Text("yes"), right=True), Option(Text("no"), why=Text("w", "因为"))
MANY = " ".join(["word"] * 111)

PLANTED = {
    "path-id": [basic(deck="cram"), basic("two", deck="cram")],
    "next-unknown": [basic(next=("nowhere",))],
    "needs-unknown": [basic(needs=("nowhere",))],
    "renamed-from": [basic("one", renamed_from=("old",)), basic("two", renamed_from=("old",))],
    "needs-cycle": [basic("one", needs=("two",)), basic("two", needs=("one",))],
    "cite-obsolete": [basic(cite=(Cite("RFC 793"),))],
    "cite-form": [basic(cite=(Cite("RFC9293", "3.6"),))],
    "twin-generator": [
        Numeric(
            id=name, deck="d", difficulty=1, tags=("t",), q=Text("q"), cite=(Cite("x(1)"),), generate=Generate("g@1", 1)
        )
        for name in ("one", "two")
    ],
    "near-duplicate": [
        basic(name, q=Text(f"Why does a server that closes first keep TIME_WAIT for two minutes{mark}", "为何"))
        for name, mark in (("one", "?"), ("two", " ?"))
    ],
    "half-translated": [basic(points=(Text("counts"),))],
    "uneven-numbers": [basic(a=Text("It counts to 10.", "它数到 100。"))],
    "long-answer": [basic(a=Text(MANY, "长"))],
    "long-question": [basic(q=Text("why " * 100, "为何"))],
    "missing-hint": [basic(hint=None)],
    "leak": [
        Typed(
            id="t", deck="d", difficulty=1, tags=("t",), q=Text("EAGAIN means what?", "问"), accept=("EAGAIN",),
            hint=Text("h", "提示"), cite=(Cite("x(1)"),),
        )
    ],
    "giveaway": [choice(Option(Text("r" * 90), right=True), Option(Text("w" * 20), why=Text("w", "因为")))],
    "everything": [choice(RIGHT, Option(Text("All of the above"), why=Text("w", "因为")))],
}  # fmt: skip


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_fault_is_found_by_its_rule_alone(rule):
    found = list(lint(PLANTED[rule]))

    assert {finding.rule for finding in found} == {rule}
    assert all(finding.fault for finding in found)
    assert all(finding.message for finding in found)


def test_a_deck_that_takes_the_name_of_a_path_is_told_once():
    [finding] = lint(PLANTED["path-id"])

    assert finding.message == "cram is a study path: `quiz cram` asks its cards, not this deck's"


def test_a_clean_card_gives_nothing():
    assert list(lint([basic("one", next=("two",)), basic("two"), choice(RIGHT, WRONG)])) == []


def test_an_english_card_need_not_be_translated():
    assert list(lint([basic(q=Text("What?"), a=Text("That."), points=(Text("p"),), hint=Text("h"))])) == []


def test_a_learners_own_card_may_do_without_a_hint():
    [finding] = lint([basic(hint=None)], own={"one"})

    assert (finding.rule, finding.fault) == ("missing-hint", False)


def test_constants_and_small_numbers_need_no_second_language():
    options = (Option(Text("ECONNRESET"), right=True), Option(Text("EPIPE"), why=Text("two ends", "2 端")))

    assert list(lint([choice(*options)])) == []


@pytest.mark.parametrize(
    ("text", "leaks"), [("the {{window}} is a window", True), ("a {{SYN}} and a SYN", False), ("a {{window}}", False)]
)
def test_a_gap_is_given_away_by_the_same_word_beside_it(text, leaks):
    card = Cloze(id="c", deck="d", difficulty=1, tags=("t",), q=Text(text), hint=Text("h"), cite=(Cite("x(1)"),))

    assert bool(list(lint([card]))) == leaks


@pytest.mark.parametrize(
    "text",
    [
        "All of the above", "None of these", "any of these", "All of these answers", "all the others", "All others",
        "Both 1 and 2", "A and C", "only B and D", "Neither A nor B", "Both answers", "Options 1 and 2",
        "All are correct", "All of them", "Both are right", "None of them is right", "A & B", "A&B", "Both 1 & 2",
        "The first two", "the last three options", "Only 1 and 3", "Options 1, 2 and 3",
    ],
)  # fmt: skip
def test_an_option_that_speaks_of_the_others_is_a_fault(text):
    assert [finding.rule for finding in lint([choice(RIGHT, Option(Text(text)), q=Text("Which?"))])] == ["everything"]


@pytest.mark.parametrize(
    "text",
    [
        "以上都对", "以上皆非", "都不对", "A 和 C", "1、2 都对", "其他都对", "全部正确", "均不正确", "前两项",
        "上述全部", "上述选项都对", "A、B 和 C", "选项 1 和 2", "只有 1 和 3", "仅前两项", "A与B",
    ],
)  # fmt: skip
def test_a_chinese_option_that_speaks_of_the_others_is_a_fault(text):
    card = choice(RIGHT, Option(Text("x", text), why=Text("w", "因为")))

    assert [finding.rule for finding in lint([card])] == ["everything"]


@pytest.mark.parametrize("text", ["B、C、A", "2 和 1", "1 与 1", "前两个报文段", "3 或 2"])
def test_a_chinese_option_that_speaks_of_its_subject_is_none(text):
    assert list(lint([choice(RIGHT, Option(Text("x", text), why=Text("w", "因为")))])) == []


@pytest.mark.parametrize(("right", "wrong"), [("字" * 120, "字"), ("字" * 60, "字" * 30)])
def test_a_right_option_that_stands_out_in_chinese_alone_is_given_away(right, wrong):
    card = choice(Option(Text("yes", right), right=True), Option(Text("no", wrong), why=Text("w", "因为")))

    assert [(finding.rule, finding.field) for finding in lint([card])] == [("giveaway", ("choices", 0))]


@pytest.mark.parametrize(("right", "wrong"), [("字" * 20, "字"), ("字" * 45, "字" * 30), ("字", "字" * 120)])
def test_a_right_option_of_like_length_in_chinese_is_not(right, wrong):
    card = choice(Option(Text("yes", right), right=True), Option(Text("no", wrong), why=Text("w", "因为")))

    assert list(lint([card])) == []


@pytest.mark.parametrize(
    ("en", "zh"),
    [
        ("1,000 bytes", "1000 字节"), ("port 80", "端口 ８０"), ("1,234,567 of them", "其中 1234567 个"),
        ("With 1,460, not 1,400", "是1460，不是1400"), ("20 and 443", "20，443"), ("10,000", "10,000"),
    ],
)  # fmt: skip
def test_the_same_numbers_in_another_dress_are_even(en, zh):
    assert list(lint([basic(a=Text(en, zh))])) == []


@pytest.mark.parametrize(("en", "zh"), [("1,000 bytes", "100 字节"), ("port 80", "端口 ８１"), ("10.5 s", "105 秒")])
def test_other_numbers_are_uneven(en, zh):
    assert [finding.rule for finding in lint([basic(a=Text(en, zh))])] == ["uneven-numbers"]


def typed_card(accept, accept_zh=(), **changed):
    card = Typed(
        id="t", deck="d", difficulty=1, tags=("t",), q=Text("Which?", "哪个？"), accept=accept, accept_zh=accept_zh,
        hint=Text("h", "提示"), cite=(Cite("x(1)"),),
    )  # fmt: skip
    return replace(card, **changed)


@pytest.mark.parametrize(
    "card",
    [
        typed_card(("TIME_WAIT",), hint=Text("It is time-wait.", "想一想")),
        typed_card(("TIME_WAIT",), hint=Text("It is time wait", "想一想")),
        typed_card(("TIME_WAIT",), hint=Text("It stays", "处于TIMEWAIT状态")),
        typed_card(("keep-alive",), hint=Text("Keepalive!", "想一想")),
        typed_card(("sticky packets",), ("粘包",), hint=Text("They stick", "这就是粘包现象")),
        typed_card(("sticky packets",), ("TCP 粘包",), hint=Text("They stick", "这就是TCP粘包现象")),
        typed_card(("EPIPE",), q=Text("What?", "返回EPIPE表示什么？")),
        basic(a=Text("The window", "接收窗口"), hint=Text("Think", "看接收窗口的大小")),
        choice(
            Option(Text("slow start", "慢启动"), right=True), Option(Text("no", "否"), why=Text("w", "因为")),
            q=Text("Which?", "慢启动是哪个？"),
        ),
    ],
)  # fmt: skip
def test_an_answer_is_told_in_either_language_and_spelling(card):
    assert {finding.rule for finding in lint([card])} == {"leak"}


@pytest.mark.parametrize(
    "card",
    [
        choice(Option(Text("2 and 1"), right=True), WRONG, q=Text("Between TLS 1.2 and 1.3?", "TLS 1.2 到 1.3？")),
        choice(Option(Text("/24"), right=True), WRONG, q=Text("What is 10.0.0.0/24?", "10.0.0.0/24 是什么？")),
        typed_card(("SYN_SENT",), hint=Text("SYN_SENTINEL", "SYN_SENTINEL")),
        typed_card(("12 34",), hint=Text("It is 1234", "是 1234")),
        typed_card(("wait",), hint=Text("TIME_WAIT", "TIME_WAIT")),
        typed_card(("sticky packets",), ("包",), hint=Text("They stick", "报文")),
    ],
)
def test_a_part_of_something_else_is_no_leak(card):
    assert [finding for finding in lint([card]) if finding.rule == "leak"] == []


@pytest.mark.parametrize(
    "text",
    [
        "None of them: the data were encrypted with AES", "Both IP addresses", "Both sides always", "None of them",
        "A and AAAA", "Both: UDP first", "Neither: PSH asks for promptness", "B, C, A", "1, 2, 3", "1 and 10",
        "0 and 8", "2 and 1", "1 and 1", "3 and 2", "1, 2 and 3", "2 & 1", "All of them, one after the other",
        "The first two segments", "Bora",
    ],
)  # fmt: skip
def test_an_option_that_speaks_of_its_subject_is_none(text):
    assert list(lint([choice(RIGHT, Option(Text(text)), q=Text("Which?"))])) == []


@pytest.mark.parametrize(
    "cite",
    [
        Cite("tcp(99)"), Cite("tcp(0)"), Cite("FreeBSD listen(10)"), Cite("RFC 9293", "x y z"), Cite("RFC 9293", "3."),
        Cite("RFC 9293", "3.6 and 3.7"), Cite("RFC 9293", "3..6"), Cite("RFC 9293", "c.2"), Cite("RFC 9293", "§3.6"),
    ],
)  # fmt: skip
def test_a_citation_that_cannot_be_looked_up_is_a_fault(cite):
    assert [finding.rule for finding in lint([basic(cite=(cite,))])] == ["cite-form"]


@pytest.mark.parametrize(
    "cite",
    [
        Cite("tcp(7)", "x y z"), Cite("listen(3p)"), Cite("SSL_connect(3ssl)"), Cite("inet.h(0p)"),
        Cite("FreeBSD tcp(4)"),
        Cite("CSS Object Model (CSSOM)"), Cite("IANA Internet Protocol Version 4 (IPv4) Parameters"), Cite("RFC 9293"),
        Cite("RFC 9293", "3.10.7.4"), Cite("RFC 9112", "C.2.2"), Cite("RFC 9846", "F.10"), Cite("RFC 4987", "A"),
        Cite("RFC 7323", "Appendix A"), Cite("RFC 792", "Echo or Echo Reply Message"),
    ],
)  # fmt: skip
def test_a_citation_that_can_be_looked_up_is_none(cite):
    assert list(lint([basic(cite=(cite,))])) == []


def test_a_leak_of_a_card_in_one_language_is_told_once():
    card = Typed(
        id="t", deck="d", difficulty=1, tags=("t",), q=Text("What?"), accept=("EPIPE",), hint=Text("It is EPIPE."),
        cite=(Cite("x(1)"),),
    )  # fmt: skip

    assert [finding.message for finding in lint([card])] == ['the hint says "EPIPE"']


PLACES = {
    "next-unknown": ("next", 0),
    "needs-unknown": ("needs", 0),
    "renamed-from": ("renamed_from", 0),
    "needs-cycle": ("needs",),
    "cite-obsolete": ("cite", 0),
    "cite-form": ("cite", 0, "src"),
    "twin-generator": ("generate",),
    "near-duplicate": ("q",),
    "half-translated": ("points", 0),
    "uneven-numbers": ("a",),
    "long-answer": ("a", "en"),
    "long-question": ("q", "en"),
    "leak": ("q",),
    "giveaway": ("choices", 0),
    "everything": ("choices", 1),
    "missing-hint": (),
    "path-id": (),
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_finding_carries_the_field_that_it_is_about(rule):
    assert {finding.field for finding in lint(PLANTED[rule])} == {PLACES[rule]}


def test_a_classic_wrong_answer_is_found_among_the_wrong_ones():
    card = choice(RIGHT, wrong=(Option(Text("no")), Option(Text("none of these"))), q=Text("Which?"))

    assert [finding.field for finding in lint([card])] == [("wrong", 1)]


def test_of_many_cards_with_one_question_each_has_one_finding():
    same = "Why does a server that closes first keep TIME_WAIT?"
    found = list(lint([basic(f"c{at}", q=Text(same, "为何")) for at in range(300)]))

    assert [(finding.rule, finding.card.id) for finding in found] == [
        ("near-duplicate", f"c{at}") for at in range(1, 300)
    ]


def test_a_deck_that_is_called_as_a_shipped_one_is_held_to_the_same_rules():
    found = lint([replace(card, deck="http-codes") for card in PLANTED["near-duplicate"]])

    assert [finding.rule for finding in found] == ["near-duplicate"]


def test_cards_that_all_wait_for_each_other_have_one_finding_each_at_most():
    names = [f"c{at}" for at in range(60)]
    cards = [basic(name, needs=tuple(n for n in names if n != name)) for name in names]

    found = [finding for finding in lint(cards) if finding.rule == "needs-cycle"]

    assert 1 <= len(found) <= 60
    assert len({finding.card.id for finding in found}) == len(found)
    assert max(len(finding.message) for finding in found) < 100


def test_a_circle_is_told_at_a_card_that_is_part_of_it():
    [finding] = lint([basic("a", needs=("b",)), basic("b", needs=("c",)), basic("c", needs=("b",))])

    assert (finding.card.id, finding.message) == ("b", "needs go round in a circle: b → c → b")


def test_a_long_circle_is_clipped():
    cards = [basic(f"c{at}", needs=(f"c{(at + 1) % 100}",)) for at in range(100)]

    [finding] = lint(cards)

    assert finding.message == "needs go round in a circle: c0 → c1 → c2 → … → c99 → c0"


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        ([basic("one", renamed_from=("one",))], ["one: is this card's own id"]),
        ([basic("one", renamed_from=("two",)), basic("two")], ["two: is a card, which keeps its history"]),
        ([basic("one", renamed_from=("left-out",))], ["left-out: is a card, which keeps its history"]),
        ([basic("one", renamed_from=("a", "b")), basic("two", renamed_from=("c", "b"))], ["b: one has this history"]),
        ([basic("one", renamed_from=("a", "a"))], ["a: stands twice"]),
    ],
)
def test_a_history_that_no_card_or_two_would_carry_on_is_a_fault(cards, said):
    found = list(lint(cards, known={"left-out"}))

    assert [(finding.rule, finding.message) for finding in found] == [
        ("renamed-from", f"renamed_from: {one}") for one in said
    ]


def test_cards_with_old_names_of_their_own_are_clean():
    assert list(lint([basic("one", renamed_from=("a", "b")), basic("two", renamed_from=("c",))])) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2818", "9110"), ("2617", "7616"), ("2617", "7617"), ("879", "9293"), ("6528", "9293"), ("1883", "8200"),
        ("2461", "4861"), ("7159", "8259"), ("1981", "8201"), ("3315", "9915"), ("8415", "9915"),
    ],
)  # fmt: skip
def test_an_obsoleted_source_stands_only_as_historic_beside_its_successor(old, new):
    alone, beside = Cite(f"RFC {old}"), Cite(f"RFC {old}", historic=True)

    assert [finding.rule for finding in lint([basic(cite=(alone, Cite(f"RFC {new}")))])] == ["cite-obsolete"]
    assert [finding.rule for finding in lint([basic(cite=(beside,))])] == ["cite-obsolete"]
    assert list(lint([basic(cite=(beside, Cite(f"RFC {new}")))])) == []


def test_no_successor_is_itself_obsoleted():
    assert {new for successors in OBSOLETE.values() for new in successors.split(" or ")}.isdisjoint(OBSOLETE)


def test_a_neighbour_that_is_left_out_for_a_fault_is_known():
    assert list(lint([basic(next=("broken",))], known={"broken"})) == []


def test_every_rule_has_a_reason_and_a_fault_that_shows_it():
    shown = {
        rule
        for path in BAD.glob("*.yaml")
        for rule in re.findall(rb"^# expect:.*\[([a-z0-9-]+)\]\s*$", path.read_bytes(), re.M)
    }
    elsewhere = {"proof", "lab-skipped", "file", "size"}  # other tests plant those

    assert RULES.keys() - {rule.decode() for rule in shown} - PLANTED.keys() - elsewhere == set()
    assert {rule.decode() for rule in shown} | PLANTED.keys() <= RULES.keys()
    assert all(why.endswith(".") for why in RULES.values())


def rules_in(path):
    """The rule of every fault, finding or yielded complaint that the code of a file can make."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            said = node.args[1:2] if name in ("note", "Fault", "Finding") else []
            said = node.args[2:3] if name == "fault" else said
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            said = node.value.elts[-2:-1]
        else:
            continue
        yield from (one.value for one in said if isinstance(one, ast.Constant))


def test_the_rules_that_are_listed_are_those_that_can_appear():
    assert {rule for path in SPEAKERS for rule in rules_in(path)} | BY_KEY == RULES.keys()
