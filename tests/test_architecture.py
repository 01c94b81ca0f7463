"""Imports point one way, and files and functions stay small enough to be read at one go.

The arrows stand in docs/architecture.md; this is the same list, walked. What is not in it is not allowed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "handlers", "knowledge", "sandbox", "storage", "tickets")

#: From each room to the rooms that it may import, beside itself.
ARROWS = {
    "bot": {"handlers", "knowledge", "sandbox", "storage", "tickets"},
    "handlers": {"knowledge", "tickets"},
    "knowledge": set[str](),
    "sandbox": set[str](),
    "storage": {"tickets"},
    "tickets": {"knowledge"},
}

#: Libraries that only some rooms may touch.
KEPT_TO = {
    "telegram": {"bot", "handlers"},
    "aiosqlite": {"storage"},
    "sqlite3": {"storage"},
}

MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 50


def python_files(room: str) -> list[Path]:
    return sorted(path for path in (ROOT / room).rglob("*.py") if "node_modules" not in path.parts)


def every_file() -> list[Path]:
    return [path for room in ROOMS for path in python_files(room)]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Line, module and imported name ("" for whole modules) of every import, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write the whole name of the module"
            yield from ((node.lineno, node.module or "", alias.name) for alias in node.names)


def faults_in(path: Path) -> Iterator[str]:
    """What this file imports and may not."""
    room = path.relative_to(ROOT).parts[0]
    for line, module, _ in imports_of(parse(path)):
        top = module.partition(".")[0]
        where = f"{name_of(path)}:{line}"
        if top == "tests":
            yield f"{where} imports {module}: the program does not need its tests"
        if top in ROOMS and top != room and top not in ARROWS[room]:
            yield f"{where} imports {module}: {room} must not know {top}"
        if top in KEPT_TO and room not in KEPT_TO[top]:
            yield f"{where} imports {module}: only {' and '.join(sorted(KEPT_TO[top]))} may"


@pytest.mark.parametrize("path", every_file(), ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    assert list(faults_in(path)) == []


def types_of_knowledge() -> set[str]:
    """The names of `knowledge` that say what an entry, a department or a verdict is, and do nothing."""
    modules = (ROOT / "knowledge" / f"{name}.py" for name in ("entries", "verdicts"))
    defined = {node.name for path in modules for node in parse(path).body if isinstance(node, ast.ClassDef)}
    return defined | {"EntryId", "Verdict", "Department"}


@pytest.mark.parametrize("path", python_files("tickets"), ids=name_of)
def test_the_rules_know_the_types_of_the_knowledge_base_and_not_its_engine(path: Path) -> None:
    known = types_of_knowledge()
    taken = [(line, name) for line, module, name in imports_of(parse(path)) if module.startswith("knowledge")]
    assert [f"line {line}: {name or 'the whole package'}" for line, name in taken if name not in known] == []


@pytest.mark.parametrize("path", every_file(), ids=name_of)
def test_no_file_is_longer_than_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_A_FILE


@pytest.mark.parametrize("path", every_file(), ids=name_of)
def test_no_function_is_longer_than_50_lines(path: Path) -> None:
    too_long = [
        f"{node.name} (line {node.lineno})"
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    ]
    assert too_long == []


@pytest.mark.parametrize("path", every_file(), ids=name_of)
def test_every_module_says_why_it_exists(path: Path) -> None:
    tree = parse(path)
    assert ast.get_docstring(tree) or not tree.body


def test_nothing_is_kept_in_the_modules_of_the_rules_while_the_program_runs() -> None:
    """Two whole programs fit into one process: no list, dict or set at the top of a module of tickets/."""
    kept = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files("tickets")
        for node in parse(path).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.List | ast.ListComp)
    ]
    assert kept == []


def test_the_walk_sees_a_forbidden_import(tmp_path: Path) -> None:
    """The checks above can fail: a wrong arrow hidden inside a function is found."""
    source = "def f() -> None:\n    import sqlite3\n    from telegram import Update\n"
    seen = [(module, name) for _, module, name in imports_of(ast.parse(source))]
    assert seen == [("sqlite3", ""), ("telegram", "Update")]
    with pytest.raises(AssertionError, match="whole name"):
        list(imports_of(ast.parse("from . import x")))
