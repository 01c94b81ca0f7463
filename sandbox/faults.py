"""Trouble on demand: what tests need Telegram and the network to do wrong, and the flood limits.

A fault is a rule that fits calls by method and chat. It can skip some calls, act a number of times
or until cleared, and act by chance with a fixed seed, so that a failing run can be repeated.
"""

from __future__ import annotations

import math
import random
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.refusal import Refusal, bad_request, forbidden, too_many_requests


class FaultKind(StrEnum):
    """What goes wrong. `cut_before` and `cut_after` close the connection without an answer."""

    HTTP_429 = "http_429"
    HTTP_5XX = "http_5xx"
    CUT_BEFORE = "cut_before"
    CUT_AFTER = "cut_after"
    DELAY = "delay"
    BAD_REQUEST = "bad_request"
    FORBIDDEN = "forbidden"


@dataclass(slots=True, kw_only=True)
class Fault:
    """One rule. `times` 0 means until cleared, `after` skips that many fitting calls first."""

    kind: FaultKind
    method: str = "*"
    chat_id: int | None = None
    times: int = 1
    after: int = 0
    retry_after: int = 1
    delay_ms: int = 0
    description: str = ""
    probability: float = 1.0
    acted: int = 0

    @property
    def spent(self) -> bool:
        """True when the rule has acted as often as it should."""
        return 0 < self.times <= self.acted

    def fits(self, method: str, chat_id: str) -> bool:
        """Whether the rule is about this call; methods compare without case."""
        named = self.method == "*" or self.method.lower() == method
        return named and (self.chat_id is None or str(self.chat_id) == chat_id)

    def refusal(self) -> Refusal | None:
        """The answer to give instead of the call's own, or None if the kind is not an answer."""
        match self.kind:
            case FaultKind.HTTP_429:
                return too_many_requests(self.retry_after)
            case FaultKind.HTTP_5XX:
                return Refusal(502, self.description or "Bad Gateway")
            case FaultKind.BAD_REQUEST:
                return bad_request(self.description.removeprefix("Bad Request: ") or "chat not found")
            case FaultKind.FORBIDDEN:
                text = self.description.removeprefix("Forbidden: ") or "bot was blocked by the user"
                return forbidden(text)
            case _:
                return None


@dataclass(slots=True)
class Faults:
    """The rules in force, first fitting one first."""

    rules: list[Fault] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(20261120))

    def add(self, kind: str, method: str = "*", chat_id: int | None = None, **options: Any) -> Fault:
        """Add a rule; `options` are the fields of `Fault`. Unknown ones raise ValueError or TypeError."""
        fault = Fault(kind=FaultKind(kind), method=method, chat_id=chat_id, **options)
        self.rules.append(fault)
        return fault

    def clear(self) -> None:
        """Remove all rules."""
        self.rules.clear()

    def take(self, method: str, chat_id: str) -> Fault | None:
        """The rule that acts on this call (`method` in lower case), counted; None when all goes well."""
        for fault in self.rules:
            if fault.spent or not fault.fits(method, chat_id):
                continue
            if fault.after > 0:
                fault.after -= 1
            elif fault.probability >= 1.0 or self.chance.random() < fault.probability:
                fault.acted += 1
                return fault
        return None


@dataclass(slots=True)
class Flood:
    """Send limits: messages per minute in one group and per second overall; 0 switches a limit off."""

    per_chat_per_minute: int = 0
    per_second: int = 0
    _chats: dict[int, deque[float]] = field(default_factory=dict)
    _all: deque[float] = field(default_factory=deque)

    def configure(self, *, per_chat_per_minute: int = 0, per_second: int = 0) -> None:
        """Set both limits and forget what was counted."""
        self.per_chat_per_minute = per_chat_per_minute
        self.per_second = per_second
        self._chats.clear()
        self._all.clear()

    def check(self, chat_id: int, now: float, count: int = 1) -> None:
        """Count `count` messages to `chat_id`; raises 429 with the seconds until the next one fits."""
        if self.per_second:
            self._take(self._all, self.per_second, 1.0, now, count)
        if self.per_chat_per_minute and chat_id < 0:
            self._take(self._chats.setdefault(chat_id, deque()), self.per_chat_per_minute, 60.0, now, count)

    @staticmethod
    def _take(sent: deque[float], limit: int, window: float, now: float, count: int) -> None:
        while sent and sent[0] <= now - window:
            sent.popleft()
        if len(sent) >= limit:
            raise too_many_requests(max(1, math.ceil(sent[0] + window - now)))
        sent.extend([now] * count)
