"""The quiz through a pipe, as transcripts: lines in, lines out."""

import json
import os
import re
import shutil
from datetime import datetime, timedelta

import pytest

from prep.cards.answerable import COMMANDS
from prep.cli.plain import command

RATINGS = "[1 Again 1m  2 Hard 5m  3 Good 10m  4 Easy 8d  (:? commands)]"
SUGGEST_1 = "[1 Again 1m  2 Hard 5m  3 Good 10m  4 Easy 8d  (empty line: 1; :? commands)]"
SUGGEST_3 = "[1 Again 1m  2 Hard 5m  3 Good 10m  4 Easy 8d  (empty line: 3; :? commands)]"

CHOICE = """\
-- kinds · 0 due · 1 new · 0 learning
Which code says gone for good?
  1. 403
  2. 404
  3. 410
[the right number, 1 to 3; empty line: I don't know; :? for commands]
"""
RIGHT = {"choice": "3", "multi": "2,3", "typed": "255.255.255.0", "cloze": "syn; ack", "order": "2 3 4 1"}
RIGHT |= {"match": "1b 2a 3c"}
WRONG = {"choice": "2", "multi": "1,2", "typed": "255.255.0.0", "cloze": "ack; syn", "order": "1 2 3 4"}
WRONG |= {"match": "1a 2b 3c"}


@pytest.fixture
def quiz(home, prep):
    """The quiz over the card of one kind, once."""

    def run(kind, *lines, more=("--limit", "1")):
        return prep("quiz", "kinds", "--tag", kind, *more, lines=lines)

    return run


# ── one question of each kind ──


def test_a_basic_card_is_revealed_by_an_empty_line_and_rated(quiz):
    assert (
        quiz("basic", "", "3").out
        == f"""\
-- kinds · 0 due · 1 new · 0 learning
What does a SYN ask for?
[empty line: show the answer; :? for commands]
A connection.
· a connection
· a first sequence number
✗ data — A SYN need not carry any.
{RATINGS}
→ again in 10m

1 answer: 1 recalled, 0 missed.
New: k-basic
Later today: 1 card still being learned, the first at 09:10.
Tomorrow: 1 due, 0 new.
"""
    )


def test_a_line_before_the_answer_of_a_basic_card_does_not_reveal_it(quiz):
    out = quiz("basic", "a connection", "3", "", "3").out

    assert out.count("Say the answer to yourself; an empty line shows it.") == 2
    assert out.count("A connection.") == 1


def test_a_basic_card_takes_no_empty_line_for_a_rating(quiz, log):
    out = quiz("basic", "", "", "5", "good", "4").out

    assert out.count("a rating is 1, 2, 3 or 4") == 3
    assert [row["rating"] for row in log()] == [4]


def test_a_letter_without_its_colon_is_told_the_command(quiz):
    out = quiz("basic", "", "p", "P", "Q", "x", "?", "3").out

    assert re.findall("a rating is .*", out) == [
        "a rating is 1, 2, 3 or 4; for the command write :p",
        "a rating is 1, 2, 3 or 4; :? for commands",
        "a rating is 1, 2, 3 or 4; :? for commands",
        "a rating is 1, 2, 3 or 4; :? for commands",
        "a rating is 1, 2, 3 or 4; for the command write :?",
    ]


@pytest.mark.parametrize("kind", ["basic", *RIGHT])
def test_every_prompt_of_a_written_card_fits_a_line_and_says_what_an_empty_line_does(quiz, kind):
    (asked,) = [line for line in quiz(kind).lines if line.startswith("[") and line.endswith("]") and ":?" in line]

    assert len(asked) < 80
    assert ("empty line: show the answer" if kind == "basic" else "empty line: I don't know") in asked


def test_a_choice_answered_right_suggests_3(quiz, log):
    assert quiz("choice", "3", "").out.startswith(
        CHOICE + f"✓ right\nA 410 asks to remove the links.\n{SUGGEST_3}\n→ again in 10m\n"
    )
    assert [(row["card"], row["rating"]) for row in log()] == [("k-choice", 3)]


def test_a_choice_answered_wrong_says_why_and_suggests_1(quiz, log):
    told = f"""\
✗ wrong
answer: 410
✗ 404 — It leaves open for how long.
A 410 asks to remove the links.
{SUGGEST_1}
→ again in 1m
"""
    assert quiz("choice", "2", "").out.startswith(CHOICE + told)
    assert [row["rating"] for row in log()] == [1]


