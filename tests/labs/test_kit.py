"""A lab reports what it saw, is judged by its facts, and is skipped where it cannot run."""

import errno
from pathlib import Path

import pytest

from prep.labs.kit import CannotRun, Overdue, Sysctl, errno_name, fact, lab, run, until
from prep.text import Both

SOMAXCONN = Path("/proc/sys/net/core/somaxconn")


def made(experiment, *claims):
    return lab("kit.made", Both("made", "做的"), tuple(fact(c, "", "") for c in claims), typical_ms=1)(experiment)


@pytest.mark.parametrize(
    ("claim", "found", "held"),
    [
        ("reads == [7, 63]", [7, 63], True),
        ("reads == [7, 63]", [70], False),
        ("ms between [30, 90]", 30, True),
        ("ms between [30, 90]", 91, False),
        ("stalls >= 6", 6, True),
        ("lost > 0", 0, False),
        ("flags contains ['A:S', 'B:S']", ["B:S", "A:S", "A:A"], True),
        ("flags contains ['A:S', 'B:S']", ["A:S"], False),
        ("host contains 'mismatch'", "Hostname mismatch", True),
        ("ms < 30", "timeout", False),
        ("err == None", None, True),
    ],
)
def test_a_fact_is_held_by_its_comparison(claim, found, held):
    field = claim.split()[0]

    report = run(made(lambda facts: facts.update({field: found}), claim))

    assert (report.ran, report.facts, report.held) == (True, {field: found}, {field: held})


def test_a_field_that_is_judged_twice_holds_only_if_both_hold():
    report = run(made(lambda facts: facts.update(n=10), "n >= 2", "n >= 20"))

    assert report.held == {"n": False}


def test_a_fact_that_this_machine_cannot_show_is_not_judged():
    report = run(made(lambda facts: facts.update(v6=None, v4=1), "v6 == 1", "v4 == 1"))

    assert report.held == {"v4": True}


def test_a_fact_equal_to_a_setting_follows_the_setting():
    setting = Sysctl("net/core/somaxconn", times=2)
    if not SOMAXCONN.exists():
        pytest.skip("no /proc/sys here")
    twice = 2 * int(SOMAXCONN.read_text())

    assert fact("cap", "", "", setting=setting).holds(twice)
    assert not fact("cap", "", "", setting=setting).holds(twice + 1)


def test_a_lab_that_cannot_run_is_skipped_with_the_recorded_facts():
    def refuse(facts):
        facts["n"] = 99
        raise CannotRun("no such socket", "没有这种套接字")

    report = run(made(refuse, "n == 1", "ms < 5"))

    assert (report.ran, report.facts, report.held) == (False, {"n": 1, "ms": None}, {})
    assert report.because == Both("no such socket", "没有这种套接字")


def test_an_error_of_the_system_that_no_fact_expects_skips_the_lab():
    def refused(facts):
        raise OSError(errno.EPERM, "Operation not permitted")

    report = run(made(refused, "n == 1"))

    assert not report.ran
    assert report.because
    assert "EPERM" in report.because.en


@pytest.mark.parametrize("fault", [Overdue("the FIN"), TimeoutError("timed out")])
def test_a_lab_that_gets_stuck_keeps_what_it_saw_and_the_rest_did_not_hold(fault):
    def stuck(facts):
        facts["first"] = 1
        raise fault

    report = run(made(stuck, "first == 1", "second == 2"))

    assert report.ran
    assert report.held == {"first": True, "second": False}
    assert report.because
    assert report.because.en != report.because.zh
    assert not any(word in report.because.zh for word in ("FIN", "timed"))


def test_until_returns_what_it_waited_for_and_gives_up_at_its_deadline():
    answers = iter([0, 0, 7])

    assert until(lambda: next(answers), "seven") == 7
    with pytest.raises(Overdue, match="eight"):
        until(lambda: False, "eight", deadline=0)


def test_an_errno_has_its_name():
    def refuse(number):
        raise OSError(number, "")

    def late():
        raise TimeoutError("timed out")

    assert errno_name(lambda: refuse(errno.ECONNRESET)) == "ECONNRESET"
    assert errno_name(lambda: refuse(errno.ETIMEDOUT)) == "ETIMEDOUT"
    assert errno_name(late) == "timeout"
    assert errno_name(lambda: 5) == "ok"
    assert errno_name(lambda: 5, otherwise=5) == 5
