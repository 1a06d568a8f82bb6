"""What every scheme of framing keeps, and the two ways to wait for the end of a frame.

TCP carries bytes, not messages. A codec cuts a stream of bytes into messages, and makes the bytes of a message.

Laws, each with a test of its name, for every scheme:
- Round trip: decode(encode(m)) == m for every message that `encode` takes; what would not come back it refuses.
- Any split: one chunk, byte by byte and every other split give the same messages, kind of error, and rest.
- Incomplete: nothing yet. `truncated` comes from `end` only.
- Oversize: an error as soon as the header, or the first byte too many, is seen. No memory is taken because a length
  claims it; what is held is what has arrived.
- Linear: a byte is copied and looked at a bounded number of times, however the stream is cut.
- Sticky: a decoder that has failed fails again with the same kind, and delivers nothing more. An error keeps what was
  complete before it.

`Sized` knows how many bytes it needs ("parts and need"): chunks are collected in a list and joined once, when there are
enough. `Delimited` looks for an end in what is new. Joining at every chunk would be quadratic in the size of a message.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from itertools import pairwise, permutations
from typing import NamedTuple

from prep.errors import PrepError
from prep.net.framing.fault import FramingError, in_bytes, quoted
from prep.text import Both


class Piece(NamedTuple):
    """A run of bytes of an encoded message. framing: written by the scheme, not by who sent the message."""

    data: bytes
    framing: bool


def frame(data: bytes) -> Piece:
    return Piece(data, framing=True)


def payload(data: bytes) -> Piece:
    return Piece(data, framing=False)


class Codec(ABC):
    """A scheme with its parameters, and the state of one stream."""

    def __init__(self) -> None:
        self._fault: FramingError | None = None

    def feed(self, data: bytes | bytearray | memoryview) -> list[bytes]:
        """The messages that these bytes complete. Raises FramingError."""
        self._fail_again()
        messages: list[bytes] = []
        try:
            self._read(data if type(data) is bytes else bytes(memoryview(data)), messages)
        except FramingError as fault:
            self._fault = fault
            fault.messages = messages
            self._forget()
            raise
        return messages

    def end(self) -> None:
        """The stream has ended. Raises FramingError, `truncated` where it ended inside a frame."""
        self._fail_again()
        if self._inside():
            self._fault = FramingError("truncated", _cut_short(self.pending))
            raise self._fault

    @property
    @abstractmethod
    def pending(self) -> bytes:
        """The bytes of the frame that is not complete yet, from its first header byte."""

    @abstractmethod
    def pieces(self, message: bytes) -> list[Piece]:
        """The bytes of a message on the wire. Raises FramingError."""

    def carry(self, data: bytes) -> bytes:
        """Any bytes as a message that this scheme can frame."""
        return data

    def carried(self, message: bytes) -> bytes:
        """The bytes that `carry` made the message of."""
        return message

    def returned(self, message: bytes) -> bytes:
        """What a decoder delivers for the message."""
        return message

    @abstractmethod
    def _read(self, data: bytes, messages: list[bytes]) -> None: ...

    @abstractmethod
    def _forget(self) -> None: ...

    def _inside(self) -> bool:
        return bool(self.pending)

    def _fail_again(self) -> None:
        if self._fault:
            raise FramingError(self._fault.kind, self._fault.said, declared=self._fault.declared)


def _cut_short(rest: bytes) -> Both:
    if not rest:
        en = "the stream ended inside a frame, between the parts of a message (0 bytes)"
        return Both(en, "流在一条消息的各部分之间结束（0 字节）")
    en = f"the stream ended inside a frame, after {quoted(rest)} ({in_bytes(len(rest))})"
    return Both(en, f"流在一帧的中间结束，已收到 {quoted(rest)}（{len(rest)} 字节）")


class Sized(Codec):
    """Waits for so many bytes, or for the end of a line."""

    def __init__(self) -> None:
        super().__init__()
        self._forget()

    def _forget(self) -> None:
        self._parts: list[bytes] = []
        self._held = 0
        self._need = 1  # at so many bytes there is something to decide
        self._in_line = False  # at a line feed, too

    @property
    def pending(self) -> bytes:
        return b"".join(self._parts)

    def _read(self, data: bytes, messages: list[bytes]) -> None:
        if self._parts:
            self._parts.append(data)
            self._held += len(data)
            if self._held < self._need and not (self._in_line and b"\n" in data):
                return
            data = b"".join(self._parts)
        self._in_line = False
        used = self._scan(data, messages)
        rest = data[used:]
        self._parts = [rest] if rest else []
        self._held = len(rest)

    @abstractmethod
    def _scan(self, data: bytes, messages: list[bytes]) -> int:
        """Take what is complete; gives how many bytes that was. Where some are left, `_need` says how many from there
        there must be before it makes sense to look again."""

    def _line(self, data: bytes, at: int, limit: int, what: Both) -> bytes | None:
        """The line that begins there, without its CRLF; None, and waits, where it has no end yet. The CR of a CRLF
        cut in two does not count to the limit."""
        end = data.find(b"\n", at, at + limit + 2)
        line = data[at : end if end >= 0 else at + limit + 2]
        if len(line.removesuffix(b"\r")) > limit:
            en = f"{what.en} is longer than {in_bytes(limit)}: {quoted(line)}"
            raise FramingError("oversize", Both(en, f"{what.zh}超过 {limit} 字节：{quoted(line)}"))
        if end < 0:
            self._need, self._in_line = max(limit + 1, len(line) + 1), True
            return None
        if line.find(b"\r") != len(line) - 1 or not line:
            en = f"{what.en} must end with CRLF and hold no other CR: {quoted(line)}"
            raise FramingError("bad_terminator", Both(en, f"{what.zh}必须以 CRLF 结尾，且不含其他 CR：{quoted(line)}"))
        return line[:-1]

    def _closed(self, data: bytes, at: int, what: Both) -> bool:
        """Is the CRLF there? Waits for what is missing of it."""
        end = data[at : at + 2]
        if not b"\r\n".startswith(end):
            en = f"{what.en} must end with CRLF, not {quoted(end)}"
            raise FramingError("bad_terminator", Both(en, f"{what.zh}必须以 CRLF 结尾，而不是 {quoted(end)}"))
        return len(end) == 2


class Delimited(Codec):
    """Waits for one of several ends. The earliest wins, at the same place the longest.

    Where one delimiter begins another, as CR does CRLF, the message is delivered at the shorter one, and the rest of
    the longer one is taken off when it comes.
    """

    def __init__(self, delimiters: Sequence[bytes], limit: int) -> None:
        super().__init__()
        self._delimiters = sorted(set(delimiters), key=len, reverse=True)
        self._max = limit
        for outer, inner in permutations(self._delimiters, 2):
            if inner in outer[1:-1]:
                where = f"delimiters {inner.hex()}, {outer.hex()}"
                raise PrepError("one lies inside the other, so that no one can say which was meant", where=where)
        self._ends = re.compile(b"|".join(map(re.escape, self._delimiters)))
        self._split: Callable[[bytes], list[bytes]] = self._ends.split
        if len(self._delimiters) == 1:
            only = self._delimiters[0]
            self._split = lambda data: data.split(only)  # five times as fast
        self._heads = {end[:size] for end in self._delimiters for size in range(1, len(end))}
        self._nested = not self._heads.isdisjoint(self._delimiters)
        self._forget()

    def _forget(self) -> None:
        self._parts: list[bytes] = []  # of the message, in which no delimiter begins
        self._held = 0
        self._half = b""  # may be the beginning of a delimiter
        self._told = 0  # so many bytes of it are a delimiter whose message was delivered

    @property
    def pending(self) -> bytes:
        return b"".join(self._parts) + self._half[self._told :]

    def _read(self, data: bytes, messages: list[bytes]) -> None:
        data = self._half + data
        lines = self._split(data)
        rest = lines.pop()
        if self._told:
            del lines[0]
        for line in lines:
            if self._parts:
                line = b"".join((*self._parts, line))
                self._parts, self._held = [], 0
            if len(line) > self._max:
                raise self._too_long(line)
            self._deliver(line, messages)
        self._keep(data, rest)

    def _keep(self, data: bytes, rest: bytes) -> None:
        self._half, self._told = self._longer_end(data, rest)
        if self._told:
            return
        sizes = range(min(len(rest), len(self._delimiters[0]) - 1), 0, -1)
        half = next((size for size in sizes if rest[-size:] in self._heads), 0)
        known = rest[: len(rest) - half]
        self._half = rest[len(known) :]
        if known:
            self._parts.append(known)
            self._held += len(known)
        if self._held > self._max:
            raise self._too_long(b"".join(self._parts))

    def _longer_end(self, data: bytes, rest: bytes) -> tuple[bytes, int]:
        """The last delimiter with what follows it, where that may still become a longer one; and its length."""
        if not self._nested or len(data) == len(rest) or len(rest) >= len(self._delimiters[0]):
            return b"", 0
        *_, last = self._ends.finditer(data)
        open_end = last[0] + rest
        return (open_end, len(last[0])) if open_end in self._heads else (b"", 0)

    def cut(self, data: bytes) -> list[bytes]:
        """The data cut behind every delimiter: where a reader that lost its place can begin again."""
        places = [0, *(end.end() for end in self._ends.finditer(data)), len(data)]
        return [data[start:end] for start, end in pairwise(places)]

    def _too_long(self, line: bytes) -> FramingError:
        what = Both(
            f"no end after {in_bytes(self._max)}, the limit: {quoted(line)}",
            f"{self._max} 字节（上限）之后仍没有结尾：{quoted(line)}",
        )
        return FramingError("oversize", what)

    def _deliver(self, line: bytes, messages: list[bytes]) -> None:
        messages.append(line)


def checked(codec: Codec, message: bytes) -> list[Piece]:
    """The pieces of a message, after a fresh codec has seen it come back from them. Raises FramingError."""
    pieces = codec.pieces(message)
    try:
        came = codec.feed(b"".join(piece.data for piece in pieces))
        codec.end()
    except FramingError as fault:
        kind = "unframable" if fault.kind == "truncated" else fault.kind
        raise FramingError(kind, f"{quoted(message)} cannot be framed: {fault.what}") from None
    if came != [codec.returned(message)]:
        what = (
            f"{quoted(message)} would come back as {len(came)} messages"
            if len(came) != 1
            else (f"{quoted(message)} would come back as {quoted(came[0])}")
        )
        raise FramingError("unframable", what)
    return pieces
