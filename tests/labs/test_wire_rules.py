"""The language of the wire reads back what it writes, counts right, and says what is wrong with a rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.errors import PrepError
from prep.labs.rules import HIGHEST, KINDS, LONGEST_DELAY, Rule, Ruling, parse_rule
from prep.text import visible

ACK, SYN, DATA = frozenset({"ACK"}), frozenset({"SYN"}), frozenset({"PSH", "ACK"})
SIDES = st.sampled_from("AB")
BITS = st.frozensets(st.sampled_from(["SYN", "FIN", "RST", "PSH", "URG", "ACK"])).filter(
    lambda bits: bits & {"SYN", "RST", "ACK"}
)
NUMBERS = st.none() | st.integers(1, HIGHEST)
RULES = st.builds(Rule, st.sampled_from([kind for kind in KINDS if kind != "delay"]), SIDES, BITS, NUMBERS)
DELAYS = st.builds(
    Rule, st.just("delay"), SIDES, st.sampled_from(["data", "any"]), NUMBERS, st.integers(1, LONGEST_DELAY)
)
PACKETS = st.tuples(SIDES, st.none() | BITS, st.integers(0, 1))


@given(RULES | DELAYS)
def test_a_rule_is_read_as_it_is_written(rule):
    assert parse_rule(rule.kind, str(rule)) == rule


@given(RULES, st.lists(PACKETS, max_size=30))
def test_the_nth_that_matches_is_hit_and_no_other(rule, packets):
    ruling = Ruling([rule])

    hits = [ruling.fate(*packet) is rule for packet in packets]

    matching = [place for place, packet in enumerate(packets) if rule.matches(*packet)]
    wanted = matching if rule.number is None else matching[rule.number - 1 : rule.number]
    assert [place for place, hit in enumerate(hits) if hit] == wanted


@given(st.lists(RULES, max_size=4), st.lists(PACKETS, max_size=20))
def test_a_packet_has_the_fate_of_the_first_rule_that_it_hits(rules, packets):
    alone = [Ruling([rule]) for rule in rules]
    together = Ruling(rules)

    for packet in packets:
        fates = [one.fate(*packet) for one in alone]
        assert together.fate(*packet) is next((fate for fate in fates if fate), None)


@given(
    st.sampled_from(KINDS), st.text() | st.from_regex(r"[ABC]:[A-Z,]{1,9}#[0-9*]{1,3}(=[0-9]{1,6})?", fullmatch=True)
)
def test_any_text_is_a_rule_or_one_line_that_says_why_not(kind, text):
    try:
        said = str(parse_rule(kind, text))
    except PrepError as fault:
        said = str(fault)

    assert visible(said) == said
    assert len(said.splitlines()) == 1
    assert len(said) < 400


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("A:SYN#1", Rule("drop", "A", SYN, 1)),
        ("A:SYN", Rule("drop", "A", SYN, 1)),
        ("b:syn+ack#2", Rule("drop", "B", SYN | ACK, 2)),
        (" B : ACK, SYN #*", Rule("drop", "B", SYN | ACK, None)),
        ("A:data#3", Rule("drop", "A", "data", 3)),
        ("B:any#*", Rule("drop", "B", "any", None)),
    ],
)
def test_a_rule_may_be_spelled_in_several_ways(text, rule):
    assert parse_rule("drop", text) == rule


def test_a_delay_says_how_long():
    assert parse_rule("delay", "B:SYN,ACK#1=300").ms == 300


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("drop", "", "no rule"),
        ("drop", "SYN#1", "no rule; write it like A:SYN#1"),
        ("drop", "C:SYN#1", "C is neither A nor B"),
        ("drop", ":SYN#1", "nothing is neither A nor B"),
        ("drop", "A:SIN#1", "no such control bit: SIN; did you mean SYN?"),
        ("drop", "A:#1", "no such control bit: nothing; one of SYN, FIN, RST, PSH, URG, ACK, data, any"),
        ("drop", "A:FIN#1", "all segments but the first SYN and a RST carry an ACK; write FIN,ACK"),
        ("drop", "A:SYN#0", "a number from 1, or *, goes behind #"),
        ("drop", "A:SYN#", "a number from 1, or *, goes behind #"),
        ("drop", "A:SYN#-1", "a number from 1"),
        ("drop", "A:SYN#999999999999", "at most 10000"),
        ("drop", "A:SYN#²", "a number from 1"),
        ("drop", "A:SYN#1=30", "= is for a delay, not for drop"),
        ("delay", "A:SYN#1", "a delay says how long"),
        ("delay", "A:SYN#1=99999", "at most 10000"),
        ("drop", "\x1b[2J:SYN", r"\\x1b"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_with_a_way_out(kind, text, said):
    with pytest.raises(PrepError, match=said.replace("*", r"\*").replace("?", r"\?")):
        parse_rule(kind, text)


@pytest.mark.parametrize(
    ("what", "bits", "data", "matches"),
    [
        (ACK, ACK, 0, True),
        (ACK, ACK, 5, False),
        (ACK, DATA, 5, False),
        (DATA, DATA, 5, True),
        ("data", ACK, 5, True),
        ("data", ACK, 0, False),
        ("any", None, 0, True),
        ("data", None, 0, False),
        (SYN, SYN, 0, True),
        (SYN, SYN | ACK, 0, False),
    ],
)
def test_control_bits_match_exactly_and_ack_alone_is_bare(what, bits, data, matches):
    assert Rule("drop", "A", what).matches("A", bits, data) is matches
    assert not Rule("drop", "B", what).matches("A", bits, data)


def test_rules_that_nothing_has_hit_are_known():
    first, third = Rule("drop", "A", SYN, 1), Rule("drop", "A", SYN, 3)
    ruling = Ruling([first, third])

    ruling.fate("A", SYN, 0)

    assert ruling.unused() == [third]


def test_a_rule_that_is_added_counts_from_then_on():
    ruling = Ruling()
    ruling.fate("A", SYN, 0)

    ruling.add(Rule("drop", "A", SYN, 1))

    assert ruling.fate("A", SYN, 0)
