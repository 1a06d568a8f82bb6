"""What is asked of one address, mask or number."""

from typing import Any

import typer

from prep.cli.batch import answer_lines, say_json
from prep.cli.subnet import text as show
from prep.cli.subnet.group import JSON, app, checked, counted, tell, whole
from prep.net.subnet import plan
from prep.net.subnet.address import (
    ALL,
    HEX,
    MASK,
    AddressError,
    address,
    length,
    mask_length,
    network,
    text_of,
)
from prep.net.subnet.derived import cloud as cloud_of
from prep.net.subnet.derived import eui64 as eui64_of
from prep.net.subnet.derived import nat64 as nat64_of
from prep.net.subnet.describe import info as describe
from prep.net.subnet.describe import usable_hosts


@app.command()
def info(
    words: list[str] = typer.Argument(
        ..., metavar="ADDR...", help="10.0.0.5/23, 10.0.0.5 255.255.254.0, 2001:db8::1/64; -"
    ),
    cloud: str | None = typer.Option(None, "--cloud", help="Also what aws, azure or gcp reserve in it."),
    explain: bool = typer.Option(False, "--explain", help="The steps, as a teacher writes them."),
    as_json: bool = JSON,
    lang: str | None = typer.Option(None, "--lang", help="en or zh, for --explain."),
) -> None:
    """Tell all about an address and its network."""

    def one(text: str) -> dict[str, Any]:
        net = network(text)
        return {**describe(net, text), "cloud": cloud_of(cloud, net) if cloud else None}

    if words == ["-"]:
        answer_lines(lambda line: checked([line.strip()], lambda given: one(given[0])))
        return
    joined = len(words) == 2 and _is_mask(words[1])
    texts = [" ".join(words)] if joined else words
    found = checked(texts, lambda given: [one(text) for text in given])
    if as_json:
        say_json(found[0] if len(found) == 1 else found)
        return
    if joined:
        typer.echo(f"read as one network: {words[0]} with mask {words[1]}")
    for place, row in enumerate(found):
        if place:
            typer.echo()
        tail = texts[place].partition("/")[2]
        if "." in tail and not _is_mask(tail):
            typer.echo(f"read as a wildcard: {tail}")
        steps = _steps(texts[place], lang) if explain else []
        for line in [*show.info(row, network(texts[place])), *steps]:
            typer.echo(line)


def _is_mask(word: str) -> bool:
    try:
        return word.count(".") == 3 and mask_length(word) is not None
    except AddressError:
        return False


def _steps(text: str, lang: str | None) -> list[str]:
    from prep.cli.learner import Learner
    from prep.net.subnet.explain import explain

    return ["", *explain(network(text), Learner(lang).lang)]


@app.command()
def mask(
    words: list[str] = typer.Argument(..., metavar="VALUE", help="/23, 255.255.254.0, 0.0.1.255 or 0xfffffe00; -"),
    as_json: bool = JSON,
) -> None:
    """Convert a mask: prefix, dotted, wildcard, hexadecimal."""

    def one(given: list[str]) -> dict[str, Any]:
        counted(given, 1, "one mask")
        prefix = _any_mask(given[0])
        return {
            "prefix": prefix,
            "netmask": text_of(4, MASK[4][prefix]),
            "wildcard": text_of(4, ALL[4] >> prefix),
            "hex": f"0x{MASK[4][prefix]:08x}",
            "total_addresses": 1 << (32 - prefix),
            "usable_hosts": usable_hosts(4, prefix),
        }

    tell(words, one, show.aligned, as_json)


def _any_mask(text: str) -> int:
    if text[:2].lower() == "0x":
        if len(text) != 10 or not HEX.issuperset(text[2:]):
            raise AddressError(text, "not a mask in hexadecimal", "write eight digits: 0xfffffe00")
        try:
            return mask_length(text_of(4, int(text, 16)), wildcard=True)
        except AddressError as fault:
            raise AddressError(text, "not a mask in hexadecimal", str(fault)) from None
    return mask_length(text, wildcard=True) if text.count(".") == 3 else length(text, 4)


@app.command()
def fit(
    words: list[str] = typer.Argument(..., metavar="HOSTS", help="How many hosts; -"),
    rfc3021: bool = typer.Option(False, "--rfc3021", help="Also a /31 for two hosts, a /32 for one."),
    as_json: bool = JSON,
) -> None:
    """Find the smallest IPv4 subnet for so many hosts."""

    def one(given: list[str]) -> dict[str, Any]:
        counted(given, 1, "one number of hosts")
        prefix = plan.fit(whole(given[0], "hosts"), rfc3021=rfc3021)
        return {"prefix": prefix, "netmask": text_of(4, MASK[4][prefix]), "usable_hosts": usable_hosts(4, prefix)}

    tell(words, one, show.aligned, as_json)


@app.command()
def eui64(
    words: list[str] = typer.Argument(
        ..., metavar="MAC [PREFIX]", help="A MAC address and an IPv6 prefix (fe80::/64); -"
    ),
    as_json: bool = JSON,
) -> None:
    """Make the IPv6 address of a MAC address (modified EUI-64)."""

    def one(given: list[str]) -> dict[str, Any]:
        if len(given) not in (1, 2):
            raise AddressError(" ".join(given), "a MAC address and perhaps a prefix are wanted")
        net = network(given[1]) if len(given) == 2 else network("fe80::/64")
        return {"address": text_of(6, eui64_of(given[0], net))}

    tell(words, one, lambda found: [found["address"]], as_json)


@app.command()
def nat64(
    words: list[str] = typer.Argument(..., metavar="ADDR", help="An IPv4 address; -"), as_json: bool = JSON
) -> None:
    """Put an IPv4 address into the NAT64 prefix 64:ff9b::/96 (RFC 6052)."""

    def one(given: list[str]) -> dict[str, Any]:
        counted(given, 1, "one IPv4 address")
        version, number = address(given[0])
        if version != 4:
            raise AddressError(given[0], "an IPv6 address already", "give an IPv4 address")
        return {"address": text_of(6, nat64_of(number))}

    tell(words, one, lambda found: [found["address"]], as_json)
