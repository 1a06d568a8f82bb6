"""The shared table of cases, each given to the engine and to the command that answers it."""

import json
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
import typer

from prep.cli.app import run
from prep.errors import PrepError
from prep.net.subnet import plan
from prep.net.subnet.address import ALL, MASK, AddressError, Network, address, expanded, mask_length, network, text_of
from prep.net.subnet.derived import cloud, nat64, reverse_pointer, reverse_zones, solicited_node
from prep.net.subnet.describe import class_of, info, role, usable_hosts
from prep.net.subnet.registry import multicast, special

TABLE = Path(__file__).parents[2] / "../shared/cases/subnet_cases.json"
if not TABLE.exists():
    pytest.skip("the shared table of cases is not here", allow_module_level=True)
CASES = json.loads(TABLE.read_text("utf-8"))["cases"]
NO_ROW = {"block": None, "name": None, "globally_reachable": True}


def texts(nets: Any) -> list[str]:
    return [str(net) for net in nets]


def of_mask(prefix: int) -> dict[str, Any]:
    mask = MASK[4][prefix]
    return {
        "prefix": mask_length(text_of(4, mask)),
        "netmask": text_of(4, mask),
        "wildcard": text_of(4, ALL[4] >> prefix),
        "hex": f"0x{mask:08x}",
        "total_addresses": Network(4, 0, prefix).total,
        "usable_hosts": usable_hosts(4, prefix),
    }


def fitted(given: dict[str, Any]) -> dict[str, Any]:
    return of_mask(plan.fit(given["hosts"], rfc3021=given.get("policy") == "rfc3021"))


def wanted_prefix(given: dict[str, Any]) -> int:
    return given["new_prefix"] if "new_prefix" in given else mask_length(given["mask"])


def cut(given: dict[str, Any]) -> plan.Split:
    return plan.split(network(given["network"]), wanted_prefix(given))


def told(cut: plan.Split) -> dict[str, Any]:
    each, last = usable_hosts(cut.net.version, cut.prefix), str(cut.subnet(cut.parts - 1))
    listed = "".join(plan.split_lines(cut, 1000)).split()
    head = {"count": cut.parts, "prefix": cut.prefix, "usable_hosts_each": each}
    return {**head, "first": str(cut.subnet(0)), "last": last, "subnets": listed}


def as_counted(row: dict[str, Any]) -> dict[str, Any]:
    return {"subnets": row["count"], "hosts_per_subnet": row["usable_hosts_each"], "prefix": row["prefix"]}


def as_cut(row: dict[str, Any]) -> dict[str, Any]:
    return {"new_prefix": row["prefix"], "available": row["count"], "first_subnets": row["subnets"][:4]}


def ends(text: str) -> list[str]:
    return [end.strip() for end in text.split("-")]


def one(text: str) -> Network:
    return Network(*address(text), 32 if ":" not in text else 128)


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def row_of(version: int, number: int) -> dict[str, Any]:
    found = special(version, number)
    return found._asdict() if found else NO_ROW


def same(a: str, b: str, size: Any) -> bool:
    return network(f"{a}/{size}").network == network(f"{b}/{size}").network


def size(given: dict[str, Any]) -> list[str]:
    return (
        ["--mask", given["mask"]]
        if "mask" in given
        else ["--prefix", str(given.get("prefix", given.get("new_prefix")))]
    )


# kind → what the engine says, the words of the command, what of its JSON is asked
Kind = tuple[Callable[[Any], Any], Callable[[Any], list[str]], Callable[[Any], Any]]


def in_info(engine: Callable[[Any], Any], key: str) -> Kind:
    """A kind that one key of `info` answers."""
    return engine, lambda text: ["info", text], itemgetter(key)


def whole(row: Any) -> Any:
    return row


