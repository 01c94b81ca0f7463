"""What the knowledge base is made of.

An entry is one question with its answer, its legal source and the dates between which a person vouches for
it. The types live apart from reading and matching, because every other part of the program shows, stores or
links entries without caring how they were found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NewType

EntryId = NewType("EntryId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The law an answer rests on."""

    law: str
    article: str = ""

    def __str__(self) -> str:
        return f"《{self.law}》{self.article}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answer, all the ways people ask for it, and who answers for its truth."""

    id: EntryId
    question: str
    answer: str
    topic: str = ""
    covers: tuple[EntryId, ...] = ()  # ids of facts or former entries that this entry answers too
    keywords: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # further wordings of the question
    steps: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()
    department: str = ""
    source: tuple[Source, ...] = ()
    region: str = ""
    effective_from: date | None = None
    reviewed: date | None = None
    review_by: date | None = None
    note: str = ""
    private: bool = False  # asking this openly could hurt the asker: offer to go on in private

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every way of asking, the question first."""
        return (self.question, *self.also)

    @property
    def ids(self) -> frozenset[EntryId]:
        """The ids under which this entry counts as the right answer."""
        return frozenset((self.id, *self.covers))

    def is_expired(self, today: date) -> bool:
        """Whether the review date has passed; on the day itself the entry still stands."""
        return self.review_by is not None and today > self.review_by
