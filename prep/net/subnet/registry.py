"""Blocks with a special purpose: the two IANA registries as one table, and a few blocks that are named elsewhere.

Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190),
https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry; the table was compiled on
TABLE_DATE. The most specific row wins. "Globally reachable" is True, False, or None where the registry leaves the
column blank; where it says N/A, the row says nothing of its own and the block around it decides (TEREDO lies in
2001::/23), or nobody (6to4).

Multicast, the IPv4-compatible and the site-local addresses are in neither registry; they stand in ELSEWHERE.
"""

from typing import NamedTuple

from prep.net.subnet.address import BITS, MASK, Network, network

TABLE_DATE = "2026-11-21"

N_A = "N/A"


class Block(NamedTuple):
    """A row: the block, its name, whether it is globally reachable, and the RFC that says so."""

    block: str
    name: str
    globally_reachable: bool | None
    rfc: str


REGISTRY: tuple[tuple[str, str, bool | str | None, str], ...] = (
    ("0.0.0.0/8", "This network", False, "RFC 791 §3.2"),
    ("0.0.0.0/32", "This host on this network", False, "RFC 1122 §3.2.1.3"),
    ("10.0.0.0/8", "Private-Use", False, "RFC 1918"),
    ("100.64.0.0/10", "Shared Address Space", False, "RFC 6598"),
    ("127.0.0.0/8", "Loopback", False, "RFC 1122 §3.2.1.3"),
    ("169.254.0.0/16", "Link Local", False, "RFC 3927"),
    ("172.16.0.0/12", "Private-Use", False, "RFC 1918"),
    ("192.0.0.0/24", "IETF Protocol Assignments", False, "RFC 6890 §2.1"),
    ("192.0.0.0/29", "IPv4 Service Continuity Prefix", False, "RFC 7335"),
    ("192.0.0.8/32", "IPv4 dummy address", False, "RFC 7600"),
    ("192.0.0.9/32", "Port Control Protocol Anycast", True, "RFC 7723"),
    ("192.0.0.10/32", "Traversal Using Relays around NAT Anycast", True, "RFC 8155"),
    ("192.0.0.170/32", "NAT64/DNS64 Discovery", False, "RFC 8880, RFC 7050 §2.2"),
    ("192.0.0.171/32", "NAT64/DNS64 Discovery", False, "RFC 8880, RFC 7050 §2.2"),
    ("192.0.2.0/24", "Documentation (TEST-NET-1)", False, "RFC 5737"),
    ("192.31.196.0/24", "AS112-v4", True, "RFC 7535"),
    ("192.52.193.0/24", "AMT", True, "RFC 7450"),
    ("192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", None, "RFC 7526"),
    ("192.88.99.2/32", "6a44-relay anycast address", False, "RFC 6751"),
    ("192.168.0.0/16", "Private-Use", False, "RFC 1918"),
    ("192.175.48.0/24", "Direct Delegation AS112 Service", True, "RFC 7534"),
    ("198.18.0.0/15", "Benchmarking", False, "RFC 2544"),
    ("198.51.100.0/24", "Documentation (TEST-NET-2)", False, "RFC 5737"),
    ("203.0.113.0/24", "Documentation (TEST-NET-3)", False, "RFC 5737"),
    ("240.0.0.0/4", "Reserved", False, "RFC 1112 §4"),
    ("255.255.255.255/32", "Limited Broadcast", False, "RFC 8190, RFC 919 §7"),
    ("::1/128", "Loopback Address", False, "RFC 4291 §2.5.3"),
    ("::/128", "Unspecified Address", False, "RFC 4291 §2.5.2"),
    ("::ffff:0:0/96", "IPv4-mapped Address", False, "RFC 4291 §2.5.5.2"),
    ("64:ff9b::/96", "IPv4-IPv6 Translat.", True, "RFC 6052 §2.1"),
    ("64:ff9b:1::/48", "IPv4-IPv6 Translat.", False, "RFC 8215"),
    ("100::/64", "Discard-Only Address Block", False, "RFC 6666"),
    ("100:0:0:1::/64", "Dummy IPv6 Prefix", False, "RFC 9780"),
    ("2001::/23", "IETF Protocol Assignments", False, "RFC 2928"),
    ("2001::/32", "TEREDO", N_A, "RFC 4380, RFC 8190"),
    ("2001:1::1/128", "Port Control Protocol Anycast", True, "RFC 7723"),
    ("2001:1::2/128", "Traversal Using Relays around NAT Anycast", True, "RFC 8155"),
    ("2001:1::3/128", "DNS-SD Service Registration Protocol Anycast", True, "RFC 9665"),
    ("2001:2::/48", "Benchmarking", False, "RFC 5180"),
    ("2001:3::/32", "AMT", True, "RFC 7450"),
    ("2001:4:112::/48", "AS112-v6", True, "RFC 7535"),
    ("2001:10::/28", "Deprecated (previously ORCHID)", None, "RFC 4843"),
    ("2001:20::/28", "ORCHIDv2", True, "RFC 7343"),
    ("2001:30::/28", "Drone Remote ID Protocol Entity Tags (DETs) Prefix", True, "RFC 9374"),
    ("2001:db8::/32", "Documentation", False, "RFC 3849"),
    ("2002::/16", "6to4", N_A, "RFC 3056"),
    ("2620:4f:8000::/48", "Direct Delegation AS112 Service", True, "RFC 7534"),
    ("3fff::/20", "Documentation", False, "RFC 9637"),
    ("5f00::/16", "Segment Routing (SRv6) SIDs", False, "RFC 9602"),
    ("fc00::/7", "Unique-Local", False, "RFC 4193, RFC 8190"),
    ("fe80::/10", "Link-Local Unicast", False, "RFC 4291 §2.5.6"),
)

