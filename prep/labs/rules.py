"""What happens to which segment on the programmable wire, as it is written after `--drop`, `--delay` and the like.

    A:SYN#1              the first SYN that A sends
    B:SYN,ACK#2          the second SYN+ACK of B
    A:data#3             the third segment of A that carries data
    B:ACK#*              every bare ACK of B
    B:SYN,ACK#1=300      a delay says how long: 300 ms

- Who: the end that sends it, A (it connects) or B (it listens).
- What: control bits, exactly these, data or not; `ACK` alone is a bare ACK; `data` is whatever carries data, with any
  bits; `any` is every packet, TCP or not.
- Which: `#n` is the n-th that matches, `#*` each of them, nothing the first. A segment that is sent again counts again.

A packet has one fate: the first rule that it hits decides, and all rules count it. Those of a command line stand in the
order of their kinds: drop, delay, duplicate, reorder, corrupt; those of one kind as they were written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from prep.errors import PrepError, did_you_mean
from prep.net.tcp.segment import ORDER
from prep.text import clip, visible

Kind = Literal["drop", "delay", "duplicate", "reorder", "corrupt"]
Side = Literal["A", "B"]
Bits = frozenset[str]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
ACK: Final[Bits] = frozenset({"ACK"})
MOST_RULES, HIGHEST, LONGEST_DELAY = 64, 10_000, 10_000  # rules, number, milliseconds
WRITTEN: Final = re.compile(r"(?P<side>[^:#=]*):(?P<what>[^#=]*)(?:#(?P<number>[^=]*))?(?:=(?P<ms>.*))?", re.DOTALL)
EXAMPLES: Final = {"delay": "write it like A:SYN#1=300"}
EXAMPLE: Final = "write it like A:SYN#1, B:SYN,ACK#2, A:data#3 or B:any#*"


@dataclass(frozen=True, slots=True)
class Rule:
    """`what` is a set of control bits, "data" or "any". `number` counts from 1, None is each. `ms` is of a delay."""

    kind: Kind
    side: Side
    what: Bits | Literal["data", "any"]
    number: int | None = 1
    ms: int = 0

    def matches(self, side: Side, bits: Bits | None, data: int) -> bool:
        """`bits` are the control bits of the packet, None where it is not TCP; `data` the bytes that it carries."""
        if side != self.side or self.what == "any" or bits is None:
            return side == self.side and self.what == "any"
        if self.what == "data":
            return data > 0
        return bits == self.what and not (bits == ACK and data)

    def __str__(self) -> str:
        """As it is written, without its kind."""
        what = self.what if isinstance(self.what, str) else ",".join(bit for bit in ORDER if bit in self.what)
        number = "*" if self.number is None else self.number
        return f"{self.side}:{what}#{number}" + f"={self.ms}" * (self.kind == "delay")


class Ruling:
    """Rules at work: each with the count of what it has matched so far."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self.rules = [*rules]
        self.counts = [0] * len(self.rules)

    def add(self, rule: Rule) -> None:
        """It counts from now on."""
        self.rules.append(rule)
        self.counts.append(0)

    def clear(self) -> None:
        self.rules, self.counts = [], []

    def fate(self, side: Side, bits: Bits | None, data: int) -> Rule | None:
        """The rule that decides over this packet, which is counted; None where it just passes."""
        decides = None
        for place, rule in enumerate(self.rules):
            if rule.matches(side, bits, data):
                self.counts[place] += 1
                if decides is None and rule.number in (None, self.counts[place]):
                    decides = rule
        return decides

    def unused(self) -> list[Rule]:
        """Those that no packet has hit."""
        return [rule for rule, count in zip(self.rules, self.counts, strict=True) if count < (rule.number or 1)]


def parse_rule(kind: Kind, text: str) -> Rule:
    """Raises PrepError."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise _fault(text, "no rule", EXAMPLES.get(kind, EXAMPLE))
    side = found["side"].strip().upper()
    if side not in ("A", "B"):
        raise _fault(text, f"who sends it? {visible(clip(side, 20)) or 'nothing'} is neither A nor B", EXAMPLE)
    number = "1" if found["number"] is None else found["number"].strip()
    which = None if number == "*" else _number(text, number, HIGHEST, "a number from 1, or *, goes behind #")
    return Rule(kind, side, _what(text, found["what"]), which, _delay(kind, text, found["ms"]))  # type: ignore[arg-type]


def _what(text: str, written: str) -> Bits | Literal["data", "any"]:
    words = [word.strip().upper() for word in re.split(r"[,+]", written)]
    if words == ["DATA"]:
        return "data"
    if words == ["ANY"]:
        return "any"
    for word in words:
        if word not in ORDER:
            known = [*ORDER, "data", "any"]
            hint = did_you_mean(word, known, f"one of {', '.join(known)}")
            raise _fault(text, f"no such control bit: {visible(clip(word, 20)) or 'nothing'}", hint)
    bits = frozenset(words)
    if not bits & {"SYN", "RST", "ACK"}:  # RFC 9293 §3.10.7.4: a segment without an ACK is dropped
        wanted = ",".join(bit for bit in ORDER if bit in bits | ACK)
        raise _fault(text, "all segments but the first SYN and a RST carry an ACK", f"write {wanted}")
    return bits


def _delay(kind: Kind, text: str, ms: str | None) -> int:
    if kind == "delay":
        return _number(text, (ms or "").strip(), LONGEST_DELAY, "a delay says how long, in milliseconds behind =")
    if ms is not None:
        raise _fault(text, f"= is for a delay, not for {kind}", EXAMPLE)
    return 0


def _number(text: str, digits: str, most: int, what: str) -> int:
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10 and 1 <= int(digits) <= most):
        raise _fault(text, f"{what}, at most {most}", "as in A:SYN#2 or A:SYN#2=300")
    return int(digits)


def _fault(text: str, what: str, hint: str | None) -> PrepError:
    return PrepError(what, where=visible(clip(" ".join(text.split()), 60)) or "''", hint=hint)
