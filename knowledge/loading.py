"""Reads entries from YAML, and says everything that is wrong with them at once.

The files are written by people who are not programmers, so nothing here stops at the first fault, and every
fault has a file, a line and a key. Lines cost a second, slower reading, which is done only for a file that
has a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.entries import Entry, EntryId, Source
from knowledge.faults import Fault, KnowledgeError, Severity

if TYPE_CHECKING:
    from yaml import CSafeLoader, MappingNode

TEXT = "一段不空的文字"
TEXTS = "文字的列表，如 [叉车, 上牌]"
DAY = "日期，如 2026-11-20"
REQUIRED = ("id", "question", "answer")


class Lines:
    """The lines of a file's entries and keys, found only when somebody asks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] = []
        self._keys: list[dict[str, int]] = []

    def of(self, index: int, key: str = "") -> int:
        """The 1-based line of entry `index`, or of its `key` if the entry has it."""
        if not self._starts:
            self._compose()
        return self._keys[index].get(key, self._starts[index])

    def _compose(self) -> None:
        import yaml

        root: Any = yaml.compose(self._text, Loader=yaml.CSafeLoader)
        entries = next(value for name, value in root.value if name.value == "entries")
        for node in entries.value:
            self._starts.append(node.start_mark.line + 1)
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            self._keys.append({str(name.value): name.start_mark.line + 1 for name, _ in pairs})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an entry stands, so that any check can point at it."""

    file: str
    index: int
    lines: Lines

    def fault(self, key: str, found: str, expected: str, severity: Severity = Severity.ERROR) -> Fault:
        """A fault at this entry's `key`."""
        where = f"entries[{self.index}].{key}".rstrip(".")
        line = self.lines.of(self.index, key)
        return Fault(file=self.file, line=line, key=where, found=found, expected=expected, severity=severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a directory of entries holds."""

    entries: tuple[Entry, ...]
    places: dict[EntryId, Place]
    faults: tuple[Fault, ...]


class MisfitError(ValueError):
    """A value of the wrong shape: what was found, what was expected."""

    def __init__(self, found: object, expected: str) -> None:
        super().__init__(f"{found!r}")
        self.expected = expected


def entry_files(directory: Path) -> tuple[Path, ...]:
    """The YAML files of a knowledge base, in a stable order. A single file is a knowledge base too."""
    if directory.is_file():
        return (directory,)
    return tuple(sorted(path for path in directory.glob("*.y*ml") if path.suffix in {".yaml", ".yml"}))


def load_entries(directory: Path) -> Loaded:
    """Read every entry under `directory`; faults are reported, not raised.

    An entry with a fault is left out. Raises KnowledgeError only when there is no such directory.
    """
    if not directory.exists():
        missing = Fault(
            file=str(directory), line=0, key="", found="没有这个目录", expected="放 *.yaml 的目录"
        )
        raise KnowledgeError([missing])
    entries: list[Entry] = []
    places: dict[EntryId, Place] = {}
    faults: list[Fault] = []
    for path in entry_files(directory):
        for entry, place, found in _read_file(path):
            faults.extend(found)
            if entry is None or place is None:
                continue
            if first := places.get(entry.id):
                again = f"编号 {entry.id} 在 {first.file} 已经用过"
                faults.append(place.fault("id", again, "每个编号只用一次"))
                continue
            entries.append(entry)
            places[entry.id] = place
    return Loaded(entries=tuple(entries), places=places, faults=tuple(faults))


Row = tuple[Entry | None, Place | None, tuple[Fault, ...]]


def _read_file(path: Path) -> Iterator[Row]:
    import yaml

    try:
        text = path.read_text(encoding="utf-8-sig")
        data = yaml.load(text, Loader=_strict_loader())  # noqa: S506 (a safe loader)
    except (OSError, UnicodeDecodeError) as exc:
        yield None, None, (_file_fault(path, 0, "", str(exc), "可读的 UTF-8 文件"),)
        return
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        problem = str(getattr(exc, "problem", None) or exc)
        line = mark.line + 1 if mark else 0
        yield None, None, (_file_fault(path, line, "", problem, "正确的 YAML，缩进两格，冒号后有空格"),)
        return
    rows = data.get("entries") if isinstance(data, dict) else None
    if data is not None and not isinstance(rows, list):
        expected = "先写 topic: 主题，再写 entries: 和条目列表"
        yield None, None, (_file_fault(path, 1, "entries", "没有条目列表", expected),)
        return
    lines = Lines(text)
    for index, row in enumerate(rows or ()):
        yield _read_row(row, Place(file=path.name, index=index, lines=lines), str(data.get("topic") or ""))


def _strict_loader() -> type[CSafeLoader]:
    """A loader to which a key written twice is a fault: plain YAML would silently drop the first."""
    import yaml

    class StrictLoader(yaml.CSafeLoader):
        def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:
            seen: set[str] = set()
            for key, _ in node.value:
                if str(key.value) in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"{key.value} 写了两遍", key.start_mark
                    )
                seen.add(str(key.value))
            return super().construct_mapping(node, deep)

    return StrictLoader


def _file_fault(path: Path, line: int, key: str, found: str, expected: str) -> Fault:
    return Fault(file=path.name, line=line, key=key, found=found, expected=expected)


def _read_row(row: object, place: Place, topic: str) -> Row:
    if not isinstance(row, dict):
        return None, place, (place.fault("", f"{row!r}", "以 id: 开头的条目"),)
    entry, misfits = read_entry(row, topic)
    return entry, place, tuple(place.fault(key, *reason) for key, reason in misfits.items())


def read_entry(row: dict[str, Any], topic: str = "") -> tuple[Entry | None, dict[str, tuple[str, str]]]:
    """Make an entry of plain data.

    Comes back with the entry, or with key → (found, expected) for each fault.
    """
    misfits: dict[str, tuple[str, str]] = {}
    values: dict[str, Any] = {}
    for key in REQUIRED:
        if row.get(key) is None:
            misfits[key] = ("没有写", TEXT)
    for key, value in row.items():
        reader = READERS.get(str(key))
        if reader is None:
            misfits[str(key)] = (f"不认识的字段 {key}", "、".join(READERS))
        elif value is not None:
            try:
                values[str(key)] = reader(value)
            except MisfitError as misfit:
                misfits[str(key)] = (str(misfit), misfit.expected)
    if misfits:
        return None, misfits
    values.setdefault("topic", topic)
    return Entry(**values), misfits


def _text(value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool) or not str(value).strip():
        raise MisfitError(value, TEXT)
    return str(value).strip()


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise MisfitError(value, TEXTS)
    try:
        return tuple(_text(item) for item in value)
    except MisfitError as misfit:
        raise MisfitError(value, f"{TEXTS}，每一项都不空") from misfit


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as exc:
        raise MisfitError(value, DAY) from exc


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise MisfitError(value, "true 或 false")
    return value


def _sources(value: Any) -> tuple[Source, ...]:
    expected = "来源的列表，如 [{law: 中华人民共和国消防法, article: 第28条}]"
    rows = [value] if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise MisfitError(value, expected)
    for row in rows:
        if not isinstance(row, dict) or not row.get("law") or set(row) - {"law", "article"}:
            raise MisfitError(row, expected)
    return tuple(Source(law=_text(row["law"]), article=str(row.get("article") or "")) for row in rows)


READERS: dict[str, Callable[[Any], Any]] = {
    "id": lambda value: EntryId(_text(value)),
    "covers": _texts,
    "topic": _text,
    "question": _text,
    "keywords": _texts,
    "also": _texts,
    "answer": _text,
    "steps": _texts,
    "bring": _texts,
    "department": _text,
    "source": _sources,
    "region": _text,
    "effective_from": _day,
    "reviewed": _day,
    "review_by": _day,
    "note": _text,
    "private": _flag,
}
