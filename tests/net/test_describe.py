"""What is said of an address and its network, and what is made of an address."""

import ipaddress
from typing import Any

import netaddr  # type: ignore[import-untyped]
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prep.net.subnet.address import ALL, AddressError, Network, address, network, text_of
from prep.net.subnet.derived import cloud, embedded_ipv4, eui64, nat64, reverse_pointer, reverse_zones, solicited_node
from prep.net.subnet.describe import broadcast, class_of, hosts, info, role, usable_hosts

IPV4 = st.integers(0, ALL[4])
IPV6 = st.integers(0, ALL[6])
NETS4 = st.builds(Network, st.just(4), IPV4, st.integers(0, 32))
NETS6 = st.builds(Network, st.just(6), IPV6, st.integers(0, 128))
KEYS = [
    "input", "version", "address", "prefix", "network", "netmask", "wildcard", "broadcast", "first_host", "last_host",
    "last_address", "usable_hosts", "total_addresses", "class", "role", "special", "elsewhere", "multicast",
    "reverse_pointer", "reverse_zones", "compressed", "expanded", "solicited_node", "embedded_ipv4",
]  # fmt: skip


def known(net: Network) -> Any:
    kind = ipaddress.IPv4Network if net.version == 4 else ipaddress.IPv6Network
    return kind((net.address, net.prefix), strict=False)


def number(text: str) -> int:
    return address(text)[1]


# ── hosts ──


@given(NETS4 | NETS6)
@settings(deadline=None)
@example(Network(4, 0, 0))
@example(Network(6, 0, 0))
def test_the_hosts_are_those_of_ipaddress(net: Network) -> None:
    low, high = hosts(net)
    theirs = known(net)
    alone = {4: 32, 6: 128}[net.version] == net.prefix
    first = theirs[0] if alone else next(iter(theirs.hosts()))
    assert low == int(first)
    assert high == int(theirs[-1]) - (1 if broadcast(net) is not None else 0)
    assert high - low + 1 == usable_hosts(net.version, net.prefix)


@given(NETS4 | NETS6.filter(lambda net: net.prefix > 116))
@settings(deadline=None, max_examples=40)
def test_the_hosts_of_a_small_network_are_all_that_ipaddress_lists(net: Network) -> None:
    net = net._replace(prefix=max(net.prefix, 20))
    low, high = hosts(net)
    assert [int(host) for host in known(net).hosts()] == list(range(low, high + 1))


@pytest.mark.parametrize(
    ("version", "prefix", "count"),
    [
        (4, 0, 4294967294),
        (4, 24, 254),
        (4, 29, 6),
        (4, 30, 2),
        (4, 31, 2),  # RFC 3021 §2.1
        (4, 32, 1),
        (6, 0, 2**128 - 1),
        (6, 64, 2**64 - 1),  # RFC 4291 §2.6.1: less the Subnet-Router anycast address
        (6, 126, 3),
        (6, 127, 2),  # RFC 6164 §6
        (6, 128, 1),
    ],
)
def test_usable_hosts(version: int, prefix: int, count: int) -> None:
    assert usable_hosts(version, prefix) == count


@given(NETS4)
@settings(deadline=None)
def test_the_broadcast_address_is_the_last_one_but_of_a_31_and_a_32(net: Network) -> None:
    assert broadcast(net) == (int(known(net).broadcast_address) if net.prefix < 31 else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.0/24", "network"),
        ("10.0.0.1/24", "host"),
        ("10.0.0.255/24", "broadcast"),
        ("10.0.0.255/23", "host"),
        ("10.0.1.0/23", "host"),
        ("10.0.1.255/23", "broadcast"),
        ("10.0.0.0/30", "network"),
        ("10.0.0.3/30", "broadcast"),
        ("10.0.0.4/31", "host"),
        ("10.0.0.5/31", "host"),
        ("10.0.0.5/32", "host"),
        ("255.255.255.255", "host"),
        ("0.0.0.0/0", "network"),
        ("255.255.255.255/0", "broadcast"),
        ("2001:db8::/64", "network"),
        ("2001:db8::ffff:ffff:ffff:ffff/64", "host"),
        ("2001:db8::/127", "host"),
        ("::/128", "host"),
    ],
)
def test_the_role_of_an_address_in_its_network(text: str, expected: str) -> None:
    assert role(network(text)) == expected


