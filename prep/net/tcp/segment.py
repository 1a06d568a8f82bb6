"""A segment, and the arithmetic of sequence numbers.

Sequence numbers are 32 bits wide and wrap (RFC 9293 §3.4): `before` and `upto` compare on the circle and mean something
for numbers less than 2^31 apart. SYN and FIN each take one number, ACK and RST none (§3.4).
"""

from typing import NamedTuple

MODULUS = 1 << 32
HALF = MODULUS >> 1
ORDER = ("SYN", "FIN", "RST", "PSH", "URG", "ACK")  # as they are written
Flags = frozenset[str]

NONE: Flags = frozenset()
SYN: Flags = frozenset({"SYN"})
FIN: Flags = frozenset({"FIN"})
RST: Flags = frozenset({"RST"})


def plus(number: int, count: int) -> int:
    """
    >>> plus(4294967295, 2)
    1
    """
    return (number + count) % MODULUS


def before(a: int, b: int) -> bool:
    """a < b, as RFC 9293 §3.4 means it.

    >>> before(4294967295, 3), before(3, 3)
    (True, False)
    """
    return 0 < (b - a) % MODULUS < HALF


def upto(a: int, b: int) -> bool:
    """a =< b."""
    return (b - a) % MODULUS < HALF


def inside(number: int, left: int, size: int) -> bool:
    """left =< number < left + size."""
    return (number - left) % MODULUS < size


class Segment(NamedTuple):
    """What one end sends to the other.

    ack: None where the ACK bit is off.
    flags: the control bits that are on, but ACK.
    data: how many octets of text.

    >>> str(Segment(300, 101, SYN)), Segment(300, 101, SYN).length
    ('<SEQ=300><ACK=101><CTL=SYN,ACK>', 1)
    """

    seq: int
    ack: int | None = None
    flags: Flags = NONE
    data: int = 0

    @property
    def length(self) -> int:
        """SEG.LEN: what it takes of the sequence space."""
        return self.data + ("SYN" in self.flags) + ("FIN" in self.flags)

    @property
    def end(self) -> int:
        """The number behind its last."""
        return plus(self.seq, self.length)

    def trimmed(self, left: int, size: int) -> "Segment":
        """What lies within the window that begins at `left` (RFC 9293 §3.10.7.4, first). Without a number in it, a
        segment is as it was."""
        seq, _, flags, data = self
        behind = (left - seq) % MODULUS if before(seq, left) else 0
        if behind and "SYN" in flags:
            behind, seq, flags = behind - 1, plus(seq, 1), flags - SYN
        cut = min(behind, data)
        seq, data = plus(seq, cut), data - cut
        room = size - (seq - left) % MODULUS - ("SYN" in flags)
        if data + ("FIN" in flags) > room:
            data, flags = min(data, max(0, room)), flags - FIN
        return Segment(seq, self.ack, flags, data)

    def __str__(self) -> str:
        ack = f"<ACK={self.ack}>" if self.ack is not None else ""
        bits = self.flags | ({"ACK"} if self.ack is not None else NONE)
        data = f"<DATA={self.data}>" if self.data else ""
        return f"<SEQ={self.seq}>{ack}<CTL={','.join(bit for bit in ORDER if bit in bits)}>{data}"
