"""Parsed decks, kept by file content, so that a quiz on unchanged decks neither reads nor parses YAML.

The index is disposable: it holds nothing that the deck files do not say, and a damaged or outdated one is made anew.
A file counts as unchanged while its size, times and inode are those that were seen; otherwise its content decides.
A file written within the last moments before it was read may change again without a new time stamp, so it is read again
(what git calls racy).
"""

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any, TypeVar

from prep import __version__
from prep.cards.card import Card, Text
from prep.cards.packed import pack, unpack
from prep.text import storable

if TYPE_CHECKING:  # they read deck files, which a quiz on unchanged decks does not
    from prep.cards.deckfile import DeckFile
    from prep.cards.tree import Fault

RACY_NS = 2_000_000_000

Answer = TypeVar("Answer")

SCHEMA = """
CREATE TABLE meta (made_by TEXT NOT NULL) STRICT;
CREATE TABLE file (
  path TEXT PRIMARY KEY, own INTEGER NOT NULL, stamp TEXT NOT NULL, seen_ns INTEGER NOT NULL, digest TEXT NOT NULL,
  deck TEXT, en TEXT, zh TEXT, faults TEXT NOT NULL
) STRICT;
CREATE TABLE card (
  key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL,
  position INTEGER NOT NULL,
  deck TEXT NOT NULL, difficulty INTEGER NOT NULL, tags TEXT NOT NULL, zh INTEGER NOT NULL, proofs INTEGER NOT NULL,
  needs TEXT NOT NULL, renamed_from TEXT NOT NULL, live INTEGER NOT NULL
) STRICT;
CREATE INDEX card_id ON card (id) WHERE live = 1;
CREATE INDEX card_file ON card (file);
CREATE INDEX teaching_order ON card (difficulty, position, deck, id) WHERE live = 1;
CREATE INDEX renamed ON card (id, renamed_from) WHERE live = 1 AND renamed_from != '[]';
CREATE TABLE left_out (name TEXT NOT NULL, deck TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL) STRICT;
CREATE INDEX left_out_file ON left_out (file);
CREATE TABLE body (key INTEGER PRIMARY KEY, card TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that decks come from: shipped, or the user's own."""

    path: Path
    own: bool
    read: "Callable[[Path], DeckFile]"

    @property
    def name(self) -> str:
        """The path, as the index holds it."""
        return storable(str(self.path))


