"""The import budget: a command pays only for what it uses. Counted in modules, not in time."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = {
    "yaml", "sqlite3", "questionary", "prompt_toolkit", "fsrs_rs_python", "rich", "tomlkit", "pydantic", "asyncio",
    "importlib.metadata",
}  # fmt: skip
SPY = """
import contextlib, io, json, sys
from prep.cli.app import _guarded
with contextlib.redirect_stdout(io.StringIO()) as out:
    code = _guarded(sys.argv[1:])
print(json.dumps([code, sorted(sys.modules)]))
"""


@pytest.fixture
def loads(home):
    """The modules that are loaded when a command has run, in a fresh interpreter, on an up-to-date index."""

    def run(*words, given=""):
        told = [
            subprocess.run(
                [sys.executable, "-c", SPY, *words],
                input=given,
                capture_output=True,
                text=True,
                env=os.environ,
                check=True,
            )
            for _ in ("the index is made", "and is up to date")
        ]
        code, modules = json.loads(told[1].stdout)
        assert (code, told[1].stderr) == (0, "")
        return set(modules)

    return run


def ours(modules):
    return {name for name in modules if name.startswith("prep.")}


@pytest.mark.parametrize("line", ["http 404", "http 404 --json", "where", "--version", "--help", "config"])
def test_a_command_without_memory_loads_nothing_heavy(loads, line):
    assert loads(*line.split()) & HEAVY == set()


def test_the_help_of_prep_loads_no_command(loads):
    assert ours(loads("--help")) == {"prep.cli", "prep.cli.app", "prep.errors"}


def test_the_table_of_codes_needs_neither_decks_nor_memory(loads):
    modules = ours(loads("http", "404"))

    assert modules & {"prep.cards.index", "prep.cards.shelf", "prep.cards.codes", "prep.study.store"} == set()
    assert {name for name in modules if name.startswith("prep.cli.")} >= {"prep.cli.http"}


@pytest.mark.parametrize(
    "line", ["next", "next --json", "next --count", "", "deck list", "show k-choice", "quiz kinds"]
)
def test_up_to_date_decks_are_asked_without_parsing_yaml(loads, line):
    assert loads(*line.split()) & HEAVY == {"sqlite3"}


def test_a_quiz_in_line_mode_loads_the_scheduler_and_nothing_else_that_is_heavy(loads):
    modules = loads("quiz", "kinds", "--limit", "2", given="\n3\n3\n\n")

    assert modules & HEAVY == {"sqlite3", "fsrs_rs_python"}
    assert "prep.cli.ask" not in modules


def test_an_answer_loads_the_scheduler_and_the_log(loads):
    assert loads("answer", "k-choice", "--rating", "3") & HEAVY == {"sqlite3", "fsrs_rs_python"}


def test_only_writing_a_setting_loads_the_writer(loads):
    assert "tomlkit" in loads("config", "lang", "zh")
    assert "tomlkit" not in loads("config", "lang")


@pytest.mark.parametrize("line", ["quiz", "next", "answer", "show", "http", "deck", "history", "config", "where"])
def test_a_command_loads_no_other_command(loads, line):
    shared = {"app", "asides", "ask", "batch", "check", "front", "glance", "learner", "plain", "prove", "render", "sit"}

    loaded = {name.removeprefix("prep.cli.") for name in ours(loads(line, "--help")) if name.startswith("prep.cli.")}

    assert loaded - shared == {line}
