"""What is worth saying about a connection, in two languages, with the cards that teach it.

`found` gives codes; TEXTS says what each means. `who` is the end that did it: the one that sent again, that reset, that
announced the zero window, that waits.
"""

from typing import Final, NamedTuple

from prep.net.tcp.capture.sides import UNKNOWN, Flow, Side
from prep.net.tcp.capture.watcher import settled

ENDS: Final = ("orig", "resp")


class Text(NamedTuple):
    en: str
    zh: str
    cards: tuple[str, ...] = ()


class Finding(NamedTuple):
    """
    end: 0 the originator, 1 the responder, None where it is both or neither.
    state: what that end was in, or the end that it met; empty where that does not matter.
    """

    code: str
    times: int = 1
    end: int | None = None
    state: str = ""


TEXTS: Final[dict[str, Text]] = {
    "midstream": Text(
        "The capture begins in the middle of the connection: no SYN was seen, so sequence numbers count from the first"
        " segment and the window scale is not known.",
        "抓包从连接中途开始：没有看到 SYN，序列号从第一个报文段算起，窗口扩大因子未知。",
    ),
    "no-connection": Text(
        "A segment without SYN, RST and ACK begins no connection and belongs to none: a FIN, NULL or Xmas scan. A"
        " closed port answers with a RST (RFC 9293 §3.10.7.1), one that listens does not answer.",
        "不带 SYN、RST、ACK 的报文段不开始任何连接，也不属于任何连接：FIN、NULL 或 Xmas 扫描。关闭的端口回 RST"
        "（RFC 9293 §3.10.7.1），监听的端口不回应。",
        ("po-open-closed-filtered",),
    ),
    "one-direction": Text(
        "Only one direction was captured; the other end is known by what was acknowledged to it.",
        "只抓到一个方向；另一端只能从对它的确认中推知。",
        ("ts-tcpdump-filter",),
    ),
    "syn-unanswered": Text(
        "The SYN was never answered: a filter drops it, the host is down, or the accept queue is full (Linux then drops"
        " SYNs). Nobody refused: that would be a RST.",
        "SYN 没有得到任何回应：被防火墙丢弃、主机不在线，或者全连接队列已满（Linux 此时丢弃 SYN）。这不是拒绝："
        "拒绝会回 RST。",
        ("hf-first-lost", "hf-refused-vs-timeout", "hf-accept-queue-full"),
    ),
    "handshake-unfinished": Text(
        "The handshake never finished: the SYN,ACK was not acknowledged. The server stays in SYN_RECEIVED until its"
        " retries are used up (a lost ACK, a spoofed SYN, or a scan).",
        "握手没有完成：SYN,ACK 没有被确认。服务器停在 SYN_RECEIVED，直到重试用尽（ACK 丢失、伪造的 SYN，或扫描）。",
        ("hf-third-lost", "hf-syn-flood"),
    ),
    "simultaneous-open": Text(
        "Both ends sent a SYN before they had seen the other's: a simultaneous open, one connection.",
        "双方在收到对方 SYN 之前都发出了 SYN：同时打开，结果是一个连接。",
        ("hs-simultaneous-open",),
    ),
    "simultaneous-close": Text(
        "The FINs crossed: a simultaneous close. Both ends went through CLOSING, which leads to TIME_WAIT.",
        "两个 FIN 在途中交错：同时关闭。双方都经过 CLOSING，之后是 TIME_WAIT。",
        ("cl-time-wait-who",),
    ),
    "half-closed": Text(
        "Only this end has sent a FIN; the other never closed as far as the capture shows: CLOSE_WAIT there, FIN_WAIT_2"
        " here. A half-close on purpose, or a program that forgot to close.",
        "只有这一端发出了 FIN；在抓包范围内另一端始终没有关闭：那边是 CLOSE_WAIT，这边是 FIN_WAIT_2。要么是有意的"
        "半关闭，要么是程序忘了关闭。",
        ("cl-close-wait-pileup",),
    ),
    "half-open": Text(
        "Half-open: this end has forgotten the connection (crash, reboot, or it gave up) while the other believed in"
        " it; a RST at the number that was expected tells it.",
        "半打开：这一端已经忘记连接（崩溃、重启或放弃），另一端却以为它还在；于是用对方期待的序列号回 RST 告知。",
    ),
    "reset-refused": Text(
        "Refused: a RST answers the SYN, so no program listens on this port. The client's connect() gets ECONNREFUSED.",
        "连接被拒绝：RST 回应了 SYN，该端口没有程序在监听。客户端的 connect() 得到 ECONNREFUSED。",
        ("hf-rst-to-syn", "hf-refused-vs-timeout", "po-open-closed-filtered"),
    ),
    "reset-gave-up": Text(
        "A RST answers the SYN,ACK: this end had closed or given up in SYN_SENT, or never sent that SYN (a scan, a"
        " spoofed address).",
        "RST 回应了 SYN,ACK：这一端在 SYN_SENT 时已经关闭或放弃，或者根本没发过那个 SYN（扫描、伪造地址）。",
        ("hs-why-three", "hf-syn-flood"),
    ),
    "reset-bad-ack": Text(
        "A RST refuses an ACK of something that this end did not send: an old duplicate SYN or a half-open connection"
        " was answered.",
        "RST 拒绝了对它从未发送内容的确认：对端回应的是旧的重复 SYN，或一个半打开连接。",
    ),
    "reset-abort": Text(
        "Aborted: close(), or the end of the process, with unread data in the receive buffer, or SO_LINGER with 0. What"
        " was under way is lost; the peer gets ECONNRESET.",
        "连接被中止：接收缓冲区还有未读数据就 close() 或进程结束，或者 SO_LINGER 设为 0。途中的数据丢失，"
        "对端得到 ECONNRESET。",
        ("cl-unread-rst",),
    ),
    "reset-forgot": Text(
        "A RST without ACK refuses what just arrived: this end does not have the connection, or not any more (crashed,"
        " restarted, nobody holds the socket: half-open until then). An abort() would carry an ACK.",
        "不带 ACK 的 RST 拒绝刚到的报文段：这一端没有这个连接，或者已经不再有（崩溃、重启、没有程序再持有套接字："
        "在此之前是半打开）。主动中止的 RST 会带 ACK。",
    ),
    "reset-after-close": Text(
        "A RST after this end's FIN: it had closed entirely, not only its sending half, and something still came; or it"
        " gave up waiting.",
        "发过 FIN 之后又发 RST：这一端已经完全关闭，而不只是关闭发送方向，却还有数据到来；或者它不愿再等。",
    ),
    "reset-unknown": Text(
        "A RST for a connection of which the capture shows nothing before: this end does not know it (half-open), or"
        " the capture began too late.",
        "RST 针对的连接此前在抓包中没有出现过：这一端不认识它（半打开），或者抓包开始得太晚。",
    ),
    "reset-late": Text(
        "A RST from an end whose connection was over: it answers a segment that came late.",
        "连接已经结束的一端发出的 RST：回应迟到的报文段。",
    ),
    "reset-in-window": Text(
        "A RST inside the window, but not at exactly RCV.NXT: RFC 5961 asks the peer by a challenge ACK before it"
        " believes it.",
        "窗口之内但不恰好等于 RCV.NXT 的 RST：RFC 5961 要先用挑战 ACK 问对端，才会相信。",
    ),
    "reset-challenged": Text(
        "A RST inside the window was challenged and did not close the connection: forged, or old.",
        "窗口之内的 RST 受到挑战，没有关闭连接：是伪造的，或者是旧的。",
    ),
    "reset-ignored": Text(
        "A RST outside the window, or one that answers a SYN without acknowledging it, did not close the connection:"
        " forged blindly, or old (RFC 5961, RFC 9293 §3.10.7.3 and 4).",
        "窗口之外的 RST，或者回应 SYN 却没有确认它的 RST，没有关闭连接：盲目伪造的，或者是旧的（RFC 5961，RFC 9293"
        " §3.10.7.3、§3.10.7.4）。",
    ),
    "reset-injected": Text(
        "A RST in the name of this end, which went on sending as if there were none: somebody between has forged it (a"
        " firewall, a censor, an attacker). A peer that believes it closes, and refuses what still comes.",
        "以这一端的名义发出的 RST，而它自己却照常继续发送：是中间的某个设备伪造的（防火墙、审查设备、攻击者）。对端"
        "如果相信了就会关闭，并拒绝之后到来的数据。",
    ),
    "syn-challenged": Text(
        "A SYN on a connection that exists: it is answered with a challenge ACK and dropped, wherever its number lies"
        " (RFC 5961). If its sender has really forgotten the connection, it resets the old one with the answer.",
        "在已有连接上又来了 SYN：无论序列号在哪里，都只回挑战 ACK 并丢弃（RFC 5961）。如果对方真的忘了"
        "旧连接，会据此用 RST 清掉它。",
    ),
    "time-wait-assassination": Text(
        "TIME-WAIT assassination: an old duplicate drew an ACK out of TIME_WAIT, and the RST that answered it ended"
        " TIME_WAIT early (RFC 1337).",
        "TIME-WAIT 被提前终结（TIME-WAIT assassination）：旧的重复报文段引出 TIME_WAIT 一端的 ACK，而回应它的 RST"
        " 提前结束了 TIME_WAIT（RFC 1337）。",
    ),
    "port-reuse": Text(
        "The same addresses and ports had a connection before; a SYN with a new sequence number began this one.",
        "同样的地址和端口此前已有一个连接；带新序列号的 SYN 开始了这一个。",
        ("po-key",),
    ),
    "retransmission": Text(
        "The same numbers again: the sender took the segment for lost (no ACK in time, or later ACKs and SACK told of a"
        " gap), or it had been refused. It or its ACK was lost, damaged (checksums are not verified here), or only"
        " late; a copy that the network made looks the same.",
        "同样的序列号又来一次：发送方认为报文段丢了（没有及时收到 ACK，或后来的 ACK、SACK 显示有缺口），或者它曾被"
        "拒绝。报文段或它的 ACK 丢失、损坏（这里不验证校验和），或者只是迟到；网络造成的副本看起来也一样。",
        ("rl-no-nack", "ts-retrans"),
    ),
    "fast-retransmission": Text(
        "Sent again after three or more duplicate ACKs, which asked for just this segment: later ones had come, and it"
        " was lost or only late (RFC 5681).",
        "在三个或更多重复 ACK 之后重传，它们要的正是这个报文段：后面的已经到了，它丢失了，或者只是迟到（RFC 5681）。",
        ("rl-fast-retransmit",),
    ),
    "zero-window": Text(
        "This end announced a zero window: its program does not read fast enough, and the sender must wait.",
        "这一端通告了零窗口：它的程序读得不够快，发送方必须等待。",
        ("bf-drop-when-full",),
    ),
    "keep-alive": Text(
        "Probes one number below what comes next: keep-alive on an idle connection.",
        "序列号比下一个应发的小 1 的探测：空闲连接上的保活。",
        ("ka-tcp-keepalive", "ka-timers", "ka-outcomes"),
    ),
    "keep-alive-unanswered": Text(
        "The last keep-alive probes had no answer: the peer has crashed, the way to it is broken, or a NAT or firewall"
        " has forgotten the connection. What follows is a RST or silence; the program gets ETIMEDOUT.",
        "最后几个保活探测没有回应：对端崩溃、路径中断，或者 NAT、防火墙忘了这个连接。接下来是 RST 或沉默；"
        "程序得到 ETIMEDOUT。",
        ("ka-outcomes", "ka-middlebox"),
    ),
    "keep-alive-gave-up": Text(
        "Gave up: its keep-alive probes had no answer, so it reset the connection. The program gets ETIMEDOUT; the peer"
        " has crashed, the way to it is broken, or a NAT or firewall has forgotten the connection.",
        "放弃：保活探测没有回应，于是用 RST 结束了连接。程序得到 ETIMEDOUT；对端崩溃、路径中断，或者 NAT、防火墙"
        "忘了这个连接。",
        ("ka-outcomes", "ka-middlebox"),
    ),
    "window-probe": Text(
        "Probes of the peer's zero window: one octet, or an old number, asks whether there is room again (RFC 9293"
        " §3.8.6.1). No retransmissions, and no keep-alive.",
        "对端零窗口的探测：用一个字节或旧的序列号询问是否又有空间（RFC 9293 §3.8.6.1）。不是重传，也不是保活。",
        ("rl-zero-window", "bf-drop-when-full"),
    ),
    "not-captured": Text(
        "Numbers were skipped, or the peer acknowledged what was not seen: these segments came later (out of order), or"
        " the capture has lost them; where only an ACK speaks of them, they may never have been sent.",
        "序列号出现跳跃，或者对端确认了没有看到的内容：这些报文段后来才到（乱序），或者抓包漏掉了；如果只有 ACK 提到，"
        "也可能从未发送。",
        ("rl-ack-numeric",),
    ),
    "duplicates": Text(
        "The capture has most packets twice, as when it is taken on two interfaces (`-i any`, a bridge, a mirror port)."
        " These copies count as packets, not as retransmissions; a few copies alone would not be known as such.",
        "抓包里大多数数据包出现了两次，就像在两个接口上抓取那样（`-i any`、网桥、镜像端口）。这些副本计入数据包数，"
        "不算重传；如果只有少数副本，则无法识别。",
        ("ts-retrans",),
    ),
    "fragmented": Text(
        "Packets of this end came in IP fragments. The first piece names the connection, but fragments are not put"
        " together: these packets are left out, and count only where the peer acknowledged them.",
        "这一端的数据包被 IP 分片。第一个分片能说明属于哪个连接，但这里不重组分片：这些数据包被略去，只有对端确认过的"
        "部分才计入。",
        ("v4-fragmentation", "rl-why-mss-if-ip-fragments"),
    ),
    "self-connected": Text(
        "Connected with itself: one socket has both ends, the same address and port, after a simultaneous open with"
        " itself. What it sends, it reads; all packets count as the originator's.",
        "自连接：同一个套接字就是两端，地址和端口相同，由与自己的同时打开形成。它发什么就读到什么；所有数据包都算作"
        "发起方的。",
        ("hs-self-connect",),
    ),
    "given-up": Text(
        "Too many connections were open at once: this one, silent for long, was given out as it stood.",
        "同时打开的连接太多：这个长时间没有动静的连接按当时的状态输出。",
    ),
}  # fmt: skip


