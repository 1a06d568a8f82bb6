"""What the standard library's `ipaddress` answers to the questions of the drills, read off their English text."""

import re
from collections.abc import Callable
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    collapse_addresses,
    summarize_address_range,
)
from itertools import combinations, islice

QUAD = r"\d+\.\d+\.\d+\.\d+"
RFC1918 = [IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]


def quads(ask: str) -> list[str]:
    return re.findall(QUAD, ask)


def nets(ask: str) -> list[IPv4Network]:
    return [IPv4Network(text) for text in re.findall(rf"{QUAD}/\d+", ask)]


def numbers(ask: str) -> list[int]:
    """Those that stand alone: no part of an address, prefix or name."""
    return [int(text) for text in re.findall(r"(?<![\w./:])\d+(?![\w./:]*[./:]\d)(?!\w)", ask)]


def host(ask: str) -> IPv4Interface:
    [found] = re.findall(rf"{QUAD}/\d+", ask)
    return IPv4Interface(found)


def told(ask: str) -> IPv4Network:
    """A size told by its prefix or mask."""
    [found] = re.findall(rf"/\d+|{QUAD}", ask)
    return IPv4Network(f"0.0.0.0/{found.lstrip('/')}")


def masked(ask: str) -> tuple[IPv4Address, IPv4Network]:
    address, mask, *_ = quads(ask)
    return IPv4Address(address), IPv4Interface(f"{address}/{mask}").network


def wildcard(ask: str) -> IPv4Network:
    address, mask = quads(ask)
    return IPv4Network(f"{address}/{mask}")


def prefix(ask: str) -> int:
    """The prefix that stands without an address."""
    [found] = re.findall(r"(?<![0-9a-f:])/(\d+)", ask)
    return int(found)


def smallest(hosts: int) -> int:
    return max(length for length in range(31) if 2 ** (32 - length) - 2 >= hosts)


def bits_for(parts: int) -> int:
    return min(bits for bits in range(32) if 2**bits >= parts)


def one_of(net: IPv4Network, length: int, place: int) -> IPv4Network:
    return next(islice(net.subnets(new_prefix=length), place - 1, None))


def common(routes: list[IPv4Network]) -> IPv4Network:
    found = routes[0]
    while not all(route.subnet_of(found) for route in routes):
        found = found.supernet()
    return found


def left_over(net: IPv4Network, used: list[IPv4Network]) -> list[IPv4Network]:
    left = [net]
    for one in used:
        left = [part for block in left for part in (block.address_exclude(one) if one.subnet_of(block) else [block])]
    return sorted(collapse_addresses(left))


def joined(found: object) -> str:
    return ", ".join(map(str, found))  # type: ignore[call-overload]


# ── kinds ──


def role(ask: str) -> str:
    at = host(ask)
    return {at.network[0]: "network", at.network[-1]: "broadcast"}.get(at.ip, "host")


def same(ask: str) -> str:
    told, *_ = re.findall(r"Mask /?([\d.]+):", ask)
    a, b = (IPv4Interface(f"{quad}/{told}").network for quad in quads(ask)[-2:])
    return "yes" if a == b else "no"


def after(ask: str) -> str:
    [net] = nets(ask)
    step = net.num_addresses * (1 if "after" in ask else -1)
    return f"{net.network_address + step}/{net.prefixlen}"


def fault(ask: str) -> str:
    address, net = masked(ask)
    if address in (net[0], net[-1]):
        return "network" if address == net[0] else "broadcast"
    return "fine" if IPv4Address(quads(ask)[2]) in net else "gateway"


