"""How a knowledge base says what is wrong with it.

The person who must mend a fault is a social worker with an editor, so a fault names the file, the line, the
key and what was expected there, and all faults are told at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """Whether a fault keeps a knowledge base from being used."""

    ERROR = "error"  # not usable: the former knowledge base stays in service
    WARNING = "warning"  # usable, but `kb check` fails until it is mended


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One thing to mend."""

    file: str
    line: int  # 1-based; 0 when the fault has no line
    key: str  # such as "entries[3].review_by", or "" for the whole file
    found: str
    expected: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        key = f" {self.key}:" if self.key else ""
        return f"{place}:{key} {self.found}；应为：{self.expected}"


class KnowledgeError(Exception):
    """The knowledge base cannot be used. The message lists every fault, one per line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
