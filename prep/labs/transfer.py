"""Some sends at one end, as many reads as it takes at the other, and the segments between: three different numbers.

The sends come first, then what has left the sender is waited for, then it is read: so the reads show what a reader
finds who was busy for a moment. Only where the buffers cannot hold all of it is read in between. Both ends are in one
thread, so that nothing depends on who runs first.
"""

import errno
import os
import select
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from prep.errors import PrepError
from prep.labs.kernel import LINUX, tcp_info
from prep.labs.kit import DEADLINE, CannotRun, Overdue, ms_since, until
from prep.labs.loopback import Loopback, option

TRANSPORTS = ("tcp", "udp", "unix", "seqpacket", "pipe")
NETWORK = ("tcp", "udp")  # those of them that need the loopback interface
LARGEST = 1 << 26  # bytes in all
SHORT = 0.05  # seconds in which a datagram arrives on loopback, or was dropped


@dataclass(frozen=True, slots=True)
class Setup:
    """`recv` is the buffer that the reader offers; `delayed_ack` makes the receiver wait with its ACKs (Linux)."""

    transport: str = "tcp"
    sends: int = 10
    size: int = 7
    nodelay: bool = False
    cork: bool = False
    delayed_ack: bool = False
    recv: int = 4096

    def options(self) -> list[str]:
        return [name for name in ("nodelay", "cork", "delayed_ack") if getattr(self, name)]

    def messages(self) -> list[bytes]:
        """`msg-01|`, `msg-02|`, …, cut or filled to the size."""
        return [message(number, self.size) for number in range(1, self.sends + 1)]


def message(number: int, size: int) -> bytes:
    text = f"msg-{number:02d}".encode()
    return (text[: size - 1].ljust(size - 1, b".") + b"|") if size else b""


@dataclass(frozen=True, slots=True)
class Run:
    """`segments` (those with data) and `held` (bytes that the sender kept back until the reads began) are None where
    the system does not tell. `wait_ms` is the longest wait of the reader for the next bytes. `lost` are datagrams that
    found the receive buffer full, `cut` bytes behind the end of a read too short for its datagram; of a stream both
    are 0."""

    setup: Setup
    segments: int | None
    reads: list[int]
    data: bytes
    first_segments: int | None
    held: int | None
    wait_ms: float
    lost: int
    cut: int


@dataclass(frozen=True, slots=True)
class Channel:
    """Two non-blocking ends. `tcp` are the sockets where TCP_INFO can be asked, `whole` whether reads keep messages."""

    send: Callable[[bytes], int]
    recv: Callable[[int], bytes]
    reader: Any
    whole: bool = False
    tcp: tuple[socket.socket, socket.socket] | None = None


class Local(Loopback):
    """Closes what stays in the machine, for which the interface may be down."""

    def __init__(self) -> None:
        ExitStack.__init__(self)


def no_loopback() -> CannotRun | None:
    """Why the transports of the network cannot run; None where they can."""
    try:
        with Loopback():
            return None
    except CannotRun as reason:
        return reason


def transfer(setup: Setup, messages: list[bytes] | None = None) -> Run:
    """`messages` are sent instead of the numbered ones where they are given.

    Raises PrepError for a set-up that makes no sense, CannotRun where this system lacks the transport or option.
    """
    check(setup)
    messages = setup.messages() if messages is None else messages
    sent = sum(map(len, messages))
    with Loopback() if setup.transport in NETWORK else Local() as loopback:
        channel = _open(loopback, setup)
        chunks: list[bytes] = []
        for message in messages:
            chunks += _send(channel, message, setup)
        settle(channel, sent)
        first, held = _segments(channel), _held(channel)
        if setup.cork:
            _cork(channel, on=False)
        waits, got = [0.0], sum(map(len, chunks))
        while (len(chunks) < len(messages)) if channel.whole else (got < sent):
            start = time.monotonic()
            if not _readable(channel, SHORT if channel.whole else DEADLINE):
                if channel.whole:
                    break  # the receive buffer was full: a datagram is gone and nobody is told
                raise Overdue("the rest of the bytes")
            waits.append(ms_since(start))
            chunks.append(channel.recv(setup.recv))
            got += len(chunks[-1])
        lost, cut = _missing(messages, chunks) if channel.whole else (0, 0)
        reads = [*map(len, chunks)]
        return Run(setup, _segments(channel), reads, b"".join(chunks), first, held, max(waits), lost, cut)


