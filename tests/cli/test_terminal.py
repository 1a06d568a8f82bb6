"""The quiz at a real terminal: keys go in, a screen comes out.

Nothing here waits by the clock: a key is pressed when its prompt has been seen and the terminal has stopped echoing.
"""

import io
import os
import re
import sys

import pytest

from prep.text import width

if sys.platform == "win32":
    pytest.skip("has no pseudo-terminals", allow_module_level=True)

import pexpect
import pyte

PREP = [sys.executable, "-m", "prep"]
LATEST = 30  # seconds; only ever an upper bound
ESCAPE = re.compile(r"\x1b(\[[0-9;?]*[a-zA-Z]|[()][A-Z0-9]|[=>78]|\][^\x07]*\x07)")
REVEAL = "Space: show the answer   h hint   ? keys"
UP, DOWN, ENTER, CTRL_C, CTRL_D, CTRL_Z = "\x1b[A", "\x1b[B", "\r", "\x03", "\x04", "\x1a"
LONG_ZH = "服务器已经关闭了连接但是客户端仍然继续发送数据时，" * 4


class Terminal:
    """A process at the other side of a terminal."""

    def __init__(self, words, size, env):
        self.child = pexpect.spawn(words[0], words[1:], env=env, dimensions=size, encoding="utf-8", timeout=LATEST)
        self.child.delaybeforesend = None
        self.child.logfile_read = io.StringIO()
        self.screen = pyte.Screen(size[1] * 2, size[0])  # room to see what runs over the edge
        self.stream = pyte.Stream(self.screen)
        self.widest = 0

    def see(self, *texts):
        """Waits for texts, one behind the other."""
        for text in texts:
            self.child.expect_exact(text)
            self._show(self.child.before + self.child.after)
        return self

    def _show(self, output):
        self.stream.feed(output)
        used = [column for row in self.screen.buffer.values() for column, cell in row.items() if cell.data != " "]
        self.widest = max(self.widest, 1 + max(used, default=-1))

    def press(self, *keys):
        """Keys at a prompt that takes single keys."""
        self.child.waitnoecho(LATEST)
        for key in keys:
            self.child.send(key)
        return self

    def line(self, text):
        """A line where the terminal is left as it is."""
        self.child.sendline(text)
        return self

    def end(self):
        """The exit code, when it is over."""
        self.child.expect(pexpect.EOF)
        self._show(self.child.before)
        self.child.close()
        return self.child.exitstatus

    @property
    def raw(self):
        return self.child.logfile_read.getvalue()

    @property
    def shown(self):
        return "\n".join(line.rstrip() for line in self.screen.display)


@pytest.fixture
def terminal(home):
    started = []

    def start(*words, size=(24, 80), program=PREP, **env):
        given = os.environ | {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "LC_ALL": "C.UTF-8"} | env
        started.append(Terminal([*program, *words], size, given))
        return started[-1]

    yield start
    for one in started:
        one.child.close(force=True)


@pytest.fixture
def quiz(terminal):
    """The quiz over the card of one kind, once."""
    return lambda kind, *more, **env: terminal("quiz", "kinds", "--tag", kind, "--limit", "1", *more, **env)


@pytest.fixture
def rated(log):
    return lambda: [(row["card"], row["rating"]) for row in log()]


# ── basic ──


@pytest.mark.parametrize("reveal", [" ", ENTER], ids=["space", "enter"])
@pytest.mark.parametrize("rating", "1234")
def test_a_key_reveals_and_a_digit_grades_at_once(quiz, rated, reveal, rating):
    screen = quiz("basic").see(REVEAL).press(reveal).see("A connection.", "a first sequence number").press(rating)

    assert screen.see("again in").end() == 0
    assert rated() == [("k-basic", int(rating))]


@pytest.mark.parametrize(("ticks", "suggested"), [((), 1), ((" ",), 2), ((" ", DOWN, " "), 3)])
def test_ticked_points_suggest_the_rating_that_enter_accepts(quiz, rated, ticks, suggested):
    screen = quiz("basic").see(REVEAL).press(" ").see("Which of these did you say?", "first sequence number")

    screen.press(*ticks, ENTER).see(f"Enter: {suggested}").press(ENTER)

    assert screen.end() == 0
    assert screen.shown.count("✓") == len([key for key in ticks if key == " "])
    assert rated() == [("k-basic", suggested)]


