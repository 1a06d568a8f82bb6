"""Frames whose size stands in front of them, or is agreed: fixed records, varints, netstrings, TLV.

A varint is the length prefix of protobuf's delimited messages: seven bits a byte, the least significant first, the top
bit says that more follow. Protobuf itself takes longer forms than necessary; `strict` does not. A netstring is
`5:hello,` (D. J. Bernstein, 1997). A TLV is a type, the length of its value, and the value; its message is the type and
the value.
"""

from prep.net.framing.codec import Piece, Sized, frame, payload
from prep.net.framing.fault import FramingError, in_bytes, quoted
from prep.net.framing.length_field import Endian, number_field, too_long
from prep.text import Both


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


def _overlong(field: str, en: str, zh: str) -> FramingError:
    return FramingError("overlong", Both(f"the varint {field} {en}", f"varint {field} {zh}"))


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
                raise _overlong(field.hex(), f"has more than {self._bits} bits", f"超过 {self._bits} 位")
            if byte == 0 and count and self._strict:
                said = f"is {number} in more bytes than it needs", f"表示 {number}，字节数多于所需"
                raise _overlong(field.hex(), *said)
            if byte < 0x80 and number > self._max:
                raise too_long(number, self._max, field)
            if byte < 0x80:
                return number, at + count + 1
        if len(data) - at < self._max_bytes:
            return None
        field = data[at : at + self._max_bytes]
        most = self._max_bytes
        raise _overlong(f"{field.hex()}…", f"has more than {in_bytes(most)}", f"超过 {most} 字节")

    def pieces(self, message: bytes) -> list[Piece]:
        number, field = len(message), bytearray()
        while number >= 0x80:
            field.append(number & 0x7F | 0x80)
            number >>= 7
        field.append(number)
        return [frame(bytes(field)), payload(message)]


def _no_length(what: Both, field: bytes) -> FramingError:
    return FramingError("bad_length", Both(what.en + quoted(field), what.zh + quoted(field)))


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
                what = Both(
                    f"a netstring of {in_bytes(size)} must end with a comma, not {last}",
                    f"{size} 字节的 netstring 必须以逗号结尾，而不是 {last}",
                )
                raise FramingError("bad_terminator", what)
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
                what = Both("a netstring begins with digits and a colon, not ", "netstring 以数字和冒号开头，而不是 ")
                raise _no_length(what, field)
            if number == 0 and here > at:
                what = Both("a netstring's length has no leading zero: ", "netstring 的长度不能有前导零：")
                raise _no_length(what, field)
            number = number * 10 + byte - 0x30
            if number > self._max:
                raise too_long(number, self._max, field)
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
                raise too_long(size, self._max, field, self._len)
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
        return [frame(kind + number_field(len(value), self._len, self._endian)), payload(value)]

    def carry(self, data: bytes) -> bytes:
        return (1).to_bytes(self._type, self._endian) + data

    def carried(self, message: bytes) -> bytes:
        return message[self._type :]
