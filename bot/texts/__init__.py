"""What people read: one file of texts a language, Chinese first.

Templates are filled with escaped values, so nobody's text can become markup. A key that one language has and
another lacks is a fault at start, not a hole in a chat.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

import yaml

LANGUAGES = ("zh", "en")


class TextsError(Exception):
    """The text files do not agree; names every key that is missing somewhere."""


class Texts:
    """All texts of one language, by dotted key."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = dict(templates)

    def __call__(self, key: str, **values: object) -> str:
        """The text called `key` as HTML, with `values` escaped and filled in. Unknown keys raise KeyError."""
        template = self._templates[key]
        return template.format_map({name: escape(str(value), quote=False) for name, value in values.items()})

    def has(self, key: str) -> bool:
        return key in self._templates

    def keys(self) -> frozenset[str]:
        return frozenset(self._templates)


def load_texts() -> dict[str, Texts]:
    """Read every language; raise `TextsError` naming all keys that some language lacks."""
    loaded = {language: Texts(_flatten(_read(language))) for language in LANGUAGES}
    check_agreement(loaded)
    return loaded


def check_agreement(loaded: Mapping[str, Texts]) -> None:
    """Raise `TextsError` naming all keys that some language lacks and another has."""
    every = frozenset().union(*(texts.keys() for texts in loaded.values()))
    lacking = [
        f"bot/texts/{language}.yaml lacks {key}"
        for language, texts in loaded.items()
        for key in sorted(every - texts.keys())
    ]
    if lacking:
        raise TextsError("; ".join(lacking))


def _read(language: str) -> Any:
    return yaml.safe_load(files(__package__).joinpath(f"{language}.yaml").read_text(encoding="utf-8"))


def _flatten(node: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in node.items():
        if isinstance(value, Mapping):
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = str(value)
    return flat
