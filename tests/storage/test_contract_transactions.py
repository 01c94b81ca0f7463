"""The contract about transactions: all or nothing, each use case by itself, whoever waits."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest

from storage import ReadOnlyError, SqliteStore, SqliteUnitOfWork, StorageError, StoreClosedError
from tests.storage.conftest import OpenDatabase
from tests.storage.samples import GROUP, LI, NOW, WANG, ZHANG, inquiry, ticket
from tickets.identity import Person, TicketId
from tickets.notices import Notice, NoticeKind
from tickets.unit_of_work import Store

NOTICE = Notice(kind=NoticeKind.TEXT, chat_id=GROUP, data={"key": "hello"})


class RefusedError(Exception):
    """What a use case raises to undo what it did."""


def remember(person: Person) -> Callable[[SqliteUnitOfWork], None]:
    return lambda uow: uow.people.remember(person, NOW)


def remember_and_refuse(person: Person) -> Callable[[SqliteUnitOfWork], None]:
    def work(uow: SqliteUnitOfWork) -> None:
        uow.people.remember(person, NOW)
        raise RefusedError

    return work


async def known(store: SqliteStore) -> set[str]:
    """The names of those of our three people whose rows exist."""
    people = await store.read(lambda uow: [uow.people.get(each.id) for each in (ZHANG, LI, WANG)])
    return {person.name for person in people if person is not None}


@dataclass
class Hold:
    """A use case that holds the writer until it is let go, so that others queue up behind it."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    let_go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, uow: SqliteUnitOfWork) -> None:
        uow.people.remember(ZHANG, NOW)
        self.loop.call_soon_threadsafe(self.begun.set)
        assert self.let_go.wait(timeout=30)


async def queue_up() -> None:
    """Let tasks just made run until they wait."""
    for _ in range(3):
        await asyncio.sleep(0)


def test_the_store_is_what_the_use_cases_expect() -> None:
    def expects(store: type[Store]) -> type[Store]:
        return store

    assert expects(SqliteStore) is SqliteStore  # the proof is that this passes the type checker


async def test_the_result_of_a_use_case_is_returned(store: SqliteStore) -> None:
    assert await store.transact(lambda _: "result") == "result"
    assert await store.read(lambda _: ["read"]) == ["read"]


async def test_what_a_use_case_raises_undoes_all_of_it(store: SqliteStore) -> None:
    def work(uow: SqliteUnitOfWork) -> None:
        uow.inquiries.put(inquiry(1))
        uow.tickets.put(ticket(1))
        uow.tell(NOTICE)
        raise RefusedError

    with pytest.raises(RefusedError):
        await store.transact(work)
    assert await known(store) == set()
    assert await store.read(lambda uow: uow.tickets.get(TicketId(1))) is None
    assert await store.read(lambda uow: uow.outbox.depth()) == 0


async def test_people_of_an_undone_use_case_are_made_known_again(store: SqliteStore) -> None:
    with pytest.raises(RefusedError):
        await store.transact(remember_and_refuse(ZHANG))
    await store.transact(lambda uow: uow.tickets.put(ticket(1)))
    assert await known(store) == {ZHANG.name}


async def test_ids_are_never_given_twice(store: SqliteStore, open_database: OpenDatabase) -> None:
    given = [await store.transact(lambda uow: uow.new_id()) for _ in range(3)]
    given += await store.transact(lambda uow: [uow.new_id() for _ in range(3)])
    await store.close()
    again = await open_database()
    given.append(await again.transact(lambda uow: uow.new_id()))
    await again.close()
    assert len(set(given)) == len(given)
    assert given == sorted(given)


