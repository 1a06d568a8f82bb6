"""What `prep sticky` shows: the runs to compare, what each table means, and the cure. English and Chinese."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import typer

from prep.cli.batch import say_json
from prep.cli.hexdump import dump
from prep.cli.predict import at_a_terminal, compared, predict
from prep.labs.boundaries import slow_reader
from prep.labs.kernel import LINUX
from prep.labs.kit import CannotRun, Facts
from prep.labs.stalls import EXCHANGES, STALL, exchanges
from prep.labs.sticky import core
from prep.labs.transfer import Run, Setup, transfer
from prep.net.framing import FRAMERS, carried, carry, decoder, read_params
from prep.net.framing.registry import find
from prep.net.framing.spans import Span, encode_all
from prep.text import Both, pad, width, wrap

COLUMNS = 80
MEGABYTE = 1_000_000

# The comparison table: what the row is called, and the set-up that is run for it.
ROWS: tuple[tuple[Both, Setup], ...] = (
    (Both("TCP, Nagle on (the default)", "TCP，Nagle 开启（默认）"), Setup()),
    (Both("TCP, TCP_NODELAY", "TCP，TCP_NODELAY"), Setup(nodelay=True)),
    (Both("TCP, TCP_CORK", "TCP，TCP_CORK"), Setup(cork=True)),
    (Both("TCP, delayed ACK", "TCP，延迟 ACK"), Setup(delayed_ack=True)),
    (Both("TCP, delayed ACK, TCP_NODELAY", "TCP，延迟 ACK，TCP_NODELAY"), Setup(delayed_ack=True, nodelay=True)),
    (Both("TCP, read by recv(4)", "TCP，用 recv(4) 读"), Setup(recv=4)),
    (Both("TCP, one message of 1 MB", "TCP，一条 1 MB 的消息"), Setup(sends=1, size=MEGABYTE, recv=1 << 20)),
    (Both("TCP, three empty messages", "TCP，三条空消息"), Setup(sends=3, size=0)),
    (Both("AF_UNIX stream", "AF_UNIX 流"), Setup("unix")),
    (Both("pipe", "管道"), Setup("pipe")),
    (Both("UDP", "UDP"), Setup("udp")),
    (Both("UDP, three empty messages", "UDP，三条空消息"), Setup("udp", sends=3, size=0)),
    (Both("AF_UNIX SOCK_SEQPACKET", "AF_UNIX SOCK_SEQPACKET"), Setup("seqpacket")),
)

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

STALLS = {
    "nagle": Both("write, write, read", "写、写、读"),
    "nodelay": Both("the same, TCP_NODELAY", "同上，TCP_NODELAY"),
    "cork": Both("the same between TCP_CORK", "同上，用 TCP_CORK 括起"),
    "msg_more": Both("the first write with MSG_MORE", "第一次写带 MSG_MORE"),
    "sendmsg": Both("both parts in one sendmsg", "两部分放进一次 sendmsg"),
}
STALL_MEANING = Both(
    "Nagle holds the second small write until the first is acknowledged; the server, with half a request, has nothing "
    "to answer and delays its ACK. The cure is one write; TCP_NODELAY works too, but sends more segments.",
    "第一次小写未被确认，Nagle 就扣住第二次；服务器只收到半个请求，没有数据可回，于是延迟 ACK。"
    "根治办法是一次写完；TCP_NODELAY 也行，但报文段更多。",
)

CURE_TITLE = Both("The cure: read exactly one message", "解法：恰好读出一条消息")
CURE = """\
def read_exactly(sock, n):
    got = bytearray()
    while len(got) < n:
        if not (part := sock.recv(n - len(got))): raise EOFError("cut short")
        got += part
    return bytes(got)
def read_message(sock, limit=1 << 20):
    size = int.from_bytes(read_exactly(sock, 4), "big")
    if size > limit: raise ValueError(f"{size} bytes announced")
    return read_exactly(sock, size)
