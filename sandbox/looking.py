"""Looking at a world and waiting for something in it: what tests of a bot do most of the time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sandbox.model import Chat, Message
from sandbox.refusal import Refusal
from sandbox.state import State

T = TypeVar("T")


class Looking(State):
    """Reads of a world's messages, now or as soon as they are there."""

    def message(self, chat_id: int, message_id: int, *, as_: int = 0) -> Message:
        """A message; for a private chat give the bot's id and the person in `as_`. Raises 404."""
        found = self._chat_seen(chat_id, as_).messages.get(message_id)
        if found is None:
            raise Refusal(404, f"no such message: {message_id}")
        return found

    def messages(self, chat_id: int, *, as_: int = 0, thread_id: int | None = None) -> list[Message]:
        """Messages of a chat (of one thread of it), oldest first; addressed as in `message`."""
        found = self._chat_seen(chat_id, as_).messages.values()
        return [m for m in found if thread_id is None or m.thread_id == thread_id]

    async def until(self, condition: Callable[[], T | None], seconds: float = 5.0) -> T:
        """Wait until `condition()` gives something true, and return it; TimeoutError after real `seconds`.

        It is asked again after every visible change and every Bot API call.
        """
        reader = self.events.subscribe()
        try:
            async with asyncio.timeout(seconds):
                while not (found := condition()):
                    reader.clear()
                    await reader.wait()
                return found
        finally:
            self.events.unsubscribe(reader)

    async def expect(
        self,
        chat_id: int,
        contains: str = "",
        *,
        as_: int = 0,
        thread_id: int | None = None,
        after: int = 0,
        seconds: float = 5.0,
    ) -> Message:
        """Wait for a bot's message with `contains` in its text or caption, and return the newest such.

        `after` is a message id: only later messages count. Addressed as in `message`.
        """

        def newest() -> Message | None:
            for message in reversed(self.messages(chat_id, as_=as_, thread_id=thread_id)):
                if message.id > after and message.author_id in self.queues and contains in message.text:
                    return message
            return None

        return await self.until(newest, seconds)

    def _chat_seen(self, chat_id: int, as_: int) -> Chat:
        return self.chat_as(self.person(as_), chat_id) if chat_id > 0 else self.chat(chat_id)
