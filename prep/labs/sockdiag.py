"""All TCP sockets of this machine, as the kernel lists them: NETLINK_SOCK_DIAG (sock_diag(7)), else /proc/net/tcp.

The kernel answers a dump request of each family with datagrams full of inet_diag_msg; no privilege is needed. The dump
is no snapshot: a connection may change its state while it runs. Without NETLINK_SOCK_DIAG (another system, a sandbox)
the text of /proc/net/tcp and tcp6 tells the same, but for the limits of listeners' queues.
"""

import errno
import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from prep.errors import PrepError
from prep.labs.kernel import STATES
from prep.labs.kit import CannotRun, scarce

MOST: Final = 5_000_000  # sockets
PATIENCE: Final = 5.0  # seconds for one datagram

NETLINK_SOCK_DIAG: Final = 4  # linux/netlink.h; NETLINK_INET_DIAG of old
SOCK_DIAG_BY_FAMILY: Final = 20  # linux/sock_diag.h
NLMSG_ERROR, NLMSG_DONE = 2, 3  # linux/netlink.h
NLM_F_REQUEST_DUMP: Final = 0x301
TCP_STATES: Final = 0xFFF  # a bit for each of kernel.STATES
TIMERS: Final = {0: "off", 1: "on", 2: "keepalive", 3: "timewait", 4: "persist"}

HEADER: Final = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
OUTCOME: Final = struct.Struct("=i")  # behind the header of NLMSG_ERROR and NLMSG_DONE: 0 or a negative errno
REQUEST: Final = struct.Struct("=BBBxI48x")  # inet_diag_req_v2: family, protocol, extensions, states, id
# inet_diag_msg: family, state, timer, retrans, ports and addresses in network order, interface, cookie;
# then expires, rqueue, wqueue, uid, inode
MESSAGE: Final = struct.Struct("=BBBB2s2s16s16sI8xIIIII")


@dataclass(frozen=True, slots=True)
class TcpSocket:
    """One socket. `local` and `remote` are (address, port).

    state: the kernel's name, as in kernel.STATES. rqueue, wqueue: bytes; of a listener the length of its accept queue
    and its limit (None from /proc). timer: `off`, `on` (retransmission), `keepalive`, `timewait`, `persist`.
    expires_ms: until it goes off. retransmits: of a segment or probe, unanswered. inode: 0 where no process holds it.
    """

    family: int
    state: str
    local: tuple[str, int]
    remote: tuple[str, int]
    rqueue: int
    wqueue: int | None
    timer: str
    expires_ms: int
    retransmits: int
    uid: int
    inode: int


def tcp_rows() -> Iterator[TcpSocket]:
    """Every TCP socket of this machine's network namespace, IPv4 then IPv6. Raises PrepError where not all are told."""
    try:
        yield from all_rows()
    except CannotRun as reason:
        what = reason.why.en
    except OSError as fault:
        what = f"the kernel's list broke off ({fault.strerror or fault})"
    else:
        return
    hint = "give it a listing: `netstat -an | prep tcp sockets -`, or a file"
    raise PrepError(what, where="prep tcp sockets", hint=hint)


def all_rows() -> Iterator[TcpSocket]:
    """The same for labs. Raises CannotRun where nothing tells, and OSError where the list breaks off."""
    lacking = None
    for source in (_dumped, _listed):
        rows = source()
        try:
            first = list(islice(rows, 1))
        except (OSError, AttributeError) as fault:
            lacking = lacking or scarce(fault)
            continue
        yield from first
        yield from islice(rows, MOST)
        return
    raise lacking or CannotRun(
        "this system has neither sock_diag nor /proc/net/tcp", "本系统既没有 sock_diag 也没有 /proc/net/tcp"
    )


# ── sock_diag ──


