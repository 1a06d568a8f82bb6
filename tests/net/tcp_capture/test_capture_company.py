"""What else a capture holds changes no connection's story; and what is over is let go of."""

import gc

import pytest
from captures import interface, ipv4, pcap, section, segment_of, tcp
from hypothesis import given
from hypothesis import strategies as st
from reading import Connection, read
from said import CLOSE, MODULUS, OPEN, Said, ack, handshake

from prep.net.tcp.capture import connections, records, watcher
from prep.net.tcp.capture.drawn import Drawn
from prep.net.tcp.capture.flows import Flows
from prep.net.tcp.capture.records import Records
from prep.net.tcp.capture.sides import Flow
from prep.net.tcp.capture.view import View
from prep.net.tcp.segment import FIN, RST, SYN, Segment


def talk(a: int = 100, b: int = 300) -> list[Said]:
    """A connection in which both ends have sent ten octets."""
    return [*handshake(a, b), ("A", ack(a + 1, b + 1, 10)), ("B", ack(b + 1, a + 11, 10)), ("A", ack(a + 11, b + 11))]


FAMILIAR: list[Said] = [  # after it a watcher knows what plain segments of an open connection do: nothing
    *talk(7000, 9000),
    *(("A", ack(7011 + 10 * n, 9011, 10)) for n in range(4)),
    *(("B", ack(9011 + 10 * n, 7051, 10)) for n in range(4)),
    *(("A", ack(7051, 9051)) for _ in range(4)),
    *(("B", ack(9051, 7051)) for _ in range(4)),
]


def moved(port: int, *said: Said) -> list[tuple[float, bytes]]:
    """Between other ports, a second apart."""
    packets = []
    for n, (sender, *rest) in enumerate(said):
        source, to = (port, 9000) if sender == "A" else (9000, port)
        here, there = ("192.0.2.1", "192.0.2.2") if sender == "A" else ("192.0.2.2", "192.0.2.1")
        packets.append((float(n), ipv4(here, there, tcp(source, to, *rest))))
    return packets


def told(found: Connection) -> tuple[object, ...]:
    return tuple(found[found._fields.index("conn_state") :])


def alone_and_in_company(*said: Said) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    packets = moved(4000, *said)
    familiar = moved(5000, *FAMILIAR)
    after = [(when + 100, packet) for when, packet in packets]
    company = [one for one in read(pcap(familiar + after)).connections if 4000 in one.ports]
    return [*map(told, read(pcap(packets)).connections)], [*map(told, company)]


NUMBERS = st.sampled_from([0, -1, 1, 10, -10, 70_000, 500_000_000])
SEGMENTS = st.tuples(
    st.sampled_from("AB"), NUMBERS, NUMBERS, st.sampled_from([0, 0, 10]), st.sampled_from([set(), set(), FIN, RST, SYN])
)


@given(st.lists(SEGMENTS, min_size=1, max_size=8), st.sampled_from([100, 0x7FFFFFF0, 0x90000000, 0xFFFFFFF0]))
def test_what_else_is_in_the_capture_changes_no_story(segments, isn):
    said = talk(isn, isn)
    nxt = {"A": isn + 11, "B": isn + 11}
    for sender, seq, ahead, data, flags in segments:
        peer = "B" if sender == "A" else "A"
        said.append(
            (sender, Segment((nxt[sender] + seq) % MODULUS, (nxt[peer] + ahead) % MODULUS, frozenset(flags), data))
        )
        nxt[sender] += data

    alone, company = alone_and_in_company(*said)

    assert alone == company


def test_a_stray_segment_far_outside_the_window_moves_nobody_however_familiar_its_kind():
    said = [*talk(), ("A", ack(500_000_000, 311, 10)), ("A", ack(111, 311, 10))]

    for found in alone_and_in_company(*said):
        ((_, _, _, octets, _, codes),) = found
        assert octets == (20, 10)
        assert codes == ()


