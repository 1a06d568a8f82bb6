"""The script of an exchange between A and B, from text to steps. The grammar stands at the top of exchange.py."""

import re
from difflib import get_close_matches
from typing import Literal, NamedTuple

from prep.net.tcp.calls import EVENTS
from prep.net.tcp.reading import PathError, read_event
from prep.net.tcp.segment import MODULUS, ORDER, Segment
from prep.net.tcp.tcb import WINDOW

Side = Literal["A", "B"]
SIDES: tuple[Side, Side] = ("A", "B")
PEER: dict[Side, Side] = {"A": "B", "B": "A"}

MOST_FAULTS = 20
ARROW = re.compile(r"\b([AB]) ?(?:[-=–—]*>|→) ?([AB])\b", re.IGNORECASE)
WIRE = {
    "deliver": "deliver",
    "lose": "lose",
    "drop": "lose",
    "duplicate": "duplicate",
    "dup": "duplicate",
    "delay": "delay",
    "reorder": "delay",
    "inject": "inject",
}
SAY = "write connect, listen, send, receive, close, abort, timeout, crash, …"
SOME_TIMEOUT = "~TIMEOUT"  # which one, the state says
TO = {"A>B": "B", "B>A": "A", ">A": "A", ">B": "B"}


class ScriptError(ValueError):
    """What is wrong with a script, each fault on a line of its own:
    `line 3: deliver A>C: no such direction; write A>B or B>A`."""


class Step(NamedTuple):
    """One line of a script.

    side: whose event it is, or who sent the segments that the wire is to treat (of `inject`: who would have).
    act: an event of `calls.EVENTS` or SOME_TIMEOUT, or deliver, lose, duplicate, delay, inject.
    place: which of the segments in flight, 0 the oldest, -1 the newest; of a SEND, how many octets.
    segment: what is injected.
    """

    line: int
    text: str
    side: Side
    act: str
    place: int = 0
    segment: Segment | None = None


def fault(step: Step, what: str) -> str:
    shown = step.text if len(step.text) <= 60 else step.text[:59] + "…"
    return f"line {step.line}: {shown}: {what}"


def read(script: str) -> list[Step]:
    """Raises ScriptError with all faults."""
    steps, faults = [], []
    for number, line in enumerate(script.splitlines(), 1):
        text = ARROW.sub(r"\1>\2", " ".join(line.partition("#")[0].split()))
        if not text:
            continue
        try:
            steps.append(_step(number, text))
        except ScriptError as why:
            faults.append(fault(Step(number, text, "A", ""), str(why)))
    if not steps and not faults:
        faults = ["line 1: nothing to play; begin with `B OPEN_PASSIVE` and `A OPEN_ACTIVE`"]
    if faults:
        more = [f"and {len(faults) - MOST_FAULTS} more bad lines"] if len(faults) > MOST_FAULTS else []
        raise ScriptError("\n".join([*faults[:MOST_FAULTS], *more]))
    return steps


def _step(number: int, text: str) -> Step:
    first, *rest = text.split()
    for end in SIDES:
        if first.rstrip(":").upper() == end:
            act, octets = _event(rest)
            return Step(number, text, end, act, octets)
    act = WIRE.get(first.lower(), "")
    if not act:
        close = get_close_matches(first.lower(), WIRE, n=1)
        raise ScriptError(
            f"no such step; did you mean {close[0]}?" if close else "no such step; begin with A, B, deliver, lose, …"
        )
    if not rest:
        raise ScriptError(
            "which way? write `inject >B SEQ ACK FLAGS`" if act == "inject" else "write A>B or B>A behind"
        )
    side = _sender(rest[0], act)
    if act == "inject":
        return Step(number, text, side, act, segment=_segment(rest[1:]))
    return Step(number, text, side, act, _place(rest[1:], first))


def _sender(word: str, act: str) -> Side:
    arrow = word.upper()
    to = TO.get(arrow) if act == "inject" or len(arrow) == 3 else None
    if to is None:
        raise ScriptError("no such direction; write " + (">A or >B" if act == "inject" else "A>B or B>A"))
    return "A" if to == "B" else "B"


def _event(words: list[str]) -> tuple[str, int]:
    """The event, as `reading.read_event` has it, and for SEND how many octets."""
    *said, last = words or [""]
    octets = _number(last, 1, WINDOW, "octets") if said and last.isdecimal() else 0
    name = " ".join(said if octets else words)
    if name.upper() in ("CRASH", "REBOOT"):
        return "CRASH", 1
    try:
        key = read_event(name)
    except PathError as why:
        ours = not name or "rcv" in (why.hint or "rcv")
        raise ScriptError(f"{why.what if name else 'no event'}; {SAY if ours else why.hint}") from None
    if key.startswith(("RCV_", "~ACK", "~FIN")):
        raise ScriptError("segments come by the wire; write `deliver B>A` or `inject >A SEQ ACK FLAGS`")
    if key not in EVENTS and key != SOME_TIMEOUT:
        raise ScriptError(f"not in an exchange; write {key.partition(':')[0]}")
    if octets and key != "SEND":
        raise ScriptError(f"only SEND takes a number; write {key}")
    return key, octets or 1


def _place(words: list[str], verb: str) -> int:
    """Which of the segments in flight."""
    if words in ([], ["last"]):
        return -1 if words else 0
    if len(words) > 1:
        raise ScriptError(f"too many words; write `{verb} A>B`, `{verb} A>B 2` or `{verb} A>B last`")
    return _number(words[0], 1, 1_000_000, "places") - 1


def _segment(words: list[str]) -> Segment:
    """`SEQ ACK FLAGS [DATA]`."""
    if len(words) not in (3, 4):
        raise ScriptError("SEQ ACK FLAGS are wanted, and how many octets where there are any: `inject >B 101 301 RST`")
    seq = _number(words[0], 0, MODULUS - 1, "sequence numbers")
    flags = frozenset(() if words[2] in ("-", "none") else words[2].upper().replace("+", ",").split(","))
    if flags - set(ORDER):
        raise ScriptError(f"no such flag: {', '.join(sorted(flags - set(ORDER)))}; flags are {' '.join(ORDER)}")
    if words[1] == "-" and "ACK" in flags:
        raise ScriptError("an ACK needs its number; write it in place of -")
    ack = None if words[1] == "-" else _number(words[1], 0, MODULUS - 1, "acknowledgment numbers")
    data = _number(words[3].upper().removeprefix("DATA="), 0, WINDOW, "octets") if len(words) == 4 else 0
    return Segment(seq, ack if "ACK" in flags else None, flags - {"ACK"}, data)


def _number(word: str, lowest: int, highest: int, of: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 12 and lowest <= int(word) <= highest):
        raise ScriptError(f"{word} is out of place; {of} are whole numbers from {lowest} to {highest}")
    return int(word)