KINDS: dict[str, Kind] = {
    **dict.fromkeys(("info4", "info6", "invalid"), (lambda x: info(network(x), x), lambda x: ["info", x], whole)),
    "ipv6_forms": (
        lambda x: {"compressed": text_of(*address(x)), "expanded": expanded(*address(x))},
        lambda x: ["info", x],
        whole,
    ),
    "parse": (
        lambda x: f"{text_of(*network(x)[:2])}/{network(x).prefix}",
        lambda x: ["info", *x.split()],
        lambda row: f"{row['address']}/{row['prefix']}",
    ),
    "special": (lambda x: row_of(*address(x)), lambda x: ["info", x], lambda row: row["special"] or NO_ROW),
    "class": in_info(lambda x: class_of(address(x)[1]), "class"),
    "role": in_info(lambda x: role(network(x)), "role"),
    "multicast": in_info(lambda x: multicast(*address(x)), "multicast"),
    "reverse_pointer": in_info(lambda x: reverse_pointer(*address(x)), "reverse_pointer"),
    "reverse_zone": in_info(lambda x: reverse_zones(network(x)), "reverse_zones"),
    "reverse_zone_rfc2317": in_info(lambda x: reverse_zones(network(x)), "reverse_zones"),
    "solicited_node": in_info(lambda x: text_of(6, solicited_node(address(x)[1])), "solicited_node"),
    "cloud_usable": (
        lambda x: cloud(x["provider"], network(x["network"]))["usable_hosts"],
        lambda x: ["info", x["network"], "--cloud", x["provider"]],
        lambda row: row["cloud"]["usable_hosts"],
    ),
    "cloud_reserved": (
        lambda x: cloud(x["provider"], network(x["network"]))["reserved"],
        lambda x: ["info", x["network"], "--cloud", x["provider"]],
        lambda row: row["cloud"]["reserved"],
    ),
    "mask": (of_mask, lambda x: ["mask", f"/{x}"], whole),
    "invalid_mask": (lambda x: mask_length(x, wildcard=True), lambda x: ["mask", x], whole),
    "hosts_to_prefix": (
        fitted,
        lambda x: ["fit", str(x["hosts"]), *(["--rfc3021"] if x.get("policy") == "rfc3021" else [])],
        whole,
    ),
    "nat64": (lambda x: text_of(6, nat64(address(x)[1])), lambda x: ["nat64", x], itemgetter("address")),
    "subnets_and_hosts": (
        lambda x: as_counted(told(cut(x))),
        lambda x: ["split", x["network"], *size(x)],
        as_counted,
    ),
    "split_prefix": (
        lambda x: told(cut(x))["subnets"],
        lambda x: ["split", x["network"], *size(x), "--limit", "0"],
        itemgetter("subnets"),
    ),
    "split_count": (
        lambda x: told(cut(x)),
        lambda x: ["split", x["network"], *size(x), "--limit", "1"],
        whole,
    ),
    "split_into_n": (
        lambda x: as_cut(told(plan.split_into(network(x["network"]), x["at_least"]))),
        lambda x: ["split", x["network"], "--into", str(x["at_least"])],
        as_cut,
    ),
    "vlsm": (
        lambda x: texts(placed.network for placed in plan.vlsm(network(x["network"]), x["hosts"])[0]),
        lambda x: ["vlsm", x["network"], "--hosts", ",".join(map(str, x["hosts"]))],
        lambda row: [subnet["network"] for subnet in row["subnets"]],
    ),
    "range_to_cidr": (
        lambda x: texts(plan.range_of(*map(one, ends(x)))),
        lambda x: ["range", *ends(x)],
        itemgetter("networks"),
    ),
    "aggregate": (
        lambda x: texts(plan.merge(map(network, x))),
        lambda x: ["merge", *x],
        itemgetter("networks"),
    ),
    "exclude": (
        lambda x: texts(plan.exclude(network(x["network"]), map(network, listed(x["remove"])))),
        lambda x: ["exclude", x["network"], *listed(x["remove"])],
        itemgetter("networks"),
    ),
    "contains": (
        lambda x: plan.relation(network(x["network"]), network(x["address"])) in ("equal", "contains"),
        lambda x: ["contains", x["network"], x["address"]],
        itemgetter("contains"),
    ),
    "relation": (
        lambda x: plan.relation(network(x["a"]), network(x["b"])),
        lambda x: ["compare", x["a"], x["b"]],
        itemgetter("relation"),
    ),
    "supernet": (
        lambda x: str(plan.supernet([*map(network, x)])[0]),
        lambda x: ["supernet", *x],
        itemgetter("network"),
    ),
    "next_prev": (
        lambda x: str(plan.following(network(x["network"]), x["step"])),
        lambda x: ["next", x["network"], "--step", str(x["step"])],
        itemgetter("network"),
    ),
    "nth_subnet": (
        lambda x: str(plan.nth_subnet(network(x["network"]), x["n"], x["new_prefix"])),
        lambda x: ["nth", x["network"], *size(x), "--", str(x["n"])],
        itemgetter("network"),
    ),
    "same_subnet": (
        lambda x: same(x["a"], x["b"], x.get("mask", x.get("prefix"))),
        lambda x: ["same", x["a"], x["b"], *size(x)],
        itemgetter("same"),
    ),
    "gap_fit": (
        lambda x: str(plan.gap(network(x["network"]), [*map(network, x["used"])], x["new_prefix"])),
        lambda x: ["gap", x["network"], "--used", ",".join(x["used"]), *size(x)],
        itemgetter("network"),
    ),
}


def kind_of(case: dict[str, Any]) -> Kind:
    """Of an operation that must be refused it is the operation's."""
    return KINDS[case["input"]["op"] if case["kind"] == "invalid_op" else case["kind"]]


def agrees(found: Any, expected: Any) -> bool:
    """The same; of a row only what is expected; of several right answers one."""
    if isinstance(expected, dict) and "any_of" in expected:
        return any(found in (right, [right]) for right in expected["any_of"])
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(found[key] == value for key, value in expected.items())
    return bool(found == expected)


def answered(words: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    """What a command prints, or "error" where it refuses or its answer is no and nothing else."""
    try:
        code = run(["subnet", *words, "--json"] if "--" not in words else ["subnet", words[0], "--json", *words[1:]])
    except (PrepError, typer.TyperException):
        return "error"
    found = json.loads(capsys.readouterr().out)
    return "error" if code and "why" in found else found


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_the_engine_says_what_the_table_says(case: dict[str, Any]) -> None:
    compute, _, _ = kind_of(case)
    try:
        found = compute(case["input"])
    except (AddressError, plan.NoRoom):
        found = "error"
    assert agrees(found, case["expected"]), found


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_the_command_says_what_the_table_says(
    case: dict[str, Any], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREP_HOME", str(tmp_path))
    _, words, pick = kind_of(case)
    answer = answered(words(case["input"]), capsys)
    found = answer if answer == "error" else pick(answer)
    assert agrees(found, case["expected"]), found


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "mask"], ids=lambda case: str(case["id"]))
def test_a_mask_is_read_back_from_each_of_its_forms(case: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    expected = case["expected"]
    forms = [expected["netmask"], expected["hex"], expected["hex"].upper().replace("X", "x"), str(case["input"])]
    if case["input"] not in (0, 32):  # whose wildcards are masks
        forms += [expected["wildcard"]]
    for form in forms:
        assert agrees(answered(["mask", form], capsys), expected), form