def test_a_multi_shows_all_right_options_and_why_a_wrong_one_is(quiz):
    assert (
        f"""\
  1. PUT
  2. GET
  3. HEAD
[all right numbers, as in 1,3; empty line: I don't know; :? for commands]
✗ wrong (1 of 2 right options)
  GET
  HEAD
✗ PUT — PUT writes.
{SUGGEST_1}
"""
        in quiz("multi", "1,2", "").out
    )


def test_a_typed_answer_that_is_a_classic_mistake_is_told_why(quiz):
    assert (
        f"""\
Which mask is a /24?
[your answer; empty line: I don't know; :? for commands]
✗ wrong
answer: 255.255.255.0
✗ 255.255.0.0 — That is a /16.
{SUGGEST_1}
"""
        in quiz("typed", "255.255.0.0", "").out
    )


def test_a_cloze_numbers_its_gaps_and_fills_them_in_afterwards(quiz):
    assert (
        f"""\
[1____] then [2____].
[2 answers with ; between; empty line: I don't know; :? for commands]
✗ wrong (1 of 2 gaps)
[SYN] then [ACK].
{SUGGEST_1}
"""
        in quiz("cloze", "syn; fin", "").out
    )


def test_an_order_is_shown_shuffled_and_told_in_order_with_the_numbers_it_was_shown_with(quiz):
    assert (
        f"""\
  1. accept
  2. socket
  3. bind
  4. listen
[all numbers in order, as in 2 1 3; empty line: I don't know; :? for commands]
✗ wrong
answer: 2 3 4 1
  2. socket
  3. bind
  4. listen
  1. accept
{SUGGEST_1}
"""
        in quiz("order", "1 2 3 4", "").out
    )


def test_a_match_counts_the_pairs_that_are_right(quiz):
    out = quiz("match", "1b 2c 3a", "").out

    assert (
        "[numbers with letters, as in 1b 2a; empty line: I don't know; :? for commands]\n✗ wrong (1 of 3 pairs)\n"
        in out
    )
    told = "answer: 1b 2a 3c\n  1b. A → an IPv4 address\n  2a. AAAA → an IPv6 address\n  3c. CNAME → another name\n"
    assert told in out


@pytest.mark.parametrize(("kind", "told"), [("order", "  2. socket\n"), ("match", "  1b. A → an IPv4 address\n")])
def test_a_right_order_or_match_is_told_with_its_numbers_too(quiz, kind, told):
    out = quiz(kind, RIGHT[kind], "").out

    assert f"✓ right\n{told}" in out


@pytest.mark.parametrize("kind", RIGHT)
def test_an_answer_that_is_only_rated_shows_what_is_right_before_the_explanation(home, prep, kind):
    out = prep("answer", f"k-{kind}", "--rating", "2").out

    right = {"choice": "answer: 410\nA 410 asks to remove the links.\n", "multi": "  GET\n  HEAD\n"}
    right |= {
        "typed": "answer: 255.255.255.0\n",
        "cloze": "[SYN] then [ACK].\n",
        "order": "answer: 2 3 4 1\n  2. socket\n",
    }
    right |= {"match": "answer: 1b 2a 3c\n  1b. A → an IPv4 address\n"}
    assert out.startswith(right[kind])


def test_an_answer_that_is_only_rated_shows_a_basic_card_once(home, prep):
    assert prep("answer", "k-basic", "--rating", "3").out == "A connection.\n→ again in 10m\n"


@pytest.mark.parametrize(("kind", "answer"), [("order", "answer: 2 3 4 1\n  2. socket\n"), ("match", "1b 2a 3c")])
def test_show_tells_the_right_order_with_the_numbers_it_shows(home, prep, kind, answer):
    assert answer in prep("show", f"k-{kind}").out


@pytest.mark.parametrize(("kind", "line"), RIGHT.items(), ids=RIGHT)
def test_every_machine_graded_kind_is_right_when_it_is(quiz, log, kind, line):
    out = quiz(kind, line, "").out

    assert "✓ right\n" in out
    assert [(row["card"], row["rating"]) for row in log()] == [(f"k-{kind}", 3)]


