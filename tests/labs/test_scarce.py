"""What is used up on this machine is no answer of the kernel's: the lab is skipped, and says what would help."""

import errno
import json
import os
import socket
import subprocess
import sys

import pytest

from prep.errors import PrepError
from prep.labs import children, http_server, namespace, sockdiag
from prep.labs.kit import CannotRun, Lab, errno_name, run
from prep.labs.namespace import forbidden, run_inside
from prep.labs.registry import all_labs
from prep.labs.wired import obstacle, own_experiment
from prep.text import Both

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
LIMITS = range(3, 31)  # of descriptors: from none but the standard streams to enough for any of these labs
QUICK = [lab.name for lab in all_labs() if lab.typical_ms < 30 and lab.tier == 1]
WIRED = ["wire.abort_on_overflow", "wire.normal", "wire.mss", "sniff.lo"]

# Everything is imported before the limit falls, so that what is met is the lab's own need.
UNDER_LIMITS = """
import ctypes, http.client, json, os, resource, sys, tempfile
from prep.labs.kit import run
from prep.labs.registry import find
labs = [find(name) for name in sys.argv[2:]]
most, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
rows = []
for limit in json.loads(sys.argv[1]):
    for lab in labs:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        try:
            report = run(lab)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        left = len(os.listdir("/proc/self/fd")) - 1
        rows.append([lab.name, limit, report.ran, report.because and report.because.en, report.held, left])
print(json.dumps(rows))
"""


def under(limits, *names):
    command = [sys.executable, "-c", UNDER_LIMITS, json.dumps(list(limits)), *names]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.stderr == ""
    return json.loads(told.stdout)


def refuse(number):
    raise OSError(number, os.strerror(number))


def made(experiment):
    return Lab("kit.made", Both("made", "做的"), 1, 1, (), experiment)


@linux
@pytest.mark.parametrize("limits", [LIMITS[:14], LIMITS[14:]], ids=["few", "some"])
def test_with_few_descriptors_every_quick_lab_holds_or_is_skipped(limits):
    rows = under(limits, *QUICK)

    assert {why for _, limit, ran, why, _, _ in rows if not ran} <= {f"too many open files (limit {n}); raise the "
        "limit with `ulimit -n`" for n in limits}  # fmt: skip
    assert [row for row in rows if row[2] and (row[3] or not all(row[4].values()))] == []
    assert {left for *_, left in rows} == {3}


@linux
def test_with_few_descriptors_every_wire_holds_or_is_skipped():
    if why := obstacle():
        pytest.skip(why.en)
    rows = under(LIMITS, *WIRED)

    assert {(ran, why is None) for _, _, ran, why, _, _ in rows} == {(True, True), (False, False)}
    assert all(f"too many open files (limit {row[1]})" in row[3] for row in rows if not row[2])
    assert {left for *_, left in rows} == {3}


def test_a_server_that_has_no_descriptor_for_a_client_is_skipped(monkeypatch):
    monkeypatch.setattr(http_server, "DEADLINE", 0.2)
    monkeypatch.setattr(http_server.TCPServer, "get_request", lambda server: refuse(errno.EMFILE))

    report = run(http_server.keepalive)

    assert (report.ran, report.held) == (False, {})
    assert report.because
    assert report.because.en.startswith("too many open files")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS])
def test_what_is_used_up_is_never_recorded_as_the_kernels_answer(number):
    report = run(made(lambda facts: facts.update(err=errno_name(lambda: refuse(number)))))

    assert (report.ran, report.facts, report.held) == (False, {}, {})
    assert report.because
    assert all(report.because)
    assert "refuses" not in report.because.en


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (MemoryError(), "not enough memory"),
        (RuntimeError("can't start new thread"), "ulimit -u"),
        (OSError(errno.ENFILE, ""), "fs.file-max"),
    ],
)
def test_what_is_used_up_skips_a_lab_wherever_it_is_met(fault, said):
    def experiment(facts):
        raise fault

    report = run(made(experiment))

    assert not report.ran
    assert report.because
    assert said in report.because.en


def test_any_other_fault_of_a_lab_is_still_a_fault():
    def experiment(facts):
        raise RuntimeError("a fault of the lab")

    with pytest.raises(RuntimeError, match="a fault of the lab"):
        run(made(experiment))


@linux
def test_where_no_process_may_be_started_the_limit_of_processes_is_named(monkeypatch):
    monkeypatch.setattr(namespace.os, "fork", lambda: refuse(errno.EAGAIN))
    before = sorted(os.listdir("/proc/self/fd"))

    with pytest.raises(CannotRun, match="ulimit -u"):
        run_inside(lambda facts: None, {})
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_where_no_other_python_may_be_started_the_limit_of_processes_is_named(monkeypatch):
    monkeypatch.setattr(children.subprocess, "Popen", lambda *args, **more: refuse(errno.EAGAIN))

    with socket.socket() as held, pytest.raises(CannotRun, match="ulimit -u"), children.child("", held):
        pass


def test_a_wire_that_runs_out_of_something_is_skipped(monkeypatch):
    if why := obstacle():
        pytest.skip(why.en)
    monkeypatch.setattr("prep.labs.wire.Wire.connect", lambda *args: refuse(errno.ENOMEM))

    report = run(own_experiment())

    assert (report.ran, report.because and report.because.en) == (False, "not enough memory")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_no_policy_is_blamed_for_a_namespace_that_there_is_no_room_for(number):
    assert "namespace" not in forbidden(OSError(number, "")).why.en


def test_a_listing_that_there_is_no_descriptor_for_is_not_called_missing(monkeypatch):
    def full():
        refuse(errno.EMFILE)
        yield

    monkeypatch.setattr(sockdiag, "_dumped", full)
    monkeypatch.setattr(sockdiag, "_listed", full)

    with pytest.raises(PrepError, match=r"prep tcp sockets: too many open files \(limit \d+\)"):
        list(sockdiag.tcp_rows())
    with pytest.raises(CannotRun, match="too many open files"):
        list(sockdiag.all_rows())


def test_a_system_that_lists_no_sockets_says_so(monkeypatch):
    def absent():
        refuse(errno.ENOENT)
        yield

    monkeypatch.setattr(sockdiag, "_dumped", absent)
    monkeypatch.setattr(sockdiag, "_listed", absent)

    with pytest.raises(PrepError, match="neither sock_diag nor /proc/net/tcp"):
        list(sockdiag.tcp_rows())
