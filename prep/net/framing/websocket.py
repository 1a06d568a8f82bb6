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
from prep.text import Both

CONTINUATION: Final = 0
BINARY: Final = 2
OPCODES: Final = {0: "continuation", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}
LONGEST_CONTROL: Final = 125
# length in the second byte → (bytes of the length after it, the smallest number that needs them)
LONGER: Final = {126: (2, 126), 127: (8, 1 << 16)}

UNMASKED: Final = Both("a frame that is not masked, as a client's must be", "帧没有加掩码，而客户端的帧必须加")
MASKED: Final = Both("a frame that is masked, as a server's must not be", "帧加了掩码，而服务器的帧不得加")


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
        called, most = OPCODES.get(opcode), LONGEST_CONTROL
        if first & 0x70:
            en = f"first byte {first:#04x}: a reserved bit is set, and no extension is on"
            zh = f"第一个字节 {first:#04x}：保留位为 1，而没有启用扩展"
            raise FramingError("reserved_bits", Both(en, zh))
        if called is None:
            raise FramingError("bad_opcode", Both(f"opcode {opcode} is reserved", f"操作码 {opcode} 属于保留值"))
        if opcode >= 8 and not final:
            raise FramingError("bad_control", Both(f"a {called} frame in fragments", f"{called} 帧被分片"))
        if opcode >= 8 and second & 0x7F > most:
            what = Both(f"a {called} frame of more than {most} bytes", f"{called} 帧超过 {most} 字节")
            raise FramingError("bad_control", what)
        if opcode == CONTINUATION and not self._fragmented:
            what = Both("a continuation, and no message to continue", "续帧之前没有要继续的消息")
            raise FramingError("bad_fragment", what)
        if opcode in (1, 2) and self._fragmented:
            en = f"a {called} frame before the fragments of a message have ended"
            raise FramingError("bad_fragment", Both(en, f"上一条消息的分片还没有结束，又来了 {called} 帧"))
        if masked != self._masked:
            raise FramingError("bad_mask", UNMASKED if self._masked else MASKED)

    def _check_size(self, size: int, least: int, first: int) -> None:
        if size < least:
            what = Both(f"a length of {size} in more bytes than it needs", f"长度 {size} 占用的字节多于所需")
            raise FramingError("overlong", what)
        if size >> 63:
            what = Both(
                f"a length of {size}: the top bit of 64 must be zero", f"长度 {size}：64 位长度的最高位必须为 0"
            )
            raise FramingError("overlong", what)
        if first & 0x0F < 8 and len(self._joined) + size > self._max:
            before = len(self._joined)
            en = f"a frame of {in_bytes(size)}{f' after {before}' if before else ''} takes the message over {self._max}"
            zh = f"{f'已有 {before} 字节，' if before else ''}{size} 字节的帧使消息超过 {self._max} 字节"
            raise FramingError("oversize", Both(en, zh))

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
