"""A "length" that cannot be one, read back as the bytes that were really sent.

`Invalid receive (size = 1195725856 larger than 104857600)` in the log of Kafka is a browser: those four bytes are
`GET `. A reader of length-prefixed frames takes the first bytes of whatever arrives for a number, so the number still
says who called. It is looked at in both byte orders, since it is not known in which the reader read it.

Findings, the likeliest first: the beginning of a known protocol (big-endian before little-endian, which is read
backwards), a small length in the other byte order, beginnings that are too common to be sure, text of any kind, a
negative number read as unsigned, a number over the limits of real protocols.
"""

from dataclasses import dataclass
from typing import Final, Literal

from prep.errors import PrepError
from prep.net.framing.fault import in_bytes, quoted

ANY: Final = -1  # in a pattern: any byte


@dataclass(frozen=True, slots=True)
class Finding:
    """One reading of the number. endian: the order that it was read in, if this is what was sent; hex: the bytes in the
    order in which they were on the wire; text: the same for people; what, why: {"en", "zh"}; source: of the bytes."""

    code: str
    endian: Literal["big", "little"]
    hex: str
    text: str
    what: dict[str, str]
    why: dict[str, str]
    source: str | None


Row = tuple[str, tuple[bytes | str, ...], str, str, str]  # code, beginnings (a str is a pattern in hex), en, zh, source

