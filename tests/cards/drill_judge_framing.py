"""A second way to the answers of the framing drills, read off their English text: headers walked by hand, without
`prep.net.framing`."""

import re
from collections.abc import Callable

Cut = Callable[[bytes], int]  # bytes from the front → the size of the first frame, were it complete


def head(size: int, rest: Callable[[bytes], int]) -> Cut:
    return lambda data: size + rest(data[:size]) if len(data) >= size else size


def until(end: bytes) -> Cut:
    return lambda data: len(data.split(end)[0]) + len(end) if end in data else len(data) + 1


def digits(data: bytes) -> int:
    found = re.match(rb"(\d+):", data)
    return found.end() + int(found[1]) + 1 if found else len(data) + 1


CUTS: dict[str, Cut] = {
    "length of two bytes, big-endian": head(2, lambda h: h[0] * 256 + h[1]),
    "length of one byte": head(1, lambda h: h[0]),
    "a line feed": until(b"\n"),
    "CRLF": until(b"\r\n"),
    "length of four bytes, little-endian": head(4, lambda h: h[0] + 256 * h[1] + 65536 * h[2] + (h[3] << 24)),
    "varint": head(1, lambda h: h[0]),  # all are shorter than 128
    "netstrings": digits,
    "PostgreSQL": head(5, lambda h: int(h[1:].hex(), 16) - 4),
    "MySQL": head(4, lambda h: h[0] + 256 * h[1] + 65536 * h[2]),
    "two bytes of length, big-endian, of the value": head(3, lambda h: h[1] * 256 + h[2]),
}


def walked(ask: str) -> tuple[list[int], int]:
    """Where each complete frame begins, and where the last of them ends."""
    dump = "".join(re.findall(r"^(?:[0-9a-f]{2} ?)+$", ask, re.MULTILINE))
    data = bytes.fromhex(dump)
    [cut] = [cut for name, cut in CUTS.items() if name in ask]
    starts, at = [], 0
    while at < len(data) and at + cut(data[at:]) <= len(data):
        starts.append(at)
        at += cut(data[at:])
    return starts, len(data) - at


def boundary(ask: str) -> str:
    place = int(re.findall(r"message (\d+) begin", ask)[0])
    dump = "".join(re.findall(r"^(?:[0-9a-f]{2} ?)+$", ask, re.MULTILINE))
    starts, waits = walked(ask)
    return str([*starts, len(bytes.fromhex(dump)) - waits][place - 1])


def reads(ask: str) -> str:
    sends, size = map(int, re.findall(r"(\d+) sends of (\d+) bytes", ask)[0])
    spare = sum(map(int, re.findall(r"one of (\d+) bytes", ask)))
    recv, left, calls = int(re.findall(r"recv\((\d+)\)", ask)[0]), sends * size + spare, 0
    while left > 0:
        left, calls = left - recv, calls + 1
    return str(calls)


FRAMING_JUDGES: dict[str, Callable[[str], str]] = {
    "fr-complete": lambda ask: str(len(walked(ask)[0])),
    "fr-waiting": lambda ask: str(walked(ask)[1]),
    "fr-boundary": boundary,
    "fr-reads": reads,
}
