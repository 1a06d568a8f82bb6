"""A packet that the capture has twice: taken on two interfaces, at both ends of a bridge, from a mirror port.

A copy follows its original at once and is the same, but for what routers and network cards change (TTL, checksums). A
retransmission comes later and mostly has another IP identification (RFC 6864) or timestamp (RFC 7323). Bare ACKs and
RSTs that are alike may follow each other in earnest (duplicate ACKs); so these count only in a connection that has
copies of other packets. And a few copies prove nothing: `Flow.judged` asks whether most packets have one.
"""

from prep.net.tcp.capture.records import Buffer
from prep.net.tcp.capture.sides import Flow

SOON = 0.0005  # seconds
CHECKSUM, OPTIONS = 16, 20  # of TCP: octets from where its header begins
LENGTHS = {12: slice(-18, -16), 36: slice(-36, -34)}  # of IPv4 and IPv6, by the size of a key: octets before it
IDENTIFICATION = slice(-16, -14)
IPV4 = 12


def copied(buffer: Buffer, flow: Flow, place: int, when: float, length: int) -> bool:
    """Is the packet, whose TCP header stands at `place`, the one before it in its connection? `length` is 0 where it
    takes nothing of the sequence space."""
    one = flow.place
    if not one or not 0 <= when - flow.last <= SOON:
        return False
    if buffer[one : one + CHECKSUM] != buffer[place : place + CHECKSUM]:
        return False
    head = (buffer[place + 12] >> 4) * 4
    if buffer[one + OPTIONS : one + head] != buffer[place + OPTIONS : place + head]:
        return False
    version = len(flow.sides[0].key)
    if _before(buffer, one, LENGTHS[version]) != _before(buffer, place, LENGTHS[version]):
        return False
    if version == IPV4 and _before(buffer, one, IDENTIFICATION) != _before(buffer, place, IDENTIFICATION):
        return False
    return length > 0 or flow.copies > 0


def _before(buffer: Buffer, place: int, field: slice) -> bytes:
    """A field of the IP header, where that has no options and nothing follows it."""
    return bytes(buffer[place + field.start : place + field.stop])
