"""Listings as they are pasted: every format recognised by itself, broken, cut, coloured, translated, or no listing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.net.tcp.sockets.listing import QUOTES, Reader
from prep.net.tcp.sockets.report import LONGEST_QUOTE
from prep.net.tcp.sockets.tally import Tally


def read(text):
    reader = Reader()
    return list(reader.rows(text.split("\n"))), reader.reading


def ends(text):
    return [(row.state, row.address, row.port, row.peer, row.peer_port) for row in read(text)[0]]


ESTAB = [("ESTABLISHED", "10.0.0.1", "22", "10.0.0.2", "5000")]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("ESTAB 0 0 10.0.0.1:22 10.0.0.2:5000", "ss"),
        ("tcp ESTAB 0 0 10.0.0.1:22 10.0.0.2:5000", "ss"),
        ('ESTAB 0 0 10.0.0.1:22 10.0.0.2:5000users:(("sshd",pid=1,fd=3))', "ss"),
        ('ESTAB 0 0 ::ffff:10.0.0.1:22 ::ffff:10.0.0.2:5000 users:(("sshd",1234,3))', "ss"),
        ("ESTAB 0 0 [::ffff:10.0.0.1]:22 [::ffff:10.0.0.2]:5000", "ss"),
        ("tcp 0 0 10.0.0.1:22 10.0.0.2:5000 ESTABLISHED 1234/sshd: root@pt", "netstat"),
        ("tcp 0 0 10.0.0.1:22 10.0.0.2:5000 VERBUNDEN   -", "netstat"),
        ("tcp4 0 0 10.0.0.1.22 10.0.0.2.5000 ESTABLISHED 131072 65536 1 0", "netstat"),
        ("sshd 1 root 3u IPv4 0x1 0t0 TCP 10.0.0.1:22->10.0.0.2:5000 (ESTABLISHED)", "lsof"),
        ("sshd 1 root 3u IPv4 0x1 0t0 TCP 10.0.0.1:22->10.0.0.2:5000 (ESTABLISHED QR=0 QS=0)", "lsof"),
        ("7: 0100000A:0016 0200000A:1388 01 00000000:00000000 00:00000000 00000000 0 0 9", "/proc/net/tcp"),
        (
            "7: 0000000000000000FFFF00000100000A:0016 0000000000000000FFFF00000200000A:1388 01 00000000:00000000 "
            "00:00000000 00000000 0 0 9",
            "/proc/net/tcp",
        ),
        ("  TCP    10.0.0.1:22    10.0.0.2:5000   ESTABLISHED     4711", "Windows netstat"),
        ("  TCP    10.0.0.1:22    10.0.0.2:5000   HERGESTELLT     4711", "Windows netstat"),
        ("10.0.0.1   22   10.0.0.2   5000   Established Internet   4711", "Get-NetTCPConnection"),
        ("> ESTAB 0 0 10.0.0.1:22 10.0.0.2:5000", "ss"),
        ("\x1b[01;31m\x1b[KESTAB\x1b[m\x1b[K 0\t0 10.0.0.1:22 10.0.0.2:5000\r", "ss"),
        ("ESTAB\x00 0 0 10.0.0.1:22\x07 10.0.0.2:5000", "ss"),
    ],
)
def test_a_row_is_recognised_without_its_header(line, name):
    assert ends(line) == ESTAB
    assert dict(read(line)[1].sockets) == {name: 1}


@pytest.mark.parametrize(
    ("line", "local"),
    [
        ("LISTEN 0 9 *:80 *:*", ("*", "80")),
        ("LISTEN 0 9 [::]:80 [::]:*", ("::", "80")),
        ("LISTEN 0 9 :::80 :::*", ("::", "80")),
        ("LISTEN 0 9 [fe80::1]%eth0:80 *:*", ("fe80::1%eth0", "80")),
        ("LISTEN 0 9 127.0.0.53%lo:http *:*", ("127.0.0.53%lo", "http")),
        ("tcp6 0 0 ::1:631 :::* LISTEN", ("::1", "631")),
        ("tcp6 0 0 fe80::1%lo0.1024 *.* LISTEN", ("fe80::1%lo0", "1024")),
        ("tcp46 0 0 *.8080 *.* LISTEN", ("*", "8080")),
        ("nginx 1 root 6u IPv6 1 0t0 TCP *:80 (LISTEN)", ("*", "80")),
        ("TCP [::]:135 [::]:0 LISTENING 1052", ("::", "135")),
        (
            "0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 0:0 00:0 0",
            ("::1", "8080"),
        ),
        ("10/0/128 *.80", ("*", "80")),
        ("tcp4 10/0/128 127.0.0.1.80", ("127.0.0.1", "80")),
    ],
)
def test_addresses_are_read_with_their_brackets_scopes_and_stars(line, local):
    assert [(row[0], *row[1:]) for row in [entry[:3] for entry in ends(line)]] == [("LISTEN", *local)]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "root@web1:~# ss -tan",
        "State Recv-Q Send-Q Local Address:Port Peer Address:Port Process",
        "  协议  本地地址          外部地址        状态           PID",
        "udp UNCONN 0 0 0.0.0.0:68 0.0.0.0:*",
        "udp 0 0 0.0.0.0:68 0.0.0.0:*",
        "u_str ESTAB 0 0 * 1234 * 3445",
        "unix  3      [ ]         STREAM     CONNECTED     16859    /run/systemd/journal/stdout",
        "  UDP    0.0.0.0:5353           *:*                                    2044",
        "bash 7 root cwd DIR 8,1 4096 2 /root",
        "0.0.0.0 5000 0.0.0.0 0 Bound 12",
        "Listen to this: established 3 years ago",
        "000000007f9846cc 100 0 0 10 0",
    ],
)
def test_a_line_that_is_no_row_is_passed_over(line):
    rows, reading = read(f"{line}\nESTAB 0 0 10.0.0.1:22 10.0.0.2:5000\n{line}")

    assert (len(rows), reading.faults) == (1, {})


def test_the_second_line_of_ss_belongs_to_the_row_above():
    row = read("ESTAB 0 9 10.0.0.1:22 10.0.0.2:5000\n\t cubic rto:800 backoff:2 unacked:1 lost:1")[0][0]

    assert (row.timer, row.retries) == ("on", 2)


def test_a_prompt_below_a_row_begins_another_listing():
    first = "$ ss -tn state time-wait\n0 0 10.0.0.1:22 10.0.0.2:5000"
    second = "root@task1-disk:~# ss -tn state close-wait\n0 0 10.0.0.1:22 10.0.0.2:5001"

    assert [row.state for row in read(f"{first}\n{second}")[0]] == ["TIME_WAIT", "CLOSE_WAIT"]


@pytest.mark.parametrize(
    ("shown", "seconds"),
    [("59sec", 59), ("1min30sec", 90), ("118min", 7080), ("992ms", 0.992), ("9.120ms", 9.12), ("", 0), ("soon", None)],
)
def test_the_time_that_is_left_is_read_as_ss_writes_it(shown, seconds):
    (row,) = read(f"TIME-WAIT 0 0 10.0.0.1:22 10.0.0.2:5000 timer:(timewait,{shown},0)")[0]

    assert row.left == seconds


def test_a_timer_is_read_in_every_format():
    lines = [
        "ESTAB 0 9 10.0.0.1:22 10.0.0.2:5000 timer:(persist,5sec,3)",
        "tcp 0 9 10.0.0.1:22 10.0.0.2:5000 ESTABLISHED probe (5.00/0/3)",
        "7: 0100000A:0016 0200000A:1388 01 00000009:00000000 04:000001F4 00000000 0 3 9",
    ]

    rows = read("\n".join(lines))[0]

    assert [(row.timer, row.left, row.retries, row.send_q) for row in rows] == [("persist", 5, 3, 9)] * 3


def test_the_queue_of_a_listener_is_told_apart_from_bytes():
    rows = read("LISTEN 3 2 *:80 *:*\ntcp 3 0 *:80 *:* LISTEN\n3/0/2 *.80")[0]

    assert [(row.recv_q, row.backlog) for row in rows] == [(3, 2), (3, None), (3, 2)]


def test_a_state_that_ss_left_out_is_taken_from_the_command():
    rows, reading = read("$ ss -tn state close-wait\nRecv-Q Send-Q Local Address:Port\n1 0 10.0.0.1:22 10.0.0.2:5000")

    assert ([row.state for row in rows], reading.faults) == (["CLOSE_WAIT"], {})


def test_a_state_that_nobody_tells_is_a_fault():
    rows, reading = read("1 0 10.0.0.1:22 10.0.0.2:5000\n1 0 10.0.0.1:22 10.0.0.2:5001")

    assert (rows, reading.faults["state"].count) == ([], 2)


def test_lsof_prints_a_socket_once_for_each_descriptor_and_it_counts_once():
    line = "nginx {} www 6u IPv4 4711 0t0 TCP 10.0.0.1:22->10.0.0.2:5000 (ESTABLISHED)"

    assert ends("\n".join(line.format(pid) for pid in range(9))) == ESTAB


def test_udp_in_proc_looks_the_same_and_is_not_counted():
    header = (
        "sl local_address rem_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode ref pointer drops"
    )

    assert ends(f"{header}\n1: 0100007F:0035 00000000:0000 07 0:0 00:00000000 00000000 0 0 1 2 0 0") == []


def judged(text):
    reader = Reader()
    tally = Tally().add_all(reader.rows(text.split("\n")))
    tally.findings()
    return dict(tally.states), {name: count for name, count in reader.reading.sockets.items() if count}


UDP = "UNCONN 0 0 0.0.0.0:53 0.0.0.0:*"
SERVED = "ESTAB 300000 0 10.0.0.5:4433 10.0.0.1:5000"


@pytest.mark.parametrize("text", [f"{UDP}\n{SERVED}", f"{SERVED}\n{UDP}", f"{SERVED}\n{UDP}\n{SERVED}\n{UDP}"])
def test_udp_as_ss_shows_it_is_not_counted_even_without_its_command(text):
    assert judged(text) == ({}, {})


@pytest.mark.parametrize("tcp", ["LISTEN 0 9 *:80 *:*", "CLOSE-WAIT 0 0 10.0.0.1:80 10.0.0.2:5000"])
def test_udp_takes_nothing_from_the_tcp_around_it(tcp):
    (state,) = judged(tcp)[0]

    assert judged(f"{SERVED}\n{tcp}\n{UDP}\n{SERVED}") == ({"ESTABLISHED": 1, state: 1}, {"ss": 2})
    assert judged(f"{UDP}\n{tcp}\n{SERVED}") == ({"ESTABLISHED": 1, state: 1}, {"ss": 2})


def test_the_process_of_a_udp_socket_is_not_that_of_the_row_above():
    text = f'LISTEN 0 9 *:80 *:*\n{UDP} users:(("named",pid=1,fd=3))'

    assert [row.process for row in read(text)[0]] == [None]


def test_conntrack_is_counted_apart():
    text = (
        "tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 [ASSURED]\n"
        "ipv4     2 tcp      6 55 CLOSE_WAIT src=10.0.0.1 dst=10.0.0.2 sport=3 dport=2\n"
        "    [NEW] tcp      6 120 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=4 dport=2 [UNREPLIED]\n"
    )
    rows, reading = read(text)

    assert rows == []
    assert dict(reading.conntrack) == {"ESTABLISHED": 1, "CLOSE_WAIT": 1, "SYN_SENT": 1}


def test_the_summary_of_ss_holds_counts_only():
    rows, reading = read(
        "Total: 41\nTCP:   82 (estab 40, closed 41, orphaned 0, timewait 40)\n\nTCP\t  41        41        0"
    )

    assert rows == []
    assert reading.summary == {"total": 82, "estab": 40, "closed": 41, "timewait": 40}


# ── what cannot be read ──


def test_a_state_in_another_language_is_named():
    reading = read("TCP 10.0.0.1:22 10.0.0.2:5000 ÉCOUTE 12")[1]

    assert reading.faults["word"].text == "ÉCOUTE"


def test_a_quoted_line_is_short():
    assert len(read("tcp 0 0 " + "x" * 9000)[1].faults["cut"].text) == LONGEST_QUOTE


# ── anything at all ──

TOKENS = """
tcp TCP tcp6 ESTAB LISTEN CLOSE-WAIT SYN_SENT 0 1 0: 7: 10/0/128 10.0.0.1:22 [::1]:80 *:* *.80 -> (LISTEN) $ > ss
netstat -tan state time-wait src= 0100007F:1F90 06 00:0 timer:(on,1sec,2) users:(("a",pid=1,fd=2)) ino:0 |
"""
WORDS = st.sampled_from(TOKENS.split())


@given(st.lists(st.lists(WORDS | st.text(max_size=8), max_size=9).map(" ".join), max_size=12))
def test_whatever_is_pasted_it_is_read_to_its_end(lines):
    reader = Reader()
    tally = Tally().add_all(reader.rows(lines))
    found = tally.findings()

    assert reader.reading.lines == len(lines)
    assert sum(tally.states.values()) <= sum(reader.reading.sockets.values())
    assert all(finding.count == sum(place.count for place in finding.places) for finding in found)


@given(st.binary(max_size=400))
def test_bytes_are_no_listing_and_no_harm(data):
    rows, _ = read(data.decode("utf-8", "replace"))

    assert all(row.address.isprintable() and row.port.isprintable() for row in rows)


class Words(list):
    """Words that count how many of them are copied."""

    copied = 0

    def __getitem__(self, at):
        found = super().__getitem__(at)
        if isinstance(at, slice):
            Words.copied += len(found)
            return Words(found)
        return found


class Line(str):
    """A line that is split into such words."""

    def rstrip(self, *_):
        return self

    def split(self, *_):
        return Words(super().split())


@pytest.mark.parametrize("mark", QUOTES)
def test_a_line_of_many_quote_marks_is_not_copied_for_each_of_them(mark):
    Words.copied = 0
    (row,) = Reader().rows([Line(f"{mark} " * 500 + "ESTAB 0 0 10.0.0.1:22 10.0.0.2:5000")])

    assert (row.state, row.port) == ("ESTABLISHED", "22")
    assert Words.copied <= 1000
