"""Other people's decoders as judges: h11, wsproto, asyncio's streams, re, json, and published examples."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import h11
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Message, TextMessage

from prep.net.framing import FramingError, decoder, encode

BODIES = st.lists(st.binary(max_size=300), max_size=5)


def all_of(scheme: str, stream: bytes, **params: Any) -> list[bytes] | str:
    """The messages, or the kind of error."""
    codec = decoder(scheme, **params)
    try:
        messages = codec.feed(stream)
        codec.end()
    except FramingError as fault:
        return fault.kind
    return messages


# ── chunked: h11 ──


def by_h11(stream: bytes) -> bytes | None:
    """The body of one response; None where h11 refuses it or it has no end."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + stream)
    body = bytearray()
    try:
        while not isinstance(event := connection.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA or event is h11.PAUSED:
                return None
            if isinstance(event, h11.Data):
                body += event.data
    except h11.RemoteProtocolError:
        return None
    return bytes(body)


@given(body=st.binary(max_size=300))
def test_h11_reads_the_chunked_body_that_encode_writes(body: bytes) -> None:
    assert by_h11(encode("chunked", body)) == body


@given(parts=BODIES, extension=st.sampled_from([b"", b";a", b";a=b", b'; a="b c"']), trailer=st.booleans())
def test_a_chunked_body_of_h11_comes_back(parts: list[bytes], extension: bytes, trailer: bool) -> None:
    server = h11.Connection(h11.SERVER)
    server.receive_data(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    server.next_event()
    server.next_event()
    server.send(h11.Response(status_code=200, headers=[("Transfer-Encoding", "chunked")]))
    written = [server.send(h11.Data(data=part)) or b"" for part in parts]
    end = server.send(h11.EndOfMessage(headers=[("X-T", "1")] if trailer else [])) or b""

    stream = b"".join(part.replace(b"\r\n", extension + b"\r\n", 1) for part in written) + end
    assert all_of("chunked", stream) == [b"".join(parts)]


TOKENS = [
    b"0",
    b"1",
    b"2",
    b"a",
    b"A",
    b"0x1",
    b"1_0",
    b"-1",
    b"+1",
    b" ",
    b"\t",
    b";x",
    b";x=1",
    b"\r\n",
    b"\n",
    b"\r",
    b"z",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=7).map(b"".join))
@example(b"1 \r\na\r\n0\r\n\r\n")
def test_what_is_taken_as_one_chunked_body_h11_reads_the_same(head: bytes) -> None:
    assume(not re.search(rb"[ \t];", head))  # BWS before an extension is good (RFC 9112 §7.1.1), and h11 knows none
    for stream in (head, head + b"\r\n0\r\n\r\n", b"1" + head + b"a\r\n0\r\n\r\n"):
        ours = all_of("chunked", stream)
        if isinstance(ours, list) and len(ours) == 1:
            assert by_h11(stream) == ours[0]


# ── WebSocket: wsproto ──

KEY = bytes.fromhex("37fa213d")


def by_wsproto(stream: bytes, masked: bool) -> list[bytes] | None:
    """The messages before the first fault or close; None where nothing but a fault was found."""
    connection = Connection(ConnectionType.SERVER if masked else ConnectionType.CLIENT)
    connection.receive_data(stream)
    messages, parts = list[bytes](), list[bytes]()
    for event in connection.events():
        if isinstance(event, CloseConnection):
            return None
        if isinstance(event, Message):
            parts.append(event.data.encode() if isinstance(event.data, str) else bytes(event.data))
            if event.message_finished:
                messages.append(b"".join(parts))
                parts = []
    return messages


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 70001])
def test_wsproto_reads_the_frame_that_encode_writes(masked: bool, size: int) -> None:
    message = bytes(range(256)) * (size // 256 + 1)
    assert by_wsproto(encode("websocket", message[:size], masked=masked), masked) == [message[:size]]


@given(parts=st.lists(st.binary(max_size=200), min_size=1, max_size=5), client=st.booleans(), text=st.booleans())
def test_a_fragmented_message_of_wsproto_comes_back(parts: list[bytes], client: bool, text: bool) -> None:
    writer = Connection(ConnectionType.CLIENT if client else ConnectionType.SERVER)
    stream = b""
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        event = TextMessage(part.hex(), message_finished=last) if text else BytesMessage(part, message_finished=last)
        stream += writer.send(event)
    whole = b"".join(parts)

    assert all_of("websocket", stream, masked=client) == [whole.hex().encode() if text else whole]


@settings(max_examples=300, deadline=None)
@given(first=st.integers(0, 255), second=st.integers(0, 255), size=st.integers(0, 130), masked=st.booleans())
def test_wsproto_refuses_the_frames_that_are_refused(first: int, second: int, size: int, masked: bool) -> None:
    size = second & 0x7F if second & 0x7F < 126 else size
    payload = bytes(size) if not 0x80 & second else KEY + bytes(size)
    length = size.to_bytes(2) if second & 0x7F == 126 else size.to_bytes(8) if second & 0x7F == 127 else b""
    stream = bytes([first, second]) + length + payload
    ours = all_of("websocket", stream, masked=masked)
    binary = first & 0x0F in (0, 2, 9, 10)  # of text and close wsproto reads the payload, too
    if isinstance(ours, str) and binary and ours not in {"truncated", "oversize"}:
        assert by_wsproto(stream, masked) is None


# ── asyncio ──


def by_asyncio(stream: bytes, read: Callable[[asyncio.StreamReader], Awaitable[bytes]]) -> list[bytes]:
    """What a reader gives until the stream ends, whether or not that was inside a frame."""

    async def work() -> list[bytes]:
        reader, found = asyncio.StreamReader(limit=1 << 20), []
        reader.feed_data(stream)
        reader.feed_eof()
        try:
            while True:
                found.append(await read(reader))
        except asyncio.IncompleteReadError:
            return found

    return asyncio.run(work())


@settings(max_examples=50, deadline=None)
@given(stream=st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a"]), max_size=20).map(b"".join))
def test_readuntil_finds_the_same_lines(stream: bytes) -> None:
    async def read(reader: asyncio.StreamReader) -> bytes:
        return (await reader.readuntil(b"\r\n")).removesuffix(b"\r\n")

    assert decoder("delimiter", delimiters=[b"\r\n"]).feed(stream) == by_asyncio(stream, read)


@settings(max_examples=50, deadline=None)
@given(bodies=BODIES, cut=st.integers(0, 2000), endian=st.sampled_from(["big", "little"]))
def test_readexactly_twice_gives_the_same_messages(bodies: list[bytes], cut: int, endian: Any) -> None:
    async def read(reader: asyncio.StreamReader) -> bytes:
        return await reader.readexactly(int.from_bytes(await reader.readexactly(3), endian))

    stream = b"".join(len(body).to_bytes(3, endian) + body for body in bodies)[:cut]
    assert decoder("length", width=3, endian=endian).feed(stream) == by_asyncio(stream, read)


# ── the standard library ──


@given(stream=st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b"bc"]), max_size=20).map(b"".join))
def test_bytes_splitlines_finds_the_same_lines_where_cr_lf_and_crlf_end_them(stream: bytes) -> None:
    assert (
        decoder("delimiter", delimiters=[b"\r\n", b"\n", b"\r"]).feed(stream + b"\n") == (stream + b"\n").splitlines()
    )


