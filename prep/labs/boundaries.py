"""Where bytes are cut, and where they are not: segments, big messages, slow readers, empty messages, datagrams."""

import select
import socket
import threading
import time
from typing import Any

from prep.labs.kernel import TIMESTAMPS, tcp_info
from prep.labs.kit import Facts, errno_name, fact, lab, scarce, until
from prep.labs.loopback import Loopback
from prep.labs.transfer import Setup
from prep.text import Both


@lab(
    "sticky.mss",
    Both("Segments of one MSS are not pieces of messages", "按 MSS 切出的报文段不是消息的碎片"),
    (
        fact(
            "data_segs_out == 6",
            "TCP_MAXSEG 1000: one send of 5000 leaves in six segments (1000 - 12 bytes of timestamps each)",
            "TCP_MAXSEG 设为 1000：一次发 5000 字节，分成六个报文段（每个要扣除 12 字节时间戳选项）",
        ),
        fact("recv_sizes == [5000]", "one recv returns 5000", "一次 recv 读到 5000"),
    ),
    typical_ms=1,
)
def mss(facts: Facts) -> None:
    with Loopback() as loopback:
        client, server = loopback.pair(TCP_MAXSEG=1000, TCP_NODELAY=1)
        client.send(b"x" * 5000)
        until(lambda: (tcp_info(server).bytes_received or 0) >= 5000, "5000 bytes have arrived")
        info = tcp_info(client)
        facts["data_segs_out"] = info.data_segs_out if info.options & TIMESTAMPS else None  # else there are five
        facts["recv_sizes"] = [len(server.recv(8192))]


@lab(
    "sticky.split",
    Both("One big message, many reads", "一条大消息，多次读取"),
    (
        fact(
            "len(recv_sizes) >= 2",
            "one sendall of 1 MB takes more than one recv(1 MiB): the receive buffer has 128 KiB",
            "一次 sendall 发 1 MB，recv(1 MiB) 要不止一次：接收缓冲区只有 128 KiB",
            seen=4,
        ),
        fact("joined==sent == True", "all bytes come, in order", "字节一个不少，顺序不变"),
        fact(
            "len(recv_sizes) >= 20",
            "into a receive buffer of 4608 bytes, 100 kB take 20 reads or more",
            "接收缓冲区只有 4608 字节时，100 kB 至少要读 20 次",
            seen=44,
        ),
    ),
    typical_ms=5,
)
def split(facts: Facts) -> None:
    """The field `len(recv_sizes)` is judged twice: it is the smaller buffer's count, where the first has its two."""
    big, facts["big.joined==sent"] = _pour(1_000_000, SO_RCVBUF=1 << 16)  # doubled; the usual middle of tcp_rmem
    small, facts["small_buffer.joined==sent"] = _pour(100_000, SO_RCVBUF=2304)
    facts["joined==sent"] = facts["big.joined==sent"] and facts["small_buffer.joined==sent"]
    facts["big.recv_sizes"], facts["small_buffer.reads"] = big, len(small)
    facts["len(recv_sizes)"] = len(small) if len(big) >= 2 else len(big)


def _pour(size: int, **options: int) -> tuple[list[int], bool]:
    """One sendall from a thread of its own; the sizes of the reads, and whether the bytes came as they were sent."""
    sent = bytes(number % 251 for number in range(size))
    with Loopback() as loopback:
        client, server = loopback.pair(**options)
        thread = threading.Thread(target=client.sendall, args=(sent,), daemon=True)
        thread.start()
        chunks: list[bytes] = []
        while sum(map(len, chunks)) < size:
            chunks.append(server.recv(1 << 20))
        thread.join()
    return [*map(len, chunks)], b"".join(chunks) == sent


@lab(
    "sticky.slow_reader",
    Both("A slow reader", "读得慢"),
    (
        fact(
            "len(recv_sizes) < 20",
            "20 sends every 5 ms, the reader busy for 27 ms after each read: fewer reads than sends",
            "每 5 毫秒发一次、共 20 次，读方每读一次忙 27 毫秒：读的次数比发的少",
            seen=5,
        ),
        fact(
            "sum == 140",
            "all 140 bytes come; that each read holds whole messages here, nothing promises",
            "140 字节全部到达；这里每次恰好读到整条消息，但没有任何保证",
        ),
    ),
    typical_ms=136,
)
def slow_reader(facts: Facts) -> None:
    sizes: list[int] = []
    with Loopback() as loopback:
        client, server = loopback.pair(TCP_NODELAY=1)
        thread = threading.Thread(target=_send_slowly, args=(client,), daemon=True)
        thread.start()
        while sum(sizes) < 140:
            sizes.append(len(server.recv(4096)))
            time.sleep(0.027)  # the slowness is what is shown
        thread.join()
    facts["recv_sizes"], facts["len(recv_sizes)"], facts["sum"] = sizes, len(sizes), sum(sizes)


def _send_slowly(client: socket.socket) -> None:
    for message in Setup(sends=20).messages():
        client.send(message)
        time.sleep(0.005)


