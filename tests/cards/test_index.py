"""The index of parsed decks: what it reads, when, and what it says; and the shelf that fills it."""

import os
import sqlite3
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prep.cards import codes, deckfile
from prep.cards.card import Basic, Card, Choice, Cite, Cloze, Match, Option, Order, Proof, Text, Typed
from prep.cards.deckfile import DeckFile
from prep.cards.index import RACY_NS, Index, Source
from prep.cards.packed import pack, unpack
from prep.cards.shelf import known_decks, open_shelf, own_decks, sources
from prep.errors import PrepError
from prep.places import shipped_decks

CARD = "  - {{id: {}, kind: basic, difficulty: {}, tags: [{}], q: {}, a: a, cite: [{{src: RFC 9293}}]{}}}\n"


def deck_text(name: str, *cards: str) -> str:
    return f"deck: {{id: {name}, title: {{en: {name}, zh: 标题}}}}\ncards:\n{''.join(cards)}"


def card_text(name: str, more: str = "", *, difficulty: int = 1, tag: str = "t", q: str = "q") -> str:
    return CARD.format(name, difficulty, tag, q, f", {more}" if more else "")


class Desk:
    """A folder of decks under an index, which counts how often each file is parsed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "decks.index"
        self.parsed: list[str] = []
        self.own: set[str] = set()
        self.index: Index | None = None

    def write(self, name: str, text: str, *, age_ns: int = 10 * RACY_NS, own: bool = False) -> Path:
        """Writes a deck file, last changed so long before the latest look at the clock."""
        file = self.folder / name
        file.write_text(text, "utf-8")
        changed = file.stat().st_mtime_ns - age_ns
        os.utime(file, ns=(changed, changed))
        self.own |= {name} if own else set()
        return file

    def read(self, path: Path) -> DeckFile:
        self.parsed.append(path.name)
        return deckfile.read(path)

    def look(self, path: Path | None = None) -> Index:
        """A new index on the same file, brought up to date."""
        self.close()
        files = sorted(self.folder.glob("*.yaml"))
        self.index = Index(path or self.path)
        self.index.refresh([Source(file, file.name in self.own, self.read) for file in files])
        return self.index

    def close(self) -> None:
        if self.index is not None:
            self.index.db.close()

    def say(self, *statements: str) -> None:
        """Statements to the index file, without our code."""
        db = sqlite3.connect(self.path, isolation_level=None)
        for statement in statements:
            db.execute(statement)
        db.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    yield found
    found.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / "decks").mkdir(parents=True)
    return tmp_path / "home"


# ── what is read, and when ──


def test_an_unchanged_file_is_not_read_again(desk: Desk) -> None:
    desk.write("a.yaml", deck_text("a", card_text("a1")))
    assert desk.look().ids() == desk.look().ids() == ["a1"]
    assert desk.parsed == ["a.yaml"]


def test_an_unchanged_file_is_not_even_opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write("a.yaml", deck_text("a", card_text("a1")))
    desk.look()
    monkeypatch.setattr(Path, "open", lambda path, mode: pytest.fail(f"{path} was read"))
    assert desk.look().ids() == ["a1"]


def test_a_new_time_with_the_same_content_parses_nothing(desk: Desk) -> None:
    file = desk.write("a.yaml", deck_text("a", card_text("a1")))
    desk.look()
    os.utime(file, ns=(0, 5 * 10**18))
    assert desk.look().ids() == ["a1"]
    assert desk.parsed == ["a.yaml"]


def test_other_content_is_parsed_and_the_other_files_are_not(desk: Desk) -> None:
    desk.write("a.yaml", deck_text("a", card_text("a1")))
    desk.write("b.yaml", deck_text("b", card_text("b1")))
    desk.look()
    desk.write("b.yaml", deck_text("b", card_text("b2")), age_ns=9 * RACY_NS)
    assert desk.look().ids() == ["a1", "b2"]
    assert desk.parsed == ["a.yaml", "b.yaml", "b.yaml"]


def test_a_file_written_a_moment_before_it_was_read_is_looked_at_again(desk: Desk) -> None:
    file = desk.write("a.yaml", deck_text("a", card_text("a1")), age_ns=0)
    desk.look()
    before = file.stat()
    file.write_text(deck_text("a", card_text("a2")), "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert desk.look().ids() == ["a2"]


@pytest.mark.skipif(sys.platform == "win32", reason="has no time of change")
def test_an_edit_of_equal_length_with_its_time_put_back_is_read(desk: Desk) -> None:
    file = desk.write("a.yaml", deck_text("a", card_text("a1")))
    desk.look()
    before = file.stat()
    file.write_text(deck_text("a", card_text("a2")), "utf-8")
    while file.stat().st_ctime_ns == before.st_ctime_ns:  # until the clock of the file system ticks
        os.utime(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert desk.look().ids() == ["a2"]


def test_two_files_of_equal_size_and_time_that_swap_names_are_read(desk: Desk) -> None:
    one = desk.write("a.yaml", deck_text("a", card_text("a1")))
    other = desk.write("b.yaml", deck_text("b", card_text("b1")))
    for file in (one, other):
        os.utime(file, ns=(10**18, 10**18))
    assert desk.look().file_of() == {"a1": str(one), "b1": str(other)}
    one.rename(desk.folder / "c")
    other.rename(one)
    (desk.folder / "c").rename(other)
    assert desk.look().file_of() == {"a1": str(other), "b1": str(one)}


def test_a_file_from_a_time_too_late_for_sqlite_s_numbers_is_indexed(desk: Desk) -> None:
    file = desk.write("a.yaml", deck_text("a", card_text("a1")))
    os.utime(file, (10**10 + 4 * 10**9,) * 2)
    assert file.stat().st_mtime_ns > 2**63
    assert desk.look().ids() == ["a1"]


def test_of_a_file_over_the_limit_no_more_than_the_limit_is_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deckfile, "MAX_BYTES", 1 << 10)
    desk.write("a.yaml", "#" * (8 << 20))
    tracemalloc.start()
    faults = desk.look().faults()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [fault.rule for fault in faults] == ["size"]
    assert most < 4 << 20


def steps(desk: Desk, cards: int, files: int) -> int:
    """The steps, in thousands, that SQLite takes to index so many cards in each of so many files."""
    text = deck_text("a", *(card_text(f"a{n}") for n in range(cards)))
    found = deckfile.load(text, "a.yaml")
    taken: list[None] = []
    index = Index(None)
    index.db.set_progress_handler(lambda: taken.append(None), 1000)
    paths = [desk.folder / f"{n}.yaml" for n in range(files)]
    index.refresh([Source(path, True, lambda _: found) for path in paths])
    index.db.set_progress_handler(None, 0)
    assert len(index.ids()) == cards
    index.db.close()
    return len(taken)


@pytest.mark.parametrize(("cards", "files"), [(500, 1), (10, 50)])
def test_ten_times_the_cards_take_little_more_than_ten_times_the_steps(desk: Desk, cards: int, files: int) -> None:
    more = steps(desk, cards, files * 10) if files > 1 else steps(desk, cards * 10, 1)
    assert more < 15 * steps(desk, cards, files)


def test_the_places_of_a_file_are_told_once_and_not_for_each_card(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[None] = []
    places = DeckFile.places.fget
    assert places is not None
    monkeypatch.setattr(DeckFile, "places", property(lambda found: told.append(None) or places(found)))
    desk.write("a.yaml", deck_text("a", *(card_text(f"a{n}") for n in range(20))))
    assert desk.look().place("a19") == (str(desk.folder / "a.yaml"), 22)
    assert len(told) <= 1


def test_a_file_that_is_gone_takes_its_cards_along(desk: Desk) -> None:
    desk.write("a.yaml", deck_text("a", card_text("a1")))
    file = desk.write("b.yaml", deck_text("b", card_text("b1")))
    desk.look()
    file.unlink()
    index = desk.look()
    assert (index.ids(), [deck.id for deck in index.decks()]) == (["a1"], ["a"])
    assert index.card("b1") is None


def test_a_file_that_becomes_the_learners_own_is_taken_anew(desk: Desk) -> None:
    desk.write("a.yaml", deck_text("a", card_text("a1")))
    assert not desk.look().decks()[0].own
    desk.own.add("a.yaml")
    assert desk.look().decks()[0].own


# ── the index file is disposable ──


def damaged(desk: Desk, how: str) -> None:
    whole = desk.path.read_bytes()
    if how == "no database":
        desk.path.write_bytes(b"no database at all " * 500)
    elif how == "half of it":
        desk.path.write_bytes(whole[: len(whole) // 2])
    elif how == "pages overwritten":
        desk.path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    elif how == "another version":
        desk.say("UPDATE meta SET made_by = 'an older prep'")
    elif how == "no tables":
        desk.say("DROP TABLE body", "DROP TABLE file")
    else:
        desk.path.write_bytes(b"")


@pytest.mark.parametrize(
    "how", ["no database", "half of it", "pages overwritten", "another version", "no tables", "empty"]
)
def test_a_damaged_index_is_made_anew(desk: Desk, how: str) -> None:
    desk.write("a.yaml", deck_text("a", *(card_text(f"a{n}", q="x" * 400) for n in range(60))))
    desk.look()
    desk.close()
    damaged(desk, how)
    index = desk.look()
    assert len(index.ids()) == 60
    assert index.card("a7") == index.cards()[7]
    assert len(desk.look().ids()) == 60


def test_where_no_file_can_be_kept_the_index_is_in_memory(desk: Desk, tmp_path: Path) -> None:
    desk.write("a.yaml", deck_text("a", card_text("a1")))
    (tmp_path / "taken").mkdir()
    assert desk.look(tmp_path / "taken").ids() == ["a1"]
    assert desk.look(tmp_path / "no such folder" / "decks.index").ids() == ["a1"]
    assert not desk.path.exists()


# ── what the decks say ──


def test_what_is_easy_comes_first_and_the_decks_take_turns(desk: Desk) -> None:
    desk.write("a.yaml", deck_text("a", card_text("hard", difficulty=3), card_text("a1"), card_text("a2")))
    desk.write("b.yaml", deck_text("b", card_text("b0"), card_text("b1"), card_text("mid", difficulty=2)))
    index = desk.look()
    assert index.ids() == ["b0", "a1", "b1", "a2", "mid", "hard"]
    assert [card.id for card in index.cards()] == index.ids()
    assert index.ids(["b"]) == ["b0", "b1", "mid"]
    assert index.ids(["nowhere"]) == []


def test_cards_are_found_by_a_whole_tag(desk: Desk) -> None:
    desk.write("a.yaml", deck_text("a", card_text("a1", tag="tcp"), card_text("a2", tag="tcp-options")))
    assert desk.look().ids(tag="tcp") == ["a1"]
    assert desk.look().ids(["a"], tag="tcp-options") == ["a2"]
    assert desk.look().tags() == ["tcp", "tcp-options"]


def test_a_card_comes_back_as_it_was_read(desk: Desk) -> None:
    file = desk.write("a.yaml", deck_text("a", card_text("a1", "needs: [x, y]"), card_text("a2")))
    index, deck = desk.look(), deckfile.read(file).deck
    assert deck is not None
    assert tuple(index.cards()) == deck.cards
    assert index.card("a1") == deck.cards[0]
    assert index.card("none") is None
    assert (index.needs("a1"), index.needs("a2"), index.needs("none")) == (["x", "y"], [], [])
    assert index.file_of() == {"a1": str(file), "a2": str(file)}


def test_cards_and_decks_have_a_place(desk: Desk) -> None:
    file = str(desk.write("a.yaml", deck_text("a", card_text("a1"), card_text("a2"))))
    index = desk.look()
    assert (index.place("a1"), index.place("a2"), index.place("a")) == ((file, 3), (file, 4), (file, 1))
    assert index.place("none") is None


def test_a_deck_tells_its_counts(desk: Desk) -> None:
    proof = "proof: [{run: tcp, gives: {legal: true}}]"
    desk.write("a.yaml", deck_text("a", card_text("a1", proof), card_text("a2", q="{en: q, zh: 问}")))
    shown = desk.look().decks()[0]
    assert (shown.id, shown.title, shown.cards, shown.zh, shown.proofs) == ("a", Text("a", "标题"), 2, 1, 1)


# ── own cards, renames, broken decks ──


def test_a_card_of_the_learners_own_replaces_the_shipped_one(desk: Desk) -> None:
    desk.write("shipped.yaml", deck_text("a", card_text("a1", q="shipped"), card_text("a2")))
    own = desk.write("own.yaml", deck_text("mine", card_text("a1", q="mine")), own=True)
    index = desk.look()
    assert [card.q.en for card in index.cards() if card.id == "a1"] == ["mine"]
    assert (index.ids(), index.replaced()) == (["a1", "a2"], ["a1"])
    assert {deck.id: deck.cards for deck in index.decks()} == {"a": 1, "mine": 1}
    own.unlink()
    index = desk.look()
    assert (index.card("a1").q.en, index.replaced()) == ("shipped", [])  # type: ignore[union-attr]


def test_renames_lead_from_old_ids_to_the_card_that_carries_on(desk: Desk) -> None:
    desk.write("a.yaml", deck_text("a", card_text("new", "renamed_from: [old, older]"), card_text("other")))
    assert desk.look().renames() == {"old": "new", "older": "new"}


def test_an_old_id_that_is_a_card_again_keeps_its_history(desk: Desk) -> None:
    desk.write("a.yaml", deck_text("a", card_text("new", "renamed_from: [old, older]"), card_text("old")))
    assert desk.look().renames() == {"older": "new"}


@pytest.mark.parametrize("order", [["new", "newer"], ["newer", "new"]])
def test_of_two_cards_with_one_old_id_the_first_by_id_carries_on(desk: Desk, order: list[str]) -> None:
    for file, name in zip("ab", order, strict=True):
        desk.write(f"{file}.yaml", deck_text(file, card_text(name, "renamed_from: [old]")))
    index = desk.look()
    assert index.renames() == {"old": "new"}
    index.db.execute("PRAGMA reverse_unordered_selects = ON")
    assert index.renames() == {"old": "new"}


def test_a_rename_in_a_replaced_card_does_not_count(desk: Desk) -> None:
    desk.write("a.yaml", deck_text("a", card_text("new", "renamed_from: [old]")))
    desk.write("b.yaml", deck_text("b", card_text("new")), own=True)
    assert desk.look().renames() == {}


def test_a_broken_deck_is_left_out_with_its_faults_until_it_is_mended(desk: Desk) -> None:
    desk.write("a.yaml", deck_text("a", card_text("a1")))
    file = desk.write("b.yaml", deck_text("b", card_text("b1", "colour: red")), own=True)
    for _ in range(2):
        index = desk.look()
        assert index.ids() == ["a1"]
        assert [deck.id for deck in index.decks()] == ["a"]
        assert [(fault.file, fault.line, fault.rule) for fault in index.faults()] == [(str(file), 3, "unknown-key")]
    assert desk.parsed == ["a.yaml", "b.yaml"]
    desk.write("b.yaml", deck_text("b", card_text("b1")))
    index = desk.look()
    assert (index.ids(), index.faults()) == (["a1", "b1"], [])


def test_a_broken_deck_of_the_learners_own_replaces_nothing(desk: Desk) -> None:
    desk.write("a.yaml", deck_text("a", card_text("a1", q="shipped")))
    desk.write("b.yaml", deck_text("b", card_text("a1", "colour: red", q="mine")), own=True)
    assert [card.q.en for card in desk.look().cards()] == ["shipped"]


# ── what is left out ──

BROKEN = "  - {id: m2, kind: basic, difficulty: 7, tags: [t], q: q, a: a, cite: [{src: RFC 9293}]}\n"


def test_a_deck_that_is_left_out_is_known_with_its_cards_and_its_first_fault(desk: Desk) -> None:
    file = desk.write("mine.yaml", deck_text("m", card_text("m1"), BROKEN))
    index = desk.look()
    lines = {"m": 4, "mine": 4, "m1": 3, "m2": 4}
    for name, line in lines.items():
        (out,) = index.left_out(name)
        assert (out.file, out.line, out.fault.line, out.fault.rule) == (str(file), line, 4, "difficulty")
    assert [index.left_out(name)[0].deck for name in lines] == ["m", "mine", "m", "m"]
    assert (index.ids(), index.place("m1"), index.left_out("nowhere")) == ([], None, [])


def test_a_deck_that_was_mended_is_left_out_no_more(desk: Desk) -> None:
    desk.write("mine.yaml", deck_text("m", BROKEN))
    desk.look()
    desk.write("mine.yaml", deck_text("m", card_text("m1")), age_ns=9 * RACY_NS)
    assert desk.look().left_out("m") == []


def test_a_file_that_is_no_yaml_is_left_out_by_its_own_name(desk: Desk) -> None:
    desk.write("mine.yaml", "[")
    assert [out.fault.rule for out in desk.look().left_out("mine")] == ["yaml"]


def test_to_mend_a_deck_its_own_file_is_opened_before_a_shipped_one(desk: Desk) -> None:
    desk.write("a.yaml", deck_text("a", card_text("a1")))
    broken = desk.write("b.yaml", deck_text("a", BROKEN, card_text("a1")), own=True)
    assert desk.look().to_edit("a") == (str(broken), 3)
    assert desk.look().to_edit("a1") == (str(broken), 4)
    own = desk.write("c.yaml", deck_text("a", card_text("a1")), own=True)
    assert desk.look().to_edit("a1") == (str(own), 3)
    assert desk.look().to_edit("nowhere") is None


def test_a_deck_that_is_left_out_is_not_said_to_be_none(home: Path) -> None:
    (own_decks(home) / "m.yaml").write_text(deck_text("m", BROKEN), "utf-8")
    shelf = open_shelf(home, keep=False)
    with pytest.raises(
        PrepError, match=r"^m: left out for a fault: .*m\.yaml:3:\d+: .*; `prep deck check m` shows all"
    ):
        known_decks(shelf, ["dns", "m"])
    shelf.db.close()


# ── cards as text ──

COMMON: dict[str, Any] = {"id": "c", "deck": "d", "difficulty": 1, "tags": ("t",), "q": Text("q", "问")}
FULL: dict[str, Any] = {
    "a": Text("a"),
    "points": (Text("p", "点"), Text("p2")),
    "wrong": (Option(Text("w"), False, Text("why")), Option(Text("w2", "错"))),
    "hint": Text("h"),
    "cite": (Cite("RFC 9293", "3.4"), Cite("tcp(7)"), Cite("RFC 793", None, historic=True)),
    "proof": (Proof(run="x", gives={"a": [1, None, False, 0.5, ""]}), Proof(lab="l", holds=("a", "b"))),
    "next": ("n",),
    "needs": ("m",),
    "platform": "linux",
    "seeds": ("S1-1",),
    "renamed_from": ("old",),
}


NOTHINGS: list[Any] = [None, False, 0, [], {}, ""]


@pytest.mark.parametrize(
    "card",
    [
        Basic(**COMMON),
        Basic(**COMMON, **FULL),
        Choice(**COMMON, choices=(Option(Text("r"), True), Option(Text("x", "叉"), False, Text("why", "因")))),
        Typed(**COMMON, accept=("a", "b"), accept_zh=("甲",)),
        Cloze(**COMMON, accept=(("a",), ("b", "c"))),
        Order(**COMMON, order=(Text("a"), Text("b", "乙"))),
        Match(**COMMON, pairs=((Text("a"), Text("1")), (Text("b", "乙"), Text("2", "二")))),
        *(Basic(**COMMON, proof=(Proof(run="x", gives=gives),)) for gives in NOTHINGS),
    ],
)
def test_a_card_survives_packing(card: Card) -> None:
    assert unpack(pack(card)) == card
    assert pack(unpack(pack(card))) == pack(card)


def test_every_shipped_card_survives_packing() -> None:
    decks = [deckfile.read(path).deck for path in sorted(shipped_decks().glob("*.yaml"))]
    cards = [card for deck in [*decks, codes.deck().deck] if deck is not None for card in deck.cards]
    assert len(cards) > 100
    assert [unpack(pack(card)) for card in cards] == cards


# ── the shelf ──


def test_the_shelf_holds_the_shipped_decks_the_codes_and_the_learners_own(home: Path) -> None:
    (own_decks(home) / "mine.yml").write_text(deck_text("mine", card_text("m1")), "utf-8")
    (own_decks(home) / "notes.txt").write_text("no deck", "utf-8")
    shelf = open_shelf(home)
    found = {deck.id: deck.own for deck in shelf.decks()}
    assert found == {
        **dict.fromkeys((p.stem for p in shipped_decks().glob("*.yaml")), False),
        "http-codes": False,
        "subnet-drills": False,
        "tcp-drills": False,
        "framing-drills": False,
        "diagnosis-drills": False,
        "mine": True,
    }
    assert shelf.faults() == []
    assert sum(source.own for source in sources(home)) == 1
    shelf.db.close()


def test_a_file_whose_name_is_not_utf_8_is_left_out_and_the_other_decks_are_there(home: Path) -> None:
    try:
        (own_decks(home) / "\udcff.yaml").write_text(deck_text("odd", card_text("o1")), "utf-8")
    except OSError:
        pytest.skip("this file system has no such names")
    (own_decks(home) / "mine.yaml").write_text(deck_text("mine", card_text("m1")), "utf-8")
    for _ in range(2):
        shelf = open_shelf(home)
        (fault,) = shelf.faults()
        assert (fault.file, fault.rule) == (f"{own_decks(home)}{os.sep}\\udcff.yaml", "file")
        assert {"mine", "http-codes"} < {deck.id for deck in shelf.decks()}
        assert (shelf.card("m1") is not None, shelf.card("o1")) == (True, None)
        shelf.db.close()


def test_a_shelf_that_is_not_kept_leaves_no_file(home: Path) -> None:
    shelf = open_shelf(home, keep=False)
    assert "http-codes" in {deck.id for deck in shelf.decks()}
    assert not (home / "decks.index").exists()
    shelf.db.close()


def test_a_home_that_does_not_exist_is_not_made_by_looking(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path / "nowhere")
    assert shelf.ids()
    assert not (tmp_path / "nowhere").exists()
    shelf.db.close()


def test_unknown_decks_are_named_with_the_closest_known_one(home: Path) -> None:
    shelf = open_shelf(home, keep=False)
    assert known_decks(shelf, ["http-codes"]) == ["http-codes"]
    with pytest.raises(PrepError, match=r"^http-cods, xyz: no such deck; did you mean http-codes\?$"):
        known_decks(shelf, ["http-codes", "http-cods", "xyz"])
    shelf.db.close()


def test_a_deck_or_path_in_another_case_is_named_as_it_is_written(home: Path) -> None:
    shelf = open_shelf(home, keep=False)
    for name, known in (("HTTP-CODES", "http-codes"), ("CRAM", "cram")):
        with pytest.raises(PrepError, match=rf"^{name}: no such deck; did you mean {known}\?$"):
            known_decks(shelf, [name])
    shelf.db.close()


def test_a_deck_without_a_name_is_quoted(home: Path) -> None:
    shelf = open_shelf(home, keep=False)
    with pytest.raises(PrepError, match=r"^'', ' ', x: no such deck"):
        known_decks(shelf, ["", " ", "x"])
    shelf.db.close()
