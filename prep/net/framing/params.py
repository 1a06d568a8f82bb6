"""The parameters of a scheme: what kind of value each takes, checked, and read from text."""

from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple

from prep.errors import PrepError
from prep.net.framing.fault import in_bytes

HUGE: Final = (1 << 63) - 1

Kind = Literal["int", "bool", "bytes", "list", "endian"]
ENDIANS: Final = ("big", "little")


class Param(NamedTuple):
    """A parameter. least, most: of an int its value, of bytes their number, of a list the bytes of each."""

    name: str
    kind: Kind
    default: Any
    what: str
    least: int = 0
    most: int = HUGE


WORDS: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
SPELT: Final[dict[Kind, str]] = {
    "int": "a whole number",
    "bool": "yes or no",
    "bytes": "bytes in hex, 0d0a",
    "list": "bytes in hex with commas, 0d0a,0a",
    "endian": "big or little",
}


def read(param: Param, text: str) -> Any:
    """The value that a text means. Raises PrepError."""
    try:
        match param.kind:
            case "int" if text.isascii() and "_" not in text and len(text) < 32:
                return int(text)
            case "bool":
                return WORDS[text.strip().lower()]
            case "bytes":
                return bytes.fromhex(text)
            case "list":
                return [bytes.fromhex(one) for one in text.split(",")]
            case "endian":
                return text.strip().lower()
    except (ValueError, KeyError):
        pass
    raise _no_value(param, text[:64], "write")


def checked(param: Param, value: Any) -> Any:
    """The value, if it is one. Raises PrepError."""
    told: Callable[[int], str] = str
    match param.kind:
        case "int" if isinstance(value, int) and not isinstance(value, bool):
            size = value
        case "bool" if isinstance(value, bool):
            return value
        case "bytes" if isinstance(value, bytes | bytearray):
            value = bytes(value)
            size, told = len(value), in_bytes
        case "list" if isinstance(value, list | tuple) and 0 < len(value) <= 16:
            each = Param(param.name, "bytes", b"", param.what, param.least, param.most)
            return [checked(each, one) for one in value]
        case "endian" if value in ENDIANS:
            return value
        case _:
            raise _no_value(param, f"{value!r:.64}", "give")
    if not param.least <= size <= param.most:
        few = f"at least {told(param.least)}" if size < param.least else f"at most {told(param.most)}"
        raise PrepError(few, where=f"{param.name}={value!r:.64}", hint=param.what)
    return value


def _no_value(param: Param, shown: str, verb: str) -> PrepError:
    hint = f"{verb} {SPELT[param.kind]}: {param.what}"
    return PrepError(f"not a value of {param.name}", where=f"{param.name}={shown}", hint=hint)
