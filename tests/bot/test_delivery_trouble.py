"""What cannot go out now goes later, and what cannot go at all is told; no failure loses a notice."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from bot.budget import Budget
from bot.delivery import Delivery
from bot.gateway import Gateway
from bot.journal import Journal
from sandbox.demo import BOT, DESK, MUTUAL_AID
from storage import OutboxState, SqliteStore, SqliteUnitOfWork
from tests.bot.office import FREE, Office, said, text
from tests.bot.stage import owe, until
from tickets.identity import UserId
from tickets.mishaps import Mishaps
from tickets.notices import Notice
from tickets.unit_of_work import UnitOfWork

T = TypeVar("T")


async def test_too_many_requests_close_that_chat_for_exactly_that_long(office: Office) -> None:
    for key in ("a", "b"):
        office.script.say(key, said(text(key), role=None))
    office.script.say("desk", said(text("desk", DESK), role=None))
    office.world.faults.add("http_429", "sendMessage", MUTUAL_AID, retry_after=30)
    await office.owe(owe(MUTUAL_AID, "a"), owe(MUTUAL_AID, "b"), owe(DESK, "desk"))
    await office.deliver()
    assert (office.texts(), office.texts(DESK)) == ([], ["desk"])
    office.now.move(29)
    await office.deliver()
    assert office.texts() == []
    office.now.move(1)
    await office.deliver()
    assert office.texts() == ["a", "b"]


async def test_server_trouble_is_waited_out_with_growing_pauses(office: Office) -> None:
    office.script.say("a", said(text("a")))
    office.world.faults.add("http_5xx", "sendMessage", times=3)
    await office.owe(owe(MUTUAL_AID, "a"))
    for pause in (0, 1, 5, 30):
        assert office.texts() == []
        office.now.move(pause)
        await office.deliver()
    assert office.texts() == ["a"]


async def test_a_restart_of_the_server_loses_no_message(office: Office) -> None:
    office.script.say("a", said(text("a")))
    office.world.faults.add("cut_before", "sendMessage", times=5)
    await office.owe(owe(MUTUAL_AID, "a"))
    for _ in range(756):  # 1 + 5 + 30 + 120 + 600 seconds
        await office.deliver()
        assert office.texts() == []
        office.now.move(1)
    await office.deliver()
    assert office.texts() == ["a"]


async def test_after_a_day_of_trouble_a_notice_is_given_up(office: Office) -> None:
    office.script.say("a", said(text("a")))
    office.world.faults.add("http_5xx", "sendMessage", times=0)
    await office.owe(owe(MUTUAL_AID, "a"))
    await office.deliver()
    office.now.move(86_400)
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD: 1}


async def test_a_lost_answer_repeats_the_message_at_most_five_times(office: Office, log: io.StringIO) -> None:
    office.script.say("a", said(text("a")))
    office.world.faults.add("cut_after", "sendMessage", times=0)
    await office.owe(owe(MUTUAL_AID, "a"))
    for pause in (1, 5, 30, 120, 600, 0):
        await office.deliver()
        assert await office.states() == {OutboxState.PENDING if pause else OutboxState.DEAD: 1}
        office.now.move(pause)
    assert office.texts() == ["a"] * 6
    assert await office.states() == {OutboxState.DEAD: 1}
    assert '"why": "uncertain"' in log.getvalue()


async def test_who_blocked_the_bot_is_noted_and_not_written_to_again(office: Office) -> None:
    office.script.say("a", said(text("a", 101)))
    office.world.block(101, BOT)
    await office.owe(owe(101, "a"))
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD: 1}
    assert not await office.store.read(lambda uow: uow.people.is_reachable(UserId(101)))


async def test_a_refused_notice_holds_up_nothing(office: Office) -> None:
    office.script.say("bad", said(text("")))
    office.script.say("good", said(text("好")))
    await office.owe(owe(MUTUAL_AID, "bad"), owe(MUTUAL_AID, "good"))
    await office.deliver()
    assert office.texts() == ["好"]
    assert await office.states() == {OutboxState.SENT: 1, OutboxState.DEAD: 1}


async def test_a_message_that_is_gone_and_is_no_edit_is_a_refusal(office: Office) -> None:
    office.script.say("a", said(text("a")))
    office.world.faults.add("bad_request", "sendMessage", description="MESSAGE_ID_INVALID")
    await office.owe(owe(MUTUAL_AID, "a"))
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD: 1}


async def test_a_notice_that_cannot_be_rendered_is_tried_five_times(office: Office, log: io.StringIO) -> None:
    office.script.say("good", said(text("好")))
    await office.owe(owe(MUTUAL_AID, "unknown"), owe(MUTUAL_AID, "good"), owe(DESK, "good"))
    for _ in range(5):
        await office.deliver()
        office.now.move(60)
    await office.deliver()
    assert len(office.texts()) == 2
    assert await office.states() == {OutboxState.SENT: 2, OutboxState.DEAD: 1}
    assert '"error": "KeyError"' in log.getvalue()


class Flaky:
    """The real store, whose writing fails when the test says so."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.writes: list[Exception | None] = []

    async def transact(self, work: Callable[[SqliteUnitOfWork], T]) -> T:
        error = self.writes.pop(0) if self.writes else None
        if error is not None:
            raise error
        return await self._store.transact(work)

    async def read(self, work: Callable[[SqliteUnitOfWork], T]) -> T:
        return await self._store.read(work)


