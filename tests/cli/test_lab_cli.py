"""`prep lab`, lab proofs in the quiz and in `prep deck check --labs`."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from prep.labs.registry import all_labs
from prep.labs.rules import KINDS
from prep.text import width

linux = pytest.mark.skipif(sys.platform != "linux", reason="the facts are those of Linux")

CARD = """\
  - id: mine
    kind: basic
    difficulty: 1
    tags: [t]
    q: How big?
    a: Twice that.
    cite: [{src: socket(7)}]
    proof: [{lab: buf.sizes, holds: [rcvbuf_after_8192]}]
"""


def test_the_list_names_every_lab_in_both_languages_within_80_columns(prep):
    english, chinese = prep("lab", "list"), prep("lab", "list", "--lang", "zh")

    for shown in (english, chinese):
        assert max(map(width, shown.lines)) <= 80
        assert {line.split()[0] for line in shown.lines if line[0] != " "} == {lab.name for lab in all_labs()}
    assert english.out != chinese.out


def test_the_list_has_the_keys_of_the_contract(prep):
    rows = prep("lab", "list", "--json").json["labs"]

    assert all(row.keys() == {"lab", "title", "tier", "typical_ms"} for row in rows)


@linux
def test_a_run_tells_facts_and_what_held(prep):
    told = prep("lab", "run", "buf.sizes", "--json")

    assert told.code == 0
    assert told.json["lab"] == "buf.sizes"
    assert (told.json["ran"], told.json["skipped_because"]) == (True, None)
    assert told.json["facts"]["rcvbuf_after_8192"] == 16384
    assert all(told.json["held"].values())


@linux
def test_several_labs_and_families_give_a_list(prep):
    rows = prep("lab", "run", "buf", "sticky.mss", "buf.sizes", "--json").json

    assert [row["lab"] for row in rows] == ["buf.sizes", "sticky.mss"]


@linux
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_prediction_comes_before_and_the_comparison_after(prep, lang):
    shown = prep("lab", "run", "buf.sizes", "--predict", "--lang", lang, lines=("1",))

    asked = next(place for place, line in enumerate(shown.lines) if "getsockopt" in line)
    verdict = next(place for place, line in enumerate(shown.lines) if line.startswith("✗"))
    assert asked < verdict
    assert "16384" in shown.lines[verdict]


def test_a_lab_that_there_is_none_of_gets_the_closest_name(prep):
    done = prep("lab", "run", "buf.size")

    assert (done.code, done.out) == (2, "")
    assert "did you mean buf.sizes?" in done.err


@linux
def test_p_runs_the_lab_and_a_refuted_prediction_suggests_again(prep, deck, home):
    deck("own", CARD)

    wrong = prep("quiz", "own", "--limit", "1", lines=("", ":p", "1", "", "1"))
    rows = prep("history", "export").lines

    assert "✗ you predicted 8192, as asked; the kernel did: 16384, twice that" in wrong.out
    assert "(empty line: 1; :? commands)" in wrong.out
    assert '"rating": 1' in rows[0]


@linux
def test_p_asks_for_no_prediction_of_what_the_card_is_not_about(prep, deck, home):
    deck("own", CARD.replace("rcvbuf_after_8192", "floor"))

    shown = prep("quiz", "own", "--limit", "1", lines=("", ":p", "3"))

    assert "floor = " in shown.out
    assert "Your prediction" not in shown.out
    assert '"rating": 3' in prep("history", "export").lines[0]


@linux
def test_a_prediction_that_came_true_suggests_nothing(prep, deck, home):
    deck("own", CARD)

    right = prep("quiz", "own", "--limit", "1", lines=("", ":p", "2", "3"))

    assert "✓ as you predicted: 16384, twice that" in right.out
    assert "(empty line: 1;" not in right.out


@linux
def test_deck_check_runs_lab_proofs_when_asked(prep, deck, home):
    path = str(deck("own", CARD))

    without, with_labs = (prep("deck", "check", path, *more, "--json").json for more in ((), ("--labs",)))

    assert (without["proofs_run"], without["faults"]) == (0, [])
    assert (with_labs["proofs_run"], with_labs["faults"]) == (1, [])


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("buf.sizes", "buf.size", "did you mean buf.sizes?"),
        ("rcvbuf_after_8192", "rcvbuf_after_4096", "has no fact rcvbuf_after_4096"),
    ],
)
def test_a_mistyped_lab_or_fact_is_a_fault_of_the_deck(prep, deck, home, was, now, said):
    path = str(deck("own", CARD.replace(was, now)))

    [fault] = prep("deck", "check", path, "--json").json["faults"]

    assert fault["rule"] == "proof"
    assert said in fault["message"]


def test_an_interrupt_stops_the_lab_and_not_the_quiz(prep, deck, home, monkeypatch):
    def interrupted(lab):
        raise KeyboardInterrupt

    monkeypatch.setattr("prep.labs.kit.run", interrupted)
    deck("own", CARD)

    shown = prep("quiz", "own", "--limit", "1", lines=("", ":p", "", "3"))

    assert shown.code == 0
    assert "Stopped." in shown.lines
    assert '"rating": 3' in prep("history", "export").out


@linux
def test_several_labs_end_with_a_total(prep):
    assert prep("lab", "run", "buf", "sticky.mss").lines[-1] == "2 labs: 8 of 8 facts held, 0 skipped"


def test_a_lab_without_a_question_says_so(prep):
    assert "There is no prediction to make for this one." in prep("lab", "run", "sticky.mss", "--predict").lines


def test_a_capture_that_cannot_be_written_is_refused_before_anything_runs(prep, tmp_path):
    done = prep("lab", "run", "wire", "--pcap", str(tmp_path / "nowhere" / "x.pcap"))

    assert (done.code, done.out) == (2, "")
    assert "cannot be written (No such file or directory)" in done.err
    assert prep("lab", "run", "wire", "--pcap", "-").err.startswith("error: --pcap -: a capture is written to a file")


@linux
def test_a_skipped_lab_proof_is_noted(prep, deck, home, monkeypatch):
    from prep.labs.kit import skipped
    from prep.text import Both

    monkeypatch.setattr("prep.labs.kit.run", lambda lab: skipped(lab, Both("no such thing here", "没有")))
    path = str(deck("own", CARD))

    told = prep("deck", "check", path, "--labs", "--json").json

    assert (told["faults"], told["proofs_run"]) == ([], 0)
    notes = {note["rule"]: note["message"] for note in told["notes"]}
    assert notes.keys() == {"missing-hint", "lab-skipped"}
    assert "no such thing here" in notes["lab-skipped"]


# ── tier 2 ──


@pytest.fixture(scope="module")
def wire():
    from prep.labs.wired import obstacle

    if why := obstacle():
        pytest.skip(why.en)


def test_the_doctor_tells_of_both_tiers(prep):
    tiers = prep("lab", "doctor", "--json").json["tiers"]

    assert [tier["tier"] for tier in tiers] == [1, 2]
    assert all(tier["works"] == (tier["why_not"] is None) for tier in tiers)
    assert len(prep("lab", "doctor", "--lang", "zh").lines) >= 2


def test_ones_own_experiment_loses_the_first_syn_and_writes_a_capture_that_agrees(prep, wire, tmp_path):
    told = prep("lab", "run", "wire", "--drop", "A:SYN#1", "--pcap", "w.pcap", "--json").json
    shown = prep("tcp", "pcap", "w.pcap", "--json").json["connections"]

    assert told["facts"]["trace"][:4] == ["A:S!", "A:S", "B:SA", "A:A"]
    assert told["facts"]["connect.ms"] > 900
    assert (told["facts"]["unused"], told["held"], told["skipped_because"]) == ([], {}, None)
    [connection] = shown
    assert connection["conn_state"] == "SF"
    assert connection["retransmissions"] == 1
    assert connection["states"]["orig"][-1] == "TIME_WAIT"


def test_ones_own_experiment_is_shown_step_by_step_with_what_crossed_the_wire(prep, wire):
    shown = prep("lab", "run", "wire", "--drop", "B:FIN,ACK#1", "--corrupt", "A:SYN#9")

    assert shown.code == 0
    assert max(map(width, shown.lines)) <= 80
    assert any(line.endswith("A <-- B  FA!") for line in shown.lines)
    assert "  ! lost" in shown.lines
    assert "no packet hit: corrupt A:SYN#9" in shown.lines


def test_another_mtu_changes_the_facts_that_it_should(prep, wire):
    told = prep("lab", "run", "wire.mss", "--mtu", "1280", "--json")

    assert told.code == 1
    assert told.json["ran"]
    assert told.json["facts"]["segments"] == [1228, 1228, 1228, 1228, 88]
    assert told.json["held"] == {"segments": False, "recv": True}


def test_a_lab_under_ones_own_rules_says_so(prep, wire):
    shown = prep("lab", "run", "wire.normal", "--drop", "A:SYN#1")

    assert "On a wire of your own making" in shown.out


def test_what_is_held_back_past_the_end_still_arrives(prep, wire):
    told = prep("lab", "run", "wire", "--delay", "A:data#1=700", "--json").json["facts"]

    assert "A:PA/5@" in told["trace"]
    assert told["trace"][-1] == "B:R"
    assert told["at_ms"][-1] >= 650


def test_the_kind_of_a_rule_decides_over_a_packet_in_the_order_that_the_help_tells(prep, wire):
    told = prep("lab", "run", "wire", "--duplicate", "A:SYN#1", "--drop", "A:SYN#1", "--json").json["facts"]

    assert told["trace"][:2] == ["A:S!", "A:S"]
    assert ", ".join(KINDS) in " ".join(prep("lab", "run", "--help").out.split())


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("wire", "--drop", "A:SYNN#1"), "did you mean SYN?"),
        (("wire", "--drop", "nonsense"), "A:SYN#1"),
        (("wire", "--delay", "A:SYN#1"), "=300"),
        (("wire", "--mtu", "10"), "MTU 10: must be 576 to 9000"),
        (("sticky.core", "--drop", "A:SYN#1"), "sticky.core: has no wire"),
        (("sticky.core", "--pcap", "x"), "--pcap: writes what crossed one wire"),
        (("sticky.core", "--predict", "--json"), "--predict: asks a question"),
    ],
)
def test_a_wrong_word_is_one_line_with_a_way_out(prep, args, said):
    done = prep("lab", "run", *args)

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


# ── captures ──


def test_a_capture_is_whole_though_nobody_reads_what_is_shown(bare, wire, tmp_path):
    command = [sys.executable, "-m", "prep", "lab", "run", "wire", "--pcap", "w.pcap"]
    reader, writer = os.pipe()
    os.close(reader)

    subprocess.run(command, stdout=writer, check=True)

    os.close(writer)
    assert (tmp_path / "w.pcap").stat().st_size > 500


@pytest.mark.parametrize("before", [None, b"an older capture"])
def test_an_interrupt_leaves_the_file_of_the_capture_as_it_was(prep, tmp_path, monkeypatch, before):
    def interrupted(lab):
        raise KeyboardInterrupt

    if before:
        (tmp_path / "w.pcap").write_bytes(before)
    monkeypatch.setattr("prep.labs.kit.run", interrupted)

    assert prep("lab", "run", "wire", "--pcap", "w.pcap").code == 130
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*pcap*")} == ({"w.pcap": before} if before else {})


FULL = """
import resource, sys
from prep.cli.app import main
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
main(sys.argv[1:])
"""


@pytest.mark.parametrize("before", [None, b"an older capture"])
def test_where_a_capture_has_no_room_the_file_is_named_and_left_as_it_was(bare, wire, tmp_path, before):
    if before:
        (tmp_path / "w.pcap").write_bytes(before)
    command = [sys.executable, "-B", "-c", FULL, "lab", "run", "wire", "--pcap", "w.pcap"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: w.pcap: cannot be written (File too large); name another file\n"
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*pcap*")} == ({"w.pcap": before} if before else {})


@linux
def test_a_capture_goes_into_a_fifo_to_the_reader_that_was_there_first(bare, wire, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    got = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "fifo").read_bytes()), daemon=True)
    reader.start()
    command = [sys.executable, "-m", "prep", "lab", "run", "wire", "--pcap", "fifo"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    reader.join(60)
    assert (done.returncode, done.stderr) == (0, "")
    assert [len(capture) > 500 for capture in got] == [True]


def test_a_directory_is_refused_before_anything_runs(prep, tmp_path):
    done = prep("lab", "run", "wire", "--pcap", ".")

    assert (done.code, done.out) == (2, "")
    assert "cannot be written (Is a directory)" in done.err


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY])
def test_where_the_file_may_be_written_but_not_replaced_the_capture_is_written_into_it(
    prep, wire, tmp_path, monkeypatch, number
):
    def refused(draft, path):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", refused)
    (tmp_path / "w.pcap").write_bytes(bytes(100_000))

    assert prep("lab", "run", "wire", "--pcap", "w.pcap").code == 0

    assert prep("tcp", "pcap", "w.pcap", "--json").json["connections"][0]["conn_state"] == "SF"
    assert [path.name for path in tmp_path.glob("*pcap*")] == ["w.pcap"]


@linux
@pytest.mark.skipif(sys.platform != "win32" and os.geteuid() == 0, reason="root may write in every directory")
def test_a_file_in_a_directory_that_takes_no_other_is_written(prep, wire, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "w.pcap").write_bytes(b"an older capture")
    shared.chmod(0o555)

    done = prep("lab", "run", "wire", "--pcap", "shared/w.pcap")

    shared.chmod(0o755)
    assert (done.code, done.err) == (0, "")
    assert prep("tcp", "pcap", "shared/w.pcap", "--json").json["connections"][0]["conn_state"] == "SF"


@linux
def test_a_full_device_is_named(prep, wire):
    done = prep("lab", "run", "wire", "--pcap", "/dev/full")

    assert (done.code, done.out) == (2, "")
    assert done.err == "error: /dev/full: cannot be written (No space left on device); name another file\n"


def test_a_capture_goes_through_a_link_to_where_it_points(prep, wire, tmp_path):
    (tmp_path / "w.pcap").symlink_to("there.pcap")

    assert prep("lab", "run", "wire", "--pcap", "w.pcap").code == 0

    assert (tmp_path / "w.pcap").is_symlink()
    assert (tmp_path / "there.pcap").stat().st_size > 500


def test_a_skipped_lab_says_why_and_that_there_is_no_capture(prep, monkeypatch, tmp_path):
    from prep.labs.kit import skipped
    from prep.text import Both

    monkeypatch.setattr("prep.labs.kit.run", lambda lab: skipped(lab, Both("no such thing here", "没有")))

    done = prep("lab", "run", "wire.normal", "--pcap", "w.pcap")

    assert done.code == 2
    assert "skipped: no such thing here" in done.lines
    assert done.err == "error: w.pcap: not written, no such thing here\n"
    assert not (tmp_path / "w.pcap").exists()

    told = prep("lab", "run", "wire.normal", "--pcap", "w.pcap", "--json")

    assert (told.code, told.err) == (2, done.err)
    assert (told.json["ran"], told.json["skipped_because"]) == (False, "no such thing here")


# ── what was not reached; narrow terminals ──


def test_a_field_that_was_not_reached_is_null(prep, monkeypatch):
    from prep.labs.kit import Report, judge

    monkeypatch.setattr("prep.labs.kit.run", lambda lab: Report(lab, True, {}, judge(lab, {})))

    done = prep("lab", "run", "buf.sizes", "--json")

    assert done.code == 1
    assert done.json["facts"].keys() == done.json["held"].keys()
    assert {*done.json["facts"].values()} == {None}


@pytest.mark.parametrize("facts", [{"range": None}, {}], ids=["cannot be shown", "not reached"])
@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "· you predicted 32768 to 60999; what becomes of it could not be shown here"),
        ("zh", "· 你的预测是：32768 到 60999；本机未能展示结果，无从比较"),
    ],
)
def test_a_prediction_of_what_was_not_shown_is_neither_right_nor_wrong(prep, monkeypatch, facts, lang, said):
    from prep.labs.kit import Report, judge

    monkeypatch.setattr("prep.labs.kit.run", lambda lab: Report(lab, True, facts, judge(lab, facts)))

    shown = prep("lab", "run", "port.ephemeral", "--predict", "--lang", lang, lines=("2",))

    assert said in shown.lines
    assert "None" not in shown.out


@linux
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("columns", [40, 60])
def test_prose_is_as_wide_as_the_terminal(prep, monkeypatch, lang, columns):
    monkeypatch.setenv("COLUMNS", str(columns))

    for words in (("run", "handshake", "buf"), ("doctor",)):
        shown = prep("lab", *words, "--lang", lang)

        assert shown.code == 0
        assert max(map(width, shown.lines)) < columns


def test_a_table_and_a_trace_are_not_broken_on_a_narrow_terminal(prep, wire, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")

    shown = prep("lab", "run", "wire", "--drop", "A:SYN#1")

    assert any(line.startswith("  receive") and line.endswith("ESTABLISHED  ESTABLISHED") for line in shown.lines)


def test_what_nothing_came_behind_is_not_called_swapped(prep, wire):
    shown = prep("lab", "run", "wire", "--reorder", "A:SYN#1")

    assert "  _ held 100 ms, nothing came behind to swap it with" in shown.lines
    assert "swapped with the next" not in shown.out


# ── used up ──

FEW = """
import resource, sys
from prep.cli.app import main
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[1])))
main(sys.argv[2:])
"""


@linux
@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (20, ("run", "wire.abort_on_overflow")),
        (8, ("run", "wire.normal", "ip.dual_stack")),
        (5, ("run", "buf.sizes", "sniff.lo")),
        (8, ("doctor",)),
        (5, ("doctor",)),
    ],
)
def test_with_few_descriptors_the_limit_is_named_and_nothing_has_failed(bare, wire, limit, words):
    command = [sys.executable, "-c", FEW, str(limit), "lab", *words]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    said = " ".join(done.stdout.split())
    assert f"too many open files (limit {limit}); raise the limit with `ulimit -n`" in said
    assert "EMFILE" not in said
    assert "✗" not in said
