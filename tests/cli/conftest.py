"""A learner with a home of his own, a clock that stands still, and the command line, run in this process."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from prep.cards.shelf import open_shelf
from prep.cli.app import _guarded

KINDS = Path(__file__).with_name("kinds.yaml")
NOW = "2026-11-21T09:00:00+08:00"
SETTINGS = 'timezone = "Asia/Shanghai"\nfuzz = false\n'


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped decks, parsed once for all tests."""
    folder = tmp_path_factory.mktemp("index")
    open_shelf(folder).db.close()
    return folder / "decks.index"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that holds nothing, not even itself."""
    folder = tmp_path / "home"
    for name in ("NO_COLOR", "TERM", "VISUAL", "EDITOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREP_HOME", str(folder))
    monkeypatch.setenv("PREP_NOW", NOW)
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def home(bare: Path, index: Path) -> Path:
    """A home in Shanghai, with the deck `kinds` of one card of each kind, and exact intervals."""
    (bare / "decks").mkdir(parents=True)
    (bare / "config.toml").write_text(SETTINGS, "utf-8")
    shutil.copy(KINDS, bare / "decks")
    shutil.copy(index, bare)
    return bare


@pytest.fixture
def prep(bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command: the words as typed, the lines it reads, the time it is."""

    def run(*words: str, lines: tuple[str, ...] = (), now: str = "") -> Ran:
        if now:
            monkeypatch.setenv("PREP_NOW", now)
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        capsys.readouterr()
        code = _guarded(list(words))
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def process(bare: Path) -> Callable[..., Ran]:
    """Runs a command in a process of its own; keywords are added to its environment."""

    def run(*words: str, given: bytes = b"", **env: str) -> Ran:
        told = subprocess.run(
            [sys.executable, "-m", "prep", *words], input=given, capture_output=True, env=os.environ | env, check=False
        )
        return Ran(told.returncode, told.stdout.decode(errors="surrogateescape"), told.stderr.decode())

    return run


@pytest.fixture
def deck(home: Path) -> Callable[[str, str], Path]:
    """Writes a deck of the user's own."""

    def write(name: str, cards: str, title: str = "A deck") -> Path:
        path = home / "decks" / f"{name}.yaml"
        path.write_text(f"deck: {{id: {name}, title: {title}}}\ncards:\n{cards}", "utf-8")
        return path

    return write


@pytest.fixture
def log(prep: Callable[..., Ran]) -> Callable[[], list[dict[str, Any]]]:
    """All rows on disk."""
    return lambda: [json.loads(line) for line in prep("history", "export").lines]