def test_a_syn_that_is_challenged_begins_no_connection_however_familiar_the_challenge():
    said = [*talk(), ("A", Segment(120, None, SYN)), ("B", ack(311, 111)), ("A", ack(111, 311, 10))]

    for found in alone_and_in_company(*said):
        ((*_, codes),) = found
        assert [one.code for one in codes] == ["syn-challenged"]


def test_what_one_direction_acknowledges_in_steps_is_counted_past_half_the_numbers():
    said = [("B", ack(301, 1 + (step << 30))) for step in range(8)]

    for found in alone_and_in_company(*said):
        ((_, _, _, octets, *_),) = found
        assert octets == (0, 7 << 30)


# ── what is over ──


def flows_alive(octets: bytes) -> int:
    """Connections that nobody has let go of, after all were given out, with no collector at work."""
    gc.collect()
    gc.disable()
    try:
        read(octets)
        return sum(isinstance(one, Flow) for one in gc.get_objects())
    finally:
        gc.enable()


def with_itself(port: int, segment: Segment) -> tuple[float, bytes]:
    return 1.0, ipv4("192.0.2.1", "192.0.2.1", tcp(port, port, segment))


@pytest.mark.parametrize(
    "packets",
    [
        [one for port in range(9) for one in moved(port, *OPEN, *CLOSE)],
        [one for port in range(9) for one in moved(port, *OPEN, ("A", Segment(120, None, SYN)))],
        [with_itself(port, Segment(1, None, SYN)) for port in range(9)],
        [with_itself(port, Segment(1, 2, SYN)) for port in range(9)],
    ],
    ids=["closed", "SYN without an answer", "SYN to itself", "SYN,ACK to itself"],
)
def test_connections_that_were_given_out_are_let_go_of_without_a_collector(packets):
    assert flows_alive(pcap(packets)) == 0


def test_no_more_views_are_remembered_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(watcher, "MOST_VIEWS", 20)
    strange = [
        (sender, Segment(101 + 7 * n, 301, flags))
        for n, flags in enumerate([FIN, RST, SYN, frozenset()] * 5)
        for sender in "AB"
    ]
    view = memoryview(pcap([one for port in range(50) for one in moved(4000 + port, *OPEN, *strange[port:], *strange)]))
    table = Flows(view)

    for _ in table.follow(Records(view)):
        pass

    known, waiting = set(), [table.fresh]
    while waiting:
        one = waiting.pop()
        if id(one) not in known:
            known.add(id(one))
            waiting.extend(one.next.values())
    assert all(isinstance(one, View) for one in table.watcher.views.values())
    assert len(known) <= 20 + 1


def test_of_connections_equally_silent_the_oldest_are_given_out(monkeypatch):
    monkeypatch.setattr(connections, "MOST_OPEN", 10)
    packets = [(1.0, one) for port in range(11) for _, one in moved(4000 + port, OPEN[0])]

    found = read(pcap(packets)).connections

    assert [one.number for one in found if "given-up" in one.codes] == [1, 2, 3, 4, 5, 6]


def test_no_more_interfaces_are_kept_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(records, "MOST_INTERFACES", 3)
    octets = section() + interface(101) * 4

    found = read(octets)

    assert (
        found.fault == f"the block at octet {len(section() + interface(101) * 3)} describes one more interface than 3"
    )


# ── two on the same ports ──


def test_two_connections_of_one_moment_on_the_same_ports_are_drawn_apart():
    said = [*OPEN, *CLOSE, *handshake(5000, 6000), ("A", Segment(5001, 6001, RST))]
    view = memoryview(pcap([(1.0, segment_of(*one)) for one in said]))
    found = [(flow.sides[0].key, flow.start) for flow in Flows(view).follow(Records(view))]

    first, second = (Drawn(view, *one).played.moments for one in found)

    assert [moment.states for moment in first][-1] == ("TIME_WAIT", "CLOSED")
    assert len(first) == 7
    assert [moment.states for moment in second][-1] == ("CLOSED", "CLOSED")
    assert len(second) == 4
