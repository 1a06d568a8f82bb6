"""Where messages lie in a stream, and what one damaged framing byte does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.errors import PrepError
from prep.net.framing import FRAMERS, carry, encode
from prep.net.framing.corrupt import corrupt, damaged, framing_bytes, sweep, without
from prep.net.framing.spans import Span, boundaries, encode_all

TEN = [b"msg-%02d: %b" % (number, b"x" * (number * 3 % 7)) for number in range(10)]


def messages_of(scheme: str) -> list[bytes]:
    return [carry(scheme, data) for data in TEN]


# ── spans ──


@pytest.mark.parametrize("scheme", FRAMERS)
def test_spans_tile_the_stream_and_each_is_its_message(scheme: str) -> None:
    messages = messages_of(scheme)
    stream, spans = encode_all(scheme, messages)

    assert stream == b"".join(encode(scheme, message) for message in messages)
    assert [span.start for span in spans] == [0, *(span.end for span in spans[:-1])]
    assert spans[-1].end == len(stream)
    assert [span.message for span in spans] == messages


@pytest.mark.parametrize("scheme", [name for name in FRAMERS if name != "fixed"])
def test_the_boundaries_found_in_a_stream_are_those_it_was_made_with(scheme: str) -> None:
    stream, spans = encode_all(scheme, messages_of(scheme))
    assert boundaries(scheme, stream) == (spans, None)


def test_the_boundaries_of_a_stream_that_is_written_otherwise_have_no_known_framing() -> None:
    spans, fault = boundaries("chunked", b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n0\r\n\r\n0")
    assert spans == [Span(0, 17, b"ab", None), Span(17, 22, b"", ((17, 22),))]
    assert fault
    assert fault.kind == "truncated"


@given(st.binary(max_size=60))
def test_boundaries_of_any_bytes_tile_what_was_delivered(stream: bytes) -> None:
    for scheme in FRAMERS:
        spans, _ = boundaries(scheme, stream)
        assert [span.start for span in spans] == [0, *(span.end for span in spans)][: len(spans)]
        assert all(span.start < span.end <= len(stream) for span in spans)


# ── damage ──


@pytest.mark.parametrize("scheme", FRAMERS)
def test_the_spans_without_a_byte_mark_the_same_messages_and_all_other_framing(scheme: str) -> None:
    messages = messages_of(scheme)
    stream, spans = encode_all(scheme, messages)
    for at in framing_bytes(scheme, messages):
        rest, left = damaged(stream, at), without(spans, at)
        assert [span.message for span in left] == messages
        assert b"".join(rest[span.start : span.end] for span in left) == rest
        marked = [[stream[place] for place in span.framing_bytes() if place != at] for span in spans]
        assert [[rest[place] for place in span.framing_bytes()] for span in left] == marked


def test_damage_changes_one_bit_or_takes_one_byte() -> None:
    assert damaged(b"abc", 1, 0) == b"acc"
    assert damaged(b"abc", 1, 7) == b"a\xe2c"
    assert damaged(b"abc", 1) == b"ac"


@pytest.mark.parametrize(
    ("scheme", "index", "bit", "expected"),
    [
        # (right, wrong, lost, error, right ones behind the damage)
        ("delimiter", 0, 0, (8, 1, 2, None, 8)),  # two messages become one, and nobody notices
        ("delimiter", 9, None, (9, 0, 1, "truncated", 0)),
        ("length", 0, 7, (0, 0, 10, "oversize", 0)),
        ("length", 3, 0, (0, 1, 10, "truncated", 0)),
        ("length", 3, None, (0, 1, 10, "oversize", 0)),
        ("netstring", 1, 0, (0, 0, 10, "bad_length", 0)),
        ("resp", 0, 1, (0, 0, 10, "bad_type", 0)),
        ("jsonl", 0, 0, (8, 0, 2, "bad_json", 8)),
        ("cobs", 0, 7, (9, 0, 1, "bad_code", 9)),
        ("chunked", 0, 5, (0, 0, 10, "bad_length", 0)),
        ("websocket", 0, 0, (0, 0, 10, "bad_opcode", 0)),
    ],
)
def test_what_one_damaged_byte_does(scheme: str, index: int, bit: int | None, expected: Any) -> None:
    found = corrupt(scheme, messages_of(scheme), index, bit)
    assert (found.right, len(found.wrong), found.lost, found.error, found.after) == expected


@pytest.mark.parametrize("scheme", FRAMERS)
def test_a_sweep_is_the_sum_of_its_trials(scheme: str) -> None:
    messages = messages_of(scheme)[:4]
    count = len(framing_bytes(scheme, messages))
    flips = [corrupt(scheme, messages, index, bit) for index in range(count) for bit in range(8)]
    drops = [corrupt(scheme, messages, index) for index in range(count)]

    for found, trials in zip(sweep(scheme, messages), (flips, drops), strict=True):
        assert (found.trials, found.sent) == (len(trials), 4 * len(trials))
        assert found.right == sum(trial.right for trial in trials)
        assert found.wrong == sum(len(trial.wrong) for trial in trials)
        assert found.noticed == sum(bool(trial.error) for trial in trials)
        assert found.noticed + found.silent + found.harmless == found.trials
        assert found.late <= found.noticed
        assert found.resynced <= found.followed
        assert all(trial.right + trial.lost == 4 for trial in trials)


def test_netstrings_notice_every_damaged_framing_byte_of_these_messages() -> None:
    flips, drops = sweep("netstring", messages_of("netstring"))
    assert flips.noticed == flips.trials
    assert (flips.silent, flips.wrong) == (0, 0)
    assert drops.noticed == drops.trials


def test_a_bulk_string_whose_length_grows_by_exactly_the_next_message_swallows_it_unnoticed() -> None:
    flips, drops = sweep("resp", messages_of("resp"))
    assert (flips.silent, flips.trials) == (1, 536)  # $10 became $30, and 20 bytes on there was a CRLF
    assert drops.noticed == drops.trials


def test_only_schemes_with_an_end_mark_always_find_the_way_back_and_a_delimiter_never_notices() -> None:
    for scheme in ("delimiter", "jsonl", "cobs"):
        flips, _ = sweep(scheme, messages_of(scheme))
        assert flips.right >= 0.75 * flips.sent
    flips, _ = sweep("delimiter", messages_of("delimiter"))
    assert flips.noticed == flips.late
    assert flips.silent > 0.8 * flips.trials


def test_a_fixed_record_keeps_its_place_after_a_flip_and_loses_it_after_a_lost_byte() -> None:
    flips, drops = sweep("fixed", messages_of("fixed"), strip_pad=b"\0")
    assert flips.right == flips.sent - flips.trials
    assert flips.resynced == flips.followed
    assert drops.noticed == drops.trials == drops.late
    assert drops.resynced < drops.followed


@pytest.mark.parametrize(("index", "bit"), [(-1, 0), (40, 0), (0, 8), (0, -1)])
def test_a_byte_or_bit_that_is_not_there_is_refused(index: int, bit: int) -> None:
    with pytest.raises(PrepError):
        corrupt("length", messages_of("length"), index, bit)
