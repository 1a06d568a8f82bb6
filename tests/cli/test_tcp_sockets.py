"""`prep tcp sockets` as it is typed: exit codes, JSON, the page in both languages, and what cannot be read."""

import errno
import io
import re
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from prep.cli import tcp_sockets
from prep.errors import PrepError
from prep.labs import sockdiag
from prep.labs.sockdiag import TcpSocket
from prep.text import width

LISTINGS = Path(__file__).parents[1] / "net" / "sockets" / "listings"
PILE = tuple(f"CLOSE-WAIT 1 0 10.0.0.1:8080 10.0.0.2:{5000 + n}" for n in range(12))
PASTE = "paste `ss -tanop`, `netstat -tanp`, `lsof -nP -iTCP` or /proc/net/tcp"


def test_json_has_the_keys_of_the_contract(prep):
    ran = prep("tcp", "sockets", "-", "--json", lines=PILE)

    assert ran.code == 1
    assert ran.json["states"] == {"CLOSE_WAIT": 12}
    (finding,) = ran.json["findings"]
    assert finding.keys() >= {"code", "count", "where", "meaning", "culprit", "remedy", "does_not_help", "cards"}
    assert (finding["code"], finding["count"]) == ("close-wait-pile-up", 12)
    assert finding["where"] == "local port 8080: 12 [peer 10.0.0.2]"


def test_a_healthy_host_exits_with_0_and_says_so(prep):
    ran = prep("tcp", "sockets", "-", lines=("LISTEN 0 128 0.0.0.0:22 0.0.0.0:*",))

    assert (ran.code, ran.err, ran.lines[-1]) == (0, "", "Nothing to report.")


def test_the_page_counts_states_first_then_tells_the_finding(prep):
    ran = prep("tcp", "sockets", "-", lines=(*PILE, "ESTAB 0 0 10.0.0.1:8080 10.0.0.2:99"))

    assert ran.lines[:5] == [
        "13 TCP sockets (ss)",
        "  ESTABLISHED       1",
        "  CLOSE_WAIT       12",
        "",
        "close-wait-pile-up: 12",
    ]
    assert ran.lines[-1].strip() == "prep show cl-time-wait-vs-close-wait"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", sorted(LISTINGS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_page_fits_80_columns_in_both_languages(prep, path, lang):
    ran = prep("tcp", "sockets", str(path), "--lang", lang)

    assert max(map(width, ran.lines)) <= 80
    assert ran.code == (0 if path.stem == "healthy" else 1)


def test_findings_speak_chinese(prep):
    finding = prep("tcp", "sockets", "-", "--json", "--lang", "zh", lines=PILE).json["findings"][0]

    assert finding["where"] == "本地端口 8080: 12 [对端 10.0.0.2]"
    assert finding["culprit"].startswith("永远是本机程序")


def test_the_cards_to_study_can_be_shown(prep):
    page = prep("tcp", "sockets", "-", lines=PILE).out

    for card in re.findall(r"prep show (\S+)", page):
        assert prep("show", card).code == 0


def test_a_cut_listing_is_told_in_one_line_and_the_rest_is_done(prep):
    ran = prep(
        "tcp", "sockets", "-", "--json", lines=(*PILE, "CLOSE-WAIT 1 0 10.0.0.1:80", "CLOSE-WAIT 1 0 10.0.0.1:80")
    )

    assert ran.code == 2
    assert ran.json["findings"][0]["count"] == 12
    assert ran.err == (
        "error: 2 lines, first line 13: CLOSE-WAIT 1 0 10.0.0.1:80: cut off, read as far as they go; "
        "make the terminal wider, or print into a file or `| cat`\n"
    )


def test_nothing_to_report_is_not_said_of_what_could_not_be_read(prep):
    ran = prep("tcp", "sockets", "-", lines=("ESTAB 0 0 10.0.0.1:1 10.0.0.2:2", "TCP 10.0.0.1:22 10.0.0.2:5 ÉCOUTE 1"))

    assert ran.lines[-1] == "Nothing to report in what could be read."
    assert ran.err == "error: line 2: ÉCOUTE: not a state of TCP; print the listing in English (LC_ALL=C)\n"


