"""A second way to the answers about what a router does, read off their English text: prefixes tried from the longest
down in a dictionary, and RFC 791's own procedure, which cuts one fragment off and goes on with the rest."""

import re
from collections.abc import Callable
from ipaddress import IPv4Interface, IPv4Network

from drill_judge import QUAD


def next_hop(ask: str) -> str:
    hops = {IPv4Network(net): hop for net, hop in re.findall(rf"({QUAD}/\d+) +via (R\d)", ask)}
    [to] = re.findall(rf"packet to ({QUAD})", ask)
    tried = (IPv4Interface(f"{to}/{length}").network for length in range(32, -1, -1))
    return next((hops[net] for net in tried if net in hops), "drop")


def cut(ask: str) -> list[tuple[int, int]]:
    """Offset field and total length of each, by the example procedure of RFC 791 §3.2 with IHL 5."""
    [length], [most] = (list(map(int, re.findall(pattern, ask))) for pattern in (r"(\d+) bytes in all", r"MTU (\d+)"))
    blocks, offset, found = (most - 5 * 4) // 8, 0, []
    while length > most:
        found.append((offset, 5 * 4 + blocks * 8))
        length, offset = length - blocks * 8, offset + blocks
    return [*found, (offset, length)]


def fragments(ask: str) -> str:
    pieces = cut(ask)
    if "How many are there" in ask:
        return str(len(pieces))
    if place := re.findall(r"of fragment (\d+),", ask):
        return str(pieces[int(place[0]) - 1][0])
    if "last fragment" in ask:
        return str(pieces[-1][1] - 20)
    return ", ".join(str(offset if "Offset" in ask else length) for offset, length in pieces)


ROUTES_JUDGES: dict[str, Callable[[str], str]] = {"v4-lpm": next_hop, "v4-fragments": fragments}
