"""Reading states and events as people, kernels and tools write them.

- States: any case, with `_`, `-`, blanks or nothing between the words; the names of RFC 9293 and its Figure 5, ss,
  netstat on Linux, BSD and Windows, PowerShell and the kernel. Nothing is guessed: what is close is asked back.
- Events: our names, the words of Figure 5, and people's words: `connect`, `rcv SYN+ACK`, `timeout`. Our own names are
  written with `_` and mean one thing. People's words mean what fits the state: `rcv ACK` acknowledges our SYN in
  SYN_RECEIVED and our FIN in LAST_ACK; `timeout` is 2MSL in TIME_WAIT and else the retransmission timeout.
- Arrows separate states, commas separate events. A comma without a blank joins flags: `rcv FIN,ACK` is one segment.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Final

from prep.net.tcp.table import EVENTS, STATES, TABLE, Event, State

ARROW = re.compile(r"\s*(?:[-=—–]+>|[→⇒➔➜⟶])\s*")
GAP = re.compile(r"[\s_-]+")
BLANKS = re.compile(r"\s+")


class PathError(ValueError):
    """What is wrong with a text, and a way out: `CLOSED-WAIT: no such state; did you mean CLOSE_WAIT?`."""

    def __init__(self, text: str, what: str, hint: str | None = None) -> None:
        self.what, self.hint = what, hint
        shown = BLANKS.sub(" ", text if len(text) <= 100 else text[:99] + "…")
        super().__init__(f"{shown or 'nothing'}: {what}" + (f"; {hint}" if hint else ""))


# ── states ──

OTHER_NAMES: Final[dict[str, State]] = {
    "CLOSE": "CLOSED",  # the kernel
    "UNCONN": "CLOSED",  # ss
    "LISTENING": "LISTEN",  # Windows
    "SYNRECV": "SYN_RECEIVED",  # the kernel, ss, netstat on Linux
    "SYNRCVD": "SYN_RECEIVED",  # BSD, Figure 5
    "ESTAB": "ESTABLISHED",  # ss, Figure 5
    "ESTABLISH": "ESTABLISHED",
    "TCPCLOSE": "CLOSED",
    "TCPSYNRECV": "SYN_RECEIVED",
}
STATE_OF: Final[dict[str, State]] = {
    **{state.replace("_", ""): state for state in STATES},
    **{"TCP" + state.replace("_", ""): state for state in STATES},
    **OTHER_NAMES,
}
SEGMENT_STATES: Final[dict[str, str]] = {
    "SYN": "SYN_SENT or SYN_RECEIVED",
    "SYNACK": "SYN_RECEIVED",
    "ACK": "ESTABLISHED",
    "FIN": "FIN_WAIT_1 or CLOSE_WAIT",
    "FINACK": "LAST_ACK or FIN_WAIT_2",
    "RST": "CLOSED",
    "RSTACK": "CLOSED",
}


def find_state(text: str) -> State | None:
    return STATE_OF.get(GAP.sub("", text).upper())


@lru_cache(4096)
def read_state(text: str) -> State:
    """A state in any common spelling. Raises PathError."""
    if (state := find_state(text)) is None:
        raise _no_state(text.strip())
    return state


def _no_state(shown: str) -> PathError:
    bare = re.sub(r"[^A-Z0-9]", "", shown.upper())
    if bare in SEGMENT_STATES:
        return PathError(shown, "a segment, not a state", f"did you mean {SEGMENT_STATES[bare]}?")
    if bare == "FINWAIT":
        return PathError(shown, "no such state", "did you mean FIN_WAIT_1 or FIN_WAIT_2?")
    if shown and _is_event(shown):
        return PathError(shown, "an event, not a state", "commas separate events: 'connect, rcv SYN+ACK'")
    close = _close(shown, [*STATES, *OTHER_NAMES])
    meant = STATE_OF[close.replace("_", "")] if close else None
    return PathError(shown, "no such state", f"did you mean {meant}?" if meant else f"known: {', '.join(STATES)}")


def _close(word: str, known: Iterable[str]) -> str | None:
    """The closest known name, blanks, `_`, `-` and case apart."""
    from difflib import get_close_matches

    plain = {GAP.sub(" ", name).lower(): name for name in known}
    found = get_close_matches(GAP.sub(" ", word.strip()).lower(), plain, n=1)
    return plain[found[0]] if found else None


# ── events ──

# What people say, and the event; `~` begins one that means what fits the state (FITTING).
SAID: Final[dict[str, str]] = {
    **dict.fromkeys(("connect", "active open", "open active"), "OPEN_ACTIVE"),
    **dict.fromkeys(("listen", "passive open", "open passive", "bind and listen"), "OPEN_PASSIVE"),
    **dict.fromkeys(("send", "write"), "SEND"),
    **dict.fromkeys(("receive", "recv", "read"), "RECEIVE"),
    **dict.fromkeys(("close", "shutdown", "shutdown wr", "shutdown shut wr"), "CLOSE"),
    **dict.fromkeys(("abort", "linger 0", "close with linger 0"), "ABORT"),
    "close with unread data": "CLOSE:unread",
    "status": "STATUS",
    **dict.fromkeys(("timeout", "time out", "timer", "timed out"), "~TIMEOUT"),
    **dict.fromkeys(("rto", "rto timeout", "timeout rto", "retransmit", "retransmission"), "TIMEOUT_RTO"),
    **dict.fromkeys(("retransmission timeout", "retransmit timeout", "timeout retransmission"), "TIMEOUT_RTO"),
    **dict.fromkeys(("user timeout", "timeout user"), "TIMEOUT_USER"),
    **dict.fromkeys(("2msl", "2 msl", "2msl timeout", "2 msl timeout", "timeout 2msl", "timeout=2msl"), "TIMEOUT_2MSL"),
    **dict.fromkeys(("time wait timeout", "timewait timeout", "2msl timer"), "TIMEOUT_2MSL"),
    **dict.fromkeys(("keepalive", "keep alive", "keepalive timeout", "keep alive timeout"), "TIMEOUT_KEEPALIVE"),
    **dict.fromkeys(("icmp hard error", "hard error", "icmp hard", "port unreachable"), "ICMP_HARD_ERROR"),
    **dict.fromkeys(("icmp port unreachable", "protocol unreachable"), "ICMP_HARD_ERROR"),
    **dict.fromkeys(("icmp soft error", "soft error", "icmp soft", "host unreachable"), "ICMP_SOFT_ERROR"),
    **dict.fromkeys(("icmp host unreachable", "icmp net unreachable", "net unreachable"), "ICMP_SOFT_ERROR"),
}
ARRIVES: Final = frozenset(("rcv", "recv", "receive", "received", "receives", "rx", "get", "gets", "got", "<-", "<"))
SENDS: Final = frozenset(("snd", "send", "sends", "sent", "tx"))
FLAGS: Final[dict[str, str]] = (
    {flag: flag for flag in ("syn", "ack", "fin", "rst", "data")}
    | dict.fromkeys(("psh", "push", "urg", "[p.]"), "data")
    | {"reset": "rst", "synack": "syn ack", "finack": "fin ack", "rstack": "rst ack"}
    | {"[s]": "syn", "[s.]": "syn ack", "[.]": "ack", "[f]": "fin", "[f.]": "fin ack", "[r]": "rst", "[r.]": "rst ack"}
)
SEGMENTS: Final[dict[frozenset[str], str]] = {
    frozenset({"syn"}): "RCV_SYN",
    frozenset({"syn", "ack"}): "RCV_SYN_ACK",
    frozenset({"syn", "ack", "fin"}): "RCV_SYN_ACK_FIN",
    frozenset({"syn", "fin"}): "RCV_SYN:fin",
    frozenset({"ack"}): "~ACK",
    frozenset({"fin"}): "RCV_FIN",
    frozenset({"fin", "ack"}): "~FIN_ACK",
    frozenset({"fin", "ack", "data"}): "~FIN_ACK",
    frozenset({"rst"}): "RCV_RST",
    frozenset({"rst", "ack"}): "RCV_RST_ACK",
    frozenset({"data"}): "RCV_DATA",
    frozenset({"data", "ack"}): "RCV_DATA",
}
PHRASES: Final[dict[str, Event]] = {
    **dict.fromkeys(("ack of syn", "ack of our syn", "ack for syn"), "RCV_ACK_OF_SYN"),
    **dict.fromkeys(("ack of fin", "ack of our fin", "ack for fin"), "RCV_ACK_OF_FIN"),
    **dict.fromkeys(("fin ack of fin", "fin with ack of fin", "fin and ack of fin"), "RCV_FIN_ACK_OF_FIN"),
    **dict.fromkeys(("bad ack", "unacceptable ack"), "RCV_BAD_ACK"),
    **dict.fromkeys(("duplicate", "old duplicate", "old segment"), "RCV_OLD_DUPLICATE"),
    **dict.fromkeys(("no ack bit", "segment without ack"), "RCV_NO_ACK_BIT"),
    **dict.fromkeys(("fin without ack", "fin no ack bit"), "RCV_FIN_NO_ACK_BIT"),
    **dict.fromkeys(("rst in window", "in window rst"), "RCV_RST_IN_WINDOW"),
    **dict.fromkeys(("rst out of window", "rst outside window"), "RCV_RST_OUT_OF_WINDOW"),
}
# What fits the state, and what is meant in all others.
FITTING: Final[dict[str, tuple[dict[State, Event], Event]]] = {
    "~ACK": (
        {
            "SYN_RECEIVED": "RCV_ACK_OF_SYN",
            "FIN_WAIT_1": "RCV_ACK_OF_FIN",
            "CLOSING": "RCV_ACK_OF_FIN",
            "LAST_ACK": "RCV_ACK_OF_FIN",
        },
        "RCV_ACK",
    ),
    "~FIN_ACK": (
        {
            "FIN_WAIT_1": "RCV_FIN_ACK_OF_FIN",
            "CLOSING": "RCV_FIN_ACK_OF_FIN",
            "LAST_ACK": "RCV_FIN_ACK_OF_FIN",
        },
        "RCV_FIN",
    ),
    "~TIMEOUT": ({"TIME_WAIT": "TIMEOUT_2MSL"}, "TIMEOUT_RTO"),
}
CAUSES: Final[dict[str, str]] = {
    "syn": "connect",
    "syn ack": "rcv SYN",
    "ack": "what arrives: rcv SYN+ACK, rcv FIN or rcv data",
    "fin": "close",
    "ack fin": "close",
    "rst": "abort",
    "ack rst": "abort",
}
NOT_EVENTS: Final[dict[str, tuple[str, str]]] = {
    "open": ("active or passive", "write connect or listen"),
    "accept": ("moves no state: it takes a finished connection from the queue", "leave it out"),
    "bind": ("moves no state", "leave it out"),
    "socket": ("moves no state", "leave it out"),
    "rcv": ("says not what arrives", "write rcv SYN, rcv FIN or rcv RST"),
    "icmp": ("hard or soft", "write 'icmp hard error' or 'icmp soft error'"),
    "icmp error": ("hard or soft", "write 'icmp hard error' or 'icmp soft error'"),
}
LIKE_THIS: Final = "say it like connect, listen, close, rcv SYN+ACK, timeout or RCV_FIN"


def fit(key: str, state: State) -> str:
    """People's words (`~ACK`) as the event that fits the state; any other key as it is."""
    if key[0] != "~":
        return key
    fitting, otherwise = FITTING[key]
    return fitting.get(state, otherwise)


