"""`prep tcp diagram`: the state diagram from the table, a path highlighted."""

import typer

from prep.cli.batch import say_json
from prep.errors import PrepError
from prep.net.tcp.check import check_states
from prep.net.tcp.diagram import FORMATS, NOWHERE, draw, edges, walk
from prep.net.tcp.reading import PathError

FORM = typer.Option("text", "--format", help=f"{', '.join(FORMATS)}.")
PATH = typer.Option(None, "--path", help="A path of states to highlight: 'CLOSED -> LISTEN'.")
JSON = typer.Option(False, "--json", help='JSON: {"format", "diagram", "edges"}.')


def diagram(form: str = FORM, path: str | None = PATH, as_json: bool = JSON) -> None:
    """Draw the state diagram: text, Mermaid, DOT or SVG; with a path taken, and its illegal step marked."""
    if form not in FORMATS:
        raise PrepError("no such format", where=f"--format {form}", hint=f"one of {', '.join(FORMATS)}")
    way = NOWHERE
    if path is not None:
        try:
            found = check_states(path)
        except PathError as fault:
            raise PrepError(str(fault)) from None
        way = walk(found["path"], found["illegal_at"])
    drawn = draw(form, way)
    if as_json:
        arrows = [{"from": edge.source, "to": edge.target, "events": list(edge.events)} for edge in edges()]
        say_json({"format": form, "diagram": drawn, "edges": arrows})
    else:
        typer.echo(drawn, nl=False)
