"""How long until prep has answered: whole processes, as ratios to `python -c pass`.

    python benchmarks/startup.py [--pairs 31] [--load [FOLDER]]

Each command runs in turn with the baseline, on the shipped decks with an empty home; with --load also on a home with
10,000 cards and 100,000 reviews (FOLDER: one that make_load.py made; without it one is made and thrown away).
"""

import argparse
import compileall
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from make_load import make_load
from paired import Run, heading, paired, tell

import prep

BASELINE = [sys.executable, "-c", "pass"]
QUIZ = ["quiz", "--limit", "1"]  # its standard input is empty: it asks one question and ends
COMMANDS = [["--help"], ["http", "404"], ["next", "--json"], ["search", "CLOSE_WAIT"], QUIZ]
SETTLED = 2.5  # seconds after which the index of cards trusts the time stamp of a file


def ways() -> dict[str, list[str]]:
    """How prep is called: as a module, and by the console script beside the interpreter."""
    script = shutil.which("prep", path=str(Path(sys.executable).parent))
    return {"python -m prep": [sys.executable, "-m", "prep"]} | ({"prep": [script]} if script else {})


def environment(home: Path) -> dict[str, str]:
    left_out = {"PYTHONDONTWRITEBYTECODE", "PYTHONPROFILEIMPORTTIME", "PREP_NOW"}
    return {**{key: value for key, value in os.environ.items() if key not in left_out}, "PREP_HOME": str(home)}


def whole(command: list[str], home: Path) -> Run:
    """From the start of the process to its end."""
    env = environment(home)

    def run() -> float:
        began = time.perf_counter()
        subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
        return time.perf_counter() - began

    return run


def first_line(command: list[str], home: Path) -> Run:
    """From the start of the process to its first line of output."""
    env = environment(home)

    def run() -> float:
        began = time.perf_counter()
        with subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise SystemExit(f"no output from {' '.join(command)}")
            seconds = time.perf_counter() - began
            process.stdout.read()
        return seconds

    return run


def measure(title: str, home: Path, pairs: int) -> None:
    heading(title, "python -c pass, whole process")
    baseline = whole(BASELINE, home)
    for name, way in ways().items():
        for words in COMMANDS:
            tell(f"{name} {' '.join(words)}", paired(baseline, whole([*way, *words], home), pairs))
        tell(f"{name} {' '.join(QUIZ)}, first line", paired(baseline, first_line([*way, *QUIZ], home), pairs))


def warm_up(home: Path) -> None:
    """Byte-code compiled, the index of cards made, and made to trust the files."""
    compileall.compile_dir(Path(prep.__file__).parent, quiet=2)
    time.sleep(SETTLED)
    for way in ways().values():
        for words in COMMANDS:
            whole([*way, *words], home)()
    whole(BASELINE, home)()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=31, help="paired runs of each command")
    parser.add_argument("--load", type=Path, nargs="?", const=Path(), metavar="FOLDER", help="also with a load")
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--reviews", type=int, default=100_000)
    given = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, prep {prep.__version__}, medians of {given.pairs} paired runs")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "shipped"
        home.mkdir()
        warm_up(home)
        measure("shipped decks", home, given.pairs)
        if given.load is None:
            return
        title, loaded = f"load in {given.load.name}", given.load.absolute()
        if given.load == Path():
            title, loaded = f"{given.cards} cards and {given.reviews} reviews more", Path(folder) / "load"
            make_load(loaded, given.cards, given.reviews)
        warm_up(loaded)
        measure(title, loaded, given.pairs)


if __name__ == "__main__":
    main()