@cache
def variants(event: Event) -> tuple[str, ...]:
    """The names of all variants of an event, in whatever state."""
    rows = [row for row in TABLE if event in ((row.events,) if isinstance(row.events, str) else row.events)]
    names = [name for row in rows for name in (row.variant, "_".join(filter(None, (row.variant, row.origin))))]
    origins = [
        "_".join(filter(None, (row.variant, row.linux.origin))) for row in rows if row.linux and row.linux.origin
    ]
    return tuple(dict.fromkeys(filter(None, [*names, *origins])))


@lru_cache(4096)
def read_event(text: str) -> str:
    """The key of an event: `CLOSE`, `CLOSE:unread`, or `~ACK` for words whose meaning the state decides.

    Raises PathError.
    """
    said, colon, variant = text.partition(":")
    key = _find_event(said)
    if key is None:
        raise _no_event(text.strip())
    if not colon:
        return key
    event: Event = FITTING[key][1] if key[0] == "~" else key.partition(":")[0]  # type: ignore[assignment]
    name = GAP.sub("_", variant.strip()).lower()
    if name not in (known := variants(event)):
        hint = f"did you mean {event}:{close}?" if (close := _close(name, known)) else None
        raise PathError(
            f"{event}:{variant.strip()}",
            "no such variant",
            hint or (f"there are {', '.join(f'{event}:{one}' for one in known)}" if known else f"write {event}"),
        )
    return f"{event}:{name}"


