"""Sockets on loopback, and a machine whose loopback is down."""

import contextlib
import io
import socket

import pytest

from prep.cli.app import _guarded
from prep.labs.kit import CannotRun
from prep.labs.loopback import Loopback
from prep.labs.namespace import run_inside
from prep.labs.wired import obstacle

WHY = obstacle()
inside = pytest.mark.skipif(WHY is not None, reason=WHY.en if WHY else "")


def test_what_is_open_at_the_end_is_closed():
    with Loopback() as loopback:
        ends = [*loopback.pair(), *loopback.udp_pair()]

    assert [end.fileno() for end in ends] == [-1] * 4


def test_the_look_for_a_route_leaves_no_socket_behind(monkeypatch):
    made = []

    class Kept(socket.socket):
        def __init__(self, *args):
            super().__init__(*args)
            made.append(self)

    monkeypatch.setattr(socket, "socket", Kept)

    Loopback().close()

    assert [sock.fileno() for sock in made] == [-1]


@inside
def test_loopback_that_is_down_is_a_reason_in_both_languages():
    with pytest.raises(CannotRun) as reason:
        run_inside(lambda _: Loopback().close(), {})

    assert reason.value.why == ("loopback is down: no way to 127.0.0.1", "环回接口未启用：无法到达 127.0.0.1")


@pytest.fixture
def typed(tmp_path, monkeypatch):
    """A command typed where loopback is down: its exit code, its output, its errors."""
    monkeypatch.setenv("PREP_HOME", str(tmp_path))

    def run(*words):
        def experiment(facts):
            with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
                facts["code"] = int(_guarded([*words]))
            facts["out"], facts["err"] = out.getvalue(), err.getvalue()

        facts = {}
        run_inside(experiment, facts)
        return facts["code"], facts["out"], facts["err"]

    return run


DOWN = "error: loopback is down: no way to 127.0.0.1; `prep lab doctor` tells what works here\n"


@inside
@pytest.mark.parametrize("args", [("--transport", "tcp"), ("--transport", "udp"), ("--scheme", "dns"), ("--nodelay",)])
def test_a_run_of_sticky_that_needs_loopback_is_one_line_and_nothing_before_it(typed, args):
    assert typed("sticky", *args) == (2, "", DOWN)


@inside
@pytest.mark.parametrize(
    ("lang", "line"),
    [("en", "skipped: loopback is down: no way to 127.0.0.1"), ("zh", "跳过：环回接口未启用：无法到达 127.0.0.1")],
)
def test_a_lab_without_loopback_is_skipped_with_the_reason(typed, lang, line):
    code, out, err = typed("lab", "run", "sticky.core", "--lang", lang)

    assert (code, err) == (0, "")
    assert out.splitlines()[1] == line