SIGNATURES: Final[tuple[Row, ...]] = (
    (
        "http-request",
        (b"GET ", b"POST ", b"HEAD ", b"PUT ", b"DELETE ", b"OPTIONS ", b"PATCH ", b"CONNECT ", b"TRACE "),
        "an HTTP/1 request: a browser, a health check or a scanner called this port",
        "HTTP/1 请求：浏览器、健康检查或扫描器访问了此端口",
        "RFC 9112 §3, RFC 9110 §9.3",
    ),
    (
        "http-response",
        (b"HTTP/",),
        "an HTTP/1 response: the other side is a web server",
        "HTTP/1 响应：对端是 Web 服务器",
        "RFC 9112 §4",
    ),
    (
        "http2-preface",
        (b"PRI * HTTP/2.0\r\n",),
        "the preface of HTTP/2 (gRPC too): a client with prior knowledge",
        "HTTP/2 连接前言（gRPC 亦然）：客户端直接使用 HTTP/2",
        "RFC 9113 §3.4",
    ),
    (
        "tls-handshake",
        ("16 03 00", "16 03 01", "16 03 02", "16 03 03"),
        "a TLS handshake record, a ClientHello if a client sent it: one side speaks TLS, the other plain text",
        "TLS 握手记录，若来自客户端即 ClientHello：一端用 TLS，另一端用明文",
        "RFC 8446 §5.1, §4.1.2",
    ),
    (
        "tls-alert",
        ("15 03 00 00 02", "15 03 01 00 02", "15 03 02 00 02", "15 03 03 00 02"),
        "a TLS alert: the peer speaks TLS and did not like plain text",
        "TLS 告警：对端使用 TLS，拒绝了明文",
        "RFC 8446 §5.1, §6",
    ),
    ("ssh", (b"SSH-",), "the banner of SSH", "SSH 版本标识", "RFC 4253 §4.2"),
    (
        "smtp-client",
        (b"EHLO ", b"HELO "),
        "the greeting of an SMTP client",
        "SMTP 客户端问候",
        "RFC 5321 §4.1.1.1",
    ),
    (
        "mail-or-ftp-server",
        (b"220 ", b"220-"),
        "the greeting of an SMTP or FTP server",
        "SMTP 或 FTP 服务器问候",
        "RFC 5321 §4.2, RFC 959 §5.4",
    ),
    (
        "redis-request",
        ("2a 31 0d 0a", "2a 32 0d 0a", "2a 33 0d 0a", "2a 34 0d 0a", b"PING\r\n"),
        "a command of a Redis client",
        "Redis 客户端命令",
        "Redis serialization protocol specification",
    ),
    (
        "redis-reply",
        (b"+PONG", b"+OK\r\n", b"-ERR ", b"-NOAUTH", b"-DENIED"),
        "a reply of a Redis server",
        "Redis 服务器回复",
        "Redis serialization protocol specification",
    ),
    (
        "proxy-v1",
        (b"PROXY ",),
        "the header of the PROXY protocol: a load balancer in front sends it, the reader does not expect it",
        "PROXY 协议头（v1）：前方负载均衡器发送，读取方未预期",
        "HAProxy, The PROXY protocol, §2.1",
    ),
    (
        "proxy-v2",
        ("0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a",),
        "the signature of the PROXY protocol, version 2: a load balancer in front sends it",
        "PROXY 协议 v2 签名：前方负载均衡器发送",
        "HAProxy, The PROXY protocol, §2.2",
    ),
    ("amqp", (b"AMQP",), "the protocol header of AMQP (RabbitMQ)", "AMQP 协议头（RabbitMQ）", "AMQP 0-9-1 §4.2.2"),
    (
        "mqtt-connect",
        ("10 ?? 00 04 4d 51 54 54", "10 ?? 00 06 4d 51 49 73"),
        "the CONNECT packet of an MQTT client",
        "MQTT 客户端 CONNECT 报文",
        "MQTT 3.1.1 §3.1, MQTT 3.1 (MQIsdp)",
    ),
    (
        "postgresql-request",
        ("00 00 00 08 04 d2 16 2f", "04 d2 16 2f", "04 d2 16 2e", "04 d2 16 30"),
        "a PostgreSQL client: the code of an SSLRequest, CancelRequest or GSSENCRequest",
        "PostgreSQL 客户端：SSLRequest、CancelRequest 或 GSSENCRequest 代码",
        "PostgreSQL documentation, Message Formats (80877103, 80877102, 80877104)",
    ),
    (
        "postgresql-startup",
        ("00 00 00 ?? 00 03 00 00", "00 03 00 00"),
        "a PostgreSQL client: protocol version 3.0 of a startup message",
        "PostgreSQL 客户端：启动消息中的协议版本 3.0",
        "PostgreSQL documentation, Message Formats (196608)",
    ),
    ("vnc", (b"RFB 003.",), "the banner of VNC", "VNC 版本标识", "RFC 6143 §7.1.1"),
    ("gzip", ("1f 8b 08",), "gzip: compressed data, not decoded", "gzip 压缩数据，未解压", "RFC 1952 §2.3.1"),
    (
        "java",
        ("ac ed 00 05",),
        "a stream of serialized Java objects",
        "Java 序列化流",
        "Java Object Serialization §6.4",
    ),
    ("xml", (b"<?xml",), "an XML document", "XML 文档", "XML 1.0 §2.8"),
    ("html", (b"<!DOCTYPE", b"<!doctype", b"<html"), "an HTML page", "HTML 页面", "HTML Standard §13.1.1"),
    (
        "json",
        (b'{"', b'[{"', b'["', b"{\n", b"{\r\n"),
        "JSON without a length in front",
        "没有长度前缀的 JSON",
        "RFC 8259 §2",
    ),
    (
        "utf8-bom",
        ("ef bb bf",),
        "a byte order mark of UTF-8: text, from a file perhaps",
        "UTF-8 BOM：文本，可能来自文件",
        "RFC 3629 §6",
    ),
)
# Zeros are in many numbers: these come after a length in the wrong byte order.
COMMON: Final[tuple[Row, ...]] = (
    (
        "mysql-greeting",
        ("?? 00 00 00 0a", "?? 00 00 01"),
        "the header of a MySQL packet, as a server's greeting or a client's first answer: length of three bytes, "
        "little-endian, and a sequence number",
        "MySQL 包头（服务器问候或客户端首个应答）：三字节小端长度，再加序号",
        "MySQL Source Code Documentation, MySQL Packets; Protocol::HandshakeV10",
    ),
    ("rdp", ("03 00 00 ?? ?? e0",), "TPKT: a client of RDP", "TPKT：RDP 客户端", "RFC 1006 §6, MS-RDPBCGR §2.2.1.1"),
)
SMALL: Final = 1 << 16  # a length in the wrong byte order is told from other numbers when it is no longer than this
MIB: Final = 1 << 20
# The default limits of the docs: gRPC's maximum of a received message, Kafka's socket.request.max.bytes, Redis's
# proto-max-bulk-len. What only the largest of them lets through is worth a word.
LIMITS: Final = {"gRPC": 4 * MIB, "Kafka": 100 * MIB, "Redis": 512 * MIB}


def explain_length(number: int, width: int = 4) -> list[Finding]:
    """What a wrong length of so many bytes most likely was, the best reading first; empty where it looks like a length.
    A negative number is read as the signed one that it is. Raises PrepError."""
    if not 1 <= width <= 8:
        raise PrepError("a length has 1 to 8 bytes", where=f"width {width}")
    least, most = -(1 << 8 * width - 1), (1 << 8 * width) - 1
    if not least <= number <= most:
        where = number if number.bit_length() < 100 else f"a number of {number.bit_length()} bits"
        raise PrepError(f"not a number of {in_bytes(width)}, {least} to {most}", where=where)
    unsigned = number % (1 << 8 * width)
    big = unsigned.to_bytes(width, "big")
    common = _known(COMMON, big, 0) if big[0] and len(big) > 3 else []
    known = _known(SIGNATURES, big, 2)
    return [*known, *_swapped(big), *common, *_text(big, known), *_signed(big), *_large(big)]


