"""`prep where`: folders and files."""

import typer

from prep import config, places
from prep.cli.app import new_app
from prep.cli.render import say_json

app = new_app()


@app.command()
def where(as_json: bool = typer.Option(False, "--json", help="JSON.")) -> None:
    """Tell which folders and files are used."""
    home = places.home()
    found = {
        "home": home,
        "config": home / config.FILE,
        "database": home / "learner.db",
        "own_decks": home / "decks",
        "index": home / "decks.index",
        "shipped_decks": places.shipped_decks(),
    }
    if as_json:
        say_json({key: str(path) for key, path in found.items()})
        return
    for key, path in found.items():
        typer.echo(f"{key.replace('_', ' '):14} {path}{'' if path.exists() else '  (not there yet)'}")
