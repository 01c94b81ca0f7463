"""Receiving by webhook: from the sandbox, which pushes as the real server does, and from strangers."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import aiohttp
import pytest

from bot.intake import WrongTokenError
from bot.journal import Journal
from bot.processing import Processor
from bot.receiving import Receiver
from bot.request import AiohttpRequest, Api
from bot.settings import Webhook
from bot.webhook import ListenError, WebhookReceiver
from sandbox.demo import BOT, MUTUAL_AID
from sandbox.server import Sandbox
from sandbox.world import World
from storage import SqliteStore
from tests.bot.stage import Now, until

SECRET = "s3cret_of-ours"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def settings(**fields: Any) -> Webhook:
    return Webhook.model_validate({"url": "https://example.org", "secret": SECRET, "port": 0, **fields})


@pytest.fixture
def texts() -> list[str]:
    return []


@pytest.fixture
async def receiver(
    store: SqliteStore, now: Now, journal: Journal, texts: list[str]
) -> AsyncIterator[Receiver]:
    async def process(raw: dict[str, Any], received_at: datetime) -> None:
        texts.append(raw.get("message", {}).get("text", ""))

    processor = Processor(store=store, process=process, now=now, journal=journal)
    await processor.start()
    yield Receiver(store=store, processor=processor, now=now)
    await processor.stop()


@pytest.fixture
def hook(api: Api, receiver: Receiver, journal: Journal) -> WebhookReceiver:
    return WebhookReceiver(settings=settings(), api=api, receiver=receiver, journal=journal)


@pytest.fixture
async def address(hook: WebhookReceiver, world: World) -> AsyncIterator[str]:
    stop = asyncio.Event()
    running = asyncio.create_task(hook.run(stop))
    await until(lambda: world.calls.of("setWebhook"))
    yield f"http://127.0.0.1:{hook.port}/telegram"
    stop.set()
    await running


async def post(address: str, body: str, secret: str = SECRET) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=body, headers={HEADER: secret}) as response,
    ):
        return response.status


async def test_an_update_is_stored_before_it_is_confirmed(
    address: str, store: SqliteStore, texts: list[str], world: World
) -> None:
    assert await post(address, '{"update_id": 5, "message": {"chat": {"id": -1}, "text": "一"}}') == 200
    assert await post(address, '{"update_id": 5, "message": {"chat": {"id": -1}, "text": "一"}}') == 200
    counts = await store.read(lambda uow: uow.inbox.counts())
    assert sum(counts.values()) == 1
    await until(lambda: texts == ["一"])
    told = world.calls.of("setWebhook")[0].params
    assert told["url"] == "https://example.org/telegram"
    assert told["secret_token"] == SECRET
    assert "callback_query" in told["allowed_updates"]


async def test_the_servers_pushes_arrive(address: str, world: World, api: Api, texts: list[str]) -> None:
    await api.call("setWebhook", {"url": address, "secret_token": SECRET})
    world.send(101, MUTUAL_AID, "叉车")
    await until(lambda: texts == ["叉车"])
    await until(lambda: not world.queues[BOT].pending)


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", "秘密"])
async def test_strangers_are_turned_away(address: str, store: SqliteStore, secret: str) -> None:
    try:
        status = await post(address, '{"update_id": 5}', secret)
    except UnicodeEncodeError:
        pytest.skip("this client cannot send such a header")
    assert status == 403
    counts = await store.read(lambda uow: uow.inbox.counts())
    assert sum(counts.values()) == 0


@pytest.mark.parametrize("body", ["", "no json", "[]", "{}", '{"update_id": "x"}'])
async def test_what_is_no_update_is_refused(address: str, body: str) -> None:
    assert await post(address, body) == 400


async def test_what_cannot_be_stored_is_not_confirmed(
    address: str, store: SqliteStore, log: io.StringIO
) -> None:
    await store.close()
    assert await post(address, '{"update_id": 5}') == 503
    assert "intake_failed" in log.getvalue()


async def test_a_taken_port_is_told_with_what_to_do(
    address: str, hook: WebhookReceiver, api: Api, receiver: Receiver, journal: Journal
) -> None:
    second = WebhookReceiver(settings=settings(port=hook.port), api=api, receiver=receiver, journal=journal)
    with pytest.raises(ListenError, match="HUZHU_WEBHOOK_PORT"):
        await second.run(asyncio.Event())


async def test_the_announcement_is_repeated_until_it_is_heard(
    hook: WebhookReceiver, world: World, log: io.StringIO
) -> None:
    world.faults.add("http_5xx", "setWebhook")
    stop = asyncio.Event()
    running = asyncio.create_task(hook.run(stop))
    await until(lambda: any(call.applied for call in world.calls.of("setWebhook")))
    stop.set()
    await running
    assert log.getvalue().count("webhook_not_set") == 1


async def test_a_wrong_token_ends_with_what_to_do(
    sandbox: Sandbox, receiver: Receiver, journal: Journal
) -> None:
    request = AiohttpRequest(api_base=sandbox.base_url)
    async with request:
        api = Api(request=request, api_base=sandbox.base_url, token="1:wrong")
        hook = WebhookReceiver(settings=settings(), api=api, receiver=receiver, journal=journal)
        with pytest.raises(WrongTokenError):
            await hook.run(asyncio.Event())


async def test_told_to_stop_before_it_began_it_announces_nothing(hook: WebhookReceiver, world: World) -> None:
    stop = asyncio.Event()
    stop.set()
    await hook.run(stop)
    assert world.calls.of("setWebhook") == []
