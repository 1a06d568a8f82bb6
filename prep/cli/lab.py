"""`prep lab`: the user's own kernel as the witness."""

from collections.abc import Iterable
from typing import Any

import typer

from prep.cli.app import new_app
from prep.cli.batch import say_json
from prep.cli.learner import Learner
from prep.errors import Exit, PrepError
from prep.labs.kit import Lab, Report
from prep.text import pad, width, wrap

app = new_app("Small experiments on this machine's kernel: predict, run, compare.")

COLUMNS = 80
JSON = typer.Option(False, "--json", help="JSON; a list where several labs were named.")
LANG = typer.Option(None, "--lang", help="en or zh.")


@app.command("list")
def list_(as_json: bool = JSON, lang: str | None = LANG) -> None:
    """List the labs: name, tier (1 loopback, 2 a private network namespace), typical time, title."""
    from prep.labs.registry import all_labs

    spoken = Learner(lang).lang
    labs = all_labs()
    if as_json:
        rows = [
            {"lab": lab.name, "title": lab.title.say(spoken), "tier": lab.tier, "typical_ms": lab.typical_ms}
            for lab in labs
        ]
        say_json({"labs": rows})
        return
    column = max(width(lab.name) for lab in labs) + 2
    for lab in labs:
        head = f"{pad(lab.name, column)}{lab.tier}{lab.typical_ms:6} ms  "
        for line in wrap(head + lab.title.say(spoken), COLUMNS, " " * len(head)):
            typer.echo(line)


@app.command()
def run(
    names: list[str] = typer.Argument(..., metavar="NAME...", help="Labs, or families of them: sticky, wire, all."),
    predict: bool = typer.Option(False, "--predict", help="Ask for a prediction before it runs."),
    as_json: bool = JSON,
    lang: str | None = LANG,
) -> None:
    """Run labs and compare what the kernel did with what is claimed; exit code 1 where a fact did not hold."""
    from prep.cli.lab_text import asked, told
    from prep.labs.kit import run as run_lab

    spoken = Learner(lang).lang
    if predict and as_json:
        raise PrepError("asks a question", where="--predict", hint="leave --json out")
    labs = chosen(names)
    reports = []
    for lab in labs:
        prediction = asked(lab, spoken) if predict else None
        report = run_lab(lab)
        reports.append(report)
        if not as_json:
            for line in told(report, prediction, spoken):
                typer.echo(line)
    if as_json:
        rows = [json_of(report, spoken) for report in reports]
        say_json(rows[0] if len(rows) == 1 and names == [labs[0].name] else rows)
    if not all(held for report in reports for held in report.held.values()):
        raise typer.Exit(Exit.NO)


def chosen(names: Iterable[str]) -> list[Lab]:
    """The labs of these names, families and `all`. Raises PrepError."""
    from prep.labs.registry import FAMILIES, all_labs, family, find

    found: dict[str, Lab] = {}
    for name in names:
        labs = all_labs() if name == "all" else family(name) if name in FAMILIES else [find(name)]
        found |= {lab.name: lab for lab in labs}
    return [*found.values()]


def json_of(report: Report, lang: str) -> dict[str, Any]:
    because = report.because.say(lang) if report.because else None
    return {
        "lab": report.lab.name,
        "tier": report.lab.tier,
        "ran": report.ran,
        "facts": report.facts,
        "held": report.held,
        "skipped_because": None if report.ran else because,
        "stuck_because": because if report.ran else None,
    }
