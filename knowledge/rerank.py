"""Puts the few best entries in order by what an index cannot see.

A linear model over measures of likeness. It may reorder, and it colours how sure the judge is; it opens no
gate. Whatever reorders instead of it (a language model, one day) has the same shape: `Reranker`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz, process

from knowledge.index import Hit, Index
from knowledge.profiles import NAMED, Profile, sorted_sound
from knowledge.reading import Reading

MEASURES = (
    "score",  # how much of what the message says the entry is about, of all the message says
    "units",  # share of the message's characters that wordings or keywords have
    "told",  # share of the message that only the answer has
    "core",  # share of what wordings and keywords say most that the message says
    "keywords",  # how many keywords the message names, up to three
    "sorted",  # likeness of sound to the nearest wording, whatever the order
    "clash",  # the message asks for a side of the matter that no wording asks for
    "facet",  # share of the wordings that ask for the same side
    "other",  # share of the wordings that ask for a side the message does not
)
# Fitted on the shipped entries alone, each wording hidden in turn, never on labelled messages; the weight of
# "sorted" is set there by hand: python -m tests.benchmarks.fit
WEIGHTS = (3.72, 3.81, 1.16, 1.54, 0.54, 1.5, -0.93, 0.53, -1.18)
LEAST, MOST = 2, 4  # entries measured; beyond them the order of the index is the better one
NEAR_BEST = 0.6  # of the best entry's score in the index
DOMINANT = 0.6  # an entry is all about a facet when this share of its wordings asks for it
RARE = 0.1  # ... and is hardly asked for one below this share
PENALTY = "penalty"


class Probe:
    """A message with the weights of its units, as the index knows them."""

    __slots__ = ("mass", "reading", "sound", "unit_mass", "units", "weights")

    def __init__(self, reading: Reading, index: Index) -> None:
        self.reading = reading
        self.weights = weights = index.weigh(reading)
        self.units = frozenset(reading.units)
        self.sound = sorted_sound(reading)
        self.mass = sum(weights.values()) or 1.0
        self.unit_mass = sum([weights[unit] for unit in self.units]) or 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry under consideration, with what was measured."""

    profile: Profile
    measures: tuple[float, ...]  # in the order of MEASURES
    nearest: int  # number of the wording most like the message
    rank: float


class Reranker(Protocol):
    """Puts candidates in order, the best first; takes none away and adds none."""

    def __call__(self, probe: Probe, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The same candidates in the order to be used."""
        ...


def by_rank(probe: Probe, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The shipped order: by the linear model."""
    return sorted(candidates, key=_rank, reverse=True)


def _rank(candidate: Candidate) -> float:
    return candidate.rank


def measure(probe: Probe, each: Profile, scale: float, mass: float) -> Candidate:
    """Measure how an entry is like a message. `scale`, `mass`: of the entry, from the index."""
    strength, units = each.strength.get, probe.units
    score = named = told = core = 0.0
    for unit, weight in probe.weights.items():
        power = strength(unit)
        if power is None:
            continue
        score += power * weight
        if power <= NAMED:
            told += weight
            continue
        core += power * weight
        if unit in units:
            named += weight
    _, ordered, nearest = process.extractOne(probe.sound, each.sounds, scorer=fuzz.ratio)
    text = probe.reading.text
    measures = (
        10 * score * scale / probe.mass,
        named / probe.unit_mass,
        3 * told / probe.mass,
        5 * core / mass,
        min(sum([keyword in text for keyword in each.keywords]), 3) / 3,
        ordered / 100,
        *_facets(probe.reading, each.facets),
    )
    return Candidate(each, measures, nearest, sum(map(float.__mul__, WEIGHTS, measures)))


def measure_best(probe: Probe, hits: Sequence[Hit], index: Index, but: int = -1) -> list[Candidate]:
    """Measure those of the index's hits that come near the best one, leaving out entry number `but`."""
    hits = [hit for hit in hits if hit[1] != but]
    near = hits[0][0] * NEAR_BEST if hits else 0.0
    chosen = [number for at, (score, number) in enumerate(hits[:MOST]) if at < LEAST or score >= near]
    return [measure(probe, index.profiles[n], index.scales[n], index.masses[n]) for n in chosen]


def _facets(reading: Reading, shares: Mapping[str, float]) -> tuple[float, float, float]:
    """Clash, agreement and what else the entry is asked for; see MEASURES."""
    hard = reading.hard
    best = max([shares.get(name, 0.0) for name in hard], default=0.5)
    other = max([share for name, share in shares.items() if name not in hard], default=0.0)
    return (0.0 if facet_clash(reading, shares) is None else 1.0), best, other


def facet_clash(reading: Reading, shares: Mapping[str, float]) -> str | None:
    """The side asked for that the entry is never asked for; or "penalty", if that is all it is about."""
    if reading.hard:
        return None if any(shares.get(name, 0.0) >= RARE for name in reading.hard) else min(reading.hard)
    if reading.soft and shares.get(PENALTY, 0.0) >= DOMINANT:
        return PENALTY
    return None