@dataclass(frozen=True, slots=True)
class Shown:
    """A deck as `deck list` tells it."""

    id: str
    title: Text
    file: str
    own: bool
    cards: int
    zh: int
    proofs: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Where a deck or card stands whose file is left out, and the first fault of that file. `deck` is a name by which
    `deck check` knows it."""

    deck: str
    file: str
    line: int
    fault: "Fault"


class Index:
    def __init__(self, path: Path | None) -> None:
        """Opens the index in a file; without one, or where the file cannot be used, in memory."""
        self.path = path
        self.sources: list[Source] = []
        self.db = self._open(path)

    def __del__(self) -> None:
        self.db.close()

    def _open(self, path: Path | None) -> sqlite3.Connection:
        for attempt in (path, path, None):
            with suppress(sqlite3.Error, OSError):
                db = sqlite3.connect(attempt or ":memory:", timeout=10, isolation_level=None)
                db.execute("PRAGMA synchronous = OFF")
                tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
                if tables and db.execute("SELECT made_by FROM meta").fetchone() == (_made_by(),):
                    return db
                if not tables:
                    _create(db)
                    return db
            if attempt is not None:  # damaged, or made by another version: start afresh
                with suppress(OSError, UnboundLocalError, sqlite3.Error):
                    db.close()
                    attempt.unlink()
        raise AssertionError("SQLite cannot open a database in memory")

    def refresh(self, sources: list[Source]) -> None:
        """Brings the index to what the files say now; parses only those that changed."""
        self.sources = sources
        rows = self.ask("SELECT path, own, stamp, seen_ns, digest FROM file")
        known = {row[0]: row[1:] for row in rows}
        stale = [source for source in sources if not _fresh(source, known.get(source.name))]
        gone = known.keys() - {source.name for source in sources}
        if not stale and not gone:
            return
        try:
            self.db.execute("BEGIN IMMEDIATE")
            changed = bool(gone)
            for path in gone:
                self._forget(path)
            for source in stale:
                changed |= self._take(source, known.get(source.name))
            if changed:
                self._choose_live()
            self.db.execute("COMMIT")
        except sqlite3.Error:  # a full disk, another process for too long: do without the file
            with suppress(sqlite3.Error):
                self.db.execute("ROLLBACK")
            self.db.close()
            self.db = self._open(None)
            self.refresh(sources)

    def ask(self, sql: str, values: Iterable[str | int] = ()) -> list[Any]:
        """The rows of a query; where the file turns out to be damaged, from a new index in memory."""
        values = tuple(values)
        try:
            return self.db.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as fault:
            self.db.close()
            if self.path is not None and not isinstance(fault, sqlite3.OperationalError):
                with suppress(OSError):
                    self.path.unlink()
            self.db = self._open(None)
            self.refresh(self.sources)
            return self.db.execute(sql, values).fetchall()

    def firmly(self, answer: Callable[[], Answer]) -> Answer:
        """An answer that takes several queries; where the file turns out to be damaged on the way, once more, from the
        new index in memory."""
        try:
            return answer()
        except sqlite3.Error:
            return answer()

    def _one(self, sql: str, name: str) -> Any:
        return next(iter(self.ask(sql, [name])), None)

    def _take(self, source: Source, known: tuple[Any, ...] | None) -> bool:
        stamp, digest = _look(source.path)
        path = source.name
        now = time.time_ns()
        if known is not None and known[3] == digest and known[0] == source.own:
            self.db.execute("UPDATE file SET stamp = ?, seen_ns = ? WHERE path = ?", (stamp, now, path))
            return False
        self._forget(path)
        found = source.read(source.path)
        deck = found.deck
        faults = json.dumps([[f.file, f.line, f.column, f.rule, f.message] for f in found.faults])
        head = (deck.id, deck.title.en, deck.title.zh) if deck else (None, None, None)
        self.db.execute(
            "INSERT INTO file VALUES (?,?,?,?,?,?,?,?,?)",
            (path, int(source.own), stamp, now, digest, *head, faults),
        )
        for position, card in enumerate(deck.cards if deck else ()):
            cursor = self.db.execute(
                "INSERT INTO card VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,0)",
                (
                    card.id, path, found.place(card.id)[0], position, card.deck, card.difficulty,
                    f" {' '.join(card.tags)} ", card.q.zh is not None, len(card.proof), json.dumps(card.needs),
                    json.dumps(card.renamed_from),
                ),
            )  # fmt: skip
            self.db.execute("INSERT INTO body VALUES (?,?)", (cursor.lastrowid, pack(card)))
        for name, named, line in _names(found):
            self.db.execute("INSERT INTO left_out VALUES (?,?,?,?)", (name, named, path, line))
        return True

    def _forget(self, path: str) -> None:
        self.db.execute("DELETE FROM body WHERE key IN (SELECT key FROM card WHERE file = ?)", (path,))
        self.db.execute("DELETE FROM card WHERE file = ?", (path,))
        self.db.execute("DELETE FROM left_out WHERE file = ?", (path,))
        self.db.execute("DELETE FROM file WHERE path = ?", (path,))

    def _choose_live(self) -> None:
        """One card an id: the user's own before a shipped one, then the first file by name."""
        self.db.execute(
            """UPDATE card SET live = key IN (
                 SELECT key FROM (
                   SELECT c.key, row_number() OVER (PARTITION BY c.id ORDER BY f.own DESC, f.path) AS rank
                   FROM card c JOIN file f ON f.path = c.file)
                 WHERE rank = 1)"""
        )

    # ── what the decks say ──

    def stamp(self) -> tuple[int, int, int]:
        """Another one as soon as anybody has changed the index."""
        ((version,),) = self.ask("PRAGMA data_version")
        return id(self.db), version, self.db.total_changes

    def ids(self, decks: Iterable[str] = (), tag: str | None = None) -> list[str]:
        """The ids of all cards, or those of some decks or with a tag, in the order in which they are taught:
        what is easy first, the decks taking turns."""
        decks = list(decks)
        sql = "SELECT id FROM card WHERE live = 1"
        if decks:
            sql += f" AND deck IN ({','.join('?' * len(decks))})"
        if tag is not None:
            sql += " AND instr(tags, ?)"
        rows = self.ask(
            sql + " ORDER BY difficulty, position, deck, id", [*decks, *([] if tag is None else [f" {tag} "])]
        )
        return [row[0] for row in rows]

    def card(self, name: str) -> Card | None:
        row = self._one("SELECT body.card FROM card JOIN body USING (key) WHERE card.live = 1 AND card.id = ?", name)
        return None if row is None else unpack(row[0])

    def cards(self) -> list[Card]:
        rows = self.ask(
            "SELECT body.card FROM card JOIN body USING (key) WHERE live = 1 ORDER BY difficulty, position, deck, id"
        )
        return [unpack(row[0]) for row in rows]

    def needs(self, name: str) -> list[str]:
        """What must be learned before a card, as far as the decks have it."""
        row = self._one("SELECT needs FROM card WHERE live = 1 AND id = ?", name)
        return [] if row is None else list(json.loads(row[0]))

    def place(self, name: str) -> tuple[str, int] | None:
        """The file and line of a card, or of a deck."""
        row = self._one("SELECT file, line FROM card WHERE live = 1 AND id = ?", name)
        row = row or self._one("SELECT path, 1 FROM file WHERE deck = ? ORDER BY own DESC", name)
        return None if row is None else (row[0], row[1])

    def to_edit(self, name: str) -> tuple[str, int] | None:
        """The file and line at which a card or deck is edited: the user's own, then what is left out for a fault, then
        the shipped one."""
        rows = self.ask(
            """SELECT c.file, c.line, 2 + 3 * f.own AS rank FROM card c JOIN file f ON f.path = c.file
                 WHERE c.live = 1 AND c.id = ?1
               UNION ALL SELECT file, line, 3 FROM left_out WHERE name = ?1
               UNION ALL SELECT path, 1, 1 + 3 * own FROM file WHERE deck = ?1
               ORDER BY rank DESC LIMIT 1""",
            [name],
        )
        return (rows[0][0], rows[0][1]) if rows else None

    def left_out(self, name: str) -> list[LeftOut]:
        """Where a deck or card of this name is left out because of a fault."""
        from prep.cards.tree import Fault

        rows = self.ask(
            """SELECT l.deck, l.file, l.line, f.faults FROM left_out l JOIN file f ON f.path = l.file
               WHERE l.name = ? ORDER BY f.own DESC, f.path""",
            [name],
        )
        return [LeftOut(deck, file, line, Fault(*json.loads(faults)[0])) for deck, file, line, faults in rows]

    def decks(self) -> list[Shown]:
        rows = self.ask(
            """SELECT f.deck, f.en, f.zh, f.path, f.own, count(c.id), coalesce(sum(c.zh), 0),
                      coalesce(sum(c.proofs > 0), 0)
               FROM file f LEFT JOIN card c ON c.file = f.path AND c.live = 1
               WHERE f.deck IS NOT NULL GROUP BY f.path ORDER BY f.own, f.deck"""
        )
        return [Shown(r[0], Text(r[1], r[2]), r[3], bool(r[4]), *r[5:]) for r in rows]

    def file_of(self) -> dict[str, str]:
        """The file of each card."""
        return dict(self.ask("SELECT id, file FROM card WHERE live = 1"))

    def tags(self) -> list[str]:
        rows = self.ask("SELECT DISTINCT tags FROM card WHERE live = 1")
        return sorted({tag for row in rows for tag in row[0].split()})

    def replaced(self) -> list[str]:
        """The shipped cards that a card of the user's own replaces."""
        rows = self.ask(
            """SELECT c.id FROM card c JOIN file f ON f.path = c.file
               WHERE NOT c.live AND NOT f.own ORDER BY c.id"""
        )
        return [row[0] for row in rows]

    def renames(self) -> dict[str, str]:
        """Old id → the card that carries its history on: of several the first by id. An old id that is a card again
        keeps its own."""
        rows = self.ask(
            """SELECT id, renamed_from FROM card INDEXED BY renamed WHERE live = 1 AND renamed_from != '[]'
               ORDER BY id DESC"""
        )
        renames = {old: new for new, olds in rows for old in json.loads(olds)}
        return {old: new for old, new in renames.items() if self.place(old) is None}

    def faults(self) -> "list[Fault]":
        from prep.cards.tree import Fault

        rows = self.ask("SELECT faults FROM file WHERE faults != '[]' ORDER BY path")
        return [Fault(*fault) for row in rows for fault in json.loads(row[0])]


