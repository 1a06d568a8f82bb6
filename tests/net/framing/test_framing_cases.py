"""What each scheme makes of a stream: the shared cases, and a table of our own."""

import json
from pathlib import Path
from typing import Any

import pytest

from prep.net.framing import KINDS, FramingError, decoder
from prep.net.framing.fault import KINDS_ZH

SHARED = Path(__file__).parents[4] / "shared" / "cases" / "framing_cases.json"
CASES = json.loads(SHARED.read_text("utf-8"))["cases"] if SHARED.exists() else []
IN_HEX = {"delimiters", "pad", "strip_pad", "key"}


def from_hex(name: str, value: Any) -> Any:
    if name not in IN_HEX:
        return value
    return [bytes.fromhex(one) for one in value] if isinstance(value, list) else bytes.fromhex(value)


def decode(scheme: str, params: dict[str, Any], chunks: list[bytes], eof: bool = True) -> tuple[Any, ...]:
    codec, messages = decoder(scheme, **params), list[bytes]()
    try:
        for chunk in chunks:
            messages += codec.feed(chunk)
        if eof:
            codec.end()
    except FramingError as fault:
        rest = codec.pending if fault.kind == "truncated" else None
        return messages + fault.messages, fault.kind, rest
    return messages, None, codec.pending


def one_by_one(stream: bytes) -> list[bytes]:
    return [stream[at : at + 1] for at in range(len(stream))]


@pytest.mark.skipif(not CASES, reason="the shared cases are not here")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_stream_of_the_shared_cases_in_its_chunks_in_one_and_byte_by_byte(case: dict[str, Any]) -> None:
    params = {name: from_hex(name, value) for name, value in case["params"].items()}
    chunks = [bytes.fromhex(chunk) for chunk in case["chunks"]]
    expected = [bytes.fromhex(message) for message in case["expect"]]
    rest = bytes.fromhex(case["leftover"]) if "leftover" in case else None

    for way in (chunks, [b"".join(chunks)], one_by_one(b"".join(chunks))):
        assert decode(case["scheme"], params, way, case["eof"]) == (expected, case.get("error"), rest)


WS = {"masked": False}
CRLF = {"delimiters": [b"\r\n"], "max": 3}
UNIVERSAL = {"delimiters": [b"\n", b"\r\n", b"\r"], "max": 3}
LONG = {"delimiters": [b"ab", b"abab"], "max": 9}

