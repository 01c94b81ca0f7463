"""One bot for each file of tests, and a park of its own for each test in it.

A file says how its bot is set up in SETTINGS, and in FORUM whether its alliance has topics.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.loop.park import Park, open_park
from tests.loop.stage import Stage, open_stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    settings = getattr(request.module, "SETTINGS", {})
    forum = getattr(request.module, "FORUM", True)
    async with open_stage(tmp_path_factory.mktemp("stage"), settings, forum=forum) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def park(stage: Stage) -> Park:
    return await open_park(stage)
