"""Addresses and ports: what cannot be one is refused at its place, whatever else tools print is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.net.tcp.sockets.listing import Reader


def read(text):
    reader = Reader()
    return list(reader.rows(text.split("\n"))), reader.reading


@pytest.mark.parametrize(
    ("line", "kind", "column", "text"),
    [
        ("ESTAB 0 0 300.1.1.1:22 10.0.0.2:5000", "ipv4", 11, "300.1.1.1"),
        ("ESTAB 0 99999 10.0.0.1:22 10.0.0.2:99999", "port", 36, "99999"),
        ("ESTAB 0 0 10.0.0.1:-1 10.0.0.2:5000", "port", 20, "-1"),
        ("ESTAB 0 0 [2001:db8::12345]:22 [::1]:5000", "ipv6", 12, "2001:db8::12345"),
        ("ESTAB 0 0 [fe80::x%eth0]:22 [::1]:5000", "ipv6", 12, "fe80::x"),
        ("tcp 0 0 10.0.0.1:22 10.0.0.256:5000 ESTABLISHED", "ipv4", 21, "10.0.0.256"),
        ("tcp4 0 0 10.0.0.1.22 10.0.0.2.70000 ESTABLISHED", "port", 31, "70000"),
        ("sshd 1 root 3u IPv4 0x1 0t0 TCP 10.0.0.1:22->10.0.0.2:65536 (ESTABLISHED)", "port", 55, "65536"),
        ("  TCP    10.0.0.1:22    10.0.0.999:5000   ESTABLISHED     4711", "ipv4", 25, "10.0.0.999"),
        ("10.0.0.1   22   10.0.0.2   70000   Established Internet   4711", "port", 28, "70000"),
        ("ESTAB 0 0 ::ffff:10.0.0.300:22 ::1:5000", "ipv4", 18, "10.0.0.300"),
        ("ESTAB 0 0 [::1.2.3]:22 [::1]:5000", "ipv6", 12, "::1.2.3"),
        ("ESTAB 0 0 1::2::3:22 ::1:5000", "ipv6", 11, "1::2::3"),
    ],
)
def test_what_cannot_be_an_address_or_a_port_is_refused_at_its_place_and_the_others_are_read(line, kind, column, text):
    rows, reading = read(f"{line}\nESTAB 0 0 10.0.0.1:22 10.0.0.2:5000")
    (fault,) = reading.faults.items()

    assert (fault[0], fault[1].line, fault[1].column, fault[1].text) == (kind, 1, column, text)
    assert len(rows) == 1


@pytest.mark.parametrize(
    "end",
    [
        "host.example.com:https",
        "10-0-0-1.example:3com-tsmux",
        "0.0.0.0:0",
        "255.255.255.255:65535",
        "[::]:0",
        "[fe80::1%12]:80",
        "[::ffff:1.2.3.4]:80",
        "64:ff9b::192.0.2.1:80",
        "2001:db8:aaaa:bbb:443",  # netstat has cut it
    ],
)
def test_what_can_be_an_address_is_read(end):
    rows, reading = read(f"tcp6 0 0 {end} {end} ESTABLISHED")

    assert (len(rows), reading.faults) == (1, {})


def test_a_refused_line_does_not_go_on_with_the_one_above():
    rows, _ = read('ESTAB 0 0 10.0.0.1:22 10.0.0.2:5000\nESTAB 0 0 10.0.0.1:22 10.0.0.300:1 users:(("a",pid=1,fd=2))')

    assert [row.process for row in rows] == [None]


@given(st.lists(st.integers(0, 300), min_size=3, max_size=5), st.integers(-9, 99999))
def test_figures_are_refused_exactly_where_they_are_out_of_range(octets, port):
    possible = len(octets) == 4 and max(octets) <= 255 and 0 <= port <= 65535
    address = ".".join(map(str, octets))

    assert len(read(f"ESTAB 0 0 {address}:{port} 10.0.0.2:5000")[0]) == possible
