"""A bot that does what a test tells it, through raw calls of the Bot API. It stands in for the real
program where only the page is under test."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx

from sandbox.demo import BOT_TOKEN

Json = dict[str, Any]
LONG_POLL_SECONDS = 5


class ScriptedBot:
    """The demo's bot. Use as an async context manager."""

    def __init__(self, base_url: str, token: str = BOT_TOKEN) -> None:
        self._client = httpx.AsyncClient(base_url=f"{base_url}/bot{token}/", timeout=30)
        self._offset = 0
        self._waiting: list[Json] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def call(self, method: str, **params: Any) -> Any:
        """One Bot API call; returns `result`, AssertionError with Telegram's words if refused."""
        answer = (await self._client.post(method, json=params)).json()
        assert answer["ok"], answer
        return answer["result"]

    async def say(self, chat_id: int, text: str, **params: Any) -> int:
        """sendMessage; returns the message id."""
        message: Json = await self.call("sendMessage", chat_id=chat_id, text=text, **params)
        return int(message["message_id"])

    async def next(self, kind: str, *, tries: int = 3) -> Json:
        """The next update of `kind` ("message", "callback_query"…); others are passed over."""
        for _ in range(tries):
            while self._waiting:
                update = self._waiting.pop(0)
                if kind in update:
                    payload: Json = update[kind]
                    return payload
            self._waiting = await self.call("getUpdates", offset=self._offset, timeout=LONG_POLL_SECONDS)
            if self._waiting:
                self._offset = self._waiting[-1]["update_id"] + 1
        raise AssertionError(f"no update of kind {kind!r} came")


def keyboard(*rows: list[tuple[str, str]]) -> Json:
    """reply_markup with inline buttons; each button is (text, callback data or url)."""
    return {
        "inline_keyboard": [
            [{"text": text, "url" if "://" in target else "callback_data": target} for text, target in row]
            for row in rows
        ]
    }
