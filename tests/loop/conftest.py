"""One bot for all files of tests that need no special one, and a park of its own for each test.

A file whose bot must be set up otherwise makes a `stage` of its own with `stage_with`.
"""

from __future__ import annotations

import pytest_asyncio

from tests.loop.park import Park, open_park
from tests.loop.stage import Stage, stage_with

stage = stage_with(scope="package")


@pytest_asyncio.fixture(loop_scope="package")
async def park(stage: Stage) -> Park:
    """A new community on the file's stage."""
    return await open_park(stage)
