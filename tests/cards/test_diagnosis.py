"""What is diagnosed: a listing shows its finding and nothing else, a ladder gives nothing away, both fit a terminal."""

from functools import cache

import pytest
from drill_judge_diagnosis import Row, ports, rows

from prep.cards.drill import Dice, drills, question, value_of
from prep.cards.drills import cases
from prep.cards.drills.cases import CASES, listing
from prep.cards.drills.diagnosis import CULPRIT, HEALTHY, INNOCENT, NEAR, SIGNS
from prep.cards.drills.forms import spoken
from prep.net.tcp.sockets.findings import ADVICE
from prep.net.tcp.table import STATES

RANGE = 60999 - 32768 + 1  # ip_local_port_range of Linux
# Findings that a host may show and be well: their own advice says so.
NO_FAULT = ("time-wait-as-server", "fin-wait-2-orphans", "fin-wait-2-half-closed")
# What is found, and what is true of the same listing.
TOO = [
    *((code, HEALTHY) for code in NO_FAULT),
    (HEALTHY, "time-wait-as-server"),
    (HEALTHY, "time-wait-as-client"),
    ("accept-queue-full", "not-accepted"),
    ("accept-queue-full", "syn-received-waiting"),
    ("not-accepted", "program-not-reading"),
    ("syn-sent-unanswered", "peer-silent"),
    ("fin-wait-2-half-closed", "peer-silent"),
    ("fin-unacknowledged", "peer-silent"),
    ("fin-unacknowledged", "peer-not-reading"),
    ("peer-not-reading", "fin-unacknowledged"),
]
EACH = [pytest.param(band, case, id=f"{band} {case.code}") for band in CASES for case in CASES[band]]


@cache
def asked(kind: str) -> list[tuple[str, str]]:
    """Questions of both bands: the answer and the text."""
    made = [question(kind, band, seed) for band in (1, 2) for seed in range(200)]
    return [(one.answer, one.ask.en) for one in made]


def drawn(code: str) -> list[list[Row]]:
    return [rows(text) for answer, text in asked("dg-sockets@1") if answer == code]


def options(text: str) -> set[str]:
    return set(text.rpartition("One of: ")[2].rstrip(".").split(", "))


@pytest.mark.parametrize(("band", "case"), EACH)
def test_the_finder_finds_in_a_case_what_it_was_made_for_and_nothing_else(band, case):
    assert {listing(Dice(f"{seed}"), case, band).code for seed in range(60)} == {case.code}


@pytest.mark.parametrize(("band", "case"), EACH)
def test_the_finder_says_the_same_of_all_the_sockets_that_are_counted(band, case, monkeypatch):
    monkeypatch.setattr(cases, "ENOUGH", RANGE)

    assert listing(Dice("all"), case, band).code == case.code


@pytest.mark.parametrize(("band", "case"), EACH)
def test_a_listing_fits_a_terminal(band, case):
    shown = [listing(Dice(f"{seed}"), case, band).lines for seed in range(60)]

    assert max(len(line) for lines in shown for line in lines) <= 79
    assert max(len(lines) for lines in shown) <= 14


@pytest.mark.parametrize(("band", "case"), EACH)
def test_the_row_that_gives_it_away_is_a_row_of_the_listing(band, case):
    shown = listing(Dice("row"), case, band)

    assert shown.sign in [" ".join(line.split()) for line in shown.lines]


# ── one answer ──


@pytest.mark.parametrize(("code", "too"), TOO)
def test_what_is_true_of_a_listing_as_well_is_no_option(code, too):
    offered = [options(text) for answer, text in asked("dg-sockets@1") if answer == code]

    assert offered
    assert not any(too in each for each in offered)


def test_it_is_asked_what_a_listing_shows_and_not_what_is_wrong():
    made = question("dg-sockets@1", 1, 0)

    assert "What does it show?" in made.ask.en
    assert "说明什么？" in made.ask.zh


def test_every_listing_tells_whether_a_later_look_shows_the_same_ports():
    for _, text in asked("dg-sockets@1") + asked("dg-culprit@1"):
        assert ("with the same ports." in text) != ("with other ephemeral ports." in text)


def test_time_wait_of_a_client_is_told_where_it_has_nearly_used_up_the_ports_towards_one_destination():
    for found in drawn("time-wait-as-client"):
        away = [row for row in found if row.local.endswith("*")]
        assert 0.9 * RANGE < ports(found, "TIME-WAIT", "peer") <= sum(row.count for row in away) <= RANGE
        assert len({row.peer for row in away}) == 1


@pytest.mark.parametrize(
    ("code", "state", "least"),
    [
        ("close-wait-pile-up", "CLOSE-WAIT", 60),
        ("time-wait-as-server", "TIME-WAIT", 400),
        ("syn-received-waiting", "SYN-RECV", 600),
        ("fin-unacknowledged", "LAST-ACK", 100),
    ],
)
def test_a_pile_is_far_above_what_a_healthy_host_shows(code, state, least):
    piles = [max(ports(found, state, side) for side in ("local", "peer")) for found in drawn(code)]
    others = [ports(found, state, side) for found in drawn(HEALTHY) for side in ("local", "peer")]

    assert min(piles) >= least
    assert max(others) <= 9


