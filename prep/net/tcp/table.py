"""THE TABLE of TCP: what each event does in each of the 11 states, as RFC 9293 (August 2022) says it.

The rows stand in the order of RFC 9293 §3.10, event by event, so that the two can be read side by side.

- Every state has a row for every event. What cannot happen or is not allowed has a row too, which says so.
- A verdict that is not `ok` changes no state:
    ok         normal processing
    error      the user's call gets an error; or a timer that cannot run
    drop       the segment is discarded in silence
    reset      the segment is answered with a RST
    challenge  the segment is answered with an ACK and dropped
- Every row cites its section of RFC 9293: `3.10.7.4 fifth` is the step in which the arriving segment is judged there.
- Where one event can mean several things in a state, each row has a variant (`CLOSE:unread`) with its guard in prose.
  The one with `default` is meant where nobody says which; where there is none, it must be said.
- SYN_RECEIVED remembers how the connection was opened (MUST-11): rows with an origin hold for that one only.
- A segment is taken to be acceptable and in order unless the event says otherwise; RCV_FIN does not acknowledge our
  FIN, RCV_FIN_ACK_OF_FIN does; a RST has SEG.SEQ = RCV.NXT; RFC 5961 is on.
- Where RFC 9293 disagrees with itself, the row follows §3.10 and `contested` names the other reading.
- `linux` is what Linux 6.18 does instead, measured segment by segment, or a remark where that depends on more than the
  table knows.

Rows with the section `Fig 5` are the 20 arrows of the state diagram (§3.3.2). Beyond them a connection moves by ABORT,
by RST and timeouts, by a FIN that comes with an ACK of ours (note 2) or with the last segment of the handshake, and by
the SYN that reopens it from TIME_WAIT.
"""

from typing import Final, Literal, NamedTuple, get_args

State = Literal[
    "CLOSED",
    "LISTEN",
    "SYN_SENT",
    "SYN_RECEIVED",
    "ESTABLISHED",
    "FIN_WAIT_1",
    "FIN_WAIT_2",
    "CLOSE_WAIT",
    "CLOSING",
    "LAST_ACK",
    "TIME_WAIT",
]
Event = Literal[
    "OPEN_ACTIVE",
    "OPEN_PASSIVE",
    "SEND",
    "RECEIVE",
    "CLOSE",
    "ABORT",
    "STATUS",
    "RCV_SYN",
    "RCV_SYN_ACK",
    "RCV_SYN_ACK_FIN",
    "RCV_ACK",
    "RCV_ACK_OF_SYN",
    "RCV_ACK_OF_FIN",
    "RCV_BAD_ACK",
    "RCV_DATA",
    "RCV_FIN",
    "RCV_FIN_ACK_OF_FIN",
    "RCV_RST",
    "RCV_RST_ACK",
    "RCV_RST_IN_WINDOW",
    "RCV_RST_OUT_OF_WINDOW",
    "RCV_OLD_DUPLICATE",
    "RCV_NO_ACK_BIT",
    "RCV_FIN_NO_ACK_BIT",
    "TIMEOUT_RTO",
    "TIMEOUT_USER",
    "TIMEOUT_2MSL",
    "TIMEOUT_KEEPALIVE",
    "ICMP_HARD_ERROR",
    "ICMP_SOFT_ERROR",
]
Verdict = Literal["ok", "error", "drop", "reset", "challenge"]
Origin = Literal["passive", "active"]
Next = State | Literal["STAY"]

STATES: Final[tuple[State, ...]] = get_args(State)
EVENTS: Final[tuple[Event, ...]] = get_args(Event)
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
ORIGINS: Final[tuple[Origin, ...]] = get_args(Origin)


class Linux(NamedTuple):
    """What Linux does instead; None is "as in the RFC". With an origin only for connections opened that way."""

    note: str
    next: Next | None = None
    sends: str | None = None
    verdict: Verdict | None = None
    origin: Origin | None = None


class Contested(NamedTuple):
    """Both readings of an RFC that disagrees with itself, and where the other one leads."""

    readings: str
    next: Next = "STAY"


class Row(NamedTuple):
    """One rule, for all the states and events that it names.

    sends: the segments as RFC 9293 writes them, several with a blank between; `CTL` alone is their short form.
    result: what the user is told, or what becomes of the segment.
    variant, guard: which of several meanings of the event, as a name and in prose.
    """

    states: State | tuple[State, ...]
    events: Event | tuple[Event, ...]
    next: Next = "STAY"
    sends: str = ""
    verdict: Verdict = "ok"
    result: str = ""
    section: str = ""
    variant: str = ""
    guard: str = ""
    origin: Origin | None = None
    default: bool = False
    note: str = ""
    linux: Linux | None = None
    contested: Contested | None = None


# ── words that many rows share ──

WAITING: Final[tuple[State, ...]] = ("FIN_WAIT_1", "FIN_WAIT_2")
LEAVING: Final[tuple[State, ...]] = ("CLOSING", "LAST_ACK", "TIME_WAIT")
HEARD_FIN: Final[tuple[State, ...]] = ("CLOSE_WAIT", *LEAVING)
SYNCHRONIZED: Final[tuple[State, ...]] = ("ESTABLISHED", *WAITING, *HEARD_FIN)
SYNCHRONIZED_LIVE: Final[tuple[State, ...]] = ("ESTABLISHED", *WAITING, "CLOSE_WAIT", "CLOSING", "LAST_ACK")
OTHER_STATES: Final[tuple[State, ...]] = ("SYN_RECEIVED", *SYNCHRONIZED)  # of §3.10.7.4

RESETS: Final[tuple[Event, ...]] = ("RCV_RST", "RCV_RST_ACK", "RCV_RST_IN_WINDOW", "RCV_RST_OUT_OF_WINDOW")
WITH_ACK: Final[tuple[Event, ...]] = (
    "RCV_SYN_ACK",
    "RCV_SYN_ACK_FIN",
    "RCV_ACK",
    "RCV_ACK_OF_SYN",
    "RCV_ACK_OF_FIN",
    "RCV_BAD_ACK",
    "RCV_DATA",
    "RCV_FIN",
    "RCV_FIN_ACK_OF_FIN",
    "RCV_OLD_DUPLICATE",
)

