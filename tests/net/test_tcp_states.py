"""The table of TCP: whole, true to its reference, and its laws."""

import csv
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.net.tcp.states import Position, Undecided, arrows, place, rules_at, short, shortest, step, table
from prep.net.tcp.table import EVENTS, ORIGINS, STATES, TABLE, VERDICTS

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference" / "tcp-transitions.csv"
ROWS = list(csv.DictReader(REFERENCE.read_text("utf-8").splitlines())) if REFERENCE.exists() else []

# Figure 5 of RFC 9293, arrow by arrow, with the events that stand beside it.
FIGURE_5 = {
    ("CLOSED", "LISTEN"): "OPEN_PASSIVE",
    ("CLOSED", "SYN_SENT"): "OPEN_ACTIVE",
    ("LISTEN", "CLOSED"): "CLOSE",
    ("LISTEN", "SYN_RECEIVED"): "RCV_SYN",
    ("LISTEN", "SYN_SENT"): "SEND",
    ("SYN_SENT", "CLOSED"): "CLOSE",
    ("SYN_SENT", "SYN_RECEIVED"): "RCV_SYN",
    ("SYN_SENT", "ESTABLISHED"): "RCV_SYN_ACK",
    ("SYN_RECEIVED", "LISTEN"): "RCV_RST",
    ("SYN_RECEIVED", "ESTABLISHED"): "RCV_ACK_OF_SYN",
    ("SYN_RECEIVED", "FIN_WAIT_1"): "CLOSE",
    ("ESTABLISHED", "FIN_WAIT_1"): "CLOSE",
    ("ESTABLISHED", "CLOSE_WAIT"): "RCV_FIN",
    ("FIN_WAIT_1", "FIN_WAIT_2"): "RCV_ACK_OF_FIN",
    ("FIN_WAIT_1", "CLOSING"): "RCV_FIN",
    ("FIN_WAIT_2", "TIME_WAIT"): "RCV_FIN",
    ("CLOSE_WAIT", "LAST_ACK"): "CLOSE",
    ("CLOSING", "TIME_WAIT"): "RCV_ACK_OF_FIN",
    ("LAST_ACK", "CLOSED"): "RCV_ACK_OF_FIN",
    ("TIME_WAIT", "CLOSED"): "TIMEOUT_2MSL",
}
LEFT_OUT = {
    ("SYN_RECEIVED", "CLOSE_WAIT"): ["RCV_FIN"],
    ("SYN_RECEIVED", "CLOSED"): ["ABORT", "ICMP_HARD_ERROR", "RCV_RST", "RCV_RST_ACK", "TIMEOUT_USER"],
    ("SYN_SENT", "CLOSE_WAIT"): ["RCV_SYN_ACK_FIN"],
    ("FIN_WAIT_1", "TIME_WAIT"): ["RCV_FIN_ACK_OF_FIN"],  # note 2
    ("TIME_WAIT", "SYN_RECEIVED"): ["RCV_SYN"],
    **{
        (state, "CLOSED"): ["ABORT", "ICMP_HARD_ERROR", "RCV_RST", "RCV_RST_ACK", "RCV_SYN", "TIMEOUT_USER"]
        for state in ("FIN_WAIT_1", "FIN_WAIT_2", "CLOSING")
    },
    **{
        (state, "CLOSED"): [
            *("ABORT", "CLOSE", "ICMP_HARD_ERROR", "RCV_RST", "RCV_RST_ACK", "RCV_SYN"),
            *("TIMEOUT_KEEPALIVE", "TIMEOUT_USER"),
        ]
        for state in ("ESTABLISHED", "CLOSE_WAIT")
    },
}
# The reference table says otherwise, or nothing that is a segment; the RFC or the other reference decides.
DIFFERENT = {
    ("SYN_RECEIVED", "RCV_SYN_ACK"): "sends the ACK of 3.10.7.4 first, as the reference transcripts do",
    ("ESTABLISHED", "TIMEOUT_RTO"): "the segment is named in words",
    ("CLOSE_WAIT", "TIMEOUT_RTO"): "the segment is named in words",
    ("ESTABLISHED", "TIMEOUT_KEEPALIVE"): "only Linux sends that RST",
    ("CLOSE_WAIT", "TIMEOUT_KEEPALIVE"): "only Linux sends that RST",
}


