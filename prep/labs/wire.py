"""The programmable wire: two kernels' worth of TCP in one child process, and every packet between them in our hands.

    namespace A               the namespace the child is in               namespace B
    e0 192.0.2.1 ══ veth ══ wire-a ── AF_PACKET, the rules ── wire-b ══ veth ══ e0 192.0.2.2

- Nothing moves unless the experiment waits (`step`, `until`, `call`): there is no thread, sockets never block, and what
  both ends did before the next step is on its way at the same time. Only the kernel's timers run on.
- A frame's time is the kernel's, taken when it came in, so a busy machine does not bend it. Frames are carried in that
  order.
- Nobody but the two ends is there: ARP entries are given, IPv6 and everything else that is not IPv4 is not carried, and
  the wire will not be built in a namespace that is anybody else's. Addresses are from TEST-NET-1 (RFC 5737).
- It ends with a fault at its limits of frames, bytes and seconds.
"""

import heapq
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, Final, TypeVar

from prep.labs.frames import Fate, Frame, Sight, corrupted, pcap, read
from prep.labs.host import PORT, SO_TIMESTAMPNS, Host
from prep.labs.kit import DEADLINE, Overdue
from prep.labs.namespace import must_be_private
from prep.labs.rules import Kind, Rule, Ruling, Side, parse_rule

MTU = 1500  # bytes of an IP packet on Ethernet (RFC 894)
MOST_FRAMES, MOST_BYTES, MOST_SECONDS = 10_000, 1 << 24, 20.0
TICK = 0.001  # seconds between two looks at what the kernel's timers did
SWAP_PATIENCE = 0.1  # seconds for which a frame waits to be swapped with the next

OTHER: Final[dict[Side, Side]] = {"A": "B", "B": "A"}
_times = struct.Struct("@ll").unpack

Result = TypeVar("Result")