def test_a_digit_overrides_what_the_points_suggest(quiz, rated):
    screen = quiz("basic").see(REVEAL).press(" ").see("first sequence number").press(ENTER).see("Enter: 1").press("4")

    assert screen.end() == 0
    assert rated() == [("k-basic", 4)]


def test_each_rating_is_shown_with_its_interval(quiz):
    screen = quiz("basic").see(REVEAL).press(" ").see("first sequence number").press(ENTER).see("Enter: 1")

    assert "1 Again 1m  2 Hard 5m  3 Good 10m  4 Easy 8d   Enter: 1" in screen.shown


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("h", "hint: It comes first."),
        ("i", "k-basic · RFC 9293 §3.5"),
        ("p", "The proof would give the answer away: answer first."),
        ("?", "1-4  rate: Again, Hard, Good, Easy"),
        ("f", "Flagged k-basic; `prep deck check --flags` lists it."),
        ("e", "no editor to open it with; set EDITOR"),
    ],
)
def test_a_look_aside_answers_and_comes_back_to_the_question(quiz, rated, key, said):
    screen = quiz("basic").see(REVEAL).press(key).see(said, REVEAL).press("q")

    assert screen.end() == 0
    assert rated() == []


def test_keys_that_mean_nothing_do_nothing(quiz, rated):
    screen = quiz("choice").see("3. 410").press("x", "9", "z", "4", "3").see("Enter: 3").press("2")

    assert screen.see("again in").end() == 0
    assert rated() == [("k-choice", 2)]


@pytest.mark.parametrize("key", ["q", CTRL_D])
def test_a_quiz_is_quit_with_q_or_the_end_of_input(quiz, rated, key):
    screen = quiz("basic").see(REVEAL).press(key).see("No answers this time.")

    assert screen.end() == 0
    assert rated() == []


def test_undo_asks_the_last_card_again(terminal, rated, log):
    screen = terminal("quiz", "kinds", "--limit", "1", "--tag", "basic", "--cram")
    screen.see(REVEAL).press("u").see("Cramming leaves no answers to undo.", REVEAL).press("q").end()
    screen = terminal("quiz", "kinds").see(REVEAL).press(" ").see("first sequence number").press("3").see("3. 410")

    screen.press("u").see("Undone: k-basic", REVEAL).press("q")

    assert screen.end() == 0
    review, undo = log()
    assert undo["undoes"] == review["id"]


def test_bury_puts_a_card_off(quiz, log):
    screen = quiz("basic").see(REVEAL).press("s").see("k-basic is put off until tomorrow.")

    assert screen.end() == 0
    assert [row["bury_until"] for row in log()] == ["2026-11-22T04:00:00.000+08:00"]


