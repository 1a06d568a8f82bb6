"""Data lost, in another order, twice, damaged: the stream arrives as it was sent, and what that costs.

A loss in the middle shows in the ACKs of what comes behind it: SACK and duplicate ACKs bring it back within a round
trip (RFC 5681 §3.2, RFC 6675, RFC 8985). Behind the last segment nothing comes, so a timer has to notice: the tail loss
probe or the retransmission timeout, 200 ms on Linux. A segment with a wrong checksum is as good as lost (RFC 9293
§3.1).
"""

import time

from prep.labs.kernel import tcp_info
from prep.labs.kit import Ask, Facts, fact, ms_since
from prep.labs.wire import Wire
from prep.labs.wired import wired
from prep.text import Both

SEGMENTS = [bytes([number]) * 1000 for number in range(10)]
STREAM = b"".join(SEGMENTS)


def _send_all(wire: Wire, facts: Facts, field: str) -> float:
    """Ten segments of 1000 bytes at once; did the same bytes come, in order? Returns the milliseconds it took.

    Without tail loss probes: a busy machine may take longer than the 2 ms after which they begin.
    """
    wire.a.set("tcp_early_retrans", 0)
    client, server = wire.pair(TCP_NODELAY=1)
    start = time.monotonic()
    for segment in SEGMENTS:
        client.send(segment)
    facts[field] = wire.receive_all(server, len(STREAM)) == STREAM
    took = ms_since(start)
    facts["total_retrans"] = tcp_info(client).total_retrans
    return took


@wired(
    "wire.loss_fast",
    Both("One segment of ten is lost: fast retransmit", "十个报文段丢一个：快速重传"),
    (
        fact(
            "in_order == True",
            "the third of ten is lost; the stream is whole and in order",
            "十个报文段丢了第三个；字节流完整有序",
        ),
        fact(
            "total_retrans == 1", "one segment is sent again, not all behind it", "只重传一个报文段，而不是其后的全部"
        ),
        fact("ms < 150", "long before a retransmission timeout (200 ms)", "远早于重传超时（200 毫秒）", seen=1.2),
    ),
    typical_ms=40,
    ask=Ask(
        "total_retrans",
        "Ten segments are sent at once, the third gets lost. How many segments does the sender repeat?",
        "一次发出十个报文段，第三个丢了。发送方重传几个？",
        (
            (8, "eight: the third and all behind it", "八个：第三个及其后的全部"),
            (1, "one", "一个"),
            (10, "all ten", "全部十个"),
        ),
    ),
)
def loss_fast(facts: Facts, wire: Wire) -> None:
    wire.drop("A:data#3")
    facts["ms"] = _send_all(wire, facts, "in_order")


@wired(
    "wire.loss_tail",
    Both("The last segment is lost", "最后一个报文段丢失"),
    (
        fact(
            "ms between [150, 450]",
            "nothing comes behind it to show the gap: it is repeated after about 200 ms (tail loss probe or timeout)",
            "后面没有别的报文段能暴露缺口：约 200 毫秒后才重传（尾部丢失探测或超时）",
            seen=206,
        ),
        fact("total_retrans == 1", "one retransmission", "重传一次"),
    ),
    typical_ms=250,
)
def loss_tail(facts: Facts, wire: Wire) -> None:
    client, server = wire.pair()
    client.send(b"first")
    wire.receive_all(server, 5)
    wire.until(lambda: not tcp_info(client).unacked, "its ACK")
    wire.drop("A:data#1")
    start = time.monotonic()
    client.send(b"last")
    wire.receive_all(server, 4)
    facts["ms"] = ms_since(start)
    facts["total_retrans"] = tcp_info(client).total_retrans


@wired(
    "wire.reorder_dup",
    Both("Segments in another order, and twice", "报文段乱序与重复"),
    (
        fact(
            "intact == True",
            "the third swapped with the fourth, the sixth twice: the reader notices nothing",
            "第三个与第四个对调、第六个重复：读方毫无察觉",
        ),
    ),
    typical_ms=40,
)
def reorder_dup(facts: Facts, wire: Wire) -> None:
    wire.rule("reorder", "A:data#3")
    wire.rule("duplicate", "A:data#6")
    facts["ms"] = _send_all(wire, facts, "intact")
    facts["trace"] = wire.trace()


@wired(
    "wire.corrupt",
    Both("One bit flipped", "翻转一个比特"),
    (
        fact(
            "InCsumErrors == 1",
            "the checksum fails; the receiver's kernel counts it and says nothing",
            "校验和不符；接收方内核只把计数加一，不作任何通知",
        ),
        fact("intact == True", "the segment is sent again, the stream is whole", "报文段重传，字节流完整"),
        fact("total_retrans == 1", "one retransmission", "重传一次"),
    ),
    typical_ms=250,
    ask=Ask(
        "InCsumErrors",
        "A bit of a segment is flipped on the way. What does the receiver do?",
        "报文段的一个比特在途中翻转了。接收方怎么做？",
        (
            (0, "it delivers the damaged byte", "把坏字节交给应用"),
            (1, "it drops the segment silently", "悄悄丢弃该报文段"),
            ("RST", "it resets the connection", "复位连接"),
        ),
    ),
)
def corrupt(facts: Facts, wire: Wire) -> None:
    client, server = wire.pair()
    wire.rule("corrupt", "A:data#1")
    client.send(SEGMENTS[7])
    facts["intact"] = wire.receive_all(server, 1000) == SEGMENTS[7]
    facts["total_retrans"] = tcp_info(client).total_retrans
    facts["InCsumErrors"] = wire.b.counter("InCsumErrors")
