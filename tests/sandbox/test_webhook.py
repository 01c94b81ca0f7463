"""Webhooks: what is sent, in which order, and what happens when the other end fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from telegram import Bot

from sandbox.demo import ADMIN, BOT, BOT_TOKEN, DESK, MUTUAL_AID
from sandbox.server import Sandbox
from sandbox.world import World
from tests.sandbox.conftest import Api, until

Answer = Callable[[dict[str, Any]], Awaitable[tuple[int, bytes]]]


class Receiver:
    """A bot's webhook end: records what comes and answers as told."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self.answers: list[tuple[int, bytes]] = []
        self.changed = asyncio.Event()
        self.gate: asyncio.Event | None = None
        self.keep_alive = True
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.headers.append(head.decode())
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                self.updates.append(json.loads(await reader.readexactly(length)))
                self.changed.set()
                if self.gate is not None:
                    await self.gate.wait()
                status, body = self.answers.pop(0) if self.answers else (200, b"")
                line = "" if self.keep_alive else "Connection: close\r\n"
                writer.write(
                    f"HTTP/1.1 {status} X\r\n{line}Content-Length: {len(body)}\r\n\r\n".encode() + body
                )
                await writer.drain()
                if not self.keep_alive:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def has(self, count: int) -> None:
        """Wait until `count` pushes have come."""
        async with asyncio.timeout(5):
            while len(self.updates) < count:
                self.changed.clear()
                await self.changed.wait()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates]


@pytest.fixture
async def receiver(world: World) -> AsyncIterator[Receiver]:
    world.limits.webhook_first_retry = 0.001
    end = Receiver()
    server = await asyncio.start_server(end.serve, "127.0.0.1", 0)
    end.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?a=1"
    yield end
    server.close()


async def is_empty(world: World) -> None:
    await until(lambda: not world.queues[BOT].pending)


async def test_updates_are_pushed_with_the_secret(bot: Bot, world: World, receiver: Receiver) -> None:
    assert await bot.set_webhook(receiver.url, secret_token="s3cret_-")
    world.send(101, MUTUAL_AID, "一")
    world.send(101, MUTUAL_AID, "二")
    await receiver.has(2)
    await is_empty(world)
    assert receiver.texts() == ["一", "二"]
    assert receiver.headers[0].startswith("POST /hook?a=1 HTTP/1.1\r\n")
    assert "x-telegram-bot-api-secret-token: s3cret_-" in receiver.headers[0].lower()


async def test_a_failed_push_is_repeated_before_the_next_of_its_chat(
    bot: Bot, world: World, receiver: Receiver
) -> None:
    receiver.answers = [(500, b""), (404, b"")]
    world.send(101, MUTUAL_AID, "一")
    world.send(101, MUTUAL_AID, "二")
    await bot.set_webhook(receiver.url)
    await receiver.has(4)
    await is_empty(world)
    assert receiver.texts() == ["一", "一", "一", "二"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 404"
    assert (info.pending_update_count, info.max_connections) == (0, 40)


async def test_one_stuck_chat_does_not_hold_up_another(bot: Bot, world: World, receiver: Receiver) -> None:
    receiver.gate = asyncio.Event()
    await bot.set_webhook(receiver.url)
    world.send(101, MUTUAL_AID, "甲一")
    world.send(101, MUTUAL_AID, "甲二")
    world.send(201, DESK, "乙一")
    await receiver.has(2)
    assert sorted(receiver.texts()) == ["乙一", "甲一"]
    receiver.gate.set()
    await receiver.has(3)


async def test_the_answer_may_call_a_method(bot: Bot, world: World, receiver: Receiver) -> None:
    call = {"method": "sendMessage", "chat_id": MUTUAL_AID, "text": "答"}
    receiver.answers = [(200, json.dumps(call).encode()), (200, b"no json"), (200, b"[]")]
    await bot.set_webhook(receiver.url)
    for text in ("一", "二", "三"):
        world.send(101, MUTUAL_AID, text)
    await is_empty(world)
    assert world.messages(MUTUAL_AID)[-1].text == "答"
    assert world.calls.of("sendMessage")[0].applied


async def test_an_unreachable_webhook_is_tried_again_and_reported(
    bot: Bot, world: World, receiver: Receiver
) -> None:
    await bot.set_webhook("http://127.0.0.1:1/")
    world.send(101, MUTUAL_AID, "一")
    await until(lambda: "Connection" in getattr(world.bot(BOT).webhook, "last_error", ""))
    assert (await bot.get_webhook_info()).last_error_message == "Connection refused"
    await bot.set_webhook(receiver.url)
    await receiver.has(1)


async def test_a_silent_webhook_times_out(bot: Bot, world: World, receiver: Receiver) -> None:
    world.limits.webhook_timeout = 0.01
    receiver.gate = asyncio.Event()
    await bot.set_webhook(receiver.url)
    world.send(101, MUTUAL_AID, "一")
    await receiver.has(2)
    assert (await bot.get_webhook_info()).last_error_message == "Read timeout expired"
    receiver.gate.set()


async def test_connections_that_close_are_opened_anew(bot: Bot, world: World, receiver: Receiver) -> None:
    receiver.keep_alive = False
    await bot.set_webhook(receiver.url)
    world.send(101, MUTUAL_AID, "一")
    world.send(101, MUTUAL_AID, "二")
    await receiver.has(2)
    await is_empty(world)
    assert receiver.texts() == ["一", "二"]


async def test_a_confirmed_update_can_be_pushed_again(bot: Bot, world: World, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url)
    world.send(101, MUTUAL_AID, "一")
    await is_empty(world)
    assert world.redeliver(BOT, receiver.updates[0]["update_id"])
    await receiver.has(2)
    assert receiver.updates[0] == receiver.updates[1]


async def test_without_a_webhook_nothing_is_pushed_and_polling_works(
    bot: Bot, api: Api, world: World, receiver: Receiver
) -> None:
    await bot.set_webhook(receiver.url, allowed_updates=["message"], max_connections=3)
    info = await bot.get_webhook_info()
    assert (info.allowed_updates, info.max_connections) == (("message",), 3)
    await bot.delete_webhook()
    world.send(101, MUTUAL_AID, "一")
    assert (await bot.get_webhook_info()).url == ""
    assert len(await bot.get_updates(timeout=0)) == 1
    assert receiver.updates == []
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates(timeout=0) == ()
    assert await api.ok("setWebhook", url="")


async def test_setting_a_webhook_can_drop_what_waits(bot: Bot, world: World, receiver: Receiver) -> None:
    world.send(101, MUTUAL_AID, "旧")
    await bot.set_webhook(receiver.url, drop_pending_updates=True)
    world.send(101, MUTUAL_AID, "新")
    await receiver.has(1)
    assert receiver.texts() == ["新"]


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"url": "ftp://a.cn/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "http://a.cn/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "http://localhost/", "secret_token": "密"}, "secret token contains unallowed characters"),
        ({"url": "http://localhost/", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_bad_webhooks_are_refused(api: Api, params: dict[str, Any], refusal: str) -> None:
    assert await api.no("setWebhook", **params) == f"Bad Request: {refusal}"


async def test_pushing_goes_on_after_the_server_was_down(world: World, receiver: Receiver) -> None:
    async with Sandbox(world) as first, Bot(BOT_TOKEN, base_url=first.bot_url) as bot:
        await bot.set_webhook(receiver.url)
    world.send(ADMIN, MUTUAL_AID, "停机时说的")
    assert receiver.updates == []
    async with Sandbox(world):
        await receiver.has(1)
