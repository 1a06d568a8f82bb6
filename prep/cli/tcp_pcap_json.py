"""A connection of a capture as JSON, written by hand: what many connections share is made once.

Nothing here needs escaping: addresses, names of states and codes are ASCII.
"""

from prep.cli.batch import encode
from prep.cli.tcp_pcap_ends import ends
from prep.net.tcp.capture.findings import ENDS, TEXTS, Finding, found, plain
from prep.net.tcp.capture.sides import Flow
from prep.net.tcp.capture.view import View
from prep.net.tcp.capture.watcher import settled
from prep.net.tcp.capture.zeek import conn_state


class Writer:
    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.known: dict[bytes, str] = {}
        self.findings: dict[Finding, str] = {}

    def connection(self, flow: Flow) -> str:
        view, (orig, resp) = flow.view, flow.sides
        sent, got = orig.octets(), resp.octets()
        shared = view.kept
        if not shared:
            self._shared(view)
        if plain(flow):
            findings = shared.get("findings")
            if findings is None:
                findings = shared["findings"] = self._findings(flow)
        else:
            findings = self._findings(flow)
        a, a_port, b, b_port = ends(flow, self.known)
        return (
            f'{{"connection": {flow.number}, "orig": "{a}", "orig_port": {a_port}, '
            f'"resp": "{b}", "resp_port": {b_port}, {shared["full" if sent or got else "empty"]}'
            f'"orig_packets": {orig.packets}, "resp_packets": {resp.packets}, '
            f'"orig_bytes": {sent}, "resp_bytes": {got}, {shared["states"]}'
            f'"retransmissions": {orig.oddities.again + resp.oddities.again}, "findings": {findings}, '
            f'"start": {flow.first:.6f}, "end": {flow.last:.6f}}}'
        )

    def _shared(self, view: View) -> None:
        """What all connections of this view have in common."""
        paths = settled(view)
        view.kept["states"] = f'"states": {encode({"orig": paths[0], "resp": paths[1]})}, '
        for key, empty in (("empty", True), ("full", False)):
            state = conn_state(view.zeek, view.history, empty)
            view.kept[key] = f'"conn_state": "{state}", "history": "{view.history}", '

    def _findings(self, flow: Flow) -> str:
        return f"[{', '.join(map(self._finding, found(flow)))}]"

    def _finding(self, finding: Finding) -> str:
        text = self.findings.get(finding)
        if text is None:
            if len(self.findings) > 10_000:
                self.findings.clear()
            told = TEXTS[finding.code]
            text = self.findings[finding] = encode(
                {
                    "code": finding.code,
                    "count": finding.times,
                    "end": None if finding.end is None else ENDS[finding.end],
                    "state": finding.state or None,
                    "meaning": told.zh if self.lang == "zh" else told.en,
                    "cards": told.cards,
                }
            )
        return text
