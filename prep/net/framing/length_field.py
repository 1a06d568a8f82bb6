"""Frames with a length field, and what other schemes with one share.

It has the five numbers of Netty's LengthFieldBasedFrameDecoder (its javadoc has pictures of each):

    offset   lengthFieldOffset     bytes before the length field
    width    lengthFieldLength     bytes of the length field
    adjust   lengthAdjustment      added to its value to get the bytes that follow it
    strip    initialBytesToStrip   bytes taken off the front of a frame before it is delivered
    max      maxFrameLength        the whole frame with its header

and two that protocols have besides: `least`, the shortest frame with its header, and `end`, what every frame ends with.

A frame has offset + width + adjust + value bytes. A message is the frame without its first `strip` bytes: where these
are not the whole header, the header is a part of the message, and `encode` wants it to be right.
"""

from collections.abc import Callable
from functools import partial
from struct import Struct
from typing import Any, Final, Literal

from prep.errors import PrepError
from prep.net.framing.codec import Piece, Sized, frame, payload
from prep.net.framing.fault import FramingError, in_bytes, quoted
from prep.text import Both

Endian = Literal["big", "little"]
FORMATS: Final = {1: "B", 2: "H", 4: "I", 8: "Q"}  # of struct


def too_long(size: int, limit: int, field: bytes, width: int | None = None) -> FramingError:
    """`width` where the field has always so many bytes."""
    what = Both(
        f"a length of {in_bytes(size)} is over the limit of {limit}; read from {quoted(field)}",
        f"长度 {size} 字节超过上限 {limit}；读自 {quoted(field)}",
    )
    return FramingError("oversize", what, declared=(size, width) if width else None)


def number_field(value: int, width: int, endian: Endian) -> bytes:
    """A length as its field. Raises FramingError where it does not fit."""
    if value >= 1 << 8 * width:
        raise FramingError("oversize", f"{value} does not fit in {in_bytes(width)}")
    return value.to_bytes(width, endian)


def _reader(width: int, endian: Endian) -> Callable[[bytes, int], tuple[Any, ...]]:
    """Reads a length at a place; gives it alone in a tuple, as `struct` does, which takes half the time of a slice."""
    if width in FORMATS:
        return Struct((">" if endian == "big" else "<") + FORMATS[width]).unpack_from
    return lambda data, at: (int.from_bytes(data[at : at + width], endian),)


class Length(Sized):
    """A length field with Netty's five numbers."""

    def __init__(
        self, *, offset: int, width: int, endian: Endian, adjust: int, strip: int, limit: int, least: int, end: bytes
    ) -> None:
        super().__init__()
        self._offset, self._width, self._endian, self._adjust = offset, width, endian, adjust
        self._strip, self._max, self._head = strip, limit, offset + width
        self._given_least, self._end = least, end
        self._least = max(self._head + len(end), strip + len(end), least)
        self._read_field = _reader(width, endian)
        if limit < self._head:
            raise PrepError(f"less than the header of {in_bytes(self._head)}", where=f"max={limit}")
        if strip > limit:
            raise PrepError(f"more than max={limit}, so that nothing would be left", where=f"strip={strip}")
        if limit < self._least:
            raise PrepError(f"less than the shortest frame of {in_bytes(self._least)}", where=f"max={limit}")

    def _scan(self, data: bytes, messages: list[bytes]) -> int:
        # Locals and one loop: this is the hot path of the package (benchmarks/framing.py).
        at, end, offset, strip, read, deliver = (
            0,
            len(data),
            self._offset,
            self._strip,
            self._read_field,
            partial(self._deliver, messages) if self._end else messages.append,
        )
        extra, least, longest = self._head + self._adjust, self._least, self._max
        last = end - self._head
        while at <= last:
            size = read(data, at + offset)[0] + extra
            if size > longest or size < least:
                raise self._bad(size, data[at + offset : at + self._head])
            stop = at + size
            if stop > end:
                self._need = size
                return at
            deliver(data[at + strip : stop])
            at = stop
        self._need = self._head
        return at

    def _deliver(self, messages: list[bytes], message: bytes) -> None:
        if not message.endswith(self._end):
            end, last = quoted(self._end), quoted(message[-len(self._end) :])
            what = Both(f"a frame must end with {end}, not {last}", f"一帧必须以 {end} 结尾，而不是 {last}")
            raise FramingError("bad_terminator", what)
        messages.append(message)

    def _bad(self, size: int, field: bytes) -> FramingError:
        value = size - self._head - self._adjust
        what = Both(f"a length of {value} makes a frame of {in_bytes(size)}", f"长度 {value} 使这一帧有 {size} 字节")
        why, kind = self._shorter_than(), "bad_length"
        if size > self._max:
            why, kind = Both(f"over the limit of {self._max}", f"超过上限 {self._max}"), "oversize"
        read = quoted(field)
        told = Both(f"{what.en}, {why.en}; read from {read}", f"{what.zh}，{why.zh}；读自 {read}")
        return FramingError(kind, told, declared=(value, self._width) if kind == "oversize" else None)

    def _shorter_than(self) -> Both:
        if self._least > max(self._head, self._strip):
            return Both(f"shorter than the least of {self._least}", f"少于最短的 {self._least} 字节")
        if self._strip > self._head:
            return Both(f"shorter than the {self._strip} that are stripped", f"少于要去掉的 {self._strip} 字节")
        return Both(f"shorter than its header of {self._head}", f"少于头部的 {self._head} 字节")

    def pieces(self, message: bytes) -> list[Piece]:
        least = max(self._head + max(0, self._adjust), self._least) - self._strip
        if len(message) < least:
            what = f"{quoted(message)} is shorter than any message: {in_bytes(least)} at least"
            if self._strip < self._head:
                what += ", its header among them"
            elif self._adjust > 0:
                what += ", which its length leaves out"
            raise FramingError("unframable", what)
        header = self._header(self._strip + len(message))
        inside = max(0, self._head - self._strip)  # so much of the message is header
        body = message[inside:].removesuffix(self._end)
        return [frame(header[: self._strip] + message[:inside]), payload(body), frame(message[inside + len(body) :])]

    def _header(self, size: int) -> bytes:
        """Of a frame of so many bytes: zeros, the length, and zeros for what more is stripped."""
        field = number_field(size - self._head - self._adjust, self._width, self._endian)
        return bytes(self._offset) + field + bytes(max(0, self._strip - self._head))

    def _filler(self) -> int:
        """Zeros between the length and what is carried: what the length leaves out, as the sequence number of MySQL,
        and what the shortest frame holds, as the type of BGP."""
        return max(0, self._adjust - len(self._end), max(self._strip, self._given_least) - self._head)

    def carry(self, data: bytes) -> bytes:
        body = bytes(self._filler()) + data + self._end
        return (self._header(self._head + len(body))[: self._head] + body)[self._strip :]

    def carried(self, message: bytes) -> bytes:
        return message[self._head + self._filler() - self._strip : len(message) - len(self._end)]
