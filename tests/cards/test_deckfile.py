"""Deck files: what is read, word for word, and what is refused, with the message that each fault must give.

The folder `bad` holds broken decks; each begins with the faults that it must give, all of them and in order:
`# expect: LINE:COLUMN message [rule]`.
"""

import json
import os
from pathlib import Path
from string import ascii_letters, digits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.cards import deckfile
from prep.cards.card import (
    GAP,
    KINDS,
    Basic,
    Choice,
    Cite,
    Cloze,
    Generate,
    Match,
    Multi,
    Numeric,
    Option,
    Order,
    Proof,
    Text,
    Typed,
)
from prep.cards.deckfile import DeckFile, load, read
from prep.cards.tree import MAX_FAULTS, MAX_TEXT, Faults, parse, value_of
from prep.text import HIDDEN

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
HEAD = "deck: {id: d, title: A deck}\ncards:\n"
COMMON = {"difficulty": 1, "tags": ("tcp",), "q": Text("Why?"), "cite": (Cite("RFC 9293"),), "deck": "d"}


def deck(kind: str = "basic", **own: str) -> str:
    """A deck of one card, each key with its YAML; `a` comes by itself on a basic card."""
    keys = {"id": "c", "kind": kind, "difficulty": "1", "tags": "[tcp]", "q": "Why?", "cite": "[{src: RFC 9293}]"}
    keys |= {"a": "So."} if kind == "basic" else {}
    return HEAD + "  - " + "\n    ".join(f"{key}: {value}" for key, value in (keys | own).items())


def card(text: str):
    found = load(text, "x.yaml")
    assert [str(fault) for fault in found.faults] == []
    (only,) = found.deck.cards
    return only


def messages(found: DeckFile) -> list[str]:
    return [f"{fault.line}:{fault.column} {fault.message} [{fault.rule}]" for fault in found.faults]


# what is refused


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_deck_gives_exactly_the_faults_written_at_its_top(path):
    lines = path.read_bytes().decode(errors="replace").splitlines()
    expected = [line.removeprefix("# expect: ") for line in lines if line.startswith("# expect: ")]

    found = read(path)

    assert messages(found) == expected != []
    assert found.deck is None


def test_a_file_of_no_bytes_says_what_a_deck_begins_with(tmp_path):
    path = tmp_path / "d.yaml"
    path.touch()

    assert messages(read(path)) == ["1:1 the file holds nothing; a deck begins with `deck:` [empty]"]


def test_a_file_that_is_not_there_is_a_fault_of_it(tmp_path):
    path = tmp_path / "d.yaml"

    assert [str(fault) for fault in read(path).faults] == [
        f"{path}:1:1: cannot be read: No such file or directory [file]"
    ]


def test_a_file_whose_name_is_not_utf_8_is_a_fault_of_it_and_its_folder_s_name_is_not():
    folder = Path("folder\udcff")

    assert [str(fault) for fault in read(folder / "d\udcff.yaml").faults] == [
        rf"folder\udcff{os.sep}d\udcff.yaml:1:1: the name of the file is not UTF-8; rename it [file]"
    ]
    assert read(folder / "d.yaml").faults[0].message.startswith("cannot be read: ")


def test_a_file_over_the_limit_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(deckfile, "MAX_BYTES", 1 << 20)
    path = tmp_path / "d.yaml"
    path.write_text(deck() + "\n" + "#" * (1 << 20))

    assert messages(read(path)) == ["1:1 more than 1 MiB; split the deck [size]"]


def test_a_file_exactly_at_the_limit_is_read(tmp_path, monkeypatch):
    path = tmp_path / "d.yaml"
    path.write_text(deck())
    monkeypatch.setattr(deckfile, "MAX_BYTES", path.stat().st_size)

    assert read(path).deck.cards[0].id == "c"


@pytest.mark.parametrize("nest", ["[", "{", "- ", "? ", "a: [", "[{a: "])
def test_thirty_thousand_nested_things_end_with_one_clear_fault(nest):
    found = load(nest * 30_000, "x.yaml")

    (fault,) = found.faults
    assert (fault.rule, fault.message, fault.line) == ("depth", "nested deeper than 16 levels", 1)


def test_a_text_over_the_limit_is_a_fault_where_it_begins():
    found = load(deck(q="x" * (MAX_TEXT + 1)), "x.yaml")

    assert messages(found) == ["7:8 a text of 20001 characters; at most 20000 [size]"]


