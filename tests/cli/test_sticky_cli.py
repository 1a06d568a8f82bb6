"""`prep sticky` as it is typed: the comparison, one run, decode, encode, corrupt, explain-length."""

import json
import re
import socket
import sys
import threading

import pytest

from prep.cli.sticky_demo import CURE, ROWS, STALLS
from prep.labs.stalls import EXCHANGES
from prep.net.framing import FRAMERS, PRESETS
from prep.text import width

linux = pytest.mark.skipif(sys.platform != "linux", reason="segments are counted on Linux")


# ── the demonstration ──


@linux
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_comparison_fits_80_columns_and_holds_every_row_stall_and_scheme(prep, lang):
    shown = prep("sticky", "--lang", lang)

    assert (shown.code, shown.err) == (0, "")
    assert max(map(width, shown.lines)) <= 80
    wanted = [name.say(lang) for name, _ in ROWS] + [said.say(lang) for said in STALLS.values()]
    assert [name for name in [*wanted, *(f"{scheme}: " for scheme in FRAMERS)] if name not in shown.out] == []
    assert "\n".join(CURE.splitlines()) in shown.out


@linux
def test_json_tells_three_numbers_for_each_run(prep):
    told = prep("sticky", "--json").json

    runs = {(run["transport"], *run["options"], run["sends"], run["recv"]): run for run in told["runs"]}
    assert runs["tcp", 10, 4096]["segments"] == 10
    assert runs["tcp", 10, 4096]["reads"] == [70]
    assert runs["tcp", "nodelay", 10, 4096]["reads"] == [70]
    assert runs["tcp", "delayed_ack", 10, 4096]["reads"] == [7, 63]
    assert runs["tcp", "nodelay", "delayed_ack", 10, 4096]["reads"] == [70]
    assert runs["udp", 10, 4096]["segments"] is None
    assert runs["udp", 10, 4096]["reads"] == [7] * 10
    assert [row["exchange"] for row in told["stalls"]] == list(EXCHANGES)
    assert all(row["whole"] for row in told["framing"])
    assert [row["scheme"] for row in told["framing"]] == list(FRAMERS)


def test_an_option_makes_it_one_run(prep):
    told = prep("sticky", "--transport", "unix", "--sends", "3", "--size", "5", "--recv", "4", "--json").json

    [run] = told["runs"]
    assert (run["transport"], run["options"], run["sends"], run["reads"]) == ("unix", [], 3, [4, 4, 4, 3])
    assert told["stalls"] == []


def test_a_scheme_restricts_the_framing_to_it(prep):
    told = prep("sticky", "--scheme", "netstring", "--json").json

    assert [row["scheme"] for row in told["framing"]] == ["netstring"]
    assert len(told["runs"]) == 1


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_be_demonstrated_or_says_why_not(prep, preset):
    shown = prep("sticky", "--scheme", preset, "--json")

    assert shown.code == 0 or (shown.code == 2 and shown.err.count("\n") == 1)


def test_a_prediction_is_compared_with_what_the_kernel_did(prep):
    wrong = prep("sticky", "--predict", lines=("1",))
    right = prep("sticky", "--predict", lines=("9", "2"))
    skipped = prep("sticky", "--predict", lines=("",))

    assert wrong.lines[-1] == "✗ you predicted ten reads of 7; the kernel did: one read of 70"
    assert right.lines[-1] == "✓ as you predicted: one read of 70"
    assert "A number from 1 to 3" in right.out
    assert skipped.lines[-1] == CURE.splitlines()[-1]


def test_the_cure_reads_exactly_one_message_however_the_bytes_come():
    namespace = {}
    exec(CURE, namespace)
    here, there = socket.socketpair()
    with here, there:

        def send():
            for byte in b"\0\0\0\5hello\0\0\0\0\0\0\0\2hi\0\0":
                there.send(bytes([byte]))
            there.shutdown(socket.SHUT_WR)

        thread = threading.Thread(target=send)
        thread.start()
        read = [bytes(namespace["read_message"](here)) for _ in range(3)]
        with pytest.raises(EOFError):
            namespace["read_message"](here)
        thread.join()

    assert read == [b"hello", b"", b"hi"]
    assert len(CURE.splitlines()) == 10