def found(flow: Flow) -> list[Finding]:
    """What is worth saying, in the order in which it matters."""
    of_view = [_known_better(flow, one) for one in _of_view(flow) if _holds(flow, one)]
    return [*of_view, *_of_flow(flow), *(one for side in flow.sides for one in _of_side(side))]


def plain(flow: Flow) -> bool:
    """Does all that there is to say follow from the view?"""
    orig, resp = flow.sides
    counted = orig.odd or resp.odd or flow.reused or flow.evicted or flow.copies
    if counted or not orig.packets or not resp.packets:
        return False
    return orig.ack in (resp.nxt, UNKNOWN) and resp.ack in (orig.nxt, UNKNOWN)


def _of_view(flow: Flow) -> list[Finding]:
    view = flow.view
    paths = settled(view)
    challenged = {note.end for note in view.notes if note.code == "reset-challenged"}
    notes = [note for note in view.notes if note.code != "reset-in-window" or note.end not in challenged]
    out = [Finding(note.code, 1, note.end, note.state) for note in notes]
    if any("SYN_SENT" in path and path[path.index("SYN_SENT") + 1 :][:1] == ("SYN_RECEIVED",) for path in paths):
        out.append(Finding("simultaneous-open"))
    if all("CLOSING" in path for path in paths):
        out.append(Finding("simultaneous-close"))
    for end, path in enumerate(paths):
        last, other = path[-1:], paths[1 - end][-1:]
        if last == ("SYN_RECEIVED",):
            out.append(Finding("handshake-unfinished", 1, end, last[0]))
        if last == ("FIN_WAIT_2",) and other in (("ESTABLISHED",), ("CLOSE_WAIT",)):
            out.append(Finding("half-closed", 1, end, last[0]))
    return out