def block(ask: str) -> str:
    length = told(ask.replace("(1-4)", "")).prefixlen
    octet = -(-length // 8)
    return f"{octet}, {2 ** (8 * octet - length)}"


def fit_growth(ask: str) -> str:
    now, percent = numbers(ask)
    return f"/{smallest(now + now * percent // 100)}"


def classful(ask: str) -> str:
    length = masked(ask)[1].prefixlen
    default = {"A": 8, "B": 16, "C": 24}[ask[len("The class ")]]
    return f"{2 ** (length - default)}, {2 ** (32 - length) - 2}"


def cloud(ask: str) -> str:
    return str(nets(ask)[0].num_addresses - (4 if "Google" in ask else 5))


def kth(ask: str) -> IPv4Network:
    return one_of(nets(ask)[0], prefix(ask), numbers(ask)[0])


def vlsm(ask: str) -> str:
    [net], found = nets(ask), list[IPv4Network]()
    for hosts in sorted(numbers(ask), reverse=True):
        places = net.subnets(new_prefix=smallest(hosts))
        found.append(next(place for place in places if not any(map(place.overlaps, found))))
    return joined(found)


def gap(ask: str) -> str:
    net, *used = nets(ask)
    return str(next(part for part in net.subnets(new_prefix=prefix(ask)) if not any(map(part.overlaps, used))))


def supernet(ask: str) -> str:
    routes = nets(ask)
    found = common(routes)
    return str(found) if ask.startswith("What") else str(found.num_addresses - sum(r.num_addresses for r in routes))


def acl(ask: str) -> str:
    first, last = map(IPv4Address, quads(ask))
    [net] = summarize_address_range(first, last)
    return net.with_hostmask.replace("/", " ")


def name4(ask: str) -> str:
    at = IPv4Address(quads(ask)[0])
    if "class" in ask:
        return next(
            letter for letter, end in zip("ABCDE", (128, 192, 224, 240, 256), strict=True) if at.packed[0] < end
        )
    blocks = {"shared": "100.64.0.0/10", "benchmarking": "198.18.0.0/15"}
    checks = {
        "private": any(at in net for net in RFC1918),
        "loopback": at.is_loopback,
        "link-local": at.is_link_local,
        "multicast": at.is_multicast,
        "reserved": at.is_reserved,
        "public": at.is_global and not at.is_multicast,
        **{word: at in IPv4Network(text) for word, text in blocks.items()},
    }
    return next((word for word, holds in checks.items() if holds), "documentation")


def six(ask: str) -> IPv6Address:
    [found] = re.findall(r"(?:[0-9a-f]*:){2,}[0-9a-f.:]*", ask)
    return IPv6Address(found)


def type6(ask: str) -> str:
    at = six(ask)
    checks = {
        "unspecified": at.is_unspecified,
        "loopback": at.is_loopback,
        "link-local": at.is_link_local,
        "site-local": at.is_site_local,
        "multicast": at.is_multicast,
        "unique-local": at in IPv6Network("fc00::/7"),
        "documentation": at in IPv6Network("2001:db8::/32") or at in IPv6Network("3fff::/20"),
        "mapped": at.ipv4_mapped is not None,
        "nat64": at in IPv6Network("64:ff9b::/96"),
        "6to4": at.sixtofour is not None,
        "teredo": at.teredo is not None,
    }
    return next((word for word, holds in checks.items() if holds), "global")


def net6(ask: str) -> IPv6Network:
    [found] = re.findall(r"[0-9a-f]+:[0-9a-f:]+/\d+", ask)
    return IPv6Network(found)


def count6(ask: str) -> str:
    longer, shorter = (int(text) for text in re.findall(r"/(\d+)", ask))
    return str(2 ** (longer - shorter))


def eui64(ask: str) -> str:
    [mac] = re.findall(r"MAC address (\S+)", ask)
    octets = bytes.fromhex(re.sub("[:.-]", "", mac))
    made = bytes([octets[0] ^ 2]) + octets[1:3] + b"\xff\xfe" + octets[3:]
    return str(net6(ask.replace(mac, ""))[int.from_bytes(made)])


def solicited(ask: str) -> str:
    return str(IPv6Address(int(IPv6Address("ff02::1:ff00:0")) + int(six(ask)) % 2**24))


def reverse6(ask: str) -> str:
    net = net6(ask)
    return net.network_address.reverse_pointer.split(".", 32 - net.prefixlen // 4)[-1]


JUDGES: dict[str, Callable[[str], str]] = {
    "v4-network": lambda ask: str(host(ask).network[0]),
    "v4-network-mask": lambda ask: str(masked(ask)[1][0]),
    "v4-broadcast": lambda ask: str(host(ask).network.broadcast_address),
    "v4-first": lambda ask: str(host(ask).network[1]),
    "v4-last": lambda ask: str(host(ask).network[-2]),
    "v4-range": lambda ask: f"{host(ask).network[1]} - {host(ask).network[-2]}",
    "v4-role": role,
    "v4-same": same,
    "v4-which": lambda ask: str(next(net for net in nets(ask) if IPv4Address(quads(ask)[0]) in net)),
    "v4-next": after,
    "v4-fault": fault,
    "v4-prefix-to-mask": lambda ask: str(told(ask).netmask),
    "v4-mask-to-prefix": lambda ask: f"/{told(ask).prefixlen}",
    "v4-prefix-to-wildcard": lambda ask: str(told(ask).hostmask),
    "v4-wildcard-to-prefix": lambda ask: f"/{told(ask).prefixlen}",
    "v4-and": lambda ask: str(numbers(ask)[0] & numbers(ask)[1]),
    "v4-block": block,
    "v4-usable": lambda ask: str(told(ask).num_addresses - 2),
    "v4-total": lambda ask: str(told(ask).num_addresses),
    "v4-fit": lambda ask: f"/{smallest(numbers(ask)[0])}",
    "v4-fit-growth": fit_growth,
    "v4-classful": classful,
    "cloud-usable": cloud,
    "v4-split": lambda ask: f"/{nets(ask)[0].prefixlen + bits_for(numbers(ask)[0])}",
    "v4-borrow": lambda ask: str(bits_for(numbers(ask)[0])),
    "v4-kth": lambda ask: str(kth(ask)),
    "v4-assign": lambda ask: f"{kth(ask)[1]}, {kth(ask)[-2]}",
    "v4-vlsm": vlsm,
    "v4-free": lambda ask: joined(left_over(nets(ask)[0], nets(ask)[1:])),
    "v4-gap": gap,
    "v4-overlap": lambda ask: joined(next((a, b) for a, b in combinations(nets(ask), 2) if a.overlaps(b))),
    "v4-summary": lambda ask: joined(collapse_addresses(nets(ask))),
    "v4-supernet": supernet,
    "v4-acl": acl,
    "v4-acl-match": lambda ask: f"{wildcard(ask)[0]} - {wildcard(ask)[-1]}",
    "v4-name": name4,
    "v6-type": type6,
    "v6-compress": lambda ask: six(ask).compressed,
    "v6-expand": lambda ask: six(ask).exploded,
    "v6-nth": lambda ask: str(next(islice(net6(ask).subnets(new_prefix=prefix(ask)), numbers(ask)[0] - 1, None))),
    "v6-count": count6,
    "v6-eui64": eui64,
    "v6-solicited": solicited,
    "v6-reverse": reverse6,
}
