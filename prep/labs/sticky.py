"""Sticky packets (粘包): TCP keeps no message boundaries, Nagle is not why, and what Nagle really does.

A TCP stream delivers bytes, not sends (RFC 9293 §2.2). How many segments carried them is Nagle's business (RFC 9293
§3.7.4), how many reads fetch them is the reader's; neither counts messages. Nagle holds back a small segment only while
data is unacknowledged. On loopback the receiver begins in quick-ACK mode, so the ACK is back before the next send and
Nagle has nothing to do; with a delayed ACK (RFC 9293 §3.8.6.3, 40 ms on Linux) it shows.
"""

import socket

from prep.labs.kit import Ask, Facts, fact, lab
from prep.labs.loopback import Loopback
from prep.labs.transfer import Run, Setup, transfer
from prep.text import Both

TEN_TIMES_SEVEN = [7] * 10


@lab(
    "sticky.core",
    Both("Ten 7-byte sends, read a moment later", "连发十次 7 字节，稍后再读"),
    (
        fact(
            "tcp_nagle.recv_sizes == [70]",
            "TCP with Nagle on (the default): one recv(4096) returns all 70 bytes",
            "TCP，Nagle 开启（默认）：一次 recv(4096) 读到全部 70 字节",
        ),
        fact(
            "tcp_nodelay.recv_sizes == [70]",
            "TCP with TCP_NODELAY: also one recv of 70 bytes",
            "TCP 加 TCP_NODELAY：同样一次 recv 读到 70 字节",
        ),
        fact(
            "tcp_nagle.data_segs_out == 10",
            "with Nagle ten segments left all the same: each ACK was back before the next send",
            "开着 Nagle 也照样发出十个报文段：下一次发送之前 ACK 已经回来了",
        ),
        fact("tcp_nodelay.data_segs_out == 10", "with TCP_NODELAY ten segments", "加 TCP_NODELAY 也是十个报文段"),
        fact(
            "unix_stream.recv_sizes == [70]",
            "an AF_UNIX stream sticks as well, without TCP and without Nagle",
            "AF_UNIX 流套接字也粘，既没有 TCP 也没有 Nagle",
        ),
        fact("pipe.read_sizes == [70]", "a pipe sticks as well", "管道也粘"),
        fact(
            "udp.recv_sizes == [7, 7, 7, 7, 7, 7, 7, 7, 7, 7]",
            "UDP keeps the boundaries: ten reads of 7",
            "UDP 保留边界：十次读，每次 7 字节",
        ),
        fact(
            "seqpacket.recv_sizes == [7, 7, 7, 7, 7, 7, 7, 7, 7, 7]",
            "AF_UNIX SOCK_SEQPACKET keeps the boundaries",
            "AF_UNIX SOCK_SEQPACKET 保留边界",
        ),
        fact(
            "unix_dgram.recv_sizes == [7, 7, 7, 7, 7, 7, 7, 7, 7, 7]",
            "AF_UNIX SOCK_DGRAM keeps the boundaries",
            "AF_UNIX SOCK_DGRAM 保留边界",
        ),
        fact(
            "lockstep.recv_sizes == [7, 7, 7, 7, 7, 7, 7, 7, 7, 7]",
            'a read after every send seems to keep them on TCP: the trap of "it works on my machine"',
            "每发一次就读一次，TCP 看起来也有边界：这正是“在我机器上没问题”的陷阱",
        ),
        fact("tiny.recv_sizes == [4, 4, 2]", "recv(4) of ten bytes: 4, 4, 2", "十个字节用 recv(4) 读：4、4、2"),
    ),
    typical_ms=1,
    ask=Ask(
        "tcp_nodelay.recv_sizes",
        "Ten sends of 7 bytes over TCP with TCP_NODELAY; a moment later recv(4096). What do the reads return?",
        "TCP 设了 TCP_NODELAY，连发十次、每次 7 字节；稍后 recv(4096)。各次读到多少？",
        (
            (TEN_TIMES_SEVEN, "ten reads of 7", "十次，每次 7"),
            ([70], "one read of 70", "一次 70"),
            ([7, 63], "7, then 63", "先 7，再 63"),
        ),
    ),
)
def core(facts: Facts) -> None:
    for name, setup in (("tcp_nagle", Setup()), ("tcp_nodelay", Setup(nodelay=True))):
        run = transfer(setup)
        facts[f"{name}.recv_sizes"] = run.reads
        facts[f"{name}.data_segs_out"] = run.segments
    facts["unix_stream.recv_sizes"] = transfer(Setup("unix")).reads
    facts["pipe.read_sizes"] = transfer(Setup("pipe")).reads
    facts["udp.recv_sizes"] = transfer(Setup("udp")).reads
    facts["seqpacket.recv_sizes"] = transfer(Setup("seqpacket")).reads
    with Loopback() as loopback:
        sender, receiver = loopback.unix_pair("SOCK_DGRAM")
        facts["unix_dgram.recv_sizes"] = [*_in_turn(sender, receiver, ahead=10)]
        facts["lockstep.recv_sizes"] = [*_in_turn(*loopback.pair(), ahead=1)]
    facts["tiny.recv_sizes"] = transfer(Setup(sends=1, size=10, recv=4)).reads