def _dumped() -> Iterator[TcpSocket]:
    """Raises OSError, and AttributeError on systems other than Linux."""
    for family in (socket.AF_INET, socket.AF_INET6):
        with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_SOCK_DIAG) as link:
            link.settimeout(PATIENCE)
            body = REQUEST.pack(family, socket.IPPROTO_TCP, 0, TCP_STATES << 1)
            link.send(HEADER.pack(HEADER.size + len(body), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST_DUMP, 1, 0) + body)
            try:
                yield from _messages(link)
            except FileNotFoundError:
                if family == socket.AF_INET:  # else: no IPv6 in this kernel
                    raise


def _messages(link: socket.socket) -> Iterator[TcpSocket]:
    """Raises OSError. A kernel without a handler for the family answers NLMSG_ERROR; one that has none for the protocol
    (tcp_diag) ends the dump at once, and NLMSG_DONE tells why."""
    while True:
        datagram = link.recv(1 << 17)
        at = 0
        while at + HEADER.size <= len(datagram):
            length, kind, *_ = HEADER.unpack_from(datagram, at)
            if kind in (NLMSG_ERROR, NLMSG_DONE):
                (outcome,) = OUTCOME.unpack_from(datagram, at + HEADER.size)
                if kind == NLMSG_ERROR or outcome < 0:
                    raise _fault(-outcome)
                return
            if length < HEADER.size:
                raise _fault(errno.EPROTO)
            yield _socket(datagram, at + HEADER.size)
            at += length + 3 & ~3


def _fault(number: int) -> OSError:
    return OSError(number, f"sock_diag: {os.strerror(number)}")


def _socket(datagram: bytes, at: int) -> TcpSocket:
    family, state, timer, retries, *ends, _, expires, received, sent, uid, inode = MESSAGE.unpack_from(datagram, at)
    ports = [int.from_bytes(port, "big") for port in ends[:2]]
    width = 4 if family == socket.AF_INET else 16
    local, remote = (socket.inet_ntop(family, address[:width]) for address in ends[2:])
    return TcpSocket(
        family=family,
        state=STATES.get(state, str(state)),
        local=(local, ports[0]),
        remote=(remote, ports[1]),
        rqueue=received,
        wqueue=sent,
        timer=TIMERS.get(timer, "off"),
        expires_ms=expires,
        retransmits=retries,
        uid=uid,
        inode=inode,
    )


# ── /proc ──


def _listed() -> Iterator[TcpSocket]:
    """Raises OSError where /proc/net/tcp is not there."""
    with Path("/proc/net/tcp").open() as lines:
        yield from (_line(line, socket.AF_INET) for line in islice(lines, 1, MOST))
    try:
        with Path("/proc/net/tcp6").open() as lines:
            yield from (_line(line, socket.AF_INET6) for line in islice(lines, 1, MOST))
    except FileNotFoundError:  # no IPv6 in this kernel
        return


def _line(line: str, family: int) -> TcpSocket:
    """proc(5): a line of /proc/net/tcp; jiffies there are 1/100 s."""
    _, local, remote, state, queues, when, retries, uid, probes, inode, *_ = line.split()
    sent, received = (int(number, 16) for number in queues.split(":"))
    timer, expires = (int(number, 16) for number in when.split(":"))
    name = STATES.get(int(state, 16), state)
    return TcpSocket(
        family=family,
        state=name,
        local=_end(local, family),
        remote=_end(remote, family),
        rqueue=received,
        wqueue=None if name == "LISTEN" else sent,
        timer=TIMERS.get(timer, "off"),
        expires_ms=expires * 10,
        retransmits=int(retries, 16) if timer == 1 else int(probes),
        uid=int(uid),
        inode=int(inode),
    )


def _end(text: str, family: int) -> tuple[str, int]:
    """Addresses are words in the byte order of the machine."""
    address, port = text.split(":")
    words = (int(address[at : at + 8], 16) for at in range(0, len(address), 8))
    return socket.inet_ntop(family, b"".join(struct.pack("=I", word) for word in words)), int(port, 16)