def _holds(flow: Flow, one: Finding) -> bool:
    """Is it so, though the capture may lack packets? What an end has not done is known only of one that was heard to
    the end."""
    if one.end is None:
        return True
    side, other = flow.sides[one.end], flow.sides[1 - one.end]
    if one.code == "half-closed":
        return other.packets > 0 and not other.untold()
    if one.code == "handshake-unfinished":
        return side.packets > 0 and (other.packets > 0 or side.syns - side.oddities.copies > 1)
    return True


def _known_better(flow: Flow, one: Finding) -> Finding:
    """A RST behind probes without an answer is not its program's."""
    if one.code not in ("reset-abort", "reset-forgot", "reset-after-close") or one.end is None:
        return one
    probes = flow.sides[one.end].oddities.gave_up
    return one._replace(code="keep-alive-gave-up", times=probes) if probes else one


def _of_flow(flow: Flow) -> list[Finding]:
    out = []
    orig, resp = flow.sides
    if any(side.packets and side.peer is side for side in flow.sides):
        out.append(Finding("self-connected", 1, int(resp.packets > 0)))
    if orig.packets and not resp.packets and settled(flow.view)[0][-1:] == ("SYN_SENT",):
        out.append(Finding("syn-unanswered", orig.syns - orig.oddities.copies, 0, "SYN_SENT"))
    for side in flow.sides:
        if not side.packets and side.iss != UNKNOWN and flow.sides[1 - side.turn].packets > 1:
            out.append(Finding("one-direction", 1, 1 - side.turn))
    out += [Finding("port-reuse")] * flow.reused + [Finding("given-up")] * flow.evicted
    if flow.copies:
        out.append(Finding("duplicates", flow.copies))
    return out


def _of_side(side: Side) -> list[Finding]:
    odd, peer = side.oddities, side.peer
    silent = 0 if odd.gave_up else side.silence()
    lost = side.packets > 0 and peer.packets > 0 and side.lacking() > (odd.probed == side.nxt)
    counts = (
        ("retransmission", odd.again - odd.fast),
        ("fast-retransmission", odd.fast),
        ("zero-window", odd.zeros),
        ("window-probe", odd.window_probes),
        ("keep-alive", odd.keep_alives),
        ("keep-alive-unanswered", silent if silent > 1 else 0),
        ("not-captured", odd.holes + lost),
        ("fragmented", odd.pieces),
    )
    return [Finding(code, times, side.turn) for code, times in counts if times > 0]
