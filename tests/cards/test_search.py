"""Search over all decks: both languages, ranked, and nothing in the words is taken for syntax."""

import re
import sqlite3
import threading
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.cards import searched as room
from prep.cards.card import Basic, Cloze, Text
from prep.cards.search import LONGEST, WINDOW, meant, search, snippet, typed
from prep.cards.searched import JOINED, parts
from prep.cards.shelf import open_shelf


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    return open_shelf(tmp_path_factory.mktemp("home"))


def found(shelf, *words, limit=20):
    return [card.id for card in search(shelf, list(words), limit).cards]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CLOSE_WAIT", ["close", "wait"]),
        ("TIME-WAIT 状态", ["time", "wait", "状", "态"]),
        ("10.0.0.0/8", ["10", "0", "0", "0", "8"]),
        ("40ms 80 ms IPv4 h2", ["40", "ms", "80", "ms", "ipv", "4", "h", "2"]),
        ("ＴＣＰ ２ＭＳＬ", ["tcp", "2", "msl"]),
        ("?!", []),
    ],
)
def test_words_have_parts(text, said):
    assert parts(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("TCP粘包", ["TCP", "粘包"]),
        ("TIME_WAIT状态", ["TIME_WAIT", "状态"]),
        ("2msl时间", ["2msl", "时间"]),
        ("状态码404", ["状态码", "404"]),
        ("粘包？拆包、TCP", ["粘包", "拆包", "TCP"]),
        ("TCP和UDP的区别", ["TCP", "UDP"]),
        ("epoll原理是什么？", ["epoll"]),
        ("目的端口", ["目的端口"]),
        ("区别", ["区别"]),
        ("ＴＣＰ", ["TCP"]),
        ("http:404 ?", ["http:404"]),
        ("?", []),
    ],
)
def test_a_query_has_words_that_end_where_the_script_changes_and_no_question_fillers(text, said):
    assert typed([text]) == said


@pytest.mark.parametrize("one", ["nagle", "CLOSE_WAIT", "粘包", "握手"])
def test_every_word_must_be_there_before_some_may_do(shelf, one):
    every = set(found(shelf, "tcp", limit=1000)) & set(found(shelf, one, limit=1000))

    assert set(found(shelf, "tcp", one, limit=1000)) == every != set()


def test_where_no_card_holds_all_words_those_that_hold_the_most_are_found(shelf):
    both = found(shelf, "SYN", "flood", limit=1000)

    assert both
    assert found(shelf, "SYN", "flood", "xyzzy", limit=1000) == both
    assert search(shelf, ["SYN", "flood", "xyzzy"], 1).total == len(both)
    assert set(found(shelf, "nagle", "dhcp", limit=1000)) == set(
        found(shelf, "nagle", limit=1000) + found(shelf, "dhcp", limit=1000)
    )


@pytest.mark.parametrize(
    ("joined", "apart"),
    [
        ("TCP粘包", "TCP 粘包"),
        ("TIME_WAIT状态", "TIME_WAIT 状态"),
        ("TIMEWAIT状态", "TIMEWAIT 状态"),
        ("2msl时间", "2msl 时间"),
        ("epoll原理", "epoll"),
        ("TCP和UDP的区别", "TCP UDP"),
        ("什么是粘包", "粘包"),
        ("三次握手的状态", "三次握手 状态"),
        ("ＴＣＰ", "TCP"),
        ("２MSL", "2MSL"),
        ("http:404", "http 404"),
        ("socket/epoll", "socket epoll"),
    ],
)
def test_a_question_in_one_piece_finds_what_its_words_find(shelf, joined, apart):
    hits = found(shelf, joined, limit=500)

    assert hits
    assert hits == found(shelf, *apart.split(), limit=500)
    assert search(shelf, [joined], 1).missing == ()


def test_width_makes_no_difference_in_a_card_either(tmp_path):
    decks = tmp_path / "decks"
    decks.mkdir()
    card = "cards: [{id: c, kind: basic, difficulty: 1, tags: [t], q: ＱＵＯＫＫＡ, a: a, cite: [{src: RFC 1}]}]"
    (decks / "mine.yaml").write_text(f"deck: {{id: mine, title: T}}\n{card}", "utf-8")

    assert found(open_shelf(tmp_path), "quokka") == ["c"]


