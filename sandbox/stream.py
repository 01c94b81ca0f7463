"""/client/events: the page's live feed as server-sent events, resumable by sequence number."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from sandbox.page_view import audience, event_view
from sandbox.world import World


async def event_stream(
    world: World, person_id: int, since: int, also: frozenset[int] = frozenset()
) -> AsyncIterator[str]:
    """Events that `person_id` may see, after `since`. A "reset" event tells the page to load anew.

    With `also` the stream carries other people's events too, and each names its readers in "for".
    """
    people = also | {person_id}
    reader = world.events.subscribe()
    try:
        yield ": open\n\n"
        while not world.events.closed:
            reader.clear()
            events = world.events.since(since)
            if events is None:
                yield _frame(world.events.seq, {"seq": world.events.seq, "type": "reset"})
            for event in events or ():
                readers = audience(event, people)
                if readers:
                    view = event_view(event)
                    yield _frame(event.seq, view | {"for": readers} if also else view)
            since = world.events.seq if not events else events[-1].seq
            if not reader.is_set():
                try:
                    await asyncio.wait_for(reader.wait(), world.limits.heartbeat_seconds)
                except TimeoutError:
                    yield ": heartbeat\n\n"
    finally:
        world.events.unsubscribe(reader)


def _frame(seq: int, view: dict[str, object]) -> str:
    return f"id: {seq}\ndata: {json.dumps(view, ensure_ascii=False)}\n\n"
