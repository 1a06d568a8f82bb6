"""The picture of docs/architecture.md: imports point down, and an outside library is imported by its owners only."""

import ast
import sys
from pathlib import Path

import pytest

import prep

PACKAGE = Path(prep.__file__).parent
FILES = {str(path.relative_to(PACKAGE).as_posix()): path for path in sorted(PACKAGE.rglob("*.py"))}

BASICS = {"errors", "text", "places", "config"}
BELOW = {
    "errors": set(),
    "text": set(),
    "places": {"errors"},
    "config": {"errors", "places"},
    "net": {"net", "errors", "text"},
    "cards": {"cards", "net"} | BASICS,
    "labs": {"labs", "net"} | BASICS,
    "study": {"study", "cards", "net"} | BASICS,
    "cli": {"cli", "study", "labs", "cards", "net"} | BASICS,
    "__main__": {"cli"},
    "__init__": set(),
}
OWNERS = {
    "yaml": ["cards/tree.py"],
    "sqlite3": ["cards/anki.py", "cards/index.py", "study/store.py"],
    "questionary": ["cli/ask.py"],
    "prompt_toolkit": ["cli/ask.py"],
    "fsrs_rs_python": ["study/memory.py"],
    "tomlkit": ["config.py"],
    "platformdirs": ["places.py"],
    "typer": ["cli/"],
    "socket": ["labs/"],
}
WORLD = {"time", "random", "secrets", "socket", "os", "pathlib", "sys", "io", "subprocess", "asyncio", "logging"}


def imports(path: Path) -> list[str]:
    """Every module that a file imports, anywhere in it, with its full name."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            inner = [f"prep.{name.name}" for name in node.names] if node.module == "prep" else []
            found += inner or [node.module or ""]
    return found


def room(file: str) -> str:
    return file.split("/")[0].removesuffix(".py")


@pytest.mark.parametrize("file", FILES)
def test_imports_point_down(file):
    ours = [name.split(".")[1] for name in imports(FILES[file]) if name.startswith("prep.")]

    upwards = {name for name in ours if name not in BELOW[room(file)] and name != "__version__"}
    assert upwards == set()


@pytest.mark.parametrize("file", FILES)
def test_an_outside_library_is_imported_by_its_owners_only(file):
    tops = {name.split(".")[0] for name in imports(FILES[file])}
    outside = {name for name in tops if name in OWNERS or name not in sys.stdlib_module_names | {"prep"}}

    strangers = {name for name in outside if not any(file.startswith(owner) for owner in OWNERS.get(name, []))}
    assert strangers == set()


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("net/")])
def test_an_engine_knows_nothing_of_the_world(file):
    tops = {name.split(".")[0] for name in imports(FILES[file])}
    called = {node.func.id for node in ast.walk(ast.parse(FILES[file].read_text("utf-8"))) if is_plain_call(node)}

    assert tops & WORLD == set()
    assert called & {"print", "open", "input", "exec", "eval"} == set()


def is_plain_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("net/subnet/")])
def test_the_subnet_engine_has_no_help_from_its_judges(file):
    assert {"ipaddress", "netaddr"} & set(imports(FILES[file])) == set()


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("cli/")])
def test_no_hint_is_evaluated_anew_on_the_command_line(file):
    assert "__future__" not in imports(FILES[file])


def test_no_two_tests_share_a_module_name():
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]

    assert sorted(names) == sorted(set(names))


def test_every_room_has_its_rules():
    assert {room(file) for file in FILES} - BELOW.keys() == set()
