"""The queue of updates Telegram keeps for one bot until they are confirmed.

Updates are serialised when they happen, so that later changes of a message do not reach back into
them, and kept at most 24 hours. `update_id` grows by one from a random-looking start.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sandbox.model import Json

KEPT_SECONDS: Final = 86_400
MAX_BATCH: Final = 100
MAX_BATCH_BYTES: Final = 4 << 20
TAKEOVER: Final = "terminated by other getUpdates request; make sure that only one bot instance is running"
OPT_IN: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Pending:
    """One update waiting: its id, when it happened (unix s), the order it belongs to, its JSON."""

    update_id: int
    at: float
    lane: int
    body: bytes


class UpdateQueue:
    """Updates of one bot. `wait` and `wake` are for its single receiver, a poller or the webhook."""

    def __init__(self, first_id: int) -> None:
        self.pending: deque[Pending] = deque()
        self.again: deque[Pending] = deque()
        self.confirmed: dict[int, Pending] = {}
        self.allowed: frozenset[str] | None = None
        self.next_id = first_id
        self.poller: object | None = None
        self.takeover = TAKEOVER
        self.closed = False
        self._last_poll: tuple[int, float] = (0, -1e9)
        self._event = asyncio.Event()

    def accepts(self, kind: str) -> bool:
        """Whether the bot asked for this kind; opt-in kinds are off unless named."""
        return kind not in OPT_IN if self.allowed is None else kind in self.allowed

    def add(self, kind: str, payload: Json, at: float, lane: int) -> int | None:
        """Queue one update; returns its id, or None when the bot does not want the kind."""
        if not self.accepts(kind):
            return None
        return self.inject({kind: payload}, at, lane)

    def inject(self, update: Json, at: float, lane: int = 0) -> int:
        """Queue a ready-made update; `update_id` is given unless it carries one."""
        update_id = int(update.get("update_id") or self.next_id)
        self.next_id = max(self.next_id, update_id + 1)
        body = json.dumps({**update, "update_id": update_id}, ensure_ascii=False, separators=(",", ":"))
        self.pending.append(Pending(update_id, at, lane, body.encode("utf-8", "replace")))
        self.wake()
        return update_id

    def redeliver(self, update_id: int) -> bool:
        """Deliver a confirmed update once more, whatever the offset, as after a lost confirmation.

        False when the update is unknown.
        """
        pending = self.confirmed.get(update_id)
        if pending is None:
            return False
        self.again.append(pending)
        self.wake()
        return True

    def confirm(self, offset: int) -> None:
        """Forget every update below `offset`; a negative offset keeps only the last -offset ones."""
        if offset < 0:
            while len(self.pending) > -offset:
                self._forget(self.pending.popleft())
            return
        while self.pending and self.pending[0].update_id < offset:
            self._forget(self.pending.popleft())

    def drop(self) -> None:
        """Forget everything that waits (drop_pending_updates)."""
        while self.pending:
            self._forget(self.pending.popleft())

    def remove(self, pending: Pending) -> None:
        """Forget one update that the webhook accepted; nothing happens when it was dropped meanwhile."""
        with contextlib.suppress(ValueError):
            self.pending.remove(pending)
        self._forget(pending)

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to deliver."""
        return not self.pending and not self.again

    def batch(self, limit: int, now: float) -> list[Pending]:
        """The oldest updates, at most `limit`, at most 4 MiB together."""
        self.expire(now)
        batch = list(self.again)
        self.again.clear()
        size = 0
        for pending in self.pending:
            size += len(pending.body)
            if len(batch) >= limit or (batch and size > MAX_BATCH_BYTES):
                break
            batch.append(pending)
        return batch

    def expire(self, now: float) -> None:
        """Drop updates older than 24 hours."""
        while self.pending and self.pending[0].at < now - KEPT_SECONDS:
            self.pending.popleft()

    def wake(self) -> None:
        """Wake the receiver."""
        self._event.set()

    def take_over(self, reason: str = TAKEOVER, poller: object | None = None) -> None:
        """Send the present poller away with a 409 that names the reason; `poller` takes its place."""
        if self.poller is not None:
            self.takeover = reason
        self.poller = poller
        self.wake()

    def open(self) -> None:
        """Serve receivers (again)."""
        self.closed = False

    async def wait_unless(self, seconds: float, ready: Callable[[], bool]) -> None:
        """Sleep until `ready()` after a wake-up, at most `seconds`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not self.closed and not ready():
            self._event.clear()
            try:
                async with asyncio.timeout_at(deadline):
                    await self._event.wait()
            except TimeoutError:
                return

    def close(self) -> None:
        """Let every waiting receiver go at once, because the server is ending."""
        self.closed = True
        self.wake()

    def slow_down(self, offset: int, limit: int, timeout: float, now: float) -> tuple[int, float]:
        """Limit and timeout for a caller that asks for the same offset again too soon."""
        last_offset, last_at = self._last_poll
        self._last_poll = (offset, now)
        if offset != last_offset:
            return limit, timeout
        limit = 1 if now < last_at + 0.5 else limit
        timeout = 3.0 if now < last_at + 3.0 and timeout < 3.0 else timeout
        return limit, timeout

    def _forget(self, pending: Pending) -> None:
        self.confirmed[pending.update_id] = pending
        if len(self.confirmed) > 10_000:
            self.confirmed.pop(next(iter(self.confirmed)))
