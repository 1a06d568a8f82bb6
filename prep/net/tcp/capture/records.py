"""The packets of a capture file, out of a buffer: pcap and pcapng, both byte orders, micro- and nanoseconds.

pcap (draft-ietf-opsawg-pcap): a header of 24 octets whose first four tell byte order and resolution, then records of 16
octets and a packet. pcapng (draft-ietf-opsawg-pcapng): blocks that tell their own length twice; a section has its byte
order and its interfaces, an interface its link type and its resolution (option if_tsresol).

- Nothing is copied and no length is believed: what a record claims is held against the buffer, and against LONGEST.
- What is cut off or damaged ends the reading: `Records.fault` then says where and what. What came before counts.
"""

import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

Buffer = bytes | bytearray | memoryview  # or a mapped file
Record = tuple[
    float, int, int, int, int
]  # seconds, where the packet begins, octets here, octets on the wire, link type

LONGEST = 1 << 18  # octets of a packet: libpcap's MAXIMUM_SNAPLEN
LONGEST_BLOCK = 1 << 24  # octets of a pcapng block
MOST_INTERFACES = 65_536  # that are described
HEADER, RECORD = 24, 16
SECTION, INTERFACE, OLD_PACKET, SIMPLE, ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6
MAGIC = {  # of pcap: byte order and parts of a second
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
}
ORDER = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}  # of a pcapng section
OTHERS = {
    b"\xa1\xb2\xcd\x34": "a pcap of Kuznetzov's patched libpcap",
    b"\x34\xcd\xb2\xa1": "a pcap of Kuznetzov's patched libpcap",
    b"snoo": "a snoop capture",
    b"\x1f\x8b\x08\x00": "a gzip file",
    b"\x1f\x8b\x08\x08": "a gzip file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
}


class NoCapture(ValueError):
    """The buffer is neither pcap nor pcapng; what it is instead, and a way out."""


class Interface(NamedTuple):
    link: int
    unit: float  # seconds
    offset: int  # seconds
    snap: int  # octets; 0 for no limit


