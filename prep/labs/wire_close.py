"""Segments of the close lost or sent at once.

Who closes first waits in TIME_WAIT (RFC 9293 §3.6.1): should its last ACK be lost, the other end repeats its FIN, and
somebody must be there to acknowledge it again. A FIN is a number of the stream, so it is repeated like data.
"""

import socket
import time

from prep.labs.kernel import tcp_state
from prep.labs.kit import Ask, Facts, fact, ms_since
from prep.labs.wire import Wire
from prep.labs.wired import wired
from prep.text import Both

TRIES = 3  # of what has to be quicker than a delayed ACK, 40 ms


@wired(
    "wire.close3",
    Both("The server closes as soon as it reads the end", "服务器一读到流结束就关闭"),
    (
        fact(
            "trace == ['A:FA', 'B:FA', 'A:A']",
            "the server closes as soon as it reads the end: its FIN carries the ACK",
            "服务器一读到结束就关闭：它的 FIN 捎带了 ACK",
        ),
    ),
    typical_ms=40,
    ask=Ask(
        "trace",
        "The client closes; the server reads the end of the stream and closes at once. How many segments are that?",
        "客户端关闭；服务器读到流结束后立即关闭。一共几个报文段？",
        (
            (["A:FA", "B:A", "B:FA", "A:A"], "four", "四个"),
            (["A:FA", "B:FA", "A:A"], "three", "三个"),
            (["A:FA", "B:FA"], "two", "两个"),
        ),
    ),
    path="ESTABLISHED -> FIN_WAIT_1 -> TIME_WAIT",
)
def close3(facts: Facts, wire: Wire) -> None:
    """On a busy machine the delayed ACK may be quicker than this program; then it is shown again."""
    for _ in range(TRIES):
        client, server = wire.pair()
        mark = len(wire.frames)
        client.close()
        wire.receive(server)
        server.close()
        wire.until(lambda: not wire.b.states(), "the last ACK")
        facts["trace"] = wire.trace(mark)
        if "B:A" not in facts["trace"]:
            return


@wired(
    "wire.drop_fin",
    Both("The FIN is lost", "FIN 丢失"),
    (
        fact("fins == 2", "the FIN is sent twice", "FIN 发了两次"),
        fact(
            "ms between [100, 700]",
            "the reader gets the end of the stream one retransmission timeout later, about 200 ms",
            "读方晚一个重传超时（约 200 毫秒）才读到流结束",
            seen=206,
        ),
    ),
    typical_ms=240,
    path="ESTABLISHED -> FIN_WAIT_1",
)
def drop_fin(facts: Facts, wire: Wire) -> None:
    client, server = wire.pair()
    wire.drop("A:FIN,ACK#1")
    start = time.monotonic()
    client.close()
    wire.receive(server)
    facts["ms"] = ms_since(start)
    facts["fins"] = len(wire.matching("A:FIN,ACK"))


@wired(
    "wire.drop_last_ack",
    Both("The last ACK is lost: what TIME_WAIT is for", "最后一个 ACK 丢失：TIME_WAIT 的用处"),
    (
        fact(
            "states == ['LAST_ACK', 'TIME_WAIT']",
            "the server stays in LAST_ACK, the client is in TIME_WAIT",
            "服务器停在 LAST_ACK，客户端处于 TIME_WAIT",
        ),
        fact(
            "trace == ['B:FA', 'A:A!', 'B:FA', 'A:A']",
            "the server repeats its FIN, and TIME_WAIT acknowledges again",
            "服务器重发 FIN，TIME_WAIT 一方再次确认",
        ),
        fact(
            "later == [[], ['TIME_WAIT']]",
            "then the server's end is gone; the client's waits on",
            "此后服务器一端消失，客户端一端继续等待",
        ),
    ),
    typical_ms=265,
    ask=Ask(
        "trace",
        "The ACK of the second FIN gets lost. What happens?",
        "对第二个 FIN 的 ACK 丢了，会怎样？",
        (
            (["B:FA", "A:A!"], "nothing, both ends are closed", "什么也不发生，两端都已关闭"),
            (["B:FA", "A:A!", "A:A"], "the client repeats its ACK", "客户端重发 ACK"),
            (
                ["B:FA", "A:A!", "B:FA", "A:A"],
                "the server repeats its FIN, the client its ACK",
                "服务器重发 FIN，客户端再答 ACK",
            ),
        ),
    ),
    path="ESTABLISHED -> FIN_WAIT_1 -> FIN_WAIT_2 -> TIME_WAIT",
)
def drop_last_ack(facts: Facts, wire: Wire) -> None:
    client, server = wire.pair()
    client.close()
    wire.receive(server)
    wire.until(lambda: wire.a.states() == ["FIN_WAIT2"], "the ACK of the first FIN")
    mark = len(wire.frames)
    wire.drop("A:ACK#1")
    server.close()
    wire.until(lambda: wire.matching("A:ACK", mark), "the last ACK")
    facts["states"] = [*wire.b.states(), *wire.a.states()]
    wire.until(lambda: not wire.b.states(), "it comes again")
    facts["trace"] = wire.trace(mark)
    facts["later"] = [wire.b.states(), wire.a.states()]


@wired(
    "wire.sim_close",
    Both("Simultaneous close", "同时关闭"),
    (
        fact(
            "states == [['FIN_WAIT1', 'FIN_WAIT1'], ['CLOSING', 'CLOSING'], ['CLOSE', 'CLOSE']]",
            "both FIN_WAIT1; each gets the other's FIN before the ACK of its own: CLOSING; then the sockets are done",
            "双方 FIN_WAIT1；各自先收到对方的 FIN、后收到对自己 FIN 的 ACK：CLOSING；然后套接字结束",
        ),
        fact("end == ['TIME_WAIT', 'TIME_WAIT']", "and both ends are in TIME_WAIT", "两端都进入 TIME_WAIT"),
    ),
    typical_ms=150,
    ask=Ask(
        "end",
        "Both ends close at the same moment, and the FINs cross. Which end waits in TIME_WAIT?",
        "两端同时关闭，两个 FIN 在途中交错。哪一端进入 TIME_WAIT？",
        (
            (["TIME_WAIT"], "one of them", "其中一端"),
            (["TIME_WAIT", "TIME_WAIT"], "both", "两端都进入"),
            ([], "neither", "都不进入"),
        ),
    ),
    path="ESTABLISHED -> FIN_WAIT_1 -> CLOSING -> TIME_WAIT",
)
def sim_close(facts: Facts, wire: Wire) -> None:
    """Both FINs are sent before either is carried; the ACKs are held long enough to look."""
    ends = wire.pair()
    wire.until(lambda: wire.b.states() == ["ESTABLISHED"], "the third ACK")
    for side in "AB":
        wire.rule("delay", f"{side}:ACK#*=100")
    for end in ends:
        end.shutdown(socket.SHUT_WR)
    seen = [[tcp_state(end) for end in ends]]
    for state in ("CLOSING", "CLOSE"):
        wire.until(lambda wanted=state: all(tcp_state(end) == wanted for end in ends), state)  # type: ignore[misc]
        seen.append([tcp_state(end) for end in ends])
    facts["states"] = seen
    facts["end"] = [*wire.a.states(), *wire.b.states()]