def test_orphans_are_hundreds_and_a_sample_of_them_is_shown():
    for found in drawn("fin-wait-2-orphans"):
        orphans = [row for row in found if row.state == "FIN-WAIT-2"]
        assert sum(row.count for row in orphans) >= 200
        assert len(orphans) > 3


def test_all_that_wait_in_an_accept_queue_are_shown_and_a_queue_that_is_not_full_has_room():
    for found in drawn("accept-queue-full") + drawn("not-accepted"):
        [listener] = [row for row in found if row.state == "LISTEN"]
        here = [row for row in found if row.state == "ESTAB" and row.local.endswith(listener.local[7:])]
        waiting = [row for row in here if "users" not in row.more]
        assert sum(row.count for row in waiting) >= listener.recv
        assert listener.recv == listener.send + 1 or 0.5 < listener.recv / listener.send < 0.85


def test_handshakes_under_way_are_no_more_than_the_backlog_allows():
    for found in drawn("syn-received-waiting"):
        [listener] = [row for row in found if row.state == "LISTEN"]
        assert ports(found, "SYN-RECV", "local") <= listener.send


def test_every_syn_that_is_unanswered_was_sent_again():
    assert all(row.retries > 1 for found in drawn("syn-sent-unanswered") for row in found if row.state == "SYN-SENT")


def test_a_program_that_does_not_read_leaves_megabytes():
    stuck = [row for found in drawn("program-not-reading") for row in found if row.recv > 9_999]

    assert min(row.recv for row in stuck) > 2_000_000


def test_a_peer_that_does_not_read_answers_each_probe():
    """Linux sets the number back with every answer: a zero window kept open ends in 0, however long it lasts."""
    timers = [row.more for found in drawn("peer-not-reading") for row in found if "persist" in row.more]

    assert timers
    assert all(timer.endswith(",0)") for timer in timers)


def test_nobody_has_to_guess_a_threshold():
    method = drills()["dg-sockets@1"].method

    assert str(RANGE) in method.en
    assert str(RANGE) in method.zh
    assert not any(word in sign.en for sign in SIGNS.values() for word in ("ten or more", "thirty", "64 KB"))


def test_a_culprit_is_asked_for_only_where_there_is_one():
    assert "fin-wait-2-orphans" not in CULPRIT  # the peer may have vanished
    assert {answer for answer, _ in asked("dg-culprit@1")} == set(CULPRIT.values())


def test_that_the_way_is_open_is_said_of_what_the_listing_shows():
    made = [question("dg-culprit@1", band, seed) for band in (1, 2) for seed in range(60)]
    why = [slip.why.en for one in made if one.answer == "peer" for slip in one.slips if slip.answer == "network"]

    assert why
    assert all("last number is 0" in each for each in why)


# ── texts ──


def test_the_solution_looks_at_a_row_of_what_is_found_and_at_how_it_is_later():
    made = [question("dg-sockets@1", band, seed) for band in (1, 2) for seed in range(200)]
    first = {one.answer: one.solution.en.split("\n")[0] for one in made}

    assert " SYN-RECV " in first["syn-received-waiting"]
    assert " LISTEN " in first["not-accepted"]
    assert all("30 s later" in one.solution.en for one in made)


@pytest.mark.parametrize("kind", ["dg-ladder@1", "dg-lost@1", "dg-capture@1"])
@pytest.mark.parametrize("band", [1, 2])
def test_a_ladder_fits_a_terminal_and_tells_no_state_but_the_first(kind, band):
    ladders = [question(kind, band, seed).ask.en.split("\n")[1:-1] for seed in range(100)]
    words = {word for lines in ladders for line in lines for word in line.split()}

    assert max(len(line) for lines in ladders for line in lines) <= 79
    assert words & set(STATES) <= {"CLOSED"}
    assert not words & {"(by", "(connection"}
    assert kind == "dg-ladder@1" or "lost" not in words


def test_every_finding_is_drilled_and_has_its_sign_and_neighbours():
    codes = {*ADVICE, HEALTHY}

    assert {case.code for band in CASES for case in CASES[band]} == codes
    assert set(SIGNS) == set(NEAR) == codes
    assert all(set(near) < codes - {code} for code, near in NEAR.items())


def test_whoever_is_guilty_has_somebody_who_is_wrongly_blamed():
    assert set(INNOCENT) == set(CULPRIT) - {HEALTHY}
    assert all(who != CULPRIT[code] for code, (who, _) in INNOCENT.items())


@pytest.mark.parametrize("word", [*SIGNS, *CULPRIT.values()])
def test_each_word_of_a_diagnosis_is_read_in_both_languages(word):
    zh = spoken("word", word, "zh")

    assert not zh.isascii()
    assert value_of("word", word) == value_of("word", zh) == value_of("word", word.replace("-", " ")) == (word,)
