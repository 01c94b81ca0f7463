"""The log of Bot API calls. Tests read from it what a program really asked of Telegram; recording is
one append on the hot path, so the response is kept as the bytes that went out and decoded on demand."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sandbox.model import Json

RING: Final = 50_000
_TEXTS: Final = frozenset({"text", "caption", "name", "title", "description", "callback_query_id"})


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `applied` says whether it took effect, whatever the caller was told."""

    seq: int
    at: float
    bot_id: int
    method: str
    params: dict[str, Any]
    status: int
    applied: bool
    body: bytes

    @property
    def response(self) -> Any:
        """The decoded answer, or None when the connection was cut."""
        return json.loads(self.body) if self.body else None

    @property
    def result(self) -> Any:
        """The `result` of a successful answer, else None."""
        return (self.response or {}).get("result")

    def param(self, name: str) -> Any:
        """A parameter as a value: numbers and JSON that came as strings are decoded. None when missing."""
        value = self.params.get(name)
        if not isinstance(value, str) or name in _TEXTS:
            return value
        try:
            return json.loads(value)
        except ValueError:
            return value

    def as_json(self) -> Json:
        """The call as /control/calls shows it."""
        return {
            "seq": self.seq,
            "at": self.at,
            "bot_id": self.bot_id,
            "method": self.method,
            "params": self.params,
            "status": self.status,
            "applied": self.applied,
            "response": self.response,
        }


class CallLog:
    """A bounded ring of calls, oldest first."""

    def __init__(self) -> None:
        self._ring: deque[Call] = deque(maxlen=RING)
        self.seq = 0

    def record(
        self,
        *,
        at: float,
        bot_id: int,
        method: str,
        params: dict[str, Any],
        status: int,
        applied: bool,
        body: bytes,
    ) -> None:
        """Append one call."""
        self.seq += 1
        self._ring.append(Call(self.seq, at, bot_id, method, params, status, applied, body))

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._ring))

    def __len__(self) -> int:
        return len(self._ring)

    def of(self, *methods: str, bot_id: int | None = None, since: int = 0) -> list[Call]:
        """Calls of the named methods (all when none is named), after sequence number `since`."""
        wanted = {name.lower() for name in methods}
        return [
            call
            for call in self._ring
            if call.seq > since
            and (not wanted or call.method.lower() in wanted)
            and (bot_id is None or call.bot_id == bot_id)
        ]

    def clear(self) -> None:
        """Forget all calls; numbering goes on."""
        self._ring.clear()