@pytest.fixture
def flaky(office: Office, gateway: Gateway, journal: Journal) -> Flaky:
    """Puts a store that can fail under the office's delivery."""
    flaky = Flaky(office.store)
    office.delivery = Delivery(
        store=flaky,
        gateway=gateway,
        renderer=office.script,
        repairs=Mishaps(),
        budget=Budget(FREE),
        now=office.now,
        journal=journal,
        monotonic=office.now.seconds,
    )
    return flaky


async def test_rows_that_could_not_be_claimed_and_rendered_stay_owed(office: Office, flaky: Flaky) -> None:
    office.script.say("a", said(text("a")))
    await office.owe(owe(MUTUAL_AID, "a"))
    flaky.writes = [OSError()]
    with pytest.raises(OSError):  # noqa: PT011 (the one above)
        await office.delivery.run_once()
    assert await office.states() == {OutboxState.PENDING: 1}
    await office.deliver()
    assert office.texts() == ["a"]


async def test_progress_that_could_not_be_written_is_made_again(office: Office, flaky: Flaky) -> None:
    office.script.say("a", said(text("a"), text("b")))
    await office.owe(owe(MUTUAL_AID, "a"))
    flaky.writes = [None, OSError()]
    await office.deliver()
    office.now.move(1)
    await office.deliver()
    assert office.texts() == ["a", "a", "b"], "at least once"
    assert await office.states() == {OutboxState.SENT: 1}


async def test_a_row_that_always_fails_is_given_up_after_a_day(office: Office, flaky: Flaky) -> None:
    office.script.say("a", said(text("a"), text("b")))
    await office.owe(owe(MUTUAL_AID, "a"))
    office.now.move(86_400)
    flaky.writes = [None, OSError()]
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD: 1}


@pytest.mark.parametrize("fault", [None, {"kind": "forbidden", "method": "sendMessage"}])
async def test_what_is_settled_is_booked_once_the_store_works_again(
    office: Office, flaky: Flaky, fault: dict[str, str] | None
) -> None:
    if fault is not None:
        office.world.faults.add(fault["kind"], fault["method"])
    office.script.say("a", said(text("a")))
    await office.owe(owe(MUTUAL_AID, "a"))
    flaky.writes = [None, OSError(), OSError(), OSError()]
    with pytest.raises(OSError):  # noqa: PT011 (the one above)
        await office.delivery.run_once()
    flaky.writes = []
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD if fault else OutboxState.SENT: 1}
    assert len(office.world.calls.of("sendMessage")) == 1


class Refusing(Mishaps):
    """Rules that fail while a failed delivery is booked."""

    def undeliverable(self, uow: UnitOfWork, owed: Notice, reason: str, now: Any) -> None:
        raise ValueError("私密")


async def test_a_booking_that_fails_spoils_no_other(
    office: Office, gateway: Gateway, journal: Journal, log: io.StringIO
) -> None:
    delivery = Delivery(
        store=office.store,
        gateway=gateway,
        renderer=office.script,
        repairs=Refusing(),
        budget=Budget(FREE),
        now=office.now,
        journal=journal,
        monotonic=office.now.seconds,
    )
    office.delivery = delivery
    office.script.say("bad", said(text("")))
    office.script.say("good", said(text("好", DESK)))
    await office.owe(owe(MUTUAL_AID, "bad"), owe(DESK, "good"))
    await office.deliver()
    assert await office.states() == {OutboxState.SENT: 1, OutboxState.DEAD: 1}
    assert "booking_failed" in log.getvalue()
    assert "私密" not in log.getvalue()


async def test_a_store_that_fails_is_asked_again_later(office: Office, log: io.StringIO) -> None:
    office.script.say("a", said(text("a"), role=None))
    await office.owe(owe(MUTUAL_AID, "a"))
    await office.store.close()
    running = asyncio.create_task(office.delivery.run())
    await until(lambda: "delivery_failed" in log.getvalue())
    office.delivery.stop()
    await running