SYN = "<SEQ=ISS><CTL=SYN>"
SYN_ACK = "<SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>"
ACK = "<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>"
DATA = "<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK><DATA>"
DATA_AGAIN = "<SEQ=SND.UNA><ACK=RCV.NXT><CTL=ACK><DATA>"
FIN = "<SEQ=SND.NXT><ACK=RCV.NXT><CTL=FIN,ACK>"
FIN_AGAIN = "<SEQ=SND.NXT-1><ACK=RCV.NXT><CTL=FIN,ACK>"
RST = "<SEQ=SND.NXT><CTL=RST>"
RST_TO_ACK = "<SEQ=SEG.ACK><CTL=RST>"
RST_TO_NO_ACK = "<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>"
LINUX_RST = "<SEQ=SND.NXT><ACK=RCV.NXT><CTL=RST,ACK>"

NO_CONNECTION = "error: connection does not exist"
EXISTS = "error: connection already exists"
NO_REMOTE = "error: remote socket unspecified"
QUEUED = "queued until ESTABLISHED"
IS_CLOSING = "error: connection closing"
NO_TIMER = "error: this timer cannot run"
BAD_ACK = "SEG.ACK =< ISS or SEG.ACK > SND.NXT"
LINUX_BAD_ACK = Linux("a RST, and the SYN again at once", sends=f"{RST_TO_ACK} {SYN}")
WAITS_AFTER_RST = Contested(
    "3.10.5 and 3.6.1 drop the connection; 3.5.2 and Fig 5 note 3 say that the sender of a RST should enter TIME-WAIT",
    "TIME_WAIT",
)
EOF = Contested("3.10.3 says error: connection closing; sockets give the end of the file, which is no error")
CLOSED_TWICE = Contested("3.10.4: strictly an error, but ok is acceptable as long as no second FIN is sent")