# The whole table at a glance, guards at their default. A column a state, in the order of STATES: O moves on, o is legal
# and stays, e d r c are error, drop, reset and challenge, ? depends on a guard or on how the connection was opened.
GLANCE = """
OPEN_ACTIVE            OOeeeeeeeee
OPEN_PASSIVE           Oeeeeeeeeee
SEND                   eOoooeeoeee
RECEIVE                eoooooo?eee
CLOSE                  eOOOOeeOeee
ABORT                  eOOOOOOOOOO
STATUS                 eoooooooooo
RCV_SYN                rOOccccccc?
RCV_SYN_ACK            rrO?ccccccc
RCV_SYN_ACK_FIN        rrOcccccccc
RCV_ACK                rrdroooodoo
RCV_ACK_OF_SYN         rrdOooooooo
RCV_ACK_OF_FIN         rrrrcOocOOo
RCV_BAD_ACK            rrrrccccccc
RCV_DATA               rrdOooodddd
RCV_FIN                rrdOOOOoooo
RCV_FIN_ACK_OF_FIN     rrrrcOOccco
RCV_RST                ddd?OOOOOOO
RCV_RST_ACK            ddO?OOOOOOO
RCV_RST_IN_WINDOW      dddcccccccc
RCV_RST_OUT_OF_WINDOW  ddddddddddd
RCV_OLD_DUPLICATE      rrrcccccccc
RCV_NO_ACK_BIT         rdddddddddd
RCV_FIN_NO_ACK_BIT     rdddddddddd
TIMEOUT_RTO            eeooooeoooe
TIMEOUT_USER           eOOOOOOOOOO
TIMEOUT_2MSL           eeeeeeeeeeO
TIMEOUT_KEEPALIVE      eeeeOeeOeee
ICMP_HARD_ERROR        ddOOOOOOOOd
ICMP_SOFT_ERROR        ddooooooooo
"""


def keys(position, stack="rfc"):
    """The names of all that can happen at a position."""
    return [rule.full for event in EVENTS for rule in rules_at(position, event, stack)]


PLACES = [place(state) for state in STATES] + [Position("SYN_RECEIVED", origin) for origin in ORIGINS]


def go(position, full, stack="rfc"):
    event, _, variant = full.partition(":")
    return step(position, event, variant, stack)


def test_there_are_eleven_states_thirty_events_and_five_verdicts() -> None:
    assert (len(STATES), len(EVENTS), len(VERDICTS)) == (11, 30, 5)


@pytest.mark.parametrize("stack", ["rfc", "linux"])
@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_row_for_every_event(state: str, stack: str) -> None:
    assert [event for event in EVENTS if not table(stack)[state][event]] == []


def test_the_table_at_a_glance() -> None:
    def sign(state: Any, event: Any) -> str:
        plain = [rule for rule in table()[state][event] if rule.default or not rule.variant]
        if len(plain) != 1:
            return "?"
        return "O" if plain[0].next != state else plain[0].verdict[0]

    assert [f"{event:22} {''.join(sign(state, event) for state in STATES)}" for event in EVENTS] == GLANCE.split("\n")[
        1:-1
    ]


def test_every_row_cites_its_section() -> None:
    assert [row for row in TABLE if not row.section.strip()] == []


def test_every_refusal_says_why_or_is_what_its_verdict_says() -> None:
    assert [row for row in TABLE if row.verdict in ("error", "drop") and not row.result] == []


@pytest.mark.parametrize("stack", ["rfc", "linux"])
def test_a_verdict_that_is_not_ok_changes_no_state(stack: str) -> None:
    rules = [rule for events in table(stack).values() for found in events.values() for rule in found]

    assert [rule for rule in rules if rule.verdict != "ok" and rule.next != rule.state] == []


