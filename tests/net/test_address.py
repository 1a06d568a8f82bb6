"""Addresses and networks from text to numbers and back, with `ipaddress` and `netaddr` as the judges."""

import ipaddress
from typing import Any

import netaddr  # type: ignore[import-untyped]
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prep.net.subnet.address import (
    ALL,
    BITS,
    MASK,
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
NETWORKS = st.tuples(st.just(4), IPV4, st.integers(0, 32)).map(lambda parts: Network(*parts)) | st.tuples(
    st.just(6), IPV6, st.integers(0, 128)
).map(lambda parts: Network(*parts))
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


@given(NETWORKS)
@settings(deadline=None)
def test_networks_agree_with_ipaddress(net: Network) -> None:
    version, number, prefix = net
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


@given(ALIKE | COLONS | QUADS)
@settings(deadline=None, max_examples=600)
def test_a_text_is_an_address_exactly_where_netaddr_says_so(text: str) -> None:
    try:
        found = netaddr.IPAddress(text)
        known = (found.version, int(found))
    except (netaddr.AddrFormatError, ValueError):
        known = None
    assert ours(text) == known


@given(NETWORKS)
@settings(deadline=None)
def test_networks_agree_with_netaddr(net: Network) -> None:
    known = netaddr.IPNetwork(f"{text_of(*net[:2])}/{net.prefix}")
    assert (net.first, net.last, net.total) == (known.first, known.last, known.size)
    assert MASK[net.version][net.prefix] == int(known.netmask)
    assert ALL[net.version] >> net.prefix == int(known.hostmask)
    assert address(str(known.cidr.ip)) == (net.version, net.first)


@pytest.mark.parametrize(
    "tail", ["33", "-1", "024", "+24", "２４", "²4", "2_4", "24 x", "24.0", "1e1", "", "0.0.255.0"]
)
@given(net=NETWORKS)
@settings(deadline=None, max_examples=20)
def test_no_address_makes_a_bad_prefix_good(tail: str, net: Network) -> None:
    tail = "129" if (net.version, tail) == (6, "33") else tail
    with pytest.raises(AddressError):
        network(f"{text_of(*net[:2])}/{tail}")


@pytest.mark.parametrize(
    ("text", "version", "number", "prefix"),
    [
        ("10.0.0.5/23", 4, 0x0A000005, 23),
        ("10.0.0.5/255.255.254.0", 4, 0x0A000005, 23),
        ("10.0.0.5 255.255.254.0", 4, 0x0A000005, 23),
        (" 10.0.0.5   255.255.254.0 ", 4, 0x0A000005, 23),
        ("10.0.0.5/0.0.1.255", 4, 0x0A000005, 23),
        ("10.0.0.5 0.0.1.255", 4, 0x0A000005, 23),
        ("10.0.0.5/0.0.0.0", 4, 0x0A000005, 0),
        ("10.0.0.5/255.255.255.255", 4, 0x0A000005, 32),
        ("0.0.0.0/0", 4, 0, 0),
        ("::/0", 6, 0, 0),
        ("2001:DB8:0:0:0:0:0:1/64", 6, 0x20010DB8 << 96 | 1, 64),
        ("::ffff:10.0.0.5/120", 6, 0xFFFF0A000005, 120),
        ("1:2:3:4:5:6:7::", 6, 0x00010002000300040005000600070000, 128),
        ("::2:3:4:5:6:7:8", 6, 0x00000002000300040005000600070008, 128),
    ],
)
def test_a_form_is_accepted(text: str, version: int, number: int, prefix: int) -> None:
    assert network(text) == Network(version, number, prefix)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "::"),
        (1, "::1"),
        (0x20010DB8 << 96, "2001:db8::"),
        (0x2001_0DB8_0000_0001_0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),  # RFC 5952 §4.2.2: not one group
        (0x2001_0000_0000_0001_0000_0000_0000_0001, "2001:0:0:1::1"),  # §4.2.3: the longest run
        (0x2001_0DB8_0000_0000_0001_0000_0000_0001, "2001:db8::1:0:0:1"),  # the first of equals
        (0x0000_0000_0001_0002_0003_0000_0000_0000, "0:0:1:2:3::"),
        (0xFFFF_C000_0201, "::ffff:192.0.2.1"),  # §5
        (0x1_FFFF_C000_0201, "::1:ffff:c000:201"),
        (0xABCD << 112, "abcd::"),
    ],
)
def test_ipv6_is_written_as_rfc_5952_says(number: int, text: str) -> None:
    assert text_of(6, number) == text


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


