"""What side of a subject a text asks about, which numbers it names, and what it denies.

Two entries about the same thing differ in just these: duty and penalty, thirty days and sixty, may and may
not. As a rank they do harm, since people ask carelessly; as a gate before an answer they keep a neighbour's
answer from being given for the right one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)(%|[a-z]+|个?(?:小时|钟头|月|工作日|星期|礼拜)|[\u4e00-\u9fff])?")
_CHOICE = re.compile(
    r"(.)[不没]\1|[不没](?=$)|不是|不同|不过|不仅|不然|不管|没问题|有没有|不足|不满|不少于|不超过"
)
_DENIED = re.compile(
    "(?:不(?:能|可以?|得|准|许|用|要|会|想|肯|需要?)?|没有?|未|无|别|禁止|严禁|勿)([\u4e00-\u9fff])"
)

Numbers = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class FacetRules:
    """Patterns of facets; a hard facet must be one the entry is asked for."""

    hard: Mapping[str, re.Pattern[str]]
    soft: Mapping[str, re.Pattern[str]]


def hard_facets(text: str, rules: FacetRules) -> frozenset[str]:
    """The hard facets a squeezed text asks for."""
    return frozenset([name for name, pattern in rules.hard.items() if pattern.search(text)])


def soft_facets(text: str, rules: FacetRules) -> frozenset[str]:
    """The soft facets a squeezed text asks for."""
    return frozenset([name for name, pattern in rules.soft.items() if pattern.search(text)])


def numbers(text: str) -> Numbers:
    """The numbers of a text with their units, save the figure one, which in Chinese is mostly an article."""
    found = (match.groups(default="") for match in _NUMBER.finditer(text))
    return frozenset([(value, unit.removeprefix("个")) for value, unit in found if value != "1"])


def number_conflict(asked: Numbers, offered: Numbers) -> bool:
    """Whether a number is asked about that the entry lacks while it has another one of the same unit."""
    units = {unit for _, unit in offered if unit}
    return any(unit in units for _, unit in asked - offered)


def denied(text: str) -> frozenset[str]:
    """The characters that stand right behind a denial; "能不能" denies nothing."""
    return frozenset(_DENIED.findall(_CHOICE.sub(" ", text)))


def denial_conflict(text: str, wordings: Sequence[str], denials: Sequence[frozenset[str]]) -> bool:
    """Whether every wording with some character denies it where `text` does not, or the reverse.

    `denials`: of each wording, what `denied` finds.
    """
    here = denied(text)
    for char in here.union(*denials):
        if char not in text:
            continue
        sides = {char in there for wording, there in zip(wordings, denials, strict=True) if char in wording}
        if sides and (char in here) not in sides:
            return True
    return False
