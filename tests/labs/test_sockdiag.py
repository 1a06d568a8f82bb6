"""The kernel's own list of TCP sockets: what we made is in it, and both ways to ask agree."""

import socket
import sys

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
