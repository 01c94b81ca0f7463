"""Entries as rows of a spreadsheet, for people who live in spreadsheets.

One row is one entry; a cell with several values has one on each line. Every faulty row is named by its
number as the spreadsheet shows it, and nothing is taken over until all rows are right.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from knowledge.entries import Entry
from knowledge.faults import Fault, KnowledgeError
from knowledge.loading import read_entry

COLUMNS = {
    "编号": "id",
    "也回答": "covers",
    "主题": "topic",
    "问题": "question",
    "关键词": "keywords",
    "其他问法": "also",
    "答案": "answer",
    "步骤": "steps",
    "要带的": "bring",
    "部门": "department",
    "法律": "law",
    "条款": "article",
    "地区": "region",
    "施行日期": "effective_from",
    "核对日期": "reviewed",
    "复核期限": "review_by",
    "备注": "note",
    "私下说": "private",
}
SEVERAL = frozenset(("covers", "keywords", "also", "steps", "bring"))
YES = frozenset(("是", "true", "1", "yes", "√"))


def export(entries: Iterable[Entry], path: Path) -> int:
    """Write entries to an .xlsx or .csv file, and count them. Raises KnowledgeError on another kind."""
    rows = [list(map(_cell, COLUMNS.values(), [entry] * len(COLUMNS))) for entry in entries]
    _require_kind(path)
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([list(COLUMNS), *rows])
        return len(rows)
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for row in (list(COLUMNS), *rows):
        sheet.append(row)
    book.save(path)
    return len(rows)


def _cell(field: str, entry: Entry) -> str:
    if field in ("law", "article"):
        return "\n".join(getattr(source, field) for source in entry.source)
    value = getattr(entry, field)
    if isinstance(value, bool):
        return "是" if value else ""
    return "\n".join(map(str, value)) if isinstance(value, tuple) else str(value or "")


def read(path: Path) -> list[Entry]:
    """Read entries from an .xlsx or .csv file. Raises KnowledgeError with every faulty row."""
    _require_kind(path)
    table = _csv_rows(path) if path.suffix.lower() == ".csv" else _xlsx_rows(path)
    head = [str(name or "").strip() for name in next(table, [])]
    faults = [
        _fault(path, 1, name, "不认识的列", "、".join(COLUMNS))
        for name in head
        if name and name not in COLUMNS
    ]
    missing = [name for name in ("编号", "问题", "答案") if name not in head]
    faults += [_fault(path, 1, name, "缺这一列", "第一行是列名") for name in missing]
    if faults:
        raise KnowledgeError(faults)
    entries: dict[str, Entry] = {}
    for number, cells in enumerate(table, start=2):
        row = {COLUMNS[name]: cell for name, cell in zip(head, cells, strict=False) if name and _text(cell)}
        if not row:
            continue
        entry, found = _entry(path, number, row)
        if entry is not None and entry.id in entries:
            found = [_fault(path, number, "编号", f"{entry.id} 上面已经有了", "每个编号只用一次")]
        elif entry is not None:
            entries[entry.id] = entry
        faults += found
    if faults:
        raise KnowledgeError(faults)
    return list(entries.values())


def _entry(path: Path, number: int, row: dict[str, Any]) -> tuple[Entry | None, list[Fault]]:
    laws, articles = _lines(row.pop("law", "")), _lines(row.pop("article", ""))
    values: dict[str, Any] = {
        key: _lines(cell) if key in SEVERAL else _text(cell) for key, cell in row.items()
    }
    if laws:
        values["source"] = [
            {"law": law, "article": articles[at] if at < len(articles) else ""} for at, law in enumerate(laws)
        ]
    if "private" in values:
        values["private"] = values["private"].lower() in YES
    entry, misfits = read_entry(values)
    names = {field: name for name, field in COLUMNS.items()}
    return entry, [_fault(path, number, names.get(key, key), *reason) for key, reason in misfits.items()]


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell).strip()


def _lines(cell: object) -> list[str]:
    return [line.strip() for line in _text(cell).splitlines() if line.strip()]


def _csv_rows(path: Path) -> Iterator[list[Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def _xlsx_rows(path: Path) -> Iterator[list[Any]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        yield from (list(row) for row in book.worksheets[0].iter_rows(values_only=True))
    finally:
        book.close()


def _require_kind(path: Path) -> None:
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise KnowledgeError([_fault(path, 0, "", f"{path.suffix or '没有扩展名'}", ".xlsx 或 .csv 文件")])


def _fault(path: Path, line: int, key: str, found: str, expected: str) -> Fault:
    return Fault(file=path.name, line=line, key=key, found=found, expected=expected)
