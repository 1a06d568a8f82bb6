"""The schema that editors use and the loader say the same, but for what is listed here."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from prep.cards.answerable import MAX_OPTIONS
from prep.cards.card import KINDS
from prep.cards.deckfile import ID, OPTIONAL_OF, PLATFORMS, READ, REQUIRED, REQUIRED_OF, load
from prep.cards.tree import MAX_TEXT, Faults, parse, value_of

DECKS = Path(__file__).parents[2] / "decks"
SCHEMA = json.loads((DECKS / "deck.schema.json").read_text(encoding="utf-8"))
DEFS = SCHEMA["$defs"]
CARD = DEFS["card"]

OWN = {
    "basic": {"a": "So."},
    "choice": {"choices": "[{en: A, right: true}, B]"},
    "multi": {"choices": "[{en: A, right: true}, {en: B, right: true}, C]"},
    "typed": {"accept": "[EAGAIN]"},
    "cloze": {"q": '"{{SYN}} first"'},
    "order": {"order": "[bind, listen]"},
    "match": {"pairs": "[[A, IPv4], [AAAA, IPv6]]"},
    "numeric": {"generate": "{kind: v4-broadcast@1, band: 1}"},
}


def deck(kind: str = "basic", **changes: str | None) -> str:
    """A deck of one minimal card, changed: each key with its YAML, None leaves it out."""
    keys = {"id": "c", "kind": kind, "difficulty": "1", "tags": "[tcp]", "q": "Why?", "cite": "[{src: RFC 9293}]"}
    keys |= OWN.get(kind, {}) | changes
    lines = [f"{key}: {value}" for key, value in keys.items() if value is not None]
    return "deck: {id: d, title: A deck}\ncards:\n  - " + "\n    ".join(lines)


def loads(text: str) -> bool:
    return load(text, "x.yaml").faults == ()


def conforms(text: str) -> bool:
    """The schema's verdict on what an editor sees: unquoted numbers and booleans are such."""
    tree = parse(text, Faults("x.yaml"))
    assert tree is not None
    return Draft202012Validator(SCHEMA).is_valid(value_of(tree))


VALID = {
    **{f"a minimal {kind} card": deck(kind) for kind in OWN},
    "no cards": "deck: {id: d, title: A deck}\ncards: []",
    "both languages": deck(q="{en: Why?, zh: 为什么？}", hint="{en: So, zh: 因此}"),
    "numbers and booleans as texts": deck(q="443", a="{en: 3.10, zh: true}", points="[no, 0123, 12:30, false, 1e3]"),
    "numbers as names": deck(id="7", tags="[443, tcp, 802.11]", next="[404]", needs="[true]"),
    "numbers as spellings": deck("typed", accept="[443, 0x1BB]", accept_zh="[]"),
    "numbers as gaps": deck("cloze", accept="[[3, three]]"),
    "numbers as items": deck("order", order="[1, 2, 3]"),
    "numbers as pairs": deck("match", pairs="[[80, {en: HTTP, zh: 网页}], [443, HTTPS]]"),
    "numbers as options": deck("choice", choices="[{en: 443, right: true, why: 80}, {en: 80, right: false}]"),
    "numbers as wrong answers": deck("choice", choices="[{en: 443, right: true}]", wrong="[80, {en: 8080, why: 0}]"),
    "no tags": deck(tags="[]"),
    "every common key": deck(
        points="[One, {en: Two, zh: 二}]", wrong="[W, {en: V, zh: 错, why: {en: X, zh: 因}}]", hint="H", next="[n]",
        needs="[m]", platform="macos", seeds="[S3-46, 12]", renamed_from="[old.id_1]",
    ),
    "both proofs": deck(proof="[{run: subnet fit 10, gives: {prefix: 28}}, {lab: wire.drop, holds: [lost]}]"),
    "a proof that gives nothing of a list": deck(proof="[{run: subnet fit 10, gives: {free: []}}]"),
    "a proof that gives null": deck(proof="[{run: subnet fit 10, gives: null}]"),
    "a full citation": deck(cite="[{src: RFC 793, sec: 3.10, historic: true}, {src: tcp(7), historic: false}]"),
    "an explanation": deck("order", a="So."),
    "one choice beside wrong answers": deck("choice", choices="[{en: A, right: true}]", wrong="[B, C]"),
    "every choice right": deck("multi", choices="[{en: A, right: true}, {en: B, right: true}]"),
    "nine options": deck("choice", choices="[{en: A, right: true}, B, C, D, E, F, G, H, I]"),
    "no list of spellings": deck("cloze", accept="[]"),
    "a longest name": deck(id="x" * 100),
}  # fmt: skip