def check(setup: Setup) -> None:
    """Raises PrepError."""
    if setup.transport not in TRANSPORTS:
        raise PrepError("no such transport", where=setup.transport, hint=f"one of {', '.join(TRANSPORTS)}")
    if not 1 <= setup.sends <= 10_000:
        raise PrepError("must be 1 to 10000", where=f"--sends {setup.sends}")
    if not 0 <= setup.size <= LARGEST:
        raise PrepError(f"must be 0 to {LARGEST}", where=f"--size {setup.size}")
    if setup.sends * setup.size > LARGEST:
        total = setup.sends * setup.size
        raise PrepError("too much for a demonstration", where=f"{total} bytes", hint=f"at most {LARGEST} in all")
    if not 1 <= setup.recv <= LARGEST:
        raise PrepError(f"must be 1 to {LARGEST}", where=f"--recv {setup.recv}", hint="recv(0) reads nothing")
    if setup.sends * setup.size // setup.recv > 1 << 20:
        raise PrepError("would take more than a million reads", where=f"--recv {setup.recv}", hint="read larger pieces")
    if setup.options() and setup.transport != "tcp":
        flags = ["--" + name.replace("_", "-") for name in setup.options()]
        what, none = ("is an option", "no such thing") if len(flags) == 1 else ("are options", "none of them")
        raise PrepError(f"{what} of TCP", where=", ".join(flags), hint=f"{setup.transport} has {none}")


def _open(loopback: Loopback, setup: Setup) -> Channel:
    channel = OPEN[setup.transport](loopback)
    if channel.tcp:
        sender, receiver = channel.tcp
        sender.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, int(setup.nodelay))
        if setup.cork:
            _cork(channel, on=True)
        if setup.delayed_ack:
            receiver.setsockopt(socket.IPPROTO_TCP, option("TCP_QUICKACK"), 0)
    return channel


def _tcp(loopback: Loopback) -> Channel:
    client, server = loopback.pair()
    return _of_sockets(client, server, tcp=(client, server))


def _udp(loopback: Loopback) -> Channel:
    return _of_sockets(*loopback.udp_pair(), whole=True)


def _unix(loopback: Loopback) -> Channel:
    return _of_sockets(*loopback.unix_pair("SOCK_STREAM"))


def _seqpacket(loopback: Loopback) -> Channel:
    return _of_sockets(*loopback.unix_pair("SOCK_SEQPACKET"), whole=True)


def _pipe(loopback: Loopback) -> Channel:
    if os.name == "nt":
        raise CannotRun("a pipe cannot be waited for on Windows", "Windows 上无法等待管道")
    reader, writer = os.pipe()
    for end in (reader, writer):
        loopback.callback(os.close, end)
        os.set_blocking(end, False)
    return Channel(partial(os.write, writer), partial(os.read, reader), reader)


OPEN = {"tcp": _tcp, "udp": _udp, "unix": _unix, "seqpacket": _seqpacket, "pipe": _pipe}


def _of_sockets(sender: socket.socket, receiver: socket.socket, **more: Any) -> Channel:
    sender.setblocking(False)
    receiver.setblocking(False)
    return Channel(sender.send, receiver.recv, receiver, **more)


def _send(channel: Channel, message: bytes, setup: Setup) -> list[bytes]:
    """Sends it whole, and reads in between only while the buffers are full. What was read."""
    read = []
    rest = memoryview(message)
    while True:
        try:
            rest = rest[channel.send(rest) :]  # type: ignore[arg-type]  # any bytes-like object
        except BlockingIOError:
            if not _readable(channel, DEADLINE):
                raise Overdue("the buffers stay full") from None
            read.append(channel.recv(setup.recv))
        except OSError as fault:
            if fault.errno != errno.EMSGSIZE:
                raise
            hint = "65507 bytes at most with UDP over IPv4" if setup.transport == "udp" else "send less at a time"
            raise PrepError("EMSGSIZE: one packet cannot hold it", where=f"--size {setup.size}", hint=hint) from None
        if not rest:
            return read


def _missing(messages: list[bytes], chunks: list[bytes]) -> tuple[int, int]:
    """Messages that never came, and bytes that are missing at the end of those that did. They come in order."""
    sent = iter(messages)
    cut = sum(len(next(message for message in sent if message.startswith(chunk))) - len(chunk) for chunk in chunks)
    return len(messages) - len(chunks), cut


def settle(channel: Channel, sent: int) -> None:
    """Waits until all that has left the sender is in the receiver's kernel. What the sender holds back has not left."""
    if channel.tcp and LINUX:
        sender, receiver = channel.tcp

        def there() -> bool:
            arrived, held = tcp_info(receiver).bytes_received, tcp_info(sender).notsent_bytes
            return arrived is None or held is None or arrived + held >= sent

        until(there, "the bytes that were sent have arrived")


def _readable(channel: Channel, seconds: float) -> bool:
    return bool(select.select([channel.reader], [], [], seconds)[0])


def _cork(channel: Channel, *, on: bool) -> None:
    if channel.tcp:
        channel.tcp[0].setsockopt(socket.IPPROTO_TCP, option("TCP_CORK"), int(on))


def _segments(channel: Channel) -> int | None:
    return tcp_info(channel.tcp[0]).data_segs_out if channel.tcp and LINUX else None


def _held(channel: Channel) -> int | None:
    return tcp_info(channel.tcp[0]).notsent_bytes if channel.tcp and LINUX else None
