"""Where messages and their framing lie in a stream, for who draws it or damages it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from prep.net.framing.codec import Piece, checked
from prep.net.framing.fault import FramingError
from prep.net.framing.registry import build


class Span(NamedTuple):
    """A message in a stream, from `start` up to `end`.

    framing: the (start, end) of what the scheme wrote; None where that is not known, because the stream writes the
    message otherwise than `encode` would (a body in several chunks, a masked frame, an empty line before it).
    """

    start: int
    end: int
    message: bytes
    framing: tuple[tuple[int, int], ...] | None

    def framing_bytes(self) -> list[int]:
        """The position of every framing byte."""
        return [at for start, end in self.framing or () for at in range(start, end)]


def encode_all(scheme: str, messages: Iterable[bytes], **params: Any) -> tuple[bytes, list[Span]]:
    """The stream of these messages, and where each lies. Raises FramingError, PrepError."""
    stream, spans = bytearray(), []
    for message in messages:
        pieces = checked(build(scheme, params), message)
        start = len(stream)
        for piece in pieces:
            stream += piece.data
        spans.append(Span(start, len(stream), message, _framing(start, pieces)))
    return bytes(stream), spans


def boundaries(scheme: str, stream: bytes, **params: Any) -> tuple[list[Span], FramingError | None]:
    """Where each message of any stream lies, and the fault that ended the decoding. What lies between two messages (an
    empty line, a ping) belongs to the later one. Raises PrepError."""
    codec, spans, start = build(scheme, params), list[Span](), 0
    try:
        for end in range(1, len(stream) + 1):
            for message in codec.feed(stream[end - 1 : end]):
                framing = _known_framing(scheme, message, stream[start:end], start, params)
                spans.append(Span(start, end, message, framing))
                start = end
        codec.end()
    except FramingError as fault:
        return spans, fault
    return spans, None


def _known_framing(
    scheme: str, message: bytes, seen: bytes, start: int, params: dict[str, Any]
) -> tuple[tuple[int, int], ...] | None:
    try:
        pieces = build(scheme, params).pieces(message)
    except FramingError:
        return None
    return _framing(start, pieces) if b"".join(piece.data for piece in pieces) == seen else None


def _framing(start: int, pieces: list[Piece]) -> tuple[tuple[int, int], ...]:
    found = []
    for piece in pieces:
        if piece.framing and piece.data:
            found.append((start, start + len(piece.data)))
        start += len(piece.data)
    return tuple(found)
