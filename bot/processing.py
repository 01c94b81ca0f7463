"""Acts on received updates: those of one chat in order and one at a time, chats side by side.

Every update already lies in the inbox, so nothing here needs to survive. An update that fails is tried again
while its chat waits, then parked and reported; it never blocks the other chats. A few workers share all
lanes, so the number of tasks does not grow with the backlog.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.journal import Journal
from bot.queues import InboxRow, QueueStore, QueueUnitOfWork
from bot.retrying import back_off
from tickets.identity import UpdateId
from tickets.unit_of_work import AlreadyDoneError, NotYetKnownError

_WORKERS: Final = 32
_ROOM: Final = 2000  # updates held in memory before intake has to wait
_SOON: Final = 0.3  # seconds until a message of ours that is being sent should be known
_SOON_TRIES: Final = 12
_PAGE: Final = 500  # rows read at a time when starting with a backlog
_GRACE: Final = 2.0  # seconds that handlers have to end when the program stops

Process = Callable[[dict[str, Any], datetime], Awaitable[None]]


@dataclass(kw_only=True, slots=True)
class Received:
    """An update that lies in the inbox, and how often acting on it failed."""

    update_id: UpdateId
    lane: int
    update: dict[str, Any]
    received_at: datetime
    attempts: int = 0
    waits: int = 0  # for a message of ours to become known


class Processor:
    """Runs `process` for every update offered, by lanes."""

    def __init__(
        self,
        *,
        store: QueueStore,
        process: Process,
        now: Callable[[], datetime],
        journal: Journal,
        report_parked: Callable[[UpdateId, str], Awaitable[None]] | None = None,
        retries: int = 5,
    ) -> None:
        """`process(update, received_at)` acts on one raw update; `retries` is how often a failing one is
        tried again before it is parked and `report_parked(update_id, error_class)` is called."""
        self._store = store
        self._process = process
        self._now = now
        self._journal = journal
        self._report_parked = report_parked
        self._retries = retries
        self._lanes: dict[int, deque[Received]] = {}
        self._turns: asyncio.Queue[int] = asyncio.Queue()  # lanes whose next update may be acted on
        self._waiting: dict[int, asyncio.TimerHandle] = {}
        self._held = 0
        self._changed = asyncio.Event()
        self._acted_on: list[UpdateId] = []
        self._finishing: asyncio.Task[None] | None = None
        self._workers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Take up what the last run left, then work in the background until `stop`."""
        await self._take_up_backlog()
        self._workers = [asyncio.create_task(self._work()) for _ in range(_WORKERS)]

    async def stop(self) -> None:
        """Let the handlers that run come to their end; what waits stays in the inbox."""
        for handle in self._waiting.values():
            handle.cancel()
        while not self._turns.empty():
            self._turns.get_nowait()
        for _ in self._workers:
            self._turns.put_nowait(_END)
        if self._workers:
            await asyncio.wait(self._workers, timeout=_GRACE)
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        self._workers = []
        await self._finish_now()

    def offer(self, received: Iterable[Received]) -> None:
        """Queue updates that were just stored, in the order of their arrival."""
        for each in received:
            self._held += 1
            lane = self._lanes.get(each.lane)
            if lane is None:
                self._lanes[each.lane] = deque((each,))
                self._turns.put_nowait(each.lane)
            else:
                lane.append(each)

    async def room(self) -> None:
        """Wait until there is room for more updates."""
        while self._held >= _ROOM:
            await self._change()

    async def drain(self) -> None:
        """Wait until everything offered was acted on or parked, and that is stored."""
        while self._held:
            await self._change()
        await self._finish_now()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def _take_up_backlog(self) -> None:
        after: UpdateId | None = None
        while rows := await self._read_page(after):
            after = rows[-1].update_id
            now = self._now()
            self.offer(_unpack(row, now) for row in rows)

    async def _read_page(self, after: UpdateId | None) -> Sequence[InboxRow]:
        return await self._store.read(lambda uow: uow.inbox.pending(_PAGE, after))

    async def _work(self) -> None:
        while (lane_id := await self._turns.get()) != _END:
            lane = self._lanes[lane_id]
            pause = await self._act(lane[0])
            if pause is not None:
                self._wait(lane_id, pause)
                continue
            lane.popleft()
            self._held -= 1
            self._changed.set()
            if lane:
                self._turns.put_nowait(lane_id)
            else:
                del self._lanes[lane_id]

    def _wait(self, lane_id: int, seconds: float) -> None:
        def go_on() -> None:
            del self._waiting[lane_id]
            self._turns.put_nowait(lane_id)

        self._waiting[lane_id] = asyncio.get_running_loop().call_later(seconds, go_on)

    async def _act(self, received: Received) -> float | None:
        """Act on one update; returns the seconds after which to try again, None when it is over."""
        try:
            await self._process(received.update, received.received_at)
        except AlreadyDoneError:
            self._journal.debug("update_done_before", update=received.update_id)
        except NotYetKnownError as error:
            received.waits += 1
            if received.waits < _SOON_TRIES:
                return _SOON
            return await self._failed(received, error)
        except Exception as error:
            return await self._failed(received, error)
        self._finish_later(received.update_id)
        return None

    async def _failed(self, received: Received, error: Exception) -> float | None:
        name, update_id = type(error).__name__, received.update_id
        received.attempts += 1
        self._journal.failure("update_failed", error, update=update_id, attempts=received.attempts)
        over = received.attempts > self._retries

        def note(uow: QueueUnitOfWork) -> None:
            if over:
                uow.inbox.park(update_id, name)
            else:  # after a restart it is its turn at once: the pause is the lane's, here in memory
                uow.inbox.retry(update_id, self._now(), name)

        try:
            await self._store.transact(note)
        except Exception as storing:
            self._journal.failure("update_not_noted", storing, update=update_id)
            return back_off(received.attempts)
        if not over:
            return back_off(received.attempts - 1)
        self._journal.error("update_parked", update=update_id, error=name)
        if self._report_parked is not None:
            await self._report(update_id, name)
        return None

    async def _report(self, update_id: UpdateId, name: str) -> None:
        assert self._report_parked is not None  # noqa: S101 (asked by the only caller)
        try:
            await self._report_parked(update_id, name)
        except Exception as error:
            self._journal.failure("report_failed", error, update=update_id)

    def _finish_later(self, update_id: UpdateId) -> None:
        """Make sure that the update counts as done even if no use case said so. Many share a transaction."""
        self._acted_on.append(update_id)
        if self._finishing is None:
            self._finishing = asyncio.create_task(self._finish_gathered())

    async def _finish_gathered(self) -> None:
        await asyncio.sleep(0.05)
        self._finishing = None
        await self._finish_batch()

    async def _finish_now(self) -> None:
        if self._finishing is not None:
            self._finishing.cancel()
            await asyncio.gather(self._finishing, return_exceptions=True)
            self._finishing = None
        await self._finish_batch()

    async def _finish_batch(self) -> None:
        acted_on, self._acted_on = self._acted_on, []

        def finish(uow: QueueUnitOfWork) -> None:
            for update_id in acted_on:
                state = uow.inbox.state(update_id)  # most were finished by their use case
                if state is not None and state.value == "pending":
                    uow.finish(update_id)

        if not acted_on:
            return
        try:
            await self._store.transact(finish)
        except Exception as error:  # they will be offered again after a restart, and do nothing then
            self._journal.failure("updates_not_finished", error, count=len(acted_on))


_END: Final = 1 << 63  # no chat has an id of more than 52 bits


def _unpack(row: InboxRow, now: datetime) -> Received:
    return Received(
        update_id=row.update_id,
        lane=row.lane,
        update=json.loads(row.payload),
        received_at=now,
        attempts=row.attempts,
    )
