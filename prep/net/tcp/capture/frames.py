"""From a frame to TCP: link layers, VLAN tags, IPv4 and IPv6, as far as the octets are there.

    Ethernet (1), stacked VLAN tags (802.1Q, 802.1ad), PPPoE session    Linux cooked v1 (113) and v2 (276)
    raw IP (12, 14, 101), IPv4 (228), IPv6 (229)                        BSD loopback (0, 108)

IPv4 (RFC 791) with options; IPv6 (RFC 8200) with its extension headers. Checksums are not verified: captures on the
sending host are full of wrong ones that the network card puts right. Fragments and tunnels are named, not guessed; so
is a header that the snap length has cut. A segment's length is taken from the IP header, not from what was captured.
"""

import struct
from typing import Final

from prep.net.tcp.capture.records import Buffer

Place = tuple[bytes, int, int]  # addresses and ports, where the TCP header begins, octets of text

ETHERNET, NULL, LOOP, COOKED, COOKED2 = 1, 0, 108, 113, 276
RAW: Final = (12, 14, 101, 228, 229)
LINKS: Final = {ETHERNET, NULL, LOOP, COOKED, COOKED2, *RAW}
VLAN: Final = (0x8100, 0x88A8, 0x9100)
IPV4, IPV6, PPPOE = 0x0800, 0x86DD, 0x8864
CUT_KIND, OTHER_KIND = -1, -2  # where no ethertype stands
PPP: Final = {0x21: IPV4, 0x57: IPV6, CUT_KIND: CUT_KIND}
TCP = 6
ETHERTYPES: Final = {0x0806: "arp", 0x8847: "mpls", 0x8848: "mpls", 0x8863: "pppoe", 0x88CC: "lldp", 0x88E5: "macsec"}
PROTOCOLS: Final = {
    1: "icmp", 2: "igmp", 4: "tunnel-ipip", 17: "udp", 41: "tunnel-6in4", 46: "rsvp", 47: "tunnel-gre",
    50: "tunnel-esp", 51: "tunnel-ah", 58: "icmpv6", 59: "no-next-header", 89: "ospf", 94: "tunnel-ipip",
    97: "tunnel-etherip", 103: "pim", 112: "vrrp", 115: "tunnel-l2tp", 132: "sctp",
}  # fmt: skip
UDP_TUNNELS: Final = {4789: "tunnel-vxlan", 6081: "tunnel-geneve", 2152: "tunnel-gtp", 1701: "tunnel-l2tp"}
TUNNELS: Final = {"mpls", *UDP_TUNNELS.values(), *(name for name in PROTOCOLS.values() if "tunnel" in name)} - {
    "tunnel-esp"  # encrypted: nobody could read what it holds
}
EXTENSIONS: Final = (0, 43, 60, 135, 139, 140)  # hop-by-hop, routing, destination, mobility, HIP, shim6
FRAGMENT = 44

CUT, OTHER, FRAGMENTED, BAD = "headers-cut", "not-ip", "ip-fragment", "bad-header"
_pair = struct.Struct(">H").unpack_from
_ipv4 = struct.Struct(">BxH2xHxB").unpack_from
_ipv6 = struct.Struct(">4xHB").unpack_from
_ports = struct.Struct(">HH").unpack_from


def tcp_of(buffer: Buffer, start: int, here: int, wire: int, link: int, *, pieces: bool = False) -> Place | str:
    """Where TCP stands in a frame; or why it does not, as a word. With `pieces`, also in the first fragment of a
    packet, whose length of text is then not that of the packet."""
    end = start + here
    if link == ETHERNET:
        at, kind = start + 14, _word(buffer, start + 12, end)
        while kind in VLAN:
            at, kind = at + 4, _word(buffer, at + 2, end)
        if kind == PPPOE:
            at, kind = at + 8, PPP.get(_word(buffer, at + 6, end), OTHER_KIND)
    elif link in RAW:
        at, kind = start, IPV4 if here and buffer[start] >> 4 == 4 else IPV6
    elif link == COOKED:
        at, kind = start + 16, _word(buffer, start + 14, end)
        while kind in VLAN:
            at, kind = at + 4, _word(buffer, at + 2, end)
    elif link == COOKED2:
        at, kind = start + 20, _word(buffer, start, end)
    elif link in (NULL, LOOP):  # a family in the byte order of whoever captured; its numbers differ from BSD to BSD
        at = start + 4
        kind = (IPV4 if buffer[at] >> 4 == 4 else IPV6) if at < end else CUT_KIND
    else:
        return "unknown-link"
    if kind == IPV4:
        return _in_ipv4(buffer, at, end, start + wire, pieces)
    if kind == IPV6:
        return _in_ipv6(buffer, at, end, start + wire, pieces)
    return CUT if kind == CUT_KIND else ETHERTYPES.get(kind, OTHER)