def test_an_impossible_address_is_told_with_its_place_and_the_rest_is_done(prep):
    bad = (
        "ESTAB 0 0 10.0.0.1:22 10.0.0.2:99999",
        "ESTAB 0 0 300.1.1.1:22 10.0.0.2:5",
        "ESTAB 0 0 10.0.0.1:22 1.2.3.4.5:5",
    )
    ran = prep("tcp", "sockets", "-", "--json", lines=(*PILE, *bad))

    assert (ran.code, ran.json["states"], ran.json["findings"][0]["count"]) == (2, {"CLOSE_WAIT": 12}, 12)
    assert ran.err == (
        "error: line 13:32: 99999: no port; ports are 0 to 65535; this line is left out\n"
        "error: 2 lines, first line 14:11: 300.1.1.1: no IPv4 address; it has four numbers from 0 to 255; "
        "these lines are left out\n"
    )


class Endless:
    """A stream of one line that does not end."""

    def __init__(self):
        self.given = 0

    def readline(self, size):
        assert size > 0
        self.given += size
        return "x" * size


def test_a_line_without_an_end_is_refused_and_not_read_on(prep, monkeypatch):
    endless = Endless()
    monkeypatch.setattr(tcp_sockets, "_opened", lambda file: nullcontext(endless))
    ran = prep("tcp", "sockets", "-")

    assert (ran.code, ran.out) == (2, "")
    assert (
        ran.err == f"error: -: line 1 has more than 100000 characters: no listing of sockets has such a line; {PASTE}\n"
    )
    assert endless.given < 1_000_000


def test_a_listener_of_a_thousand_workers_is_one_line(prep):
    users = ",".join(f'("nginx",pid={pid},fd=6)' for pid in range(1000, 2000))
    ran = prep("tcp", "sockets", "-", lines=(f"LISTEN 512 511 *:80 *:* users:({users})",))

    assert (ran.code, ran.err) == (1, "")
    assert "nginx (pid 1000)" in ran.out


def test_the_pile_of_a_process_is_told_with_its_total_and_its_ports(prep):
    lines = [f'{line} users:(("web",pid=7,fd=3))'.replace(":8080", f":{8080 + n % 5}") for n, line in enumerate(PILE)]
    finding = prep("tcp", "sockets", "-", "--json", lines=tuple(lines)).json["findings"][0]

    assert (finding["count"], finding["where"]) == (
        12,
        "web (pid 7): 12 [local port 8080: 3, 8081: 3, 8082: 2, …; peer 10.0.0.2]",
    )


def test_the_pile_of_a_process_at_one_port_names_the_port_once(prep):
    lines = tuple(f'{line} users:(("web",pid=7,fd=3))' for line in PILE)
    finding = prep("tcp", "sockets", "-", "--json", "--lang", "zh", lines=lines).json["findings"][0]

    assert finding["where"] == "web (pid 7): 12 [本地端口 8080; 对端 10.0.0.2]"


@pytest.mark.parametrize(("lang", "word"), [("en", "No port is short"), ("zh", "端口并不紧张")])
def test_time_wait_of_many_hosts_is_not_told_to_use_up_the_ports(prep, lang, word):
    lines = tuple(f"TIME-WAIT 0 0 10.0.0.1:{40000 + n} 10.1.{n % 250}.1:443" for n in range(500))
    finding = prep("tcp", "sockets", "-", "--json", "--lang", lang, lines=lines).json["findings"][0]

    assert word in finding["meaning"]
    assert "EADDRNOTAVAIL" not in finding["meaning"]
    assert finding["where"].endswith("10.1.0.1, 10.1.1.1, 10.1.2.1, …]")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", sorted(LISTINGS.glob("*.txt")), ids=lambda path: path.stem)
def test_no_page_shows_a_number_that_is_not_there(prep, path, lang):
    for part in path.read_text("utf-8").split("$ ")[1:]:
        out = prep("tcp", "sockets", "-", "--lang", lang, lines=tuple(part.split("\n"))).out

        assert "None" not in out
        assert "Recv-Q 0" not in out