def _known(rows: tuple[Row, ...], big: bytes, least: int) -> list[Finding]:
    orders: tuple[tuple[Literal["big", "little"], bytes], ...] = (("big", big), ("little", big[::-1]))
    found = []
    for endian, sent in orders:
        for code, beginnings, en, zh, source in rows:
            for beginning in beginnings:
                if _begins(sent, _pattern(beginning), least):
                    why = {
                        "en": f"{_hex(sent)} is how it begins: {quoted(_plain(beginning, sent))}",
                        "zh": f"{_hex(sent)} 正是其开头：{quoted(_plain(beginning, sent))}",
                    }
                    found.append(_finding(code, endian, sent, {"en": en, "zh": zh}, why, source))
                    break
    return found


def _pattern(beginning: bytes | str) -> list[int]:
    if isinstance(beginning, bytes):
        return list(beginning)
    return [ANY if pair == "??" else int(pair, 16) for pair in beginning.split()]


def _plain(beginning: bytes | str, sent: bytes) -> bytes:
    return beginning if isinstance(beginning, bytes) else sent


def _begins(sent: bytes, pattern: list[int], least: int) -> bool:
    """Do they agree as far as both go: in the whole pattern, or in so many bytes of it that are not zero?"""
    both = [(byte, wanted) for byte, wanted in zip(sent, pattern, strict=False) if wanted != ANY]
    enough = len(sent) >= len(pattern) or sum(wanted > 0 for _, wanted in both) >= least
    return enough and len(sent) > 1 and all(byte == wanted for byte, wanted in both)


def _swapped(big: bytes) -> list[Finding]:
    number, other = int.from_bytes(big), int.from_bytes(big, "little")
    if not big[0] or other >= number or other > min(SMALL, 1 << 8 * len(big) // 2):
        return []
    what = {"en": f"{other} in the other byte order", "zh": f"另一种字节序下的 {other}"}
    why = {
        "en": f"{_hex(big)} is {number} big-endian and {other} little-endian: one side forgot htonl, or its inverse",
        "zh": f"{_hex(big)} 按大端是 {number}，按小端是 {other}：有一端忘了 htonl 或 ntohl",
    }
    return [_finding("byte-order", "big", big, what, why, "RFC 791 Appendix B")]


def _text(big: bytes, known: list[Finding]) -> list[Finding]:
    if known or len(big) < 2 or not all(0x20 <= byte <= 0x7E or byte in b"\t\r\n" for byte in big):
        return []
    what = {"en": "text: the sender writes no length", "zh": "文本：发送方没有写长度"}
    why = {
        "en": f"every byte is printable ASCII: {quoted(big)}, or {quoted(big[::-1])} if it was read as little-endian",
        "zh": f"每个字节都是可打印 ASCII：{quoted(big)}；若按小端读取则为 {quoted(big[::-1])}",
    }
    return [_finding("text", "big", big, what, why, "RFC 20")]


def _signed(big: bytes) -> list[Finding]:
    signed = int.from_bytes(big, signed=True)
    if signed >= 0 or signed < -SMALL:
        return []
    bits = 8 * len(big)
    what = {"en": f"{signed} as a signed number of {bits} bits", "zh": f"{bits} 位有符号数 {signed}"}
    why = {
        "en": f"{_hex(big)} has its top bit set: an error code or a null (-1) as a length, or a length that overflowed",
        "zh": f"{_hex(big)} 最高位为 1：错误码或空值（-1）被当作长度发送，或长度溢出",
    }
    return [_finding("negative", "big", big, what, why, "two's complement")]


def _large(big: bytes) -> list[Finding]:
    number = int.from_bytes(big)
    over = [f"{name} {limit // MIB} MiB" for name, limit in LIMITS.items() if number > limit]
    within = [f"{name} {limit // MIB} MiB" for name, limit in LIMITS.items() if number <= limit]
    if len(within) > 1:
        return []
    what = {"en": "too large for a message", "zh": "作为消息长度过大"}
    if within:
        what = {"en": "too large for most protocols", "zh": "对多数协议来说过大"}
    size = f"{number / 2**30:.1f} GiB" if number >= 1 << 30 else f"{number // MIB} MiB"
    but = {"en": "".join(f", not {one}" for one in within), "zh": "".join(f"，未超过 {one}" for one in within)}
    why = {
        "en": f"{number} bytes are {size}, over default limits ({', '.join(over)}{but['en']}): a reader must refuse a "
        "length over its own before it takes memory for it",
        "zh": f"{number} 字节即 {size}，超过常见默认上限（{'、'.join(over)}{but['zh']}）：读取方必须在分配内存之前"
        "拒绝超过自己上限的长度",
    }
    return [_finding("too-large", "big", big, what, why, None)]


def _hex(data: bytes) -> str:
    return data.hex(" ")


def _finding(
    code: str,
    endian: Literal["big", "little"],
    sent: bytes,
    what: dict[str, str],
    why: dict[str, str],
    source: str | None,
) -> Finding:
    return Finding(code, endian, sent.hex(), quoted(sent), what, why, source)
