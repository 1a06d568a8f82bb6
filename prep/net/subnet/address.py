"""Addresses, masks and prefix lengths, from text to integers. Strict: what can be read in two ways is refused.

IPv4: four decimal octets without leading zeros (RFC 6943 §3.1.1 tells what guessing did).
IPv6: RFC 4291 §2.2, all three forms; zone ids are refused.
"""

import re

OCTET = r"(?:0|[1-9][0-9]{0,2})"
IPV4 = re.compile(rf"({OCTET})\.({OCTET})\.({OCTET})\.({OCTET})")
GROUP = re.compile(r"[0-9A-Fa-f]{1,4}")
BITS = {4: 32, 6: 128}


def ipv4(text: str) -> int:
    """An IPv4 address as a 32-bit number. Raises ValueError."""
    found = IPV4.fullmatch(text)
    octets = [int(octet) for octet in found.groups()] if found else [256]
    if max(octets) > 255:
        raise ValueError(f"{text}: not an IPv4 address")
    return int.from_bytes(bytes(octets))


def ipv6(text: str) -> int:
    """An IPv6 address as a 128-bit number. Raises ValueError."""
    head, gap, tail = text.partition("::")
    left, right = _groups(head, last=not gap), _groups(tail, last=True)
    missing = 8 - len(left) - len(right)
    if (missing < 1 if gap else missing != 0) or "::" in tail:
        raise ValueError(f"{text}: not an IPv6 address")
    value = 0
    for group in [*left, *([0] * missing), *right]:
        value = value << 16 | group
    return value


def _groups(text: str, *, last: bool) -> list[int]:
    """The 16-bit groups; the last two may be written as an IPv4 address (RFC 4291 §2.2 form 3)."""
    if not text:
        return []
    *parts, end = text.split(":")
    groups = []
    for part in parts + ([] if last and "." in end else [end]):
        if not GROUP.fullmatch(part):
            raise ValueError(f'"{part}": not a group of an IPv6 address')
        groups.append(int(part, 16))
    if last and "." in end:
        groups += divmod(ipv4(end), 1 << 16)
    return groups


def address(text: str) -> tuple[int, int]:
    """(version, number) of an address of either family. Raises ValueError."""
    return (6, ipv6(text)) if ":" in text else (4, ipv4(text))


def prefix_of_mask(mask: int) -> int | None:
    """The prefix length of a contiguous IPv4 mask, None for any other number."""
    inverse = mask ^ 0xFFFF_FFFF
    return 32 - inverse.bit_length() if inverse & (inverse + 1) == 0 else None