@pytest.mark.parametrize("stack", ["rfc", "linux"])
def test_where_an_event_means_several_things_each_has_a_name_of_its_own(stack: str) -> None:
    for state, event in product(STATES, EVENTS):
        rules = table(stack)[state][event]
        assert len({rule.name for rule in rules}) == len(rules), (state, event)
        assert len(rules) == 1 or all(rule.guard or not rule.name for rule in rules), (state, event)
        assert sum(rule.default for rule in rules if rule.origin is None) <= 1


def test_a_reset_is_a_rst_and_a_challenge_an_ack() -> None:
    wanted = {"reset": {"RST", "RST,ACK"}, "challenge": {"ACK"}, "drop": {""}, "error": {""}}

    assert [row for row in TABLE if row.verdict != "ok" and short(row.sends) not in wanted[row.verdict]] == []


def test_no_rst_is_answered_with_a_rst() -> None:
    answered = [row for row in TABLE if "RCV_RST" in str(row.events) and "RST" in short(row.sends)]

    assert answered == []


@pytest.mark.parametrize(("pair", "event"), list(FIGURE_5.items()), ids=str)
def test_each_arrow_of_figure_5(pair: tuple[str, str], event: str) -> None:
    first = arrows(place(pair[0]))[pair[1]].rules[0]

    assert first.event == event
    assert "Fig 5" in first.sections


def test_figure_5_has_no_other_arrows() -> None:
    drawn = {(rule.state, rule.next) for found in table().values() for by in found.values() for rule in by
             if rule.in_figure_5}  # fmt: skip

    assert drawn == set(FIGURE_5)


@pytest.mark.parametrize(("pair", "events"), list(LEFT_OUT.items()), ids=str)
def test_pairs_that_figure_5_leaves_out(pair: tuple[str, str], events: list[str]) -> None:
    assert list(arrows(place(pair[0]))[pair[1]].events) == events


def test_all_other_ordered_pairs_are_illegal() -> None:
    legal = {(state, to) for state in STATES for to in arrows(place(state)) if to != state}

    assert legal == set(FIGURE_5) | set(LEFT_OUT)
    assert (len(legal), 110 - len(legal)) == (30, 80)  # 29 of one sub-step's events, and the SYN,ACK that brings a FIN


@pytest.mark.parametrize("event", ["RCV_RST", "RCV_RST_ACK"])
def test_a_rst_goes_back_to_where_syn_received_came_from(event: str) -> None:
    assert step(Position("SYN_RECEIVED", "passive"), event).to == Position("LISTEN")
    assert step(Position("SYN_RECEIVED", "active"), event).to == Position("CLOSED")
    assert step(Position("SYN_RECEIVED"), event, "passive").to == Position("LISTEN")
    with pytest.raises(Undecided):
        step(Position("SYN_RECEIVED"), event)


def test_the_origin_is_remembered_in_syn_received_and_nowhere_else() -> None:
    assert step(place("LISTEN"), "RCV_SYN").to == ("SYN_RECEIVED", "passive")
    assert step(place("SYN_SENT"), "RCV_SYN").to == ("SYN_RECEIVED", "active")
    assert step(place("TIME_WAIT"), "RCV_SYN", "new").to == ("SYN_RECEIVED", "passive")
    assert step(Position("SYN_RECEIVED", "active"), "RCV_ACK_OF_SYN").to == ("ESTABLISHED", None)
    assert place("ESTABLISHED", "active") == ("ESTABLISHED", None)


def test_a_listener_that_sends_is_active_from_then_on() -> None:
    position = step(step(place("LISTEN"), "SEND").to, "RCV_SYN").to

    assert "LISTEN" not in arrows(position)


