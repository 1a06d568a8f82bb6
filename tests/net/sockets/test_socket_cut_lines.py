"""Listings that a terminal or a copy has broken or cut: put together where they can be, noticed where not."""

import pytest

from prep.net.tcp.sockets.listing import Reader


def read(text):
    reader = Reader()
    return list(reader.rows(text.split("\n"))), reader.reading


def ends(text):
    return [(row.state, row.address, row.port, row.peer, row.peer_port) for row in read(text)[0]]


FULL = [
    'CLOSE-WAIT 1      0          127.0.0.1:8080     127.0.0.1:60564 users:(("python3",pid=26728,fd=39))',
    "tcp        1      0 127.0.0.1:8080          127.0.0.1:60564         CLOSE_WAIT  26728/python3",
    "python3 26728 root    5u  IPv4 286588      0t0  TCP 127.0.0.1:8080->127.0.0.1:60564 (CLOSE_WAIT)",
]


@pytest.mark.parametrize("line", FULL)
def test_a_row_broken_by_a_terminal_is_put_together_wherever_it_is_broken(line):
    whole = ends(line)

    for width in range(60, len(line)):
        assert ends(f"{line[:width]}\n{line[width:]}") == whole


@pytest.mark.parametrize("line", FULL)
def test_a_row_cut_anywhere_is_read_as_far_as_it_goes_and_the_next_one_is_not_harmed(line):
    other = line.replace("60564", "40000").replace("286588", "286589")
    for width in range(1, len(line)):
        assert ends(f"{line[:width]}\n{other}")[-1] == ends(other)[0]


def test_a_cut_row_still_tells_its_state_and_port():
    rows, reading = read("CLOSE-WAIT 1      0          127.0.0.1:8080     127.0\nCLOSE-WAIT 1  0 127")

    assert [(row.state, row.port, row.peer_port) for row in rows] == [("CLOSE_WAIT", "8080", "")]
    assert (reading.faults["cut"].count, reading.faults["cut"].in_part, reading.faults["cut"].line) == (2, 1, 1)


def test_a_state_cut_at_the_edge_is_read_where_it_can_only_be_one():
    cut = "tcp        1      0 127.0.0.1:8080          127.0.0.1:60564         {}"

    assert [row.state for row in read(cut.format("CLOSE_WA"))[0]] == ["CLOSE_WAIT"]
    assert read(cut.format("FIN_W"))[0] == []


# What is left of each line in a copy from a terminal of so many columns.
ON_SS_TANOP = """\
State      Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
LISTEN     0      64         127.0.0.1:8080       0.0.0.0:*     users:(("python3",pid=26728,fd=3))
CLOSE-WAIT 1      0          127.0.0.1:8080     127.0.0.1:60564 users:(("python3",pid=26728,fd=39))
CLOSE-WAIT 1      0          127.0.0.1:8080     127.0.0.1:60272 users:(("python3",pid=26728,fd=7))
ESTAB      0      9          127.0.0.1:8080     127.0.0.1:60274 timer:(on,132ms,2) ino:282243 sk:94
"""


@pytest.mark.parametrize("columns", [50, 58, 60, 61, 65, 66, 68, 71, 80])
def test_a_listing_whose_lines_have_lost_their_ends_is_noticed(columns):
    rows, reading = read("\n".join(line[:columns] for line in ON_SS_TANOP.split("\n")))

    assert "cut" in reading.faults
    assert {row.peer_port for row in rows} <= {"", "*", "60564", "60272", "60274"}


@pytest.mark.parametrize("text", [ON_SS_TANOP, ON_SS_TANOP.replace(" Process", "")])
def test_a_whole_listing_has_no_line_cut(text):
    rows, reading = read(text)

    assert (len(rows), reading.faults) == (4, {})


def test_a_timer_or_an_ipv6_address_that_is_not_closed_is_cut():
    lines = [
        "ESTAB 0 9 10.0.0.1:22 10.0.0.2:5000 timer:(on,13",
        "ESTAB 0 9 [2001:db8::1]:22 [2001:db8::2",
        "tcp 0 9 10.0.0.1:22 10.0.0.2:5000 ESTABLISHED on (0.71/1",
    ]

    assert read("\n".join(lines))[1].faults["cut"].count == 3


def test_a_list_of_users_broken_over_many_lines_is_put_together():
    users = ",".join(f'("nginx",pid={pid},fd=6)' for pid in range(1000, 1020))
    line = f"LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:({users})"
    rows, reading = read("\n".join(line[at : at + 80] for at in range(0, len(line), 80)))

    assert [(row.port, row.process) for row in rows] == [("80", "nginx (pid 1000)")]
    assert reading.faults == {}
