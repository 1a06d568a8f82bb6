"""`prep history`: the review log."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import typer

from prep.cli.app import many, new_app
from prep.cli.learner import Learner
from prep.cli.render import note, say, say_json
from prep.errors import Exit, PrepError
from prep.study.log import Row, from_json, to_json

LONGEST_LINE = 65_536
MOST_FAULTS = 20

app = new_app("The review log: undo, suspend, export, import, check, backup.")


@app.command()
def undo(as_json: bool = typer.Option(False, "--json", help="JSON: the row undone, or null.")) -> None:
    """Undo the last answer, bury or suspension. The log keeps both rows."""
    learner = Learner()
    with learner.store() as store:
        row = store.undo(learner.now())
    if as_json:
        say_json(row and to_json(row))
    elif row is not None:
        from prep.cli.show import told

        say(f"undone: {to_json(row)['card']}, {told(row)}, {row.at:%Y-%m-%d %H:%M}", indent="  ")
    if row is None:
        if not as_json:
            say("nothing to undo")
        raise typer.Exit(Exit.NO)


@app.command()
def suspend(
    names: list[str] = typer.Argument(..., metavar="ID...", help="The cards."),
    as_json: bool = typer.Option(False, "--json", help="JSON: the rows written."),
) -> None:
    """Take cards out of the quiz until they are unsuspended."""
    _suspend(names, True, as_json)


@app.command()
def unsuspend(
    names: list[str] = typer.Argument(..., metavar="ID...", help="The cards."),
    as_json: bool = typer.Option(False, "--json", help="JSON: the rows written."),
) -> None:
    """Put suspended cards back into the quiz."""
    _suspend(names, False, as_json)


def _suspend(names: list[str], suspend: bool, as_json: bool) -> None:
    learner = Learner()
    for name in names:
        learner.card(name)
    with learner.store() as store:
        rows, as_before = [], []
        for name in names:
            if store.memory(name).suspended is suspend:
                as_before.append(name)
            else:
                rows.append(store.suspend(name, suspend, learner.now()))
    if as_json:
        say_json([to_json(row) for row in rows])
        return
    if rows:
        say(f"{'suspended' if suspend else 'unsuspended'}: {', '.join(str(to_json(row)['card']) for row in rows)}")
    if as_before:
        say(f"{'already' if suspend else 'not'} suspended: {', '.join(as_before)}")


@app.command()
def export(
    target: Path | None = typer.Argument(None, metavar="[FILE]", help="A new file; - or none: the output."),
    as_json: bool = typer.Option(
        False, "--json", help="One JSON list instead of JSON Lines; with a file, JSON: its name."
    ),
) -> None:
    """Write the whole log as JSON Lines."""
    learner = Learner()
    with learner.store() as store:
        if target is None or str(target) == "-":
            rows = map(to_json, store.rows())
            for shown in [list(rows)] if as_json else rows:
                say_json(shown)
            return
        try:
            with target.open("x", encoding="utf-8") as stream:
                for row in store.rows():
                    stream.write(json.dumps(to_json(row), ensure_ascii=False) + "\n")
        except FileExistsError:
            raise PrepError("exists already", where=target, hint="name a new file") from None
    say_json({"written": str(target)}) if as_json else say(f"written: {target}")


@app.command("import")
def import_(
    files: list[str] = typer.Argument(
        ..., metavar="FILE...", help="Exports, JSON Lines or one JSON list; - reads the input."
    ),
    as_json: bool = typer.Option(False, "--json", help='JSON: {"added", "known"}.'),
) -> None:
    """Merge exported logs into this one: twice or in any order gives the same."""
    learner = Learner()
    faults: list[str] = []
    rows = [row for name in files for row in _read(name, faults)]
    if faults:
        more = len(faults) - MOST_FAULTS
        shown = [*faults[:MOST_FAULTS], *([f"and {more} more"] if more > 0 else []), "nothing was imported"]
        raise PrepError("\n".join(shown))
    with learner.store() as store:
        merged = store.merge(rows)
    _note_future(rows, learner.now() + timedelta(days=1))
    if as_json:
        say_json({"added": merged.added, "known": merged.known})
    else:
        say(f"{many(merged.added, 'row')} added, {merged.known} known already")


def _note_future(rows: list[tuple[Row, str]], latest: datetime) -> None:
    future = [(row, place) for row, place in rows if row.at > latest]
    if future:
        row, place = future[0]
        dated = f"{many(len(future), 'row')} {'is' if len(future) == 1 else 'are'} dated in the future"
        note(f"{dated}, such as {place} ({row.at:%Y-%m-%d %H:%M}): is the clock right? All were kept")


def _read(name: str, faults: list[str]) -> Iterator[tuple[Row, str]]:
    """The rows of a file with their places; every bad line is noted."""
    try:
        stream = sys.stdin if name == "-" else open(name, encoding="utf-8", errors="replace")  # noqa: SIM115  closed below
    except OSError as fault:
        raise PrepError(f"cannot be read ({fault.strerror})", where=name) from None
    with stream:
        number = 0
        while line := stream.readline(LONGEST_LINE):
            number += 1
            if number == 1:
                line = line.removeprefix("\ufeff")
            if not line.strip():
                continue
            place = f"{name}:{number}"
            listed = number == 1 and line.startswith("[")  # what `export --json` writes
            try:
                if not listed and not line.endswith("\n") and len(line) == LONGEST_LINE:
                    raise PrepError(f"a line longer than {LONGEST_LINE} characters", where=place, hint="is it a log?")
                found = json.loads(line + stream.read() if listed else line)
            except json.JSONDecodeError as fault:
                faults.append(f"{name}:{number + fault.lineno - 1}:{fault.colno}: not JSON: {fault.msg}")
                continue
            except (ValueError, RecursionError) as fault:
                faults.append(f"{place}: {fault}")
                continue
            for at, row in enumerate(found if listed else [found], 1):
                at_row = f"{place}[{at}]" if listed else place
                try:
                    yield from_json(row), at_row
                except ValueError as fault:
                    faults.append(f"{at_row}: {fault}")


@app.command()
def check(as_json: bool = typer.Option(False, "--json", help="JSON.")) -> None:
    """Fold the whole log anew and compare it with what was remembered; mends it where they differ."""
    learner = Learner()
    with learner.store() as store:
        sound = store.sound()
        agreed = store.rebuild()
        rows, cards = store.size()
        unknown = sorted({memory.card for memory in store.memories()} - set(learner.shelf.ids()))
    if as_json:
        say_json({"rows": rows, "cards": cards, "sound": sound, "agreed": agreed, "cards_without_deck": unknown})
    else:
        say(
            f"{many(rows, 'row')}, {many(cards, 'card')}: "
            + ("memory agrees with the log" if agreed else "memory differed and was folded anew")
        )
        if unknown:
            are = f"{many(len(unknown), 'card')} {'is' if len(unknown) == 1 else 'are'}"
            say(f"{are} in no deck now, the history is kept: {', '.join(unknown[:20])}", indent="  ")
        if not sound:
            say("the database file is damaged: export what can be read, or restore a backup")
    if not (agreed and sound):
        raise typer.Exit(Exit.NO)


@app.command()
def backup(
    target: Path | None = typer.Argument(None, metavar="[FILE]", help="A new file; by default one in the home, dated."),
    as_json: bool = typer.Option(False, "--json", help="JSON."),
) -> None:
    """Write a consistent copy of the database, also while a quiz runs."""
    learner = Learner()
    with learner.store() as store:
        path = target or _backup_name(learner)
        store.backup(path)
    say_json({"written": str(path)}) if as_json else say(f"written: {path}")


def _backup_name(learner: Learner) -> Path:
    folder = learner.home / "backups"
    folder.mkdir(exist_ok=True)
    name = f"learner-{learner.now():%Y%m%d-%H%M%S}"
    names = (f"{name}-{number}.db" if number > 1 else f"{name}.db" for number in count(1))
    return next(folder / name for name in names if not (folder / name).exists())
