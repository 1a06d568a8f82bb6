"""Questions made by an engine: generator, difficulty band and seed give the question, its answer and its solution.

Laws:
- The same (generator, version, band, seed) gives the same question for ever, on every machine and Python: the dice are
  SHA-256, not `random`. A generator whose questions change gets a new version; the old one stays.
- The answer is computed by `net/` and graded by value: `/26`, `26` and `255.255.255.192` are one answer, and so are all
  spellings of an IPv6 address.
- A likely slip is recognised and named: forgot the −2, gave the broadcast address, took the wildcard for the mask.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar
from unicodedata import normalize

from prep.cards.card import Text
from prep.net.subnet.address import (
    LENGTH_OF_MASK,
    AddressError,
    address,
    network,
    text_of,
)

T = TypeVar("T")
Value = tuple[object, ...]


class Dice:
    """A stream of numbers that depends on the seed alone."""

    def __init__(self, seed: str) -> None:
        self.seed, self.drawn = seed, 0

    def below(self, count: int) -> int:
        """From 0 to count − 1, evenly but for 1 part in 2^64."""
        self.drawn += 1
        digest = sha256(f"{self.seed}/{self.drawn}".encode()).digest()
        return int.from_bytes(digest) % count

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        left, out = list(items), []
        while left:
            out.append(left.pop(self.below(len(left))))
        return out


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong answer that a known mistake gives, and the mistake."""

    answer: str
    why: Text


@dataclass(frozen=True, slots=True)
class Question:
    """`form` says how answers are read (FORMS). `answer` is the right one in its best spelling. `hints` go from the
    concept to the step; `solution` is worked out line by line."""

    ask: Text
    form: str
    answer: str
    solution: Text
    hints: tuple[Text, ...] = ()
    slips: tuple[Slip, ...] = ()


# ── forms of answers: text → value, or ValueError with what is wanted ──


def _number(text: str) -> Value:
    """A whole number; thousands may be set apart, and `2^n` is read."""
    plain = re.sub(r"(?<=\d)[,_ '](?=\d{3})", "", text)
    if power := re.fullmatch(r"2\^(\d{1,3})", plain.replace(" ", "")):
        return (1 << int(power[1]),)
    if not re.fullmatch(r"\d{1,40}", plain):
        raise ValueError("a whole number")
    return (int(plain),)


def _address(text: str) -> Value:
    try:
        return address(text)
    except AddressError as fault:
        raise ValueError(f"an address ({fault})") from None


def _prefix(text: str) -> Value:
    """A prefix length or a mask: `/26`, `26`, `255.255.255.192`."""
    if re.fullmatch(r"/?\d{1,3}", text) and int(text.lstrip("/")) <= 128:
        return (int(text.lstrip("/")),)
    try:
        length = LENGTH_OF_MASK.get(address(text)[1])
    except AddressError:
        length = None
    if length is None:
        raise ValueError("a prefix length or a mask, for example /26 or 255.255.255.192")
    return (length,)


def _network(text: str) -> Value:
    try:
        net = network(text)
    except AddressError as fault:
        raise ValueError(f"a network, for example 10.0.4.0/22 ({fault})") from None
    return tuple(net)


def _networks(text: str) -> Value:
    """Several networks in any order."""
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    return tuple(sorted(_network(part) for part in parts))


def _addresses(text: str) -> Value:
    """Several addresses, in order: a range `first - last`, or a list."""
    parts = [
        part for part in re.split(r"\s*[,;]\s*|\s+[-–—~]\s*|\s+to\s+|\s*至\s*|\s+", text) if part and part not in "-–—~"
    ]
    return tuple(_address(part) for part in parts)


def _numbers(text: str) -> Value:
    parts = [part for part in re.split(r"[,;/\s]+", text) if part]
    return tuple(_number(part) for part in parts)


def _word(text: str) -> Value:
    return (WORDS.get(text.casefold(), text.casefold()),)


WORDS = {
    "y": "yes", "是": "yes", "对": "yes", "n": "no", "否": "no", "不是": "no", "不对": "no",
    "主机": "host", "主机地址": "host", "网络": "network", "网络地址": "network", "广播": "broadcast", "广播地址": "broadcast",
}  # fmt: skip

FORMS: dict[str, Callable[[str], Value]] = {
    "number": _number,
    "numbers": _numbers,
    "address": _address,
    "addresses": _addresses,
    "prefix": _prefix,
    "network": _network,
    "networks": _networks,
    "word": _word,
}
WANTED = {
    "number": Text("a whole number", "一个整数"),
    "numbers": Text("numbers with commas between", "用逗号隔开的数字"),
    "address": Text("an address", "一个地址"),
    "addresses": Text("addresses with a comma or - between", "用逗号或 - 隔开的地址"),
    "prefix": Text("a prefix or mask, for example /26", "前缀长度或掩码，例如 /26"),
    "network": Text("a network, for example 10.0.4.0/22", "一个网络，例如 10.0.4.0/22"),
    "networks": Text("networks with commas between", "用逗号隔开的网络"),
    "word": Text("one word", "一个词"),
}


def value_of(form: str, text: str) -> Value:
    """What an answer means. Raises ValueError, with what is wanted, for one that cannot be read."""
    return FORMS[form](normalize("NFKC", text).strip())


@dataclass(frozen=True, slots=True)
class Marked:
    correct: bool
    slip: Slip | None = None


def mark(question: Question, text: str) -> Marked:
    """Right or wrong by value, and the slip where the answer shows one. Raises ValueError for unreadable text."""
    given = value_of(question.form, text)
    if given == value_of(question.form, question.answer):
        return Marked(True)
    return Marked(False, next((slip for slip in question.slips if value_of(question.form, slip.answer) == given), None))


# ── the registry ──


@dataclass(frozen=True, slots=True)
class Drill:
    """A kind of question. `name` and `method` are what a card of it shows as its name and explanation; `bands` how many
    difficulties there are, from 1; `cite` where the rule stands."""

    id: str
    name: Text
    method: Text
    bands: int
    cite: tuple[tuple[str, str | None], ...]
    tags: tuple[str, ...]
    make: Callable[[Dice, int], Question]


def drills() -> dict[str, Drill]:
    """All kinds by their id, `v4-broadcast@1`."""
    from prep.cards.drills_subnet import DRILLS

    return {drill.id: drill for drill in DRILLS}


def question(kind: str, band: int, seed: int) -> Question:
    """Raises KeyError for an unknown kind."""
    return drills()[kind].make(Dice(f"{kind}/{band}/{seed}"), band)


def dotted(number: int) -> str:
    return text_of(4, number)
