"""Networks made from networks, with `ipaddress` as the judge where it has the operation, and laws of their own."""

import ipaddress
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from prep.net.subnet.address import ALL, BITS, AddressError, Network, network
from prep.net.subnet.describe import hosts, usable_hosts
from prep.net.subnet.plan import (
    NoRoom,
    Split,
    cover,
    exclude,
    fit,
    following,
    gap,
    longest_match,
    merge,
    nth_host,
    nth_subnet,
    overlaps,
    range_of,
    relation,
    split,
    split_into,
    split_lines,
    supernet,
    vlsm,
)

VERSIONS = st.sampled_from([4, 6])


def nets_of(version: int, shortest: int = 0) -> st.SearchStrategy[Network]:
    """Networks with host bits, near to each other so that they touch and overlap."""
    width = BITS[version]
    near = st.integers(0, 255).map(lambda low: (10 << (width - 8)) | low << 4)
    return st.builds(Network, st.just(version), near | st.integers(0, ALL[version]), st.integers(shortest, width))


def small(version: int, bits: int = 8) -> st.SearchStrategy[Network]:
    """Networks within one of so many host bits."""
    low = BITS[version] - bits
    numbers = st.integers(0, (1 << bits) - 1).map(lambda number: 192 << (BITS[version] - 8) | number)
    return st.builds(Network, st.just(version), numbers, st.integers(low, BITS[version]))


NETS = VERSIONS.flatmap(nets_of)
SMALL = VERSIONS.flatmap(small)
MANY_SMALL = VERSIONS.flatmap(lambda version: st.lists(small(version), max_size=12) | st.lists(small(version, 4)))


def known(net: Network) -> Any:
    """The same network to the standard library."""
    kind = ipaddress.IPv4Network if net.version == 4 else ipaddress.IPv6Network
    return kind((net.address, net.prefix), strict=False)


def ours(found: Any) -> Network:
    return Network(found.version, int(found.network_address), found.prefixlen)


def members(nets: Any) -> set[int]:
    return {number for net in nets for number in range(net.first, net.last + 1)}


# ── fit, split ──


@given(st.integers(1, 2**32), st.booleans())
@settings(deadline=None)
def test_fit_gives_the_smallest_subnet_that_does(wanted: int, rfc3021: bool) -> None:
    longest = 32 if rfc3021 else 30
    enough = [prefix for prefix in range(longest + 1) if usable_hosts(4, prefix) >= wanted]
    if enough:
        assert fit(wanted, rfc3021=rfc3021) == max(enough)
    else:
        with pytest.raises(AddressError, match="no IPv4 network has so many hosts; /0 has 4294967294"):
            fit(wanted, rfc3021=rfc3021)


@pytest.mark.parametrize(
    ("wanted", "classic", "rfc3021"),
    [(1, 30, 32), (2, 30, 31), (3, 29, 29), (6, 29, 29), (7, 28, 28), (254, 24, 24), (255, 23, 23), (2**32 - 2, 0, 0)],
)
def test_fit_at_its_borders(wanted: int, classic: int, rfc3021: int) -> None:
    assert (fit(wanted), fit(wanted, rfc3021=True)) == (classic, rfc3021)


@pytest.mark.parametrize("wanted", [0, -1])
def test_fit_refuses_what_is_no_number_of_hosts(wanted: int) -> None:
    with pytest.raises(AddressError, match=f"{wanted}: not a number of hosts; at least 1"):
        fit(wanted)


@given(NETS, st.integers(0, 6))
@settings(deadline=None)
def test_split_gives_the_subnets_that_ipaddress_gives(net: Network, longer: int) -> None:
    prefix = min(net.prefix + longer, BITS[net.version])
    cut = split(net, prefix)
    expected = [ours(found) for found in known(net).subnets(new_prefix=prefix)]
    assert [cut.subnet(place) for place in range(cut.parts)] == expected


@given(NETS, st.integers(-1, 129))
@settings(deadline=None)
def test_split_refuses_parts_that_are_larger_than_the_whole_or_too_small(net: Network, prefix: int) -> None:
    assume(not net.prefix <= prefix <= BITS[net.version])
    with pytest.raises(AddressError, match=f"cannot be cut into it; a prefix from {net.prefix} to {BITS[net.version]}"):
        split(net, prefix)


