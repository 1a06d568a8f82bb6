"""The ends of a socket as tools print them: an address and a port, `*` where it is any.

Without -n they are names, so only figures can be wrong: an octet above 255, a port above 65535. netstat cuts a long
IPv6 address to make room for the port, so that one may be too short; ss and Windows put it in brackets.
"""

import re
from functools import lru_cache
from typing import Final

from prep.net.subnet.address import OCTET
from prep.net.tcp.sockets.row import LONGEST_NAME, Cut

MOST_PORT: Final = 65535
FIGURES = re.compile(r"[\d.]+")
GROUPS = re.compile(r"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){0,7}(?::\d+\.[\d.]+)?")
NUMBER = re.compile(r"[-+]?\d+")


class BadEnd(Exception):
    """An address or a port that cannot be. kind: `ipv4`, `ipv6` or `port`. text: as printed, of which `part` is bad."""

    def __init__(self, kind: str, text: str, part: str) -> None:
        super().__init__(part)
        self.kind, self.text, self.part = kind, text, part


def endpoint(text: str, separator: str = ":") -> tuple[str, str]:
    """Address and port: `[fe80::1]%eth0:22` is (`fe80::1%eth0`, `22`). Raises BadEnd, and Cut without a port."""
    address, found, port = text.rpartition(separator)
    if not (found and port):
        raise Cut
    if address[:1] == "[":
        if "]" not in address:
            raise Cut
        address = address[1:].replace("]", "", 1)
    if address.startswith("::ffff:") and "." in address:
        address = address[7:]  # the other end of it may be IPv4
    return checked(address[:LONGEST_NAME] or "*", port[:LONGEST_NAME], text)


def checked(address: str, port: str, text: str = "") -> tuple[str, str]:
    """Address and port, which `text` holds. Raises BadEnd."""
    bare = address.partition("%")[0]
    if kind := _wrong(bare):
        raise BadEnd(kind, text or address, bare)
    if not is_port(port):
        raise BadEnd("port", text or port, port)
    return address, port


def is_port(text: str) -> bool:
    """False of a number only that is none; a name may be anything."""
    if text.isdecimal():
        return int(text) <= MOST_PORT
    return NUMBER.fullmatch(text) is None


@lru_cache(4096)
def _wrong(address: str) -> str:
    """Which kind of address it is meant to be and is not; "" where it is one, a name or any."""
    if ":" in address:
        *_, last = address.split(":")
        gaps = address.count("::") + address.count(":::")
        return "" if GROUPS.fullmatch(address) and gaps <= 1 and ("." not in last or _is_quad(last)) else "ipv6"
    return "ipv4" if FIGURES.fullmatch(address) and not _is_quad(address) else ""


def _is_quad(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(part in OCTET for part in parts)
