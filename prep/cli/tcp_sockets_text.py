"""How a listing's findings look, as JSON and as a page of 80 columns: counts of states first, then a section each."""

from collections import Counter
from typing import Any

from prep.net.tcp.sockets.findings import ADVICE
from prep.net.tcp.sockets.place import EXAMPLES, Found, Place
from prep.net.tcp.sockets.report import Reading
from prep.net.tcp.table import STATES, State
from prep.text import Both, pad, visible, width, wrap

COLUMNS = 80
PLACES = 5  # shown of each finding
LABELS = {
    "where": Both("where", "位置"),
    "meaning": Both("meaning", "含义"),
    "culprit": Both("whose fault", "责任方"),
    "remedy": Both("what to do", "怎么办"),
    "does_not_help": Both("does not help", "无效做法"),
    "source": Both("source", "依据"),
    "cards": Both("study", "学习"),
}
NOTHING = Both("Nothing to report.", "没有发现问题。")
IN_PART = Both("Nothing to report in what could be read.", "在能读出的部分里没有发现问题。")
EMPTY = Both("The listing is empty: it has headers and no sockets.", "列表是空的：只有表头，没有套接字。")
UDP = Both(
    "A listing of UDP sockets: UDP has no connections and no states of its own, so there is nothing to judge.",
    "这是 UDP 套接字的列表：UDP 没有连接，也没有自己的状态，没有什么可判断。",
)
WINDOWS = Both(
    "Windows prints no queues and no timers, so a fault that shows only there is not found. Sysctls and times are "
    "Linux's; on Windows `netsh int ipv4 show dynamicport tcp` shows the range of local ports (49152-65535 unless "
    "changed).",
    "Windows 不显示队列和定时器，只体现在那里的问题看不出来。文中的 sysctl 和时限是 Linux 的；Windows 上用 "
    "`netsh int ipv4 show dynamicport tcp` 查看本地端口范围（默认 49152-65535）。",
)
BSD = Both(
    "The ports stand behind a dot, as macOS and BSD print them. Sysctls, times and numbers named here are Linux's; "
    "macOS and BSD have their own: `sysctl net.inet.ip net.inet.tcp` prints the range of local ports and the times.",
    "端口写在点号后面，这是 macOS 和 BSD 的格式。文中的 sysctl、时限和数字是 Linux 的；macOS 和 BSD 另有自己的一套，"
    "本地端口范围和各种时限用 `sysctl net.inet.ip net.inet.tcp` 查看。",
)
CONNTRACK = Both(
    "conntrack is no listing of sockets: a tracker watches segments pass and names what it has seen with TCP's words. "
    "Its CLOSE_WAIT is a connection in which one side has sent a FIN (ends FIN_WAIT_2 and CLOSE_WAIT), its TIME_WAIT "
    "lasts 120 s, its ESTABLISHED may have ended long ago without a FIN; SYN_SENT with [UNREPLIED] is a SYN that "
    "passed and met no answer. Whose program is at fault only the hosts tell: `ss -tanop` there.",
    "conntrack 不是套接字列表：它在旁观报文段经过，借用 TCP 的状态名记下所见。它的 CLOSE_WAIT 是一方已发 FIN 的连接"
    "（两端是 FIN_WAIT_2 和 CLOSE_WAIT），TIME_WAIT 保留 120 s，ESTABLISHED 可能早已结束，只是没有 FIN；"
    "带 [UNREPLIED] 的 SYN_SENT 是经过了却没有应答的 SYN。是谁的程序出错，要到两端主机上用 `ss -tanop` 看。",
)
LSOF = Both(
    "lsof shows only what a process holds, so TIME_WAIT, orphans and connections that wait to be accepted are missing; "
    "it prints queues only with -Tqs, and no timers. `ss -tanop` shows them all.",
    "lsof 只显示进程持有的套接字，所以没有 TIME_WAIT、无主的套接字和等待 accept 的连接；只有加 -Tqs 才显示队列，"
    "定时器一概不显示。`ss -tanop` 都能看到。",
)
NO_LIMIT = {"netstat", "/proc/net/tcp"}
OF_QUEUES = {"accept-queue-full", "not-accepted", "syn-received-waiting"}
QUEUES = Both(
    "netstat and /proc/net/tcp do not print the limit of an accept queue, and on old kernels its length is always 0 "
    "there. `ss -ltn` prints both for a listener: Recv-Q is the length, Send-Q the limit.",
    "netstat 和 /proc/net/tcp 不显示全连接队列的上限，旧内核上队列长度也总是 0。`ss -ltn` 两者都显示：监听行的 Recv-Q "
    "是长度，Send-Q 是上限。",
)


def _summary(reading: Reading) -> Both:
    counts = reading.summary or {}
    return Both(
        f"`ss -s` holds counts only: {counts['total']} TCP, {counts['estab']} estab, {counts['timewait']} timewait. "
        "Its estab is ESTABLISHED and CLOSE_WAIT together (RFC 4022 tcpCurrEstab), so it hides a pile-up.",
        f"`ss -s` 只有计数：TCP 套接字 {counts['total']} 个，estab {counts['estab']}，timewait {counts['timewait']}。"
        "其中 estab 是 ESTABLISHED 与 CLOSE_WAIT 之和（RFC 4022 tcpCurrEstab），堆积会被掩盖。",
    )


