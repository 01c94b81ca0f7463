"""One Bot API call, decoded: who calls and with which parameters.

Parameters come as strings (query, form, multipart) or as JSON values; the getters accept both, as
the real server does, and are lenient where it is lenient: a number it cannot read is 0.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.model import Bot
from sandbox.refusal import bad_request

if TYPE_CHECKING:
    from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the request."""

    name: str
    mime: str
    data: bytes


@dataclass(slots=True)
class Request:
    """A call by `bot` of a method with `params` and uploaded `files`."""

    world: World
    bot: Bot
    params: dict[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the parameter was given at all."""
        return name in self.params

    def text(self, name: str) -> str:
        """The parameter as a string, "" when missing."""
        value = self.params.get(name)
        if value is None:
            return ""
        return (
            value
            if isinstance(value, str)
            else json.dumps(value)
            if isinstance(value, dict | list)
            else str(value)
        )

    def integer(self, name: str, default: int = 0) -> int:
        """The parameter as an integer; `default` when missing, 0 when unreadable."""
        value = self.params.get(name)
        if value is None or value == "":
            return default
        return to_integer(value)

    def number(self, name: str) -> float:
        """The parameter as a float, 0.0 when missing or unreadable."""
        try:
            return float(self.params.get(name) or 0)
        except (TypeError, ValueError):
            return 0.0

    def flag(self, name: str) -> bool:
        """The parameter as a boolean."""
        value = self.params.get(name)
        return value if isinstance(value, bool) else str(value).lower() in ("true", "yes", "1")

    def json(self, name: str, what: str = "") -> Any:
        """The parameter as a JSON value, None when missing; raises 400 "can't parse … JSON object"."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what or name.replace('_', ' ')} JSON object") from None


def to_integer(value: Any) -> int:
    """An integer of a JSON number or a string, 0 for anything else."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0
