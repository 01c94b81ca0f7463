"""Fetching updates from the sandbox: none lost, and every end explained."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from bot.intake import Poller, SecondInstanceError, WrongTokenError, pause_unless, run_unless
from bot.journal import Journal
from bot.processing import Processor
from bot.receiving import Receiver
from bot.request import AiohttpRequest, Api
from sandbox.demo import BOT, MUTUAL_AID
from sandbox.server import Sandbox
from sandbox.world import World
from storage import SqliteStore
from tests.bot.stage import Now, until
from tests.bot.test_request import UNKNOWN, raw_server, says


@pytest.fixture
def texts() -> list[str]:
    return []


@pytest.fixture
async def receiver(
    store: SqliteStore, now: Now, journal: Journal, texts: list[str]
) -> AsyncIterator[Receiver]:
    async def process(raw: dict[str, Any], received_at: datetime) -> None:
        texts.append(raw["message"]["text"])

    processor = Processor(store=store, process=process, now=now, journal=journal)
    await processor.start()
    yield Receiver(store=store, processor=processor, now=now)
    await processor.stop()


@pytest.fixture
def poller(api: Api, receiver: Receiver, journal: Journal) -> Poller:
    return Poller(api=api, receiver=receiver, journal=journal, timeout=5)


async def test_updates_are_confirmed_only_after_they_are_stored(
    poller: Poller, world: World, store: SqliteStore, texts: list[str]
) -> None:
    world.send(101, MUTUAL_AID, "一")
    assert await poller.fetch_once() == 1
    assert len(world.queues[BOT].pending) == 1, "not yet confirmed"
    counts = await store.read(lambda uow: uow.inbox.counts())
    assert sum(counts.values()) == 1
    world.send(101, MUTUAL_AID, "二")
    await poller.fetch_once()
    await until(lambda: texts == ["一", "二"])


async def test_a_batch_is_never_confirmed_where_it_could_not_be_stored(
    poller: Poller, world: World, store: SqliteStore, texts: list[str]
) -> None:
    world.send(101, MUTUAL_AID, "一")
    await store.close()
    with pytest.raises(Exception, match="closed"):
        await poller.fetch_once()
    assert len(world.queues[BOT].pending) == 1


async def test_an_update_of_an_unreadable_chat_is_stored_with_the_others(
    receiver: Receiver, store: SqliteStore, texts: list[str]
) -> None:
    odd = {"update_id": 1, "message": {"chat": {"id": "five"}, "text": "怪"}}
    huge = {"update_id": 2, "message": {"chat": {"id": 1 << 70}, "text": "大"}}
    good = {"update_id": 3, "message": {"chat": {"id": MUTUAL_AID}, "text": "好"}}
    await receiver.take([odd, huge, good])
    await until(lambda: sorted(texts) == ["大", "好", "怪"])
    counts = await store.read(lambda uow: uow.inbox.counts())
    assert sum(counts.values()) == 3


async def test_a_redelivered_update_is_acted_on_once(poller: Poller, world: World, texts: list[str]) -> None:
    world.send(101, MUTUAL_AID, "一")
    await poller.fetch_once()
    first = world.queues[BOT].pending[0].update_id
    world.send(101, MUTUAL_AID, "二")
    await poller.fetch_once()
    world.redeliver(BOT, first)
    world.send(101, MUTUAL_AID, "三")
    await poller.fetch_once()
    await until(lambda: len(texts) >= 3)
    assert texts == ["一", "二", "三"]


async def test_it_asks_for_the_kinds_it_needs_and_takes_a_webhook_off(
    poller: Poller, world: World, texts: list[str], api: Api
) -> None:
    await api.call("setWebhook", {"url": "https://example.org/hook"})
    world.send(101, MUTUAL_AID, "一")
    stop = asyncio.Event()
    running = asyncio.create_task(poller.run(stop))
    await until(lambda: texts == ["一"])
    stop.set()
    await running
    polled = world.calls.of("getUpdates")
    assert "callback_query" in polled[0].params["allowed_updates"]
    assert "chat_member" in polled[0].params["allowed_updates"]
    assert world.calls.of("deleteWebhook")[0].params["drop_pending_updates"] == "false"


async def test_a_wrong_token_ends_with_what_to_do(
    sandbox: Sandbox, receiver: Receiver, journal: Journal
) -> None:
    request = AiohttpRequest(api_base=sandbox.base_url)
    async with request:
        api = Api(request=request, api_base=sandbox.base_url, token="1:wrong")
        with pytest.raises(WrongTokenError, match="HUZHU_TOKEN"):
            await Poller(api=api, receiver=receiver, journal=journal).run(asyncio.Event())


@pytest.mark.parametrize("fault", ["http_5xx", "bad_request", "cut_before"])
async def test_a_webhook_that_cannot_be_taken_off_is_told_and_polling_begins(
    poller: Poller, world: World, texts: list[str], log: io.StringIO, fault: str
) -> None:
    world.faults.add(fault, "deleteWebhook", times=0)
    world.send(101, MUTUAL_AID, "一")
    stop = asyncio.Event()
    running = asyncio.create_task(poller.run(stop))
    await until(lambda: texts == ["一"])
    stop.set()
    await running
    assert log.getvalue().count("webhook_not_deleted") == 1
    assert len(world.calls.of("deleteWebhook")) == 1


async def test_a_server_without_that_method_is_no_wrong_token(
    receiver: Receiver, journal: Journal, log: io.StringIO
) -> None:
    async with raw_server(says(b'{"ok": false, "description": "Not Found"}', "404 Not Found")) as api_base:
        request = AiohttpRequest(api_base=api_base)
        async with request:
            api = Api(request=request, api_base=api_base, token=UNKNOWN)
            await Poller(api=api, receiver=receiver, journal=journal)._delete_webhook()
    assert "webhook_not_deleted" in log.getvalue()


async def test_a_webhook_in_the_way_is_taken_off_again(
    poller: Poller, world: World, texts: list[str], api: Api, log: io.StringIO
) -> None:
    await api.call("setWebhook", {"url": "https://example.org/hook"})
    world.faults.add("http_5xx", "deleteWebhook")
    world.send(101, MUTUAL_AID, "一")
    stop = asyncio.Event()
    running = asyncio.create_task(poller.run(stop))
    await until(lambda: texts == ["一"])
    stop.set()
    await running
    assert log.getvalue().count("poll_conflict") == 1


async def test_a_second_poller_is_tolerated_for_a_while_then_named(poller: Poller, world: World) -> None:
    async def be_turned_away() -> None:
        fetching = asyncio.create_task(poller.fetch_once())
        await until(lambda: world.queues[BOT].poller is not None)
        world.queues[BOT].take_over()
        await fetching

    stop = asyncio.Event()
    pauses = [await poller._try(stop, be_turned_away) for _ in range(5)]
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0]
    with pytest.raises(SecondInstanceError, match="token of its own"):
        await poller._try(stop, be_turned_away)


async def test_trouble_is_waited_out_and_told_once_each(
    poller: Poller, world: World, texts: list[str], log: io.StringIO
) -> None:
    world.faults.add("http_5xx", "getUpdates")
    world.send(101, MUTUAL_AID, "一")
    stop = asyncio.Event()
    running = asyncio.create_task(poller.run(stop))
    await until(lambda: texts == ["一"])
    stop.set()
    await running
    assert log.getvalue().count("poll_failed") == 1
    assert log.getvalue().count("polling_again") == 1


async def test_a_demanded_pause_is_kept(poller: Poller, world: World) -> None:
    world.faults.add("http_429", "getUpdates", retry_after=7)
    assert await poller._try(asyncio.Event(), poller.fetch_once) == 7.0


async def test_a_failing_store_is_no_reason_to_give_up(
    poller: Poller, world: World, store: SqliteStore, log: io.StringIO
) -> None:
    world.send(101, MUTUAL_AID, "一")
    await store.close()
    assert await poller._try(asyncio.Event(), poller.fetch_once) == 1.0
    assert "intake_failed" in log.getvalue()


async def test_a_long_poll_ends_when_told_to_stop(poller: Poller, world: World) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(poller.run(stop))
    await until(lambda: world.queues[BOT].poller is not None)
    stop.set()
    async with asyncio.timeout(1):
        await running


async def test_stopping_during_a_pause_ends_it() -> None:
    stop = asyncio.Event()
    pausing = asyncio.create_task(pause_unless(stop, 60))
    await asyncio.sleep(0)
    stop.set()
    async with asyncio.timeout(1):
        await pausing


async def test_a_stop_breaks_an_attempt_off() -> None:
    stop = asyncio.Event()
    stop.set()
    async with asyncio.timeout(1):
        await run_unless(stop, asyncio.Event().wait)


async def test_a_poll_that_brings_nothing_confirms_nothing(
    api: Api, receiver: Receiver, journal: Journal, world: World
) -> None:
    poller = Poller(api=api, receiver=receiver, journal=journal, timeout=0)
    assert await poller.fetch_once() == 0
    assert "offset" not in world.calls.of("getUpdates")[-1].params
