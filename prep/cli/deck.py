"""`prep deck`: list, check, begin and edit decks."""

import os
from pathlib import Path
from typing import Any

import typer

from prep.cards.grading import blanked
from prep.cli.app import many, new_app
from prep.cli.learner import Learner
from prep.cli.render import columns, note_left_out, paint, say, say_json
from prep.errors import Exit, PrepError
from prep.text import clip, pad, visible, width

NUMBERS = {"cards": 5, "due": 4, "new": 4, "zh": 4, "proofs": 6}  # columns of `deck list`, the first to stay first
LONGEST_TITLE = 40  # columns for which numbers may go
SHORTEST = 16  # columns that a title has, or more numbers go

app = new_app("List, check, begin and edit decks.")


@app.command("list")
def list_(
    names: list[str] | None = typer.Argument(
        None, metavar="[DECK]...", help="Only these decks or study paths, and their cards."
    ),
    as_json: bool = typer.Option(False, "--json", help="JSON."),
    lang: str | None = typer.Option(None, "--lang", help="en or zh."),
) -> None:
    """Show the decks: cards, due now, never seen, with Chinese, with proofs; then the study paths, which can be named
    wherever a deck can. Of decks and paths that are named, the cards.
    """
    from collections import Counter

    from prep.cards.shelf import known_decks, selection
    from prep.study.memory import millis, study_day

    learner = Learner(lang)
    now = learner.now()
    named = known_decks(learner.shelf, names or [])
    file_of = learner.shelf.file_of()
    with learner.store() as store:
        reviews = [*store.due(millis(now), study_day(now, learner.settings.rollover_hour))]
        steps = [memory.card for memory in store.steps(millis(now))]
        due = Counter(file_of.get(name) for name in [*reviews, *steps])
        seen = store.seen()
    new = Counter(file for name, file in file_of.items() if name not in seen)
    rows: list[dict[str, Any]] = [
        {
            "id": deck.id,
            "title": deck.title.say(learner.lang),
            "cards": deck.cards,
            "due": due[deck.file],
            "new": new[deck.file],
            "zh": deck.zh,
            "proofs": deck.proofs,
            "own": deck.own,
            "file": deck.file,
        }
        for deck in learner.shelf.decks()
        if not named or deck.id in named
    ]
    items = _items(learner, selection(learner.shelf, named) if named else [])
    paths = [path for path in _paths(learner) if not named or path["id"] in named]
    replaced, faults = learner.shelf.replaced(), learner.shelf.faults()
    if as_json:
        told = {"decks": rows, "paths": paths, "replaced": replaced, "left_out": [str(fault) for fault in faults]}
        say_json({**told, "items": items} if named else told)
        return
    if named:
        for item in items:
            question = visible(" ".join(blanked(item["question"]).split()))
            typer.echo(clip(f"{pad(item['id'], 30)} {pad(item['kind'], 8)} {question}", columns()))
        return
    _say_table(rows)
    say()
    say("study paths, named like a deck: `prep quiz cram`", bold=True)
    longest = max(len(path["id"]) for path in paths)
    for path in paths:
        numbers = f" {path['cards']:5} cards"
        room = min(LONGEST_TITLE, columns() - longest - 1 - len(numbers))
        typer.echo(f"{pad(path['id'], longest)} {pad(clip(path['title'], room), room)}{numbers}")
    if replaced:
        say(f"your decks replace: {', '.join(replaced)}", indent="  ")
    note_left_out(faults)


def _say_table(rows: list[dict[str, Any]]) -> None:
    """A line for each deck. In a narrow terminal the last numbers are left out: `zh` and `proofs` before a title is
    cut, the others but `cards` before it is cut to nothing."""
    titles = [visible(" ".join(row["title"].split())) + (" (yours)" if row["own"] else "") for row in rows]
    names = max([4, *(min(20, len(row["id"])) for row in rows)])
    wanted = min(LONGEST_TITLE, max([5, *map(width, titles)]))
    shown = list(NUMBERS)

    def room() -> int:
        return columns() - names - 1 - sum(1 + NUMBERS[key] for key in shown)

    while shown[-1] in ("zh", "proofs") and room() < wanted:
        shown.pop()
    while len(shown) > 1 and room() < SHORTEST:
        shown.pop()
    wide = max(5, min(wanted, room()))
    heading = "".join(f" {key:>{NUMBERS[key]}}" for key in shown)
    typer.echo(paint(f"{pad('deck', names)} {pad('title', wide)}{heading}", bold=True))
    for row, title in zip(rows, titles, strict=True):
        numbers = "".join(f" {row[key]:{NUMBERS[key]}}" for key in shown)
        typer.echo(f"{pad(clip(row['id'], names), names)} {pad(clip(title, wide), wide)}{numbers}")


def _items(learner: Learner, ids: list[str]) -> list[dict[str, str]]:
    cards = [learner.card(name) for name in ids]
    return [{"id": card.id, "kind": card.kind, "question": card.q.say(learner.lang)} for card in cards]


def _paths(learner: Learner) -> list[dict[str, Any]]:
    from prep.cards.paths import PATHS
    from prep.cards.shelf import selection

    return [
        {"id": name, "title": path.title.say(learner.lang), "cards": len(selection(learner.shelf, [name]))}
        for name, path in PATHS.items()
    ]


