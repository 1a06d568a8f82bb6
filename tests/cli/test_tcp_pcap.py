"""`prep tcp pcap` as it is typed: the table, the ladder, JSON, two languages, and captures that are damaged or none."""

import json
import os
import struct
from pathlib import Path

import pytest

from prep.cards.shelf import open_shelf
from prep.net.tcp.capture.findings import TEXTS
from prep.text import width

KERNEL = Path(__file__).parents[1] / "net" / "tcp_capture" / "kernel"
CAPTURES = sorted(path.stem for path in KERNEL.glob("*.pcap"))
KEYS = [
    *("connection", "orig", "orig_port", "resp", "resp_port", "conn_state", "history", "orig_packets", "resp_packets"),
    *("orig_bytes", "resp_bytes", "states", "retransmissions", "findings", "start", "end"),
]
SYLLABUS = Path(__file__).parents[2] / "../shared/reference/syllabus.json"


def capture(name: str) -> str:
    return str(KERNEL / f"{name}.pcap")


def octets(name: str) -> bytes:
    return (KERNEL / f"{name}.pcap").read_bytes()


# ── what is shown ──


def test_json_has_the_keys_of_the_contract(prep):
    told = prep("tcp", "pcap", capture("rst_on_unread_close"), "--json").json

    (one,) = told["connections"]
    assert list(one) == KEYS
    assert (one["orig"], one["orig_port"], one["resp"], one["resp_port"]) == ("10.77.0.2", 40031, "10.77.0.1", 40030)
    assert (one["conn_state"], one["history"]) == ("RSTR", "ShADar")
    assert (one["orig_packets"], one["resp_packets"], one["orig_bytes"], one["resp_bytes"]) == (3, 3, 6, 0)
    assert one["states"]["resp"] == ["CLOSED", "LISTEN", "SYN_RECEIVED", "ESTABLISHED", "CLOSED"]
    assert told["error"] is None
    assert (told["linktype"], told["packets"], told["skipped"]) == (101, 6, {})


def test_a_finding_says_what_it_means_and_what_to_study(prep):
    (one,) = prep("tcp", "pcap", capture("refused"), "--json").json["connections"]

    (finding,) = one["findings"]
    assert list(finding) == ["code", "count", "end", "state", "meaning", "cards"]
    assert (finding["code"], finding["end"], finding["state"]) == ("reset-refused", "resp", "SYN_SENT")
    assert "ECONNREFUSED" in finding["meaning"]
    assert "hf-rst-to-syn" in finding["cards"]


def test_findings_speak_chinese(prep):
    (one,) = prep("tcp", "pcap", capture("refused"), "--json", "--lang", "zh").json["connections"]

    assert "拒绝" in one["findings"][0]["meaning"]
    assert "拒绝" in prep("tcp", "pcap", capture("refused"), "--lang", "zh").out


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", CAPTURES)
def test_the_table_and_the_ladder_fit_80_columns(prep, name, lang):
    table = prep("tcp", "pcap", capture(name), "--lang", lang)
    ladder = prep("tcp", "pcap", capture(name), "--lang", lang, "--connection", "1")

    assert (table.code, table.err, ladder.code) == (0, "", 0)
    assert max(map(width, [*table.lines, *ladder.lines])) <= 80


