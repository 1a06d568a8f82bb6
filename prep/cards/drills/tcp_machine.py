"""Drills in TCP's state machine, each answer taken from the table of `net/tcp`.

Band 1 asks the arrows of RFC 9293 Figure 5, band 2 what the famous figure leaves out, band 3 what is refused: calls
that give an error, segments that are dropped, answered with a RST, or challenged.
"""

from functools import cache

from prep.cards.card import Text
from prep.cards.drills.kit import Dice, Question, Slip
from prep.cards.drills.shared import drill, slip, steps
from prep.cards.drills.tcp_events import CAN_HAPPEN, HAPPENS, happens
from prep.net.tcp.check import check_states
from prep.net.tcp.states import Rule, place, shortest, table
from prep.net.tcp.table import STATES, State

STATES_SECTION = ("RFC 9293", "3.3.2")
PROCESSING = ("RFC 9293", "3.10")
TAGS = ("tcp", "states")

VERDICTS = {
    "ok": Text("ok: processed normally", "ok：正常处理"),
    "error": Text("error: the call fails", "error：调用失败"),
    "drop": Text("drop: discarded in silence", "drop：悄悄丢弃"),
    "reset": Text("reset: answered with a RST", "reset：用 RST 应答"),
    "challenge": Text("challenge: answered with an ACK and dropped", "challenge：用 ACK 应答并丢弃"),
}
# Pairs that are widely believed to be legal.
BELIEFS: tuple[tuple[State, State], ...] = (
    ("CLOSE_WAIT", "TIME_WAIT"),
    ("LAST_ACK", "TIME_WAIT"),
    ("LISTEN", "ESTABLISHED"),
    ("CLOSE_WAIT", "CLOSING"),
    ("CLOSED", "ESTABLISHED"),
    ("SYN_SENT", "FIN_WAIT_1"),
    ("FIN_WAIT_1", "CLOSE_WAIT"),
    ("FIN_WAIT_2", "CLOSING"),
    ("CLOSING", "LAST_ACK"),
    ("TIME_WAIT", "ESTABLISHED"),
)


@cache
def rules(band: int) -> tuple[Rule, ...]:
    """The rules of a band: plain ones, that need neither a guard nor the way the connection was opened."""
    plain = [
        rule
        for state in STATES
        for event in HAPPENS
        for rule in table()[state][event]
        if rule.key == rule.event and not rule.contested and state in CAN_HAPPEN.get(event, STATES)
    ]
    if band == 1:
        return tuple(rule for rule in plain if rule.in_figure_5)
    if band == 2:
        return tuple(rule for rule in plain if rule.verdict == "ok" and not rule.in_figure_5)
    return tuple(rule for rule in plain if rule.verdict != "ok")


def said(rule: Rule, ask_en: str, ask_zh: str) -> Text:
    event = happens(rule.state, rule.event)
    return Text(
        f"By RFC 9293: the state is {rule.state}; {event.en}. {ask_en}",
        f"按 RFC 9293：当前状态是 {rule.state}，{event.say('zh')}。{ask_zh}",
    )


def solved(rule: Rule) -> Text:
    sends = rule.sends or "nothing"
    verdict = VERDICTS[rule.verdict]
    push = ("with the data; PSH may be set too (MUST-61)", "数据随它发出；也可以置 PSH（MUST-61）")
    return steps(
        (
            f"{rule.state}, {rule.event} -> {rule.next}, sends {sends}",
            f"{rule.state}，{rule.event} -> {rule.next}，发送 {rule.sends or '无'}",
        ),
        *([push] if carries_data(rule) else []),
        (verdict.en, verdict.say("zh")),
        (f"RFC 9293: {'; '.join(rule.sections)}", f"RFC 9293：{'、'.join(rule.sections)}"),
    )


def carries_data(rule: Rule) -> bool:
    return "<DATA>" in rule.segments


HINTS = (
    Text("Who still has to send or to acknowledge a FIN or a SYN?", "还有谁的 SYN 或 FIN 没发出或没被确认？"),
    Text(
        "Find the state in Figure 5 and follow the arrow of the event.", "在图 5 中找到该状态，再沿着该事件的箭头走。"
    ),
)