def _names(found: "DeckFile") -> list[tuple[str, str, int]]:
    """The names that a file with faults holds, each with the deck and a line: the deck, also by the name of its file,
    at the first fault; the cards."""
    if found.partial is None:
        return []
    first, deck, stem = found.faults[0], found.partial.id, Path(found.faults[0].file).stem
    cards = {name: line for name, (line, _) in found.places.items()}
    decks = [(name, name, first.line) for name in dict.fromkeys((deck, stem))]
    return [*decks, *((name, deck, line) for name, line in cards.items() if name not in (deck, stem))]


def _create(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute("INSERT INTO meta VALUES (?)", (_made_by(),))
    db.execute("COMMIT")


def _made_by() -> str:
    """Changes with the version, and in a checkout with every edit of the code that parses."""
    here = Path(__file__).parent
    stamps = [path.stat() for folder in (here, here / "drills") for path in sorted(folder.glob("*.py"))]
    return " ".join([__version__, *(f"{stamp.st_size}.{stamp.st_mtime_ns}" for stamp in stamps)])


def _fresh(source: Source, known: tuple[Any, ...] | None) -> bool:
    if known is None:
        return False
    own, stamp, seen_ns, _ = known
    try:
        now = source.path.stat()
    except OSError:
        return False
    return (own, stamp) == (source.own, _stamp(now)) and now.st_mtime_ns + RACY_NS < seen_ns


def _stamp(stat: os.stat_result) -> str:
    """Changes with every edit: one that keeps the size and puts the modification time back still moves the time of
    change, and a file in the place of another has an inode of its own (as far as the platform has them). Text, since
    the numbers may be larger than SQLite holds."""
    return f"{stat.st_size}.{stat.st_mtime_ns}.{stat.st_ctime_ns}.{stat.st_ino}"


def _look(path: Path) -> tuple[str, str]:
    """The stamp and digest of a file. Of one that is too large for a deck only so much is read as shows it."""
    from prep.cards.deckfile import MAX_BYTES

    try:
        stat = path.stat()
        if not S_ISREG(stat.st_mode):
            return "", "not a file"
        with path.open("rb") as stream:
            digest = hashlib.blake2b(stream.read(MAX_BYTES + 1), digest_size=16).hexdigest()
    except OSError as fault:
        return "", f"unreadable: {fault.errno}"
    return _stamp(stat), digest
