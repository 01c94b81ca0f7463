"""From a text to the entries that may answer it, in order, with what the best one is worth."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.confidence import Assessment, assess
from knowledge.entries import Entry
from knowledge.index import Index
from knowledge.rerank import Candidate, Probe, Reranker, measure, measure_best
from knowledge.text import normalise, squeeze

RANKED = 10  # entries listed


@dataclass(frozen=True, slots=True)
class Finding:
    """What a search brought up."""

    read_as: str
    candidates: tuple[Candidate, ...]  # in order, the best first
    beyond: tuple[Entry, ...]  # further entries, in the order of the index
    assessment: Assessment | None  # of the first candidate; None if there is none
    exact: bool  # the text is one of the first candidate's wordings

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries found, in order."""
        return (*[candidate.profile.entry for candidate in self.candidates], *self.beyond)


class Search:
    """Searches one index."""

    def __init__(self, index: Index, reranker: Reranker) -> None:
        self._index = index
        self._reranker = reranker
        self._wordings: dict[str, int] = {}
        for number, each in enumerate(index.profiles):
            for wording in each.entry.wordings:
                self._wordings.setdefault(squeeze(normalise(wording)), number)

    def knows(self, text: str) -> bool:
        """Whether a normalised text is a wording of some entry."""
        return squeeze(text) in self._wordings

    def find(self, text: str) -> Finding:
        """Search for a normalised text."""
        clean = squeeze(text)
        index = self._index
        probe = Probe(index.reader.read_clean(clean), index)
        hits = index.find(probe.weights, RANKED)
        ranked = self._reranker(probe, measure_best(probe, hits, index))
        measured = [candidate.profile for candidate in ranked]
        profiles = [index.profiles[number] for _, number in hits]
        beyond = tuple([each.entry for each in profiles if not any(each is one for one in measured)])
        owner = self._wordings.get(clean)
        if owner is not None:
            ranked = self._first(probe, owner, ranked)
        assessment = assess(probe, ranked, index) if ranked else None
        return Finding(clean, tuple(ranked), beyond, assessment, owner is not None)

    def _first(self, probe: Probe, owner: int, ranked: list[Candidate]) -> list[Candidate]:
        """Put the entry whose very wording this is before all others."""
        each = self._index.profiles[owner]
        own = measure(probe, each, self._index.scales[owner], self._index.masses[owner])
        return [own, *[other for other in ranked if other.profile is not each]]
