"""What can be wrong with a stream or a message: the kinds of fault, and what each says."""

from typing import Final

from prep.errors import PrepError
from prep.text import Both

KINDS: Final[dict[str, str]] = {
    "oversize": "declared or accumulated length over the limit",
    "truncated": "the stream ended inside a frame",
    "bad_length": "a length that is none: not digits, a leading zero, negative, smaller than its own header",
    "bad_terminator": "no comma, CRLF or end of a frame where one must be",
    "overlong": "a varint or WebSocket length not minimal, too many bytes, or too large for its type",
    "bad_code": "a COBS code that points past its frame",
    "bad_json": "a line that is not JSON",
    "bad_mask": "a WebSocket frame masked where it must not be, or the other way round",
    "reserved_bits": "a reserved bit of a WebSocket frame is set",
    "bad_opcode": "a WebSocket opcode that is reserved",
    "bad_control": "a WebSocket control frame in fragments, or longer than 125 bytes",
    "bad_fragment": "a WebSocket continuation of nothing, or a new message inside another",
    "bad_type": "an unknown type of a RESP value",
    "unframable": "encode only: the message would come back as something else",
}
KINDS_ZH: Final[dict[str, str]] = {
    "oversize": "声明或累积的长度超过上限",
    "truncated": "流在帧的中间结束",
    "bad_length": "长度不合法：不是数字、有前导零、为负，或小于自身的头部",
    "bad_terminator": "该有逗号、CRLF 或帧结束标志的地方没有",
    "overlong": "varint 或 WebSocket 长度不是最短写法、字节太多，或超出其类型",
    "bad_code": "COBS 码指到了帧外",
    "bad_json": "这一行不是 JSON",
    "bad_mask": "WebSocket 帧该加掩码而未加，或不该加而加了",
    "reserved_bits": "WebSocket 帧的保留位为 1",
    "bad_opcode": "WebSocket 操作码属于保留值",
    "bad_control": "WebSocket 控制帧被分片，或超过 125 字节",
    "bad_fragment": "WebSocket 续帧前面没有起始帧，或一条消息未完又开始另一条",
    "bad_type": "RESP 值的类型未知",
    "unframable": "仅编码时：这条消息解码后会变成别的内容",
}


class FramingError(PrepError):
    """A stream that breaks its framing, or a message that cannot be framed.

    kind: a key of KINDS.
    said: what is wrong, in both languages; a rare kind is told in English only.
    messages: what was complete before the fault, in the call that raised it.
    declared: of an oversize from a length field of fixed width, (the length that was read, the bytes of its field).
    """

    def __init__(self, kind: str, what: str | Both, *, declared: tuple[int, int] | None = None) -> None:
        self.said = what if isinstance(what, Both) else Both(what, what)
        super().__init__(self.said.en)
        self.kind = kind
        self.messages: list[bytes] = []
        self.declared = declared


def quoted(data: bytes, limit: int = 16) -> str:
    r"""Bytes as text that is safe to show.

    >>> quoted(b"GET / HTTP/1.1\r\n\r\n")
    "'GET / HTTP/1.1\\r\\n'…"
    """
    return repr(data[:limit])[1:] + "…" * (len(data) > limit)


def in_bytes(count: int) -> str:
    """
    >>> in_bytes(1)
    '1 byte'
    """
    return f"{count} byte" if count == 1 else f"{count} bytes"