@given(IPV4)
@settings(deadline=None)
def test_the_class_is_told_by_the_leading_bits(number: int) -> None:
    bits = f"{number:032b}"
    leading = {"0": "A", "10": "B", "110": "C", "1110": "D", "1111": "E"}
    assert class_of(number) == next(name for start, name in leading.items() if bits.startswith(start))


@pytest.mark.parametrize(
    ("first", "last", "letter"),
    [
        ("0.0.0.0", "127.255.255.255", "A"),
        ("128.0.0.0", "191.255.255.255", "B"),
        ("192.0.0.0", "223.255.255.255", "C"),
        ("224.0.0.0", "239.255.255.255", "D"),
        ("240.0.0.0", "255.255.255.255", "E"),
    ],
)
def test_a_class_from_its_first_to_its_last_address(first: str, last: str, letter: str) -> None:
    assert class_of(number(first)) == class_of(number(last)) == letter


# ── info ──


@given(NETS4 | NETS6.filter(lambda net: net.prefix != 80 and net.address >> 32 != 0xFFFF))
@settings(deadline=None)
def test_info_agrees_with_ipaddress(net: Network) -> None:
    theirs, single = known(net), ipaddress.ip_address(text_of(*net[:2]))
    row = info(net, "given")
    assert list(row) == KEYS
    assert (row["input"], row["version"], row["prefix"]) == ("given", net.version, net.prefix)
    assert row["network"] == str(theirs.network_address)
    assert row["last_address"] == str(theirs.broadcast_address)
    assert (row["netmask"], row["wildcard"]) == (str(theirs.netmask), str(theirs.hostmask))
    assert row["total_addresses"] == theirs.num_addresses
    assert (row["address"], row["compressed"], row["expanded"]) == (str(single), single.compressed, single.exploded)
    assert row["reverse_pointer"] == single.reverse_pointer
    assert row["multicast"] == single.is_multicast


@given(NETS4 | NETS6)
@settings(deadline=None)
def test_info_says_the_same_as_its_parts(net: Network) -> None:
    row, (low, high) = info(net, ""), hosts(net)
    four = net.version == 4
    end = broadcast(net)
    assert row["broadcast"] == (None if end is None else text_of(4, end))
    assert (number(row["first_host"]), number(row["last_host"])) == (low, high)
    assert row["usable_hosts"] == usable_hosts(net.version, net.prefix)
    assert (row["role"], row["class"]) == (role(net), class_of(net.address) if four else None)
    assert row["reverse_zones"] == reverse_zones(net)
    one = not four and text_of(6, net.address)[:2] != "ff"  # no multicast address has one (RFC 4291 §2.7.1)
    assert row["solicited_node"] == (text_of(6, solicited_node(net.address)) if one else None)
    assert row["embedded_ipv4"] == (None if four else embedded_ipv4(net.address))


@pytest.mark.parametrize(
    ("text", "special", "elsewhere"),
    [
        ("10.1.2.3", "Private-Use", None),
        ("224.0.0.1", None, "Multicast"),
        ("8.8.8.8", None, None),
        ("ff02::1", None, "Multicast"),
        ("::7", None, "IPv4-compatible Address (deprecated)"),
        ("::1", "Loopback Address", None),
        ("fec0::1", None, "Site-Local Unicast (deprecated)"),
    ],
)
def test_a_name_comes_from_the_registries_or_from_elsewhere(text: str, special: str, elsewhere: str) -> None:
    row = info(network(text), text)
    assert (row["special"] and row["special"]["name"]) == special
    assert (row["elsewhere"] and row["elsewhere"]["name"]) == elsewhere


# ── reverse names ──


@given(st.tuples(st.just(4), IPV4) | st.tuples(st.just(6), IPV6))
@settings(deadline=None)
def test_the_reverse_pointer_is_that_of_ipaddress(case: tuple[int, int]) -> None:
    kind = ipaddress.IPv4Address if case[0] == 4 else ipaddress.IPv6Address
    assert reverse_pointer(*case) == kind(case[1]).reverse_pointer


