"""Recognises what must not wait and what must not be said aloud.

Both rest on rules rather than on likeness: "着火了" and "着火了先报谁" share nearly every character, and
only the first needs somebody to run. The rules are data (data/emergency.yaml, data/private.yaml).
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.vocabulary import EmergencyRules, PrivateRules


@dataclass(frozen=True, slots=True)
class Matter:
    """A private matter."""

    kind: str
    certain: bool  # False: it may be no more than a question about such matters


def emergency(text: str, rules: EmergencyRules) -> str | None:
    """The kind of emergency that a normalised text reports as happening now, or None.

    A question about rules, a thing of the past and a figure of speech are none; a cry for help is one even
    when it asks what to do.
    """
    literal = rules.figure.sub(" ", text)
    kind = next((kind for kind, pattern in rules.kinds.items() if pattern.search(literal)), None)
    if kind is None or rules.past.search(literal):
        return None
    if rules.calm.search(literal) and not rules.live.search(literal):
        return None
    return kind


def likely_kind(text: str, rules: EmergencyRules) -> str:
    """The kind that a text's words point to, for a message already known to be an alarm."""
    return next((kind for kind, pattern in rules.kinds.items() if pattern.search(text)), "other")


def private_matter(text: str, rules: PrivateRules) -> Matter | None:
    """The kind of private matter in a normalised text, or None."""
    for kind, pattern in rules.strong.items():
        if pattern.search(text):
            return Matter(kind, certain=True)
    if rules.rule.search(text):
        return None
    for kind, pattern in rules.weak.items():
        if pattern.search(text):
            return Matter(kind, certain=False)
    return None
