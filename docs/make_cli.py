"""Writes docs/cli.md from the help pages of all commands; a test compares the two.

python docs/make_cli.py
"""

import os
from pathlib import Path

import typer

from prep.cli.app import COMMANDS, app

HEAD = """# Every command

Made by `python docs/make_cli.py` from the help pages; do not edit. All non-interactive commands take `--json`.
Exit codes: 0 done, the answer is yes · 1 the answer is no · 2 bad input or usage · 130 interrupted.
"""


def pages() -> str:
    os.environ["COLUMNS"] = "80"
    root = typer.main.get_command(app)
    context = root.make_context("prep", [], resilient_parsing=True)
    sections = [HEAD, _page("prep", root.get_help(context))]
    for name in COMMANDS:
        command = root.get_command(context, name)  # type: ignore[attr-defined]  # the root is a group
        inner = command.make_context(name, [], parent=context, resilient_parsing=True)
        sections.append(_page(f"prep {name}", command.get_help(inner)))
        for sub in command.list_commands(inner) if hasattr(command, "list_commands") else []:
            leaf = command.get_command(inner, sub)
            sections.append(
                _page(
                    f"prep {name} {sub}",
                    leaf.get_help(leaf.make_context(sub, [], parent=inner, resilient_parsing=True)),
                )
            )
    return "\n".join(sections)


def _page(name: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return f"## {name}\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    (Path(__file__).parent / "cli.md").write_text(pages(), "utf-8")