@given(stream=st.lists(st.sampled_from([b"ab", b"abab", b"b", b"a", b"c"]), max_size=20).map(b"".join))
def test_a_regular_expression_finds_the_same_messages_longest_delimiter_first(stream: bytes) -> None:
    messages, rest = decoder("delimiter", delimiters=[b"ab", b"abab"]), re.split(b"abab|ab", stream)
    assert messages.feed(stream) == rest[:-1]


@settings(deadline=None)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_value_of_json_is_a_line(value: Any) -> None:
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if not any("\ud800" <= c <= "\udfff" for c in line):
        assert all_of("jsonl", encode("jsonl", line.encode())) == [line.encode()]


@given(number=st.integers(0, (1 << 32) - 1))
def test_a_varint_is_the_number_in_base_128(number: int) -> None:
    limit, field, left = 1 << 33, [], number
    while True:
        left, digit = divmod(left, 128)
        field.append(digit | (0x80 if left else 0))
        if not left:
            break
    codec = decoder("varint", max=limit)
    assert codec.feed(bytes(field)) == ([b""] if number == 0 else [])
    with pytest.raises(FramingError, match=rf"a length of {number or 1} bytes? is over"):
        decoder("varint", max=number - 1 if number else 0).feed(bytes(field) if number else b"\1x")


# COBS: the examples of the article and of its Wikipedia page.
@pytest.mark.parametrize(
    ("message", "stream"),
    [
        ("00", "01 01 00"),
        ("00 00", "01 01 01 00"),
        ("11 22 00 33", "03 11 22 02 33 00"),
        ("11 22 33 44", "05 11 22 33 44 00"),
        ("11 00 00 00", "02 11 01 01 01 00"),
        (bytes(range(0xFF)).hex(), "01 ff " + bytes(range(0x01, 0xFF)).hex() + " 01 00"),
        ((bytes(range(0x02, 0x100)) + b"\0").hex(), "ff " + bytes(range(0x02, 0x100)).hex() + " 01 01 00"),
        ((bytes(range(0x03, 0x100)) + b"\0\1").hex(), "fe " + bytes(range(0x03, 0x100)).hex() + " 02 01 00"),
    ],
)
def test_cobs_as_in_the_published_examples(message: str, stream: str) -> None:
    assert encode("cobs", bytes.fromhex(message)) == bytes.fromhex(stream)
    assert all_of("cobs", bytes.fromhex(stream)) == [bytes.fromhex(message)]