@pytest.mark.parametrize(("kind", "line"), WRONG.items(), ids=WRONG)
def test_every_machine_graded_kind_is_wrong_when_it_is(quiz, log, kind, line):
    out = quiz(kind, line, "").out

    assert "✗ wrong" in out
    assert [row["rating"] for row in log()] == [1]


@pytest.mark.parametrize("kind", RIGHT)
@pytest.mark.parametrize("blank", ["", "  "])
def test_an_empty_line_means_i_dont_know_and_counts_as_wrong(quiz, log, kind, blank):
    out = quiz(kind, blank, "").out

    assert "✗ wrong" in out
    assert SUGGEST_1 in out
    assert [row["rating"] for row in log()] == [1]


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
@pytest.mark.parametrize("answer", ["3", "2"])
def test_a_digit_overrides_the_suggested_rating(quiz, log, answer, rating):
    quiz("choice", answer, str(rating))

    assert [row["rating"] for row in log()] == [rating]


@pytest.mark.parametrize(
    ("kind", "line", "why"),
    [
        ("choice", "4", "a number from 1 to 3"),
        ("choice", "1 2", "one option only, a number from 1 to 3"),
        ("choice", "the third", "a number from 1 to 3"),
        ("choice", "-1", "a number from 1 to 3"),
        ("multi", "0", "numbers from 1 to 3"),
        ("cloze", "syn", "2 answers with `;` between"),
        ("order", "1 2 3", "every number from 1 to 4 once"),
        ("order", "1 1 2 3", "every number from 1 to 4 once"),
        ("order", "socket bind", "every number from 1 to 4 once, in order"),
        ("order", "5 4 3 2", "every number from 1 to 4 once, in order"),
        ("match", "1a 2b", "each number 1 to 3 with its letter a to c"),
        ("match", "1a 2b 3d", "the letters go from a to c"),
    ],
)
def test_a_line_that_is_no_answer_says_why_and_is_asked_again(quiz, log, kind, line, why):
    out = quiz(kind, line, RIGHT[kind], "").out

    assert f"cannot read {line!r}: {why}" in out
    assert [row["rating"] for row in log()] == [3]


@pytest.mark.parametrize("line", ["312", "２，３", "3、2"])
def test_numbers_may_be_written_in_any_common_way(quiz, line):
    kind, right = ("multi", "✗") if line == "312" else ("multi", "✓")

    assert right in quiz(kind, line, "").out


# ── the commands ──


def test_the_looks_aside_answer_and_ask_again(quiz, log):
    out = quiz("basic", ":h", ":i", ":p", "", ":p", "3").out

    prompt = "[empty line: show the answer; :? for commands]\n"
    assert f"{prompt}hint: It comes first.\n{prompt}k-basic · RFC 9293 §3.5\n{prompt}" in out
    assert "The proof would give the answer away: answer first.\n" in out
    assert f"{RATINGS}\nThis card has no proof to run; its source is its witness.\n{RATINGS}\n" in out
    assert len(log()) == 1


def test_a_proof_is_run_behind_the_answer(quiz):
    assert "✓ prep http 410 gives code: 410\n" in quiz("choice", "3", ":p", "").out


def test_the_keys_are_told_by_a_question_mark(quiz):
    out = quiz("choice", ":?", "3", "").out

    assert [line.split()[0] for line in out.splitlines() if line.startswith("  ") and "  " in line.strip()] == [
        *(f":{letter}" for letter in "ushipf?q"),
        "1-4",
    ]


def test_a_card_without_a_hint_says_so(quiz):
    assert "This card has no hint.\n" in quiz("choice", ":h", "3", "").out


def test_a_flagged_card_is_listed_by_deck_check(quiz, prep):
    quiz("choice", ":f", "3", "")

    (flag,) = prep("deck", "check", "--flags", "--json").json
    assert (flag["card"], flag["at"]) == ("k-choice", "2026-11-21T09:00:00+08:00")
    assert flag["file"].endswith("kinds.yaml")


def test_a_flag_is_taken_off_by_the_same_command(quiz, prep):
    out = quiz("choice", ":f", ":f", "3", "").out

    flagged, taken_off = out.index("Flagged k-choice; `prep deck check --flags` lists it."), out.index("flag is off")
    assert flagged < taken_off
    assert "k-choice: the flag is off again.\n" in out
    assert prep("deck", "check", "--flags", "--json").json == []


def test_the_help_says_that_a_flag_can_be_taken_off(quiz):
    assert ":f  flag the card as wrong, or take the flag off;" in quiz("choice", ":?").out


