"""What can happen to a TCP connection, in the words of the drills: an event, as its state sees it."""

from prep.cards.card import Text
from prep.net.tcp.table import STATES, Event, State

# What happens, as an interviewer says it; events that need more words are not drilled.
HAPPENS: dict[Event, Text] = {
    "OPEN_ACTIVE": Text("the program opens actively (connect)", "程序主动打开（connect）"),
    "OPEN_PASSIVE": Text("the program opens passively (listen)", "程序被动打开（listen）"),
    "SEND": Text("the program sends data", "程序发送数据"),
    "CLOSE": Text("the program closes (nothing is left unread)", "程序关闭连接（没有未读数据）"),
    "ABORT": Text("the program aborts", "程序异常终止连接（ABORT）"),
    "RCV_SYN": Text("a SYN arrives", "收到 SYN"),
    "RCV_SYN_ACK": Text("a SYN,ACK arrives that acknowledges our SYN", "收到确认了我方 SYN 的 SYN,ACK"),
    "RCV_ACK_OF_SYN": Text("the ACK of our SYN arrives", "收到对我方 SYN 的 ACK"),
    "RCV_ACK_OF_FIN": Text("the ACK of our FIN arrives", "收到对我方 FIN 的 ACK"),
    "RCV_FIN": Text("an in-order FIN arrives", "收到按序的 FIN"),
    "RCV_FIN_ACK_OF_FIN": Text(
        "an in-order FIN arrives that also acknowledges our FIN", "收到按序的 FIN，同时确认了我方的 FIN"
    ),
    "RCV_RST": Text("a RST arrives with SEQ = RCV.NXT", "收到 SEQ = RCV.NXT 的 RST"),
    "RCV_RST_IN_WINDOW": Text(
        "a RST arrives in the window, but not at RCV.NXT", "收到落在窗口内、但序列号不等于 RCV.NXT 的 RST"
    ),
    "RCV_RST_OUT_OF_WINDOW": Text("a RST arrives outside the window", "收到窗口之外的 RST"),
    "RCV_OLD_DUPLICATE": Text("an old duplicate arrives, below the window", "收到序列号低于窗口的旧重复报文段"),
    "TIMEOUT_2MSL": Text("the 2MSL timer expires", "2MSL 定时器到期"),
    "TIMEOUT_USER": Text("the user timeout expires", "用户超时到期"),
}
# What a state sees of an event where that is not the usual: before the peer's SYN there is no RCV.NXT and no order, and
# after its FIN only the same FIN can come.
NO_PEER: tuple[State, ...] = ("CLOSED", "LISTEN")
SEEN: dict[Event, dict[tuple[State, ...], Text]] = {
    "RCV_SYN": {("SYN_RECEIVED",): Text("the peer's SYN comes again", "再次收到对端的 SYN")},
    "RCV_SYN_ACK": {NO_PEER: Text("a SYN,ACK arrives", "收到 SYN,ACK")},
    "RCV_ACK_OF_SYN": {
        ("SYN_SENT",): Text("a bare ACK of our SYN arrives, without a SYN", "收到对我方 SYN 的纯 ACK，不带 SYN"),
    },
    "RCV_FIN": {
        NO_PEER: Text("a FIN,ACK arrives", "收到 FIN,ACK"),
        ("SYN_SENT",): Text(
            "a FIN,ACK arrives that acknowledges our SYN, but without a SYN",
            "收到 FIN,ACK，它确认了我方的 SYN，但不带 SYN",
        ),
        ("SYN_RECEIVED",): Text(
            "an in-order FIN,ACK arrives that acknowledges our SYN", "收到按序的 FIN,ACK，它确认了我方的 SYN"
        ),
        ("FIN_WAIT_1",): Text(
            "an in-order FIN arrives that does not acknowledge ours", "收到按序的 FIN，它没有确认我方的 FIN"
        ),
        ("CLOSE_WAIT",): Text("the peer's FIN comes again", "再次收到对端的 FIN"),
        ("CLOSING", "LAST_ACK"): Text(  # RFC 9293 A.2: whether one that does is accepted is open
            "the peer's FIN comes again and still does not acknowledge ours", "再次收到对端的 FIN，它仍未确认我方的 FIN"
        ),
    },
    "RCV_RST": {
        NO_PEER: Text("a RST arrives", "收到 RST"),
        ("SYN_SENT",): Text("a RST without ACK arrives", "收到不带 ACK 的 RST"),
    },
    "RCV_OLD_DUPLICATE": {
        ("CLOSED",): Text(
            "a data segment with ACK arrives for a connection long gone", "收到属于早已结束的连接的数据报文段（带 ACK）"
        ),
    },
}
# Where an event makes sense only in some states: what acknowledges our FIN needs one, a window needs a connection, and
# so does a timer.
SYNCHRONIZED = STATES[STATES.index("SYN_RECEIVED") :]
CAN_HAPPEN: dict[Event, tuple[State, ...]] = {
    "RCV_ACK_OF_SYN": ("SYN_SENT", "SYN_RECEIVED"),
    "RCV_ACK_OF_FIN": ("FIN_WAIT_1", "CLOSING", "LAST_ACK"),
    "RCV_FIN_ACK_OF_FIN": ("FIN_WAIT_1", "FIN_WAIT_2"),
    "RCV_RST_IN_WINDOW": SYNCHRONIZED,
    "RCV_RST_OUT_OF_WINDOW": SYNCHRONIZED,
    "RCV_OLD_DUPLICATE": ("CLOSED", *SYNCHRONIZED),
    "TIMEOUT_2MSL": ("TIME_WAIT",),
    "TIMEOUT_USER": STATES[1:],
}


def happens(state: State, event: Event) -> Text:
    """The event in the words that hold in the state."""
    return next((text for states, text in SEEN.get(event, {}).items() if state in states), HAPPENS[event])
