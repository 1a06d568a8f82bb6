"""Named scripts: what interviews ask about connections, each an exchange that can be played.

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


def named() -> dict[str, Script]:
    """All scripts by name: opening, data, closing, then what goes wrong."""
    from prep.net.tcp.scripts_close import CLOSING
    from prep.net.tcp.scripts_open import OPENING
    from prep.net.tcp.scripts_wrong import WRONG

    return {script.name: script for script in (*OPENING, *CLOSING, *WRONG)}
