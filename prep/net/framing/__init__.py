"""Framing: how messages are told apart in a stream of bytes. One codec a scheme, and the tables of schemes and presets.

    decoder("length", width=2).feed(b"\\0\\2hi") == [b"hi"]
    encode("netstring", b"hello") == b"5:hello,"

The laws that every scheme keeps stand in codec.py. A parameter that makes no sense is a PrepError. A stream that breaks
its framing is a FramingError, and so is a message that cannot be framed so that it comes back: with the kind that the
decoder would meet, or `unframable` where it would deliver something else (a delimiter inside the message, a record's
padding at its end).
"""

from typing import Any

from prep.net.framing.codec import Codec, Piece, checked
from prep.net.framing.fault import KINDS, FramingError
from prep.net.framing.presets import PRESETS
from prep.net.framing.registry import FRAMERS, build, read_params

__all__ = [
    "FRAMERS",
    "KINDS",
    "PRESETS",
    "Codec",
    "FramingError",
    "Piece",
    "carried",
    "carry",
    "decoder",
    "encode",
    "pieces",
    "read_params",
]


def decoder(scheme: str, **params: Any) -> Codec:
    """A fresh decoder of a scheme or preset: `feed`, `end`, `pending`. Raises PrepError."""
    return build(scheme, params)


def pieces(scheme: str, message: bytes, **params: Any) -> list[Piece]:
    """The bytes of a message on the wire, what the scheme writes apart from what was said; no piece is empty.
    Raises FramingError, PrepError."""
    return [piece for piece in checked(build(scheme, params), bytes(memoryview(message))) if piece.data]


def encode(scheme: str, message: bytes, **params: Any) -> bytes:
    """The bytes of a message on the wire. Raises FramingError, PrepError."""
    return b"".join(piece.data for piece in pieces(scheme, message, **params))


def carry(scheme: str, data: bytes, **params: Any) -> bytes:
    """Any bytes as a message of a scheme, where it takes only some: a bulk string of RESP, a JSON string."""
    return build(scheme, params).carry(data)


def carried(scheme: str, message: bytes, **params: Any) -> bytes:
    """The bytes that `carry` made the message of."""
    return build(scheme, params).carried(message)
