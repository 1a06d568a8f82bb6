"""YAML text → a tree of plain text that knows its lines and columns. The only importer of `yaml`.

Laws:
- Text stays text: `no`, `0123` and `12:30` are read as they are written, since the tree is made from parser events and
  YAML's own idea of types never gets a say.
- A file is hostile: its depth and characters are bounded while it is read; aliases, anchors and tags are refused,
  %TAG before any tag is met, since the parser writes each out with its whole prefix. Only events are asked of the
  parser: composing or loading crashes the process on deep nesting.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from prep.text import HIDDEN, clip, visible

MAX_DEPTH = 16
MAX_TEXT = 20_000
MAX_FAULTS = 200
QUOTED = 100  # columns that a message quotes of what stands in the file


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong in a deck file, where, and by which rule. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    rule: str
    message: str

    def __str__(self) -> str:
        file = self.file.replace("\n", "\\n")
        return f"{file}:{self.line}:{self.column}: {self.message} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Node:
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar(Node):
    """`plain`: written without quotes."""

    text: str
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    items: list[Node]


@dataclass(frozen=True, slots=True)
class Mapping(Node):
    entries: dict[Scalar, Node]

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.entries.items() if name.text == key), None)


class Faults:
    """The faults of one file, in the order they were met: the first MAX_FAULTS of them, and how many were met."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.all: list[Fault] = []
        self.met = 0

    def note(self, at: Node, rule: str, message: str) -> None:
        self.met += 1
        if len(self.all) < MAX_FAULTS:
            self.all.append(Fault(self.file, at.line, at.column, rule, on_one_line(message)))


def on_one_line(message: str) -> str:
    return visible(message).replace("\n", "\\n")


def quoted(text: str) -> str:
    return clip(text[: QUOTED + 1], QUOTED)


class _Stop(Exception):
    """The rest of the file cannot be read."""


def parse(text: str, faults: Faults) -> Node | None:
    """The tree of a YAML text, or None where it cannot be read; every fault is noted."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    events = yaml.parse(text, Loader=loader)
    try:
        return _document(events, faults)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        what = " ".join(part for part in (fault.context, fault.problem) if part)
        faults.note(Node(mark.line + 1, mark.column + 1) if mark else Node(1, 1), "yaml", f"not YAML: {what}")
    except yaml.YAMLError as fault:  # a character that YAML forbids; the reader counts its offset now in bytes, now not
        _forbidden(getattr(fault, "character", 0), text, faults)
    except UnicodeEncodeError as fault:
        _forbidden(ord(text[fault.start]), text, faults)
    except _Stop:
        pass
    return None


def _forbidden(code: int, text: str, faults: Faults) -> None:
    place = max(0, text.find(chr(code)))
    at = Node(text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place))
    faults.note(at, "control-code", f"the file holds U+{code:04X}, which YAML forbids")


def _document(events: Iterator[Any], faults: Faults) -> Node:
    import yaml

    next(events)  # the start of the stream
    event = next(events)
    if isinstance(event, yaml.StreamEndEvent):
        faults.note(Node(1, 1), "empty", "the file holds nothing; a deck begins with `deck:`")
        raise _Stop
    if event.tags:
        faults.note(_at(event), "tag", "%TAG: decks have no tags; quote what is meant as text")
        raise _Stop
    root = _node(next(events), events, faults, 0)
    next(events)  # the end of the document
    after = next(events)
    if not isinstance(after, yaml.StreamEndEvent):
        faults.note(_at(after), "yaml", "a second document in the same file; give it a file of its own")
    return root


def _node(event: Any, events: Iterator[Any], faults: Faults, depth: int) -> Node:
    import yaml

    at = _at(event)
    if depth > MAX_DEPTH:
        faults.note(at, "depth", f"nested deeper than {MAX_DEPTH} levels")
        raise _Stop
    if isinstance(event, yaml.AliasEvent):
        name = str(event.anchor)
        faults.note(at, "alias", f"alias *{quoted(name)}: decks have no aliases; write the text out")
        return Scalar(at.line, at.column, name)
    if event.anchor is not None:
        faults.note(at, "alias", f"anchor &{quoted(event.anchor)}: decks have no anchors; write the text out")
    if event.tag not in (None, "!"):
        tag = event.tag.replace("tag:yaml.org,2002:", "!!", 1)  # as it was written
        faults.note(at, "tag", f"tag {quoted(tag)}: decks have no tags; quote what is meant as text")
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, at, faults)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            items.append(_node(inner, events, faults, depth + 1))
        return Sequence(at.line, at.column, items)
    entries: dict[Scalar, Node] = {}
    lines: dict[str, int] = {}
    while not isinstance(inner := next(events), yaml.MappingEndEvent):
        key = _node(inner, events, faults, depth + 1)
        value = _node(next(events), events, faults, depth + 1)
        if not isinstance(key, Scalar):
            faults.note(key, "type", "a key must be a word")
        elif key.text in lines:
            first = lines[key.text]
            faults.note(key, "duplicate-key", f'"{quoted(key.text)}" stands here twice, first in line {first}')
        else:
            lines[key.text] = key.line
            entries[key] = value
    return Mapping(at.line, at.column, entries)


def _scalar(event: Any, at: Node, faults: Faults) -> Scalar:
    text: str = event.value
    if len(text) > MAX_TEXT:
        faults.note(at, "size", f"a text of {len(text)} characters; at most {MAX_TEXT}")
    if hidden := HIDDEN.search(text):
        faults.note(at, "control-code", f"U+{ord(hidden[0]):04X} in the text: a control, bidi or invisible character")
    return Scalar(at.line, at.column, text, event.style in (None, ""))


def _at(event: Any) -> Node:
    return Node(event.start_mark.line + 1, event.start_mark.column + 1)


Field = tuple[str | int, ...]  # keys and places in lists: ("cite", 1, "src")


def at_field(node: Node, field: Field) -> Node:
    """The node of a field, or the last one on the way to it."""
    for step in field:
        inner = None
        if isinstance(node, Mapping) and isinstance(step, str):
            inner = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            inner = node.items[step]
        if inner is None:
            break
        node = inner
    return node


def value_of(node: Node) -> Any:
    """The tree as JSON values: unquoted true, false, null and numbers are what they look like, all else is text."""
    import json

    if isinstance(node, Mapping):
        return {key.text: value_of(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [value_of(item) for item in node.items]
    assert isinstance(node, Scalar)
    if node.plain:
        try:
            found = json.loads(node.text, parse_constant=str)
        except ValueError:
            return node.text
        if found is None or isinstance(found, bool | int | float):
            return found
    return node.text