INVALID = {
    "ten items in order": deck("order", order="[A, B, C, D, E, F, G, H, I, J]"),
    **{f"no {key}": deck(**{key: None}) for key in [*REQUIRED, "a"]},
    **{f"no {key} on {kind}": deck(kind, **{key: None}) for kind in OWN for key in REQUIRED_OF[kind]},
    "no deck": "cards: []",
    "no list of cards": "deck: {id: d, title: A deck}",
    "an unknown key in the file": "deck: {id: d, title: A deck}\ncards: []\ntags: []",
    "an unknown key in the deck": "deck: {id: d, title: A deck, tags: []}\ncards: []",
    "no title": "deck: {id: d}\ncards: []",
    "a deck without id": "deck: {title: A deck}\ncards: []",
    "a blank in the deck id": "deck: {id: a deck, title: A deck}\ncards: []",
    "cards in a mapping": "deck: {id: d, title: A deck}\ncards: {c: d}",
    "a card in words": "deck: {id: d, title: A deck}\ncards: [c]",
    "a list for the file": "[deck, cards]",
    "an unknown key": deck(dificulty="1"),
    "an unknown kind": deck("haiku"),
    "an unknown platform": deck(platform="sun"),
    "difficulty 0": deck(difficulty="0"),
    "difficulty 4": deck(difficulty="4"),
    "a difficulty in words": deck(difficulty="hard"),
    "a blank in the id": deck(id="a b"),
    "an id that begins with a dash": deck(id="-x"),
    "an id below zero": deck(id="-1"),
    "too long an id": deck(id="x" * 101),
    "tags in words": deck(tags="tcp"),
    "a tag with a blank": deck(tags="[three way]"),
    "a list for a text": deck(q="[Why?]"),
    "an empty text": deck(q='""'),
    "a blank text": deck(a='{en: "  "}'),
    "no text": deck(a=""),
    "too long a text": deck(q="x" * (MAX_TEXT + 1)),
    "Chinese alone": deck(q="{zh: 为什么？}"),
    "another language": deck(q="{en: Why?, de: Warum?}"),
    "a mapping in a text": deck(q="{en: {en: Why?}}"),
    "points in words": deck(points="One"),
    "a right wrong answer": deck(wrong="[{en: A, right: true}]"),
    "a wrong answer without English": deck(wrong="[{zh: 错}]"),
    "no citation": deck(cite="[]"),
    "a citation in words": deck(cite="[RFC 9293]"),
    "a citation without source": deck(cite="[{sec: 3.5}]"),
    "an unknown key in a citation": deck(cite="[{src: RFC 9293, page: 5}]"),
    "historic: yes": deck(cite="[{src: RFC 9293, historic: yes}]"),
    "an empty proof": deck(proof="[{}]"),
    "a proof without outcome": deck(proof="[{run: subnet fit 10}]"),
    "an outcome without command": deck(proof="[{gives: 1}]"),
    "a lab without fields": deck(proof="[{lab: wire.drop}]"),
    "a proof of both forms": deck(proof="[{run: x, gives: 1, lab: y, holds: [z]}]"),
    "an outcome of nothing": deck(proof="[{run: http 404, gives: {}}]"),
    "no fields of a lab": deck(proof="[{lab: close.half, holds: []}]"),
    "a mixed proof": deck(proof="[{run: x, holds: [z]}]"),
    "fields of a lab in words": deck(proof="[{lab: y, holds: z}]"),
    "an unknown key in a proof": deck(proof="[{run: x, gives: 1, why: y}]"),
    "choices on a basic card": deck(choices="[{en: A, right: true}, B]"),
    "pairs on an order card": deck("order", pairs="[[A, B], [C, D]]"),
    "Chinese spellings on a cloze card": deck("cloze", accept_zh="[一]"),
    "spellings on a choice card": deck("choice", accept="[A]"),
    "no choices in the list": deck("multi", choices="[]"),
    "no right choice": deck("choice", choices="[A, B]"),
    "two right choices": deck("choice", choices="[{en: A, right: true}, {en: B, right: true}]"),
    "no right choice of several": deck("multi", choices="[A, {en: B, right: false}]"),
    "right: yes": deck("choice", choices="[{en: A, right: yes}, B]"),
    "ten choices": deck("choice", choices="[{en: A, right: true}, B, C, D, E, F, G, H, I, J]"),
    "an unknown key in a choice": deck("choice", choices="[{en: A, right: true}, {en: B, wrong: true}]"),
    "a list among the choices": deck("choice", choices="[{en: A, right: true}, [B]]"),
    "no spelling": deck("typed", accept="[]"),
    "a spelling in two languages": deck("typed", accept="[{en: yes, zh: 是}]"),
    "a list among the spellings": deck("typed", accept="[[EAGAIN]]"),
    "a spelling in place of a gap's list": deck("cloze", accept="[SYN]"),
    "a gap without spelling": deck("cloze", accept="[[]]"),
    "one item in order": deck("order", order="[bind]"),
    "one pair": deck("match", pairs="[[A, B]]"),
    "ten pairs": deck("match", pairs=str([[i, i] for i in range(10)])),
    "a pair of three": deck("match", pairs="[[A, B, C], [D, E]]"),
    "a pair of one": deck("match", pairs="[[A], [D, E]]"),
}