def test_linux_differs_where_it_was_measured() -> None:
    listen, sent, again = place("LISTEN"), place("SYN_SENT"), Position("SYN_RECEIVED", "passive")

    assert step(listen, "OPEN_ACTIVE", stack="linux").rule[6:8] == ("", "error")
    assert step(sent, "RCV_BAD_ACK", stack="linux").rule.sends == "RST; SYN"
    assert step(sent, "ICMP_SOFT_ERROR", stack="linux").to.state == "CLOSED"
    assert step(again, "RCV_SYN", stack="linux").rule.sends == "SYN,ACK"
    assert step(Position("SYN_RECEIVED", "active"), "RCV_SYN", stack="linux").rule.sends == "ACK"
    assert step(Position("SYN_RECEIVED", "active"), "RCV_ACK", stack="linux").to.state == "ESTABLISHED"
    assert step(again, "RCV_ACK", stack="linux").to.state == "SYN_RECEIVED"
    assert step(place("LAST_ACK"), "RCV_FIN_ACK_OF_FIN", stack="linux").to.state == "CLOSED"
    assert step(place("TIME_WAIT"), "RCV_DATA", stack="linux").rule.verdict == "challenge"


def test_on_linux_no_listener_becomes_a_connection_itself() -> None:
    assert "SYN_SENT" in arrows(place("LISTEN"))
    assert "SYN_SENT" not in arrows(place("LISTEN"), "linux")


@pytest.mark.skipif(not ROWS, reason="the reference table is not here")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['state']}-{row['event']}-{row['guard'][:20]}")
def test_each_row_of_the_reference_table_is_in_ours(row: dict[str, str]) -> None:
    rules = table()[row["state"]][row["event"]]

    same = [rule for rule in rules if rule.next == row["next_state"] and rule.sends == short(row["sends"])]

    assert same or (row["state"], row["event"]) in DIFFERENT
    assert [rule for rule in rules if rule.next == row["next_state"]]
    assert (row["state"], row["event"]) not in DIFFERENT or not same


@pytest.mark.skipif(not ROWS, reason="the reference table is not here")
def test_there_are_as_many_guarded_rows_as_in_the_reference_table() -> None:
    theirs = {(state, event): sum((row["state"], row["event"]) == (state, event) for row in ROWS)
              for state, event in product(STATES, EVENTS)}  # fmt: skip
    ours = {(state, event): len(table()[state][event]) for state, event in product(STATES, EVENTS)}

    fewer = [pair for pair in ours if ours[pair] < theirs[pair]]

    assert fewer == []


@given(st.sampled_from(PLACES), st.lists(st.integers(0, 10_000), max_size=30), st.sampled_from(["rfc", "linux"]))
def test_whatever_happens_only_legal_pairs_are_taken(position: Position, dice: list[int], stack: str) -> None:
    for die in dice:
        names = keys(position, stack)
        done = go(position, names[die % len(names)], stack)
        if done.to.state != position.state:
            assert done.rule.verdict == "ok"
            assert done.to.state in arrows(position, stack)
        else:
            assert done.to.origin == (
                position.origin or (done.rule.origin if done.to.state == "SYN_RECEIVED" else None)
            )
        position = done.to


@pytest.mark.parametrize("stack", ["rfc", "linux"])
@pytest.mark.parametrize(("start", "goal"), list(product(PLACES, STATES)), ids=str)
def test_every_state_is_reached_from_everywhere_by_steps_that_join(start: Position, goal: str, stack: str) -> None:
    way = shortest(start, lambda position: position.state == goal, stack)

    at = start
    for done in way:
        assert done == go(at, done.rule.key, stack) or at.origin is None
        assert (done.rule.state, done.rule.verdict) == (at.state, "ok")
        at = done.to
    assert at.state == goal
    assert bool(way) == (start.state != goal)


def test_the_usual_way_is_taken_where_several_are_as_short() -> None:
    way = shortest(place("LISTEN"), lambda position: position.state == "ESTABLISHED")

    assert [done.rule.key for done in way] == ["RCV_SYN", "RCV_ACK_OF_SYN"]
