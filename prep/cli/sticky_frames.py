"""The schemes of `prep sticky`: the same messages framed by each, sent over a stream, read in pieces, decoded."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from prep.cli.app import many
from prep.cli.hexdump import dump
from prep.cli.sticky_width import columns
from prep.labs.transfer import NETWORK, Setup, no_loopback, transfer
from prep.net.framing import FRAMERS, PRESETS, carried, carry, decoder, read_params
from prep.net.framing.registry import find
from prep.net.framing.spans import Span, encode_all
from prep.text import Both, wrap

ROWS_SHOWN = 2  # of each hexdump
PIECE, MOST_READS = 5, 5000  # bytes a read, larger where that would be too many reads
TITLE = Both("The same messages, framed", "同样的消息，加上定界")
FRAMES_MEANING = Both(
    "Framed, sent over {} and read in small pieces, so that frames are cut anywhere. `|` is where a message "
    "begins, `^^` what the framing added.",
    "加上定界后经{}发送，每次只读一小段，帧会在任意位置被切断。`|` 是一条消息的开头，`^^` 是为定界加上的字节。",
)
OVER = {"tcp": Both("TCP", " TCP "), "unix": Both("a Unix stream", " Unix 流")}


@dataclass(frozen=True, slots=True)
class Framed:
    """Messages framed, sent over a stream, read in small pieces and decoded."""

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


def _streamed(setup: Setup | None) -> Setup:
    """By what stream frames are sent: over TCP; where loopback is down and a run of its own does not need it, over a
    Unix stream."""
    local = (setup is None or setup.transport not in NETWORK) and no_loopback()
    return replace(setup or Setup(), transport="unix" if local else "tcp")


def frames(setup: Setup | None, scheme: str | None, lang: str) -> Iterator[str]:
    """Each scheme: what it adds, the first bytes with their boundaries, and whether all messages came out whole."""
    yield TITLE.say(lang)
    yield ""
    sent = _streamed(setup)
    yield from wrap(FRAMES_MEANING.say(lang).format(OVER[sent.transport].say(lang)), columns())
    for name in FRAMERS if scheme is None else [scheme]:
        framer, _ = find(name)
        what = PRESETS.get(name, framer)
        done = framed(name, sent)
        yield ""
        yield from wrap(f"{name}: {what.what_zh if lang == 'zh' else what.what}", columns(), "  ")
        yield from dump(done.stream, done.spans, ROWS_SHOWN, lang)
        yield from wrap(_counted(done).say(lang), columns())


def _counted(done: Framed) -> Both:
    size, added, reads, count = len(done.stream), done.added, len(done.reads), len(done.spans)
    if not done.whole:
        return Both(
            f"{many(size, 'byte')}, {many(reads, 'read')}: not the {many(count, 'message')} sent.",
            f"共 {size} 字节，读 {reads} 次：得到的不是发送的 {count} 条消息。",
        )
    return Both(
        f"{many(size, 'byte')}, {added} of them framing; {many(reads, 'read')}, {many(count, 'message')}, all whole.",
        f"共 {size} 字节，其中定界 {added} 字节；读 {reads} 次，得到 {count} 条消息，全部完整。",
    )


def frames_json(setup: Setup | None, scheme: str | None) -> list[dict[str, Any]]:
    """The same as numbers. Raises as `framed`."""
    told, sent = [], _streamed(setup)
    for name in FRAMERS if scheme is None else [scheme]:
        done = framed(name, sent)
        told.append(
            {
                "scheme": name,
                "bytes": len(done.stream),
                "added": done.added,
                "messages": len(done.spans),
                "reads": len(done.reads),
                "whole": done.whole,
            }
        )
    return told
