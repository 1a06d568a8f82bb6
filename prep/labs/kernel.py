"""What the kernel knows of a TCP socket: `TCP_INFO` (linux/tcp.h, struct tcp_info).

The struct grows at its end from one kernel to the next: a field that this kernel does not give is None. State names are
those of the kernel (net/tcp_states.h), as `ss` and /proc count them: FIN_WAIT1, SYN_RECV.
"""

import socket
import struct
import sys
from dataclasses import dataclass

from prep.labs.kit import CannotRun

LINUX = sys.platform == "linux"

STATES = {
    1: "ESTABLISHED",
    2: "SYN_SENT",
    3: "SYN_RECV",
    4: "FIN_WAIT1",
    5: "FIN_WAIT2",
    6: "TIME_WAIT",
    7: "CLOSE",
    8: "CLOSE_WAIT",
    9: "LAST_ACK",
    10: "LISTEN",
    11: "CLOSING",
    12: "NEW_SYN_RECV",
}

# field → (offset, format). Since Linux 4.1 (bytes_received), 4.6 (notsent_bytes, data_segs_out).
FIELDS = {
    "retransmits": (2, "B"),
    "probes": (3, "B"),
    "backoff": (4, "B"),
    "options": (5, "B"),
    "rto": (8, "I"),
    "snd_mss": (16, "I"),
    "rcv_mss": (20, "I"),
    "unacked": (24, "I"),
    "sacked": (28, "I"),
    "lost": (32, "I"),
    "snd_cwnd": (80, "I"),
    "advmss": (84, "I"),
    "total_retrans": (100, "I"),
    "bytes_acked": (120, "Q"),
    "bytes_received": (128, "Q"),
    "segs_out": (136, "I"),
    "segs_in": (140, "I"),
    "notsent_bytes": (144, "I"),
    "data_segs_in": (152, "I"),
    "data_segs_out": (156, "I"),
}


TIMESTAMPS = 1  # both ends have agreed on them: TCPI_OPT_TIMESTAMPS


@dataclass(frozen=True, slots=True)
class TcpInfo:
    """Counts since the connection began; `rto` in microseconds, sizes in bytes, `options` as bits (TIMESTAMPS).

    On a listener `unacked` is the length of the accept queue and `sacked` its limit.
    """

    state: str
    retransmits: int
    probes: int
    backoff: int
    options: int
    rto: int
    snd_mss: int
    rcv_mss: int
    unacked: int
    sacked: int
    lost: int
    snd_cwnd: int
    advmss: int
    total_retrans: int
    bytes_acked: int | None
    bytes_received: int | None
    segs_out: int | None
    segs_in: int | None
    notsent_bytes: int | None
    data_segs_in: int | None
    data_segs_out: int | None


def tcp_info(sock: socket.socket) -> TcpInfo:
    """Raises CannotRun where the system has no Linux TCP_INFO, OSError for a socket that is closed."""
    if not LINUX:
        raise CannotRun("TCP_INFO is read as Linux lays it out", "TCP_INFO 只能按 Linux 的布局读取")
    raw = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    values = {name: _field(raw, *place) for name, place in FIELDS.items()}
    return TcpInfo(STATES.get(raw[0], str(raw[0])), **values)  # type: ignore[arg-type]  # old fields are always there


def _field(raw: bytes, offset: int, code: str) -> int | None:
    if offset + struct.calcsize(code) > len(raw):
        return None
    value: int = struct.unpack_from("=" + code, raw, offset)[0]
    return value


def tcp_state(sock: socket.socket) -> str:
    return tcp_info(sock).state
