"""The worked solution: every number on the board recomputes, in both languages."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prep.net.subnet.address import ALL, Network, expanded, ipv4, network, text_of
from prep.net.subnet.describe import broadcast, hosts, usable_hosts
from prep.net.subnet.explain import binary, explain

NETS4 = st.builds(Network, st.just(4), st.integers(0, ALL[4]), st.integers(0, 32))
NETS6 = st.builds(Network, st.just(6), st.integers(0, ALL[6]), st.integers(0, 128))
LANGS = pytest.mark.parametrize("lang", ["en", "zh"])
ROW = re.compile(r"([01.|]{36}) +([\d.]+)")
WORDS = {"0", "1", "255", "256"}  # stand in words in one language: "全 1", "below 256"


def rows(lines: list[str]) -> list[tuple[str, str]]:
    return [found.groups() for line in lines if (found := ROW.search(line))]  # type: ignore[misc]


def numbers(lines: list[str]) -> set[str]:
    """All numbers and addresses, bits included."""
    return set(re.findall(r"[0-9a-f]*(?::[0-9a-f]*){2,}|\d+(?:[.|]+\d+)*", "\n".join(lines))) - WORDS


@given(st.integers(0, ALL[4]), st.integers(0, 32))
@settings(deadline=None)
def test_the_bits_are_those_of_the_number_with_the_border_behind_the_prefix(number: int, border: int) -> None:
    shown = binary(number, border)
    assert int(re.sub(r"[.|]", "", shown), 2) == number
    assert len(re.sub(r"[.|]", "", shown.partition("|")[0])) == border
    assert [len(octet) for octet in shown.replace("|", "").split(".")] == [8] * 4


@LANGS
@given(net=NETS4)
@settings(deadline=None)
@example(net=Network(4, 0xFFFFFFFF, 0))
@example(net=Network(4, 0xFFFFFFFF, 31))
@example(net=Network(4, 0xFFFFFFFF, 32))
def test_the_binary_rows_recompute_to_the_numbers_beside_them(lang: str, net: Network) -> None:
    found = rows(explain(net, lang))
    values = [int(re.sub(r"[.|]", "", bits), 2) for bits, _ in found]
    assert [ipv4(text) for _, text in found] == values
    given_, mask, anded, ones = values
    assert (given_, f"{mask:032b}") == (net.address, "1" * net.prefix + "0" * (32 - net.prefix))
    assert given_ & mask == anded == net.first
    assert given_ | mask ^ ALL[4] == ones == net.last


@LANGS
@given(net=NETS4)
@settings(deadline=None)
def test_the_block_size_method_comes_to_the_same_network(lang: str, net: Network) -> None:
    border, size_line, block_line = explain(net, lang)[5:8]
    octet, mask = (int(number) for number in re.findall(r"\d+", border))
    size = int(size_line.partition(f"256 - {mask} = ")[2].split(";")[0].split("；")[0])
    value, start, end = (int(number) for number in re.findall(r"\d+", block_line)[:3])
    octets = [[int(part) for part in text_of(4, n).split(".")] for n in (net.address, net.first, net.last)]
    assert [value, start, end] == [numbers[octet - 1] for numbers in octets]
    assert (size, start % size) == (256 - mask, 0)
    assert octets[1][octet:] == [0] * (4 - octet)
    assert octets[2][octet:] == [255] * (4 - octet)


@LANGS
@given(net=NETS4.filter(lambda net: net.prefix < 31))
@settings(deadline=None)
def test_the_hosts_are_counted_and_named(lang: str, net: Network) -> None:
    counted, ends = explain(net, lang)[-2:]
    low, high = (text_of(4, number) for number in hosts(net))
    assert f"2^(32-{net.prefix}) - 2 = {net.total} - 2 = {usable_hosts(4, net.prefix)}" in counted
    assert re.findall(r"\d+(?:\.\d+){3}", ends) == [low, high]
    assert broadcast(net) is not None


@LANGS
@given(net=NETS6)
@settings(deadline=None)
@example(net=Network(6, 5, 0))
@example(net=Network(6, 5, 127))
@example(net=Network(6, 5, 128))
def test_the_ipv6_rows_recompute_to_the_numbers(lang: str, net: Network) -> None:
    lines = explain(net, lang)
    written = re.findall(r"(?:[0-9a-f]{4}:){7}[0-9a-f]{4}", "\n".join(lines[:7]))
    given_, mask, anded, last = (int(text.replace(":", ""), 16) for text in (*written[:3], written[-1]))
    assert (given_, given_ & mask, last) == (net.address, anded, given_ | mask ^ ALL[6])
    assert mask.bit_count() == net.prefix
    assert written[0] == expanded(6, net.address)
    assert f"2^{128 - net.prefix} = {net.total}" in lines[7]
    assert all(text_of(6, number) in lines[8] for number in hosts(net))


@given(NETS4 | NETS6)
@settings(deadline=None)
def test_both_languages_hold_the_same_numbers_on_as_many_lines(net: Network) -> None:
    english, chinese = explain(net, "en"), explain(net, "zh")
    assert numbers(english) == numbers(chinese)
    assert len(english) == len(chinese)


@LANGS
@pytest.mark.parametrize("prefix", range(33))
def test_an_explanation_is_about_a_dozen_lines(lang: str, prefix: int) -> None:
    for net in (network(f"172.31.255.77/{prefix}"), network(f"2001:db8:a:b:c:d:e:f/{4 * prefix}")):
        lines = explain(net, lang)
        assert 9 <= len(lines) <= 13


@pytest.mark.parametrize(
    ("text", "lang", "line"),
    [
        ("10.0.0.5/23", "en", "Binary method: /23 is 23 ones, then 9 zeros; | is the border."),
        ("10.0.0.5/23", "zh", "二进制法：/23 就是 23 个 1 后面跟 9 个 0；| 是网络位与主机位的分界。"),
        ("10.0.0.5/23", "en", "  address    00001010.00000000.0000000|0.00000101  10.0.0.5"),
        ("10.0.0.5/31", "en",
         "Hosts: a /31 has two addresses and both are hosts (RFC 3021): 10.0.0.4 and 10.0.0.5; no broadcast."),
        ("10.0.0.5/32", "zh", "主机：/32 只有一个地址，就是主机自己；没有网络地址和广播地址。"),
        ("2001:db8::5/62", "en", "  /62 keeps 15 whole digits and 2 bits of the next one"),
        ("2001:db8::5/64", "zh", "  /64 保留 16 个完整的数字，分界正好在两个数字之间"),
        ("2001:db8::5/127", "en",
         "Hosts: both, 2001:db8::4 and 2001:db8::5 (RFC 6164: no Subnet-Router anycast on a /127)."),
        ("2001:db8::5", "en", "Host: the one address, 2001:db8::5."),
    ],
)  # fmt: skip
def test_a_line_of_an_explanation(text: str, lang: str, line: str) -> None:
    assert line in explain(network(text), lang)
