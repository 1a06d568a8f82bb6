"""What is diagnosed: a listing shows its finding and nothing else, a ladder gives nothing away, both fit a terminal."""

import pytest

from prep.cards.drill import Dice, question, value_of
from prep.cards.drills.cases import CASES, listing
from prep.cards.drills.diagnosis import CULPRIT, HEALTHY, INNOCENT, NEAR, SIGNS
from prep.cards.drills.forms import spoken
from prep.net.tcp.sockets.findings import ADVICE
from prep.net.tcp.table import STATES

EACH = [pytest.param(band, case, id=f"{band} {case.code}") for band in CASES for case in CASES[band]]


@pytest.mark.parametrize(("band", "case"), EACH)
def test_the_finder_finds_in_a_case_what_it_was_made_for_and_nothing_else(band, case):
    assert {listing(Dice(f"{seed}"), case, band).code for seed in range(60)} == {case.code}


@pytest.mark.parametrize(("band", "case"), EACH)
def test_a_listing_fits_a_terminal(band, case):
    shown = [listing(Dice(f"{seed}"), case, band).lines for seed in range(60)]

    assert max(len(line) for lines in shown for line in lines) <= 79
    assert max(len(lines) for lines in shown) <= 16


@pytest.mark.parametrize(("band", "case"), EACH)
def test_the_row_that_gives_it_away_is_a_row_of_the_listing(band, case):
    shown = listing(Dice("row"), case, band)

    assert shown.sign in [" ".join(line.split()) for line in shown.lines]


@pytest.mark.parametrize("kind", ["dg-ladder@1", "dg-lost@1", "dg-capture@1"])
@pytest.mark.parametrize("band", [1, 2])
def test_a_ladder_fits_a_terminal_and_tells_no_state_but_the_first(kind, band):
    asked = [question(kind, band, seed).ask.en.split("\n")[1:-1] for seed in range(100)]
    words = {word for lines in asked for line in lines for word in line.split()}

    assert max(len(line) for lines in asked for line in lines) <= 79
    assert words & set(STATES) <= {"CLOSED"}
    assert not words & {"(by", "(connection"}
    assert kind == "dg-ladder@1" or "lost" not in words


def test_every_finding_is_drilled_and_has_its_sign_and_neighbours():
    codes = {*ADVICE, HEALTHY}

    assert {case.code for band in CASES for case in CASES[band]} == codes
    assert set(SIGNS) == set(NEAR) == codes
    assert all(set(near) < codes - {code} for code, near in NEAR.items())


def test_whoever_is_guilty_has_somebody_who_is_wrongly_blamed():
    assert set(INNOCENT) == set(CULPRIT) - {HEALTHY}
    assert all(who != CULPRIT[code] for code, (who, _) in INNOCENT.items())


@pytest.mark.parametrize("word", [*SIGNS, *CULPRIT.values()])
def test_each_word_of_a_diagnosis_is_read_in_both_languages(word):
    zh = spoken("word", word, "zh")

    assert not zh.isascii()
    assert value_of("word", word) == value_of("word", zh) == value_of("word", word.replace("-", " ")) == (word,)
