"""A program with its groups bound, and the wire cut."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import SqliteStore, open_store
from tests.handlers.station import Station, bind_groups, open_station
from tests.tickets.world import World


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = await open_store(tmp_path / "huzhu.db")
    yield store
    await store.close()


@pytest.fixture
async def station(store: SqliteStore) -> AsyncIterator[Station]:
    async with open_station(World(store)) as station:
        await bind_groups(station)
        yield station
