"""A world with its groups bound, for every test about use cases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import SqliteStore, open_store
from tests.tickets.world import World


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = await open_store(tmp_path / "huzhu.db")
    yield store
    await store.close()


@pytest.fixture
async def world(store: SqliteStore) -> World:
    world = World(store)
    await world.bind_all()
    return world