def test_a_buried_card_is_put_off_until_tomorrow(quiz, log):
    out = quiz("choice", ":s").out

    assert "k-choice is put off until tomorrow.\n" in out
    (row,) = log()
    assert (row["card"], row["bury_until"]) == ("k-choice", "2026-11-22T04:00:00.000+08:00")


def test_undo_asks_the_card_again_and_leaves_both_rows(quiz, log):
    out = quiz("choice", "2", "", ":u", "3", "", more=()).out

    assert out.count(CHOICE) == 2
    assert "✗ wrong" in out[: out.index("Undone: k-choice")]
    review, undo, again = log()[:3]
    assert undo["undoes"] == review["id"]
    assert (review["rating"], again["rating"]) == (1, 3)


def test_undo_at_the_rating_takes_back_the_answer_before(home, prep, log):
    out = prep("quiz", "kinds", lines=("", "3", "3", ":u", "", "4")).out

    assert "Undone: k-basic\n" in out
    assert [row.get("rating") for row in log()] == [3, None, 4]


def test_undo_takes_back_a_bury_too(quiz, log):
    out = quiz("choice", ":s", more=()).out
    assert "Undone" not in out

    out = quiz("typed", ":u", "", "").out
    assert "Nothing to undo in this quiz; `prep history undo` goes further back.\n" in out


def test_undo_after_a_bury_in_the_same_quiz_brings_the_card_back(home, prep, log):
    out = prep("quiz", "kinds", lines=(":s", ":u", "", "3")).out

    assert out.count("What does a SYN ask for?") == 2
    bury, undo, _ = log()
    assert undo["undoes"] == bury["id"]


@pytest.mark.parametrize("quit_at", [(":q",), ("3", ":q")], ids=["question", "rating"])
def test_quit_leaves_at_once_and_writes_nothing(quiz, log, quit_at):
    ran = quiz("choice", *quit_at, "3", "")

    assert ran.code == 0
    assert "No answers this time.\n" in ran.out
    assert log() == []


@pytest.mark.parametrize("line", ["：q", "：ｑ", ":ｑ"])
def test_commands_may_be_written_in_full_width(quiz, log, line):
    assert "No answers this time.\n" in quiz("choice", line, "3", "").out
    assert log() == []


def test_ratings_may_be_written_in_full_width(quiz, log):
    quiz("choice", "３", "２")

    assert [row["rating"] for row in log()] == [2]


@pytest.mark.parametrize(("kind", "lines"), [("choice", ("3", ":q")), ("basic", ("", ":q")), ("basic", ("",))])
def test_an_answer_that_is_left_without_a_rating_is_told_not_to_be_on_disk(quiz, log, kind, lines):
    out = quiz(kind, *lines).out

    assert f"No answers this time.\nk-{kind} was not rated: that answer is not on disk.\n" in out
    assert log() == []


@pytest.mark.parametrize("lines", [(":q",), ("3", ":u", ":q"), ("3", ":s", ":q"), ("3", "3")])
def test_nothing_is_told_to_be_lost_where_every_answer_was_rated_or_put_off(quiz, lines):
    assert "not rated" not in quiz("choice", *lines).out


def test_cramming_loses_nothing(quiz):
    assert "not rated" not in quiz("choice", "3", ":q", more=("--cram",)).out


def test_the_help_of_quit_says_that_what_was_rated_is_on_disk(quiz):
    assert ":q  quit; all that was rated is on disk\n" in quiz("choice", ":?").out


NO_COMMAND = "no such command; :? lists them\n"
NO_EDITOR = "`:e` opens an editor from the quiz with keys, without --plain at a terminal\n"


@pytest.mark.parametrize("kind", ["basic", "choice", "multi", "order", "match", "cloze"])
@pytest.mark.parametrize(
    ("line", "told"), [(":x", NO_COMMAND), (":quit", NO_COMMAND), (":e", NO_EDITOR), ("：e", NO_EDITOR)]
)
def test_a_line_that_looks_like_a_command_and_is_none_is_told_so(quiz, log, kind, line, told):
    out = quiz(kind, line).out

    assert (f"{line}: {told}" if told == NO_COMMAND else told) in out
    assert "cannot read" not in out
    assert "Say the answer" not in out
    assert log() == []


