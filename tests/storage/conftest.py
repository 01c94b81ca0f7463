"""Every back-end that must keep the contract is a parameter of `open_database`; today there is one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from storage import SqliteStore, open_store
from tests.storage.samples import Clock

OpenDatabase = Callable[[], Awaitable[SqliteStore]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite"])
def open_database(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> OpenDatabase:
    """Opens the test's database; calling it again opens the same one, as a restart does."""
    assert request.param == "sqlite"

    async def open_sqlite() -> SqliteStore:
        return await open_store(tmp_path / "data" / "huzhu.db", now=clock)

    return open_sqlite


@pytest.fixture
async def store(open_database: OpenDatabase) -> AsyncIterator[SqliteStore]:
    store = await open_database()
    yield store
    await store.close()
