"""The diagram is the table, drawn."""

import xml.etree.ElementTree as ET

import pytest

from prep.net.tcp.check import check_states
from prep.net.tcp.diagram import FORMATS, PLACES, draw, edges, walk
from prep.net.tcp.table import STATES

FIGURE_5 = {
    ("CLOSED", "LISTEN"), ("CLOSED", "SYN_SENT"), ("LISTEN", "SYN_RECEIVED"), ("LISTEN", "SYN_SENT"),
    ("LISTEN", "CLOSED"), ("SYN_SENT", "SYN_RECEIVED"), ("SYN_SENT", "ESTABLISHED"), ("SYN_SENT", "CLOSED"),
    ("SYN_RECEIVED", "ESTABLISHED"), ("SYN_RECEIVED", "FIN_WAIT_1"), ("SYN_RECEIVED", "LISTEN"),
    ("ESTABLISHED", "FIN_WAIT_1"), ("ESTABLISHED", "CLOSE_WAIT"), ("FIN_WAIT_1", "FIN_WAIT_2"),
    ("FIN_WAIT_1", "CLOSING"), ("FIN_WAIT_2", "TIME_WAIT"), ("CLOSING", "TIME_WAIT"), ("CLOSE_WAIT", "LAST_ACK"),
    ("LAST_ACK", "CLOSED"), ("TIME_WAIT", "CLOSED"),
}  # fmt: skip


def test_the_solid_arrows_are_those_of_figure_5():
    assert {(edge.source, edge.target) for edge in edges() if edge.in_figure_5} == FIGURE_5


def test_every_arrow_is_a_pair_that_the_checker_finds_legal_and_no_other_is_drawn():
    drawn = {(edge.source, edge.target) for edge in edges()}

    legal = {(a, b) for a in STATES for b in STATES if a != b and check_states([a, b])["legal"]}

    assert drawn == legal


@pytest.mark.parametrize("edge", edges(), ids=lambda edge: f"{edge.source}-{edge.target}")
def test_an_arrow_names_exactly_the_events_that_the_checker_gives(edge):
    assert sorted(edge.events) == check_states([edge.source, edge.target])["events_any_of"][0]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_names_all_states(form):
    drawn = draw(form)

    assert [state for state in STATES if state not in drawn] == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_path_is_marked_up_to_the_step_that_is_not_legal(form):
    taken = walk(["ESTABLISHED", "CLOSE_WAIT", "TIME_WAIT", "CLOSED"], 1)

    assert taken.taken == {("ESTABLISHED", "CLOSE_WAIT")}
    assert taken.illegal == ("CLOSE_WAIT", "TIME_WAIT")
    assert draw(form, taken) != draw(form)
    assert "not legal" in draw(form, taken)


def test_the_svg_is_well_formed_and_places_every_state_on_its_own():
    root = ET.fromstring(draw("svg", walk(["CLOSED", "LISTEN"])))

    boxes = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text") if text.text in STATES]
    assert sorted(boxes) == sorted([*STATES, "CLOSED"])
    assert len(set(PLACES.values())) == len(PLACES)


def test_an_unknown_format_is_refused_by_its_name():
    with pytest.raises(ValueError, match=r"^png: no such format; one of text, mermaid, dot, svg$"):
        draw("png")
