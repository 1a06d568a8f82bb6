"""The wire does what its rules say, stays within its limits, and its capture tells the same as its trace."""

import json
import socket
import subprocess
import sys

import pytest

from prep.errors import PrepError
from prep.labs import wire as wires
from prep.labs import wired
from prep.labs.host import PORT
from prep.labs.kit import Lab, Overdue, errno_name, run
from prep.labs.namespace import run_inside
from prep.labs.registry import find
from prep.labs.rules import parse_rule
from prep.labs.wire import Wire
from prep.labs.wired import LARGEST_MTU, SMALLEST_MTU, Wired, obstacle, own_experiment, rewired
from prep.text import Both

WHY = obstacle()
pytestmark = pytest.mark.skipif(WHY is not None, reason=WHY.en if WHY else "")
PLAIN = ["A:S", "B:SA", "A:A", "A:PA/5", "B:A", "B:PA/5", "A:A", "A:FA", "B:FA", "A:A"]
WHOLE = ["CLOSED", "SYN_SENT", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]


def plain(*rules, mtu=1500):
    report = run(own_experiment([parse_rule(kind, text) for kind, text in rules], mtu))
    assert report.ran
    assert report.because is None
    return report


def read_back(capture, tmp_path):
    """What `prep tcp pcap` says of the only connection."""
    (tmp_path / "wire.pcap").write_bytes(capture)
    command = [sys.executable, "-m", "prep", "tcp", "pcap", str(tmp_path / "wire.pcap"), "--json"]
    said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert said["error"] is None
    assert said["skipped"] == {}
    [connection] = said["connections"]
    return said["packets"], connection


# ── rules ──


def without_delayed_ack(trace):
    """The ACK of A's FIN is delayed, and may be quicker than B's close on a busy machine."""
    return [word for at, word in enumerate(trace) if trace[at - 1 : at + 2] != ["A:FA", "B:A", "B:FA"]]


def test_without_a_rule_all_passes():
    report = plain()

    assert without_delayed_ack(report.facts["trace"]) == PLAIN
    assert report.facts["unused"] == []
    assert report.facts["end.states"] == ["TIME_WAIT", None]


def test_what_is_dropped_does_not_arrive():
    facts = plain(("drop", "A:SYN#1")).facts

    assert without_delayed_ack(facts["trace"]) == ["A:S!", *PLAIN]


def test_what_is_delayed_arrives_later():
    facts = plain(("delay", "B:SYN,ACK#1=200")).facts

    assert facts["trace"][:3] == ["A:S", "B:SA@", "A:A"]
    assert facts["at_ms"][2] - facts["at_ms"][1] >= 200


def test_what_is_duplicated_is_answered_twice():
    facts = plain(("duplicate", "A:SYN#1")).facts

    assert facts["trace"][0] == "A:S="
    assert facts["trace"].count("B:SA") >= 2


def test_what_is_damaged_is_sent_again():
    facts = plain(("corrupt", "A:data#1")).facts

    assert [word for word in facts["trace"] if word.startswith("A:PA")] == ["A:PA/5~", "A:PA/5"]
    assert facts["receive.result"] == "ok"


def test_what_is_swapped_arrives_behind_the_next():
    def experiment(facts):
        wire = Wire()
        wire.rule("reorder", "A:data#1")
        client, server = wire.pair(TCP_NODELAY=1)
        client.send(b"first")
        wire.step(0.05)
        client.send(b"second")
        facts["held"] = wire.b.rows()[0].rqueue
        facts["got"] = wire.receive_all(server, 11).decode()

    facts = {}
    run_inside(experiment, facts)
    assert facts == {"held": 0, "got": "firstsecond"}


def test_what_has_nothing_to_be_swapped_with_goes_on_after_a_while_and_is_told_from_what_was_swapped():
    facts = plain(("reorder", "A:SYN#1")).facts

    assert facts["receive.result"] == "ok"
    assert facts["trace"][:3] == ["A:S_", "B:SA", "A:A"]
    assert facts["at_ms"][1] >= 100


