"""Due work runs when its time has come, each for itself."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime, timedelta

import pytest

from bot.clock import Clock
from bot.journal import Journal
from storage import InboxState, OutboxState, SqliteStore, SqliteUnitOfWork
from tests.bot.stage import Now, until
from tickets.change import say
from tickets.identity import ChatId, MessageId, MessageKey, UpdateId, UserId
from tickets.model import InquiryPart
from tickets.unit_of_work import Timer, TimerKind, UnitOfWork


class Work:
    """What the timers set going."""

    def __init__(self) -> None:
        self.ran: list[int] = []
        self.failing: set[int] = set()
        self.again: set[int] = set()

    def run(self, uow: UnitOfWork, timer: Timer, now: datetime) -> None:
        self.ran.append(timer.ref)
        if timer.ref in self.failing:
            raise ValueError("私密")
        uow.timers.cancel(timer.kind, timer.ref)
        if timer.ref in self.again:
            uow.timers.set(timer)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def clock(store: SqliteStore, work: Work, now: Now, journal: Journal) -> Clock:
    return Clock(store=store, run_timer=work.run, now=now, journal=journal)


async def due(store: SqliteStore, now: Now, ref: int, seconds: float = 0) -> None:
    timer = Timer(kind=TimerKind.SETTLE, ref=ref, due_at=now() + timedelta(seconds=seconds))
    await store.transact(lambda uow: uow.timers.set(timer))


async def test_what_is_due_runs_and_the_rest_waits(
    clock: Clock, store: SqliteStore, work: Work, now: Now
) -> None:
    await due(store, now, 1)
    await due(store, now, 2, seconds=10)
    assert await clock.run_once(now()) == 1
    now.move(10)
    assert await clock.run_once(now()) == 1
    assert await clock.run_once(now()) == 0
    assert work.ran == [1, 2]


async def test_more_than_fit_into_one_look_all_run(
    clock: Clock, store: SqliteStore, work: Work, now: Now
) -> None:
    for ref in range(450):
        await due(store, now, ref)
    assert await clock.run_once(now()) == 450


async def test_a_timer_that_fails_holds_up_no_other_and_is_tried_again_later(
    clock: Clock, store: SqliteStore, work: Work, now: Now, log: io.StringIO
) -> None:
    work.failing = {1}
    await due(store, now, 1)
    await due(store, now, 2)
    assert await clock.run_once(now()) == 1
    assert await clock.run_once(now()) == 0
    assert work.ran == [1, 2]
    assert "timer_failed" in log.getvalue()
    assert "私密" not in log.getvalue()
    work.failing.clear()
    now.move(2)
    assert await clock.run_once(now()) == 1


async def test_a_timer_that_sets_itself_anew_at_once_does_not_stop_the_clock(
    clock: Clock, store: SqliteStore, work: Work, now: Now
) -> None:
    work.again = {1}
    await due(store, now, 1)
    assert await clock.run_once(now()) == 50


async def test_old_rows_are_tidied_away_once_an_hour(clock: Clock, store: SqliteStore, now: Now) -> None:
    part = InquiryPart(key=MessageKey(chat_id=ChatId(-1), message_id=MessageId(1)), text="叉车")
    await store.transact(lambda uow: uow.inbox.add([(UpdateId(1), -1, "{}")], now()))
    await store.transact(lambda uow: uow.finish(UpdateId(1)))
    await store.transact(lambda uow: uow.fragments.add(ChatId(-1), UserId(101), part, now()))
    now.move(47 * 3600)
    await clock.run_once(now())
    assert await store.read(lambda uow: uow.inbox.state(UpdateId(1))) is InboxState.DONE
    since = now() - timedelta(days=9)
    assert await store.transact(lambda uow: uow.fragments.take(ChatId(-1), UserId(101), since)) == ()
    now.move(1800)
    await clock.run_once(now())
    now.move(3600)
    await clock.run_once(now())
    assert await store.read(lambda uow: uow.inbox.state(UpdateId(1))) is None


async def test_notices_that_were_sent_are_kept_for_a_week(clock: Clock, store: SqliteStore, now: Now) -> None:
    def send(uow: SqliteUnitOfWork) -> None:
        uow.tell(say(ChatId(-1), "help"))
        (row,) = uow.outbox.claim(now(), 9)
        uow.outbox.sent(row.id)

    await store.transact(send)
    for days, kept in ((6, 1), (2, 0)):
        now.move(days * 86400)
        await clock.run_once(now())
        counts = await store.read(lambda uow: uow.outbox.counts())
        assert counts.get(OutboxState.SENT, 0) == kept


async def test_the_loop_looks_by_itself_outlives_failures_and_ends_when_told(
    store: SqliteStore, work: Work, now: Now, journal: Journal, log: io.StringIO
) -> None:
    looks = []
    clock = Clock(
        store=store,
        run_timer=work.run,
        now=now,
        journal=journal,
        housekeeping=lambda: looks.append(now()),
    )
    await due(store, now, 1)
    stop = asyncio.Event()
    running = asyncio.create_task(clock.run(stop))
    await until(lambda: work.ran == [1])
    await store.close()
    await until(lambda: "clock_failed" in log.getvalue())
    stop.set()
    await running
    assert looks
