"""`prep config`: settings."""

import json
from datetime import timedelta

import typer

from prep import config as settings
from prep import places
from prep.cli.app import new_app
from prep.cli.render import note, say_json
from prep.errors import PrepError, did_you_mean

app = new_app()


@app.command()
def config(
    key: str | None = typer.Argument(None, help="The setting."),
    value: list[str] | None = typer.Argument(
        None, metavar="[VALUE]...", help="What to set it to; `default` forgets it."
    ),
    as_json: bool = typer.Option(False, "--json", help="JSON."),
) -> None:
    """Show the settings, or one of them, or change it."""
    home = places.home()
    if key is not None and value:
        changed = settings.write(places.make_home(home), key, " ".join(value))
        found = settings.shown(changed)
        if key == "interview":
            _note_past(changed)
    else:
        found = settings.shown(settings.load(home))
    if key is not None and key not in found:
        raise PrepError("no such setting", where=key, hint=did_you_mean(key, list(found), f"known: {', '.join(found)}"))
    if as_json:
        say_json(found if key is None else {key: found[key]})
        return
    for name in found if key is None else [key]:
        typer.echo(f"{name} = {json.dumps(found[name], ensure_ascii=False) if found[name] is not None else 'none'}")


def _note_past(changed: settings.Settings) -> None:
    now = places.clock(places.zone(changed.timezone))()
    if changed.interview and changed.interview < (now - timedelta(hours=changed.rollover_hour)).date():
        note(f"{changed.interview} has passed already")
