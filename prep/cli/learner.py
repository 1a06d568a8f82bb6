"""The learner at this machine: home, settings, clock, decks and log, each opened when it is first asked for."""

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from prep import config, places
from prep.errors import PrepError, did_you_mean

if TYPE_CHECKING:
    from prep.cards.card import Card
    from prep.cards.index import Index
    from prep.study.store import Store

LANGS = ("en", "zh")


class Learner:
    def __init__(self, lang: str | None = None) -> None:
        """Raises PrepError where the settings cannot be read or the language is none of ours."""
        self.home = places.home()
        self.settings = config.load(self.home)
        self.clock = places.clock(places.zone(self.settings.timezone))
        if lang is not None and lang not in LANGS:
            raise PrepError("no such language", where=lang, hint="en or zh")
        self.lang = lang or self.settings.lang

    def now(self) -> datetime:
        return self.clock()

    @cached_property
    def shelf(self) -> "Index":
        from prep.cards.shelf import open_shelf

        return open_shelf(self.home)

    def store(self) -> "Store":
        from prep.study.store import Store

        return Store(self.home, self.settings, self.shelf.renames())

    def card(self, name: str) -> "Card":
        """A card by its id. Raises PrepError with the closest id."""
        found = self.shelf.card(name)
        if found is None:
            hint = did_you_mean(name, self.shelf.ids(), "`prep deck list DECK` shows the cards of a deck")
            raise PrepError("no such card", where=name, hint=hint)
        return found

    def chosen(self, decks: list[str], tag: str | None) -> list[str]:
        """The ids of the cards that a command is about. Raises PrepError for decks and tags that do not exist."""
        from prep.cards.shelf import selection

        ids = selection(self.shelf, decks, tag)
        if tag is not None and not ids:
            if tag in self.shelf.tags():
                what = f"no card of {', '.join(decks)} has this tag, others have"
                raise PrepError(what, where=tag, hint="leave the deck out")
            hint = did_you_mean(tag, self.shelf.tags(), f"tags are {', '.join(self.shelf.tags())}")
            raise PrepError("no card has this tag", where=tag, hint=hint)
        return ids
