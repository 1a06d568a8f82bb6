"""conn_state, row by row of Zeek's table, from segments; and the letters of the history."""

import pytest
from captures import pcap, segment_of
from reading import only, read

from prep.net.tcp.capture.zeek import letter
from prep.net.tcp.segment import Segment

# Each packet: who, flags; F, S, R, and . for an ACK; D has text.
ROWS = {
    "S0": "A:S",
    "S1": "A:S B:S. A:.",
    "SF": "A:S B:S. A:. A:F. B:F. A:.",
    "S2": "A:S B:S. A:. A:F. B:.",
    "S3": "A:S B:S. A:. B:F. A:.",
    "REJ": "A:S B:R.",
    "RSTO": "A:S B:S. A:. A:R.",
    "RSTR": "A:S B:S. A:. B:R.",
    "RSTOS0": "A:S A:R.",
    "RSTRH": "B:S. B:R.",
    "SH": "A:S A:F.",
    "SHR": "B:S. B:F.",
    "OTH": "A:D B:D",
}
HISTORIES = {
    "S0": "S", "S1": "ShA", "SF": "ShAFfA", "S2": "ShAFa", "S3": "ShAfA", "REJ": "Sr", "RSTO": "ShAR", "RSTR": "ShAr",
    "RSTOS0": "SR", "RSTRH": "hr", "SH": "SF", "SHR": "hf", "OTH": "Dd",
}  # fmt: skip
NAMES = {"S": "SYN", "F": "FIN", "R": "RST"}


def capture(line: str) -> bytes:
    """Numbers as two proper ends would choose them."""
    packets, nxt = [], {"A": 100, "B": 300}
    for place, (sender, flags) in enumerate(word.split(":") for word in line.split()):
        peer = "B" if sender == "A" else "A"
        ack = nxt[peer] + (peer == "A" and "A:S" not in line) if {".", "D"} & set(flags) else None
        segment = Segment(
            nxt[sender], ack, frozenset(NAMES[flag] for flag in flags if flag in NAMES), 5 * ("D" in flags)
        )
        nxt[sender] = segment.end
        packets.append((float(place), segment_of(sender, segment)))  # type: ignore[arg-type]
    return pcap(packets)


@pytest.mark.parametrize("state", ROWS)
def test_a_row_of_zeeks_table(state):
    found = only(read(capture(ROWS[state])).connections)

    assert found.conn_state == state
    assert found.history == "".join(dict.fromkeys(HISTORIES[state]))


@pytest.mark.parametrize(
    ("flags", "data", "is_"), [(2, 0, "S"), (18, 0, "H"), (16, 0, "A"), (16, 9, "D"), (17, 9, "F")]
)
def test_a_packet_has_the_letter_of_its_flags(flags, data, is_):
    assert letter(flags, bool(data)) == is_


@pytest.mark.parametrize("flags", [3, 6, 5, 7])
def test_two_of_syn_fin_and_rst_have_no_letter(flags):
    assert letter(flags, False) == ""


def test_a_server_that_speaks_first_in_the_middle_is_still_the_responder():
    packet = bytearray(segment_of("A", Segment(1, 1, data=5)))
    packet[20:24] = (443).to_bytes(2) + (50_000).to_bytes(2)

    assert only(read(pcap([(1.0, bytes(packet))])).connections).ports == (50_000, 443)
