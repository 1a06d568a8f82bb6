"""The learner's database: durable rows, and the fold of them kept in tables.

Laws:
- An acknowledged answer is on disk: one transaction an answer, WAL, synchronous FULL.
- The tables of memory are a cache. They say which settings they were folded with, follow every row in its own
  transaction, and can be folded anew at any time (`rebuild`).
- A database from a newer version, or a file that is none of ours, is refused and left as it is.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

from prep.config import Settings
from prep.errors import PrepError
from prep.places import make_home
from prep.study.log import Bury, Review, Row, Suspend, Undo, fold, fold_card, moment, new_id, stamp, step, to_json
from prep.study.memory import Memory, Scheduler, millis

FILE = "learner.db"
APPLICATION_ID = 0x70726570  # "prep"
VERSION = 1
WAIT_SECONDS = 10.0
COLUMNS = ", ".join(field.name for field in fields(Memory))
VALUES = attrgetter(*(field.name for field in fields(Memory)))
KNOWN = (
    f"INSERT INTO memory ({COLUMNS}) VALUES ({', '.join('?' * len(fields(Memory)))}) ON CONFLICT (card) DO UPDATE SET "
    + ", ".join(f"{field.name} = excluded.{field.name}" for field in fields(Memory)[1:])
)


@dataclass(frozen=True, slots=True)
class Merged:
    """What an import did: rows that were new, and rows that were here already."""

    added: int
    known: int


class Store:
    """The log and the memory of one learner. Every method that writes is one transaction."""

    def __init__(self, home: Path, settings: Settings, renames: Mapping[str, str] | None = None) -> None:
        self.path = make_home(home) / FILE
        self.scheduler = Scheduler(settings)
        self.renames = dict(renames or {})
        self._key = settings.memory_key + json.dumps(self.renames, sort_keys=True)  # what memory is folded with
        try:
            self.db = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
        except sqlite3.Error as fault:
            raise _told(fault, self.path) from None
        try:
            self._check()
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = FULL")
            if self._meta("folded_with") != self._key:
                self.rebuild()
        except BaseException as fault:
            self.db.close()
            if isinstance(fault, sqlite3.Error):
                raise _told(fault, self.path) from None
            raise

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> None:
        """Closes; what SQLite raised inside the block becomes one line for people."""
        self.db.close()
        if isinstance(fault, sqlite3.Error):
            raise _told(fault, self.path) from None

    # ── opening ──

    def _check(self) -> None:
        self.db.execute("BEGIN")  # one moment's view, also while another prep makes the tables
        tables = self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        application = self.db.execute("PRAGMA application_id").fetchone()[0]
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        self.db.execute("COMMIT")
        if application == APPLICATION_ID and version == VERSION:
            return
        if application == APPLICATION_ID and version > VERSION:
            raise PrepError(
                f"the database is of version {version}; this prep knows up to {VERSION}",
                where=self.path,
                hint="update prep; nothing was changed",
            )
        if application or version or tables:
            raise PrepError(
                "not a database of prep", where=self.path, hint="move the file away or set PREP_HOME to another folder"
            )
        with self._writing():
            if not self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in Path(__file__).with_name("schema.sql").read_text("utf-8").split(";\n"):
                    self.db.execute(statement)
                self.db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self.db.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction, begun with the write lock, so that what is read in it stays true until it is committed."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise

    def _meta(self, key: str) -> str | None:
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    # ── writing ──

    def review(
        self, card: str, rating: int, at: datetime, seconds: float | None = None, seed: int | None = None
    ) -> Review:
        """Puts an answer on disk; on disk when this returns."""
        with self._writing():
            name, at = self._next(at)
            row = Review(name, at, card, rating, seconds, seed)
            self._append(row)
        return row

    def bury(self, card: str, until: datetime, at: datetime) -> Bury:
        with self._writing():
            name, at = self._next(at)
            row = Bury(name, at, card, until)
            self._append(row)
        return row

    def suspend(self, card: str, suspend: bool, at: datetime) -> Suspend:
        with self._writing():
            name, at = self._next(at)
            row = Suspend(name, at, card, suspend)
            self._append(row)
        return row

    def undo(self, at: datetime, only: str | None = None) -> Row | None:
        """Undoes the row made last that is not undone yet (or the one named), and gives it; None if there is none."""
        with self._writing():
            sql = (
                "SELECT * FROM row WHERE undoes IS NULL AND id NOT IN (SELECT undoes FROM row WHERE undoes IS NOT NULL)"
            )
            if only is None:
                found = self.db.execute(f"{sql} ORDER BY id DESC LIMIT 1").fetchone()
            else:
                found = self.db.execute(f"{sql} AND id = ?", (only,)).fetchone()
            if found is None:
                return None
            target = _row(found)
            name, at = self._next(at)
            self._append(Undo(name, at, target.id))
        return target

    def _next(self, at: datetime) -> tuple[str, datetime]:
        """The id and the time of a new row; a time that a row has already moves on by a millisecond."""
        try:
            at = moment(stamp(at))  # what the log will say: milliseconds, a fixed offset
        except ValueError as fault:
            raise PrepError(str(fault), hint="set the clock") from None
        sql = "SELECT max(id), EXISTS (SELECT 1 FROM row WHERE ms = ?) FROM row"
        last, taken = self.db.execute(sql, (millis(at),)).fetchone()
        while taken:
            at += timedelta(milliseconds=1)
            last, taken = self.db.execute(sql, (millis(at),)).fetchone()
        return new_id(millis(at), last, int.from_bytes(os.urandom(10))), at

    def _append(self, row: Row) -> None:
        self._insert(row)
        if self._meta("folded_with") != self._key:  # another prep, with other settings, was here
            self._keep_all(fold(self.rows(), self.scheduler, self.renames))
        elif isinstance(row, Undo):
            target = self.db.execute("SELECT card FROM row WHERE id = ?", (row.undoes,)).fetchone()
            if target and target[0]:
                self._refold(self._current(target[0]))
        elif isinstance(row, Review | Bury | Suspend):
            memory = self.memory(self._current(row.card))
            if self._is_last(row, memory):
                self._keep(step(memory, row, self.scheduler))
            else:  # the clock ran backwards
                self._refold(memory.card)

    def _is_last(self, row: Review | Bury | Suspend, memory: Memory) -> bool:
        """Does the card have no later row that the order matters for? Memory itself knows the last answer."""
        if isinstance(row, Review):
            return memory.last is None or memory.last < row.ms
        later = f"SELECT 1 FROM row WHERE card IN ({self._names(memory.card)}) AND ms > ?"
        return self.db.execute(later, (*self._olds(memory.card), row.ms)).fetchone() is None

    def _insert(self, row: Row) -> None:
        value = to_json(row)
        keys = ("id", "at", "card", "rating", "seconds", "seed", "undoes", "bury_until", "suspend")
        self.db.execute(
            f"INSERT INTO row (ms, {', '.join(keys)}) VALUES (?{', ?' * len(keys)})",
            (row.ms, *(value.get(key) for key in keys)),
        )

    def _keep(self, memory: Memory) -> None:
        self.db.execute(KNOWN, VALUES(memory))

    def _keep_all(self, memories: Mapping[str, Memory]) -> None:
        self.db.execute("DELETE FROM memory")
        self.db.executemany(KNOWN, map(VALUES, memories.values()))
        self.db.execute("INSERT OR REPLACE INTO meta VALUES ('folded_with', ?)", (self._key,))

    def _refold(self, card: str) -> None:
        rows = [_row(found) for found in self.db.execute(
            f"""SELECT * FROM row WHERE card IN ({self._names(card)})
                AND id NOT IN (SELECT undoes FROM row WHERE undoes IS NOT NULL) ORDER BY ms, id""",
            self._olds(card),
        )]  # fmt: skip
        self._keep(fold_card(card, rows, self.scheduler))

    def _current(self, card: str) -> str:
        return self.renames.get(card, card)

    def _olds(self, card: str) -> list[str]:
        """The names under which the log knows a card."""
        return [card, *(old for old, new in self.renames.items() if new == card)]

    def _names(self, card: str) -> str:
        return ", ".join("?" * len(self._olds(card)))

    def rebuild(self) -> bool:
        """Folds the whole log anew; False where the tables had said something else under the same settings."""
        with self._writing():
            same_settings = self._meta("folded_with") == self._key
            memories = fold(self.rows(), self.scheduler, self.renames)
            agreed = not same_settings or {m.card: m for m in self.memories()} == memories
            self._keep_all(memories)
        return agreed

    def merge(self, rows: Iterable[tuple[Row, str]]) -> Merged:
        """Adds the rows of other logs, each with the place it was read at. All or nothing: the same id with other
        content is refused, both places named."""
        added = known = 0
        places: dict[str, str] = {}
        with self._writing():
            for row, place in rows:
                found = self.db.execute("SELECT * FROM row WHERE id = ?", (row.id,)).fetchone()
                if found is None:
                    self._insert(row)
                    places[row.id] = place
                    added += 1
                elif to_json(_row(found)) == to_json(row):
                    known += 1
                else:
                    raise PrepError(
                        f"row {row.id} says other things than the same row in {places.get(row.id, self.path)}",
                        where=place,
                        hint="one of the two logs was edited; nothing was imported",
                    )
            if added:
                self._keep_all(fold(self.rows(), self.scheduler, self.renames))
        return Merged(added, known)

    # ── reading ──

    def rows(self, card: str | None = None) -> Iterator[Row]:
        """The log in order, or that of one card with the undos left out."""
        if card is None:
            yield from map(_row, self.db.execute("SELECT * FROM row ORDER BY ms, id"))
        else:
            sql = f"SELECT * FROM row WHERE card IN ({self._names(card)}) ORDER BY ms, id"
            yield from map(_row, self.db.execute(sql, self._olds(card)))

    def undone(self) -> set[str]:
        return {found[0] for found in self.db.execute("SELECT undoes FROM row WHERE undoes IS NOT NULL")}

    def seconds_an_answer(self) -> float | None:
        """The mean over the last hundred timed answers."""
        sql = "SELECT avg(seconds) FROM (SELECT seconds FROM row WHERE seconds IS NOT NULL ORDER BY ms DESC LIMIT 100)"
        found = self.db.execute(sql).fetchone()[0]
        return None if found is None else float(found)

    def answered_before(self, ms: int) -> datetime | None:
        """The time of the last answer before a moment that stands."""
        sql = """SELECT at FROM row WHERE ms < ? AND rating IS NOT NULL
                 AND id NOT IN (SELECT undoes FROM row WHERE undoes IS NOT NULL) ORDER BY ms DESC LIMIT 1"""
        found = self.db.execute(sql, (ms,)).fetchone()
        return None if found is None else moment(found[0])

    def memory(self, card: str) -> Memory:
        found = self.db.execute(f"SELECT {COLUMNS} FROM memory WHERE card = ?", (card,)).fetchone()
        return Memory(card) if found is None else _recalled(found)

    def memories(self) -> Iterator[Memory]:
        yield from map(_recalled, self.db.execute(f"SELECT {COLUMNS} FROM memory"))

    def steps(self, now_ms: int) -> list[Memory]:
        """The cards in learning or relearning, the one that is due first at the head."""
        sql = f"""SELECT {COLUMNS} FROM memory WHERE step IS NOT NULL AND suspended = 0
                  AND (buried_until IS NULL OR buried_until <= ?) ORDER BY due, card"""
        return [_recalled(found) for found in self.db.execute(sql, (now_ms,))]

    def due(self, now_ms: int, today: int) -> Iterator[str]:
        """The review cards that are due, the one least likely to be recalled first.

        Retrievability falls with elapsed days / stability, whatever the parameters, so that ratio sorts.
        """
        sql = """SELECT card FROM memory WHERE state = 'review' AND suspended = 0 AND due <= ?
                 AND (buried_until IS NULL OR buried_until <= ?)
                 ORDER BY max(0, ? - last_day) / stability DESC, card"""
        return (found[0] for found in self.db.execute(sql, (now_ms, now_ms, today)))

    def seen(self) -> set[str]:
        """The cards that are not new, are suspended, or are away until a later day: nothing to introduce."""
        return {found[0] for found in self.db.execute("SELECT card FROM memory WHERE state != 'new' OR suspended = 1")}

    def buried(self, now_ms: int) -> set[str]:
        return {found[0] for found in self.db.execute("SELECT card FROM memory WHERE buried_until > ?", (now_ms,))}

    def done(self, today: int) -> tuple[int, int]:
        """(cards introduced, cards reviewed) on a study day."""
        introduced = self.db.execute("SELECT count(*) FROM memory WHERE introduced = ?", (today,)).fetchone()[0]
        reviewed = self.db.execute("SELECT count(*) FROM memory WHERE reviewed = ?", (today,)).fetchone()[0]
        return introduced, reviewed

    def last_review(self) -> Review | None:
        """The answer given last that stands."""
        sql = """SELECT * FROM row WHERE rating IS NOT NULL
                 AND id NOT IN (SELECT undoes FROM row WHERE undoes IS NOT NULL) ORDER BY id DESC LIMIT 1"""
        found = self.db.execute(sql).fetchone()
        row = None if found is None else _row(found)
        return row if isinstance(row, Review) else None

    def size(self) -> tuple[int, int]:
        """(rows of the log, cards with a memory)"""
        rows = self.db.execute("SELECT count(*) FROM row").fetchone()[0]
        return rows, self.db.execute("SELECT count(*) FROM memory").fetchone()[0]

    def sound(self) -> bool:
        """Does SQLite find the file whole?"""
        return bool(self.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok")

    def backup(self, target: Path) -> None:
        """A consistent copy, also while a quiz is running."""
        if target.exists():
            raise PrepError("exists already", where=target, hint="name a new file")
        try:
            self.db.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.OperationalError as fault:
            raise PrepError(f"cannot write the backup ({fault})", where=target) from None


def _row(found: tuple[str, int, str, str, int, float, int, str, str, int]) -> Row:
    name, _, at, card, rating, seconds, seed, undoes, bury_until, suspend = found
    when = moment(at)
    if rating is not None:
        return Review(name, when, card, rating, seconds, seed)
    if undoes is not None:
        return Undo(name, when, undoes)
    if bury_until is not None:
        return Bury(name, when, card, moment(bury_until))
    return Suspend(name, when, card, bool(suspend))


def _recalled(found: tuple[Any, ...]) -> Memory:
    values = list(found)  # the columns are the fields, in order
    values[-2] = bool(values[-2])  # suspended
    return Memory(*values)


def _told(fault: sqlite3.Error, path: Path) -> PrepError:
    return PrepError(f"the database cannot be used ({fault})", where=path, hint=_way_out(fault))


def _way_out(fault: sqlite3.Error) -> str:
    said = str(fault)
    if "locked" in said or "busy" in said:
        return "another prep is writing; try again when it is done"
    if "readonly" in said or "unable to open" in said:
        return "the folder must be writable, or set PREP_HOME to another one"
    if "full" in said or "I/O" in said:
        return "is there room on the disk? what was acknowledged before is safe"
    if "not a database" in said or "malformed" in said:
        return "restore a backup (`prep history backup` makes them), or move the file away and import an export"
    return "nothing was changed"
