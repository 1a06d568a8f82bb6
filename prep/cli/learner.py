"""The learner at this machine: home, settings, clock, decks and log, each opened when it is first asked for."""

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from prep import config, places
from prep.errors import PrepError

if TYPE_CHECKING:
    from prep.cards.card import Card
    from prep.cards.index import Index
    from prep.study.store import Store

LANGS = ("en", "zh")
MOST_TAGS = 10  # of those that an error names


class Learner:
    def __init__(self, lang: str | None = None) -> None:
        """Raises PrepError where the settings cannot be read or the language is none of ours."""
        self.home = places.home()
        self.settings = config.load(self.home)
        self.clock = places.clock(places.zone(self.settings.timezone))
        if lang is not None and lang not in LANGS:
            raise PrepError("no such language", where=lang if lang.strip() else repr(lang), hint="en or zh")
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
        """A card by its id. Raises PrepError with the closest id; for a deck's name, with the way to its cards."""
        found = self.shelf.card(name)
        if found is None:
            raise self._no_card(name)
        return found

    def _no_card(self, name: str) -> PrepError:
        from prep.cards.shelf import closest, deck_names, quoted, why_left_out

        deck = next((deck for deck in deck_names(self.shelf) if deck.casefold() == name.casefold()), None)
        hint = closest(name, self.shelf.ids(), "`prep deck list DECK` shows the cards of a deck")
        if deck is None and (why := why_left_out(self.shelf, name)):
            return why
        if deck is not None:
            hint = f"`prep deck list {deck}` shows the cards of this deck"
        return PrepError("no such card", where=quoted(name), hint=hint)

    def chosen(self, decks: list[str], tag: str | None) -> list[str]:
        """The ids of the cards that a command is about. Raises PrepError for decks and tags that do not exist."""
        from prep.cards.shelf import quoted, selection

        ids = selection(self.shelf, decks, tag)
        if tag is not None and not ids:
            if tag in self.shelf.tags():
                what = f"no card of {', '.join(decks)} has this tag, others have"
                raise PrepError(what, where=tag, hint="leave the deck out")
            raise PrepError("no card has this tag", where=quoted(tag), hint=self._tags_like(tag))
        return ids

    def _tags_like(self, tag: str) -> str | None:
        """A hint with the tag that was meant, or with those that look most like it."""
        from difflib import get_close_matches

        from prep.cards.shelf import closest

        known = self.shelf.tags()
        like = sorted(get_close_matches(tag[:100], known, n=MOST_TAGS, cutoff=0))
        more = f" and {len(known) - len(like)} more" if len(known) > len(like) else ""
        search = f"; `prep search {tag}` looks for the word" if tag.isalnum() and len(tag) <= 40 else ""
        return closest(tag, known, f"tags are {', '.join(like)}{more}{search}")
