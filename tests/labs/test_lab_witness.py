"""What a lab holds is seen by nothing less: where its actor is missing or its fact is not so, it is refuted; where a
setting of the machine has been changed, it is not."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from prep.labs import buffers, close, links, port
from prep.labs.children import child
from prep.labs.kit import judge, run
from prep.labs.kit import until as wait_until
from prep.labs.loopback import Loopback
from prep.labs.namespace import must_be_private, run_inside
from prep.labs.registry import find
from prep.labs.wired import obstacle

SO_RCVBUFFORCE = 33  # asm-generic/socket.h; past rmem_max, with CAP_NET_ADMIN
WHY = obstacle()
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the facts are those of Linux")
inside = pytest.mark.skipif(WHY is not None, reason=WHY.en if WHY else "")


# ── its actor is missing ──


@contextmanager
def gone(code, held):
    """A child that ends by itself, before anything is asked of it."""
    with child("pass", held) as process:
        process.wait(10)
        yield process


def test_a_child_that_is_gone_holds_no_copy_of_a_socket(monkeypatch):
    monkeypatch.setattr(close, "child", gone)

    held = run(find("close.fork_dup")).held

    assert held == {"dup": True, "close": False, "shutdown": False}


def test_a_child_that_ends_instead_of_shutting_down_has_not_kept_its_copy(monkeypatch):
    monkeypatch.setattr(close, "SHUTS_DOWN", "input()")

    held = run(find("close.fork_dup")).held

    assert held == {"dup": True, "close": True, "shutdown": False}


def test_a_child_that_ends_by_itself_was_not_killed(monkeypatch):
    monkeypatch.setattr(close, "child", gone)

    held = run(find("close.killed")).held

    assert held == {"recv": False, "recv_unread": False}


def test_fin_wait1_is_timed_only_where_it_was_seen(monkeypatch):
    monkeypatch.setattr(close, "tcp_state", lambda sock: "FIN_WAIT2")
    monkeypatch.setattr(close, "until", lambda true, what: wait_until(true, what, deadline=0.05))

    assert run(find("close.states")).held["fin_wait1_ms"] is False


def test_the_peer_of_a_unix_socket_is_another_process(monkeypatch):
    others = []
    monkeypatch.setattr("prep.labs.unix.child", _noted(others))

    report = run(find("unix.socket"))

    assert report.held["pid"] is True
    assert len(others) == 1
    assert others[0] != os.getpid()


def _noted(others):
    @contextmanager
    def noted(code, held):
        with child(code, held) as process:
            others.append(process.pid)
            yield process

    return noted


# ── a fact is as strong as its sentence ──


@pytest.mark.parametrize(
    ("name", "field", "found"),
    [
        ("close.close_wait_leak", "ms", 0),  # no timer at all
        ("sniff.lo", "syn_opts", "0402080a0204ffd7"),  # among the options, not at their beginning
        ("port.ephemeral", "range", [1024, 65535]),
    ],
)
def test_a_value_that_the_sentence_rules_out_refutes_the_fact(name, field, found):
    assert judge(find(name), {field: found})[field] is False


# ── a setting of the machine has been changed ──


def with_setting(name, setting, value):
    """The report of a lab where somebody has changed a setting: its facts, what held, where it got stuck."""

    def experiment(facts):
        must_be_private()
        links.set_up("lo")
        Path("/proc/sys/net/ipv4", setting).write_text(value)
        report = run(find(name))
        facts |= {"ran": report.ran, "held": report.held, "facts": report.facts, "stuck": report.because}

    told = {}
    run_inside(experiment, told)
    return told


@inside
@pytest.mark.parametrize(
    ("name", "setting", "value", "unshown"),
    [
        ("sticky.mss", "tcp_timestamps", "0", ["data_segs_out"]),
        ("io.deadlock", "tcp_notsent_lowat", "16384", []),
        ("io.deadlock", "tcp_notsent_lowat", "131072", []),
        ("sticky.split", "tcp_rmem", "4096 6291456 33554432", []),
        ("port.reuseport", "tcp_migrate_req", "1", ["reset"]),
        ("port.ephemeral", "ip_local_port_range", "1024 65535", ["range", "low"]),
    ],
)
def test_a_changed_setting_refutes_nothing(name, setting, value, unshown):
    if not Path("/proc/sys/net/ipv4", setting).exists():
        pytest.skip(f"no {setting} here")

    told = with_setting(name, setting, value)

    assert (told["ran"], told["stuck"]) == (True, None)
    assert all(told["held"].values())
    missing = [fact.field for fact in find(name).facts if fact.field not in told["held"]]
    assert [field for field in missing if field not in unshown] == []
    assert set(unshown) - {"low"} <= set(missing)


@inside
def test_the_loopback_of_a_capture_has_the_kernels_own_mtu():
    def experiment(facts):
        must_be_private()
        links.set_up("lo")
        subprocess.run(["ip", "link", "set", "lo", "mtu", "16436"], check=True)
        facts["held"] = run(find("sniff.lo")).held

    told = {}
    try:
        run_inside(experiment, told)
    except (OSError, RuntimeError):
        pytest.skip("no ip(8) here")

    assert told["held"] == {"syn_opts": True, "n": True}


def test_a_roomy_udp_buffer_is_made_small_for_its_overflow(monkeypatch):
    pairs = Loopback.udp_pair

    def roomy(loopback, host="127.0.0.1"):
        sender, receiver = pairs(loopback, host)
        with suppress(PermissionError):
            receiver.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        return sender, receiver

    monkeypatch.setattr(Loopback, "udp_pair", roomy)

    assert run(find("sticky.udp")).held["received"] is True


def test_the_cap_of_a_buffer_is_not_judged_where_an_int_cannot_say_it(monkeypatch):
    monkeypatch.setattr(buffers, "GIB", 1)

    assert "cap" not in run(find("buf.sizes")).held


def test_a_range_that_somebody_has_changed_is_not_shown(monkeypatch):
    monkeypatch.setattr(port, "UNCHANGED", (1, 2))

    report = run(find("port.ephemeral"))

    assert report.facts["range"] is None
    assert "range" not in report.held


def test_a_long_tmpdir_leaves_room_for_a_sockets_name(monkeypatch, tmp_path):
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))

    report = run(find("unix.socket"))

    assert (report.ran, report.because) == (True, None)
    assert all(report.held.values())
