"""What a named script is, and the parts that many share.

Every line of a script is a step of exchange.py's grammar; `ends` is where A and B are when it is over, and a test plays
them all. The language of `title` and `why` is English, of `title_zh` and `why_zh` Chinese.
"""

from typing import NamedTuple

from prep.net.tcp.tcb import State


class Script(NamedTuple):
    """
    why: what it shows, in one or two sentences.
    ends: the states of A and B at the end.
    text: the steps, one a line.
    """

    name: str
    title: str
    title_zh: str
    why: str
    why_zh: str
    ends: tuple[State, State]
    text: str


def steps(*parts: str) -> str:
    """The steps of the parts, one a line; in a part they are separated by `;`."""
    return "".join(f"{step.strip()}\n" for part in parts for step in part.split(";"))


SYN = "B OPEN_PASSIVE; A OPEN_ACTIVE"
HANDSHAKE = f"{SYN}; deliver A>B; deliver B>A; deliver A>B"
A_CLOSES = "A CLOSE; deliver A>B; deliver B>A"
B_CLOSES = "B CLOSE; deliver B>A; deliver A>B"