@given(NETS, st.integers(1, 300))
@settings(deadline=None)
def test_split_into_gives_the_fewest_parts_that_are_enough(net: Network, parts: int) -> None:
    if parts > net.total:
        with pytest.raises(NoRoom, match="too few"):
            split_into(net, parts)
        return
    cut = split_into(net, parts)
    assert parts <= cut.parts < 2 * parts
    assert cut.net == net.network


def test_split_into_nothing_is_refused() -> None:
    with pytest.raises(AddressError, match="0: not a number of subnets; at least 1"):
        split_into(network("10.0.0.0/8"), 0)


SHAPES = [
    ("10.0.0.0/8", 16),
    ("10.0.0.0/8", 24),
    ("10.0.0.0/14", 26),
    ("10.0.0.0/15", 30),
    ("10.0.0.0/16", 26),
    ("10.0.64.0/18", 32),
    ("10.255.128.0/17", 28),
    ("10.0.16.0/20", 31),
    ("10.7.252.0/22", 32),
    ("0.0.0.0/4", 17),
    ("224.0.0.0/3", 18),
    ("255.254.0.0/15", 25),
    ("10.0.0.5/32", 32),
    ("2001:db8::/52", 64),
    ("::/0", 10),
    ("ffff::/16", 28),
    ("::ffff:0:0/96", 109),
]


@pytest.mark.parametrize(("text", "prefix"), SHAPES)
@pytest.mark.parametrize("limit", [None, 1, 1023, 1024, 1025, 1500, 4096, 4097, 10_000])
def test_the_lines_of_a_split_are_its_subnets_one_by_one(text: str, prefix: int, limit: int | None) -> None:
    cut = split(network(text), prefix)
    count = cut.parts if limit is None else min(cut.parts, limit)
    lines = "".join(split_lines(cut, limit))
    assert lines == "".join(f"{cut.subnet(place)}\n" for place in range(count))


@given(st.integers(0, 2**32 - 1), st.integers(10, 22), st.integers(0, 10), st.integers(1, 5000))
@settings(deadline=None, max_examples=60)
def test_the_lines_of_any_split_are_its_subnets(number: int, prefix: int, longer: int, limit: int) -> None:
    cut = split(Network(4, number, prefix), prefix + longer)
    lines = "".join(split_lines(cut, limit)).splitlines()
    assert lines == [str(cut.subnet(place)) for place in range(min(limit, cut.parts))]


def test_the_lines_of_a_huge_split_come_at_once_and_without_a_memory_of_their_own() -> None:
    huge = Split(Network(6, 0, 0), 128)
    chunks = split_lines(huge)
    assert huge.parts == 2**128
    assert next(chunks).startswith("::/128\n::1/128\n")
    assert max(map(len, split_lines(split(network("10.0.0.0/12"), 30)))) < 1 << 19


# ── ranges and sets ──

RANGES = VERSIONS.flatmap(
    lambda version: st.tuples(
        st.just(version), *[st.integers(0, 2000) | st.integers(0, ALL[version]) | st.just(ALL[version])] * 2
    )
)


@given(RANGES)
@settings(deadline=None)
@example((4, 0, ALL[4]))
@example((6, 0, ALL[6]))
@example((4, ALL[4], ALL[4]))
@example((6, 1, ALL[6]))
def test_a_range_is_covered_as_ipaddress_covers_it(ends: tuple[int, int, int]) -> None:
    version, low, high = ends[0], *sorted(ends[1:])
    kind = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
    expected = [ours(net) for net in ipaddress.summarize_address_range(kind(low), kind(high))]
    assert list(cover(version, low, high)) == expected
    assert range_of(Network(version, low, BITS[version]), Network(version, high, BITS[version])) == expected


