"""What a wrong length was: each row of the table, both byte orders, and numbers that are lengths."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.errors import PrepError
from prep.net.framing.lengths import COMMON, SIGNATURES, explain_length


def codes(number: int, width: int = 4) -> list[str]:
    return [finding.code for finding in explain_length(number, width)]


def repr_of(number: int) -> str:
    return f"{number.bit_length()} bits"


def sent(data: bytes) -> list[str]:
    return codes(int.from_bytes(data), len(data))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        *((word, "http-request") for word in (b"GET ", b"POST", b"HEAD", b"PUT ", b"OPTI", b"DELE", b"PATC", b"CONN")),
        *((bytes([0x16, 3, minor, 0]), "tls-handshake") for minor in range(4)),
        (b"HTTP", "http-response"),
        (b"PRI ", "http2-preface"),
        (b"\x15\3\3\0", "tls-alert"),
        (b"SSH-", "ssh"),
        (b"EHLO", "smtp-client"),
        (b"HELO", "smtp-client"),
        (b"220 ", "mail-or-ftp-server"),
        (b"*1\r\n", "redis-request"),
        (b"PING", "redis-request"),
        (b"+PON", "redis-reply"),
        (b"-ERR", "redis-reply"),
        (b"PROX", "proxy-v1"),
        (b"\r\n\r\n", "proxy-v2"),
        (b"AMQP", "amqp"),
        (b"\x10\x20\0\4MQTT", "mqtt-connect"),
        (b"\x10\x20\0\4", "mqtt-connect"),
        (b"\4\xd2\x16\x2f", "postgresql-request"),
        (b"\0\0\0\x08\4\xd2\x16\x2f", "postgresql-request"),
        (b"\0\3\0\0", "postgresql-startup"),
        (b"\0\0\0\x29\0\3\0\0", "postgresql-startup"),
        (b"RFB ", "vnc"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"\xac\xed\0\5", "java"),
        (b"<?xm", "xml"),
        (b"<!DO", "html"),
        (b'{"id', "json"),
        (b'{"', "json"),
        (b"\xef\xbb\xbfa", "utf8-bom"),
        (b"\3\0\0\x13", "rdp"),
        (b"\x4a\0\0\0\x0a8.0", "mysql-greeting"),
        (b"hell", "text"),
        (b"GE", "http-request"),
    ],
)
def test_the_beginning_of_a_protocol_is_the_first_finding(data: bytes, code: str) -> None:
    assert sent(data)[0] == code


@pytest.mark.parametrize(
    ("number", "width", "found"),
    [
        (1195725856, 4, ["http-request", "too-large"]),
        (369295616, 4, ["tls-handshake", "too-large"]),
        (104_857_601, 4, ["too-large"]),
        (83886080, 4, ["byte-order", "mysql-greeting"]),
        (1280, 2, ["byte-order"]),
        (0x4A000000, 4, ["byte-order", "mysql-greeting", "too-large"]),
        (4294967295, 4, ["negative", "too-large"]),
        (-1, 4, ["negative", "too-large"]),
        (-2, 8, ["negative", "too-large"]),
        (-1, 2, ["negative"]),
        (0xFF, 1, ["negative"]),
        (1 << 40, 8, ["too-large"]),
        *((number, 4, []) for number in (0, 1, 5, 8, 255, 300, 1448, 65535, 1_048_576)),
        (0x47, 1, []),
    ],
)
def test_the_findings_of_a_number_the_likeliest_first(number: int, width: int, found: list[str]) -> None:
    assert codes(number, width) == found


def test_what_was_read_as_little_endian_is_recognised_too() -> None:
    finding = explain_length(int.from_bytes(b"GET ", "little"))[0]
    assert (finding.code, finding.endian, finding.hex, finding.text) == ("http-request", "little", "47455420", "'GET '")


def test_a_finding_names_the_bytes_and_why_in_both_languages_with_its_source() -> None:
    finding = explain_length(1195725856)[0]
    assert finding.why == {
        "en": "47 45 54 20 is how it begins: 'GET '",
        "zh": "47 45 54 20 正是其开头：'GET '",
    }
    assert finding.what["en"].startswith("an HTTP/1 request")
    assert finding.source == "RFC 9112 §3, RFC 9110 §9.3"


def test_a_large_length_is_measured_by_the_limits_of_real_protocols() -> None:
    some, all_of_them = explain_length(369295616)[-1], explain_length(1195725856)[-1]
    assert some.what == {"en": "too large for most protocols", "zh": "对多数协议来说过大"}
    assert "352 MiB, over default limits (gRPC 4 MiB, Kafka 100 MiB, not Redis 512 MiB)" in some.why["en"]
    assert all_of_them.what["en"] == "too large for a message"
    assert "1.1 GiB, over default limits (gRPC 4 MiB, Kafka 100 MiB, Redis 512 MiB)" in all_of_them.why["en"]
    assert "1.1 GiB，超过常见默认上限（gRPC 4 MiB、Kafka 100 MiB、Redis 512 MiB）" in all_of_them.why["zh"]


def test_a_swapped_length_is_told_with_both_readings() -> None:
    assert explain_length(83886080)[0].what["en"] == "5 in the other byte order"
    assert "05 00 00 00 is 83886080 big-endian and 5 little-endian" in explain_length(83886080)[0].why["en"]


@pytest.mark.parametrize("row", [*SIGNATURES, *COMMON], ids=lambda row: row[0])
def test_each_row_has_both_languages_and_a_source(row: Any) -> None:
    _, beginnings, en, zh, source = row
    assert beginnings
    assert en
    assert not zh.isascii()
    assert source


@pytest.mark.parametrize("width", range(1, 9))
@given(data=st.data())
def test_any_number_of_a_width_is_explained_as_json_without_control_codes(width: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(-(1 << 8 * width - 1), (1 << 8 * width) - 1))
    for finding in explain_length(number, width):
        assert len(bytes.fromhex(finding.hex)) == width
        assert json.dumps(dataclasses.asdict(finding))
        assert finding.text.isprintable()
        assert all(text.isprintable() for text in (*finding.what.values(), *finding.why.values()))


@pytest.mark.parametrize(
    ("number", "width"),
    [(1 << 32, 4), (-(1 << 31) - 1, 4), (0, 0), (0, 9), (10**400, 4), (-(1 << 20000), 8)],
    ids=repr_of,
)
def test_a_number_that_does_not_fit_its_width_is_refused(number: int, width: int) -> None:
    with pytest.raises(PrepError) as fault:
        explain_length(number, width)
    assert len(str(fault.value)) < 120