ONLY_THE_LOADER = {
    "a key written twice": deck(**{"q ": "Why not?"}),
    "an anchor": deck(q="&x Why?"),
    "a tag": deck(q="!x Why?"),
    "a control code": deck(q='"\\e[2J"'),
    "an id of two cards": deck() + "\n  - " + deck().split("  - ")[1],
    "a second document": deck() + "\n---\n{}",
    "a number that is no name": deck(id="1e+3"),
    "a difficulty with a fraction": deck(difficulty="2.0"),
    "one option in all": deck("choice", choices="[{en: A, right: true}]"),
    "ten options with the wrong answers": deck("choice", wrong="[C, D, E, F, G, H, I, J]"),
    "equal choices": deck("choice", choices="[{en: A, right: true}, A]"),
    "choices that are spelt alike": deck("choice", choices="[{en: Time wait, right: true}, TIME_WAIT]"),
    "equal choices in Chinese": deck("choice", choices="[{en: A, zh: 甲, right: true}, {en: B, zh: 甲}]"),
    "equal items": deck("order", order="[bind, bind]"),
    "equal sides": deck("match", pairs="[[A, B], [A, C]]"),
    "a semicolon in a gap": deck("cloze", q='"{{a; b}}"'),
    "a command of the quiz alone": deck("typed", accept='[":u"]'),
    "no gap": deck("cloze", q="SYN first"),
    "a blank gap": deck("cloze", q='"{{ }} first"'),
    "gaps in another order in Chinese": deck("cloze", q='{en: "{{a}} {{b}}", zh: "{{b}} {{a}}"}'),
    "an outcome of nothing within another": deck(proof="[{run: http 404, gives: {phrase: {}}}]"),
    "fewer gaps in Chinese": deck("cloze", q='{en: "{{a}} {{b}}", zh: "{{a}}"}'),
    "spellings for another number of gaps": deck("cloze", accept="[[a], [b]]"),
}

