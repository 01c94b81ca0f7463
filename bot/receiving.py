"""Puts received updates into the inbox and passes them on; both ways in, polling and webhook, end here.

Only when this has returned may the messenger be told that we have them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.processing import Processor, Received
from bot.queues import QueueStore
from bot.updates import id_of, lane_of, to_text


class Receiver:
    """Stores updates durably, then offers the new ones to the processor."""

    def __init__(self, *, store: QueueStore, processor: Processor, now: Callable[[], datetime]) -> None:
        self._store = store
        self._processor = processor
        self._now = now

    async def take(self, updates: Sequence[dict[str, Any]]) -> None:
        """Store these raw updates in one transaction; those known before are left out. Waits for room."""
        now = self._now()
        received = [
            Received(update_id=id_of(update), lane=lane_of(update), update=update, received_at=now)
            for update in updates
        ]
        rows = [(each.update_id, each.lane, to_text(each.update)) for each in received]
        new = set(await self._store.transact(lambda uow: uow.inbox.add(rows, now)))
        self._processor.offer(each for each in received if each.update_id in new)
        await self._processor.room()
