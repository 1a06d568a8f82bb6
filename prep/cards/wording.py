"""Rules on the wording of one card: what gives an answer away, what cannot be said in a minute, what differs between
the languages.

Thresholds were set on the shipped cards: an answer of 110 words takes about 45 seconds to say, and one of 320 Chinese
characters about a minute.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise, zip_longest
from unicodedata import normalize

from prep.cards.card import GAP, Basic, Card, Choice, Cloze, Generate, Multi, Option, Text, Typed
from prep.cards.grading import PUNCTUATION, normal
from prep.cards.tree import Field
from prep.text import width

Said = Iterator[tuple[Field, str, str]]  # where in the card, rule, message

LONGEST_ANSWER = {"en": 110, "zh": 320}  # words, characters
LONGEST_QUESTION = {"en": 330, "zh": 200}  # characters: with the options it fits a terminal of 80 × 24
GIVEAWAY = 1.6  # the right option is so many times as long as the longest wrong one
SHORT = 40  # columns up to which a difference in length tells nothing; a Chinese character has two
THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?!,?\d)")
NARROW = str.maketrans("０１２３４５６７８９", "0123456789")  # of NFKC the digits alone: it joins 2³ to 23, too
NUMBER = re.compile(r"\d+(?:[.,:/]\d+)+|\d{2,}")  # of one digit people write words: two, 两
MARKED = re.compile(r"(?i)^(§|section |sec\.)")
SECTION = re.compile(r"\d+(\.\d+)*|[A-Z](\.\d+)*|[A-Z][a-z]+.*")  # 3.10.7.4; C.2.2; Appendix A, or a heading of old
PAGE = re.compile(r"\w\((\d\w*)\)$")  # of the manual: tcp(7)
MANUAL = re.compile(r"[1-9][a-z]*|0p")
OTHERS = r"(the\ )?(above|others|(other\ )?(answers?|options?|choices?))|these(\ (answers|options|choices))?"
LABEL = r"([a-i]|[1-9])"
LETTER = "[a-i]"  # `2 and 1` is a number of segments; as labels digits stand behind `both`, `options`, 选项
AND = r"(\ (and|or|nor)\ |\ ?[&+和与及或]\ ?)"
EVERYTHING = re.compile(
    rf"""\b(all|none|both|neither|any)\ of\ (the\ above|these\ (answers|options))\b
    | ^(all|none|any|each|both|either|neither)\ (of\ )?({OTHERS})\W*$
    | ^all\ of\ them\W*$ | ^(all|both|none|neither)(\ of\ them)?\ (is|are)\ (right|correct|wrong|true|false)\W*$
    | ^(only\ )?(the\ )?(first|last)\ (two|three|[23])(\ (answers|options|choices))?\W*$
    | ^((both|only|either|neither|answers?|options?|choices?)\ )+{LABEL}(,\ {LABEL})*,?{AND}{LABEL}\W*$
    | ^{LETTER}((,\ |、){LETTER})*,?{AND}{LETTER}\W*$
    | (以上|上述)(都|皆|均|全|所有|选项|答案) | ^(只有?|仅)?[前后][两二三]\ ?[项个者]\W*$
    | 都不对\W*$ | ^(其他|其余|全部|所有)?(都|皆|均|全|全部)不?(对|正确|错|错误)\W*$
    | ^(只有?|仅|选项|答案)\ ?{LABEL}(、{LABEL})*{AND}{LABEL}\W*$
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
        here, there = (Counter(_numbers(one or "")) for one in (text.en, text.zh))
        if text.zh is not None and here != there:
            odd = sorted(((here - there) + (there - here)).elements())
            yield at, "uneven-numbers", f'{", ".join(odd)} in one language only: "{text.en[:40]}"'


def _numbers(text: str) -> list[str]:
    """
    >>> _numbers("1,000 bytes on port ８０ in 2 parts")
    ['1000', '80']
    """
    return NUMBER.findall(THOUSANDS.sub(lambda found: found[0].replace(",", ""), text.translate(NARROW)))


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
    answers = _answers(card, lang)
    for key, where, text in (("q", "question", card.q), ("hint", "hint", card.hint)):
        if text and answers:
            for answer in _told(GAP.sub(" ", text.say(lang)), answers):
                yield (key,), "leak", f'the {where} says "{answer}"'


def _told(text: str, answers: list[str]) -> Iterator[str]:
    """The answers that stand in a text, compared as answers are: case, width and joints make no difference. Chinese has
    no ends of words; of a number such as `1.2` or `2/24` no part is a number.

    >>> [*_told("In time-wait it stays.", ["TIME_WAIT"])], [*_told("TLS 1.2 and 1.3", ["2 and 1"])]
    (['TIME_WAIT'], [])
    """
    text = normalize("NFKC", text).translate(PUNCTUATION).casefold()
    bare = _bare(text)
    for answer in answers:
        wanted = normal(answer)
        if _bare(wanted) in bare and _pattern(wanted).search(text):  # the pattern is what takes time
            yield answer


def _bare(text: str) -> str:
    return re.sub(r"[\s_-]", "", text)


def _pattern(wanted: str) -> re.Pattern[str]:
    """A text in its normal form, whole, with the joints that the form leaves out: between any two signs but digits."""
    joints = (r"[\s_-]*" if a.isalnum() and b.isalnum() and not (a + b).isdigit() else "" for a, b in pairwise(wanted))
    signs = (r"[\s_-]+" if sign == " " else re.escape(sign) for sign in wanted)
    body = "".join(sign + joint for sign, joint in zip_longest(signs, joints, fillvalue=""))
    return re.compile(rf"(?<![a-z0-9_])(?<![0-9][.,:/]){body}(?![a-z0-9_]|[.,:/][0-9])")


def _answers(card: Card, lang: str) -> list[str]:
    match card:
        case Typed():
            return [word for word in card.accept + (card.accept_zh if lang == "zh" else ()) if width(word) > 3]
        case Cloze():
            return [word for word in GAP.findall(card.q.say(lang)) if width(word) > 3]
        case Multi():
            return []
        case Choice():
            return [said for option in card.choices if option.right and width(said := option.text.say(lang)) > 2]
        case Basic() if card.a is not None and width(card.a.say(lang)) > 2:
            return [card.a.say(lang)]
    return []


def _options(card: Choice) -> Said:
    """giveaway, everything: options that can be told without knowing."""
    if not isinstance(card, Multi) and (given := _given_away(card, "en") or _given_away(card, "zh")):
        at = next(place for place, option in enumerate(card.choices) if option.right)
        yield ("choices", at), "giveaway", given
    for key, options in (("choices", card.choices), ("wrong", card.wrong)):
        for at, option in enumerate(options):
            if EVERYTHING.search(option.text.en) or EVERYTHING.search(option.text.zh or ""):
                said = f'"{option.text.en}": options are shuffled, and this one speaks of the others'
                yield (key, at), "everything", said


def _given_away(card: Choice, lang: str) -> str | None:
    right = [width(option.text.say(lang)) for option in card.options if option.right]
    wrong = [width(option.text.say(lang)) for option in card.options if not option.right]
    if right and wrong and right[0] > max(SHORT, GIVEAWAY * max(wrong)):
        return f"in {lang} the right option takes {right[0]} columns, the longest wrong one {max(wrong)}"
    return None
