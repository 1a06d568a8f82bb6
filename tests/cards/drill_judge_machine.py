"""Answers to the drills in TCP's states, found from the English question by walking, not by looking the row up."""

import re
from itertools import permutations

from prep.cards.drills.tcp_events import HAPPENS, happens
from prep.net.tcp.check import check_events, check_states


def _walked(ask: str) -> dict:
    state, told = re.fullmatch(r"By RFC 9293: the state is (\w+); (.+?)\. (?:What|Which) .*", ask, re.S).groups()
    (event,) = [event for event in HAPPENS if happens(state, event).en == told]
    return check_events(state, [event])


def _sends(ask: str) -> str:
    return _walked(ask)["sends"][0] or "nothing"


def _legal(ask: str) -> str:
    source, target = re.search(r"from (\w+) to (\w+) in one step", ask).groups()
    return "yes" if check_states([source, target])["legal"] else "no"


def _path(ask: str) -> str:
    """The one order that is legal."""
    first, last, shown = re.fullmatch(r".* from (\w+) to (\w+): (.+)", ask).groups()
    orders = [way for way in permutations(shown.split(", ")) if (way[0], way[-1]) == (first, last)]
    (only,) = [way for way in orders if check_states(list(way))["legal"]]
    return ", ".join(only)


MACHINE_JUDGES = {
    "tcp-next-state": lambda ask: _walked(ask)["final"],
    "tcp-sends": _sends,
    "tcp-verdict": lambda ask: _walked(ask)["verdicts"][0],
    "tcp-legal": _legal,
    "tcp-path": _path,
}
