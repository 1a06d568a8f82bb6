"""AF_UNIX sockets: a name in the file system, no data in it (unix(7)).

bind() makes a file of type socket; the bytes pass through kernel memory. The file outlives the socket, and so a server
that starts again has to remove it. What no TCP socket can: tell who the peer is, and hand over open descriptors.
"""

import os
import socket
import struct
import tempfile
from pathlib import Path
from stat import S_ISSOCK

from prep.labs.children import child, must_live
from prep.labs.kit import Ask, CannotRun, Facts, errno_name, fact, lab
from prep.labs.loopback import Loopback
from prep.text import Both

LONGEST = 80  # bytes of a folder's name that leave room for our own and the socket's
CALLS = """import os, socket, sys
peer = socket.socket(fileno=int(sys.argv[1]))
peer.connect({path!r})
peer.send(b"%d" % os.getpid())
input()"""


@lab(
    "unix.socket",
    Both("A socket in the file system", "文件系统里的套接字"),
    (
        fact(
            "size == 0",
            "10000 bytes went from one end to the other: the file is a socket of 0 bytes",
            "10000 字节从一端到了另一端：文件类型是套接字，大小 0 字节",
        ),
        fact(
            'stale == ["EADDRINUSE", "ECONNREFUSED"]',
            "the file remains after close(): bind gets EADDRINUSE, connect ECONNREFUSED",
            "close() 之后文件还在：bind 得 EADDRINUSE，connect 得 ECONNREFUSED",
        ),
        fact(
            'pid == "os.getpid()"',
            "SO_PEERCRED tells the peer's process: what os.getpid() says there, in a child that has connected",
            "SO_PEERCRED 给出对端的进程号：连过来的子进程里 os.getpid() 的值",
        ),
        fact(
            'fd == "via fd"', "a descriptor handed over can be read by who got it", "把描述符传给对方，对方就能从中读取"
        ),
    ),
    typical_ms=35,
    ask=Ask(
        "size",
        "10000 bytes have passed through a Unix socket bound to a file. How big is the file?",
        "10000 字节经过了一个绑定到文件的 Unix 域套接字。文件有多大？",
        ((0, "0 bytes", "0 字节"), (10000, "10000 bytes", "10000 字节"), (4096, "a page, 4096", "一页，4096 字节")),
    ),
)
def unix(facts: Facts) -> None:
    if not hasattr(socket, "AF_UNIX"):
        raise CannotRun("no AF_UNIX on this system", "本系统没有 AF_UNIX")
    with Loopback() as loopback, tempfile.TemporaryDirectory(prefix="prep-", dir=_place()) as folder:
        path = Path(folder, "s")
        client, server = _pair_at(loopback, path)
        facts["size"] = _size_after(path, client, server)
        facts["stale"] = [
            errno_name(lambda: _unix(loopback).bind(str(path))),
            errno_name(lambda: _unix(loopback).connect(str(path))),
        ]
        facts["pid"] = _peer(loopback, Path(folder, "other"))
        facts["fd"] = _handed_over(loopback, client, server)


def _place() -> str | None:
    """Where the name of a socket fits into its 108 bytes (unix(7)); TMPDIR may be longer. None for TMPDIR."""
    return None if len(os.fsencode(tempfile.gettempdir())) <= LONGEST else "/tmp"


def _unix(loopback: Loopback) -> socket.socket:
    return loopback.keep(socket.socket(socket.AF_UNIX))


def _pair_at(loopback: Loopback, path: Path) -> tuple[socket.socket, socket.socket]:
    """The listener is closed, its file remains."""
    listener, client = _unix(loopback), _unix(loopback)
    listener.bind(str(path))
    listener.listen(1)
    client.connect(str(path))
    server = loopback.keep(listener.accept()[0])
    listener.close()
    return client, server


def _size_after(path: Path, client: socket.socket, server: socket.socket) -> int | None:
    client.sendall(bytes(10000))
    left = 10000
    while left:
        left -= len(server.recv(left))
    found = path.stat()
    return found.st_size if S_ISSOCK(found.st_mode) else None


def _peer(loopback: Loopback, path: Path) -> str | int | None:
    """ "os.getpid()" where that is what a child that connects calls itself; None where there is no SO_PEERCRED."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    listener, caller = _unix(loopback), _unix(loopback)
    listener.bind(str(path))
    listener.listen(1)
    with child(CALLS.format(path=str(path)), caller) as process:
        end = loopback.keep(listener.accept()[0])
        pid: int = struct.unpack("3i", end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
        own = end.recv(20).decode()
        must_live(process)
    return "os.getpid()" if str(pid) == own != str(os.getpid()) else pid


def _handed_over(loopback: Loopback, sender: socket.socket, receiver: socket.socket) -> str:
    reader, writer = os.pipe()
    loopback.callback(os.close, reader)
    with open(writer, "wb") as file:
        file.write(b"via fd")
    socket.send_fds(sender, [b"x"], [reader])
    _, (copy,), _, _ = socket.recv_fds(receiver, 1, 1)
    with open(copy, "rb") as file:
        return file.read().decode()
