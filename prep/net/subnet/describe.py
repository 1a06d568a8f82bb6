"""What there is to say of an address and its network.

- Usable hosts, IPv4: total − 2 for the network and the directed broadcast address; both of a /31 (RFC 3021 §2.1),
  the one of a /32; these two have no broadcast address.
- IPv6 has no broadcast. The all-zero host part is the Subnet-Router anycast address (RFC 4291 §2.6.1), so hosts begin
  at ::1; both addresses of a /127 are hosts (RFC 6164 §6, which switches the anycast address off there), and the one of
  a /128.
- Classes are history (RFC 791 §3.2, ended by RFC 4632 §2), and interviews still ask for them.
"""

from functools import cache
from typing import Any

from prep.net.subnet.address import ALL, BITS, MASK, Network, expanded, text_of
from prep.net.subnet.derived import embedded_ipv4, reverse_pointer, reverse_zones, solicited_node
from prep.net.subnet.registry import elsewhere, multicast, special

CLASSES = "AAAAAAAABBBBCCDE"  # by the four leading bits: 0xxx, 10xx, 110x, 1110, 1111


def usable_hosts(version: int, prefix: int) -> int:
    """How many addresses of a network can be given to hosts."""
    total: int = 1 << (BITS[version] - prefix)
    if total <= 2:
        return total
    return total - 2 if version == 4 else total - 1


def hosts(net: Network) -> tuple[int, int]:
    """The first and the last usable host address."""
    if net.total <= 2:
        return net.first, net.last
    return net.first + 1, net.last - 1 if net.version == 4 else net.last


def broadcast(net: Network) -> int | None:
    """The directed broadcast address; None for IPv6, /31 and /32."""
    return net.last if net.version == 4 and net.prefix < 31 else None


def class_of(number: int) -> str:
    """The class of an IPv4 address, A to E, by its leading bits."""
    return CLASSES[number >> 28]


def role(net: Network) -> str:
    """What the address is within its network: network, broadcast or host. (IPv6: the Subnet-Router anycast address
    counts as the network's own.)"""
    if net.total > 2 and net.address == net.first:
        return "network"
    return "broadcast" if net.address == broadcast(net) else "host"


@cache
def _masks(version: int, prefix: int) -> tuple[str, str]:
    """The mask and the wildcard of a prefix as text."""
    return text_of(version, MASK[version][prefix]), text_of(version, ALL[version] >> prefix, mixed=False)


def info(net: Network, given: str) -> dict[str, Any]:
    """All of it, as the JSON of `prep subnet info` (without `cloud`)."""
    version, number, prefix = net
    first, last = net.first, net.last
    low, high = hosts(net)
    netmask, wildcard = _masks(version, prefix)
    row = special(version, number)
    other = None if row else elsewhere(version, number)
    text, last_text = text_of(version, number), text_of(version, last)
    return {
        "input": given,
        "version": version,
        "address": text,
        "prefix": prefix,
        "network": text_of(version, first),
        "netmask": netmask,
        "wildcard": wildcard,
        "broadcast": last_text if version == 4 and prefix < 31 else None,
        "first_host": text_of(version, low),
        "last_host": last_text if high == last else text_of(version, high),
        "last_address": last_text,
        "usable_hosts": usable_hosts(version, prefix),
        "total_addresses": net.total,
        "class": class_of(number) if version == 4 else None,
        "role": role(net),
        "special": row and row._asdict(),
        "elsewhere": other and {"block": other.block, "name": other.name, "rfc": other.rfc},
        "multicast": multicast(version, number),
        "reverse_pointer": reverse_pointer(version, number),
        "reverse_zones": reverse_zones(net),
        "compressed": text,
        "expanded": expanded(version, number) if version == 6 else text,
        "solicited_node": text_of(6, solicited_node(number)) if version == 6 and number >> 120 != 0xFF else None,
        "embedded_ipv4": embedded_ipv4(number) if version == 6 else None,
    }