ELSEWHERE = (
    Block("224.0.0.0/4", "Multicast", None, "RFC 5771"),
    Block("ff00::/8", "Multicast", None, "RFC 4291 §2.7"),
    Block("::/96", "IPv4-compatible Address (deprecated)", None, "RFC 4291 §2.5.5.1"),
    Block("fec0::/10", "Site-Local Unicast (deprecated)", None, "RFC 3879"),
)

# version → prefix length, longest first → first address of the block → row
_Table = dict[int, list[tuple[int, dict[int, Block]]]]


def _table(rows: list[tuple[Network, Block]]) -> _Table:
    table: _Table = {}
    for version in BITS:
        lengths = sorted({net.prefix for net, _ in rows if net.version == version}, reverse=True)
        table[version] = [
            (
                MASK[version][length],
                {net.first: row for net, row in rows if (net.version, net.prefix) == (version, length)},
            )
            for length in lengths
        ]
    return table


def _look_up(table: _Table, version: int, number: int) -> Block | None:
    for mask, rows in table[version]:
        if (row := rows.get(number & mask)) is not None:
            return row
    return None


def _registry() -> _Table:
    nets = [(network(block), block, name, reach, rfc) for block, name, reach, rfc in REGISTRY]
    rows = []
    for net, block, name, reach, rfc in nets:
        around = [
            o
            for o in nets
            if o[0].version == net.version and o[0].prefix < net.prefix and o[0].first <= net.first <= o[0].last
        ]
        if reach == N_A:
            reach = max(around, key=lambda other: other[0].prefix)[3] if around else None
        assert not isinstance(reach, str)
        rows.append((net, Block(block, name, reach, rfc)))
    return _table(rows)


_REGISTRY = _registry()
_ELSEWHERE = _table([(network(row.block), row) for row in ELSEWHERE])


def special(version: int, number: int) -> Block | None:
    """The most specific row of the IANA registries that holds an address."""
    return _look_up(_REGISTRY, version, number)


def elsewhere(version: int, number: int) -> Block | None:
    """A block with a name of its own that is in neither registry."""
    return _look_up(_ELSEWHERE, version, number)


def multicast(version: int, number: int) -> bool:
    return number >> 28 == 0xE if version == 4 else number >> 120 == 0xFF