"""


def run_json(setup: Setup) -> dict[str, Any]:
    """One run as the contract has it; `reads` is null where this system cannot run it."""
    told = {
        "transport": setup.transport,
        "options": setup.options(),
        "sends": setup.sends,
        "size": setup.size,
        "recv": setup.recv,
    }
    try:
        run = transfer(setup)
    except CannotRun as reason:
        return {**told, "segments": None, "reads": None, "wait_ms": None, "skipped_because": str(reason)}
    return {**told, "segments": run.segments, "reads": run.reads, "wait_ms": run.wait_ms, "skipped_because": None}


def row_lines(name: str, setup: Setup, lang: str, column: int) -> Iterator[str]:
    """A row of the table; the reads on lines of their own where there are many."""
    try:
        run = transfer(setup)
    except CannotRun as reason:
        yield f"{pad(name, column)}  {reason.why.say(lang)}"
        return
    segments = "-" if run.segments is None else str(run.segments)
    yield f"{pad(name, column)}{setup.sends:6}{segments:>10}  {sizes(run.reads)}{_waited(run, lang)}"


def sizes(reads: list[int]) -> str:
    """
    >>> sizes([4, 4, 4, 2])
    '4 x3, 2'
    """
    runs = [(size, len(list(same))) for size, same in groupby(reads)]
    told = [f"{size} x{count}" if count > 1 else str(size) for size, count in runs]
    more = ["…"] if len(told) > 4 else []
    return ", ".join(told[:4] + more) or "-"


def _waited(run: Run, lang: str) -> str:
    if run.wait_ms <= STALL:
        return ""
    return f"（等了 {run.wait_ms:.0f} 毫秒）" if lang == "zh" else f"  (waited {run.wait_ms:.0f} ms)"


def stalls() -> Iterator[dict[str, Any]]:
    """Eight exchanges each of the five ways to write; on a system that has not got one it is left out."""
    for name, write in EXCHANGES.items():
        try:
            times = exchanges(write)
        except (CannotRun, AttributeError):
            continue
        slow = [ms for ms in times if ms > STALL]
        yield {"exchange": name, "of": len(times), "stalled": len(slow), "slowest_ms": max(times)}


def no_counts(lang: str) -> str | None:
    """Said where the system does not count segments."""
    if LINUX:
        return None
    return Both("Segments are counted on Linux only (TCP_INFO).", "只有 Linux 能数报文段（TCP_INFO）。").say(lang)


ROWS_SHOWN = 2
PIECE, MOST_READS = 5, 5000  # bytes a read, larger where that would be too many reads
FRAMES_MEANING = Both(
    "Framed, sent over TCP and read five bytes at a time, so that frames are cut anywhere. `|` is where a message "
    "begins, `^^` what the framing added.",
    "加上分帧后经 TCP 发送，每次只读五个字节，帧会在任意位置被切断。`|` 是一条消息的开头，`^^` 是分帧加上的字节。",
)
FRAMED_WHOLE = Both(
    "{bytes} bytes, {added} of them framing; {reads} reads, {count} messages, all whole.",
    "共 {bytes} 字节，其中分帧 {added} 字节；读 {reads} 次，得到 {count} 条消息，全部完整。",
)
FRAMED_BROKEN = Both(
    "{bytes} bytes, {reads} reads: not the {count} messages that were sent.",
    "共 {bytes} 字节，读 {reads} 次：得到的不是发送的 {count} 条消息。",
)

TITLES = {
    "runs": Both("Sends, segments, reads: three different numbers", "发送、报文段、读取：三个不同的数"),
    "stalls": Both("The 40 ms stall, and four cures", "40 毫秒停顿，四种解法"),
    "frames": Both("The same messages, framed", "同样的消息，加上分帧"),
}
HEAD = Both(f"{'sends':>6}{'segments':>10}  reads (bytes)", "  发送    报文段  每次读到的字节数")
SLOW = Both("TCP, every 5 ms to a slow reader", "TCP，每 5 毫秒发一次，读得慢")


def comparison(setup: Setup | None, lang: str) -> Iterator[str]:
    """The table of all rows, or of one run."""
    own = Both(*[", ".join([setup.transport, *setup.options(), f"recv({setup.recv})"])] * 2) if setup else None
    rows = ROWS if setup is None or own is None else ((own, setup),)
    column = max(width(name.say(lang)) for name, _ in rows) + 2
    yield TITLES["runs"].say(lang)
    yield ""
    yield pad("", column) + HEAD.say(lang)
    for name, row in rows:
        yield from row_lines(name.say(lang), row, lang, column)
    if setup is None:
        facts: Facts = {}
        slow_reader.experiment(facts)
        yield f"{pad(SLOW.say(lang), column)}{20:6}{'-':>10}  {sizes(facts['recv_sizes'])}"
    if note := no_counts(lang):
        yield note
    for sentence in MEANING if setup is None else ():
        yield ""
        yield from wrap(sentence.say(lang), COLUMNS)


@dataclass(frozen=True, slots=True)
class Framed:
    """Messages framed, sent over TCP, read in small pieces and decoded."""

    stream: bytes
    spans: list[Span]
    reads: list[int]
    whole: bool

    @property
    def added(self) -> int:
        return sum(len(span.framing_bytes()) for span in self.spans)


def framed(scheme: str, setup: Setup) -> Framed:
    """Raises PrepError for a scheme that there is none of."""
    messages = setup.messages()
    params = read_params(scheme, {"size": str(setup.size + 3), "strip_pad": "00"} if scheme == "fixed" else {})
    stream, spans = encode_all(scheme, [carry(scheme, message, **params) for message in messages], **params)
    piece = max(PIECE, len(stream) // MOST_READS)
    run = transfer(replace(setup, recv=piece), [stream[span.start : span.end] for span in spans])
    codec, found, at = decoder(scheme, **params), list[bytes](), 0
    for size in run.reads:
        found += codec.feed(run.data[at : at + size])
        at += size
    codec.end()
    return Framed(stream, spans, run.reads, [carried(scheme, message, **params) for message in found] == messages)


def frames(setup: Setup | None, scheme: str | None, lang: str) -> Iterator[str]:
    """Each scheme: what it adds, the first bytes with their boundaries, and whether all messages came out whole."""
    yield TITLES["frames"].say(lang)
    yield ""
    yield from wrap(FRAMES_MEANING.say(lang), COLUMNS)
    for name in FRAMERS if scheme is None else [scheme]:
        framer, _ = find(name)
        done = framed(name, replace(setup or Setup(), transport="tcp"))
        yield ""
        yield from wrap(f"{name}: {framer.what_zh if lang == 'zh' else framer.what}", COLUMNS, "  ")
        yield from dump(done.stream, done.spans, ROWS_SHOWN)
        said = FRAMED_WHOLE if done.whole else FRAMED_BROKEN
        count = len(done.spans)
        told = said.say(lang).format(reads=len(done.reads), count=count, added=done.added, bytes=len(done.stream))
        yield from wrap(told, COLUMNS)


def stalled(lang: str) -> Iterator[str]:
    yield TITLES["stalls"].say(lang)
    yield ""
    for row in stalls():
        name = pad(STALLS[row["exchange"]].say(lang), 34)
        said = Both(
            "{stalled} of {of} exchanges stalled, the slowest {slowest_ms:.1f} ms",
            "{of} 个来回中 {stalled} 个停顿，最慢 {slowest_ms:.1f} 毫秒",
        )
        yield name + said.say(lang).format(**row)
    yield ""
    yield from wrap(STALL_MEANING.say(lang), COLUMNS)


def sticky(setup: Setup | None, scheme: str | None, lang: str, *, as_json: bool, predicting: bool | None) -> None:
    """The comparison or one run, the stall, the schemes, the cure. Raises PrepError."""
    if scheme is not None:
        find(scheme)
    if as_json:
        say_json(_json(setup, scheme))
        return
    ask = core.ask if setup is None and (at_a_terminal() if predicting is None else predicting) else None
    chosen = predict(ask, lang) if ask else None
    for line in _shown(setup, scheme, lang):
        typer.echo(line)
    if ask and chosen is not None:
        typer.echo("")
        typer.echo(compared(ask, chosen, transfer(Setup(nodelay=True)).reads, lang))


def _shown(setup: Setup | None, scheme: str | None, lang: str) -> Iterator[str]:
    yield from comparison(setup, lang)
    yield ""
    if setup is None:
        yield from stalled(lang)
        yield ""
    yield from frames(setup, scheme, lang)
    yield ""
    yield CURE_TITLE.say(lang)
    yield ""
    yield from CURE.splitlines()


def _json(setup: Setup | None, scheme: str | None) -> dict[str, Any]:
    schemes = {
        name: framed(name, replace(setup or Setup(), transport="tcp")) for name in ([scheme] if scheme else FRAMERS)
    }
    return {
        "runs": [run_json(row) for row in ([setup] if setup else [row for _, row in ROWS])],
        "stalls": [*stalls()] if setup is None else [],
        "framing": [
            {
                "scheme": name,
                "bytes": len(done.stream),
                "added": done.added,
                "messages": len(done.spans),
                "reads": len(done.reads),
                "whole": done.whole,
            }
            for name, done in schemes.items()
        ],
    }
