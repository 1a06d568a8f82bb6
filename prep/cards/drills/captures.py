"""Drills: the segments of one connection as a capture has them, and the conn_state that Zeek logs for it.

Band 1 has what Zeek's table says word for word, band 2 closes from both sides, resets after a FIN and lost segments.
"""

from typing import Final

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Drill, Question, Slip
from prep.cards.drills.ladders import CLOSING, SPOKEN, TAGS, WIDTH, arrived, blank, mirrored, played, varied
from prep.cards.drills.shared import drill, slip, steps
from prep.net.tcp.capture import zeek
from prep.net.tcp.exchange import Played
from prep.net.tcp.ladder import ladder
from prep.net.tcp.script import Side
from prep.net.tcp.scripts import named
from prep.net.tcp.scripts.kit import A_CLOSES, B_CLOSES, HANDSHAKE, SYN
from prep.net.tcp.segment import Segment

ZEEK = ("Zeek, base/protocols/conn/main.zeek", None)

A_ABORTS = "A ABORT; deliver A>B"
REFUSED = "A OPEN_ACTIVE; deliver A>B; deliver B>A"
UNANSWERED = f"{SYN}; lose A>B" + "; A TIMEOUT_RTO; lose A>B" * 2
BOTH_CLOSE = "A CLOSE; B CLOSE; deliver B>A; deliver A>B; deliver B>A; deliver A>B"
CAPTURED: Final[dict[int, tuple[str, ...]]] = {
    1: (
        UNANSWERED,
        REFUSED,
        f"{HANDSHAKE}; {SPOKEN}",
        f"{HANDSHAKE}; {A_CLOSES}",
        f"{HANDSHAKE}; {B_CLOSES}",
        f"{HANDSHAKE}; {A_CLOSES}; {B_CLOSES}",
        f"{HANDSHAKE}; {A_ABORTS}",
        f"{HANDSHAKE}; {mirrored(A_ABORTS)}",
    ),
    2: (
        f"{HANDSHAKE}; {BOTH_CLOSE}",
        f"{HANDSHAKE}; {B_CLOSES}; {A_CLOSES}",
        f"{HANDSHAKE}; {A_CLOSES}; B SEND; deliver B>A; deliver A>B; A RECEIVE",
        f"{HANDSHAKE}; {B_CLOSES}; A SEND; deliver A>B; deliver B>A; B RECEIVE",
        f"{HANDSHAKE}; {A_CLOSES}; {mirrored(A_ABORTS)}",
        f"{HANDSHAKE}; {B_CLOSES}; {A_ABORTS}",
        *(named()[name].text for name in ("last-ack-lost-late", "unread-data-rst", "half-open-peer")),
        f"{HANDSHAKE}; {mirrored('A CRASH; B SEND; deliver B>A; deliver A>B')}",
        f"{SYN}; lose A>B; A TIMEOUT_RTO; deliver A>B; deliver B>A; deliver A>B",
    ),
}
MEANINGS: Final[dict[str, Text]] = {
    "S0": Text("a SYN, no reply", "有 SYN，无应答"),
    "S1": Text("established, not closed", "已建立，未关闭"),
    "SF": Text("established, closed by both", "已建立，双方都已关闭"),
    "S2": Text("established, only the originator has closed", "已建立，只有发起方关闭"),
    "S3": Text("established, only the responder has closed", "已建立，只有响应方关闭"),
    "REJ": Text("the SYN was refused", "SYN 被拒绝"),
    "RSTO": Text("established, the originator reset it", "已建立，被发起方复位"),
    "RSTR": Text("established, the responder reset it", "已建立，被响应方复位"),
}
NEAR: Final[dict[str, tuple[str, ...]]] = {
    "S0": ("REJ", "S1"),
    "S1": ("SF", "S2", "S3"),
    "SF": ("S2", "S3", "S1", "RSTO", "RSTR"),
    "S2": ("S3", "SF", "S1"),
    "S3": ("S2", "SF", "S1"),
    "REJ": ("RSTR", "S0"),
    "RSTO": ("RSTR", "SF", "S2"),
    "RSTR": ("RSTO", "REJ", "SF", "S2"),
}


@drill(
    "dg-capture@1",
    Text("conn_state of a captured connection", "抓到的连接的 conn_state"),
    Text(
        "Whose SYN came first: that is the originator. Was the SYN answered, and how? Then: whose FIN, whose RST?",
        "谁的 SYN 在先，谁就是发起方。SYN 有没有得到应答，是什么应答？再看：谁发了 FIN，谁发了 RST？",
    ),
    ZEEK,
    CLOSING,
    bands=2,
    tags=TAGS,
)
def capture(dice: Dice, band: int) -> Question:
    went = played(dice, varied(dice, dice.pick(CAPTURED[band])))
    seen = [blank(arrived(moment)) for moment in went.moments if moment.segment is not None]
    head, _, *lines = ladder(Played(seen, {"A": (), "B": ()}), WIDTH)
    shown = "\n".join([head, *lines])
    answer = conn_state([(moment.step.side, moment.segment) for moment in seen if moment.segment])
    words = ", ".join(MEANINGS), "、".join(MEANINGS)
    meaning = MEANINGS[answer]
    return Question(
        ask=Text(
            f"All segments of a connection, captured between its ends:\n{shown}\n"
            f"Which conn_state does Zeek log? One of: {words[0]}.",
            f"在两端之间抓到的一个连接的全部报文段：\n{shown}\nZeek 记录的 conn_state 是什么？选一个：{words[1]}。",
        ),
        form="word",
        answer=answer,
        solution=steps(
            (f"{seen[0].step.side} sent the first SYN: it is the originator",
             f"{seen[0].step.side} 先发 SYN，是发起方"),
            (f"{answer}: {meaning.en}", f"{answer}：{meaning.say('zh')}"),
        ),
        hints=(
            Text("Who is the originator? Did it get a SYN,ACK?", "谁是发起方？它收到 SYN,ACK 了吗？"),
            Text(
                "RSTO and RSTR: the end whose RST it was. Without a RST: neither FIN is S1, the originator's alone S2, "
                "the responder's alone S3, both SF.",
                "RSTO、RSTR：看 RST 来自哪一端。没有 RST 时：都没发 FIN 是 S1，只有发起方发 FIN 是 S2，"
                "只有响应方发是 S3，双方都发是 SF。",
            ),
        ),
        slips=tuple(_not(state) for state in NEAR[answer]),
    )  # fmt: skip


def conn_state(segments: list[tuple[Side, Segment]]) -> str:
    """What Zeek makes of the segments; the sender of the first is the originator."""
    ends, history = zeek.FRESH, ""
    bits = {"FIN": zeek.FIN, "SYN": zeek.SYN, "RST": zeek.RST}
    for side, segment in segments:
        sender = int(side != segments[0][0])
        flags = sum(bits[name] for name in segment.flags) | (zeek.ACK if segment.ack is not None else 0)
        ends = zeek.after(ends, sender, flags, segment.data > 0)
        letter = zeek.letter(flags, segment.data > 0)
        history += letter.lower() if sender else letter
    return zeek.conn_state(ends, history, not any(segment.data for _, segment in segments))


def _not(state: str) -> Slip:
    meaning = MEANINGS[state]
    return slip(state, f"That would be: {meaning.en}.", f"那是：{meaning.say('zh')}。")


DRILLS: tuple[Drill, ...] = (capture,)