def _find_event(text: str) -> str | None:
    bare = text.strip()
    name = bare.upper().replace("-", "_")
    if name in EVENTS:
        return name
    words = BLANKS.sub(" ", bare.lower().removesuffix("()").replace("(", " ").replace(")", " ")).strip()
    plain = GAP.sub(" ", words)
    if (key := SAID.get(words) or SAID.get(plain)) is not None:
        return key
    first, _, rest = words.partition(" ")
    if first in ARRIVES and rest:
        return _segment(rest)
    if "_" in words and words.partition("_")[0] == "rcv":
        return _segment(plain.removeprefix("rcv "))
    return _segment(words) if " " not in words else None


def _segment(words: str) -> str | None:
    """An arriving segment: its flags with `+`, `,`, `/`, `-` or blanks between, or in words."""
    plain = " ".join(re.split(r"[\s,+/&_-]+", words.strip("<> ")))
    if plain in PHRASES:
        return PHRASES[plain]
    words_of = plain.split(" ")
    if any(word not in FLAGS for word in words_of):
        return None
    return SEGMENTS.get(frozenset(flag for word in words_of for flag in FLAGS[word].split()))


def _is_event(text: str) -> bool:
    return _find_event(text.partition(":")[0]) is not None


def _no_event(shown: str) -> PathError:
    words = GAP.sub(" ", shown.lower().removesuffix("()"))
    if words in NOT_EVENTS:
        return PathError(shown, *NOT_EVENTS[words])
    if (state := find_state(shown)) is not None:
        return PathError(
            shown,
            "a state, not an event",
            f"arrows separate states ('{state} -> …'); events start from --start {state}",
        )
    first, _, rest = words.partition(" ")
    if first in SENDS and (flags := " ".join(sorted(re.split(r"[\s,+/]+", rest)))) in {*CAUSES, "ack syn"}:
        cause = CAUSES["syn ack" if flags == "ack syn" else flags]
        return PathError(shown, "what a TCP does, not what happens to it", f"its cause is {cause}")
    if first not in ARRIVES and _segment(words) is not None:
        return PathError(shown, "a segment, neither a state nor an event", f"did you mean rcv {shown}?")
    close = _close(shown, [*EVENTS, *SAID])
    return PathError(shown, "no such event", f"did you mean {close}?" if close else LIKE_THIS)


