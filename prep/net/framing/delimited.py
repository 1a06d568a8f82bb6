"""Frames that end with a mark: delimiters, lines of JSON, COBS. A reader that has lost its place finds the next one.

Delimiter: `max` counts the payload, not the delimiter. A payload that holds a delimiter would be two messages (which is
how commands are smuggled into SMTP and logs), so `encode` refuses it.

JSON lines: each line is one JSON text (RFC 8259, so neither NaN nor a BOM) in UTF-8, its end LF or CRLF; an empty line
is no message. A line feed inside a string is written \\n there, so that none can be in a line.

COBS (Cheshire and Baker, "Consistent Overhead Byte Stuffing", 1999) takes every zero out of the message, so that a zero
byte can end the frame. A code byte c stands for c - 1 bytes that are not zero and a zero after them; 255 for 254 bytes
and no zero. The zero after the last group is not part of the message. An empty frame is no message.
"""

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from prep.net.framing.codec import Delimited, Piece, frame, payload
from prep.net.framing.fault import FramingError, in_bytes, quoted
from prep.text import Both


class Delimiter(Delimited):
    """One or several delimiters. `encode` writes the first that begins no other: where CR and CRLF both end messages, a
    message that begins with LF would lose it after CR."""

    def __init__(self, *, delimiters: Sequence[bytes], limit: int) -> None:
        super().__init__(delimiters, limit)
        self._end = next(end for end in delimiters if end not in self._heads)

    def pieces(self, message: bytes) -> list[Piece]:
        return [payload(message), frame(self._end)]


class JsonLines(Delimited):
    """One JSON text a line; the message is the line."""

    def __init__(self, *, limit: int) -> None:
        super().__init__([b"\n", b"\r\n"], limit)

    def _deliver(self, line: bytes, messages: list[bytes]) -> None:
        if not line:
            return
        try:
            _read_json(line.decode())
        except (ValueError, RecursionError) as fault:
            why = "nested too deeply" if isinstance(fault, RecursionError) else str(fault)
            shown = quoted(line, 40)
            raise FramingError("bad_json", Both(f"{shown} is not JSON: {why}", f"{shown} 不是 JSON：{why}")) from None
        messages.append(line)

    def pieces(self, message: bytes) -> list[Piece]:
        return [payload(message), frame(b"\n")]

    def carry(self, data: bytes) -> bytes:
        """A JSON string. Bytes that are not UTF-8 become the lone surrogates of Python's surrogateescape (PEP 383)."""
        text = data.decode(errors="surrogateescape")
        return json.dumps(text, ensure_ascii=any("\ud800" <= c <= "\udfff" for c in text)).encode()

    def carried(self, message: bytes) -> bytes:
        return str(json.loads(message)).encode(errors="surrogateescape")


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number of JSON")


def _read_json(text: str) -> Any:
    """Numbers are kept as text: how large they are is not the concern of a frame. Raises ValueError, RecursionError."""
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=_no_number)


class Cobs(Delimited):
    """Groups without a zero, and a zero at the end. A frame that is too long is found at the latest one byte in 254
    after `max`: so many bytes the codes may take."""

    def __init__(self, *, limit: int) -> None:
        super().__init__([b"\0"], limit + limit // 254 + 1)
        self._longest = limit

    def _deliver(self, line: bytes, messages: list[bytes]) -> None:
        if not line:
            return
        message, at = bytearray(), 0
        while at < len(line):
            end = at + line[at]
            if end > len(line):
                left = len(line) - at - 1
                en = f"code {line[at]} has only {in_bytes(left)} behind it in {quoted(line[at:])}"
                raise FramingError(
                    "bad_code", Both(en, f"{quoted(line[at:])} 中编码字节 {line[at]} 之后只有 {left} 字节")
                )
            message += line[at + 1 : end]
            if line[at] < 255 and end < len(line):
                message.append(0)
            at = end
        if len(message) > self._longest:
            size, most = len(message), self._longest
            what = Both(
                f"a message of {in_bytes(size)} is over the limit of {most}", f"消息有 {size} 字节，超过上限 {most}"
            )
            raise FramingError("oversize", what)
        messages.append(bytes(message))

    def pieces(self, message: bytes) -> list[Piece]:
        pieces: list[Piece] = []
        for group in message.split(b"\0"):
            full = [group[at : at + 254] for at in range(0, max(1, len(group)), 254)]
            for run in full:
                pieces += [frame(bytes([len(run) + 1])), payload(run)]
            if len(full[-1]) == 254:
                pieces.append(frame(b"\x01"))  # the zero, or nothing more, after a group that stands for no zero
        return [*pieces, frame(b"\0")]
