"""Frames whose size stands in front of them, or is agreed: fixed records, length fields, varints, netstrings, TLV.

The length field has the five numbers of Netty's LengthFieldBasedFrameDecoder (its javadoc has pictures of each):

    offset   lengthFieldOffset     bytes before the length field
    width    lengthFieldLength     bytes of the length field
    adjust   lengthAdjustment      added to its value to get the bytes that follow it
    strip    initialBytesToStrip   bytes taken off the front of a frame before it is delivered
    max      maxFrameLength        the whole frame with its header

A frame has offset + width + adjust + value bytes. A message is the frame without its first `strip` bytes: where these
are not the whole header, the header is a part of the message, and `encode` wants it to be right.

A varint is the length prefix of protobuf's delimited messages: seven bits a byte, the least significant first, the top
bit says that more follow. Protobuf itself takes longer forms than necessary; `strict` does not. A netstring is
`5:hello,` (D. J. Bernstein, 1997). A TLV is a type, the length of its value, and the value; its message is the type and
the value.
"""

from collections.abc import Callable
from struct import Struct
from typing import Any, Final, Literal

from prep.errors import PrepError
from prep.net.framing.codec import Piece, Sized, frame, payload
from prep.net.framing.fault import FramingError, in_bytes, quoted

Endian = Literal["big", "little"]
FORMATS: Final = {1: "B", 2: "H", 4: "I", 8: "Q"}  # of struct


def _too_long(size: int, limit: int, field: bytes, width: int | None = None) -> FramingError:
    """`width` where the field has always so many bytes."""
    what = f"a length of {in_bytes(size)} is over the limit of {limit}; read from {quoted(field)}"
    return FramingError("oversize", what, declared=(size, width) if width else None)


def _number(value: int, width: int, endian: Endian) -> bytes:
    """A length as its field. Raises FramingError where it does not fit."""
    if value >= 1 << 8 * width:
        raise FramingError("oversize", f"{value} does not fit in {in_bytes(width)}")
    return value.to_bytes(width, endian)


def _reader(width: int, endian: Endian) -> Callable[[bytes, int], tuple[Any, ...]]:
    """Reads a length at a place; gives it alone in a tuple, as `struct` does, which takes half the time of a slice."""
    if width in FORMATS:
        return Struct((">" if endian == "big" else "<") + FORMATS[width]).unpack_from
    return lambda data, at: (int.from_bytes(data[at : at + width], endian),)


class Fixed(Sized):
    """Records of one size; shorter messages are padded, and come back padded where `strip_pad` is empty."""

    def __init__(self, *, size: int, pad: bytes, strip_pad: bytes) -> None:
        super().__init__()
        self._size, self._pad, self._strip_pad = size, pad, strip_pad

    def _scan(self, data: bytes, messages: list[bytes]) -> int:
        self._need = self._size
        used = len(data) - len(data) % self._size
        records = [data[at : at + self._size] for at in range(0, used, self._size)]
        messages += [record.rstrip(self._strip_pad) for record in records] if self._strip_pad else records
        return used

    def pieces(self, message: bytes) -> list[Piece]:
        if len(message) > self._size:
            raise FramingError(
                "oversize", f"a message of {in_bytes(len(message))} is longer than a record of {self._size}"
            )
        return [payload(message), frame(self._pad * (self._size - len(message)))]

    def returned(self, message: bytes) -> bytes:
        return message if self._strip_pad else message.ljust(self._size, self._pad)

    def carried(self, message: bytes) -> bytes:
        return message.rstrip(self._pad)


class Length(Sized):
    """A length field with Netty's five numbers."""

    def __init__(self, *, offset: int, width: int, endian: Endian, adjust: int, strip: int, limit: int) -> None:
        super().__init__()
        self._offset, self._width, self._endian, self._adjust = offset, width, endian, adjust
        self._strip, self._max, self._head = strip, limit, offset + width
        self._read_field = _reader(width, endian)
        if limit < self._head:
            raise PrepError(f"less than the header of {in_bytes(self._head)}", where=f"max={limit}")
        if strip > limit:
            raise PrepError(f"more than max={limit}, so that nothing would be left", where=f"strip={strip}")

    def _scan(self, data: bytes, messages: list[bytes]) -> int:
        # Locals and one loop: this is the hot path of the package (benchmarks/framing.py).
        at, end, offset, strip, read, deliver = (
            0,
            len(data),
            self._offset,
            self._strip,
            self._read_field,
            messages.append,
        )
        extra, least, longest = self._head + self._adjust, max(self._head, self._strip), self._max
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

    def _bad(self, size: int, field: bytes) -> FramingError:
        value = size - self._head - self._adjust
        what = f"a length of {value} makes a frame of {in_bytes(size)}"
        if size > self._max:
            what = f"{what}, over the limit of {self._max}; read from {quoted(field)}"
            return FramingError("oversize", what, declared=(value, self._width))
        least = f"its header of {self._head}" if self._strip <= self._head else f"the {self._strip} that are stripped"
        return FramingError("bad_length", f"{what}, shorter than {least}; read from {quoted(field)}")

    def pieces(self, message: bytes) -> list[Piece]:
        least = self._head + max(0, self._adjust) - self._strip
        if len(message) < least:
            why = "its header among them" if self._strip < self._head else "which its length leaves out"
            what = f"{quoted(message)} is shorter than any message: {in_bytes(least)} at least, {why}"
            raise FramingError("unframable", what)
        header = self._header(self._strip + len(message))
        inside = max(0, self._head - self._strip)  # so much of the message is header
        return [frame(header[: self._strip] + message[:inside]), payload(message[inside:])]

    def _header(self, size: int) -> bytes:
        """Of a frame of so many bytes: zeros, the length, and zeros for what more is stripped."""
        field = _number(size - self._head - self._adjust, self._width, self._endian)
        return bytes(self._offset) + field + bytes(max(0, self._strip - self._head))

    def _filler(self) -> int:
        """Zeros that a length leaves out when it counts less than what follows it, as the sequence number of MySQL."""
        return max(0, self._adjust, self._strip - self._head)

    def carry(self, data: bytes) -> bytes:
        body = bytes(self._filler()) + data
        return (self._header(self._head + len(body))[: self._head] + body)[self._strip :]

    def carried(self, message: bytes) -> bytes:
        return message[self._head + self._filler() - self._strip :]