@given(RANGES)
@settings(deadline=None)
def test_a_cover_is_minimal_and_aligned(ends: tuple[int, int, int]) -> None:
    version, low, high = ends[0], *sorted(ends[1:])
    nets = list(cover(version, low, high))
    assert all(net.address == net.first for net in nets)
    assert (nets[0].first, nets[-1].last) == (low, high)
    for a, b in pairwise(nets):
        assert a.last + 1 == b.first
        assert a.prefix != b.prefix or a.prefix == 0 or Network(version, a.first, a.prefix - 1).last != b.last


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("10.0.0.9", "10.0.0.1", "10.0.0.9 - 10.0.0.1: the range goes backwards; did you mean 10.0.0.1 10.0.0.9?"),
        ("10.0.0.1", "::1", "10.0.0.1 - ::1: an IPv4 and an IPv6 address make no range"),
        ("::1", "10.0.0.1", "::1 - 10.0.0.1: an IPv4 and an IPv6 address make no range"),
    ],
)
def test_a_range_that_is_none_is_refused(first: str, last: str, message: str) -> None:
    with pytest.raises(AddressError) as fault:
        range_of(network(first), network(last))
    assert str(fault.value) == message


@given(st.lists(NETS, max_size=30) | MANY_SMALL)
@settings(deadline=None)
def test_merge_is_what_collapse_addresses_gives_for_each_family(nets: list[Network]) -> None:
    expected = []
    for version in (4, 6):
        chosen = [known(net) for net in nets if net.version == version]
        expected += [ours(net) for net in ipaddress.collapse_addresses(chosen)]
    assert merge(nets) == expected


@given(MANY_SMALL)
@settings(deadline=None)
def test_merge_keeps_the_addresses_whatever_the_order_and_merges_once(nets: list[Network]) -> None:
    merged = merge(iter(nets))
    assert members(merged) == members(nets)
    assert sum(net.total for net in merged) == len(members(nets))
    assert merge(merged) == merge(nets[::-1] + nets) == merged


@given(NETS, st.integers(1, 6), st.randoms())
@settings(deadline=None)
def test_the_parts_of_a_network_merge_to_it(net: Network, longer: int, dice: Random) -> None:
    cut = split(net, min(net.prefix + longer, BITS[net.version]))
    parts = [cut.subnet(place) for place in range(cut.parts)]
    dice.shuffle(parts)
    assert merge(parts) == [net.network]
    assert merge([*parts, *parts[1:]]) == [net.network]


@given(NETS, st.data())
@settings(deadline=None)
def test_excluding_one_subnet_is_what_address_exclude_gives(net: Network, data: st.DataObject) -> None:
    prefix = data.draw(st.integers(net.prefix, BITS[net.version]))
    inner = Network(net.version, data.draw(st.integers(net.first, net.last)), prefix)
    expected = sorted(ours(found) for found in known(net).address_exclude(known(inner)))
    assert exclude(net, [inner]) == expected


@given(VERSIONS.flatmap(lambda version: st.tuples(small(version), st.lists(small(version) | SMALL, max_size=6))))
@settings(deadline=None)
def test_what_is_left_and_what_was_removed_make_the_whole(case: tuple[Network, list[Network]]) -> None:
    net, removed = case
    taken = [other for other in removed if other.version == net.version]
    left = exclude(net, removed)
    assert members(left) == members([net]) - members(taken)
    assert left == merge(left)


@given(VERSIONS.flatmap(lambda version: st.lists(nets_of(version), min_size=1, max_size=6)))
@settings(deadline=None)
def test_the_supernet_holds_all_and_no_longer_prefix_does(nets: list[Network]) -> None:
    whole, extra = supernet(nets)
    assert all(known(net).subnet_of(known(whole)) for net in nets)
    assert extra == whole.total - sum(net.total for net in merge(nets))
    if whole.prefix < BITS[whole.version]:
        halves = [split(whole, whole.prefix + 1).subnet(place) for place in (0, 1)]
        assert not any(all(known(net).subnet_of(known(half)) for net in nets) for half in halves)


@given(NETS, st.integers(0, 128))
@settings(deadline=None)
def test_the_supernet_of_one_network_is_itself_and_of_its_ends_ipaddress_s(net: Network, shorter: int) -> None:
    up = known(net).supernet(new_prefix=max(0, net.prefix - shorter))
    ends = [Network(net.version, int(end), BITS[net.version]) for end in (up[0], up[-1])]
    assert supernet([net]) == (net.network, 0)
    assert supernet(ends)[0] == ours(up)


