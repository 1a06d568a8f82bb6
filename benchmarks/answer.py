"""How long one acknowledged answer takes: `Store.review`, as a ratio to a bare committed SQLite insert.

    python benchmarks/answer.py [--pairs 500] [--load FOLDER]

The bare insert: one row of like size into a table with a primary key and nothing else, BEGIN IMMEDIATE … COMMIT, WAL,
synchronous FULL, in a fresh file on the same disk. Both in turn, on an empty log and on one of 100,000 reviews
(FOLDER: a home that make_load.py made, of which a copy is used; without it one is made and thrown away).
Then the fold of that log to memory, as a ratio to the same number of bare calls of the memory engine.
"""

import argparse
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from make_load import RATINGS, WEIGHTS, make_load
from paired import Run, heading, paired, tell

import prep
from prep import config, places
from prep.study.log import fold, new_id, stamp
from prep.study.memory import millis
from prep.study.store import FILE, Store

TABLE = """CREATE TABLE answer (
  id TEXT PRIMARY KEY, ms INTEGER NOT NULL, at TEXT NOT NULL, card TEXT, rating INTEGER, seconds REAL
) STRICT, WITHOUT ROWID"""
FOLDS = 3


def names(store: Store) -> list[str]:
    """The cards to answer: those of the log, or as many new ones."""
    return [memory.card for memory in store.memories()] or [f"load-00-{n:04}" for n in range(500)]


def clock() -> Iterator[datetime]:
    """The time of one answer after the other, some seconds apart, as people answer."""
    at = places.clock(None)()
    while True:
        yield at
        at += timedelta(seconds=8)


def answering(store: Store, dice: Random) -> Run:
    cards = names(store)
    times = clock()

    def run() -> float:
        card, rating, at = dice.choice(cards), dice.choices(RATINGS, WEIGHTS)[0], next(times)
        began = time.perf_counter()
        store.review(card, rating, at, 7.5)
        return time.perf_counter() - began

    return run


def inserting(path: Path, dice: Random) -> Run:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(TABLE)
    times = clock()

    def run() -> float:
        at = next(times)
        row = (new_id(millis(at), None, dice.getrandbits(80)), millis(at), stamp(at), "load-00-0001", 3, 7.5)
        began = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)", row)
        db.execute("COMMIT")
        return time.perf_counter() - began

    return run


def measure(title: str, home: Path, pairs: int) -> None:
    dice = Random(1)
    with Store(home, config.load(home)) as store:
        bare, answer = inserting(home / "bare.db", dice), answering(store, dice)
        paired(bare, answer, 20)  # warm-up
        tell(title, paired(bare, answer, pairs))


def measure_fold(home: Path) -> None:
    with Store(home, config.load(home)) as store:
        scheduler, rows = store.scheduler, list(store.rows())

    def folding() -> float:
        began = time.perf_counter()
        fold(rows, scheduler)
        return time.perf_counter() - began

    def engine() -> float:
        next_states, retention = scheduler.engine.next_states, scheduler.settings.desired_retention
        began = time.perf_counter()
        for _ in rows:
            next_states(None, retention, 0)
        return time.perf_counter() - began

    heading("fold to memory", "as many bare calls of the engine")
    figures = paired(engine, folding, FOLDS)
    tell(f"fold of {len(rows)} rows", figures)
    print(f"{'':<44} {len(rows) / figures[1]:7.0f} rows a second")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=500, help="paired answers and inserts")
    parser.add_argument("--load", type=Path, metavar="FOLDER", help="a home that make_load.py made")
    parser.add_argument("--disk", type=Path, metavar="FOLDER", help="where the files are put for the measurement")
    parser.add_argument("--reviews", type=int, default=100_000)
    given = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, prep {prep.__version__}, ", end="")
    print(f"medians of {given.pairs} paired runs")
    with tempfile.TemporaryDirectory(dir=given.disk) as folder:
        empty, loaded = Path(folder) / "empty", Path(folder) / "load"
        if given.load is None:
            make_load(loaded, given.reviews // 10, given.reviews)
        else:
            loaded.mkdir()
            shutil.copy(given.load / FILE, loaded)
        heading("one acknowledged answer", "bare committed insert")
        measure("empty log", empty, given.pairs)
        measure("long log", loaded, given.pairs)
        measure_fold(loaded)


if __name__ == "__main__":
    main()
