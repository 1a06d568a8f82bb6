"""A card as JSON and back, for the index. What is empty is left out."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from prep.cards.card import KINDS, Card, Cite, Generate, Option, Proof, Text


def pack(card: Card) -> str:
    values = {key: value for key, value in asdict(card).items() if value}
    return json.dumps({"kind": card.kind, **values}, ensure_ascii=False, separators=(",", ":"))


def unpack(text: str) -> Card:
    values = json.loads(text)
    kind = KINDS[values.pop("kind")]
    return kind(**{key: UNPACK.get(key, _same)(value) for key, value in values.items()})


def _same(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _text(value: Any) -> Text:
    return Text(**value)


def _texts(value: Any) -> tuple[Text, ...]:
    return tuple(Text(**item) for item in value)


def _options(value: Any) -> tuple[Option, ...]:
    return tuple(Option(_text(o["text"]), o["right"], o["why"] and _text(o["why"])) for o in value)


UNPACK: dict[str, Callable[[Any], Any]] = {
    "q": _text,
    "a": _text,
    "hint": _text,
    "points": _texts,
    "order": _texts,
    "wrong": _options,
    "choices": _options,
    "cite": lambda value: tuple(Cite(**item) for item in value),
    "proof": lambda value: tuple(Proof(**{**item, "holds": tuple(item["holds"])}) for item in value),
    "pairs": lambda value: tuple(_texts(pair) for pair in value),
    "generate": lambda value: Generate(**value),
    "accept": lambda value: tuple(_same(item) for item in value),
}
