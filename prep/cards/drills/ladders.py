"""Drills: an exchange of two ends drawn as a ladder, and where an end stands or what was lost.

The exchanges are the named scripts of `prep tcp play` and their mirror images; the engine that plays them answers.
Band 1 has exchanges without loss, or a lost segment; band 2 what goes wrong, or a lost acknowledgment.
"""

import re
from itertools import groupby
from typing import Final, cast

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, Slip
from prep.cards.drills.shared import drill, slip, steps
from prep.net.tcp.exchange import Moment, Played, play
from prep.net.tcp.ladder import ladder
from prep.net.tcp.script import PEER, SIDES, Side
from prep.net.tcp.scripts import named
from prep.net.tcp.scripts.kit import HANDSHAKE
from prep.net.tcp.tcb import State

TAGS = ("diagnosis", "tcp")
STATES = ("RFC 9293", "3.3.2")
CLOSING = ("RFC 9293", "3.6")
LOSS = ("RFC 9293", "3.8.1")
WIDTH = 78  # columns

SPOKEN = "A SEND; deliver A>B; B RECEIVE; deliver B>A"  # data after the handshake


def mirrored(script: str) -> str:
    """With A and B in each other's place."""
    return re.sub(r"\b[AB]\b", lambda end: "B" if end[0] == "A" else "A", script)


def script_of(text: str) -> str:
    """One step a line."""
    return "\n".join(step.strip() for step in re.split(r"[;\n]", text) if step.strip())


def varied(dice: Dice, text: str) -> str:
    """The exchange with other numbers of octets, perhaps with data first, perhaps mirrored."""
    script = script_of(text)
    opening = script_of(HANDSHAKE)
    if script.startswith(opening) and dice.below(3) == 0:
        script = script.replace(opening, f"{opening}\n{script_of(SPOKEN)}", 1)
    script = re.sub(r"SEND(?: \d+)?", lambda _: f"SEND {dice.between(2, 9)}", script)
    return mirrored(script) if dice.below(2) else script


def played(dice: Dice, script: str) -> Played:
    """With initial sequence numbers of three digits."""
    first = dice.shuffled(range(100, 900, 100))
    return play(script, (first[0], first[1]))


def blank(moment: Moment) -> Moment:
    """Without what gives the states away."""
    answer = moment.answer._replace(path=(), signal="")
    return moment._replace(states=(cast(State, ""), cast(State, "")), answer=answer)


def arrived(moment: Moment) -> Moment:
    """Drawn like the others where it was lost."""
    return moment._replace(step=moment.step._replace(act="deliver")) if moment.step.act == "lose" else moment


# ── states ──

LIVES: Final[dict[int, tuple[str, ...]]] = {
    1: (
        "handshake",
        "four-segment-close",
        "simultaneous-open",
        "simultaneous-close",
        "half-close",
        "close-wait",
        "abort",
        "unread-data-rst",
        "rst-closed-port",
        "close-in-syn-sent",
    ),
    2: (
        "syn-lost",
        "third-ack-lost",
        "three-segment-close",
        "last-ack-lost",
        "last-ack-lost-late",
        "fin-lost",
        "retransmitted-fin",
        "connect-gives-up",
        "half-open-peer",
        "peer-vanished",
    ),
}


@drill(
    "dg-ladder@1",
    Text("Where an end of a ladder stands", "时序图里的一端停在哪个状态"),
    Text(
        "Write the state of each end beside each line: an event changes the end where it happens, an arrow only the "
        "end that it reaches. What is lost or in flight reaches nobody.",
        "逐行写出两端的状态：事件只改变发生它的一端，箭头只改变它到达的一端。丢失的、还在途中的，谁也没收到。",
    ),
    STATES,
    CLOSING,
    bands=2,
    tags=TAGS,
)
def where(dice: Dice, band: int) -> Question:
    script = varied(dice, named()[dice.pick(LIVES[band])].text).splitlines()
    went = played(dice, "\n".join(script[: len(script) - dice.between(0, min(3, len(script) - 3))]))
    side = dice.pick(SIDES)
    shown = "\n".join(ladder(Played([blank(moment) for moment in went.moments], went.flying), WIDTH))
    path = _path(went, side)
    return Question(
        ask=Text(
            f"Two ends exchange segments. Both begin in CLOSED:\n{shown}\nIn which state does {side} end?",
            f"两端交换报文段，起初都是 CLOSED：\n{shown}\n{side} 最后处于什么状态？",
        ),
        form="state",
        answer=path[-1],
        solution=steps(
            *((line, line) for line in ladder(went, WIDTH)),
            (f"{side}: {' -> '.join(path)}", f"{side}：{' -> '.join(path)}"),
        ),
        hints=(
            Text("Follow one end only, from top to bottom.", "只盯住一端，从上往下看。"),
            Text(
                "What did it call, which arrows reached it, and has its own FIN been acknowledged?",
                "它调用了什么，哪些箭头到达了它，它自己的 FIN 得到确认了吗？",
            ),
        ),
        slips=tuple(_wrong_states(path, side, _path(went, PEER[side])[-1])),
    )


