"""Real parts to test with: a store in a folder of its own, the sandbox over HTTP, a clock that is told."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.budget import Budget, Limits
from bot.delivery import Delivery
from bot.gateway import Gateway
from bot.journal import Journal
from bot.request import AiohttpRequest, Api
from sandbox.demo import BOT_TOKEN, build_demo_world
from sandbox.server import Sandbox
from sandbox.world import World
from storage import SqliteStore, open_store
from tests.bot.office import Office
from tests.bot.stage import Now, Script
from tickets.mishaps import Mishaps


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def journal(log: io.StringIO) -> Journal:
    return Journal(level="debug", stream=log)


@pytest.fixture
async def store(tmp_path: Path, now: Now) -> AsyncIterator[SqliteStore]:
    store = await open_store(tmp_path / "huzhu.db", now=now)
    yield store
    await store.close()


@pytest.fixture
def world() -> World:
    return build_demo_world()


@pytest.fixture
async def sandbox(world: World) -> AsyncIterator[Sandbox]:
    async with Sandbox(world) as sandbox:
        yield sandbox


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    request = AiohttpRequest(api_base=sandbox.base_url, connections=16)
    async with request:
        yield Api(request=request, api_base=sandbox.base_url, token=BOT_TOKEN)


@pytest.fixture
def gateway(api: Api) -> Gateway:
    return Gateway(api)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def office(
    store: SqliteStore, world: World, script: Script, now: Now, gateway: Gateway, journal: Journal
) -> Office:
    def make(limits: Limits) -> Delivery:
        return Delivery(
            store=store,
            gateway=gateway,
            renderer=script,
            repairs=Mishaps(),
            budget=Budget(limits),
            now=now,
            journal=journal,
            parallel_sends=8,
            monotonic=now.seconds,
        )

    return Office(store, world, script, now, make)
