"""Long lists of networks from the input: read strictly, every bad line told by its number."""

import sys
from collections.abc import Iterator
from typing import Any

import typer

from prep.cli.batch import say_json
from prep.errors import PrepError
from prep.net.subnet.address import AddressError, Network, network
from prep.net.subnet.plan import merge

MOST_FAULTS = 20


def read_networks() -> Iterator[Network]:
    """The networks of the input, one a line; empty lines and what stands behind `#` are passed over. Raises PrepError
    with all bad lines at the end."""
    faults = []
    for number, line in enumerate(sys.stdin, 1):
        text = line.partition("#")[0].strip() if "#" in line else line.strip()
        if not text:
            continue
        try:
            yield network(text)
        except AddressError as fault:
            faults.append(f"line {number}: {fault}")
    if faults:
        more = [f"and {len(faults) - MOST_FAULTS} more bad lines"] if len(faults) > MOST_FAULTS else []
        raise PrepError("\n".join([*faults[:MOST_FAULTS], *more]))


def merge_input(as_json: bool) -> Any:
    nets = merge(read_networks())
    if as_json:
        say_json({"networks": [str(net) for net in nets]})
    elif nets:
        typer.echo("\n".join(map(str, nets)))
