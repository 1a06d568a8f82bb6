"""`prep tcp play` as it is typed: by name, file and input, in two languages, its exit codes and errors."""

import re
from pathlib import Path

import pytest

from prep.net.tcp.scripts import named
from prep.text import width

PAGE = (Path(__file__).parents[2] / "docs" / "tcp-play.md").read_text("utf-8")
KEYS = ["final", "states", "sends", "results", "in_flight", "illegal_at"]


def test_a_named_script_is_shown_with_its_title_its_reason_and_a_ladder(prep):
    shown = prep("tcp", "play", "third-ack-lost")

    assert (shown.code, shown.err) == (0, "")
    assert shown.lines[0] == "The third ACK is lost, data repairs it"
    assert "X lost  SYN_RECEIVED" in shown.out
    assert shown.lines[-1] == "A ESTABLISHED, B ESTABLISHED; in flight: nothing"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", named())
def test_every_named_script_fits_80_columns_in_both_languages(prep, name, lang):
    shown = prep("tcp", "play", name, "--lang", lang)

    assert max(map(width, shown.lines)) <= 80
    assert shown.lines[0] == (named()[name].title_zh if lang == "zh" else named()[name].title)


def test_without_a_script_the_names_are_listed(prep):
    listed = prep("tcp", "play")

    assert [line.split()[0] for line in listed.lines] == list(named())
    assert prep("tcp", "play", "list").out == listed.out


def test_the_list_speaks_chinese_and_json(prep):
    rows = prep("tcp", "play", "list", "--lang", "zh", "--json").json["scripts"]

    assert rows[0]["name"] == "handshake"
    assert rows[0]["title"] == "三次握手"
    assert all(row.keys() == {"name", "title", "why"} for row in rows)


def test_json_has_the_keys_of_the_contract(prep):
    told = prep("tcp", "play", "handshake", "--json").json

    assert list(told) == KEYS
    assert told["final"] == {"A": "ESTABLISHED", "B": "ESTABLISHED"}
    assert told["sends"][:2] == ["A: <SEQ=100><CTL=SYN>", "B: <SEQ=300><ACK=101><CTL=SYN,ACK>"]


def test_the_input_and_a_file_are_read(prep, tmp_path):
    (tmp_path / "play.txt").write_text("\ufeffA connect\r\nlose A>B # in a tunnel\r\n", "utf-8")

    from_file = prep("tcp", "play", "play.txt", "--json")
    from_input = prep("tcp", "play", "-", "--json", lines=("A connect", "lose A>B"))

    assert from_file.json == from_input.json
    assert from_input.json["sends"][1] == "lost A: <SEQ=100><CTL=SYN>"


def test_a_user_call_that_is_refused_makes_the_exit_code_1(prep):
    shown, told = prep("tcp", "play", "send-after-close"), prep("tcp", "play", "send-after-close", "--json")

    assert (shown.code, told.code) == (1, 1)
    assert shown.lines[-1] == "step 7, A SEND: error: connection closing"
    assert told.json["illegal_at"] == 6


@pytest.mark.parametrize(
    ("words", "lines", "told"),
    [
        (["handshak"], (), "error: handshak: no such file, nor a script of this name; did you mean handshake?\n"),
        (["-"], ("A connect", "lose B>A"), "error: line 2: lose B>A: nothing is in flight B>A; did you mean A>B?\n"),
        (["-"], (), "error: line 1: nothing to play; begin with `B OPEN_PASSIVE` and `A OPEN_ACTIVE`\n"),
        (["-"], ("x\x1b[2J",), "error: line 1: x\\x1b[2J: no such step; begin with A, B, deliver, lose, …\n"),
        (["handshake", "--lang", "fr"], (), "error: fr: no such language; en or zh\n"),
    ],
)
def test_what_cannot_be_played_is_told_with_a_way_out(prep, words, lines, told):
    shown = prep("tcp", "play", *words, lines=lines)

    assert (shown.code, shown.out, shown.err) == (2, "", told)


def test_all_bad_lines_of_a_file_are_told_each_on_its_own(prep, tmp_path):
    (tmp_path / "bad.txt").write_text("A conect\nA connect\nlos A>B\n", "utf-8")

    shown = prep("tcp", "play", "bad.txt")

    assert [line[:22] for line in shown.err.splitlines()] == ["error: bad.txt: line 1", "error: bad.txt: line 3"]


def test_a_file_in_another_encoding_is_refused(prep, tmp_path):
    (tmp_path / "gbk.txt").write_bytes("A connect # 连接".encode("gbk"))

    assert prep("tcp", "play", "gbk.txt").err == "error: gbk.txt: not UTF-8; write it in UTF-8\n"


def test_the_example_of_the_page_gives_what_the_page_shows(prep):
    script, shown = re.findall(r"^```text\n(.*?)^```", PAGE, re.M | re.S)

    assert prep("tcp", "play", "-", lines=tuple(script.splitlines())).out == shown
