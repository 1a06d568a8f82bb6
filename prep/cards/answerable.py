"""Why a card that is well written could still not be answered: no right option, gaps that do not match, equal items."""

from collections.abc import Iterator
from unicodedata import normalize

from prep.cards.card import GAP, Card, Choice, Cloze, Match, Multi, Order, Text, Typed
from prep.cards.grading import normal

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
            if card.q.zh is not None and len(GAP.findall(card.q.zh)) != gaps:
                yield "q", "gaps", f"{_many(gaps, 'gap')} in English, {len(GAP.findall(card.q.zh))} in Chinese"
            if card.accept and len(card.accept) != gaps:
                yield "accept", "gaps", f"{_many(gaps, 'gap')}, but spellings for {len(card.accept)}"
            if not all(card.accept):
                yield "accept", "accept", "a gap for which no spelling is listed"
            shown = [word for text in (card.q.en, card.q.zh or "") for word in GAP.findall(text)]
            for key, words in (("q", shown), ("accept", [word for listed in card.accept for word in listed])):
                for word in words:
                    if ";" in normalize("NFKC", word):
                        yield key, "gaps", f'"{word}" holds `;`, which stands between the answers of two gaps'
        case Order():
            if len(card.order) < 2:
                yield "order", "order", "at least two items can be put in order"
            yield from _distinct("order", list(card.order))
        case Match():
            if not 2 <= len(card.pairs) <= MAX_OPTIONS:
                yield "pairs", "pairs", f"{_many(len(card.pairs), 'pair')}; 2 to {MAX_OPTIONS} can be matched"
            yield from _distinct("pairs", [left for left, _ in card.pairs])
            yield from _distinct("pairs", [right for _, right in card.pairs])


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _distinct(key: str, texts: list[Text]) -> Iterator[tuple[str, str, str]]:
    """Items differ as typed answers do: in more than case, width, punctuation and joints."""
    for lang in ("en", "zh"):
        seen: dict[str, str] = {}
        for said in (text.say(lang) for text in texts):
            first = seen.get(normal(said))
            if first is not None:
                both = f'"{said}" stands among {key} twice'
                both = both if first == said else f'"{first}" and "{said}" among {key} count as equal'
                yield key, "distinct", f"{both}; items must differ"
                return
            seen[normal(said)] = said