# scheme, parameters, stream, messages, kind of error, rest (None where the error is not `truncated`)
OURS: list[tuple[str, dict[str, Any], bytes, list[bytes], str | None, bytes | None]] = [
    ("length", {}, b"\0\0\0\2hi\0\0\0\0", [b"hi", b""], None, b""),
    ("length", {"max": 8}, b"\0\0\0\1x\0\0\0\5", [b"x"], "oversize", None),
    ("length", {"width": 8}, b"\xff" * 8, [], "oversize", None),
    ("length", {"adjust": -4}, b"\0\0\0\3", [], "bad_length", None),
    ("length", {"strip": 6}, b"\0\0\0\1x", [], "bad_length", None),
    ("length", {"width": 3, "endian": "little"}, b"\2\0\0hi\1", [b"hi"], "truncated", b"\1"),
    ("grpc", {}, b"\0\0\0\0\2hi", [b"hi"], None, b""),
    ("grpc", {"strip": 0}, b"\1\0\0\0\2hi", [b"\1\0\0\0\2hi"], None, b""),
    ("mysql", {}, b"\1\0\0\0\x0e", [b"\1\0\0\0\x0e"], None, b""),
    ("http2", {}, b"\0\0\0\4\0\0\0\0\0", [b"\0\0\0\4\0\0\0\0\0"], None, b""),
    ("tpkt", {}, b"\3\0\0\7abc", [b"\3\0\0\7abc"], None, b""),
    ("bgp", {}, b"\xff" * 16 + b"\0\x13\4", [b"\xff" * 16 + b"\0\x13\4"], None, b""),
    ("amqp", {}, b"\x08\0\0\0\0\0\0\xce", [b"\x08\0\0\0\0\0\0\xce"], None, b""),
    ("bgp", {}, b"\xff" * 16 + b"\0\x12", [], "bad_length", None),
    (
        "amqp",
        {},
        b"\x08\0\0\0\0\0\0\xce" * 2 + b"\x08\0\0\0\0\0\0\xcd",
        [b"\x08\0\0\0\0\0\0\xce"] * 2,
        "bad_terminator",
        None,
    ),
    ("length", {"width": 1, "end": b"\r\n"}, b"\3a\r\n\2\r\n\1", [b"a\r\n", b"\r\n"], "bad_length", None),
    ("length", {"width": 1, "least": 3}, b"\2hi\1x", [b"hi"], "bad_length", None),
    ("delimiter", CRLF, b"abc\r\n\r\n", [b"abc", b""], None, b""),
    ("delimiter", CRLF, b"abc\r", [], "truncated", b"abc\r"),
    ("delimiter", CRLF, b"a\nb\r\n", [b"a\nb"], None, b""),
    ("delimiter", CRLF, b"a\r\rb", [], "oversize", None),
    ("delimiter", CRLF, b"\r\r\r\r\n", [b"\r\r\r"], None, b""),
    ("delimiter", CRLF, b"abcd\r\n", [], "oversize", None),
    ("delimiter", UNIVERSAL, b"a\rb\r\nc\n\n\r", [b"a", b"b", b"c", b"", b""], None, b""),
    ("delimiter", UNIVERSAL, b"abc\rdef\n\r\n", [b"abc", b"def", b""], None, b""),
    ("delimiter", LONG, b"xabab", [b"x"], None, b""),
    ("delimiter", LONG, b"xababab", [b"x", b""], None, b""),
    ("delimiter", LONG, b"xabac", [b"x"], "truncated", b"ac"),
    ("delimiter", LONG, b"xaba", [b"x"], "truncated", b"a"),
    ("delimiter", {"delimiters": [b"\n"], "max": 0}, b"\n\nx", [b"", b""], "oversize", None),
    ("fixed", {"size": 2}, b"abcde", [b"ab", b"cd"], "truncated", b"e"),
    ("fixed", {"size": 4, "strip_pad": b"\0"}, b"ab\0\0\0\0\0\0", [b"ab", b""], None, b""),
    ("varint", {"max": 1 << 32}, b"\xff\xff\xff\xff\x10", [], "overlong", None),
    ("varint", {"strict": False}, b"\x80" * 5, [], "overlong", None),
    ("varint", {"strict": False}, b"\x82\x80\x00hi", [b"hi"], None, b""),
    ("varint", {}, b"\x82\x00hi", [], "overlong", None),
    ("varint", {"max": 5}, b"\x06", [], "oversize", None),
    ("varint", {"max_bytes": 10}, b"\xff" * 9 + b"\x02", [], "overlong", None),
    ("varint", {"max_bytes": 10}, b"\xff" * 9 + b"\x01", [], "oversize", None),
    ("netstring", {}, b"5:hello,0:,", [b"hello", b""], None, b""),
    ("netstring", {}, b":,", [], "bad_length", None),
    ("netstring", {}, b"+1:x,", [], "bad_length", None),
    ("netstring", {}, b" 1:x,", [], "bad_length", None),
    ("netstring", {}, b"00:,", [], "bad_length", None),
    ("netstring", {}, b"1:x;", [], "bad_terminator", None),
    ("netstring", {"max": 99}, b"100", [], "oversize", None),
    ("netstring", {"max": 99}, b"999999999x", [], "oversize", None),
    ("tlv", {"max": 1}, b"\7\0\1a\7\0\2", [b"\7a"], "oversize", None),
    ("tlv", {"type_width": 2, "len_width": 1, "endian": "little"}, b"\1\2\1a", [b"\1\2a"], None, b""),
    ("chunked", {}, b"4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n", [b"Wikipedia"], None, b""),
    ("chunked", {}, b'A;x="y" ;z\r\n0123456789\r\n000\r\nT: 1\r\n\r\n0\r\n\r\n', [b"0123456789", b""], None, b""),
    ("chunked", {}, b"1 \t;x\r\na\r\n0\r\n\r\n", [b"a"], None, b""),
    ("chunked", {}, b"1\r\na\r\n0\r\n", [], "truncated", b""),
    ("chunked", {}, b"1\r\na\r\n0\r\nT: 1\r", [], "truncated", b"T: 1\r"),
    *(
        ("chunked", {}, line + b"\r\na\r\n0\r\n\r\n", [], "bad_length", None)
        for line in (
            b"0x1",
            b"1_0",
            b"+1",
            b"-1",
            b" 1",
            b"1 ",
            b"",
            b"g",
            b"1 2",
            b"\xd9\xa1",
            b";x",
            b"1;\0",
            b"1;\x0b",
        )
    ),
    ("chunked", {}, b"1\na\r\n", [], "bad_terminator", None),
    ("chunked", {}, b"1;\rx\r\na\r\n", [], "bad_terminator", None),
    ("chunked", {}, b"1\r\nab\r\n", [], "bad_terminator", None),
    ("chunked", {}, b"1\r\na\r\r\n", [], "bad_terminator", None),
    *(
        ("chunked", {}, b"0\r\n" + line + b"\r\n\r\n", [], "bad_terminator", None)
        for line in (b"T: 1\n", b"T", b"0", b"T : 1", b" T: 1", b": 1", b"T: \0", b"T: \r1")
    ),
    ("chunked", {"max": 3}, b"2\r\nab\r\n2\r\n", [], "oversize", None),
    ("chunked", {"max_line": 4}, b"1;xyz", [], "oversize", None),
    ("chunked", {"max_line": 4}, b"1;xy\r\na\r\n0\r\na: de", [], "oversize", None),
    ("chunked", {}, b"0\r\n" + b"x: y\r\n" * 64 + b"\r\n", [b""], None, b""),
    ("chunked", {}, b"0\r\n" + b"x: y\r\n" * 65, [], "oversize", None),
    ("websocket", WS, b"\x82\x02hi", [b"hi"], None, b""),
    ("websocket", WS, b"\x01\x01h\x89\x01?\x80\x01i\x88\x00", [b"hi"], None, b""),
    ("websocket", WS, b"\x01\x01h", [], "truncated", b""),
    ("websocket", WS, b"\x01\x00\x80\x00", [b""], None, b""),
    ("websocket", WS, b"\x82\x82", [], "bad_mask", None),
    ("websocket", {"masked": True}, b"\x82\x02", [], "bad_mask", None),
    ("websocket", WS, b"\xc2\x02", [], "reserved_bits", None),
    ("websocket", WS, b"\x83\x00", [], "bad_opcode", None),
    ("websocket", WS, b"\x8b\x00", [], "bad_opcode", None),
    ("websocket", WS, b"\x09\x00", [], "bad_control", None),
    ("websocket", WS, b"\x89\x7e\x00\x7e", [], "bad_control", None),
    ("websocket", WS, b"\x80\x00", [], "bad_fragment", None),
    ("websocket", WS, b"\x01\x00\x82\x00", [], "bad_fragment", None),
    ("websocket", WS, b"\x82\x7e\x00\x7d", [], "overlong", None),
    ("websocket", WS, b"\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff", [], "overlong", None),
    ("websocket", WS, b"\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00", [], "overlong", None),
    ("websocket", WS | {"max": 2}, b"\x01\x02hi\x80\x01", [], "oversize", None),
    ("websocket", WS | {"max": 0}, b"\x89\x01?\x82\x00", [b""], None, b""),
    ("resp", {}, b"*2\r\n$-1\r\n*1\r\n:1\r\n+\r\n", [b"*2\r\n$-1\r\n*1\r\n:1\r\n", b"+\r\n"], None, b""),
    ("resp", {}, b"*2\r\n:1\r\n", [], "truncated", b"*2\r\n:1\r\n"),
    ("resp", {}, b"PING\r\n", [], "bad_type", None),
    ("resp", {}, b"*1\r\n%1\r\n", [], "bad_type", None),
    *(
        ("resp", {}, kind + length + b"\r\n", [], "bad_length", None)
        for kind in (b"$", b"*")
        for length in (b"-2", b"+1", b"01", b"", b" 1", b"1 ", b"x", b"-01", b"\xd9\xa1")
    ),
    ("resp", {}, b"$1\r\nab\r\n", [], "bad_terminator", None),
    ("resp", {}, b"$1\r\na\n", [], "bad_terminator", None),
    ("resp", {}, b"+OK\n", [], "bad_terminator", None),
    ("resp", {}, b"+O\rK\r\n", [], "bad_terminator", None),
    ("resp", {"max": 9}, b"*10\r\n", [], "oversize", None),
    ("resp", {"max": 9}, b"$-1\r\n$10\r\n", [b"$-1\r\n"], "oversize", None),
    ("resp", {}, b"$" + b"9" * 5000 + b"\r\n", [], "oversize", None),
    ("resp", {"max_depth": 1}, b"*1\r\n*0\r\n*1\r\n*1\r\n", [b"*1\r\n*0\r\n"], "oversize", None),
    ("resp", {"max_total": 12}, b"*2\r\n$1\r\na\r\n:22\r\n", [], "oversize", None),
    ("resp", {"max_line": 2}, b"+ok\r\n+oke", [b"+ok\r\n"], "oversize", None),
    ("jsonl", {}, b'{"a": 1}\r\n\n\r\n 2 \n', [b'{"a": 1}', b" 2 "], None, b""),
    ("jsonl", {}, b"1\n2", [b"1"], "truncated", b"2"),
    *(
        ("jsonl", {}, line + b"\n", [], "bad_json", None)
        for line in (
            b"NaN",
            b"-Infinity",
            b"{",
            b"'a'",
            b"\xff",
            b"\xef\xbb\xbf1",
            b" ",
            b"1 2",
            b'"\x01"',
            b"[" * 9999,
        )
    ),
    ("jsonl", {}, b"1" * 9999 + b"\n", [b"1" * 9999], None, b""),
    ("jsonl", {"max": 3}, b"123\r\n1234", [b"123"], "oversize", None),
    ("cobs", {}, b"\3hi\0\1\1\0\0\1\0", [b"hi", b"\0", b""], None, b""),
    ("cobs", {}, b"\xff" + b"x" * 254 + b"\0", [b"x" * 254], None, b""),
    ("cobs", {}, b"\xff" + b"x" * 254 + b"\1\0", [b"x" * 254], None, b""),
    ("cobs", {}, b"\3h\0", [], "bad_code", None),
    ("cobs", {"max": 3}, b"\4abc\0\5abcd", [b"abc"], "oversize", None),
    ("cobs", {"max": 3}, b"\1\1\1\1\0", [b"\0\0\0"], None, b""),
]


