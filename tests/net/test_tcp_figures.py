"""Figures 6 to 13 of RFC 9293, with their sequence and acknowledgment numbers."""

from typing import NamedTuple

import pytest

from prep.net.tcp.exchange import play


class Figure(NamedTuple):
    """first: the numbers that make those of the figure, where it begins with an open connection."""

    first: tuple[int, int]
    script: str
    sends: list[str]
    ends: tuple[str, str]


OPEN = "B listen; A connect; deliver A>B; deliver B>A; deliver A>B"
FIGURES = {
    "6 basic three-way handshake": Figure(
        (100, 300),
        f"{OPEN}; A send 1",
        [
            "A: <SEQ=100><CTL=SYN>",
            "B: <SEQ=300><ACK=101><CTL=SYN,ACK>",
            "A: <SEQ=101><ACK=301><CTL=ACK>",
            "A: <SEQ=101><ACK=301><CTL=ACK><DATA=1>",
        ],
        ("ESTABLISHED", "ESTABLISHED"),
    ),
    "7 simultaneous open": Figure(
        (100, 300),
        "A connect; B connect; deliver B>A; deliver A>B; deliver B>A; deliver A>B",
        [
            "A: <SEQ=100><CTL=SYN>",
            "B: <SEQ=300><CTL=SYN>",
            "A: <SEQ=100><ACK=301><CTL=SYN,ACK>",
            "B: <SEQ=300><ACK=101><CTL=SYN,ACK>",
            "A: <SEQ=101><ACK=301><CTL=ACK>",  # these two are not in the figure: Table 6 asks for them
            "B: <SEQ=301><ACK=101><CTL=ACK>",
        ],
        ("ESTABLISHED", "ESTABLISHED"),
    ),
    "8 old duplicate SYN": Figure(
        (100, 300),
        "B listen; A connect; inject >B 90 0 SYN; deliver B>A; deliver A>B 2; deliver A>B; deliver B>A; deliver A>B",
        [
            "A: <SEQ=100><CTL=SYN>",
            "B: <SEQ=300><ACK=91><CTL=SYN,ACK>",
            "A: <SEQ=91><CTL=RST>",
            "B: <SEQ=400><ACK=101><CTL=SYN,ACK>",
            "A: <SEQ=101><ACK=401><CTL=ACK>",
        ],
        ("ESTABLISHED", "ESTABLISHED"),
    ),
    "9 half-open, the crashed end connects": Figure(
        (99, 299),
        f"{OPEN}; A crash; A connect; deliver A>B; deliver B>A; deliver A>B; A timeout",
        [
            "A: <SEQ=399><CTL=SYN>",  # 400 in the figure: any number will do
            "B: <SEQ=300><ACK=100><CTL=ACK>",
            "A: <SEQ=100><CTL=RST>",
            "A: <SEQ=399><CTL=SYN>",
        ],
        ("SYN_SENT", "CLOSED"),
    ),
    "10 half-open, the other end sends": Figure(
        (99, 299),
        f"{OPEN}; A crash; B send 10; deliver B>A; deliver A>B",
        ["B: <SEQ=300><ACK=100><CTL=ACK><DATA=10>", "A: <SEQ=100><CTL=RST>"],
        ("CLOSED", "CLOSED"),
    ),
    "11 old duplicate SYN, two listeners": Figure(
        (100, 300),
        "A listen; B listen; inject >B 777 0 SYN; deliver B>A; deliver A>B",
        ["B: <SEQ=300><ACK=778><CTL=SYN,ACK>", "A: <SEQ=778><CTL=RST>"],
        ("LISTEN", "LISTEN"),
    ),
    "12 normal close": Figure(
        (99, 299),
        f"{OPEN}; A close; deliver A>B; deliver B>A; B close; deliver B>A; deliver A>B; A 2msl",
        [
            "A: <SEQ=100><ACK=300><CTL=FIN,ACK>",
            "B: <SEQ=300><ACK=101><CTL=ACK>",
            "B: <SEQ=300><ACK=101><CTL=FIN,ACK>",
            "A: <SEQ=101><ACK=301><CTL=ACK>",
        ],
        ("CLOSED", "CLOSED"),
    ),
    "13 simultaneous close": Figure(
        (99, 299),
        f"{OPEN}; A close; B close; deliver B>A; deliver A>B; deliver B>A; deliver A>B",
        [
            "A: <SEQ=100><ACK=300><CTL=FIN,ACK>",
            "B: <SEQ=300><ACK=100><CTL=FIN,ACK>",
            "A: <SEQ=101><ACK=301><CTL=ACK>",
            "B: <SEQ=301><ACK=101><CTL=ACK>",
        ],
        ("TIME_WAIT", "TIME_WAIT"),
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_the_rfc_is_reproduced(name: str) -> None:
    figure = FIGURES[name]

    told = play(figure.script.replace(";", "\n"), figure.first).json()

    assert told["sends"][-len(figure.sends) :] == figure.sends
    assert tuple(told["final"].values()) == figure.ends