def test_a_row_with_large_numbers_is_broken_and_keeps_them(prep):
    opened = [(0, 0, 0, 2), (1, 0, 1, 18), (0, 1, 1, 16)]
    packets = []
    for turn, seq, ack, flags in [*opened, (1, 1, 2_000_000_001, 16), (0, 2_000_000_001, 1_000_000_001, 16)]:
        ends = (b"\x0a\0\0\1\x0a\0\0\2", 40000, 80) if not turn else (b"\x0a\0\0\2\x0a\0\0\1", 80, 40000)
        head = struct.pack(">BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0) + ends[0]
        packets.append(head + struct.pack(">HHIIBBHHH", *ends[1:], seq, ack, 0x50, flags, 65535, 0, 0))
    records = [struct.pack("<IIII", n, 0, 40, 40) + packet for n, packet in enumerate(packets)]
    Path("large.pcap").write_bytes(octets("refused")[:24] + b"".join(records))

    shown = prep("tcp", "pcap", "large.pcap")

    assert max(map(width, shown.lines)) <= 80
    assert shown.lines[3] == "       S1     3/2       2000000000/1000000000"


def test_the_table_shows_who_the_state_and_both_paths(prep):
    shown = prep("tcp", "pcap", capture("simultaneous_close")).out

    assert "1  10.77.0.2:40009 -> 10.77.0.1:40008            SF     4/3       0/0" in shown
    assert "orig CLOSED -> SYN_SENT -> ESTABLISHED -> FIN_WAIT_1 -> CLOSING ->\n            TIME_WAIT" in shown
    assert "! simultaneous-close: The FINs crossed" in shown
    assert shown.endswith("7 packets, 1 connection\n")


def test_one_connection_is_drawn_as_play_draws_it(prep):
    shown = prep("tcp", "pcap", capture("refused"), "--connection", "1")

    assert shown.lines[-4:] == [
        "    A                                                               B",
        "    CLOSED                                                          CLOSED",
        " 1  SYN_SENT      -------------- <SEQ=0><CTL=SYN> --------------->",
        " 2  CLOSED        <--------- <SEQ=1><ACK=1><CTL=RST,ACK> ---------  CLOSED",
    ]


def test_one_connection_in_json_is_its_row(prep):
    whole = prep("tcp", "pcap", capture("refused"), "--json").json["connections"]

    assert prep("tcp", "pcap", capture("refused"), "--connection", "1", "--json").json == whole[0]


def test_a_second_connection_on_the_same_ports_is_drawn_from_its_syn(prep, tmp_path):
    first = octets("refused")
    again = bytearray(first[24:])
    again[16 + 24 : 16 + 28] = b"\0\0\0\7"  # another ISN
    answer = 16 + struct.unpack_from("<I", again, 8)[0]
    again[answer + 16 + 28 : answer + 16 + 32] = b"\0\0\0\10"
    Path("twice.pcap").write_bytes(first + bytes(again))

    shown = prep("tcp", "pcap", "twice.pcap", "--connection", "2")

    assert "! port-reuse" in shown.out
    assert [line.split()[1] for line in shown.lines[-2:]] == ["SYN_SENT", "CLOSED"]


def test_every_card_that_a_finding_names_exists(index, tmp_path):
    known = set(open_shelf(tmp_path).ids())

    assert {card for text in TEXTS.values() for card in text.cards} <= known


def test_every_finding_is_said_in_both_languages():
    for text in TEXTS.values():
        assert text.en.isascii() or "§" in text.en
        assert any("\u4e00" <= c <= "\u9fff" for c in text.zh)


# ── what cannot be read, or not all of it ──


def test_of_a_capture_that_is_cut_off_the_rest_is_told_with_exit_code_2(prep):
    Path("cut.pcap").write_bytes(octets("refused")[:-3])

    told = prep("tcp", "pcap", "cut.pcap", "--json")

    assert told.code == 2
    assert [one["conn_state"] for one in told.json["connections"]] == ["S0"]
    assert told.err.count("\n") == 1
    assert told.err.startswith("error: cut.pcap: cut off: the record at octet 92 has 40 octets, 37 are there")
    assert told.json["error"] in told.err


def test_a_record_that_claims_two_gigabytes_ends_the_reading_there(prep):
    Path("huge.pcap").write_bytes(octets("refused") + struct.pack("<IIII", 0, 0, 2**31, 2**31))

    told = prep("tcp", "pcap", "huge.pcap")

    assert told.code == 2
    assert "damaged: the record at octet 148 claims 2147483648 octets" in told.err
    assert "REJ" in told.out


def test_headers_that_the_snap_length_has_cut_are_counted(prep):
    whole = octets("refused")
    Path("snapped.pcap").write_bytes(whole[:24] + whole[24:32] + struct.pack("<II", 30, 52) + whole[40:70])

    told = prep("tcp", "pcap", "snapped.pcap")

    assert told.code == 2
    assert told.err == "error: snapped.pcap: 1 packet cut within the headers by the snap length; capture with `-s 0`\n"
    assert "not followed: 1 headers-cut" in told.out


def test_an_unknown_link_type_is_named(prep):
    whole = octets("refused")
    Path("radio.pcap").write_bytes(whole[:20] + struct.pack("<I", 105) + whole[24:])

    told = prep("tcp", "pcap", "radio.pcap")

    assert told.code == 2
    assert "2 packets of link type 105, which is not read; known are 1 Ethernet" in told.err


def wrapped(name: str, protocol: int, part: int = 0) -> bytes:
    """A capture of raw IPv4 with each packet in a second header: a tunnel, or a fragment."""
    whole = octets(name)
    at, out = 24, whole[:24]
    while at < len(whole):
        size = struct.unpack_from("<I", whole, at + 8)[0]
        packet = whole[at + 16 : at + 16 + size]
        if part:
            packet = packet[:6] + part.to_bytes(2) + packet[8:]
        else:
            outer = struct.pack(">BBHHHBBH", 0x45, 0, 20 + size, 0, 0, 64, protocol, 0)
            packet = outer + packet[12:20] + packet
        out += whole[at : at + 8] + struct.pack("<II", len(packet), len(packet)) + packet
        at += 16 + size
    return out


@pytest.mark.parametrize(
    ("content", "reason", "said"),
    [
        (wrapped("refused", 4), "tunnel-ipip", "2 packets in tunnels (2 tunnel-ipip), left out with the TCP"),
        (wrapped("refused", 47), "tunnel-gre", "2 packets in tunnels (2 tunnel-gre), left out with the TCP"),
        (wrapped("refused", 6, 0x2000), "ip-fragment", "2 IP fragments of TCP packets, left out"),
    ],
)
def test_tcp_that_is_left_out_is_told_with_exit_code_2_and_the_rest_is_read(prep, content, reason, said):
    Path("part.pcap").write_bytes(octets("refused") + content[24:])

    told = prep("tcp", "pcap", "part.pcap", "--json")

    assert told.code == 2
    assert [one["conn_state"] for one in told.json["connections"]] == ["REJ"]
    assert told.json["skipped"] == {reason: 2}
    assert told.err.splitlines()[-1].startswith(f"error: part.pcap: {said}")
    assert told.json["error"] in told.err


@pytest.mark.parametrize("protocol", [17, 1, 50])
def test_what_holds_no_tcp_or_is_encrypted_is_left_out_with_exit_code_0(prep, protocol):
    Path("other.pcap").write_bytes(wrapped("refused", protocol))

    told = prep("tcp", "pcap", "other.pcap")

    assert (told.code, told.err) == (0, "")
    assert "not followed: 2 " in told.out


def test_of_a_pcapng_with_a_damaged_block_the_rest_is_told_with_exit_code_2(prep):
    head = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28) + struct.pack(
        "<IIHHII", 1, 20, 101, 0, 0, 20
    )
    whole = octets("refused")
    size = struct.unpack_from("<I", whole, 24 + 8)[0]
    body = struct.pack("<IIIII", 0, 0, 0, size, size) + whole[40 : 40 + size]
    block = struct.pack("<II", 6, len(body) + 12) + body
    Path("x.pcapng").write_bytes(head + block + struct.pack("<I", len(body) + 12) + block + struct.pack("<I", 8))

    told = prep("tcp", "pcap", "x.pcapng", "--json")

    assert told.code == 2
    assert [one["conn_state"] for one in told.json["connections"]] == ["S0"]
    assert f"says {len(body) + 12} octets at its head, 8 at its end" in told.json["error"]
    assert told.err.count("\n") == 1


