"""What an eavesdropper can name of a flight of TLS."""

from hypothesis import given
from hypothesis import strategies as st

from prep.labs.tls_records import shown


def record(kind, fragment):
    return bytes([kind, 3, 3]) + len(fragment).to_bytes(2, "big") + fragment


def message(kind, length=3):
    return bytes([kind]) + length.to_bytes(3, "big") + bytes(length)


def test_several_messages_share_a_record():
    assert shown(record(22, message(2) + message(11, 300) + message(14, 0))) == [
        "ServerHello",
        "Certificate",
        "ServerHelloDone",
    ]


def test_a_handshake_record_after_the_change_is_encrypted():
    flight = record(22, message(16)) + record(20, b"\x01") + record(22, message(20))

    assert shown(flight) == ["ClientKeyExchange", "ChangeCipherSpec", "encrypted"]


def test_records_of_application_data_in_a_row_are_counted():
    assert shown(record(23, b"a") * 4 + record(21, b"ab") + record(23, b"a")) == [
        "ApplicationData x4",
        "Alert",
        "ApplicationData",
    ]


def test_what_has_no_name_is_shown_by_its_number():
    assert shown(record(22, message(99)) + record(99, b"")) == ["message 99", "record 99"]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_to_their_end(flight):
    assert len(shown(flight)) <= len(flight)