def test_what_is_swapped_is_told_from_what_had_nothing_behind_it():
    def experiment(facts):
        wire = Wire(rules=[parse_rule("reorder", "A:data#1")])
        client, server = wire.pair(TCP_NODELAY=1)
        client.send(b"first")
        client.send(b"second")
        wire.receive_all(server, 11)
        facts["data"] = [frame.word for frame in wire.matching("A:data")][:2]

    facts = {}
    run_inside(experiment, facts)
    assert facts["data"] == ["A:PA/5^", "A:PA/6"]


def test_of_two_that_are_swapped_only_the_one_that_was_held_is_marked():
    def experiment(facts):
        wire = Wire(rules=[parse_rule("reorder", "A:data#*")])
        client, server = wire.pair(TCP_NODELAY=1)
        client.send(b"first")
        client.send(b"second")
        wire.receive_all(server, 11)
        facts["data"] = [frame.word for frame in wire.matching("A:data")][:2]

    facts = {}
    run_inside(experiment, facts)
    assert facts["data"] == ["A:PA/5^", "A:PA/6"]


def test_what_still_waits_to_be_swapped_is_not_called_swapped():
    def experiment(facts):
        wire = Wire(rules=[parse_rule("reorder", "A:SYN#1")])
        errno_name(lambda: wire.a.open().connect((wire.b.address, PORT)))
        wire.until(wire.trace, "the SYN")
        facts["trace"] = wire.trace()

    facts = {}
    run_inside(experiment, facts)
    assert facts["trace"] == ["A:S_"]


def test_what_waits_to_be_swapped_at_the_end_still_arrives():
    facts = plain(("reorder", "A:any#6")).facts

    assert "_" in "".join(facts["trace"])
    assert "^" not in facts["trace"][-1]


@pytest.mark.parametrize(
    ("kind", "text"),
    [("drop", "A:SYN#1"), ("drop", "B:SYN,ACK#1"), ("duplicate", "A:SYN#1"), ("delay", "B:SYN,ACK#1=100")],
)
def test_numbers_are_counted_from_the_first_segment_of_each_side_whatever_became_of_it(kind, text):
    report = run(rewired(find("wire.normal"), rules=[parse_rule(kind, text)]))

    assert report.facts["seqack"][0] == [0, None]
    assert {number for row in report.facts["seqack"] for number in row} <= {None, 0, 1}


def test_a_rule_that_was_not_used_is_named():
    assert plain(("drop", "A:any#99")).facts["unused"] == ["drop A:any#99"]


def test_an_experiment_of_ones_own_ends_where_nothing_passes(monkeypatch):
    monkeypatch.setattr(wired, "PATIENCE", 0.2)
    monkeypatch.setattr(wired, "QUIET", 0.1)

    report = plain(("drop", "B:any#*"))

    assert report.facts["connect.result"] == "timeout"
    assert report.facts["connect.states"][0] == "SYN_SENT"
    assert "accept.result" not in report.facts


# ── captures ──


def test_a_capture_read_back_shows_the_connection_of_the_lab(tmp_path):
    lab = find("wire.normal")

    packets, connection = read_back(run(lab).capture, tmp_path)

    assert packets == 9
    assert connection["states"]["orig"] == WHOLE
    assert connection["conn_state"] == "SF"
    assert " -> ".join(connection["states"]["orig"]) == lab.path


def test_a_capture_is_taken_at_a_so_it_has_what_a_sent_in_vain_and_not_what_b_did(tmp_path):
    report = plain(("drop", "A:SYN#1"), ("drop", "B:data#1"))

    packets, connection = read_back(report.capture, tmp_path)

    lost = [word for word in report.facts["trace"] if word.endswith("!")]
    assert sorted(lost) == ["A:S!", "B:PA/5!"]
    assert packets == len(report.facts["trace"]) - 1
    assert connection["orig_packets"] == sum(word.startswith("A:") for word in report.facts["trace"])
    assert connection["states"]["orig"] == WHOLE


def test_a_capture_of_loopback_is_read_back_too(tmp_path):
    packets, connection = read_back(run(find("sniff.lo")).capture, tmp_path)

    assert packets == 9
    assert connection["states"]["orig"] == WHOLE


# ── the MTU ──


