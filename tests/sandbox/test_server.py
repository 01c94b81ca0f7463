"""Starting and ending: ports, the page, open polls and streams, the command line."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest

from sandbox.__main__ import main, serve
from sandbox.app import create_app
from sandbox.demo import BOT, BOT_TOKEN, MUTUAL_AID
from sandbox.server import Sandbox
from sandbox.world import World
from tests.sandbox.conftest import until


async def test_a_taken_port_is_an_error_and_a_free_one_is_found(sandbox: Sandbox, world: World) -> None:
    with pytest.raises(OSError, match="in use"):
        async with Sandbox(world, port=sandbox.port):
            pytest.fail("two servers on one port")
    assert sandbox.base_url == f"http://127.0.0.1:{sandbox.port}"


async def test_open_polls_and_streams_end_with_the_server(world: World) -> None:
    async with httpx.AsyncClient() as client:
        async with Sandbox(world) as sandbox:
            poll = asyncio.create_task(
                client.get(f"{sandbox.bot_url}{BOT_TOKEN}/getUpdates?timeout=50", timeout=60)
            )
            stream = asyncio.create_task(client.get(f"{sandbox.base_url}/client/events?as=101", timeout=60))
            await until(lambda: world.queues[BOT].poller is not None)
        assert (await poll).json() == {"ok": True, "result": []}
        await stream


async def test_the_world_survives_its_server(world: World) -> None:
    async with Sandbox(world) as first:
        world.send(101, MUTUAL_AID, "一")
    assert first.base_url
    async with Sandbox(world) as second, httpx.AsyncClient(base_url=second.base_url) as client:
        state = (await client.get("/client/state?as=101")).json()
    assert state["messages"][str(MUTUAL_AID)][0]["text"] == "一"


async def test_two_sandboxes_fit_into_one_loop(world: World) -> None:
    other = World()
    async with Sandbox(world) as first, Sandbox(other) as second, httpx.AsyncClient() as client:
        assert (await client.get(f"{first.bot_url}{BOT_TOKEN}/getMe")).status_code == 200
        assert (await client.get(f"{second.bot_url}{BOT_TOKEN}/getMe")).status_code == 401


async def test_a_call_that_takes_too_long_is_hung_up(world: World) -> None:
    world.limits.shutdown_seconds = 0.01
    world.faults.add("delay", delay_ms=200)
    async with httpx.AsyncClient() as client:
        async with Sandbox(world) as sandbox:
            call = asyncio.create_task(client.get(f"{sandbox.bot_url}{BOT_TOKEN}/getMe"))
            await until(lambda: world.faults.rules[0].acted == 1)
        with pytest.raises(httpx.TransportError):
            await call


async def test_the_page_is_served(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]
    assert (await client.get("/static/app.js")).status_code == 200


async def test_a_missing_page_is_named(world: World, tmp_path: Path) -> None:
    transport = httpx.ASGITransport(create_app(world, tmp_path))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        answer = await client.get("/")
    assert (answer.status_code, "index.html is missing" in answer.text) == (404, True)


async def test_ipv6_works_where_the_machine_has_it(world: World) -> None:
    try:
        async with Sandbox(world, host="::1") as sandbox:
            assert sandbox.base_url.startswith("http://[::1]:")
    except OSError:
        pytest.skip("no IPv6 on this machine")


async def test_a_closed_sandbox_cuts_nothing(world: World) -> None:
    sandbox = Sandbox(world)
    assert sandbox.app.state.bot_api.cut({}) is False
    async with sandbox:
        assert sandbox.app.state.bot_api.cut({"client": ("127.0.0.1", 1)}) is False
    await sandbox.__aexit__(None, None, None)


async def test_the_command_tells_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    stop = asyncio.Event()
    stop.set()
    await serve("127.0.0.1", 0, stop)
    assert BOT_TOKEN in capsys.readouterr().out


async def test_the_command_ends_with_its_signal() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--port",
        "0",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while b"Token" not in await process.stdout.readline():
            pass
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")


def test_the_command_says_when_the_port_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    assert (
        f"Cannot listen on 127.0.0.1:{port}: Address already in use. Try --port 0." in capsys.readouterr().err
    )
