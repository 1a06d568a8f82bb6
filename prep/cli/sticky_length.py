"""`prep sticky explain-length`: what a length that is too large really was."""

from collections.abc import Iterator
from typing import Any

from prep.cli.sticky_width import columns
from prep.errors import PrepError
from prep.net.framing.lengths import explain_length
from prep.text import Both, clip, wrap


def explain(text: str, width: int, lang: str) -> dict[str, Any]:
    """What a wrong length really was. Raises PrepError."""
    try:
        number = int(text.strip(), 0) if len(text) < 40 and text.isascii() and "_" not in text else None
    except ValueError:
        number = None
    if number is None:
        raise PrepError("not a number", where=clip(text.strip(), 40), hint="write it as 1195725856 or 0x47455420")
    readings = [
        {
            "code": found.code,
            "endian": found.endian,
            "hex": found.hex,
            "text": found.text,
            "what": found.what[lang],
            "why": found.why[lang],
            "source": found.source,
        }
        for found in explain_length(number, width)
    ]
    return {"number": number, "width": width, "readings": readings}


ORDERS = {"big": Both("read big-endian", "按大端序读"), "little": Both("read little-endian", "按小端序读")}
LIKE_A_LENGTH = Both("looks like a length: nothing else is known by it", "看起来就是一个长度：没有更好的解释")


def explained(found: dict[str, Any], lang: str) -> Iterator[str]:
    if not found["readings"]:
        yield from wrap(f"{found['number']}: {LIKE_A_LENGTH.say(lang)}", columns(), "  ")
    for reading in found["readings"]:
        source = f" [{reading['source']}]" if reading["source"] else ""
        read = f"{found['number']} {ORDERS[reading['endian']].say(lang)}"
        yield from wrap(f"{read} = {reading['text']}: {reading['what']}{source}", columns(), "  ")
        yield from wrap(f"  {reading['why']}", columns(), "  ")