@pytest.mark.parametrize(
    ("line", "told"), [(":x", f":x: {NO_COMMAND}"), (":5", f":5: {NO_COMMAND}"), (":e", NO_EDITOR)]
)
def test_a_line_at_the_rating_that_looks_like_a_command_is_told_so_too(quiz, line, told):
    out = quiz("choice", "3", line, "3").out

    assert told in out
    assert "a rating is" not in out


@pytest.mark.parametrize("line", [":x", ":quit", ": q", ":Q", ":qq", "q", ":e", "u", "::q", " :q"])
def test_only_the_exact_commands_are_commands(quiz, log, line):
    out = quiz("typed", line, "").out

    assert "✗ wrong\nanswer: 255.255.255.0\n" in out
    assert [row["rating"] for row in log()] == [1]


def test_the_commands_that_no_card_may_want_are_those_of_the_quiz():
    assert {f":{chr(code)}" for code in range(128) if command(f":{chr(code)}")} == COMMANDS


# ── the end of the input ──


@pytest.mark.parametrize("kind", ["basic", *RIGHT])
def test_the_end_of_input_at_a_question_quits_cleanly(quiz, log, kind):
    ran = quiz(kind)

    assert ran.code == 0
    assert "No answers this time.\n" in ran.out
    assert log() == []


@pytest.mark.parametrize(("answer", "rating"), [("3", 3), ("2", 1), ("", 1)])
def test_the_suggestion_counts_where_the_input_ends_at_the_rating(quiz, log, answer, rating):
    assert quiz("choice", answer).code == 0
    assert [row["rating"] for row in log()] == [rating]


def test_a_basic_card_has_no_suggestion_that_could_count(quiz, log):
    assert quiz("basic", "").code == 0
    assert log() == []


def test_a_last_line_without_its_end_is_read(process, home, log):
    ran = process("quiz", "kinds", "--tag", "choice", "--limit", "1", given=b"3\n2")

    assert ran.code == 0
    assert [row["rating"] for row in log()] == [2]


# ── languages ──


def test_chinese_is_shown_where_the_card_has_it(prep, home):
    out = prep("quiz", "kinds", "--lang", "zh", lines=("", "3", "2", "")).out

    assert "SYN 请求什么？\n" in out
    assert "✗ 数据——SYN 不必带数据。\n" in out
    assert "✗ 404——它没有说多久。\n410 请求删除链接。\n" in out


def test_a_card_without_chinese_is_marked(prep, home):
    assert "\n[en] Which methods are safe?\n" in prep("quiz", "--tag", "multi", "--lang", "zh", "kinds").out


def test_the_language_of_the_settings_is_used(prep, home):
    prep("config", "lang", "zh")

    assert "SYN 请求什么？" in prep("quiz", "kinds").out
    assert "What does a SYN ask for?" in prep("quiz", "kinds", "--lang", "en").out


@pytest.mark.parametrize("line", ["同步；确认", "SYN; 确认", "syn；ack"])
def test_a_gap_takes_either_language_and_chinese_punctuation(prep, home, log, line):
    out = prep("quiz", "kinds", "--tag", "cloze", "--lang", "zh", "--limit", "1", lines=(line, "")).out

    assert "✓ right\n[同步] 然后 [确认]。\n" in out


# ── which cards ──


def test_the_limit_counts_answers(prep, home, log):
    out = prep("quiz", "kinds", "--limit", "2", lines=("", "3", "3", "", "2 3", "")).out

    assert "2 answers: 2 recalled, 0 missed.\nNew: k-basic, k-choice\n" in out
    assert "Left today: 0 due, 5 new. `prep quiz` goes on.\n" in out
    assert len(log()) == 2


def test_new_sets_how_many_are_introduced(prep, home, log):
    prep("quiz", "kinds", "--new", "1", lines=("", "4"))

    assert [row["card"] for row in log()] == ["k-basic"]


def test_no_new_cards_means_nothing_to_ask(prep, home):
    out = prep("quiz", "kinds", "--new", "0").out

    left = "Nothing is left for today but 7 new cards, which --new 0 leaves out.\n"
    assert out == f"\nNo answers this time.\n{left}Tomorrow: 0 due, 7 new.\n"


