"""Fits knowledge/kinds.py: `python -m tests.benchmarks.fit_kinds` writes knowledge/data/kinds.json.

Three logistic models over character sequences, fitted on the examples in knowledge/data/examples/ and on the
starter entries' wordings, never on labelled messages kept for measuring. One example in five is held out
first to print what each threshold finds and what it takes wrongly; then all are used. Needs the extra `fit`
(`pip install -e '.[fit]'`); the program itself needs only the weights.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from math import sqrt

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from knowledge.kinds import WEIGHTS, grams
from knowledge.library import STARTER
from knowledge.loading import load_entries
from knowledge.text import normalise

EXAMPLES = WEIGHTS.with_name("examples")
#: For each model: the files that are examples of it, and those that are not. What stands in neither says
#: nothing about it: a message about a past accident may be talk or a question.
MODELS = {
    "emergency": (
        ("emergency",),
        ("not_emergency", "private", "not_private", "silent", "request", "entries"),
    ),
    "private": (("private",), ("not_private", "not_emergency", "silent", "request", "entries")),
    "silent": (("silent",), ("request", "entries", "private", "emergency")),
}
RARE = 2  # sequences in fewer examples are left out
STRENGTH = 30.0  # inverse of the penalty on large weights
CHANCES = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)

Example = tuple[dict[str, float], int]


def read(name: str) -> list[str]:
    """The normalised examples of one file, or the wordings of the starter entries."""
    if name == "entries":
        entries = load_entries(STARTER).entries
        return [normalise(text) for entry in entries for text in (entry.question, *entry.also)]
    lines = (EXAMPLES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [normalise(line.replace("⏎", "\n")) for line in lines if line.strip()]


def known_grams(texts: dict[str, list[str]]) -> frozenset[str]:
    """The sequences that occur in more than one example."""
    counts = Counter(gram for group in texts.values() for text in group for gram in grams(text))
    return frozenset(gram for gram, count in counts.items() if count >= RARE)


def measures_of(text: str, known: frozenset[str]) -> dict[str, float]:
    """A text as the model sees it: each sequence once, long texts no louder than short ones."""
    found = grams(text)
    return dict.fromkeys(found & known, 1 / sqrt(len(found)))


def examples_of(model: str, texts: dict[str, list[str]], known: frozenset[str]) -> list[Example]:
    """What one model is fitted on, in an order of its own."""
    yes, no = MODELS[model]
    examples = [
        (measures_of(text, known), label)
        for names, label in ((yes, 1), (no, 0))
        for name in names
        for text in texts[name]
    ]
    order = np.random.default_rng(3).permutation(len(examples))
    return [examples[place] for place in order]


def fit(examples: Sequence[Example]) -> tuple[DictVectorizer, LogisticRegression]:
    """A logistic model for which both classes weigh the same."""
    vectorizer = DictVectorizer()
    rows = vectorizer.fit_transform([measures for measures, _ in examples])
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=3000)
    return vectorizer, model.fit(rows, [label for _, label in examples])


def report(name: str, examples: Sequence[Example]) -> None:
    """Print what thresholds find, and take wrongly, of the fifth that was held out."""
    fifth = len(examples) // 5
    vectorizer, model = fit(examples[fifth:])
    held = examples[:fifth]
    chances = model.predict_proba(vectorizer.transform([measures for measures, _ in held]))[:, 1]
    labels = np.array([label for _, label in held])
    for chance in CHANCES:
        found, wrong = (float((chances[labels == label] > chance).mean()) for label in (1, 0))
        print(
            f"{name:10} p>{chance:<5} finds {found:6.1%} of {labels.sum()}, wrongly {wrong:6.2%} of the rest"
        )


def main() -> None:
    """Measure on a fifth held out, then fit on everything and write the weights."""
    texts = {
        name: read(name)
        for name in sorted({name for pair in MODELS.values() for part in pair for name in part})
    }
    print({name: len(group) for name, group in texts.items()})
    known = known_grams(texts)
    merged: dict[str, list[int]] = {}
    biases = []
    for place, name in enumerate(MODELS):
        examples = examples_of(name, texts, known)
        report(name, examples)
        vectorizer, model = fit(examples)
        biases.append(round(float(model.intercept_[0]), 3))
        for gram, weight in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True):
            rounded = round(float(weight) * 100)
            if abs(rounded) >= 10:
                merged.setdefault(str(gram), [0, 0, 0])[place] = rounded
    data = {"bias": biases, "weights": dict(sorted(merged.items()))}
    words = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    WEIGHTS.write_text(words + "\n", encoding="utf-8")
    print(f"{len(merged)} sequences written to {WEIGHTS.name}")


if __name__ == "__main__":
    main()
