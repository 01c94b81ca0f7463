"""What kind of message this sounds like, by examples: an alarm, a private matter, talk among members.

Rules of form and vocabulary know what their author thought of; people in a panic, or in trouble with their
boss, say it in words that nobody listed. A linear model over the characters of a few thousand examples
(data/examples/) hears the tone instead. It is a second opinion beside the rules: it may raise an alarm or
keep the bot silent, it never opens the answer gate.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path

WEIGHTS = Path(__file__).with_name("data") / "kinds.json"
LONGEST = 200  # characters that are listened to; a tone shows early
_DIGITS = re.compile("[0-9]+")
_BETWEEN = re.compile(r"[^\w?!]+|_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """How much a message sounds like each kind: probabilities from 0 to 1, of one kind against all else."""

    emergency: float
    private: float
    silent: float  # talk among members, notices, answers of peers


NEUTRAL = Tone(emergency=0.0, private=0.0, silent=0.0)


@dataclass(frozen=True, slots=True)
class Kinds:
    """The three models: weights of character sequences, and where each model stands without any."""

    weights: Mapping[str, tuple[float, float, float]]
    bias: tuple[float, float, float]

    @classmethod
    def load(cls, file: Path = WEIGHTS) -> Kinds:
        """Read the fitted weights."""
        data = json.loads(file.read_text(encoding="utf-8"))
        weights = {gram: (e / 100, p / 100, s / 100) for gram, (e, p, s) in data["weights"].items()}
        return cls(weights, tuple(data["bias"]))

    def listen(self, text: str) -> Tone:
        """The tone of a normalised text."""
        emergency = private = silent = 0.0
        said = grams(text)
        for gram in said:
            found = self.weights.get(gram)
            if found is not None:
                emergency += found[0]
                private += found[1]
                silent += found[2]
        loudness = sqrt(len(said))  # long texts are no louder than short ones
        return Tone(
            emergency=_squash(self.bias[0] + emergency / loudness),
            private=_squash(self.bias[1] + private / loudness),
            silent=_squash(self.bias[2] + silent / loudness),
        )


def grams(text: str) -> set[str]:
    """Sequences of one to three characters, ends marked, numbers alike; each counts once."""
    plain = f"^{_BETWEEN.sub(' ', _DIGITS.sub('0', text[:LONGEST])).strip()}$"
    found = set(plain)
    for size in (2, 3):
        found.update([plain[start : start + size] for start in range(len(plain) - size + 1)])
    return found


def _squash(score: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))
