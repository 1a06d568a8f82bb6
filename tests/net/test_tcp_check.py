"""Paths of states and lists of events: what is legal, what would be instead, and how it is all spelled."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.net.tcp.check import check, check_events, check_states, next_from
from prep.net.tcp.reading import SAID, PathError, find_state, fit, read_event, read_state, split_events, variants
from prep.net.tcp.states import Position, rules_at
from prep.net.tcp.table import EVENTS, STATES

SHARED = Path(__file__).parents[2].parent / "shared" / "cases" / "tcp_cases.json"
CASES = json.loads(SHARED.read_text("utf-8"))["cases"] if SHARED.exists() else []
STATE_CASES = [case for case in CASES if case["kind"] == "states"]
EVENT_CASES = [case for case in CASES if case["kind"] == "events"]
KEYS = [
    *("kind", "legal", "illegal_at", "final", "path", "sends", "verdicts", "events_any_of", "source", "why", "instead"),
]
PAIRS = [f"{left} -> {right}" for left, right in product(STATES, STATES) if left != right]


def legal_again(found: dict[str, Any], stack: Any = "rfc") -> bool:
    """Is what is offered instead legal, both as a path and as events, and does it end where it says?"""
    path, events = found["instead"]["path"], found["instead"]["events"]
    driven = check_events(path[0], events, stack=stack)
    return bool(check_states(path, stack=stack)["legal"]) and driven["legal"] and driven["path"] == path


def said(call: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(PathError) as fault:
        call(*args, **more)
    return str(fault.value)


# ── the shared cases ──


@pytest.mark.skipif(not CASES, reason="the shared cases are not here")
@pytest.mark.parametrize("case", [case for case in STATE_CASES if "error" not in case], ids=lambda case: case["id"])
def test_a_path_of_the_shared_cases(case: dict[str, Any]) -> None:
    for path in (case["input"], " -> ".join(case["input"]), "→".join(case["input"])):
        found = check_states(path)
        assert {key: found[key] for key in ("kind", "legal", "illegal_at", "final", "sends")} == {
            key: case[key] for key in ("kind", "legal", "illegal_at", "final", "sends")
        }
        assert found["path"] == case.get("canonical", case["input"])
        assert "events_any_of" not in case or found["events_any_of"] == [case["events_any_of"]]


@pytest.mark.skipif(not CASES, reason="the shared cases are not here")
@pytest.mark.parametrize("case", [case for case in STATE_CASES if "error" in case], ids=lambda case: case["id"])
def test_a_path_of_the_shared_cases_that_is_none(case: dict[str, Any]) -> None:
    assert "not a state; did you mean" in said(check, " -> ".join(case["input"]))


@pytest.mark.skipif(not CASES, reason="the shared cases are not here")
@pytest.mark.parametrize("case", EVENT_CASES, ids=lambda case: case["id"])
def test_a_list_of_events_of_the_shared_cases(case: dict[str, Any]) -> None:
    keys = ("kind", "legal", "illegal_at", "final", "path", "sends", "verdicts")
    for events in filter(None, (case["input"], ", ".join(case["input"]), ",".join(case["input"]), case["input_text"])):
        found = check_events(case["start"], events, case["origin"])
        assert {key: found[key] for key in keys} == {key: case[key] for key in keys}


# ── what is answered ──


@pytest.mark.parametrize("text", ["CLOSED -> LISTEN", "CLOSED -> ESTABLISHED", "connect, rcv SYN+ACK", "close"])
def test_the_answer_has_exactly_these_keys_in_this_order(text: str) -> None:
    assert list(check(text)) == KEYS


def test_a_legal_path_has_nothing_to_say_beyond_its_events_and_source() -> None:
    assert check("CLOSED -> SYN_SENT -> ESTABLISHED") == {
        "kind": "states",
        "legal": True,
        "illegal_at": None,
        "final": "ESTABLISHED",
        "path": ["CLOSED", "SYN_SENT", "ESTABLISHED"],
        "sends": None,
        "verdicts": None,
        "events_any_of": [["OPEN_ACTIVE"], ["RCV_SYN_ACK"]],
        "source": "RFC 9293 §3.10.1; Fig 5; 3.10.7.3 fourth; Fig 6",
        "why": None,
        "instead": None,
    }


def test_an_illegal_path_names_the_missing_state_and_the_events_that_lead_through_it() -> None:
    found = check("ESTABLISHED -> LAST_ACK -> CLOSED")

    assert (found["legal"], found["illegal_at"], found["final"]) == (False, 0, "ESTABLISHED")
    assert found["why"] == "no event leads from ESTABLISHED to LAST_ACK; missing between them: CLOSE_WAIT"
    assert found["instead"] == {"path": ["ESTABLISHED", "CLOSE_WAIT", "LAST_ACK"], "events": ["RCV_FIN", "CLOSE"]}
    assert found["events_any_of"][0] == []
    assert "RCV_ACK_OF_FIN" in found["events_any_of"][1]


def test_an_illegal_event_names_the_missing_one() -> None:
    found = check("connect, rcv SYN+ACK, rcv FIN, rcv ACK of FIN, close")

    assert (found["illegal_at"], found["verdicts"], found["final"]) == (3, ["ok"] * 3 + ["challenge", "ok"], "LAST_ACK")
    assert found["why"] == (
        "RCV_ACK_OF_FIN in CLOSE_WAIT is answered with an ACK and dropped; missing before it: CLOSE"
    )
    assert found["instead"] == {
        "path": ["CLOSE_WAIT", "LAST_ACK", "CLOSED"], "events": ["CLOSE", "RCV_ACK_OF_FIN"]
    }  # fmt: skip


def test_a_guard_that_stands_in_the_way_is_named() -> None:
    found = check("connect:unspecified")

    assert found["why"] == (
        "OPEN_ACTIVE:unspecified in CLOSED gives error: remote socket unspecified; "
        "legal as OPEN_ACTIVE (remote socket given)"
    )
    assert found["instead"] == {"path": ["CLOSED", "SYN_SENT"], "events": ["OPEN_ACTIVE"]}


def test_an_event_that_is_legal_nowhere_has_no_way_instead() -> None:
    found = check_events("ESTABLISHED", "rcv bad ack")

    assert found["instead"] is None
    assert found["why"] == (
        "RCV_BAD_ACK in ESTABLISHED is answered with an ACK and dropped (SEG.ACK > SND.NXT); it is legal in no state"
    )


def test_an_error_is_told_in_the_words_of_the_rfc() -> None:
    found = check_events("ESTABLISHED", "close, send")

    assert found["why"].startswith("SEND in FIN_WAIT_1 gives error: connection closing; missing before it: ")
    assert (found["source"], found["sends"]) == ("RFC 9293 §3.10.2", ["FIN,ACK", ""])


def test_a_repeated_state_is_no_change() -> None:
    found = check("CLOSED -> CLOSED -> LISTEN -> LISTEN")

    assert found["legal"]
    assert (found["events_any_of"][0], "RECEIVE" in found["events_any_of"][2]) == ([], True)


def test_one_state_alone_is_a_legal_path() -> None:
    assert check("ESTABLISHED") | {"source": ""} == check_states(["ESTABLISHED"]) | {"source": ""}
    assert check("ESTABLISHED")["final"] == "ESTABLISHED"


def test_back_to_listen_goes_only_who_came_from_there() -> None:
    active = check("CLOSED -> LISTEN -> SYN_SENT -> SYN_RECEIVED -> LISTEN")

    assert check("LISTEN -> SYN_RECEIVED -> LISTEN")["legal"]
    assert check("SYN_RECEIVED -> LISTEN")["legal"]
    assert (active["illegal_at"], active["instead"]["path"]) == (3, ["SYN_RECEIVED", "CLOSED", "LISTEN"])
    assert active["why"].startswith("after an active OPEN a RST leads from SYN_RECEIVED to CLOSED, not to LISTEN")
    assert not check_states("SYN_RECEIVED -> LISTEN", origin="active")["legal"]


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("ESTABLISHED -> TIME_WAIT", "3.5.2 and Fig 5 note 3 say that the sender of a RST should enter TIME-WAIT"),
        ("SYN_SENT -> LISTEN", "the prose of 3.5 says that it returns to LISTEN"),
        ("LISTEN -> CLOSE_WAIT", "3.10.7.2 third queues the FIN for later"),
        ("CLOSE_WAIT -> CLOSING", "RFC 793 p. 61 said so by mistake"),
        ("CLOSE_WAIT -> TIME_WAIT", "the side that closes second does not wait 2MSL"),
    ],
)
def test_where_another_reading_or_belief_is_about_it_is_named(path: str, rule: str) -> None:
    found = check(path)

    assert not found["legal"]
    assert rule in found["why"]


def test_a_contested_step_names_both_readings_in_its_source() -> None:
    assert "(contested: 3.5 Fig 7 line 6" in check("connect, rcv SYN, rcv SYN+ACK")["source"]
    assert check("connect, rcv SYN, rcv SYN+ACK")["why"] is None


@pytest.mark.parametrize("path", PAIRS)
def test_every_pair_is_legal_or_has_a_legal_way_instead(path: str) -> None:
    found = check(path)

    assert found["legal"] == bool(found["events_any_of"][0])
    assert found["legal"] or (legal_again(found) and found["instead"]["path"][-1] == path.split()[-1])
    assert found["legal"] or all(state in found["why"] for state in found["instead"]["path"])


@pytest.mark.parametrize("stack", ["rfc", "linux"])
@pytest.mark.parametrize("state", STATES)
def test_every_event_that_is_not_ok_has_a_legal_way_instead_or_is_legal_nowhere(state: str, stack: Any) -> None:
    for row in next_from(state, stack=stack):
        found = check_events(state, [row["event"]], stack=stack)
        assert (found["verdicts"], found["final"]) == ([row["verdict"]], row["next_state"])
        assert found["legal"] or "legal in no state" in found["why"] or found["instead"] is not None
        assert found["instead"] is None or legal_again(found, stack)
        assert found["instead"] is None or found["instead"]["events"][-1].startswith(row["event"].split(":")[0])


@given(st.data())
def test_a_walk_takes_legal_pairs_only_and_stays_after_what_is_not_ok(data: st.DataObject) -> None:
    events, position = [], Position(data.draw(st.sampled_from(STATES)))
    start = position.state
    for _ in range(data.draw(st.integers(1, 12))):
        rule = data.draw(st.sampled_from([rule for event in EVENTS for rule in rules_at(position, event)]))
        events.append(rule.full)
        found = check_events(start, events)
        position = Position(found["final"], rule.origin if found["final"] == "SYN_RECEIVED" else None)
        if position.state == "SYN_RECEIVED":
            break  # how it was opened is the engine's to know
    assert check_states(found["path"])["legal"]
    assert found["legal"] == (set(found["verdicts"]) == {"ok"})
    assert [at for at, verdict in enumerate(found["verdicts"])
            if verdict != "ok" and found["path"][at] != found["path"][at + 1]] == []  # fmt: skip


def test_linux_forbids_what_the_rfc_allows_and_says_so() -> None:
    found = check("CLOSED -> LISTEN -> SYN_SENT", stack="linux")

    assert check("CLOSED -> LISTEN -> SYN_SENT")["legal"]
    assert found["illegal_at"] == 1
    assert found["why"].startswith("on Linux no event leads from LISTEN to SYN_SENT (")
    assert check_events("ESTABLISHED", "close, close", stack="linux")["legal"]


# ── spelling ──


@pytest.mark.parametrize(
    ("written", "state"),
    [
        *[(state, state) for state in STATES],
        *[(state.lower(), state) for state in STATES],
        *[(state.replace("_", "-"), state) for state in STATES],
        *[(state.title().replace("_", ""), state) for state in STATES],  # PowerShell
        *[(f"TCP_{state}", state) for state in STATES],
        *[("SYN_RECV", "SYN_RECEIVED"), ("SYN-RECV", "SYN_RECEIVED"), ("SYN-RCVD", "SYN_RECEIVED")],
        *[("SYN RCVD", "SYN_RECEIVED"), ("syn_rcvd", "SYN_RECEIVED"), ("FIN WAIT-1", "FIN_WAIT_1")],
        *[("fin_wait1", "FIN_WAIT_1"), ("FINWAIT-2", "FIN_WAIT_2"), ("FIN-WAIT-2", "FIN_WAIT_2")],
        *[("ESTAB", "ESTABLISHED"), ("LISTENING", "LISTEN"), ("CLOSE", "CLOSED"), ("UNCONN", "CLOSED")],
        *[("timewait", "TIME_WAIT"), (" last-ack ", "LAST_ACK"), ("CLOSE WAIT", "CLOSE_WAIT")],
    ],
)
def test_a_state_is_read_in_any_common_spelling(written: str, state: str) -> None:
    assert read_state(written) == state


@pytest.mark.parametrize(
    ("written", "key"),
    [
        *[(event, event) for event in EVENTS],
        *[(event.lower(), event) for event in EVENTS],
        *[("connect", "OPEN_ACTIVE"), ("active OPEN", "OPEN_ACTIVE"), ("connect()", "OPEN_ACTIVE")],
        *[("listen", "OPEN_PASSIVE"), ("Listen()", "OPEN_PASSIVE"), ("passive open", "OPEN_PASSIVE")],
        *[("send", "SEND"), ("recv", "RECEIVE"), ("close", "CLOSE"), ("shutdown(SHUT_WR)", "CLOSE")],
        *[("rcv SYN", "RCV_SYN"), ("recv fin", "RCV_FIN"), ("receive data", "RCV_DATA"), ("rst", "RCV_RST")],
        *[("rcv SYN+ACK", "RCV_SYN_ACK"), ("rcv SYN,ACK", "RCV_SYN_ACK"), ("got syn-ack", "RCV_SYN_ACK")],
        *[("rcv SYNACK", "RCV_SYN_ACK"), ("rcv SYN ACK", "RCV_SYN_ACK"), ("rcv [S.]", "RCV_SYN_ACK")],
        *[("rcv RST,ACK", "RCV_RST_ACK"), ("rcv SYN+ACK+FIN", "RCV_SYN_ACK_FIN"), ("rcv PSH,ACK", "RCV_DATA")],
        *[("rcv ACK of SYN", "RCV_ACK_OF_SYN"), ("rcv ACK of FIN", "RCV_ACK_OF_FIN"), ("rcv bad ACK", "RCV_BAD_ACK")],
        *[("rcv FIN+ACK of FIN", "RCV_FIN_ACK_OF_FIN"), ("rcv RST in window", "RCV_RST_IN_WINDOW")],
        *[("Timeout=2MSL", "TIMEOUT_2MSL"), ("2msl timeout", "TIMEOUT_2MSL"), ("user timeout", "TIMEOUT_USER")],
        *[("rto", "TIMEOUT_RTO"), ("retransmission timeout", "TIMEOUT_RTO"), ("keepalive", "TIMEOUT_KEEPALIVE")],
        *[("icmp port unreachable", "ICMP_HARD_ERROR"), ("rcv SYN+FIN", "RCV_SYN:fin")],
        *[("close:unread", "CLOSE:unread"), ("CLOSE: Unread", "CLOSE:unread")],
        *[("rcv SYN:in window", "RCV_SYN:in_window"), ("rcv RST:passive", "RCV_RST:passive")],
        ("rcv ACK:duplicate", "RCV_ACK:duplicate"),
    ],
)  # fmt: skip
def test_an_event_is_read_as_people_say_it(written: str, key: str) -> None:
    assert read_event(written) == key


@pytest.mark.parametrize(
    ("written", "state", "event"),
    [
        ("rcv ACK", "SYN_RECEIVED", "RCV_ACK_OF_SYN"),
        ("rcv ACK", "FIN_WAIT_1", "RCV_ACK_OF_FIN"),
        ("rcv ACK", "LAST_ACK", "RCV_ACK_OF_FIN"),
        ("rcv ACK", "CLOSING", "RCV_ACK_OF_FIN"),
        ("rcv ACK", "ESTABLISHED", "RCV_ACK"),
        ("rcv ACK", "SYN_SENT", "RCV_ACK"),
        ("RCV_ACK", "LAST_ACK", "RCV_ACK"),
        ("rcv FIN,ACK", "ESTABLISHED", "RCV_FIN"),
        ("rcv FIN,ACK", "FIN_WAIT_1", "RCV_FIN_ACK_OF_FIN"),
        ("rcv FIN,ACK", "CLOSING", "RCV_FIN_ACK_OF_FIN"),
        ("rcv FIN,ACK", "LAST_ACK", "RCV_FIN_ACK_OF_FIN"),
        ("rcv FIN", "FIN_WAIT_1", "RCV_FIN"),
        ("timeout", "TIME_WAIT", "TIMEOUT_2MSL"),
        ("timeout", "SYN_SENT", "TIMEOUT_RTO"),
    ],
)
def test_peoples_words_mean_what_fits_the_state(written: str, state: Any, event: str) -> None:
    assert fit(read_event(written), state) == event


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("close, rcv FIN,ACK", ["close", "rcv FIN,ACK"]),
        ("rcv SYN,ACK,close", ["rcv SYN,ACK", "close"]),
        ("rcv SYN,ACK,FIN, close", ["rcv SYN,ACK,FIN", "close"]),
        ("rcv FIN, ACK", ["rcv FIN", "ACK"]),
        ("RCV_SYN,RCV_ACK", ["RCV_SYN", "RCV_ACK"]),
        ("connect,rcv SYN+ACK,rcv FIN", ["connect", "rcv SYN+ACK", "rcv FIN"]),
    ],
)
def test_a_comma_without_a_blank_joins_flags(text: str, pieces: list[str]) -> None:
    assert split_events(text) == pieces


@pytest.mark.parametrize("arrow", ["->", " -> ", "→", " → ", "=>", " --> ", "⇒"])
def test_states_stand_between_arrows_of_any_kind(arrow: str) -> None:
    assert check(arrow.join(["SYN-SENT", "ESTAB", "FIN-WAIT-1"]))["legal"]


@pytest.mark.parametrize(
    ("word", "kind"),
    [("LISTEN", "states"), ("listen", "events"), ("CLOSE", "events"), ("closed", "states"), ("rst", "events")],
)
def test_a_single_word_is_a_state_or_an_event(word: str, kind: str) -> None:
    assert check(word)["kind"] == kind


def test_what_people_say_is_all_read_and_is_no_state_but_by_two_names() -> None:
    assert {read_event(words).partition(":")[0] for words in SAID} <= {*EVENTS, "~TIMEOUT"}
    assert [words for words in SAID if find_state(words)] == ["listen", "close"]


def test_each_variant_is_written_behind_a_colon() -> None:
    every = {f"{event}:{name}" for event in EVENTS for name in variants(event)}

    assert {"CLOSE:unread", "RCV_SYN:new", "RCV_SYN:old", "RCV_RST:passive", "RCV_RST:active"} <= every
    assert {read_event(key) for key in every} == every


# ── bad input ──

KNOWN = "known: CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, "
LIKE_THIS = "say it like connect, listen, close, rcv SYN+ACK, timeout or RCV_FIN"
MISTAKES = {
    "": "nothing: no path to check; give states, 'CLOSED -> LISTEN', or events, 'connect, rcv SYN+ACK'",
    "  ": "nothing: no path to check; give states, 'CLOSED -> LISTEN', or events, 'connect, rcv SYN+ACK'",
    "CLOSED-WAIT -> LAST_ACK": "CLOSED-WAIT: no such state; did you mean CLOSE_WAIT?",
    "CLOSED-WAIT": "CLOSED-WAIT: neither a state nor an event; did you mean CLOSE_WAIT?",
    "ESTABLISHD -> CLOSED": "ESTABLISHD: no such state; did you mean ESTABLISHED?",
    "FIN_WAIT -> CLOSED": "FIN_WAIT: no such state; did you mean FIN_WAIT_1 or FIN_WAIT_2?",
    "xyzzy -> CLOSED": f"xyzzy: no such state; {KNOWN}LAST_ACK, TIME_WAIT",
    "SYN -> ACK": "SYN: a segment, not a state; did you mean SYN_SENT or SYN_RECEIVED?",
    "SYN ACK": "SYN ACK: a segment, not a state; did you mean SYN_RECEIVED?",
    "FIN_ACK -> CLOSED": "FIN_ACK: a segment, not a state; did you mean LAST_ACK or FIN_WAIT_2?",
    "connect -> rcv SYN": "connect: an event, not a state; commas separate events: 'connect, rcv SYN+ACK'",
    "CLOSED -> LISTEN, close":
        "CLOSED -> LISTEN, close: arrows and commas mixed; arrows separate states, commas separate events",
    "CLOSED ->": "CLOSED ->: an arrow without a state beside it; write it like 'CLOSED -> LISTEN'",
    "CLOSED -": "CLOSED -: the shell took `>` for a redirection to a file; quote the path: 'CLOSED -> …'",
    "CLOSED - -": "CLOSED - -: the shell took `>` for a redirection to a file; quote the path: 'CLOSED -> …'",
    "CLOSED =": "CLOSED =: the shell took `>` for a redirection to a file; quote the path: 'CLOSED -> …'",
    "CLOSED LISTEN": "CLOSED LISTEN: no arrows between the states; write 'CLOSED -> LISTEN'",
    "ESTABLISHED, close":
        "ESTABLISHED: a state, not an event; arrows separate states ('ESTABLISHED -> …'); "
        "events start from --start ESTABLISHED",
    "connect,,close": "connect,,close: a comma without an event beside it; write it like 'connect, rcv SYN+ACK'",
    "connect, frobnicate": f"frobnicate: no such event; {LIKE_THIS}",
    "connect, clsoe": "clsoe: no such event; did you mean close?",
    "connect, rcv FNI": "rcv FNI: no such event; did you mean RCV_FIN?",
    "connect, rcv": "rcv: says not what arrives; write rcv SYN, rcv FIN or rcv RST",
    "send FIN, rcv ACK": "send FIN: what a TCP does, not what happens to it; its cause is close",
    "connect, snd SYN,ACK": "snd SYN,ACK: what a TCP does, not what happens to it; its cause is rcv SYN",
    "listen, accept": "accept: moves no state: it takes a finished connection from the queue; leave it out",
    "open, close": "open: active or passive; write connect or listen",
    "xyzzy": f"xyzzy: neither a state nor an event; {LIKE_THIS}",
    "CLOSE:unred": "CLOSE:unred: no such variant; did you mean CLOSE:unread?",
    "STATUS:now": "STATUS:now: no such variant; write STATUS",
    "SEND:x": "SEND:x: no such variant; there are SEND:remote, SEND:unspecified",
    "connect, rcv RST:passive": "RCV_RST:passive: no such case in SYN_SENT; write RCV_RST",
    "connect, rcv RST+ACK:passive":
        "RCV_RST_ACK:passive: no such case in SYN_SENT; "
        "write RCV_RST_ACK:bad_ack (SEG.ACK =< ISS or SEG.ACK > SND.NXT) or RCV_RST_ACK (SEG.ACK acknowledges our SYN)",
}  # fmt: skip


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_in_one_line_with_a_way_out(text: str) -> None:
    assert said(check, text) == MISTAKES[text]


@pytest.mark.parametrize(
    ("state", "event", "told"),
    [
        (
            "TIME_WAIT", "rcv SYN",
            "RCV_SYN: in TIME_WAIT it depends; write RCV_SYN:new (sequence number above RCV.NXT or a newer timestamp, "
            "and a listener) or RCV_SYN:old (an old duplicate)",
        ),
        (
            "CLOSE_WAIT", "recv",
            "RECEIVE: in CLOSE_WAIT it depends; write RECEIVE:queued (data still queued) or "
            "RECEIVE:empty (nothing queued)",
        ),
        (
            "SYN_RECEIVED", "rst",
            "RCV_RST: in SYN_RECEIVED it depends on how the connection was opened; give --origin passive or active, "
            "or write RCV_RST:passive or RCV_RST:active",
        ),
    ],
)  # fmt: skip
def test_a_guard_that_nobody_gave_is_asked_for(state: str, event: str, told: str) -> None:
    assert said(check_events, state, event) == told


def test_a_start_goes_with_events() -> None:
    told = "--start LISTEN: goes with events; a path of states starts with its first state"

    assert said(check, "CLOSED -> LISTEN", start="LISTEN") == told
    assert said(check_events, "NOWHERE", "close") == f"NOWHERE: no such state; {KNOWN}LAST_ACK, TIME_WAIT"
    assert said(check_events, "CLOSED", []) == "nothing: no path to check; give events, 'connect, rcv SYN+ACK'"
    assert said(check_states, []) == "nothing: no path to check; give states, 'CLOSED -> LISTEN'"


def test_a_fault_is_one_line_whatever_the_text_is() -> None:
    assert said(check, "CLOSED\n->\tLISTENN") == "LISTENN: no such state; did you mean LISTEN?"
    assert said(check, "\n0\n0").startswith("0 0: neither a state nor an event; ")
    assert said(check, "x" * 1000 + " -> LISTEN").startswith("x" * 99 + "…: no such state; known: ")


WORDS = st.sampled_from([*STATES, *EVENTS, *SAID, "rcv", "SYN", "ACK", "->", ",", ", ", "-", ":", ":unread", "", " "])


@given(st.lists(WORDS | st.text(max_size=8), max_size=8).map(" ".join))
def test_whatever_is_written_is_answered_or_refused_in_one_line(text: str) -> None:
    try:
        told = list(check(text))
    except PathError as fault:
        told = KEYS * (";" in str(fault) and "\n" not in str(fault))
    assert told == KEYS


# ── what can happen ──


def test_next_lists_every_row_with_its_variant() -> None:
    rows = next_from("TIME-WAIT", "rcv SYN")

    assert [(row["event"], row["next_state"], row["sends"], row["verdict"]) for row in rows] == [
        ("RCV_SYN:new", "SYN_RECEIVED", "SYN,ACK", "ok"),
        ("RCV_SYN:old", "TIME_WAIT", "ACK", "challenge"),
    ]
    assert [row["event"] for row in next_from("TIME_WAIT", "rcv SYN:old")] == ["RCV_SYN:old"]
    assert [row["event"] for row in next_from("LAST_ACK", "rcv ACK")] == ["RCV_ACK_OF_FIN"]
    assert said(next_from, "ESTABLISHED", "rcv SYN:old").startswith("RCV_SYN:old: no such case in ESTABLISHED; write")


def test_next_tells_where_linux_differs() -> None:
    (row,) = next_from("LISTEN", "send:remote")
    (linux,) = next_from("LISTEN", "send:remote", "linux")

    assert (row["next_state"], row["verdict"]) == ("SYN_SENT", "ok")
    assert row["linux"]["note"] == "send() on a listening socket is EPIPE"
    assert (row["linux"]["next_state"], row["linux"]["verdict"]) == ("LISTEN", "error")
    assert (linux["next_state"], linux["verdict"]) == ("LISTEN", "error")


@pytest.mark.parametrize("state", STATES)
def test_every_row_of_next_can_be_checked_as_it_stands(state: str) -> None:
    for row in next_from(state):
        found = check_events(state, row["event"])
        assert found["sends"] == [row["sends"]]
        assert row["rfc_section"]