def test_the_cure_refuses_a_length_over_its_limit_before_it_reads():
    namespace = {}
    exec(CURE, namespace)
    here, there = socket.socketpair()
    with here, there:
        there.send(b"\xff\xff\xff\xff")
        with pytest.raises(ValueError, match="4294967295 bytes announced"):
            namespace["read_message"](here)


# ── decode and encode ──


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (
            ("--scheme", "length", "-p", "width=2", "--hex", "00026869 0000"),
            {"messages": ["6869", ""], "error": None, "pending": ""},
        ),
        (
            ("--scheme", "delimiter", "-p", "delimiters=0d0a", "--hex", "68690d0a780d"),
            {"messages": ["6869"], "error": "truncated", "pending": "780d"},
        ),
        (
            ("--scheme", "length", "-p", "max=64", "--hex", "ffffffff"),
            {"messages": [], "error": "oversize", "pending": ""},
        ),
        (("--scheme", "netstring", "--hex", "303a2c353a"), {"messages": [""], "error": "truncated", "pending": "353a"}),
        (("--scheme", "dns", "--hex", ""), {"messages": [], "error": None, "pending": ""}),
    ],
)
def test_a_stream_is_decoded(prep, args, told):
    done = prep("sticky", "decode", *args, "--json")

    assert {key: done.json[key] for key in told} == told
    assert done.code == (1 if told["error"] else 0)


def test_a_file_and_the_input_are_decoded(prep, tmp_path):
    (tmp_path / "stream").write_bytes(b"5:hello,0:,")

    from_file = prep("sticky", "decode", "--scheme", "netstring", "stream", "--json")

    assert from_file.json["messages"] == ["68656c6c6f", ""]


def test_a_pipe_is_framed_raw_and_decoded_again(process):
    framed = process("sticky", "encode", "--scheme", "length", "-", given=b"hello\nworld\n")
    decoded = process("sticky", "decode", "--scheme", "length", "-", "--json", given=framed.out.encode())

    assert framed.out == "\0\0\0\5hello\0\0\0\5world"
    assert decoded.json["messages"] == [b"hello".hex(), b"world".hex()]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_decoded_text_draws_boundaries_and_counts_what_waits(prep, lang):
    shown = prep("sticky", "decode", "--scheme", "length", "-p", "width=2", "--hex", "000268690003", "--lang", lang)

    assert shown.code == 1
    assert "00 02 68 69|00 03" in shown.out
    assert "^^ ^^" in shown.lines[1]
    counted = "1 message complete, 2 bytes waiting" if lang == "en" else "完整消息 1 条，另有 2 字节在等待"
    assert counted in shown.lines


def test_a_message_of_control_codes_reaches_no_terminal(prep):
    shown = prep("sticky", "decode", "--scheme", "delimiter", "--hex", "1b5d35323b633b414107 1b5b324a 0a e280ae 0a")

    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown.out) is None


def test_what_decode_says_encode_takes(prep, tmp_path):
    (tmp_path / "stream").write_bytes(b"\x00\x02hi\x00\x00\x00\x01\n")
    decoded = prep("sticky", "decode", "--scheme", "dns", "stream", "--json")
    (tmp_path / "told").write_text(decoded.out)

    assert prep("sticky", "encode", "--scheme", "dns", "told", "--json").json["stream"] == "0002686900000001" + "0a"


