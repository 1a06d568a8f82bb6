"""Study paths: ready-made selections of cards, used wherever a deck is named.

A path is some decks, a tag over all decks, or single cards. `deck list` shows them; `prep quiz cram` studies one.
"""

from dataclasses import dataclass

from prep.cards.card import Text


@dataclass(frozen=True, slots=True)
class Path:
    title: Text
    decks: tuple[str, ...] = ()
    tag: str | None = None


PATHS: dict[str, Path] = {
    "cram": Path(Text("The classics, for the last days", "最后几天：经典题"), tag="classic"),
    "web": Path(
        Text("Web developer: from the URL to the page", "Web 开发：从 URL 到页面"),
        ("dns", "http-semantics", "http-status", "http-versions", "caching-cookies", "tls-https", "url-to-page"),
    ),
    "linux-ops": Path(
        Text("Linux operations: queues, states, tools", "Linux 运维：队列、状态、工具"),
        (
            *("handshake-failures", "close-states", "buffers-blocking", "keepalive", "io-models", "troubleshooting"),
            "diagnosis-drills",
        ),
    ),
    "subnetting": Path(Text("Addresses and subnets", "地址与子网"), ("ipv4-subnetting", "ipv6", "subnet-drills")),
    "why": Path(Text('The "why" questions', "“为什么”类问题"), tag="why"),
}
