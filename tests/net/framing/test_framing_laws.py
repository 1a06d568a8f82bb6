"""The laws of prep/net/framing/codec.py, for every scheme of the registry and every preset."""

import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.net.framing import FRAMERS, PRESETS, FramingError, carried, carry, decoder, encode, pieces
from prep.net.framing.codec import Delimited, Sized

# Parameters under which each scheme is tried, besides its defaults and the presets.
VARIANTS: dict[str, list[dict[str, Any]]] = {
    "fixed": [{"size": 8}, {"size": 8, "strip_pad": b"\0"}, {"size": 1}, {"size": 9, "pad": b" ", "strip_pad": b" "}],
    "delimiter": [
        {"delimiters": [b"\r\n"], "max": 8},
        {"delimiters": [b"\n", b"\r\n"]},
        {"delimiters": [b"\r\n", b"\n", b"\r"], "max": 5},
        {"delimiters": [b"ab", b"abab"], "max": 4},
        {"delimiters": [b"\0\0"], "max": 4},
    ],
    "length": [
        {"width": width, "endian": endian, "offset": offset, "adjust": adjust, "strip": strip, "max": 64}
        for width, endian, offset, adjust, strip in [
            (1, "big", 0, 0, 1),
            (2, "little", 0, -2, 2),
            (3, "big", 2, 1, 5),
            (8, "little", 1, -9, 0),
            (2, "big", 1, 3, 2),
            (1, "big", 0, 0, 3),
        ]
    ],
    "varint": [{"max": 8}, {"max": 300, "strict": False}, {"max_bytes": 1}, {"max_bytes": 10, "strict": False}],
    "netstring": [{"max": 12}],
    "tlv": [{"type_width": 2, "len_width": 1, "max": 9}, {"len_width": 3, "endian": "little"}],
    "chunked": [{"max": 9, "max_line": 5}],
    "websocket": [{"masked": True}, {"max": 7}],
    "resp": [{"max": 5, "max_line": 4, "max_depth": 2, "max_total": 30}],
    "jsonl": [{"max": 8}],
    "cobs": [{"max": 6}],
}
ALL = [
    *((name, {}) for name in [*FRAMERS, *PRESETS]),
    *((name, params) for name, variants in VARIANTS.items() for params in variants),
]
EVERY = pytest.mark.parametrize(("scheme", "params"), ALL, ids=[f"{name}-{at}" for at, (name, _) in enumerate(ALL)])
FEW = settings(max_examples=30, deadline=None)  # for each of some forty codecs

# Bytes that mean something to some scheme, more often than others.
MEANT = st.sampled_from(
    [
        *(b"\r\n", b"\n", b"\r", b"\0", b"\1", b"\2", b"\xff", b"\x80", b"\x81", b"\x82", b"\x89", b"\x7e", b"\x7f"),
        *(b"0", b"1", b"2", b":", b",", b"*", b"$", b"+", b"-", b";", b"ab", b"a", b"[1]", b'"x"', b"\0\0\0\1"),
        *(b"0\r\n\r\n", b"1\r\na\r\n", b"$1\r\na\r\n", b"*2\r\n", b"\x01\x01h", b"\x80\x01i"),
    ]
)
HOSTILE = st.one_of(st.lists(MEANT, max_size=24).map(b"".join), st.binary(max_size=40))
PAYLOADS = st.lists(st.one_of(st.binary(max_size=12), st.binary(min_size=120, max_size=300)), max_size=6)


def split(stream: bytes, places: list[int]) -> list[bytes]:
    cuts = sorted(place % (len(stream) + 1) for place in places)
    return [stream[left:right] for left, right in pairwise([0, *cuts, len(stream)])]


def fault_of(call: Callable[[], Any]) -> FramingError | None:
    try:
        call()
    except FramingError as fault:
        return fault
    return None


def decode(
    scheme: str, params: dict[str, Any], chunks: list[bytes]
) -> tuple[list[bytes], str | None, bytes, str | None]:
    """(Messages, the kind of error while feeding, the rest, the kind of error at the end)."""
    codec, messages = decoder(scheme, **params), list[bytes]()
    fault = fault_of(lambda: [messages.extend(codec.feed(chunk)) for chunk in chunks])
    if fault:
        return messages + fault.messages, fault.kind, b"", None
    rest, late = codec.pending, fault_of(codec.end)
    return messages, None, rest, late.kind if late else None


