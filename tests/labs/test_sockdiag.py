"""The kernel's own list of TCP sockets: what we made is in it, and both ways to ask agree."""

import errno
import os
import socket
import struct
import sys
from types import SimpleNamespace

import pytest

from prep.labs import sockdiag
from prep.labs.loopback import Loopback

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sock_diag is Linux's")


def ours(rows, port):
    return {(row.local, row.remote): row for row in rows if port in (row.local[1], row.remote[1])}


@pytest.fixture(params=["dumped", "listed"])
def rows(request):
    """One way to ask, if this machine has it."""
    ask = getattr(sockdiag, f"_{request.param}")

    def run():
        try:
            return list(ask())
        except OSError:
            pytest.skip("not on this machine")

    return run


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_connection_is_listed_with_both_its_ends(rows, host):
    with Loopback() as loopback:
        try:
            listener = loopback.listener(host=host)
        except OSError:
            pytest.skip("no IPv6 here")
        client = loopback.tcp(host)
        client.connect(listener.getsockname())
        server = loopback.keep(listener.accept()[0])
        server.send(b"twelve bytes")
        here, there = client.getsockname()[:2], server.getsockname()[:2]
        found = ours(rows(), there[1])

    assert found[here, there].state == found[there, here].state == "ESTABLISHED"
    assert found[here, there].rqueue == 12
    assert found[here, there].inode > 0
    assert found[here, there].family == (socket.AF_INET6 if ":" in host else socket.AF_INET)


def test_a_connection_that_waits_to_be_accepted_has_no_inode_and_stands_in_the_listeners_queue(rows):
    with Loopback() as loopback:
        listener = loopback.listener(backlog=5)
        client = loopback.tcp()
        client.connect(listener.getsockname())
        here, there = client.getsockname(), listener.getsockname()
        found = ours(rows(), there[1])

    assert found[there, here].inode == 0
    assert found[there, ("0.0.0.0", 0)].state == "LISTEN"
    assert found[there, ("0.0.0.0", 0)].rqueue == 1
    assert found[there, ("0.0.0.0", 0)].wqueue in (5, None)


def test_without_sock_diag_proc_is_asked(monkeypatch):
    def refused():
        raise PermissionError
        yield

    monkeypatch.setattr(sockdiag, "_dumped", refused)
    with Loopback() as loopback:
        listener = loopback.listener()
        here = listener.getsockname()
        found = ours(sockdiag.tcp_rows(), here[1])

    assert found[here, ("0.0.0.0", 0)].state == "LISTEN"


def test_a_kernel_without_a_handler_for_the_protocol_has_its_rows_taken_from_proc(monkeypatch):
    with Loopback() as loopback:
        here = loopback.listener().getsockname()
        monkeypatch.setattr(socket, "IPPROTO_TCP", 250)  # no kernel has a handler for it
        found = ours(sockdiag.all_rows(), here[1])

    assert found[here, ("0.0.0.0", 0)].state == "LISTEN"


# ── a kernel that answers as told ──


def message(kind, body):
    return sockdiag.HEADER.pack(sockdiag.HEADER.size + len(body), kind, 0, 1, 0) + body


def done(number=0):
    return message(sockdiag.NLMSG_DONE, struct.pack("=i", number))


def refused(number):
    return message(sockdiag.NLMSG_ERROR, struct.pack("=i", number) + bytes(16))


def row(family, port):
    ends = (port.to_bytes(2, "big"), bytes(2), bytes(16), bytes(16), 0)
    return message(20, sockdiag.MESSAGE.pack(family, 10, 0, 0, *ends, 0, 0, 0, 0, 1))


@pytest.fixture
def kernel(monkeypatch):
    """Sets the datagrams that a dump of IPv4 and one of IPv6 are answered with; /proc has one row, of port 9."""

    def answer(four, six):
        answers = {socket.AF_INET: list(four), socket.AF_INET6: list(six)}

        class Link:
            def __init__(self, *_):
                self.waiting = []

            def __enter__(self):
                return self

            def __exit__(self, *_):
                pass

            def settimeout(self, seconds):
                pass

            def send(self, request):
                self.waiting = answers[request[sockdiag.HEADER.size]]

            def recv(self, size):
                return self.waiting.pop(0)

        names = {name: getattr(socket, name) for name in dir(socket)}
        monkeypatch.setattr(sockdiag, "socket", SimpleNamespace(**names | {"socket": Link}))
        monkeypatch.setattr(sockdiag, "_listed", lambda: iter([SimpleNamespace(local=("0.0.0.0", 9))]))

    return answer


def ports():
    return [found.local[1] for found in sockdiag.all_rows()]


FOUR, SIX = row(socket.AF_INET, 4), row(socket.AF_INET6, 6)


def test_a_dump_that_ends_well_is_all_there_is(kernel):
    kernel([FOUR + FOUR, FOUR + done()], [SIX, done()])

    assert ports() == [4, 4, 4, 6]


def test_a_dump_without_a_socket_is_no_failure(kernel):
    kernel([done()], [done()])

    assert ports() == []


@pytest.mark.parametrize("end", [done, refused])
@pytest.mark.parametrize("number", [errno.ENOENT, errno.EINVAL, errno.EOPNOTSUPP])
def test_a_dump_that_ends_in_a_fault_is_no_empty_machine(kernel, end, number):
    kernel([end(-number)], [end(-number)])

    assert ports() == [9]


@pytest.mark.parametrize("end", [done, refused])
def test_a_kernel_without_ipv6_still_lists_ipv4(kernel, end):
    kernel([FOUR, done()], [end(-errno.ENOENT)])

    assert ports() == [4]


@pytest.mark.parametrize("end", [done, refused])
def test_what_is_not_dumped_of_ipv4_is_in_proc_with_all_the_rest(kernel, end):
    kernel([end(-errno.ENOENT)], [SIX, done()])

    assert ports() == [9]


def test_a_dump_that_breaks_off_is_not_taken_for_the_whole(kernel):
    kernel([FOUR, done(-errno.ENOMEM)], [done()])

    with pytest.raises(OSError, match=f"sock_diag: {os.strerror(errno.ENOMEM)}"):
        ports()