def test_a_long_chinese_phrase_that_stands_nowhere_finds_the_cards_with_most_of_its_pairs(shelf):
    hits = search(shelf, ["四次挥手流程图"], 500)

    assert {card.id for card in hits.cards} <= set(found(shelf, "四次挥手", limit=500))
    assert hits.cards
    assert hits.missing == ("四次挥手流程图",)


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (["SYN", "flod"], ("flod",)),
        (["flod粘包", "xyzzy"], ("flod", "xyzzy")),
        (["http:xyzzy"], ("xyzzy",)),
        (["吗吗吗"], ("吗吗吗",)),
        (["SYN", "flood"], ()),
        (["nagle", "dhcp"], ()),
        (["?"], ()),
        (["?" * LONGEST + "xyzzy"], ()),
    ],
)
def test_the_words_that_no_card_holds_are_told(shelf, words, missing):
    assert search(shelf, words, 5).missing == missing


def test_hundreds_of_words_that_stand_in_no_card_together_break_nothing(shelf):
    letters = " ".join(f"{a}{b}" for a in "abcdefghij" for b in "abcdefghij")
    signs = "".join(chr(0x4E00 + 61 * n) for n in range(LONGEST))

    for words in (letters, signs, "的" * LONGEST, "和TCP" * 75, "a" * LONGEST, "粘" * LONGEST):
        hits = search(shelf, [words], 5)
        assert len(hits.cards) == min(5, hits.total)
        meant(shelf, [words])


@pytest.mark.parametrize("words", [["CLOSE_WAIT"], ["close-wait"], ["close_wait"]])
def test_a_state_is_found_in_any_spelling(shelf, words):
    assert found(shelf, *words)[0].startswith("cl-")
    assert "cl-close-wait-meaning" in found(shelf, *words)


def test_chinese_words_are_found_where_they_stand_together(shelf):
    hits = search(shelf, ["粘包"], 3).cards

    assert "fr-term-note" in [card.id for card in hits]
    assert all("粘包" in str(card) for card in hits)


def test_a_word_may_go_on(shelf):
    assert set(found(shelf, "retransmission", limit=500)) <= set(found(shelf, "retrans", limit=500))


@pytest.mark.parametrize("name", ["hf-third-lost-accept", "hf-third-lost", "HF-Third-Lost"])
def test_a_card_is_found_first_by_its_own_id(shelf, name):
    assert found(shelf, name)[0] == name.lower()


def test_every_card_is_found_first_by_its_own_id(shelf):
    assert [name for name in shelf.ids() if found(shelf, name, limit=1) != [name]] == []


def test_all_that_is_found_is_counted(shelf):
    every = search(shelf, ["tcp"], 10_000)

    assert search(shelf, ["tcp"], 3).total == every.total == len(every.cards) > 20
    assert search(shelf, ["xyzzy"], 3) == ([], 0, ("xyzzy",))


@pytest.mark.parametrize(("joined", "apart"), [("closewait", "CLOSE_WAIT"), ("timewait", "TIME_WAIT")])
def test_an_identifier_is_found_without_its_joints(shelf, joined, apart):
    hits = search(shelf, [joined], 5).cards

    assert hits
    assert all(apart in str(card) for card in hits)
    assert apart in snippet(hits[0], [joined], "en")


@pytest.mark.parametrize(
    ("glued", "apart"),
    [("40ms", "40-ms"), ("rfc9293", "RFC-9293"), ("sha256", "SHA-256"), ("IPv4", "IPv-4")],
)
def test_a_number_is_found_glued_to_its_word_as_it_is_apart_from_it(shelf, glued, apart):
    hits = found(shelf, glued, limit=500)

    assert hits
    assert hits == found(shelf, apart, limit=500)
    assert set(hits) <= set(found(shelf, apart.replace("-", " "), limit=500))


@pytest.mark.parametrize(
    ("word", "stands"),
    [
        ("40ms", "40 ?ms"),
        ("rfc9293", "RFC 9293"),
        ("ipv4", "IPv4"),
        ("finwait2", "FIN[_-]WAIT[_-]2"),
        ("fin_wait_2", "FIN[_-]WAIT[_-]2"),
    ],
)
def test_what_is_found_for_a_word_with_a_number_holds_it(shelf, word, stands):
    cards = search(shelf, [word], 500).cards
    titles = {deck.id: str(deck.title) for deck in shelf.decks()}

    assert cards
    for card in cards:
        assert re.search(stands, f"{card} {titles[card.deck]}", re.I), card.id


def test_the_cards_of_a_deck_that_is_called_as_the_words_come_first(shelf):
    first = search(shelf, ["TCP握手"], 5).cards

    assert {card.deck for card in first[:4]} <= {"handshake", "handshake-failures"}
    assert search(shelf, ["HTTP状态码"], 1).cards[0].deck == "http-status"