def _in_turn(sender: socket.socket, receiver: socket.socket, ahead: int) -> list[int]:
    """Ten messages, read after every `ahead` sends."""
    sizes = []
    for start in range(0, 10, ahead):
        for message in Setup().messages()[start : start + ahead]:
            sender.send(message)
        sizes += [len(receiver.recv(4096)) for _ in range(ahead)]
    return sizes


@lab(
    "sticky.nagle_hold",
    Both("What Nagle really does: it changes where it sticks", "Nagle 到底做了什么：只改变粘在哪里"),
    (
        fact(
            "nagle.data_segs_out_before_read == 1",
            "the receiver delays its ACK, Nagle on: after ten sends one segment has left",
            "接收方延迟 ACK，Nagle 开启：发了十次，只出去一个报文段",
        ),
        fact("nagle.notsent_bytes == 63", "63 bytes wait in the sender", "63 字节还等在发送方"),
        fact(
            "nagle.recv_sizes == [7, 63]", "reads: 7, then 63 when the ACK has come", "先读到 7，ACK 到了以后再读到 63"
        ),
        fact("nagle.data_segs_out == 2", "two segments in all", "总共两个报文段"),
        fact(
            "nagle.wait_ms between [30, 90]",
            "the second read waits for the delayed ACK, about 40 ms",
            "第二次读要等延迟 ACK，约 40 毫秒",
            seen=41,
        ),
        fact(
            "nodelay.recv_sizes == [70]",
            "TCP_NODELAY: one read of 70, more sticky, not less",
            "TCP_NODELAY：一次读 70，粘得更多而不是更少",
        ),
        fact("nodelay.data_segs_out == 10", "from ten segments", "来自十个报文段"),
        fact("nodelay.wait_ms < 30", "at once", "马上就到", seen=0.02),
    ),
    typical_ms=44,
    ask=Ask(
        "nodelay.recv_sizes",
        "The receiver delays its ACKs. With Nagle the reads are 7 and 63. What are they with TCP_NODELAY?",
        "接收方延迟 ACK。开着 Nagle 时读到 7 和 63。设了 TCP_NODELAY 会读到什么？",
        (
            (TEN_TIMES_SEVEN, "ten reads of 7", "十次，每次 7"),
            ([7, 63], "7 and 63 again", "还是 7 和 63"),
            ([70], "one read of 70", "一次 70"),
        ),
    ),
)
def nagle_hold(facts: Facts) -> None:
    for name, nodelay in (("nagle", False), ("nodelay", True)):
        run: Run = transfer(Setup(nodelay=nodelay, delayed_ack=True))
        facts[f"{name}.data_segs_out_before_read"] = run.first_segments
        facts[f"{name}.notsent_bytes"] = run.held
        facts[f"{name}.recv_sizes"] = run.reads
        facts[f"{name}.data_segs_out"] = run.segments
        facts[f"{name}.wait_ms"] = run.wait_ms
