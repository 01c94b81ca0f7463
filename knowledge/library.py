"""Keeps the judge in step with the files: edited answers are in service without a restart.

A half-edited file must never silence the bot, so a knowledge base with errors is reported and the former one
stays in service. The swap is one attribute assignment: whoever holds the old judge finishes with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from knowledge.checks import check
from knowledge.departments import load_departments
from knowledge.faults import Fault, KnowledgeError
from knowledge.judge import Judge
from knowledge.knowledge_base import KnowledgeBase
from knowledge.loading import entry_files, load_entries

STARTER = Path(__file__).with_name("entries")

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """What a refresh did."""

    changed: bool  # a new knowledge base is in service
    faults: tuple[Fault, ...] = ()


class Library:
    """The knowledge base in service, and its judge."""

    def __init__(self, directory: Path | None = None) -> None:
        """Read the knowledge base; raises KnowledgeError with every fault if it is unusable."""
        self.directory = directory or STARTER
        self._stamp = _stamp(self.directory)
        self.judge, self.faults = self._read()

    @property
    def knowledge_base(self) -> KnowledgeBase:
        """The entries in service."""
        return self.judge.knowledge_base

    def refresh(self) -> Reload:
        """Read again if a file changed. Cheap when none did: one stat per file."""
        stamp = _stamp(self.directory)
        if stamp == self._stamp:
            return Reload(changed=False)
        self._stamp = stamp
        try:
            self.judge, self.faults = self._read()
        except KnowledgeError as error:
            return Reload(changed=False, faults=error.faults)
        return Reload(changed=True, faults=self.faults)

    def _read(self) -> tuple[Judge, tuple[Fault, ...]]:
        loaded = load_entries(self.directory)
        editorial = check(loaded, load_departments())
        return Judge(KnowledgeBase.of(loaded, editorial)), (*loaded.faults, *editorial)


def _stamp(directory: Path) -> Stamp:
    """Changes whenever a file of the knowledge base is added, removed or written."""
    stats = ((path.name, path.stat()) for path in entry_files(directory))
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