def test_a_queue_that_netstat_shows_as_0_is_not_held_against_what_waits(prep):
    held, nobody = "0 0 0.0.0.0:80 0.0.0.0:* LISTEN 7/web", "0 0 10.0.0.1:80 10.0.0.2:500{} ESTABLISHED -"
    lines = (f"tcp {held}", *(f"tcp {nobody.format(n)}" for n in range(4)))
    told = prep("tcp", "sockets", "-", "--json", lines=lines).json

    assert told["findings"][0]["where"] == "local port 80: 4 [web (pid 7)]"
    assert told["notes"][0].startswith("netstat and /proc/net/tcp do not print the limit of an accept queue")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((), f"error: -: empty; {PASTE}\n"),
        (("what?", "\x00\x01\x02"), f"error: -: no listing of sockets in it; {PASTE}\n"),
        (
            ("TCP:   82 (estab 40, closed 41, orphaned 0, timewait 40)",),
            f"error: `ss -s` holds counts only, no sockets; {PASTE}\n",
        ),
        (
            ("COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME", "python3 26728 root 5\x1b[2J"),
            f"error: line 2: python3 26728 root 5: no socket could be read in it; {PASTE}\n",
        ),
        (
            ("1 0 10.0.0.1:22 10.0.0.2:5000",),
            "error: line 1: 1 0 10.0.0.1:22 10.0.0.2:5000: no State column; paste the command too, or leave its "
            "`state` filter out\n",
        ),
    ],
)
def test_what_is_no_listing_is_told_with_a_way_out(prep, lines, told):
    ran = prep("tcp", "sockets", "-", lines=lines)

    assert (ran.code, ran.err) == (2, told)


COUNTS = "error: counts by state, no sockets; paste the whole listing (`ss -tanop`)\n"


@pytest.mark.parametrize(("lang", "word"), [("en", "Counts by state only"), ("zh", "只有按状态的计数")])
@pytest.mark.parametrize(
    "lines",
    [
        ("$ netstat -n | awk '/^tcp/ {++S[$NF]} END {for(a in S) print a, S[a]}'", "CLOSE_WAIT 412", "TIME_WAIT 33"),
        ("TIME_WAIT 33", "CLOSE_WAIT 412", ""),
        ("    412 CLOSE-WAIT", "     33 TIME-WAIT", "      1 State"),
    ],
)
def test_counts_by_state_are_told_apart_from_a_listing_that_is_cut(prep, lines, lang, word):
    ran = prep("tcp", "sockets", "-", "--json", "--lang", lang, lines=lines)

    assert (ran.code, ran.err, ran.json["states"]) == (2, COUNTS, {})
    assert ran.json["notes"][0].startswith(word)
    assert "CLOSE_WAIT 412, TIME_WAIT 33" in ran.json["notes"][0]


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("ss.txt:", "`ss.txt:`"),
        ("ss.txt:2:", "`ss.txt:2:`"),
        ("2026-11-21T10:00:01.000Z ", "`2026-11-21T10:0…`"),
        ("[Sat Nov 21 10:00:01 2026] ", "`[Sat Nov 21 10:…`"),
        ("pod/web-1 ", "`pod/web-1`"),
        ("     40 ", "`40`"),
    ],
)
def test_what_stands_before_the_rows_is_named(prep, before, told):
    ran = prep("tcp", "sockets", "-", lines=tuple(before + line for line in ("State Recv-Q Send-Q", *PILE)))

    assert (ran.code, ran.err) == (2, f"error: 12 lines, first line 2: {told} before the row; strip it\n")
    assert len(ran.err) <= 80


def test_counts_by_state_beside_a_listing_are_no_fault(prep):
    ran = prep("tcp", "sockets", "-", "--json", lines=(*PILE, "$ ss -tan | uniq -c", "CLOSE-WAIT 12"))

    assert (ran.code, ran.err, ran.json["states"]) == (1, "", {"CLOSE_WAIT": 12})


def test_a_listing_of_udp_says_so(prep):
    told = prep("tcp", "sockets", "-", "--json", lines=("UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*",)).json

    assert (told["states"], told["listings"], told["findings"]) == ({}, [], [])
    assert told["notes"][0].startswith("A listing of UDP sockets")