@pytest.mark.parametrize(("tag", "told"), [("choice", "1 card is suspended"), ("kinds", "7 cards are suspended")])
def test_cards_that_are_suspended_are_the_reason_why_nothing_is_left(home, prep, tag, told):
    prep("history", "suspend", "k-basic", *(f"k-{kind}" for kind in RIGHT))

    assert f"Nothing is left for today; {told}.\n" in prep("quiz", "kinds", "--tag", tag).out


def test_cards_of_other_decks_that_are_suspended_are_not_told(home, prep):
    prep("history", "suspend", "k-basic", "k-choice")

    assert "Nothing is left for today; 1 card is suspended.\n" in prep("quiz", "--tag", "basic", "kinds").out


def test_what_new_leaves_out_is_only_what_the_day_still_takes(prep, home):
    prep("config", "new_per_day", "2")

    out = prep("quiz", "kinds", "--new", "1", lines=("", "4")).out

    assert "Nothing is left for today but 1 new card, which --new 1 leaves out.\n" in out
    assert "Nothing is left for today.\n" in prep("quiz", "kinds", "--new", "1", lines=("3", "4")).out


class Running:
    """A clock that goes on by 10 seconds each time it is read."""

    def __init__(self, start):
        self.at = start

    def __call__(self):
        self.at += timedelta(seconds=10)
        return self.at


@pytest.fixture
def running(home, monkeypatch):
    start = datetime.fromisoformat(os.environ["PREP_NOW"])
    monkeypatch.setattr("prep.places.clock", lambda where: Running(start))


ENDLESS = 5_000


@pytest.mark.parametrize("line", ["5", ":h", ":?", "good"])
@pytest.mark.parametrize("before", [(), ("",)], ids=["question", "rating"])
def test_the_time_is_over_while_a_prompt_is_asked_again(running, quiz, log, before, line):
    ran = quiz("basic", *before, *[line] * ENDLESS, more=("--minutes", "1"))

    assert ran.code == 0
    assert ran.out.count("(:? commands)]") + ran.out.count("; :? for commands]") < 10
    assert "The time is over.\n\nNo answers this time.\n" in ran.out
    assert log() == []


def test_the_first_prompt_of_a_question_is_answered_also_after_the_time(running, quiz, log):
    assert "1 answer: 1 recalled" in quiz("basic", "", "3", more=("--minutes", "1")).out


@pytest.mark.parametrize("line", ["", "x", ":i"])
def test_an_endless_stream_of_lines_that_are_no_rating_ends_the_quiz(quiz, log, line):
    ran = quiz("basic", "", *[line] * ENDLESS)

    assert ran.code == 0
    assert ran.out.count("(:? commands)]") == 100
    assert "100 lines, and none is an answer: the quiz ends.\n\nNo answers this time.\n" in ran.out
    assert log() == []


def test_a_tag_picks_cards_of_all_decks(prep, home):
    assert prep("quiz", "--tag", "kinds").out.startswith("-- kinds · 0 due · 7 new · 0 learning\n")


def test_a_quiz_with_all_done_says_when_it_goes_on(quiz):
    out = quiz("choice", "3", "4", more=()).out

    assert out.endswith(
        "1 answer: 1 recalled, 0 missed.\nNew: k-choice\nNothing is left for today.\nTomorrow: 0 due, 0 new.\n"
    )


def test_steps_come_early_when_nothing_else_is_left(quiz, log):
    out = quiz("typed", "/24", "", "/24", "", more=()).out

    assert out.count("Which mask is a /24?") == 2
    assert [row["rating"] for row in log()] == [3, 3]
    assert "Tomorrow: 0 due, 0 new.\n" in out


# ── cram ──


def test_cramming_writes_no_row_and_asks_missed_cards_again(quiz, log):
    out = quiz("choice", "2", "", "3", "", more=("--cram",)).out

    assert out.count("Which code says gone for good?") == 2
    assert "2 answers: 1 recalled, 1 missed.\n" in out
    assert out.endswith("The schedule was not touched.\n")
    assert log() == []


def test_cramming_asks_each_card_once_when_it_is_right(prep, home, log):
    order = prep("quiz", "kinds", "--cram", lines=(":s",) * 7).out

    heads = [line for line in order.splitlines() if line.startswith("-- ")]
    assert heads == [f"-- kinds · cram · {left} left" for left in range(7, 0, -1)]
    assert log() == []


def test_cramming_has_nothing_to_undo(quiz):
    assert "Cramming leaves no answers to undo.\n" in quiz("choice", ":u", "3", "", more=("--cram",)).out