@pytest.mark.parametrize("words", ["halfopen", "RFC 9293 3.5", "§3.5", "粘包", "三次握手", "状态码"])
def test_written_cards_go_before_drills_and_before_those_that_a_table_has_made(shelf, words):
    cards = search(shelf, [words], 5).cards

    assert len(cards) == 5
    assert [card.id for card in cards if card.kind == "numeric" or card.deck == "http-codes"] == []


def test_a_made_card_that_alone_holds_the_words_is_found_all_the_same(shelf):
    assert found(shelf, "451")[0] == "st-code-451"


def test_a_short_name_with_a_number_is_found(shelf):
    assert found(shelf, "h2")[0].startswith("hv-h2-")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["nagel"], "nagle"),
        (["Nagel"], "nagle"),
        (["closwait"], "closewait"),
        (["close-wiat"], "close wait"),
        (["nagel", "xyzzy", "keepalvie"], "nagle keepalive"),
        (["tpc"], "tcp"),
        (["clsoe", "wiat"], "close wait"),
        (["tccp"], "tcp"),
        (["peoll"], "epoll"),
        (["cogestoin"], "congestion"),
        (["SYN", "flod"], "SYN flood"),
        (["黏包"], "粘包"),
        (["沾包"], "粘包"),
        (["三次我手"], "三次握手"),
        (["TCP黏包是什么"], "TCP 粘包"),
        (["nagle"], None),
        (["xyzzy"], None),
        (["x" * 5000], None),
        (["粘粘粘"], None),
        (["粘" * 300], None),
        (["a"], None),
        (["?"], None),
        ([], None),
    ],
)
def test_a_word_that_no_card_holds_is_answered_with_the_closest_one_that_cards_hold(shelf, words, hint):
    assert meant(shelf, words) == hint


def test_what_was_meant_is_found(shelf):
    assert search(shelf, ["nagel"], 5).total == 0
    assert search(shelf, [meant(shelf, ["nagel"])], 5).total > 0


@given(st.lists(st.text(max_size=20), max_size=5))
@settings(deadline=None, max_examples=60)
def test_no_words_break_it(shelf, words):
    hits = search(shelf, words, 5)

    assert len(hits.cards) == min(5, hits.total)
    for card in hits.cards:
        assert len(snippet(card, words, "en")) <= WINDOW + 2
    meant(shelf, words)


def test_a_changed_deck_is_found_anew(tmp_path):
    decks = tmp_path / "decks"
    decks.mkdir()
    path = decks / "mine.yaml"
    card = "cards: [{id: c, kind: basic, difficulty: 1, tags: [t], q: WORD, a: a, cite: [{src: RFC 1}]}]"
    path.write_text("deck: {id: mine, title: T}\n" + card.replace("WORD", "quokka"))
    assert found(open_shelf(tmp_path), "quokka") == ["c"]

    path.write_text("deck: {id: mine, title: T}\n" + card.replace("WORD", "wombat"))

    assert found(open_shelf(tmp_path), "quokka") == []
    assert found(open_shelf(tmp_path), "wombat") == ["c"]


QUOKKA = "deck: {id: mine, title: T}\ncards: [{id: c, kind: basic, difficulty: 1, tags: [t], q: quokka, a: a, "


def test_two_searches_of_one_home_at_once_take_the_cards_in_once(tmp_path, monkeypatch):
    (tmp_path / "decks").mkdir()
    (tmp_path / "decks" / "mine.yaml").write_text(QUOKKA + "cite: [{src: RFC 1}]}]")
    open_shelf(tmp_path)
    both, told = threading.Barrier(2), []

    def columns(card, title):  # where a search has seen what is new and written nothing: both would, and one may
        with suppress(threading.BrokenBarrierError):
            both.wait(0.2)
        return real(card, title)

    def one():
        try:
            told.append(found(open_shelf(tmp_path), "quokka"))
        except sqlite3.Error as fault:
            told.append(fault)

    real = room.columns
    monkeypatch.setattr(room, "columns", columns)
    searches = [threading.Thread(target=one) for _ in range(2)]
    for thread in searches:
        thread.start()
    for thread in searches:
        thread.join()

    assert told == [["c"], ["c"]]
    ((rows,),) = open_shelf(tmp_path).ask("SELECT count(*) FROM found WHERE found MATCH 'quokka'")
    assert rows == 1


