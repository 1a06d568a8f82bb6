"""Every named script of `play`, written as a capture at either end and read back: the path that was played is the path
that is read, but for what no segment shows."""

import pytest
from captures import Tap, pcap, pcapng, played
from reading import read

from prep.net.tcp.script import SIDES
from prep.net.tcp.scripts import named

PORTS = {"A": 40000, "B": 9000}

# (script, tap, end) → why the capture there cannot show it.
LISTENER = "a listener that calls connect() shows its SYN only"
GIVES_UP = "giving up is silent, and so is a listener that nobody reached"
ELSEWHERE = "it happened at the far end, behind the tap: nothing of it arrived"
WAITED = "the end of 2MSL is silent"
TIMER = "a timer ends it, or the machine: silent"
FORGED = "a forged segment counts for its pretended sender, unless something contradicts it"
OLD = "a listener that refuses a SYN,ACK looks like a client that has given up"
SILENT = {
    ("close-in-syn-received", "A", "B"): "the FIN arrived behind A's ACK: B may have had that when it closed",
    ("listener-sends", "A", "B"): LISTENER,
    ("listener-sends", "B", "B"): LISTENER,
    **{("connect-gives-up", tap, end): GIVES_UP for tap in SIDES for end in SIDES},
    **{("four-segment-close", tap, "A"): WAITED for tap in SIDES},
    **{("simultaneous-close", tap, end): WAITED for tap in SIDES for end in SIDES},
    ("last-ack-lost-late", "B", "A"): WAITED,
    ("send-after-close", "B", "A"): ELSEWHERE,
    ("old-duplicate-syn", "B", "A"): FORGED,
    ("old-duplicate-syn-two-listeners", "A", "A"): OLD,
    ("old-duplicate-syn-two-listeners", "B", "A"): OLD,
    **{("peer-vanished", tap, end): TIMER for tap in SIDES for end in SIDES},
    ("exact-rst", "A", "B"): FORGED,
    ("exact-rst", "B", "A"): ELSEWHERE,
}


def joined(paths: list[tuple[str, ...]]) -> list[str]:
    """The paths of connections that followed each other on the same ports, as one: each begins where the last ended."""
    whole: list[str] = []
    for path in map(list, paths):
        if whole[-1:] == ["LISTEN"] and path[:2] == ["CLOSED", "LISTEN"]:
            path = path[1:]
        common = max(n for n in range(min(len(whole), len(path)) + 1) if whole[len(whole) - n :] == path[:n])
        whole += path[common:]
    return whole


def back(capture: bytes, end: str) -> list[str]:
    return joined([one.paths[one.ports.index(PORTS[end])] for one in read(capture).connections])


@pytest.mark.parametrize("end", SIDES)
@pytest.mark.parametrize("tap", SIDES)
@pytest.mark.parametrize("name", named())
def test_the_path_that_was_played_is_read_back(name: str, tap: Tap, end: str) -> None:
    packets, paths = played(named()[name].text, tap)

    same = back(pcap(packets), end) == paths["A" if end == "A" else "B"]

    assert same == ((name, tap, end) not in SILENT)


@pytest.mark.parametrize("name", named())
def test_the_format_of_the_file_does_not_matter(name: str) -> None:
    packets, _ = played(named()[name].text, "A")

    assert read(pcapng(packets, order=">", nano=True)) == read(pcap(packets))


def test_what_cannot_be_shown_is_named_for_scripts_that_exist() -> None:
    assert {name for name, _, _ in SILENT} <= set(named())