def _path(went: Played, side: Side) -> list[State]:
    """The states of an end, each change once."""
    passed: list[State] = ["CLOSED"]
    passed += [state for moment in went.moments if moment.at == side for state in moment.answer.path]
    return [state for state, _ in groupby(passed)]


def _wrong_states(path: list[State], side: Side, other: State) -> list[Slip]:
    found = [slip(other, f"There ends {PEER[side]}.", f"那是 {PEER[side]} 最后的状态。")]
    if len(path) > 1:
        found.append(slip(path[-2], "It goes one step further.", "它还往前走了一步。"))
    found.append(
        slip(
            "TIME_WAIT",
            "Only an end that has sent its FIN before it got the peer's waits there, and only for 2MSL.",
            "只有在收到对端 FIN 之前就发出自己 FIN 的一端才在那里等待，而且只等 2MSL。",
        )
    )
    return [*found, slip("ESTABLISHED", "It is not there any more, or never was.", "它已离开那里，或从未到过。")]


# ── what was lost ──

LOSSES: Final[dict[int, tuple[str, ...]]] = {
    1: ("syn-lost", "fin-lost", "data-lost"),
    2: ("third-ack-lost-idle", "retransmitted-fin", "last-ack-lost", "data-ack-lost"),
}
DATA_ACK_LOST = f"{HANDSHAKE}; A SEND; deliver A>B; lose B>A; A TIMEOUT_RTO; deliver A>B; deliver B>A"


@drill(
    "dg-lost@1",
    Text("Which segment of a ladder was lost", "时序图里丢了哪个报文段"),
    Text(
        "See what is sent again, and what the other end had answered to it the first time: where there is an answer, "
        "the answer was lost.",
        "看什么被重传，再看对端第一次是否已经应答：若已应答，丢的就是那个应答。",
    ),
    LOSS,
    bands=2,
    tags=TAGS,
)
def lost(dice: Dice, band: int) -> Question:
    name = dice.pick(LOSSES[band])
    went = played(dice, varied(dice, DATA_ACK_LOST if name == "data-ack-lost" else named()[name].text))
    drawn = [blank(arrived(moment)) for moment in went.moments]
    shown = "\n".join(ladder(Played(drawn, went.flying), WIDTH))
    place = next(place for place, moment in enumerate(went.moments, 1) if moment.step.act == "lose")
    return Question(
        ask=Text(
            f"Every segment is drawn as if it had arrived, but one was lost:\n{shown}\nOn which line?",
            f"每个报文段都画成已到达，其实丢了一个：\n{shown}\n丢的是第几行？",
        ),
        form="number",
        answer=str(place),
        solution=steps(*((line, line) for line in ladder(went, WIDTH)), (f"line {place}", f"第 {place} 行")),
        hints=(
            Text("Who sends again after its timer, and what?", "谁的定时器到期后重传了，传的是什么？"),
            Text(
                "Had the other end acknowledged it before? Then that acknowledgment is missing, else the segment "
                "itself.",
                "对端此前确认过它吗？确认过，丢的就是那个确认；没有，丢的就是它本身。",
            ),
        ),
        slips=tuple(_not_lost(went, place)),
    )


def _not_lost(went: Played, place: int) -> list[Slip]:
    again = next(at for at, moment in enumerate(went.moments, 1) if moment.step.act == "TIMEOUT_RTO")
    resent = went.moments[again].segment
    first = next(at for at, moment in enumerate(went.moments, 1) if moment.segment == resent)
    return [
        slip(first, "It arrived: the other end acknowledged it.", "它到了：对端确认过它。"),
        slip(again + 1, "That is the second copy, and it is answered.", "那是重传的一份，它得到了应答。"),
        slip(again, "There a timer expires; what was lost went before.", "那里是定时器到期；丢失在此之前。"),
        slip(place + 1, "That one arrived.", "那一个到了。"),
    ]


DRILLS: tuple[Drill, ...] = (where, lost)
