"""How the subnet calculator's answers look to a reader."""

from typing import Any

from prep.net.subnet.address import ALL, MASK, Network
from prep.net.subnet.explain import binary

Lines = list[str]


def aligned(found: dict[str, Any]) -> Lines:
    return [f"{key.replace('_', ' '):15}  {value}" for key, value in found.items() if value is not None]


def info(row: dict[str, Any], net: Network) -> Lines:
    """An address and its network, aligned; for IPv4 with the bits and the border between network and host."""
    return _ipv4(row, net) if row["version"] == 4 else _ipv6(row, net)


def _ipv4(row: dict[str, Any], net: Network) -> Lines:
    prefix = row["prefix"]
    mask = MASK[4][prefix]
    bits = [
        ("address", f"{row['address']}/{prefix}", net.address),
        ("netmask", row["netmask"], mask),
        ("wildcard", row["wildcard"], ALL[4] >> prefix),
        ("network", f"{row['network']}/{prefix}", net.first),
        ("broadcast", row["broadcast"] or f"none ({_no_broadcast(prefix)})", net.last if row["broadcast"] else None),
    ]
    lines = [
        f"{name:10}  {text:20}" + (f"  {binary(number, prefix)}" if number is not None else "")
        for name, text, number in bits
    ]
    lines = [line.rstrip() for line in lines]
    lines.append(
        f"{'hosts':10}  {row['first_host']} - {row['last_host']}"
        if row["usable_hosts"] > 1
        else f"{'host':10}  {row['first_host']}"
    )
    lines.append(f"{'count':10}  {row['usable_hosts']} usable of {row['total_addresses']}{_policy4(prefix)}")
    lines.append(f"{'role':10}  {row['role']} address; class {row['class']} before CIDR")
    return lines + _rest(row)


def _ipv6(row: dict[str, Any], net: Network) -> Lines:
    prefix = row["prefix"]
    lines = [
        f"{'address':10}  {row['address']}/{prefix}",
        f"{'expanded':10}  {row['expanded']}",
        f"{'network':10}  {row['network']}/{prefix}",
        f"{'last':10}  {row['last_address']}",
        f"{'broadcast':10}  none (IPv6 has multicast instead)",
        f"{'hosts':10}  {row['first_host']} - {row['last_host']}"
        if row["usable_hosts"] > 1
        else f"{'host':10}  {row['first_host']}",
        f"{'count':10}  {row['usable_hosts']} usable of {row['total_addresses']} = 2^{128 - prefix}{_policy6(prefix)}",
    ]
    if row["solicited_node"]:
        lines.append(f"{'solicited':10}  {row['solicited_node']}")
    if row["embedded_ipv4"]:
        lines.append(f"{'embedded':10}  {row['embedded_ipv4']['ipv4']} ({row['embedded_ipv4']['kind']})")
    return lines + _rest(row)


def _rest(row: dict[str, Any]) -> Lines:
    lines = []
    if row["special"]:
        reach = {True: "globally reachable", False: "not globally reachable", None: "reachability not stated"}
        block, name, reachable, rfc = row["special"].values()
        lines.append(f"{'special':10}  {name}: {block}, {reach[reachable]} [{rfc}]")
    elif row["elsewhere"]:
        lines.append(
            f"{'special':10}  {row['elsewhere']['name']}: {row['elsewhere']['block']} [{row['elsewhere']['rfc']}]"
        )
    zones = row["reverse_zones"]
    lines.append(f"{'reverse':10}  {row['reverse_pointer']}")
    more = f" and {len(zones) - 1} more" if len(zones) > 1 else ""
    lines.append(f"{'zone':10}  {zones[0]}{more}")
    if row.get("cloud"):
        cloud = row["cloud"]
        lines.append(f"{cloud['provider']:10}  {cloud['usable_hosts']} usable; reserved {', '.join(cloud['reserved'])}")
    return lines


def _no_broadcast(prefix: int) -> str:
    return "RFC 3021: both addresses are hosts" if prefix == 31 else "one address"


def _policy4(prefix: int) -> str:
    return {31: " (RFC 3021)", 32: ""}.get(prefix, " (less network and broadcast)")


def _policy6(prefix: int) -> str:
    return {127: " (RFC 6164)", 128: ""}.get(prefix, " (less the Subnet-Router anycast address)")


def vlsm(found: dict[str, Any]) -> Lines:
    rows = [
        f"{row['network']:20}  {row['hosts']:>10} hosts wanted  {row['usable_hosts']:>10} usable"
        for row in found["subnets"]
    ]
    return [*rows, f"free: {', '.join(found['free']) or 'nothing'}"]
