"""The words the engine knows beside the entries, read from data/*.yaml.

They are data because the people who hear how a group talks are not the people who write the code. Nothing in
them is needed for matching to work: a knowledge base of any other field does without.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.facets import FacetRules

DATA = Path(__file__).with_name("data")

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRules:
    """How a message for us looks, and how one that is not."""

    opening: Pattern
    closing: Pattern
    asking: Pattern
    ellipsis: Pattern
    request: Pattern
    heading: Pattern
    notice: Pattern
    advert: Pattern
    offer: Pattern
    rhetorical: Pattern
    smalltalk: Pattern
    personal_address: Pattern
    peer: Pattern
    embedded: Pattern
    report: Pattern
    followup: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyRules:
    """What happens now, and what only sounds like it. Kinds are in order of precedence."""

    kinds: Mapping[str, Pattern]
    live: Pattern
    calm: Pattern
    past: Pattern
    figure: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateRules:
    """What must not be discussed in a group."""

    strong: Mapping[str, Pattern]
    weak: Mapping[str, Pattern]
    rule: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Compiled rules and tables."""

    questions: QuestionRules
    emergency: EmergencyRules
    private: PrivateRules
    synonyms: Mapping[str, str]  # form → standard form
    facets: FacetRules
    labels: Mapping[str, str]  # facet → its name for people
    sounds: Mapping[str, str]  # character → syllable
    grammar: Pattern  # words that carry no content

    @classmethod
    def load(cls, directory: Path = DATA) -> Vocabulary:
        """Read the tables of a directory, the shipped one by default."""
        facets = _read(directory / "facets.yaml")
        emergency, private = _read(directory / "emergency.yaml"), _read(directory / "private.yaml")
        return cls(
            questions=_questions(_read(directory / "questions.yaml")),
            emergency=EmergencyRules(
                kinds=_kinds(emergency["kinds"], emergency["words"]),
                **{name: _compile(emergency[name], {}) for name in ("live", "calm", "past", "figure")},
            ),
            private=PrivateRules(
                strong=_kinds(private["strong"], private["words"]),
                weak=_kinds(private["weak"], private["words"]),
                rule=_compile(private["rule"], {}),
            ),
            synonyms=_synonyms(_read(directory / "synonyms.yaml")),
            facets=FacetRules(_kinds(facets["hard"], {}), _kinds(facets["soft"], {})),
            labels=facets["labels"],
            sounds=_sounds(_read(directory / "sounds.yaml")),
            grammar=_compile(_read(directory / "function_words.yaml")["words"], {}),
        )


def _questions(data: Mapping[str, Any]) -> QuestionRules:
    plain = ("asking", "ellipsis", "request", "heading", "notice", "advert", "offer", "smalltalk")
    further = ("rhetorical", "personal_address", "peer", "embedded", "report")
    delimited = rf"(?:{_join(data['opening_alone'])})(?=[,.!:;。~\s]|$)"
    return QuestionRules(
        opening=re.compile(rf"(?:[,.!:;。~\s]*(?:{_join(data['opening'])}|{delimited}))*[,.!:;。~\s]*"),
        closing=re.compile(rf"(?:[,.!:;。~\s]*(?:{_join(data['closing'])})[,.!:;。~?\s]*)+$"),
        followup=re.compile(f"(?:{_join(data['followup_words'])})+"),
        **{name: _compile(data[name], {}) for name in (*plain, *further)},
    )


def _kinds(data: Mapping[str, Any], words: Mapping[str, list[str]]) -> dict[str, Pattern]:
    return {kind: _compile(patterns, words) for kind, patterns in data.items()}


def _compile(patterns: str | list[str], words: Mapping[str, list[str]]) -> Pattern:
    joined = _join(patterns)
    for name, alternatives in words.items():
        joined = joined.replace(f"{{{name}}}", f"(?:{_join(alternatives)})")
    return re.compile(joined)


def _join(patterns: str | list[str]) -> str:
    """One pattern that matches whatever one of several matches."""
    return patterns if isinstance(patterns, str) else "|".join(patterns)


def _synonyms(data: Mapping[str, list[str]]) -> dict[str, str]:
    """Every form and its standard form; the standard form itself too, so that no part of it is replaced."""
    return {form: standard for standard, forms in data.items() for form in map(str, (standard, *forms))}


def _sounds(data: Mapping[str, str]) -> dict[str, str]:
    return {char: syllable for syllable, chars in data.items() for char in chars}


def _read(path: Path) -> dict[str, Any]:
    import yaml

    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return dict(data)
