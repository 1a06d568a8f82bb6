"""How the state machine's answers look to a reader. Arrows are ASCII: they can be copied back into a command."""

from typing import Any

from prep.net.tcp.check import walk
from prep.net.tcp.reading import read_state
from prep.net.tcp.states import Stack, Step, place
from prep.net.tcp.table import Origin

Lines = list[str]


def checked(found: dict[str, Any], text: str, origin: Origin | None, stack: Stack) -> Lines:
    """The path drawn with the illegal step marked, the verdict, what would do instead, and the source."""
    if found["kind"] == "states":
        lines = _states(found)
    else:
        lines = _events(found, walk(place(read_state(found["path"][0]), origin), text, stack))
    if found["legal"]:
        return [*lines, f"legal; ends in {found['final']}", f"[{found['source']}]"]
    lines.append(f"illegal: {found['why']}")
    if found["instead"]:
        lines.append(f"instead: {' -> '.join(found['instead']['path'])}, by {', '.join(found['instead']['events'])}")
    return [*lines, f"[{found['source']}]"]


def _states(found: dict[str, Any]) -> Lines:
    path, wrong = found["path"], found["illegal_at"]
    drawn = path[0] + "".join(f" {'-x->' if at == wrong else '->'} {state}" for at, state in enumerate(path[1:]))
    pairs = zip(path, path[1:], found["events_any_of"], strict=False)
    width = max(map(len, path))
    causes = [f"  {left:{width}} -> {right:{width}}  {', '.join(events)}" for left, right, events in pairs if events]
    return [drawn, *causes]


def _events(found: dict[str, Any], steps: list[Step]) -> Lines:
    named = max(len(step.rule.full) for step in steps)
    lines = [f"  {'':{named}}    {found['path'][0]}"]
    for at, step in enumerate(steps):
        rule = step.rule
        mark = "  " if rule.verdict == "ok" else "x "
        arrow = "->" if rule.next != rule.state else "  "
        sent = f"sends {rule.sends}" if rule.sends else ""
        told = rule.result if rule.verdict == "error" else rule.verdict if rule.verdict != "ok" else ""
        lines.append(f"{mark}{rule.full:{named}} {arrow} {found['path'][at + 1]:12} {sent:14} {told}".rstrip())
    return lines


def rules(found: list[dict[str, Any]], stack: Stack) -> Lines:
    """What can happen: first what moves the connection, then what it takes where it is, then what it refuses."""
    state = found[0]["state"]
    groups = [
        ("moves it", [row for row in found if row["next_state"] != state]),
        ("legal, and it stays", [row for row in found if row["next_state"] == state and row["verdict"] == "ok"]),
        ("not legal, and it stays", [row for row in found if row["verdict"] != "ok"]),
    ]
    lines = [state]
    for title, rows in groups:
        if rows:
            lines += ["", f"{title}:", *(line for row in rows for line in _rule(row, stack))]
    return lines


def _rule(row: dict[str, Any], stack: Stack) -> Lines:
    to = f"-> {row['next_state']}" if row["next_state"] != row["state"] else row["verdict"]
    sent = f"sends {row['sends']}" if row["sends"] else ""
    lines = [f"  {row['event']:26} {to:15} {sent:14} [{row['rfc_section']}]"]
    told = "; ".join(filter(None, (row["guard"], row["result"], row["note"])))
    lines += [f"      {told}"] * bool(told)
    lines += [f"      contested: {row['contested']}"] * bool(row["contested"])
    if row["linux"]:
        lines.append(f"      Linux: {_linux(row, stack)}")
    return lines


def _linux(row: dict[str, Any], stack: Stack) -> str:
    linux = row["linux"]
    if stack == "linux":
        return str(linux["note"])
    differs = [f"-> {linux['next_state']}"] if linux["next_state"] else []
    differs += [f"sends {linux['sends'] or 'nothing'}"] if linux["sends"] is not None else []
    differs += [linux["verdict"]] if linux["verdict"] else []
    opened = f" ({linux['origin']} OPEN)" * bool(linux["origin"])
    return f"{linux['note']}{opened}{': ' * bool(differs)}{', '.join(differs)}"
