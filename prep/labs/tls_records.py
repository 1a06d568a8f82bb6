"""What can be read of TLS on the wire: records, and in those that are not encrypted the handshake's messages.

A record is type, version (2 octets), length (2); a message of the handshake type and length (3) (RFC 8446 §5.1 and §4,
RFC 5246 §6.2.1 and §7.4). What a side sends after its ChangeCipherSpec is encrypted; TLS 1.3 sends one for old boxes on
the way, and all that it encrypts goes as application data (RFC 8446 §5.2 and §D.4).
"""

from collections.abc import Iterator
from itertools import groupby

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
RECORDS = {CHANGE_CIPHER_SPEC: "ChangeCipherSpec", ALERT: "Alert", APPLICATION_DATA: "ApplicationData"}
MESSAGES = {
    1: "ClientHello",
    2: "ServerHello",
    4: "NewSessionTicket",
    8: "EncryptedExtensions",
    11: "Certificate",
    12: "ServerKeyExchange",
    13: "CertificateRequest",
    14: "ServerHelloDone",
    15: "CertificateVerify",
    16: "ClientKeyExchange",
    20: "Finished",
}


def shown(flight: bytes) -> list[str]:
    """Names of what one side sends in one go, from its hello or its ChangeCipherSpec on: `ApplicationData x4` for four
    in a row."""
    counted = ((name, len([*same])) for name, same in groupby(_names(flight)))
    return [f"{name} x{count}" if count > 1 else name for name, count in counted]


def _names(flight: bytes) -> Iterator[str]:
    encrypted = False
    for kind, fragment in _records(flight):
        if kind == HANDSHAKE:
            yield from ["encrypted"] if encrypted else _messages(fragment)
        else:
            encrypted = encrypted or kind == CHANGE_CIPHER_SPEC
            yield RECORDS.get(kind, f"record {kind}")


def _records(flight: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 5 <= len(flight):
        end = at + 5 + int.from_bytes(flight[at + 3 : at + 5], "big")
        yield flight[at], flight[at + 5 : end]
        at = end


def _messages(fragment: bytes) -> Iterator[str]:
    at = 0
    while at + 4 <= len(fragment):
        yield MESSAGES.get(fragment[at], f"message {fragment[at]}")
        at += 4 + int.from_bytes(fragment[at + 1 : at + 4], "big")
