"""Updates are acted on in order within a chat, side by side across chats, once, and none is lost."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from bot.journal import Journal
from bot.processing import Processor, Received
from bot.receiving import Receiver
from storage import InboxState, SqliteStore
from tests.bot.stage import START, Now, until
from tickets.identity import UpdateId
from tickets.unit_of_work import AlreadyDoneError, NotYetKnownError


def update(update_id: int, chat_id: int = -1) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": chat_id}}}


class Desk:
    """Acts on updates the way the test says, and remembers what it did."""

    def __init__(self) -> None:
        self.acted: list[int] = []
        self.tries: list[int] = []
        self.errors: dict[int, list[Exception]] = {}
        self.gates: dict[int, asyncio.Event] = {}
        self.under_way: set[int] = set()
        self.received: dict[int, datetime] = {}

    async def process(self, raw: dict[str, Any], received_at: datetime) -> None:
        update_id = raw["update_id"]
        self.tries.append(update_id)
        self.received[update_id] = received_at
        self.under_way.add(update_id)
        if update_id in self.gates:
            await self.gates[update_id].wait()
        self.under_way.discard(update_id)
        if self.errors.get(update_id):
            raise self.errors[update_id].pop(0)
        self.acted.append(update_id)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def parked() -> list[tuple[int, str]]:
    return []


@pytest.fixture
async def processor(
    store: SqliteStore, desk: Desk, now: Now, journal: Journal, parked: list[tuple[int, str]]
) -> AsyncIterator[Processor]:
    async def report(update_id: UpdateId, error: str) -> None:
        parked.append((update_id, error))
        if error == "KeyError":
            raise RuntimeError

    processor = Processor(
        store=store,
        process=desk.process,
        now=now,
        journal=journal,
        report_parked=report,
        retries=0,
    )
    yield processor
    await processor.stop()


@pytest.fixture
def receiver(store: SqliteStore, processor: Processor, now: Now) -> Receiver:
    return Receiver(store=store, processor=processor, now=now)


async def state(store: SqliteStore, update_id: int) -> InboxState | None:
    return await store.read(lambda uow: uow.inbox.state(UpdateId(update_id)))


async def test_updates_of_a_chat_are_acted_on_in_order(
    processor: Processor, receiver: Receiver, desk: Desk, store: SqliteStore
) -> None:
    await processor.start()
    await receiver.take([update(each, -(each % 3)) for each in range(1, 100)])
    await processor.drain()
    for lane in range(3):
        assert [each for each in desk.acted if each % 3 == lane] == [
            each for each in range(1, 100) if each % 3 == lane
        ]
    assert await state(store, 99) is InboxState.DONE
    assert desk.received[1] == START


async def test_a_slow_chat_holds_up_no_other(processor: Processor, receiver: Receiver, desk: Desk) -> None:
    gate = desk.gates[1] = asyncio.Event()
    await processor.start()
    await receiver.take([update(1, -1), update(2, -1), update(3, -2)])
    await until(lambda: desk.acted == [3])
    assert desk.under_way == {1}
    gate.set()
    await processor.drain()
    assert desk.acted == [3, 1, 2]


async def test_an_update_that_comes_twice_is_acted_on_once(
    processor: Processor, receiver: Receiver, desk: Desk
) -> None:
    await processor.start()
    await receiver.take([update(1)])
    await receiver.take([update(1), update(2)])
    await processor.drain()
    assert desk.tries == [1, 2]


async def test_a_failing_update_is_parked_and_reported_and_the_next_go_on(
    processor: Processor,
    receiver: Receiver,
    desk: Desk,
    store: SqliteStore,
    parked: list[tuple[int, str]],
    log: io.StringIO,
) -> None:
    desk.errors = {1: [ValueError("私密")], 2: [KeyError("x")]}
    await processor.start()
    await receiver.take([update(1), update(2), update(3)])
    await processor.drain()
    assert desk.acted == [3]
    assert await state(store, 1) is InboxState.PARKED
    assert parked == [(1, "ValueError"), (2, "KeyError")]
    assert "report_failed" in log.getvalue(), "a report that fails is no reason to stop"
    assert "私密" not in log.getvalue()


async def test_a_failing_update_is_tried_again_while_its_chat_waits(
    store: SqliteStore, desk: Desk, now: Now, journal: Journal
) -> None:
    processor = Processor(store=store, process=desk.process, now=now, journal=journal, retries=1)
    receiver = Receiver(store=store, processor=processor, now=now)
    desk.errors = {1: [ValueError()], 3: [ValueError(), ValueError()]}
    await processor.start()
    await receiver.take([update(1), update(2), update(3, -3)])
    await processor.drain()
    await processor.stop()
    assert [each for each in desk.tries if each != 3] == [1, 1, 2]
    assert await state(store, 1) is InboxState.DONE
    assert await state(store, 3) is InboxState.PARKED, "without anybody to report to"


async def test_an_update_about_a_message_just_being_sent_waits_for_its_record(
    processor: Processor, receiver: Receiver, desk: Desk
) -> None:
    desk.errors = {1: [NotYetKnownError()]}
    await processor.start()
    await receiver.take([update(1), update(2)])
    await processor.drain()
    assert desk.tries == [1, 1, 2]


async def test_a_record_that_never_comes_ends_in_parking(
    processor: Processor, desk: Desk, store: SqliteStore, now: Now
) -> None:
    await store.transact(lambda uow: uow.inbox.add([(UpdateId(1), -1, "{}")], now()))
    desk.errors = {1: [NotYetKnownError()]}
    received = Received(update_id=UpdateId(1), lane=-1, update=update(1), received_at=now(), waits=11)
    await processor.start()
    processor.offer([received])
    await processor.drain()
    assert await state(store, 1) is InboxState.PARKED


async def test_an_update_that_was_done_before_counts_as_done(
    processor: Processor, receiver: Receiver, desk: Desk, store: SqliteStore
) -> None:
    desk.errors = {1: [AlreadyDoneError()]}
    await processor.start()
    await receiver.take([update(1)])
    await processor.drain()
    assert await state(store, 1) is InboxState.DONE


async def test_what_a_handler_finished_itself_stays_finished(
    store: SqliteStore, now: Now, journal: Journal
) -> None:
    async def process(raw: dict[str, Any], received_at: datetime) -> None:
        await store.transact(lambda uow: uow.finish(raw["update_id"]))

    processor = Processor(store=store, process=process, now=now, journal=journal)
    await processor.start()
    await Receiver(store=store, processor=processor, now=now).take([update(1)])
    await processor.drain()
    await processor.stop()
    assert await state(store, 1) is InboxState.DONE


async def test_the_next_start_takes_up_what_the_last_run_left(
    store: SqliteStore, processor: Processor, desk: Desk, now: Now
) -> None:
    rows = [(UpdateId(each), -(each % 7), json.dumps(update(each))) for each in range(1, 1203)]
    await store.transact(lambda uow: uow.inbox.add(rows, now()))
    await processor.start()
    await processor.drain()
    assert sorted(desk.acted) == list(range(1, 1203))
    assert [each for each in desk.acted if each % 7 == 3] == list(range(3, 1203, 7))


async def test_stopping_lets_a_handler_end_and_leaves_the_rest_in_the_inbox(
    store: SqliteStore, processor: Processor, receiver: Receiver, desk: Desk
) -> None:
    gate = desk.gates[1] = asyncio.Event()
    desk.errors = {3: [NotYetKnownError()]}
    await processor.start()
    await receiver.take([update(1), update(2), update(3, -3)])
    await until(lambda: desk.under_way == {1} and 3 in desk.tries)
    stopping = asyncio.create_task(processor.stop())
    await asyncio.sleep(0)
    gate.set()
    await stopping
    assert desk.acted == [1]
    assert await state(store, 1) is InboxState.DONE
    assert await state(store, 2) is InboxState.PENDING
    assert await state(store, 3) is InboxState.PENDING


async def test_intake_waits_while_too_much_is_held(
    processor: Processor, receiver: Receiver, desk: Desk
) -> None:
    gate = desk.gates[1] = asyncio.Event()
    await processor.start()
    taking = asyncio.create_task(receiver.take([update(each) for each in range(1, 2101)]))
    await until(lambda: desk.under_way == {1})
    assert not taking.done()
    gate.set()
    await taking
    await processor.drain()
    assert len(desk.acted) == 2100


async def test_a_store_that_fails_keeps_the_update_for_another_try(
    store: SqliteStore, processor: Processor, desk: Desk, now: Now, log: io.StringIO
) -> None:
    desk.errors = {1: [ValueError()]}
    await processor.start()
    await store.close()
    for update_id in (1, 2):
        received = Received(
            update_id=UpdateId(update_id), lane=-update_id, update=update(update_id), received_at=now()
        )
        processor.offer([received])
    await until(lambda: "update_not_noted" in log.getvalue() and desk.acted == [2])
    await processor.stop()
    assert "updates_not_finished" in log.getvalue()
