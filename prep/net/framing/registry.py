"""The schemes and their parameters as a table, and a codec from it.

Defaults. `max` is 1 MiB: sixteen times asyncio's 64 KiB, which people run into, a quarter of gRPC's 4 MiB, and small
enough for a thousand hostile connections in 1 GiB. The line limits are those of Redis for an inline request (64 KiB)
and of nginx for a header line (8 KiB). A limit is checked before the bytes are there, so a large one costs nothing by
itself.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from prep.errors import PrepError, did_you_mean
from prep.net.framing.chunked import Chunked
from prep.net.framing.codec import Codec
from prep.net.framing.counted import Fixed, Netstring, Tlv, Varint
from prep.net.framing.delimited import Cobs, Delimiter, JsonLines
from prep.net.framing.length_field import Length
from prep.net.framing.params import Param, checked, read
from prep.net.framing.presets import PRESETS
from prep.net.framing.resp import Resp
from prep.net.framing.websocket import WebSocket


class Framer(NamedTuple):
    """A scheme. overhead: bytes a message, as text. resyncs: a reader that lost its place finds the next message."""

    name: str
    codec: type[Codec]
    params: tuple[Param, ...]
    what: str
    what_zh: str
    users: str
    overhead: str
    resyncs: bool


MIB: Final = 1 << 20
MAX: Final = Param("max", "int", MIB, "the longest message, in bytes")
ENDIAN: Final = Param("endian", "endian", "big", "byte order of the length, big (network order) or little")

_ROWS: Final = (
    Framer(
        "fixed",
        Fixed,
        (
            Param("size", "int", 32, "bytes of every record", 1, 1 << 30),
            Param("pad", "bytes", b"\0", "what encode fills up with, one byte", 1, 1),
            Param("strip_pad", "bytes", b"", "what decode takes off the end, one byte or none", 0, 1),
        ),
        "records of one agreed size, shorter ones padded",
        "事先约定的定长记录，不足的补齐",
        "legacy records, tar's 512-byte blocks",
        "the padding",
        False,
    ),
    Framer(
        "delimiter",
        Delimiter,
        (
            Param(
                "delimiters",
                "list",
                (b"\n",),
                "what may end a message; encode writes the first that begins no other",
                1,
                64,
            ),
            MAX._replace(what="the longest message, in bytes, its delimiter not counted"),
        ),
        "a mark at the end that must not be in the message",
        "以分隔符结尾，消息内不得出现分隔符",
        "SMTP, FTP, IRC, syslog over TCP",
        "1-2",
        True,
    ),
    Framer(
        "length",
        Length,
        (
            Param("offset", "int", 0, "bytes before the length", 0, 1 << 16),
            Param("width", "int", 4, "bytes of the length", 1, 8),
            ENDIAN,
            Param("adjust", "int", 0, "added to the length to get the bytes after it", -(1 << 62)),
            Param("strip", "int", None, "bytes taken off the front of a frame; offset + width if not given"),
            MAX._replace(what="the longest frame, in bytes, with its header", least=1),
            Param("least", "int", 0, "the shortest frame, in bytes, with its header", 0, 1 << 16),
            Param("end", "bytes", b"", "what every frame ends with; its length counts it, or adjust does", 0, 64),
        ),
        "a length of fixed width in front",
        "前置定宽长度字段",
        "DNS over TCP, Kafka, PostgreSQL, MySQL, gRPC, TLS records",
        "1-8",
        False,
    ),
    Framer(
        "varint",
        Varint,
        (
            MAX,
            Param("max_bytes", "int", 5, "the longest varint; up to 5 bytes it has 32 bits, above 64", 1, 10),
            Param("strict", "bool", True, "refuse a varint longer than it need be"),
        ),
        "a length of seven bits a byte in front",
        "前置变长长度（每字节 7 位）",
        "protobuf's delimited messages",
        "1-5",
        False,
    ),
    Framer(
        "netstring",
        Netstring,
        (MAX,),
        "the length as decimal digits, a colon, the message, a comma",
        "十进制长度、冒号、消息、逗号",
        "qmail's QMTP, SCGI",
        "3 and more, by the digits",
        False,
    ),
    Framer(
        "tlv",
        Tlv,
        (
            Param("type_width", "int", 1, "bytes of the type", 1, 8),
            Param("len_width", "int", 2, "bytes of the length", 1, 8),
            ENDIAN,
            MAX._replace(what="the longest value, in bytes"),
        ),
        "type, length, value; the message is the type and the value",
        "类型、长度、值；消息为类型加值",
        "TLS extensions, LDP, DHCP and RADIUS options",
        "1-8 and the type",
        False,
    ),
    Framer(
        "chunked",
        Chunked,
        (
            MAX._replace(what="the longest body, in bytes"),
            Param("max_line", "int", 8192, "the longest line of a size or a trailer, in bytes", 1),
        ),
        "chunks with hexadecimal sizes, an empty one at the end",
        "带十六进制长度的分块，空块结束",
        "HTTP/1.1 bodies of unknown length",
        "9 and more for one chunk",
        False,
    ),
    Framer(
        "websocket",
        WebSocket,
        (
            Param("masked", "bool", False, "frames must be masked, as a client's are; otherwise they must not be"),
            MAX._replace(what="the longest message, its fragments joined, in bytes"),
            Param("key", "bytes", bytes.fromhex("37fa213d"), "the masking key that encode uses, four bytes", 4, 4),
        ),
        "two bytes, a longer length where needed, a mask from clients",
        "两字节头，必要时扩展长度，客户端加掩码",
        "WebSocket",
        "2-14",
        False,
    ),
    Framer(
        "resp",
        Resp,
        (
            MAX._replace(what="the longest bulk string in bytes, and the most elements of an array"),
            Param("max_line", "int", 65536, "the longest line, in bytes", 1),
            Param("max_depth", "int", 16, "arrays in arrays", 0, 1000),
            Param("max_total", "int", 64 * MIB, "the longest value with all that it holds, in bytes", 1),
        ),
        "a type byte and a line; bulk strings and arrays with their length; the message is the raw value",
        "类型字节加一行；批量字符串与数组带长度；消息为完整原始值",
        "Redis",
        "6 and more for a bulk string",
        False,
    ),
    Framer(
        "jsonl",
        JsonLines,
        (MAX._replace(what="the longest line, in bytes"),),
        "one JSON text a line",
        "每行一个 JSON",
        "logs, NDJSON streams, MCP over stdio",
        "1 and the escapes",
        True,
    ),
    Framer(
        "cobs",
        Cobs,
        (MAX,),
        "zeros stuffed away, so that a zero ends the frame",
        "消除零字节，以零字节结束帧",
        "serial links, embedded devices",
        "2, and 1 for every 254",
        True,
    ),
)
FRAMERS: Final[dict[str, Framer]] = {row.name: row for row in _ROWS}


def find(scheme: str) -> tuple[Framer, dict[str, Any]]:
    """The scheme, or the preset's, with its numbers. Raises PrepError."""
    if scheme in PRESETS:
        preset = PRESETS[scheme]
        return FRAMERS[preset.scheme], dict(preset.params)
    if scheme not in FRAMERS:
        known = [*FRAMERS, *PRESETS]
        hint = did_you_mean(scheme, known, f"the schemes are {', '.join(FRAMERS)}")
        raise PrepError("no such scheme of framing", where=scheme, hint=hint)
    return FRAMERS[scheme], {}


