"""The finder names the right code on each listing of a sick host, and none on the healthy ones.

listings/ was recorded on Linux 6.18: each file holds one situation, made on purpose, as several tools show it.
"""

import json
import re
from math import floor
from pathlib import Path

import pytest

from prep.cards.shelf import open_shelf
from prep.net.tcp.sockets.findings import TABLE
from prep.net.tcp.sockets.listing import Reader
from prep.net.tcp.sockets.tally import KEPT, LEAST, STUCK, Tally
from prep.net.tcp.sums import port_count, port_rate

LISTINGS = Path(__file__).parent / "listings"
SHARED = Path(__file__).parents[4] / "shared" / "cases" / "sockets"
TRUTH = json.loads((SHARED / "truth.json").read_text("utf-8")) if SHARED.exists() else {}

# What lsof cannot show it cannot tell: it has no queues and no timers, and nothing that no process holds.
LSOF = {
    "accept-queue-full": ["not-accepted", "syn-sent-unanswered"],
    "fin-wait-2-orphans": [],
    "peer-not-reading": [],
    "peer-silent": [],
    "syn-received-waiting": ["not-accepted"],
    "time-wait-as-client": [],
    "time-wait-as-server": [],
}
# Without timers and processes an orphan and a half-closed connection look the same, and nothing tells silence.
SS_TAN = {"fin-wait-2-half-closed": ["fin-wait-2-orphans"], "peer-silent": []}


def recorded():
    for path in sorted(LISTINGS.glob("*.txt")):
        for part in path.read_text("utf-8").split("$ ")[1:]:
            yield pytest.param(path.stem, part.split("\n")[0], part, id=f"{path.stem}: {part.split(chr(10))[0]}")


def judged(text):
    """Codes with their counts, and states."""
    tally = Tally().add_all(Reader().rows(text.split("\n")))
    found = tally.findings()
    return {finding.code: finding.count for finding in found}, dict(tally.states)


def codes(text):
    return list(judged(text)[0])


def places(text):
    found = Tally().add_all(Reader().rows(text.split("\n"))).findings()
    return [(place.side, place.port, place.count) for finding in found for place in finding.places]


def table(state, count, local="10.0.0.1:{0}", peer="10.0.0.2:{0}", queues="0 0", extra=""):
    return "\n".join(
        f"{state} {queues} {local.format(40000 + n)} {peer.format(50000 + n)} {extra}" for n in range(count)
    )


@pytest.mark.parametrize(("situation", "command", "text"), list(recorded()))
def test_a_recorded_listing_gets_its_code(situation, command, text):
    code = next((advice.code for advice in TABLE if situation.startswith(advice.code)), None)
    expected = [code] if code else []
    if command.startswith("lsof"):
        expected = LSOF.get(code, expected)
    elif command == "ss -tan":
        expected = SS_TAN.get(code, expected)

    assert codes(text) == expected


@pytest.mark.skipif(not TRUTH, reason="the shared cases are not here")
@pytest.mark.parametrize(
    ("case", "file"), [(case, file) for case in TRUTH for file in TRUTH[case]["files"] if "ss-s" not in file]
)
def test_a_shared_listing_gets_its_codes_and_states(case, file):
    found, states = judged((SHARED / file).read_text("utf-8"))
    expected = dict(TRUTH[case]["states"])
    if "lsof" in file:
        expected.pop("FIN_WAIT_2", None)  # orphans

    assert (list(found), states) == (TRUTH[case]["codes"], expected)


def test_all_tools_count_the_same_sockets():
    parts = (LISTINGS / "accept-queue-full.txt").read_text("utf-8").split("$ ")[1:]
    seen = [judged(part)[1] for part in parts if not part.startswith("lsof")]

    assert seen == [{"LISTEN": 1, "ESTABLISHED": 6, "SYN_SENT": 3}] * 6


# ── what a healthy host shows ──


