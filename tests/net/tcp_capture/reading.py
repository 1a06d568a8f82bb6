"""A capture read to the end, as plain values that outlive the reading."""

from collections.abc import Iterable
from typing import NamedTuple

from prep.net.tcp.capture.findings import Finding, found
from prep.net.tcp.capture.flows import Flows
from prep.net.tcp.capture.records import Records
from prep.net.tcp.capture.sides import Flow
from prep.net.tcp.capture.watcher import settled
from prep.net.tcp.capture.zeek import conn_state


class Connection(NamedTuple):
    number: int
    ports: tuple[int, int]
    addresses: tuple[bytes, bytes]
    conn_state: str
    history: str
    packets: tuple[int, int]
    octets: tuple[int, int]
    paths: tuple[tuple[str, ...], tuple[str, ...]]
    findings: tuple[Finding, ...]

    def path(self, end: int) -> str:
        return " ".join(self.paths[end])

    def told(self, code: str) -> Finding:
        (one,) = (finding for finding in self.findings if finding.code == code)
        return one

    @property
    def codes(self) -> set[str]:
        return {finding.code for finding in self.findings}


class Read(NamedTuple):
    connections: list[Connection]
    packets: int
    skipped: dict[str, int]
    fault: str
    backwards: int


def read(capture: bytes) -> Read:
    """Raises NoCapture."""
    view = memoryview(capture)
    records, flows = Records(view), Flows(view)
    connections = sorted(map(_connection, flows.follow(records)))
    return Read(connections, flows.packets, flows.skipped, records.fault, records.backwards)


def only(connections: Iterable[Connection]) -> Connection:
    (one,) = connections
    return one


def _connection(flow: Flow) -> Connection:
    orig, resp = flow.sides
    octets = orig.octets(), resp.octets()
    key = orig.key
    half = len(key) // 2 - 2
    return Connection(
        flow.number,
        (int.from_bytes(key[-4:-2]), int.from_bytes(key[-2:])),
        (key[:half], key[half:-4]),
        conn_state(flow.view.zeek, flow.view.history, octets == (0, 0)),
        flow.view.history,
        (orig.packets, resp.packets),
        octets,
        settled(flow.view),
        tuple(found(flow)),
    )
