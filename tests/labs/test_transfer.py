"""Sends, segments and reads are three different numbers; what a transfer may ask for."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.errors import PrepError
from prep.labs.kit import CannotRun
from prep.labs.loopback import Loopback
from prep.labs.transfer import LARGEST, Setup, message, no_loopback, transfer

linux = pytest.mark.skipif(sys.platform != "linux", reason="TCP_INFO and these options are those of Linux")


@given(number=st.integers(1, 10_000), size=st.integers(0, 50))
def test_a_message_has_the_size_that_was_asked_for(number, size):
    assert len(message(number, size)) == size


def test_messages_of_seven_bytes_are_numbered():
    assert Setup(sends=3).messages() == [b"msg-01|", b"msg-02|", b"msg-03|"]


@pytest.mark.parametrize("transport", ["tcp", "unix", "pipe"])
@settings(deadline=None, max_examples=15)
@given(sends=st.integers(1, 40), size=st.integers(0, 3000), recv=st.integers(1, 9000))
def test_a_stream_delivers_every_byte_in_order_and_reads_take_what_is_there(transport, sends, size, recv):
    setup = Setup(transport, sends, size, recv=recv)

    run = transfer(setup)

    assert run.data == b"".join(setup.messages())
    assert all(0 < read <= recv for read in run.reads)
    assert sum(run.reads) == sends * size


@pytest.mark.parametrize("transport", ["udp", "seqpacket"])
def test_a_datagram_is_one_read_and_a_short_read_loses_its_rest(transport):
    assert transfer(Setup(transport, 3, 7)).reads == [7, 7, 7]
    assert transfer(Setup(transport, 3, 7, recv=4)).reads == [4, 4, 4]


@pytest.mark.parametrize("transport", ["udp", "seqpacket"])
def test_the_bytes_that_a_short_read_of_datagrams_loses_are_counted(transport):
    whole, short, empty = (transfer(Setup(transport, 3, *sizes)) for sizes in ((7,), (7, False, False, False, 3), (0,)))

    assert [(run.lost, run.cut) for run in (whole, short, empty)] == [(0, 0), (0, 12), (0, 0)]


@linux
def test_datagrams_that_find_the_receive_buffer_full_are_counted_as_lost():
    run = transfer(Setup("udp", sends=10, size=65507, recv=4096))

    assert run.lost > 0
    assert run.lost + len(run.reads) == 10
    assert run.cut == len(run.reads) * (65507 - 4096)


@pytest.mark.parametrize("transport", ["tcp", "unix", "pipe"])
def test_a_stream_loses_nothing_however_small_the_reads(transport):
    run = transfer(Setup(transport, recv=3))

    assert (run.lost, run.cut) == (0, 0)


def test_own_messages_are_sent_instead_of_the_numbered_ones():
    run = transfer(Setup(recv=2), [b"abc", b"", b"de"])

    assert run.data == b"abcde"
    assert sum(run.reads) == 5


def test_a_stream_larger_than_all_buffers_is_read_in_between():
    setup = Setup(sends=1, size=20_000_000, recv=1 << 20)

    assert transfer(setup).data == setup.messages()[0]


@linux
def test_ten_sends_ten_segments_one_read():
    run = transfer(Setup())

    assert (run.setup.sends, run.segments, run.reads) == (10, 10, [70])


@linux
def test_a_cork_holds_every_byte_until_it_is_pulled():
    run = transfer(Setup(cork=True))

    assert (run.first_segments, run.held, run.segments, run.reads) == (0, 70, 1, [70])


@linux
def test_nagle_holds_what_follows_an_unacknowledged_segment():
    run = transfer(Setup(delayed_ack=True))

    assert (run.first_segments, run.held, run.segments, run.reads) == (1, 63, 2, [7, 63])


@pytest.mark.parametrize(
    ("setup", "line"),
    [
        (Setup("udp", nodelay=True), "--nodelay: is an option of TCP; udp has no such thing"),
        (
            Setup("pipe", cork=True, delayed_ack=True),
            "--cork, --delayed-ack: are options of TCP; pipe has none of them",
        ),
    ],
)
def test_one_option_and_several_are_refused_in_the_right_number(setup, line):
    with pytest.raises(PrepError) as fault:
        transfer(setup)

    assert str(fault.value) == line


@pytest.mark.parametrize(
    ("setup", "word"),
    [
        (Setup("tpc"), "tpc"),
        (Setup(sends=0), "--sends 0"),
        (Setup(sends=10_001), "--sends 10001"),
        (Setup(size=-1), "--size -1"),
        (Setup(recv=0), "--recv 0"),
        (Setup(sends=1000, size=LARGEST), "bytes"),
        (Setup(sends=1, size=LARGEST, recv=1), "--recv 1"),
        (Setup("udp", nodelay=True), "--nodelay"),
        (Setup("pipe", cork=True, delayed_ack=True), "--cork, --delayed-ack"),
        (Setup("udp", sends=1, size=65508), "EMSGSIZE"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(setup, word):
    with pytest.raises(PrepError, match=word):
        transfer(setup)


def test_what_stays_in_the_machine_needs_no_loopback_and_the_rest_says_why(monkeypatch):
    def is_down(*_):
        raise CannotRun("loopback is down", "环回接口未启用")

    monkeypatch.setattr(Loopback, "__init__", is_down)

    assert transfer(Setup("unix", 2, 7)).data == b"msg-01|msg-02|"
    assert str(no_loopback()) == "loopback is down"
    for transport in ("tcp", "udp"):
        with pytest.raises(CannotRun):
            transfer(Setup(transport))