def framed(scheme: str, params: dict[str, Any], payloads: list[bytes]) -> list[tuple[bytes, bytes]]:
    """(Message, its encoding) of those that can be framed."""
    found = []
    for data in payloads:
        try:
            message = carry(scheme, data, **params)
            found.append((message, encode(scheme, message, **params)))
        except FramingError:
            continue
    return found


def test_every_scheme_has_its_variants() -> None:
    assert VARIANTS.keys() == FRAMERS.keys()


@EVERY
@FEW
@given(payloads=PAYLOADS)
def test_round_trip_decode_of_encode_gives_the_messages_back(
    scheme: str, params: dict[str, Any], payloads: list[bytes]
) -> None:
    pairs = framed(scheme, params, payloads)
    back = [decoder(scheme, **params).returned(message) for message, _ in pairs]

    assert decode(scheme, params, [b"".join(data for _, data in pairs)]) == (back, None, b"", None)


@EVERY
@FEW
@given(payloads=PAYLOADS, places=st.lists(st.integers(0, 5000), max_size=8))
def test_any_split_of_a_sound_stream_gives_the_same(
    scheme: str, params: dict[str, Any], payloads: list[bytes], places: list[int]
) -> None:
    stream = b"".join(data for _, data in framed(scheme, params, payloads))
    stream = stream[: places[0] % (len(stream) + 1)] if places else stream
    whole = decode(scheme, params, [stream])

    assert decode(scheme, params, split(stream, places)) == whole
    assert decode(scheme, params, split(stream, list(range(len(stream))))) == whole


@EVERY
@FEW
@given(stream=HOSTILE, places=st.lists(st.integers(0, 200), max_size=8))
def test_any_split_of_hostile_bytes_gives_the_same_messages_kind_of_error_and_rest(
    scheme: str, params: dict[str, Any], stream: bytes, places: list[int]
) -> None:
    whole = decode(scheme, params, [stream])

    assert decode(scheme, params, split(stream, places)) == whole
    assert decode(scheme, params, split(stream, list(range(len(stream))))) == whole


@EVERY
@FEW
@given(payloads=PAYLOADS, at=st.integers(0, 5000), bit=st.integers(0, 7), places=st.lists(st.integers(0, 5000)))
def test_any_split_of_a_damaged_stream_gives_the_same(
    scheme: str, params: dict[str, Any], payloads: list[bytes], at: int, bit: int, places: list[int]
) -> None:
    stream = bytearray(b"".join(data for _, data in framed(scheme, params, payloads)))
    if stream:
        stream[at % len(stream)] ^= 1 << bit
    whole = decode(scheme, params, [bytes(stream)])

    assert decode(scheme, params, split(bytes(stream), places)) == whole
    assert decode(scheme, params, split(bytes(stream), list(range(len(stream))))) == whole


@EVERY
def test_incomplete_is_nothing_yet_and_truncated_at_the_end_only(scheme: str, params: dict[str, Any]) -> None:
    for _, stream in framed(scheme, params, [b"abc"]):
        complete = [end for end in range(len(stream)) if not decode(scheme, params, [stream[:end]])[3]]
        assert complete[0] == 0
        for end in set(range(len(stream))) - set(complete):
            messages, kind, _, late = decode(scheme, params, [stream[:end]])
            assert (messages, kind, late) == ([], None, "truncated")


@EVERY
@FEW
@given(stream=HOSTILE)
def test_a_decoder_that_has_failed_stays_failed(scheme: str, params: dict[str, Any], stream: bytes) -> None:
    codec = decoder(scheme, **params)
    first = fault_of(lambda: codec.feed(stream)) or fault_of(codec.end)
    for call in (lambda: codec.feed(b""), lambda: codec.feed(b"\n\0\0\0\0"), codec.end) if first else ():
        again = fault_of(call)
        assert again
        assert first
        assert (again.kind, again.messages) == (first.kind, [])


@pytest.mark.parametrize("scheme", [*FRAMERS, *PRESETS])
@given(data=st.binary(max_size=20))
def test_what_is_carried_comes_back(scheme: str, data: bytes) -> None:
    data = data.rstrip(b"\0") if scheme == "fixed" else data
    assert carried(scheme, carry(scheme, data)) == data


