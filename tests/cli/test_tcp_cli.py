"""`prep tcp next` and `prep tcp check`: the contract, the text, and what is said when it goes wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2].parent / "shared" / "cases" / "tcp_cases.json"
CASES = json.loads(SHARED.read_text("utf-8"))["cases"] if SHARED.exists() else []
CHECKED = [case for case in CASES if case["kind"] in ("states", "events") and "error" not in case]
KEYS = [
    *("kind", "legal", "illegal_at", "final", "path", "sends", "verdicts", "events_any_of", "source", "why", "instead"),
]
ROW = {
    "state", "event", "default", "guard", "next_state", "sends", "segments", "verdict", "result", "rfc_section", "note",
    "contested", "linux",
}  # fmt: skip


def words_of(case):
    if case["kind"] == "states":
        return ["check", " -> ".join(case["input"])]
    origin = ["--origin", case["origin"]] if case["origin"] else []
    return ["check", "--start", case["start"], *origin, ", ".join(case["input"])]


@pytest.mark.skipif(not CASES, reason="the shared cases are not here")
@pytest.mark.parametrize("case", CHECKED, ids=lambda case: case["id"])
def test_a_shared_case_is_answered_as_it_says(prep, case):
    ran = prep("tcp", *words_of(case), "--json")

    wanted = {key: case[key] for key in KEYS if key in case and key not in ("source", "events_any_of")}
    assert {key: ran.json[key] for key in wanted} == wanted
    assert (ran.code, list(ran.json), ran.err) == (0 if case["legal"] else 1, KEYS, "")


@pytest.mark.skipif(not CASES, reason="the shared cases are not here")
@pytest.mark.parametrize("case", [case for case in CASES if case.get("error")], ids=lambda case: case["id"])
def test_a_shared_case_that_is_no_path_is_refused(prep, case):
    ran = prep("tcp", "check", " -> ".join(case["input"]), "--json")

    assert (ran.code, ran.out) == (2, "")
    assert "did you mean" in ran.err


def test_a_path_is_drawn_with_the_illegal_step_marked(prep):
    ran = prep("tcp", "check", "ESTABLISHED → FIN-WAIT-1 → LAST_ACK")

    assert ran.code == 1
    assert ran.lines == [
        "ESTABLISHED -> FIN_WAIT_1 -x-> LAST_ACK",
        "  ESTABLISHED -> FIN_WAIT_1   CLOSE",
        "illegal: no event leads from FIN_WAIT_1 to LAST_ACK; missing between them: CLOSED, SYN_SENT, CLOSE_WAIT "
        "(a new connection)",
        "instead: FIN_WAIT_1 -> CLOSED -> SYN_SENT -> CLOSE_WAIT -> LAST_ACK, by ABORT, OPEN_ACTIVE, RCV_SYN_ACK_FIN, "
        "CLOSE",
        "[RFC 9293 §3.3.2 Fig 5; 3.10 (no rule leads from FIN_WAIT_1 to LAST_ACK)]",
    ]


def test_events_are_listed_with_what_each_does(prep):
    ran = prep("tcp", "check", "--start", "ESTAB", "close, rcv FIN,ACK, send")

    assert ran.code == 1
    assert ran.lines == [
        "                        ESTABLISHED",
        "  CLOSE              -> FIN_WAIT_1   sends FIN,ACK",
        "  RCV_FIN_ACK_OF_FIN -> TIME_WAIT    sends ACK",
        "x SEND                  TIME_WAIT                   error: connection closing",
        "illegal: SEND in TIME_WAIT gives error: connection closing; missing before it: RCV_SYN:new",
        "instead: TIME_WAIT -> SYN_RECEIVED -> SYN_RECEIVED, by RCV_SYN:new, SEND",
        "[RFC 9293 §3.10.2]",
    ]


def test_a_legal_path_ends_with_0(prep):
    ran = prep("tcp", "check", "CLOSED -> LISTEN")

    assert (ran.code, ran.lines[-2:]) == (0, ["legal; ends in LISTEN", "[RFC 9293 §3.10.1; Fig 5]"])


@pytest.mark.parametrize(
    "words",
    [
        ["CLOSED -> SYN_SENT -> ESTABLISHED"],
        ["CLOSED", "->", "SYN_SENT", "->", "ESTABLISHED"],
        ["CLOSED->SYN_SENT", "->ESTABLISHED"],
        ["CLOSED", "→", "syn-sent", "→", "estab"],
    ],
)
def test_several_arguments_are_joined(prep, words):
    assert prep("tcp", "check", *words, "--json").json["path"] == ["CLOSED", "SYN_SENT", "ESTABLISHED"]


def test_the_origin_decides_what_a_rst_does(prep):
    def final(origin):
        return prep("tcp", "check", "--start", "SYN_RECV", "--origin", origin, "rcv RST", "--json").json["final"]

    assert (final("passive"), final("active")) == ("LISTEN", "CLOSED")


def test_the_stack_decides_what_a_listener_can(prep):
    assert prep("tcp", "check", "LISTEN -> SYN_SENT").code == 0
    assert prep("tcp", "check", "--stack", "linux", "LISTEN -> SYN_SENT").code == 1


def test_a_dash_answers_a_line_for_each_line_and_goes_on_behind_a_bad_one(prep):
    lines = ("CLOSED -> LISTEN", "CLOSED-WAIT -> CLOSED", "connect", "CLOSED -> ESTABLISHED", "CLOSED-WAIT -> CLOSED")

    ran = prep("tcp", "check", "-", lines=lines)

    told = [json.loads(line) for line in ran.lines]
    assert ran.code == 2
    assert [row.get("legal") for row in told] == [True, None, True, False, None]
    assert [(row["input"], row["line"]) for row in told if "error" in row] == [(lines[1], 2), (lines[4], 5)]
    assert told[1]["error"] == "CLOSED-WAIT: no such state; did you mean CLOSE_WAIT?"


def test_a_dash_takes_the_start_and_says_each_line_what_it_would_say_alone(prep):
    lines = ("close", "rcv FIN, close", "close", "rcv FIN, close")

    told = [json.loads(line) for line in prep("tcp", "check", "--start", "ESTABLISHED", "-", lines=lines).lines]

    assert told[:2] == told[2:]
    assert told[1] == prep("tcp", "check", "--start", "ESTABLISHED", "--json", lines[1]).json


def test_a_batch_without_a_bad_line_ends_with_0_though_a_path_is_illegal(prep):
    assert prep("tcp", "check", "-", lines=("CLOSED -> ESTABLISHED",)).code == 0


def test_next_lists_what_can_happen(prep):
    rows = prep("tcp", "next", "established", "--json").json

    assert {frozenset(row) for row in rows} == {frozenset(ROW)}
    assert {row["event"]: row["next_state"] for row in rows}["RCV_FIN:in_order"] == "CLOSE_WAIT"
    assert ("CLOSE:unread", False) in [(row["event"], row["default"]) for row in rows]


def test_next_takes_an_event_in_several_words(prep):
    rows = prep("tcp", "next", "LAST-ACK", "rcv", "ACK", "--json").json

    assert [(row["event"], row["next_state"], row["sends"]) for row in rows] == [("RCV_ACK_OF_FIN", "CLOSED", "")]


def test_next_tells_what_moves_first_and_where_linux_differs(prep):
    ran = prep("tcp", "next", "LISTEN", "SEND")

    assert ran.code == 0
    assert ran.lines == [
        "LISTEN",
        "",
        "moves it:",
        "  SEND:remote                -> SYN_SENT     sends SYN      [3.10.2; Fig 5]",
        "      remote socket given; ok; data queued or sent with the SYN",
        "      Linux: send() on a listening socket is EPIPE: -> LISTEN, sends nothing, error",
        "",
        "not legal, and it stays:",
        "  SEND:unspecified           error                          [3.10.2]",
        "      remote socket missing; error: remote socket unspecified",
    ]


def test_next_answers_lines_too(prep):
    told = [
        json.loads(line) for line in prep("tcp", "next", "-", lines=("TIME_WAIT timeout", "", "LISTEN close")).lines
    ]

    assert [rows[0]["next_state"] for rows in (told[0], told[2])] == ["CLOSED", "CLOSED"]
    assert told[1]["line"] == 2


MISTAKES = {
    "tcp": "missing command; see `prep tcp --help`",
    "tcp chek": "no such command 'chek'",
    "tcp check": "missing argument 'PATH|EVENTS'; see `prep tcp check --help`",
    "tcp next": "missing argument 'STATE [EVENT]'; see `prep tcp next --help`",
    "tcp check CLOSED -": "CLOSED -: the shell took `>` for a redirection to a file; quote the path: 'CLOSED -> …'",
    "tcp check CLOSED - -": "quote the path: 'CLOSED -> …'",
    "tcp check --jsn CLOSED": "--jsn: no such option; see `prep tcp --help`",
    "tcp check --start NOWHERE close": "NOWHERE: no such state; known: CLOSED, LISTEN",
    "tcp check --start CLOSED CLOSED -> LISTEN": "--start CLOSED: goes with events",
    "tcp check --stack bsd close": "'bsd' is not one of 'rfc', 'linux'",
    "tcp check --origin both close": "'both' is not one of 'passive', 'active'",
    "tcp check CLOSED -> CLOSED-WAIT": "CLOSED-WAIT: no such state; did you mean CLOSE_WAIT?",
    "tcp check --start TIME_WAIT RCV_SYN": "RCV_SYN: in TIME_WAIT it depends; write RCV_SYN:new (",
    "tcp next CLOSE_WATE": "CLOSE_WATE: no such state; did you mean CLOSE_WAIT?",
    "tcp next CLOSED clsoe": "clsoe: no such event; did you mean close?",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_told_in_one_line(prep, line):
    ran = prep(*line.split())

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    assert MISTAKES[line] in ran.err


def test_control_codes_in_a_path_are_spelled_out(prep):
    assert "\x1b" not in prep("tcp", "check", "CLOSED -> \x1b[2J").err
    assert "\x1b" not in prep("tcp", "check", "-", lines=("CLOSED -> \x1b[2J",)).out


def test_a_check_loads_neither_cards_nor_memory_nor_other_commands():
    code = "import sys; from prep.cli.app import run; run(['tcp', 'check', 'CLOSED -> LISTEN']); print(*sys.modules)"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = set(ran.stdout.split())
    assert loaded & {"yaml", "sqlite3", "questionary", "rich", "fsrs_rs_python", "prep.cards", "prep.study"} == set()
    assert {"prep.cli.tcp_bulk", "prep.net.tcp.exchange", "prep.cli.subnet", "prep.cli.learner"} & loaded == set()
