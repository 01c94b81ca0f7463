"""A served demo world, python-telegram-bot talking to it unchanged, and a raw HTTP caller beside it."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from sandbox.demo import BOT, BOT_TOKEN, build_demo_world
from sandbox.server import Sandbox
from sandbox.world import World


class Clock:
    """Time that moves when told. Starts at a fixed moment."""

    def __init__(self) -> None:
        self.time = 1_795_000_000.0

    def __call__(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds


class Api:
    """Raw Bot API calls as JSON posts, the way a library we do not know would make them."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.token = token

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The whole answer."""
        answer = await self.client.post(f"/bot{self.token}/{method}", json=params)
        decoded: dict[str, Any] = answer.json()
        return decoded

    async def ok(self, method: str, **params: Any) -> Any:
        """The result of a call that must succeed."""
        answer = await self.call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def no(self, method: str, **params: Any) -> str:
        """The description of a call that must fail."""
        answer = await self.call(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        """getUpdates without waiting."""
        result: list[dict[str, Any]] = await self.ok("getUpdates", **params)
        return result


def png(width: int = 640, height: int = 480) -> bytes:
    """The smallest bytes that carry the size of a PNG picture."""
    return (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00"
    )


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop run until `condition()`; fails after five seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)


def updates_of(world: World, bot_id: int = BOT) -> list[dict[str, Any]]:
    """What waits for a bot, without confirming it."""
    return [json.loads(pending.body) for pending in world.queues[bot_id].pending]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return build_demo_world(clock)


@pytest.fixture
async def sandbox(world: World) -> AsyncIterator[Sandbox]:
    async with Sandbox(world) as served:
        yield served


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.base_url, timeout=10) as session:
        yield session


@pytest.fixture
def api(client: httpx.AsyncClient) -> Api:
    return Api(client, BOT_TOKEN)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    ours = Bot(
        BOT_TOKEN,
        base_url=sandbox.bot_url,
        base_file_url=sandbox.file_url,
        request=HTTPXRequest(connection_pool_size=8),
        get_updates_request=HTTPXRequest(),
    )
    async with ours:
        yield ours
