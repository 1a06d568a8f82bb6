"""The table of `prep sticky`: what is run to be compared, each run's three numbers, what is learnt from them."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from prep.cli.sticky_width import TABLE, columns
from prep.labs.boundaries import slow_reader
from prep.labs.kernel import LINUX
from prep.labs.kit import CannotRun, Facts
from prep.labs.stalls import STALL
from prep.labs.transfer import Run, Setup, transfer
from prep.text import Both, pad, width, wrap

LONGEST_NAME = 36  # a longer one has a line of its own
MEGABYTE = 1_000_000

TRANSPORTS = {
    "tcp": Both("TCP", "TCP"),
    "udp": Both("UDP", "UDP"),
    "unix": Both("AF_UNIX stream", "AF_UNIX 流"),
    "seqpacket": Both("AF_UNIX SOCK_SEQPACKET", "AF_UNIX SOCK_SEQPACKET"),
    "pipe": Both("pipe", "管道"),
}
OPTIONS = {
    "delayed_ack": Both("delayed ACK", "延迟 ACK"),
    "nodelay": Both("TCP_NODELAY", "TCP_NODELAY"),
    "cork": Both("TCP_CORK", "TCP_CORK"),
}
DEFAULT = Both("Nagle on (the default)", "Nagle 开启（默认）")
READ_BY = Both("read by recv({})", "用 recv({}) 读")
EMPTY = Both("three empty messages", "三条空消息")


def called(setup: Setup, special: Both | None = None) -> Both:
    """What a run is called: its transport, what is special about it, what differs from the defaults."""
    parts = [TRANSPORTS[setup.transport], *([special] if special else [])]
    parts += [name for option, name in OPTIONS.items() if option in setup.options()]
    if setup.recv != Setup().recv and special is None:
        parts.append(Both(*(said.format(setup.recv) for said in READ_BY)))
    if parts == [TRANSPORTS["tcp"]]:
        parts.append(DEFAULT)
    return Both(", ".join(part.en for part in parts), "，".join(part.zh for part in parts))


# The comparison: what each row is called, and the set-up that is run for it.
ROWS = tuple(
    (called(setup, special), setup)
    for setup, special in (
        (Setup(), None),
        (Setup(nodelay=True), None),
        (Setup(cork=True), None),
        (Setup(delayed_ack=True), None),
        (Setup(delayed_ack=True, nodelay=True), None),
        (Setup(recv=4), None),
        (Setup(sends=1, size=MEGABYTE, recv=1 << 20), Both("one message of 1 MB", "一条 1 MB 的消息")),
        (Setup(sends=3, size=0), EMPTY),
        (Setup("unix"), None),
        (Setup("pipe"), None),
        (Setup("udp"), None),
        (Setup("udp", sends=3, size=0), EMPTY),
        (Setup("seqpacket"), None),
    )
)
SLOW = Both("TCP, every 5 ms to a slow reader", "TCP，每 5 毫秒发一次，读得慢")
SLOW_SETUP = Setup(sends=20, nodelay=True)  # that of the lab sticky.slow_reader

MEANING = (
    Both(
        "TCP delivers a stream of bytes: how many sends, how many segments and how many reads are three different "
        "numbers. A read returns what has arrived.",
        "TCP 交付的是字节流：发了几次、分成几个报文段、读了几次，是三个不同的数。一次读拿到的是已经到达的字节。",
    ),
    Both(
        "Nagle is not the cause: with TCP_NODELAY it sticks as well, and so do a Unix stream and a pipe, which know "
        "no Nagle. Where the ACK is late, Nagle even makes two reads where TCP_NODELAY makes one.",
        "原因不是 Nagle：关掉它（TCP_NODELAY）照样粘，根本没有 Nagle 的 Unix 流和管道也粘。ACK 来得晚时，"
        "开着 Nagle 反而分成两次读，关掉则一次读完。",
    ),
    Both(
        "UDP and SOCK_SEQPACKET keep the boundaries, one message a read (UDP_GRO, which one has to ask for, is the "
        "exception). An empty message exists there; on a stream it is nothing at all.",
        "UDP 和 SOCK_SEQPACKET 保留边界，一次读一条消息（主动打开 UDP_GRO 是例外）。它们有空消息；"
        "在流上，空消息等于什么都没发。",
    ),
)

TITLE = Both("Sends, segments, reads: three different numbers", "发送、报文段、读取：三个不同的数")
HEAD = Both(f"{'sends':>6}{'segments':>10}  reads (bytes)", "  发送    报文段  每次读到的字节数")
WAITED = Both("(waited {:.0f} ms)", "（等了 {:.0f} 毫秒）")
LOST = Both("{} lost: the receive buffer was full", "丢了 {} 条：接收缓冲区已满")
CUT = Both("each cut to {recv} of {size} bytes, the rest is gone", "每条 {size} 字节只读到 {recv} 字节，其余已丢弃")
UNCOUNTED = Both("Segments are counted on Linux only (TCP_INFO).", "只有 Linux 能数报文段（TCP_INFO）。")


def comparison(lang: str) -> Iterator[str]:
    """The table of all rows and what it means; why a row cannot be run stands in it. Raises Overdue, OSError."""
    column = max(width(name.say(lang)) for name in (*(name for name, _ in ROWS), SLOW)) + 2
    yield from _head(column, lang)
    for name, setup in ROWS:
        yield from _row(name.say(lang), setup, lang, column)
    yield from _slow_row(lang, column)
    yield from _note(lang)
    for sentence in MEANING:
        yield ""
        yield from wrap(sentence.say(lang), columns())


def one_run(setup: Setup, lang: str) -> Iterator[str]:
    """The table of one run. Raises as `comparison`."""
    name = called(setup).say(lang)
    column = min(width(name) + 2, LONGEST_NAME)
    yield from _head(column, lang)
    yield from _row(name, setup, lang, column)
    yield from _note(lang)


def _head(column: int, lang: str) -> Iterator[str]:
    yield TITLE.say(lang)
    yield ""
    yield pad("", column) + HEAD.say(lang)


def _note(lang: str) -> Iterator[str]:
    if not LINUX:
        yield UNCOUNTED.say(lang)


def _row(name: str, setup: Setup, lang: str, column: int) -> Iterator[str]:
    """A run of the table, and below it what was lost."""
    try:
        run = transfer(setup)
    except CannotRun as reason:
        yield from _skipped(name, reason, lang, column)
        return
    waited = "  " + WAITED.say(lang).format(run.wait_ms) if run.wait_ms > STALL else ""
    yield from _line(name, setup.sends, run.segments, sizes(run.reads) + waited, column)
    for note in _losses(run, lang):
        yield f"  {note}"


def _slow_row(lang: str, column: int) -> Iterator[str]:
    try:
        yield from _line(SLOW.say(lang), SLOW_SETUP.sends, None, sizes(_slow_reads()), column)
    except CannotRun as reason:
        yield from _skipped(SLOW.say(lang), reason, lang, column)


def _skipped(name: str, reason: CannotRun, lang: str, column: int) -> list[str]:
    return wrap(f"{pad(name, column)}  {reason.why.say(lang)}", TABLE, "  ")


def _line(name: str, sends: int, segments: int | None, reads: str, column: int) -> Iterator[str]:
    """The name stands above the numbers where it is longer than its column, the reads go on below where they are."""
    if width(name) > column - 2:
        yield name
        name = ""
    numbers = f"{sends:6}{'-' if segments is None else segments:>10}  "
    yield from wrap(pad(name, column) + numbers + reads, TABLE, " " * (column + len(numbers)))


def _losses(run: Run, lang: str) -> Iterator[str]:
    if run.lost:
        yield LOST.say(lang).format(run.lost)
    if run.cut:
        yield CUT.say(lang).format(recv=run.setup.recv, size=run.setup.size)


def sizes(reads: list[int]) -> str:
    """
    >>> sizes([4, 4, 4, 2])
    '4 x3, 2'
    """
    runs = [(size, len(list(same))) for size, same in groupby(reads)]
    told = [f"{size} x{count}" if count > 1 else str(size) for size, count in runs]
    more = ["…"] if len(told) > 4 else []
    return ", ".join(told[:4] + more) or "-"


def _slow_reads() -> list[int]:
    facts: Facts = {}
    slow_reader.experiment(facts)
    reads: list[int] = facts["recv_sizes"]
    return reads


def comparison_json() -> list[dict[str, Any]]:
    """All rows of the table. Raises as `comparison`."""
    try:
        slow = _told(SLOW_SETUP, reads=_slow_reads(), lost=0, cut=0)
    except CannotRun as reason:
        slow = _told(SLOW_SETUP, skipped_because=str(reason))
    slow["options"].append("slow_reader")
    return [*(run_json(setup) for _, setup in ROWS), slow]


def run_json(setup: Setup) -> dict[str, Any]:
    """One run as the contract has it; what was seen is null where this system cannot run it. Raises as `comparison`."""
    try:
        run = transfer(setup)
    except CannotRun as reason:
        return _told(setup, skipped_because=str(reason))
    return _told(setup, **{name: getattr(run, name) for name in SEEN})


SEEN = ("segments", "reads", "lost", "cut", "wait_ms")


def _told(setup: Setup, **seen: Any) -> dict[str, Any]:
    return {
        "transport": setup.transport,
        "options": setup.options(),
        "sends": setup.sends,
        "size": setup.size,
        "recv": setup.recv,
        **dict.fromkeys((*SEEN, "skipped_because")),
        **seen,
    }
