"""`prep search` as it is typed, and the page of a card."""

import pytest


def test_hits_have_the_keys_of_the_contract(prep, home):
    hits = prep("search", "CLOSE_WAIT", "--json").json["hits"]

    assert hits
    assert all(hit.keys() == {"id", "deck", "snippet", "cite"} for hit in hits)
    assert all("RFC" in hit["cite"] or "(" in hit["cite"] for hit in hits)


def test_what_is_not_shown_is_counted(prep, home):
    found = prep("search", "tcp", "--limit", "3", "--json").json

    assert len(found["hits"]) == 3 < found["total"]
    assert prep("search", "tcp", "--limit", "3").lines[-1] == f"3 of {found['total']}; --limit shows more"
    assert "--limit" not in prep("search", "tcp", "--limit", "1000").out


@pytest.mark.parametrize(("word", "meant"), [("nagel", "nagle"), ("closwait", "closewait")])
def test_a_word_that_nearly_stands_in_a_card_is_told(prep, home, word, meant):
    ran = prep("search", word)

    assert (ran.code, ran.out) == (1, f"Nothing is found; did you mean {meant}?\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["SYN", "flod"], "No card holds flod; did you mean SYN flood?"),
        (["SYN", "xyzzy", "quux"], "No card holds xyzzy, quux; the cards above come closest."),
        (["三次我手"], "No card holds 三次我手; did you mean 三次握手?"),
    ],
)
def test_a_word_that_found_nothing_is_told_beneath_what_the_others_found(prep, home, words, told):
    ran = prep("search", *words, "--limit", "2")

    assert ran.code == 0
    assert ran.lines[-2] == told
    assert ran.lines[-1].startswith("2 of ")


def test_json_tells_the_words_that_found_nothing(prep, home):
    assert prep("search", "SYN", "flod", "--json").json["missing"] == ["flod"]
    assert prep("search", "SYN", "--json").json["missing"] == []


def test_where_no_word_is_near_other_words_are_asked_for(prep, home):
    assert prep("search", "xyzzy").out == "Nothing is found; fewer or other words may help.\n"


def test_a_hit_names_deck_card_and_citation(prep, home):
    shown = prep("search", "粘包", "--lang", "zh", "--limit", "1")

    assert shown.code == 0
    assert " · framing" in shown.lines[0]
    assert "粘包" in shown.out
    assert "[RFC" in shown.out


def test_nothing_found_is_the_answer_no(prep, home):
    assert prep("search", "xyzzy").code == 1
    assert prep("search", "xyzzy", "--json").json == {"hits": [], "total": 0, "missing": ["xyzzy"]}


def test_words_without_a_letter_are_refused(prep, home):
    done = prep("search", "???")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: '???': nothing to search for")


@pytest.mark.parametrize(
    ("word", "shown"), [("\\", "'\\'"), ("\"'", "'\"''"), ("\x1b", "'\\x1b'"), ("\n", "'\\n'"), ("，", "'，'")]
)
def test_a_word_without_a_letter_is_shown_as_it_was_typed_but_for_control_signs(prep, home, word, shown):
    assert prep("search", word).err.startswith(f"error: {shown}: nothing to search for")


def test_a_page_shows_every_trap_the_proof_to_type_and_the_questions_that_come_next(prep, home):
    page = prep("show", "fr-byte-stream")

    assert page.out.count("✗ ") == 3
    assert "proof: prep lab run sticky.core" in page.lines
    assert "next: fr-need: " in page.out


@pytest.mark.parametrize(
    "form",
    [
        "kind: choice, choices: [{en: left, right: true}, {en: right}]",
        "kind: order, order: [left, right]",
        "kind: match, pairs: [[left, right], [up, down]]",
    ],
)
def test_the_answer_stands_before_its_explanation(prep, home, deck, form):
    deck("p", f"  - {{id: p, {form}, difficulty: 1, tags: [x], q: Q?, a: Because., cite: [{{src: RFC 1}}]}}\n")

    lines = prep("show", "p").lines

    [answer] = [at for at, line in enumerate(lines) if line.startswith("answer: ")]
    assert answer < lines.index("Because.")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_lab_proof_is_a_command_to_copy_and_the_sentences_that_it_holds(prep, home, deck, lang):
    from prep.labs.registry import find

    fact = next(fact for fact in find("sticky.core").facts if fact.field == "tcp_nagle.recv_sizes")
    proofs = "[{lab: sticky.core, holds: [tcp_nagle.recv_sizes, nosuch]}, {lab: no.such, holds: [reads]}]"
    card = f"{{id: p, kind: basic, difficulty: 1, tags: [x], q: Q?, a: A., cite: [{{src: RFC 1}}], proof: {proofs}}}"
    deck("p", f"  - {card}\n")

    page = prep("show", "p", "--lang", lang)

    sentence = fact.zh if lang == "zh" else fact.en
    at = page.lines.index("proof: prep lab run sticky.core")
    assert "".join(f"tcp_nagle.recv_sizes: {sentence}".split()) in "".join(page.out.split())
    assert page.lines[at + 1].startswith("  tcp_nagle.recv_sizes: ")
    assert "  nosuch" in page.lines[at:]
    assert page.lines[page.lines.index("proof: prep lab run no.such") + 1] == "  reads"