def test_faults_beyond_the_limit_are_not_listed_and_their_cards_not_made():
    found = load(HEAD + "  - {id: c, kind: basic}\n" * (MAX_FAULTS + 100), "x.yaml")

    assert len(found.faults) == MAX_FAULTS
    assert found.deck is None


@pytest.mark.parametrize(
    ("head", "place"), [(b"", "1:1"), (b"\xef\xbb\xbf", "1:1"), (b"a\r\n  ", "2:3"), ("# 握手\n握手".encode(), "2:3")]
)
def test_the_place_of_a_byte_that_is_not_utf_8_counts_characters(tmp_path, head, place):
    path = tmp_path / "d.yaml"
    path.write_bytes(head + b"\xff\xfe")

    assert messages(read(path)) == [f"{place} byte 0xff is not UTF-8; save the file as UTF-8 [utf-8]"]


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("a: \x00", "1:4", "0000"),
        ("握手: \x07", "1:5", "0007"),
        ("握\r\n手\x7f", "2:2", "007F"),
        ("握\ud800", "1:2", "D800"),
    ],
)
def test_the_place_of_a_character_that_yaml_forbids_counts_characters(text, place, code):
    assert messages(load(text, "x.yaml")) == [f"{place} the file holds U+{code}, which YAML forbids [control-code]"]


def test_a_message_is_one_line_and_shows_no_control_code():
    found = load(HEAD + '  - {"x\\n\\e[2J": 1, id: c}', "x.yaml")

    unknown = next(fault.message for fault in found.faults if fault.rule == "unknown-key")
    assert unknown.startswith('unknown key "x\\n\\x1b[2J" in a card; known here: ')


LONG = "x" * 9_000