@app.command()
def check(
    names: list[str] | None = typer.Argument(
        None, metavar="[FILE|DECK]...", help="Only these files, decks or study paths; otherwise every deck."
    ),
    labs: bool = typer.Option(False, "--labs", help="Run the lab proofs too, on this machine's kernel."),
    rules: bool = typer.Option(False, "--rules", help="List the rules by name, each with its reason."),
    flags: bool = typer.Option(False, "--flags", help="List the cards that you flagged as wrong in the quiz."),
    as_json: bool = typer.Option(False, "--json", help="JSON."),
) -> None:
    """Check decks: every fault of every file with its line and column, and every proof run again."""
    learner = Learner()
    if rules:
        _rules(as_json)
        return
    if flags:
        _flags(learner, as_json)
        return
    from prep.cli.check import check_decks

    files = dict.fromkeys(file for name in names or [] for file in _files(learner, name))
    found = check_decks(learner, [*files], labs=labs)
    if as_json:
        say_json(found.json())
    else:
        for fault in found.faults:
            typer.echo(visible(str(fault)))
        kinds = sorted({n.rule for n in found.notes})
        for rule in kinds:
            same = [n for n in found.notes if n.rule == rule]
            say(f"note: {len(same)} × {rule}, for example {same[0].message}", indent="  ")
        for path in _tagged(names or []):
            taken = many(len(learner.chosen([path], None)), "card")
            say(f"{path}: {taken}, from decks that were checked whole")
        proofs = f"{many(found.proofs_run, 'proof')} run"
        say(f"{many(found.cards, 'card')}, {proofs}, {many(len(found.faults), 'fault')}")
    if found.faults:
        raise typer.Exit(Exit.NO)


def _files(learner: Learner, name: str) -> list[Path]:
    """The file with a name, or those of a deck; of a study path, those of all decks that it takes cards from, and of a
    deck that took its name."""
    from prep.cards.paths import PATHS
    from prep.cli.check import files_of

    try:
        named = files_of(learner, name)
    except PrepError:
        if name not in PATHS:
            raise
        named = []
    if name not in PATHS or Path(name) in named:
        return named
    path, file_of = PATHS[name], learner.shelf.file_of()
    tagged = sorted({Path(file_of[card]) for card in learner.shelf.ids(tag=path.tag)}) if path.tag else []
    return [*named, *(file for deck in path.decks for file in files_of(learner, deck)), *tagged]


def _tagged(names: list[str]) -> list[str]:
    """The study paths among the names that take some cards of a deck and leave others."""
    from prep.cards.paths import PATHS

    return [name for name in dict.fromkeys(names) if name in PATHS and PATHS[name].tag]


def _rules(as_json: bool) -> None:
    from prep.cards.rules import RULES

    if as_json:
        say_json({"rules": [{"rule": rule, "why": why} for rule, why in RULES.items()]})
        return
    for rule, why in RULES.items():
        say(f"{pad(rule, 18)}{why}", indent=" " * 18)


def _flags(learner: Learner, as_json: bool) -> None:
    from prep.cards.flags import flagged

    found = flagged(learner.home)
    places = {card: learner.shelf.place(card) for card, _ in found}
    if as_json:
        say_json([{"card": card, "at": at, "file": (places[card] or [None])[0]} for card, at in found])
        return
    for card, at in found:
        place = places[card]
        say(f"{card}  flagged {at}  {f'{place[0]}:{place[1]}' if place else '(no deck holds it now)'}")
    say(many(len(found), "flag") if found else "no card is flagged")


@app.command()
def new(
    name: str = typer.Argument(..., metavar="DECK", help="The id of the new deck."),
    as_json: bool = typer.Option(False, "--json", help="JSON."),
) -> None:
    """Begin a deck of your own: a file with two cards, a basic one and a choice, ready to edit."""
    from prep.cards.scaffold import begun
    from prep.cards.shelf import own_decks
    from prep.places import make_home, shipped_decks

    learner = Learner()
    _usable(learner, name)
    path = make_home(own_decks(learner.home)) / f"{name}.yaml"
    schema = (shipped_decks() / "deck.schema.json").as_uri()
    try:
        _write_new(path, begun(name, schema))
    except FileExistsError:
        raise PrepError(
            "exists already", where=path, hint=f"`prep deck check {path}` tells what is wrong with it"
        ) from None
    except OSError as fault:
        hint = "make room there, or set PREP_HOME to a folder that you may write"
        raise PrepError(f"cannot be written ({fault.strerror})", where=path, hint=hint) from None
    if as_json:
        say_json({"written": str(path)})
        return
    say(f"written: {path}")
    say(f"next: prep deck edit {name}, prep deck check, prep quiz {name}")


def _usable(learner: Learner, name: str) -> None:
    """Raises PrepError for an id that no deck may have, or that another deck or a study path has."""
    from prep.cards.deckfile import misnamed
    from prep.cards.paths import PATHS
    from prep.cards.scaffold import longest_id
    from prep.cards.shelf import quoted

    if why := misnamed(name):
        raise PrepError(f"a deck's id {why}", where=quoted(name))
    if misnamed(longest_id(name)):
        raise PrepError("too long for the ids of its cards", where=quoted(name), hint="give the deck a shorter one")
    if name in PATHS:
        raise PrepError("a study path has this id", where=name, hint="give the deck another")
    if name in {deck.id for deck in learner.shelf.decks()}:
        raise PrepError("a deck with this id exists", where=name, hint="`prep deck edit` opens it")


def _write_new(path: Path, text: str) -> None:
    """Writes a file whole or not at all, and never over another. Raises FileExistsError, OSError."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        draft.write_text(text, "utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            if path.exists():
                raise FileExistsError from None
            draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


@app.command()
def edit(name: str = typer.Argument(..., metavar="ID", help="A card or a deck.")) -> None:
    """Open the file of a card or deck in $EDITOR, at its line."""
    from prep.cards.paths import PATHS
    from prep.cli.asides import edit as open_editor

    learner = Learner()
    if name in PATHS and learner.shelf.to_edit(name) is None:
        hint = f"`prep deck list {name}` shows its cards, each can be edited"
        raise PrepError("a study path, which has no file", where=name, hint=hint)
    open_editor(learner, name)
