"""The demo is the real program: an address, bound groups, and a clean end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.demo import NoPortError, demo_settings, run_demo
from bot.instance import FolderTakenError, hold_folder
from bot.journal import Journal
from tests.bot.stage import until


@asynccontextmanager
async def demo(
    journal: Journal, warnings: list[str], *, port: int = 0, data: Path | None = None
) -> AsyncIterator[str]:
    addresses: list[str] = []
    stop = asyncio.Event()
    running = asyncio.create_task(
        run_demo(stop, port=port, data=data, journal=journal, say=addresses.append, warn=warnings.append)
    )
    await until(lambda: addresses or running.done())
    if running.done():
        await running
    yield addresses[0]
    stop.set()
    async with asyncio.timeout(5):
        await running


async def ask(address: str, text: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{address}client/send", json={"as": 101, "chat_id": -1001000000001, "text": text}
        ) as response,
    ):
        assert response.status == 200


async def words_of_the_bot(address: str) -> list[str]:
    async with aiohttp.ClientSession() as session, session.get(f"{address}client/state?as=101") as response:
        state = await response.json()
    return [
        message["text"]
        for messages in state["messages"].values()
        for message in messages
        if message["from"]["is_bot"]
    ]


async def wait_for_words(address: str) -> list[str]:
    async with asyncio.timeout(15):
        words = await words_of_the_bot(address)
        while not words:
            await asyncio.sleep(0.05)
            words = await words_of_the_bot(address)
    return words


async def test_a_visitor_asks_and_is_answered(journal: Journal) -> None:
    async with demo(journal, []) as address:
        assert address.startswith("http://127.0.0.1:")
        await ask(address, "叉车司机需要什么证？")
        assert await wait_for_words(address)


async def test_a_taken_port_is_told_and_the_next_one_taken(journal: Journal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        warnings: list[str] = []
        async with demo(journal, warnings, port=port) as address:
            assert address != f"http://127.0.0.1:{port}/"
        assert str(port) in warnings[0]


async def test_where_no_port_is_free_it_says_so(journal: Journal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 65_535))
        taken.listen()
        with pytest.raises(NoPortError, match="--port"):
            await run_demo(asyncio.Event(), port=65_535, data=None, journal=journal, say=print, warn=print)


async def test_a_kept_folder_is_taken_up_by_the_next_demo(journal: Journal, tmp_path: Path) -> None:
    for question in ("叉车司机需要什么证？", "工伤认定多少天内申请？"):
        async with demo(journal, [], data=tmp_path) as address:
            await ask(address, question)
            assert await wait_for_words(address), "the ids of a new world are not taken for known ones"


async def test_a_demo_that_cannot_start_says_why(journal: Journal, tmp_path: Path) -> None:
    with hold_folder(tmp_path), pytest.raises(FolderTakenError):
        async with demo(journal, [], data=tmp_path):
            pytest.fail("two programs in one folder")


def test_the_demo_does_not_make_a_visitor_wait(tmp_path: Path) -> None:
    settings = demo_settings("http://127.0.0.1:1", tmp_path)
    assert settings.windows.peer_window.total_seconds() == 20
    assert settings.windows.quiet.total_seconds() == 2
