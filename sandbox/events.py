"""What the page hears. Every visible change is one numbered event in a bounded ring; streams read
from a sequence number on, so a reconnecting page misses nothing that the ring still holds."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from sandbox.model import Chat

RING: Final = 20_000


@dataclass(frozen=True, slots=True)
class Event:
    """One change. `only` limits it to these people, otherwise the members of `chat` see it."""

    seq: int
    kind: str
    chat: Chat | None
    subject: Any
    only: frozenset[int] | None = None


class EventLog:
    """The ring and its waiting readers."""

    def __init__(self) -> None:
        self.seq = 0
        self.closed = False
        self._ring: deque[Event] = deque(maxlen=RING)
        self._readers: set[asyncio.Event] = set()

    def add(self, kind: str, chat: Chat | None, subject: Any, only: frozenset[int] | None = None) -> None:
        """Record a change and wake the readers."""
        self.seq += 1
        self._ring.append(Event(self.seq, kind, chat, subject, only))
        self.wake()

    def wake(self) -> None:
        """Let every reader look again."""
        for reader in self._readers:
            reader.set()

    def since(self, seq: int) -> list[Event] | None:
        """Events after `seq`, oldest first; None when the ring no longer reaches back that far."""
        behind = self.seq - seq
        if behind <= 0:
            return []
        if behind > len(self._ring):
            return None
        return [self._ring[index] for index in range(len(self._ring) - behind, len(self._ring))]

    def subscribe(self) -> asyncio.Event:
        """An event that is set whenever something is added; give it back to `unsubscribe`."""
        reader = asyncio.Event()
        self._readers.add(reader)
        return reader

    def unsubscribe(self, reader: asyncio.Event) -> None:
        """Stop waking `reader`."""
        self._readers.discard(reader)

    def close(self) -> None:
        """End every stream, because the server is ending."""
        self.closed = True
        self.wake()

    def open(self) -> None:
        """Serve streams (again)."""
        self.closed = False
