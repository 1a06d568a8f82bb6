"""RESP2, the protocol of Redis: a type byte, a line, and for a bulk string so many bytes.

    +OK    -ERR no    :42    $5 and hello    *2 and two values    $-1 and *-1: null        each line ends with CRLF

https://redis.io/docs/latest/develop/reference/protocol-spec/. A message is the raw bytes of one complete value, with
all that an array holds. Framed are type bytes, lengths and CRLF; what a line says is not looked into. Neither the types
of RESP3 nor inline commands are taken.

Hostile are an array that claims a million elements (only a counter is kept), arrays in arrays (`max_depth`), and a
value that never ends (`max_total` bounds all its bytes; `max` each bulk string and the elements of each array).
"""

import re
from typing import Final

from prep.net.framing.codec import Piece, Sized, frame, payload
from prep.net.framing.fault import FramingError, in_bytes, quoted
from prep.text import Both

TYPES: Final = {
    b"+": Both("simple string", "简单字符串"),
    b"-": Both("error", "错误"),
    b":": Both("integer", "整数"),
    b"$": Both("bulk string", "批量字符串"),
    b"*": Both("array", "数组"),
}
BULK: Final = Both("a bulk string", "批量字符串")
COUNT: Final = re.compile(rb"-1|0|[1-9][0-9]*")  # -1 is null


class Resp(Sized):
    """A message is one value, raw."""

    def __init__(self, *, limit: int, max_line: int, max_depth: int, max_total: int) -> None:
        super().__init__()
        self._max, self._max_line, self._max_depth, self._max_total = limit, max_line, max_depth, max_total

    def _forget(self) -> None:
        super()._forget()
        self._value = bytearray()  # of the value that is open, what is complete
        self._open: list[int] = []  # elements still to come of each array around
        self._bulk: int | None = None  # bytes of the bulk string whose length was read

    @property
    def pending(self) -> bytes:
        return bytes(self._value) + super().pending

    def _scan(self, data: bytes, messages: list[bytes]) -> int:
        at = 0
        while at < len(data):
            used = self._header(data, at) if self._bulk is None else self._content(data, at)
            if not used:
                break
            self._value += data[at : at + used]
            if len(self._value) > self._max_total:
                raise self._too_much()
            if self._bulk is None and self._is_complete():
                messages.append(bytes(self._value))
                self._value = bytearray()
            at += used
        return at

    def _header(self, data: bytes, at: int) -> int:
        kind = data[at : at + 1]
        if kind not in TYPES:
            types = " ".join(map(chr, b"+-:$*"))
            what = Both(
                f"{quoted(kind)} begins no value; the types are {types}",
                f"没有以 {quoted(kind)} 开头的值；类型有 {types}",
            )
            raise FramingError("bad_type", what)
        called = TYPES[kind]
        line = self._line(data, at + 1, self._max_line, Both(f"the line of the {called.en}", f"{called.zh}这一行"))
        if line is None:
            self._need += 1
            return 0
        if kind in b"$*":
            self._begin(kind, line)
        else:
            self._count_down()
        return len(line) + 3

    def _begin(self, kind: bytes, line: bytes) -> None:
        """A bulk string or an array, by its length."""
        called = TYPES[kind]
        if not COUNT.fullmatch(line):
            en = f"the length of the {called.en} is -1 or digits without a leading zero, not {quoted(line)}"
            zh = f"{called.zh}的长度是 -1 或没有前导零的数字，而不是 {quoted(line)}"
            raise FramingError("bad_length", Both(en, zh))
        if line != b"-1" and (len(line) > len(str(self._max)) or int(line) > self._max):
            en = f"a length of {quoted(line)} for the {called.en} is over {self._max}"
            raise FramingError("oversize", Both(en, f"{called.zh}的长度 {quoted(line)} 超过 {self._max}"))
        number = int(line)
        if kind == b"$" and number >= 0:
            self._bulk = number
            if len(self._value) + number > self._max_total:
                raise self._too_much()
        elif kind == b"*" and number > 0:
            if len(self._open) >= self._max_depth:
                deep = self._max_depth
                what = Both(f"arrays in arrays, more than {deep} deep", f"数组嵌套超过 {deep} 层")
                raise FramingError("oversize", what)
            self._open.append(number)
        else:
            self._count_down()

    def _content(self, data: bytes, at: int) -> int:
        end = at + (self._bulk or 0)
        if len(data) <= end or not self._closed(data, end, BULK):
            self._need = max(end + 1, len(data) + (len(data) > end)) - at
            return 0
        self._bulk = None
        self._count_down()
        return end + 2 - at

    def _count_down(self) -> None:
        """One value is complete, and with it perhaps the arrays that it is the last of."""
        while self._open:
            self._open[-1] -= 1
            if self._open[-1]:
                return
            self._open.pop()

    def _is_complete(self) -> bool:
        return not self._open

    def _too_much(self) -> FramingError:
        most = self._max_total
        return FramingError("oversize", Both(f"a value of more than {in_bytes(most)}", f"一个值超过 {most} 字节"))

    def pieces(self, message: bytes) -> list[Piece]:
        """Lengths and CRLF are framing, contents are not. What is no value is left as it is, for `encode` to refuse."""
        pieces, at = list[Piece](), 0
        while (end := message.find(b"\r\n", at)) >= 0:
            kind, line = message[at : at + 1], message[at + 1 : end]
            if kind == b"$" and line.isdigit() and len(line) < 20:
                stop = end + 2 + int(line)
                pieces += [frame(message[at : end + 2]), payload(message[end + 2 : stop])]
                pieces.append(frame(message[stop : stop + 2]))
                at = stop + 2
            else:
                text = kind in (b"+", b"-", b":")
                pieces += [frame(kind), Piece(line, framing=not text), frame(b"\r\n")]
                at = end + 2
        return [*pieces, *([payload(message[at:])] if message[at:] else [])]

    def carry(self, data: bytes) -> bytes:
        """A bulk string."""
        return b"$%d\r\n%b\r\n" % (len(data), data)

    def carried(self, message: bytes) -> bytes:
        return message[message.index(b"\n") + 1 : -2]
