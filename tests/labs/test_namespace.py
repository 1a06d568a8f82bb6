"""An experiment in a namespace: what comes back, what is left behind (nothing), and why there is none."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from prep.labs import namespace
from prep.labs.kit import CannotRun, Overdue, until
from prep.labs.links import OWN_NET, set_up
from prep.labs.namespace import forbidden, must_be_private, run_inside
from prep.labs.wire import Wire
from prep.labs.wired import obstacle
from prep.text import Both

WHY = obstacle()
inside = pytest.mark.skipif(WHY is not None, reason=WHY.en if WHY else "")
linux = pytest.mark.skipif(sys.platform != "linux", reason="namespaces are a thing of Linux")


def net() -> list[int]:
    found = OWN_NET.stat()
    return [found.st_dev, found.st_ino]


def inhabitants(ours: list[int]) -> list[str]:
    """Processes in a network namespace."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            there = (process / "ns/net").stat()
        except OSError:
            continue
        if process.name.isdigit() and [there.st_dev, there.st_ino] == ours:
            found.append(process.name)
    return found


# ── what comes back ──


@inside
def test_facts_and_a_capture_come_back():
    facts = {"before": 1}

    capture = run_inside(lambda told: told.update(net=net(), zh="粘包") or b"\0pcap", facts)

    assert capture == b"\0pcap"
    assert facts["before"] == 1
    assert facts["zh"] == "粘包"
    assert facts["net"] != net()


@inside
@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (CannotRun("no such thing", "没有"), CannotRun, "no such thing"),
        (Overdue("the FIN"), Overdue, "the FIN"),
        (TimeoutError("timed out"), Overdue, "timed out"),
        (OSError(errno.EPERM, "not you"), PermissionError, "not you"),
        (ZeroDivisionError("a fault of the lab"), RuntimeError, "a fault of the lab"),
        (KeyboardInterrupt(), RuntimeError, "KeyboardInterrupt"),
    ],
)
def test_what_went_wrong_comes_back_with_the_facts_before_it(fault, kind, said):
    def experiment(facts):
        facts["seen"] = 1
        raise fault

    facts = {}
    with pytest.raises(kind, match=said):
        run_inside(experiment, facts)
    assert facts == {"seen": 1}


@inside
def test_facts_that_are_no_json_are_a_fault_of_the_lab():
    with pytest.raises(RuntimeError, match="TypeError"):
        run_inside(lambda facts: facts.update(bad=object()), {})


@inside
def test_an_experiment_that_says_too_much_is_cut_off(monkeypatch):
    monkeypatch.setattr(namespace, "MOST_TOLD", 1000)

    with pytest.raises(Overdue, match="said more than 1000 bytes"):
        run_inside(lambda facts: bytes(100_000), {})


@inside
def test_an_experiment_that_kills_itself_is_overdue():
    with pytest.raises(Overdue, match="was killed"):
        run_inside(lambda facts: os.kill(os.getpid(), signal.SIGKILL), {})


@linux
@pytest.mark.parametrize("told", [b'{"facts": {"seen": 1', b'{"facts": {"zh": "\xe7'])
def test_an_experiment_that_is_killed_while_it_answers_is_overdue(monkeypatch, told):
    monkeypatch.setattr(namespace, "_told", lambda *args: told)
    facts = {}

    with pytest.raises(Overdue, match="was killed"):
        run_inside(lambda facts: None, facts)
    assert facts == {}


@inside
def test_a_program_without_standard_streams_gets_its_facts_too():
    command = """
import os, sys
os.closerange(0, 3)
from prep.labs.namespace import run_inside
facts = {}
run_inside(lambda told: told.update(n=9), facts)
sys.exit(facts["n"])
"""
    assert subprocess.run([sys.executable, "-c", command]).returncode == 9


# ── what is private ──


@linux
def test_nothing_is_set_up_in_the_namespace_that_the_program_began_in():
    with pytest.raises(RuntimeError, match="not in a network namespace of its own"):
        must_be_private()
    with pytest.raises(RuntimeError, match="not in a network namespace of its own"):
        Wire()


@inside
def test_nothing_is_set_up_in_a_namespace_where_an_interface_is_up():
    def experiment(facts):
        set_up("lo")
        Wire()

    with pytest.raises(RuntimeError, match="a network namespace that is in use: lo"):
        run_inside(experiment, {})


@inside
def test_the_wire_has_no_way_out():
    def experiment(facts):
        wire = Wire()
        facts["interfaces"] = sorted(name for _, name in socket.if_nameindex() if name.startswith(("e", "w")))
        with wire.a.inside():
            facts["routes"] = Path("/proc/self/net/route").read_text().count("\n") - 1

    facts = {}
    run_inside(experiment, facts)
    assert facts == {"interfaces": ["wire-a", "wire-b"], "routes": 1}


# ── what is left behind ──