@pytest.mark.parametrize(
    ("entry", "rules"),
    [
        (f"? !{LONG} a : b", {"tag", "missing-key"}),
        (f"a: &{LONG} b", {"alias"}),
        (f"a: *{LONG} ", {"alias"}),
        (f"? {LONG} : a, ? {LONG} : b", {"duplicate-key", "unknown-key"}),
        (f"kind: {LONG}", {"kind"}),
        (f"id: {LONG}", {"id", "missing-key"}),
    ],
    ids=["tag", "anchor", "alias", "key", "kind", "id"],
)
def test_a_message_quotes_the_beginning_of_what_is_long(entry, rules):
    found = load(f"{HEAD}  - {{{entry}}}", "x.yaml")

    assert rules <= {fault.rule for fault in found.faults}
    assert max(len(fault.message) for fault in found.faults) < 500


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("order", {"order": f"[{LONG}, {LONG}, {LONG.upper()}]"}),
        ("choice", {"choices": f"[{LONG}, {LONG.upper()}]"}),
        ("cloze", {"q": f'{{en: "{{{{{LONG};}}}} {{{{b}}}}", zh: "{{{{b}}}} {{{{{LONG};}}}}"}}'}),
        ("numeric", {"generate": f"{{kind: {LONG}, band: {LONG}}}"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_message_on_what_cannot_be_answered_quotes_the_beginning_of_what_is_long(kind, own):
    found = load(deck(kind, **own), "x.yaml")

    assert found.faults
    assert max(len(fault.message) for fault in found.faults) < 500


def test_a_fault_in_a_file_of_a_broken_name_is_one_line():
    (fault,) = load("", "a\nb.yaml").faults

    assert str(fault).startswith("a\\nb.yaml:1:1: ")


def test_faults_come_in_the_order_of_the_file():
    found = load(deck(q='""', difficulty="4", platform="sun", hnt="h"), "x.yaml")

    assert [(fault.line, fault.rule) for fault in found.faults] == [
        (5, "difficulty"), (7, "empty"), (10, "platform"), (11, "unknown-key")
    ]  # fmt: skip


# what is read


PLAIN = [
    "no", "Yes", "true", "null", "~", "0123", "0x1F", "12:30", "1e3", "1_000", "+1", ".5", "3.10", "NaN", ".inf", "200",
    "2026-11-21", "10.0.0.0/8", "::1", "fe80::1", "00:1b:44:11:3a:b7", "http://a.example/?b=c#d", "=", "<<", "中文：是",
]  # fmt: skip
FLOW = [word for word in PLAIN if not word.startswith(":")]  # YAML itself gives `[::1` another meaning


@pytest.mark.parametrize("word", PLAIN)
def test_a_text_without_quotes_is_read_as_it_is_written(word):
    found = card(deck(q=word, a=f"\n      {word}", hint=f"{{en: {word} , zh: '{word}'}}" if word in FLOW else word))

    assert (found.q, found.a) == (Text(word), Text(word))
    assert found.hint.en == word


@pytest.mark.parametrize("word", PLAIN)
def test_accepted_spellings_and_items_without_quotes_are_read_as_they_are_written(word):
    block = f"\n      - {word}\n      - other"

    assert card(deck("typed", accept=block)).accept == (word, "other")
    assert card(deck("order", order=block)).order == (Text(word), Text("other"))


@pytest.mark.parametrize("word", FLOW)
def test_items_in_brackets_without_quotes_are_read_as_they_are_written(word):
    assert card(deck("typed", accept=f"[{word}, other]")).accept == (word, "other")
    assert card(deck("match", pairs=f"[[{word}, A], [B, other]]")).pairs[0] == (Text(word), Text("A"))


def test_in_what_a_command_gives_only_unquoted_json_words_are_values():
    gives = '{a: 24, b: "24", c: true, d: null, e: 0.5, f: no, g: 0123, h: NaN, i: 12:30, j: [1, x], k: "true", l: ~}'

    (proof,) = card(deck(proof=f"[{{run: subnet info, gives: {gives}}}]")).proof

    assert proof.gives == {
        "a": 24, "b": "24", "c": True, "d": None, "e": 0.5, "f": "no", "g": "0123", "h": "NaN", "i": "12:30",
        "j": [1, "x"], "k": "true", "l": "~",
    }  # fmt: skip


def test_blanks_around_a_text_are_not_part_of_it_and_lines_within_are():
    assert card(deck(q="|\n      one\n      two\n")).q == Text("one\ntwo")
    assert card(deck(a='"  so  "')).a == Text("so")


@pytest.mark.parametrize("mark", ["\ufeff", "%YAML 1.1\n---\n", "---\n", "# a comment\n\n"])
def test_what_may_stand_before_a_deck(mark):
    assert card(mark + deck()).id == "c"


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path):
    path = tmp_path / "d.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + deck(q="握手").replace("\n", "\r\n").encode())

    assert read(path).deck.cards[0].q == Text("握手")


def test_each_card_has_its_place():
    found = load(HEAD + "  - {id: one}\n  -\n    kind: basic\n    id: two\n  - kind: order\n", "x.yaml")

    assert found.places == {"one": (3, 5), "two": (5, 5)}


FIELDS = """
deck: {id: d, title: T}
cards:
  - id: c
    kind: choice
    difficulty: 1
    tags: [tcp]
    q: {en: Why?, zh: 为何}
    cite:
      - {src: RFC 1}
      - {src: RFC 2}
    choices: [{en: A, right: true}, B]
"""


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ((), (4, 5)),
        (("q",), (8, 8)),
        (("q", "zh"), (8, 23)),
        (("cite", 1), (11, 9)),
        (("cite", 1, "src"), (11, 15)),
        (("choices", 1, "why"), (12, 37)),
        (("hint",), (4, 5)),
        (("next", 3), (4, 5)),
    ],
)
def test_a_field_has_its_place_and_one_that_is_not_there_that_of_what_it_would_be_in(field, place):
    assert load(FIELDS, "x.yaml").place("c", field) == place


def test_a_card_that_was_not_read_from_a_file_has_no_place():
    assert DeckFile(None, (), {}).place("c", ("q",)) == (1, 1)


def test_beside_a_fault_the_sound_cards_and_the_id_of_the_deck_are_read():
    found = load(
        deck() + "\n  - {id: b, kind: basic, difficulty: 7, tags: [t], q: q, a: a, cite: [{src: x}]}", "x.yaml"
    )

    assert found.deck is None
    assert (found.partial.id, [card.id for card in found.partial.cards]) == ("d", ["c"])
    assert list(found.places) == ["c", "b"]


@pytest.mark.parametrize("text", ["deck: {id: a b, title: T}\ncards: []", "deck: [", "cards: []", ""])
def test_a_deck_without_a_readable_id_is_called_as_its_file(text):
    assert load(text, "decks/mine.yaml").partial.id == "mine"


def test_a_sound_file_is_not_read_in_part():
    assert load(deck(), "x.yaml").partial is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("-x", "must begin with a letter or digit"),
        ("..", "must begin with a letter or digit"),
        ("a/b", "may hold letters, digits, `.`, `_` and `-` only"),
        ("握手", "may hold letters, digits, `.`, `_` and `-` only"),
        ("", "may hold letters, digits, `.`, `_` and `-` only"),
        ("x" * 101, "may have 100 characters, this has 101"),
        ("x" * 100, None),
    ],
)
def test_why_a_name_is_no_id(name, why):
    assert deckfile.misnamed(name) == why


