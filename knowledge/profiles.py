"""An entry as the index sees it: how strongly it is about each unit, and where it says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.entries import Entry
from knowledge.facets import Numbers, numbers
from knowledge.reading import FACET, SOUND, Reader, Reading

KEYWORD = 0.7  # strength of a unit that stands only in the keywords
ANSWER = 0.3  # ... only in the answer, its steps or its list of things to bring
ONCE = 0.2  # ... in few wordings; rises to 1 with the share of wordings that have it


@dataclass(frozen=True, slots=True)
class Profile:
    """What an entry is about."""

    entry: Entry
    wordings: tuple[Reading, ...]
    strength: Mapping[str, float]  # unit → how much the entry is about it, 0..1
    core: Mapping[str, float]  # unit → share of the wordings that have it
    named: frozenset[str]  # units of wordings and keywords
    told: frozenset[str]  # units that only the answer has
    beside: tuple[frozenset[str], frozenset[str]]  # units of the keywords, units of the answer
    keywords: tuple[str, ...]
    sounds: tuple[str, ...]  # of each wording
    sorted_sounds: tuple[str, ...]  # the same, whatever the order of the words
    facets: Mapping[str, float]  # facet → share of the wordings that ask for it
    numbers: Numbers


def profile(entry: Entry, reader: Reader) -> Profile:
    """Describe an entry."""
    keywords = tuple(map(reader.read, entry.keywords))
    answer = tuple(map(reader.read, (entry.answer, *entry.steps, *entry.bring)))
    readings = tuple(map(reader.read, entry.wordings))
    return _describe(
        entry,
        readings,
        (_plain(keywords), _plain(answer)),
        tuple(reading.text for reading in keywords if len(reading.text) > 1),
        frozenset().union(*(numbers(reading.text) for reading in (*readings, *keywords, *answer))),
    )


def without(each: Profile, hidden: int) -> Profile:
    """The same entry as if wording number `hidden` did not exist. It must not be the only one."""
    readings = tuple(reading for number, reading in enumerate(each.wordings) if number != hidden)
    return _describe(each.entry, readings, each.beside, each.keywords, each.numbers)


def _describe(
    entry: Entry,
    readings: tuple[Reading, ...],
    beside: tuple[frozenset[str], frozenset[str]],
    keywords: tuple[str, ...],
    named_numbers: Numbers,
) -> Profile:
    from_keywords, from_answer = beside
    counts = Counter([unit for reading in readings for unit in reading.grams])
    core = {unit: count / len(readings) for unit, count in counts.items()}
    strength = dict.fromkeys(from_answer, ANSWER)
    strength.update(dict.fromkeys(from_keywords, KEYWORD))
    for unit, share in core.items():
        strength[unit] = max(strength.get(unit, 0.0), ONCE + (1 - ONCE) * share)
    named = from_keywords.union(core)
    return Profile(
        entry=entry,
        wordings=readings,
        strength=strength,
        core=core,
        named=named,
        told=from_answer - named,
        beside=beside,
        keywords=keywords,
        sounds=tuple(reading.sound for reading in readings),
        sorted_sounds=tuple("".join(sorted(reading.sound)) for reading in readings),
        facets={unit.removeprefix(FACET): share for unit, share in core.items() if unit[0] == FACET},
        numbers=named_numbers,
    )


def is_sound(unit: str) -> bool:
    """Whether this unit is a pair of syllables."""
    return SOUND in unit


def _plain(readings: Iterable[Reading]) -> frozenset[str]:
    """The units of texts that ask nothing: facets there mean no question."""
    return frozenset(unit for reading in readings for unit in reading.grams if unit[0] != FACET)
