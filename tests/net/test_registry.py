"""The special-purpose registry: our own table, held against `ipaddress` where Python is right."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.net.subnet.address import ALL, Network, address, network
from prep.net.subnet.registry import ELSEWHERE, REGISTRY, TABLE_DATE, elsewhere, multicast, special

ROWS = [(network(block), block) for block, *_ in REGISTRY]
# Where some Python from 3.11 on is wrong, or has no word for a blank column: what the registry says, and who says so.
PYTHON_ERRS: dict[str, tuple[bool | None, str]] = {
    "192.0.0.0/24": (False, "RFC 6890 §2.1"),
    "192.0.0.8/32": (False, "RFC 7600"),
    "192.88.99.0/24": (None, "RFC 7526"),
    "192.88.99.2/32": (False, "RFC 6751"),
    "64:ff9b:1::/48": (False, "RFC 8215"),
    "100:0:0:1::/64": (False, "RFC 9780"),
    "2001:1::1/128": (True, "RFC 7723"),
    "2001:1::2/128": (True, "RFC 8155"),
    "2001:1::3/128": (True, "RFC 9665"),
    "2001:3::/32": (True, "RFC 7450"),
    "2001:4:112::/48": (True, "RFC 7535"),
    "2001:10::/28": (None, "RFC 4843"),
    "2001:20::/28": (True, "RFC 7343"),
    "2001:30::/28": (True, "RFC 9374"),
    "2002::/16": (None, "RFC 3056"),
    "3fff::/20": (False, "RFC 9637"),
    "5f00::/16": (False, "RFC 9602"),
}


def own_address(net: Network, block: str) -> int:
    """An address of a row that no narrower row holds."""
    tried = (net.first, net.last, net.first + 1, net.first + net.total // 2)
    return next(number for number in tried if (row := special(net.version, number)) and row.block == block)


def most_specific(version: int, number: int) -> str | None:
    around = [(net.prefix, block) for net, block in ROWS if net.version == version and net.first <= number <= net.last]
    return max(around)[1] if around else None


def test_the_table_has_the_rows_of_both_registries_and_its_date() -> None:
    assert (sum(net.version == 4 for net, _ in ROWS), sum(net.version == 6 for net, _ in ROWS)) == (26, 25)
    assert len({net for net, _ in ROWS}) == len(REGISTRY) == 51
    assert TABLE_DATE.count("-") == 2


@pytest.mark.parametrize("block", [block for _, block in ROWS] + [row.block for row in ELSEWHERE])
def test_a_block_is_written_as_the_registry_writes_it_without_host_bits(block: str) -> None:
    written = "::ffff:0:0/96" if "ffff:0" in block else str(ipaddress.ip_network(block))
    assert block == written


@pytest.mark.parametrize(("net", "block"), ROWS, ids=[block for _, block in ROWS])
def test_every_row_is_found_by_its_addresses(net: Network, block: str) -> None:
    found = special(net.version, own_address(net, block))
    name, _, rfc = next(row[1:] for row in REGISTRY if row[0] == block)
    assert found is not None
    assert (found.block, found.name, found.rfc) == (block, name, rfc)
    assert rfc.startswith("RFC ")


@pytest.mark.parametrize(("net", "block"), ROWS, ids=[block for _, block in ROWS])
def test_reachability_is_what_python_says_or_the_registry_where_python_errs(net: Network, block: str) -> None:
    number = own_address(net, block)
    found = special(net.version, number)
    assert found is not None
    if block in PYTHON_ERRS:
        assert (found.globally_reachable, found.rfc) == PYTHON_ERRS[block]
        return
    kind: Any = ipaddress.IPv4Address if net.version == 4 else ipaddress.IPv6Address
    assert found.globally_reachable == kind(number).is_global


@pytest.mark.parametrize(
    ("text", "name", "reachable"),
    [
        ("2001::1", "TEREDO", False),  # N/A: the block around it, 2001::/23, decides
        ("2001:1ff::1", "IETF Protocol Assignments", False),
        ("2002::1", "6to4", None),  # N/A, and nothing is around it
        ("192.88.99.1", "Deprecated (6to4 Relay Anycast)", None),  # the column is blank
        ("192.0.0.9", "Port Control Protocol Anycast", True),
        ("192.0.0.7", "IPv4 Service Continuity Prefix", False),
        ("192.0.0.11", "IETF Protocol Assignments", False),
        ("0.0.0.0", "This host on this network", False),
        ("0.0.0.1", "This network", False),
        ("255.255.255.255", "Limited Broadcast", False),
        ("255.255.255.254", "Reserved", False),
        ("::ffff:8.8.8.8", "IPv4-mapped Address", False),
        ("64:ff9b::808:808", "IPv4-IPv6 Translat.", True),
    ],
)
def test_the_most_specific_row_decides(text: str, name: str, reachable: bool | None) -> None:
    found = special(*address(text))
    assert found is not None
    assert (found.name, found.globally_reachable) == (name, reachable)


@given(st.data())
@settings(deadline=None, max_examples=400)
def test_the_most_specific_row_wins_around_every_border(data: st.DataObject) -> None:
    net, _ = data.draw(st.sampled_from(ROWS))
    near = data.draw(st.sampled_from([net.first, net.last])) + data.draw(st.integers(-2, 2))
    number = data.draw(st.just(near) | st.integers(0, ALL[net.version]))
    if 0 <= number <= ALL[net.version]:
        found = special(net.version, number)
        assert (found and found.block) == most_specific(net.version, number)


@pytest.mark.parametrize("text", ["8.8.8.8", "172.32.0.0", "192.0.1.0", "224.0.0.1", "2001:200::", "2001:db9::", "::2"])
def test_an_address_in_no_row_has_no_special_purpose(text: str) -> None:
    assert special(*address(text)) is None


@pytest.mark.parametrize("row", ELSEWHERE, ids=[row.block for row in ELSEWHERE])
def test_what_is_named_elsewhere_is_in_no_registry_row_as_a_whole(row: Any) -> None:
    net = network(row.block)
    assert elsewhere(net.version, net.last) == row
    assert special(net.version, net.last) is None
    assert not any(other.first <= net.first and net.last <= other.last for other, _ in ROWS if other[0] == net[0])


@given(st.tuples(st.just(4), st.integers(0, ALL[4])) | st.tuples(st.just(6), st.integers(0, ALL[6])))
@settings(deadline=None)
def test_multicast_is_what_ipaddress_says(case: tuple[int, int]) -> None:
    kind: Any = ipaddress.IPv4Address if case[0] == 4 else ipaddress.IPv6Address
    assert multicast(*case) == kind(case[1]).is_multicast


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("223.255.255.255", False),
        ("224.0.0.0", True),
        ("239.255.255.255", True),
        ("240.0.0.0", False),
        ("feff:ffff::", False),
        ("ff00::", True),
        ("ffff:ffff::", True),
    ],
)
def test_multicast_at_its_borders(text: str, expected: bool) -> None:
    assert multicast(*address(text)) is expected
