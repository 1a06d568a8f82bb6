"""What stands before the rows of a listing that went through another tool.

Line numbers are taken off: those of `grep -n` end in a colon; those of `cat -n` count the lines from 1, or from where
the first stands, and so differ from the counts of `uniq -c`. A file, a time, a pod is told and left there: nothing says
what it may be.
"""

import re

ROW = (
    r"\s*(?:(?:[A-Za-z][\w-]{0,29}\s+){1,2}\d{1,18}\s|TCP\s+\S{1,80}:\d|\d{1,9}: [0-9A-Fa-f]{8}"
    r"|\d{1,18}\s+\d{1,18}\s+\S{1,80}:\S)"
)
HEADER = r"\s*(?:State|Netid|Recv-Q|Proto|COMMAND|Active|sl)\s"
NUMBER = re.compile(rf"\s{{0,9}}(\d{{1,9}})(:|\s{{1,2}})(?={ROW}|{HEADER})")
BEFORE = re.compile(
    r"(?<=[\s:|\]])(?!UNCONN)(?:[A-Z][A-Z0-9_-]{3,14}|tcp[46]{0,2})\s{1,60}\d{1,18}\s{1,60}\d{1,18}\s{1,60}"
    r"\S{1,80}[.:]\S"
)


class Numbers:
    """Takes the numbers off the lines of a text."""

    def __init__(self) -> None:
        self._first: int | None = None  # the line that has number 1

    def off(self, line: str, place: int) -> str:
        """The line without its number; `place` is the number that it has in the text."""
        found = NUMBER.match(line)
        if found is None:
            return line
        if found[2] != ":":
            first = place - int(found[1]) + 1
            if self._first is None and (first == 1 or found[1] == "1"):
                self._first = first
            if first != self._first:
                return line
        return line[found.end() :]


def before(line: str) -> str:
    """What stands before the row that a line holds, "" where it holds none."""
    found = BEFORE.search(line)
    return line[: found.start()].strip() if found else ""
