"""The documents say what the program does: what can drift is compared."""

from __future__ import annotations

import re
from pathlib import Path

from tickets.lifecycle import draw_diagram

ROOT = Path(__file__).parents[1]


def test_the_lifecycle_diagram_in_the_documentation_is_the_one_drawn_from_the_table() -> None:
    """To renew it: `python -c "from tickets.lifecycle import draw_diagram as d; print(d())"`."""
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    found = re.search(r"```mermaid\n(.*?)```", text, re.DOTALL)
    assert found is not None
    assert found.group(1) == draw_diagram()


def test_both_readmes_begin_with_the_same_two_command_lines() -> None:
    lines = [
        "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/huzhu demo",
        "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/pytest",
    ]
    for name in ("README.md", "README.zh-CN.md"):
        first_screen = (ROOT / name).read_text(encoding="utf-8").splitlines()[:40]
        assert all(line in first_screen for line in lines), name


def test_every_file_that_a_document_links_to_exists() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    for document in documents:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_setting_is_documented_for_operators() -> None:
    from bot.config import variables

    text = (ROOT / "docs/operators.zh-CN.md").read_text(encoding="utf-8")
    missing = [name for name in variables() if name not in text]
    assert not missing
