"""Why a card that is well written could still not be answered: no right option, gaps that do not match, equal items."""

from collections.abc import Iterator
from unicodedata import normalize

from prep.cards.card import GAP, Card, Choice, Cloze, Match, Multi, Order, Text, Typed
from prep.cards.grading import normal
from prep.cards.tree import quoted

MAX_OPTIONS = 9  # one digit key each
COMMANDS = frozenset(f":{key}" for key in "ushipfq?")  # of the quiz in line mode


def unanswerable(card: Card) -> Iterator[tuple[str, str, str]]:
    """Why a well-formed card could not be answered: (key, rule, message)."""
    match card:
        case Choice():
            right = sum(option.right for option in card.choices)
            if isinstance(card, Multi):
                if right == 0:
                    yield "choices", "choices", "no choice is marked `right: true`"
            elif right != 1:
                yield "choices", "choices", f"{right} choices are marked `right: true`; a choice card has exactly one"
            if not 2 <= len(card.options) <= MAX_OPTIONS:
                yield (
                    "choices",
                    "choices",
                    f"{_many(len(card.options), 'option')}, `wrong` included; 2 to {MAX_OPTIONS} are shown",
                )
            yield from _distinct("choices", [option.text for option in card.options])
        case Typed():
            if not card.accept:
                yield "accept", "accept", "no answer would be accepted"
            elif COMMANDS.issuperset(card.accept + card.accept_zh):
                yield "accept", "accept", f"`{card.accept[0]}` is a command of the quiz, and nothing else is accepted"
        case Cloze():
            gaps = len(GAP.findall(card.q.en))
            if gaps == 0:
                yield "q", "gaps", "no gap; write the words to guess as {{word}}"
            chinese = gaps if card.q.zh is None else len(GAP.findall(card.q.zh))
            if chinese != gaps:
                yield "q", "gaps", f"{_many(gaps, 'gap')} in English, {chinese} in Chinese"
            if card.accept and len(card.accept) != gaps:
                yield "accept", "gaps", f"{_many(gaps, 'gap')}, but spellings for {len(card.accept)}"
            elif chinese == gaps:
                yield from _reordered(card)
            if not all(card.accept):
                yield "accept", "accept", "a gap for which no spelling is listed"
            shown = [word for text in (card.q.en, card.q.zh or "") for word in GAP.findall(text)]
            if not all(map(normal, shown)):
                yield "q", "gaps", "a blank gap; write the words to guess as {{word}}"
            for key, words in (("q", shown), ("accept", [word for listed in card.accept for word in listed])):
                for word in words:
                    if ";" in normalize("NFKC", word):
                        yield key, "gaps", f'"{quoted(word)}" holds `;`, which stands between the answers of two gaps'
        case Order():
            if not 2 <= len(card.order) <= MAX_OPTIONS:
                yield "order", "order", f"{_many(len(card.order), 'item')}; 2 to {MAX_OPTIONS} can be put in order"
            yield from _distinct("order", list(card.order))
        case Match():
            if not 2 <= len(card.pairs) <= MAX_OPTIONS:
                yield "pairs", "pairs", f"{_many(len(card.pairs), 'pair')}; 2 to {MAX_OPTIONS} can be matched"
            yield from _distinct("pairs", [left for left, _ in card.pairs])
            yield from _distinct("pairs", [right for _, right in card.pairs])


def _reordered(card: Cloze) -> Iterator[tuple[str, str, str]]:
    """An answer goes for both languages gap by gap, so a Chinese gap does not take what belongs into another."""
    english, chinese = GAP.findall(card.q.en), GAP.findall(card.q.zh or "")
    places: dict[str, set[int]] = {}
    for at, (word, more) in enumerate(zip(english, card.accept or [()] * len(english), strict=True)):
        for spelling in {normal(word), *map(normal, more)}:
            places.setdefault(spelling, set()).add(at)
    for at, word in enumerate(chinese):
        found = places.get(normal(word), {at})
        if at not in found:
            said = f'gap {at + 1} in Chinese, "{quoted(word)}", is gap {min(found) + 1} in English'
            yield "q", "gaps", f"{said}; the gaps stand in one order in both languages"
            return


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _distinct(key: str, texts: list[Text]) -> Iterator[tuple[str, str, str]]:
    """Items differ as typed answers do: in more than case, width, punctuation and joints."""
    for lang in ("en", "zh"):
        seen: dict[str, str] = {}
        for said in (text.say(lang) for text in texts):
            first = seen.get(normal(said))
            if first is not None:
                both = f'"{quoted(said)}" stands among {key} twice'
                both = both if first == said else f'"{quoted(first)}" and "{quoted(said)}" among {key} count as equal'
                yield key, "distinct", f"{both}; items must differ"
                return
            seen[normal(said)] = said
