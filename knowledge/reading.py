"""Turns a text into what the index compares: words of one spelling, their pairs, sounds and facets.

Chinese has no spaces and phones offer homophones, so the units are single characters, pairs of neighbours,
and pairs of pinyin syllables. Numbers and Latin abbreviations are one unit each, whatever their length. What
side of a subject is asked about (a penalty, a deadline) counts as a unit of its own, so that "后果" finds
"罚多少".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from knowledge.facets import FacetRules, hard_facets, soft_facets
from knowledge.text import normalise, squeeze

_UNITS = re.compile(r"[a-z]+[0-9]*|[0-9]+(?:\.[0-9]+)?%?|[^\W\d_]")
_LATIN = re.compile("[a-z]{2,}")
FACET = "§"  # begins the unit of a hard facet
SOFT = "¶"  # ... of a soft one
SOUND = "'"  # stands between the syllables of a sound unit


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the index sees it."""

    text: str  # squeezed, abbreviations and synonyms in their standard form
    units: tuple[str, ...]  # characters, numbers, abbreviations, in order
    grams: tuple[str, ...]  # different units, pairs, facets, and words typed in pinyin
    echoes: tuple[tuple[str, str], ...]  # pairs with their sounds
    sound: str  # one character per unit, equal for equal sounds
    hard: frozenset[str]  # facets that an answer must have
    soft: frozenset[str]


class Reader:
    """Reads with a table of synonyms (form → standard form), one of sounds (character → syllable), with the
    patterns of facets, and with the words that are mere grammar."""

    def __init__(
        self,
        synonyms: Mapping[str, str],
        sounds: Mapping[str, str],
        facets: FacetRules,
        grammar: re.Pattern[str],
    ) -> None:
        self._sounds = sounds
        self._facets = facets
        self._grammar = grammar
        syllables = sorted(set(sounds.values()))
        self._marks = {syllable: chr(0xE000 + number) for number, syllable in enumerate(syllables)}
        self._syllables = re.compile("|".join(sorted(syllables, key=len, reverse=True)) or "$^")
        self._starts: dict[str, tuple[tuple[str, str], ...]] = {}
        for form, standard in sorted(synonyms.items(), key=lambda pair: -len(pair[0])):
            self._starts[form[0]] = (*self._starts.get(form[0], ()), (form, standard))

    def read(self, text: str) -> Reading:
        """Read any text that asks."""
        return self.read_clean(squeeze(normalise(text)))

    def read_clean(self, text: str) -> Reading:
        """Read a text that is normalised and squeezed already."""
        return self._read(text, hard_facets(text, self._facets), soft_facets(text, self._facets))

    def read_plain(self, text: str) -> Reading:
        """Read a text that asks nothing: a keyword, an answer."""
        return self._read(squeeze(normalise(text)), frozenset(), frozenset())

    def content(self, text: str) -> frozenset[str]:
        """The units of a text in standard form that are more than grammar."""
        return frozenset(_UNITS.findall(self._grammar.sub(" ", text)))

    def _read(self, text: str, hard: frozenset[str], soft: frozenset[str]) -> Reading:
        standard = self.standardise(text)
        units: list[str] = _UNITS.findall(standard)
        get = self._sounds.get
        sounds = [get(unit, "") for unit in units]
        pairs = list(map(str.__add__, units, units[1:]))
        grams = dict.fromkeys(units)
        grams.update(dict.fromkeys(pairs))
        both = zip(pairs, pairwise(sounds), strict=True)
        echoes = tuple([(pair, f"{a}{SOUND}{b}") for pair, (a, b) in both if a and b])
        if _LATIN.search(standard):
            grams.update(dict.fromkeys(self._spelled(units)))
        grams.update(dict.fromkeys([FACET + name for name in hard]))
        grams.update(dict.fromkeys([SOFT + name for name in soft]))
        marks = self._marks
        sound = "".join([marks[s] if s else unit for s, unit in zip(sounds, units, strict=True)])
        return Reading(standard, tuple(units), tuple(grams), echoes, sound, hard, soft)

    def _spelled(self, units: list[str]) -> list[str]:
        """Sound units of words typed in pinyin, as in "chache duojiu shangpai"."""
        syllables: list[str] = []
        for unit in units:
            found = self._syllables.findall(unit) if _LATIN.fullmatch(unit) else []
            syllables.extend(found if "".join(found) == unit else ("",))
        return [f"{a}{SOUND}{b}" for a, b in pairwise(syllables) if a and b]

    def standardise(self, text: str) -> str:
        """Replace every known form by its standard form, the longest first."""
        starts, at, end = self._starts, 0, len(text)
        parts: list[str] = []
        while at < end:
            for form, standard in starts.get(text[at], ()):
                if text.startswith(form, at) and not _cuts_word(text, at, at + len(form)):
                    parts.append(standard)
                    at += len(form)
                    break
            else:
                parts.append(text[at])
                at += 1
        return "".join(parts)


def _cuts_word(text: str, start: int, end: int) -> bool:
    """Whether a form found here is a part of a longer Latin word or number, as "sds" of "msds"."""
    return _joined(text[start - 1 : start + 1] if start else "") or _joined(text[end - 1 : end + 1])


def _joined(pair: str) -> bool:
    return len(pair) == 2 and pair.isascii() and pair.isalnum()
