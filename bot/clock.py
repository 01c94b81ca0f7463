"""Due work: rows with a time, run when it comes.

Nothing that must survive a restart lives here; the loop only looks for timers that are due and runs each in
a transaction of its own, so that one that fails holds up no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.journal import Journal
from bot.queues import QueueStore, QueueUnitOfWork
from bot.retrying import back_off
from tickets.unit_of_work import Timer, TimerKind, UnitOfWork

_LOOK: Final = 1.0  # seconds between looks
_BATCH: Final = 200
_ROUNDS: Final = 50
_TIDY_EVERY: Final = timedelta(hours=1)
_KEEP_UPDATES: Final = timedelta(hours=48)  # the messenger repeats updates for 24 hours
_KEEP_FRAGMENTS: Final = timedelta(minutes=10)  # far longer than any question is gathered
_KEEP_SENT: Final = timedelta(days=7)  # long enough to look into what went wrong

RunTimer = Callable[[UnitOfWork, Timer, datetime], None]


class Clock:
    """Runs due timers, and tidies up once an hour."""

    def __init__(
        self,
        *,
        store: QueueStore,
        run_timer: RunTimer,
        now: Callable[[], datetime],
        journal: Journal,
        housekeeping: Callable[[], None] | None = None,
    ) -> None:
        """`run_timer` does a timer's work and retires it; `housekeeping` is called at every look."""
        self._store = store
        self._run_timer = run_timer
        self._now = now
        self._journal = journal
        self._housekeeping = housekeeping
        self._tidied: datetime | None = None
        # Timers that fail: until when they are left alone, and how often they failed.
        self._put_off: dict[tuple[TimerKind, int], tuple[datetime, int]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Look once a second until `stop` is set."""
        while not stop.is_set():
            try:
                await self.run_once(self._now())
            except Exception as error:  # the store: the timers are rows, they will be found again
                self._journal.failure("clock_failed", error)
            try:
                async with asyncio.timeout(_LOOK):
                    await stop.wait()
            except TimeoutError:
                continue

    async def run_once(self, now: datetime) -> int:
        """Run everything that is due at `now`; return how many timers ran."""
        if self._housekeeping is not None:
            self._housekeeping()
        if self._tidied is None or now - self._tidied >= _TIDY_EVERY:
            self._tidied = now
            await self._store.transact(lambda uow: _tidy(uow, now))
        ran = 0
        for _ in range(_ROUNDS):  # a timer that sets itself anew at once is not due for ever
            due = self._ready(await self._store.read(lambda uow: uow.timers.due(now, _BATCH)), now)
            if not due:
                break
            ran += sum(await asyncio.gather(*(self._run_one(timer, now) for timer in due)))
        return ran

    def _ready(self, due: Sequence[Timer], now: datetime) -> list[Timer]:
        return [
            timer
            for timer in due
            if (entry := self._put_off.get((timer.kind, timer.ref))) is None or entry[0] <= now
        ]

    async def _run_one(self, timer: Timer, now: datetime) -> bool:
        key = (timer.kind, timer.ref)

        def work(uow: QueueUnitOfWork) -> None:
            self._run_timer(uow, timer, now)

        try:
            await self._store.transact(work)
        except Exception as error:
            failures = self._put_off.get(key, (now, 0))[1] + 1
            self._put_off[key] = (now + timedelta(seconds=back_off(failures)), failures)
            self._journal.failure("timer_failed", error, kind=timer.kind.value, ref=timer.ref)
            return False
        self._put_off.pop(key, None)
        return True


def _tidy(uow: QueueUnitOfWork, now: datetime) -> None:
    uow.inbox.purge(now - _KEEP_UPDATES)
    uow.fragments.purge(now - _KEEP_FRAGMENTS)
    uow.outbox.purge(now - _KEEP_SENT)