def test_two_families_have_no_supernet() -> None:
    with pytest.raises(AddressError, match=r"10\.0\.0\.0/8 ::/8: IPv4 and IPv6 networks have no common supernet"):
        supernet([network("10.0.0.0/8"), network("::/8")])


@given(NETS | SMALL, NETS | SMALL)
@settings(deadline=None)
def test_the_relation_of_two_networks_is_what_ipaddress_says(a: Network, b: Network) -> None:
    x, y = known(a), known(b)
    if a.version != b.version or not x.overlaps(y):
        expected = "disjoint"
    else:
        expected = "equal" if x == y else "contains" if y.subnet_of(x) else "within"
    assert relation(a, b) == expected
    turned = {"contains": "within", "within": "contains"}
    assert relation(b, a) == turned.get(expected, expected)


@given(VERSIONS.flatmap(lambda version: st.tuples(st.lists(nets_of(version), max_size=9), nets_of(version))))
def test_the_route_is_the_first_that_ipaddress_finds_from_the_longest_prefix_down(
    table: tuple[list[Network], Network],
) -> None:
    routes, to = table
    host = known(to)[to.address - to.first]
    by_length = sorted(routes, key=lambda route: -route.prefix)
    expected = next((route.network for route in by_length if host in known(route)), None)
    found = longest_match(routes, to)
    assert (found.network if found else None) == expected


def test_the_default_route_holds_all_of_its_version_alone() -> None:
    assert longest_match([network("0.0.0.0/0")], network("8.8.8.8")) == network("0.0.0.0/0")
    assert longest_match([network("0.0.0.0/0")], network("::1")) is None


@given(st.lists(SMALL | NETS, max_size=14))
@settings(deadline=None)
def test_the_overlapping_pairs_are_those_that_ipaddress_finds(nets: list[Network]) -> None:
    def pair(a: Network, b: Network) -> tuple[Network, Network]:
        return min(a.network, b.network), max(a.network, b.network)

    places = [(a, b) for at, a in enumerate(nets) for b in nets[at + 1 :]]
    expected = [pair(a, b) for a, b in places if a.version == b.version and known(a).overlaps(known(b))]
    found = list(overlaps(nets))
    assert sorted(pair(a, b) for a, b in found) == sorted(expected)
    assert all(a.prefix <= b.prefix for a, b in found)


# ── places ──

DEMANDS = st.lists(st.integers(1, 120), min_size=1, max_size=8)


@given(VERSIONS.flatmap(lambda version: nets_of(version, BITS[version] - 12)), DEMANDS)
@settings(deadline=None)
def test_a_vlsm_plan_is_disjoint_aligned_inside_and_what_is_free_is_the_rest(net: Network, wanted: list[int]) -> None:
    try:
        placed, free = vlsm(net, wanted)
    except NoRoom:
        return
    nets = [subnet for subnet, _ in placed]
    assert [hosts_wanted for _, hosts_wanted in placed] == sorted(wanted, reverse=True)
    assert all(subnet == subnet.network and relation(net, subnet) in ("contains", "equal") for subnet in nets)
    assert list(overlaps(nets)) == []
    assert free == exclude(net, nets)
    for subnet, hosts_wanted in placed:
        longer = BITS[net.version] - subnet.prefix == 2 or usable_hosts(net.version, subnet.prefix + 1) < hosts_wanted
        assert usable_hosts(net.version, subnet.prefix) >= hosts_wanted
        assert longer


@given(st.integers(0, 2**32 - 1), st.integers(20, 30), DEMANDS)
@settings(deadline=None)
def test_vlsm_says_no_exactly_where_the_blocks_are_too_many_and_names_what_would_do(
    number: int, prefix: int, wanted: list[int]
) -> None:
    net, needed = Network(4, number, prefix), sum(1 << (32 - fit(hosts)) for hosts in wanted)
    if needed <= net.total:
        assert len(vlsm(net, wanted)[0]) == len(wanted)
        return
    with pytest.raises(NoRoom) as why:
        vlsm(net, wanted)
    enough = int(str(why.value).rpartition("a /")[2].split()[0])
    assert len(vlsm(Network(4, number, enough), wanted)[0]) == len(wanted)
    with pytest.raises(NoRoom):
        vlsm(Network(4, number, enough + 1), wanted)