@pytest.mark.parametrize(
    "text",
    [
        table("CLOSE-WAIT", 1, local="10.0.0.1:8080"),
        table("CLOSE-WAIT", LEAST["close-wait-pile-up"] - 1, local="10.0.0.1:8080"),
        table("TIME-WAIT", LEAST["time-wait-as-server"] - 1, local="10.0.0.1:80"),
        table("TIME-WAIT", LEAST["time-wait-as-client"] - 1, peer="10.0.0.2:443"),
        "LISTEN 0 128 0.0.0.0:22 0.0.0.0:*",
        "LISTEN 0 0 0.0.0.0:22 0.0.0.0:*",
        "LISTEN 1 511 0.0.0.0:80 0.0.0.0:*\n" + table("ESTAB", 200, local="10.0.0.1:80"),
        table("ESTAB", 50, local="10.0.0.1:80", queues="517 0"),
        table("ESTAB", 50, local="10.0.0.1:80", queues="0 36000"),
        table("ESTAB", 1, queues="0 100", extra="timer:(on,200ms,0)"),
        table("ESTAB", 1, queues="0 100", extra="timer:(persist,200ms,0)"),
        table("ESTAB", 5, extra="timer:(keepalive,118min,0)"),
        table("SYN-SENT", 1, queues="0 1", extra="timer:(on,900ms,0)"),
        table("FIN-WAIT-1", 3, queues="0 1"),
        table("LAST-ACK", 3, queues="0 1", extra="timer:(on,100ms,0)"),
    ],
)
def test_what_a_healthy_host_shows_is_no_finding(text):
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "code", "count"),
    [
        (table("CLOSE-WAIT", 10, local="10.0.0.1:8080"), "close-wait-pile-up", 10),
        (table("CLOSE-WAIT", 10, peer="10.0.0.2:443"), "close-wait-pile-up", 10),
        (table("TIME-WAIT", 30, local="10.0.0.1:80"), "time-wait-as-server", 30),
        (table("TIME-WAIT", 100, peer="10.0.0.2:443"), "time-wait-as-client", 100),
        ("LISTEN 129 128 *:80 *:*", "accept-queue-full", 1),
        ("LISTEN 128 128 *:80 *:*", "not-accepted", 128),
        ("ESTAB 0 0 127.0.0.1:40404 127.0.0.1:40404", "self-connected", 1),
        (table("SYN-SENT", 1), "syn-sent-unanswered", 1),
        (table("SYN-RECV", 1), "syn-received-waiting", 1),
        (table("ESTAB", 1, extra="timer:(on,2sec,1)"), "peer-silent", 1),
        (table("ESTAB", 1, extra="timer:(keepalive,9sec,2)"), "peer-silent", 1),
        (table("ESTAB", 1, queues="0 9000", extra="timer:(persist,9sec,2)"), "peer-not-reading", 1),
        (table("FIN-WAIT-1", 1, queues="0 9000", extra="timer:(persist,9sec,0)"), "peer-not-reading", 1),
        (table("FIN-WAIT-1", 10, local="10.0.0.1:80", queues="0 1"), "fin-unacknowledged", 10),
        (table("FIN-WAIT-2", 1, extra="timer:(timewait,9sec,0)"), "fin-wait-2-orphans", 1),
        (table("FIN-WAIT-2", 1, extra='users:(("a",pid=1,fd=3))'), "fin-wait-2-half-closed", 1),
        (table("ESTAB", 1, queues=f"{STUCK} 0"), "program-not-reading", 1),
    ],
)
def test_a_finding_begins_at_its_threshold(text, code, count):
    assert judged(text)[0] == {code: count}


# ── causes and symptoms ──


def test_fin_wait_2_in_front_of_a_pile_of_close_wait_on_this_host_is_part_of_it():
    pile = table("CLOSE-WAIT", 10, local="127.0.0.1:8080", peer="127.0.0.1:{0}")
    ends = table("FIN-WAIT-2", 10, local="127.0.0.1:5000{0}", peer="127.0.0.1:8080").replace(":50004000", ":5000")

    assert codes(f"{pile}\n{ends}") == ["close-wait-pile-up"]


def test_syn_sent_to_a_full_queue_on_this_host_is_part_of_it_and_elsewhere_is_not():
    full = "LISTEN 3 2 127.0.0.1:80 0.0.0.0:*\n"

    assert codes(full + table("SYN-SENT", 3, local="127.0.0.1:{0}", peer="127.0.0.1:80")) == ["accept-queue-full"]
    assert codes(full + table("SYN-SENT", 3, peer="10.0.0.2:80")) == ["accept-queue-full", "syn-sent-unanswered"]


def test_netstat_shows_a_full_queue_by_the_syns_that_hang_before_it():
    waiting = "tcp 3 0 127.0.0.1:80 0.0.0.0:* LISTEN\n"
    hanging = "tcp 0 1 127.0.0.1:5000 127.0.0.1:80 SYN_SENT"

    assert codes(waiting + hanging) == ["accept-queue-full"]
    assert codes(waiting) == ["not-accepted"]