def _word(buffer: Buffer, at: int, end: int) -> int:
    return int(_pair(buffer, at)[0]) if at + 2 <= end else CUT_KIND


def _in_ipv4(buffer: Buffer, at: int, end: int, wire: int, pieces: bool) -> Place | str:
    if at + 20 > end:
        return CUT
    first, total, fragment, protocol = _ipv4(buffer, at)
    if first >> 4 != 4 or first < 0x45:
        return BAD
    if fragment & 0x3FFF and not (pieces and not fragment & 0x1FFF):
        return FRAGMENTED if protocol == TCP else PROTOCOLS.get(protocol, "other-protocol")
    tcp = at + (first & 15) * 4
    stop = at + total if total else wire  # 0: the network card was to cut it up (TSO)
    return _in_tcp(buffer, bytes(buffer[at + 12 : at + 20]), protocol, tcp, end, stop)


def _in_ipv6(buffer: Buffer, at: int, end: int, wire: int, pieces: bool) -> Place | str:
    if at + 40 > end:
        return CUT
    if buffer[at] >> 4 != 6:
        return BAD
    length, protocol = _ipv6(buffer, at)
    stop = at + 40 + length if length else wire
    addresses, at = bytes(buffer[at + 8 : at + 40]), at + 40
    while protocol in EXTENSIONS or protocol == FRAGMENT:
        if at + 8 > end:
            return CUT
        if protocol == FRAGMENT:
            part = _pair(buffer, at + 2)[0]
            if part & 0xFFF9 and not (pieces and not part & 0xFFF8):  # else an atomic fragment (RFC 6946)
                return FRAGMENTED if buffer[at] == TCP else PROTOCOLS.get(buffer[at], "other-protocol")
            step = 8
        else:
            step = buffer[at + 1] * 8 + 8
        protocol, at = buffer[at], at + step
    return _in_tcp(buffer, addresses, protocol, at, end, stop)


def _in_tcp(buffer: Buffer, addresses: bytes, protocol: int, at: int, end: int, stop: int) -> Place | str:
    if protocol != TCP:
        return _other(buffer, protocol, at, end)
    if at + 20 > end:
        return CUT if stop > end else BAD
    head = (buffer[at + 12] >> 4) * 4
    if head < 20 or at + head > stop:
        return BAD
    return addresses + bytes(buffer[at : at + 4]), at, stop - at - head


def _other(buffer: Buffer, protocol: int, at: int, end: int) -> str:
    if protocol == 17 and at + 4 <= end:
        for port in _ports(buffer, at):
            if port in UDP_TUNNELS:
                return UDP_TUNNELS[port]
    return PROTOCOLS.get(protocol, "other-protocol")


def scale_of(buffer: Buffer, at: int, end: int) -> int:
    """The window scale that a SYN offers (RFC 7323 §2), -1 where it offers none; `end` is where the octets end."""
    stop = min(at + (buffer[at + 12] >> 4) * 4, end)
    option = at + 20
    while option < stop:
        kind = buffer[option]
        if kind == 1:
            option += 1
            continue
        if not kind or option + 1 >= stop or buffer[option + 1] < 2:
            break
        if kind == 3 and option + 2 < stop:
            return min(14, buffer[option + 2])
        option += buffer[option + 1]
    return -1
