"""The state diagram, drawn from the table: as text, Mermaid, Graphviz DOT and SVG.

An arrow stands for every legal pair of states (RFC 9293 §3.3.2 and §3.10). Those of Figure 5 are solid; the ones that
the famous figure leaves out (resets, aborts, timeouts, a FIN that comes with an ACK of ours, TIME-WAIT reopened) are
dashed. A path that was checked is highlighted, and the pair that is not legal marked.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from prep.net.tcp.states import arrows, place
from prep.net.tcp.table import STATES, State

FORMATS: Final = ("text", "mermaid", "dot", "svg")
FIGURE = "Figure 5"


class Edge(NamedTuple):
    """A legal pair of states, the events that can cause it, the usual one first, and what that one sends."""

    source: State
    target: State
    events: tuple[str, ...]
    sends: str
    in_figure_5: bool

    @property
    def label(self) -> str:
        """The usual event and what it sends, another event, and how many more there are."""
        first, *others = self.events
        shown = f"{first} / {self.sends}" if self.sends else first
        shown += f"; {others[0]}" if others else ""
        return shown + (f" +{len(others) - 1}" if len(others) > 1 else "")


def edges() -> tuple[Edge, ...]:
    """All legal pairs, state by state; a state that stays is none."""
    found = []
    for state in STATES:
        for target, arrow in arrows(place(state)).items():
            if target != state:
                usual = arrow.rules[0]
                figure = any(rule.in_figure_5 for rule in arrow.rules)
                events = tuple(dict.fromkeys(rule.event for rule in arrow.rules))
                found.append(Edge(state, target, events, usual.sends, figure))
    return tuple(found)


class Walk(NamedTuple):
    """A path to highlight: the pairs taken, and the one that is not legal."""

    taken: frozenset[tuple[str, str]] = frozenset()
    illegal: tuple[str, str] | None = None


NOWHERE = Walk()


def walk(path: Sequence[State], illegal_at: int | None = None) -> Walk:
    """The pairs of a path; what stands behind an illegal pair was not walked."""
    pairs = list(pairwise(path))
    if illegal_at is None:
        return Walk(frozenset(pairs))
    return Walk(frozenset(pairs[:illegal_at]), pairs[illegal_at])


def draw(form: str, way: Walk = NOWHERE) -> str:
    """The diagram in one of FORMATS, with its last line ended. Raises ValueError for another format."""
    if form not in FORMATS:
        raise ValueError(f"{form}: no such format; one of {', '.join(FORMATS)}")
    return {"text": _text, "mermaid": _mermaid, "dot": _dot, "svg": _svg}[form](way)


# ── text ──


def _text(way: Walk) -> str:
    """The arrows of each state, one a line: `*` taken, `✗` not legal, `·` not in Figure 5."""
    lines = [f"TCP states (RFC 9293): {len(edges())} legal pairs; · is not in {FIGURE}"]
    if way.taken or way.illegal:
        lines[0] += "; * taken" + ("; ✗ not legal" if way.illegal else "")
    for state in STATES:
        lines.append(state)
        for edge in edges():
            if edge.source == state:
                mark = "*" if edge[:2] in way.taken else " " if edge.in_figure_5 else "·"
                lines.append(f"  {mark} → {edge.target:13} {edge.label}")
        if way.illegal and way.illegal[0] == state:
            lines.append(f"  ✗ → {way.illegal[1]:13} no event leads there")
    return "\n".join(lines) + "\n"


# ── Mermaid, https://mermaid.js.org/syntax/stateDiagram.html ──


def _mermaid(way: Walk) -> str:
    lines = ["stateDiagram-v2", "    [*] --> CLOSED"]
    lines += [f"    {edge.source} --> {edge.target}: {edge.label}" for edge in edges() if _shown(edge, way)]
    if way.illegal:
        lines.append(f"    {way.illegal[0]} --> {way.illegal[1]}: ✗ not legal")
    if visited := sorted({state for pair in way.taken for state in pair}):
        lines += ["    classDef taken fill:#2a6,color:#fff", f"    class {','.join(visited)} taken"]
    if way.illegal:
        lines += ["    classDef wrong fill:#c33,color:#fff", f"    class {way.illegal[1]} wrong"]
    return "\n".join(lines) + "\n"


def _shown(edge: Edge, way: Walk) -> bool:
    """State diagrams have no dashed arrows: only Figure 5 and what was taken."""
    return edge.in_figure_5 or edge[:2] in way.taken


# ── DOT, https://graphviz.org/doc/info/lang.html ──


def _dot(way: Walk) -> str:
    lines = ["digraph tcp {", "  rankdir=TB;", "  node [shape=box, style=rounded, fontname=monospace];"]
    lines.append("  edge [fontname=monospace, fontsize=9];")
    for edge in edges():
        look = "" if edge.in_figure_5 else ", style=dashed, color=gray"
        if edge[:2] in way.taken:
            look = ", color=forestgreen, penwidth=3"
        lines.append(f'  {edge.source} -> {edge.target} [label="{edge.label}"{look}];')
    if way.illegal:
        lines.append(f'  {way.illegal[0]} -> {way.illegal[1]} [label="✗ not legal", color=red, penwidth=3];')
    return "\n".join([*lines, "}"]) + "\n"


# ── SVG ──

# Where each state stands, in the manner of Figure 5: column 0 to 4, row 0 to 6. As there, CLOSED stands twice: where a
# life begins, and where it ends for the two that close in order.
PLACES: Final[dict[str, tuple[int, int]]] = {
    "CLOSED": (2, 0),
    "LISTEN": (2, 1),
    "SYN_RECEIVED": (0, 2),
    "SYN_SENT": (4, 2),
    "ESTABLISHED": (2, 3),
    "FIN_WAIT_1": (0, 4),
    "CLOSE_WAIT": (4, 4),
    "FIN_WAIT_2": (0, 5),
    "CLOSING": (2, 5),
    "LAST_ACK": (4, 5),
    "TIME_WAIT": (2, 6),
    "CLOSED (end)": (4, 6),
}
ENDS: Final = ("LAST_ACK", "TIME_WAIT")
# How far an arrow swings out, as a share of its length, where the usual bend would cross a box or a label.
BENDS: Final[dict[tuple[str, str], float]] = {
    ("CLOSED", "LISTEN"): 1.7,
    ("LISTEN", "CLOSED"): 1.7,
    ("ESTABLISHED", "CLOSED"): 0.3,
    ("CLOSING", "CLOSED"): 0.25,
}
COLUMN, ROW, WIDE, HIGH, MARGIN = 190, 110, 130, 34, 30
COLOURS = {"plain": "#555", "dashed": "#bbb", "taken": "#1a7f37", "wrong": "#c5221f"}


def _svg(way: Walk) -> str:
    """One self-contained picture; reads in light and dark pages."""
    width = 4 * COLUMN + WIDE + 2 * MARGIN
    height = 6 * ROW + HIGH + 2 * MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="monospace">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        "<defs>",
        *(
            f'<marker id="{kind}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            f'<path d="M0,0 L8,4 L0,8 z" fill="{colour}"/></marker>'
            for kind, colour in COLOURS.items()
        ),
        "</defs>",
    ]
    ordered = sorted(edges(), key=lambda edge: (edge[:2] in way.taken, edge.in_figure_5))
    for edge in ordered:
        kind = "taken" if edge[:2] in way.taken else "plain" if edge.in_figure_5 else "dashed"
        target = "CLOSED (end)" if edge.target == "CLOSED" and edge.source in ENDS else edge.target
        lines += _arrow(edge.source, target, kind, edge.label, named=kind != "dashed")
    if way.illegal and way.illegal[0] != way.illegal[1]:
        lines += _arrow(way.illegal[0], way.illegal[1], "wrong", "not legal", named=True)
    visited = {state for pair in way.taken for state in pair}
    for state, (column, row) in PLACES.items():
        name = state.partition(" ")[0]
        reached = (
            any(pair in way.taken for pair in ((end, "CLOSED") for end in ENDS)) if name != state else name in visited
        )
        fill = "#d8f5dd" if reached else "#f6f8fa"
        x, y = MARGIN + column * COLUMN, MARGIN + row * ROW
        lines.append(f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="8" fill="{fill}" stroke="#333"/>')
        lines.append(f'<text x="{x + WIDE // 2}" y="{y + 22}" text-anchor="middle" font-size="13">{name}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def _arrow(source: str, target: str, kind: str, label: str, *, named: bool) -> list[str]:
    """A bent line from box to box; the two of a pair bend apart. The label stands at its middle, also as a title."""
    (x1, y1), (x2, y2) = _edge_of(source, target), _edge_of(target, source)
    dx, dy = x2 - x1, y2 - y1
    length = max(1.0, (dx * dx + dy * dy) ** 0.5)
    bend = BENDS.get((source, target), 0.12) * length
    mx, my = (x1 + x2) / 2 - dy / length * bend, (y1 + y2) / 2 + dx / length * bend
    dash = ' stroke-dasharray="4 3"' if kind == "dashed" else ""
    thick = 2.5 if kind in ("taken", "wrong") else 1
    lines = [
        f'<path d="M{x1:.0f},{y1:.0f} Q{mx:.0f},{my:.0f} {x2:.0f},{y2:.0f}" fill="none" stroke="{COLOURS[kind]}"'
        f' stroke-width="{thick}"{dash} marker-end="url(#{kind})"><title>{source} → {target}: {label}</title></path>'
    ]
    if named:
        at_x, at_y = (x1 + x2) / 4 + mx / 2, (y1 + y2) / 4 + my / 2
        lines.append(
            f'<text x="{at_x:.0f}" y="{at_y:.0f}" text-anchor="middle" font-size="9" fill="{COLOURS[kind]}"'
            f' stroke="#fff" stroke-width="3" paint-order="stroke">{label}</text>'
        )
    return lines


def _edge_of(state: str, towards: str) -> tuple[float, float]:
    """The point of a state's box that lies towards another one."""
    (c1, r1), (c2, r2) = PLACES[state], PLACES[towards]
    x, y = MARGIN + c1 * COLUMN + WIDE / 2, MARGIN + r1 * ROW + HIGH / 2
    dx, dy = (c2 - c1) * COLUMN, (r2 - r1) * ROW
    if not dx and not dy:
        return x, y
    scale = min(WIDE / 2 / abs(dx) if dx else 9.0, HIGH / 2 / abs(dy) if dy else 9.0)
    return x + dx * scale, y + dy * scale