def test_the_editor_opens_at_the_line_and_the_card_is_read_again(quiz, home, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "at $1"\nsed -i.bak "s/What does a SYN/What will a SYN/" "$2"\n')
    editor.chmod(0o755)

    screen = quiz("basic", EDITOR=str(editor)).see(REVEAL).press("e").see("at +4", REVEAL).press(" ")

    assert screen.see("first sequence number").press("3").end() == 0
    assert "What will a SYN" in (home / "decks" / "kinds.yaml").read_text("utf-8")


TWO = """\
  - {id: t-one, kind: basic, difficulty: 1, tags: [two], q: One?, a: First., cite: [{src: RFC 9293}]}
  - {id: t-two, kind: basic, difficulty: 1, tags: [two], q: Two?, a: Second., cite: [{src: RFC 9293}]}
"""


@pytest.fixture
def edited(terminal, deck, tmp_path):
    """The quiz over two cards, with an editor that is a line of shell about $FILE."""

    def start(does, *more):
        editor = tmp_path / "editor"
        editor.write_text(f'#!/bin/sh\nFILE="$2"\n{does}\n')
        editor.chmod(0o755)
        deck("two", TWO)
        return terminal("quiz", "two", *more, EDITOR=str(editor)).see("One?" if "--cram" not in more else "?", REVEAL)

    return start


AWAY = {
    "renamed": 'sed -i.bak s/t-two/t-zwei/ "$FILE"',
    "faulty": 'echo "  - {id: t-three}" >> "$FILE"',
    "deleted": 'rm "$FILE"',
}


@pytest.mark.parametrize("does", AWAY.values(), ids=AWAY)
def test_a_queued_card_that_is_edited_away_is_dropped_and_the_quiz_goes_on(edited, rated, does):
    screen = edited(does).press("e").see(REVEAL).press(" ").see("First.").press("4")

    assert screen.see("again in", "1 answer: 1 recalled, 0 missed.", "Nothing is left for today.").end() == 0
    assert rated() == [("t-one", 4)]


@pytest.mark.parametrize("key", ["s", "u"])
def test_the_card_in_hand_can_be_put_off_or_undone_also_when_it_is_edited_away(edited, log, key):
    screen = edited('sed -i.bak s/t-one/t-eins/ "$FILE"').press("e").see(REVEAL)
    if key == "u":
        screen.press(" ").see("First.").press("3").see("Two?", REVEAL).press("u").see("Undone: t-one", "Two?", REVEAL)
    else:
        screen.press("s").see("t-one is put off until tomorrow.", "Two?", REVEAL)

    assert screen.press("q").end() == 0
    assert len(log()) == {"s": 1, "u": 2}[key]


@pytest.mark.parametrize("does", AWAY.values(), ids=AWAY)
def test_cramming_passes_over_a_card_that_is_edited_away(edited, does):
    screen = edited(does + '; sed -i.bak s/t-one/t-eins/ "$FILE" || true', "--cram").press("e").see(REVEAL)

    screen.press(" ").see("4 Easy").press("4").see("1 answer: 1 recalled, 0 missed.")
    assert screen.end() == 0


# ── lists and text ──


@pytest.mark.parametrize(("digit", "rating", "mark"), [("3", 3, "> ✓ 3. 410"), ("2", 1, "> ✗ 2. 404")])
def test_a_digit_answers_a_choice_at_once(quiz, rated, digit, rating, mark):
    screen = quiz("choice").see("3. 410").press(digit).see(f"Enter: {rating}")

    assert mark in screen.shown
    assert screen.press(ENTER).end() == 0
    assert rated() == [("k-choice", rating)]


def test_arrows_and_enter_answer_a_choice(quiz, rated):
    screen = quiz("choice").see("3. 410").press(DOWN, UP, DOWN, DOWN, ENTER).see("✓ right", "Enter: 3").press(ENTER)

    assert screen.end() == 0
    assert rated() == [("k-choice", 3)]


def test_a_wrong_choice_tells_why_and_marks_both(quiz):
    screen = quiz("choice").see("3. 410").press("2").see("Enter: 1").press("2")

    assert screen.end() == 0
    assert "    1. 403\n> ✗ 2. 404\n  ✓ 3. 410\n✗ wrong\n✗ 404 — It leaves open for how long." in screen.shown


def test_a_proof_can_be_run_behind_the_answer(quiz):
    screen = quiz("choice").see("3. 410").press("3").see("Enter: 3").press("p").see("✓ prep http 410 gives", "Enter: 3")

    assert screen.press(ENTER).end() == 0


@pytest.mark.parametrize("key", ["h", "i", "?", "f"])
def test_the_keys_of_the_quiz_work_in_a_list(quiz, rated, key):
    screen = quiz("choice").see("3. 410").press(key).see("3. 410").press("q")

    assert screen.end() == 0
    assert rated() == []


def test_space_ticks_and_enter_answers_a_multi(quiz, rated):
    screen = quiz("multi").see("3. HEAD").press(DOWN, " ", DOWN, " ", ENTER).see("✓ right", "Enter: 3").press(ENTER)

    assert screen.end() == 0
    assert rated() == [("k-multi", 3)]


def test_digits_tick_a_multi_too(quiz, rated):
    screen = quiz("multi").see("3. HEAD").press("2", "3", ENTER).see("✓ right", "Enter: 3").press(ENTER)

    assert screen.end() == 0
    assert rated() == [("k-multi", 3)]


def test_what_is_ticked_stays_over_a_look_aside(quiz, rated):
    screen = quiz("multi").see("3. HEAD").press("2", "3", "i").see("RFC").press(ENTER).see("✓ right").press(ENTER)

    assert screen.end() == 0
    assert rated() == [("k-multi", 3)]


def test_ticked_points_stay_over_a_look_aside(quiz, rated):
    screen = quiz("basic").see(REVEAL).press(" ").see("first sequence number").press(" ", DOWN, " ", "?").see("Easy")

    screen.press(ENTER).see("Enter: 3").press(ENTER)

    assert screen.end() == 0
    assert rated() == [("k-basic", 3)]


def test_ticked_points_stay_over_a_look_aside_at_the_rating(quiz, rated):
    screen = quiz("basic").see(REVEAL).press(" ").see("first sequence number").press(" ", DOWN, " ", ENTER)

    screen.see("Enter: 3").press("?").see("Which of these did you say?").press(ENTER).see("Enter: 3").press(ENTER)

    assert screen.end() == 0
    assert rated() == [("k-basic", 3)]


def test_a_multi_with_nothing_ticked_is_not_known(quiz, rated):
    screen = quiz("multi").see("3. HEAD").press(ENTER).see("✗ wrong", "Enter: 1").press(ENTER)

    assert screen.end() == 0
    assert rated() == [("k-multi", 1)]


@pytest.mark.parametrize(
    ("kind", "text", "rating"),
    [
        ("typed", "/24", 3),
        ("typed", "255.255.0.0", 1),
        ("order", "2 3 4 1", 3),
        ("match", "1b 2a 3c", 3),
        ("typed", "", 1),
    ],
)
def test_a_text_is_typed_and_graded(quiz, rated, kind, text, rating):
    screen = quiz(kind).see("I don't know; :? keys", ">").press(text + ENTER).see(f"Enter: {rating}").press(ENTER)

    assert screen.end() == 0
    assert rated() == [(f"k-{kind}", rating)]


@pytest.mark.parametrize(
    ("kind", "text", "told"), [("order", "1 2 3 4", "answer: 2 3 4 1\n  2. socket"), ("match", "1a 2b 3c", "  1b. A →")]
)
def test_the_right_order_is_told_with_the_numbers_that_the_question_had(quiz, kind, text, told):
    screen = quiz(kind).see("I don't know; :? keys", ">").press(text + ENTER).see("Enter: 1").press(ENTER)

    assert screen.end() == 0
    assert told in screen.shown


def test_chinese_can_be_typed(quiz, rated):
    screen = quiz("cloze", "--lang", "zh").see(":? keys", ">").press("同步；确认" + ENTER).see("✓ right", "Enter: 3")

    assert "[同步] 然后 [确认]。" in screen.shown
    assert screen.press(ENTER).end() == 0
    assert rated() == [("k-cloze", 3)]


def test_a_text_that_is_no_answer_is_asked_again(quiz, rated):
    screen = quiz("order").see(":? keys", ">").press("1 2" + ENTER).see("every number from 1 to 4 once", ">")

    assert screen.press("2 3 4 1" + ENTER).see("Enter: 3").press(ENTER).end() == 0
    assert rated() == [("k-order", 3)]


def test_a_line_in_a_text_field_that_looks_like_a_command_and_is_none_is_told_so(quiz, rated):
    screen = quiz("order").see(":? keys", ">").press(":x" + ENTER).see(":x: no such command; :? lists them", ">")

    assert screen.press(":q" + ENTER).see("No answers this time.").end() == 0


def test_letters_are_text_in_a_text_field_and_commands_begin_with_a_colon(quiz, rated):
    screen = quiz("typed").see(":? keys", ">").press(":i" + ENTER).see("RFC 4632", ">").press("q" + ENTER)

    assert screen.see("✗ wrong", "Enter: 1").press(ENTER).end() == 0
    assert rated() == [("k-typed", 1)]


def test_the_end_of_input_in_a_text_field_quits(quiz, rated):
    screen = quiz("typed").see(":? keys", ">").press(CTRL_D).see("No answers this time.")

    assert screen.end() == 0
    assert rated() == []


@pytest.mark.parametrize(("kind", "last"), [("choice", "3. 410"), ("multi", "3. HEAD")])
def test_the_end_of_input_in_a_list_quits(quiz, rated, kind, last):
    assert quiz(kind).see(last).press(CTRL_D).see("No answers this time.").end() == 0
    assert rated() == []


# ── a Chinese input method ──


def test_full_width_keys_are_keys_at_a_prompt_and_at_the_rating(quiz, rated):
    screen = quiz("basic").see(REVEAL).press("？").see("1-4  rate", REVEAL).press("ｈ").see("It comes first.", REVEAL)

    screen.press("\u3000").see("first sequence number").press("\u3000", ENTER).see("Enter: 2").press("４")

    assert screen.see("again in").end() == 0
    assert rated() == [("k-basic", 4)]


def test_full_width_keys_are_keys_in_a_list(quiz, rated):
    screen = quiz("choice").see("3. 410").press("？").see("1-4  rate", "3. 410").press("３").see("Enter: 3").press("３")

    assert screen.see("again in").end() == 0
    assert rated() == [("k-choice", 3)]


def test_full_width_digits_tick(quiz, rated):
    screen = quiz("multi").see("3. HEAD").press("２", "３", ENTER).see("✓ right", "Enter: 3").press(ENTER)

    assert screen.end() == 0
    assert rated() == [("k-multi", 3)]


@pytest.mark.parametrize("command", ["：ｑ", "：q", ":ｑ"])
def test_full_width_commands_are_commands_in_a_text_field(quiz, command):
    assert quiz("typed").see(":? keys", ">").press(command + ENTER).see("No answers this time.").end() == 0


# ── keys before there is a prompt ──


def test_keys_typed_ahead_of_a_list_answer_nothing(terminal, rated):
    screen = terminal("quiz", "kinds", "--tag", "kinds").see(REVEAL).press(" ").see("first sequence number").press("3")
    screen.see("3. 410").press(ENTER * 3).see("Enter: 1").press("2").see("again in", "3. HEAD").press("q")

    screen.see("2 answers: 2 recalled")
    assert screen.end() == 0
    assert "not rated" not in screen.shown
    assert rated() == [("k-basic", 3), ("k-choice", 2)]


def test_of_keys_that_come_together_the_first_is_pressed(quiz, rated):
    screen = quiz("basic").see(REVEAL).press("   ").see("first sequence number").press(ENTER).see("Enter: 1")

    assert screen.press("434").see("again in").end() == 0
    assert rated() == [("k-basic", 4)]


@pytest.mark.parametrize(
    ("kind", "prompt", "key"),
    [("basic", REVEAL, " "), ("choice", "3. 410", "3"), ("multi", "3. HEAD", ENTER)],
)
def test_keys_pressed_while_something_else_runs_answer_nothing(quiz, rated, tmp_path, kind, prompt, key):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho ready\nread LINE\n")
    editor.chmod(0o755)
    screen = quiz(kind, EDITOR=str(editor)).see(prompt).press("e").see("ready")

    screen.child.send("done\n" + key)

    screen.see(prompt).press("q").see("No answers this time.")
    assert screen.end() == 0
    assert "not rated" not in screen.shown
    assert rated() == []


def test_lines_pressed_while_something_else_runs_are_no_answer(quiz, rated, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho ready\nread LINE\n")
    editor.chmod(0o755)
    screen = quiz("typed", EDITOR=str(editor)).see(":? keys", ">").press(":e" + ENTER).see("ready")

    screen.child.send("done\n255.0.0.0\n")

    screen.see(":? keys", ">").press("/24" + ENTER).see("✓ right", "Enter: 3").press(ENTER)
    assert screen.end() == 0
    assert rated() == [("k-typed", 3)]


# ── Ctrl-Z ──


@pytest.mark.parametrize(
    ("kind", "before", "prompt", "after", "said"),
    [
        ("basic", [], REVEAL, " ", "A connection."),
        ("basic", [(REVEAL, " ")], "first sequence number", "1", "again in"),
        ("choice", [], "3. 410", "3", "✓ right"),
        ("choice", [("3. 410", "3")], "Enter: 3", "1", "again in"),
        ("typed", [], ">", "/24" + ENTER, "✓ right"),
    ],
    ids=["answer", "points", "list", "rating", "text"],
)
def test_ctrl_z_puts_the_quiz_aside_and_its_prompt_comes_back(terminal, prep, kind, before, prompt, after, said):
    shell = terminal("-i", program=["sh"], PS1="$ ").see("$ ")
    shell.line(" ".join([*PREP, "quiz", "kinds", "--tag", kind, "--limit", "1"])).see("── kinds")
    for shown, key in before:
        shell.see(shown).press(key)

    shell.see(prompt).press(CTRL_Z).see("$ ").line("fg").see("prep quiz", prompt)

    shell.press(after).see(said)
    assert prep("deck", "check", "--flags", "--json").json == []


# ── Ctrl-C ──


def after_one_answer(terminal, prompt):
    """A quiz in which one card was answered and the next question stands."""
    screen = terminal("quiz", "kinds", "--tag", "kinds")
    return screen.see(REVEAL).press(" ").see("first sequence number").press("3").see("again in", prompt)


@pytest.mark.parametrize("keys", ["", "3"], ids=["list", "rating"])
def test_an_interrupt_sums_up_and_keeps_what_was_answered(terminal, rated, keys):
    screen = after_one_answer(terminal, "3. 410")
    if keys:
        screen.press(keys).see("? keys")

    screen.press(CTRL_C).see("1 answer: 1 recalled, 0 missed.", "New: k-basic")

    assert screen.end() == 130
    assert rated() == [("k-basic", 3)]


@pytest.mark.parametrize(("key", "code"), [("q", 0), (CTRL_C, 130), (CTRL_D, 0)], ids=["q", "Ctrl-C", "Ctrl-D"])
def test_an_answer_that_is_left_without_a_rating_is_told_to_be_lost(quiz, rated, key, code):
    screen = quiz("choice").see("3. 410").press("3").see("Enter: 3", "? keys").press(key)

    assert screen.see("No answers this time.", "k-choice was not rated: that answer is not on disk.").end() == code
    assert rated() == []


@pytest.mark.parametrize("key", ["q", CTRL_C])
def test_points_that_are_left_unticked_are_an_answer_without_a_rating_too(quiz, rated, key):
    screen = quiz("basic").see(REVEAL).press(" ").see("first sequence number").press(key)

    screen.see("k-basic was not rated: that answer is not on disk.").end()
    assert rated() == []


@pytest.mark.parametrize(
    ("kind", "prompt"),
    [("basic", REVEAL), ("choice", "3. 410"), ("multi", "3. HEAD"), ("typed", ">"), ("cloze", ">"), ("match", ">")],
)
def test_an_interrupt_at_the_first_question_says_that_nothing_was_answered(quiz, rated, kind, prompt):
    screen = quiz(kind).see("? keys" if prompt == ">" else prompt)
    if prompt == ">":
        screen.see(prompt)

    assert screen.press(CTRL_C).see("No answers this time.").end() == 130
    assert rated() == []


def test_an_interrupt_among_the_points_is_an_interrupt(quiz, rated):
    screen = (
        quiz("basic").see(REVEAL).press(" ").see("first sequence number").press(CTRL_C).see("No answers this time.")
    )

    assert screen.end() == 130
    assert rated() == []


def test_the_terminal_is_left_as_it_was_found(quiz):
    screen = quiz("choice").see("3. 410")
    assert not screen.child.getecho()

    screen.press(CTRL_C).see("No answers").end()

    assert screen.raw.count("\x1b[?25l") <= screen.raw.count("\x1b[?25h")
    assert screen.raw.count("\x1b[?2004h") <= screen.raw.count("\x1b[?2004l")


# ── sizes, colours, languages ──


def test_prompts_break_between_words_where_the_terminal_is_narrow(quiz):
    screen = quiz("choice", size=(24, 60)).see("3. 410").press("3").see("Enter: 3", "? keys").press("q")

    assert screen.end() == 0
    assert "  4 Easy 8d   Enter: 3\n? keys\n" in screen.shown
    assert screen.widest <= 60


@pytest.mark.parametrize("kind", ["basic", "choice", "multi", "cloze", "order", "match", "typed"])
def test_no_prompt_is_cut_at_the_edge_of_a_narrow_terminal(quiz, kind):
    screen = quiz(kind, size=(24, 32)).see("keys").press(CTRL_C).see("No answers")

    assert screen.end() == 130
    assert screen.widest <= 32


@pytest.mark.parametrize("size", [(24, 40), (10, 120), (6, 30)])
@pytest.mark.parametrize(("kind", "prompt"), [("basic", "? keys"), ("choice", "3. 410"), ("typed", ">")])
def test_a_resized_window_goes_on_with_the_same_question(quiz, rated, kind, prompt, size):
    screen = quiz(kind).see("keys", *([] if prompt == "? keys" else [prompt]))
    keys = {"basic": " ", "choice": "3", "typed": "/24" + ENTER}[kind]

    screen.child.setwinsize(*size)

    screen.press(keys).see("first sequence" if kind == "basic" else "Enter: 3").press("3")
    assert screen.end() == 0
    assert rated() == [(f"k-{kind}", 3)]


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"NO_COLOR": "1"}], ids=lambda env: next(iter(env)))
def test_without_colour_or_cursor_the_quiz_is_line_mode_and_sends_no_escape_codes(terminal, rated, env):
    screen = terminal("quiz", "kinds", "--limit", "2", **env)

    screen.see("[empty line: show the answer; :? for commands]").line("").see("4 Easy 8d  (:? commands)]").line("3")
    screen.see(":? for commands]").line("2").see("(empty line: 1; :? commands)]").line("")

    assert screen.end() == 0
    assert "\x1b" not in screen.raw
    assert rated() == [("k-basic", 3), ("k-choice", 1)]


