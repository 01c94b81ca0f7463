"""Runs the sandbox inside the event loop that is already there, so that a test or the demo can hold
bot, server and page in one process and end them cleanly."""

from __future__ import annotations

import asyncio
import socket
from types import TracebackType
from typing import Any

import uvicorn
from starlette.types import Scope

from sandbox.app import create_app
from sandbox.world import World


class Sandbox:
    """`async with Sandbox(world) as sandbox:` serves `world` at `sandbox.base_url`.

    Port 0 takes any free port; a taken one raises OSError. No signal handlers are installed, and
    leaving ends long polls, streams and webhook pushes at once. The world outlives the server and may
    be served again.
    """

    def __init__(self, world: World, host: str = "127.0.0.1", port: int = 0) -> None:
        self.world = world
        self.host = host
        self.port = port
        self.app = create_app(world)
        self._server: uvicorn.Server | None = None

    @property
    def base_url(self) -> str:
        """http://host:port, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def bot_url(self) -> str:
        """What python-telegram-bot wants as `base_url`: the token is appended to it."""
        return f"{self.base_url}/bot"

    @property
    def file_url(self) -> str:
        """What python-telegram-bot wants as `base_file_url`."""
        return f"{self.base_url}/file/bot"

    async def __aenter__(self) -> Sandbox:
        listener = _listen(self.host, self.port)
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self.app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            date_header=False,
            server_header=False,
            timeout_keep_alive=75,
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        self.world.open()
        self.app.state.bot_api.cut = self._cut
        await self._server.startup(sockets=[listener])
        self.app.state.webhooks.resume()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.world.close()
        await self.app.state.webhooks.stop()
        if self._server is not None:
            await _end(self._server, self.world.limits.shutdown_seconds)
            self._server = None

    def _cut(self, scope: Scope) -> bool:
        """Close the connection of a request without a word; False if it is not ours."""
        connections: set[Any] = self._server.server_state.connections if self._server is not None else set()
        for connection in connections:
            if connection.client == scope["client"] and connection.transport is not None:
                connection.transport.abort()
                return True
        return False


async def _end(server: uvicorn.Server, grace_seconds: float) -> None:
    """Stop listening, let running answers finish, hang up. uvicorn's own way waits in steps of 0.1 s."""
    for listener in server.servers:
        listener.close()
    state = server.server_state
    for connection in list(state.connections):
        connection.shutdown()
    if state.tasks:
        await asyncio.wait(set(state.tasks), timeout=grace_seconds)
    for connection in list(state.connections):
        if connection.transport is not None:
            connection.transport.abort()
    # one turn of the loop for the transports to close
    await asyncio.sleep(0)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol is named because asyncio switches Nagle's delay off only where it sees it
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
