"""The chunked transfer coding of HTTP/1.1 (RFC 9112 §7.1): a body of unknown length as chunks, each with its size.

    4\\r\\nWiki\\r\\n5;why=not\\r\\npedia\\r\\n0\\r\\nServer-Timing: db\\r\\n\\r\\n        is one message, `Wikipedia`

A message is a whole body. What two readers of one stream read differently is how requests are smuggled, so this one is
strict: the size is hexadecimal digits and nothing else (no 0x, sign, underscore or blank at its end), every line ends
with CRLF and not with LF alone, a chunk is followed by CRLF. Extensions are passed over, as a recipient must that does
not know them (§7.1.1), and so are trailer fields, once they look like fields; both are limited.

What is pending is the line or chunk that is not complete; a chunk that is has been taken. The message lasts until the
empty line behind the last chunk, though, and ends `truncated` before it.
"""

import re
from typing import Final

from prep.net.framing.codec import Piece, Sized, frame, payload
from prep.net.framing.fault import FramingError, quoted
from prep.text import Both

# chunk-size [ chunk-ext ]; chunk-ext = *( BWS ";" BWS chunk-ext-name … ), its text visible characters, blanks, obs-text
SIZE_LINE: Final = re.compile(rb"([0-9A-Fa-f]+)(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?")
# field-line of RFC 9112 §5: token ":" OWS field-value OWS; no blank before the colon (§5.1), no folded line (§5.2)
FIELD: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*")
SIZE: Final = Both("the line of a chunk's size", "分块的长度行")
CHUNK: Final = Both("a chunk", "分块")
TRAILER: Final = Both("a line of the trailer", "尾部字段的一行")
TRAILERS: Final = 64  # fields; servers allow 100 header fields or so, and trailers are rare


class Chunked(Sized):
    """A message is a body; `max` bounds it, `max_line` the line of a size and each line of a trailer."""

    def __init__(self, *, limit: int, max_line: int) -> None:
        super().__init__()
        self._max, self._max_line = limit, max_line

    def _forget(self) -> None:
        super()._forget()
        self._body = bytearray()
        self._left: int | None = None  # bytes of the chunk whose size was read
        self._trailers: int | None = None  # lines seen after the last chunk
        self._begun = False

    def _inside(self) -> bool:
        return self._begun or bool(self._parts)

    def _scan(self, data: bytes, messages: list[bytes]) -> int:
        at = 0
        while at < len(data):
            if self._left is not None:
                used = self._chunk(data, at)
            elif self._trailers is None:
                used = self._size_line(data, at)
            else:
                used = self._trailer(data, at, messages)
            if not used:
                break
            at += used
        return at

    def _size_line(self, data: bytes, at: int) -> int:
        line = self._line(data, at, self._max_line, SIZE)
        if line is None:
            return 0
        found = SIZE_LINE.fullmatch(line)
        if not found:
            en = f"a chunk's size is hexadecimal digits, not {quoted(line)}"
            raise FramingError("bad_length", Both(en, f"分块的长度是十六进制数字，而不是 {quoted(line)}"))
        size = int(found[1], 16)
        if len(self._body) + size > self._max:
            en = f"a chunk of {quoted(found[1])} bytes takes the body over {self._max}"
            raise FramingError("oversize", Both(en, f"{quoted(found[1])} 字节的分块使正文超过 {self._max} 字节"))
        self._begun = True
        if size:
            self._left, self._need = size, size + 1
        else:
            self._trailers = 0
        return len(line) + 2

    def _chunk(self, data: bytes, at: int) -> int:
        end = at + (self._left or 0)
        if len(data) <= end or not self._closed(data, end, CHUNK):
            self._need = max(end + 1, len(data) + (len(data) > end)) - at
            return 0
        self._body += data[at:end]
        self._left = None
        return end + 2 - at

    def _trailer(self, data: bytes, at: int, messages: list[bytes]) -> int:
        line = self._line(data, at, self._max_line, TRAILER)
        if line is None:
            return 0
        if not line:
            messages.append(bytes(self._body))
            self._body = bytearray()
            self._trailers, self._begun = None, False
            return 2
        if not FIELD.fullmatch(line):
            en = f"behind the last chunk stand header fields and an empty line, not {quoted(line)}"
            zh = f"最后一个分块之后是头部字段和空行，而不是 {quoted(line)}"
            raise FramingError("bad_terminator", Both(en, zh))
        self._trailers = (self._trailers or 0) + 1
        if self._trailers > TRAILERS:
            what = Both(f"a trailer of more than {TRAILERS} fields", f"尾部字段超过 {TRAILERS} 个")
            raise FramingError("oversize", what)
        return len(line) + 2

    def pieces(self, message: bytes) -> list[Piece]:
        if not message:
            return [frame(b"0\r\n\r\n")]
        return [frame(b"%x\r\n" % len(message)), payload(message), frame(b"\r\n0\r\n\r\n")]
