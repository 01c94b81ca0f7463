"""Pushing updates to a bot's webhook: in order within a chat, side by side between chats, again and
again with doubling pauses until the bot answers 2xx, the webhook changes or the update is too old.

A JSON answer that names a method is executed, as Telegram does.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import h11

from sandbox.api.request import Request
from sandbox.api.table import NAMES
from sandbox.model import Bot, Webhook
from sandbox.updates import KEPT_SECONDS, Pending
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.bot_endpoint import BotApi


class Webhooks:
    """The pushers of all bots that have a webhook."""

    def __init__(self, world: World, bot_api: BotApi) -> None:
        self.world = world
        self.bot_api = bot_api
        self._tasks: dict[int, asyncio.Task[None]] = {}
        world.on_webhook = self.changed

    def changed(self, bot: Bot) -> None:
        """The bot's webhook was set, replaced or removed."""
        task = self._tasks.pop(bot.id, None)
        if task is not None:
            task.cancel()
        if bot.webhook is not None:
            pusher = Pusher(self.world, self.bot_api, bot, bot.webhook)
            self._tasks[bot.id] = asyncio.get_running_loop().create_task(pusher.run())

    def resume(self) -> None:
        """Push for every bot that has a webhook, after a server start."""
        for bot in self.world.bots.values():
            if bot.webhook is not None and bot.id not in self._tasks:
                self.changed(bot)

    async def stop(self) -> None:
        """End all pushing; the settings stay."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Pusher:
    """Pushes one bot's updates to one webhook."""

    def __init__(self, world: World, bot_api: BotApi, bot: Bot, webhook: Webhook) -> None:
        self.world, self.bot_api, self.bot, self.webhook = world, bot_api, bot, webhook
        self.queue = world.queues[bot.id]
        self._lanes: dict[int, deque[Pending]] = {}
        self._taken: set[int] = set()
        self._slots = asyncio.Semaphore(webhook.max_connections)
        self._idle: list[Line] = []

    async def run(self) -> None:
        """Until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    self.queue.expire(self.world.clock())
                    self._assign(group)
                    await self.queue.wait_unless(3600.0, self._has_new)
                    if self.queue.closed:
                        return
        finally:
            for line in self._idle:
                line.close()

    def _has_new(self) -> bool:
        pending = self.queue.pending
        return bool(self.queue.again) or (bool(pending) and pending[-1].update_id not in self._taken)

    def _new(self) -> list[Pending]:
        """What came since the last look: the end of the queue, and what is to be delivered again."""
        new: list[Pending] = []
        for pending in reversed(self.queue.pending):
            if pending.update_id in self._taken:
                break
            new.append(pending)
        again = list(self.queue.again)
        self.queue.again.clear()
        return again + new[::-1]

    def _assign(self, group: asyncio.TaskGroup) -> None:
        for pending in self._new():
            self._taken.add(pending.update_id)
            if pending.lane in self._lanes:
                self._lanes[pending.lane].append(pending)
            else:
                self._lanes[pending.lane] = deque([pending])
                group.create_task(self._work(pending.lane))

    async def _work(self, lane: int) -> None:
        """Deliver one chat's updates one after the other."""
        waiting = self._lanes[lane]
        pause = self.world.limits.webhook_first_retry
        while waiting:
            pending = waiting[0]
            if self.world.clock() - pending.at > KEPT_SECONDS or await self._push(pending):
                waiting.popleft()
                self._taken.discard(pending.update_id)
                self.queue.remove(pending)
                pause = self.world.limits.webhook_first_retry
            else:
                await asyncio.sleep(pause)
                pause = min(2 * pause, self.world.limits.webhook_last_retry)
        del self._lanes[lane]

    async def _push(self, pending: Pending) -> bool:
        """One attempt; True when the bot took the update."""
        async with self._slots:
            try:
                async with asyncio.timeout(self.world.limits.webhook_timeout):
                    status, body = await self._post(pending.body)
            except TimeoutError:
                return self._failed("Read timeout expired")
            except (OSError, h11.RemoteProtocolError, EOFError):
                return self._failed("Connection refused")
        if not 200 <= status < 300:
            return self._failed(f"Wrong response from the webhook: {status}")
        await self._execute(body)
        return True

    def _failed(self, reason: str) -> bool:
        self.webhook.last_error_at, self.webhook.last_error = self.world.now(), reason
        return False

    async def _post(self, body: bytes) -> tuple[int, bytes]:
        line = self._idle.pop() if self._idle else await Line.open(self.webhook.url)
        try:
            status, answer, reusable = await line.post(body, self.webhook.secret)
        except BaseException:
            line.close()
            raise
        if reusable:
            self._idle.append(line)
        else:
            line.close()
        return status, answer

    async def _execute(self, body: bytes) -> None:
        try:
            answer: Any = json.loads(body) if body else None
        except ValueError:
            return
        if isinstance(answer, dict) and str(answer.get("method", "")).lower() in NAMES:
            name = str(answer.pop("method")).lower()
            await self.bot_api.run_quietly(Request(self.world, self.bot, answer), name)


class Line:
    """A connection to a webhook, kept open between posts."""

    def __init__(self, url: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(url)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._host = parts.netloc.rpartition("@")[2]
        self._reader, self._writer = reader, writer
        self._connection = h11.Connection(our_role=h11.CLIENT)

    @classmethod
    async def open(cls, url: str) -> Line:
        """Connect; any certificate will do, as the other end is this machine."""
        parts = urlsplit(url)
        context = None
        if parts.scheme == "https":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        port = parts.port or (443 if context else 80)
        reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
        return cls(url, reader, writer)

    async def post(self, body: bytes, secret: str) -> tuple[int, bytes, bool]:
        """Send one JSON body; returns status, answer and whether the line can be used again."""
        headers = [
            ("Host", self._host),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
        ]
        if secret:
            headers.append(("X-Telegram-Bot-Api-Secret-Token", secret))
        link = self._connection
        for event in (
            h11.Request(method="POST", target=self._path, headers=headers),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self._writer.write(link.send(event) or b"")
        await self._writer.drain()
        status, answer = await self._read()
        reusable = link.our_state is h11.DONE and link.their_state is h11.DONE
        if reusable:
            link.start_next_cycle()
        return status, answer, reusable

    async def _read(self) -> tuple[int, bytes]:
        status, answer = 0, b""
        while True:
            event = self._connection.next_event()
            if event is h11.NEED_DATA:
                self._connection.receive_data(await self._reader.read(65536))
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                answer += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                return status, answer

    def close(self) -> None:
        """Hang up."""
        self._writer.close()
