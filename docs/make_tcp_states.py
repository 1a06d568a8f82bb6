"""Writes docs/tcp-states.md from the table of states; a test compares the two.

python docs/make_tcp_states.py
"""

from pathlib import Path

from prep.net.tcp.diagram import draw, edges
from prep.net.tcp.states import table
from prep.net.tcp.table import EVENTS, STATES

HEAD = """# The states of TCP

Made by `python docs/make_tcp_states.py` from `prep/net/tcp/table.py`; do not edit. Sections are those of RFC 9293.
`prep tcp check 'ESTABLISHED -> CLOSE_WAIT -> TIME_WAIT'` says whether a path is legal, `prep tcp next STATE` what can
happen in a state, with `--stack linux` what Linux does instead.

## The diagram

The arrows of Figure 5; the {beyond} legal pairs that it leaves out stand below.

```mermaid
{mermaid}```

Not in Figure 5:

{missing}
"""


def page() -> str:
    beyond = [edge for edge in edges() if not edge.in_figure_5]
    missing = "\n".join(f"- {edge.source} → {edge.target}: {', '.join(edge.events)}" for edge in beyond)
    return HEAD.format(beyond=len(beyond), mermaid=draw("mermaid"), missing=missing) + "".join(map(_state, STATES))


def _state(state: str) -> str:
    """One state: each event in each of its variants."""
    lines = [
        f"\n## {state}\n",
        "| event | next | sends | verdict | result | section | Linux |",
        "|---|---|---|---|---|---|---|",
    ]
    for event in EVENTS:
        for rule in table()[state][event]:  # type: ignore[index]  # only states come here
            guard = f" ({rule.guard})" if rule.guard else ""
            to = "" if rule.next == state else rule.next
            linux = rule.linux.note if rule.linux else ""
            cells = [
                f"`{rule.full}`{guard}",
                to,
                rule.sends,
                rule.verdict,
                rule.result,
                "; ".join(rule.sections),
                linux,
            ]
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (Path(__file__).parent / "tcp-states.md").write_text(page(), "utf-8")
