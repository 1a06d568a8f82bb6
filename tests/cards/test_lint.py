"""The rules of `prep deck check` on whole cards: each catches what it is for, and has a name and a reason."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

import prep
from prep.cards.card import Basic, Choice, Cite, Cloze, Generate, Numeric, Option, Text, Typed
from prep.cards.lint import lint
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
        "Both 1 and 2", "A and C", "only B and D", "Neither A nor B", "1, 2 and 3", "Both answers", "Options 1 and 2",
    ],
)  # fmt: skip
def test_an_option_that_speaks_of_the_others_is_a_fault(text):
    assert [finding.rule for finding in lint([choice(RIGHT, Option(Text(text)), q=Text("Which?"))])] == ["everything"]


@pytest.mark.parametrize(
    "text", ["以上都对", "以上皆非", "都不对", "A 和 C", "1、2 都对", "其他都对", "全部正确", "均不正确"]
)
def test_a_chinese_option_that_speaks_of_the_others_is_a_fault(text):
    card = choice(RIGHT, Option(Text("x", text), why=Text("w", "因为")))

    assert [finding.rule for finding in lint([card])] == ["everything"]


def test_an_order_of_letters_in_chinese_is_none():
    card = choice(RIGHT, Option(Text("B, C, A", "B、C、A"), why=Text("w", "因为")))

    assert list(lint([card])) == []


@pytest.mark.parametrize(
    "text",
    [
        "None of them: the data were encrypted with AES", "Both IP addresses", "Both sides always", "None of them",
        "A and AAAA", "Both: UDP first", "Neither: PSH asks for promptness", "B, C, A", "1, 2, 3", "1 and 10",
        "0 and 8",
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