def settle(scheme: str, given: Mapping[str, Any]) -> tuple[Framer, dict[str, Any]]:
    """The scheme with all its parameters, each checked. Raises PrepError."""
    framer, preset = find(scheme)
    for name in given:
        _param(framer, name)
    values = {param.name: param.default for param in framer.params} | preset | dict(given)
    derived = {param.name for param in framer.params if param.default is values[param.name] is None}
    settled = {param.name: checked(param, values[param.name]) for param in framer.params if param.name not in derived}
    if "strip" in derived:
        settled["strip"] = settled["offset"] + settled["width"]
    return framer, settled


def build(scheme: str, given: Mapping[str, Any]) -> Codec:
    """A fresh codec. Raises PrepError."""
    framer, params = settle(scheme, given)
    # `max` is a builtin's name, so a constructor calls it `limit`.
    return framer.codec(**{"limit" if name == "max" else name: value for name, value in params.items()})


def read_params(scheme: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Parameters from text: bytes in hex, lists of them with commas, yes or no, numbers. Raises PrepError.

    >>> read_params("delimiter", {"delimiters": "0d0a,0a", "max": "512"})
    {'delimiters': [b'\\r\\n', b'\\n'], 'max': 512}
    """
    framer, _ = find(scheme)
    params = {name: read(_param(framer, name), text) for name, text in given.items()}
    settle(scheme, params)
    return params


def _param(framer: Framer, name: str) -> Param:
    known = {param.name: param for param in framer.params}
    if name not in known:
        hint = did_you_mean(name, list(known), f"it has {', '.join(known)}")
        raise PrepError(f"no parameter of {framer.name}", where=name, hint=hint)
    return known[name]
