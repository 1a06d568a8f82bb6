"""Errors for people, and the exit codes of the whole program.

0  done, or the answer is yes
1  the answer is no (deck faults, nothing found, …)
2  bad input or usage
130  interrupted
"""

from enum import IntEnum

LONGEST = 200  # characters of an offender


class Exit(IntEnum):
    YES = 0
    NO = 1
    BAD_INPUT = 2
    INTERRUPTED = 130


class PrepError(Exception):
    """What went wrong, the offender quoted, and a way out; printed as one line, never as a traceback. A `what` without
    an offender may be several lines, a list of faults.

    An offender may be anything that can be typed: what would break the line is spelled out, and of a very long one only
    the beginning and end are told.

    >>> str(PrepError("no such card", where="hs-thre-steps", hint="did you mean hs-three-steps?"))
    'hs-thre-steps: no such card; did you mean hs-three-steps?'
    """

    def __init__(self, what: str, *, where: object = None, hint: str | None = None) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        line = what if where is None else f"{_quoted(str(where))}: {what}"
        super().__init__(line if hint is None else f"{line}; {_on_one_line(hint)}")


def _on_one_line(text: str) -> str:
    return text.replace("\n", "\\n").replace("\t", "\\t")


def _quoted(offender: str) -> str:
    shown = _on_one_line(offender)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST // 2]}…{shown[1 - LONGEST // 2 :]}"


def did_you_mean(word: str, known: "list[str]", otherwise: str | None = None) -> str | None:
    """A hint that names the closest known word, or the other hint where none is close."""
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else otherwise
