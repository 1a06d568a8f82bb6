"""The tables of schemes, parameters and presets; parameters as text; what encode refuses."""

from typing import Any

import pytest

from prep.errors import PrepError
from prep.net.framing import (
    FRAMERS,
    KINDS,
    PRESETS,
    FramingError,
    carried,
    carry,
    decoder,
    encode,
    pieces,
    read_params,
)
from prep.net.framing.codec import Delimited


def said(call: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(PrepError) as fault:
        call(*args, **more)
    assert not isinstance(fault.value, FramingError)
    return str(fault.value)


def kind_of(call: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(FramingError) as fault:
        call(*args, **more)
    assert fault.value.kind in KINDS
    assert fault.value.messages == []
    return fault.value.kind


def test_the_schemes_are_those_of_the_product() -> None:
    assert [*FRAMERS] == [
        *("fixed", "delimiter", "length", "varint", "netstring", "tlv", "chunked", "websocket", "resp", "jsonl", "cobs")
    ]


def test_no_preset_hides_a_scheme() -> None:
    assert PRESETS.keys().isdisjoint(FRAMERS)


@pytest.mark.parametrize("row", FRAMERS.values(), ids=FRAMERS)
def test_the_schemes_that_resynchronise_are_those_with_an_end_mark(row: Any) -> None:
    assert row.resyncs == issubclass(row.codec, Delimited)


@pytest.mark.parametrize("row", [*FRAMERS.values(), *PRESETS.values()], ids=lambda row: row.name)
def test_a_row_speaks_english_and_chinese(row: Any) -> None:
    assert row.what.isascii()
    assert not row.what_zh.isascii()


# The example of each protocol's documentation: what is on the wire, and what is delivered.
EXAMPLES = {
    "grpc": ("00 00 00 00 02 08 01", "08 01"),
    "postgresql": ("51 00 00 00 0d 53 45 4c 45 43 54 20 31 00",) * 2,
    "mysql": ("01 00 00 00 01",) * 2,  # COM_QUIT
    "dns": ("00 03 61 62 63", "61 62 63"),
    "kafka": ("00 00 00 02 00 12", "00 12"),
    "http2": ("00 00 00 04 00 00 00 00 00",) * 2,  # empty SETTINGS
    "tls": ("15 03 03 00 02 02 28",) * 2,  # alert: fatal, handshake_failure
    "bgp": ("ff " * 16 + "00 13 04",) * 2,  # KEEPALIVE
    "tpkt": ("03 00 00 05 41",) * 2,
    "amqp": ("08 00 00 00 00 00 00 ce",) * 2,  # heartbeat
    "lines": ("61 62 0a", "61 62"),
    "crlf": ("51 55 49 54 0d 0a", "51 55 49 54"),
    "protobuf": ("02 08 01", "08 01"),
    "redis": ("24 31 0d 0a 61 0d 0a",) * 2,
    "ndjson": ("7b 7d 0a", "7b 7d"),
}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_frames_the_example_of_its_protocol(name: str) -> None:
    stream, message = (bytes.fromhex(text) for text in EXAMPLES[name])
    assert decoder(name).feed(stream) == [message]
    assert encode(name, message) == stream


def test_a_number_of_a_preset_can_be_given_anew() -> None:
    stream = bytes.fromhex("01 00 00 00 02 08 01")
    assert decoder("grpc", strip=0).feed(stream) == [stream]
    assert kind_of(decoder("grpc", max=6).feed, stream) == "oversize"


@pytest.mark.parametrize(
    ("scheme", "params", "line"),
    [
        ("lenght", {}, "lenght: no such scheme of framing; did you mean length?"),
        ("zzz", {}, "zzz: no such scheme of framing; the schemes are fixed, delimiter"),
        ("length", {"widht": 2}, "widht: no parameter of length; did you mean width?"),
        ("grpc", {"zzz": 2}, "zzz: no parameter of length; it has offset, width, endian, adjust, strip, max"),
        ("length", {"width": 9}, "width=9: at most 8; bytes of the length"),
        ("length", {"width": 0}, "width=0: at least 1"),
        ("length", {"width": True}, "width=True: not a value of width; give a whole number"),
        ("length", {"width": "4"}, "width='4': not a value of width; give a whole number"),
        ("length", {"offset": -1}, "offset=-1: at least 0"),
        ("length", {"endian": "middle"}, "endian='middle': not a value of endian; give big or little"),
        ("length", {"max": 3}, "max=3: less than the header of 4 bytes"),
        ("length", {"max": 8, "strip": 9}, "strip=9: more than max=8"),
        ("bgp", {"max": 18}, "max=18: less than the shortest frame of 19 bytes"),
        ("netstring", {"max": -1}, "max=-1: at least 0"),
        ("varint", {"max_bytes": 11}, "max_bytes=11: at most 10"),
        ("varint", {"strict": 1}, "strict=1: not a value of strict; give yes or no"),
        ("delimiter", {"delimiters": []}, "delimiters=[]: not a value of delimiters; give bytes in hex with commas"),
        ("delimiter", {"delimiters": [b""]}, "delimiters=b'': at least 1 byte;"),
        (
            "delimiter",
            {"delimiters": b"\n"},
            "not a value of delimiters; give bytes in hex with commas, 0d0a,0a: what may end a message",
        ),
        ("delimiter", {"delimiters": [b"b", b"abc"]}, "delimiters 62, 616263: one lies inside the other"),
        ("fixed", {"size": 0}, "size=0: at least 1"),
        ("fixed", {"pad": b"ab"}, "pad=b'ab': at most 1 byte;"),
        ("websocket", {"key": b"abc"}, "key=b'abc': at least 4 bytes"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_with_a_way_out(scheme: str, params: Any, line: str) -> None:
    assert line in said(decoder, scheme, **params)
    assert line in said(encode, scheme, b"", **params)


@pytest.mark.parametrize(
    ("scheme", "given", "params"),
    [
        ("delimiter", {"delimiters": "0d0a,0a", "max": "8"}, {"delimiters": [b"\r\n", b"\n"], "max": 8}),
        ("length", {"endian": "LITTLE", "adjust": "-4"}, {"endian": "little", "adjust": -4}),
        ("varint", {"strict": "no"}, {"strict": False}),
        ("websocket", {"masked": "yes", "key": "00 01 02 03"}, {"masked": True, "key": b"\0\1\2\3"}),
        ("fixed", {"size": "4", "strip_pad": "20", "pad": "20"}, {"size": 4, "strip_pad": b" ", "pad": b" "}),
        ("grpc", {"strip": "0"}, {"strip": 0}),
    ],
)
def test_parameters_are_read_from_text(scheme: str, given: dict[str, str], params: dict[str, Any]) -> None:
    assert read_params(scheme, given) == params


@pytest.mark.parametrize(
    ("scheme", "name", "text", "line"),
    [
        ("length", "max", "1_0", "max=1_0: not a value of max; write a whole number: the longest frame"),
        ("length", "width", "two", "width=two: not a value of width; write a whole number: bytes of the length"),
        ("length", "max", "٣", "write a whole number"),
        ("length", "max", "9" * 5000, "write a whole number"),
        ("length", "max", "0x10", "write a whole number"),
        ("delimiter", "delimiters", "\\n", "write bytes in hex with commas, 0d0a,0a"),
        ("delimiter", "delimiters", "0a,", "at least 1 byte;"),
        ("varint", "strict", "maybe", "strict=maybe: not a value of strict; write yes or no"),
        ("length", "endian", "network", "endian='network': not a value of endian; give big or little"),
        ("websocket", "key", "xyz", "write bytes in hex, 0d0a"),
        ("length", "nothing", "1", "no parameter of length"),
        ("length", "width", "9", "width=9: at most 8"),
    ],
)
def test_text_that_is_no_parameter_is_refused(scheme: str, name: str, text: str, line: str) -> None:
    assert line in said(read_params, scheme, {name: text})


def test_every_default_is_valid_and_every_parameter_says_what_it_is() -> None:
    for framer in FRAMERS.values():
        decoder(framer.name)
        assert all(param.what for param in framer.params)


@pytest.mark.parametrize(
    ("scheme", "params", "message", "kind"),
    [
        ("delimiter", {}, b"two\nlines", "unframable"),
        ("delimiter", {"max": 2}, b"abc", "oversize"),
        ("delimiter", {"delimiters": [b"||"]}, b"a|", "unframable"),
        ("jsonl", {}, b'{"a":\n1}', "bad_json"),
        ("jsonl", {}, b"1\n2", "unframable"),
        ("jsonl", {}, b"1\r", "unframable"),
        ("jsonl", {}, b"", "unframable"),
        ("jsonl", {}, b"{", "bad_json"),
        ("resp", {}, b"$3\r\nab", "unframable"),
        ("resp", {}, b"+a\r\n+b\r\n", "unframable"),
        ("resp", {}, b"", "unframable"),
        ("resp", {}, b"hello", "bad_type"),
        ("resp", {}, b"$" + b"9" * 5000 + b"\r\n", "oversize"),
        ("fixed", {"size": 2}, b"abc", "oversize"),
        ("fixed", {"size": 4, "strip_pad": b"\0"}, b"a\0", "unframable"),
        ("length", {"width": 1}, b"x" * 256, "oversize"),
        ("length", {"max": 8}, b"abcde", "oversize"),
        ("length", {"adjust": 5}, b"abc", "unframable"),
        ("postgresql", {}, b"Q\0\0\0\x05", "unframable"),
        ("postgresql", {}, b"Q\0\0\0\x03", "bad_length"),
        ("tlv", {"type_width": 2}, b"a", "unframable"),
        ("tlv", {"len_width": 1}, b"t" + b"x" * 256, "oversize"),
        ("varint", {"max": 2}, b"abc", "oversize"),
        ("netstring", {"max": 2}, b"abc", "oversize"),
        ("chunked", {"max": 2}, b"abc", "oversize"),
        ("websocket", {"max": 2}, b"abc", "oversize"),
        ("cobs", {"max": 2}, b"abc", "oversize"),
    ],
)
def test_encode_refuses_what_would_not_come_back(scheme: str, params: Any, message: bytes, kind: str) -> None:
    assert kind_of(encode, scheme, message, **params) == kind


@pytest.mark.parametrize(
    ("scheme", "params", "message", "line"),
    [
        ("mysql", {}, b"abc", "'abc' is shorter than any message: 4 bytes at least, its header among them"),
        ("http2", {}, b"abc", "9 bytes at least, its header among them"),
        ("bgp", {}, b"abc", "19 bytes at least, its header among them"),
        ("tpkt", {}, b"abc", "4 bytes at least, its header among them"),
        ("amqp", {}, b"abc", "8 bytes at least, its header among them"),
        ("length", {"width": 2, "strip": 1}, b"", "'' is shorter than any message: 1 byte at least, its header"),
        (
            "length",
            {"adjust": 5},
            b"abc",
            "'abc' is shorter than any message: 5 bytes at least, which its length leaves",
        ),
        ("length", {"width": 2, "least": 5}, b"ab", "'ab' is shorter than any message: 3 bytes at least"),
        ("fixed", {"size": 1}, b"ab", "a message of 2 bytes is longer than a record of 1"),
        ("tlv", {}, b"", "is shorter than its type of 1 byte"),
    ],
)
def test_a_message_of_the_wrong_size_is_told_the_right_one(scheme: str, params: Any, message: bytes, line: str) -> None:
    with pytest.raises(FramingError) as fault:
        encode(scheme, message, **params)
    assert line in str(fault.value)


@pytest.mark.parametrize("length", [0, 18])
def test_a_bgp_message_has_at_least_the_19_bytes_of_its_header(length: int) -> None:
    """RFC 4271 §4.1: the length is never less than 19 or more than 4096."""
    codec = decoder("bgp")
    with pytest.raises(FramingError, match=f"a length of {length} makes .* shorter than the least of 19") as fault:
        codec.feed(b"\xff" * 16 + length.to_bytes(2) + bytes(9))
    assert fault.value.kind == "bad_length"


def test_a_bgp_message_has_at_most_4096_bytes() -> None:
    assert kind_of(decoder("bgp").feed, b"\xff" * 16 + (4097).to_bytes(2)) == "oversize"
    whole = b"\xff" * 16 + (4096).to_bytes(2) + bytes(4096 - 18)
    assert decoder("bgp").feed(whole) == [whole]


AMQP = bytes.fromhex("01000000000001 41 ce")  # a frame with the payload `A`


def test_an_amqp_frame_that_does_not_end_with_ce_is_a_fault_behind_those_that_do() -> None:
    codec = decoder("amqp")
    with pytest.raises(FramingError, match=r"must end with '\\xce', not '\\xcd'") as fault:
        codec.feed(AMQP + AMQP[:-1] + b"\xcd" + b"\xff" * 7)
    assert (fault.value.kind, fault.value.messages) == ("bad_terminator", [AMQP])
    assert kind_of(encode, "amqp", AMQP[:-1] + b"\xcd") == "bad_terminator"


def test_the_end_of_a_frame_belongs_to_the_framing() -> None:
    assert pieces("amqp", AMQP) == [(AMQP[:7], True), (b"A", False), (b"\xce", True)]


@pytest.mark.parametrize("scheme", ["bgp", "amqp", "mysql", "http2"])
@pytest.mark.parametrize("data", [b"", b"hello", b"\xce"])
def test_any_bytes_are_carried_by_a_protocol_that_frames_them_whole(scheme: str, data: bytes) -> None:
    message = carry(scheme, data)
    assert decoder(scheme).feed(encode(scheme, message)) == [message]
    assert carried(scheme, message) == data


@pytest.mark.parametrize(
    ("scheme", "params", "message", "drawn"),
    [
        ("length", {}, b"hi", [(b"\0\0\0\2", True), (b"hi", False)]),
        ("mysql", {}, b"\1\0\0\0x", [(b"\1\0\0", True), (b"\0x", False)]),
        ("fixed", {"size": 4}, b"hi", [(b"hi", False), (b"\0\0", True)]),
        ("tlv", {}, b"\7hi", [(b"\7\0\2", True), (b"hi", False)]),
        ("chunked", {}, b"", [(b"0\r\n\r\n", True)]),
        ("cobs", {}, b"a\0b", [(b"\2", True), (b"a", False), (b"\2", True), (b"b", False), (b"\0", True)]),
        ("websocket", {"masked": True, "key": b"\1\1\1\1"}, b"a", [(b"\x82\x81\1\1\1\1", True), (b"`", False)]),
        (
            "resp",
            {},
            b"*2\r\n$1\r\na\r\n:1\r\n",
            [
                *((b"*", True), (b"2", True), (b"\r\n", True), (b"$1\r\n", True), (b"a", False), (b"\r\n", True)),
                *((b":", True), (b"1", False), (b"\r\n", True)),
            ],
        ),
    ],
)
def test_headers_are_told_apart_from_payload(scheme: str, params: Any, message: bytes, drawn: Any) -> None:
    assert pieces(scheme, message, **params) == drawn


def test_the_tables_of_pieces_and_faults_are_safe_to_print() -> None:
    with pytest.raises(FramingError) as fault:
        encode("delimiter", b"\x1b[2J\n")
    assert str(fault.value) == r"'\x1b[2J\n' would come back as 2 messages"