@drill(
    "tcp-next-state@1",
    Text("Next state of a TCP connection", "TCP 连接的下一个状态"),
    Text(
        "Look the event up in the state; what is refused changes no state.",
        "在当前状态下查该事件；被拒绝的事件不改变状态。",
    ),
    STATES_SECTION,
    PROCESSING,
    tags=TAGS,
)
def next_state(dice: Dice, band: int) -> Question:
    rule = dice.pick(rules(band))
    return Question(
        ask=said(rule, "What is the next state?", "下一个状态是什么？"),
        form="state",
        answer=rule.next,
        solution=solved(rule),
        hints=HINTS,
        slips=_wrong_states(rule),
    )


def _wrong_states(rule: Rule) -> tuple[Slip, ...]:
    believed = [
        slip(target, "A common belief, but no event leads there.", "流传很广的说法，但没有事件能到那里。")
        for source, target in BELIEFS
        if source == rule.state
    ]
    stays = slip(rule.state, "The state does change here.", "这里状态会改变。")
    return (*believed, stays if rule.next != rule.state else slip("CLOSED", *_why_not_closed(rule)))


def _why_not_closed(rule: Rule) -> tuple[str, str]:
    if (rule.state, rule.event) == ("SYN_SENT", "RCV_RST"):
        return (
            "The RST that refuses a connection acknowledges our SYN; this one has no ACK.",
            "表示拒绝连接的 RST 会确认我方的 SYN；这个 RST 不带 ACK。",
        )
    if rule.verdict == "ok":
        return "This does not end the connection.", "这不会结束连接。"
    return "What is refused does not end the connection.", "被拒绝的事件不会结束连接。"


WRONG_FLAGS = (
    slip("FIN", "Every segment after the handshake carries ACK too.", "握手之后的每个报文段都带 ACK。"),
    slip("SYN", "It acknowledges what it has received as well.", "它同时还要确认收到的内容。"),
    slip("RST", "Nothing is reset here.", "这里不会复位。"),
    slip("nothing", "Something is sent here.", "这里要发送报文段。"),
    slip("ACK", "It is not a bare ACK.", "发出的不是单纯的 ACK。"),
)
SILENCE = tuple(
    slip(
        flags,
        "It calls for no segment: there is nothing to answer, or nobody to send to.",
        "不发任何报文段：没有要回应的，或没有可发的对象。",
    )
    for flags in ("FIN", "SYN", "RST", "ACK")
)


@drill(
    "tcp-sends@1",
    Text("Segment that TCP sends", "TCP 发出的报文段"),
    Text(
        "Each event has its answer: a SYN or FIN in order is acknowledged, a bad segment reset or challenged.",
        "每个事件都有对应的应答：按序的 SYN、FIN 要确认，不合法的报文段用 RST 或挑战 ACK 应答。",
    ),
    PROCESSING,
    tags=TAGS,
)
def sends(dice: Dice, band: int) -> Question:
    rule = dice.pick(rules(band))
    return Question(
        ask=said(
            rule,
            "Which control bits does the segment carry that is sent because of it? (or: nothing)",
            "因此发出的报文段带哪些控制位？（不发就写：无）",
        ),
        form="data-flags" if carries_data(rule) else "flags",
        answer=rule.sends or "nothing",
        solution=solved(rule),
        hints=HINTS,
        slips=WRONG_FLAGS if rule.sends else SILENCE,
    )


@drill(
    "tcp-verdict@1",
    Text("What TCP makes of an event", "TCP 如何处理一个事件"),
    Text(
        "ok, error, drop, reset or challenge: see RFC 9293 section 3.10 step by step.",
        "ok、error、drop、reset 还是 challenge：按 RFC 9293 第 3.10 节逐步判断。",
    ),
    PROCESSING,
    bands=2,
    tags=TAGS,
)
def verdict(dice: Dice, band: int) -> Question:
    rule = dice.pick(rules(3) if band == 2 or dice.below(3) else rules(1))
    words = ("ok (processed), error (the call fails), drop (silence), reset (RST), challenge (ACK, dropped)",
             "ok（正常处理）、error（调用失败）、drop（悄悄丢弃）、reset（RST）、challenge（ACK 并丢弃）")  # fmt: skip
    return Question(
        ask=said(rule, f"What happens: {words[0]}?", f"结果是哪一种：{words[1]}？"),
        form="word",
        answer=rule.verdict,
        solution=solved(rule),
        hints=HINTS,
        slips=(
            slip("ok", "It is refused here.", "在这里会被拒绝。"),
            slip("drop", "It is not passed over in silence.", "不会悄悄丢弃。"),
            slip("reset", "No RST is sent here.", "这里不会发 RST。"),
        ),
    )