ONLY_THE_EDITOR = {
    "null, which YAML takes for nothing": deck(q="null"),
    "a number in quotes": deck(difficulty='"2"'),
    "a boolean in quotes": deck("choice", choices='[{en: A, right: "true"}, B]'),
    "blanks around a name": deck(id='" c "'),
}


@pytest.mark.parametrize("name", VALID)
def test_what_is_right_is_right_to_both(name):
    assert (loads(VALID[name]), conforms(VALID[name])) == (True, True)


@pytest.mark.parametrize("name", INVALID)
def test_what_is_wrong_is_wrong_to_both(name):
    assert (loads(INVALID[name]), conforms(INVALID[name])) == (False, False)


@pytest.mark.parametrize("name", ONLY_THE_LOADER)
def test_what_only_the_loader_can_see(name):
    assert (loads(ONLY_THE_LOADER[name]), conforms(ONLY_THE_LOADER[name])) == (False, True)


@pytest.mark.parametrize("name", ONLY_THE_EDITOR)
def test_what_an_editor_marks_although_the_loader_reads_it(name):
    assert (loads(ONLY_THE_EDITOR[name]), conforms(ONLY_THE_EDITOR[name])) == (True, False)


@pytest.mark.parametrize("path", sorted(DECKS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_deck_conforms(path):
    tree = parse(path.read_text(encoding="utf-8"), Faults(path.name))

    errors = Draft202012Validator(SCHEMA).iter_errors(value_of(tree))

    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_the_schema_is_one():
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(SCHEMA)


def test_the_keys_of_a_card_are_those_that_the_loader_reads():
    assert set(CARD["properties"]) == {"kind", *READ}
    assert CARD["required"] == REQUIRED


def test_every_kind_has_its_example():
    assert list(OWN) == list(KINDS)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (CARD["properties"]["kind"]["enum"], list(KINDS)),
        (CARD["properties"]["platform"]["enum"], PLATFORMS),
        (CARD["properties"]["choices"]["maxItems"], MAX_OPTIONS),
        (CARD["properties"]["pairs"]["maxItems"], MAX_OPTIONS),
        (DEFS["name"]["pattern"], f"^{ID.pattern}$"),
        ({DEFS[name]["maxLength"] for name in ("scalar", "text", "choice", "wrong")}, {MAX_TEXT}),
    ],
    ids=["kinds", "platforms", "options", "pairs", "names", "texts"],
)
def test_a_list_or_bound_is_the_loader_s(said, known):
    assert said == known


@pytest.mark.parametrize("place", range(len(KINDS)), ids=list(KINDS))
def test_each_kind_asks_for_its_keys_and_refuses_those_of_the_others(place):
    kind = list(KINDS)[place]
    rule = CARD["allOf"][place]
    own = REQUIRED_OF[kind] + OPTIONAL_OF.get(kind, [])
    special = {key for keys in [*REQUIRED_OF.values(), *OPTIONAL_OF.values()] for key in keys} - {"a"}

    assert rule["if"]["properties"]["kind"]["const"] == kind
    assert rule["then"].get("required", []) == REQUIRED_OF[kind]
    assert {key for key, value in rule["then"]["properties"].items() if value is False} == special - set(own)


@pytest.mark.parametrize("name", ["deck file", "deck", *DEFS])
def test_no_mapping_takes_an_unknown_key_and_every_key_is_described(name):
    part = {"deck file": SCHEMA, "deck": SCHEMA["properties"]["deck"], **DEFS}[name]

    assert part["description"]
    assert part.get("additionalProperties", True) is ("properties" not in part)
    assert [key for key, value in part.get("properties", {}).items() if not value.get("description")] == []
