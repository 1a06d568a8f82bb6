"""The finder names the right code on each listing of a sick host, and none on the healthy ones.

listings/ was recorded on Linux 6.18: each file holds one situation, made on purpose, as several tools show it.
"""

import json
from pathlib import Path

import pytest

from prep.net.tcp.sockets.findings import ADVICE, TABLE
from prep.net.tcp.sockets.listing import Reader
from prep.net.tcp.sockets.places import LEAST
from prep.net.tcp.sockets.tally import KEPT, STUCK, Tally

LISTINGS = Path(__file__).parent / "listings"
SHARED = Path(__file__).parents[4] / "shared" / "cases" / "sockets"
TRUTH = json.loads((SHARED / "truth.json").read_text("utf-8")) if SHARED.exists() else {}

# What lsof (without -Tqs) does not show it cannot tell: queues, timers, and what no process holds.
LSOF = {
    "accept-queue-full": ["syn-sent-unanswered"],
    "fin-wait-2-orphans": [],
    "not-accepted": [],
    "peer-not-reading": [],
    "peer-silent": [],
    "syn-received-waiting": [],
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
        table("ESTAB", 1, queues="0 9000", extra="timer:(persist,4.900ms,1)"),
        "ESTAB 0 9000 10.0.0.1:22 10.0.0.2:5000\n\t cubic rto:201 backoff:3",
        "TIME-WAIT 0 0 127.0.0.1:40404 127.0.0.1:40404",
        table("ESTAB", 5, extra="timer:(keepalive,118min,0)"),
        table("SYN-SENT", 1, queues="0 1", extra="timer:(on,900ms,0)"),
        table("SYN-RECV", 1, extra="timer:(on,900ms,0)"),
        table("SYN-RECV", LEAST["syn-received-waiting"] - 1, local="10.0.0.1:80", extra="timer:(on,900ms,0)"),
        table("ESTAB", 9, queues="0 100", extra="timer:(on,400ms,1)"),
        table("ESTAB", 9, extra="timer:(keepalive,75sec,1)"),
        table("LAST-ACK", 9, queues="0 1", extra="timer:(on,400ms,1)"),
        table("FIN-WAIT-2", 9, extra="timer:(timewait,59sec,0)"),
        table("FIN-WAIT-2", 9, extra="timer:(timewait,1min,0)"),
        "tcp 0 0 10.0.0.1:5000 10.0.0.2:80 FIN_WAIT2 timewait (59.74/0/0)",
        "7: 0100000A:0016 0200000A:1388 05 00000000:00000000 03:0000174E 00000000 0 0 0",
        "LISTEN 1 128 0.0.0.0:80 0.0.0.0:*",
        "LISTEN 1 1 0.0.0.0:80 0.0.0.0:*",
        "LISTEN 2 128 0.0.0.0:80 0.0.0.0:*\n" + table("ESTAB", 2, local="10.0.0.1:80"),
        "LISTEN 31 128 0.0.0.0:80 0.0.0.0:*",
        "LISTEN 8 128 0.0.0.0:80 0.0.0.0:*\n" * 8,
        "LISTEN 9 128 0.0.0.0:80 0.0.0.0:*\n" + table("ESTAB", 40, local="10.0.0.1:80"),
        "tcp 2 0 0.0.0.0:80 0.0.0.0:* LISTEN",
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
        ("LISTEN 32 128 *:80 *:*", "not-accepted", 32),
        ("LISTEN 3 128 *:80 *:*\n" + table("ESTAB", 12, local="10.0.0.1:80"), "not-accepted", 3),
        ("tcp 3 0 0.0.0.0:80 0.0.0.0:* LISTEN", "not-accepted", 3),
        ("ESTAB 0 0 127.0.0.1:40404 127.0.0.1:40404", "self-connected", 1),
        (table("SYN-SENT", 1), "syn-sent-unanswered", 1),
        (table("SYN-RECV", 1), "syn-received-waiting", 1),
        (table("SYN-RECV", 1, extra="timer:(on,2sec,1)"), "syn-received-waiting", 1),
        (table("SYN-RECV", 30, local="10.0.0.1:80", extra="timer:(on,900ms,0)"), "syn-received-waiting", 30),
        (table("ESTAB", 1, extra="timer:(on,2sec,2)"), "peer-silent", 1),
        (table("LAST-ACK", 1, queues="0 1", extra="timer:(on,2sec,2)"), "peer-silent", 1),
        (table("ESTAB", 1, extra="timer:(keepalive,9sec,2)"), "peer-silent", 1),
        (table("ESTAB", 1, queues="0 9000", extra="timer:(persist,9sec,2)"), "peer-silent", 1),
        (table("FIN-WAIT-1", 1, queues="0 9000", extra="timer:(persist,9sec,7)"), "peer-silent", 1),
        (table("ESTAB", 1, queues="0 9000", extra="timer:(persist,9sec,0)"), "peer-not-reading", 1),
        (table("CLOSE-WAIT", 1, queues="0 9000", extra="timer:(persist,1min9sec,1)"), "peer-not-reading", 1),
        ("ESTAB 0 9000 10.0.0.1:22 10.0.0.2:5000\n\t cubic rto:201 backoff:6", "peer-not-reading", 1),
        (table("FIN-WAIT-1", 1, queues="0 9000", extra="timer:(persist,9sec,0)"), "peer-not-reading", 1),
        (table("FIN-WAIT-1", 10, local="10.0.0.1:80", queues="0 1"), "fin-unacknowledged", 10),
        (table("FIN-WAIT-2", 1, extra="timer:(timewait,58sec,0)"), "fin-wait-2-orphans", 1),
        (table("FIN-WAIT-2", 1, extra="timer:(timewait,9.120ms,0)"), "fin-wait-2-orphans", 1),
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
    nobody = table("ESTAB", 3, local="10.0.0.1:80") + "\n"
    other = 'ESTAB 0 0 10.0.0.1:22 10.0.0.2:5001 users:(("sshd",pid=1,fd=3))\n'

    assert codes(f"LISTEN 0 9 *:80 *:*\n{nobody}{other}") == []
    assert codes(f'LISTEN 0 9 *:80 *:* users:(("web",pid=2,fd=3))\n{nobody}{other}') == ["not-accepted"]


def test_a_pile_is_told_at_one_of_its_two_ports_only():
    assert places(table("CLOSE-WAIT", 12, local="10.0.0.1:80", peer="10.0.0.2:443")) == [("local", "80", 12)]


def test_the_port_with_the_most_stands_first():
    text = table("CLOSE-WAIT", 11, local="10.0.0.1:81") + "\n" + table("CLOSE-WAIT", 20, local="10.0.0.1:80")

    assert places(text) == [("local", "80", 20), ("local", "81", 11)]


@pytest.mark.parametrize(
    ("state", "queues", "timer"),
    [
        ("FIN-WAIT-2", "0 0", "timer:(timewait,20sec,0)"),
        ("FIN-WAIT-2", "0 0", 'users:(("a",pid=1,fd=3))'),
        ("ESTAB", "0 9", "timer:(on,20sec,7)"),
        ("ESTAB", "0 9", "timer:(persist,20sec,0)"),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_what_the_peers_fail_to_do_is_told_at_the_port_of_the_service(state, queues, timer, count):
    server = table(state, count, local="10.0.0.1:443", queues=queues, extra=timer)
    client = table(state, count, peer="10.0.0.2:https", queues=queues, extra=timer)

    assert places(server) == [("local", "443", count)]
    assert places(client) == [("remote", "https", count)]


def test_rows_without_their_peers_port_gather_at_the_local_one():
    assert places("FIN-WAIT-2 0 0 10.0.0.1:443 10.0\nFIN-WAIT-2 0 0 10.0.0.1:80 10.0") == [
        ("local", "443", 1),
        ("local", "80", 1),
    ]


def test_a_process_has_its_pile_told_once_whatever_the_ports():
    extra = 'users:(("crawler",pid=7,fd=3))'
    client = "\n".join(f"CLOSE-WAIT 1 0 10.0.0.1:{40000 + n} 10.0.{n}.2:{8000 + n % 60} {extra}" for n in range(250))
    server = table("CLOSE-WAIT", 250, local="10.0.0.1:443", extra=extra)
    (found,) = Tally().add_all(Reader().rows(f"{client}\n{server}".split("\n"))).findings()
    (place,) = found.places

    assert (found.code, found.count, place.count, place.processes) == (
        "close-wait-pile-up",
        500,
        500,
        ("crawler (pid 7)",),
    )
    assert place.split[0] == ("443", 250)


def test_what_processes_have_few_of_each_is_told_at_the_port():
    rows = [table("CLOSE-WAIT", 4, local="10.0.0.1:80", extra=f'users:(("web",pid={pid},fd=3))') for pid in range(4)]
    apart = "\n".join(text.replace("10.0.0.2", f"10.0.{pid}.2") for pid, text in enumerate(rows))

    assert places(apart) == [("local", "80", 16)]


def test_a_process_takes_its_own_from_the_pile_at_a_port_and_leaves_the_rest_there():
    mine = table("CLOSE-WAIT", 15, local="10.0.0.1:80", extra='users:(("a",pid=1,fd=3))')
    others = table("CLOSE-WAIT", 5, local="10.0.0.1:80", peer="10.0.9.2:{0}", extra='users:(("b",pid=2,fd=3))')
    (found,) = Tally().add_all(Reader().rows(f"{mine}\n{others}".split("\n"))).findings()

    assert [(place.processes, place.count) for place in found.places] == [(("a (pid 1)",), 15), (("b (pid 2)",), 5)]
    assert found.count == 20


def test_fin_wait_2_in_front_of_a_pile_of_one_process_is_part_of_it():
    pile = "\n".join(
        f'CLOSE-WAIT 1 0 127.0.0.1:{8000 + n} 127.0.0.1:{5000 + n} users:(("a",pid=1,fd=3))\n'
        f"FIN-WAIT-2 0 0 127.0.0.1:{5000 + n} 127.0.0.1:{8000 + n} timer:(timewait,20sec,0)"
        for n in range(12)
    )

    assert judged(pile)[0] == {"close-wait-pile-up": 12}


def test_a_syn_received_whose_other_end_here_is_established_waits_at_once():
    ends = "SYN-RECV 0 0 127.0.0.1:80 127.0.0.1:5000 timer:(on,900ms,0)\nESTAB 0 0 127.0.0.1:5000 127.0.0.1:80"

    assert judged(ends)[0] == {"syn-received-waiting": 1}


def meant(text):
    """Code of the one finding, and which of its meanings is told."""
    (found,) = Tally().add_all(Reader().rows(text.split("\n"))).findings()
    advice = ADVICE[found.code]
    (kind,) = (kind for kind in ("meaning", "weak", "loopback") if getattr(advice, kind) == found.meaning)
    return found.code, kind


@pytest.mark.parametrize(("hosts", "kind"), [(1, "meaning"), (2, "meaning"), (100, "weak"), (300, "weak")])
def test_time_wait_of_many_destinations_is_told_apart_from_that_of_one(hosts, kind):
    rows = [f"TIME-WAIT 0 0 10.0.0.1:{40000 + n} 10.1.{n % hosts // 200}.{n % hosts % 200}:443" for n in range(300)]

    assert meant("\n".join(rows)) == ("time-wait-as-client", kind)


@pytest.mark.parametrize(
    ("peer", "kind"),
    [("127.0.0.1", "loopback"), ("127.8.0.3", "loopback"), ("[::1]", "loopback"), ("10.0.0.1", "meaning")],
)
def test_time_wait_towards_loopback_takes_no_port_for_long(peer, kind):
    assert meant(table("TIME-WAIT", 100, peer=f"{peer}:9000")) == ("time-wait-as-client", kind)


def test_ports_that_run_out_towards_another_host_are_told_whatever_goes_to_loopback():
    near, far = table("TIME-WAIT", 300, peer="127.0.0.1:9000"), table("TIME-WAIT", 100, peer="10.0.0.2:443")

    assert meant(f"{near}\n{far}") == ("time-wait-as-client", "meaning")


@pytest.mark.parametrize(("timer", "kind"), [("", "weak"), ("timer:(persist,9sec,0)", "meaning")])
def test_without_timers_it_is_a_guess_that_the_other_end_does_not_read(timer, kind):
    assert meant(table("FIN-WAIT-1", 1, queues="0 9000", extra=timer)) == ("peer-not-reading", kind)


@pytest.mark.parametrize(
    ("count", "timer", "kind"),
    [(1, "", "weak"), (9, "", "weak"), (10, "", "meaning"), (1, "timer:(on,2sec,1)", "meaning")],
)
def test_without_timers_a_few_handshakes_may_have_begun_only_just_now(count, timer, kind):
    sent = table("SYN-SENT", count, peer="10.0.0.2:443", queues="0 1", extra=timer)
    received = table("SYN-RECV", count, local="10.0.0.1:443", extra=timer)

    assert meant(sent) == ("syn-sent-unanswered", kind)
    assert meant(received) == ("syn-received-waiting", kind)


def test_lsof_accuses_nobody_of_what_it_does_not_print():
    lines = [
        "web 1 root 3u IPv4 1 0t0 TCP 127.0.0.1:80 (LISTEN)",
        *(f"cli 2 root {n}u IPv4 {n} 0t0 TCP 127.0.0.1:{5000 + n}->127.0.0.1:80 (ESTABLISHED)" for n in range(3, 20)),
    ]

    assert codes("\n".join(lines)) == []


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
