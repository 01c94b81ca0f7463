"""Writes entries into the YAML files that people edit by hand, so that both ways of working mix."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from knowledge.entries import Entry
from knowledge.loading import entry_files, load_entries

_UNSAFE = re.compile(r"[^\w-]+")
FIELDS = (
    "covers", "question", "keywords", "also", "answer", "steps", "bring", "department",
    "source", "region", "effective_from", "reviewed", "review_by", "note", "private",
)  # fmt: skip


def plain(entry: Entry) -> dict[str, Any]:
    """An entry as the YAML has it: what is empty is left out, the topic stands above."""
    row: dict[str, Any] = {"id": str(entry.id)}
    for field in FIELDS:
        value = getattr(entry, field)
        if field == "source":
            value = [{"law": source.law, "article": source.article} for source in value]
        elif isinstance(value, tuple):
            value = list(map(str, value))
        if value:
            row[field] = value
    return row


def write_entries(directory: Path, entries: Iterable[Entry]) -> tuple[Path, ...]:
    """Add entries to the files of their topics; one with the same id is replaced where it stands.

    The files written are made anew, comments in them are lost. Comes back with their paths.
    """
    directory.mkdir(parents=True, exist_ok=True)
    homes, topics = _homes(directory)
    changed: dict[Path, dict[str, Entry]] = {}
    for entry in entries:
        path = homes.get(entry.id) or topics.get(entry.topic) or _new_file(directory, entry.topic)
        topics.setdefault(entry.topic, path)
        changed.setdefault(path, _present(path))[entry.id] = entry
    for path, rows in changed.items():
        path.write_text(_render(list(rows.values())), encoding="utf-8")
    return tuple(changed)


def _homes(directory: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """The file of every entry and of every topic."""
    homes: dict[str, Path] = {}
    topics: dict[str, Path] = {}
    for path in entry_files(directory):
        for entry in load_entries(path).entries:
            homes[entry.id] = path
            topics.setdefault(entry.topic, path)
    return homes, topics


def _new_file(directory: Path, topic: str) -> Path:
    return directory / f"{_UNSAFE.sub('-', topic).strip('-') or 'entries'}.yaml"


def _present(path: Path) -> dict[str, Entry]:
    return {entry.id: entry for entry in load_entries(path).entries} if path.exists() else {}


def _render(entries: list[Entry]) -> str:
    import yaml

    topic = entries[0].topic
    rows = [plain(entry) | ({"topic": entry.topic} if entry.topic != topic else {}) for entry in entries]
    text = yaml.dump({"topic": topic, "entries": rows}, allow_unicode=True, sort_keys=False, width=100)
    return str(text)
