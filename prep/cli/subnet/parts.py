"""Networks made from one network."""

import sys
from typing import Any

import typer

from prep.cli.app import many
from prep.cli.batch import answer_lines, encode
from prep.cli.subnet import text as show
from prep.cli.subnet.group import JSON, answered, app, checked, no, tell, whole
from prep.errors import PrepError
from prep.net.subnet import plan
from prep.net.subnet.address import (
    AddressError,
    Network,
    length,
    network,
    text_of,
)
from prep.net.subnet.describe import usable_hosts
from prep.net.subnet.plan import NoRoom

JSON_LIMIT = 1000


@app.command()
def split(
    net: str = typer.Argument(..., metavar="NET", help="The network to cut."),
    prefix: str | None = typer.Option(None, "--prefix", help="Into subnets of this prefix."),
    mask: str | None = typer.Option(None, "--mask", help="Into subnets of this mask."),
    into: int | None = typer.Option(None, "--into", help="Into at least so many subnets."),
    reserve: int = typer.Option(0, "--reserve", min=0, help="Addresses of each that no host can have, a gateway say."),
    limit: int | None = typer.Option(None, "--limit", min=0, help="List so many (0: all; by default 1000 in JSON)."),
    as_json: bool = JSON,
) -> None:
    """Cut a network into equal subnets."""
    sizes = sum(given is not None for given in (prefix, mask, into))
    if sizes != 1:
        only = "only " if sizes else ""
        raise PrepError(f"{only}one of --prefix, --mask and --into is wanted", where=f"subnet split {net}")

    def one(given: list[str]) -> tuple[plan.Split, int, int]:
        cut = _cut(network(" ".join(given)), prefix or mask, into)
        each = usable_hosts(cut.net.version, cut.prefix) - reserve
        if each < 0:
            raise AddressError(f"--reserve {reserve}", f"a /{cut.prefix} has only {each + reserve} usable hosts")
        return cut, each, min(cut.parts, JSON_LIMIT if limit is None else limit or cut.parts)

    nothing = {"count": None, "subnets": None}
    if net == "-":
        answer_lines(lambda line: answered(line.split(), lambda given: _split_row(*one(given)), nothing))
        return
    try:
        cut, each, shown = checked([net], one)
    except NoRoom as why:
        no(why, as_json, **nothing)
    if as_json:
        _split_json(cut, each, shown)
        return
    for chunk in plan.split_lines(cut, limit or None):
        sys.stdout.write(chunk)
    hidden = cut.parts - limit if limit and limit < cut.parts else 0
    typer.echo(
        f"{many(cut.parts, 'subnet')} of /{cut.prefix}, {many(each, 'usable host')} each"
        + (f"; {hidden} not listed" if hidden else ""),
        err=True,
    )


def _cut(net: Network, size: str | None, into: int | None) -> plan.Split:
    if into is not None:
        return plan.split_into(net, into)
    return plan.split(net, length(size or "", net.version))


def _split_row(cut: plan.Split, each: int, shown: int) -> dict[str, Any]:
    return {
        "count": cut.parts,
        "prefix": cut.prefix,
        "usable_hosts_each": each,
        "first": str(cut.subnet(0)),
        "last": str(cut.subnet(cut.parts - 1)),
        "subnets": [str(cut.subnet(place)) for place in range(shown)],
    }


def _split_json(cut: plan.Split, each: int, shown: int) -> None:
    """The JSON of a split, its list streamed."""
    sys.stdout.write(encode(_split_row(cut, each, 0))[:-2])
    between = ""
    for chunk in plan.split_lines(cut, shown) if shown else ():
        sys.stdout.write(between + '"' + chunk.rstrip("\n").replace("\n", '", "') + '"')
        between = ", "
    sys.stdout.write("]}\n")


@app.command()
def vlsm(
    net: str = typer.Argument(..., metavar="NET", help="The network to share out."),
    hosts: str = typer.Option(..., "--hosts", help="Hosts of each subnet: 100,50,25,2"),
    as_json: bool = JSON,
) -> None:
    """Plan subnets of different size: the largest first, each at the lowest free place."""

    def one(given: list[str]) -> dict[str, Any]:
        wanted = [whole(part.strip(), "hosts") for part in hosts.split(",")]
        placed, free = plan.vlsm(network(" ".join(given)), wanted)
        return {
            "subnets": [
                {"network": str(net), "hosts": wanted, "usable_hosts": usable_hosts(net.version, net.prefix)}
                for net, wanted in placed
            ],
            "free": [str(block) for block in free],
        }

    tell([net], one, show.vlsm, as_json, subnets=None, free=None)


@app.command()
def gap(
    net: str = typer.Argument(..., metavar="NET", help="The network to look in."),
    used: str = typer.Option("", "--used", help="What is taken: A,B,…"),
    prefix: str = typer.Option(..., "--prefix", help="The size that is wanted."),
    as_json: bool = JSON,
) -> None:
    """Find the lowest free subnet of a size."""

    def one(given: list[str]) -> dict[str, Any]:
        whole = network(" ".join(given))
        taken = [network(part.strip()) for part in used.split(",") if part.strip()]
        return {"network": str(plan.gap(whole, taken, length(prefix, whole.version)))}

    tell([net], one, lambda found: [found["network"]], as_json, network=None)


@app.command("next")
def next_(
    net: str = typer.Argument(..., metavar="NET", help="A network."),
    step: int = typer.Option(1, "--step", help="How many places on; negative goes back."),
    as_json: bool = JSON,
) -> None:
    """Give the next network of the same size."""

    def one(given: list[str]) -> dict[str, Any]:
        return {"network": str(plan.following(network(" ".join(given)), step))}

    tell([net], one, lambda found: [found["network"]], as_json, network=None)


@app.command()
def nth(
    net: str = typer.Argument(..., metavar="NET", help="A network."),
    place: int = typer.Argument(..., metavar="N", help="From 1; -1 is the last (write -- before it)."),
    prefix: str | None = typer.Option(None, "--prefix", help="The N-th subnet of this size instead of a host."),
    as_json: bool = JSON,
) -> None:
    """Give the N-th usable address, or with --prefix the N-th subnet."""

    def one(given: list[str]) -> dict[str, Any]:
        whole = network(" ".join(given))
        if prefix is None:
            return {"address": text_of(whole.version, plan.nth_host(whole, place))}
        return {"network": str(plan.nth_subnet(whole, place, length(prefix, whole.version)))}

    key = "address" if prefix is None else "network"
    tell([net], one, lambda found: [found[key]], as_json, **{key: None})
