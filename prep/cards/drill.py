"""The kinds of generated question: generator, difficulty band and seed give question, answer and solution."""

from prep.cards.drills.forms import WANTED, value_of
from prep.cards.drills.kit import Dice, Drill, Marked, Question, Slip, dotted, mark

__all__ = ["WANTED", "Dice", "Drill", "Marked", "Question", "Slip", "dotted", "drills", "mark", "question", "value_of"]


def drills() -> dict[str, Drill]:
    """All kinds by their id, `v4-broadcast@1`."""
    from prep.cards.drills import (
        captures,
        diagnosis,
        fragments,
        framing,
        ipv4,
        ipv6,
        ipv6_made,
        ladders,
        lists,
        masks,
        names,
        plan,
        routes,
        sizes,
        split,
        tcp_machine,
        tcp_sums,
        where,
    )

    rooms = (
        ipv4, where, masks, sizes, split, plan, lists, names, routes, fragments,
        ipv6, ipv6_made, tcp_machine, tcp_sums, framing, diagnosis, ladders, captures,
    )  # fmt: skip
    return {drill.id: drill for room in rooms for drill in room.DRILLS}


def question(kind: str, band: int, seed: int) -> Question:
    """Raises KeyError for an unknown kind."""
    return drills()[kind].make(Dice(f"{kind}/{band}/{seed}"), band)
