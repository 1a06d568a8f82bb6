"""Addresses, masks and networks, from text to integers and back. Strict: what can be read in two ways is refused.

- IPv4: four decimal octets. No leading zeros: `010` is 10 to some tools and 8 to others (RFC 6943 §3.1.1, and
  CVE-2021-29921 is what came of it). No short forms: `10.1/16` is 10.1.0.0 to one tool and 10.0.0.1 to another.
- IPv6: RFC 4291 §2.2, all three forms. A zone id (RFC 4007 §11) is no part of an address and is refused by name.
- Digits are ASCII. A prefix length has no sign, blank or leading zero.
- A network is `A/len`, `A/mask`, `A mask` or, where it cannot be taken for a mask, `A/wildcard`. A bare address is a
  /32 or /128. Host bits may be set: the address is kept beside its network.
- IPv6 is written as RFC 5952 says: lower case, the longest run of two or more zero groups as `::`, the first of
  equals, and IPv4-mapped addresses with a dotted quad (§5).

Speed: the usual spellings are found in dictionaries, which also refuse the unusual ones; only what is refused is looked
at again, to say why.
"""

import re
from typing import NamedTuple

BITS = {4: 32, 6: 128}
ALL = {4: (1 << 32) - 1, 6: (1 << 128) - 1}
OCTET = {str(n): n for n in range(256)}
LENGTH = {4: {str(n): n for n in range(33)}, 6: {str(n): n for n in range(129)}}
HEX = frozenset("0123456789abcdefABCDEF")
MASK = {4: [ALL[4] ^ (ALL[4] >> n) for n in range(33)], 6: [ALL[6] ^ (ALL[6] >> n) for n in range(129)]}
LENGTH_OF_MASK = {mask: length for length, mask in enumerate(MASK[4])}
ZEROS = [":0" * run + ":" for run in range(8, 1, -1)]


class AddressError(ValueError):
    """What is wrong with a text, where, and what was likely meant: `10.0.0.0/33: prefix must be 0 to 32 for IPv4`."""

    def __init__(self, text: str, what: str, hint: str | None = None) -> None:
        self.what, self.hint = what, hint
        shown = text if len(text) <= 100 else text[:99] + "…"
        super().__init__(f"{shown or 'nothing'}: {what}" + (f"; {hint}" if hint else ""))


class Network(NamedTuple):
    """An address and the length of its prefix; `version` is 4 or 6."""

    version: int
    address: int
    prefix: int

    @property
    def first(self) -> int:
        return self.address & MASK[self.version][self.prefix]

    @property
    def last(self) -> int:
        return self.address | (ALL[self.version] >> self.prefix)

    @property
    def total(self) -> int:
        return 1 << (BITS[self.version] - self.prefix)

    @property
    def network(self) -> "Network":
        """The same network without host bits."""
        return Network(self.version, self.first, self.prefix)

    def __str__(self) -> str:
        return f"{text_of(self.version, self.first)}/{self.prefix}"


# ── text → numbers ──


def ipv4(text: str) -> int:
    """An IPv4 address as a 32-bit number. Raises AddressError."""
    try:
        a, b, c, d = text.split(".")
        return OCTET[a] << 24 | OCTET[b] << 16 | OCTET[c] << 8 | OCTET[d]
    except (ValueError, KeyError):
        raise _bad_ipv4(text) from None


def ipv6(text: str) -> int:
    """An IPv6 address as a 128-bit number. Raises AddressError."""
    head, gap, tail = text.partition("::")
    try:
        left, right = _digits(head, not gap), _digits(tail, True)
        missing = 32 - len(left) - len(right)
        if missing < 4 if gap else missing:
            raise ValueError
    except ValueError:
        raise _bad_ipv6(text) from None
    return int(left + "0" * missing + right, 16)


def _digits(text: str, last: bool) -> str:
    """Four digits a group; the last two groups may stand as an IPv4 address (RFC 4291 §2.2, form 3). Raises
    ValueError."""
    if not text:
        return ""
    parts = text.split(":")
    quad = f"{ipv4(parts.pop()):08x}" if last and "." in parts[-1] else ""
    digits = "".join([part.zfill(4) for part in parts])
    if not all(parts) or len(digits) != 4 * len(parts) or not HEX.issuperset(digits):
        raise ValueError(text)
    return digits + quad


def address(text: str) -> tuple[int, int]:
    """(version, number) of an address of either family. Raises AddressError."""
    return (6, ipv6(text)) if ":" in text else (4, ipv4(text))