class Records:
    """The packets of a capture, in the order of the file.

    fault: why the reading ended before the end of the buffer, empty where it did not.
    links: the link type of each interface, in order.
    backwards: how often a packet is older than the one before it.
    """

    def __init__(self, buffer: Buffer) -> None:
        """Raises NoCapture."""
        self.buffer = buffer
        self.fault = ""
        self.backwards = 0
        self.links: list[int] = []
        magic = bytes(buffer[:4])
        self._read: Callable[[], Iterator[Record]]
        if magic in MAGIC:
            if len(buffer) < HEADER:
                raise NoCapture(f"ends within the header of a pcap, after {len(buffer)} octets")
            self._read = self._pcap
        elif magic == b"\n\r\r\n":
            self._read = self._pcapng
        else:
            raise NoCapture(_neither(magic))

    def __iter__(self) -> Iterator[Record]:
        return self._read()

    # ── pcap ──

    def _pcap(self) -> Iterator[Record]:
        buffer, size = self.buffer, len(self.buffer)
        order, unit = MAGIC[bytes(buffer[:4])]
        link = struct.unpack_from(order + "I", buffer, 20)[0] & 0xFFFF  # above: the length of the FCS
        self.links.append(link)
        head = struct.Struct(order + "IIII").unpack_from
        at, last = HEADER, 0.0
        while at + RECORD <= size:
            seconds, parts, here, wire = head(buffer, at)
            start = at + RECORD
            at = start + here
            if at > size or here > LONGEST or not wire:
                self._cut(start - RECORD, here, wire, size - start)
                return
            when = seconds + parts * unit
            if when < last:
                self.backwards += 1
            last = when
            yield when, start, here, wire, link
        if at != size:
            self.fault = f"ends within the header of a record, at octet {at}"

    def _cut(self, at: int, claimed: int, wire: int, rest: int) -> None:
        if not wire:
            self.fault = f"damaged: the record at octet {at} is empty, as in a file that was not written to its end"
        elif claimed > LONGEST:
            self.fault = f"damaged: the record at octet {at} claims {claimed} octets"
        else:
            self.fault = f"cut off: the record at octet {at} has {claimed} octets, {rest} are there"

    # ── pcapng ──

    def _pcapng(self) -> Iterator[Record]:
        buffer, size = self.buffer, len(self.buffer)
        order, at, last = "<", 0, 0.0
        interfaces: list[Interface] = []
        words = enhanced = tail = struct.Struct("<II").unpack_from
        while at + 12 <= size:
            kind, length = words(buffer, at)
            if kind == SECTION:  # the same in both byte orders
                order = ORDER.get(bytes(buffer[at + 8 : at + 12]), "")
                if not order:
                    self.fault = f"damaged: the section at octet {at} has no byte order"
                    return
                words = struct.Struct(order + "II").unpack_from
                tail = struct.Struct(order + "I").unpack_from
                enhanced = struct.Struct(order + "IIIII").unpack_from
                interfaces = []
                kind, length = words(buffer, at)
            end = at + length
            if length < 12 or length % 4 or length > LONGEST_BLOCK or end > size:
                self._bad_block(at, length, size)
                return
            (again,) = tail(buffer, end - 4)
            if again != length:
                self.fault = f"damaged: the block at octet {at} says {length} octets at its head, {again} at its end"
                return
            if kind == ENHANCED and length >= 32:
                number, high, low, here, wire = enhanced(buffer, at + 8)
                start = at + 28
            elif kind == INTERFACE and length >= 20:
                if len(self.links) == MOST_INTERFACES:
                    self.fault = f"the block at octet {at} describes one more interface than {MOST_INTERFACES}"
                    return
                interfaces.append(_interface(buffer, at, end, order))
                self.links.append(interfaces[-1].link)
                start = 0
            elif kind == SIMPLE and length >= 16:
                number, high, low, start = 0, 0, 0, at + 12
                wire = here = struct.unpack_from(order + "I", buffer, at + 8)[0]
                if interfaces:
                    here = min(wire, interfaces[0].snap or wire, length - 16)
            elif kind == OLD_PACKET and length >= 32:
                number, _, high, low, here, wire = struct.unpack_from(order + "HHIIII", buffer, at + 8)
                start = at + 28
            else:
                start = 0
            if start:
                if number >= len(interfaces):
                    self.fault = f"damaged: the packet at octet {at} names interface {number}, which nothing describes"
                    return
                if here > end - 4 - start or here > LONGEST:
                    self.fault = f"damaged: the packet at octet {at} claims {here} octets in a block of {length}"
                    return
                link, unit, offset, _ = interfaces[number]
                when = (high << 32 | low) * unit + offset if high or low else last
                if when < last:
                    self.backwards += 1
                last = when
                yield when, start, here, wire, link
            at = end
        if at != size:
            self.fault = f"ends within the header of a block, at octet {at}"

    def _bad_block(self, at: int, length: int, size: int) -> None:
        if length < 12 or length % 4 or length > LONGEST_BLOCK:
            self.fault = f"damaged: the block at octet {at} claims {length} octets"
        else:
            self.fault = f"cut off: the block at octet {at} has {length} octets, {size - at} are there"


def _interface(buffer: Buffer, at: int, end: int, order: str) -> Interface:
    link, _, snap = struct.unpack_from(order + "HHI", buffer, at + 8)
    unit, offset = 1e-6, 0
    option = at + 16
    while option + 4 <= end - 4:
        code, length = struct.unpack_from(order + "HH", buffer, option)
        value = option + 4
        if not code or value + length > end - 4:
            break
        if code == 9 and length == 1:
            exponent = buffer[value] & 0x7F
            unit = 2.0**-exponent if buffer[value] & 0x80 else 10.0**-exponent
        elif code == 14 and length == 8:
            (offset,) = struct.unpack_from(order + "q", buffer, value)
        option = value + (length + 3 & ~3)
    return Interface(link, unit, offset, snap)


def _neither(magic: bytes) -> str:
    if not magic:
        return "an empty file, no capture"
    other = OTHERS.get(magic)
    ways = {"a gzip file": "gunzip it first", "a zstd file": "unzstd it first"}
    way = ways.get(other or "", "convert it with `editcap -F pcap IN OUT`")
    return f"{other}, neither pcap nor pcapng; {way}" if other else "no capture: neither pcap nor pcapng"
