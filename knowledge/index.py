"""The inverted index: which entries share rare units with a message.

Postings are per entry, not per wording, so a list is short however many wordings an entry has, and a message
may find its words in different wordings of one entry. The rarest units are looked up first and the common
ones only as far as a fixed budget of postings goes: time does not grow with the knowledge base.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import nlargest
from math import log, sqrt
from operator import itemgetter

from knowledge.entries import Entry
from knowledge.profiles import Profile, is_sound, profile
from knowledge.reading import FACET, Reader, Reading

SINGLE = 1.2  # weight of a single character; a pair of characters, a number or an abbreviation weighs 1
SYLLABLES = 0.15
FACETS = 2.0
LENGTH = 0.5  # how far long entries are held back: 0 not at all, 1 like a cosine
NEVER_SEEN = 0.7  # of the greatest weight, for a unit that no entry has
BUDGET = 4000  # postings

Hit = tuple[int, float]


class Index:
    """Finds the entries most like a reading."""

    def __init__(self, entries: Sequence[Entry], reader: Reader) -> None:
        self.reader = reader
        self.profiles = tuple(profile(entry, reader) for entry in entries)
        self.idf = _idf(self.profiles)
        self._unseen = NEVER_SEEN * log(1 + max(len(self.profiles), 2))
        self.core_masses = tuple(map(self.core_mass, self.profiles))
        postings: dict[str, list[Hit]] = {}
        for number, each in enumerate(self.profiles):
            scale = self.scale(each)
            for unit, strength in each.strength.items():
                postings.setdefault(unit, []).append((number, strength * self.idf[unit] * scale))
        self._postings = {unit: tuple(hits) for unit, hits in postings.items()}

    def weigh(self, reading: Reading) -> dict[str, float]:
        """How much each unit of a reading tells, known to the index or not."""
        get, unseen = self.idf.get, self._unseen
        return {unit: get(unit) or unseen * _kind(unit) for unit in reading.grams}

    def weight(self, unit: str) -> float:
        """How much one unit tells, known to the index or not."""
        return self.idf.get(unit) or self._unseen * _kind(unit)

    def scale(self, each: Profile) -> float:
        """What an entry's score is multiplied with, so that many words are no advantage."""
        get, unseen = self.idf.get, self._unseen
        mass = sum([(strength * get(unit, unseen)) ** 2 for unit, strength in each.strength.items()])
        return float(1 / max(sqrt(mass), 1e-9) ** LENGTH)

    def find(self, reading: Reading, limit: int, budget: int = BUDGET) -> list[Hit]:
        """The numbers and scores of up to `limit` entries, best first."""
        postings = self._postings
        found = [postings[unit] for unit in reading.grams if unit in postings]
        found.sort(key=len)
        scores: dict[int, float] = {}
        get = scores.get
        for hits in found:
            budget -= len(hits)
            if budget < 0 and scores:
                break
            for number, weight in hits:
                scores[number] = get(number, 0.0) + weight
        return nlargest(limit, scores.items(), key=itemgetter(1))

    def score(self, reading: Reading, each: Profile) -> float:
        """The score that `find` would give an entry with this profile."""
        strength = each.strength
        shared = [unit for unit in reading.grams if unit in strength]
        return sum([strength[unit] * self.idf.get(unit, 0.0) for unit in shared]) * self.scale(each)

    def core_mass(self, each: Profile) -> float:
        """The weight of everything the wordings of an entry have in common."""
        return sum([share * self.idf.get(unit, self._unseen) for unit, share in each.core.items()]) or 1.0


def _idf(profiles: Sequence[Profile]) -> Mapping[str, float]:
    counts = Counter(unit for each in profiles for unit in each.strength)
    return {unit: log(1 + len(profiles) / count) * _kind(unit) for unit, count in counts.items()}


def _kind(unit: str) -> float:
    if len(unit) == 1:
        return SINGLE
    if unit[0] == FACET:
        return FACETS
    return SYLLABLES if is_sound(unit) else 1.0