@EVERY
@FEW
@given(payloads=PAYLOADS)
def test_pieces_are_the_encoding_and_none_is_empty(scheme: str, params: dict[str, Any], payloads: list[bytes]) -> None:
    for message, stream in framed(scheme, params, payloads):
        cut = pieces(scheme, message, **params)
        assert b"".join(piece.data for piece in cut) == stream
        assert all(piece.data for piece in cut)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_bytearrays_and_memoryviews_are_fed(kind: Callable[[bytes], Any]) -> None:
    assert decoder("length").feed(kind(b"\0\0\0\2hi")) == [b"hi"]
    codec = decoder("length")
    held = bytearray(b"\0\0\0\2h")
    assert codec.feed(held) == []
    held[4] = 0
    assert codec.feed(kind(b"i")) == [b"hi"]


@pytest.mark.parametrize("what", ["text", 5, None])
def test_what_is_not_bytes_is_refused(what: Any) -> None:
    with pytest.raises(TypeError):
        decoder("length").feed(what)


# ── memory and work ──

HUGE = 1 << 40
CLAIMS = [
    ("length", {"max": HUGE}, b"\xff\xff\xff\xff"),
    ("varint", {"max": HUGE}, b"\xff\xff\xff\xff\x0f"),
    ("netstring", {"max": HUGE}, b"4294967296:"),
    ("tlv", {"max": HUGE, "len_width": 4}, b"\1\xff\xff\xff\xff"),
    ("chunked", {"max": HUGE}, b"ffffffff\r\n"),
    ("websocket", {"max": HUGE}, b"\x82\x7f\0\0\0\1\0\0\0\0"),
    ("resp", {"max": HUGE, "max_total": HUGE}, b"$4294967296\r\n"),
    ("resp", {"max": HUGE, "max_total": HUGE}, b"*4294967296\r\n"),
    ("fixed", {"size": 1 << 30}, b"x"),
]


@pytest.mark.parametrize(
    ("scheme", "params", "header"), CLAIMS, ids=[f"{row[0]}-{at}" for at, row in enumerate(CLAIMS)]
)
def test_a_claim_of_4_gib_takes_no_memory(scheme: str, params: dict[str, Any], header: bytes) -> None:
    codec = decoder(scheme, **params)
    tracemalloc.start()
    try:
        assert codec.feed(header) == []
        assert codec.feed(b"$") == []
        assert tracemalloc.get_traced_memory()[1] < 64 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("scheme", FRAMERS)
@pytest.mark.parametrize("size", [1, 1448])
def test_work_is_linear_a_byte_is_looked_at_a_bounded_number_of_times(scheme: str, size: int) -> None:
    """Counted: the bytes handed to the search of a codec, over a message of 200 KB in small chunks."""
    params: dict[str, Any] = {"fixed": {"size": 200_000}, "tlv": {"len_width": 4}}.get(scheme, {})
    stream = encode(scheme, carry(scheme, b"x" * 200_000, **params), **params) * 2
    codec, looked_at = decoder(scheme, **params), 0

    def counted(search: Callable[..., Any]) -> Callable[..., Any]:
        def look(data: bytes, *more: Any) -> Any:
            nonlocal looked_at
            looked_at += len(data)
            return search(data, *more)

        return look

    if isinstance(codec, Sized):
        codec._scan = counted(codec._scan)  # type: ignore[method-assign]
    else:
        assert isinstance(codec, Delimited)
        codec._split = counted(codec._split)
    messages = [message for at in range(0, len(stream), size) for message in codec.feed(stream[at : at + size])]
    assert len(messages) == 2
    assert looked_at < 3 * len(stream)


def test_work_is_linear_for_an_array_of_many_values_and_for_lines_that_do_not_end() -> None:
    array = b"*20000\r\n" + b":1\r\n" * 20000
    codec, looked_at = decoder("resp"), 0
    scan = codec._scan  # type: ignore[attr-defined]

    def look(data: bytes, messages: list[bytes]) -> int:
        nonlocal looked_at
        looked_at += len(data)
        return int(scan(data, messages))

    codec._scan = look  # type: ignore[attr-defined]
    line = b"+" + b"x" * 65_000 + b"\r\n"
    stream = array + line
    messages = [message for at in range(len(stream)) for message in codec.feed(stream[at : at + 1])]
    assert messages == [array, line]
    assert looked_at < 4 * len(stream)
