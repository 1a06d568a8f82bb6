"""Networks made from networks: split, fit, VLSM, range, merge, exclude, supernet, gap, next, nth, overlaps; and which
of some routes a packet takes.

Everything is arithmetic on integers; nothing is enumerated to be counted, and what can be long is an iterator. Blocks
are given lowest first, but VLSM places the largest first, each at the lowest aligned free place, as it is taught.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from prep.net.subnet.address import ALL, BITS, MASK, AddressError, Network, text_of
from prep.net.subnet.describe import hosts, usable_hosts


class NoRoom(ValueError):
    """The answer is no: it does not fit, there is no gap, there is no such network."""


def fit(wanted: int, *, rfc3021: bool = False) -> int:
    """The longest IPv4 prefix with so many usable hosts; with `rfc3021` also /31 for two and /32 for one.
    Raises AddressError for numbers that no network has."""
    if wanted < 1:
        raise AddressError(str(wanted), "not a number of hosts", "at least 1")
    longest = 32 if rfc3021 else 30
    for prefix in range(longest, -1, -1):
        if usable_hosts(4, prefix) >= wanted:
            return prefix
    raise AddressError(str(wanted), f"no IPv4 network has so many hosts; /0 has {usable_hosts(4, 0)}")


# ── split ──


class Split(NamedTuple):
    """A network cut into equal parts. `subnet(k)` is the k-th, from 0."""

    net: Network
    prefix: int

    @property
    def parts(self) -> int:
        return 1 << (self.prefix - self.net.prefix)

    def subnet(self, place: int) -> Network:
        step = BITS[self.net.version] - self.prefix
        return Network(self.net.version, self.net.first + (place << step), self.prefix)


def split(net: Network, prefix: int) -> Split:
    """Raises AddressError where the parts would be larger than the whole."""
    if not net.prefix <= prefix <= BITS[net.version]:
        raise AddressError(
            f"/{prefix}", f"{net} cannot be cut into it", f"a prefix from {net.prefix} to {BITS[net.version]}"
        )
    return Split(net.network, prefix)


def split_into(net: Network, parts: int) -> Split:
    """At least so many equal parts."""
    if parts < 1:
        raise AddressError(str(parts), "not a number of subnets", "at least 1")
    borrowed = (parts - 1).bit_length()
    if net.prefix + borrowed > BITS[net.version]:
        raise NoRoom(f"{net} has {net.total} addresses, too few for {parts} subnets")
    return Split(net.network, net.prefix + borrowed)


def split_lines(cut: Split, limit: int | None = None) -> Iterator[str]:
    """The subnets as text, many lines a chunk.

    The ends of the addresses repeat: for IPv4 the last two octets and the prefix are the same text in every /16, so
    that text is made once and joined behind each pair of leading octets. IPv6 goes line by line.
    """
    count = cut.parts if limit is None else min(limit, cut.parts)
    version, first = cut.net.version, cut.net.first
    step: int = 1 << (BITS[version] - cut.prefix)
    if version == 6 or cut.prefix <= 16 or count < 1024:
        for start in range(0, count, 4096):
            rows = (cut.subnet(place) for place in range(start, min(count, start + 4096)))
            yield "".join(f"{text_of(version, row.address)}/{cut.prefix}\n" for row in rows)
        return
    tails = [f".{low >> 8}.{low & 255}/{cut.prefix}\n" for low in range(0, 1 << 16, step)]
    last = first + (count - 1) * step
    for high in range(first >> 16, (last >> 16) + 1):
        low = (first & 0xFFFF) // step if high == first >> 16 else 0
        end = (last & 0xFFFF) // step + 1 if high == last >> 16 else len(tails)
        lead = f"{high >> 8}.{high & 255}"
        yield lead + lead.join(tails[low:end])


# ── sets of blocks ──


def cover(version: int, first: int, last: int) -> Iterator[Network]:
    """The fewest networks that are exactly the addresses from first to last."""
    width = BITS[version]
    while first <= last:
        aligned = (first & -first).bit_length() - 1 if first else width
        size = min(aligned, (last - first + 1).bit_length() - 1)
        yield Network(version, first, width - size)
        first += 1 << size


def range_of(first: Network, last: Network) -> list[Network]:
    """Raises AddressError for a range that goes backwards or from one family to the other."""
    if first.version != last.version:
        raise AddressError(
            f"{text_of(first.version, first.address)} - {text_of(last.version, last.address)}",
            "an IPv4 and an IPv6 address make no range",
        )
    if first.address > last.address:
        low, high = text_of(last.version, last.address), text_of(first.version, first.address)
        raise AddressError(f"{high} - {low}", "the range goes backwards", f"did you mean {low} {high}?")
    return list(cover(first.version, first.address, last.address))


def spans(nets: Iterable[Network]) -> dict[int, list[tuple[int, int]]]:
    """For each version the disjoint, not adjacent spans (first, last) that the networks make together, in order."""
    keys: dict[int, list[int]] = {version: [] for version in BITS}  # one number a network: it sorts and costs little
    for version, number, prefix in nets:
        keys[version].append((number & MASK[version][prefix]) << 8 | prefix)
    return {version: _joined(sorted(found), ALL[version]) for version, found in keys.items()}


def _joined(keys: list[int], everything: int) -> list[tuple[int, int]]:
    parts: list[tuple[int, int]] = []
    end = -2
    for key in keys:
        first = key >> 8
        last = first | everything >> (key & 255)
        if first > end + 1:
            parts.append((first, last))
        elif last > end:
            parts[-1] = (parts[-1][0], last)
        else:
            continue
        end = last
    return parts


def merge(nets: Iterable[Network]) -> list[Network]:
    """The fewest networks with exactly the addresses of all, IPv4 first."""
    return [
        net for version, parts in spans(nets).items() for first, last in parts for net in cover(version, first, last)
    ]


def exclude(net: Network, removed: Iterable[Network]) -> list[Network]:
    """What is left of a network without others; those outside of it take nothing away."""
    left: list[Network] = []
    start = net.first
    for first, last in spans(removed)[net.version]:
        if last < start or first > net.last:
            continue
        left += cover(net.version, start, first - 1) if first > start else ()
        start = last + 1
    return left + (list(cover(net.version, start, net.last)) if start <= net.last else [])


def supernet(nets: list[Network]) -> tuple[Network, int]:
    """The smallest network that holds all, and how many addresses it adds. Raises AddressError for mixed families."""
    versions = {net.version for net in nets}
    if len(versions) != 1:
        raise AddressError(" ".join(map(str, nets)), "IPv4 and IPv6 networks have no common supernet")
    version = versions.pop()
    first, last = min(net.first for net in nets), max(net.last for net in nets)
    prefix = BITS[version] - (first ^ last).bit_length()
    cover_all = Network(version, first, prefix).network
    held = sum(high - low + 1 for low, high in spans(nets)[version])
    return cover_all, cover_all.total - held


def relation(a: Network, b: Network) -> str:
    """equal, contains, within or disjoint, read as "a … b"."""
    if a.version != b.version or a.last < b.first or b.last < a.first:
        return "disjoint"
    if a.prefix == b.prefix:
        return "equal"
    return "contains" if a.prefix < b.prefix else "within"


def overlaps(nets: list[Network]) -> Iterator[tuple[Network, Network]]:
    """All pairs of which one holds the other, or that are equal. In address order, the wider network first."""
    for version in BITS:
        around: list[Network] = []
        for net in sorted(net.network for net in nets if net.version == version):
            while around and around[-1].last < net.first:
                around.pop()
            yield from ((outer, net) for outer in around)
            around.append(net)


def longest_match(routes: Iterable[Network], to: Network) -> Network | None:
    """The route by which a router sends to an address: of those that hold it the one with the longest prefix, None
    where none does (RFC 1812 §5.2.4.3)."""
    holding = (route for route in routes if route.version == to.version and route.first <= to.address <= route.last)
    return max(holding, key=lambda route: route.prefix, default=None)


# ── places ──


class Placed(NamedTuple):
    network: Network
    wanted: int


def vlsm(net: Network, wanted: list[int]) -> tuple[list[Placed], list[Network]]:
    """A subnet for each number of hosts, the largest first, and what is left free. Raises NoRoom: what would do."""
    width = BITS[net.version]
    sized = []
    for hosts_wanted in sorted(wanted, reverse=True):
        if hosts_wanted < 1:
            raise AddressError(str(hosts_wanted), "not a number of hosts", "at least 1")
        bits = next((b for b in range(2, width + 1) if usable_hosts(net.version, width - b) >= hosts_wanted), None)
        if bits is None:
            raise AddressError(str(hosts_wanted), f"no IPv{net.version} network has so many hosts")
        sized.append((hosts_wanted, width - bits))
    needed = sum(1 << (width - prefix) for _, prefix in sized)
    if needed > net.total:
        enough = width - (needed - 1).bit_length()
        raise NoRoom(
            f"{net} has {net.total} addresses, the subnets need {needed}; "
            + (f"a /{enough} would do" if enough >= 0 else "no network is large enough")
        )
    placed, start = [], net.first
    for hosts_wanted, prefix in sized:  # sizes fall, so that each start is aligned by itself
        placed.append(Placed(Network(net.version, start, prefix), hosts_wanted))
        start += 1 << (width - prefix)
    return placed, list(cover(net.version, start, net.last))


def gap(net: Network, used: list[Network], prefix: int) -> Network:
    """The lowest free subnet of a size. Raises NoRoom."""
    split(net, prefix)  # the same complaints about the prefix
    size: int = 1 << (BITS[net.version] - prefix)
    for free in exclude(net.network, used):
        if free.total >= size:
            return Network(net.version, free.first, prefix)
    raise NoRoom(f"no /{prefix} is free in {net}")


def following(net: Network, step: int) -> Network:
    """The network of the same size so many places on; negative goes back. Raises NoRoom at the ends."""
    first = net.first + step * net.total
    if not 0 <= first <= ALL[net.version]:
        raise NoRoom(f"{net} has no network {step:+d} places on: the address space ends")
    return Network(net.version, first, net.prefix)


def nth_subnet(net: Network, place: int, prefix: int) -> Network:
    """The place-th subnet of a size, from 1; negative counts from the end."""
    cut = split(net, prefix)
    return cut.subnet(_place(place, cut.parts, f"{net} has {cut.parts} subnets of /{prefix}"))


def nth_host(net: Network, place: int) -> int:
    """The place-th usable address, from 1; negative counts from the end."""
    low, high = hosts(net)
    return low + _place(place, high - low + 1, f"{net} has {high - low + 1} usable addresses")


def _place(place: int, count: int, told: str) -> int:
    if place == 0 or abs(place) > count:
        raise NoRoom(f"{told}, there is no number {place}")
    return place - 1 if place > 0 else count + place
