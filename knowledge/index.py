"""The inverted index: which entries share rare units with a message.

Postings are per entry, not per wording, so a list is short however many wordings an entry has, and a message
may find its words in different wordings of one entry. The rarest units are looked up first and the common
ones only as far as a fixed budget of postings goes: time does not grow with the knowledge base.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import log, sqrt

from knowledge.entries import Entry
from knowledge.reading import Reader, Reading

KEYWORD = 0.7  # strength of a unit that stands only in the keywords
ANSWER = 0.3  # ... only in the answer, its steps or its list of things to bring
ONCE = 0.6  # ... in a single wording; rises to 1 with the share of wordings that have it
PAIR = 1.0
SINGLE = 0.5
SOUND = 0.5
LENGTH = 0.5  # how far long entries are held back: 0 not at all, 1 like a cosine


@dataclass(frozen=True, slots=True)
class Profile:
    """An entry as the index sees it."""

    entry: Entry
    wordings: tuple[Reading, ...]
    strength: Mapping[str, float]  # unit → how much the entry is about it, 0..1
    core: Mapping[str, float]  # unit → share of the wordings that have it


class Index:
    """Finds the entries most like a reading."""

    def __init__(self, entries: Sequence[Entry], reader: Reader) -> None:
        self.reader = reader
        self.profiles = tuple(profile(entry, reader) for entry in entries)
        self.idf = _idf(self.profiles)
        self.rarest = log(1 + len(self.profiles) * 2)
        postings: dict[str, list[tuple[int, float]]] = {}
        for number, each in enumerate(self.profiles):
            scale = self.scale(each)
            for unit, strength in each.strength.items():
                postings.setdefault(unit, []).append((number, strength * self.idf[unit] * scale))
        self.postings = {unit: tuple(pairs) for unit, pairs in postings.items()}

    def scale(self, each: Profile) -> float:
        """What an entry's score is multiplied with, so that many words are no advantage."""
        mass = sum(
            (strength * self.idf.get(unit, self.rarest)) ** 2 for unit, strength in each.strength.items()
        )
        return float(1 / max(sqrt(mass), 1e-9) ** LENGTH)

    def find(self, reading: Reading, limit: int, budget: int = 4000) -> list[tuple[int, float]]:
        """The numbers and scores of up to `limit` entries, best first."""
        found = [postings for unit in reading.grams if (postings := self.postings.get(unit))]
        found.sort(key=len)
        scores: dict[int, float] = {}
        get = scores.get
        for postings in found:
            budget -= len(postings)
            if budget < 0 and scores:
                break
            for number, weight in postings:
                scores[number] = get(number, 0.0) + weight
        return nlargest(limit, scores.items(), key=lambda item: item[1])


def profile(entry: Entry, reader: Reader, without: int | None = None) -> Profile:
    """Describe an entry, as if wording number `without` did not exist."""
    wordings = tuple(reader.read(text) for number, text in enumerate(entry.wordings) if number != without)
    counts = Counter(unit for wording in wordings for unit in wording.grams)
    total = max(len(wordings), 1)
    core = {unit: count / total for unit, count in counts.items()}
    strength = dict.fromkeys(_units(reader, (entry.answer, *entry.steps, *entry.bring)), ANSWER)
    strength.update(dict.fromkeys(_units(reader, (*entry.keywords,)), KEYWORD))
    for unit, share in core.items():
        strength[unit] = max(strength.get(unit, 0.0), ONCE + (1 - ONCE) * share)
    return Profile(entry, wordings, strength, core)


def _units(reader: Reader, texts: Iterable[str]) -> Iterable[str]:
    return (unit for text in texts for unit in reader.read(text).grams)


def _idf(profiles: Sequence[Profile]) -> dict[str, float]:
    counts = Counter(unit for each in profiles for unit in each.strength)
    return {unit: log(1 + len(profiles) / count) * _kind(unit) for unit, count in counts.items()}


def _kind(unit: str) -> float:
    if "'" in unit:
        return SOUND
    return SINGLE if len(unit) == 1 else PAIR