@drill(
    "tcp-legal@1",
    Text("Is a step between TCP states possible?", "TCP 状态之间的一步是否可能？"),
    Text(
        "Some event must lead from the left state to the right one, Figure 5 or not.",
        "必须有某个事件从左边的状态到右边的状态，不限于图 5。",
    ),
    STATES_SECTION,
    PROCESSING,
    bands=2,
    tags=TAGS,
)
def legal(dice: Dice, band: int) -> Question:
    legal_pairs = sorted({(rule.state, rule.next) for rule in rules(band) if rule.next != rule.state})
    source, target = dice.pick(legal_pairs) if dice.below(2) else dice.pick(BELIEFS)
    found = check_states([source, target])
    right = "yes" if found["legal"] else "no"
    events = ", ".join((found["events_any_of"] or [[]])[0]) if found["legal"] else ""
    return Question(
        ask=Text(
            f"By RFC 9293: can a TCP connection go from {source} to {target} in one step? (yes or no)",
            f"按 RFC 9293，TCP 连接能一步从 {source} 到 {target} 吗？（是或否）",
        ),
        form="word",
        answer=right,
        solution=steps(
            (f"yes, by {events}", f"能，通过 {events}")
            if found["legal"]
            else ("no event leads there", "没有事件能到那里"),
            (str(found["source"]), str(found["source"])),
        ),
        hints=HINTS,
        slips=(
            slip("yes", "A common belief, but no event leads there.", "流传很广的说法，但没有事件能到那里。"),
            slip(
                "no",
                "There is an event that leads there; Figure 5 leaves out ABORT, most RSTs and the user timeout.",
                "有事件能到那里；图 5 省去了 ABORT、大多数 RST 和用户超时。",
            ),
        ),
    )


# The parts of lives that interviews ask for, short and long: start, through which state, goal.
LIVES: dict[int, tuple[tuple[State, State, State], ...]] = {
    1: (
        ("CLOSED", "SYN_SENT", "ESTABLISHED"),
        ("ESTABLISHED", "CLOSE_WAIT", "LAST_ACK"),
        ("SYN_SENT", "ESTABLISHED", "FIN_WAIT_1"),
        ("LISTEN", "SYN_RECEIVED", "ESTABLISHED"),
        ("ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2"),
        ("FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"),
        ("FIN_WAIT_1", "CLOSING", "TIME_WAIT"),
        ("CLOSE_WAIT", "LAST_ACK", "CLOSED"),
        ("FIN_WAIT_2", "TIME_WAIT", "CLOSED"),
    ),
    2: (
        ("CLOSED", "LISTEN", "ESTABLISHED"),
        ("ESTABLISHED", "FIN_WAIT_2", "TIME_WAIT"),
        ("ESTABLISHED", "CLOSING", "TIME_WAIT"),
        ("LISTEN", "ESTABLISHED", "CLOSE_WAIT"),
        ("LISTEN", "ESTABLISHED", "LAST_ACK"),
    ),
}


@drill(
    "tcp-path@1",
    Text("Put TCP states in order", "把 TCP 状态排成合法的顺序"),
    Text("Follow the arrows from the first state to the last.", "从第一个状态沿箭头走到最后一个。"),
    STATES_SECTION,
    bands=2,
    tags=TAGS,
)
def path(dice: Dice, band: int) -> Question:
    start, through, goal = dice.pick(LIVES[band])
    half = shortest(place(start), lambda position: position.state == through)
    middle = half[-1].to
    rest = shortest(middle, lambda position: position.state == goal)
    way = [start, *(step.to.state for step in (*half, *rest))]
    shuffled = ", ".join(dice.shuffled(way))
    events = ", ".join(step.rule.event for step in (*half, *rest))
    return Question(
        ask=Text(
            f"Put these states in an order that a connection can go through, from {start} to {goal}: {shuffled}",
            f"把这些状态排成连接可以经历的顺序，从 {start} 到 {goal}：{shuffled}",
        ),
        form="states",
        answer=", ".join(way),
        solution=steps((" -> ".join(way), " -> ".join(way)), (events, events)),
        hints=HINTS,
        slips=(
            slip(
                ", ".join(reversed(way)),
                "That is the way back, which does not exist.",
                "这是反过来的顺序，没有这样的路径。",
            ),
            slip(
                ", ".join([way[0], *reversed(way[1:-1]), way[-1]]),
                "Two in the middle are swapped.",
                "中间的顺序颠倒了。",
            ),
        ),
    )


DRILLS = (next_state, sends, verdict, legal, path)
