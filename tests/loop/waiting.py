"""Waiting for something to be true of the world, woken by its events; never for time to pass."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from sandbox.world import World

T = TypeVar("T")
SECONDS: Final = 15.0  # a deadline, not a pause: on a busy machine things take longer
_LOOK: Final = 0.05  # seconds; not everything that is waited for is an event of the world


async def until(world: World, look: Callable[[], T | None], what: str, seconds: float = SECONDS) -> T:
    """The first true thing that `look()` finds; fails with `what` after `seconds`."""
    happened = world.events.subscribe()
    deadline = asyncio.get_running_loop().time() + seconds
    try:
        while not (found := look()):
            assert asyncio.get_running_loop().time() < deadline, f"not within {seconds} s: {what}"
            happened.clear()
            try:
                async with asyncio.timeout(_LOOK):
                    await happened.wait()
            except TimeoutError:
                continue
    finally:
        world.events.unsubscribe(happened)
    return found