# ── paths ──

# States between arrows as they are mostly written, so that these need no second look.
USUAL: Final[dict[str, State]] = {
    f"{before}{state}{behind}": state for state in STATES for before in ("", " ") for behind in ("", " ")
}


def read_states(path: str | Sequence[str]) -> list[State]:
    """The states of a path, written with arrows or as a list. Raises PathError."""
    if isinstance(path, str):
        try:
            return [USUAL[piece] for piece in path.split("->")]
        except KeyError:
            path = split_states(path)
    if not path:
        raise PathError("", "no path to check", "give states, 'CLOSED -> LISTEN'")
    return [read_state(word) for word in path]


def split_states(text: str) -> list[str]:
    """The states of a path, as written. Raises PathError."""
    if "," in text:
        raise PathError(text, "arrows and commas mixed", "arrows separate states, commas separate events")
    if re.search(r"(?:^|\s)[-=](?:\s|$)", text):
        raise _unquoted(text)
    found = ARROW.split(text.strip())
    if "" in found:
        raise PathError(text.strip(), "an arrow without a state beside it", "write it like 'CLOSED -> LISTEN'")
    return found


def split_events(text: str) -> list[str]:
    """The events of a list, as written; a comma without a blank between flags belongs to the segment.

    Raises PathError.
    """
    found: list[str] = []
    for piece in text.split(","):
        if found and piece.rstrip().lower() in FLAGS and re.split(r"[\s+,]", found[-1].lower())[-1] in FLAGS:
            found[-1] += f",{piece.rstrip()}"
        else:
            found.append(piece)
    if not all(map(str.strip, found)):
        raise PathError(text.strip(), "a comma without an event beside it", "write it like 'connect, rcv SYN+ACK'")
    return [piece.strip() for piece in found]


def is_path(text: str, start: bool = False) -> bool:
    """Is it a path of states, and not a list of events? Raises PathError where it is neither.

    start: a state to start from was given, so that a single word is an event.
    """
    if "->" in text:
        return True
    if not text.strip():
        raise PathError("", "no path to check", "give states, 'CLOSED -> LISTEN', or events, 'connect, rcv SYN+ACK'")
    if ARROW.search(text):
        return True
    if re.search(r"(?:^|\s)[-=](?:\s|$)", text):
        raise _unquoted(text)
    if "," in text or start:
        return False
    word = text.strip()
    if find_state(word) is not None and (not _is_event(word) or find_state(word) == word):
        return True
    if _is_event(word):
        return False
    if all(find_state(part) for part in word.split()) and " " in word:
        raise PathError(word, "no arrows between the states", f"write '{' -> '.join(word.split())}'")
    raise _neither(word)


def _unquoted(text: str) -> PathError:
    states = [word for word in text.split() if word not in ("-", "=", ">")]
    example = f"'{states[0] if states else 'CLOSED'} -> …'"
    return PathError(text.strip(), "the shell took `>` for a redirection to a file", f"quote the path: {example}")


def _neither(word: str) -> PathError:
    bare = re.sub(r"[^A-Z0-9]", "", word.upper())
    if bare in SEGMENT_STATES or bare == "FINWAIT":
        return _no_state(word)
    fault = _no_event(word)
    if fault.what != "no such event":
        return fault
    close = _close(word, [*STATES, *EVENTS, *SAID])
    return PathError(word, "neither a state nor an event", f"did you mean {close}?" if close else LIKE_THIS)