def test_a_minimal_card_has_nothing_but_what_was_written():
    assert card(deck()) == Basic(id="c", a=Text("So."), **COMMON)


def test_a_deck_of_no_cards_is_a_deck():
    found = load("deck: {id: d, title: {en: A deck, zh: 一组}}\ncards: []\n", "x.yaml").deck

    assert (found.id, found.title, found.cards) == ("d", Text("A deck", "一组"), ())


FULL = """
deck: {id: handshake-failures, title: {en: Handshake failures, zh: 握手失败}}
cards:
  - id: hf-third-lost                 # stable
    kind: basic
    difficulty: 2
    tags: [tcp, loss, classic]
    q: {en: "What if the third ACK is lost?", zh: "第三个 ACK 丢了呢？"}
    a: {en: "The server resends.", zh: "服务端重传。"}
    points: [{en: "Resends SYN,ACK", zh: "重传 SYN,ACK"}, "Data repairs it"]
    wrong: [{en: "It hangs", zh: "卡死", why: {en: "Data carries the ACK", zh: "数据带着 ACK"}}, "It resets"]
    hint: {en: "Who waits?", zh: "谁在等？"}
    cite: [{src: RFC 9293, sec: "3.10.7.4"}, {src: RFC 793, historic: true}]
    proof:
      - {run: "tcp check 'SYN_RECEIVED -> ESTABLISHED'", gives: {legal: true}}
      - {lab: wire.drop_third_ack, holds: [accept_returned]}
    next: [hf-third-lost-accept]
    needs: [hs-steps]
    platform: linux
    seeds: [S3-46]
    renamed_from: [old-id]
"""


def test_the_contract_s_example_with_every_common_key_is_read_whole():
    assert card(FULL) == Basic(
        id="hf-third-lost",
        deck="handshake-failures",
        difficulty=2,
        tags=("tcp", "loss", "classic"),
        q=Text("What if the third ACK is lost?", "第三个 ACK 丢了呢？"),
        a=Text("The server resends.", "服务端重传。"),
        points=(Text("Resends SYN,ACK", "重传 SYN,ACK"), Text("Data repairs it")),
        wrong=(
            Option(Text("It hangs", "卡死"), why=Text("Data carries the ACK", "数据带着 ACK")),
            Option(Text("It resets")),
        ),
        hint=Text("Who waits?", "谁在等？"),
        cite=(Cite("RFC 9293", "3.10.7.4"), Cite("RFC 793", historic=True)),
        proof=(
            Proof(run="tcp check 'SYN_RECEIVED -> ESTABLISHED'", gives={"legal": True}),
            Proof(lab="wire.drop_third_ack", holds=("accept_returned",)),
        ),
        next=("hf-third-lost-accept",),
        needs=("hs-steps",),
        platform="linux",
        seeds=("S3-46",),
        renamed_from=("old-id",),
    )


A, B, C = Text("A", "甲"), Text("B"), Text("C")
CLOZE = Text("Send-Q is the {{limit}} of the {{accept queue}}.", "Send-Q 是 {{accept 队列}}的{{上限}}。")
EXAMPLES = [
    ({"a": "So."}, Basic(id="c", a=Text("So."), **COMMON)),
    (
        {"choices": "[{en: A, zh: 甲, right: true}, {en: B, why: C}]", "wrong": "[C]"},
        Choice(id="c", choices=(Option(A, True), Option(B, why=C)), wrong=(Option(C),), **COMMON),
    ),
    (
        {"choices": "[{en: A, zh: 甲, right: true}, {en: B, right: true}, {en: C, right: false}]"},
        Multi(id="c", choices=(Option(A, True), Option(B, True), Option(C)), **COMMON),
    ),
    (
        {"accept": "[EAGAIN, EWOULDBLOCK]", "accept_zh": "[ ]", "a": "A note."},
        Typed(id="c", accept=("EAGAIN", "EWOULDBLOCK"), a=Text("A note."), **COMMON),
    ),
    (
        {"q": f'{{en: "{CLOZE.en}", zh: "{CLOZE.zh}"}}', "accept": "[[limit, maximum], [accept queue]]"},
        Cloze(id="c", accept=(("limit", "maximum"), ("accept queue",)), **COMMON | {"q": CLOZE}),
    ),
    (
        {"order": "[socket, bind, listen, accept]"},
        Order(id="c", order=tuple(map(Text, ("socket", "bind", "listen", "accept"))), **COMMON),
    ),
    (
        {"pairs": "[[{en: A, zh: 甲}, IPv4 address], [AAAA, IPv6 address]]"},
        Match(id="c", pairs=((A, Text("IPv4 address")), (Text("AAAA"), Text("IPv6 address"))), **COMMON),
    ),
    (
        {"generate": "{kind: v4-broadcast@1, band: 2}"},
        Numeric(id="c", generate=Generate("v4-broadcast@1", 2), **COMMON),
    ),
]


