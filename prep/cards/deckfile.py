"""Deck files: a tree of text → cards, every fault with file:line:column.

All faults of a file come in one run, and a file with a fault gives no deck; what of it could be read is told beside
the faults, so that its other cards can be checked and its names are known. The format is a contract (docs/decks.md);
decks/deck.schema.json tells it to editors, and a test holds the two together.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Any, TypeVar

from prep.cards.answerable import unanswerable
from prep.cards.card import (
    KINDS,
    Card,
    Cite,
    Deck,
    Generate,
    Option,
    Proof,
    Text,
)
from prep.cards.tree import Fault, Faults, Field, Mapping, Node, Scalar, Sequence, at_field, parse, quoted, value_of
from prep.errors import did_you_mean
from prep.text import storable

MAX_BYTES = 32 << 20
PLATFORMS = ["any", "linux", "windows", "macos"]
LONGEST_ID = 100
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

REQUIRED = ["id", "kind", "difficulty", "tags", "q", "cite"]
OPTIONAL = ["a", "points", "wrong", "hint", "proof", "next", "needs", "platform", "seeds", "renamed_from"]
REQUIRED_OF = {
    "basic": ["a"],
    "choice": ["choices"],
    "multi": ["choices"],
    "typed": ["accept"],
    "cloze": [],
    "order": ["order"],
    "match": ["pairs"],
    "numeric": ["generate"],
}
OPTIONAL_OF = {"typed": ["accept_zh"], "cloze": ["accept"]}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DeckFile:
    """What a file holds: a deck, or None beside the faults; the node of each card that has an id; and of a file with
    faults the deck as far as it could be read, called as its file where its id could not."""

    deck: Deck | None
    faults: tuple[Fault, ...]
    nodes: dict[str, Node]
    partial: Deck | None = None

    @property
    def places(self) -> dict[str, tuple[int, int]]:
        """The line and column at which each card begins."""
        return {name: (node.line, node.column) for name, node in self.nodes.items()}

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards that could be read."""
        deck = self.deck or self.partial
        return deck.cards if deck else ()

    def place(self, card: str, field: Field = ()) -> tuple[int, int]:
        """The line and column of a card's field, or of what it would stand in."""
        node = at_field(self.nodes.get(card, Node(1, 1)), field)
        return node.line, node.column


def misnamed(name: str) -> str | None:
    """Why a name is no id; None where it is one."""
    if ID.fullmatch(name):
        return None
    if ID.fullmatch(name[:LONGEST_ID]):
        return f"may have {LONGEST_ID} characters, this has {len(name)}"
    if name and ID.fullmatch(f"x{name}"[:LONGEST_ID]):
        return "must begin with a letter or digit"
    return "may hold letters, digits, `.`, `_` and `-` only"


def read(path: Path) -> DeckFile:
    """The deck in a file. A file that cannot be read is a fault of it too."""
    faults = Faults(storable(str(path)))
    try:
        if storable(path.name) != path.name:
            faults.note(Node(1, 1), "file", "the name of the file is not UTF-8; rename it")
            return _unread(faults)
        if not S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            faults.note(Node(1, 1), "file", "not a file")
            return _unread(faults)
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            faults.note(Node(1, 1), "size", f"more than {MAX_BYTES >> 20} MiB; split the deck")
        else:
            return load(data.decode("utf-8-sig"), faults.file)
    except OSError as fault:
        faults.note(Node(1, 1), "file", f"cannot be read: {fault.strerror}")
    except UnicodeDecodeError as fault:
        before = fault.object[: fault.start].decode()  # behind the byte order mark, if there is one
        at = Node(before.count("\n") + 1, len(before) - before.rfind("\n"))
        faults.note(at, "utf-8", f"byte 0x{fault.object[fault.start]:02x} is not UTF-8; save the file as UTF-8")
    return _unread(faults)


def _unread(faults: Faults) -> DeckFile:
    stem = Path(faults.file).stem
    return DeckFile(None, tuple(sorted(faults.all)), {}, Deck(stem, Text(stem), ()))


def load(text: str, file: str) -> DeckFile:
    """The deck in a text; `file` is its name in messages."""
    reader = _Reader(file)
    root = parse(text, reader)
    if root is None:
        return _unread(reader)
    deck = reader.deck(root)
    faults = tuple(sorted(reader.all))
    return DeckFile(None, faults, reader.nodes, deck) if faults else DeckFile(deck, (), reader.nodes)


