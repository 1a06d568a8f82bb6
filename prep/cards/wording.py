"""Rules on the wording of one card: what gives an answer away, what cannot be said in a minute, what differs between
the languages.

Thresholds were set on the shipped cards: an answer of 110 words takes about 45 seconds to say, and one of 320 Chinese
characters about a minute.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

from prep.cards.card import GAP, Basic, Card, Choice, Cloze, Generate, Multi, Option, Text, Typed

Said = Iterator[tuple[str, str]]  # rule, message

LONGEST_ANSWER = {"en": 110, "zh": 320}  # words, characters
LONGEST_QUESTION = {"en": 330, "zh": 200}  # characters: with the options it fits a terminal of 80 × 24
GIVEAWAY = 1.6  # the right option is so many times as long as the longest wrong one
SHORT = 40  # characters up to which a difference in length tells nothing
NUMBER = re.compile(r"\d+(?:[.,:/]\d+)+|\d{2,}")  # of one digit people write words: two, 两
SECTION = re.compile(r"(?i)^(§|section |sec\.)")
EVERYTHING = re.compile(
    r"(?i)\b(all|none|both|neither|any) of (the above|these (answers|options))\b|以上(都|皆|均)|都不对$"
)


def wording(card: Card) -> Said:
    yield from _citations(card)
    yield from _languages(card)
    yield from _length(card)
    yield from _leak(card)
    if isinstance(card, Choice):
        yield from _options(card)


def texts(value: object) -> Iterator[Text]:
    """Every text of a card, however deep."""
    match value:
        case Text():
            yield value
        case Card() | Option():
            for field in fields(value):
                yield from texts(getattr(value, field.name))
        case tuple():
            for one in value:
                yield from texts(one)


def _citations(card: Card) -> Said:
    """cite-form: `RFC 9293` and `3.10.7.4`, as they can be looked up."""
    for cite in card.cite:
        if re.match(r"(?i)rfc", cite.src) and not re.fullmatch(r"RFC [1-9]\d*", cite.src):
            yield "cite-form", f'"{cite.src}" is written RFC and the number, as in RFC 9293'
        if cite.sec and SECTION.match(cite.sec):
            yield "cite-form", f'section "{cite.sec}" is written without a mark, as in 3.10.7.4'


def _languages(card: Card) -> Said:
    """half-translated, uneven-numbers: where a card speaks Chinese, all of it does, with the same numbers."""
    if card.q.zh is None:
        return
    said = [text for text in texts(card) if not _neutral(text, card)]
    if missing := sum(text.zh is None for text in said):
        yield "half-translated", f"{missing} of its texts have no Chinese"
    for text in said:
        here, there = (Counter(NUMBER.findall(one or "")) for one in (text.en, text.zh))
        if text.zh is not None and here != there:
            odd = sorted(((here - there) + (there - here)).elements())
            yield "uneven-numbers", f'{", ".join(odd)} in one language only: "{text.en[:40]}"'


def _neutral(text: Text, card: Card) -> bool:
    """Options and items may be one text for both languages, a constant or a number."""
    return (
        text.zh is None
        and not any(text is said for said in (card.q, card.a, card.hint, *card.points))
        and not any(text is option.why for option in (*card.wrong, *getattr(card, "choices", ())))
    )


def _length(card: Card) -> Said:
    """long-answer, long-question, missing-hint."""
    if card.hint is None and not isinstance(getattr(card, "generate", None), Generate):
        yield "missing-hint", "no hint"
    if card.a is not None:
        words, signs = len(card.a.en.split()), len(card.a.zh or "")
        if words > LONGEST_ANSWER["en"]:
            yield "long-answer", f"{words} words; {LONGEST_ANSWER['en']} can be said in a minute"
        if signs > LONGEST_ANSWER["zh"]:
            yield "long-answer", f"{signs} Chinese characters; {LONGEST_ANSWER['zh']} can be said in a minute"
    for lang, most in LONGEST_QUESTION.items():
        if (signs := len(card.q.say(lang) if lang == "en" else card.q.zh or "")) > most:
            yield "long-question", f"{signs} characters in {lang}; {most} leave room for the options"


def _leak(card: Card) -> Said:
    """leak: the question or the hint says the answer."""
    for lang in ("en", "zh"):
        asked = GAP.sub(" ", card.q.say(lang)).casefold()
        hint = card.hint.say(lang).casefold() if card.hint else ""
        for where, said in (("question", asked), ("hint", hint)):
            for answer in _answers(card, lang):
                if re.search(rf"(?<!\w){re.escape(answer.casefold())}(?!\w)", said):
                    yield "leak", f'the {where} says "{answer}"'


def _answers(card: Card, lang: str) -> list[str]:
    match card:
        case Typed():
            return [word for word in card.accept if len(word) > 3]
        case Cloze():
            return [word for word in GAP.findall(card.q.say(lang)) if len(word) > 3]
        case Multi():
            return []
        case Choice():
            return [option.text.say(lang) for option in card.choices if option.right and len(option.text.say(lang)) > 2]
        case Basic() if card.a is not None and len(card.a.say(lang)) > 2:
            return [card.a.say(lang)]
    return []


def _options(card: Choice) -> Said:
    """giveaway, everything: options that can be told without knowing."""
    right = [len(option.text.en) for option in card.options if option.right]
    wrong = [len(option.text.en) for option in card.options if not option.right]
    if not isinstance(card, Multi) and right and wrong and right[0] > max(SHORT, GIVEAWAY * max(wrong)):
        yield "giveaway", f"the right option is {right[0]} characters long, the longest wrong one {max(wrong)}"
    for option in card.options:
        if EVERYTHING.search(option.text.en) or EVERYTHING.search(option.text.zh or ""):
            yield "everything", f'"{option.text.en}": options are shuffled, and this one speaks of the others'
