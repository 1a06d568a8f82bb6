"""Finds the decks: the shipped ones, those made by code (status codes, drills), and those in `$PREP_HOME/decks`.

A user's card with a shipped id replaces the shipped card. A broken deck is left out and its faults are told.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from prep.cards.index import Index, Source
from prep.cards.paths import PATHS
from prep.errors import PrepError, did_you_mean
from prep.places import shipped_decks
from prep.text import clip

if TYPE_CHECKING:
    from prep.cards.deckfile import DeckFile

CODE_TABLE = Path(__file__).parent.parent / "net" / "http" / "status.py"
# A made deck is known by a file that it is made from: deck → file.
DRILL_ROOMS = {
    "subnet-drills": "ipv4.py",
    "tcp-drills": "tcp_machine.py",
    "framing-drills": "framing.py",
    "diagnosis-drills": "diagnosis.py",
}


def own_decks(home: Path) -> Path:
    return home / "decks"


def sources(home: Path) -> list[Source]:
    shipped = [Source(path, False, _read) for path in _deck_files(shipped_decks())]
    rooms = Path(__file__).with_name("drills")
    drills = [Source(rooms / file, False, _drills) for file in DRILL_ROOMS.values()]
    made = [Source(CODE_TABLE, False, _codes), *drills]
    own = [Source(path, True, _read) for path in _deck_files(own_decks(home))]
    return [*shipped, *made, *own]


def _deck_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _read(path: Path) -> "DeckFile":
    from prep.cards import deckfile

    return deckfile.read(path)


def _codes(path: Path) -> "DeckFile":
    from prep.cards import codes

    return codes.deck()


def _drills(path: Path) -> "DeckFile":
    from prep.cards import drilldeck

    return drilldeck.deck(next(name for name, file in DRILL_ROOMS.items() if file == path.name))


def open_shelf(home: Path, *, keep: bool = True) -> Index:
    """The index of all decks as they are now; kept in the home where that can be written."""
    index = Index(home / "decks.index" if keep and home.is_dir() else None)
    index.refresh(sources(home))
    return index


def quoted(name: str) -> str:
    """A name as an error quotes it: a blank one in quotes, a very long one in part."""
    return clip(name, 100) if name.strip() else repr(name)


def closest(name: str, known: list[str], otherwise: str) -> str | None:
    """A hint that names the known name that was meant, in whatever case it was typed."""
    folded = {one.casefold(): one for one in known}
    return did_you_mean(folded.get(name.casefold(), name), known, otherwise)


def deck_names(index: Index) -> list[str]:
    """What can be named as a deck: decks and study paths."""
    return sorted({deck.id for deck in index.decks()} | PATHS.keys())


def why_left_out(index: Index, name: str) -> PrepError | None:
    """The error for a deck or card that is there but left out for a fault."""
    from shlex import quote

    for out in index.left_out(name):
        hint = f"`prep deck check {quote(out.deck)}` shows all"
        return PrepError(f"left out for a fault: {out.fault}", where=name, hint=hint)
    return None


def known_decks(index: Index, names: list[str]) -> list[str]:
    """The names, if they all are decks or study paths; otherwise one error that names each that is none."""
    if not names:
        return names
    known = deck_names(index)
    unknown = [name for name in names if name not in known]
    for name in unknown:
        if why := why_left_out(index, name):
            raise why
    if unknown:
        hint = closest(unknown[0], known, "`prep deck list` shows them")
        raise PrepError("no such deck", where=", ".join(map(quoted, unknown)), hint=hint)
    return names


def selection(index: Index, names: list[str], tag: str | None = None) -> list[str]:
    """The ids of the cards of decks and study paths, of all without a name, in the order in which they are taught; only
    those with the tag, where there is one. A path comes before a deck of its name. Raises PrepError for unknown names.
    """
    known_decks(index, names)
    decks = {deck.id for deck in index.decks()}
    paths = [PATHS[name] for name in names if name in PATHS]
    if not paths:
        return index.ids(names, tag)
    chosen = {card for name in names if name not in PATHS for card in index.ids([name])}
    for path in paths:
        there = [name for name in path.decks if name in decks]
        chosen |= {*(index.ids(there) if there else ()), *(index.ids(tag=path.tag) if path.tag else ())}
    return [card for card in index.ids(tag=tag) if card in chosen]
