"""How many paths a second `prep tcp check -` answers, and what one check costs.

    python benchmarks/tcp.py [--lines 100000] [--pairs 11]

Lines: random walks of two to eight states, one pair in thirty illegal, as a server's trace of many connections has
them: few kinds, each often. Then the same number of kinds once each; then lists of events. Answered by the engine alone
(`check`, a dictionary a line), and by the whole batch (read, checked, written as JSON to a file).
Then one check as a whole process, as a ratio to `python -c pass`.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from random import Random
from statistics import median

from paired import heading, paired, tell

import prep
from prep.cli.tcp_bulk import answer_paths
from prep.net.tcp.check import check, check_events
from prep.net.tcp.states import after, arrows, place, rules_at
from prep.net.tcp.table import EVENTS, STATES

ONE = ["-m", "prep", "tcp", "check", "ESTABLISHED -> LAST_ACK -> CLOSED"]


def path(dice: Random) -> str:
    states = [dice.choice(STATES)]
    position = place(states[0])
    for _ in range(dice.randint(1, 7)):
        further = [arrow.to for state, arrow in arrows(position).items() if state != position.state]
        position = dice.choice(further) if dice.random() > 1 / 30 else place(dice.choice(STATES))
        states.append(position.state)
    return " -> ".join(states)


def events(dice: Random) -> str:
    said, position = [], place("CLOSED")
    for _ in range(dice.randint(1, 8)):
        rule = dice.choice([rule for event in EVENTS for rule in rules_at(position, event) if rule.verdict == "ok"])
        said.append(rule.full)
        position = after(position, rule)
    return ", ".join(said)


def batch(lines: list[str], answer: Callable[[str], object]) -> float:
    """Seconds of the whole batch, into a file."""
    old = sys.stdin, sys.stdout
    with tempfile.TemporaryFile("w", encoding="utf-8") as out:
        sys.stdin, sys.stdout = io.StringIO("\n".join(lines) + "\n"), out
        try:
            began = time.perf_counter()
            answer_paths(answer)
            out.flush()
            return time.perf_counter() - began
        finally:
            sys.stdin, sys.stdout = old


def engine(lines: list[str], answer: Callable[[str], object]) -> float:
    began = time.perf_counter()
    for line in lines:
        answer(line)
    return time.perf_counter() - began


def rate(title: str, lines: list[str], answer: Callable[[str], object], runs: int) -> None:
    alone = median(engine(lines, answer) for _ in range(runs))
    whole = median(batch(lines, answer) for _ in range(runs))
    print(
        f"{title:<24} {len(lines):>8} lines, {len(set(lines)):>6} kinds   engine {len(lines) / alone:>9,.0f}   "
        f"batch {len(lines) / whole:>9,.0f} lines a second",
        flush=True,
    )


def process(words: list[str]) -> Callable[[], float]:
    def run() -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=False)
        return time.perf_counter() - began

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=11, help="paired processes, and runs of each batch")
    given = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, prep {prep.__version__}, medians of {given.pairs} runs\n")
    dice = Random(1)
    paths = [path(dice) for _ in range(given.lines)]
    rate("paths", paths, check, given.pairs)
    rate("paths, each once", sorted(set(paths)), check, given.pairs)
    rate("events", [events(dice) for _ in range(given.lines)], lambda line: check_events("CLOSED", line), given.pairs)
    heading("one check, whole process", "python -c pass")
    pass_ = process(["-c", "pass"])
    tell("prep tcp check", paired(pass_, process(ONE), given.pairs))


if __name__ == "__main__":
    main()
