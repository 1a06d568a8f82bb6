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
from prep.cards.tree import Field

Said = Iterator[tuple[Field, str, str]]  # where in the card, rule, message

LONGEST_ANSWER = {"en": 110, "zh": 320}  # words, characters
LONGEST_QUESTION = {"en": 330, "zh": 200}  # characters: with the options it fits a terminal of 80 × 24
GIVEAWAY = 1.6  # the right option is so many times as long as the longest wrong one
SHORT = 40  # characters up to which a difference in length tells nothing
NUMBER = re.compile(r"\d+(?:[.,:/]\d+)+|\d{2,}")  # of one digit people write words: two, 两
MARKED = re.compile(r"(?i)^(§|section |sec\.)")
SECTION = re.compile(r"\d+(\.\d+)*|[A-Z](\.\d+)*|[A-Z][a-z]+.*")  # 3.10.7.4; C.2.2; Appendix A, or a heading of old
PAGE = re.compile(r"\w\((\d\w*)\)$")  # of the manual: tcp(7)
MANUAL = re.compile(r"[1-9][a-z]*|0p")
OTHERS = r"(the\ )?(above|others|(other\ )?(answers?|options?|choices?))|these(\ (answers|options|choices))?"
LABEL = r"([a-i]|[1-9])"
EVERYTHING = re.compile(
    rf"""\b(all|none|both|neither|any)\ of\ (the\ above|these\ (answers|options))\b
    | ^(all|none|any|each|both|either|neither)\ (of\ )?({OTHERS})\W*$
    | ^((both|only|either|neither|answers?|options?|choices?)\ )*{LABEL}(,\ {LABEL})*,?\ (and|or|nor)\ {LABEL}\W*$
    | 以上(都|皆|均|全|所有|选项|答案) | 都不对\W*$ | ^(其他|其余|全部|所有)?(都|皆|均|全|全部)不?(对|正确|错|错误)\W*$
    | ^{LABEL}(、{LABEL})*\ ?[和与及或]\ ?{LABEL}\W*$
    | ^{LABEL}((、|，|,\ |\ ?[和与及或]\ ?){LABEL})+\ ?(都|皆|均)不?(对|正确|是)\W*$""",
    re.IGNORECASE | re.VERBOSE,
)


def wording(card: Card) -> Said:
    yield from _citations(card)
    yield from _languages(card)
    yield from _length(card)
    yield from _leak(card)
    if isinstance(card, Choice):
        yield from _options(card)


def texts(value: object, at: Field = ()) -> Iterator[tuple[Field, Text]]:
    """Every text of a card, however deep, and where it stands."""
    match value:
        case Text():
            yield at, value
        case Option():
            yield from texts(value.text, at)
            yield from texts(value.why, (*at, "why"))
        case Card():
            for field in fields(value):
                yield from texts(getattr(value, field.name), (field.name,))
        case tuple():
            for place, one in enumerate(value):
                yield from texts(one, (*at, place))


def _citations(card: Card) -> Said:
    """cite-form: `RFC 9293` and `3.10.7.4`, as they can be looked up."""
    for place, cite in enumerate(card.cite):
        src, sec, rfc = ("cite", place, "src"), ("cite", place, "sec"), re.match(r"(?i)rfc", cite.src)
        if rfc and not re.fullmatch(r"RFC [1-9]\d*", cite.src):
            yield src, "cite-form", f'"{cite.src}" is written RFC and the number, as in RFC 9293'
        if (page := PAGE.search(cite.src)) and not MANUAL.fullmatch(page[1]):
            yield src, "cite-form", f'"{cite.src}": the sections of the manual are 1 to 9, as in tcp(7)'
        if cite.sec and MARKED.match(cite.sec):
            yield sec, "cite-form", f'section "{cite.sec}" is written without a mark, as in 3.10.7.4'
        elif cite.sec and rfc and not SECTION.fullmatch(cite.sec):
            yield sec, "cite-form", f'section "{cite.sec}" is a number, as in 3.10.7.4 or C.2.2, or a heading'


def _languages(card: Card) -> Said:
    """half-translated, uneven-numbers: where a card speaks Chinese, all of it does, with the same numbers."""
    if card.q.zh is None:
        return
    said = [(at, text) for at, text in texts(card) if not _neutral(text, card)]
    if missing := [at for at, text in said if text.zh is None]:
        yield missing[0], "half-translated", f"{len(missing)} of its texts {_have(len(missing))} no Chinese"
    for at, text in said:
        here, there = (Counter(NUMBER.findall(one or "")) for one in (text.en, text.zh))
        if text.zh is not None and here != there:
            odd = sorted(((here - there) + (there - here)).elements())
            yield at, "uneven-numbers", f'{", ".join(odd)} in one language only: "{text.en[:40]}"'


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


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
        yield (), "missing-hint", "no hint"
    if card.a is not None:
        words, signs = len(card.a.en.split()), len(card.a.zh or "")
        if words > LONGEST_ANSWER["en"]:
            yield ("a", "en"), "long-answer", f"{words} words; {LONGEST_ANSWER['en']} can be said in a minute"
        if signs > LONGEST_ANSWER["zh"]:
            said = f"{signs} Chinese characters; {LONGEST_ANSWER['zh']} can be said in a minute"
            yield ("a", "zh"), "long-answer", said
    for lang, most in LONGEST_QUESTION.items():
        if (signs := len(card.q.say(lang) if lang == "en" else card.q.zh or "")) > most:
            yield ("q", lang), "long-question", f"{signs} characters in {lang}; {most} leave room for the options"


def _leak(card: Card) -> Said:
    """leak: the question or the hint says the answer, in one language or both."""
    yield from dict.fromkeys(leak for lang in ("en", "zh") for leak in _leaks(card, lang))


def _leaks(card: Card, lang: str) -> Said:
    asked = GAP.sub(" ", card.q.say(lang)).casefold()
    hint = card.hint.say(lang).casefold() if card.hint else ""
    for key, where, said in (("q", "question", asked), ("hint", "hint", hint)):
        for answer in _answers(card, lang):
            if re.search(rf"(?<!\w){re.escape(answer.casefold())}(?!\w)", said):
                yield (key,), "leak", f'the {where} says "{answer}"'


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
        at = next(place for place, option in enumerate(card.choices) if option.right)
        said = f"the right option is {right[0]} characters long, the longest wrong one {max(wrong)}"
        yield ("choices", at), "giveaway", said
    for key, options in (("choices", card.choices), ("wrong", card.wrong)):
        for at, option in enumerate(options):
            if EVERYTHING.search(option.text.en) or EVERYTHING.search(option.text.zh or ""):
                said = f'"{option.text.en}": options are shuffled, and this one speaks of the others'
                yield (key, at), "everything", said
