"""The subnet calculator as it is typed: JSON keys, exit codes, batches, text, errors, and what it loads."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from prep.cli.app import _guarded

INFO = [
    "input", "version", "address", "prefix", "network", "netmask", "wildcard", "broadcast", "first_host", "last_host",
    "last_address", "usable_hosts", "total_addresses", "class", "role", "special", "elsewhere", "multicast",
    "reverse_pointer", "reverse_zones", "compressed", "expanded", "solicited_node", "embedded_ipv4", "cloud",
]  # fmt: skip
SPLIT = ["count", "prefix", "usable_hosts_each", "first", "last", "subnets"]


class Said(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rows(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Subnet = Callable[..., Said]


@pytest.fixture
def subnet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Subnet:
    """Runs `prep subnet` with a line of words, or with words, and with the text it reads."""
    monkeypatch.setenv("PREP_HOME", str(tmp_path))

    def run(*words: str, given: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        capsys.readouterr()
        code = _guarded(["subnet", *(words[0].split() if len(words) == 1 and words[0] else words)])
        return Said(code, *capsys.readouterr())

    return run


# ── JSON ──


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("info 10.0.0.5/23", INFO),
        ("info 2001:db8::1/64", INFO),
        ("10.0.0.5/23 --cloud aws", INFO),
        ("mask /23", ["prefix", "netmask", "wildcard", "hex", "total_addresses", "usable_hosts"]),
        ("fit 500", ["prefix", "netmask", "usable_hosts"]),
        ("split 10.0.0.0/24 --into 3", SPLIT),
        ("vlsm 10.0.0.0/24 --hosts 100,2", ["subnets", "free"]),
        ("range 10.0.0.1 10.0.0.9", ["networks"]),
        ("merge 10.0.0.0/24 10.0.1.0/24", ["networks"]),
        ("exclude 10.0.0.0/24 10.0.0.0/25", ["networks"]),
        ("compare 10.0.0.0/8 10.0.0.0/9", ["relation"]),
        ("contains 10.0.0.0/8 10.1.1.1", ["contains"]),
        ("same 10.0.0.1 10.0.0.2 --prefix 30", ["same"]),
        ("supernet 10.0.0.0/24 10.0.2.0/24", ["network", "extra_addresses"]),
        ("next 10.0.0.0/24", ["network"]),
        ("nth 10.0.0.0/24 3", ["address"]),
        ("nth 10.0.0.0/24 3 --prefix 26", ["network"]),
        ("gap 10.0.0.0/24 --used 10.0.0.0/25 --prefix 26", ["network"]),
        ("overlaps 10.0.0.0/24 10.0.1.0/24", ["pairs"]),
        ("eui64 00:1b:44:11:3a:b7", ["address"]),
        ("nat64 192.0.2.33", ["address"]),
    ],
)
def test_the_json_of_a_command_has_exactly_these_keys(subnet: Subnet, line: str, keys: list[str]) -> None:
    said = subnet(f"{line} --json")
    assert (said.code, said.err, said.out.count("\n")) == (0, "", 1)
    assert list(said.json) == keys


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("mask 0.0.1.255", {"prefix": 23, "netmask": "255.255.254.0", "wildcard": "0.0.1.255", "hex": "0xfffffe00",
                            "total_addresses": 512, "usable_hosts": 510}),
        ("fit 2 --rfc3021", {"prefix": 31, "netmask": "255.255.255.254", "usable_hosts": 2}),
        ("split 10.0.0.0/24 --mask 255.255.255.128 --reserve 3", {
            "count": 2, "prefix": 25, "usable_hosts_each": 123, "first": "10.0.0.0/25", "last": "10.0.0.128/25",
            "subnets": ["10.0.0.0/25", "10.0.0.128/25"]}),
        ("vlsm 10.0.0.0/24 --hosts 25,100,2", {
            "subnets": [{"network": "10.0.0.0/25", "hosts": 100, "usable_hosts": 126},
                        {"network": "10.0.0.128/27", "hosts": 25, "usable_hosts": 30},
                        {"network": "10.0.0.160/30", "hosts": 2, "usable_hosts": 2}],
            "free": ["10.0.0.164/30", "10.0.0.168/29", "10.0.0.176/28", "10.0.0.192/26"]}),
        ("range 10.0.0.1 10.0.0.4", {"networks": ["10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/32"]}),
        ("merge ::/1 8000::/1 10.0.0.0/31", {"networks": ["10.0.0.0/31", "::/0"]}),
        ("exclude 10.0.0.0/30 10.0.0.0/8", {"networks": []}),
        ("compare 10.0.0.0/9 10.0.0.0/8", {"relation": "within"}),
        ("same 10.0.0.1 10.0.0.9 --mask 255.255.255.240", {"same": True}),
        ("supernet 10.0.0.0/24 10.0.2.0/24", {"network": "10.0.0.0/22", "extra_addresses": 512}),
        ("next 10.0.0.7/24 --step -10", {"network": "9.255.246.0/24"}),
        ("nth --json 10.0.0.0/24 -- -1", {"address": "10.0.0.254"}),
        ("nth 2001:db8::/48 3 --prefix 64", {"network": "2001:db8:0:2::/64"}),
        ("gap 10.0.0.0/24 --used 10.0.0.0/26,10.0.0.128/25 --prefix 27", {"network": "10.0.0.64/27"}),
        ("eui64 001b.4411.3ab7 2001:db8::/64", {"address": "2001:db8::21b:44ff:fe11:3ab7"}),
        ("nat64 192.0.2.33", {"address": "64:ff9b::c000:221"}),
        ("info 10.0.0.5/23 --cloud aws", None),
    ],
)  # fmt: skip
def test_the_json_of_a_command_in_full(subnet: Subnet, line: str, expected: Any) -> None:
    found = subnet(line if "--json" in line else f"{line} --json").json
    if expected is None:
        reserved = ["10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.1.255"]
        found, expected = found["cloud"], {"provider": "aws", "usable_hosts": 507, "reserved": reserved}
    assert found == expected


def test_several_addresses_give_a_list_and_one_gives_a_document(subnet: Subnet) -> None:
    several = subnet("info 10.0.0.1 ::1/64 10.0.0.2/8 --json")
    assert [row["address"] for row in several.json] == ["10.0.0.1", "::1", "10.0.0.2"]
    assert isinstance(subnet("info 10.0.0.1 --json").json, dict)


def test_numbers_beyond_2_to_53_are_numbers_and_what_is_absent_is_null(subnet: Subnet) -> None:
    row = subnet("info 2001:db8::/1 --json").json
    assert row["total_addresses"] == 2**127
    absent = ("broadcast", "class", "elsewhere", "embedded_ipv4", "cloud")
    assert [row[key] for key in absent] == [None] * 5
    assert subnet("info 8.8.8.8 --json").json["special"] is None


@pytest.mark.parametrize("line", ["10.0.0.5/23", "10.0.0.5", "::1", "2001:db8::/32", "1.2.3.4/255.0.0.0"])
def test_an_address_alone_means_info(subnet: Subnet, line: str) -> None:
    assert subnet(f"{line} --json") == subnet(f"info {line} --json")
    assert subnet(line) == subnet(f"info {line}")


def test_a_dash_alone_means_info_of_each_line(subnet: Subnet) -> None:
    assert subnet("-", given="10.0.0.1\n::1\n") == subnet("info", "-", given="10.0.0.1\n::1\n")


def test_a_multicast_address_has_no_line_for_its_solicited_node(subnet: Subnet) -> None:
    assert "solicited" not in subnet("ff02::1").out


def test_an_address_and_a_mask_are_one_network_and_the_output_says_so(subnet: Subnet) -> None:
    said = subnet("10.0.0.5 255.255.254.0")
    assert said.out.splitlines()[0] == "read as one network: 10.0.0.5 with mask 255.255.254.0"
    assert said.out.splitlines()[1:] == subnet("10.0.0.5/23").out.splitlines()
    row = subnet("10.0.0.5 255.255.254.0 --json").json
    assert (row["input"], row["prefix"]) == ("10.0.0.5 255.255.254.0", 23)


@pytest.mark.parametrize("line", ["10.0.0.5 10.0.0.6", "10.0.0.5 0.0.1.255", "1.1.1.1 255.0.0.0 2.2.2.2"])
def test_other_arguments_are_addresses_of_their_own(subnet: Subnet, line: str) -> None:
    assert [row["input"] for row in subnet(f"{line} --json").json] == line.split()


# ── exit codes ──


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("compare 10.0.0.0/8 10.0.0.0/8", 0),
        ("compare 10.0.0.0/8 11.0.0.0/8", 1),
        ("compare 10.0.0.0/8 ::/8", 1),
        ("contains 10.0.0.0/8 10.0.0.1 10.0.0.0/9", 0),
        ("contains 10.0.0.0/8 10.0.0.1 11.0.0.1", 1),
        ("contains 10.0.0.0/9 10.0.0.0/8", 1),
        ("same 10.0.0.1 10.0.0.2 --prefix 30", 0),
        ("same 10.0.0.3 10.0.0.4 --prefix 30", 1),
        ("same 10.0.0.1 ::1 --prefix 1", 1),
        ("overlaps 10.0.0.0/8 11.0.0.0/8", 0),
        ("overlaps 10.0.0.0/8 10.0.0.0/9", 1),
        ("vlsm 10.0.0.0/24 --hosts 254", 0),
        ("vlsm 10.0.0.0/24 --hosts 255", 1),
        ("gap 10.0.0.0/24 --prefix 24", 0),
        ("gap 10.0.0.0/24 --used 10.0.0.9 --prefix 24", 1),
        ("next 255.255.255.0/24", 1),
        ("next 0.0.0.0/24 --step -1", 1),
        ("nth 10.0.0.0/24 255", 1),
        ("nth 10.0.0.0/24 0", 1),
        ("nth 10.0.0.0/24 5 --prefix 26", 1),
        ("split 10.0.0.0/30 --into 5", 1),
        ("split 10.0.0.0/24 --prefix 23", 2),
        ("split 10.0.0.0/24 --prefix 33", 2),
        ("split 10.0.0.0/24", 2),
        ("split 10.0.0.0/24 --prefix 26 --into 4", 2),
        ("split 10.0.0.0/24 --prefix 30 --reserve 3", 2),
        ("same 10.0.0.1 10.0.0.2", 2),
        ("same 10.0.0.1 10.0.0.2 --prefix 24 --mask 255.0.0.0", 2),
        ("exclude 10.0.0.0/8", 2),
        ("supernet 10.0.0.0/8 ::/8", 2),
        ("fit 0", 2),
        ("fit 4294967295", 2),
        ("mask 255.0.255.0", 2),
        ("range 10.0.0.0/24 10.0.1.0", 2),
        ("nat64 ::1", 2),
        ("nosuch", 2),
        ("", 2),
    ],
)
def test_the_exit_code_is_the_answer(subnet: Subnet, line: str, code: int) -> None:
    words = line.split()
    plain = subnet(*words)
    assert plain.code == subnet(*words, "--json").code == code
    assert bool(plain.err) == (code == 2 or (code == 0 and words[0] == "split"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("vlsm 10.0.0.0/26 --hosts 30,30,2", {
            "subnets": None, "free": None, "why": "10.0.0.0/26 has 64 addresses, the subnets need 68; a /25 would do"}),
        ("gap 10.0.0.0/24 --used 10.0.0.9 --prefix 24", {"network": None, "why": "no /24 is free in 10.0.0.0/24"}),
        ("next ffff::/16", {"network": None, "why": "ffff::/16 has no network +1 places on: the address space ends"}),
        ("nth 10.0.0.0/31 3", {"address": None, "why": "10.0.0.0/31 has 2 usable addresses, there is no number 3"}),
        ("split 10.0.0.0/30 --into 5", {
            "count": None, "subnets": None, "why": "10.0.0.0/30 has 4 addresses, too few for 5 subnets"}),
    ],
)  # fmt: skip
def test_a_no_says_why(subnet: Subnet, line: str, expected: dict[str, Any]) -> None:
    assert subnet(f"{line} --json").json == expected
    assert subnet(line).out == f"no: {expected['why']}\n"


# ── lines of the input ──


def test_a_batch_answers_each_line_in_order_and_tells_the_bad_ones_by_number(subnet: Subnet) -> None:
    said = subnet("info -", given="10.0.0.5/23\n10.0.0.0/33\n\n::1\n10.0.0.5 255.0.0.0")
    assert said.code == 2
    one, bad, empty, six, last = said.rows
    assert [row["input"] for row in (one, six, last)] == ["10.0.0.5/23", "::1", "10.0.0.5 255.0.0.0"]
    assert bad == {"input": "10.0.0.0/33", "line": 2, "error": "10.0.0.0/33: prefix must be 0 to 32 for IPv4"}
    assert (empty["line"], empty["input"], last["prefix"]) == (3, "", 8)
    assert said.err == ""


@pytest.mark.parametrize(
    ("words", "given", "expected"),
    [
        (["mask", "-"], "/8\n255.255.255.0", [("prefix", 8), ("prefix", 24)]),
        (["fit", "-"], "2\n255", [("prefix", 30), ("prefix", 23)]),
        (["split", "-", "--into", "2"], "10.0.0.0/8\n::/0", [("last", "10.128.0.0/9"), ("last", "8000::/1")]),
        (["vlsm", "-", "--hosts", "2"], "10.0.0.0/29\n::/64", [("free", ["10.0.0.4/30"]), ("free", None)]),
        (["range", "-"], "10.0.0.0 10.0.0.1\n::1 ::1", [("networks", ["10.0.0.0/31"]), ("networks", ["::1/128"])]),
        (["exclude", "-"], "::/127 ::1\n::/127 ::", [("networks", ["::/128"]), ("networks", ["::1/128"])]),
        (["compare", "-"], "::1 ::2\n::1 ::1", [("relation", "disjoint"), ("relation", "equal")]),
        (["contains", "-"], "::/8 ::2\n::/8 ff::", [("contains", True), ("contains", True)]),
        (["same", "-", "--prefix", "31"], "1.0.0.1 1.0.0.2\n1.0.0.0 1.0.0.1", [("same", False), ("same", True)]),
        (["supernet", "-"], "::1 ::2\n1.1.1.1", [("network", "::/126"), ("network", "1.1.1.1/32")]),
        (["next", "-"], "10.0.0.0/8\n255.0.0.0/8", [("network", "11.0.0.0/8"), ("network", None)]),
        (["nth", "-", "2"], "10.0.0.0/32\n10.0.0.0/31", [("address", None), ("address", "10.0.0.1")]),
        (["gap", "-", "--used", "::", "--prefix", "128"], "::\n::/127", [("network", None), ("network", "::1/128")]),
        (["eui64", "-"], "00:00:00:00:00:01\n00-00-00-00-00-01 ::/64", [("address", "fe80::200:ff:fe00:1"),
                                                                        ("address", "::200:ff:fe00:1")]),
        (["nat64", "-"], "0.0.0.1\n1.0.0.0", [("address", "64:ff9b::1"), ("address", "64:ff9b::100:0")]),
    ],
)  # fmt: skip
def test_every_command_reads_lines(subnet: Subnet, words: list[str], given: str, expected: list[Any]) -> None:
    said = subnet(*words, given=given)
    assert (said.code, said.err, len(said.rows)) == (0, "", 2)
    for row, (key, value) in zip(said.rows, expected, strict=True):
        assert row[key] == value or (key, value) == ("free", None)
    bad = subnet(*words, given=f"nonsense x y z\n{given}")
    assert (bad.code, bad.rows[1:]) == (2, said.rows)
    assert (set(bad.rows[0]), bad.rows[0]["line"]) == ({"input", "line", "error"}, 1)


@pytest.mark.parametrize("lines", [1, 20, 25])
def test_merge_tells_bad_lines_by_number_and_merges_nothing(subnet: Subnet, lines: int) -> None:
    said = subnet("merge -", given="10.0.0.0/24\n" + "10/8\n" * lines)
    told = said.err.splitlines()
    assert (said.code, said.out, len(told)) == (2, "", min(lines, 20) + (lines > 20))
    assert all(line.startswith(f"error: line {at}: 10/8: 1 of 4") for at, line in enumerate(told[:20], 2))
    assert lines < 25 or told[-1] == "error: and 5 more bad lines"


def test_merge_and_overlaps_read_one_document_with_comments_and_empty_lines(subnet: Subnet) -> None:
    given = "# ours\n10.0.0.0/25  # left\n\n 10.0.0.128/25\n10.0.0.0 255.255.255.254\n"
    assert subnet("merge -", given=given).out == "10.0.0.0/24\n"
    assert subnet("merge - --json", given=given).json == {"networks": ["10.0.0.0/24"]}
    said = subnet("overlaps - --json", given=given)
    assert (said.code, said.json) == (1, {"pairs": [["10.0.0.0/25", "10.0.0.0/31"]]})
    assert subnet("merge -").out == ""


def test_a_line_without_end_is_cut_and_refused(subnet: Subnet) -> None:
    said = subnet("info -", given="1" * 50_000 + "\n10.0.0.1\n")
    assert [row.get("line") for row in said.rows] == [1, None]
    assert len(said.out) < 12_000


# ── text ──


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("compare 10.0.0.0/8 10.0.0.0/9", "contains"),
        ("contains 10.0.0.0/8 10.0.0.1", "yes"),
        ("same 10.0.0.1 10.0.0.9 --prefix 30", "no"),
        ("same 10.0.0.1/24 10.0.0.200/24", "yes"),
        ("same 10.0.0.1/24 10.0.1.1/255.255.255.0", "no"),
        ("same 10.0.0.1/24 10.0.0.2", "yes"),
        ("same 10.0.0.1/24 ::1/64", "no"),
        ("supernet 10.0.0.0/31 10.0.0.2", "10.0.0.0/30  adds 1 address"),
        ("supernet 10.0.0.0/24 10.0.2.0/24", "10.0.0.0/22  adds 512 addresses"),
        ("overlaps 10.0.0.0/8 ::/0", "no two of them overlap"),
        ("overlaps 10.0.0.0/9 10.0.0.0/8", "10.0.0.0/8 overlaps 10.0.0.0/9"),
        ("exclude 10.0.0.0/8 10.0.0.0/8", "nothing is left"),
        ("exclude 10.0.0.0/8 10.0.0.0/9", "10.128.0.0/9"),
        ("range ::1 ::2", "::1/128\n::2/128"),
        ("next ::/128", "::1/128"),
        ("nth 10.0.0.0/24 -- -1", "10.0.0.254"),
        ("fit 500", "prefix           23\nnetmask          255.255.254.0\nusable hosts     510"),
        ("vlsm 10.0.0.0/24 --hosts 100,50",
         "10.0.0.0/25                  100 hosts wanted         126 usable\n"
         "10.0.0.128/26                 50 hosts wanted          62 usable\nfree: 10.0.0.192/26"),
    ],
)  # fmt: skip
def test_the_text_of_a_command_in_full(subnet: Subnet, line: str, text: str) -> None:
    assert subnet(line).out == f"{text}\n"


IPV4 = """\
address     10.0.0.5/23           00001010.00000000.0000000|0.00000101
netmask     255.255.254.0         11111111.11111111.1111111|0.00000000
wildcard    0.0.1.255             00000000.00000000.0000000|1.11111111
network     10.0.0.0/23           00001010.00000000.0000000|0.00000000
broadcast   10.0.1.255            00001010.00000000.0000000|1.11111111
hosts       10.0.0.1 - 10.0.1.254
count       510 usable of 512 (less network and broadcast)
role        host address; class A before CIDR
special     Private-Use: 10.0.0.0/8, not globally reachable [RFC 1918]
reverse     5.0.0.10.in-addr.arpa
zone        0.0.10.in-addr.arpa and 1 more
"""
IPV6 = """\
address     2002:c000:204::1/64
expanded    2002:c000:0204:0000:0000:0000:0000:0001
network     2002:c000:204::/64
last        2002:c000:204:0:ffff:ffff:ffff:ffff
broadcast   none (IPv6 has multicast instead)
hosts       2002:c000:204::1 - 2002:c000:204:0:ffff:ffff:ffff:ffff
count       18446744073709551615 usable of 18446744073709551616 = 2^64 (less the Subnet-Router anycast address)
solicited   ff02::1:ff00:1
embedded    192.0.2.4 (6to4)
special     6to4: 2002::/16, reachability not stated [RFC 3056]
reverse     1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.4.0.2.0.0.0.0.c.2.0.0.2.ip6.arpa
zone        0.0.0.0.4.0.2.0.0.0.0.c.2.0.0.2.ip6.arpa
"""


@pytest.mark.parametrize(("line", "text"), [("10.0.0.5/23", IPV4), ("2002:c000:204::1/64", IPV6)])
def test_info_in_full(subnet: Subnet, line: str, text: str) -> None:
    assert subnet(line) == (0, text, "")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("10.0.0.4/31", "broadcast   none (RFC 3021: both addresses are hosts)\nhosts       10.0.0.4 - 10.0.0.5\n"
                        "count       2 usable of 2 (RFC 3021)\n"),
        ("10.0.0.4", "broadcast   none (one address)\nhost        10.0.0.4\ncount       1 usable of 1\n"),
        ("2001:db8::4/127", "count       2 usable of 2 = 2^1 (RFC 6164)\n"),
        ("10.0.0.0/24 --cloud gcp", "gcp         252 usable; reserved 10.0.0.0, 10.0.0.1, 10.0.0.254, 10.0.0.255\n"),
        ("10.0.0.5/23 --explain", "  AND        00001010.00000000.0000000|0.00000000  10.0.0.0  = network\n"),
        ("10.0.0.5/23 --explain --lang zh", "  按位与    00001010.00000000.0000000|0.00000000  10.0.0.0  = 网络地址\n"),
    ],
)  # fmt: skip
def test_info_says(subnet: Subnet, line: str, part: str) -> None:
    assert part in subnet(line).out


def test_a_split_lists_all_or_up_to_the_limit_and_counts_beside_it(subnet: Subnet) -> None:
    said = subnet("split 10.0.0.0/16 --prefix 27")
    assert (said.out.count("\n"), said.err) == (2048, "2048 subnets of /27, 30 usable hosts each\n")
    few = subnet("split 10.0.0.0/16 --prefix 27 --limit 2")
    assert few.out == "10.0.0.0/27\n10.0.0.32/27\n"
    assert few.err == "2048 subnets of /27, 30 usable hosts each; 2046 not listed\n"


@pytest.mark.parametrize(
    ("option", "listed"), [("", 1000), ("--limit 0", 2048), ("--limit 1", 1), ("--limit 3000", 2048)]
)
def test_the_json_of_a_split_stops_at_the_limit_and_its_count_does_not(
    subnet: Subnet, option: str, listed: int
) -> None:
    row = subnet(f"split 10.0.0.0/16 --prefix 27 {option} --json").json
    assert (row["count"], len(row["subnets"]), row["last"]) == (2048, listed, "10.0.255.224/27")
    batch = subnet(f"split - --prefix 27 {option}", given="10.0.0.0/16\n")
    assert batch.rows == [row]


@pytest.mark.parametrize("option", ["--prefix 128", f"--into {2**128}"])
def test_a_split_into_2_to_128_answers_without_listing_it(subnet: Subnet, option: str) -> None:
    row = subnet(f"split ::/0 {option} --json").json
    few = subnet(f"split ::/0 {option} --limit 3")
    assert (row["count"], len(row["subnets"])) == (2**128, 1000)
    assert few.out == "::/128\n::1/128\n::2/128\n"


def test_one_subnet_is_counted_without_an_s(subnet: Subnet) -> None:
    assert subnet("split 10.0.0.0/32 --prefix 32").err == "1 subnet of /32, 1 usable host each\n"


# ── what is refused ──


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("10.0.0.0/33", "10.0.0.0/33: prefix must be 0 to 32 for IPv4"),
        ("10.0.0.0/33 --json", "10.0.0.0/33: prefix must be 0 to 32 for IPv4"),
        ("10.0.0.0/33 --cloud aws --explain", "10.0.0.0/33: prefix must be 0 to 32 for IPv4"),
        ("info 10.0.0.1 010.1.1.1", '010.1.1.1: octet "010" has a leading zero, which some tools read as octal; '
                                    "did you mean 10.1.1.1?"),
        ("1e1", "1e1: not an IP address; names are never looked up; write one like 10.0.0.5 or 2001:db8::1"),
        ("inof 10.0.0.1", "subnet inof: no such command; did you mean info?"),
        ("zzz", "subnet zzz: no such command; an address, or `prep subnet --help`"),
        ("info 10.0.0.1 --nosuch", "no such option: --nosuch; see `prep subnet info --help`"),
        ("10.0.0.0/24 --cloud ibm", "ibm: no such provider; known: aws, azure, gcp"),
        ("mask 0x0_0_0_00", "0x0_0_0_00: not a mask in hexadecimal; write eight digits: 0xfffffe00"),
        ("mask 0xff００００００", "0xff００００００: not a mask in hexadecimal; write eight digits: 0xfffffe00"),
        ("mask 0xff00ff00", "0xff00ff00: not a mask in hexadecimal; 255.0.255.0: not a mask: its ones are not all on "
                            "the left; 255.0.0.0 is /8"),
        ("mask 33", "33: prefix must be 0 to 32 for IPv4"),
        ("fit many", "many: not a number of hosts; write a whole number"),
        ("vlsm 10.0.0.0/24 --hosts=--5", "--5: not a number of hosts; write a whole number"),
        ("vlsm 10.0.0.0/24 --hosts 5,,6", "nothing: not a number of hosts; write a whole number"),
        ("split 10.0.0.0/24", "subnet split 10.0.0.0/24: one of --prefix, --mask and --into is wanted"),
        ("split 10.0.0.0/24 --prefix 23", "/23: 10.0.0.0/24 cannot be cut into it; a prefix from 24 to 32"),
        ("split 10.0.0.0/24 --prefix 30 --reserve 3", "--reserve 3: a /30 has only 2 usable hosts"),
        ("split 10.0.0.0/24 --prefix 26 --into 4",
         "subnet split 10.0.0.0/24: only one of --prefix, --mask and --into is wanted"),
        ("same 10.0.0.1 10.0.0.2",
         "10.0.0.1 10.0.0.2: no prefix; write 10.0.0.1/24 and the like, or give --prefix"),
        ("same 10.0.0.1/24 10.0.0.2/25", "10.0.0.1/24 10.0.0.2/25: not one prefix but /24, /25"),
        ("same 10.0.0.1/24 10.0.0.2 --prefix 25", "10.0.0.1/24 10.0.0.2: not one prefix but /24, /25"),
        ("same 10.0.0.1 10.0.0.2 --prefix 24 --mask 255.0.0.0",
         "subnet same: only one of --prefix and --mask is wanted"),
        ("fit 1 2", "1 2: 2 words where one number of hosts is wanted"),
        ("10.0.0.5:80", "10.0.0.5:80: a port is no part of an address; did you mean 10.0.0.5?"),
        ("compare 10.0.0.0/8", "10.0.0.0/8: 1 word where two networks are wanted"),
        ("exclude 10.0.0.0/8", "10.0.0.0/8: a network and what to remove are wanted"),
        ("range 10.0.0.9 10.0.0.1", "10.0.0.9 - 10.0.0.1: the range goes backwards; did you mean 10.0.0.1 10.0.0.9?"),
        ("nat64 ::1", "::1: an IPv6 address already; give an IPv4 address"),
        ("eui64 zz", "zz: not a MAC address; write it like 00:1b:44:11:3a:b7"),
        ("info 10.0.0.1 --explain --lang fr", "fr: no such language; en or zh"),
    ],
)  # fmt: skip
def test_an_error_is_one_line_that_quotes_the_offender(subnet: Subnet, line: str, error: str) -> None:
    assert subnet(line) == (2, "", f"error: {error}\n")


def test_control_codes_in_an_address_never_reach_the_terminal(subnet: Subnet) -> None:
    said = subnet("info", "10.0.0.1/\x1b[2J8")
    assert "\x1b" not in said.err
    assert r"\x1b[2J8" in said.err
    batch = subnet("info -", given="10.0.0.1/\x1b[2J\u202e8\n")
    assert "\x1b" not in batch.out
    assert "\u202e" not in batch.out
    assert batch.rows[0]["input"] == "10.0.0.1/\x1b[2J\u202e8"


NONSENSE = ["", " ", "/", "-", "--", "::", ":::", "10", "10/8", "x", "全", "\x00", "\x1b[2J", "-1", "--x=1", "9" * 5000,
            "::/0", "0.0.0.0/0", "1.2.3.4/999", "1.2.3.4 5", "%", "0x", "１", "1.2.3.4,", ",", "\ud800"]  # fmt: skip
COMMANDS = ["info", "mask", "fit", "split", "vlsm", "range", "merge", "exclude", "compare", "contains", "same",
            "supernet", "next", "nth", "gap", "overlaps", "eui64", "nat64"]  # fmt: skip
OPTIONS = {"split": ["--limit=1", "--into"], "vlsm": ["--hosts"], "gap": ["--prefix=1", "--used"], "same": ["--prefix"],
           "next": ["--step"], "nth": ["--prefix"]}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_nonsense_ends_in_an_answer_or_in_lines_of_error(subnet: Subnet, command: str) -> None:
    for word in NONSENSE:
        options = OPTIONS.get(command, [])
        tries = [[word], [word, "10.0.0.0/8"], ["10.0.0.0/8", word], [*options, word, "10.0.0.0/8", "5"]]
        for words in [*tries, ["10.0.0.0/8", *options[:-1], *(f"{option}={word}" for option in options[-1:])]]:
            said = subnet(command, *words, given=f"{word}\n")
            assert said.code in (0, 1, 2), words
            assert "Traceback" not in said.out + said.err
            assert said.code < 2 or said.rows or said.err
            assert all(line.startswith("error: ") for line in said.err.splitlines()) or command == "split"


# ── what is loaded ──

WATCHED = "ipaddress socket sqlite3 yaml questionary fsrs fsrs_rs_python prep.cards prep.study random hashlib asyncio"
LOADED = """
import sys, typer
before = set(sys.modules)
from prep.cli.app import run
run({words})
print(*sorted(set({watched}.split()) & (set(sys.modules) - before)))
"""
ENGINE = """
import sys
from prep.net.subnet import address, derived, describe, explain, plan, registry
print(*sorted(set({watched}.split()) & set(sys.modules)))
"""


def last_line(code: str, home: Path) -> str:
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, input="10.0.0.1\n",
                          env=os.environ | {"PREP_HOME": str(home)})  # fmt: skip
    return told.stdout.splitlines()[-1]


@pytest.mark.parametrize("line", ["10.0.0.5/23", "info -", "info ::1 --json", "split 10.0.0.0/24 --into 4", "merge -"])
def test_a_calculation_loads_nothing_that_it_does_not_need_beyond_what_typer_does(tmp_path: Path, line: str) -> None:
    words = ["subnet", *line.split()]
    assert last_line(LOADED.format(words=words, watched=repr(WATCHED)), tmp_path) == ""


def test_the_engine_loads_no_other_reader_of_addresses(tmp_path: Path) -> None:
    assert last_line(ENGINE.format(watched=repr(WATCHED)), tmp_path) == ""
