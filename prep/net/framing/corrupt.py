"""One damaged framing byte: who notices, who delivers nonsense, who finds the way back.

One trial: N messages are encoded one after the other, one framing byte is changed (one bit flipped) or dropped, and the
stream is decoded in one piece and ended. Payload bytes are left alone: no scheme sees their damage without a checksum.

What is counted:
- right: delivered messages that were sent, in the order in which they were sent; lost: sent and not among these.
- wrong: delivered messages that were not sent, or not then. It is they that do harm.
- error: the kind that ended the decoding. `truncated` came only when the stream ended; on a connection that stays open
  the reader would wait instead. A scheme that resynchronises goes on behind the next delimiter; its first error counts.
- after: right messages behind the damaged one. With any, the reader has found its way back (or never lost it).
- silent: messages were lost or wrong, and there was no error. harmless: all were right, and there was no error.

A sweep goes through every framing byte: eight trials with a bit flipped each, one with the byte dropped. Nothing is
left to chance, so the same messages give the same table. Messages should differ from each other: one that is equal to
another may be counted as it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prep.errors import PrepError
from prep.net.framing.codec import Delimited
from prep.net.framing.fault import FramingError
from prep.net.framing.registry import build
from prep.net.framing.spans import Span, encode_all


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one damaged stream. index: of the message whose framing was damaged; at: the byte in the stream;
    bit: 0 (least) to 7, None for a dropped byte."""

    at: int
    bit: int | None
    index: int
    right: int
    wrong: tuple[bytes, ...]
    lost: int
    error: str | None
    after: int

    @property
    def harmless(self) -> bool:
        return not (self.error or self.wrong or self.lost)

    @property
    def silent(self) -> bool:
        return not self.error and not self.harmless


@dataclass(frozen=True, slots=True)
class Sweep:
    """Sums over all trials of one kind of damage. `noticed` are trials with an error, `late` those of them with
    `truncated`; `resynced` those with a right message behind the damaged one, out of `followed` that had one there."""

    scheme: str
    damage: str  # flip, drop
    trials: int
    sent: int
    right: int
    wrong: int
    noticed: int
    late: int
    silent: int
    harmless: int
    resynced: int
    followed: int


def framing_bytes(scheme: str, messages: Sequence[bytes], **params: Any) -> list[int]:
    """The position of every framing byte in the stream of these messages. Raises FramingError, PrepError."""
    return [at for span in encode_all(scheme, messages, **params)[1] for at in span.framing_bytes()]


def corrupt(scheme: str, messages: Sequence[bytes], index: int, bit: int | None = None, **params: Any) -> Outcome:
    """Damage the framing byte with this index: flip a bit of it, or drop it. Raises FramingError, PrepError."""
    stream, spans = encode_all(scheme, messages, **params)
    places = [at for span in spans for at in span.framing_bytes()]
    if not 0 <= index < len(places):
        raise PrepError(f"there are {len(places)} framing bytes, counted from 0", where=index)
    if bit is not None and not 0 <= bit <= 7:
        raise PrepError("a bit is 0 to 7", where=bit)
    return _trial(scheme, stream, spans, places[index], bit, params)


def sweep(scheme: str, messages: Sequence[bytes], **params: Any) -> tuple[Sweep, Sweep]:
    """Every framing byte of these messages damaged: (flipped bits, dropped bytes). Raises FramingError, PrepError."""
    stream, spans = encode_all(scheme, messages, **params)
    places = [at for span in spans for at in span.framing_bytes()]
    flips = [_trial(scheme, stream, spans, at, bit, params) for at in places for bit in range(8)]
    drops = [_trial(scheme, stream, spans, at, None, params) for at in places]
    return _sum(scheme, "flip", flips, len(messages)), _sum(scheme, "drop", drops, len(messages))


def damaged(stream: bytes, at: int, bit: int | None = None) -> bytes:
    """The stream with a bit of a byte flipped, or without the byte."""
    instead = b"" if bit is None else bytes([stream[at] ^ 1 << bit])
    return stream[:at] + instead + stream[at + 1 :]


def without(spans: Sequence[Span], at: int) -> list[Span]:
    """Where the messages lie when the byte at this place was dropped."""

    def moved(place: int) -> int:
        return place - (place > at)

    return [
        Span(
            moved(span.start),
            moved(span.end),
            span.message,
            tuple((moved(start), moved(end)) for start, end in span.framing or ()),
        )
        for span in spans
    ]


def _trial(scheme: str, stream: bytes, spans: list[Span], at: int, bit: int | None, params: dict[str, Any]) -> Outcome:
    delivered, error = _decode(scheme, damaged(stream, at, bit), params)
    index = next(index for index, span in enumerate(spans) if at < span.end)
    sent = [span.message for span in spans]
    wanted, right, wrong = 0, list[int](), list[bytes]()
    for message in delivered:
        if message in sent[wanted:]:
            right.append(sent.index(message, wanted))
            wanted = right[-1] + 1
        else:
            wrong.append(message)
    after = sum(place > index for place in right)
    return Outcome(at, bit, index, len(right), tuple(wrong), len(sent) - len(right), error, after)


def _decode(scheme: str, stream: bytes, params: dict[str, Any]) -> tuple[list[bytes], str | None]:
    """The messages, and the first kind of error."""
    codec = build(scheme, params)
    resyncs = isinstance(codec, Delimited)
    parts = codec.cut(stream) if isinstance(codec, Delimited) else [stream]
    messages, error = list[bytes](), None
    for part in [*parts, None]:
        try:
            if part is None:
                codec.end()
            else:
                messages += codec.feed(part)
        except FramingError as fault:
            messages += fault.messages
            error = error or fault.kind
            if not resyncs:
                break
            codec = build(scheme, params)
    return messages, error


def _sum(scheme: str, damage: str, trials: list[Outcome], count: int) -> Sweep:
    return Sweep(
        scheme=scheme,
        damage=damage,
        trials=len(trials),
        sent=count * len(trials),
        right=sum(trial.right for trial in trials),
        wrong=sum(len(trial.wrong) for trial in trials),
        noticed=sum(trial.error is not None for trial in trials),
        late=sum(trial.error == "truncated" for trial in trials),
        silent=sum(trial.silent for trial in trials),
        harmless=sum(trial.harmless for trial in trials),
        resynced=sum(trial.after > 0 for trial in trials),
        followed=sum(trial.index < count - 1 for trial in trials),
    )