def test_lines_are_framed(prep, tmp_path):
    (tmp_path / "lines").write_bytes(b"hello\r\n\n{x\n")

    framed = prep("sticky", "encode", "--scheme", "netstring", "lines", "--json").json

    assert bytes.fromhex(framed["stream"]) == b"5:hello,0:,2:{x,"
    assert len(framed["frames"]) == 3


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("decode", "--scheme", "lenght", "--hex", "00"), "did you mean length?"),
        (("decode", "--scheme", "length", "-p", "widht=2", "--hex", "00"), "did you mean width?"),
        (("decode", "--scheme", "length", "-p", "width", "--hex", "00"), "-p key=value"),
        (("decode", "--scheme", "length", "-p", "width=9", "--hex", "00"), "width=9"),
        (("decode", "--scheme", "length", "-p", "width=1", "-p", "width=2", "--hex", "00"), "twice"),
        (("decode", "--scheme", "length", "--hex", "0g"), "0g: not bytes in hex"),
        (("decode", "--scheme", "length"), "name a FILE"),
        (("decode", "--scheme", "length", "nowhere"), "nowhere: cannot be read"),
        (("decode", "--scheme", "length", "."), "a folder"),
        (("encode", "--scheme", "delimiter", "--hex", "610a62"), "would come back as 2 messages"),
        (("corrupt", "--byte", "3"), "name it with --scheme"),
        (("corrupt", "--scheme", "length", "--byte", "999"), "999: there are 40 framing bytes"),
        (("explain-length", "GET"), "GET: not a number"),
        (("explain-length", "1" * 50), "not a number"),
        (("explain-length", "4294967296"), "4 bytes"),
        (("--transport", "tpc"), "tpc: no such transport"),
        (("--scheme", "nope"), "nope: no such scheme"),
    ],
)
def test_an_error_is_one_line_that_names_the_offender(prep, args, said):
    done = prep("sticky", *args)

    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1
    assert said in done.err


# ── corrupt ──


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_corrupt_shows_every_scheme_in_80_columns(prep, lang):
    shown = prep("sticky", "corrupt", "--lang", lang)

    assert shown.code == 0
    assert max(map(width, shown.lines)) <= 80
    assert [scheme for scheme in FRAMERS if not re.search(rf"^{scheme} ", shown.out, re.MULTILINE)] == []


def test_a_netstring_notices_every_flip_and_a_line_goes_on_behind_the_damage(prep):
    rows = {(row["scheme"], row["damage"]): row for row in prep("sticky", "corrupt", "--json").json["sweeps"]}

    netstring, line = rows["netstring", "flip"], rows["delimiter", "flip"]
    assert (netstring["noticed"], netstring["wrong"], netstring["resynced"]) == (netstring["trials"], 0, 0)
    assert line["resynced"] > line["followed"] / 2
    assert line["silent"] > line["noticed"]


def test_one_damaged_byte_is_shown_with_its_consequences(prep):
    told = prep("sticky", "corrupt", "--scheme", "length", "--byte", "3", "--json").json
    shown = prep("sticky", "corrupt", "--scheme", "length", "--byte", "3")

    assert (told["at"], told["bit"], told["index"]) == (3, 0, 0)
    assert told["error"]
    assert "bit flipped at 0003, in message 1" in shown.lines


# ── explain-length ──


def test_a_length_that_is_text_is_read_back(prep):
    told = prep("sticky", "explain-length", "1195725856", "--json").json

    assert told["readings"][0]["text"].strip("'\"") == "GET "
    assert "HTTP" in told["readings"][0]["what"]


def test_lengths_are_explained_line_by_line(prep):
    done = prep("sticky", "explain-length", "-", lines=("0x47455420", "nonsense", "5"))

    rows = [json.loads(line) for line in done.lines]
    assert done.code == 2
    assert rows[0]["number"] == 1195725856
    assert rows[1]["error"].startswith("nonsense: not a number")
    assert rows[2]["readings"] == []


def test_a_small_length_looks_like_one(prep):
    assert prep("sticky", "explain-length", "5").out == "5: looks like a length: nothing else is known by it\n"