# fmt: off
TABLE: Final[tuple[Row, ...]] = (
    # ── OPEN, 3.10.1 ──
    Row("CLOSED", "OPEN_PASSIVE", "LISTEN", result="ok; TCB created", section="3.10.1; Fig 5",
        note="bind() and listen()"),
    Row("LISTEN", "OPEN_PASSIVE", verdict="error",
        result="error, or a new record beside this one, which is not touched", section="3.9.1.1 MUST-41",
        linux=Linux("a second listen() is ok and only changes the backlog", verdict="ok"),
        contested=Contested("3.10.1 has no text for it; MUST-41 allows a new record or an error")),
    Row("CLOSED", "OPEN_ACTIVE", "SYN_SENT", SYN, result="ok; SND.UNA=ISS, SND.NXT=ISS+1", section="3.10.1; Fig 5",
        variant="remote", guard="remote socket given", default=True, note="connect()"),
    Row("LISTEN", "OPEN_ACTIVE", "SYN_SENT", SYN, result="ok; passive turned active", section="3.10.1",
        variant="remote", guard="remote socket given", default=True,
        linux=Linux("connect() on a listening socket is EISCONN", "STAY", "", "error")),
    Row(("CLOSED", "LISTEN"), "OPEN_ACTIVE", verdict="error", result=NO_REMOTE, section="3.10.1", variant="unspecified",
        guard="remote socket missing"),
    Row("SYN_SENT", ("OPEN_PASSIVE", "OPEN_ACTIVE"), verdict="error", result=EXISTS, section="3.10.1",
        linux=Linux("listen() is EINVAL, connect() EALREADY")),
    Row("SYN_RECEIVED", ("OPEN_PASSIVE", "OPEN_ACTIVE"), verdict="error", result=EXISTS, section="3.10.1"),
    Row(SYNCHRONIZED_LIVE, ("OPEN_PASSIVE", "OPEN_ACTIVE"), verdict="error", result=EXISTS, section="3.10.1",
        linux=Linux("listen() is EINVAL, connect() EISCONN")),
    Row("TIME_WAIT", ("OPEN_PASSIVE", "OPEN_ACTIVE"), verdict="error", result=EXISTS, section="3.10.1",
        linux=Linux("another connect() may take the same addresses and ports over where tcp_tw_reuse allows it")),
    # ── SEND, 3.10.2 ──
    Row("CLOSED", "SEND", verdict="error", result=NO_CONNECTION, section="3.10.2", linux=Linux("EPIPE")),
    Row("LISTEN", "SEND", "SYN_SENT", SYN, result="ok; data queued or sent with the SYN", section="3.10.2; Fig 5",
        variant="remote", guard="remote socket given", default=True,
        linux=Linux("send() on a listening socket is EPIPE", "STAY", "", "error")),
    Row("LISTEN", "SEND", verdict="error", result=NO_REMOTE, section="3.10.2", variant="unspecified",
        guard="remote socket missing"),
    Row(("SYN_SENT", "SYN_RECEIVED"), "SEND", result=QUEUED, section="3.10.2"),
    Row(("ESTABLISHED", "CLOSE_WAIT"), "SEND", "STAY", DATA, result="ok", section="3.10.2"),
    Row((*WAITING, *LEAVING), "SEND", verdict="error", result=IS_CLOSING, section="3.10.2", linux=Linux("EPIPE")),
    # ── RECEIVE, 3.10.3 ──
    Row("CLOSED", "RECEIVE", verdict="error", result=NO_CONNECTION, section="3.10.3", linux=Linux("ENOTCONN")),
    Row("LISTEN", "RECEIVE", result=QUEUED, section="3.10.3", linux=Linux("ENOTCONN", verdict="error")),
    Row(("SYN_SENT", "SYN_RECEIVED"), "RECEIVE", result=QUEUED, section="3.10.3"),
    Row("ESTABLISHED", "RECEIVE", result="data, or queued", section="3.10.3"),
    Row(WAITING, "RECEIVE", result="data, or queued", section="3.10.3",
        note="a half-duplex stack may refuse after close() (MAY-1); after shutdown(SHUT_WR) it must work"),
    Row("CLOSE_WAIT", "RECEIVE", result="the remaining data", section="3.10.3", variant="queued",
        guard="data still queued"),
    Row("CLOSE_WAIT", "RECEIVE", verdict="error", result=IS_CLOSING, section="3.10.3", variant="empty",
        guard="nothing queued", linux=Linux("recv() returns 0: end of file", verdict="ok"), contested=EOF),
    Row(LEAVING, "RECEIVE", verdict="error", result=IS_CLOSING, section="3.10.3",
        linux=Linux("recv() returns 0: end of file", verdict="ok"), contested=EOF),
    # ── CLOSE, 3.10.4 ──
    Row("CLOSED", "CLOSE", verdict="error", result=NO_CONNECTION, section="3.10.4",
        linux=Linux("close() of an unconnected socket is ok, shutdown() is ENOTCONN")),
    Row("LISTEN", "CLOSE", "CLOSED", result="ok; pending RECEIVEs get error: closing", section="3.10.4; Fig 5",
        linux=Linux("connections in the accept queue are reset")),
    Row("SYN_SENT", "CLOSE", "CLOSED", result="ok; queued calls get error: closing", section="3.10.4; Fig 5",
        note="nothing is sent; a late SYN,ACK gets its RST from CLOSED"),
    Row("SYN_RECEIVED", "CLOSE", "FIN_WAIT_1", FIN, result="ok", section="3.10.4; Fig 5", variant="idle",
        guard="no SEND issued, nothing pending", default=True,
        linux=Linux("close() does this; after shutdown(SHUT_WR) the FIN waits for the ACK of the SYN")),
    Row("SYN_RECEIVED", "CLOSE", result=QUEUED, section="3.10.4", variant="pending", guard="data pending"),
    Row("ESTABLISHED", "CLOSE", "FIN_WAIT_1", FIN, result="ok; the FIN goes out behind all queued SENDs",
        section="3.10.4; 3.6 case 1; Fig 5", note="shutdown(SHUT_WR) does the same and keeps reading possible"),
    Row("CLOSE_WAIT", "CLOSE", "LAST_ACK", FIN, result="ok; the FIN goes out behind all queued SENDs",
        section="3.10.4; 3.6 case 2; Fig 5", note="RFC 793 p. 61 said CLOSING; corrected by RFC 1122 4.2.2.20(a)"),
    Row(("ESTABLISHED", "CLOSE_WAIT"), "CLOSE", "CLOSED", RST, result="data lost",
        section="3.6.1 SHLD-3; RFC 2525 2.17", variant="unread", guard="received data was not read (half-duplex close)",
        linux=Linux("the RST carries an ACK", sends=LINUX_RST), contested=WAITS_AFTER_RST),
    Row(WAITING, "CLOSE", verdict="error", result=IS_CLOSING, section="3.10.4",
        linux=Linux("close() after shutdown() is ok and leaves an orphan", verdict="ok"), contested=CLOSED_TWICE),
    Row(WAITING, "CLOSE", verdict="error", result=IS_CLOSING, section="3.10.4", variant="unread",
        guard="received data was not read (half-duplex close)",
        linux=Linux("close() after shutdown() with unread data resets", "CLOSED", LINUX_RST, "ok")),
    Row(LEAVING, "CLOSE", verdict="error", result=IS_CLOSING, section="3.10.4",
        linux=Linux("close() is ok", verdict="ok"),
        contested=Contested("3.10.4 says error: connection closing; close() of a socket is ok")),
    # ── ABORT, 3.10.5 ──
    Row("CLOSED", "ABORT", verdict="error", result=NO_CONNECTION, section="3.10.5"),
    Row("LISTEN", "ABORT", "CLOSED", result="ok; pending RECEIVEs get connection reset", section="3.10.5",
        note="no RST"),
    Row("SYN_SENT", "ABORT", "CLOSED", result="ok; queued calls get connection reset", section="3.10.5", note="no RST"),
    Row(("SYN_RECEIVED", "ESTABLISHED", *WAITING, "CLOSE_WAIT"), "ABORT", "CLOSED", RST,
        result="ok; queued calls get connection reset", section="3.10.5; 3.9.1.6",
        note="SO_LINGER with 0 seconds and close()", linux=Linux("the RST carries an ACK", sends=LINUX_RST),
        contested=WAITS_AFTER_RST),
    Row(LEAVING, "ABORT", "CLOSED", result="ok", section="3.10.5", note="no RST"),
    # ── STATUS, 3.10.6 ──
    Row("CLOSED", "STATUS", verdict="error", result=NO_CONNECTION, section="3.10.6"),
    Row(("LISTEN", "SYN_SENT", "SYN_RECEIVED", *SYNCHRONIZED_LIVE), "STATUS", result="the state by name",
        section="3.10.6"),
    Row("TIME_WAIT", "STATUS", result="the state by name", section="3.10.6",
        linux=Linux("TCP_INFO of the old socket says CLOSE; only ss, netstat and /proc/net/tcp show TIME_WAIT")),
    # ── a segment arrives in CLOSED, 3.10.7.1 ──
    Row("CLOSED", ("RCV_SYN", "RCV_NO_ACK_BIT", "RCV_FIN_NO_ACK_BIT"), "STAY", RST_TO_NO_ACK, "reset",
        section="3.10.7.1; 3.5.2 group 1", note="no ACK bit; SYN and FIN count 1 each in SEG.LEN"),
    Row("CLOSED", WITH_ACK, "STAY", RST_TO_ACK, "reset", section="3.10.7.1; 3.5.2 group 1",
        note="ACK bit set; the RST carries no ACK"),
    Row("CLOSED", RESETS, verdict="drop", result="discarded: never answer a RST with a RST", section="3.10.7.1"),
    # ── in LISTEN, 3.10.7.2 ──
    Row("LISTEN", RESETS, verdict="drop", result="ignored", section="3.10.7.2 first; 3.5.3"),
    Row("LISTEN", WITH_ACK, "STAY", RST_TO_ACK, "reset", result="any ACK is bad here: nothing was sent",
        section="3.10.7.2 second; Fig 11"),
    Row("LISTEN", "RCV_SYN", "SYN_RECEIVED", SYN_ACK, result="RCV.NXT=SEG.SEQ+1", section="3.10.7.2 third; Fig 5",
        variant="secure", guard="security ok", default=True,
        linux=Linux("the listening socket stays in LISTEN; the half-open connection is a socket of its own")),
    Row("LISTEN", "RCV_SYN", "STAY", RST_TO_NO_ACK, "reset", section="3.10.7.2 third", variant="insecure",
        guard="security/compartment mismatch"),
    Row("LISTEN", "RCV_SYN", verdict="drop", result="SYN dropped; the client stays in SYN_SENT",
        section="3.10 (left to implementations)", variant="queue_full", guard="accept or SYN queue full",
        linux=Linux("a backlog of N admits N+1; then SYNs are dropped, and ListenOverflows and ListenDrops count up")),
    Row("LISTEN", "RCV_SYN", "SYN_RECEIVED", SYN_ACK, result="the FIN is kept for later", section="3.10.7.2 third",
        variant="fin", guard="SYN and FIN both set", linux=Linux("dropped in silence", "STAY", "", "drop"),
        contested=Contested(
            "3.10.7.2 third queues the FIN for later, and then has it processed in SYN-RECEIVED, where 3.10.7.4 "
            "eighth leads to CLOSE-WAIT", "CLOSE_WAIT")),
    Row("LISTEN", ("RCV_NO_ACK_BIT", "RCV_FIN_NO_ACK_BIT"), verdict="drop", result="dropped",
        section="3.10.7.2 fourth; 3.10.7.4 eighth", note="SEG.SEQ cannot be validated"),
    # ── in SYN_SENT, 3.10.7.3 ──
    Row("SYN_SENT", ("RCV_SYN_ACK", "RCV_SYN_ACK_FIN"), "STAY", RST_TO_ACK, "reset", result="discarded",
        section="3.10.7.3 first; Fig 8", variant="bad_ack", guard=BAD_ACK, linux=LINUX_BAD_ACK),
    Row("SYN_SENT", ("RCV_BAD_ACK", "RCV_ACK_OF_FIN", "RCV_FIN_ACK_OF_FIN", "RCV_OLD_DUPLICATE"), "STAY", RST_TO_ACK,
        "reset", result="discarded; the peer may be half-open", section="3.10.7.3 first; Fig 9",
        guard=BAD_ACK, linux=LINUX_BAD_ACK),
    Row("SYN_SENT", "RCV_DATA", "STAY", RST_TO_ACK, "reset", result="discarded", section="3.10.7.3 first",
        variant="bad_ack", guard=BAD_ACK, linux=LINUX_BAD_ACK),
    Row("SYN_SENT", "RCV_RST_ACK", verdict="drop", result="dropped", section="3.10.7.3 first", variant="bad_ack",
        guard=BAD_ACK, linux=Linux("also sends the SYN again at once", sends=SYN)),
    Row("SYN_SENT", "RCV_RST_ACK", "CLOSED", result="error: connection reset", section="3.10.7.3 second; 3.5.3",
        variant="ack_of_syn", guard="SEG.ACK acknowledges our SYN", default=True, linux=Linux("ECONNREFUSED"),
        contested=Contested(
            "3.10.7.3 and 3.5.3 say CLOSED; the prose of 3.5 says that it returns to LISTEN", "LISTEN")),
    Row("SYN_SENT", ("RCV_RST", "RCV_RST_IN_WINDOW", "RCV_RST_OUT_OF_WINDOW"), verdict="drop",
        result="dropped: without an acceptable ACK a RST means nothing here", section="3.10.7.3 second; 3.5.3"),
    Row("SYN_SENT", "RCV_SYN_ACK", "ESTABLISHED", ACK, result="ok", section="3.10.7.3 fourth; Fig 5; Fig 6",
        variant="ack_of_syn", guard="ISS < SEG.ACK =< SND.NXT", default=True,
        note="that ACK may be delayed and merged with data"),
    Row("SYN_SENT", "RCV_SYN_ACK_FIN", "CLOSE_WAIT", ACK, result="ok; connection closing",
        section="3.10.7.3 fourth; 3.10.7.4 eighth", variant="ack_of_syn", guard="ISS < SEG.ACK =< SND.NXT",
        default=True, note="ESTABLISHED, then on at the sixth step of 3.10.7.4 and CLOSE_WAIT, in one segment"),
    Row("SYN_SENT", "RCV_SYN", "SYN_RECEIVED", SYN_ACK, result="simultaneous open; still an active one (MUST-11)",
        section="3.10.7.3 fourth; Fig 5; 3.5 Fig 7; MUST-10", note="also how a socket connects to itself"),
    Row("SYN_SENT", "RCV_DATA", verdict="drop", result="dropped", section="3.10.7.3 fifth", variant="ack_of_syn",
        guard="acceptable ACK, no SYN", default=True),
    Row("SYN_SENT", ("RCV_ACK", "RCV_ACK_OF_SYN", "RCV_FIN", "RCV_NO_ACK_BIT", "RCV_FIN_NO_ACK_BIT"), verdict="drop",
        result="dropped: without a SYN it establishes nothing", section="3.10.7.3 fifth"),
    # ── in the other states, 3.10.7.4: first, the sequence number ──
    Row(SYNCHRONIZED, "RCV_OLD_DUPLICATE", "STAY", ACK, "challenge", result="dropped",
        section="3.10.7.4 first; 3.5.2 group 3",
        note="keep-alive probes (SEG.SEQ=SND.NXT-1) are answered by this rule"),
    Row("SYN_RECEIVED", "RCV_OLD_DUPLICATE", "STAY", ACK, "challenge", result="dropped", section="3.10.7.4 first"),
    Row(OTHER_STATES, "RCV_RST_OUT_OF_WINDOW", verdict="drop", result="dropped in silence",
        section="3.10.7.4 first, second (1)"),
    Row("SYN_RECEIVED", "RCV_SYN", "STAY", ACK, "challenge", result="dropped: unacceptable sequence number",
        section="3.10.7.4 first", variant="again", guard="retransmitted, SEG.SEQ=IRS", default=True,
        linux=Linux("sends its SYN,ACK again", sends=SYN_ACK, origin="passive")),
    Row("SYN_RECEIVED", "RCV_SYN", "STAY", ACK, "challenge", result="dropped", section="3.10.7.4 first",
        variant="out_of_window", guard="outside the window"),
    Row("SYN_RECEIVED", "RCV_SYN_ACK", "ESTABLISHED", ACK, result="ok", section="3.5 Fig 7; A.2",
        guard="simultaneous open: the peer's SYN,ACK, SEG.SEQ=IRS", origin="active", default=True,
        contested=Contested(
            "3.5 Fig 7 line 6 has it establish the connection; Table 6 rejects it (SEG.SEQ=IRS is below RCV.NXT), so "
            "that 3.10.7.4 first would only ACK and drop it; A.2 admits the problem"),
        note="Fig 7 shows no answer; the ACK is that of 3.10.7.4 first"),
    Row("SYN_RECEIVED", "RCV_SYN_ACK", "STAY", ACK, "challenge", result="dropped: unacceptable sequence number",
        section="3.10.7.4 first", guard="SEG.SEQ=IRS", origin="passive"),
    Row("SYN_RECEIVED", "RCV_SYN_ACK_FIN", "STAY", ACK, "challenge", result="dropped", section="3.10.7.4 first, fourth",
        guard="SEG.SEQ=IRS",
        contested=Contested(
            "with SYN and FIN it reaches into the window of Table 6; trimmed to what is new (3.10.7.4 first) it is "
            "the FIN alone, which leads to CLOSE-WAIT", "CLOSE_WAIT")),
    # ── second, the RST bit ──
    Row("SYN_RECEIVED", ("RCV_RST", "RCV_RST_ACK"), "LISTEN", result="the user need not be informed",
        section="3.10.7.4 second; Fig 5; 3.5.3; Fig 8; Fig 11", guard="SEG.SEQ=RCV.NXT, came from LISTEN",
        origin="passive"),
    Row("SYN_RECEIVED", ("RCV_RST", "RCV_RST_ACK"), "CLOSED", result="connection refused",
        section="3.10.7.4 second; 3.5.3", guard="SEG.SEQ=RCV.NXT, came from SYN_SENT", origin="active",
        linux=Linux("ECONNRESET")),
    Row(("ESTABLISHED", *WAITING), ("RCV_RST", "RCV_RST_ACK"), "CLOSED", result="connection reset",
        section="3.10.7.4 second; 3.5.3", note="the ACK field of a RST is not checked here", linux=Linux("ECONNRESET")),
    Row("CLOSE_WAIT", ("RCV_RST", "RCV_RST_ACK"), "CLOSED", result="connection reset", section="3.10.7.4 second; 3.5.3",
        linux=Linux("EPIPE, not ECONNRESET")),
    Row(("CLOSING", "LAST_ACK"), ("RCV_RST", "RCV_RST_ACK"), "CLOSED", section="3.10.7.4 second; 3.5.3"),
    Row("TIME_WAIT", ("RCV_RST", "RCV_RST_ACK"), "CLOSED", section="3.10.7.4 second; 3.5.3",
        note="TIME-WAIT assassination; RFC 1337 advises to ignore it",
        linux=Linux("obeyed; ignored with tcp_rfc1337=1")),
    Row(("SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1", "CLOSE_WAIT", "CLOSING", "LAST_ACK"), "RCV_RST_IN_WINDOW", "STAY",
        ACK, "challenge", result="dropped", section="3.10.7.4 second (3); RFC 5961 3"),
    Row("FIN_WAIT_2", "RCV_RST_IN_WINDOW", "STAY", ACK, "challenge", result="dropped",
        section="3.10.7.4 second (3); RFC 5961 3",
        linux=Linux("an orphan (its socket is closed) dies of any RST in the window")),
    Row("TIME_WAIT", "RCV_RST_IN_WINDOW", "STAY", ACK, "challenge", result="dropped",
        section="3.10.7.4 second (3); RFC 5961 3", linux=Linux("silence", sends="", verdict="drop")),
    # ── fourth, the SYN bit ──
    Row("SYN_RECEIVED", "RCV_SYN", "LISTEN", section="3.10.7.4 fourth", variant="in_window",
        guard="in the window, passive OPEN", origin="passive", linux=Linux("a RST,ACK first", sends=RST_TO_NO_ACK)),
    Row("SYN_RECEIVED", "RCV_SYN", "STAY", ACK, "challenge", result="dropped", section="3.10.7.4 fourth; RFC 5961 4",
        variant="in_window", guard="in the window, active OPEN, RFC 5961", origin="active",
        note="without RFC 5961: RST and CLOSED"),
    Row(SYNCHRONIZED_LIVE, "RCV_SYN", "STAY", ACK, "challenge", result="dropped", section="3.10.7.4 fourth; RFC 5961 4",
        variant="rfc5961", guard="any sequence number, RFC 5961", default=True),
    Row(SYNCHRONIZED_LIVE, "RCV_SYN", "CLOSED", "<CTL=RST>", result="connection reset",
        section="3.10.7.4 fourth (RFC 793 behaviour)", variant="rfc793", guard="in the window, without RFC 5961",
        contested=WAITS_AFTER_RST),
    Row("TIME_WAIT", "RCV_SYN", "SYN_RECEIVED", SYN_ACK,
        result="connection reopened directly; the new ISS must exceed the old SND.NXT",
        section="3.6.1 MAY-2; RFC 6191; RFC 1122 4.2.2.13", variant="new",
        guard="sequence number above RCV.NXT or a newer timestamp, and a listener",
        linux=Linux("the new ISS is the old SND.NXT + 65537; the timestamp counts before the sequence number")),
    Row("TIME_WAIT", "RCV_SYN", "STAY", ACK, "challenge", result="dropped",
        section="3.6.1 (2); 3.10.7.4 first; RFC 1337", variant="old", guard="an old duplicate",
        note="that ACK can draw a RST from a peer that forgot: TIME-WAIT assassination"),
    Row(SYNCHRONIZED, ("RCV_SYN_ACK", "RCV_SYN_ACK_FIN"), "STAY", ACK, "challenge", result="dropped",
        section="3.10.7.4 first, fourth; RFC 5961 4",
        note="also the answer to a SYN,ACK that comes again because our third ACK was lost"),
    # ── fifth, the ACK field ──
    Row(("SYN_RECEIVED", *SYNCHRONIZED_LIVE), ("RCV_NO_ACK_BIT", "RCV_FIN_NO_ACK_BIT"), verdict="drop",
        result="dropped", section="3.10.7.4 fifth"),
    Row("TIME_WAIT", ("RCV_NO_ACK_BIT", "RCV_FIN_NO_ACK_BIT"), verdict="drop", result="dropped",
        section="3.10.7.4 fifth", linux=Linux("an ACK", sends=ACK, verdict="challenge")),
    Row("SYN_RECEIVED", "RCV_ACK_OF_SYN", "ESTABLISHED", result="ok", section="3.10.7.4 fifth; Fig 5; Fig 6"),
    Row("SYN_RECEIVED", "RCV_ACK", "STAY", RST_TO_ACK, "reset", section="3.10.7.4 fifth",
        guard="does not cover our SYN: SEG.ACK =< SND.UNA",
        linux=Linux("SEG.ACK=SND.UNA establishes after a simultaneous open", "ESTABLISHED", "", "ok", "active")),
    Row("SYN_RECEIVED", ("RCV_BAD_ACK", "RCV_ACK_OF_FIN", "RCV_FIN_ACK_OF_FIN"), "STAY", RST_TO_ACK, "reset",
        section="3.10.7.4 fifth; 3.5.2 group 2", guard="SEG.ACK unacceptable: no FIN was sent",
        contested=Contested(
            "3.5.2 group 2 and the text for SYN-RECEIVED send a RST; the check of RFC 5961 5 that 3.10.7.4 fifth "
            "puts before it (MAY-12) sends an ACK for SEG.ACK > SND.NXT")),
    Row("SYN_RECEIVED", "RCV_DATA", "STAY", RST_TO_ACK, "reset", section="3.10.7.4 fifth", variant="bad_ack",
        guard="does not cover our SYN: SEG.ACK =< SND.UNA",
        linux=Linux("SEG.ACK=SND.UNA establishes after a simultaneous open", "ESTABLISHED", ACK, "ok", "active")),
    Row("SYN_RECEIVED", "RCV_FIN", "STAY", RST_TO_ACK, "reset", section="3.10.7.4 fifth", variant="bad_ack",
        guard="does not cover our SYN: SEG.ACK =< SND.UNA",
        linux=Linux("SEG.ACK=SND.UNA is accepted after a simultaneous open", "CLOSE_WAIT", ACK, "ok", "active")),
    Row(("ESTABLISHED", "CLOSE_WAIT"), ("RCV_ACK_OF_FIN", "RCV_FIN_ACK_OF_FIN"), "STAY", ACK, "challenge",
        result="dropped, a FIN too: SEG.ACK > SND.NXT, no FIN was sent", section="3.10.7.4 fifth; 3.5.2 group 3"),
    Row(SYNCHRONIZED_LIVE, "RCV_BAD_ACK", "STAY", ACK, "challenge", result="dropped",
        section="3.10.7.4 fifth; 3.5.2 group 3", guard="SEG.ACK > SND.NXT"),
    Row("TIME_WAIT", "RCV_BAD_ACK", "STAY", ACK, "challenge", result="dropped", section="3.10.7.4 fifth; 3.5.2 group 3",
        guard="SEG.ACK > SND.NXT", linux=Linux("silence", sends="", verdict="drop")),
    Row("ESTABLISHED", "RCV_ACK", result="SENDs acknowledged", section="3.10.7.4 fifth", variant="new",
        guard="SND.UNA < SEG.ACK =< SND.NXT", default=True),
    Row("ESTABLISHED", "RCV_ACK", result="ignored", section="3.10.7.4 fifth", variant="duplicate",
        guard="SEG.ACK =< SND.UNA", linux=Linux("an ACK of before anything was acknowledged draws a challenge ACK")),
    Row("FIN_WAIT_1", "RCV_ACK", section="3.10.7.4 fifth", guard="does not cover our FIN",
        note="also the ACK of our SYN when we closed in SYN_RECEIVED"),
    Row("FIN_WAIT_1", "RCV_ACK_OF_SYN", result="SYN acknowledged, FIN not", section="3.10.7.4 fifth",
        guard="entered from SYN_RECEIVED, our SYN still unacknowledged"),
    Row("FIN_WAIT_1", "RCV_ACK_OF_FIN", "FIN_WAIT_2", section="3.10.7.4 fifth; Fig 5"),
    Row("FIN_WAIT_2", "RCV_ACK", result="the user's CLOSE can be acknowledged (ok); the TCB stays",
        section="3.10.7.4 fifth"),
    Row("CLOSE_WAIT", "RCV_ACK", result="as in ESTABLISHED", section="3.10.7.4 fifth"),
    Row("CLOSING", "RCV_ACK_OF_FIN", "TIME_WAIT", result="start the 2MSL timer",
        section="3.10.7.4 fifth; Fig 5; Fig 13"),
    Row("CLOSING", "RCV_ACK", verdict="drop", result="ignored", section="3.10.7.4 fifth",
        guard="does not cover our FIN"),
    Row("LAST_ACK", "RCV_ACK_OF_FIN", "CLOSED", result="TCB deleted", section="3.10.7.4 fifth; Fig 5; Fig 12",
        note="never TIME_WAIT: only the side that closes first waits, or both after a simultaneous close"),
    Row("LAST_ACK", "RCV_ACK", section="3.10.7.4 fifth", guard="does not cover our FIN"),
    Row("TIME_WAIT", "RCV_ACK", result="nothing to do", section="3.10.7.4 fifth"),
    Row(("ESTABLISHED", "FIN_WAIT_2", *HEARD_FIN), "RCV_ACK_OF_SYN",
        result="a duplicate, ignored: the SYN was acknowledged long ago", section="3.10.7.4 fifth"),
    Row(("FIN_WAIT_2", "TIME_WAIT"), "RCV_ACK_OF_FIN", result="a duplicate, ignored: already acknowledged",
        section="3.10.7.4 fifth"),
    # ── seventh, the text ──
    Row("SYN_RECEIVED", "RCV_DATA", "ESTABLISHED", ACK, result="ok; data delivered", section="3.10.7.4 fifth, seventh",
        variant="ack_of_syn", guard="ACK of our SYN", default=True,
        note="why a lost third ACK is harmless as soon as the client sends data"),
    Row("ESTABLISHED", "RCV_DATA", "STAY", ACK, result="delivered", section="3.10.7.4 seventh",
        note="the ACK may be delayed or ride on data"),
    Row("FIN_WAIT_1", "RCV_DATA", "STAY", ACK, result="delivered", section="3.10.7.4 seventh; 3.6.1",
        variant="no_ack_of_fin", guard="does not cover our FIN", default=True,
        linux=Linux("after close(), not shutdown(): RST and gone")),
    Row("FIN_WAIT_1", "RCV_DATA", "FIN_WAIT_2", ACK, result="delivered", section="3.10.7.4 fifth, seventh",
        variant="ack_of_fin", guard="also acknowledges our FIN",
        linux=Linux("after close(), not shutdown(): RST and gone")),
    Row("FIN_WAIT_2", "RCV_DATA", "STAY", ACK, result="delivered: half-closed", section="3.10.7.4 seventh; 3.6.1",
        note="after close() it SHOULD be answered with a RST (SHLD-3)",
        linux=Linux("after close(), not shutdown(): RST and gone")),
    Row(("CLOSE_WAIT", "CLOSING", "LAST_ACK"), "RCV_DATA", verdict="drop",
        result="text ignored: none can come after the peer's FIN", section="3.10.7.4 seventh"),
    Row("TIME_WAIT", "RCV_DATA", verdict="drop", result="text ignored: none can come after the peer's FIN",
        section="3.10.7.4 seventh", linux=Linux("an ACK", sends=ACK, verdict="challenge")),
    # ── eighth, the FIN bit ──
    Row("SYN_RECEIVED", "RCV_FIN", "CLOSE_WAIT", ACK, result="connection closing", section="3.10.7.4 fifth, eighth",
        variant="ack_of_syn", guard="ACK of our SYN", default=True,
        note="ESTABLISHED and CLOSE_WAIT in one segment; not in Fig 5"),
    Row("ESTABLISHED", "RCV_FIN", "CLOSE_WAIT", ACK, result="connection closing", section="3.10.7.4 eighth; Fig 5",
        variant="in_order", guard="in order", default=True, note="end of file for the reader"),
    Row("ESTABLISHED", "RCV_FIN", "STAY", ACK, result="held until the gap is filled", section="3.10.7.4 first SHLD-31",
        variant="out_of_order", guard="out of order"),
    Row("FIN_WAIT_1", "RCV_FIN", "CLOSING", ACK, result="connection closing", section="3.10.7.4 eighth; Fig 5; Fig 13",
        guard="our FIN not acknowledged", note="simultaneous close"),
    Row("FIN_WAIT_1", "RCV_FIN_ACK_OF_FIN", "TIME_WAIT", ACK, result="connection closing; start the 2MSL timer",
        section="3.10.7.4 eighth; Fig 5 note 2", guard="our FIN acknowledged by this segment",
        note="the close in three segments: FIN_WAIT_2 and TIME_WAIT in one"),
    Row("FIN_WAIT_2", "RCV_FIN", "TIME_WAIT", ACK, result="connection closing; start the 2MSL timer",
        section="3.10.7.4 eighth; Fig 5"),
    Row("FIN_WAIT_2", "RCV_FIN_ACK_OF_FIN", "TIME_WAIT", ACK, result="connection closing; start the 2MSL timer",
        section="3.10.7.4 eighth"),
    Row(("CLOSE_WAIT", "CLOSING", "LAST_ACK"), "RCV_FIN", "STAY", ACK, result="stays", section="3.10.7.4 first, eighth",
        guard="retransmission"),
    Row("CLOSING", "RCV_FIN_ACK_OF_FIN", "STAY", ACK, "challenge", result="dropped: unacceptable sequence number",
        section="3.10.7.4 first; A.2", guard="retransmitted FIN that now covers ours",
        linux=Linux("accepts the ACK", "TIME_WAIT", "", "ok"),
        contested=Contested(
            "Table 6 rejects the segment, and with it the ACK of our FIN; A.2 admits the problem: accepted, it leads "
            "to TIME-WAIT", "TIME_WAIT")),
    Row("LAST_ACK", "RCV_FIN_ACK_OF_FIN", "STAY", ACK, "challenge", result="dropped: unacceptable sequence number",
        section="3.10.7.4 first; A.2", guard="retransmitted FIN that now covers ours",
        linux=Linux("accepts the ACK", "CLOSED", "", "ok"),
        contested=Contested(
            "Table 6 rejects the segment, and with it the ACK of our FIN; A.2 admits the problem: accepted, it leads "
            "to CLOSED", "CLOSED")),
    Row("TIME_WAIT", ("RCV_FIN", "RCV_FIN_ACK_OF_FIN"), "STAY", ACK, result="restart the 2MSL timer",
        section="3.10.7.4 fifth, eighth", guard="retransmission",
        contested=Contested("3.10.7.4 fifth restarts the timer; its first step has dropped the segment (Table 6)")),
    # ── timeouts, 3.10.8 ──
    Row("SYN_SENT", "TIMEOUT_RTO", "STAY", SYN, section="3.10.8; 3.8.3",
        note="R2 of a SYN is 3 minutes or more (MUST-23)"),
    Row("SYN_RECEIVED", "TIMEOUT_RTO", "STAY", SYN_ACK, section="3.10.8"),
    Row(("ESTABLISHED", "CLOSE_WAIT"), "TIMEOUT_RTO", "STAY", DATA_AGAIN, section="3.10.8",
        guard="unacknowledged data"),
    Row(("FIN_WAIT_1", "CLOSING", "LAST_ACK"), "TIMEOUT_RTO", "STAY", FIN_AGAIN, result="FIN retransmitted",
        section="3.10.8", linux=Linux("tcp_orphan_retries limits it after close(); tcp_fin_timeout does not apply")),
    Row(("CLOSED", "LISTEN", "FIN_WAIT_2", "TIME_WAIT"), "TIMEOUT_RTO", verdict="error",
        result=f"{NO_TIMER}: nothing is outstanding", section="3.10.8"),
    Row("CLOSED", "TIMEOUT_USER", verdict="error", result=f"{NO_TIMER}: no TCB", section="3.3.2; 3.10.8"),
    Row("LISTEN", "TIMEOUT_USER", "CLOSED", result="error: connection aborted due to user timeout", section="3.10.8",
        guard="a user timeout was set", note="the text says any state; stacks do not run it in LISTEN"),
    Row(("SYN_SENT", "SYN_RECEIVED", *SYNCHRONIZED), "TIMEOUT_USER", "CLOSED",
        result="error: connection aborted due to user timeout", section="3.10.8", linux=Linux("ETIMEDOUT")),
    Row("TIME_WAIT", "TIMEOUT_2MSL", "CLOSED", result="TCB deleted", section="3.10.8; Fig 5; MUST-13",
        linux=Linux("60 s, whatever tcp_fin_timeout says")),
    Row(("CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", *SYNCHRONIZED_LIVE), "TIMEOUT_2MSL", verdict="error",
        result=f"{NO_TIMER}: it runs in TIME_WAIT only", section="3.10.8"),
    Row(("ESTABLISHED", "CLOSE_WAIT"), "TIMEOUT_KEEPALIVE", "CLOSED", result="connection timed out",
        section="3.8.4; 3.8.3", guard="probes unanswered", linux=Linux("ETIMEDOUT, and a RST,ACK", sends=LINUX_RST)),
    Row("FIN_WAIT_2", "TIMEOUT_KEEPALIVE", verdict="error", result=f"{NO_TIMER}: keep-alives are optional (MAY-5)",
        section="3.8.4", linux=Linux("keep-alives go on while the socket is open", "CLOSED", LINUX_RST, "ok")),
    Row(("CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "FIN_WAIT_1", *LEAVING), "TIMEOUT_KEEPALIVE", verdict="error",
        result=f"{NO_TIMER}: probes are for idle connections with nothing outstanding (MUST-26)", section="3.8.4"),
    # ── ICMP, 3.9.2.2 ──
    Row("SYN_SENT", "ICMP_HARD_ERROR", "CLOSED", result="reported to the user", section="3.9.2.2 SHLD-26",
        guard="unreachable, code 2 to 4",
        linux=Linux("code 3 is ECONNREFUSED, code 2 ENOPROTOOPT; code 4 (fragmentation needed) does not abort")),
    Row("SYN_RECEIVED", "ICMP_HARD_ERROR", "CLOSED", result="reported to the user", section="3.9.2.2 SHLD-26",
        guard="unreachable, code 2 to 4"),
    Row(SYNCHRONIZED_LIVE, "ICMP_HARD_ERROR", "CLOSED", result="reported to the user", section="3.9.2.2 SHLD-26",
        guard="unreachable, code 2 to 4",
        linux=Linux("only reported: synchronized connections are not aborted (RFC 5461, RFC 5927)", "STAY")),
    Row("TIME_WAIT", "ICMP_HARD_ERROR", verdict="drop",
        result="TIME_WAIT must last 2MSL (MUST-13), which outranks SHLD-26", section="3.6.1 MUST-13; 3.9.2.2",
        guard="unreachable, code 2 to 4"),
    Row("SYN_SENT", "ICMP_SOFT_ERROR", result="reported to the user; MUST NOT abort", section="3.9.2.2 MUST-56",
        guard="unreachable, code 0, 1 or 5; time exceeded; parameter problem",
        linux=Linux("aborts: code 0 is ENETUNREACH, code 1 EHOSTUNREACH (RFC 5461)", "CLOSED")),
    Row(("SYN_RECEIVED", *SYNCHRONIZED), "ICMP_SOFT_ERROR", result="reported to the user; MUST NOT abort",
        section="3.9.2.2 MUST-56", guard="unreachable, code 0, 1 or 5; time exceeded; parameter problem"),
    Row(("CLOSED", "LISTEN"), ("ICMP_HARD_ERROR", "ICMP_SOFT_ERROR"), verdict="drop",
        result="no connection sent what it complains about", section="3.9.2.2 MUST-54"),
)
# fmt: on
