"""Docs that cannot rot."""

import csv
import re
import sys
from pathlib import Path

from prep.cards.card import KINDS
from prep.cards.deckfile import READ
from prep.cards.shelf import open_shelf
from prep.cli.app import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_command_reference_is_what_the_help_pages_say():
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from make_cli import pages
    finally:
        sys.path.pop(0)

    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == pages(), "run `python docs/make_cli.py`"


def test_the_readme_holds_exactly_two_commands_to_run():
    commands = re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S)

    assert len(commands) == 2
    assert commands[0].rstrip().endswith("prep quiz")
    assert commands[1].rstrip().endswith("pytest")


def test_every_command_that_the_readme_shows_exists():
    shown = set(re.findall(r"^prep ([a-z]+)", README, re.M)) | set(re.findall(r"`prep ([a-z]+)", README))

    assert shown <= COMMANDS.keys()


def test_the_readmes_count_the_cards(tmp_path):
    cards = len(open_shelf(tmp_path).ids())

    assert f"{cards} cards so far" in README
    assert f"目前 {cards} 张" in (ROOT / "docs" / "README.zh.md").read_text("utf-8")


def test_the_deck_format_page_names_every_key_and_kind():
    page = (ROOT / "docs" / "decks.md").read_text("utf-8")

    assert [key for key in READ if key not in page] == []
    assert [kind for kind in KINDS if f"| `{kind}` |" not in page] == []


def test_links_between_the_pages_lead_somewhere():
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))]

    assert [link for page, link in links if not (page.parent / link).exists()] == []


def test_the_page_on_tcp_states_is_made_from_the_table():
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from make_tcp_states import page
    finally:
        sys.path.pop(0)

    assert (ROOT / "docs" / "tcp-states.md").read_text("utf-8") == page(), "run `python docs/make_tcp_states.py`"


def test_the_page_on_labs_is_made_from_the_labs_and_cards():
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from make_labs import page
    finally:
        sys.path.pop(0)

    assert (ROOT / "docs" / "labs.md").read_text("utf-8") == page(), "run `python docs/make_labs.py`"


def coverage():
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import make_coverage
    finally:
        sys.path.pop(0)
    return make_coverage


def test_the_page_on_coverage_is_made_from_the_cards():
    assert (ROOT / "docs" / "coverage.md").read_text("utf-8") == coverage().page(), "run `python docs/make_coverage.py`"


def test_every_statement_of_the_source_notes_has_a_card_or_a_reason():
    seeded = coverage().seeded()
    rows = coverage().statements()

    assert [row["id"] for row in rows if row["id"] not in seeded and not row["left_out"]] == []
    assert [row["id"] for row in rows if row["id"] in seeded and row["left_out"]] == []
    assert seeded.keys() <= {row["id"] for row in rows}


def test_every_written_card_was_read_against_its_source(tmp_path):
    with (ROOT / "docs" / "review.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    written = {card.id for card in open_shelf(tmp_path).cards() if not card.deck.endswith(("-drills", "-codes"))}

    assert written - rows.keys() == set()
    assert {row["verdict"] for row in rows.values()} <= {"holds", "mended", "holds (text not at hand)"}
    assert [row["id"] for row in rows.values() if len(row["quote"].split()) > 40] == []
    assert [row["id"] for row in rows.values() if row["verdict"] == "mended" and not row["changed"]] == []