async def test_use_cases_that_wait_together_are_undone_each_by_itself(store: SqliteStore) -> None:
    hold = Hold()
    first = asyncio.create_task(store.transact(hold))
    await hold.begun.wait()
    works = (remember(LI), remember_and_refuse(WANG), lambda uow: uow.new_id())
    group = [asyncio.create_task(store.transact(work)) for work in works]
    await queue_up()
    hold.let_go.set()
    outcomes = await asyncio.gather(first, *group, return_exceptions=True)
    assert outcomes[:2] == [None, None]
    assert isinstance(outcomes[2], RefusedError)
    assert isinstance(outcomes[3], int)
    assert await known(store) == {ZHANG.name, LI.name}


async def test_more_use_cases_than_one_group_holds_are_all_done(store: SqliteStore) -> None:
    numbers = await asyncio.gather(*(store.transact(lambda uow: uow.new_id()) for _ in range(1000)))
    assert sorted(numbers) == list(range(min(numbers), min(numbers) + 1000))


async def test_a_caller_cancelled_while_waiting_withdraws_the_use_case(store: SqliteStore) -> None:
    hold = Hold()
    first = asyncio.create_task(store.transact(hold))
    await hold.begun.wait()
    withdrawn = asyncio.create_task(store.transact(remember(LI)))
    kept = asyncio.create_task(store.transact(remember(WANG)))
    await queue_up()
    withdrawn.cancel()
    await asyncio.wait({withdrawn})
    hold.let_go.set()
    await asyncio.gather(first, kept)
    assert withdrawn.cancelled()
    assert await known(store) == {ZHANG.name, WANG.name}


async def test_a_use_case_that_has_begun_is_stored_whole_though_its_caller_is_cancelled(
    store: SqliteStore,
) -> None:
    hold = Hold()
    caller = asyncio.create_task(store.transact(hold))
    await hold.begun.wait()
    caller.cancel()
    await asyncio.wait({caller})
    hold.let_go.set()
    await store.transact(remember(LI))
    assert caller.cancelled()
    assert await known(store) == {ZHANG.name, LI.name}


async def test_when_the_loop_is_torn_down_nobody_waits_for_ever(store: SqliteStore) -> None:
    hold = Hold()
    running = asyncio.create_task(store.transact(hold))
    await hold.begun.wait()
    waiting = asyncio.create_task(store.transact(remember(LI)))
    await queue_up()
    (committer,) = [task for task in asyncio.all_tasks() if task.get_name() == "storage-committer"]
    committer.cancel()
    await asyncio.wait({running, waiting})
    assert running.cancelled()
    assert waiting.cancelled()
    hold.let_go.set()
    await store.transact(remember(WANG))
    assert await known(store) == {ZHANG.name, WANG.name}


async def test_a_committer_cancelled_before_it_began_is_replaced(store: SqliteStore) -> None:
    first = asyncio.create_task(store.transact(remember(LI)))
    await asyncio.sleep(0)  # the committer is made and has not begun
    (committer,) = [task for task in asyncio.all_tasks() if task.get_name() == "storage-committer"]
    committer.cancel()
    await asyncio.wait({committer})
    await asyncio.wait_for(store.transact(remember(WANG)), timeout=30)
    await first
    assert await known(store) == {LI.name, WANG.name}


async def test_a_store_closed_during_tear_down_lets_go_of_those_who_wait(
    open_database: OpenDatabase,
) -> None:
    store = await open_database()
    waiting = asyncio.create_task(store.transact(remember(LI)))
    await asyncio.sleep(0)  # the committer is made and has not begun
    (committer,) = [task for task in asyncio.all_tasks() if task.get_name() == "storage-committer"]
    committer.cancel()
    await store.close()
    await asyncio.wait({waiting})
    assert waiting.cancelled()


async def test_closing_stores_what_still_waits(store: SqliteStore, open_database: OpenDatabase) -> None:
    tasks = [asyncio.create_task(store.transact(remember(person))) for person in (LI, WANG)]
    await queue_up()
    await store.close()
    await asyncio.gather(*tasks)
    again = await open_database()
    assert await known(again) == {LI.name, WANG.name}
    await again.close()