def network(text: str) -> Network:
    """A network, or an address alone, in any of the accepted forms. Raises AddressError."""
    head, slash, tail = text.partition("/")
    if not slash and " " in (inner := text.strip()):
        head, _, tail = inner.partition(" ")
        slash, tail = " ", tail.strip()
        if tail.count(".") != 3:
            hint = (
                _meant(f"{head}/{tail}")
                or _meant("".join(inner.split()))
                or "a mask may follow it: 10.0.0.5 255.255.254.0"
            )
            raise AddressError(text, "an address is one word", hint)
    try:
        version, number = address(head)
    except AddressError as fault:
        if "://" in text:
            raise _a_url(text) from None
        meant = fault.hint
        if slash and meant and meant.startswith("did you mean "):
            meant = _meant(f"{meant[13:-1]}{slash}{tail}") or meant
        raise AddressError(text, fault.what, meant) from None
    if not slash:
        return Network(version, number, BITS[version])
    length = LENGTH[version].get(tail)
    if length is not None and slash == "/":
        return Network(version, number, length)
    if version == 4 and tail.count(".") == 3:
        return Network(4, number, mask_length(tail, wildcard=True))
    raise _bad_length(text, version, tail)


def length(text: str, version: int) -> int:
    """A prefix length, with or without its slash, or an IPv4 mask. Raises AddressError."""
    found = LENGTH[version].get(text.removeprefix("/"))
    if found is not None:
        return found
    if version == 4 and text.count(".") == 3:
        return mask_length(text)
    raise _bad_length(text, version, text.removeprefix("/"))


def mask_length(text: str, *, wildcard: bool = False) -> int:
    """The prefix length of a dotted mask; with `wildcard` of a wildcard too, where it cannot be taken for a mask
    (0.0.0.0 and 255.255.255.255 are read as masks). Raises AddressError."""
    mask = ipv4(text)
    if mask in LENGTH_OF_MASK:
        return LENGTH_OF_MASK[mask]
    inverse = LENGTH_OF_MASK.get(mask ^ ALL[4])
    if inverse is None:
        raise AddressError(text, "not a mask: its ones are not all on the left", _near_mask(mask))
    if not wildcard:
        raise AddressError(text, "a wildcard, not a mask", f"the mask is {text_of(4, mask ^ ALL[4])} (/{inverse})")
    return inverse


# ── numbers → text ──


def text_of(version: int, number: int, *, mixed: bool = True) -> str:
    """The address as RFC 5952 writes it, or as a dotted quad. `mixed`: an IPv4-mapped address ends in one (§5); a
    wildcard that only looks like one does not."""
    if version == 4:
        return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    if mixed and number >> 32 == 0xFFFF:
        return f"::ffff:{text_of(4, number & ALL[4])}"
    groups = f":{expanded(6, number)}:".replace(":0", ":").replace(":0", ":").replace(":0", ":")
    if ":0:0:" not in groups:
        return groups[1:-1]
    longest = next(zeros for zeros in ZEROS if zeros in groups)
    head, _, tail = groups.partition(longest)
    return f"{head[1:]}::{tail[:-1]}"


def expanded(version: int, number: int) -> str:
    """IPv6: eight groups of four digits. IPv4: as it is."""
    if version == 4:
        return text_of(4, number)
    return number.to_bytes(16, "big").hex(":", 2)


# ── why a text is refused ──


def _bad_ipv4(text: str) -> AddressError:
    if not text:
        return AddressError(text, "an address is missing", "write one like 10.0.0.5 or 2001:db8::1")
    if re.search(r"\s", text):
        return AddressError(text, "a blank inside an address", _meant("".join(text.split())))
    if not text.isascii():
        from unicodedata import normalize

        return AddressError(text, "digits must be ASCII", _meant(normalize("NFKC", text)))
    parts = text.split(".")
    if all(re.fullmatch(r"[0-9]+", part) for part in parts):
        if len(parts) < 4:
            full = ".".join([*parts, *["0"] * (4 - len(parts))])
            return AddressError(
                text, f"{len(parts)} of 4 octets; short forms are read differently by different tools", _meant(full)
            )
        if len(parts) > 4:
            return AddressError(text, f"{len(parts)} octets, an IPv4 address has 4")
        for part in parts:
            if len(part) > 1 and part[0] == "0":
                decimal = ".".join(p.lstrip("0") or "0" for p in parts)
                return AddressError(
                    text, f'octet "{part[:20]}" has a leading zero, which some tools read as octal', _meant(decimal)
                )
            if int(part[:9]) > 255:
                return AddressError(text, f'octet "{part[:20]}" is above 255')
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,8}", text):
        return AddressError(text, "hexadecimal is not read as an address", f"did you mean {text_of(4, int(text, 16))}?")
    strange = next((part for part in parts if part not in OCTET), "")
    if len(parts) == 4:
        return AddressError(text, f'octet "{strange[:20]}" is not a number from 0 to 255')
    return AddressError(text, "not an IP address; names are never looked up", "write one like 10.0.0.5 or 2001:db8::1")


def _meant(text: str) -> str | None:
    """`did you mean …?` for a text that is an address or a network."""
    if not text.isascii():
        return None
    try:
        network(text)
    except AddressError:
        return None
    return f"did you mean {text}?"


