"""Text in, verdict out: the entries, the matching engine and its evaluation.

Knows nothing of Telegram, tickets or SQL, does no I/O but reading its files, and depends on no other part of
the program.
"""

from knowledge.departments import Department, load_departments
from knowledge.entries import Entry, EntryId, Source
from knowledge.faults import Fault, KnowledgeError, Severity
from knowledge.judge import Judge
from knowledge.knowledge_base import KnowledgeBase
from knowledge.library import Library, Reload
from knowledge.verdicts import (
    Answer,
    Emergency,
    Expired,
    Explanation,
    MessageContext,
    NotAQuestion,
    Private,
    Suggest,
    Unknown,
    Verdict,
)

__all__ = [
    "Answer",
    "Department",
    "Emergency",
    "Entry",
    "EntryId",
    "Expired",
    "Explanation",
    "Fault",
    "Judge",
    "KnowledgeBase",
    "KnowledgeError",
    "Library",
    "MessageContext",
    "NotAQuestion",
    "Private",
    "Reload",
    "Severity",
    "Source",
    "Suggest",
    "Unknown",
    "Verdict",
    "load_departments",
]
