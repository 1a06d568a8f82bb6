"""Who said what: connections between A and B written down segment by segment, and read back."""

from captures import pcap, segment_of
from reading import Connection, only, read

from prep.net.tcp.segment import FIN, SYN, Segment

MODULUS = 1 << 32
Said = tuple[str, Segment] | tuple[str, Segment, int]


def capture(*said: Said) -> bytes:
    """Sender, segment and perhaps its window, a second apart."""
    return pcap([(float(n), segment_of(*one)) for n, one in enumerate(said)])  # type: ignore[arg-type]


def one(*said: Said) -> Connection:
    return only(read(capture(*said)).connections)


def ack(seq: int, number: int, data: int = 0) -> Segment:
    return Segment(seq % MODULUS, number % MODULUS, data=data)


def handshake(a: int = 100, b: int = 300) -> list[Said]:
    return [
        ("A", Segment(a, None, SYN)),
        ("B", Segment(b, (a + 1) % MODULUS, SYN)),
        ("A", ack(a + 1, b + 1)),
    ]


OPEN = handshake()
CLOSE: list[Said] = [
    ("A", Segment(101, 301, FIN)),
    ("B", ack(301, 102)),
    ("B", Segment(301, 102, FIN)),
    ("A", ack(102, 302)),
]
