"""Drills."""

import typer

from prep.cli.subnet.group import app


@app.command("drill")
def drill_(
    kind: str | None = typer.Option(None, "--kind", help="Only this kind, v4-broadcast for one."),
    count: int = typer.Option(10, "--count", min=1, max=1000, help="How many questions."),
    seed: int | None = typer.Option(None, "--seed", help="The same paper for everybody; the schedule is not touched."),
    plain: bool = typer.Option(False, "--plain", help="Plain lines instead of keys."),
    as_json: bool = typer.Option(False, "--json", help="The paper with its answers, as JSON."),
    lang: str | None = typer.Option(None, "--lang", help="en or zh."),
) -> None:
    """Practise: what is due first, then what is new, then what is weakest; with worked solutions."""
    from prep.cli.subnet.drill import drill

    drill(kind, count, seed, lang, plain=plain, as_json=as_json)