# ── the log, and the same quiz one call a step ──


def test_every_answer_shown_as_done_is_in_the_export(prep, home, log):
    out = prep("quiz", "kinds", lines=("", "3", "3", "", "2 3", "", "x", "4")).out

    assert out.count("→ again in") == 4
    assert [(row["card"], row["rating"]) for row in log()] == [
        ("k-basic", 3), ("k-choice", 3), ("k-multi", 3), ("k-typed", 4),
    ]  # fmt: skip


def test_rows_carry_the_time_zone_and_never_share_a_time(prep, home, log):
    prep("quiz", "kinds", lines=("", "3", "3", "", "2 3", ""))

    rows = log()
    assert [row["at"] for row in rows] == [f"2026-11-21T09:00:00.00{n}+08:00" for n in range(3)]
    assert sorted(row["id"] for row in rows) == [row["id"] for row in rows]
    assert all(isinstance(row["seconds"], float) and row["seed"] is None for row in rows)


def test_next_and_answer_walk_through_the_same_cards_as_the_quiz(prep, home, log, tmp_path, monkeypatch):
    answers = [("", "2"), ("3", ""), ("2 3", "4"), ("x", ""), ("syn; ack", ""), ("2 3 4 1", ""), ("1b 2c 3a", "")]
    prep("quiz", "kinds", "--limit", "7", lines=tuple(line for pair in answers for line in pair))
    quizzed = [(row["card"], row["rating"]) for row in log()]
    other = shutil.copytree(home, tmp_path / "other", ignore=shutil.ignore_patterns("learner.db*"))
    monkeypatch.setenv("PREP_HOME", str(other))

    for text, rating in answers:
        card = prep("next", "kinds", "--json").json
        given = ["--rating", rating] if rating else []
        prep("answer", card["id"], *given, *([] if card["kind"] == "basic" else ["--text", text]))

    assert [(row["card"], row["rating"]) for row in log()] == quizzed
    assert len(quizzed) == 7


def test_what_next_shows_is_what_the_quiz_asks(prep, home):
    prep("history", "suspend", "k-basic")
    shown = prep("next", "kinds", "--json").json

    out = prep("quiz", "kinds").out

    assert "\n".join([shown["ask"], *(f"  {n}. {text}" for n, text in enumerate(shown["options"], 1))]) in out


# ── faults beside the quiz ──


def test_a_broken_deck_of_your_own_is_told_and_left_out(prep, home, deck):
    path = deck("broken", "  - {id: b, kind: basic}\n")

    ran = prep("quiz", "kinds", "--limit", "1", lines=("", "3"))

    assert ran.code == 0
    assert ran.err.startswith(f"note: left out: {path}:3:5: a card of kind basic")
    assert "1 answer: 1 recalled, 0 missed.\n" in ran.out


def test_a_clock_behind_the_last_answer_is_remarked(prep, home):
    prep("answer", "k-choice", "--rating", "3")

    assert "note: the clock says 2026-11-20 09:00" in prep("quiz", "kinds", now="2026-11-20T09:00:00+08:00").err
    assert prep("quiz", "kinds", now="2026-11-21T09:00:00+08:00").err == ""


def test_the_editor_is_not_for_line_mode(prep, home):
    ran = prep("deck", "edit", "k-choice")

    assert ran.code == 2
    assert "kinds.yaml:14: no editor to open it with; set EDITOR" in ran.err


@pytest.mark.parametrize(("editor", "said"), [("cat", ": no terminal to edit in; open"), ("vi '", "=vi ': cannot be")])
def test_an_editor_that_is_set_need_not_be_set(prep, home, monkeypatch, editor, said):
    monkeypatch.setenv("EDITOR", editor)

    err = prep("deck", "edit", "k-choice").err

    assert said in err
    assert "set EDITOR" not in err


def test_a_very_long_line_is_an_answer_like_any_other(quiz, log):
    out = quiz("typed", "1" * 300_000, "").out

    assert "✗ wrong" in out
    assert [row["rating"] for row in log()] == [1]


def test_json_rows_of_the_export_are_compact_and_plain(prep, home):
    prep("answer", "k-choice", "--rating", "3")

    (line,) = prep("history", "export").lines
    assert list(json.loads(line)) == ["id", "card", "at", "rating", "seconds", "seed"]
