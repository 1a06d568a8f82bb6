"""Protocols that frame their messages by one of the schemes, as a table.

A preset is a scheme with the numbers of a protocol; each number can be given anew, `decoder("grpc", strip=0)`. Its
largest frame is the protocol's own, or the default of its best-known implementation.
"""

from typing import Any, Final, NamedTuple

MIB: Final = 1 << 20


class Preset(NamedTuple):
    """A protocol: a scheme with these parameters."""

    name: str
    scheme: str
    params: dict[str, Any]
    what: str
    what_zh: str
    source: str


_PRESETS: Final = (
    Preset(
        "grpc",
        "length",
        {"offset": 1, "width": 4, "strip": 5, "max": 5 + 4 * MIB},
        "gRPC message: flag, length; the flag (1: compressed) is taken off, strip=0 keeps it",
        "gRPC 消息：标志、长度；去掉压缩标志，strip=0 则保留",
        "grpc/doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message; default receive limit 4 MiB",
    ),
    Preset(
        "postgresql",
        "length",
        {"offset": 1, "width": 4, "adjust": -4, "strip": 0, "max": 1 + (1 << 30) - 1},
        "PostgreSQL message: type, length that counts itself; delivered whole. A startup message has no type",
        "PostgreSQL 消息：类型、长度（含自身）；整体交付。启动消息没有类型字节",
        "PostgreSQL documentation, Message Formats; MaxAllocSize",
    ),
    Preset(
        "mysql",
        "length",
        {"offset": 0, "width": 3, "endian": "little", "adjust": 1, "strip": 0, "max": 4 + (1 << 24) - 1},
        "MySQL packet: length, sequence number that it does not count; delivered whole",
        "MySQL 包：长度、不计入长度的序号；整体交付",
        "MySQL Source Code Documentation, MySQL Packets",
    ),
    Preset(
        "dns",
        "length",
        {"offset": 0, "width": 2, "strip": 2, "max": 2 + 65535},
        "DNS over TCP: two bytes of length",
        "DNS over TCP：两字节长度",
        "RFC 1035 §4.2.2, RFC 7766 §8",
    ),
    Preset(
        "kafka",
        "length",
        {"offset": 0, "width": 4, "strip": 4, "max": 4 + 104_857_600},
        "Kafka request or response: four bytes of size",
        "Kafka 请求或响应：四字节长度",
        "Kafka protocol guide, RequestOrResponse; socket.request.max.bytes",
    ),
    Preset(
        "http2",
        "length",
        {"offset": 0, "width": 3, "adjust": 6, "strip": 0, "max": 9 + (1 << 14)},
        "HTTP/2 frame: length of the payload, six more bytes of header; delivered whole. Not the connection preface",
        "HTTP/2 帧：载荷长度，另有六字节头部；整体交付。不含连接前言",
        "RFC 9113 §4.1, SETTINGS_MAX_FRAME_SIZE §6.5.2",
    ),
    Preset(
        "tls",
        "length",
        {"offset": 3, "width": 2, "strip": 0, "max": 5 + (1 << 14) + 2048},
        "TLS record: type, version, length; delivered whole",
        "TLS 记录：类型、版本、长度；整体交付",
        "RFC 5246 §6.2.3, RFC 8446 §5.2 (2^14 + 256)",
    ),
    Preset(
        "bgp",
        "length",
        {"offset": 16, "width": 2, "adjust": -18, "strip": 0, "max": 4096, "least": 19},
        "BGP message: marker of 16 bytes, length of all, type; 19 to 4096 bytes, delivered whole",
        "BGP 消息：16 字节标记、总长度、类型；19 到 4096 字节，整体交付",
        "RFC 4271 §4.1",
    ),
    Preset(
        "tpkt",
        "length",
        {"offset": 2, "width": 2, "adjust": -4, "strip": 0, "max": 65535},
        "TPKT, under RDP and S7: version, a byte, length of all; delivered whole",
        "TPKT（RDP、S7 之下）：版本、保留字节、总长度；整体交付",
        "RFC 1006 §6",
    ),
    Preset(
        "amqp",
        "length",
        {"offset": 3, "width": 4, "adjust": 1, "strip": 0, "max": 131_072, "end": b"\xce"},
        "AMQP 0-9-1 frame: type, channel, size, payload, end byte CE; delivered whole",
        "AMQP 0-9-1 帧：类型、通道、长度、载荷、结束字节 CE；整体交付",
        "AMQP 0-9-1 §4.2.3; RabbitMQ's frame_max",
    ),
    Preset(
        "lines",
        "delimiter",
        {"delimiters": (b"\n", b"\r\n")},
        "lines of text, ended by LF or CRLF",
        "文本行，以 LF 或 CRLF 结尾",
        "Netty's Delimiters.lineDelimiter",
    ),
    Preset(
        "crlf",
        "delimiter",
        {"delimiters": (b"\r\n",), "max": 998},
        "lines ended by CRLF, as in SMTP, FTP and IRC",
        "以 CRLF 结尾的行（SMTP、FTP、IRC）",
        "RFC 5321 §4.5.3.1.6 (a text line, 1000 bytes with its CRLF)",
    ),
    Preset(
        "protobuf",
        "varint",
        {"max_bytes": 5, "strict": False},
        "protobuf messages, each behind its length (writeDelimitedTo)",
        "protobuf 消息，前置长度（writeDelimitedTo）",
        "protobuf documentation, Encoding; it takes varints that are longer than need be",
    ),
    Preset(
        "redis",
        "resp",
        {"max": 512 * MIB, "max_total": 1 << 30},
        "Redis commands and replies, RESP2",
        "Redis 命令与回复（RESP2）",
        "Redis serialization protocol specification; proto-max-bulk-len, client-query-buffer-limit",
    ),
    Preset(
        "ndjson",
        "jsonl",
        {},
        "one JSON text a line",
        "每行一个 JSON",
        "https://github.com/ndjson/ndjson-spec; RFC 8259",
    ),
)
PRESETS: Final[dict[str, Preset]] = {row.name: row for row in _PRESETS}
