"""A proof runs again what a card claims; a lab proof holds, is refuted, or says why it was not run."""

import pytest

from prep.cards.card import Proof
from prep.cards.proof import Shown, claims, differs, prove
from prep.cli.prove import _say_lab
from prep.errors import PrepError
from prep.labs.kit import Ask, Fact, Lab
from prep.text import Both

FIELDS = frozenset({"reads", "wait_ms", "v6"})


def of_lab(shown, *holds):
    return prove(Proof(lab="sticky.core", holds=holds), lambda line: None, shown)


def test_a_lab_proof_holds_where_its_fields_held():
    proved = of_lab(lambda name: Shown({"reads": True, "wait_ms": False}, FIELDS), "reads")

    assert (proved.held, proved.said) == (True, "lab sticky.core: reads held")


def test_a_lab_proof_is_refuted_by_one_field_that_did_not_hold():
    proved = of_lab(lambda name: Shown({"reads": True, "wait_ms": False}, FIELDS), "reads", "wait_ms")

    assert (proved.held, proved.said) == (False, "lab sticky.core: wait_ms did not hold")


def test_what_this_machine_cannot_show_is_neither():
    assert of_lab(lambda name: Shown({"reads": True}, FIELDS), "v6").held is None
    assert of_lab(lambda name: Shown({}, FIELDS, "no Linux"), "reads").said == "lab sticky.core: skipped, no Linux"


def test_without_labs_nothing_is_run():
    proved = of_lab(None, "reads")

    assert proved.held is None
    assert "prep lab run sticky.core" in proved.said


def test_a_lab_or_a_field_that_does_not_exist_is_a_fault():
    def nowhere(name):
        raise PrepError("no such lab", where=name)

    assert of_lab(nowhere, "reads").held is False
    assert of_lab(lambda name: Shown({"reads": True}, FIELDS), "raeds").held is False


@pytest.mark.parametrize(
    ("expected", "found", "said"),
    [
        ({"legal": True}, {"legal": True, "more": 1}, None),
        ({"legal": True}, {"legal": 1}, "legal is 1, not true"),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "a.b[1] is 3, not 2"),
        ({"a": 1}, {}, "a is missing"),
        ([1], [1, 2], "it is [1, 2], not [1]"),
    ],
)
def test_what_differs_is_named(expected, found, said):
    assert differs(expected, found) == said


@pytest.mark.parametrize(
    ("gives", "lines"),
    [
        ({"legal": True, "final": "CLOSED"}, ["legal: yes", "final: CLOSED"]),
        ({"code": 410, "rfc": None, "safe": False, "sends": ""}, ["code: 410", "rfc: none", "safe: no", 'sends: ""']),
        ([{"sends": "RST", "linux": {"sends": ["RST,ACK"]}}], ["sends: RST", "linux.sends: RST,ACK"]),
        ({"a": [{"b": 1}, {"b": 2}]}, ["a[0].b: 1", "a[1].b: 2"]),
        ({"sends": ["SYN,ACK", None, True]}, ['sends: ["SYN,ACK", null, true]']),
        ({"states": [["A", "B"], ["C"]], "flags": ["SYN", "ACK"]}, ["states: A, B → C", "flags: SYN, ACK"]),
        ({}, ["{}"]),
        ([], ["[]"]),
        (0, ["0"]),
    ],
)
def test_what_a_command_must_give_is_told_a_line_for_each_value(gives, lines):
    assert claims(gives) == lines


@pytest.mark.parametrize(
    ("states", "line"),
    [
        (
            [["CLOSED", "LISTEN"], ["SYN_SENT", "LISTEN"], ["SYN_SENT", "SYN_RECEIVED"], ["ESTABLISHED", "CLOSING"]],
            "states: CLOSED, LISTEN → SYN_SENT, LISTEN → … → ESTABLISHED, CLOSING",
        ),
        (
            ["CLOSED", "LISTEN", *["SYN_SENT"] * 5_000, "FIN_WAIT_2", "TIME_WAIT"],
            "states: CLOSED, LISTEN, SYN_SENT, …, SYN_SENT, FIN_WAIT_2, TIME_WAIT",
        ),
        (["x" * 20] * 3, f"states: {'x' * 20}, {'x' * 20}, {'x' * 20}"),
    ],
)
def test_a_long_path_is_clipped_in_its_middle(states, line):
    assert claims({"states": states}) == [line]


@pytest.mark.parametrize(
    "gives", [{"a": ["x" * 20] * 99}, {"a": "x" * 999}, {"k" * 999: 1}, dict.fromkeys("abcdefghijklmnop", 1)]
)
def test_a_long_claim_is_clipped(gives):
    told = claims(gives)

    assert len(told) <= 13
    assert all(len(line) <= 76 for line in told)
    assert "…" in told[-1]


@pytest.mark.parametrize(
    "found", [{"states": ["CLOSED"], "legal": True}, {"states": ["LISTEN"], "legal": None}, [], "'"]
)
def test_what_a_proof_says_is_never_python(found):
    proof = Proof(run="tcp check", gives={"states": ["CLOSED"], "legal": True})

    said = prove(proof, lambda line: found).said

    assert not any(word in said for word in ("True", "None", "{'", "['"))


def test_a_proof_that_holds_says_what_it_gave():
    proof = Proof(run="tcp check close", gives={"legal": True, "final": "FIN_WAIT_1"})

    assert prove(proof, lambda line: {"legal": True, "final": "FIN_WAIT_1"}).said == (
        "prep tcp check close gives legal: yes; final: FIN_WAIT_1"
    )


@pytest.mark.parametrize(
    ("facts", "refuted"), [({"wait_ms": 40}, False), ({"wait_ms": 200}, True), ({"wait_ms": None}, False), ({}, False)]
)
def test_a_prediction_is_refuted_only_by_what_the_lab_saw(monkeypatch, facts, refuted):
    ask = Ask("wait_ms", "How long?", "多久？", ((40, "40 ms", "40 毫秒"), (0, "not at all", "不等")))
    fact = Fact("wait_ms", "==", 40, "It waits.", "它等待。")
    lab = Lab("x.y", Both("x", "x"), 1, 1, (fact,), lambda seen: seen.update(facts), ask)
    monkeypatch.setattr("prep.cli.prove.find_lab", lambda name: lab)
    monkeypatch.setattr("prep.cli.lab_text.asked", lambda lab, lang: 0)

    assert _say_lab("x.y", ("wait_ms",), "en") is refuted