@pytest.mark.parametrize("table", ["found", "found_content", "found_data", "found_of", "made", "term"])
def test_a_search_outlives_the_loss_of_a_table_of_the_index(tmp_path, table):
    (tmp_path / "decks").mkdir()
    (tmp_path / "decks" / "mine.yaml").write_text(QUOKKA + "cite: [{src: RFC 1}]}]")
    assert found(open_shelf(tmp_path), "quokka") == ["c"]
    with sqlite3.connect(tmp_path / "decks.index") as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("DELETE FROM sqlite_master WHERE name = ?", [table])
    db.close()

    assert found(open_shelf(tmp_path), "quokka") == ["c"]
    assert meant(open_shelf(tmp_path), ["quoka"]) == "quokka"


@pytest.mark.parametrize("part", range(1, 10))
def test_a_search_outlives_a_damage_of_the_index(tmp_path, part):
    (tmp_path / "decks").mkdir()
    (tmp_path / "decks" / "mine.yaml").write_text(QUOKKA + "cite: [{src: RFC 1}]}]")
    assert found(open_shelf(tmp_path), "quokka") == ["c"]
    path = tmp_path / "decks.index"
    data = path.read_bytes()
    start = len(data) * part // 10
    path.write_bytes(data[:start] + b"\xff" * (len(data) - start))

    assert found(open_shelf(tmp_path), "quokka") == ["c"]


def test_an_index_that_is_lost_while_it_is_open_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "decks").mkdir()
    (tmp_path / "decks" / "mine.yaml").write_text(QUOKKA + "cite: [{src: RFC 1}]}]")
    index = open_shelf(tmp_path)
    index.db.close()
    index.db = sqlite3.connect(":memory:", isolation_level=None)

    assert found(index, "quokka") == ["c"]


@given(st.text("aZ0_-é粘 ", max_size=30))
def test_an_identifier_is_a_run_of_letters_and_digits_with_joints(text):
    assert JOINED.findall(text) == re.findall("[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)+", text)


def test_a_run_of_letters_without_end_is_gone_through_once():
    assert JOINED.findall("a" * 2_000_000 + " b-c") == ["b-c"]


def test_the_snippet_shows_the_words_in_the_language_of_the_reader(shelf):
    card = shelf.card("fr-term-note")

    assert "粘包" in snippet(card, ["粘包"], "zh")
    assert snippet(card, ["nowhere"], "en") == snippet(card, [], "en")
    assert snippet(card, ["nowhere"], "en").startswith(card.q.en[:60])


COMMON = {"id": "c", "deck": "d", "difficulty": 1, "tags": ("t",)}


def test_the_gaps_of_a_cloze_stay_blank_in_the_snippet():
    card = Cloze(**COMMON, q=Text("{{SYN}} and {{ACK}} open a connection."))

    assert snippet(card, ["connection"], "en") == "[1____] and [2____] open a connection."
    assert snippet(card, ["SYN"], "en") == "[1____] and [2____] open a connection."


def test_a_long_text_is_cut_between_words_with_a_mark_where_it_is_cut():
    line = " ".join(f"word{n}" for n in range(100))
    card = Basic(**COMMON, q=Text(line), a=Text("a"))

    for wanted, starts, ends in (("word0", True, False), ("word50", False, False), ("word99", False, True)):
        shown = snippet(card, [wanted], "en")
        assert wanted in shown.strip("…").split()
        assert f" {shown.strip('…')} " in f" {line} "
        assert (shown.startswith("…"), shown.endswith("…")) == (not starts, not ends)


def test_a_short_text_is_not_cut():
    card = Basic(**COMMON, q=Text("x" * WINDOW), a=Text("a"))

    assert snippet(card, ["nowhere"], "en") == "x" * WINDOW


@given(st.text(max_size=300), st.text(max_size=300), st.text(min_size=1, max_size=10))
def test_a_snippet_is_part_of_the_text_whatever_it_holds(before, after, wanted):
    card = Basic(**COMMON, q=Text(f"{before}{wanted}{after}"), a=Text(""))
    line = " ".join(card.q.en.split())

    shown = snippet(card, [wanted], "en")

    assert len(shown) <= WINDOW + 2
    assert shown.removeprefix("…").removesuffix("…") in line or shown in line


def test_chinese_is_cut_between_any_two_signs():
    card = Basic(**COMMON, q=Text("en", "一二三四五，" * 30 + "粘包" + "六七八九十。" * 30), a=Text("a"))

    shown = snippet(card, ["粘包"], "zh")

    assert "粘包" in shown
    assert len(shown) > WINDOW * 2 // 3
    assert shown[1] not in "，。"
