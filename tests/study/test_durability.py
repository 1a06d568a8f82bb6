"""What kill -9 and two processes at once do to the log: nothing."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from prep.config import Settings
from prep.study.log import Review, fold
from prep.study.store import Store

KILLS = 50
ANSWERS = 100
START = datetime(2026, 11, 21, 9, tzinfo=UTC)

# Answers when it is told to begin, and says after each answer that it is acknowledged.
ANSWERING = """
import os, sys
from datetime import datetime, timedelta
from pathlib import Path
import fsrs_rs_python
from prep.config import Settings
from prep.study.store import Store

home, start, count, name = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
print("ready", flush=True)
sys.stdin.readline()
with Store(home, Settings()) as store:
    for number in range(count):
        row = store.review(f"{name}-{number % 7}", 1 + number % 4, start + timedelta(minutes=number))
        os.write(1, f"{row.id}\\n".encode())
"""


@contextmanager
def answering(home: Path, count: int, name: str = "c") -> Iterator[subprocess.Popen[str]]:
    """A process that opens the database when it is told to and then answers; killed at the end if it still runs."""
    command = [sys.executable, "-c", ANSWERING, str(home), START.isoformat(), str(count), name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


def started(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.stdin.write("go\n")
    child.stdin.flush()


def acknowledged_before_a_kill(home: Path, answers: int) -> list[str]:
    """The ids that a process acknowledged before SIGKILL hit it, at least so many answers in."""
    with answering(home, 1_000_000) as child:
        started(child)
        assert child.stdout is not None
        seen = [child.stdout.readline() for _ in range(answers)]
        child.kill()
        seen += child.stdout.readlines()
    assert child.returncode != 0
    return [line.strip() for line in seen if line.endswith("\n")]


def check(home: Path) -> list[str]:
    """The ids in the log, once the database is found whole and its cache true."""
    with Store(home, Settings()) as store:
        assert store.db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = list(store.rows())
        assert {memory.card: memory for memory in store.memories()} == fold(rows, store.scheduler)
    return [row.id for row in rows]


def test_no_acknowledged_answer_is_lost_to_kill_minus_9(tmp_path: Path) -> None:
    acknowledged: set[str] = set()
    for kill in range(KILLS):
        fresh = acknowledged_before_a_kill(tmp_path, 1 + kill % 5)
        assert len(fresh) >= 1 + kill % 5
        acknowledged.update(fresh)
        kept = check(tmp_path)
        assert acknowledged <= set(kept)
        assert len(kept) - len(acknowledged) <= kill + 1  # at most the answer in flight, for each kill


def test_a_kill_while_the_database_is_made_leaves_one_that_opens(tmp_path: Path) -> None:
    for number in range(8):
        home = tmp_path / str(number)
        with answering(home, 1) as child:
            started(child)
        assert len(check(home)) <= 1


def test_two_processes_that_answer_at_once_keep_every_answer(tmp_path: Path) -> None:
    with answering(tmp_path, ANSWERS, "mine") as one, answering(tmp_path, ANSWERS, "yours") as other:
        for child in (one, other):
            started(child)
        said = {line.strip() for child in (one, other) for line in child.stdout or ()}
        assert [child.wait() for child in (one, other)] == [0, 0]
    assert len(said) == 2 * ANSWERS
    assert said == set(check(tmp_path))


def test_two_processes_on_the_same_cards_agree_on_memory(tmp_path: Path) -> None:
    with answering(tmp_path, ANSWERS) as one, answering(tmp_path, ANSWERS) as other:
        for child in (one, other):
            started(child)
        assert [len(list(child.stdout or ())) for child in (one, other)] == [ANSWERS, ANSWERS]
    with Store(tmp_path, Settings()) as store:
        assert store.rebuild()
        rows = [row for row in store.rows() if isinstance(row, Review)]
        assert len({row.ms for row in rows}) == len(rows) == 2 * ANSWERS
        assert sum(memory.reps for memory in store.memories()) == 2 * ANSWERS
