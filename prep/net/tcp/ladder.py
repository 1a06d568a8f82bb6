"""A ladder diagram as text: A's state, what went over the wire, B's state; one line a step, as in RFC 9293's figures.

An arrow is drawn when its segment arrives or is lost, so that the order is what the ends saw; states are those after
it. `...` is the network: a segment that came out of nowhere, or that is still in there. Everything is ASCII, so that
columns stay columns in every font and language.
"""

from prep.net.tcp.exchange import Moment, Played
from prep.net.tcp.segment import Segment
from prep.net.tcp.tcb import State

WIDTH = 80
STATE = 12  # SYN_RECEIVED
MARKS = {"lose": "X lost", "delay": "... delayed", "duplicate": "... twice"}
FLYING = "... in flight"


def ladder(played: Played, width: int = WIDTH) -> list[str]:
    number = len(str(len(played.moments))) + 1
    between = width - number - 2 - 2 * (STATE + 2)
    states: tuple[State, State] = ("CLOSED", "CLOSED")
    lines = [_row("", ("A", "B"), "", number, between), _row("", states, "", number, between)]
    for place, moment in enumerate(played.moments, 1):
        states = moment.states
        *above, last = _middle(moment, between)
        lines += [_row("", ("", ""), text, number, between) for text in above]
        lines.append(_row(str(place), states, last, number, between))
        if note := _note(moment):
            lines.append(_row("", ("", ""), _beside(note, moment.at == "A", between), number, between))
    for side, segments in played.flying.items():
        for segment in segments:
            drawn = _arrow(segment, side == "A", "", FLYING, between)
            lines += [_row("", ("", ""), text, number, between) for text in drawn]
    return lines


def _row(place: str, states: tuple[str, str], middle: str, number: int, between: int) -> str:
    left, right = states
    return f"{place:>{number}}  {left:{STATE}}  {middle:{between}}  {right}".rstrip()


def _middle(moment: Moment, between: int) -> list[str]:
    step, segment = moment.step, moment.segment
    if segment is None:
        return [_beside(_call(moment), moment.at == "A", between)]
    origin = "... " if step.act == "inject" else ""
    return _arrow(segment, step.side == "A", origin, MARKS.get(step.act, ""), between)


def _call(moment: Moment) -> str:
    """The event, and what it returned unless that was ok."""
    step, result = moment.step, moment.answer.result
    octets = f" {step.place}" if step.act == "SEND" and step.place != 1 else ""
    return f"{step.act}{octets}" + (f": {result}" if result not in ("", "ok") else "")


def _note(moment: Moment) -> str:
    """The states on the way, and what the user is told."""
    way = [state for state in moment.answer.path[1:-1] if state != "CLOSED"]
    parts = [f"by way of {', '.join(way)}" if way else "", moment.answer.signal]
    return f"({'; '.join(part for part in parts if part)})" if any(parts) else ""


def _beside(text: str, left: bool, between: int) -> str:
    return text if left else f"{text:>{between}}"


def _arrow(segment: Segment, rightward: bool, origin: str, mark: str, between: int) -> list[str]:
    """One line; two where the segment's text leaves no room for an arrow."""
    head = f" {mark}" if mark else ">" if rightward else "<"
    label, room = f" {segment} ", between - len(origin) - len(head)
    if len(label) + 1 > room:
        return [f"{segment!s:^{between}}".rstrip(), _pointed("-" * room, rightward, origin, head)]
    return [_pointed(f"{label:-^{room}}", rightward, origin, head)]


def _pointed(shaft: str, rightward: bool, origin: str, head: str) -> str:
    if rightward:
        return origin + shaft + head
    return _mirrored(head) + shaft + _mirrored(origin)


def _mirrored(mark: str) -> str:
    """` X lost` seen from the other side: `lost X `."""
    return " ".join(reversed(mark.split(" ", 2)))