def test_a_file_that_is_not_there_is_told(prep):
    ran = prep("tcp", "sockets", "nowhere.txt")

    assert (ran.code, ran.err) == (
        2,
        "error: nowhere.txt: cannot be read (No such file or directory); name a file, or - for the input\n",
    )


class Failing(io.RawIOBase):
    """A file that can be opened, and whose reading fails after these bytes."""

    def __init__(self, *parts):
        self.parts = list(parts)

    def readable(self):
        return True

    def readinto(self, room):
        if not self.parts:
            raise OSError(errno.EIO, "Input/output error")
        part = self.parts.pop(0)
        room[: len(part)] = part
        return len(part)


@pytest.mark.parametrize("parts", [(), ("\n".join(PILE).encode(),)], ids=["at once", "after some rows"])
@pytest.mark.parametrize("file", ["-", "listing.txt"])
def test_a_file_whose_reading_fails_is_named(bare, monkeypatch, file, parts):
    stream = io.BufferedReader(Failing(*parts))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
    monkeypatch.setattr(tcp_sockets, "open", lambda *_: stream, raising=False)

    with pytest.raises(PrepError) as told:
        tcp_sockets.sockets(file, "en", as_json=False)

    assert str(told.value) == f"{file}: cannot be read (Input/output error); name a file, or - for the input"


def test_a_name_that_no_file_can_have_is_told(prep):
    ran = prep("tcp", "sockets", "a\0b")

    assert (ran.code, ran.err) == (
        2,
        "error: a\\x00b: cannot be read (no such name); name a file, or - for the input\n",
    )


def test_a_listing_without_sockets_says_so(prep):
    ran = prep("tcp", "sockets", "-", lines=("State Recv-Q Send-Q Local Address:Port Peer Address:Port Process",))

    assert (ran.code, ran.lines[-1]) == (0, "The listing is empty: it has headers and no sockets.")


def test_a_listing_without_sockets_is_empty_in_any_language(prep):
    lines = ("Aktive Internetverbindungen (Server)", "Proto Recv-Q Send-Q Local Address Foreign Address State")
    ran = prep("tcp", "sockets", "-", "--lang", "zh", lines=lines)

    assert (ran.code, ran.err, ran.lines[-1]) == (0, "", "列表是空的：只有表头，没有套接字。")


def test_the_counts_of_a_tracker_stand_in_a_column(prep):
    lines = tuple(f"tcp 6 55 {state} src=1.1.1.1 dst=2.2.2.2 sport=1" for state in ("ESTABLISHED", "CLOSE", "CLOSE"))
    ran = prep("tcp", "sockets", "-", lines=lines)

    assert ran.lines[1:3] == ["  conntrack ESTABLISHED       1", "  conntrack CLOSE             2"]


def test_conntrack_and_windows_are_explained(prep):
    tracked = prep("tcp", "sockets", "-", "--json", lines=("tcp 6 55 CLOSE_WAIT src=1.1.1.1 dst=2.2.2.2 sport=1",))
    windows = prep("tcp", "sockets", "-", "--json", lines=("  TCP  0.0.0.0:135  0.0.0.0:0  LISTENING  1052",))

    assert (tracked.code, tracked.json["conntrack"], tracked.json["findings"]) == (0, {"CLOSE_WAIT": 1}, [])
    assert tracked.json["notes"][0].startswith("conntrack is no listing of sockets")
    assert (windows.json["conntrack"], windows.json["states"]) == (None, {"LISTEN": 1})
    assert windows.json["notes"][0].startswith("Windows prints no queues")


@pytest.mark.parametrize(
    ("lang", "wrong", "right"),
    [("en", "prints no queues", "queues only with -Tqs"), ("zh", "也不显示队列", "只有加 -Tqs 才显示队列")],
)
def test_lsof_is_not_said_to_print_no_queues_beside_a_finding_made_of_them(prep, lang, wrong, right):
    line = "py 7 root 3u IPv4 1 0t0 TCP 10.0.0.1:8080->10.0.0.2:4000 (ESTABLISHED QR=90000 QS=0)"
    told = prep("tcp", "sockets", "-", "--json", "--lang", lang, lines=(line,)).json
    (note,) = told["notes"]

    assert [finding["code"] for finding in told["findings"]] == ["program-not-reading"]
    assert wrong not in note
    assert right in note


