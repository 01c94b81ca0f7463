"""The directory of departments."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge import KnowledgeError, load_departments
from knowledge.departments import DIRECTORY


def test_the_shipped_directory_holds_twenty_five_core_departments() -> None:
    departments = load_departments()
    assert len(departments) == 33
    assert sum(department.core for department in departments) == 25
    [fire] = [department for department in departments if department.id == "fire_rescue"]
    assert "消防队" in fire.aliases
    assert fire.not_mine[0].to == "housing_construction"


def test_the_shipped_directory_names_no_telephone_number() -> None:
    text = DIRECTORY.read_text(encoding="utf-8")
    assert not re.search(r"\b(?:1[0-9]{2}|12[0-9]{3}|9[0-9]{4})\b", text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("departments: [", "expected"),
        ("a: 1", "没有部门列表"),
        ("departments: [x]", "没有部门列表"),
        ("departments: [{id: a}]", "缺 id 或 name"),
        ("departments: [{id: a, name: 甲}, {id: a, name: 乙}]", "出现了两次"),
        ("departments: [{id: a, name: 甲, not_mine: [{item: x, to: b}]}]", "没有部门 b"),
    ],
)
def test_a_faulty_directory_says_what_is_wrong(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "departments.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=fault):
        load_departments(path)


def test_a_directory_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError):
        load_departments(tmp_path / "none.yaml")
