"""Listings that went through `cat -n`, `grep -n` or a log: line numbers are taken off, the rest is noticed."""

import pytest

from prep.net.tcp.sockets.listing import Reader


def read(text):
    reader = Reader()
    return list(reader.rows(text.split("\n"))), reader.reading


def ends(text):
    return [(row.state, row.address, row.port, row.peer, row.peer_port, row.process) for row in read(text)[0]]


SS = """\
State      Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
LISTEN     0      64         127.0.0.1:8080       0.0.0.0:*     users:(("python3",pid=7,fd=3))
CLOSE-WAIT 1      0          127.0.0.1:8080     127.0.0.1:60564 users:(("python3",pid=7,fd=9))"""
NETSTAT = """\
Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 127.0.0.1:8080          0.0.0.0:*               LISTEN      7/python3
tcp6       1      0 ::1:8080                ::1:60564               CLOSE_WAIT  7/python3"""
LSOF = """\
COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME
python3     7 root    3u  IPv4 286571      0t0  TCP 127.0.0.1:8080 (LISTEN)
python3     7 root    5u  IPv4 286588      0t0  TCP 127.0.0.1:8080->127.0.0.1:60564 (CLOSE_WAIT)"""
PROC = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 286571
   1: AC00007F:1F90 0100007F:EC94 08 00000000:00000001 00:00000000 00000000     0        0 286588"""
FILTERED = """\
$ ss -tn state close-wait
Recv-Q Send-Q Local Address:Port  Peer Address:Port
1      0          127.0.0.1:8080     127.0.0.1:60564
1      0          127.0.0.1:8080     127.0.0.1:60566"""


@pytest.mark.parametrize("number", ["{:>6}\t{}", "{:>6}  {}", "{}:{}"])
@pytest.mark.parametrize("text", [SS, NETSTAT, LSOF, PROC, FILTERED], ids=["ss", "netstat", "lsof", "proc", "filtered"])
def test_line_numbers_are_taken_off(text, number):
    numbered = "\n".join(number.format(place, line) for place, line in enumerate(text.split("\n"), 1))

    assert ends(numbered) == ends(text)
    assert len(ends(text)) == 2
    assert read(numbered)[1].faults == {}


def test_what_grep_leaves_is_numbered_with_gaps():
    assert ends("7:CLOSE-WAIT 1 0 10.0.0.1:80 10.0.0.2:5000\n19:LAST-ACK 1 0 10.0.0.1:80 10.0.0.2:5001") == [
        ("CLOSE_WAIT", "10.0.0.1", "80", "10.0.0.2", "5000", None),
        ("LAST_ACK", "10.0.0.1", "80", "10.0.0.2", "5001", None),
    ]


def test_a_fault_in_a_numbered_line_is_told_where_it_stands_in_it():
    fault = read("7:ESTAB 0 0 10.0.0.1:22 300.0.0.2:5000")[1].faults["ipv4"]

    assert (fault.line, fault.column) == (1, 25)


def test_how_often_uniq_has_seen_a_row_is_no_line_number():
    rows, reading = read("     40 CLOSE-WAIT 1 0 10.0.0.1:80 10.0.0.2:*\n      3 LAST-ACK 1 0 10.0.0.1:80 10.0.0.2:*")

    assert (rows, reading.faults["prefix"].text, reading.faults["prefix"].count) == ([], "40", 2)


def test_a_port_broken_by_a_terminal_is_no_line_number():
    line = "tcp 1 0 127.0.0.1:8080 127.0.0.1:60564 CLOSE_WAIT  0  286588  7/python3"

    assert ends(f"{line[:36]}\n{line[36:]}") == ends(line)


def test_a_row_with_something_before_it_says_nothing_about_the_row_above():
    rows, _ = read('LISTEN 0 9 *:80 *:*\nweb-1 LISTEN 0 9 *:81 *:* users:(("web",pid=1,fd=3))')

    assert [row.process for row in rows] == [None]


@pytest.mark.parametrize("line", ["udp ESTAB 0 0 10.0.0.5:68 10.0.0.1:67", "udp   UNCONN 0 0 0.0.0.0:53 0.0.0.0:*"])
def test_another_kind_of_socket_is_not_something_before_a_row(line):
    assert read(line)[1].faults == {}
