"""The whole program against a messenger of our own, on this machine: no token, no internet.

Nothing of the program is left out or replaced. The groups are bound beforehand, and the waiting times are
short, so that a visitor sees everything happen.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from bot.app import Program, Running, build, utc_now
from bot.journal import Journal
from bot.settings import InboxSettings, Polling, SendLimits, Settings, Windows
from sandbox.demo import ADMIN, ALLIANCE, BOT_TOKEN, DESK, MUTUAL_AID, build_demo_world
from sandbox.server import Sandbox
from sandbox.world import World
from tickets.identity import ChatId, CommunityCode, UserId
from tickets.model import BoundChat, Community, Room
from tickets.unit_of_work import UnitOfWork

_CODE: Final = CommunityCode("LF")
_NAME: Final = "灵峰"
_ROOMS: Final = ((MUTUAL_AID, Room.MUTUAL_AID), (DESK, Room.DESK), (ALLIANCE, Room.ALLIANCE))
_PORTS: Final = 50  # tried one after the other
_LAST_PORT: Final = 65_535
_WINDOWS: Final = {"peer_window": "20s", "quiet": "2s"}
_EPOCH: Final = 1_700_000_000  # unix seconds; ids of a new run are counted from the seconds since then

Say = Callable[[str], None]


class NoPortError(Exception):
    """No port could be listened on."""

    def __init__(self, port: int, cause: str) -> None:
        super().__init__(
            f"Cannot listen on 127.0.0.1:{port} nor on the next ports ({cause}): "
            f"name another one with --port."
        )


async def run_demo(
    stop: asyncio.Event, *, port: int, data: Path | None, journal: Journal, say: Say, warn: Say
) -> None:
    """Run until `stop` is set. `say` gets the address once all is ready, `warn` what differs from the wish.

    `data` keeps the program's state; without it a temporary folder does, and is removed at the end.
    """
    async with AsyncExitStack() as stack:
        if data is None:
            folder = tempfile.TemporaryDirectory(prefix="huzhu-demo-", ignore_cleanup_errors=True)
            data = Path(stack.enter_context(folder))
        world = build_demo_world()
        sandbox = await serve(stack, world, port, warn)
        settings = demo_settings(sandbox.base_url, data)
        if settings.database.exists():
            go_on_counting(world, int(time.time()) - _EPOCH)
        program = build(settings, journal=journal)
        running = asyncio.create_task(program.run(stop))
        parts = await wait_started(program, running)
        if parts is not None:
            await parts.store.transact(bind_groups)
            say(f"{sandbox.base_url}/")
        await running


def demo_settings(api_base: str, data: Path) -> Settings:
    """The demo's configuration."""
    return Settings.model_validate(
        {
            "token": BOT_TOKEN,
            "api_base": api_base,
            "data": data,
            "admins": [ADMIN],
            "windows": Windows.model_validate(_WINDOWS),
            "limits": SendLimits(overall_per_second=0, group_per_minute=0, private_per_second=0),
            "polling": Polling(),
            "inbox": InboxSettings(),
        }
    )


async def serve(stack: AsyncExitStack, world: World, port: int, warn: Say) -> Sandbox:
    """Serve `world` on `port`, or on the next free one. Raises `NoPortError`."""
    cause = ""
    for candidate in range(port, min(port + _PORTS, _LAST_PORT + 1) if port else 1):
        try:
            sandbox = await stack.enter_async_context(Sandbox(world, port=candidate))
        except OSError as error:
            cause = error.strerror or type(error).__name__
            continue
        if port and candidate != port:
            warn(f"端口 {port} 已被占用，改用 {candidate}。(Port {port} is taken, using {candidate}.)")
        return sandbox
    raise NoPortError(port, cause)


def go_on_counting(world: World, start: int) -> None:
    """Let a new world's ids follow those that a kept folder has seen, which would else be taken for known."""
    for chat in world.chats.values():
        chat.last_id = max(chat.last_id, start)
    for bot in world.bots.values():
        bot.last_private_id = max(bot.last_private_id, start)
    for queue in world.queues.values():
        queue.next_id = max(queue.next_id, start + 100_000_000)


def bind_groups(uow: UnitOfWork) -> None:
    """Bind the demo's groups, as an admin would with /bind, but without leaving messages in them."""
    if uow.communities.get(_CODE) is None:
        uow.communities.put(Community(code=_CODE, name=_NAME))
    world = build_demo_world()
    for chat_id, room in _ROOMS:
        chat = world.chats[chat_id]
        uow.chats.put(
            BoundChat(
                chat_id=ChatId(chat_id),
                room=room,
                community=None if room is Room.ALLIANCE else _CODE,
                title=chat.title,
                is_forum=chat.is_forum,
                language="zh",
                bound_by=UserId(ADMIN),
                bound_at=utc_now(),
            )
        )


async def wait_started(program: Program, running: asyncio.Task[None]) -> Running | None:
    """The parts of the program once it takes updates; None where it ended before."""
    starting = asyncio.ensure_future(program.started())
    await asyncio.wait((starting, running), return_when=asyncio.FIRST_COMPLETED)
    if starting.done() and not starting.cancelled():
        return starting.result()
    starting.cancel()
    return None