@pytest.mark.parametrize(("scheme", "params", "stream", "messages", "kind", "rest"), OURS)
def test_a_stream_in_one_chunk_and_byte_by_byte(
    scheme: str, params: dict[str, Any], stream: bytes, messages: list[bytes], kind: str | None, rest: bytes | None
) -> None:
    assert decode(scheme, params, [stream]) == (messages, kind, rest)
    assert decode(scheme, params, one_by_one(stream)) == (messages, kind, rest)


@pytest.mark.parametrize(
    ("scheme", "params", "header"),
    [
        ("length", {"max": 9}, b"\0\0\0\6"),
        ("varint", {"max": 9}, b"\x0a"),
        ("netstring", {"max": 9}, b"10"),
        ("tlv", {"max": 9}, b"\1\0\x0a"),
        ("chunked", {"max": 9}, b"a\r\n"),
        ("websocket", {"max": 9}, b"\x82\x0a"),
        ("resp", {"max": 9}, b"$10\r\n"),
        ("resp", {"max": 9}, b"*10\r\n"),
        ("delimiter", {"max": 9}, b"0123456789"),
        ("jsonl", {"max": 9}, b"0123456789"),
        ("cobs", {"max": 9}, b"\x0b0123456789"),
    ],
)
def test_oversize_is_raised_by_the_byte_that_shows_it_and_not_before(
    scheme: str, params: dict[str, Any], header: bytes
) -> None:
    codec = decoder(scheme, **params)
    assert codec.feed(header[:-1]) == []
    with pytest.raises(FramingError) as fault:
        codec.feed(header[-1:])
    assert fault.value.kind == "oversize"


