"""How fast we may send: per chat and over all, without a clock of its own.

The messenger publishes no exact limits; the figures known from its FAQ and from other bots are about
20 messages a minute in a group, one a second in private with short bursts, and 30 a second over all. Limits
count what lies in a sliding window, as the messenger seems to: a bucket that refills steadily would let
through nearly twice the limit within one window after a quiet time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from tickets.identity import ChatId

_PRIVATE_SPAN = 5.0  # seconds over which the private limit is averaged, which allows the short burst
_SWEEP = 1000  # chats remembered before the idle ones are forgotten


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Messages that may be sent; 0 switches a limit off. `parallel_sends` bounds calls under way."""

    overall_per_second: int = 30
    group_per_minute: int = 20
    private_per_second: int = 1
    parallel_sends: int = 64


class SlidingWindow:
    """At most `limit` messages in any `span` seconds."""

    __slots__ = ("_limit", "_sent", "_span")

    def __init__(self, *, limit: int, span: float) -> None:
        self._limit = limit
        self._span = span
        self._sent: deque[float] = deque()

    def opens_at(self, now: float, count: int = 1) -> float:
        """The earliest time, not before `now`, at which `count` more messages fit.

        More than ever fit at once are let through when the window is empty.
        """
        self._forget(now)
        excess = len(self._sent) + min(count, self._limit) - self._limit
        return now if excess <= 0 else self._sent[excess - 1] + self._span

    def take(self, now: float, count: int = 1) -> None:
        """Count `count` messages as sent now."""
        self._sent.extend([now] * count)

    def is_idle(self, now: float) -> bool:
        """Whether nothing that was sent still counts."""
        self._forget(now)
        return not self._sent

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0] + self._span <= now:
            self._sent.popleft()


class Budget:
    """When the next message may go to a chat. `now` is in seconds on any clock that never runs back."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._overall = SlidingWindow(limit=limits.overall_per_second, span=1.0)
        self._chats: dict[ChatId, SlidingWindow] = {}
        self._blocked: dict[ChatId, float] = {}

    def chat_opens_at(self, chat_id: ChatId, now: float, count: int = 1) -> float:
        """The earliest time at which this chat takes `count` more messages."""
        opens = max(now, self._blocked.get(chat_id, now))
        window = self._chats.get(chat_id)
        return opens if window is None else max(opens, window.opens_at(now, count))

    def overall_opens_at(self, now: float, count: int = 1) -> float:
        """The earliest time at which we may send `count` more messages at all."""
        return self._overall.opens_at(now, count) if self._limits.overall_per_second else now

    def take(self, chat_id: ChatId, now: float, count: int = 1) -> None:
        """Count messages that are about to be sent."""
        if self._limits.overall_per_second:
            self._overall.take(now, count)
        window = self._chats.get(chat_id) or self._new_window(chat_id, now)
        if window is not None:
            window.take(now, count)

    def block(self, chat_id: ChatId, until: float) -> None:
        """The messenger asked for a pause in this chat; the others go on."""
        self._blocked[chat_id] = max(until, self._blocked.get(chat_id, until))

    def closed_chats(self, now: float) -> dict[ChatId, float]:
        """Chats that take nothing now, and when they will."""
        self._blocked = {chat_id: until for chat_id, until in self._blocked.items() if until > now}
        closed = dict(self._blocked)
        for chat_id, window in self._chats.items():
            opens = window.opens_at(now)
            if opens > now:
                closed[chat_id] = max(opens, closed.get(chat_id, opens))
        return closed

    def _new_window(self, chat_id: ChatId, now: float) -> SlidingWindow | None:
        group = chat_id < 0
        limit = self._limits.group_per_minute if group else self._limits.private_per_second
        if not limit:
            return None
        if len(self._chats) >= _SWEEP:
            self._chats = {chat: each for chat, each in self._chats.items() if not each.is_idle(now)}
        if group:
            window = SlidingWindow(limit=limit, span=60.0)
        else:
            window = SlidingWindow(limit=limit * int(_PRIVATE_SPAN), span=_PRIVATE_SPAN)
        self._chats[chat_id] = window
        return window
