"""Who handles what: the departments that questions are dispatched to.

The directory is data beside the entries, since entries name departments and a check must know the names. It
carries no telephone numbers: an unverified number is worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from knowledge.faults import Fault, KnowledgeError

DIRECTORY = Path(__file__).with_name("departments.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Misroute:
    """A matter often sent to a department by mistake, and where it belongs."""

    item: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """One department of the alliance."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    core: bool = False  # a standing member of the alliance
    handles: str = ""
    keywords: tuple[str, ...] = ()
    not_mine: tuple[Misroute, ...] = ()


def load_departments(path: Path | None = None) -> tuple[Department, ...]:
    """Read the directory of departments, the shipped one unless `path` says otherwise.

    Raises KnowledgeError with every fault: a missing id or name, an id given twice, a misroute to nowhere.
    """
    import yaml

    file = path or DIRECTORY
    try:
        loaded = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise KnowledgeError([_fault(file, "", str(exc), "可读的 UTF-8 YAML 文件")]) from exc
    rows = loaded.get("departments") if isinstance(loaded, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise KnowledgeError([_fault(file, "departments", "没有部门列表", "departments: 后面是部门的列表")])
    if faults := _check(file, rows):
        raise KnowledgeError(faults)
    return tuple(_department(row) for row in rows)


def _check(file: Path, rows: list[dict[str, Any]]) -> list[Fault]:
    faults = []
    known = {str(row.get("id")) for row in rows}
    seen: set[str] = set()
    for number, row in enumerate(rows):
        report = partial(_fault, file)
        key = f"departments[{number}]"
        if not row.get("id") or not row.get("name"):
            faults.append(report(f"{key}.id", "缺 id 或 name", "每个部门都有 id 和 name"))
        elif row["id"] in seen:
            faults.append(report(f"{key}.id", f"{row['id']} 出现了两次", "每个 id 只用一次"))
        seen.add(str(row.get("id")))
        for other in row.get("not_mine") or ():
            if other.get("to") not in known:
                faults.append(report(f"{key}.not_mine", f"没有部门 {other.get('to')}", "已列出的部门 id"))
    return faults


def _fault(file: Path, key: str, found: str, expected: str) -> Fault:
    return Fault(file=file.name, line=0, key=key, found=found, expected=expected)


def _department(row: dict[str, Any]) -> Department:
    return Department(
        id=str(row["id"]),
        name=str(row["name"]),
        aliases=tuple(map(str, row.get("aliases") or ())),
        core=bool(row.get("core", False)),
        handles=str(row.get("handles", "")),
        keywords=tuple(map(str, row.get("keywords") or ())),
        not_mine=tuple(Misroute(item=str(m["item"]), to=str(m["to"])) for m in row.get("not_mine") or ()),
    )