def test_sockets_without_a_process_are_accused_only_where_the_listener_has_one():
    nobody = "ESTAB 0 0 10.0.0.1:80 10.0.0.2:5000\n"
    other = 'ESTAB 0 0 10.0.0.1:22 10.0.0.2:5001 users:(("sshd",pid=1,fd=3))\n'

    assert codes(f"LISTEN 0 9 *:80 *:*\n{nobody}{other}") == []
    assert codes(f'LISTEN 0 9 *:80 *:* users:(("web",pid=2,fd=3))\n{nobody}{other}') == ["not-accepted"]


def test_a_pile_is_told_at_one_of_its_two_ports_only():
    assert places(table("CLOSE-WAIT", 12, local="10.0.0.1:80", peer="10.0.0.2:443")) == [("local", "80", 12)]


def test_the_port_with_the_most_stands_first():
    text = table("CLOSE-WAIT", 11, local="10.0.0.1:81") + "\n" + table("CLOSE-WAIT", 20, local="10.0.0.1:80")

    assert places(text) == [("local", "80", 20), ("local", "81", 11)]


# ── several listings, many rows ──


def test_the_same_sockets_in_several_listings_count_once():
    text = (LISTINGS / "close-wait-pile-up.txt").read_text("utf-8")

    assert judged(text) == ({"close-wait-pile-up": 12}, {"LISTEN": 1, "CLOSE_WAIT": 12, "FIN_WAIT_2": 12})


def test_what_one_listing_tells_is_not_lost_in_another():
    half = 'FIN-WAIT-2 0 0 10.0.0.1:5000 10.0.0.2:80 users:(("a",pid=1,fd=3))'
    bare = "FIN-WAIT-2 0 0 10.0.0.1:5000 10.0.0.2:80"

    assert codes(f"$ ss -tanp\n{half}\n$ ss -tan\n{bare}") == ["fin-wait-2-half-closed"]
    assert codes(f"$ ss -tan\n{bare}\n$ ss -tanp\n{half}") == ["fin-wait-2-half-closed"]


def test_two_listeners_on_one_port_are_two():
    assert judged("LISTEN 0 9 *:80 *:*\n" * 4)[1] == {"LISTEN": 4}


def test_rows_beyond_those_kept_are_judged_as_they_come():
    lines = [
        "LISTEN 9 8 *:80 *:*",
        *(f"CLOSE-WAIT 1 0 10.0.0.1:80 10.0.{n >> 8}.{n & 255}:9" for n in range(KEPT + 50)),
    ]
    found, states = judged("\n".join(lines))

    assert found == {"accept-queue-full": 1, "close-wait-pile-up": KEPT + 50}
    assert states == {"LISTEN": 1, "CLOSE_WAIT": KEPT + 50}


# ── the words ──


def test_every_card_to_study_is_shipped(tmp_path):
    shelf = open_shelf(tmp_path)
    known = set(shelf.ids())
    shelf.db.close()

    assert {card for advice in TABLE for card in advice.cards} - known == set()


@pytest.mark.parametrize("advice", TABLE, ids=lambda advice: advice.code)
def test_every_finding_says_everything_in_both_languages(advice):
    texts = (advice.meaning, advice.culprit, advice.remedy, advice.does_not_help)

    assert all(text.en and re.search("[一-鿿]", text.zh) for text in texts)
    assert advice.cards
    assert advice.source


def test_the_codes_of_the_contract_are_all_there():
    contract = """close-wait-pile-up time-wait-as-client time-wait-as-server accept-queue-full not-accepted
        syn-sent-unanswered syn-received-waiting peer-not-reading peer-silent fin-wait-2-orphans
        fin-wait-2-half-closed self-connected"""

    assert set(contract.split()) <= {advice.code for advice in TABLE}


def test_the_rate_at_which_ports_run_out_is_computed():
    ports = port_count(32768, 60999)
    said = next(advice.meaning for advice in TABLE if advice.code == "time-wait-as-client")

    assert f"{ports} ports / 60 s = {floor(port_rate(ports))} new connections" in said.en
    assert f"{ports} 个端口" in said.zh
    assert f"{floor(port_rate(ports))} 个连接" in said.zh


def test_tcp_fin_timeout_is_refuted_as_a_cure_of_time_wait():
    said = next(advice.does_not_help for advice in TABLE if advice.code == "time-wait-as-client")

    assert said.en.startswith("tcp_fin_timeout: it does not shorten TIME_WAIT")
    assert said.zh.startswith("tcp_fin_timeout：缩短不了 TIME_WAIT")