@given(st.builds(Network, st.just(4), IPV4, st.integers(0, 24)) | NETS6)
@settings(deadline=None)
def test_the_zones_hold_the_pointers_of_the_network_and_no_others(net: Network) -> None:
    zones, step = reverse_zones(net), 8 if net.version == 4 else 4
    labels = zones[0].count(".") - 1
    assert len(set(zones)) == len(zones) == 1 << (labels * step - net.prefix) <= 128
    size = net.total // len(zones)
    for place, zone in enumerate(zones):
        first = net.first + place * size
        pointers = [reverse_pointer(net.version, number) for number in (first, first + size - 1)]
        assert all(f".{pointer}".endswith(f".{zone}") for pointer in pointers)


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("0.0.0.0/0", ["in-addr.arpa"]),
        ("::/0", ["ip6.arpa"]),
        ("10.1.2.3/8", ["10.in-addr.arpa"]),
        ("10.0.0.0/15", ["0.10.in-addr.arpa", "1.10.in-addr.arpa"]),
        ("10.0.254.0/23", ["254.0.10.in-addr.arpa", "255.0.10.in-addr.arpa"]),
        ("192.0.2.192/26", ["192/26.2.0.192.in-addr.arpa"]),  # RFC 2317 §4
        ("192.0.2.129/25", ["128/25.2.0.192.in-addr.arpa"]),
        ("192.0.2.5/31", ["4/31.2.0.192.in-addr.arpa"]),
        ("192.0.2.5/32", ["5.2.0.192.in-addr.arpa"]),
        ("2001:db8::/33", [f"{n}.8.b.d.0.1.0.0.2.ip6.arpa" for n in "01234567"]),
        ("2001:db8:f000::/35", [f"{n}.8.b.d.0.1.0.0.2.ip6.arpa" for n in "ef"]),
    ],
)
def test_the_zones_to_delegate(text: str, zones: list[str]) -> None:
    assert reverse_zones(network(text)) == zones


# ── IPv6 ──


def test_a_multicast_address_has_no_solicited_node_address() -> None:
    assert info(network("ff02::1"), "")["solicited_node"] is None
    assert info(network("fe00::1"), "")["solicited_node"] == "ff02::1:ff00:1"


@given(IPV6)
@settings(deadline=None)
def test_the_solicited_node_address_ends_with_24_bits_of_the_address(number: int) -> None:
    found = solicited_node(number)
    assert text_of(6, found >> 24 << 24) == "ff02::1:ff00:0"
    assert found & 0xFFFFFF == number & 0xFFFFFF


@given(st.integers(0, 2**48 - 1), st.builds(Network, st.just(6), IPV6, st.integers(0, 64)))
@settings(deadline=None)
def test_eui64_is_what_netaddr_makes(mac: int, net: Network) -> None:
    spelt = netaddr.EUI(mac)
    digits = f"{mac:012x}"
    expected = int(spelt.ipv6(net.first))
    pairs = [digits[at : at + 2] for at in range(0, 12, 2)]
    cisco = ".".join(digits[at : at + 4] for at in range(0, 12, 4))
    for text in (":".join(pairs), "-".join(pairs).upper(), cisco):
        assert eui64(text, net) == expected


def test_eui64_turns_the_universal_bit() -> None:  # RFC 4291 appendix A
    assert text_of(6, eui64("34-56-78-9A-BC-DE", network("fe80::/64"))) == "fe80::3656:78ff:fe9a:bcde"
    assert text_of(6, eui64("00:1b:44:11:3a:b7", network("2001:db8::/64"))) == "2001:db8::21b:44ff:fe11:3ab7"


@pytest.mark.parametrize(
    "mac", ["", "00:1b:44:11:3a", "00:1b:44:11:3a:b7:00", "00:1b-44:11:3a:b7", "001b44113ab7", "00:1b:44:11:3a:g7",
            "0:1b:44:11:3a:b7", "00:1b:44:11:3a:b7\n", "001b.4411.3ab", "００:1b:44:11:3a:b7"],
)  # fmt: skip
def test_what_is_no_mac_address_is_refused(mac: str) -> None:
    with pytest.raises(AddressError, match="not a MAC address; write it like 00:1b:44:11:3a:b7"):
        eui64(mac, network("fe80::/64"))


