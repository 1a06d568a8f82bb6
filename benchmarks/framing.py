"""How fast length-prefixed messages are cut out of a stream, and how the work grows.

    python benchmarks/framing.py [--messages 200000] [--pairs 7]

Messages of 32 bytes behind four bytes of length. Over loopback, and in memory in chunks of 64 KiB, against asyncio's
`readexactly(4)` and `readexactly(length)` for each message. Then one message of 16 MiB in chunks of 1448 bytes (a
segment's payload on Ethernet), and the same messages at growing sizes of chunks.
"""

import argparse
import asyncio
import socket
import sys
import threading
import time
from collections.abc import Callable, Coroutine

from paired import Run, heading, paired, tell

import prep
from prep.net.framing import decoder

KIB, MIB = 1 << 10, 1 << 20
SIZE = 32


def cut(stream: bytes, size: int) -> list[bytes]:
    return [stream[at : at + size] for at in range(0, len(stream), size)]


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


# ── in memory ──


def fed(chunks: list[bytes], messages: int, **params: int) -> Run:
    def run() -> float:
        codec = decoder("length", **params)

        def work() -> None:
            assert sum(len(codec.feed(chunk)) for chunk in chunks) == messages

        return timed(work)

    return run


async def read_exactly(reader: asyncio.StreamReader, messages: int) -> None:
    for _ in range(messages):
        await reader.readexactly(int.from_bytes(await reader.readexactly(4)))


def streamed(stream: bytes, messages: int) -> Run:
    async def work() -> float:
        reader = asyncio.StreamReader()
        reader.feed_data(stream)
        began = time.perf_counter()
        await read_exactly(reader, messages)
        return time.perf_counter() - began

    return lambda: asyncio.run(work())


# ── over loopback: a thread sends, and the clock runs from the connection to the last message ──


def sent(stream: bytes, receive: Callable[[socket.socket], float]) -> float:
    listener = socket.create_server(("127.0.0.1", 0))
    with listener, socket.create_connection(listener.getsockname()) as ours:
        theirs, _ = listener.accept()
        thread = threading.Thread(target=theirs.sendall, args=(stream,))
        thread.start()
        seconds = receive(ours)
        thread.join()
        theirs.close()
    return seconds


def raw(stream: bytes) -> Run:
    """recv of 64 KiB, and nothing done with it."""

    def receive(ours: socket.socket) -> float:
        def work() -> None:
            left = len(stream)
            while left:
                left -= len(ours.recv(64 * KIB))

        return timed(work)

    return lambda: sent(stream, receive)


def blocking(stream: bytes, messages: int) -> Run:
    """recv of 64 KiB, and the decoder."""

    def receive(ours: socket.socket) -> float:
        codec = decoder("length")

        def work() -> None:
            left = messages
            while left:
                left -= len(codec.feed(ours.recv(64 * KIB)))

        return timed(work)

    return lambda: sent(stream, receive)


def in_loop(stream: bytes, work: Callable[[socket.socket], Coroutine[None, None, float]]) -> Run:
    return lambda: sent(stream, lambda ours: asyncio.run(work(ours)))


def exactly_on_loopback(stream: bytes, messages: int) -> Run:
    async def work(ours: socket.socket) -> float:
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection(sock=ours)
        await read_exactly(reader, messages)
        seconds = time.perf_counter() - began
        writer.close()
        return seconds

    return in_loop(stream, work)


class Counting(asyncio.Protocol):
    def __init__(self, messages: int) -> None:
        self.left = messages
        self.feed = decoder("length").feed
        self.done = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.left -= len(self.feed(data))
        if not self.left:
            self.done.set_result(None)


def protocol_on_loopback(stream: bytes, messages: int) -> Run:
    async def work(ours: socket.socket) -> float:
        began = time.perf_counter()
        transport, protocol = await asyncio.get_running_loop().create_connection(lambda: Counting(messages), sock=ours)
        await protocol.done
        seconds = time.perf_counter() - began
        transport.close()
        return seconds

    return in_loop(stream, work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--pairs", type=int, default=7)
    given = parser.parse_args()
    count, pairs = given.messages, given.pairs
    print(f"Python {sys.version.split()[0]}, prep {prep.__version__}, {count} messages of {SIZE} bytes, {pairs} pairs")
    stream = (SIZE.to_bytes(4) + b"x" * SIZE) * count

    heading("readexactly twice a message, over loopback", "asyncio.Protocol + decoder")
    ours = protocol_on_loopback(stream, count)
    tell("StreamReader.readexactly", paired(ours, exactly_on_loopback(stream, count), pairs))
    tell("blocking recv + decoder", paired(ours, blocking(stream, count), pairs))
    tell("raw recv of the same bytes", paired(ours, raw(stream), pairs))

    heading("readexactly twice a message, in memory", "decoder, chunks of 64 KiB")
    tell("StreamReader.readexactly", paired(fed(cut(stream, 64 * KIB), count), streamed(stream, count), pairs))

    heading("one message in chunks of 1448 bytes", "4 MiB")
    small, large = ((size.to_bytes(4) + bytes(size), 1448) for size in (4 * MIB, 16 * MIB))
    baseline = fed(cut(*small), 1, max=32 * MIB)
    tell("16 MiB (four times the bytes)", paired(baseline, fed(cut(*large), 1, max=32 * MIB), pairs))

    heading("the same messages in chunks of another size", "chunks of 4 KiB")
    baseline = fed(cut(stream, 4 * KIB), count)
    for name, size in (("1448 bytes", 1448), ("64 KiB", 64 * KIB), ("1 MiB", MIB), ("everything", len(stream))):
        tell(name, paired(baseline, fed(cut(stream, size), count), pairs))


if __name__ == "__main__":
    main()
