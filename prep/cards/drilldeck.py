"""The decks of drills: one card, and so one memory, for each generator and difficulty band.

Where a written card asks a generator and band already, that card is its memory and no other is made (WRITTEN; a rule of
`prep deck check` finds twins).
"""

from prep.cards.card import Cite, Deck, Generate, Numeric, Text
from prep.cards.deckfile import DeckFile
from prep.cards.drill import Drill, drills

SUBNET, TCP, FRAMING, DIAGNOSIS = "subnet-drills", "tcp-drills", "framing-drills", "diagnosis-drills"
TITLES = {
    SUBNET: Text("Subnetting drills", "子网划分练习"),
    TCP: Text("TCP and UDP drills", "TCP 与 UDP 练习"),
    FRAMING: Text("Framing drills", "消息定界练习"),
    DIAGNOSIS: Text("Diagnosis drills", "诊断练习"),
}
BAND = Text("band {}", "难度 {}")
WRITTEN: frozenset[tuple[str, int]] = frozenset(
    {
        ("v4-mask-to-prefix@1", 2),
        ("v4-prefix-to-wildcard@1", 2),
        ("v4-broadcast@1", 2),
        ("v4-usable@1", 2),
        ("v4-same@1", 2),
        ("v4-split@1", 2),
        ("v4-vlsm@1", 1),
        ("v4-lpm@1", 1),
        ("v4-fragments@1", 1),
        ("v6-compress@1", 1),
        ("v6-expand@1", 1),
        ("v6-count@1", 1),
        ("tcp-syn-timetable@1", 2),
        ("tcp-synack-timetable@1", 1),
        ("tcp-backlog@1", 1),
        ("tcp-port-exhaustion@1", 1),
        ("tcp-ack@1", 1),
        ("tcp-syn-consumes@1", 2),
        ("tcp-mss@1", 1),
        ("tcp-window-scale@1", 1),
        ("tcp-throughput@1", 1),
        ("tcp-cwnd@1", 2),
        ("udp-max@1", 1),
        ("tcp-keepalive@1", 1),
        ("tcp-seq-wrap@1", 1),
        ("tcp-overhead@1", 1),
        ("tcp-setup@1", 1),
        ("fr-complete@1", 1),
        ("fr-boundary@1", 1),
    }
)


def deck_of(drill: Drill) -> str:
    for tag, name in (("framing", FRAMING), ("diagnosis", DIAGNOSIS)):
        if tag in drill.tags:
            return name
    return TCP if {"tcp", "udp"} & set(drill.tags) else SUBNET


def deck(name: str) -> DeckFile:
    kinds = [drill for drill in drills().values() if deck_of(drill) == name]
    bands = [(drill, band) for drill in kinds for band in range(1, drill.bands + 1)]
    cards = tuple(card(drill, band) for drill, band in bands if (drill.id, band) not in WRITTEN)
    return DeckFile(Deck(name, TITLES[name], cards), (), {})


def card(drill: Drill, band: int) -> Numeric:
    """`dr-v4-network-2`: each band after the one before."""
    name = drill.id.partition("@")[0]
    easier = (f"dr-{name}-{band - 1}",) if band > 1 and (drill.id, band - 1) not in WRITTEN else ()
    return Numeric(
        id=f"dr-{name}-{band}",
        deck=deck_of(drill),
        difficulty=band,
        tags=("drill", *drill.tags),
        q=Text(
            f"{drill.name.en}, {BAND.en.format(band)}",
            f"{drill.name.say('zh')}，{BAND.say('zh').format(band)}",
        ),
        a=drill.method,
        cite=tuple(Cite(src, sec) for src, sec in drill.cite),
        needs=easier,
        generate=Generate(drill.id, band),
    )