@pytest.mark.parametrize(("lang", "word"), [("en", "are Linux's"), ("zh", "是 Linux 的")])
@pytest.mark.parametrize(
    "line", ["tcp4 0 0 10.0.0.1.50000 10.0.0.2.443 TIME_WAIT", "tcp46 0 0 *.80 *.* LISTEN", "0/0/128 *.80"]
)
def test_a_listing_of_bsd_or_macos_is_told_that_the_numbers_are_of_linux(prep, line, lang, word):
    (note,) = prep("tcp", "sockets", "-", "--json", "--lang", lang, lines=(line,)).json["notes"]

    assert word in note
    assert "macOS" in note


def test_a_listing_of_linux_has_no_note_about_other_systems(prep):
    lines = ("tcp 0 0 10.0.0.1:50000 10.0.0.2:443 TIME_WAIT", "tcp6 0 0 ::ffff:10.0.0.1:80 :::* LISTEN")

    assert prep("tcp", "sockets", "-", "--json", lines=lines).json["notes"] == []


def test_control_codes_of_a_listing_never_reach_the_terminal(prep):
    lines = ('LISTEN 3 2 *:80\u202e *:* users:(("we\u202e\x1b]0;x\x07b",pid=1,fd=3))',)
    ran = prep("tcp", "sockets", "-", lines=lines)

    assert "accept-queue-full" in ran.out
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", ran.out)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_as_powershell_and_others_write_it(prep, process, tmp_path, encoding):
    data = "\r\n".join(PILE).encode(encoding)
    (tmp_path / "listing.txt").write_bytes(data)

    assert prep("tcp", "sockets", "listing.txt", "--json").json["states"] == {"CLOSE_WAIT": 12}
    assert process("tcp", "sockets", "-", "--json", given=data).json["states"] == {"CLOSE_WAIT": 12}


def test_binary_input_is_refused_in_one_line(process):
    ran = process("tcp", "sockets", "-", given=bytes(range(256)) * 200)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: -: no listing of sockets in it; {PASTE}\n"


# ── this machine ──


def sock(state, port, **more):
    told = {"rqueue": 0, "wqueue": 0, "timer": "off", "expires_ms": 0, "retransmits": 0, "uid": 0, "inode": 1} | more
    return TcpSocket(family=2, state=state, local=("10.0.0.1", 80), remote=("10.0.0.2", port), **told)


def test_without_an_argument_this_machine_is_looked_at(prep, monkeypatch):
    rows = [
        sock("LISTEN", 0, rqueue=3, wqueue=2),
        *(sock("CLOSE_WAIT", 5000 + n) for n in range(12)),
        sock("FIN_WAIT2", 6000, timer="timewait", inode=0, expires_ms=9000),
        sock("FIN_WAIT2", 6002, timer="timewait", inode=0, expires_ms=59900),
        sock("SYN_SENT", 6001, timer="on", retransmits=2),
    ]
    monkeypatch.setattr(sockdiag, "tcp_rows", lambda: iter(rows))
    ran = prep("tcp", "sockets", "--json")

    assert ran.code == 1
    assert [finding["code"] for finding in ran.json["findings"]] == [
        "accept-queue-full",
        "syn-sent-unanswered",
        "close-wait-pile-up",
        "fin-wait-2-orphans",
    ]
    assert ran.json["findings"][-1]["count"] == 1


def test_a_machine_that_tells_nothing_says_what_to_give_instead(prep, monkeypatch):
    def nothing():
        raise OSError
        yield

    monkeypatch.setattr(sockdiag, "_dumped", nothing)
    monkeypatch.setattr(sockdiag, "_listed", nothing)
    ran = prep("tcp", "sockets")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: prep tcp sockets: this system has neither sock_diag nor /proc/net/tcp; give it")


def test_a_list_that_breaks_off_is_told(prep, monkeypatch):
    def broken():
        yield sock("CLOSE_WAIT", 5000)
        raise TimeoutError("timed out")

    monkeypatch.setattr(sockdiag, "_dumped", broken)
    ran = prep("tcp", "sockets")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: prep tcp sockets: the kernel's list broke off (timed out); give it a listing")