@pytest.mark.parametrize("words", [(), ("deck", "list"), ("show", "k-choice"), ("where",), ("--help",), ("qiz",)])
@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"NO_COLOR": "1"}], ids=lambda env: next(iter(env)))
def test_other_commands_send_no_escape_codes_either(terminal, words, env):
    screen = terminal(*words, **env)

    screen.end()

    assert "\x1b" not in screen.raw
    assert screen.raw


def test_plain_asks_for_lines_at_a_terminal_too(terminal, rated):
    screen = (
        terminal("quiz", "kinds", "--plain", "--limit", "1")
        .see(":? for commands]")
        .line("")
        .see("Easy 8d  (:? commands)]")
        .line("2")
    )

    assert screen.end() == 0
    assert rated() == [("k-basic", 2)]


def test_an_interrupt_in_line_mode_is_one_too(terminal, rated):
    screen = (
        terminal("quiz", "kinds", "--plain").see(":? for commands]").line("").see("Easy 8d  (:? commands)]").line("3")
    )
    screen.see(":? for commands]")

    screen.child.sendintr()

    assert screen.see("1 answer: 1 recalled, 0 missed.").end() == 130
    assert rated() == [("k-basic", 3)]


def test_an_interrupt_while_a_command_reads_lines_is_quiet(terminal):
    screen = terminal("http", "-").line("404").see('"Not Found"')

    screen.child.sendintr()

    assert screen.end() == 130
    assert "Traceback" not in screen.raw