# text → what is said behind its quotation
SHORT = "of 4 octets; short forms are read differently by different tools; did you mean"
OCTAL = "has a leading zero, which some tools read as octal; did you mean"
WRITE = "write one like 10.0.0.5 or 2001:db8::1"
ZONE = "names an interface and is no part of the address"
QUAD = "its last part is no IPv4 address"
ONCE = "`::` may stand once: which group is how long could not be told otherwise (RFC 4291 §2.2)"
BLANK = "a blank inside an address"
ASCII = "digits must be ASCII"
COLON = "a single colon at an end; did you mean `::`?"
REFUSED = {
    "": f"an address is missing; {WRITE}",
    "/24": f"an address is missing; {WRITE}",
    "10.0.0.0/": "nothing behind the slash; a prefix from 0 to 32",
    "10.0.0.0/33": "prefix must be 0 to 32 for IPv4",
    "10.0.0.0/4294967320": "prefix must be 0 to 32 for IPv4",
    "10.0.0.0/-1": "prefix must be 0 to 32 for IPv4, without a sign; did you mean /1?",
    "10.0.0.0/+24": "prefix must be 0 to 32 for IPv4, without a sign; did you mean /24?",
    "10.0.0.0/024": f'prefix "024" {OCTAL} /24?',
    "10.0.0.0/ 24": "a blank in the prefix; did you mean /24?",
    "10.0.0.0/24 ": "a blank in the prefix; did you mean /24?",
    "10.0.0.0/2_4": '"_4" behind the prefix; did you mean /2?',
    "10.0.0.0/24abc": '"abc" behind the prefix; did you mean /24?',
    "10.0.0.0/24.0": '".0" behind the prefix; did you mean /24?',
    "10.0.0.0/1e1": '"e1" behind the prefix; did you mean /1?',
    "10.0.0.0/24/25": "two prefixes; one is enough",
    "10.0.0.1/24;id": '";id" behind the prefix; did you mean /24?',
    "10.0.0.1/24 junk": '" junk" behind the prefix; did you mean /24?',
    "10.0.0.0/２４": f"{ASCII}; did you mean /24?",
    "10.0.0.0/²4": f"{ASCII}; did you mean /24?",
    "10.0.0.0/٢٤": ASCII,
    "10.0.0.0/%eth0": f'zone id "%eth0" {ZONE}',
    "10.0.0.0/255.0.0": '".0.0" behind the prefix',
    "10.0.0.0 24": "an address is one word; did you mean 10.0.0.0/24?",
    "10.0.0.0 x": "an address is one word; a mask may follow it: 10.0.0.5 255.255.254.0",
    "1.2.3 .4": "an address is one word; did you mean 1.2.3.4?",
    "10.0.0.5\t255.255.254.0": BLANK,
    "256.1.1.1": 'octet "256" is above 255',
    "1.2.3.4.5/24": "5 octets, an IPv4 address has 4",
    "10/8": f"1 {SHORT} 10.0.0.0/8?",
    "10.1/16": f"2 {SHORT} 10.1.0.0/16?",
    "10.0.0/8": f"3 {SHORT} 10.0.0.0/8?",
    "010.1.1.1": f'octet "010" {OCTAL} 10.1.1.1?',
    "010.1.1.1/24": f'octet "010" {OCTAL} 10.1.1.1/24?',
    "08.1.1.1": f'octet "08" {OCTAL} 8.1.1.1?',
    "1.2.3.00": f'octet "00" {OCTAL} 1.2.3.0?',
    "010.1.1.1/024": f'octet "010" {OCTAL} 10.1.1.1?',
    "-1.0.0.0/8": 'octet "-1" is not a number from 0 to 255',
    "+1.2.3.4": 'octet "+1" is not a number from 0 to 255',
    "1_0.2.3.4": 'octet "1_0" is not a number from 0 to 255',
    "1.2.3.": 'octet "" is not a number from 0 to 255',
    "1..2.3": 'octet "" is not a number from 0 to 255',
    "1.2.3.4x": 'octet "4x" is not a number from 0 to 255',
    "0x0a000001": "hexadecimal is not read as an address; did you mean 10.0.0.1?",
    "0x7f.0.0.1": 'octet "0x7f" is not a number from 0 to 255',
    "１０.０.０.１/24": f"{ASCII}; did you mean 10.0.0.1/24?",
    "1.2.3.٤": ASCII,
    "1.2.3.²": f"{ASCII}; did you mean 1.2.3.2?",
    " 1.2.3.4 ": f"{BLANK}; did you mean 1.2.3.4?",
    "localhost": f"not an IP address; names are never looked up; {WRITE}",
    "::1::": ONCE,
    ":::": ONCE,
    "1::2::3": ONCE,
    "1:2:3:4:5:6:7": "7 groups, an IPv6 address has 8; did you leave out `::`?",
    "1:2:3:4:5:6:7:8:9/64": "9 groups, an IPv6 address has 8",
    "1:2:3:4:5:6:7::8": "8 groups and `::`, which stands for at least one; an IPv6 address has 8",
    "2001:db8::12345": 'group "12345" has 5 digits, at most 4',
    "g::": 'group "g" is not hexadecimal',
    ":1::": COLON,
    ":1": COLON,
    "1:": COLON,
    "::1 ": f"{BLANK}; did you mean ::1?",
    "::１": f"{ASCII}; did you mean ::1?",
    "::1.2.3": f"{QUAD} (1.2.3: 3 {SHORT} 1.2.3.0?)",
    "::01.2.3.4": f'{QUAD} (01.2.3.4: octet "01" {OCTAL} 1.2.3.4?)',
    "::ffff:1.2.3.400/96": f'{QUAD} (1.2.3.400: octet "400" is above 255)',
    "1.2.3.4::": 'group "1.2.3.4" is not hexadecimal',
    "::1.2.3.4:5": 'group "1.2.3.4" is not hexadecimal',
    "fe80::1%eth0": f'zone id "%eth0" {ZONE}; the address is fe80::1',
    "fe80::1%eth0/64": f'zone id "%eth0" {ZONE}; the address is fe80::1',
    "fe80::1/64%eth0": f'zone id "%eth0" {ZONE}',
    "[::1]": "brackets belong to URLs; did you mean ::1?",
    "[2001:db8::]/32": "brackets belong to URLs; did you mean 2001:db8::/32?",
    "00:1b:44:11:3a:b7": "a MAC address, not an IPv6 address; `eui64 00:1b:44:11:3a:b7` makes one of it",
    "10.0.0.5:80": "a port is no part of an address; did you mean 10.0.0.5?",
    "10.0.0.5:80/24": "a port is no part of an address; did you mean 10.0.0.5/24?",
    "http://10.0.0.5/": "a URL, not an address; did you mean 10.0.0.5?",
    "http://10.0.0.5:80/24": "a URL, not an address; did you mean 10.0.0.5?",
    "https://[::1]:443/x?y": "a URL, not an address; did you mean ::1?",
    "http://a.example": f"a URL, not an address; {WRITE}",
    "::/129": "prefix must be 0 to 128 for IPv6",
    "::/064": f'prefix "064" {OCTAL} /64?',
    "2001:db8::/255.0.0.0": "IPv6 has prefix lengths, not masks; write /64 and the like",
    "2001:db8:: 255.0.0.0": "IPv6 has prefix lengths, not masks; write /64 and the like",
    "2001:db8::/ffff::": '"ffff::" is no prefix; a number from 0 to 128',
    "2001:db8::/64x": '"x" behind the prefix; did you mean /64?',
    "::/-1": "prefix must be 0 to 128 for IPv6, without a sign; did you mean /1?",
    "::/": "nothing behind the slash; a prefix from 0 to 128",
}
REFUSED_MASKS = {
    "10.0.0.0/255.0.255.0": "255.0.255.0: not a mask: its ones are not all on the left; 255.0.0.0 is /8",
    "10.0.0.0/0.0.255.0": "0.0.255.0: not a mask: its ones are not all on the left; 0.0.0.0 is /0",
    "10.0.0.0/255.255.254.255": "255.255.254.255: not a mask: its ones are not all on the left; 255.255.254.0 is /23",
    "10.0.0.0/255.0.0.256": '255.0.0.256: octet "256" is above 255',
    "10.0.0.0/255.255.255.00": f'255.255.255.00: octet "00" {OCTAL} 255.255.255.0?',
    "10.0.0.0 255.0.255.0": "255.0.255.0: not a mask: its ones are not all on the left; 255.0.0.0 is /8",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_refusal_quotes_the_text_says_why_and_gives_a_way_out(text: str) -> None:
    with pytest.raises(AddressError) as fault:
        network(text)
    assert str(fault.value) == f"{text or 'nothing'}: {REFUSED[text]}"


@pytest.mark.parametrize("text", REFUSED_MASKS)
def test_a_mask_that_is_none_is_quoted_without_its_address(text: str) -> None:
    with pytest.raises(AddressError) as fault:
        network(text)
    assert str(fault.value) == REFUSED_MASKS[text]


def test_a_long_text_is_quoted_in_part() -> None:
    with pytest.raises(AddressError) as fault:
        network("x" * 101)
    assert str(fault.value).startswith("x" * 99 + "…: not an IP address")


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