class _Reader(Faults):
    """Reads values from nodes. Each method notes what is wrong and then gives None, or leaves the item out."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.nodes: dict[str, Node] = {}

    def deck(self, root: Node) -> Deck:
        top = self.keys(root, ["deck", "cards"], "a deck file", required=["deck", "cards"])
        head = self.keys(top["deck"], ["id", "title"], "deck", required=["id", "title"]) if "deck" in top else {}
        name = (self.name(head["id"], "deck id") if "id" in head else None) or Path(self.file).stem
        title = self.text(head["title"], "title") if "title" in head else None
        cards = self.several(top["cards"], "cards", lambda node, _: self.card(node, name)) if "cards" in top else ()
        return Deck(name, title or Text(name), cards)

    def card(self, node: Node, deck: str) -> Card | None:
        met = self.met
        kind_node = node.get("kind") if isinstance(node, Mapping) else None
        kind = self.one_of(kind_node, "kind", list(KINDS)) if kind_node else None
        own = [kind] if kind else list(KINDS)
        required = REQUIRED + (REQUIRED_OF[kind] if kind else [])
        known = REQUIRED + OPTIONAL + [key for k in own for key in REQUIRED_OF[k] + OPTIONAL_OF.get(k, [])]
        found = self.keys(node, known, f"a card of kind {kind}" if kind else "a card", required=required)
        values = {key: READ[key](self, inner, key) for key, inner in found.items() if key != "kind"}
        if "accept" in found and kind in ("typed", "cloze"):
            values["accept"] = (self.words if kind == "typed" else self.gaps)(found["accept"], "accept")
        if isinstance(values.get("id"), str):
            if values["id"] in self.nodes:
                first = self.nodes[values["id"]].line
                self.note(
                    found["id"], "duplicate-id", f'id "{values["id"]}" stands in this file twice, first in line {first}'
                )
            self.nodes.setdefault(values["id"], node)
        if self.met > met or kind is None:
            return None
        card = KINDS[kind](deck=deck, **values)
        for key, rule, message in unanswerable(card):
            self.note(found.get(key, node), rule, f"{card.id}: {message}")
        return card

    def keys(self, node: Node, known: list[str], what: str, required: list[str]) -> dict[str, Node]:
        """The known keys of a mapping. Others are faults, and so are required ones that are missing."""
        if not isinstance(node, Mapping):
            self.note(node, "type", f"{what} must be a mapping, `key: value`")
            return {}
        found = {}
        for key, value in node.entries.items():
            if key.text in known:
                found[key.text] = value
            else:
                word = quoted(key.text)
                hint = did_you_mean(word, known, f"known here: {', '.join(dict.fromkeys(known))}")
                self.note(key, "unknown-key", f'unknown key "{word}" in {what}; {hint}')
        missing = [f"`{key}`" for key in required if key not in found]
        if missing:
            name = node.get("id")
            which = f' "{quoted(name.text)}"' if isinstance(name, Scalar) else ""
            self.note(node, "missing-key", f"{what}{which} has no {', '.join(missing)}")
        return found

    def several(self, node: Node, what: str, one: Callable[[Node, str], T | None]) -> tuple[T, ...]:
        if not isinstance(node, Sequence):
            self.note(node, "type", f"{what} must be a list")
            return ()
        values = [one(item, what) for item in node.items]
        return tuple(value for value in values if value is not None)

    def word(self, node: Node, what: str) -> str | None:
        if not isinstance(node, Scalar):
            self.note(node, "type", f"{what} must be text")
        elif not node.text.strip():
            self.note(node, "empty", f"{what} is empty")
        else:
            return node.text.strip()
        return None

    def words(self, node: Node, what: str) -> tuple[str, ...]:
        return self.several(node, what, self.word)

    def name(self, node: Node, what: str) -> str | None:
        word = self.word(node, what)
        if word is not None and (why := misnamed(word)):
            self.note(node, "id", f'{what} "{quoted(word)}" {why}')
            return None
        return word

    def names(self, node: Node, what: str) -> tuple[str, ...]:
        return self.several(node, what, self.name)

    def one_of(self, node: Node, what: str, known: list[str]) -> str | None:
        word = self.word(node, what)
        if word is None or word in known:
            return word
        hint = did_you_mean(quoted(word), known, f"one of {', '.join(known)}")
        self.note(node, what, f'unknown {what} "{quoted(word)}"; {hint}')
        return None

    def platform(self, node: Node, what: str) -> str | None:
        return self.one_of(node, what, PLATFORMS)

    def difficulty(self, node: Node, what: str) -> int | None:
        word = self.one_of(node, what, ["1", "2", "3"])
        return None if word is None else int(word)

    def flag(self, node: Node, what: str) -> bool:
        if not isinstance(node, Scalar) or node.text not in ("true", "false"):
            self.note(node, "type", f"{what} must be true or false")
        return isinstance(node, Scalar) and node.text == "true"

    def text(self, node: Node, what: str) -> Text | None:
        if isinstance(node, Scalar):
            word = self.word(node, what)
            return None if word is None else Text(word)
        if isinstance(node, Sequence):
            self.note(node, "type", f"{what} must be text, or {{en: …, zh: …}}")
            return None
        found = self.keys(node, ["en", "zh"], what, required=["en"])
        en = self.word(found["en"], f"{what}.en") if "en" in found else None
        zh = self.word(found["zh"], f"{what}.zh") if "zh" in found else None
        return None if en is None else Text(en, zh)

    def texts(self, node: Node, what: str) -> tuple[Text, ...]:
        return self.several(node, what, self.text)

    def option(self, node: Node, what: str) -> Option | None:
        if not isinstance(node, Mapping):
            text = self.text(node, what)
            return None if text is None else Option(text)
        known = ["en", "zh", "why"] + (["right"] if what == "choices" else [])
        found = self.keys(node, known, f"one of {what}", required=["en"])
        en = self.word(found["en"], "en") if "en" in found else None
        zh = self.word(found["zh"], "zh") if "zh" in found else None
        why = self.text(found["why"], "why") if "why" in found else None
        right = "right" in found and self.flag(found["right"], "right")
        return None if en is None else Option(Text(en, zh), right, why)

    def options(self, node: Node, what: str) -> tuple[Option, ...]:
        return self.several(node, what, self.option)

    def cite(self, node: Node, what: str) -> Cite | None:
        found = self.keys(node, ["src", "sec", "historic"], "a citation", required=["src"])
        src = self.word(found["src"], "src") if "src" in found else None
        sec = self.word(found["sec"], "sec") if "sec" in found else None
        historic = "historic" in found and self.flag(found["historic"], "historic")
        return None if src is None else Cite(src, sec, historic)

    def cites(self, node: Node, what: str) -> tuple[Cite, ...]:
        cites = self.several(node, what, self.cite)
        if isinstance(node, Sequence) and not node.items:
            self.note(node, "cite", "a card needs at least one citation")
        return cites

    def proof(self, node: Node, what: str) -> Proof | None:
        found = self.keys(node, ["run", "gives", "lab", "holds"], "a proof", required=[])
        if set(found) == {"run", "gives"}:
            run, gives = self.word(found["run"], "run"), value_of(found["gives"])
            for hollow in _hollow(found["gives"]):
                self.note(hollow, "proof", "a proof claims something: part of what the command gives")
            return None if run is None else Proof(run=run, gives=gives)
        if set(found) == {"lab", "holds"}:
            lab, holds = self.word(found["lab"], "lab"), self.words(found["holds"], "holds")
            if isinstance(found["holds"], Sequence) and not found["holds"].items:
                self.note(found["holds"], "proof", "a proof claims something: facts of the lab that hold")
            return None if lab is None else Proof(lab=lab, holds=holds)
        self.note(node, "proof", "a proof is either {run, gives} or {lab, holds}")
        return None

    def proofs(self, node: Node, what: str) -> tuple[Proof, ...]:
        return self.several(node, what, self.proof)

    def pair(self, node: Node, what: str) -> tuple[Text, Text] | None:
        if not isinstance(node, Sequence) or len(node.items) != 2:
            self.note(node, "type", f"each of {what} must be a list of two, [left, right]")
            return None
        left, right = (self.text(item, what) for item in node.items)
        return None if left is None or right is None else (left, right)

    def generate(self, node: Node, what: str) -> Generate | None:
        from prep.cards.drill import drills

        found = self.keys(node, ["kind", "band"], what, required=["kind", "band"])
        kind = self.word(found["kind"], "kind") if "kind" in found else None
        drill = drills().get(kind or "")
        if drill is None:
            if kind is not None:
                hint = did_you_mean(quoted(kind), list(drills()), "docs/decks.md names them")
                self.note(found["kind"], "generator", f'unknown generator "{quoted(kind)}"; {hint}')
            return None
        bands = [str(band) for band in range(1, drill.bands + 1)]
        band = self.one_of(found["band"], "band", bands) if "band" in found else None
        return None if band is None else Generate(drill.id, int(band))

    def pairs(self, node: Node, what: str) -> tuple[tuple[Text, Text], ...]:
        return self.several(node, what, self.pair)

    def gaps(self, node: Node, what: str) -> tuple[tuple[str, ...], ...]:
        """The accepted answers of a cloze card, a list for each gap."""
        return self.several(node, what, self.words)

    def later(self, node: Node, what: str) -> None:
        """Accepted answers are a list on a typed card and a list of lists on a cloze card: `card` reads them."""


def _hollow(claim: Node) -> Iterator[Node]:
    """The empty mappings in a claim: any mapping holds what they claim. An empty list claims one that is empty."""
    if isinstance(claim, Mapping):
        if not claim.entries:
            yield claim
        for inner in claim.entries.values():
            yield from _hollow(inner)
    elif isinstance(claim, Sequence):
        for inner in claim.items:
            yield from _hollow(inner)


READ: dict[str, Callable[[_Reader, Node, str], Any]] = {
    "id": _Reader.name,
    "difficulty": _Reader.difficulty,
    "tags": _Reader.names,
    "q": _Reader.text,
    "a": _Reader.text,
    "points": _Reader.texts,
    "wrong": _Reader.options,
    "hint": _Reader.text,
    "cite": _Reader.cites,
    "proof": _Reader.proofs,
    "next": _Reader.names,
    "needs": _Reader.names,
    "platform": _Reader.platform,
    "seeds": _Reader.words,
    "renamed_from": _Reader.names,
    "choices": _Reader.options,
    "accept": _Reader.later,
    "accept_zh": _Reader.words,
    "order": _Reader.texts,
    "pairs": _Reader.pairs,
    "generate": _Reader.generate,
}