def _a_url(text: str) -> AddressError:
    host = re.split("[/?#]", text.partition("://")[2])[0]
    meant = _meant(host.strip("[]").split("]")[0]) or _meant(host.partition(":")[0])
    return AddressError(text, "a URL, not an address", meant or "write one like 10.0.0.5 or 2001:db8::1")


def _bad_ipv6(text: str) -> AddressError:
    if "://" in text:
        return _a_url(text)
    if (port := re.fullmatch(r"(.+\..+):[0-9]+", text)) and (meant := _meant(port[1])) and ":" not in port[1]:
        return AddressError(text, "a port is no part of an address", meant)
    if "%" in text:
        bare, _, zone = text.partition("%")
        hint = f"the address is {bare}" if bare else None
        return AddressError(text, f'zone id "%{zone[:20]}" names an interface and is no part of the address', hint)
    if not text.isascii():
        from unicodedata import normalize

        return AddressError(text, "digits must be ASCII", _meant(normalize("NFKC", text)))
    if re.search(r"\s", text):
        return AddressError(text, "a blank inside an address", _meant("".join(text.split())))
    if text.count("::") > 1 or ":::" in text:
        return AddressError(
            text, "`::` may stand once: which group is how long could not be told otherwise (RFC 4291 §2.2)"
        )
    if re.fullmatch(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}", text):
        return AddressError(text, "a MAC address, not an IPv6 address", f"`eui64 {text}` makes one of it")
    if text.startswith("[") or "]" in text:
        return AddressError(text, "brackets belong to URLs", _meant(text.strip("[]").split("]")[0]))
    groups = [group for group in re.split(":+", text) if group]
    for place, group in enumerate(groups):
        if "." in group and place == len(groups) - 1 and text.endswith(group):
            try:
                ipv4(group)
            except AddressError as fault:
                return AddressError(text, f"its last part is no IPv4 address ({fault})")
        elif not HEX.issuperset(group):
            return AddressError(text, f'group "{group[:20]}" is not hexadecimal')
        elif len(group) > 4:
            return AddressError(text, f'group "{group[:20]}" has {len(group)} digits, at most 4')
    count = len(groups) + (1 if groups and "." in groups[-1] else 0)
    if text.startswith(":") > text.startswith("::") or text.endswith(":") > text.endswith("::"):
        return AddressError(text, "a single colon at an end", "did you mean `::`?")
    if "::" in text:
        return AddressError(text, f"{count} groups and `::`, which stands for at least one; an IPv6 address has 8")
    return AddressError(
        text, f"{count} groups, an IPv6 address has 8", "did you leave out `::`?" if count < 8 else None
    )


def _bad_length(text: str, version: int, tail: str) -> AddressError:
    most = BITS[version]
    if "%" in tail:
        return AddressError(
            text, f'zone id "{tail[tail.index("%") :][:20]}" names an interface and is no part of the address'
        )
    if not tail:
        return AddressError(text, "nothing behind the slash", f"a prefix from 0 to {most}")
    if not tail.isascii():
        from unicodedata import normalize

        plain = normalize("NFKC", tail)
        return AddressError(
            text, "digits must be ASCII", f"did you mean /{plain}?" if plain in LENGTH[version] else None
        )
    if tail.strip() in LENGTH[version] and tail != tail.strip():
        return AddressError(text, "a blank in the prefix", f"did you mean /{tail.strip()}?")
    if re.fullmatch(r"[0-9]+", tail):
        if tail[0] == "0" and len(tail) > 1:
            plain = tail.lstrip("0") or "0"
            hint = f"did you mean /{plain}?" if plain in LENGTH[version] else None
            return AddressError(text, f'prefix "{tail[:20]}" has a leading zero, which some tools read as octal', hint)
        return AddressError(text, f"prefix must be 0 to {most} for IPv{version}")
    if re.fullmatch(r"[+-][0-9]+", tail):
        hint = f"did you mean /{tail[1:]}?" if tail[1:] in LENGTH[version] else None
        return AddressError(text, f"prefix must be 0 to {most} for IPv{version}, without a sign", hint)
    if "/" in tail:
        return AddressError(text, "two prefixes; one is enough")
    if version == 6 and "." in tail:
        return AddressError(text, "IPv6 has prefix lengths, not masks", "write /64 and the like")
    if found := re.match(r"[0-9]+", tail):
        hint = f"did you mean /{found[0]}?" if found[0] in LENGTH[version] else None
        return AddressError(text, f'"{tail[found.end() :][:20]}" behind the prefix', hint)
    return AddressError(
        text, f'"{tail[:20]}" is no prefix', f"a number from 0 to {most}" + (" or a mask" if version == 4 else "")
    )


def _near_mask(mask: int) -> str:
    """The masks that begin with the same ones."""
    ones = 32 - (mask ^ ALL[4]).bit_length()
    return f"{text_of(4, MASK[4][ones])} is /{ones}"
