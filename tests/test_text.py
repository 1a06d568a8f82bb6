"""Text at the edge: nothing hidden reaches the terminal, and lines break where they may."""

from itertools import pairwise
from string import ascii_letters
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.text import HIDDEN, NO_BREAK_AFTER, NO_BREAK_BEFORE, clip, pad, storable, visible, width, wrap

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
MIXED = st.text(
    st.one_of(HAN, st.sampled_from("ab \n，。、（）「」…—”“,.()[]éｅ　\u0301"), st.characters()), max_size=80
).map(visible)
COLUMNS = st.integers(10, 40)


def unblanked(text: str) -> str:
    return "".join(text.split())


# what may be shown


@given(st.text(st.characters() | st.sampled_from("\x1b\u202e\u200b\ufeff\ud800")))
def test_visible_leaves_nothing_hidden(text):
    assert not HIDDEN.search(visible(text))


@given(st.text(st.characters() | st.sampled_from("\x1b\u202e\u200b\ufeff\ud800")))
def test_visible_changes_only_what_is_hidden(text):
    assert visible(visible(text)) == visible(text)
    assert (visible(text) == text) == (HIDDEN.search(text) is None)


# Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt 14.0).
IGNORABLE = [
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
]  # fmt: skip


def test_what_unicode_says_is_not_shown_is_hidden():
    ignorable = [chr(code) for first, last in IGNORABLE for code in range(first, last + 1)]

    assert [hex(ord(c)) for c in ignorable if not HIDDEN.fullmatch(c)] == []


def test_what_is_hidden_is_ignorable_or_a_control_a_separator_a_surrogate_or_an_interlinear_mark():
    ignorable = {code for first, last in IGNORABLE for code in range(first, last + 1)}
    others = [c for c in map(chr, range(0x110000)) if HIDDEN.fullmatch(c) and ord(c) not in ignorable]

    assert {category(c) for c in others} == {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert [c for c in others if category(c) == "Cf"] == list("\ufff9\ufffa\ufffb")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("a\rb\x07", r"a\rb\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("level\u202euser\u2066", r"level\u202euser\u2066"),
        ("ze\u200bro", r"ze\u200bro"),
        ("\ufeffdeck", r"\ufeffdeck"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("握手 é ✓ 😀 \\n", "握手 é ✓ 😀 \\n"),
    ],
)
def test_what_is_hidden_is_spelled_out_and_all_else_stays(text, shown):
    assert visible(text) == shown


@given(st.text(st.characters() | st.sampled_from("\ud800\udcff")))
def test_what_can_be_stored_is_utf_8_and_differs_only_in_surrogates(text):
    spelled = "".join(f"\\u{ord(c):04x}" if category(c) == "Cs" else c for c in text)

    assert storable(text).encode().decode() == storable(text) == spelled


# how wide it is


@given(st.text(HAN))
def test_a_chinese_character_is_two_columns_wide(text):
    assert width(text) == 2 * len(text)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("SYN", 3),
        ("三次握手", 8),
        ("，。（）", 8),
        ("ＡＢ", 4),
        ("e\u0301", 1),
        ("é", 1),
        ("第 3 个", 7),
        ("→", 1),
    ],
)
def test_the_columns_of_a_text(text, columns):
    assert width(text) == columns


@given(MIXED, COLUMNS)
def test_padding_fills_to_the_column_and_never_cuts(text, columns):
    padded = pad(text, columns)

    assert width(padded) == max(columns, width(text))
    assert padded.rstrip(" ") == text.rstrip(" ")


@given(MIXED, st.integers(1, 40))
def test_a_clipped_text_fits_and_says_where_something_is_missing(text, columns):
    clipped = clip(text, columns)

    assert width(clipped) <= columns
    assert clipped == text or (clipped.endswith("…") and text.startswith(clipped[:-1]))
    assert (clipped == text) == (width(text) <= columns)


@pytest.mark.parametrize(
    ("text", "columns", "clipped"),
    [
        ("SYN,ACK", 7, "SYN,ACK"),
        ("SYN,ACK", 6, "SYN,A…"),
        ("三次握手", 8, "三次握手"),
        ("三次握手", 7, "三次握…"),
        ("三次握手", 6, "三次…"),
    ],
)
def test_clipping_counts_columns(text, columns, clipped):
    assert clip(text, columns) == clipped


# where its lines break


@settings(deadline=None)
@given(MIXED, COLUMNS, st.sampled_from(["", "  ", "    "]))
def test_no_line_is_wider_than_the_columns_and_only_blanks_are_lost(text, columns, indent):
    lines = wrap(text, columns, indent)

    assert max(map(width, lines)) <= columns
    assert unblanked("".join(lines)) == unblanked(text)


@given(MIXED, COLUMNS, st.sampled_from(["", "  ", "    "]))
def test_every_line_but_the_first_begins_with_the_indent(text, columns, indent):
    assert all(line == "" or line.startswith(indent) for line in wrap(text, columns, indent)[1:])


@given(MIXED, COLUMNS)
def test_no_line_ends_in_a_blank(text, columns):
    assert [line for line in wrap(text, columns) if line != line.rstrip()] == []


SENTENCE = st.lists(
    st.tuples(st.sampled_from(["", *"（《「“"]), HAN, st.sampled_from(["", *"，。）》”…", "。”"])), min_size=1
)


@given(SENTENCE, COLUMNS)
def test_a_chinese_line_never_begins_with_closing_punctuation_nor_ends_with_opening(pieces, columns):
    lines = wrap("".join(map("".join, pieces)), columns)

    assert not NO_BREAK_BEFORE & {line[0] for line in lines}
    assert not NO_BREAK_AFTER & {line[-1] for line in lines}


@given(st.lists(st.text(ascii_letters, min_size=1, max_size=10)), COLUMNS)
def test_english_words_that_fit_are_not_broken(words, columns):
    assert " ".join(wrap(" ".join(words), columns)).split() == words


@given(st.lists(st.text(ascii_letters, min_size=1, max_size=10), min_size=1), COLUMNS)
def test_a_line_is_broken_only_where_the_next_word_does_not_fit(words, columns):
    lines = wrap(" ".join(words), columns)

    assert all(len(line) + 1 + len(after.split()[0]) > columns for line, after in pairwise(lines))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("one\n\ntwo", ["one", "", "two"]),
        ("exactly 10", ["exactly 10"]),
        ("exactlyten and", ["exactlyten", "and"]),
        ("exactlyten   ", ["exactlyten"]),
        ("            indented", ["indented"]),
        ("服务端发送的报文段", ["服务端发送", "的报文段"]),
        ("服务端发送。然后", ["服务端发", "送。然后"]),
        ("服务端。。。   a", ["服务", "端。。。", "a"]),
        ("发送 SYN,ACK 报文", ["发送", "SYN,ACK 报", "文"]),
        ("三次（握手）完", ["三次（握", "手）完"]),
        ("“握手”“挥手”", ["“握手”“挥", "手”"]),
        ("所谓“握手”handshake", ["所谓“握手”", "handshake"]),
        ("don’t… (stop)", ["don’t…", "(stop)"]),
        ("abcdefghijklm n", ["abcdefghij", "klm n"]),
    ],
)
def test_lines_of_ten_columns(text, lines):
    assert wrap(text, 10) == lines


def test_an_indent_leaves_room_for_text_however_narrow_the_columns():
    assert wrap("three-way handshake", 2, "      ") == ["three-way", "      hand", "      shak", "      e"]