@pytest.mark.parametrize(
    ("mtu", "frags", "largest", "mss"),
    [(1500, [1500, 1500, 1068], 1472, 1448), (1280, [1276, 1276, 1276, 260], 1252, 1228), (9000, [4028], 8972, 8948)],
)
def test_what_fragments_reports_follows_the_mtu(mtu, frags, largest, mss):
    report = run(rewired(find("wire.fragments"), mtu=mtu))

    assert report.ran
    assert report.facts["frags"] == frags
    assert report.facts["df"] == [largest, "EMSGSIZE"]
    assert report.facts["mss"] == mss
    assert report.held["frags"] is (mtu == 1500)


def test_the_segments_of_a_stream_follow_the_mtu():
    report = run(rewired(find("wire.mss"), mtu=1280))

    assert (report.ran, report.held["segments"]) == (True, False)
    assert report.facts["segments"] == [1228, 1228, 1228, 1228, 88]
    assert report.facts["recv"] == 5000


@pytest.mark.parametrize("mtu", [0, SMALLEST_MTU - 1, LARGEST_MTU + 1])
def test_an_mtu_that_makes_no_sense_is_refused(mtu):
    with pytest.raises(PrepError, match=f"MTU {mtu}: must be"):
        own_experiment(mtu=mtu)


def test_a_lab_on_loopback_cannot_be_rewired():
    with pytest.raises(PrepError, match=r"sticky\.core: has no wire"):
        rewired(find("sticky.core"), mtu=1280)


def test_too_many_rules_are_refused():
    with pytest.raises(PrepError, match="at most 64 rules"):
        own_experiment([parse_rule("drop", "A:SYN")] * 65)


# ── limits ──


@pytest.mark.parametrize(("limit", "most"), [("MOST_FRAMES", 5), ("MOST_BYTES", 300), ("MOST_SECONDS", 0.0)])
def test_the_wire_ends_at_its_limits(monkeypatch, limit, most):
    def experiment(facts):
        wire = Wire()
        for _ in range(10):
            wire.pair()

    monkeypatch.setattr(wires, limit, most)
    with pytest.raises(Overdue, match="the wire is at its limit"):
        run_inside(experiment, {})


def test_the_wire_does_not_sleep_past_its_end_for_what_a_rule_holds_back(monkeypatch):
    def experiment(facts):
        wire = Wire(rules=[parse_rule("delay", "A:any#*=9000")])
        wire.a.open(socket.SOCK_DGRAM).sendto(b"", (wire.b.address, PORT))
        wire.until(wire.trace, "the datagram")
        wire.rest(9)

    monkeypatch.setattr(wires, "MOST_SECONDS", 0.5)
    with pytest.raises(Overdue, match="the wire is at its limit"):
        run_inside(experiment, {}, patience=5)


def test_what_a_rule_holds_back_past_the_end_of_the_wire_costs_neither_trace_nor_capture(monkeypatch, tmp_path):
    monkeypatch.setattr(wires, "MOST_SECONDS", 1.0)

    report = plain(("delay", "B:FIN,ACK#*=10000"))

    assert report.facts["end.result"] == "timeout"
    assert {word for word in report.facts["trace"] if word.startswith("B:FA")} == {"B:FA@"}
    assert len(report.facts["at_ms"]) == len(report.facts["trace"])
    _, connection = read_back(report.capture, tmp_path)
    assert connection["states"]["orig"] == WHOLE[:-1]


@pytest.mark.parametrize("fault", [Overdue("the FIN"), TimeoutError("timed out"), ConnectionResetError(104, "reset")])
def test_a_lab_that_got_stuck_has_its_capture_all_the_same(tmp_path, fault):
    def stuck(facts, wire):
        wire.pair()
        raise fault

    report = run(Lab("kit.made", Both("made", "做的"), 2, 1, (), Wired(stuck)))

    assert report.because
    assert str(fault) in report.because.en
    packets, connection = read_back(report.capture, tmp_path)
    assert (packets, connection["conn_state"]) == (3, "S1")


def test_an_error_that_a_lab_does_not_expect_is_a_fault_and_no_skip():
    def refused(facts, wire):
        raise ConnectionResetError(104, "Connection reset by peer")

    with pytest.raises(Overdue, match="ECONNRESET"):
        Wired(refused)({})
