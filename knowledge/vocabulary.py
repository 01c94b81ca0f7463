"""The words the engine knows beside the entries, read from data/*.yaml.

They are data because the people who hear how a group talks are not the people who write the code. Nothing in
them is needed for matching to work: a knowledge base of any other field does without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Compiled rules and tables."""

    asking: re.Pattern[str]

    @classmethod
    def load(cls, directory: Path = DATA) -> Vocabulary:
        """Read the tables of a directory, the shipped one by default."""
        questions = _read(directory / "questions.yaml")
        return cls(asking=re.compile("|".join(questions["asking"])))


def _read(path: Path) -> dict[str, Any]:
    import yaml

    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return dict(data)
