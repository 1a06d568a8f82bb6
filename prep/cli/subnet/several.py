"""What is asked of several networks together."""

from typing import Any

import typer

from prep.cli.batch import say_json
from prep.cli.subnet.group import JSON, app, checked, counted, tell
from prep.errors import Exit, PrepError
from prep.net.subnet import plan
from prep.net.subnet.address import (
    BITS,
    AddressError,
    Network,
    address,
    length,
    network,
)


@app.command("range")
def range_(
    words: list[str] = typer.Argument(..., metavar="FIRST LAST", help="The first and the last address; -"),
    as_json: bool = JSON,
) -> None:
    """Give the networks that are exactly a range of addresses."""

    def one(given: list[str]) -> dict[str, Any]:
        counted(given, 2, "the first and the last address")
        (version, first), (other, last) = address(given[0]), address(given[1])
        whole = plan.range_of(Network(version, first, BITS[version]), Network(other, last, BITS[other]))
        return {"networks": [str(net) for net in whole]}

    tell(words, one, lambda found: found["networks"], as_json)


@app.command()
def merge(
    words: list[str] = typer.Argument(..., metavar="NET...", help="Networks; - reads one a line."), as_json: bool = JSON
) -> None:
    """Give the fewest networks that hold exactly the same addresses."""
    from prep.cli.subnet.bulk import merge_input

    if words == ["-"]:
        merge_input(as_json)
        return
    tell(
        words,
        lambda given: {"networks": [str(n) for n in plan.merge(map(network, given))]},
        lambda f: f["networks"],
        as_json,
    )


@app.command()
def exclude(
    words: list[str] = typer.Argument(..., metavar="NET REMOVE...", help="A network, and what to take out of it."),
    as_json: bool = JSON,
) -> None:
    """Give what is left of a network without others."""

    def one(given: list[str]) -> dict[str, Any]:
        if len(given) < 2:
            raise AddressError(" ".join(given), "a network and what to remove are wanted")
        whole, *removed = map(network, given)
        return {"networks": [str(net) for net in plan.exclude(whole, removed)]}

    tell(words, one, lambda found: found["networks"] or ["nothing is left"], as_json)


@app.command()
def supernet(words: list[str] = typer.Argument(..., metavar="NET...", help="Networks."), as_json: bool = JSON) -> None:
    """Give the smallest network that holds all, and how many addresses it adds."""

    def one(given: list[str]) -> dict[str, Any]:
        whole, extra = plan.supernet([network(text) for text in given])
        return {"network": str(whole), "extra_addresses": extra}

    tell(words, one, _supernet, as_json)


def _supernet(found: dict[str, Any]) -> list[str]:
    extra = found["extra_addresses"]
    return [f"{found['network']}  adds {extra} address{'' if extra == 1 else 'es'}"]


@app.command()
def overlaps(
    words: list[str] = typer.Argument(..., metavar="NET...", help="Networks; - reads one a line."), as_json: bool = JSON
) -> None:
    """List the pairs that overlap; exit code 1 when there are any."""
    from prep.cli.subnet.bulk import read_networks

    nets = list(read_networks()) if words == ["-"] else checked(words, lambda given: [network(text) for text in given])
    pairs = [[str(a), str(b)] for a, b in plan.overlaps(nets)]
    if as_json:
        say_json({"pairs": pairs})
    else:
        typer.echo("\n".join(f"{a} overlaps {b}" for a, b in pairs) if pairs else "no two of them overlap")
    if pairs:
        raise typer.Exit(Exit.NO)


@app.command()
def compare(
    words: list[str] = typer.Argument(..., metavar="A B", help="Two networks; -"), as_json: bool = JSON
) -> None:
    """Tell how two networks lie: equal, contains, within, disjoint (exit code 1)."""

    def one(given: list[str]) -> dict[str, Any]:
        counted(given, 2, "two networks")
        return {"relation": plan.relation(network(given[0]), network(given[1]))}

    found = tell(words, one, lambda row: [row["relation"]], as_json)
    if found and found["relation"] == "disjoint":
        raise typer.Exit(Exit.NO)


@app.command()
def contains(
    words: list[str] = typer.Argument(..., metavar="NET ADDR...", help="A network and addresses; -"),
    as_json: bool = JSON,
) -> None:
    """Tell whether a network holds all the addresses; exit code 1 when not."""

    def one(given: list[str]) -> dict[str, Any]:
        if len(given) < 2:
            raise AddressError(" ".join(given), "a network and an address are wanted")
        whole, *inner = map(network, given)
        return {"contains": all(plan.relation(whole, net) in ("equal", "contains") for net in inner)}

    found = tell(words, one, lambda row: ["yes" if row["contains"] else "no"], as_json)
    if found and not found["contains"]:
        raise typer.Exit(Exit.NO)


@app.command()
def same(
    words: list[str] = typer.Argument(..., metavar="A B", help="Two addresses, with their prefix or without; -"),
    prefix: str | None = typer.Option(None, "--prefix", help="The prefix of the subnet."),
    mask: str | None = typer.Option(None, "--mask", help="The mask of the subnet."),
    as_json: bool = JSON,
) -> None:
    """Tell whether two addresses are in one subnet; exit code 1 when not."""
    if prefix is not None and mask is not None:
        raise PrepError("only one of --prefix and --mask is wanted", where="subnet same")
    size = mask if prefix is None else prefix

    def one(given: list[str]) -> dict[str, Any]:
        counted(given, 2, "two addresses")
        a, b = map(network, given)
        sizes = {net.prefix for net, word in zip((a, b), given, strict=True) if "/" in word or " " in word}
        sizes |= set() if size is None else {length(size, a.version)}
        if not sizes:
            hint = f"write {given[0]}/{24 if a.version == 4 else 64} and the like, or give --prefix"
            raise AddressError(" ".join(given), "no prefix", hint)
        if a.version == b.version and len(sizes) > 1:
            raise AddressError(" ".join(given), f"not one prefix but {', '.join(f'/{n}' for n in sorted(sizes))}")
        return {"same": a.version == b.version and len({net._replace(prefix=min(sizes)).first for net in (a, b)}) == 1}

    found = tell(words, one, lambda row: ["yes" if row["same"] else "no"], as_json)
    if found and not found["same"]:
        raise typer.Exit(Exit.NO)