def lines(raw):
    return re.split(r"[\r\n]+", ESCAPE.sub("", raw))


WIDE = f"""\
  - id: w-basic
    kind: basic
    difficulty: 1
    tags: [wide]
    q: {{en: Why?, zh: "{LONG_ZH}"}}
    a: {{en: So., zh: "{LONG_ZH}"}}
    hint: {{en: Hm., zh: "{LONG_ZH}"}}
    points: [{{en: one, zh: "一{LONG_ZH}"}}, {{en: two, zh: "二{LONG_ZH}"}}]
    wrong: [{{en: no, zh: "{LONG_ZH}", why: {{en: no, zh: "{LONG_ZH}"}}}}]
    cite: [{{src: RFC 9293}}]
  - id: w-choice
    kind: choice
    difficulty: 1
    tags: [wide]
    q: {{en: Why?, zh: "{LONG_ZH}"}}
    choices:
      - {{en: one, zh: "甲{LONG_ZH}", right: true}}
      - {{en: two, zh: "乙{LONG_ZH}", why: {{en: no, zh: "{LONG_ZH}"}}}}
    cite: [{{src: RFC 9293}}]
"""


def test_no_line_is_wider_than_the_terminal_with_chinese_cards(terminal, deck, rated):
    deck("wide", WIDE)
    screen = terminal("quiz", "wide", "--lang", "zh", "--limit", "2", size=(60, 80))

    screen.see("? keys").press("h").see("hint: ", "? keys").press(" ").see("二").press(" ", ENTER).see("Enter: 2")
    screen.press(ENTER).see("again in", "2. ").press("1").see("Enter: ").press("3")

    assert screen.end() == 0
    assert 60 < screen.widest <= 80
    assert len(rated()) == 2


@pytest.mark.parametrize("words", ["quiz wide --plain", "show w-basic", "show w-choice", "deck list", "next wide"])
def test_no_line_of_other_commands_is_wider_than_the_terminal(terminal, deck, words):
    deck("wide", WIDE, title=f'{{en: Wide, zh: "{LONG_ZH[:40]}"}}')
    screen = terminal(*words.split(), "--lang", "zh")
    if "--plain" in words:
        screen.see("commands]").line("").see("4 Easy").line("3").see("commands]").line(":q")

    assert screen.end() == 0
    assert {line for line in lines(screen.raw) if width(line) > 80} == set()


def test_the_glance_at_a_terminal_has_colour_and_ends_at_once(terminal):
    screen = terminal()

    assert screen.end() == 0
    assert "\x1b[1m" in screen.raw
    assert "10 new" in screen.shown
