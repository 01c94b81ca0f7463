"""An entry as the index sees it: how strongly it is about each unit, and how people ask for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import intern

from knowledge.entries import Entry
from knowledge.facets import Numbers, denied, numbers
from knowledge.reading import FACET, Reader, Reading

ANSWER = 0.3  # strength of a unit that stands only in the answer, its steps or its list of things to bring
KEYWORD = 0.7  # ... only in the keywords
ONCE = 0.2  # ... in few wordings; rises to 1 with the share of wordings that have it
NAMED = ANSWER + 0.001  # a unit of more than this strength stands in a wording or a keyword

Units = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What an entry is about. Kept small: a hundred thousand of them must fit into memory."""

    entry: Entry
    texts: tuple[str, ...]  # of each wording, in standard form
    units: tuple[Units, ...]  # of each wording
    denials: tuple[frozenset[str], ...]  # of each wording: the characters it denies
    sounds: tuple[str, ...]  # of each wording, in alphabetical order: the order of words is free
    beside: Mapping[str, float]  # unit → strength, from keywords and answer
    strength: Mapping[str, float]  # unit → how much the entry is about it, 0..1
    facets: Mapping[str, float]  # hard facet → share of the wordings that ask for it
    keywords: tuple[str, ...]
    numbers: Numbers


def profile(entry: Entry, reader: Reader) -> Profile:
    """Describe an entry."""
    wordings = tuple(map(reader.read, entry.wordings))
    keywords = tuple(map(reader.read_plain, entry.keywords))
    answer = tuple(map(reader.read_plain, (entry.answer, *entry.steps, *entry.bring)))
    beside = dict.fromkeys(_all(answer), ANSWER)
    beside.update(dict.fromkeys(_all(keywords), KEYWORD))
    units = tuple(map(_units, wordings))
    strength, facets = _strength(units, beside)
    return Profile(
        entry=entry,
        texts=tuple(reading.text for reading in wordings),
        units=units,
        denials=tuple(denied(reading.text) for reading in wordings),
        sounds=tuple(sorted_sound(reading) for reading in wordings),
        beside=beside,
        strength=strength,
        facets=facets,
        keywords=tuple(reading.text for reading in keywords if len(reading.text) > 1),
        numbers=frozenset().union(*(numbers(reading.text) for reading in (*wordings, *keywords, *answer))),
    )


def without(each: Profile, hidden: int) -> Profile:
    """The same entry as if wording number `hidden` did not exist. It must not be the only one."""
    units = each.units[:hidden] + each.units[hidden + 1 :]
    strength, facets = _strength(units, each.beside)
    return Profile(
        entry=each.entry,
        texts=each.texts[:hidden] + each.texts[hidden + 1 :],
        units=units,
        denials=each.denials[:hidden] + each.denials[hidden + 1 :],
        sounds=each.sounds[:hidden] + each.sounds[hidden + 1 :],
        beside=each.beside,
        strength=strength,
        facets=facets,
        keywords=each.keywords,
        numbers=each.numbers,
    )


def sorted_sound(reading: Reading) -> str:
    """The sounds of a text, whatever the order of its words."""
    return "".join(sorted(reading.sound))


def _strength(
    units: tuple[Units, ...], beside: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, float]]:
    """Strength of every unit, and share of every facet."""
    counts = Counter([unit for wording in units for unit in wording])
    shares = [ONCE + (1 - ONCE) * count / len(units) for count in range(len(units) + 1)]
    strength = dict(beside)
    facets: dict[str, float] = {}
    for unit, count in counts.items():
        strength[unit] = max(beside.get(unit, 0.0), shares[count])
        if unit[0] == FACET:
            facets[unit.removeprefix(FACET)] = count / len(units)
    return strength, facets


def _all(readings: Iterable[Reading]) -> Iterable[str]:
    return (unit for reading in readings for unit in _units(reading))


def _units(reading: Reading) -> Units:
    return tuple(map(intern, dict.fromkeys((*reading.grams, *[sound for _, sound in reading.echoes]))))
