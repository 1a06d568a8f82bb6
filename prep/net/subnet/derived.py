"""What can be made of an address: reverse names, EUI-64, NAT64, solicited-node, embedded IPv4, cloud reservations."""

import re
from typing import Any

from prep.net.subnet.address import ALL, BITS, AddressError, Network, text_of

# ── DNS ──
# PTR names: RFC 1035 §3.5, RFC 3596 §2.5. A network that does not end at an octet or nibble is delegated as the zones
# that cover it; an IPv4 network longer than /24 by the naming of RFC 2317 §4, first address and length.

LABELS = {4: [str(octet) for octet in range(256)], 6: list("0123456789abcdef")}


def reverse_pointer(version: int, number: int) -> str:
    if version == 4:
        return f"{number & 255}.{number >> 8 & 255}.{number >> 16 & 255}.{number >> 24}.in-addr.arpa"
    return ".".join(f"{number:032x}"[::-1]) + ".ip6.arpa"


def reverse_zones(net: Network) -> list[str]:
    """The zones to delegate for a network, at most 128 of them by the nature of octets and nibbles."""
    version, prefix, first = net.version, net.prefix, net.first
    if version == 4 and prefix > 24:
        name = reverse_pointer(4, first)
        return [name] if prefix == 32 else [f"{first & 255}/{prefix}.{name.partition('.')[2]}"]
    step = 8 if version == 4 else 4
    labels = -(-prefix // step)
    name = reverse_pointer(version, first).split(".", BITS[version] // step - labels)[-1]
    count: int = 1 << (labels * step - prefix)
    if count == 1:
        return [name]
    label, dot, parent = name.partition(".")
    start = int(label, 10 if version == 4 else 16)
    return [label + dot + parent for label in LABELS[version][start : start + count]]


# ── IPv6 ──


def solicited_node(number: int) -> int:
    """ff02::1:ff and the last 24 bits (RFC 4291 §2.7.1)."""
    return 0xFF02_0000_0000_0000_0000_0001_FF00_0000 | number & 0xFF_FFFF


MAC = r"(?:[0-9A-Fa-f]{2}([:-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}"


def eui64(mac: str, net: Network) -> int:
    """The address that a MAC address gives in a /64: ff:fe in its middle, the universal/local bit turned
    (RFC 4291 §2.5.1 and appendix A). Raises AddressError."""
    if not re.fullmatch(MAC, mac):
        raise AddressError(mac, "not a MAC address", "write it like 00:1b:44:11:3a:b7")
    if net.version != 6 or net.prefix > 64:
        raise AddressError(
            str(net), "the prefix must leave 64 bits for the interface", "an IPv6 prefix of /64 or shorter"
        )
    number = int(re.sub("[:.-]", "", mac), 16)
    return net.first | ((number >> 24 << 40 | 0xFFFE << 24 | number & 0xFF_FFFF) ^ 1 << 57)


WELL_KNOWN = 0x0064_FF9B << 96  # 64:ff9b::/96, RFC 6052 §2.1


def nat64(number: int) -> int:
    """An IPv4 address in the well-known prefix."""
    return WELL_KNOWN | number


def embedded_ipv4(number: int) -> dict[str, Any] | None:
    """The IPv4 address that an IPv6 address carries, and by which kind. Of a Teredo address it is the client's, whose
    bits are inverted (RFC 4380 §4); the server's stands beside it."""
    low = number & ALL[4]
    if number >> 32 == 0xFFFF:
        return {"kind": "mapped", "ipv4": text_of(4, low)}
    if number >> 32 == WELL_KNOWN >> 32:
        return {"kind": "nat64", "ipv4": text_of(4, low)}
    if number >> 112 == 0x2002:
        return {"kind": "6to4", "ipv4": text_of(4, number >> 80 & ALL[4])}
    if number >> 96 == 0x2001_0000:
        server = text_of(4, number >> 64 & ALL[4])
        return {"kind": "teredo", "ipv4": text_of(4, low ^ ALL[4]), "server": server}
    if number >> 32 == 0 and low > 1:
        return {"kind": "compatible", "ipv4": text_of(4, low)}
    return None


# ── clouds ──
# Reserved in every subnet: AWS the first four addresses and the last (VPC user guide, "Subnet CIDR blocks"); Azure the
# first four and the last (Virtual Network FAQ); Google Cloud the first two and the last two (VPC, "Subnets").
# Sizes: AWS /16 to /28, Azure /2 to /29, Google Cloud up to /29.

CLOUDS = {"aws": (4, 1, 16, 28), "azure": (4, 1, 2, 29), "gcp": (2, 2, 4, 29)}


def cloud(provider: str, net: Network) -> dict[str, Any]:
    """The usable hosts and the reserved addresses of a subnet. Raises AddressError where the provider has none such."""
    if provider not in CLOUDS:
        raise AddressError(provider, "no such provider", f"known: {', '.join(CLOUDS)}")
    head, tail, shortest, longest = CLOUDS[provider]
    if net.version != 4:
        raise AddressError(str(net), "cloud reservations are known for IPv4 subnets only")
    if not shortest <= net.prefix <= longest:
        raise AddressError(str(net), f"{provider} has IPv4 subnets from /{shortest} to /{longest}")
    reserved = [*range(net.first, net.first + head), *range(net.last - tail + 1, net.last + 1)]
    return {
        "provider": provider,
        "usable_hosts": net.total - head - tail,
        "reserved": [text_of(4, number) for number in reserved],
    }
