"""Addresses and ports of a connection in a capture, as text."""

from prep.net.tcp.capture.sides import Flow


def address(octets: bytes, known: dict[bytes, str]) -> str:
    """The text of an address, kept; a capture has the same ones again and again."""
    found = known.get(octets)
    if found is None:
        from prep.net.subnet.address import text_of

        if len(known) > 100_000:
            known.clear()
        found = known[octets] = text_of(4 if len(octets) == 4 else 6, int.from_bytes(octets))
    return found


def ends(flow: Flow, known: dict[bytes, str]) -> tuple[str, int, str, int]:
    """The originator's address and port, the responder's."""
    key = flow.sides[0].key
    half = len(key) // 2 - 2
    ports = int.from_bytes(key[-4:])
    return address(key[:half], known), ports >> 16, address(key[half : 2 * half], known), ports & 0xFFFF
