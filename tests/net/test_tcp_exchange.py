"""Two ends and a wire: the shared cases, the named scripts, and what no wire can do to them."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.net.tcp.exchange import Exchange, Moment, play
from prep.net.tcp.ladder import ladder
from prep.net.tcp.script import PEER, SIDES, ScriptError, Side, Step
from prep.net.tcp.scripts import named
from prep.net.tcp.segment import MODULUS
from prep.net.tcp.states import table

TABLE = Path(__file__).parents[2] / "../shared/cases/tcp_cases.json"
PAIRS = (
    [case for case in json.loads(TABLE.read_text("utf-8"))["cases"] if case["kind"] == "pair"] if TABLE.exists() else []
)

# The legal pairs of states, from Figure 5 and the text of RFC 9293 §3.10, written down apart from the table of events.
LEGAL = {
    (left, right)
    for left, rights in {
        "CLOSED": "LISTEN SYN_SENT",
        "LISTEN": "SYN_SENT SYN_RECEIVED CLOSED",
        "SYN_SENT": "SYN_RECEIVED ESTABLISHED CLOSED",
        "SYN_RECEIVED": "ESTABLISHED FIN_WAIT_1 CLOSE_WAIT LISTEN CLOSED",
        "ESTABLISHED": "FIN_WAIT_1 CLOSE_WAIT CLOSED",
        "FIN_WAIT_1": "FIN_WAIT_2 CLOSING TIME_WAIT CLOSED",
        "FIN_WAIT_2": "TIME_WAIT CLOSED",
        "CLOSE_WAIT": "LAST_ACK CLOSED",
        "CLOSING": "TIME_WAIT CLOSED",
        "LAST_ACK": "CLOSED",
        "TIME_WAIT": "CLOSED SYN_RECEIVED",
    }.items()
    for right in rights.split()
}

OPEN = "B listen; A connect; deliver A>B; deliver B>A; deliver A>B"


def lines(script: str) -> str:
    return script.replace(";", "\n")


# ── the shared cases ──


@pytest.mark.skipif(not PAIRS, reason="the shared table of cases is not here")
@pytest.mark.parametrize("case", PAIRS, ids=lambda case: str(case["id"]))
def test_an_exchange_goes_as_the_shared_case_says(case: dict[str, Any]) -> None:
    told = play("\n".join(case["input"]), (case["iss"]["A"], case["iss"]["B"])).json()

    assert told == {key: case[key] for key in ("final", "states", "sends", "results", "in_flight", "illegal_at")}
    assert case["legal"] == (told["illegal_at"] is None)


# ── the named scripts ──


@pytest.mark.parametrize("name", named())
def test_a_named_script_ends_as_it_says(name: str) -> None:
    script = named()[name]
    played = play(script.text)

    assert played.moments[-1].states == script.ends
    assert all(text.strip() for text in (script.title, script.title_zh, script.why, script.why_zh))
    assert all(line.isascii() and len(line) <= 80 for line in ladder(played))


@pytest.mark.parametrize("name", [script.name for script in named().values() if "inject" not in script.text])
def test_a_named_script_goes_the_same_way_where_the_numbers_wrap(name: str) -> None:
    script = named()[name]
    plain, wrapped = play(script.text), play(script.text, (MODULUS - 1, MODULUS - 2))

    assert [moment.states for moment in wrapped.moments] == [moment.states for moment in plain.moments]


def test_every_arrow_of_figure_5_but_one_is_in_some_named_script() -> None:
    taken = {pair for script in named().values() for moment in play(script.text).moments for pair in pairs(moment)}
    figure_5 = {
        (rule.state, rule.next)
        for row in table().values()
        for rules in row.values()
        for rule in rules
        if rule.in_figure_5
    }

    assert taken <= LEGAL
    assert figure_5 - taken == {("LISTEN", "CLOSED")}


# ── what no script can do ──

CALLS = ["OPEN_ACTIVE", "OPEN_PASSIVE", "SEND", "RECEIVE", "CLOSE", "ABORT"]
TIMERS = ["TIMEOUT_RTO", "TIMEOUT_2MSL"]
WIRE = ["deliver", "deliver", "deliver", "lose", "delay", "duplicate"]
QUIET = {frozenset(pair.split()) for pair in (
    "CLOSED", "LISTEN", "CLOSED LISTEN", "ESTABLISHED", "FIN_WAIT_2 CLOSE_WAIT", "TIME_WAIT", "TIME_WAIT CLOSED",
    "TIME_WAIT LISTEN",
)}  # fmt: skip


def pairs(moment: Moment) -> set[tuple[str, str]]:
    """The changes of state of one step, as arrows."""
    path = moment.answer.path
    return {(left, right) for left, right in pairwise(path) if left != right}


def take(exchange: Exchange, side: Side, act: str) -> Moment | None:
    """A step, where the wire has something for it."""
    if act in WIRE and not exchange.wire[side]:
        return None
    return exchange.take(Step(1, act, side, act, 1 if act == "SEND" else 0))


def settle(exchange: Exchange) -> None:
    """Delivers all that is in flight, and has all that is unacknowledged sent again, until nothing moves."""
    for _ in range(1000):
        if sides := [side for side in SIDES if exchange.wire[side]]:
            take(exchange, sides[0], "deliver")
        elif sides := [side for side in SIDES if exchange.ends[side].tcb.unacked]:
            for side in sides:
                take(exchange, side, "TIMEOUT_RTO")
        else:
            return
    raise AssertionError("they talk for ever")


def steps_of(acts: list[str]) -> st.SearchStrategy[list[tuple[Side, str]]]:
    return st.lists(st.tuples(st.sampled_from(SIDES), st.sampled_from(acts)), max_size=40)


@given(steps_of([*CALLS, "deliver", "deliver", "deliver"]))
@settings(deadline=None)
def test_on_a_wire_without_loss_both_ends_agree_whatever_their_users_do(acts: list[tuple[Side, str]]) -> None:
    exchange = Exchange()
    for side, act in acts:
        if act.startswith("OPEN") and (exchange.wire[side] or exchange.ends[PEER[side]].tcb.heard):
            continue  # the quiet time of §3.4.3: something of an earlier incarnation is still about
        moment = take(exchange, side, act)
        assert moment is None or pairs(moment) <= LEGAL

    settle(exchange)

    ends = exchange.ends
    assert frozenset(end.state for end in ends.values()) in QUIET
    if {end.state for end in ends.values()} & {"ESTABLISHED", "FIN_WAIT_2", "CLOSE_WAIT"}:
        assert all(ends[side].tcb.nxt == ends[PEER[side]].tcb.rcv_nxt for side in SIDES)


@given(steps_of([*CALLS, *TIMERS, *WIRE]))
@settings(deadline=None)
def test_no_wire_makes_an_end_take_an_illegal_step(acts: list[tuple[Side, str]]) -> None:
    exchange = Exchange()

    moments = [moment for side, act in acts if (moment := take(exchange, side, act))]

    assert {pair for moment in moments for pair in pairs(moment)} <= LEGAL


@given(steps_of(["SEND", "RECEIVE", *WIRE, "TIMEOUT_RTO"]))
@settings(deadline=None)
def test_what_was_sent_arrives_once_whatever_the_wire_does(acts: list[tuple[Side, str]]) -> None:
    exchange = Exchange()
    for act in ("listen", "connect"):
        take(exchange, "A" if act == "connect" else "B", {"connect": "OPEN_ACTIVE", "listen": "OPEN_PASSIVE"}[act])
    settle(exchange)
    sent = {side: sum(1 for one in acts if one == (side, "SEND")) for side in SIDES}
    for side, act in acts:
        take(exchange, side, act)

    settle(exchange)

    for side in SIDES:
        tcb = exchange.ends[PEER[side]].tcb
        assert (tcb.rcv_nxt - tcb.irs - 1) % MODULUS == sent[side]


# ── the wire ──


@pytest.mark.parametrize(
    ("wire", "acks"),
    [
        ("deliver A>B; deliver A>B", [111, 131]),
        ("delay A>B; deliver A>B; deliver A>B", [101, 131]),
        ("deliver A>B last; deliver A>B", [101, 131]),
        ("duplicate A>B; deliver A>B 3; deliver A>B; deliver A>B", [111, 111, 131]),
        ("lose A>B 2; deliver A>B", [111]),
        ("deliver A -> B; DROP a→b", [111]),
    ],
)
def test_the_wire_does_what_it_is_told(wire: str, acks: list[int]) -> None:
    told = play(lines(f"{OPEN}; A send 10; A send 20; {wire}")).json()

    answers = [line for line in told["sends"][5:] if line.startswith("B:")]
    assert answers == [f"B: <SEQ=301><ACK={ack}><CTL=ACK>" for ack in acks]


def test_what_happens_on_the_wire_stands_among_the_sends() -> None:
    told = play("A connect\nduplicate A>B\ndelay A>B\nlose A>B").json()

    syn = "A: <SEQ=100><CTL=SYN>"
    assert told["sends"] == [syn, f"duplicated {syn}", f"delayed {syn}", f"lost {syn}"]
    assert told["in_flight"] == {"A": 1, "B": 0}


def test_a_refused_call_is_told_by_its_place_and_the_play_goes_on() -> None:
    told = play("# nothing yet\nA close\n\nB send\nA connect").json()

    assert told["results"] == ["error: connection does not exist"] * 2 + ["ok"]
    assert (told["illegal_at"], told["final"]) == (0, {"A": "SYN_SENT", "B": "CLOSED"})


@pytest.mark.parametrize("end", ["A", "B"])
def test_people_say_timeout_and_the_state_knows_which(end: str) -> None:
    closing = named()["simultaneous-close"].text.partition("A TIMEOUT_2MSL")[0]

    assert play(f"{closing}{end} timeout").json()["final"][end] == "CLOSED"
    assert (
        play(f"{end} connect\n{end} timeout").json()["sends"]
        == [f"{end}: <SEQ={100 if end == 'A' else 300}><CTL=SYN>"] * 2
    )


# ── faults ──


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("", "line 1: nothing to play; begin with"),
        ("A connect\ndelver A>B", "line 2: delver A>B: no such step; did you mean deliver?"),
        ("C connect", "line 1: C connect: no such step"),
        ("# x\nA conect", "line 2: A conect: no such event; did you mean connect?"),
        ("A", "line 1: A: no event; write connect"),
        ("A rcv SYN", "line 1: A rcv SYN: segments come by the wire; write `deliver B>A`"),
        ("A CLOSE 3", "line 1: A CLOSE 3: only SEND takes a number"),
        ("A SEND 0", "line 1: A SEND 0: 0 is out of place; octets are whole numbers from 1 to 65535"),
        ("A SEND ٣", "line 1: A SEND ٣: "),
        ("deliver", "line 1: deliver: write A>B or B>A behind"),
        ("lose A>A", "line 1: lose A>A: no such direction; write A>B or B>A"),
        ("deliver >B", "line 1: deliver >B: no such direction; write A>B or B>A"),
        ("deliver A>B", "line 1: deliver A>B: nothing is in flight A>B; let A send first"),
        ("A connect\nlose B>A", "line 2: lose B>A: nothing is in flight B>A; did you mean A>B?"),
        ("A connect\nlose A>B 2", "line 2: lose A>B 2: 1 in flight A>B; write a number up to that"),
        ("deliver A>B 0", "line 1: deliver A>B 0: 0 is out of place"),
        ("inject >B 1 2", "line 1: inject >B 1 2: SEQ ACK FLAGS are wanted"),
        ("inject >B 4294967296 0 SYN", "line 1: inject >B 4294967296 0 SYN: 4294967296 is out of place"),
        ("inject >B 1 - ACK", "line 1: inject >B 1 - ACK: an ACK needs its number"),
        ("inject >B 1 0 SYN,XYZ", "line 1: inject >B 1 0 SYN,XYZ: no such flag: XYZ"),
        ("A CLOSE:unread", "line 1: A CLOSE:unread: A has read all"),
    ],
)
def test_a_bad_script_is_told_with_its_line_and_a_way_out(script: str, told: str) -> None:
    with pytest.raises(ScriptError) as fault:
        play(script)
    assert str(fault.value).startswith(told)


def test_all_bad_lines_are_told_at_once_up_to_twenty() -> None:
    with pytest.raises(ScriptError) as fault:
        play("x\n" * 30)
    told = str(fault.value).split("\n")
    assert (len(told), told[1].partition(":")[0], told[-1]) == (21, "line 2", "and 10 more bad lines")


@given(st.text(alphabet="AB>- SENDconectlivr0123456789:,#\n", max_size=200))
def test_any_text_is_played_or_refused_with_a_line(script: str) -> None:
    try:
        told = [str(len(play(script).moments))]
    except ScriptError as fault:
        told = str(fault).split("\n")
    assert all(line.startswith(("line ", "and ")) for line in told) or told[0].isdigit()