def test_a_command_to_copy_is_not_broken(prep, home, deck):
    line = "tcp check " + ", ".join(["close"] * 30)
    proof = f"[{{run: '{line}', gives: {{legal: false}}}}]"
    card = f"{{id: p, kind: basic, difficulty: 1, tags: [x], q: Q?, a: A., cite: [{{src: RFC 1}}], proof: {proof}}}"
    deck("p", f"  - {card}\n")

    assert f"proof: prep {line}" in prep("show", "p").lines


def test_a_proof_is_told_in_lines_that_a_reader_understands(prep, home, deck):
    proof = (
        "{run: tcp check close, gives: {legal: true, final: CLOSED, states: [[CLOSED, LISTEN], [CLOSED, SYN_SENT]]}}"
    )
    deck(
        "p",
        "  - {id: p, kind: basic, difficulty: 1, tags: [x], q: Q?, a: A., cite: [{src: RFC 1}], "
        f"proof: [{proof}]}}\n",
    )

    lines = prep("show", "p").lines

    at = lines.index("proof: prep tcp check close")
    assert lines[at + 1 : at + 4] == [
        "  legal: yes",
        "  final: CLOSED",
        "  states: CLOSED, LISTEN → CLOSED, SYN_SENT",
    ]


CARD_KEYS = {
    "deck", "kind", "tags", "card_difficulty", "question", "ask", "seed", "options", "expected", "answer", "points",
    "wrong", "hint", "cite", "proof", "next", "needs", "platform", "seeds", "history",
}  # fmt: skip
FULL = """\
  - id: c
    kind: choice
    difficulty: 2
    tags: [x, y]
    q: {en: Which?, zh: 哪个？}
    a: {en: Because., zh: 因为。}
    choices: [{en: A, zh: 甲, right: true}, {en: B, why: {en: Not B., zh: 不是。}}]
    wrong: [{en: C, why: Never.}]
    points: [{en: p, zh: 点}]
    hint: {en: h, zh: 提示}
    cite: [{src: RFC 1}]
    proof: [{run: http 410, gives: {code: 410}}, {lab: sticky.core, holds: [reads]}]
    next: [n]
    needs: [k-basic]
    platform: linux
    seeds: [S1-1]
"""


def test_the_json_of_a_card_has_all_that_its_page_has(prep, home, deck):
    deck("full", FULL)

    shown = prep("show", "c", "--json").json

    assert shown.keys() >= CARD_KEYS
    told = {key: shown[key] for key in CARD_KEYS - {"options", "history"}}
    assert told == {
        "deck": "full", "kind": "choice", "tags": ["x", "y"], "card_difficulty": 2, "question": "Which?",
        "ask": "Which?", "seed": None, "expected": "A", "answer": "Because.", "points": ["p"],
        "wrong": [{"text": "C", "why": "Never."}], "hint": "h", "cite": ["RFC 1"],
        "proof": [{"run": "http 410", "gives": {"code": 410}}, {"lab": "sticky.core", "holds": ["reads"]}],
        "next": ["n"], "needs": ["k-basic"], "platform": "linux", "seeds": ["S1-1"],
    }  # fmt: skip
    assert sorted(shown["options"], key=lambda option: option["text"]) == [
        {"text": "A", "right": True, "why": None},
        {"text": "B", "right": False, "why": "Not B."},
        {"text": "C", "right": False, "why": "Never."},
    ]
    assert shown["difficulty"] is None  # that of the learner's memory


def test_options_stand_in_json_in_the_order_in_which_an_answer_counts_them(prep, home):
    shown = prep("show", "k-choice", "--json").json
    place = [option["right"] for option in shown["options"]].index(True) + 1

    assert [option["text"] for option in shown["options"]] == prep("next", "--tag", "choice", "kinds", "--json").json[
        "options"
    ]
    assert prep("answer", "k-choice", "--text", str(place), "--json").json["correct"] is True


def test_the_texts_of_json_are_in_the_language_asked_for(prep, home, deck):
    deck("full", FULL)

    shown = prep("show", "c", "--json", "--lang", "zh").json

    assert (shown["hint"], shown["points"], shown["expected"], shown["ask"]) == ("提示", ["点"], "甲", "哪个？")


@pytest.mark.parametrize("name", ["k-basic", "k-typed", "k-cloze", "k-order", "k-match"])
def test_a_card_without_options_has_null_for_them(prep, home, name):
    shown = prep("show", name, "--json").json

    assert shown["options"] is None
    assert shown["expected"]
    assert "{{" not in shown["ask"]


def test_the_json_of_a_generated_card_tells_the_question_that_its_answer_belongs_to(prep, home):
    shown = prep("show", "dr-v4-network-1", "--json").json

    assert isinstance(shown["seed"], int)
    assert shown["ask"] != shown["question"]
    assert prep("answer", "dr-v4-network-1", "--text", shown["expected"], "--json").json["correct"] is True


def test_a_card_that_is_gone_has_the_same_keys(prep, home, deck):
    path = deck("full", FULL)
    prep("answer", "c", "--rating", "3")
    before = prep("show", "c", "--json").json
    path.unlink()

    after = prep("show", "c", "--json").json

    assert after.keys() == before.keys()
    assert (after["deck"], after["tags"], after["proof"], after["reps"]) == (None, [], [], 1)
