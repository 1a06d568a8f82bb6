"""answer × card → verdict.

Laws:
- Grading does not depend on the language, nor on the order in which options are shown.
- Words are compared without regard to case, width (full or half), Chinese or Western punctuation, and how parts are
  joined: `TIME_WAIT`, `time-wait`, `Time Wait` and `TIMEWAIT` are equal, but `1 2` is not `12`. A sign before a number
  counts.
- What is an address, prefix or mask is compared by value: `/24` equals `255.255.255.0`, `::1` equals `0:0:0:0:0:0:0:1`.
  The accepted text decides which it is: only what begins with `/` or `255.` is a mask, `224.0.0.0` an address.
- An answer is right or wrong as a whole; what was wrong in it is told.

A question is put on a sheet: options in the order of a seed, gaps blanked. The learner answers with one line, in the
grammar of `read`; the same grammar serves the terminal, the pipe and `prep answer --text`.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from unicodedata import normalize

from prep.cards.card import GAP, Basic, Card, Choice, Cloze, Match, Multi, Numeric, Option, Order, Text, Typed
from prep.net.subnet.address import LENGTH_OF_MASK, address, ipv4

if TYPE_CHECKING:
    from prep.cards.drill import Question

Answer = tuple[int, ...] | tuple[str, ...]  # positions among what is shown, from 0; or words


class Unreadable(ValueError):
    """The line is no answer to this kind of card; says what would be one."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question as it is shown. `order` gives, for each place on the sheet, the item of the card that stands there."""

    card: Card
    lang: str
    order: tuple[int, ...]
    seed: int | None = None  # that of a generated question
    made: "Question | None" = None  # the generated question

    @property
    def ask(self) -> str:
        text = (self.made.ask if self.made else self.card.q).say(self.lang)
        return blanked(text) if isinstance(self.card, Cloze) else text

    @property
    def left(self) -> list[str]:
        """The left-hand sides of a match, in the card's order."""
        return [left.say(self.lang) for left, _ in self.card.pairs] if isinstance(self.card, Match) else []

    @property
    def options(self) -> list[str]:
        """What is shown shuffled: options, items to order, right-hand sides to match."""
        items = _items(self.card)
        return [items[at].say(self.lang) for at in self.order]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`correct` is None for cards that the learner grades. `traps`: the classic wrong answers that were given.
    `refuted`: the learner's prediction of what the card's lab would show did not come true."""

    correct: bool | None
    expected: str
    traps: tuple[Option, ...] = ()
    remark: str | None = None
    refuted: bool = False

    @property
    def rating(self) -> int | None:
        """The suggested rating: wrong, or a prediction refuted → Again, right → Good."""
        if self.refuted:
            return 1
        return None if self.correct is None else 3 if self.correct else 1


def sheet(card: Card, seed: int, lang: str) -> Sheet:
    if isinstance(card, Numeric):
        from prep.cards.drill import question

        return Sheet(card, lang, (), seed, question(card.generate.kind, card.generate.band, seed))
    return Sheet(card, lang, _shuffled(len(_items(card)), seed, mixed=isinstance(card, Order | Match)))


def _items(card: Card) -> list[Text]:
    match card:
        case Choice():
            return [option.text for option in card.options]
        case Order():
            return list(card.order)
        case Match():
            return [right for _, right in card.pairs]
    return []


def _shuffled(count: int, seed: int, *, mixed: bool) -> tuple[int, ...]:
    """A permutation that depends on the seed alone; `mixed` never gives the identity, which would be the answer."""
    places = sorted(range(count), key=lambda at: sha256(f"{seed}/{at}".encode()).digest())
    if mixed and places == list(range(count)):
        places = [*places[1:], places[0]]
    return tuple(places)


# ── the line that answers ──


def read(question: Sheet, line: str) -> Answer:
    """A line as an answer. Raises Unreadable.

    choice `2` · multi `1,3` · order `3 1 2` · match `1b 2a` · typed, cloze: the words, several gaps with `;` between
    """
    line = normalize("NFKC", line).strip()
    count = len(question.order)
    match question.card:
        case Multi():
            if not (numbers := _numbers(line, count)):
                raise Unreadable(f"numbers from 1 to {count}, for example {_example(min(count, 2))}")
            return tuple(sorted(set(numbers)))
        case Choice():
            numbers = _numbers(line, count)
            if len(numbers) != 1:
                raise Unreadable(f"{'one option only, ' if numbers else ''}a number from 1 to {count}")
            return numbers
        case Order():
            numbers = _numbers(line, count)
            if sorted(numbers) != list(range(count)):
                raise Unreadable(f"every number from 1 to {count} once, in order, for example {_example(count)}")
            return numbers
        case Match():
            return _matches(line, count)
        case Cloze() as card:
            words = tuple(word.strip() for word in re.split(r"[;；]", line))
            gaps = len(GAP.findall(card.q.en))
            if len(words) != gaps:
                raise Unreadable(f"{gaps} answers with `;` between, one for each gap")
            return words
    if question.made is not None:
        from prep.cards.drill import value_of

        try:
            value_of(question.made.form, line)
        except ValueError as wanted:
            raise Unreadable(f"wanted: {wanted}") from None
    return (line,)


def _numbers(line: str, count: int) -> tuple[int, ...]:
    """Places on the sheet, from 0; none where the line says anything else."""
    parts = [part for part in re.split(r"[\s,、，]+", line) if part]
    if len(parts) == 1 and parts[0].isdecimal() and len(parts[0]) > 1 and count <= 9:
        parts = list(parts[0])
    numbers = [int(part) if part.isascii() and part.isdecimal() and len(part) < 4 else 0 for part in parts]
    return tuple(number - 1 for number in numbers) if all(1 <= number <= count for number in numbers) else ()


def _example(count: int) -> str:
    return " ".join(str(number) for number in range(count, 0, -1))


def _matches(line: str, count: int) -> tuple[int, ...]:
    """For each left-hand side, the place of its right-hand side on the sheet."""
    last = chr(ord("a") + count - 1)
    found = re.findall(r"([0-9]{1,3})\s*[-=:]?\s*([a-z])", line.lower())
    rest = re.sub(r"([0-9]{1,3})\s*[-=:]?\s*([a-z])", "", line.lower())
    pairs = {int(number): ord(letter) - ord("a") for number, letter in found}
    if rest.strip(" ,;、") or len(found) != count or set(pairs) != set(range(1, count + 1)):
        raise Unreadable(f"each number 1 to {count} with its letter a to {last}, for example 1b 2a")
    if max(pairs.values()) >= count:
        raise Unreadable(f"the letters go from a to {last}")
    return tuple(pairs[number] for number in range(1, count + 1))


# ── the verdict ──


def grade(question: Sheet, answer: Answer | None) -> Verdict:
    """The verdict on an answer; None is "I don't know"."""
    card = question.card
    right = expected(question)
    if isinstance(card, Basic):
        return Verdict(None, right)
    if answer is None:
        return Verdict(False, right)
    places = [at for at in answer if isinstance(at, int)]
    words = [word for word in answer if isinstance(word, str)]
    match card:
        case Choice():
            chosen = [card.options[question.order[at]] for at in places]
            correct = set(chosen) == {option for option in card.options if option.right}
            return Verdict(correct, right, tuple(o for o in chosen if not o.right), _missed(card, chosen))
        case Order():
            given = tuple(question.order[at] for at in places)
            return Verdict(given == tuple(range(len(card.order))), right)
        case Match():
            hits = sum(question.order[at] == place for place, at in enumerate(places))
            return Verdict(hits == len(card.pairs), right, (), f"{hits} of {len(card.pairs)} pairs")
        case Cloze():
            hits = sum(_among(w, accepted) for w, accepted in zip(words, _spellings(card), strict=True))
            correct = hits == len(words)
            return Verdict(correct, right, () if correct else _traps(card, words), f"{hits} of {len(words)} gaps")
        case Typed():
            correct = _among(words[0], card.accept + card.accept_zh)
            return Verdict(correct, right, () if correct else _traps(card, words))
    if question.made is not None:
        from prep.cards.drill import mark
        from prep.cards.drills.forms import spoken

        marked = mark(question.made, words[0])
        said = marked.slip and Text(marked.slip.answer, spoken(question.made.form, marked.slip.answer, "zh"))
        slips = (Option(said, why=marked.slip.why),) if marked.slip and said else ()
        return Verdict(marked.correct, right, slips)
    raise AssertionError(f"no grading for {card.kind}")


def expected(question: Sheet) -> str:
    """The right answer as text, in the language of the sheet."""
    card, lang = question.card, question.lang
    match card:
        case Choice():
            return "\n".join(option.text.say(lang) for option in card.choices if option.right)
        case Order():
            return "\n".join(f"{place}. {item.say(lang)}" for place, item in enumerate(card.order, 1))
        case Match():
            return "\n".join(f"{left.say(lang)} → {right.say(lang)}" for left, right in card.pairs)
        case Cloze():
            return "; ".join(GAP.findall(card.q.say(lang)))
        case Typed():
            return card.accept_zh[0] if lang == "zh" and card.accept_zh else card.accept[0]
    if question.made is not None:
        from prep.cards.drills.forms import spoken

        return spoken(question.made.form, question.made.answer, lang)
    return card.a.say(lang) if card.a else ""


def hints(question: Sheet) -> list[str]:
    """The hints, one by one: of a generated question from the concept over the step to the answer."""
    lang = question.lang
    if question.made is not None:
        return [*(hint.say(lang) for hint in question.made.hints), expected(question)]
    return [question.card.hint.say(lang)] if question.card.hint else []


def blanked(text: str) -> str:
    """The text with its gaps numbered and blank."""
    places = iter(range(1, text.count("{{") + 1))
    return GAP.sub(lambda _: f"[{next(places)}____]", text)


def filled(text: str) -> str:
    """The text with the words of its gaps in square brackets."""
    return GAP.sub(r"[\1]", text)


def _missed(card: Choice, chosen: list[Option]) -> str | None:
    if not isinstance(card, Multi):
        return None
    right = [option for option in card.options if option.right]
    return f"{sum(option in chosen for option in right)} of {len(right)} right options"


def _spellings(card: Cloze) -> list[tuple[str, ...]]:
    shown = [GAP.findall(text) for text in (card.q.en, card.q.zh) if text is not None]
    accepted = card.accept or ((),) * len(shown[0])
    return [(*more, *(gaps[at] for gaps in shown)) for at, more in enumerate(accepted)]


def _among(word: str, accepted: tuple[str, ...]) -> bool:
    return any(same(word, other) for other in accepted)


def _traps(card: Card, words: list[str]) -> tuple[Option, ...]:
    texts = [(option, [option.text.en, option.text.zh or option.text.en]) for option in card.wrong]
    return tuple(option for option, said in texts if any(same(word, text) for word in words for text in said))


CJK = "\u2e80-\u9fff\uf900-\ufaff"
# Compiled by `re` when the first answer is compared: these cost more than all other patterns together.
JOINTS = rf"(?<=\w)(?!\s+-\d|(?<=[{CJK}])-\d)[\s_-]+(?=\w)"  # a minus before a number is none
BESIDE_LETTER = r"(?<=[^\W\d]) (?=\w)|(?<=\w) (?=[^\W\d])"  # between two digits a joint counts
BESIDE_CHINESE = rf"(?<=[{CJK}]) | (?=[{CJK}])"
PUNCTUATION = str.maketrans("。、“”‘’「」《》【】—–−", '.,""\'\'""""""---')


def normal(text: str) -> str:
    """The text as it is compared."""
    text = normalize("NFKC", text).translate(PUNCTUATION).casefold().strip()
    text = text.rstrip(".,;!? ") or text
    text = " ".join(re.sub(JOINTS, " ", text.replace("_", "-")).split())
    return re.sub(f"{BESIDE_LETTER}|{BESIDE_CHINESE}", "", text)


def same(given: str, accepted: str) -> bool:
    """Whether two answers say the same, in words or by value."""
    if normal(given) == normal(accepted):
        return True
    mask = normalize("NFKC", accepted).lstrip().startswith(("/", "255."))
    return (wanted := _value(accepted, mask=mask)) is not None and _value(given, mask=mask) == wanted


def _value(text: str, *, mask: bool) -> tuple[str, int, int] | None:
    """(what, number, prefix length) of an address, prefix or mask. `mask`: a mask is meant, so that a bare number is a
    prefix length too."""
    text = normalize("NFKC", text).strip()
    if mask and re.fullmatch(r"/?[0-9]{1,3}", text) and int(text.lstrip("/")) <= 128:
        return ("prefix", int(text.lstrip("/")), 0)
    try:
        head, slash, tail = text.partition("/")
        version, number = address(head)
        if not slash:
            length = LENGTH_OF_MASK.get(number) if version == 4 and mask else None
            return ("prefix", length, 0) if length is not None else (f"v{version}", number, -1)
        if tail.isascii() and tail.isdecimal() and int(tail) <= (32 if version == 4 else 128):
            return (f"v{version}", number, int(tail))
        length = LENGTH_OF_MASK.get(ipv4(tail)) if version == 4 else None
        return None if length is None else ("v4", number, length)
    except ValueError:
        return None
