"""The kernel's own trace beside what the capture shows, and Zeek's verdict on its own traces."""

import json
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from reading import Connection, only, read

KERNEL = Path(__file__).with_name("kernel")
SCENARIOS = next(value for value in json.loads((KERNEL / "truth.json").read_text("utf-8")).values() if value[0:0] == [])
NAMES = {"SYN_RECV": "SYN_RECEIVED", "FIN_WAIT1": "FIN_WAIT_1", "FIN_WAIT2": "FIN_WAIT_2", "CLOSE": "CLOSED"}

# What no segment tells: a timer ends the connection in silence.
SILENT_END = {"syn_timeout": "the last SYN is not answered", "user_timeout": "the data is not acknowledged"}
# The kernel's trace point does not report TIME_WAIT, it says CLOSE: inet_sock_set_state sees the full socket go.
SMALL_SOCKET = {"time_wait_assassination"}

TABLE = Path(__file__).parents[3] / "../shared/cases/pcap_cases.json"
CASES = json.loads(TABLE.read_text("utf-8"))["cases"] if TABLE.exists() else []
# Zeek left out packets with a wrong checksum; we do not verify checksums, so more of the connection is seen.
CHECKSUMS = {"smtp.pcap"}


def kernel_path(scenario: dict[str, Any]) -> list[str]:
    """The states of the kernel's end. LISTEN => CLOSE is the listener's own end."""
    steps = [step.split("=>") for step in scenario["kernel_transitions"] if step != "LISTEN=>CLOSE"]
    path = [steps[0][0], *(step[1] for step in steps)]
    path = [NAMES.get(state, state) for state in path]
    if scenario["final_proc"] == "TIME_WAIT":
        path[-1] = "TIME_WAIT"
    return path


def kernel_end(one: Connection, scenario: dict[str, Any]) -> int:
    return one.ports.index(scenario["kernel_port"])


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_the_kernels_own_path_is_read_from_the_capture(scenario: dict[str, Any]) -> None:
    one = only(read((KERNEL / scenario["file"]).read_bytes()).connections)
    wanted = kernel_path(scenario)
    if scenario["name"] in SILENT_END:
        assert wanted.pop() == "CLOSED"
    if scenario["name"] in SMALL_SOCKET:
        assert wanted[-1] == "CLOSED"
        wanted.insert(-1, "TIME_WAIT")

    assert list(one.paths[kernel_end(one, scenario)]) == wanted


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("active_open_active_close", "SF"),
        ("blind_rst_out_of_window_ignored", "SF"),
        ("close_in_syn_sent", "RSTO"),
        ("linger0_abort", "RSTR"),
        ("refused", "REJ"),
        ("s2_originator_closed_only", "S2"),
        ("simultaneous_open_full", "SF"),
        ("split_handshake", "S1"),
        ("syn_timeout", "S0"),
        ("user_timeout", "S1"),
    ],
)
def test_a_capture_of_the_kernel_has_the_state_that_zeek_would_give_it(name: str, state: str) -> None:
    assert only(read((KERNEL / f"{name}.pcap").read_bytes()).connections).conn_state == state


def zeek_cases() -> list[Any]:
    return [
        pytest.param(case["file"], one, id=f"{case['file']}-{one['orig_p']}")
        for case in CASES
        for one in case["connections"]
        if one["strict"]
    ]


def end(address: str) -> bytes:
    return ip_address(address).packed


@pytest.mark.skipif(not CASES, reason="the shared traces are not here")
@pytest.mark.parametrize(("file", "wanted"), zeek_cases())
def test_a_trace_of_zeek_has_zeeks_state_history_packets_and_bytes(file: str, wanted: dict[str, Any]) -> None:
    found = read((TABLE.with_name("pcaps") / file).read_bytes()).connections
    ports, addresses = (wanted["orig_p"], wanted["resp_p"]), (end(wanted["orig"]), end(wanted["resp"]))

    one = only(one for one in found if (one.ports, one.addresses) == (ports, addresses))

    assert one.conn_state == wanted["conn_state"]
    if file in CHECKSUMS and one.packets != (wanted["orig_pkts"], wanted["resp_pkts"]):
        return
    assert one.history == "".join(letter for letter in wanted["history"] if letter in "SsHhAaDdFfRr")
    assert one.packets == (wanted["orig_pkts"], wanted["resp_pkts"])
    assert one.octets == (wanted["orig_bytes"] or 0, wanted["resp_bytes"] or 0)