@lab(
    "sticky.empty",
    Both("Empty messages", "空消息"),
    (
        fact(
            "tcp.data_segs_out == 0",
            'TCP: send(b"") returns 0 and sends no segment',
            'TCP：send(b"") 返回 0，不发任何报文段',
        ),
        fact('tcp.recv == "timeout"', "the peer notices nothing", "对端毫无察觉"),
        fact('udp.recv == ""', 'UDP: send(b"") is a real datagram', 'UDP：send(b"") 是一个真正的数据报'),
        fact('recv0 == ""', 'recv(0) returns b"" although nobody closed', 'recv(0) 返回 b""，但并没有人关闭连接'),
        fact(
            'seqpacket.recv == ""',
            "SEQPACKET: an empty packet looks like the end of the stream",
            "SEQPACKET：空包看起来就像流结束",
        ),
    ),
    typical_ms=100,
)
def empty(facts: Facts) -> None:
    with Loopback() as loopback:
        client, server = loopback.pair()
        facts["tcp.send"] = client.send(b"")
        server.settimeout(0.1)
        facts["tcp.recv"] = errno_name(lambda: server.recv(10))
        facts["tcp.data_segs_out"] = tcp_info(client).data_segs_out
        client.send(b"x")
        facts["recv0"] = server.recv(0).decode()
        sender, receiver = loopback.udp_pair()
        sender.send(b"")
        facts["udp.recv"] = receiver.recv(10).decode()
        one, other = loopback.unix_pair("SOCK_SEQPACKET")
        one.send(b"")
        facts["seqpacket.recv"] = other.recv(10).decode()


@lab(
    "sticky.udp",
    Both("UDP keeps boundaries, and has other ways to lose you bytes", "UDP 保留边界，但会以别的方式丢字节"),
    (
        fact(
            'recv == ["0123", "next"]',
            "recv(4) of a 10-byte datagram: four bytes, the rest is gone",
            "10 字节的数据报用 recv(4) 读：得到 4 字节，其余丢弃",
        ),
        fact("msg_trunc == True", "recvmsg tells it: MSG_TRUNC", "recvmsg 会用 MSG_TRUNC 告诉你"),
        fact("send_65507 == 65507", "65507 bytes fit into one datagram", "一个数据报装得下 65507 字节"),
        fact('send_65508 == "EMSGSIZE"', "65508 do not: EMSGSIZE", "65508 字节就不行：EMSGSIZE"),
        fact('v6 == [65527, "EMSGSIZE"]', "over IPv6: 65527 fit, 65528 do not", "IPv6 上：65527 可以，65528 不行"),
        fact(
            "received < 2000",
            "2000 datagrams of 1000 bytes, all sent without error: the receive buffer takes some, the rest is dropped",
            "连发 2000 个 1000 字节的数据报，发送全部成功：接收缓冲区只收下一部分，其余丢弃",
            seen=92,
        ),
        fact(
            "gro == [4500, 1000]",
            "UDP_GRO, asked for, does stick: one recv of 4500 from datagrams of 1000, with that size beside it",
            "主动打开 UDP_GRO 就会粘：1000 字节的数据报一次 recv 得到 4500，并附上这个大小",
        ),
    ),
    typical_ms=5,
)
def udp(facts: Facts) -> None:
    with Loopback() as loopback:
        sender, receiver = loopback.udp_pair()
        _truncated(facts, sender, receiver)
        for size in (65507, 65508):
            facts[f"send_{size}"] = _sent(sender, size)
        facts["v6"] = _sent_v6(loopback)
        facts["gro"] = _glued(loopback)
        sender, receiver = loopback.udp_pair()
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)  # rmem_default may hold them all
        for _ in range(2000):
            sender.send(bytes(1000))
        facts["received"] = _waiting(receiver)


def _truncated(facts: Facts, sender: socket.socket, receiver: socket.socket) -> None:
    sender.send(b"0123456789")
    sender.send(b"next")
    facts["recv"] = [receiver.recv(4).decode(), receiver.recv(4).decode()]
    sender.send(b"0123456789")
    flags = receiver.recvmsg(4)[2]
    facts["msg_trunc"] = bool(flags & socket.MSG_TRUNC)


def _sent(sender: socket.socket, size: int) -> Any:
    return errno_name(lambda: sender.send(bytes(size)), otherwise=size)


def _sent_v6(loopback: Loopback) -> Any:
    """None where loopback has no IPv6."""
    try:
        sender, _ = loopback.udp_pair("::1")
    except OSError as fault:
        if lacking := scarce(fault):
            raise lacking from None
        return None
    return [_sent(sender, 65527), _sent(sender, 65528)]


UDP_SEGMENT, UDP_GRO = 103, 104  # linux/udp.h; Python has no names for them


def _glued(loopback: Loopback) -> Any:
    """Five datagrams from one send by UDP_SEGMENT, received with UDP_GRO. None on kernels before 5.0."""
    sender, receiver = loopback.udp_pair()
    try:
        sender.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 1000)
        receiver.setsockopt(socket.IPPROTO_UDP, UDP_GRO, 1)
    except OSError:
        return None
    sender.send(bytes(4500))
    data, notes, _, _ = receiver.recvmsg(65536, 64)
    return [len(data), *(int.from_bytes(note[:2], "little") for _, kind, note in notes if kind == UDP_GRO)]


def _waiting(receiver: socket.socket) -> int:
    count = 0
    while select.select([receiver], [], [], 0.01)[0]:
        receiver.recv(2048)
        count += 1
    return count
