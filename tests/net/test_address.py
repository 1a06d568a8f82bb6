"""Addresses and networks from text to numbers and back, with the standard library's `ipaddress` as the judge."""

import ipaddress
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prep.net.subnet.address import (
    BITS,
    AddressError,
    Network,
    address,
    expanded,
    ipv4,
    ipv6,
    length,
    mask_length,
    network,
    text_of,
)

IPV4 = st.integers(0, 2**32 - 1)
ZEROS = st.lists(st.sampled_from([0, 0, 0, 1, 0xDB8, 0xFFFF]), min_size=8, max_size=8)
IPV6 = st.integers(0, 2**128 - 1) | ZEROS.map(lambda groups: int("".join(f"{group:04x}" for group in groups), 16))
EDGES = ["::", "::1", "1::", ":", ":::", "1:", ":1", "::1.2.3.4", "1.2.3.4::", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8"]
ALIKE = st.text("0123456789.:afA", max_size=24) | st.sampled_from(EDGES)
GROUP = st.text("0123456789abcdefABCDEF", min_size=0, max_size=5)
COLONS = st.lists(GROUP, min_size=3, max_size=9).map(":".join)
QUADS = st.lists(st.integers(0, 300).map(str) | st.sampled_from(["00", "01", "", "+1"]), min_size=3, max_size=5).map(
    ".".join
)


def judged(text: str) -> tuple[int, int] | None:
    """(version, number) as the standard library reads it."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return found.version, int(found)


def ours(text: str) -> tuple[int, int] | None:
    try:
        return address(text)
    except AddressError:
        return None


def quad(number: int) -> str:
    return str(ipaddress.IPv4Address(number))


# ── agreement with the standard library ──


@given(ALIKE | COLONS | QUADS | st.tuples(COLONS, QUADS).map(":".join))
@settings(deadline=None, max_examples=1500)
@example("1:2:3:4:5:6:7:8:9")
@example("1:2:3:4:5:6:1.2.3.4")
@example("::ffff:192.0.2.1")
@example("1::2::3")
@example("12345::")
@example("1.2.3.4.5")
@example("")
def test_a_text_is_an_address_exactly_where_ipaddress_says_so(text: str) -> None:
    assert ours(text) == judged(text)


@given(IPV4)
@settings(deadline=None)
def test_every_ipv4_address_is_read_and_written(number: int) -> None:
    text = quad(number)
    assert address(text) == (4, ipv4(text)) == (4, number)
    assert text_of(4, number) == expanded(4, number) == text


@given(IPV6)
@settings(deadline=None)
def test_every_spelling_of_an_ipv6_address_is_read(number: int) -> None:
    known = ipaddress.IPv6Address(number)
    groups = f"{number:032x}"
    full = ":".join(groups[at : at + 4] for at in range(0, 32, 4))
    mixed = f"{full[:30]}{quad(number & 0xFFFF_FFFF)}"
    for text in (full, full.upper(), known.compressed, known.exploded, mixed, text_of(6, number), expanded(6, number)):
        assert address(text) == (6, ipv6(text)) == (6, number)


@given(IPV6.filter(lambda number: number >> 32 != 0xFFFF))
@settings(deadline=None)
def test_ipv6_is_written_as_ipaddress_writes_it(number: int) -> None:
    assert text_of(6, number) == ipaddress.IPv6Address(number).compressed
    assert expanded(6, number) == ipaddress.IPv6Address(number).exploded


@given(IPV4)
@settings(deadline=None)
def test_a_mapped_address_is_written_with_a_dotted_quad(number: int) -> None:
    assert text_of(6, 0xFFFF << 32 | number) == f"::ffff:{quad(number)}"


@given(st.one_of(st.tuples(st.just(4), IPV4, st.integers(0, 32)), st.tuples(st.just(6), IPV6, st.integers(0, 128))))
@settings(deadline=None)
def test_networks_agree_with_ipaddress(case: tuple[int, int, int]) -> None:
    version, number, prefix = case
    found = network(f"{text_of(version, number)}/{prefix}")
    kind = ipaddress.IPv4Network if version == 4 else ipaddress.IPv6Network
    known = kind((number, prefix), strict=False)
    assert found == Network(version, number, prefix)
    assert (found.first, found.last) == (int(known[0]), int(known[-1]))
    assert found.total == known.num_addresses
    assert network(str(found)) == found.network


@given(IPV4, st.integers(0, 32))
@settings(deadline=None)
def test_a_network_may_be_written_with_its_mask_or_wildcard(number: int, prefix: int) -> None:
    known = ipaddress.IPv4Network((number, prefix), strict=False)
    text, netmask, hostmask = quad(number), str(known.netmask), str(known.hostmask)
    assert network(f"{text}/{netmask}") == network(f"{text} {netmask}") == Network(4, number, prefix)
    assert mask_length(netmask) == length(netmask, 4) == length(f"/{prefix}", 4) == length(str(prefix), 4) == prefix
    wildcard = network(f"{text}/{hostmask}")
    assert wildcard.prefix == ipaddress.IPv4Network(f"{text}/{hostmask}", strict=False).prefixlen


@given(IPV4)
@settings(deadline=None)
def test_a_number_is_a_mask_exactly_where_ipaddress_says_so(number: int) -> None:
    text = quad(number)
    try:
        known: int | None = ipaddress.IPv4Network(f"0.0.0.0/{text}").prefixlen
    except ValueError:
        known = None
    try:
        found: int | None = mask_length(text, wildcard=True)
    except AddressError:
        found = None
    assert found == known


@pytest.mark.parametrize(("text", "version"), [("192.0.2.1", 4), ("2001:db8::1", 6)])
def test_a_bare_address_is_a_network_of_one(text: str, version: int) -> None:
    found = network(text)
    assert (found.prefix, found.total) == (BITS[version], 1)
    assert found.first == found.last == found.address


# ── what is refused ──

STRICT = [
    "256.0.0.1",
    "1.2.3.999",
    "01.2.3.4",
    "1.2.3.00",
    "10.1",
    "10",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.",
    ".1.2.3",
    "1..2.3",
    "+1.2.3.4",
    "-1.2.3.4",
    "0x7f.0.0.1",
    "0x7f000001",
    "1.2.3.4 ",
    " 1.2.3.4",
    "1.2.3.4\n",
    "1.2.3.4x",
    "1_0.2.3.4",
    "1.2.3.٤",
    "１.2.3.4",
    "1.2.3.²",
    "::1::",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4::5:6:7:8",
    "12345::",
    "g::",
    ":1",
    "1:",
    "::1\n",
    " ::1",
    "::１",
    "::-1",
    "::0x1",
    "::1.2.3",
    "::01.2.3.4",
    "::1.2.3.4:5",
    "fe80::1%eth0",
    "::1%",
    "[::1]",
    "localhost",
    "全连接",
    "",
    "/",
]


@pytest.mark.parametrize("text", STRICT)
def test_what_can_be_read_in_two_ways_or_none_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        address(text)
    with pytest.raises(AddressError):
        network(f"{text}/8")


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"10.0.0.0/{tail}"
            for tail in ("33", "-1", "+8", "08", " 8", "8 ", "8x", "", "/8", "8/8", "1e1", "８", "255.0.255.0")
        ),
        *(f"10.0.0.0/{tail}" for tail in ("255.0.0", "255.0.0.0.0", "255.0.0.256", "::", "ffff::", "0xff000000")),
        *(f"2001:db8::/{tail}" for tail in ("129", "-1", "064", "", "ffff::", "255.0.0.0", "64%eth0")),
        "10.0.0/8",
        "10/8",
        "10.0.0.0 8",
        "10.0.0.0 255.255.0.255",
        "10.0.0.0 255.0.0.0 x",
        "2001:db8:: 255.0.0.0",
    ],
)
def test_a_prefix_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        network(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("10.0.0.0/33", "10.0.0.0/33: prefix must be 0 to 32 for IPv4"),
        ("::/129", "::/129: prefix must be 0 to 128 for IPv6"),
        ("fe80::1%eth0", "zone id"),
        ("fe80::/10%eth0", "zone id"),
        ("010.0.0.1", "leading zero"),
        ("10.0.0/8", "short form"),
        ("10.0.0.300", "above 255"),
        ("10.0.0.0/255.0.255.0", "not a mask"),
        ("1.2.3.٤", "must be ASCII"),
        ("2001:db8::1::", "may stand once"),
    ],
)
def test_a_refusal_quotes_the_text_and_says_why(text: str, message: str) -> None:
    with pytest.raises(AddressError) as fault:
        network(text)
    assert message in str(fault.value)
    assert str(fault.value).partition(": ")[0] in text


READERS: list[Any] = [
    address,
    network,
    ipv4,
    ipv6,
    mask_length,
    lambda text: length(text, 4),
    lambda text: length(text, 6),
]


@given(st.text(max_size=40) | ALIKE | st.text("0123456789./ %:-", max_size=24), st.sampled_from(READERS))
@settings(deadline=None, max_examples=600)
@example("0" * 5000 + ".0.0.1", address)
@example("9" * 5000 + ".0.0.1", address)
@example("::" + "1" * 5000, address)
@example("10.0.0.0/" + "1" * 5000, network)
@example("全连接队列", address)
@example("::全", address)
def test_any_text_is_read_or_refused_in_a_short_message(text: str, reader: Any) -> None:
    try:
        reader(text)
    except AddressError as fault:
        said = str(fault)
    else:
        return
    assert len(said) < 450
    assert len(said.split(": ", 1)) == 2


@pytest.mark.parametrize("text", ["010.0.0.1", "10.1", "１.2.3.4", "1.2.3 .4", "0x7f000001", "[::1]", "::１"])
def test_an_address_that_was_likely_meant_is_itself_an_address(text: str) -> None:
    with pytest.raises(AddressError) as fault:
        address(text)
    hint = str(fault.value).rpartition("did you mean ")[2].rstrip("?")
    assert ours(hint) == judged(hint) is not None
