"""Line mode: plain lines, one line of input for each prompt. For pipes, scripts and screen readers."""

from collections.abc import Callable, Iterator
from unicodedata import normalize

from prep.cards.card import GAP, Basic, Choice, Cloze, Match, Multi, Order
from prep.cards.grading import Answer, Unreadable, Verdict, read
from prep.cli.batch import read_line
from prep.cli.front import Key, Previews
from prep.cli.render import RATINGS, say, say_points, say_question, say_verdict, say_wrong, span
from prep.study.session import Ask

MOST_PROMPTS = 100  # for one answer or rating


def command(line: str, letters: str = "ushipfq?") -> Key | None:
    """A line that is exactly `:u`, `:s`, … or `:?`, in full width too, as a Chinese input method writes it."""
    line = normalize("NFKC", line)
    return Key(line[1]) if len(line) == 2 and line[0] == ":" and line[1] in letters else None


def no_command(line: str) -> str | None:
    """What is told of a line that looks like a command and is neither that nor an answer."""
    plain = normalize("NFKC", line)
    if plain == ":e":
        return "`:e` opens an editor from the quiz with keys, without --plain at a terminal"
    return f"{line[:60]}: no such command; :? lists them" if plain.startswith(":") else None


def how_to_answer(question: Ask) -> str:
    card, count = question.card, len(question.sheet.order)
    match card:
        case Basic():
            return "empty line: show the answer"
        case Multi():
            return "all right numbers, as in 1,3"
        case Choice():
            return f"the right number, 1 to {count}"
        case Order():
            return "all numbers in order, as in 2 1 3"
        case Match():
            return "numbers with letters, as in 1b 2a"
        case Cloze() if (gaps := len(GAP.findall(card.q.en))) > 1:
            return f"{gaps} answers with ; between"
    if question.sheet.made is not None:
        from prep.cards.drill import WANTED

        return WANTED[question.sheet.made.form].say(question.sheet.lang)
    return "your answer"


def how_to_rate(previews: Previews, suggested: int | None) -> str:
    otherwise = f"empty line: {suggested}; " if suggested else ""
    return "  ".join(rating_labels(previews).values()) + f"  ({otherwise}:? commands)"


def rating_labels(previews: Previews) -> dict[int, str]:
    """`3 Good 10m`; without the time where the schedule is left alone."""
    return {r: f"{r} {name}" + (f" {span(previews[r])}" if r in previews else "") for r, name in RATINGS.items()}


class Lines:
    prefix = ":"

    def __init__(self, over: Callable[[], bool] = lambda: False) -> None:
        """`over` tells whether the time is over; it is asked before a prompt is shown again."""
        self.over = over
        self.asked = 0  # how often the present prompt was shown, looks aside included

    def question(self, question: Ask, heading: str) -> None:
        self.asked = 0
        say(f"-- {heading}")
        say_question(question.sheet)

    def answer(self, question: Ask) -> Answer | Key | None:
        unknown = "" if isinstance(question.card, Basic) else "; empty line: I don't know"
        for line in self._lines(f"[{how_to_answer(question)}{unknown}; :? for commands]"):
            if (key := command(line)) is not None:
                return key
            if not line.strip():
                return None
            if isinstance(question.card, Basic):
                say(no_command(line) or "Say the answer to yourself; an empty line shows it.")
                continue
            try:
                return read(question.sheet, line)
            except Unreadable as why:
                say(no_command(line) or f"cannot read {line[:60]!r}: {why}")
        return Key.QUIT

    def reveal(self, question: Ask, answer: Answer | None, verdict: Verdict) -> None:
        self.asked = 0
        say_verdict(question.sheet, verdict)
        if isinstance(question.card, Basic):
            say_points(question.card, question.sheet.lang)
            say_wrong(question.card, question.sheet.lang)

    def rate(self, question: Ask, verdict: Verdict, previews: Previews) -> int | Key:
        for line in self._lines(f"[{how_to_rate(previews, verdict.rating)}]"):
            if (key := command(line)) is not None:
                return key
            if (rating := normalize("NFKC", line).strip()) in ("1", "2", "3", "4"):
                return int(rating)
            if not line.strip() and verdict.rating:
                return verdict.rating
            meant = command(f":{line.strip()}")
            way = f"for the command write :{meant}" if meant else ":? for commands"
            say(no_command(line) or f"a rating is 1, 2, 3 or 4; {way}")
        return verdict.rating or Key.QUIT

    def _lines(self, prompt: str) -> Iterator[str]:
        """The lines typed at a prompt that is shown before each; ends with the input, when the time is over, and where
        so many lines are no answer that nobody can be typing them (`yes ''`)."""
        while self.asked < MOST_PROMPTS:
            if self.asked and self.over():
                say("The time is over.")
                return
            self.asked += 1
            say(prompt)
            if (line := read_line()) is None:
                return
            yield line
        say(f"{MOST_PROMPTS} lines, and none is an answer: the quiz ends.")
