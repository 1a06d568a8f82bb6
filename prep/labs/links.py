"""Network interfaces set up by hand, without any program: rtnetlink(7), veth(4), namespaces(7), and the ethtool ioctl.

Everything here acts on the network namespace that this process is in; what changes something wants CAP_NET_ADMIN there.
All raise OSError as the kernel words it. The numbers are those of linux/rtnetlink.h, if_link.h, if_addr.h, neighbour.h
and ethtool.h.
"""

import ctypes
import errno
import fcntl
import os
import socket
import struct
from pathlib import Path
from typing import Final

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h
OWN_NET: Final = Path("/proc/self/ns/net")

NEWLINK, NEWADDR, NEWNEIGH = 16, 20, 28  # rtnetlink messages
ACK, CREATE = 0x5, 0x600  # NLM_F_REQUEST | NLM_F_ACK; NLM_F_CREATE | NLM_F_EXCL
IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_LINKINFO, IFLA_NET_NS_FD = 1, 3, 4, 18, 28
INFO_KIND, INFO_DATA, VETH_INFO_PEER = 1, 2, 1
IFA_ADDRESS, IFA_LOCAL, NDA_DST, NDA_LLADDR = 1, 2, 1, 2
NUD_PERMANENT: Final = 0x80
IFF_UP: Final = 1

SIOCGIFFLAGS, SIOCETHTOOL = 0x8913, 0x8946
OFFLOADS: Final = (0x17, 0x1F, 0x24, 0x2C)  # ETHTOOL_STXCSUM, STSO, SGSO, SGRO

HEADER: Final = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
LINK: Final = struct.Struct("=BxHiII")  # ifinfomsg: family, type, index, flags, which of them to change


# ── namespaces ──


def unshare(kinds: int) -> None:
    """Leaves the namespaces of these kinds for new ones. CLONE_NEWUSER wants a process with one thread."""
    _libc("unshare", kinds)


def set_net(namespace: int) -> None:
    """Moves this thread into the network namespace that the descriptor stands for."""
    _libc("setns", namespace, CLONE_NEWNET)


def _libc(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


# ── interfaces ──


def make_veth(name: str, mac: bytes, peer: str, peer_mac: bytes, namespace: int, mtu: int) -> None:
    """A pair of interfaces, the second in another namespace: what goes in at one end comes out at the other. The first
    is up; the second cannot be before it has its peer."""
    there = LINK.pack(0, 0, 0, 0, 0) + _link(peer, peer_mac, mtu)
    there += _attribute(IFLA_NET_NS_FD, struct.pack("=I", namespace))
    pair = _attribute(INFO_KIND, b"veth\0") + _attribute(INFO_DATA, _attribute(VETH_INFO_PEER, there))
    here = LINK.pack(0, 0, 0, IFF_UP, IFF_UP) + _link(name, mac, mtu)
    _request(NEWLINK, CREATE, here + _attribute(IFLA_LINKINFO, pair))


def set_up(name: str) -> None:
    _request(NEWLINK, 0, LINK.pack(0, 0, socket.if_nametoindex(name), IFF_UP, IFF_UP))


def touch_lo() -> None:
    """Changes nothing, and is refused where this process may change nothing."""
    _request(NEWLINK, 0, LINK.pack(0, 0, socket.if_nametoindex("lo"), 0, 0))


def add_address(name: str, address: str, prefix: int) -> None:
    octets = socket.inet_aton(address)
    head = struct.pack("=BBBBI", socket.AF_INET, prefix, 0, 0, socket.if_nametoindex(name))
    _request(NEWADDR, CREATE, head + _attribute(IFA_LOCAL, octets) + _attribute(IFA_ADDRESS, octets))


def add_neighbour(name: str, address: str, mac: bytes) -> None:
    """A lasting entry of the ARP table: nobody has to ask."""
    head = struct.pack("=BxxxiHBB", socket.AF_INET, socket.if_nametoindex(name), NUD_PERMANENT, 0, 0)
    _request(NEWNEIGH, CREATE, head + _attribute(NDA_DST, socket.inet_aton(address)) + _attribute(NDA_LLADDR, mac))


def offloads_off(name: str) -> None:
    """Checksums are computed and checked, and no packet is larger than the MTU."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for command in OFFLOADS:
            value = ctypes.create_string_buffer(struct.pack("=II", command, 0))
            request = struct.pack("16sP16x", name.encode(), ctypes.addressof(value))
            try:
                fcntl.ioctl(any_socket, SIOCETHTOOL, request)
            except OSError as fault:
                if fault.errno != errno.EOPNOTSUPP:  # what the interface cannot do at all is off
                    raise


def interfaces_up() -> list[str]:
    """The names of those that are up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:

        def up(name: str) -> bool:
            flags = fcntl.ioctl(any_socket, SIOCGIFFLAGS, struct.pack("16s24x", name.encode()))
            return bool(struct.unpack_from("=H", flags, 16)[0] & IFF_UP)

        return [name for _, name in socket.if_nameindex() if up(name)]


def _link(name: str, mac: bytes, mtu: int) -> bytes:
    text = _attribute(IFLA_IFNAME, name.encode() + b"\0")
    return text + _attribute(IFLA_ADDRESS, mac) + _attribute(IFLA_MTU, struct.pack("=I", mtu))


def _attribute(kind: int, value: bytes) -> bytes:
    """rtattr: length, type, value, padded to four bytes."""
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def _request(kind: int, flags: int, body: bytes) -> None:
    """Asks, and waits for the acknowledgement, which is an error number."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as link:
        link.settimeout(5)
        link.send(HEADER.pack(HEADER.size + len(body), kind, flags | ACK, 1, 0) + body)
        answer = link.recv(1 << 16)
    number = -struct.unpack_from("=i", answer, HEADER.size)[0]
    if number:
        raise OSError(number, f"rtnetlink: {os.strerror(number)}")