@pytest.mark.parametrize(("own", "expected"), EXAMPLES, ids=lambda value: getattr(value, "kind", ""))
def test_a_card_of_each_kind_is_read_as_the_contract_shows_it(own, expected):
    assert card(deck(expected.kind, **own)) == expected


def test_every_kind_has_its_example():
    assert [expected.kind for _, expected in EXAMPLES] == list(KINDS)


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("{{a}}", ["a"]),
        ("{{a}}{{b}}", ["a", "b"]),
        ("{{ a b }}, {{{c}}}", [" a b ", "{c"]),
        ("{{a {{b}}", ["b"]),
        ("{{a} }}", ["a} "]),
        ("{{}}", []),
        ("{{a\nb}}", []),
        ("{a} {{b} {c}}", ["b} {c"]),
    ],
)
def test_a_gap_is_what_stands_between_the_nearest_braces(text, gaps):
    assert GAP.findall(text) == gaps


def test_braces_that_are_never_closed_are_no_gap():
    assert GAP.findall("{{x " * 400_000) == []


def test_chinese_gaps_may_be_other_words_and_repeat():
    assert card(deck("cloze", q='{en: "{{SYN}}, {{SYN}}, {{port}}", zh: "{{SYN}}、{{syn}}、{{端口}}"}'))
    assert card(deck("cloze", q='{en: "{{IP}}, {{port}}", zh: "{{port}}、{{端口}}"}', accept="[[port], [端口]]"))


def test_a_cloze_card_needs_no_list_of_spellings():
    assert card(deck("cloze", q='"{{SYN}} first"')).accept == ()


# whatever comes


def assert_sound(found: DeckFile, lines: int) -> None:
    assert (found.deck is None) == bool(found.faults)
    for fault in found.faults:
        assert 1 <= fault.line <= lines + 1
        assert fault.column >= 1
        assert "\n" not in fault.message
        assert not HIDDEN.search(fault.message)


PIECES = st.sampled_from([
    "deck: ", "cards:\n", "  - ", "id: ", "kind: ", "basic", "cloze", "q: ", "{{x}}", "accept: ", "[", "]", "{", "}",
    ", ", "\n", "    ", "\t", "*a", "&a ", "!t ", "? ", ": ", "'", '"', "|\n", "---\n", "...\n", "%YAML ", "#",
    "握手", "\x1b", "\ud800", "\u2028", "\ufeff",
])  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(["", deck()]), st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_gives_a_deck_or_faults_within_it(head, text):
    assert_sound(load(head + text, "x.yaml"), len((head + text).splitlines()))


@settings(deadline=None)
@given(st.sampled_from([b"", deck().encode()]), st.integers(0, 200), st.binary())
def test_any_file_gives_a_deck_or_faults_within_it(tmp_path_factory, around, place, some):
    data = around[:place] + some + around[place:]
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)

    assert_sound(read(path), len(data.decode(errors="replace").splitlines()))


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"]) | st.sampled_from("\n\t")).map(
    lambda text: HIDDEN.sub("", text).strip()
)
SAID = WORDS.filter(bool)
TEXTS = st.builds(Text, SAID, st.none() | SAID)
NAMES = st.text(ascii_letters + digits, min_size=1, max_size=20)


def spoken(text: Text):
    return text.en if text.zh is None else {"en": text.en, "zh": text.zh}


@settings(deadline=None)
@given(NAMES, TEXTS, TEXTS, st.lists(TEXTS, max_size=3).map(tuple), SAID)
def test_a_card_written_as_json_comes_back_with_its_texts(name, q, a, points, src):
    written = {"id": name, "kind": "basic", "difficulty": 3, "tags": [], "q": spoken(q), "a": spoken(a)}
    written |= {"points": [spoken(point) for point in points], "cite": [{"src": src}]}

    found = card(json.dumps({"deck": {"id": "d", "title": "A deck"}, "cards": [written]}, ensure_ascii=False))

    assert (found.id, found.q, found.a, found.points, found.cite) == (name, q, a, points, (Cite(src),))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | SAID,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SAID, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(JSON)
def test_a_value_written_as_json_comes_back_the_same(value):
    tree = parse(json.dumps(value, ensure_ascii=False), Faults("x.yaml"))

    assert value_of(tree) == value