def test_a_fault_quotes_what_was_seen_within_limits_and_without_control_codes() -> None:
    with pytest.raises(FramingError) as fault:
        decoder("netstring").feed(b"\x1b[2J\x9b" + b"x" * 1000)
    assert str(fault.value) == r"a netstring begins with digits and a colon, not '\x1b'"
    with pytest.raises(FramingError) as fault:
        decoder("jsonl").feed(b"\x1b[2J" + b"x" * 1000 + b"\n")
    assert "\x1b" not in str(fault.value)
    assert len(str(fault.value)) < 120


def said(scheme: str, stream: bytes, **params: Any) -> FramingError:
    codec = decoder(scheme, **params)
    try:
        codec.feed(stream)
        codec.end()
    except FramingError as fault:
        return fault
    pytest.fail("no fault")


def test_a_length_that_is_too_large_is_told_with_its_frame_and_the_bytes_it_was_read_from() -> None:
    line = "a length of 1195725856 makes a frame of 1195725860 bytes, over the limit of 1048576; read from 'GET '"
    assert str(said("length", b"GET / HTTP/1.1\r\n")) == line


@pytest.mark.parametrize(
    ("scheme", "params", "stream", "declared"),
    [
        ("length", {}, b"GET ", (0x47455420, 4)),
        ("length", {"endian": "little", "width": 8}, b"GET / HT", (0x5448202F20544547, 8)),
        ("grpc", {}, b"\0GET ", (0x47455420, 4)),
        ("tlv", {"max": 9}, b"\1GE", (0x4745, 2)),
        ("netstring", {}, b"9999999", None),
        ("varint", {}, b"\xff\xff\xff\xff\1", None),
        ("delimiter", {"max": 2}, b"GET ", None),
    ],
)
def test_a_length_field_that_is_too_large_is_kept_with_its_width_for_who_explains_it(
    scheme: str, params: dict[str, Any], stream: bytes, declared: tuple[int, int] | None
) -> None:
    codec = decoder(scheme, **params)
    for data in (stream, b""):  # and again, since a decoder that has failed fails again
        with pytest.raises(FramingError) as fault:
            codec.feed(data)
        assert (fault.value.kind, fault.value.declared) == ("oversize", declared)


