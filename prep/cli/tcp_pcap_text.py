"""How a capture looks to a reader: a table of connections, in 80 columns, and the ladder of one."""

from typing import TYPE_CHECKING

from prep.cli.app import many
from prep.cli.tcp_pcap_ends import ends
from prep.net.tcp.capture.findings import ENDS, TEXTS, Finding, found
from prep.net.tcp.capture.sides import Flow
from prep.net.tcp.capture.watcher import settled
from prep.net.tcp.capture.zeek import conn_state
from prep.text import wrap

if TYPE_CHECKING:
    from prep.net.tcp.capture.drawn import Drawn

COLUMNS = 80
INDENT = " " * 12
HEAD = "    #  originator -> responder                       state  packets    bytes\n"


class Page:
    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.known: dict[bytes, str] = {}
        self.findings: dict[Finding, str] = {}

    def connection(self, flow: Flow) -> str:
        """A few lines: who, Zeek's state, packets and bytes of both ends, the paths, what is worth saying."""
        view, (orig, resp) = flow.view, flow.sides
        a, a_port, b, b_port = ends(flow, self.known)
        left, right = (f"[{x}]:{port}" if ":" in x else f"{x}:{port}" for x, port in ((a, a_port), (b, b_port)))
        sent, got = orig.octets(), resp.octets()
        state = conn_state(view.zeek, view.history, not (sent or got))
        counts = f"{orig.packets}/{resp.packets}"
        numbers = f"{state:6} {counts:9} {sent}/{got}"
        pair = f"{left} -> {right}"
        head = f"{flow.number:5}  {pair:45} {numbers}\n"
        if len(pair) > 45 or len(head) > COLUMNS + 1:
            head = f"{flow.number:5}  {left}\n       -> {right}\n       {numbers}\n"
        if "text" not in view.kept:
            view.kept["text"] = "".join(map(_path, ENDS, settled(view)))
        return head + view.kept["text"] + "".join(map(self._finding, found(flow)))

    def _finding(self, finding: Finding) -> str:
        text = self.findings.get(finding)
        if text is None:
            if len(self.findings) > 10_000:
                self.findings.clear()
            told = TEXTS[finding.code]
            who = "" if finding.end is None else f" by {ENDS[finding.end]}"
            count = f" x{finding.times}" if finding.times > 1 else ""
            where = f" ({finding.state})" if finding.state else ""
            meaning = told.zh if self.lang == "zh" else told.en
            study = f" [prep show {told.cards[0]}]" if told.cards else ""
            lines = wrap(f"     ! {finding.code}{count}{who}{where}: {meaning}{study}", COLUMNS, "       ")
            text = self.findings[finding] = "\n".join(lines) + "\n"
        return text


def _path(end: str, path: tuple[str, ...]) -> str:
    told = " -> ".join(path) or "(nothing was heard of it)"
    return "\n".join(wrap(f"       {end} {told}", COLUMNS, INDENT)) + "\n"


def total(packets: int, connections: int, skipped: dict[str, int]) -> str:
    without = f"; not followed: {', '.join(f'{count} {why}' for why, count in sorted(skipped.items()))}"
    line = f"{many(packets, 'packet')}, {many(connections, 'connection')}{without if skipped else ''}"
    return "\n".join(wrap(line, COLUMNS)) + "\n"


def drawn(drawn: "Drawn") -> str:
    """The ladder; A is the originator."""
    from prep.net.tcp.ladder import ladder

    lines = ladder(drawn.played, COLUMNS)
    began = drawn.played.moments[:1]
    if began and "SYN" not in (began[0].segment.flags if began[0].segment else ()):
        del lines[1]  # it did not begin in CLOSED
    more = [f"and {many(drawn.left_out, 'more packet')}"] * bool(drawn.left_out)
    return "\n".join([*lines, *more]) + "\n"