@inside
def test_nothing_is_left_when_it_ends():
    descriptors, interfaces = sorted(os.listdir("/proc/self/fd")), socket.if_nameindex()
    facts = {}

    run_inside(lambda told: told.update(net=net(), wire=Wire().frames), facts)

    assert inhabitants(facts["net"]) == []
    assert sorted(os.listdir("/proc/self/fd")) == descriptors
    assert socket.if_nameindex() == interfaces
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@inside
def test_nothing_is_left_when_it_has_to_be_stopped(tmp_path):
    def experiment(facts):
        (tmp_path / "net").write_text(json.dumps(net()))
        signal.pause()

    with pytest.raises(Overdue, match="did not end in time"):
        run_inside(experiment, {}, patience=0.3)

    assert inhabitants(json.loads((tmp_path / "net").read_text())) == []
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


ENDLESS = """
import json, signal, sys
from pathlib import Path
from prep.labs.links import OWN_NET
from prep.labs.namespace import run_inside
from prep.labs.wire import Wire

def experiment(facts):
    wire, here = Wire(), OWN_NET.stat()
    Path(sys.argv[1] + ".new").write_text(json.dumps([here.st_dev, here.st_ino]))
    Path(sys.argv[1] + ".new").rename(sys.argv[1])
    signal.pause()

run_inside(experiment, {})
"""


@inside
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_the_child_dies_with_its_parent_however_that_ends(tmp_path, end):
    said = tmp_path / "net"
    parent = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(said)], start_new_session=True, stderr=subprocess.DEVNULL
    )
    try:
        until(said.exists, "the wire stands", deadline=20)
        ours = json.loads(said.read_text())
        assert len(inhabitants(ours)) == 1

        parent.send_signal(end)
        parent.wait(20)
    finally:
        parent.kill()
        parent.wait()

    until(lambda: inhabitants(ours) == [], "the child is gone", deadline=20)


@inside
def test_what_a_terminal_sends_does_not_reach_the_child():
    """Ctrl-C goes to a process group; the child is in one of its own, and so is its session."""
    facts = {}

    run_inside(lambda told: told.update(group=os.getpgrp(), session=os.getsid(0), tty=os.isatty(0)), facts)

    assert facts["group"] != os.getpgrp()
    assert facts["session"] != os.getsid(0)
    assert not facts["tty"]


# ── why there is none ──


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("kernel/unprivileged_userns_clone", "0"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1"),
        ("user/max_user_namespaces", "0"),
        ("user/max_net_namespaces", "0"),
    ],
)
def test_the_setting_that_forbids_it_is_named_with_what_would_help(tmp_path, setting, value):
    (tmp_path / "sys" / setting).parent.mkdir(parents=True)
    (tmp_path / "sys" / setting).write_text(value + "\n")

    why = forbidden(OSError(errno.EPERM, ""), tmp_path).why

    name = setting.replace("/", ".")
    assert why.en.startswith(f"{name} = {value}: ")
    assert f"sysctl -w {name}=" in why.en
    assert why.zh.startswith(f"{name} = {value}：")


def test_a_seccomp_filter_is_suspected_where_no_setting_forbids_it(tmp_path):
    (tmp_path / "self").mkdir()
    (tmp_path / "self/status").write_text("Name:\tprep\nSeccomp:\t2\n")

    assert "a seccomp filter" in forbidden(OSError(errno.EPERM, ""), tmp_path).why.en
    assert "a seccomp filter" not in forbidden(OSError(errno.ENOSPC, ""), tmp_path).why.en


@pytest.mark.parametrize("number", [errno.EPERM, errno.EACCES, errno.ENOSPC, errno.EINVAL, errno.ENOSYS, errno.EIO])
def test_every_refusal_is_said_in_both_languages_with_its_errno(tmp_path, number):
    why = forbidden(OSError(number, ""), tmp_path).why

    assert all(why)
    assert all(errno.errorcode[number] in said for said in why)


def test_a_system_without_namespaces_says_so(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")

    with pytest.raises(CannotRun, match="Linux"):
        run_inside(lambda facts: None, {})


def within_limits(**limits):
    """A handshake in an experiment in an experiment, under limits of the user namespace that it is in. Needs one, also
    as root."""

    def inner(facts):
        wire = Wire()
        wire.pair()
        facts["trace"] = wire.trace()

    def outer(facts):
        for name, value in limits.items():
            try:
                Path("/proc/sys/user", name).write_text(str(value))
            except OSError as fault:
                raise CannotRun(f"{name}: {fault}", "") from None
        run_inside(inner, facts)

    facts = {}
    try:
        run_inside(outer, facts)
    except CannotRun as reason:
        return facts, reason.why
    return facts, Both("", "")


@inside
def test_where_no_user_namespace_may_be_made_root_needs_none():
    facts, why = within_limits(max_user_namespaces=0)

    if why.en.startswith("max_user_namespaces: "):
        pytest.skip(why.en)
    assert facts["trace"] == ["A:S", "B:SA", "A:A"]


@inside
def test_where_no_network_namespace_may_be_made_the_limit_is_named():
    facts, why = within_limits(max_user_namespaces=0, max_net_namespaces=0)

    if why.en.startswith("max_user_namespaces: "):
        pytest.skip(why.en)
    assert "trace" not in facts
    assert "user.max_user_namespaces = 0" in why.en