@pytest.mark.parametrize(
    ("text", "wanted", "fault", "message"),
    [
        ("10.0.0.0/24", [0], AddressError, "0: not a number of hosts; at least 1"),
        ("10.0.0.0/24", [5, -2], AddressError, "-2: not a number of hosts; at least 1"),
        ("10.0.0.0/24", [2**32], AddressError, "4294967296: no IPv4 network has so many hosts"),
        ("::/0", [2**128], AddressError, f"{2**128}: no IPv6 network has so many hosts"),
        ("0.0.0.0/0", [2**31, 1], NoRoom, "0.0.0.0/0 has 4294967296 addresses, the subnets need 4294967300; "),
        ("10.0.0.0/26", [30, 30, 2], NoRoom, "10.0.0.0/26 has 64 addresses, the subnets need 68; a /25 would do"),
    ],
)
def test_vlsm_refuses(text: str, wanted: list[int], fault: type[Exception], message: str) -> None:
    with pytest.raises(fault) as why:
        vlsm(network(text), wanted)
    assert str(why.value).startswith(message)


def test_vlsm_says_so_where_no_network_is_large_enough() -> None:
    with pytest.raises(NoRoom, match="no network is large enough"):
        vlsm(network("0.0.0.0/0"), [2**31] * 3)


@given(
    VERSIONS.flatmap(lambda version: st.tuples(small(version), st.lists(small(version) | SMALL, max_size=8))), st.data()
)
@settings(deadline=None)
def test_the_gap_is_the_lowest_free_one_by_brute_force(
    case: tuple[Network, list[Network]], data: st.DataObject
) -> None:
    net, used = case
    prefix = data.draw(st.integers(net.prefix, BITS[net.version]))
    cut = split(net, prefix)
    free = (cut.subnet(place) for place in range(cut.parts))
    lowest = next((part for part in free if all(relation(part, other) == "disjoint" for other in used)), None)
    if lowest is None:
        with pytest.raises(NoRoom, match=f"no /{prefix} is free in {net}"):
            gap(net, used, prefix)
    else:
        assert gap(net, used, prefix) == lowest


def test_a_gap_that_is_larger_than_the_network_is_refused() -> None:
    with pytest.raises(AddressError, match="cannot be cut into it"):
        gap(network("10.0.0.0/24"), [], 23)


@given(NETS, st.integers(-3, 3) | st.integers(-(2**128), 2**128))
@settings(deadline=None)
def test_there_and_back_is_the_same_network(net: Network, step: int) -> None:
    if not 0 <= net.first + step * net.total <= ALL[net.version]:
        with pytest.raises(NoRoom, match="the address space ends"):
            following(net, step)
        return
    there = following(net, step)
    assert following(there, -step) == net.network
    assert there.first - net.first == step * net.total


@given(NETS, st.data())
@settings(deadline=None)
def test_the_nth_subnet_counts_from_one_and_backwards_from_the_end(net: Network, data: st.DataObject) -> None:
    prefix = data.draw(st.integers(net.prefix, BITS[net.version]))
    cut = split(net, prefix)
    place = data.draw(st.integers(1, cut.parts))
    found = nth_subnet(net, place, prefix)
    assert found == nth_subnet(net, place - cut.parts - 1, prefix) == cut.subnet(place - 1)
    assert found == following(nth_subnet(net, 1, prefix), place - 1)


@given(SMALL)
@settings(deadline=None)
def test_the_nth_host_runs_through_the_hosts(net: Network) -> None:
    low, high = hosts(net)
    count = usable_hosts(net.version, net.prefix)
    assert [nth_host(net, place) for place in range(1, count + 1)] == list(range(low, high + 1))
    assert [nth_host(net, -place) for place in range(1, count + 1)] == list(range(high, low - 1, -1))


@given(NETS, st.sampled_from([0, 1, -1]))
@settings(deadline=None)
def test_there_is_no_host_number_zero_and_none_behind_the_last(net: Network, sign: int) -> None:
    count = usable_hosts(net.version, net.prefix)
    with pytest.raises(NoRoom, match=f"has {count} usable addresses, there is no number {sign * (count + 1)}"):
        nth_host(net, sign * (count + 1))
