"""A start that cannot succeed ends with one sentence that says what to do; one that can, keeps trying."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from sandbox.server import Sandbox
from tests.loop import knowledge_base
from tests.loop.program import Program
from tests.loop.stage import BOT, TOKEN, Stage, build_world, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(build_world()) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(scope="module", loop_scope="package", autouse=True)
async def disturbed(
    sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[asyncio.Task[Program]]:
    """A program whose updates somebody else fetches all the time; it takes a while to give up."""
    world = sandbox.world
    bot_id, token = BOT + 1, f"{BOT + 1}:AAE-fetched-by-two"
    world.add_bot(bot_id, token, "被抢的机器人", "fetched_by_two_bot")
    folder = tmp_path_factory.mktemp("disturbed")
    task = asyncio.create_task(run_disturbed(sandbox, folder, token))
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def run_disturbed(sandbox: Sandbox, folder: Path, token: str) -> Program:
    """Run a program until it gives up because of another one with its token."""
    program = await prepare(sandbox, folder, TOKEN=token, POLLING_TIMEOUT="50s")
    await program.start()
    async with httpx.AsyncClient(base_url=sandbox.base_url, timeout=60) as other:
        while program.runs:
            await other.post(f"/bot{token}/getUpdates", json={"timeout": 1})
    await program.ended()
    return program


async def prepare(sandbox: Sandbox, folder: Path, *command: str, **settings: str) -> Program:
    """A program that was not started yet."""
    knowledge_base.write(folder / "knowledge")
    return Program(settings_for(sandbox, folder, **settings), *command)


async def refused(program: Program) -> str:
    """Start what cannot start: the one sentence that it says."""
    await program.spawn()
    assert await program.ended() == 1, program.log
    sentences = [line for line in program.log.splitlines() if not line.startswith("{")]
    assert len(sentences) == 1, program.log
    assert "Traceback" not in program.log
    assert TOKEN not in program.log
    return sentences[0]


async def test_a_wrong_token_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    program = await prepare(sandbox, tmp_path, TOKEN="7000000001:revoked-long-ago")
    sentence = await refused(program)
    assert "token is wrong" in sentence
    assert "revoked-long-ago" not in program.log


async def test_a_missing_token_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    assert "HUZHU_TOKEN" in await refused(await prepare(sandbox, tmp_path, TOKEN=""))


async def test_all_faults_of_the_settings_are_told_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    program = await prepare(sandbox, tmp_path, QUIET="soon", ADMINS="me", LANGUAGE="fr")
    await program.spawn()
    assert await program.ended() == 1
    for name in ("HUZHU_QUIET", "HUZHU_ADMINS", "HUZHU_LANGUAGE"):
        assert name in program.log


async def test_a_variable_that_sets_nothing_is_warned_of(sandbox: Sandbox, tmp_path: Path) -> None:
    program = await prepare(sandbox, tmp_path, PEER_WINDOWS="1m")
    await program.start()
    assert (await program.logged("unknown_variable"))["name"] == "HUZHU_PEER_WINDOWS"
    assert await program.interrupt() == 0


async def test_a_token_from_a_file_is_as_good(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    program = await prepare(sandbox, tmp_path, TOKEN="", TOKEN_FILE=str(tmp_path / "token"))
    await program.start()
    assert await program.interrupt() == 0
    assert TOKEN not in program.log


async def test_a_second_program_on_the_same_folder_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    first = await prepare(sandbox, tmp_path)
    await first.start()
    sentence = await refused(await prepare(sandbox, tmp_path))
    assert "Another huzhu runs with the data folder" in sentence
    assert str(tmp_path / "data") in sentence
    assert first.runs
    assert await first.interrupt() == 0


async def test_a_folder_that_cannot_be_written_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    program = await prepare(sandbox, tmp_path, DATA=str(tmp_path / "file" / "data"))
    sentence = await refused(program)
    assert "cannot be written" in sentence
    assert str(tmp_path / "file" / "data") in sentence


async def test_a_newer_database_is_told_and_left_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    program = await prepare(sandbox, tmp_path)
    await program.start()
    assert await program.interrupt() == 0
    database = tmp_path / "data" / "huzhu.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO schema_version (version, applied_at) VALUES (9999, '2099-01-01')")
    sentence = await refused(await prepare(sandbox, tmp_path))
    assert "version 9999" in sentence
    assert "install the newer program" in sentence


async def test_a_knowledge_base_with_faults_is_told_with_file_and_line(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    program = await prepare(sandbox, tmp_path)
    (tmp_path / "knowledge" / "broken.yaml").write_text(
        "topic: 坏\nentries:\n  - id: X-1\n    question: 没有答案的条目\n", encoding="utf-8"
    )
    await program.spawn()
    assert await program.ended() == 1
    assert "broken.yaml" in program.log
    assert "answer" in program.log
    assert "Traceback" not in program.log


async def test_without_a_network_it_keeps_trying_and_says_so(tmp_path: Path) -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    later = Sandbox(build_world(), port=port)
    program = await prepare(later, tmp_path)
    await program.spawn()
    line = await program.logged("server_unreachable")
    assert line["level"] == "warning"
    assert line["seconds"] > 0
    async with later as sandbox:
        await program.logged("started")
        stage = Stage(sandbox.world, sandbox, program, tmp_path / "knowledge")
        asker = stage.person("王敏")
        stage.world.start(asker, BOT)
        await stage.hear(BOT, "您好，我是互助小助手", as_=asker)
        assert await program.interrupt() == 0


async def test_without_a_network_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    program = await prepare(Sandbox(build_world(), port=1), tmp_path)
    await program.spawn()
    await program.logged("server_unreachable")
    assert await program.interrupt() == 0


async def test_a_second_program_on_the_same_token_is_told(disturbed: asyncio.Task[Program]) -> None:
    """Stands last: the disturbed program has been at it since the first test of this file."""
    async with asyncio.timeout(90):
        program = await disturbed
    assert "Another program fetches this bot's updates" in program.log.splitlines()[-1]
    assert any(line["event"] == "poll_conflict" for line in program.events())
