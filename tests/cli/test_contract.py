"""The contract of all commands: JSON keys, exit codes, errors as one line that names the offender and a way out."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
import typer

from prep.cli.app import COMMANDS, app
from prep.errors import PrepError
from prep.text import width

GOOD_ROW = '{"id": "r%d", "card": "k-choice", "at": "2026-11-20T17:00:00.123+08:00", "rating": 3}'
PROVEN = (
    "  - {{id: p, kind: basic, difficulty: 1, tags: [x], q: Q?, a: A., cite: [{{src: RFC 9110}}], hint: H, "
    "proof: [{{run: '{}', gives: {}}}]}}\n"
)
SEVEN = "  - {id: m1, kind: basic, difficulty: 7, tags: [x], q: Q?, a: A., cite: [{src: RFC 1}]}\n"
BROKEN = "  - {id: b, kind: basik}\n  - {id: 'x y', kind: typed, q: Why?}\n"
ANSWER_KEYS = {"id", "correct", "expected", "rating", "due", "state", "interval_days", "row", "traps"}
MEMORY_KEYS = {
    "id", "state", "stability", "difficulty", "due", "last_review", "interval_days", "reps", "lapses",
    "retrievability", "suspended",
}  # fmt: skip


def leaves(command, path=()):
    """Every command that does something, with the words that call it."""
    context = command.make_context("x", [], resilient_parsing=True)
    names = command.list_commands(context) if hasattr(command, "list_commands") else []
    if not names:
        yield path, command
    for name in names:
        yield from leaves(command.get_command(context, name), (*path, name))


LEAVES = dict(leaves(typer.main.get_command(app)))
DIALOGUES = {("quiz",), ("deck", "edit"), ("interview",), ("subnet", "drill")}


# ── JSON ──


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("--json", {"due", "new", "learning", "minutes", "streak", "days_left", "readiness"}),
        ("http 404 --json", {"code", "phrase", "meaning", "rfc", "class", "old_phrases"}),
        ("next --json", {"id", "deck", "kind", "ask", "options", "seed", "due", "counts"}),
        ("next --count --json", {"count", "due", "new", "learning"}),
        ("answer k-choice --rating 3 --json", ANSWER_KEYS),
        ("deck list --json", {"decks", "paths", "replaced", "left_out"}),
        ("deck check --json", {"faults", "notes", "cards", "proofs_run"}),
        ("deck new mine --json", {"written"}),
        ("history check --json", {"rows", "cards", "sound", "agreed", "cards_without_deck"}),
        ("history import empty --json", {"added", "known"}),
        ("history backup --json", {"written"}),
        ("history export file --json", {"written"}),
        ("where --json", {"home", "config", "database", "own_decks", "index", "shipped_decks"}),
        ("config lang --json", {"lang"}),
    ],
)
def test_the_json_of_a_command_has_exactly_these_keys(home, prep, line, keys):
    (home.parent / "empty").touch()

    ran = prep(*line.split())

    assert (ran.code, ran.err) == (0, "")
    assert ran.json.keys() == keys


def test_show_has_the_keys_of_memory_at_its_top(home, prep):
    shown = prep("show", "k-choice", "--json").json

    assert shown.keys() >= MEMORY_KEYS
    assert (shown["state"], shown["reps"], shown["lapses"], shown["suspended"]) == ("new", 0, 0, False)
    assert [shown[key] for key in ("stability", "difficulty", "due", "last_review", "retrievability")] == [None] * 5


def test_deck_list_has_a_row_a_deck(home, prep):
    rows = {row["id"]: row for row in prep("deck", "list", "--json").json["decks"]}

    row = rows["kinds"]
    counted = {"cards": 7, "due": 0, "new": 7, "zh": 6, "proofs": 1}
    assert row == {"id": "kinds", "title": "One card of each kind", "own": True, "file": row["file"]} | counted


def test_decks_that_are_named_list_their_cards(home, prep):
    found = prep("deck", "list", "kinds", "http-codes", "--json").json

    assert [row["id"] for row in found["decks"]] == ["http-codes", "kinds"]
    assert found["items"][0] == {"id": "k-basic", "kind": "basic", "question": "What does a SYN ask for?"}
    lines = prep("deck", "list", "kinds").lines
    assert lines[0].split(maxsplit=2) == ["k-basic", "basic", "What does a SYN ask for?"]
    assert "{{" not in "".join(lines)
    assert len(lines) == 7


def test_a_path_that_is_named_has_its_row_and_its_cards(home, prep):
    found = prep("deck", "list", "cram", "kinds", "--json").json

    assert [row["id"] for row in found["decks"]] == ["kinds"]
    (path,) = found["paths"]
    assert path == {"id": "cram", "title": "The classics, for the last days", "cards": len(found["items"]) - 7}
    assert path in prep("deck", "list", "--json").json["paths"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["cram", "web", "linux-ops", "subnetting", "why", "kinds"])
def test_the_rows_of_cards_fit_a_terminal(home, prep, name, lang):
    assert max(width(line) for line in prep("deck", "list", name, "--lang", lang).lines) <= 80


def test_a_long_id_is_shown_whole(home, prep, deck):
    name = "x" * 60
    deck(
        "long",
        f"  - {{id: {name}, kind: basic, difficulty: 1, tags: [x], "
        f"q: '{'why ' * 40}', a: A., cite: [{{src: RFC 1}}]}}\n",
    )

    (line,) = prep("deck", "list", "long").lines

    assert line.startswith(f"{name} basic")
    assert width(line) <= 80


def test_a_deck_with_the_id_of_a_shipped_one_counts_its_own_cards(home, prep):
    shipped = {row["id"]: row for row in prep("deck", "list", "--json").json["decks"]}["http-codes"]
    text = (home / "decks" / "kinds.yaml").read_text("utf-8")
    (home / "decks" / "kinds.yaml").write_text(text.replace("id: kinds", "id: http-codes", 1), "utf-8")

    rows = [row for row in prep("deck", "list", "--json").json["decks"] if row["id"] == "http-codes"]

    assert {row["own"]: row["new"] for row in rows} == {False: shipped["new"], True: 7}


def test_a_fault_in_json_has_a_place_and_a_rule(home, prep, deck):
    path = deck("broken", BROKEN)

    ran = prep("deck", "check", str(path), "--json")

    assert ran.code == 1
    first = ran.json["faults"][0]
    assert first.keys() == {"file", "line", "column", "rule", "message"}
    assert (first["file"], first["line"], first["column"], first["rule"]) == (str(path), 3, 5, "missing-key")


def test_next_gives_null_for_what_is_absent(home, prep):
    found = prep("next", "kinds", "--json").json

    assert [found[key] for key in ("id", "deck", "kind")] == ["k-basic", "kinds", "basic"]
    assert [found[key] for key in ("options", "seed", "due")] == [None, None, None]
    assert found["counts"] == {"due": 0, "new": 7, "learning": 0}


@pytest.mark.parametrize(
    ("kind", "options"),
    [("choice", list), ("multi", list), ("order", list), ("match", list), ("typed", type(None)), ("cloze", type(None))],
)
def test_next_shows_options_where_a_kind_has_them(home, prep, kind, options):
    assert isinstance(prep("next", "kinds", "--tag", kind, "--json").json["options"], options)


def test_next_is_null_when_nothing_is_left(home, prep):
    prep("config", "new_per_day", "0")

    assert prep("next", "--json").out == "null\n"
    assert prep("next").out == "Nothing is left for now.\n"
    assert prep("next", "--count").out == "0\n"


@pytest.mark.parametrize(
    ("text", "correct", "rating"), [("3", True, 3), ("2", False, 1), ("", False, 1)], ids=["right", "wrong", "unknown"]
)
def test_answer_grades_a_text(home, prep, log, text, correct, rating):
    told = prep("answer", "k-choice", "--text", text, "--json").json

    assert (told["correct"], told["expected"], told["rating"]) == (correct, "410", rating)
    (row,) = log()
    assert (row["id"], row["rating"], row["seed"]) == (told["row"], rating, None)


def test_answer_takes_a_rating_without_judging(home, prep):
    told = prep("answer", "k-basic", "--rating", "4", "--json").json

    assert (told["correct"], told["expected"]) == (None, "A connection.")
    assert (told["state"], told["interval_days"], told["due"]) == ("review", 8, "2026-11-29T04:00:00.000+08:00")


def test_a_rating_given_beside_a_text_counts(home, prep):
    told = prep("answer", "k-choice", "--text", "3", "--rating", "2", "--json").json

    assert (told["correct"], told["rating"], told["due"]) == (True, 2, "2026-11-21T09:05:30.000+08:00")


def test_a_method_has_the_same_keys_as_a_code(bare, prep):
    code, method = prep("http", "404", "GET", "--json").json

    assert (method["method"], method["code"], method["phrase"], method["class"]) == ("GET", None, None, None)
    assert code["class"] == "client error"


@pytest.mark.parametrize("words", ["not found 404", "404 not found"])
def test_a_code_beside_its_own_words_is_found(bare, prep, words):
    assert prep("http", *words.split(), "--json").json["code"] == 404


@pytest.mark.parametrize(("day", "told"), [("2020-01-01", True), ("2026-11-20", True), ("2026-11-21", False)])
def test_an_interview_that_is_past_is_kept_and_remarked(home, prep, day, told):
    ran = prep("config", "interview", day)

    assert (ran.code, ran.out) == (0, f'interview = "{day}"\n')
    assert ran.err == (f"note: {day} has passed already\n" if told else "")


def test_the_day_of_the_interview_lasts_until_the_rollover_hour(home, prep):
    assert prep("config", "interview", "2026-11-20", now="2026-11-21T03:59:00+08:00").err == ""


def test_one_document_for_one_and_a_list_for_several(bare, prep):
    assert prep("http", "404", "--json").json["code"] == 404
    assert [row["code"] for row in prep("http", "301", "302", "--json").json] == [301, 302]


def test_a_dash_answers_a_line_for_each_line_and_goes_on_behind_a_bad_one(bare, prep):
    ran = prep("http", "-", lines=("404", "4o4", "", "GET"))

    told = [json.loads(line) for line in ran.lines]
    assert ran.code == 2
    assert (told[0]["code"], told[3]["method"]) == (404, "GET")
    assert [(row["input"], row["line"]) for row in told[1:3]] == [("4o4", 2), ("", 3)]
    assert all(row["error"] for row in told[1:3])


def test_a_dash_without_a_bad_line_ends_with_0(bare, prep):
    assert prep("http", "-", lines=("200",)).code == 0


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_command_without_a_dialogue_takes_json(words):
    options = {name for parameter in LEAVES[words].params for name in parameter.opts}

    assert "--json" in options or words in DIALOGUES


def test_undo_tells_the_row_and_then_that_there_is_none(home, prep):
    row = prep("answer", "k-choice", "--rating", "3", "--json").json["row"]

    assert prep("history", "undo", "--json").json["id"] == row
    again = prep("history", "undo", "--json")
    assert (again.code, again.json) == (1, None)


def test_suspend_writes_a_row_for_each_card(home, prep, log):
    rows = prep("history", "suspend", "k-choice", "k-typed", "--json").json

    assert [(row["card"], row["suspend"]) for row in rows] == [("k-choice", True), ("k-typed", True)]
    assert rows == log()
    assert prep("show", "k-choice", "--json").json["suspended"] is True
    assert prep("next", "kinds", "--count").out == "5\n"


def test_a_card_that_is_not_suspended_is_not_unsuspended(home, prep, log):
    ran = prep("history", "unsuspend", "k-basic")

    assert (ran.code, ran.out) == (0, "not suspended: k-basic\n")
    assert prep("history", "unsuspend", "k-basic", "--json").json == []
    assert log() == []


def test_of_several_cards_only_those_that_change_get_a_row(home, prep, log):
    prep("history", "suspend", "k-basic")

    assert prep("history", "suspend", "k-basic", "k-multi", "k-multi").lines == [
        "suspended: k-multi",
        "already suspended: k-basic, k-multi",
    ]
    assert prep("history", "unsuspend", "k-typed", "k-basic").lines == [
        "unsuspended: k-basic",
        "not suspended: k-typed",
    ]
    assert [(row["card"], row["suspend"]) for row in log()] == [
        ("k-basic", True),
        ("k-multi", True),
        ("k-basic", False),
    ]


def test_the_export_of_each_kind_of_row_has_its_keys(home, prep, log):
    prep("quiz", "kinds", lines=("", "3", ":s", ":q"))
    prep("history", "undo")
    prep("history", "suspend", "k-typed")

    assert [set(row) for row in log()] == [
        {"id", "card", "at", "rating", "seconds", "seed"},
        {"id", "at", "card", "bury_until"},
        {"id", "at", "undoes"},
        {"id", "at", "card", "suspend"},
    ]


def test_an_import_in_any_order_and_twice_gives_the_same(home, prep, log, tmp_path):
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    first.write_text(GOOD_ROW % 1 + "\n" + GOOD_ROW % 2 + "\n")
    second.write_text(GOOD_ROW % 3 + "\n\n" + GOOD_ROW.replace("k-choice", "gone") % 4)

    assert prep("history", "import", str(second), str(first), "--json").json == {"added": 4, "known": 0}
    assert prep("history", "import", str(first), str(second), "--json").json == {"added": 0, "known": 4}
    assert [row["id"] for row in log()] == ["r1", "r2", "r3", "r4"]
    assert prep("history", "check", "--json").json["cards_without_deck"] == ["gone"]


def test_an_import_reads_the_input(home, prep):
    assert prep("history", "import", "-", "--json", lines=(GOOD_ROW % 1,)).json == {"added": 1, "known": 0}


@pytest.mark.parametrize("listed", [False, True])
def test_an_import_reads_a_file_with_a_byte_order_mark(home, prep, tmp_path, listed):
    path, row = tmp_path / "bom.jsonl", GOOD_ROW % 1
    path.write_text(f"[{row}]" if listed else row, "utf-8-sig")

    assert prep("history", "import", str(path), "--json").json == {"added": 1, "known": 0}


def test_an_import_reads_an_input_with_a_byte_order_mark(home, prep):
    assert prep("history", "import", "-", "--json", lines=("\ufeff" + GOOD_ROW % 1,)).json == {"added": 1, "known": 0}


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ([-1, 0, 1], None),
        ([2], "1 row is dated in the future, such as -:1 (2026-11-23 09:00)"),
        ([0, 2, 900], "2 rows are dated in the future, such as -:2 (2026-11-23 09:00)"),
    ],
)
def test_rows_of_an_import_that_are_dated_in_the_future_are_kept_and_remarked(home, prep, log, days, told):
    now = datetime.fromisoformat(os.environ["PREP_NOW"])
    rows = [
        json.dumps({"id": f"row{n}", "card": "c", "at": (now + timedelta(days=d)).isoformat(), "rating": 3})
        for n, d in enumerate(days)
    ]

    ran = prep("history", "import", "-", lines=tuple(rows))

    assert ran.code == 0
    assert len(log()) == len(days)
    assert ran.err == (f"note: {told}: is the clock right? All were kept\n" if told else "")


def test_an_import_reads_a_list_as_export_writes_it(home, prep, log, tmp_path):
    for name in ("k-choice", "k-typed"):
        prep("answer", name, "--rating", "3")
    rows, path = prep("history", "export", "--json").out, tmp_path / "list.json"
    path.write_text(rows)
    (home / "learner.db").unlink()

    assert prep("history", "import", str(path)).out == "2 rows added, 0 known already\n"
    assert log() == json.loads(rows)


def test_bad_rows_of_a_list_are_all_told_by_their_number(home, prep):
    ran = prep("history", "import", "-", lines=("[7, " + GOOD_ROW % 1 + ", 8]",))

    assert [line[:15] for line in ran.err.splitlines()] == ["error: -:1[1]: ", "error: -:1[3]: ", "error: nothing "]


def test_undo_tells_people_what_was_undone(home, prep):
    prep("answer", "k-choice", "--rating", "3")

    assert prep("history", "undo").out == "undone: k-choice, 3 Good, 2026-11-21 09:00\n"


def test_one_is_counted_without_an_s(home, prep, deck):
    path = deck("one", "  - {id: o, kind: basic, difficulty: 1, tags: [x], q: Q?, a: A., cite: [{src: RFC 1}]}\n")

    assert prep("deck", "check", str(path)).lines[-1] == "1 card, 0 proofs run, 0 faults"
    assert prep("history", "import", "-", lines=(GOOD_ROW % 1,)).out == "1 row added, 0 known already\n"
    assert prep("history", "check").out == "1 row, 1 card: memory agrees with the log\n"


def test_two_backups_in_a_second_have_two_names(home, prep):
    names = [prep("history", "backup", "--json").json["written"].rpartition("-")[2] for _ in range(3)]

    assert names == ["090000.db", "2.db", "3.db"]


# ── errors ──

MISTAKES = {
    "qiz": "qiz: no such command; did you mean quiz?",
    "frobnicate": "frobnicate: no such command; `prep --help` lists the commands",
    "deck lst": "no such command 'lst'",
    "deck": "missing command; see `prep deck --help`",
    "--jsn": "no such option: --jsn",
    "http 404 --jsn": "no such option: --jsn",
    "quiz --limit": "option '--limit' requires an argument; see `prep ",
    "--json http 404": "--json: stands before the command",
    "http": "missing argument 'CODE|METHOD|WORDS...'; see `prep http --help`",
    "answer": "missing argument 'ID'; see `prep answer --help`",
    "history import": "missing argument 'FILE...'; see `prep history import --help`",
    "where there": "there",
    "quiz --limit x": "'x' is not a whole number",
    "quiz --limit 0": "0 is not in the range 1<=x<=100000",
    "quiz --new -1": "-1 is not in the range 0<=x<=9999",
    "quiz --minutes 1.5": "'1.5' is not a whole number; see `prep quiz --help`",
    "quiz --minutes x": "'x' is not a whole number; see `prep quiz --help`",
    "quiz --limit ９e9": "'９e9' is not a whole number",
    "answer k-choice --rating 5": "5 is not in the range 1<=x<=4",
    "answer k-choice --rating good": "'good' is not a whole number",
    "answer k-choice": "k-choice: no rating; give --rating 1 to 4 or --text",
    "answer k-basic": "k-basic: no rating; give --rating 1 to 4",
    "answer k-basic --text connection": "k-basic: you grade this card yourself; give --rating 1 to 4",
    "answer k-choice --text 9": "--text '9': cannot be read as an answer: a number from 1 to 3",
    "answer k-order --text 12": "--text '12': cannot be read as an answer: every number from 1 to 4 once",
    "answer k-chioce --rating 3": "k-chioce: no such card; did you mean k-choice?",
    "show nonsense": "nonsense: no such card; `prep deck list DECK` shows the cards of a deck",
    "show K-CHOICE": "K-CHOICE: no such card; did you mean k-choice?",
    "answer K-Choice --rating 3": "K-Choice: no such card; did you mean k-choice?",
    "show http-codes": "http-codes: no such card; `prep deck list http-codes` shows the cards of this deck",
    "show FRAMING": "FRAMING: no such card; `prep deck list framing` shows the cards of this deck",
    "show cram": "cram: no such card; `prep deck list cram` shows the cards of this deck",
    "quiz KINDS": "KINDS: no such deck; did you mean kinds?",
    "next --tag Choice": "Choice: no card has this tag; did you mean choice?",
    "history suspend k-choise": "k-choise: no such card; did you mean k-choice?",
    "quiz kindz": "kindz: no such deck; did you mean kinds?",
    "next kinds zzz yyy": "zzz, yyy: no such deck; `prep deck list` shows them",
    "next --tag chioce": "chioce: no card has this tag; did you mean choice?",
    "quiz --tag zzzzz": "zzzzz: no card has this tag; tags are ",
    "http 404 --lang fr": "fr: no such language; en or zh",
    "quiz --lang ZH": "ZH: no such language; en or zh",
    "http 600": "600: not a status code; they go from 100 to 599",
    "http 99999999999999999999999999": "99999999999999999999999999: not a status code",
    "next kinds --tag http": "http: no card of kinds has this tag, others have; leave the deck out",
    "deck check nope": "nope: neither a file nor a deck; `prep deck list` shows the decks",
    "deck list kindz": "kindz: no such deck; did you mean kinds?",
    "deck edit kindz": "kindz: no such card or deck; did you mean kinds?",
    "http 299": "299: not in the table (class: successful); a recipient treats it as 200 (RFC 9110 §15)",
    "http 404 cat": "cat: neither a code nor a method; ask for codes and methods, or for words, not for both at once",
    "http cat 499": "499: not in the table",
    "http GET 404 499": "499: not in the table",
    "http teleport": "teleport: no code, method or meaning like this; try a number or fewer words",
    "http -- -1": "-1: no code, method or meaning like this",
    "config lange": "lange: no such setting; did you mean lang?",
    "config zzz": "zzz: no such setting; known: desired_retention, ",
    "config lang fr": "lang fr: must be en or zh",
    "config lang zh extra": "lang zh extra: must be en or zh",
    "config new_per_day 1.5": "new_per_day 1.5: must be a whole number from 0 to 9999",
    "config rollover_hour 24": "rollover_hour 24: must be a whole number from 0 to 23",
    "config fuzz maybe": "fuzz maybe: must be true or false",
    "config desired_retention 1": "desired_retention 1: must be a number from 0.7 to 0.99",
    "config timezone Mars/Base": "timezone Mars/Base: must be an IANA name such as Asia/Shanghai",
    "config interview soon": "interview soon: must be a date such as 2026-12-24",
    "config learning_steps 1w": "learning_steps 1w: must be a list of steps such as",
    "config parameters 1 2": "parameters 1 2: must be the 21 numbers of FSRS-6",
    "history import nowhere.jsonl": "nowhere.jsonl: cannot be read (No such file or directory)",
    "history export decks/kinds.yaml": "decks/kinds.yaml: exists already; name a new file",
    "history backup decks/kinds.yaml": "decks/kinds.yaml: exists already; name a new file",
    "history export no/such": "no/such: No such file or directory",
    "history backup no/such": "no/such: cannot write the backup",
    "deck new kinds": "kinds: a deck with this id exists; `prep deck edit` opens it",
    "deck new cram": "cram: a study path has this id; give the deck another",
    "deck new a/b": "a/b: a deck's id may hold letters, digits, `.`, `_` and `-` only",
    "deck new .a": ".a: a deck's id must begin with a letter or digit",
    "deck new -- -a": "-a: a deck's id must begin with a letter or digit",
    "deck edit nowhere": "nowhere: no such card or deck; `prep deck list` shows the decks, ",
    "deck edit st-code-404": "st-code-404: made from the table in ",
}


def one_error(ran, code=2):
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("error: ")
    return ran.err.removeprefix("error: ").rstrip()


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_told_in_one_line(home, prep, monkeypatch, line):
    monkeypatch.chdir(home)

    told = one_error(prep(*line.split()))

    assert MISTAKES[line] in told


@pytest.mark.parametrize("blank", ["", "  "])
def test_nothing_to_look_up_is_told_too(bare, prep, blank):
    assert one_error(prep("http", blank)) == f"'{blank}': nothing to look up; name a code, a method or words"


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["show"], "no such card"),
        (["answer", "--rating", "3"], "no such card"),
        (["history", "suspend"], "no such card"),
        (["quiz"], "no such deck"),
        (["deck", "list"], "no such deck"),
        (["next", "--tag"], "no card has this tag"),
        (["next", "--lang"], "no such language"),
    ],
    ids=" ".join,
)
def test_an_empty_name_is_quoted(home, prep, words, told, blank):
    assert one_error(prep(*words, blank)).startswith(f"'{blank}': {told}; ")


def test_tags_are_named_by_the_dozen_at_most(home, prep):
    told = one_error(prep("quiz", "cram", "--tag", "nosuch"))

    assert len(told) < 250
    assert re.search(r"; tags are (\S+, ){9}\S+ and \d+ more; `prep search nosuch` looks for the word$", told)


def test_the_error_of_a_long_name_is_short(home, prep):
    for words in (["show", "x" * 5000], ["quiz", "x" * 5000], ["quiz", "--tag", "x" * 5000]):
        assert len(one_error(prep(*words))) < 450


HUGE = "9" * 5000  # Python reads no decimal number of more than 4300 digits


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["http", HUGE], f"{HUGE[:39]}…: not a status code; they go from 100 to 599"),
        (["http", "x" * 5000], f"{'x' * 99}…: no code, method or meaning like this; try a number or fewer words"),
        (["config", "new_per_day", HUGE], f"new_per_day {HUGE[:99]}…: must be a whole number from 0 to 9999"),
        (["config", "new_per_day", f"0x{HUGE}"], f"new_per_day 0x{HUGE[:97]}…: must be a whole number from 0 to 9999"),
        (["config", "lang", "[" * 5000], f"lang {'[' * 99}…: must be en or zh"),
    ],
    ids=["http", "words", "decimal", "hexadecimal", "deep"],
)
def test_a_mistake_of_thousands_of_characters_is_quoted_in_part(home, prep, words, told):
    assert one_error(prep(*words)) == told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["answer", "a\nb", "--rating", "3"], r"a\nb: no such card"),
        (["deck", "new", "x\ny\tz\r"], r"x\ny\tz\r: a deck's id may hold "),
        (["deck", "check", "a\nb"], r"a\nb: neither a file nor a deck"),
        (["show", "x", "--lang", "e\nn"], r"e\nn: no such language"),
        (["history", "export", "no\n/x"], r"no\n/x: No such file or directory"),
        (["a\nb"], r"a\nb: no such command"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_line_breaks_in_a_mistake_are_spelled_out(home, prep, words, told):
    assert one_error(prep(*words)).startswith(told)


@pytest.mark.parametrize(
    "words",
    [
        ["answer", "k-choice", "--text"],
        ["answer", "k-cloze", "--text"],
        ["deck", "check"],
        ["show", "k-choice", "--lang"],
        ["history", "import"],
        ["history", "export"],
        ["deck", "new"],
        ["deck", "edit"],
        ["quiz", "--limit"],
        [],
    ],
    ids=" ".join,
)
def test_no_error_echoes_all_of_a_hundred_thousand_characters(home, prep, words):
    assert len(one_error(prep(*words, "a" * 100_000))) < 700


def test_the_end_of_a_long_offender_is_seen_too():
    where = f"{'x' * 500}/deck.yaml:12"

    told = str(PrepError("is broken", where=where, hint="mend it"))

    assert re.fullmatch(r"x+…x+/deck\.yaml:12: is broken; mend it", told)
    assert len(told) < 230


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_an_error_that_nobody_can_read_has_its_exit_code(home):
    with open("/dev/full", "w") as full:
        told = subprocess.run([sys.executable, "-m", "prep", "show", "nosuch"], stderr=full, check=False)

    assert told.returncode == 2


def test_what_should_not_have_happened_is_told_in_one_line(home, prep, monkeypatch):
    def fail(words):
        raise RuntimeError("two\nlines \x1b[2J")

    monkeypatch.setattr("prep.cli.http.look_up", fail)

    assert one_error(prep("http", "404")) == (
        "this should not have happened: RuntimeError: two lines \\x1b[2J; please report it with the command"
    )


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_writes_nothing(home, prep, log, line):
    prep(*line.split())

    assert log() == []
    assert (home / "config.toml").read_text("utf-8") == 'timezone = "Asia/Shanghai"\nfuzz = false\n'


@pytest.mark.parametrize(
    "now",
    [
        "garbage",
        "2026-13-01",
        "2026-11-21T25:00",
        "1732179600",
        "0001-01-01",
        "1969-12-31",
        "9999-12-31T23:59-12:00",
    ],
)
def test_a_clock_that_is_no_time_is_told(home, prep, now):
    told = one_error(prep("next", now=now))

    assert told == f"PREP_NOW={now}: not an ISO-8601 time of our days; write it like 2026-11-21T09:00:00+08:00"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("lang = ", ["config.toml: not TOML: "]),
        ("lang = 'fr'", ["config.toml:1: lang = 'fr': must be en or zh"]),
        ("\nlangg = 'en'", ['config.toml:2: unknown key "langg"; did you mean lang?']),
        ("timezone = 'Mars/Base'", ["config.toml:1: timezone = 'Mars/Base': must be an IANA name"]),
        ("timezone = '../../etc/passwd'", ["config.toml:1: timezone = '../../etc/passwd': must be an IANA name"]),
        ("desired_retention = nan", ["config.toml:1: desired_retention = nan: must be a number from 0.7 to 0.99"]),
        ("[a]\nb = 1", ['config.toml:1: unknown key "a"; known: desired_retention, ']),
        ('"\\u001b[31m" = 1', ['config.toml:1: unknown key "\\x1b[31m"; known: ']),
        (
            "fuzz = 1\nzzz = 2\nnew_per_day = -1",
            ["toml:1: fuzz = 1: must", 'toml:2: unknown key "z', "toml:3: new_per"],
        ),
    ],
)
def test_settings_that_cannot_be_used_are_told_all_at_once(home, prep, text, faults):
    (home / "config.toml").write_text(text, "utf-8")

    ran = prep("next")

    told = ran.err.splitlines()
    assert (ran.code, ran.out, len(told)) == (2, "", len(faults))
    assert all(line.startswith("error: ") and fault in line for line, fault in zip(told, faults, strict=True))


@pytest.mark.parametrize("data", [b"lang = [", b"\xff\xfe", b'lang = "\x1b"'], ids=["toml", "utf-8", "control"])
@pytest.mark.parametrize("words", ["config", "config lang", "config lang zh"])
def test_a_damaged_config_is_neither_read_nor_overwritten(home, prep, data, words):
    (home / "config.toml").write_bytes(data)

    assert f"{home / 'config.toml'}: " in one_error(prep(*words.split()))
    assert (home / "config.toml").read_bytes() == data


def test_a_wrong_setting_can_be_set_right(home, prep):
    (home / "config.toml").write_text("# mine\nlang = 'fr'  # soon\n", "utf-8")

    assert prep("config", "lang", "zh").code == 0
    assert (home / "config.toml").read_text("utf-8") == '# mine\nlang = "zh"  # soon\n'


def test_all_faults_of_an_import_are_told_and_nothing_is_imported(home, prep, log, tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text(f"{GOOD_ROW % 1}\n{{nonsense\n[]\n{GOOD_ROW[:-2] % 2}7}}\n" + '{"id": "x", "undoes": "a\\u001b"}')

    ran = prep("history", "import", str(path))

    assert ran.code == 2
    places = [line.removeprefix(f"error: {path}:")[:2] for line in ran.err.splitlines()]
    assert places == ["2:", "3:", "4:", "5:", "er"]
    assert ran.err.endswith("error: nothing was imported\n")
    assert log() == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("[" * 30_000, ":1: "),
        ("x" * 70_000, ":1: a line longer than 65536 characters; is it a log?"),
        (GOOD_ROW[:-1] % 1 + ', "seconds": NaN}', "seconds nan is not a number of seconds"),
        (GOOD_ROW[:-1] % 1 + ', "sedd": 1}', 'unknown key "sedd"; did you mean seed?'),
        (GOOD_ROW.replace("+08:00", "") % 1, "is not a time such as 2026-11-21T17:00:00.123+08:00"),
    ],
    ids=["deep", "long", "nan", "key", "offset"],
)
def test_a_hostile_line_of_an_import_is_refused(home, prep, log, line, told):
    ran = prep("history", "import", "-", lines=(line,))

    assert ran.code == 2
    assert ran.err.startswith("error: -:1")
    assert told in ran.err
    assert log() == []


def test_a_row_that_says_other_things_under_the_same_id_is_refused_with_both_files(home, prep, tmp_path):
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    first.write_text(GOOD_ROW % 1)
    second.write_text(GOOD_ROW.replace("3}", "4}") % 1)

    told = one_error(prep("history", "import", str(first), str(second)))

    assert told.startswith(f"{second}:1: row r1 says other things than the same row in {first}:1; ")


# ── damaged and missing files ──


def test_a_home_that_is_not_there_is_made_when_something_is_written(bare, prep):
    assert prep("where").code == 0
    assert not bare.exists()
    assert prep("answer", "st-code-404", "--rating", "3").code == 0
    assert (bare / "learner.db").exists()


@pytest.mark.parametrize("line", ["", "next", "quiz", "show k-choice", "deck list", "history check", "history export"])
def test_a_newer_database_is_refused_and_left_as_it_is(home, prep, line):
    prep("answer", "k-choice", "--rating", "3")
    db = sqlite3.connect(home / "learner.db")
    db.execute("PRAGMA user_version = 99")
    db.close()
    before = (home / "learner.db").read_bytes()

    told = one_error(prep(*line.split()))

    assert told.startswith(f"{home / 'learner.db'}: the database is of version 99; this prep knows up to ")
    assert told.endswith("; update prep; nothing was changed")
    assert (home / "learner.db").read_bytes() == before


@pytest.mark.parametrize("data", [b"hello", bytes(range(256)) * 40], ids=["short", "long"])
def test_a_file_that_is_no_database_is_told_with_a_way_out(home, prep, data):
    (home / "learner.db").write_bytes(data)

    told = one_error(prep("next"))

    assert told.startswith(f"{home / 'learner.db'}: the database cannot be used (file is not a database); restore a ")
    assert (home / "learner.db").read_bytes() == data


def test_another_programs_database_is_refused(home, prep):
    db = sqlite3.connect(home / "learner.db")
    db.execute("CREATE TABLE theirs (x)")
    db.close()

    assert "learner.db: not a database of prep; move the file away or set PREP_HOME" in one_error(prep("next"))


@pytest.mark.parametrize("start", [0, 100, 4096, 8192, 20_000, 60_000])
def test_a_damaged_index_of_decks_is_made_anew(home, prep, start):
    prep("next")
    path = home / "decks.index"
    data = path.read_bytes()
    path.write_bytes(data[:start] + b"\xff" * (len(data) - start))

    assert prep("next", "--count").out == "10\n"
    assert "What does a SYN ask for?" in prep("show", "k-basic").out
    assert prep("show", "k-match").code == 0
    assert prep("deck", "list", "--json").json["decks"][-1]["id"] == "kinds"


def test_an_index_that_is_a_folder_is_done_without(home, prep):
    (home / "decks.index").unlink()
    (home / "decks.index").mkdir()

    assert prep("next", "kinds", "--count").out == "7\n"


@pytest.mark.parametrize("words", ["", "where", "next", "config lang zh", "deck new x", "history backup", "http 404"])
def test_a_home_that_is_a_file_is_told(bare, prep, words):
    bare.write_text("not a folder")

    assert one_error(prep(*words.split())) == f"{bare}: not a folder; set PREP_HOME to a folder"


def test_a_setting_that_cannot_be_written_names_the_file_of_settings(home, prep):
    (home / "config.new").mkdir()

    assert one_error(prep("config", "lang", "zh")).startswith(f"{home / 'config.toml'}: cannot be written (")


def test_a_home_of_nobody_is_told(bare, prep, monkeypatch):
    monkeypatch.setenv("PREP_HOME", "~no-such-user-here/prep")

    assert "PREP_HOME=~no-such-user-here/prep: no such user; name a folder" in one_error(prep("where"))


# ── deck check ──


def test_a_broken_deck_gives_every_fault_with_its_place_and_exit_code_1(home, prep, deck):
    path = deck("broken", BROKEN)

    ran = prep("deck", "check", str(path))

    assert (ran.code, ran.err) == (1, "")
    places = [re.match(r":(\d+):(\d+): .+ \[[a-z0-9-]+\]$", line.removeprefix(str(path))) for line in ran.lines[:-1]]
    assert all(places)
    assert f'{path}:3:{BROKEN.index("basik") + 1}: unknown kind "basik"; did you mean basic? [kind]' in ran.lines
    assert ran.lines[-1] == f"0 cards, 0 proofs run, {len(places)} faults"


@pytest.mark.parametrize("name", ["kinds", "http-codes"])
def test_a_deck_is_checked_by_its_id(home, prep, name):
    assert prep("deck", "check", name, "--json").json["cards"] > 0
    assert prep("deck", "check", name).code == 0


@pytest.mark.parametrize("name", ["web", "cram"])
def test_a_study_path_is_checked_as_its_decks_are(home, prep, name):
    rows = prep("deck", "list", name, "--json").json["items"]
    decks = sorted({prep("show", row["id"], "--json").json["deck"] for row in rows})

    ran = prep("deck", "check", name, "--json")

    assert (ran.code, ran.json) == (0, prep("deck", "check", *decks, "--json").json)


def test_of_a_study_path_the_whole_decks_are_checked_and_that_is_said(home, prep):
    taken = len(prep("deck", "list", "cram", "--json").json["items"])

    lines = prep("deck", "check", "cram").lines

    assert lines[-2] == f"cram: {taken} cards, from decks that were checked whole"
    assert int(lines[-1].split()[0]) > taken
    assert "cram:" not in prep("deck", "check", "dns").out


def test_a_broken_deck_of_a_path_is_checked_too(home, prep, deck):
    path = deck("dns", BROKEN)

    assert [fault["file"] for fault in prep("deck", "check", "web", "--json").json["faults"]][:1] == [str(path)]


def test_a_deck_that_is_named_twice_is_checked_once(home, prep):
    assert prep("deck", "check", "kinds", "kinds").out == prep("deck", "check", "kinds").out


CLEAN = "  - {id: o, kind: basic, difficulty: 1, tags: [x], q: Q?, a: A., cite: [{src: RFC 1}]}\n"


@pytest.mark.parametrize("way", ["../decks/o.yaml", "../link/o.yaml", "../decks/../decks/o.yaml"])
def test_a_deck_of_your_own_is_the_same_by_whatever_path_it_is_named(home, prep, deck, monkeypatch, way):
    deck("o", CLEAN)
    (home / "sub").mkdir()
    (home / "link").symlink_to(home / "decks", target_is_directory=True)
    monkeypatch.chdir(home / "sub")

    ran = prep("deck", "check", way)

    assert (ran.code, ran.lines[-1]) == (0, "1 card, 0 proofs run, 0 faults")
    assert prep("deck", "check", way, str(home / "decks" / "o.yaml")).out == ran.out


def test_a_deck_is_the_same_where_the_home_is_a_link(home, prep, deck, monkeypatch):
    path = deck("o", CLEAN)
    linked = home.with_name("linked")
    linked.symlink_to(home, target_is_directory=True)
    monkeypatch.setenv("PREP_HOME", str(linked))

    assert prep("deck", "check", str(path)).code == 0


def test_a_path_is_shown_as_it_was_typed(home, prep, deck, monkeypatch):
    deck("m", SEVEN)
    monkeypatch.chdir(home)

    assert prep("deck", "check", "decks/../decks/m.yaml").lines[0].startswith("decks/../decks/m.yaml:3:")


def test_a_shipped_deck_is_none_of_your_own_by_whatever_path_it_is_named(home, prep, monkeypatch):
    (shipped,) = [row["file"] for row in prep("deck", "list", "dns", "--json").json["decks"]]
    monkeypatch.chdir(home)

    ran = prep("deck", "check", os.path.relpath(shipped), "--json")

    assert ran.json == prep("deck", "check", "dns", "--json").json


def test_a_link_to_itself_among_the_decks_is_a_fault(home, prep):
    path = home / "decks" / "loop.yaml"
    path.symlink_to(path)

    assert prep("deck", "check", "kinds").code == 0
    assert [fault["file"] for fault in prep("deck", "check", "--json").json["faults"]] == [str(path)]


def test_a_broken_deck_is_checked_by_the_name_of_its_file(home, prep, deck):
    path = deck("broken", BROKEN)

    assert prep("deck", "check", "broken").out == prep("deck", "check", str(path)).out


def test_a_broken_deck_is_checked_by_its_id(home, prep, deck):
    path = deck("m", SEVEN).rename(home / "decks" / "other.yaml")

    for name in ("m", "other"):
        assert prep("deck", "check", name).out == prep("deck", "check", str(path)).out


def test_the_sound_cards_of_a_broken_deck_are_checked_too(home, prep, deck):
    card = "  - {id: m2, kind: basic, difficulty: 1, tags: [x], q: Q?, a: A., cite: [{src: RFC 793}], next: [m1],"
    proof = " proof: [{run: http 404, gives: {code: 405}}]}\n"
    path = deck("m", SEVEN + card + proof)

    ran = prep("deck", "check", str(path), "--json")

    assert [(fault["line"], fault["rule"]) for fault in ran.json["faults"]] == [
        (3, "difficulty"), (4, "cite-obsolete"), (4, "proof")
    ]  # fmt: skip
    assert (ran.json["cards"], ran.json["proofs_run"]) == (1, 1)


def test_a_fault_on_wording_points_at_its_field(home, prep, deck):
    card = "  - id: m1\n    kind: basic\n    difficulty: 1\n    tags: [x]\n    q: Q?\n    a: EPIPE\n"
    path = deck("m", card + '    hint: "It is EPIPE."\n    cite:\n      - {src: RFC 1}\n      - {src: RFC1}\n')

    faults = prep("deck", "check", str(path), "--json").json["faults"]

    assert [(fault["line"], fault["column"]) for fault in faults] == [(9, 11), (12, 15)]


LEFT_OUT = "left out for a fault: {path}:3:39: unknown difficulty"


@pytest.mark.parametrize("line", ["quiz m", "next m", "next dns m", "deck list m", "show m", "show m1", "answer m1"])
def test_what_is_left_out_for_a_fault_is_not_said_to_be_none(home, prep, deck, line):
    path = deck("m", SEVEN)

    told = one_error(prep(*line.split()))

    assert told.startswith(f"{line.split()[-1]}: {LEFT_OUT.format(path=path)}")
    assert told.endswith("; `prep deck check m` shows all")


@pytest.mark.parametrize(("name", "at"), [("m", 3), ("m1", 3), ("m2", 4)])
def test_a_deck_that_is_left_out_can_be_edited(home, prep, deck, name, at):
    path = deck("m", SEVEN + SEVEN.replace("m1", "m2"))

    assert one_error(prep("deck", "edit", name)) == f"{path}:{at}: no editor to open it with; set EDITOR"


@pytest.mark.parametrize("line", ["next", "next --json", "next dns"])
def test_next_speaks_of_a_deck_that_is_left_out_as_the_quiz_does(home, prep, deck, line):
    path = deck("m", SEVEN)

    ran = prep(*line.split())

    assert (ran.code, ran.err.startswith(f"note: left out: {path}:3:39: ")) == (0, True)
    assert ran.err == prep("quiz", "kinds", "--limit", "1").err


def test_a_count_for_a_prompt_stays_silent(home, prep, deck):
    deck("m", SEVEN)

    assert prep("next", "--count").err == ""


def test_a_study_path_has_no_file_to_edit(home, prep):
    assert one_error(prep("deck", "edit", "cram")) == (
        "cram: a study path, which has no file; `prep deck list cram` shows its cards, each can be edited"
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("wide", [200, 80, 60, 40])
def test_the_list_of_decks_fits_the_terminal(home, prep, monkeypatch, wide, lang):
    monkeypatch.setenv("COLUMNS", str(wide))

    lines = prep("deck", "list", "--lang", lang).lines

    assert max(map(width, lines)) <= wide
    assert lines[0].split()[:3] == ["deck", "title", "cards"]
    assert any(line.startswith("troubleshooting ") for line in lines)


@pytest.mark.parametrize("wide", [200, 80])
def test_no_title_of_a_shipped_deck_is_cut(home, prep, monkeypatch, wide):
    monkeypatch.setenv("COLUMNS", str(wide))

    ran = prep("deck", "list")

    assert "…" not in ran.out
    assert ("proofs" in ran.lines[0]) is (wide > 80)
    assert {"due", "new"} <= set(ran.lines[0].split())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
def test_a_pipe_among_the_decks_is_a_fault_and_not_waited_for(home, prep):
    path = home / "decks" / "pipe.yaml"
    os.mkfifo(path)

    assert prep("deck", "check", str(path)).lines[0] == f"{path}:1:1: not a file [file]"
    assert prep("next", "kinds", "--count").out == "7\n"


def test_a_proof_that_does_not_hold_is_a_fault(home, prep, deck):
    path = deck("claims", PROVEN.format("http 404", "{code: 405}"))

    ran = prep("deck", "check", str(path))

    assert ran.code == 1
    assert ran.lines[0] == f"{path}:3:108: p: prep http 404: code is 404, not 405 [proof]"


def test_a_proof_may_not_touch_the_learner(home, prep, deck):
    path = deck("claims", PROVEN.format("history undo", "{a: 1}"))

    assert "no command that a proof may run" in prep("deck", "check", str(path)).lines[0]


@pytest.mark.parametrize(
    "line", ["sticky", "sticky run", "subnet drill", "tcp sockets", "tcp pcap x", "subnet", "http -", "tcp next -- -"]
)
def test_a_proof_may_not_wait_for_a_socket_a_file_or_the_learner(home, prep, deck, line):
    path = deck("claims", PROVEN.format(line, "{a: 1}"))

    ran = prep("deck", "check", str(path))

    assert (ran.code, len(ran.lines)) == (1, 2)
    assert re.search(r"no command that a proof may run|a proof has no input", ran.lines[0])


@pytest.mark.parametrize(
    "line",
    [
        "sticky decode {} --scheme lines", "sticky encode {} --scheme lines", "sticky decode --scheme lines -- --hex",
        "sticky decode /dev/stdin --scheme lines", "sticky decode {} --scheme lines -p --hex", "tcp play {}",
        "tcp play -- {}", "tcp play --lang en {}", "tcp play handshake --lang en",
    ],
)  # fmt: skip
def test_a_proof_reads_no_file_and_shows_none(home, prep, deck, tmp_path, line):
    for name in ("secret", "--hex"):
        (tmp_path / name).write_text("swordfish\n")
    path = deck("claims", PROVEN.format(line.format(tmp_path / "secret"), "{messages: [swordfish]}"))

    ran = prep("deck", "check", str(path))

    assert (ran.code, len(ran.lines)) == (1, 2)
    assert re.search(r"a proof has no input|a proof plays a script by its name|not a parameter", ran.lines[0])
    assert "swordfish" not in ran.out
    assert "73776f7264" not in ran.out


@pytest.mark.parametrize(
    ("line", "gives"),
    [
        ("sticky decode --scheme lines --hex 610a", '{messages: ["61"]}'),
        ("sticky encode --scheme lines --hex=61", "{stream: 610a}"),
        ("sticky explain-length 1195725856", "{width: 4}"),
        ("tcp play handshake", "{final: {A: ESTABLISHED, B: ESTABLISHED}}"),
    ],
)
def test_a_proof_runs_what_stands_in_it(home, prep, deck, line, gives):
    ran = prep("deck", "check", str(deck("claims", PROVEN.format(line, gives))))

    assert ran.lines == ["1 card, 1 proof run, 0 faults"]


def test_a_proof_that_prints_without_end_is_stopped(home, prep, deck):
    path = deck("claims", PROVEN.format("subnet split 10.0.0.0/8 --prefix 24 --limit 0", "{count: 65536}"))

    ran = prep("deck", "check", str(path))

    assert ran.lines[0].endswith(": prints more than 1000000 characters; a proof shows one thing [proof]")
    assert prep("http", "404").code == 0


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer that stops a computation")
@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.SIG_DFL])
def test_a_proof_that_does_not_end_is_stopped(home, prep, deck, monkeypatch, handler):
    def endless(words):
        while True:
            words = [*words]

    monkeypatch.setattr("prep.cli.prove.run", endless)
    monkeypatch.setattr("prep.cli.prove.LONGEST", 0.01)
    path = deck("claims", PROVEN.format("http 404", "{code: 404}"))
    before = signal.signal(signal.SIGALRM, handler)
    try:
        ran = prep("deck", "check", str(path))
        assert (signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)) == (handler, (0.0, 0.0))
    finally:
        signal.signal(signal.SIGALRM, before)

    assert ran.lines[0].endswith(": takes longer than 0.01 s; a proof shows one thing [proof]")


def test_a_proof_without_memory_is_a_fault_of_the_deck(home, prep, deck, monkeypatch):
    def greedy(words):
        raise MemoryError

    monkeypatch.setattr("prep.cli.prove.run", greedy)
    path = deck("claims", PROVEN.format("http 404", "{code: 404}"))

    assert ": needs more memory than there is; " in prep("deck", "check", str(path)).lines[0]


def test_the_decks_in_use_are_sound(home, prep):
    ran = prep("deck", "check", "--json")

    assert (ran.code, ran.json["faults"]) == (0, [])
    assert ran.json["proofs_run"] > 0


def test_a_new_deck_is_sound_and_can_be_asked(home, prep):
    prep("deck", "new", "mine")

    assert prep("deck", "check", str(home / "decks" / "mine.yaml")).code == 0
    assert prep("deck", "check", "mine", "--json").json["notes"] == []
    assert prep("next", "mine", "--json").json["id"] == "mine-first"


def test_two_new_decks_do_not_ask_the_same(home, prep):
    prep("deck", "new", "my-web")
    prep("deck", "new", "my-dns")

    assert prep("deck", "check", "my-web", "my-dns", "--json").json["faults"] == []


def test_an_id_that_is_too_long_is_told_the_limit(home, prep):
    assert one_error(prep("deck", "new", "x" * 101)).endswith("…: a deck's id may have 100 characters, this has 101")


@pytest.mark.parametrize("length", [94, 100])
def test_an_id_that_leaves_no_room_for_those_of_its_cards_is_refused(home, prep, length):
    name = "x" * length

    assert one_error(prep("deck", "new", name)) == (
        f"{name}: too long for the ids of its cards; give the deck a shorter one"
    )
    assert not (home / "decks" / f"{name}.yaml").exists()


@pytest.mark.parametrize("name", ["x" * 93, "SCHEMA", "NAME", "NAMESCHEMA", "x-SCHEMA", "no", "1"])
def test_a_new_deck_of_any_name_is_sound(home, prep, name):
    assert prep("deck", "new", name).code == 0

    assert prep("deck", "check", name, "--json").json["faults"] == []
    assert "deck.schema.json" in (home / "decks" / f"{name}.yaml").read_text("utf-8").splitlines()[0]


def test_a_title_of_several_lines_stands_on_one(home, prep, deck):
    deck("mine", CLEAN, title='"one\\ntwo\\n  three"')

    assert any(line.startswith("mine ") and " one two three (yours) " in line for line in prep("deck", "list").lines)


def test_a_deck_with_the_id_of_a_path_is_a_fault_and_the_path_keeps_the_name(home, prep, deck):
    path = deck("cram", "  - {id: c, kind: basic, difficulty: 1, tags: [x], q: Why?, a: A., cite: [{src: RFC 1}]}\n")

    for name in ("cram", str(path)):
        (fault,) = prep("deck", "check", name, "--json").json["faults"]
        assert (fault["file"], fault["rule"]) == (str(path), "path-id")
    assert prep("next", "cram", "--json").json["id"] != "c"


@pytest.mark.skipif(os.name == "nt", reason="has no such limit")
def test_a_new_deck_that_cannot_be_written_names_its_file_and_leaves_nothing(home):
    import resource

    told = subprocess.run(
        [sys.executable, "-m", "prep", "deck", "new", "mine"],
        capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )  # fmt: skip

    path = home / "decks" / "mine.yaml"
    assert told.returncode == 2
    assert told.stderr.startswith(f"error: {path}: cannot be written (File too large); ")
    assert [file.name for file in path.parent.iterdir()] == ["kinds.yaml"]


@pytest.mark.parametrize("links", [True, False])
def test_a_new_deck_never_replaces_a_file(home, prep, monkeypatch, links):
    def refuse(*_):
        raise PermissionError(1, "no links on this file system")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    path = home / "decks" / "mine.yaml"
    path.write_text("mine: !")

    assert one_error(prep("deck", "new", "mine")).startswith(f"{path}: exists already; ")
    assert path.read_text() == "mine: !"
    path.unlink()
    assert prep("deck", "new", "mine").code == 0
    assert sorted(file.name for file in path.parent.iterdir()) == ["kinds.yaml", "mine.yaml"]


@pytest.mark.parametrize(("name", "shown"), [("", "''"), (" ", "' '")])
def test_a_deck_without_a_name_is_told_with_quotes(home, prep, name, shown):
    assert one_error(prep("deck", "new", name)).startswith(f"{shown}: a deck's id may hold ")


def test_a_card_of_your_own_replaces_a_shipped_one(home, prep, deck):
    deck("mine", "  - {id: st-classes, kind: basic, difficulty: 1, tags: [x], q: Mine?, a: A., cite: [{src: RFC 1}]}\n")

    assert prep("deck", "list", "--json").json["replaced"] == ["st-classes"]
    assert "your decks replace: st-classes" in prep("deck", "list").out
    assert prep("show", "st-classes", "--json").json["question"] == "Mine?"


# ── help ──


@pytest.mark.parametrize("words", [(), ("deck",), ("history",), *LEAVES], ids=lambda words: " ".join(words) or "prep")
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_tells_what_a_command_is_for(bare, prep, words, flag):
    ran = prep(*words, flag)

    assert (ran.code, ran.err) == (0, "")
    assert ran.lines[0].startswith(" ".join(("Usage: prep", *words)))
    assert ran.lines[2].strip()


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_option_and_argument_is_documented(words):
    undocumented = [parameter.name for parameter in LEAVES[words].params if not parameter.help]

    assert undocumented == []
    assert LEAVES[words].help


def test_the_front_door_lists_every_command(bare, prep):
    out = prep("--help").out

    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []


@pytest.mark.parametrize(
    ("words", "meant"), [("tcp chekc", "check"), ("deck lsit", "list"), ("history exprot", "export")]
)
def test_a_mistyped_command_of_a_group_is_one_question(bare, prep, words, meant):
    ran = prep(*words.split())

    assert ran.code == 2
    assert ran.err == f"error: no such command '{words.split()[1]}'; did you mean '{meant}'?\n"


def test_the_one_line_of_a_command_is_not_lost_in_its_own_help():
    assert all(line.endswith(".") and len(line) < 76 for line in COMMANDS.values())


def test_the_version_is_told(bare, prep):
    assert re.fullmatch(r"prep \d+\.\d+\.\d+\n", prep("--version").out)


# ── the process: pipes, encodings, control codes ──


@pytest.mark.skipif(os.name == "nt", reason="has no such pipes")
@pytest.mark.parametrize("line", ["history export", "http 4xx", "deck list", "show k-choice", "--help"])
def test_a_reader_that_leaves_ends_it_quietly(home, prep, tmp_path, line):
    rows = [(GOOD_ROW % n).replace("00.123", f"{n // 1000 % 60:02}.{n % 1000:03}") for n in range(5000)]
    (tmp_path / "many.jsonl").write_text("\n".join(rows))
    prep("history", "import", str(tmp_path / "many.jsonl"))
    process = subprocess.Popen(
        [sys.executable, "-m", "prep", *line.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )

    process.stdout.readline()
    process.stdout.close()

    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() in (0, 141)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("line", ["http 404", "http 404 --json", "where", "--help", "deck list"])
def test_a_full_disk_is_told(home, line):
    with open("/dev/full", "w") as full:
        told = subprocess.run(
            [sys.executable, "-m", "prep", *line.split()], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )

    assert (told.returncode, told.stderr) == (2, "error: output: No space left on device\n")


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("line", ["http 404", "quiz kinds", "next"])
def test_closed_streams_are_no_traceback(home, line, closed):
    told = subprocess.run(
        ["sh", "-c", f'"$0" -m prep {line} {closed}', sys.executable], capture_output=True, stdin=subprocess.DEVNULL
    )

    assert (told.returncode, told.stderr) == (0, b"")


ENCODINGS = [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
ENCODINGS += [{"PYTHONIOENCODING": name} for name in ("ascii", "latin-1", "gbk", "koi8-r", "utf-16")]


@pytest.mark.parametrize("env", ENCODINGS, ids=lambda env: " ".join(env.values()))
@pytest.mark.parametrize("line", ["show k-choice --lang zh", "deck list --lang zh", "next kinds --lang zh", "http 404"])
def test_chinese_survives_a_poor_terminal(home, process, env, line):
    ran = process(*line.split(), **env)

    assert ran.code == 0
    assert "Traceback" not in ran.err
    assert ran.out


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk", "koi8-r", "cp437"])
def test_json_is_json_in_every_encoding(home, deck, encoding):
    deck("odd", "  - {id: o, kind: basic, difficulty: 1, tags: [x], q: 'é 🙂 § 握', a: A., cite: [{src: RFC 1}]}\n")

    told = subprocess.run(
        [sys.executable, "-m", "prep", "show", "o", "--json"],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        check=True,
    )

    text = told.stdout.decode("utf-8" if encoding == "ascii" else encoding)
    assert json.loads(text)["question"] == "é 🙂 § 握"


@pytest.mark.parametrize("given", [b"\xff\xfe\n\n", b"\x80\x81", b"\x00\n\n", "握手\n\n".encode("gbk")])
def test_input_that_is_not_utf_8_is_an_answer_like_any_other(home, process, given):
    ran = process("quiz", "kinds", "--tag", "typed", "--limit", "1", given=given)

    assert ran.code == 0
    assert "✗ wrong" in ran.out
    assert "1 answer: 0 recalled, 1 missed." in ran.out


def test_without_a_terminal_there_are_no_escape_codes(home, process):
    outs = [process(*line.split()).out for line in ("", "deck list", "show k-choice", "http 404", "history check")]
    quiz = process("quiz", "kinds", given=b"\n3\n3\n\n2 3\n\n").out

    assert not any("\x1b" in out for out in [*outs, quiz])


HOSTILE = "\x1b[31m", "\x1b]0;x\x07", "\x9b2J", "\u202e", "\x08\x08"


@pytest.mark.parametrize("code", HOSTILE, ids=ascii)
def test_control_codes_in_a_deck_are_refused_and_never_shown(home, prep, code):
    escaped = json.dumps(code)[1:-1]
    path = home / "decks" / "hostile.yaml"
    path.write_text(
        f'deck: {{id: "h{escaped}", title: "T{escaped}"}}\ncards:\n  - {{id: "c{escaped}", kind: "{escaped}"}}'
    )

    for line in ("deck check", "deck list", "next", "", "quiz --limit 1", "deck list --json", "deck check --json"):
        ran = prep(*line.split())
        assert code[0] not in ran.out + ran.err
    assert prep("deck", "check", str(path)).code == 1


@pytest.mark.skipif(os.name == "nt", reason="has no such file names")
@pytest.mark.parametrize("line", ["deck check", "deck check --json", "deck list", "quiz"])
def test_control_codes_in_the_name_of_a_deck_file_are_spelled_out(home, prep, line):
    (home / "decks" / "\x1b[31mred.yaml").write_text("deck: 1")

    ran = prep(*line.split())

    assert "\x1b" not in ran.out + ran.err
    assert "[31mred.yaml" in ran.out + ran.err


@pytest.mark.parametrize("code", HOSTILE, ids=ascii)
@pytest.mark.parametrize(
    "words", ["%s", "show %s", "http %s", "next %s", "next --tag %s", "config %s", "config lang %s", "--%s", "deck %s"]
)
def test_control_codes_in_what_was_typed_are_spelled_out(home, prep, words, code):
    ran = prep(*(word % code if "%" in word else word for word in words.split(" ")))

    assert ran.code == 2
    assert code[0] not in one_error(ran)


@pytest.mark.parametrize("code", HOSTILE, ids=ascii)
def test_control_codes_in_an_import_do_not_come_out(home, prep, code):
    row = json.dumps({"id": "r1", "card": f"c{code}", "at": "2026-11-20T09:00:00+08:00", "rating": 3})

    outs = [prep("history", "import", "-", lines=(row,))]
    outs += [prep("history", line) for line in ("check", "export", "undo")]

    assert code[0] not in "".join(ran.out + ran.err for ran in outs)


def test_module_and_script_are_the_same(home, process):
    assert process("where").out == subprocess.run(
        ["prep", "where"], capture_output=True, text=True, check=True,
        env=os.environ | {"PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])},
    ).stdout  # fmt: skip


def test_bytes_typed_that_are_not_utf_8_are_told(bare):
    told = subprocess.run([sys.executable.encode(), b"-m", b"prep", b"show", b"\xff"], capture_output=True, check=False)

    assert told.returncode == 2
    assert told.stderr.startswith(b"error: ")
    assert told.stderr.count(b"\n") == 1