@pytest.mark.parametrize(
    ("scheme", "params", "stream", "line"),
    [
        ("length", {"strip": 6}, b"\0\0\0\1x", "a length of 1 makes a frame of 5 bytes, shorter than the 6 that are"),
        ("length", {"adjust": -4}, b"\0\0\0\3", "a length of 3 makes a frame of 3 bytes, shorter than its header of 4"),
        ("length", {"width": 1}, b"\2x", "'\\x02x' (2 bytes)"),
        ("length", {}, b"\2", "'\\x02' (1 byte)"),
        ("netstring", {}, b"1:x;", "a netstring of 1 byte must end"),
        ("netstring", {"max": 0}, b"1", "a length of 1 byte is over the limit of 0"),
        ("delimiter", {"max": 1}, b"ab", "no end after 1 byte, the limit"),
        ("cobs", {}, b"\3h\0", "code 3 has only 1 byte behind it"),
        ("websocket", {"max": 0}, b"\x82\1", "a frame of 1 byte takes"),
    ],
)
def test_a_fault_counts_in_english(scheme: str, params: dict[str, Any], stream: bytes, line: str) -> None:
    assert line in str(said(scheme, stream, **params))


def test_every_kind_of_fault_has_its_meaning_in_both_languages() -> None:
    assert KINDS.keys() == KINDS_ZH.keys()
    assert all(meaning.isascii() for meaning in KINDS.values())
    assert not any(meaning.isascii() for meaning in KINDS_ZH.values())