def test_what_is_said_of_a_retransmission_names_every_cause_that_looks_the_same():
    said = TEXTS["retransmission"].en

    assert all(cause in said for cause in ("lost", "damaged", "late", "refused", "SACK", "copy"))
    assert "late" in TEXTS["fast-retransmission"].en


def test_nothing_that_is_said_claims_that_a_checksum_was_verified():
    for text in TEXTS.values():
        assert "checksum" not in text.en or "not verified" in text.en
        assert "校验和" not in text.zh or "不验证" in text.zh


def test_time_that_runs_backwards_is_a_note_and_nothing_is_lost(prep):
    whole = octets("refused")
    second = 24 + 16 + struct.unpack_from("<I", whole, 24 + 8)[0]
    Path("back.pcap").write_bytes(whole[:second] + bytes(8) + whole[second + 8 :])

    told = prep("tcp", "pcap", "back.pcap", "--json")

    assert told.code == 0
    assert told.err == "note: back.pcap: time runs backwards 1 time; the order of the file counts\n"
    assert told.json["connections"][0]["conn_state"] == "REJ"


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "empty"), (b"{}", "no capture"), (b"\x1f\x8b\x08\x00.....", "gunzip"), (octets("refused")[:20], "header")],
)
def test_what_is_no_capture_is_refused_in_one_line(prep, content, why):
    Path("x.pcap").write_bytes(content)

    told = prep("tcp", "pcap", "x.pcap")

    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("error: x.pcap: ")
    assert why in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("name", ["nowhere.pcap", ".", "-", "a\x1b[2Jb.pcap", "nul\0.pcap"])
def test_what_is_no_file_is_refused_in_one_line(prep, name):
    told = prep("tcp", "pcap", name)

    assert (told.code, told.out) == (2, "")
    assert told.err.count("\n") == 1
    assert "\x1b" not in told.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFO here")
@pytest.mark.parametrize(("name", "what"), [("pipe", "a FIFO"), (".", "a directory"), (os.devnull, "a device")])
def test_what_is_no_regular_file_is_refused_before_it_is_opened(prep, name, what):
    os.mkfifo("pipe")

    told = prep("tcp", "pcap", name)

    assert (told.code, told.out) == (2, "")
    assert told.err == f"error: {name}: {what}, not a file; write the capture to a file first\n"


def test_a_connection_that_is_not_there_is_refused(prep):
    told = prep("tcp", "pcap", capture("refused"), "--connection", "7")

    assert told.code == 2
    assert told.err == "error: --connection 7: no such connection; there is 1\n"


def test_a_connection_that_is_not_there_may_be_in_what_was_left_out(prep):
    Path("tunnel.pcap").write_bytes(wrapped("refused", 4))

    told = prep("tcp", "pcap", "tunnel.pcap", "--connection", "1")

    assert (told.code, told.err.count("\n")) == (2, 1)
    assert "there are 0; 2 packets in tunnels (2 tunnel-ipip)" in told.err


def test_json_stays_json_whatever_the_file_is_called(prep):
    name = 'a"b\n\x1b.pcap'
    Path(name).write_bytes(octets("refused"))

    assert json.loads(prep("tcp", "pcap", name, "--json").out)["file"] == name