async def test_a_closed_store_says_so_and_may_be_closed_again(store: SqliteStore) -> None:
    await store.close()
    await store.close()
    with pytest.raises(StoreClosedError, match="open it again"):
        await store.transact(lambda uow: uow.new_id())
    with pytest.raises(StoreClosedError):
        await store.read(lambda uow: uow.people.get(ZHANG.id))


async def test_a_reader_that_writes_is_told_how_to_write(store: SqliteStore) -> None:
    with pytest.raises(ReadOnlyError, match="transact"):
        await store.read(remember(ZHANG))
    assert await known(store) == set()


async def test_what_a_reader_raises_reaches_its_caller(store: SqliteStore) -> None:
    def work(_: SqliteUnitOfWork) -> None:
        raise RefusedError

    with pytest.raises(RefusedError):
        await store.read(work)
    assert await known(store) == set()


async def test_a_reader_sees_one_moment_while_others_write(store: SqliteStore) -> None:
    begun, written = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def look_twice(uow: SqliteUnitOfWork) -> list[Person | None]:
        before = uow.people.get(ZHANG.id)
        loop.call_soon_threadsafe(begun.set)
        assert written.wait(timeout=30)
        return [before, uow.people.get(ZHANG.id)]

    reader = asyncio.create_task(store.read(look_twice))
    await begun.wait()
    await store.transact(remember(ZHANG))
    written.set()
    assert await reader == [None, None]
    assert await known(store) == {ZHANG.name}


async def test_a_coroutine_is_refused_because_nothing_can_be_awaited(store: SqliteStore) -> None:
    async def work(uow: SqliteUnitOfWork) -> None:
        uow.people.remember(ZHANG, NOW)

    with pytest.raises(TypeError, match="plain function"):
        await store.transact(work)  # type: ignore[unused-coroutine]
    with pytest.raises(TypeError, match="plain function"):
        await store.read(work)  # type: ignore[unused-coroutine]
    assert await known(store) == set()


async def test_no_exception_of_a_use_case_stops_the_store(store: SqliteStore) -> None:
    def stop(_: SqliteUnitOfWork) -> None:
        raise StopIteration  # which a future would refuse to carry

    def leave(_: SqliteUnitOfWork) -> None:
        raise asyncio.CancelledError

    with pytest.raises(RuntimeError):
        await store.transact(stop)
    with pytest.raises(asyncio.CancelledError):
        await store.transact(leave)
    await store.transact(remember(ZHANG))
    assert await known(store) == {ZHANG.name}


async def test_rows_cannot_be_touched_outside_of_a_use_case(store: SqliteStore) -> None:
    leaked = await store.transact(lambda uow: uow)
    with pytest.raises(sqlite3.ProgrammingError, match="thread"):
        leaked.new_id()


async def test_no_log_shows_what_people_wrote(store: SqliteStore, caplog: pytest.LogCaptureFixture) -> None:
    def work(_: SqliteUnitOfWork, *, text: str) -> None:
        raise RefusedError(text)

    caplog.set_level(logging.DEBUG)
    for run in (store.transact, store.read):
        with pytest.raises(RefusedError):
            await run(partial(work, text="机密"))
    await store.transact(remember(Person(id=ZHANG.id, name="机密")))
    assert "机密" not in caplog.text


async def test_errors_of_the_driver_do_not_leave_the_store(store: SqliteStore) -> None:
    unstorable = Person(id=ZHANG.id, name=object())  # type: ignore[arg-type]
    with pytest.raises(StorageError) as writing:
        await store.transact(remember(unstorable))
    assert isinstance(writing.value.__cause__, sqlite3.Error)
    with pytest.raises(StorageError) as reading:
        await store.read(lambda uow: uow.people.get(object()))  # type: ignore[arg-type]
    assert isinstance(reading.value.__cause__, sqlite3.Error)
