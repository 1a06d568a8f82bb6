"""docs/versus.md and its raw files: what `prep` says there it says now, what is said of others is in their output."""

import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))
try:
    import versus
finally:
    sys.path.pop(0)

PAGE = versus.PAGE.read_text("utf-8")
RAW = sorted(versus.RAW.iterdir())
RECORDS = {question.id: versus.read(versus.RAW / f"{question.id}.txt") for question in versus.QUESTIONS}
OWN = [(question.id, ask) for question in versus.QUESTIONS for ask in question.asks if ask.tool == "prep"]


@pytest.mark.parametrize(("question", "ask"), OWN, ids=[ask.command for _, ask in OWN])
def test_the_answers_of_prep_are_what_it_says_now(question, ask):
    assert RECORDS[question].blocks[ask.command] == versus.block(ask, *versus.run_prep(ask.argv)), (
        "run `python docs/versus.py`"
    )
    assert all(f"`{words}`" in PAGE for words in ask.says)


def test_every_question_asks_prep_first():
    assert [question.id for question in versus.QUESTIONS if question.asks[0].tool != "prep"] == []


def test_the_page_is_made_of_the_table_and_the_raw_files():
    assert versus.page(RECORDS) == PAGE, "run `python docs/versus.py`"


def test_what_is_said_of_a_tool_stands_in_its_output():
    assert versus.stale(RECORDS) == []


def test_a_verdict_that_the_output_does_not_bear_out_is_found():
    question = versus.QUESTIONS[0]
    ask = versus.sipcalc(versus.WRONG, "192.168.1.10/26", "Broadcast address - 192.168.1.255")
    never = versus.sipcalc(versus.RIGHT, "192.0.2.1/26", "Broadcast address")

    assert RECORDS[question.id].misses(ask) == ["Broadcast address - 192.168.1.255"]
    assert RECORDS[question.id].misses(never) == ["no answer recorded"]


def test_tools_that_are_missing_keep_their_recorded_answer():
    question = versus.QUESTIONS[0]
    recorded = RECORDS[question.id]

    assert versus.asked(question, {}, checking=True) == recorded
    left = versus.asked(question, {}, checking=False)
    assert left.blocks == recorded.blocks
    assert all(told.endswith(versus.MISSING) for told in left.versions.values())
    assert "sipcalc | 1.1.6 (Debian 1.1.6-3), not installed at the last run |" in versus.page(
        {**RECORDS, question.id: left, **{q.id: RECORDS[q.id]._replace(versions={}) for q in versus.QUESTIONS[1:]}}
    )


def test_every_raw_file_is_named_in_the_page_and_belongs_to_a_question():
    assert [path.name for path in RAW if f"(versus/{path.name})" not in PAGE] == []
    assert {path.stem for path in RAW} == RECORDS.keys()


@pytest.mark.parametrize("path", RAW, ids=lambda path: path.stem)
def test_a_raw_file_is_small_plain_text_and_can_be_read_back(path):
    text = path.read_text("utf-8")
    question = next(question for question in versus.QUESTIONS if question.id == path.stem)

    assert [c for c in text if not (c.isprintable() or c == "\n")] == []
    assert len(text) < 16_000
    assert not any(place in text for place in ("/usr/", "/home/", "/root", "/tmp", "/work", "/lib"))
    assert versus.write(question, versus.read(path)) == text


def test_long_and_strange_output_is_cut_and_made_visible():
    ask = versus.sipcalc(versus.WRONG, "x")
    lines = versus.block(ask, "exit 0", "a\tb\x1b[31m\n" + "y" * 500 + "\n" * 100 + "z", "").splitlines()

    assert lines[1] == "> a       b\\x1b[31m"
    assert len(lines[2]) == versus.MOST_COLUMNS + 2
    assert lines[-2:] == ["> … 62 more lines", "= exit 0"]
    assert len(lines) == versus.MOST_LINES + 3
