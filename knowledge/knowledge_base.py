"""The knowledge base in memory: entries, and finding one by any of its ids."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from knowledge.entries import Entry, EntryId
from knowledge.faults import Fault, KnowledgeError, Severity
from knowledge.loading import Loaded, load_entries


class KnowledgeBase:
    """An unchanging set of entries with different ids."""

    __slots__ = ("_by_id", "entries")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: tuple[Entry, ...] = tuple(entries)
        self._by_id: dict[str, Entry] = {}
        for entry in self.entries:
            for name in entry.covers:
                self._by_id.setdefault(name, entry)
        self._by_id.update((entry.id, entry) for entry in self.entries)

    @classmethod
    def load(cls, directory: Path) -> KnowledgeBase:
        """Read a directory of entries. Raises KnowledgeError with every fault that makes it unusable."""
        return cls.of(load_entries(directory))

    @classmethod
    def of(cls, loaded: Loaded, further: Iterable[Fault] = ()) -> KnowledgeBase:
        """Make one of what was read, or raise KnowledgeError if it or a `further` check has an error."""
        faults = (*loaded.faults, *further)
        if any(fault.severity is Severity.ERROR for fault in faults):
            raise KnowledgeError(sorted(faults, key=lambda fault: (fault.file, fault.line)))
        return cls(loaded.entries)

    def get(self, name: EntryId | str) -> Entry | None:
        """The entry with this id, or the one that covers it."""
        return self._by_id.get(name)

    def __len__(self) -> int:
        return len(self.entries)
