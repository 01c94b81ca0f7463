"""The contract about the inbox: no update is lost and none acts twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import InboxRow, InboxState, SqliteStore, SqliteUnitOfWork
from tests.storage.samples import NOW, SECOND, Clock
from tickets.identity import UpdateId
from tickets.unit_of_work import AlreadyDoneError

Update = tuple[UpdateId, int, str]


def update(number: int, lane: int = 1) -> Update:
    return UpdateId(number), lane, f'{{"update_id": {number}, "text": "火"}}'


def row(number: int, lane: int = 1, attempts: int = 0) -> InboxRow:
    return InboxRow(update_id=UpdateId(number), lane=lane, payload=update(number, lane)[2], attempts=attempts)


async def add(store: SqliteStore, *updates: Update) -> list[UpdateId]:
    return await store.transact(lambda uow: uow.inbox.add(updates, NOW))


async def test_updates_are_worked_off_in_the_order_they_came_not_by_their_ids(store: SqliteStore) -> None:
    assert await add(store, update(30), update(10, 2)) == [30, 10]
    assert await add(store, update(20)) == [20]
    assert await store.read(lambda uow: uow.inbox.pending(9)) == [row(30), row(10, 2), row(20)]
    assert await store.read(lambda uow: uow.inbox.pending(2)) == [row(30), row(10, 2)]
    assert await store.read(lambda uow: uow.inbox.pending(9, UpdateId(10))) == [row(20)]


async def test_an_update_that_comes_again_is_not_new(store: SqliteStore) -> None:
    assert await add(store, update(1), update(1)) == [1]
    assert await add(store, update(1, 9), update(2)) == [2]
    assert await store.read(lambda uow: uow.inbox.pending(9)) == [row(1), row(2)]
    await store.transact(lambda uow: uow.finish(UpdateId(1)))
    assert await add(store, update(1)) == []
    assert await store.read(lambda uow: uow.inbox.pending(9)) == [row(2)]


async def test_an_empty_batch_is_nothing_new(store: SqliteStore) -> None:
    assert await add(store) == []


async def test_a_finished_update_is_done_and_waits_no_more(store: SqliteStore) -> None:
    await add(store, update(1))
    assert await store.read(lambda uow: uow.inbox.state(UpdateId(1))) is InboxState.PENDING
    await store.transact(lambda uow: uow.finish(UpdateId(1)))
    assert await store.read(lambda uow: uow.inbox.state(UpdateId(1))) is InboxState.DONE
    assert await store.read(lambda uow: uow.inbox.pending(9)) == []


async def test_an_update_acts_only_once(store: SqliteStore) -> None:
    def act(uow: SqliteUnitOfWork) -> None:
        uow.new_id()
        uow.finish(UpdateId(1))

    await add(store, update(1))
    await store.transact(act)
    before = await store.transact(lambda uow: uow.new_id())
    with pytest.raises(AlreadyDoneError):
        await store.transact(act)
    assert await store.transact(lambda uow: uow.new_id()) == before + 1


async def test_an_update_that_never_lay_in_the_inbox_acts_only_once_too(store: SqliteStore) -> None:
    assert await store.read(lambda uow: uow.inbox.state(UpdateId(5))) is None
    await store.transact(lambda uow: uow.finish(UpdateId(5)))
    with pytest.raises(AlreadyDoneError):
        await store.transact(lambda uow: uow.finish(UpdateId(5)))
    assert await add(store, update(5)) == []


async def test_a_failed_update_waits_for_its_next_attempt(store: SqliteStore, clock: Clock) -> None:
    await add(store, update(1), update(2))
    await store.transact(lambda uow: uow.inbox.retry(UpdateId(1), NOW + SECOND, "TimeoutError"))
    assert await store.read(lambda uow: uow.inbox.pending(9)) == [row(2)]
    clock.forward(SECOND)
    assert await store.read(lambda uow: uow.inbox.pending(9)) == [row(1, attempts=1), row(2)]


async def test_a_parked_update_is_left_alone_and_may_still_be_finished(store: SqliteStore) -> None:
    await add(store, update(1))
    await store.transact(lambda uow: uow.inbox.park(UpdateId(1), "KeyError"))
    assert await store.read(lambda uow: uow.inbox.pending(9)) == []
    assert await store.read(lambda uow: uow.inbox.state(UpdateId(1))) is InboxState.PARKED
    await store.transact(lambda uow: uow.finish(UpdateId(1)))
    assert await store.read(lambda uow: uow.inbox.state(UpdateId(1))) is InboxState.DONE


async def test_a_finished_update_can_neither_be_retried_nor_parked(store: SqliteStore) -> None:
    def work(uow: SqliteUnitOfWork) -> InboxState | None:
        uow.finish(UpdateId(1))
        uow.inbox.retry(UpdateId(1), NOW, "E")
        uow.inbox.park(UpdateId(1), "E")
        return uow.inbox.state(UpdateId(1))

    await add(store, update(1))
    assert await store.transact(work) is InboxState.DONE


async def test_the_states_are_counted(store: SqliteStore) -> None:
    def work(uow: SqliteUnitOfWork) -> dict[InboxState, int]:
        uow.finish(UpdateId(1))
        uow.inbox.park(UpdateId(2), "E")
        return uow.inbox.counts()

    assert await store.read(lambda uow: uow.inbox.counts()) == dict.fromkeys(InboxState, 0)
    await add(store, update(1), update(2), update(3), update(4))
    counts = {InboxState.PENDING: 2, InboxState.DONE: 1, InboxState.PARKED: 1}
    assert await store.transact(work) == counts


async def test_only_updates_done_long_ago_are_purged(store: SqliteStore, clock: Clock) -> None:
    await add(store, update(1), update(2), update(3))
    await store.transact(lambda uow: uow.finish(UpdateId(1)))
    clock.forward(timedelta(hours=48))
    await store.transact(lambda uow: uow.finish(UpdateId(2)))
    assert await store.transact(lambda uow: uow.inbox.purge(clock())) == 1
    assert await store.read(lambda uow: uow.inbox.state(UpdateId(1))) is None
    assert await store.read(lambda uow: uow.inbox.state(UpdateId(2))) is InboxState.DONE
    assert await store.read(lambda uow: uow.inbox.state(UpdateId(3))) is InboxState.PENDING