def _counted(reading: Reading) -> Both:
    counts = ", ".join(f"{state} {reading.counted[state]}" for state in STATES if reading.counted[state])
    return Both(
        f"Counts by state only: {counts}. They tell no port, no process and not for how long, so whose fault it is "
        "cannot be said.",
        f"只有按状态的计数：{counts}。看不出端口、进程和持续时间，所以无法判断是谁的问题。",
    )


def document(states: Counter[State], findings: list[Found], reading: Reading, lang: str) -> dict[str, Any]:
    """What --json says."""
    return {
        "states": {state: states[state] for state in STATES if states[state]},
        "findings": [_finding(found, lang) for found in findings],
        "listings": [{"format": name, "sockets": count} for name, count in reading.sockets.items() if count],
        "conntrack": dict(reading.conntrack) or None,
        "notes": [note.say(lang) for note in _notes(reading, {found.code for found in findings})],
    }


def _notes(reading: Reading, codes: set[str]) -> list[Both]:
    shown = {name for name, count in reading.sockets.items() if count}
    notes = []
    if not shown and reading.datagrams:
        notes.append(UDP)
    elif not (shown or reading.conntrack or reading.summary or reading.counted or reading.faults or reading.strange):
        notes.append(EMPTY)
    if reading.summary:
        notes.append(_summary(reading))
    if reading.counted:
        notes.append(_counted(reading))
    if shown & {"Windows netstat", "Get-NetTCPConnection"}:
        notes.append(WINDOWS)
    if reading.dotted:
        notes.append(BSD)
    if shown == {"lsof"}:
        notes.append(LSOF)
    if shown and shown <= NO_LIMIT and codes & OF_QUEUES:
        notes.append(QUEUES)
    if reading.conntrack:
        notes.append(CONNTRACK)
    return notes


def _finding(found: Found, lang: str) -> dict[str, Any]:
    advice = ADVICE[found.code]
    return {
        "code": found.code,
        "count": found.count,
        "where": _where(found.places, lang),
        "meaning": found.meaning.say(lang),
        "culprit": advice.culprit.say(lang),
        "remedy": advice.remedy.say(lang),
        "does_not_help": advice.does_not_help.say(lang),
        "cards": list(advice.cards),
        "source": advice.source,
    }


def _where(places: list[Place], lang: str) -> str:
    shown = [_place(place, lang) for place in places[:PLACES]]
    if (left := len(places) - PLACES) > 0:
        shown.append(Both(f"and {left} more", f"另有 {left} 处").say(lang))
    return "; ".join(shown)


def _place(place: Place, lang: str) -> str:
    """`local port 8080: 40 [peer 10.0.0.2]`; of one process `python3 (pid 7): 40 [local port 8080; peer 10.0.0.2]`."""
    side = (Both("local port", "本地端口") if place.side == "local" else Both("remote port", "远端端口")).say(lang)
    more = [place.queue] if place.queue else []
    if place.split:
        head = ", ".join(place.processes)
        more.append(f"{side} {_ports(place)}")
    else:
        head = f"{side} {place.port or '?'}"
        more += [", ".join(place.processes)] if place.processes else []
    if place.peers:
        more.append(Both("peer ", "对端 ").say(lang) + ", ".join(place.peers) + (", …" if place.more_peers else ""))
    return f"{head}: {place.count}" + (f" [{'; '.join(more)}]" if more else "")


def _ports(place: Place) -> str:
    """`8080` where it is one, else `8080: 300, 8081: 200`."""
    if len(place.split) == 1:
        return place.port or "?"
    shown = [f"{port or '?'}: {count}" for port, count in place.split[:EXAMPLES]]
    return ", ".join(shown) + (", …" if len(place.split) > EXAMPLES else "")


# ── the page ──


def page(told: dict[str, Any], lang: str, *, in_part: bool) -> list[str]:
    """What is shown; `in_part` where not all of the listing could be read."""
    lines = [_heading(told, lang)]
    tracked = {f"conntrack {name}": count for name, count in (told["conntrack"] or {}).items()}
    counts = told["states"] | tracked
    most = max(map(len, counts), default=0)
    lines += [visible(f"  {name:{most}} {count:>7}") for name, count in counts.items()]
    for note in told["notes"]:
        lines += ["", *wrap(visible(note), COLUMNS)]
    for finding in told["findings"]:
        lines += ["", *_section(finding, lang)]
    if not told["findings"] and told["states"]:
        lines += ["", (IN_PART if in_part else NOTHING).say(lang)]
    return lines


def _heading(told: dict[str, Any], lang: str) -> str:
    total = sum(told["states"].values())
    names = ", ".join(listing["format"] for listing in told["listings"])
    heading = Both(f"{total} TCP socket{'s' * (total != 1)}", f"{total} 个 TCP 套接字").say(lang)
    return heading + (Both(f" ({names})", f"（{names}）").say(lang) if names else "")


def _section(finding: dict[str, Any], lang: str) -> list[str]:
    column = max(width(label.say(lang)) for label in LABELS.values()) + 4
    lines = [f"{finding['code']}: {finding['count']}"]
    for key, label in LABELS.items():
        text = "\n".join(f"prep show {card}" for card in finding[key]) if key == "cards" else str(finding[key])
        head = pad(f"  {label.say(lang)}", column)
        lines += wrap(head + visible(text), COLUMNS, " " * column)
    return lines