class Wire:
    """Built ready: two ends with addresses, and nothing sent yet.

    frames: what the ends have sent, in order, with what became of it.
    Raises CannotRun and OSError where it cannot be built, RuntimeError where it must not.
    """

    def __init__(self, mtu: int = MTU, rules: Sequence[Rule] = ()) -> None:
        must_be_private()
        self.a, self.b = Host("A", 1), Host("B", 2)
        self.hosts: dict[Side, Host] = {"A": self.a, "B": self.b}
        self.ends = {side: host.plug(self.hosts[OTHER[side]], mtu) for side, host in self.hosts.items()}
        self.ready = select.poll()
        for end in self.ends.values():
            self.ready.register(end, select.POLLIN)
        self.ruling = Ruling(rules)
        self.frames: list[Frame] = []
        self.bytes = 0
        self.sights: list[Sight] = []
        self.later: list[tuple[float, int, Side, bytes]] = []  # a heap: due (monotonic), order, sender, frame
        self.swapped: dict[Side, tuple[float, int]] = {}  # sender → due, place of the frame that waits for the next
        self.numbers = count()
        self.over = time.monotonic() + MOST_SECONDS

    # ── rules ──

    def rule(self, kind: Kind, text: str) -> None:
        """From now on; its numbers count from now."""
        self.ruling.add(parse_rule(kind, text))

    def drop(self, text: str) -> None:
        self.rule("drop", text)

    def cut(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self.drop("A:any#*")
        self.drop("B:any#*")

    def mend(self) -> None:
        """All passes again."""
        self.ruling.clear()

    # ── carrying ──

    def step(self, patience: float = 0.0) -> None:
        """Carries what has come and what is due; waits so many seconds for it. Raises Overdue at the wire's limits."""
        now = time.monotonic()
        if now > self.over or len(self.frames) > MOST_FRAMES or self.bytes > MOST_BYTES:
            limits = f"{MOST_FRAMES} frames, {MOST_BYTES} bytes, {MOST_SECONDS:g} s"
            raise Overdue(f"the wire is at its limit ({limits})")
        due = [when for when, *_ in self.later[:1]] + [when for when, _ in self.swapped.values()]
        self.ready.poll(max(0.0, min([patience, *(when - now for when in [*due, self.over])])) * 1000)
        for at, side, raw in sorted(self._arrived(), key=lambda arrived: arrived[0]):
            self._carry(at, side, raw)
        self._deliver_due()

    def _arrived(self) -> Iterator[tuple[float, Side, bytes]]:
        for side, end in self.ends.items():
            for _ in range(MOST_FRAMES):
                try:
                    raw, extra, *_ = end.recvmsg(1 << 16, 64)
                except BlockingIOError:
                    break
                stamps = [value for _, kind, value in extra if kind == SO_TIMESTAMPNS]
                seconds, nano = _times(stamps[0]) if stamps else (time.time(), 0)
                yield seconds + nano / 1e9, side, raw

    def _carry(self, at: float, side: Side, raw: bytes) -> None:
        packet = read(raw)
        rule = self.ruling.fate(side, packet.bits, packet.data)
        if rule and rule.kind == "reorder" and side in self.swapped:
            rule = None  # it is itself the next that another waits for
        fate: Fate | None = rule.kind if rule else None
        self.frames.append(Frame(at, side, raw, packet, "alone" if fate == "reorder" else fate))
        self.bytes += len(raw)
        if side == "A":
            self.sights.append((at, raw))
        match rule:
            case Rule(kind="drop"):
                return
            case Rule(kind="delay", ms=ms):
                heapq.heappush(self.later, (time.monotonic() + ms / 1000, next(self.numbers), side, raw))
                return
            case Rule(kind="reorder"):
                self.swapped[side] = time.monotonic() + SWAP_PATIENCE, len(self.frames) - 1
                return
            case Rule(kind="corrupt"):
                self.deliver(side, corrupted(raw))
            case Rule(kind="duplicate"):
                self.deliver(side, raw)
                self.deliver(side, raw)
            case _:
                self.deliver(side, raw)
        if side in self.swapped:
            _, place = self.swapped.pop(side)
            self.frames[place] = replace(self.frames[place], fate="reorder")
            self.deliver(side, self.frames[place].raw)

    def _deliver_due(self) -> None:
        now = time.monotonic()
        while self.later and self.later[0][0] <= now:
            _, _, side, raw = heapq.heappop(self.later)
            self.deliver(side, raw)
        for side, place in [(side, place) for side, (due, place) in self.swapped.items() if due <= now]:
            del self.swapped[side]
            self.deliver(side, self.frames[place].raw)

    def deliver(self, sender: Side, raw: bytes) -> None:
        """The frame reaches the other end, unseen by the rules; so does a forged one."""
        if sender == "B":
            self.sights.append((time.time(), raw))
        self.ends[OTHER[sender]].send(raw)

    # ── waiting ──

    def until(self, true: Callable[[], Any], what: str, deadline: float = DEADLINE) -> Any:
        """Carries until it is true and returns what it then is. Raises Overdue."""
        end = time.monotonic() + deadline
        while not (found := true()):
            if time.monotonic() > end:
                raise Overdue(f"{what}, waited {deadline:g} s")
            self.step(TICK)
        return found

    def rest(self, seconds: float) -> None:
        """Carries for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.step(left)

    def call(self, action: Callable[[], Result], patience: float = DEADLINE) -> Result:
        """Carries until the call no longer says that it would block. Raises TimeoutError and what the call raises."""
        end = time.monotonic() + patience
        while True:
            try:
                return action()
            except BlockingIOError:
                if time.monotonic() > end:
                    raise TimeoutError("timed out") from None
            self.step(TICK)

    # ── sockets ──

    def connect(self, client: socket.socket, patience: float = DEADLINE, port: int = PORT) -> None:
        self.call(lambda: client.connect((self.b.address, port)), patience)

    def accept(self, listener: socket.socket, patience: float = DEADLINE) -> socket.socket:
        return self.b.keep(self.call(listener.accept, patience)[0])

    def receive(self, sock: socket.socket, size: int = 65536, patience: float = DEADLINE) -> bytes:
        return self.call(lambda: sock.recv(size), patience)

    def receive_all(self, sock: socket.socket, size: int, patience: float = DEADLINE) -> bytes:
        """So many bytes, or fewer where the stream ends."""
        got, end = b"", time.monotonic() + patience
        while len(got) < size and (more := self.receive(sock, size - len(got), end - time.monotonic())):
            got += more
        return got

    def pair(self, **options: int) -> tuple[socket.socket, socket.socket]:
        """A connected client in A and the server's end of it in B; the options are TCP ones of the client, by name."""
        listener = self.b.listener()
        client = self.a.open()
        for name, value in options.items():
            client.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        self.connect(client)
        server = self.accept(listener)
        listener.close()
        return client, server

    # ── what was seen ──

    def matching(self, text: str, since: int = 0) -> list[Frame]:
        """What one end sent, in the words of a rule: `A:SYN`; from the given place in `frames` on."""
        rule = parse_rule("drop", text)
        return [
            frame for frame in self.frames[since:] if rule.matches(frame.side, frame.packet.bits, frame.packet.data)
        ]

    def trace(self, since: int = 0) -> list[str]:
        """Words of frames.py, from the given place in `frames` on."""
        return [frame.word for frame in self.frames[since:]]

    def capture(self) -> bytes:
        """What A's interface saw, as a pcap file: all that A sent, also what the wire then lost, and what reached A, as
        it reached it. What B sent and the wire lost is not in it."""
        return pcap(self.sights)
