"""Makes a capture for benchmarks/pcap.py: connections of many kinds, so many of them open at a time.

Of the connections a tenth each is IPv6, in a VLAN, in two VLANs, or has IP options; a tenth of all packets is cut to 96
octets. They open with a handshake, carry requests and answers, lose a segment now and then, and close by FIN from
either end, by both at once or by RST. Some never get an answer.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from random import Random

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
TEXT = b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n" * 40
Packet = tuple[int, int, int, int, int]  # sender, flags, SEQ, ACK, octets


def script(dice: Random) -> list[Packet]:
    """One connection: who sends what."""
    a, b = dice.getrandbits(32), dice.getrandbits(32)
    out: list[Packet] = [(0, SYN, a, 0, 0)]
    if dice.random() < 0.05:  # nobody answers
        return out * dice.randint(1, 3)
    out += [(1, SYN | ACK, b, a + 1, 0), (0, ACK, a + 1, b + 1, 0)]
    a, b = a + 1, b + 1
    for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3))):
        ask, answer = dice.randint(20, 400), dice.randint(100, 1400)
        out += [(0, ACK | PSH, a, b, ask), (1, ACK, b, a + ask, answer)]
        if dice.random() < 0.03:
            out.append((1, ACK, b, a + ask, answer))
        a, b = a + ask, b + answer
        out.append((0, ACK, a, b, 0))
    end = dice.random()
    if end < 0.1:
        return [*out, dice.choice(((0, RST | ACK, a, b, 0), (1, RST | ACK, b, a, 0)))]
    if end < 0.15:
        return [
            *out,
            (0, FIN | ACK, a, b, 0),
            (1, FIN | ACK, b, a, 0),
            (0, ACK, a + 1, b + 1, 0),
            (1, ACK, b + 1, a + 1, 0),
        ]
    if end < 0.55:
        return [*out, (0, FIN | ACK, a, b, 0), (1, FIN | ACK, b, a + 1, 0), (0, ACK, a + 1, b + 1, 0)]
    return [
        *out,
        (1, FIN | ACK, b, a, 0),
        (0, ACK, a, b + 1, 0),
        (0, FIN | ACK, a, b + 1, 0),
        (1, ACK, b + 1, a + 1, 0),
    ]


def frames(dice: Random, number: int) -> Iterator[bytes]:
    """The frames of a connection."""
    kind = dice.random()
    port, server = 1024 + number % 60000, dice.choice((80, 443, 5432))
    client, six = 0x0A000000 + number // 60000 * 256 + number % 251, kind < 0.1
    tags = (
        b"\x81\x00\x00\x05" if 0.1 <= kind < 0.2 else b"\x88\xa8\x00\x05\x81\x00\x00\x06" if 0.2 <= kind < 0.3 else b""
    )
    options = b"\x94\x04\x00\x00" if 0.3 <= kind < 0.4 else b""
    for sender, flags, seq, ack, length in script(dice):
        ports = (port, server) if not sender else (server, port)
        head = struct.pack(">HHIIBBHHH", *ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 0xFAF0, 0, 0)
        if six:
            ends = [bytes(12) + struct.pack(">I", client), b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01"]
            ip = struct.pack(">IHBB", 6 << 28, 20 + length, 6, 64) + ends[sender] + ends[1 - sender]
        else:
            ends = [struct.pack(">I", client), b"\xc0\x00\x02\x01"]
            total = 20 + len(options) + 20 + length
            ip = struct.pack(">BBHHHBBH", 0x45 + len(options) // 4, 0, total, 0, 0, 64, 6, 0)
            ip += ends[sender] + ends[1 - sender] + options
        yield bytes(12) + tags + (b"\x86\xdd" if six else b"\x08\x00") + ip + head + TEXT[:length]


def make(path: Path, flows: int, together: int, seed: int = 1) -> int:
    """Writes the capture, gives the number of packets; `together` connections are open at a time."""
    dice, record = Random(seed), struct.Struct("<IIII").pack
    clock, packets, begun = 1_700_000_000_000_000, 0, 0
    going: list[Iterator[bytes]] = []
    with path.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        while going or begun < flows:
            while begun < flows and len(going) < together:
                going.append(frames(dice, begun))
                begun += 1
            at = dice.randrange(len(going))
            frame = next(going[at], None)
            if frame is None:
                going[at] = going[-1]
                going.pop()
                continue
            clock += dice.randint(1, 60)
            here = min(len(frame), 96) if dice.random() < 0.1 else len(frame)
            out.write(record(clock // 10**6, clock % 10**6, here, len(frame)) + frame[:here])
            packets += 1
    return packets
