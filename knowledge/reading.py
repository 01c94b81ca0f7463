"""Turns a text into what the index compares: words of one spelling, their pairs, and their sounds.

Chinese has no spaces and phones offer homophones, so the units are single characters, pairs of neighbours,
and pairs of pinyin syllables. Numbers and Latin abbreviations are one unit each, whatever their length.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from knowledge.text import normalise, squeeze

_UNITS = re.compile(r"[a-z]+[0-9]*|[0-9]+(?:\.[0-9]+)?%?|[^\W\d_]")
_SYLLABLES = re.compile(
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v)"
    "(?![aeiouv]|ng?(?![aeiouv]))"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the index sees it."""

    text: str  # squeezed, abbreviations and synonyms in their standard form
    units: tuple[str, ...]
    grams: tuple[str, ...]  # different units, pairs and sounds, in order of appearance
    sound: str  # one character per unit, equal for equal sounds


class Reader:
    """Reads with a table of synonyms (form → standard form) and one of sounds (character → syllable)."""

    def __init__(self, synonyms: Mapping[str, str], sounds: Mapping[str, str]) -> None:
        self._sounds = sounds
        self._marks = {
            syllable: chr(0xE000 + number) for number, syllable in enumerate(sorted(set(sounds.values())))
        }
        self._starts: dict[str, tuple[tuple[str, str], ...]] = {}
        for form, standard in sorted(synonyms.items(), key=lambda pair: -len(pair[0])):
            self._starts[form[0]] = (*self._starts.get(form[0], ()), (form, standard))

    def read(self, text: str) -> Reading:
        """Read any text."""
        return self.read_clean(squeeze(normalise(text)))

    def read_clean(self, text: str) -> Reading:
        """Read a text that is normalised and squeezed already."""
        standard = self.standardise(text)
        units: list[str] = _UNITS.findall(standard)
        sounds = [self._sounds.get(unit, "") for unit in units]
        grams = dict.fromkeys(units)
        grams.update(dict.fromkeys(map(str.__add__, units, units[1:])))
        grams.update(dict.fromkeys(f"{a}'{b}" for a, b in pairwise(sounds) if a and b))
        marks = self._marks
        sound = "".join([marks[s] if s else unit for s, unit in zip(sounds, units, strict=True)])
        return Reading(standard, tuple(units), tuple(grams), sound)

    def standardise(self, text: str) -> str:
        """Replace every known form by its standard form, the longest first."""
        starts, at, end = self._starts, 0, len(text)
        parts: list[str] = []
        while at < end:
            for form, standard in starts.get(text[at], ()):
                if text.startswith(form, at):
                    parts.append(standard)
                    at += len(form)
                    break
            else:
                parts.append(text[at])
                at += 1
        return "".join(parts)


def load_sounds() -> dict[str, str]:
    """The commonest syllable, without tone, of every character of GB 2312.

    Takes a fifth of a second, nearly all of it the import of pypinyin; do it once per judge.
    """
    from pypinyin import Style, pinyin

    rows = range(0xB0, 0xF8)
    cells = bytes(byte for row in rows for column in range(0xA1, 0xFF) for byte in (row, column))
    chars = cells.decode("gb2312", errors="ignore")
    return {char: pinyin(char, style=Style.NORMAL)[0][0] for char in chars if "\u4e00" <= char <= "\u9fff"}