@pytest.mark.parametrize("text", ["10.0.0.0/8", "2001:db8::/65", "2001:db8::"])
def test_eui64_wants_a_prefix_that_leaves_64_bits(text: str) -> None:
    with pytest.raises(AddressError, match="the prefix must leave 64 bits for the interface"):
        eui64("00:1b:44:11:3a:b7", network(text))


@given(IPV4)
@settings(deadline=None)
@example(1)
@example(2)
def test_an_embedded_ipv4_address_is_found_where_ipaddress_finds_it(low: int) -> None:
    inside = text_of(4, low)
    mapped = ipaddress.IPv6Address(0xFFFF << 32 | low)
    six = ipaddress.IPv6Address(0x2002 << 112 | low << 80 | 7)
    assert embedded_ipv4(int(mapped)) == {"kind": "mapped", "ipv4": str(mapped.ipv4_mapped)}
    assert embedded_ipv4(int(six)) == {"kind": "6to4", "ipv4": str(six.sixtofour)}
    assert embedded_ipv4(nat64(low)) == {"kind": "nat64", "ipv4": inside}
    assert embedded_ipv4(low) == (None if low < 2 else {"kind": "compatible", "ipv4": inside})


@given(IPV4, IPV4, st.integers(0, 0xFFFFFFFF))
@settings(deadline=None)
def test_of_teredo_both_ends_are_told(server: int, client: int, middle: int) -> None:
    teredo = ipaddress.IPv6Address(0x2001_0000 << 96 | server << 64 | middle << 32 | client)
    both = teredo.teredo
    assert both is not None
    assert embedded_ipv4(int(teredo)) == {"kind": "teredo", "ipv4": str(both[1]), "server": str(both[0])}


@pytest.mark.parametrize(
    "text", ["::", "::1", "2001:db8::c000:201", "fe80::1", "64:ff9b:1::c000:201", "::fffe:1.2.3.4", "::1:ffff:1.2.3.4",
             "2001:1::1.2.3.4", "2003:102:304::", "1::1.2.3.4"],
)  # fmt: skip
def test_other_addresses_embed_nothing(text: str) -> None:
    assert embedded_ipv4(number(text)) is None


# ── clouds ──


@pytest.mark.parametrize(
    ("provider", "text", "usable", "reserved"),
    [
        ("aws", "10.0.0.0/24", 251, [0, 1, 2, 3, 255]),
        ("aws", "10.0.0.77/28", 11, [64, 65, 66, 67, 79]),
        ("azure", "10.0.0.0/29", 3, [0, 1, 2, 3, 7]),
        ("gcp", "10.0.0.0/29", 4, [0, 1, 6, 7]),
        ("gcp", "10.0.0.0/24", 252, [0, 1, 254, 255]),
    ],
)
def test_what_a_cloud_reserves(provider: str, text: str, usable: int, reserved: list[int]) -> None:
    found = cloud(provider, network(text))
    addresses = [f"10.0.0.{last}" for last in reserved]
    assert found == {"provider": provider, "usable_hosts": usable, "reserved": addresses}


@pytest.mark.parametrize(("provider", "shortest", "longest"), [("aws", 16, 28), ("azure", 2, 29), ("gcp", 4, 29)])
def test_a_cloud_has_subnets_of_some_sizes_only(provider: str, shortest: int, longest: int) -> None:
    for prefix in (shortest, longest):
        assert cloud(provider, Network(4, 0, prefix))["provider"] == provider
    for prefix in (shortest - 1, longest + 1):
        with pytest.raises(AddressError, match=f"{provider} has IPv4 subnets from /{shortest} to /{longest}"):
            cloud(provider, Network(4, 0, prefix))


@pytest.mark.parametrize(
    ("provider", "text", "message"),
    [
        ("ibm", "10.0.0.0/24", "ibm: no such provider; known: aws, azure, gcp"),
        ("aws", "2001:db8::/64", "2001:db8::/64: cloud reservations are known for IPv4 subnets only"),
    ],
)
def test_a_cloud_that_is_not_known_is_refused(provider: str, text: str, message: str) -> None:
    with pytest.raises(AddressError) as fault:
        cloud(provider, network(text))
    assert str(fault.value) == message
