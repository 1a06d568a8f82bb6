"""`prep subnet`: the calculator. Read the words → ask the engine → show.

`prep subnet 10.0.0.5/23` alone means `info`.
"""

import sys
from collections.abc import Callable
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from prep.cli import subnet_text as show
from prep.cli.batch import answer_lines, encode, say_json
from prep.errors import Exit, PrepError, did_you_mean
from prep.net.subnet import plan
from prep.net.subnet.address import (
    ALL,
    BITS,
    HEX,
    MASK,
    AddressError,
    Network,
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
from prep.net.subnet.plan import NoRoom

JSON_LIMIT = 1000


class Calculator(TyperGroup):
    """A first word that looks like an address means `info`, also behind options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        word = next((arg for arg in args if not arg.startswith("--")), None)
        if word is not None and word not in self.commands and word not in ("-", "-h"):
            if any(c in word for c in ".:/") or word[:1].isdigit() or word == "":
                args = ["info", *args]
            else:
                hint = did_you_mean(word, list(self.commands), "an address, or `prep subnet --help`")
                raise PrepError("no such command", where=f"subnet {word}", hint=hint)
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=Calculator,
    help="The subnet calculator: `prep subnet 10.0.0.5/23` alone tells all about it.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

JSON = typer.Option(False, "--json", help="JSON.")


def tell(
    words: list[str],
    answer: Callable[[list[str]], Any],
    text: Callable[[Any], list[str]],
    as_json: bool,
    **nothing: None,
) -> Any:
    """Answers the words, or with `-` alone each line of the input, and gives what was answered (None for lines).
    `nothing` is what the JSON has where the answer is no."""
    if words == ["-"]:
        answer_lines(lambda line: _answered(line.split(), answer, nothing))
        return None
    try:
        found = _checked(words, answer)
    except NoRoom as why:
        _no(why, as_json, **nothing)
    if as_json:
        say_json(found)
    else:
        for line in text(found):
            typer.echo(line)
    return found


def _checked(words: list[str], answer: Callable[[list[str]], Any]) -> Any:
    try:
        return answer(words)
    except AddressError as fault:
        raise PrepError(str(fault)) from None


def _answered(words: list[str], answer: Callable[[list[str]], Any], nothing: dict[str, None]) -> Any:
    """The answer to one line of many, which may be no."""
    try:
        return _checked(words, answer)
    except NoRoom as why:
        return {**nothing, "why": str(why)}


def _no(why: NoRoom, as_json: bool, **nothing: None) -> NoReturn:
    """The answer is no, and why."""
    if as_json:
        say_json({**nothing, "why": str(why)})
    else:
        typer.echo(f"no: {why}")
    raise typer.Exit(Exit.NO)


def _count(words: list[str], expected: int, what: str) -> None:
    if len(words) != expected:
        raise AddressError(" ".join(words), f"{len(words)} words where {what} are wanted")


# ── one address ──


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
        answer_lines(lambda line: _checked([line.strip()], lambda given: one(given[0])))
        return
    joined = len(words) == 2 and _is_mask(words[1])
    texts = [" ".join(words)] if joined else words
    found = _checked(texts, lambda given: [one(text) for text in given])
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
        _count(given, 1, "one mask")
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
        _count(given, 1, "one number of hosts")
        prefix = plan.fit(_whole(given[0], "hosts"), rfc3021=rfc3021)
        return {"prefix": prefix, "netmask": text_of(4, MASK[4][prefix]), "usable_hosts": usable_hosts(4, prefix)}

    tell(words, one, show.aligned, as_json)


def _whole(text: str, what: str) -> int:
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 40):
        raise AddressError(text, f"not a number of {what}", "write a whole number")
    return int(text)


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
        _count(given, 1, "one IPv4 address")
        version, number = address(given[0])
        if version != 4:
            raise AddressError(given[0], "an IPv6 address already", "give an IPv4 address")
        return {"address": text_of(6, nat64_of(number))}

    tell(words, one, lambda found: [found["address"]], as_json)


# ── parts of a network ──


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
    if sum(given is not None for given in (prefix, mask, into)) != 1:
        raise PrepError("one of --prefix, --mask and --into is wanted", where=f"subnet split {net}")

    def one(given: list[str]) -> tuple[plan.Split, int, int]:
        cut = _cut(network(" ".join(given)), prefix or mask, into)
        each = usable_hosts(cut.net.version, cut.prefix) - reserve
        if each < 0:
            raise AddressError(f"--reserve {reserve}", f"a /{cut.prefix} has only {each + reserve} usable hosts")
        return cut, each, min(cut.parts, JSON_LIMIT if limit is None else limit or cut.parts)

    nothing = {"count": None, "subnets": None}
    if net == "-":
        answer_lines(lambda line: _answered(line.split(), lambda given: _split_row(*one(given)), nothing))
        return
    try:
        cut, each, shown = _checked([net], one)
    except NoRoom as why:
        _no(why, as_json, **nothing)
    if as_json:
        _split_json(cut, each, shown)
        return
    for chunk in plan.split_lines(cut, limit or None):
        sys.stdout.write(chunk)
    hidden = cut.parts - limit if limit and limit < cut.parts else 0
    typer.echo(
        f"{cut.parts} subnets of /{cut.prefix}, {each} usable hosts each"
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
        wanted = [_whole(part.strip(), "hosts") for part in hosts.split(",")]
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


# ── several networks ──


@app.command("range")
def range_(
    words: list[str] = typer.Argument(..., metavar="FIRST LAST", help="The first and the last address; -"),
    as_json: bool = JSON,
) -> None:
    """Give the networks that are exactly a range of addresses."""

    def one(given: list[str]) -> dict[str, Any]:
        _count(given, 2, "the first and the last address")
        (version, first), (other, last) = address(given[0]), address(given[1])
        whole = plan.range_of(Network(version, first, BITS[version]), Network(other, last, BITS[other]))
        return {"networks": [str(net) for net in whole]}

    tell(words, one, lambda found: found["networks"], as_json)


@app.command()
def merge(
    words: list[str] = typer.Argument(..., metavar="NET...", help="Networks; - reads one a line."), as_json: bool = JSON
) -> None:
    """Give the fewest networks that hold exactly the same addresses."""
    from prep.cli.subnet_bulk import merge_input

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

    tell(words, one, lambda found: [f"{found['network']}  adds {found['extra_addresses']} addresses"], as_json)


@app.command()
def overlaps(
    words: list[str] = typer.Argument(..., metavar="NET...", help="Networks; - reads one a line."), as_json: bool = JSON
) -> None:
    """List the pairs that overlap; exit code 1 when there are any."""
    from prep.cli.subnet_bulk import read_networks

    nets = list(read_networks()) if words == ["-"] else _checked(words, lambda given: [network(text) for text in given])
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
        _count(given, 2, "two networks")
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
    words: list[str] = typer.Argument(..., metavar="A B", help="Two addresses; -"),
    prefix: str | None = typer.Option(None, "--prefix", help="The prefix of the subnet."),
    mask: str | None = typer.Option(None, "--mask", help="The mask of the subnet."),
    as_json: bool = JSON,
) -> None:
    """Tell whether two addresses are in one subnet; exit code 1 when not."""
    size = prefix or mask
    if (prefix is None) == (mask is None) or size is None:
        raise PrepError("one of --prefix and --mask is wanted", where="subnet same")

    def one(given: list[str]) -> dict[str, Any]:
        _count(given, 2, "two addresses")
        (version, a), (other, b) = address(given[0]), address(given[1])
        keep = MASK[version][length(size, version)]
        return {"same": version == other and a & keep == b & keep}

    found = tell(words, one, lambda row: ["yes" if row["same"] else "no"], as_json)
    if found and not found["same"]:
        raise typer.Exit(Exit.NO)


@app.command("drill")
def drill_(
    kind: str | None = typer.Option(None, "--kind", help="Only this kind, v4-broadcast for one."),
    count: int = typer.Option(10, "--count", min=1, max=1000, help="How many questions."),
    seed: int | None = typer.Option(None, "--seed", help="The same paper for everybody; the schedule is not touched."),
    plain: bool = typer.Option(False, "--plain", help="Plain lines instead of keys."),
    as_json: bool = typer.Option(False, "--json", help="The paper with its answers, as JSON."),
    lang: str | None = typer.Option(None, "--lang", help="en or zh."),
) -> None:
    """Practise: what is due first, then what is new, then what is weakest; with worked solutions."""
    from prep.cli.subnet_drill import drill

    drill(kind, count, seed, lang, plain=plain, as_json=as_json)
