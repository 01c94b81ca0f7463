"""Sends what is owed: in order within each chat, side by side across chats, no faster than is allowed.

The loop is woken after every commit that owes something and looks by itself once a second, in case a wake-up
was lost. Each round does the bookkeeping of everything that finished, claims what may go next and renders
it, all in one transaction; only the calls themselves are made row by row.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.budget import Budget
from bot.gateway import Gateway
from bot.journal import Journal
from bot.queues import QueueStore, QueueUnitOfWork
from bot.retrying import GIVE_UP_AFTER, Again, back_off
from bot.sending import Prepared, Renderer, Repairs, Sender, Settlement
from tickets.identity import ChatId

_POLL: Final = 1.0  # seconds between looks without a wake-up
_GATHER: Final = 0.004  # seconds between two rounds under load: finished sends gather and share a transaction
_GRACE: Final = 2.0  # seconds that calls under way have to end when the program stops


class Delivery:
    """The outbox worker."""

    def __init__(
        self,
        *,
        store: QueueStore,
        gateway: Gateway,
        renderer: Renderer,
        repairs: Repairs,
        budget: Budget,
        now: Callable[[], datetime],
        journal: Journal,
        parallel_sends: int = 64,
        monotonic: Callable[[], float] = time.monotonic,
        bell: asyncio.Event | None = None,
    ) -> None:
        """`bell` is rung by whoever commits something that is owed; `monotonic` is the budget's clock."""
        self._store = store
        self._repairs = repairs
        self._budget = budget
        self._now = now
        self._journal = journal
        self._parallel = parallel_sends
        self._monotonic = monotonic
        self._sender = Sender(
            store=store,
            gateway=gateway,
            renderer=renderer,
            repairs=repairs,
            now=now,
            journal=journal,
            monotonic=monotonic,
        )
        self._wake = bell or asyncio.Event()
        self._stopping = False
        self._ready: deque[Prepared] = deque()
        self._calls: asyncio.Queue[Prepared] = asyncio.Queue()
        self._settled: list[Settlement] = []
        self._busy: dict[int, ChatId] = {}  # rows that are claimed and not yet settled, and their chats
        self._under_way = 0
        self._failures = 0

    def wake(self) -> None:
        """Something is owed, or may be; cheap, and safe to call at any time within the loop."""
        self._wake.set()

    async def recover(self) -> None:
        """Once, before anything is sent: what the last run left half sent is owed again."""
        await self._store.transact(lambda uow: uow.outbox.requeue_stale())

    async def run(self) -> None:
        """Send until `stop` is called, then let the calls under way end."""
        workers = [asyncio.create_task(self._work()) for _ in range(self._parallel)]
        try:
            while not self._stopping:
                self._wake.clear()
                started = self._monotonic()
                await self._wait(await self._round())
                await asyncio.sleep(max(0.0, started + _GATHER - self._monotonic()))
            await self._finish()
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    def stop(self) -> None:
        """Claim nothing more and end `run`."""
        self._stopping = True
        self._wake.set()

    async def run_once(self) -> int:
        """Send what may go now, wait for it, write it down; return how many rows that settled."""
        now = self._monotonic()
        await self._claim(now)
        chosen = self._choose(now, len(self._ready))
        settlements = await asyncio.gather(*(self._send(each) for each in chosen))
        self._settled.extend(settlements)
        settled = len(self._settled)
        await self._book(0)
        return settled

    async def _round(self) -> float:
        """Book, claim, render, hand out. Returns the seconds until the next round is due by itself."""
        now = self._monotonic()
        try:
            await self._claim(now)
        except Exception as error:  # a full disk, a locked file: the rows are safe, try again later
            self._failures += 1
            self._journal.failure("delivery_failed", error)
            return back_off(self._failures)
        self._failures = 0
        for prepared in self._choose(now, self._parallel - self._under_way):
            self._under_way += 1
            self._calls.put_nowait(prepared)
        return self._next_round(now)

    async def _claim(self, now: float) -> None:
        room = 2 * self._parallel - self._under_way - len(self._ready)
        if self._ready and self._budget.overall_opens_at(now) > now:
            room = 0  # what is rendered now would only grow old
        prepared = await self._book(max(0, room))
        self._busy.update((each.row.id, each.row.notice.chat_id) for each in prepared)
        self._ready.extend(prepared)
        if any(each.rendered.urgent for each in prepared):
            self._ready = deque(sorted(self._ready, key=lambda each: not each.rendered.urgent))

    def _choose(self, now: float, room: int) -> list[Prepared]:
        """Take, in order, what fits the budget now."""
        chosen: list[Prepared] = []
        held: deque[Prepared] = deque()
        while self._ready and len(chosen) < room and self._budget.overall_opens_at(now) <= now:
            prepared = self._ready.popleft()
            chat_id, count = prepared.row.notice.chat_id, prepared.messages
            if count and self._budget.chat_opens_at(chat_id, now, count) > now:
                held.append(prepared)
                continue
            if count:
                self._budget.take(chat_id, now, count)
            chosen.append(prepared)
        self._ready.extendleft(reversed(held))
        return chosen

    def _next_round(self, now: float) -> float:
        soonest = now + _POLL
        if self._ready:
            overall = self._budget.overall_opens_at(now)
            if overall > now:
                soonest = min(soonest, overall)
        closed = self._budget.closed_chats(now)
        return max(0.0, min([soonest, *closed.values()]) - now)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _work(self) -> None:
        while True:
            prepared = await self._calls.get()
            settlement = await self._send(prepared)  # first: meanwhile the list may have been taken
            self._settled.append(settlement)
            self._under_way -= 1
            self._wake.set()

    async def _send(self, prepared: Prepared) -> Settlement:
        try:
            return await self._sender.send(prepared)
        except Exception as error:
            row, name = prepared.row, type(error).__name__
            self._journal.failure("send_failed", error, row=row.id, chat=row.notice.chat_id)
            if self._now() - row.created_at >= GIVE_UP_AFTER:
                return Settlement(row=row, dead=name)
            return Settlement(row=row, again=Again(seconds=back_off(row.attempts)), error=name)

    async def _book(self, room: int) -> Sequence[Prepared]:
        """Write down what finished, claim up to `room` rows and render them, in one transaction."""
        settled, self._settled = self._settled, []
        if not settled and not room:
            return []
        for settlement in settled:
            self._note(settlement)
        over = {settlement.row.id for settlement in settled}
        excluded = {chat_id for row_id, chat_id in self._busy.items() if row_id not in over}
        excluded |= self._budget.closed_chats(self._monotonic()).keys()

        def book(uow: QueueUnitOfWork) -> Sequence[Prepared]:
            for settlement in settled:
                self._settle(uow, settlement)
            rows = uow.outbox.claim(self._now(), room, excluded) if room else []
            return self._sender.prepare(uow, rows)

        try:
            prepared = await self._store.transact(book)
        except Exception as error:
            if not settled:
                raise
            self._journal.failure("booking_failed", error, rows=len(settled))
            await self._book_singly(settled)
            return []
        self._release(settled)
        return prepared

    async def _book_singly(self, settled: list[Settlement]) -> None:
        """The transaction failed: keep the row that was to blame from blocking the others.

        Only for a dead row do the rules have a say in the booking; where another one fails, the store is at
        fault, and what is settled waits until it works again.
        """
        for position, settlement in enumerate(settled):
            try:
                await self._store.transact(partial(self._settle, settlement=settlement))
            except Exception as error:
                row_id, reason = settlement.row.id, settlement.dead
                self._journal.failure("booking_failed", error, row=row_id)
                try:
                    if not reason:
                        raise
                    await self._store.transact(partial(_bury, row_id=row_id, reason=reason))
                except Exception:
                    self._settled += settled[position:]
                    raise
            self._release([settlement])

    def _release(self, settled: Sequence[Settlement]) -> None:
        for settlement in settled:
            self._busy.pop(settlement.row.id, None)

    def _settle(self, uow: QueueUnitOfWork, settlement: Settlement) -> None:
        row = settlement.row
        for link in settlement.links:
            uow.links.put(link)
        if settlement.again is not None:
            not_before = self._now() + timedelta(seconds=settlement.again.seconds)
            uow.outbox.retry(row.id, not_before, settlement.error)
        elif settlement.dead:
            uow.outbox.dead(row.id, settlement.dead)
            self._repairs.undeliverable(uow, row.notice, settlement.dead, self._now())
        else:
            uow.outbox.sent(row.id)

    def _note(self, settlement: Settlement) -> None:
        """Log what is worth a line, and keep the pause that the messenger asked for."""
        row, again = settlement.row, settlement.again
        chat_id = row.notice.chat_id
        if again is not None:
            if again.chat_pause:
                self._budget.block(chat_id, self._monotonic() + again.seconds)
            self._journal.info(
                "send_again", row=row.id, chat=chat_id, seconds=again.seconds, why=settlement.error
            )
        elif settlement.dead:
            self._journal.warning("undeliverable", row=row.id, chat=chat_id, why=settlement.dead)

    async def _finish(self) -> None:
        deadline = self._monotonic() + _GRACE
        while self._under_way and self._monotonic() < deadline:
            self._wake.clear()
            await self._wait(deadline - self._monotonic())
        await self._book(0)


def _bury(uow: QueueUnitOfWork, row_id: int, reason: str) -> None:
    """Book a dead row without the rules, whose own failure would else keep it alive for ever."""
    uow.outbox.dead(row_id, reason)