class Varint(Sized):
    """A varint in front of the message."""

    def __init__(self, *, limit: int, max_bytes: int, strict: bool) -> None:
        super().__init__()
        self._max, self._max_bytes, self._strict = limit, max_bytes, strict
        self._bits = 32 if max_bytes <= 5 else 64

    def _scan(self, data: bytes, messages: list[bytes]) -> int:
        at = 0
        while (length := self._length(data, at)) is not None:
            size, start = length
            if start + size > len(data):
                self._need = start + size - at
                return at
            messages.append(data[start : start + size])
            at = start + size
        self._need = len(data) - at + 1
        return at

    def _length(self, data: bytes, at: int) -> tuple[int, int] | None:
        """(The number, where it ends), or None where it does not end yet."""
        number = 0
        for count, byte in enumerate(data[at : at + self._max_bytes]):
            number |= (byte & 0x7F) << 7 * count
            field = data[at : at + count + 1]
            if byte < 0x80 and number >= 1 << self._bits:
                raise FramingError("overlong", f"the varint {field.hex()} has more than {self._bits} bits")
            if byte == 0 and count and self._strict:
                raise FramingError("overlong", f"the varint {field.hex()} is {number} in more bytes than it needs")
            if byte < 0x80 and number > self._max:
                raise _too_long(number, self._max, field)
            if byte < 0x80:
                return number, at + count + 1
        if len(data) - at < self._max_bytes:
            return None
        field = data[at : at + self._max_bytes]
        raise FramingError("overlong", f"the varint {field.hex()}… has more than {in_bytes(self._max_bytes)}")

    def pieces(self, message: bytes) -> list[Piece]:
        number, field = len(message), bytearray()
        while number >= 0x80:
            field.append(number & 0x7F | 0x80)
            number >>= 7
        field.append(number)
        return [frame(bytes(field)), payload(message)]


class Netstring(Sized):
    """`5:hello,`."""

    def __init__(self, *, limit: int) -> None:
        super().__init__()
        self._max = limit

    def _scan(self, data: bytes, messages: list[bytes]) -> int:
        at = 0
        while (length := self._length(data, at)) is not None:
            size, start = length
            end = start + size
            if end >= len(data):
                self._need = end + 1 - at
                return at
            if data[end] != 0x2C:
                last = quoted(data[end : end + 1])
                raise FramingError(
                    "bad_terminator", f"a netstring of {in_bytes(size)} must end with a comma, not {last}"
                )
            messages.append(data[start:end])
            at = end + 1
        self._need = len(data) - at + 1
        return at

    def _length(self, data: bytes, at: int) -> tuple[int, int] | None:
        """(The number, where its colon ends), or None where it does not end yet."""
        number = 0
        for here in range(at, len(data)):
            byte = data[here]
            if byte == 0x3A and here > at:
                return number, here + 1
            field = data[at : here + 1]
            if not 0x30 <= byte <= 0x39:
                raise FramingError("bad_length", f"a netstring begins with digits and a colon, not {quoted(field)}")
            if number == 0 and here > at:
                raise FramingError("bad_length", f"a netstring's length has no leading zero: {quoted(field)}")
            number = number * 10 + byte - 0x30
            if number > self._max:
                raise _too_long(number, self._max, field)
        return None

    def pieces(self, message: bytes) -> list[Piece]:
        return [frame(b"%d:" % len(message)), payload(message), frame(b",")]


class Tlv(Sized):
    """Type, length, value. A reader can pass over a type that it does not know."""

    def __init__(self, *, type_width: int, len_width: int, endian: Endian, limit: int) -> None:
        super().__init__()
        self._type, self._len, self._endian, self._max = type_width, len_width, endian, limit

    def _scan(self, data: bytes, messages: list[bytes]) -> int:
        at, head = 0, self._type + self._len
        while len(data) - at >= head:
            field = data[at + self._type : at + head]
            size = int.from_bytes(field, self._endian)
            if size > self._max:
                raise _too_long(size, self._max, field, self._len)
            end = at + head + size
            if end > len(data):
                self._need = head + size
                return at
            messages.append(data[at : at + self._type] + data[at + head : end])
            at = end
        self._need = head
        return at

    def pieces(self, message: bytes) -> list[Piece]:
        if len(message) < self._type:
            raise FramingError("unframable", f"{quoted(message)} is shorter than its type of {in_bytes(self._type)}")
        kind, value = message[: self._type], message[self._type :]
        return [frame(kind + _number(len(value), self._len, self._endian)), payload(value)]

    def carry(self, data: bytes) -> bytes:
        return (1).to_bytes(self._type, self._endian) + data

    def carried(self, message: bytes) -> bytes:
        return message[self._type :]
