"""Fits the weights in knowledge/rerank.py and knowledge/confidence.py: python -m tests.benchmarks.fit

The material is the shipped entries and nothing else. Every second wording is hidden in turn; the order is
fitted so that its entry comes first (softmax over the candidates), the confidence so that a first entry with
the wording's own entry present is told from a first entry with it gone (logistic regression). What tells a
known subject from an unknown one is fitted on the same hidden wordings against messages that no entry
answers, written for this purpose (off_topic.yaml). The other wordings are held out, and the figures printed
are theirs. No labelled message is read. Prints what to paste.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp
from pathlib import Path

import yaml

from knowledge.calibration import UNANSWERED
from knowledge.confidence import NEAR, RICH, assess
from knowledge.form import read_form
from knowledge.index import Index
from knowledge.knowledge_base import KnowledgeBase
from knowledge.library import STARTER
from knowledge.profiles import without
from knowledge.reading import Reader
from knowledge.rerank import MEASURES, WEIGHTS, Candidate, Probe, measure, measure_best
from knowledge.text import normalise, squeeze
from knowledge.vocabulary import Vocabulary

CANDIDATES = 8
ROUNDS = 400
RIDGE_ORDER = 1e-3  # keeps weights small where the material says little
RIDGE_CONFIDENCE = 1e-5
# Wordings of an entry are far apart by design, messages and wordings are not: likeness to the nearest wording
# is worth more than hidden wordings show, most of all under typing errors. The one weight set by hand.
BY_HAND = {"sorted": 1.5}
OFF_TOPIC = Path(__file__).with_name("off_topic.yaml")

Examples = Sequence[tuple[list[float], float, float]]
Trial = tuple[Probe, list[Candidate], Candidate]  # message, other entries, its own entry without the wording


def trials(index: Index) -> list[Trial]:
    """Hide every wording in turn."""
    made = []
    for number, each in enumerate(index.profiles):
        for hidden, wording in enumerate(each.entry.wordings):
            probe = Probe(index.reader.read(wording), index)
            others = measure_best(probe, index.find(probe.weights, CANDIDATES), index, but=number)
            rest = without(each, hidden)
            made.append((probe, others, measure(probe, rest, index.scale(rest), index.mass(rest))))
    return made


def descend(gradient: Callable[[list[float]], list[float]], size: int, step: float) -> list[float]:
    """Follow a gradient down with momentum and one step size for each weight (Adam)."""
    weights, first, second = [0.0] * size, [0.0] * size, [0.0] * size
    for turn in range(1, ROUNDS + 1):
        for at, slope in enumerate(gradient(weights)):
            first[at] = 0.9 * first[at] + 0.1 * slope
            second[at] = 0.99 * second[at] + 0.01 * slope * slope
            size_now = (second[at] / (1 - 0.99**turn)) ** 0.5 + 1e-9
            weights[at] -= step * first[at] / (1 - 0.9**turn) / size_now
    return weights


def fit_order(material: Sequence[Trial]) -> list[float]:
    """Weights that put the own entry before the others."""
    groups = [(own.measures, [other.measures for other in others]) for _, others, own in material]

    def gradient(weights: list[float]) -> list[float]:
        slope = [2 * RIDGE_ORDER * weight for weight in weights]
        for own, others in groups:
            rows = [own, *others]
            ranks = [sum(map(float.__mul__, weights, row)) for row in rows]
            top = max(ranks)
            odds = [exp(rank - top) for rank in ranks]
            total = sum(odds) * len(groups)
            for place, (row, odd) in enumerate(zip(rows, odds, strict=True)):
                pull = odd / total - (1 / len(groups) if place == 0 else 0)
                for at, value in enumerate(row):
                    slope[at] += pull * value
        return slope

    return descend(gradient, len(MEASURES), 0.1)


def ranked(candidates: list[Candidate], weights: Sequence[float]) -> list[Candidate]:
    """The candidates with their rank by these weights, in order."""
    scored = [
        Candidate(c.profile, c.measures, c.nearest, sum(map(float.__mul__, weights, c.measures)))
        for c in candidates
    ]
    return sorted(scored, key=lambda candidate: -candidate.rank)


def examples(material: Sequence[Trial], weights: Sequence[float], index: Index) -> Examples:
    """Features of the first entry, whether it is right, and how much the example counts."""
    made = []
    for probe, others, own in material:
        whole, alone = ranked([own, *others], weights), ranked(others, weights)
        for order, counts in ((whole, 1.0), (alone, UNANSWERED)):
            if order:
                features = assess(probe, order, index).features
                right = float(order[0].profile is own.profile)
                made.append(([features[name] for name in RICH], right, counts))
    return made


def nearness(
    material: Sequence[Trial], weights: Sequence[float], index: Index, words: Vocabulary
) -> Examples:
    """Features of the first entry, whether a right one is among three, and how much the example counts."""
    made = []
    for probe, others, own in material:
        order = ranked([own, *others], weights)
        features = assess(probe, order, index).features
        right = any(candidate.profile is own.profile for candidate in order[:3])
        made.append(([features[name] for name in NEAR], float(right), 1 / len(material)))
    strange = yaml.safe_load(OFF_TOPIC.read_text(encoding="utf-8"))
    texts = [*strange["chatter"], *strange["requests"]]
    for text in texts:
        core = squeeze(read_form(normalise(text), words.questions, addressed=True).core)
        probe = Probe(index.reader.read_clean(core), index)
        found = measure_best(probe, index.find(probe.weights, CANDIDATES), index)
        if found:
            features = assess(probe, ranked(found, weights), index).features
            made.append(([features[name] for name in NEAR], 0.0, 1 / len(texts)))
    return made


def fit_confidence(made: Examples) -> tuple[list[float], float]:
    """Weights and bias of a logistic regression."""
    total = sum(counts for _, _, counts in made)

    def gradient(weights: list[float]) -> list[float]:
        slope = [2 * RIDGE_CONFIDENCE * weight for weight in weights[:-1]] + [0.0]
        for values, right, counts in made:
            z = weights[-1] + sum(map(float.__mul__, weights, values))
            pull = counts / total * (1 / (1 + exp(-z)) - right)
            for at, value in enumerate(values):
                slope[at] += pull * value
            slope[-1] += pull
        return slope

    fitted = descend(gradient, len(made[0][0]) + 1, 0.1)
    return fitted[:-1], fitted[-1]


def hits(material: Sequence[Trial], weights: Sequence[float], depth: int) -> float:
    """Share of hidden wordings whose entry is among the first `depth`."""
    found = [
        any(c.profile is own.profile for c in ranked([own, *others], weights)[:depth])
        for _, others, own in material
    ]
    return sum(found) / len(found)


def main() -> None:
    """Fit on the even trials, show on the odd ones."""
    words = Vocabulary.load()
    reader = Reader(words.synonyms, words.sounds, words.facets, words.grammar)
    index = Index(KnowledgeBase.load(STARTER).entries, reader)
    material = trials(index)
    fitting, held_out = material[::2], material[1::2]
    fitted = dict(zip(MEASURES, fit_order(fitting), strict=True)) | BY_HAND
    weights = [round(weight, 2) for weight in fitted.values()]
    print("MEASURES =", MEASURES)
    print("WEIGHTS =", tuple(weights))
    for name, those in (("shipped", WEIGHTS), ("fitted", weights)):
        first, three = hits(held_out, those, 1), hits(held_out, those, 3)
        print(f"{name}: held out, first {first:.3f}, among three {three:.3f}")
    values, bias = fit_confidence(examples(fitting, weights, index))
    print("RICH =", {name: round(value, 2) for name, value in zip(RICH, values, strict=True)})
    print("RICH_BIAS =", round(bias, 2))
    values, bias = fit_confidence(nearness(fitting, weights, index, words))
    print("NEAR =", {name: round(value, 2) for name, value in zip(NEAR, values, strict=True)})
    print("NEAR_BIAS =", round(bias, 2))


if __name__ == "__main__":
    main()
