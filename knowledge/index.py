"""The inverted index: which entries share rare units with a message.

Postings are per entry, not per wording, so a list is short however many wordings an entry has, and a message
may find its words in different wordings of one entry. Time does not grow with the knowledge base: of a unit
that many entries have, only those that are most about it are listed; the rarest units are looked up first,
and the common ones only as far as a fixed budget of postings goes.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from math import log, sqrt

from knowledge.entries import Entry
from knowledge.profiles import NAMED, Profile, profile
from knowledge.reading import FACET, SOFT, SOUND, Reader, Reading

SINGLE = 1.2  # weight of a single character; a pair of characters, a number or an abbreviation weighs 1
SYLLABLES = 1.0  # counted only for a pair of characters that no entry has
FACETS = 1.0
LENGTH = 0.5  # how far long entries are held back: 0 not at all, 1 like a cosine
NEVER_SEEN = 0.7  # of the greatest weight, for a unit that no entry has
LISTED = 50  # entries listed for a unit, or the twentieth part of them all if that is more
BUDGET = 2500  # postings looked at for one message
DENSE = 2000  # entries up to which a score for each is kept in a list

Hit = tuple[float, int]


class Index:
    """Finds the entries most like a reading."""

    def __init__(self, entries: Sequence[Entry], reader: Reader) -> None:
        self.reader = reader
        self.profiles = tuple([profile(entry, reader) for entry in entries])
        counts = Counter([unit for each in self.profiles for unit in each.strength])
        self.idf = {unit: log(1 + len(self.profiles) / count) * _kind(unit) for unit, count in counts.items()}
        self._unseen = NEVER_SEEN * log(1 + max(len(self.profiles), 2))
        self.scales = tuple(map(self.scale, self.profiles))
        self.masses = tuple(map(self.mass, self.profiles))
        self._spans: dict[str, tuple[int, int]] = {}
        self._list(counts)

    def _list(self, counts: Mapping[str, int]) -> None:
        """Lay all postings out in two arrays, those of one unit side by side."""
        total = 0
        for unit, count in counts.items():
            self._spans[unit] = (total, total + count)
            total += count
        self._numbers, self._weights = array("I", bytes(4 * total)), array("f", bytes(4 * total))
        free = {unit: start for unit, (start, _) in self._spans.items()}
        idf, numbers, weights = self.idf, self._numbers, self._weights
        for number, (each, scale) in enumerate(zip(self.profiles, self.scales, strict=True)):
            for unit, strength in each.strength.items():
                at = free[unit]
                free[unit] = at + 1
                numbers[at] = number
                weights[at] = strength * idf[unit] * scale
        self._shorten()

    def _shorten(self) -> None:
        """Of a unit that many entries have, keep those that are most about it."""
        longest = max(LISTED, len(self.profiles) // 20)
        for unit, (start, end) in self._spans.items():
            if end - start > longest:
                best = nlargest(longest, zip(self._weights[start:end], self._numbers[start:end], strict=True))
                for at, (weight, number) in enumerate(best, start=start):
                    self._weights[at], self._numbers[at] = weight, number
                self._spans[unit] = (start, start + longest)

    def weigh(self, reading: Reading) -> dict[str, float]:
        """How much each unit of a reading tells, known to the index or not."""
        idf, unseen = self.idf, self._unseen
        weights = {unit: idf.get(unit) or unseen * _kind(unit) for unit in reading.grams}
        for pair, sound in reading.echoes:
            if pair not in idf and sound in idf:
                weights.pop(pair, None)
                weights[sound] = idf[sound]
        return weights

    def weight(self, unit: str) -> float:
        """How much one unit tells, known to the index or not."""
        return self.idf.get(unit) or self._unseen * _kind(unit)

    def scale(self, each: Profile) -> float:
        """What an entry's score is multiplied with, so that many words are no advantage."""
        get, unseen = self.idf.get, self._unseen
        spelled = [(unit, strength) for unit, strength in each.strength.items() if SOUND not in unit]
        mass = sum([(strength * get(unit, unseen)) ** 2 for unit, strength in spelled])
        return float(1 / max(sqrt(mass), 1e-9) ** LENGTH)

    def mass(self, each: Profile) -> float:
        """The weight of everything that the wordings and keywords of an entry name."""
        get, unseen = self.idf.get, self._unseen
        named = [item for item in each.strength.items() if item[1] > NAMED and SOUND not in item[0]]
        return sum([strength * get(unit, unseen) for unit, strength in named]) or 1.0

    def find(self, units: Iterable[str], limit: int) -> list[Hit]:
        """Up to `limit` entries that seem most about these units: rough score and number, the best first."""
        get = self._spans.get
        spans = [span for unit in units if (span := get(unit))]
        spans.sort(key=_length)
        if len(self.profiles) <= DENSE:
            return self._find_dense(spans, limit)
        scores: dict[int, float] = {}
        score = scores.get
        budget = BUDGET
        for start, end in spans:
            budget -= end - start
            if budget < 0 and scores:
                break
            for number, weight in zip(self._numbers[start:end], self._weights[start:end], strict=True):
                scores[number] = score(number, 0.0) + weight
        return nlargest(limit, zip(scores.values(), scores, strict=True))

    def _find_dense(self, spans: list[tuple[int, int]], limit: int) -> list[Hit]:
        if not spans:
            return []
        scores = [0.0] * len(self.profiles)
        for start, end in spans:
            for number, weight in zip(self._numbers[start:end], self._weights[start:end], strict=True):
                scores[number] += weight
        least = max(nlargest(limit, scores)[-1], 1e-9)
        best = [(score, number) for number, score in enumerate(scores) if score >= least]
        return sorted(best, reverse=True)[:limit]


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0]


def _kind(unit: str) -> float:
    if len(unit) == 1:
        return SINGLE
    if unit[0] in (FACET, SOFT):
        return FACETS
    return SYLLABLES if SOUND in unit else 1.0
