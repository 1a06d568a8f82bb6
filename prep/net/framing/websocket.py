"""WebSocket frames, RFC 6455 §5.2: two bytes, the rest of the length, the masking key, the payload.

    FIN RSV1 RSV2 RSV3 opcode(4) | MASK length(7) | 16 bits where it is 126, 64 bits where it is 127 | key | payload

- A message is a text or binary frame, and the continuation frames up to the one with FIN. `max` bounds the joined
  message, from the headers on, before a payload is waited for.
- Control frames (close, ping, pong) may stand between them; they give no message. They are never in fragments and have
  at most 125 bytes (§5.5).
- A client must mask every frame, a server none (§5.1). `masked` says which of the two is read.
- Without an extension the reserved bits are zero (§5.2), and the length takes the fewest bytes that it can.

That text is UTF-8 (§8.1) is not the concern of a frame. `encode` writes one binary frame; the key is handed in, and a
real client must take a new one for each frame from a strong source of entropy (§5.3).
"""

from typing import Final

from prep.net.framing.codec import Piece, Sized, frame, payload
from prep.net.framing.fault import FramingError, in_bytes

CONTINUATION: Final = 0
BINARY: Final = 2
OPCODES: Final = {0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}
LONGEST_CONTROL: Final = 125
# length in the second byte → (bytes of the length after it, the smallest number that needs them)
LONGER: Final = {126: (2, 126), 127: (8, 1 << 16)}


class WebSocket(Sized):
    """A message is the joined payload of its frames, unmasked."""

    def __init__(self, *, masked: bool, limit: int, key: bytes) -> None:
        super().__init__()
        self._masked, self._max, self._key = masked, limit, key

    def _forget(self) -> None:
        super()._forget()
        self._joined = bytearray()
        self._fragmented = False

    def _inside(self) -> bool:
        return self._fragmented or bool(self._parts)

    def _scan(self, data: bytes, messages: list[bytes]) -> int:
        at = 0
        while used := self._frame(data, at, messages):
            at += used
        return at

    def _frame(self, data: bytes, at: int, messages: list[bytes]) -> int:
        if len(data) - at < 2:
            self._need = 2
            return 0
        first, second = data[at], data[at + 1]
        self._check(first, second)
        more, least = LONGER.get(second & 0x7F, (0, 0))
        head = 2 + more
        if len(data) - at < head:
            self._need = head
            return 0
        size = int.from_bytes(data[at + 2 : at + head]) if more else second & 0x7F
        self._check_size(size, least, first)
        start = at + head + 4 * self._masked
        if start + size > len(data):
            self._need = start + size - at
            return 0
        content = data[start : start + size]
        if first & 0x0F < 8:
            self._join(_mask(content, data[start - 4 : start]) if self._masked else content, first, messages)
        return start + size - at

    def _check(self, first: int, second: int) -> None:
        """What two bytes of header can do wrong."""
        opcode, final, masked = first & 0x0F, first & 0x80, bool(second & 0x80)
        if first & 0x70:
            raise FramingError(
                "reserved_bits", f"first byte {first:#04x}: a reserved bit is set, and no extension is on"
            )
        if opcode not in OPCODES:
            raise FramingError("bad_opcode", f"opcode {opcode} is reserved")
        if opcode >= 8 and not final:
            raise FramingError("bad_control", f"a {OPCODES[opcode]} frame in fragments")
        if opcode >= 8 and second & 0x7F > LONGEST_CONTROL:
            raise FramingError("bad_control", f"a {OPCODES[opcode]} frame of more than {LONGEST_CONTROL} bytes")
        if opcode == CONTINUATION and not self._fragmented:
            raise FramingError("bad_fragment", "a continuation, and no message to continue")
        if opcode in (1, 2) and self._fragmented:
            raise FramingError(
                "bad_fragment", f"a {OPCODES[opcode]} frame before the fragments of a message have ended"
            )
        if masked != self._masked:
            must = "not masked, as a client's must be" if self._masked else "masked, as a server's must not be"
            raise FramingError("bad_mask", f"a frame that is {must}")

    def _check_size(self, size: int, least: int, first: int) -> None:
        if size < least:
            raise FramingError("overlong", f"a length of {size} in more bytes than it needs")
        if size >> 63:
            raise FramingError("overlong", f"a length of {size}: the top bit of 64 must be zero")
        if first & 0x0F < 8 and len(self._joined) + size > self._max:
            joined = f" after {len(self._joined)}" if self._joined else ""
            raise FramingError("oversize", f"a frame of {in_bytes(size)}{joined} takes the message over {self._max}")

    def _join(self, content: bytes, first: int, messages: list[bytes]) -> None:
        self._fragmented = not first & 0x80
        if self._fragmented or self._joined:
            self._joined += content
            if self._fragmented:
                return
            content, self._joined = bytes(self._joined), bytearray()
        messages.append(content)

    def pieces(self, message: bytes) -> list[Piece]:
        bit = 0x80 if self._masked else 0
        size = len(message)
        if size < 126:
            header = bytes([0x80 | BINARY, bit | size])
        elif size < 1 << 16:
            header = bytes([0x80 | BINARY, bit | 126]) + size.to_bytes(2)
        else:
            header = bytes([0x80 | BINARY, bit | 127]) + size.to_bytes(8)
        if self._masked:
            return [frame(header + self._key), payload(_mask(message, self._key))]
        return [frame(header), payload(message)]


def _mask(content: bytes, key: bytes) -> bytes:
    """Each byte XOR its byte of the key (§5.3); its own inverse. As one integer, which is faster than a loop."""
    stream = (key * (len(content) // 4 + 1))[: len(content)]
    return (int.from_bytes(content) ^ int.from_bytes(stream)).to_bytes(len(content))
