"""Fetches updates by long polling and loses none: they are stored before the next request confirms them.

The library's own poller confirms updates that still sit in memory, so a crash would lose them. Here the
offset moves only after the commit, and the next request is under way while the updates are acted on.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.journal import Journal
from bot.receiving import Receiver
from bot.refusals import is_unauthorized, pause_of
from bot.request import Api
from bot.retrying import back_off
from bot.updates import ALLOWED_UPDATES, id_of

_BATCH: Final = 100  # the API's most
_CONFLICTS: Final = 6  # in a row; a restart of ours shows one or two
_SLACK: Final = 10.0  # seconds that an answer may be late after a long poll


class IntakeError(Exception):
    """Updates cannot be fetched, and going on would not help. The message says what to do."""


class WrongTokenError(IntakeError):
    """The server does not know our token."""

    def __init__(self) -> None:
        super().__init__(
            "The token is wrong or was revoked: copy it again from @BotFather into HUZHU_TOKEN, "
            "then start anew."
        )


class SecondInstanceError(IntakeError):
    """Somebody else fetches our updates."""

    def __init__(self) -> None:
        super().__init__(
            "Another program fetches this bot's updates with the same token: stop it, "
            "or give this bot a token of its own."
        )


class Poller:
    """Fetches updates until told to stop."""

    def __init__(self, *, api: Api, receiver: Receiver, journal: Journal, timeout: float = 30.0) -> None:
        """`timeout` is how long, in seconds, the server holds a request while there is nothing new."""
        self._api = api
        self._receiver = receiver
        self._journal = journal
        self._timeout = timeout
        self._offset: int | None = None
        self._failures = 0
        self._conflicts = 0
        self._hooked = True  # a webhook may be set

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch until `stop` is set. Raises `WrongTokenError` or `SecondInstanceError`; outlives the rest."""
        while not stop.is_set():
            await self._until(stop, self._fetch)

    async def fetch_once(self) -> int:
        """Fetch, store and pass on one batch; return how many updates it held. Raises the API's errors."""
        parameters: dict[str, Any] = {
            "timeout": int(self._timeout),
            "limit": _BATCH,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        if self._offset is not None:
            parameters["offset"] = self._offset
        updates = await self._api.call("getUpdates", parameters, read_timeout=self._timeout + _SLACK)
        if updates:
            await self._receiver.take(updates)
            self._offset = int(id_of(updates[-1])) + 1
        return len(updates)

    async def _fetch(self) -> None:
        if self._hooked:
            await self._delete_webhook()
            self._hooked = False
        await self.fetch_once()

    async def _delete_webhook(self) -> None:
        """With a webhook set every poll is refused; what waits for it must not be dropped.

        Where it fails there may be none to delete; if there is one, the next poll's refusal leads here again.
        """
        try:
            await self._api.call("deleteWebhook", {"drop_pending_updates": False})
        except TelegramError as error:
            if isinstance(error, InvalidToken) and is_unauthorized(error):
                raise
            self._journal.warning("webhook_not_deleted", error=type(error).__name__)

    async def _until(self, stop: asyncio.Event, attempt: Any) -> None:
        """Make one attempt, again and again if need be, until it succeeds or `stop` is set."""
        while not stop.is_set():
            pause = await self._try(stop, attempt)
            if pause is None:
                return
            await pause_unless(stop, pause)

    async def _try(self, stop: asyncio.Event, attempt: Any) -> float | None:
        """Seconds until the next try; None when it succeeded or was broken off by `stop`."""
        try:
            await run_unless(stop, attempt)
        except InvalidToken:
            raise WrongTokenError from None
        except Conflict:
            self._conflicts += 1
            self._hooked = True
            if self._conflicts >= _CONFLICTS:
                raise SecondInstanceError from None
            return self._trouble("poll_conflict", "Conflict")
        except RetryAfter as error:
            return self._trouble("poll_failed", "RetryAfter", at_least=pause_of(error))
        except TelegramError as error:
            return self._trouble("poll_failed", type(error).__name__)
        except Exception as error:  # the store: without it nothing may be confirmed
            self._journal.failure("intake_failed", error)
            return self._trouble("poll_failed", type(error).__name__)
        if self._failures:
            self._journal.info("polling_again", after=self._failures)
        self._failures = self._conflicts = 0
        return None

    def _trouble(self, event: str, error: str, *, at_least: float = 0.0) -> float:
        pause = max(at_least, back_off(self._failures))
        self._failures += 1
        self._journal.warning(event, error=error, seconds=pause)
        return pause


async def run_unless(stop: asyncio.Event, attempt: Any) -> None:
    """Run `attempt`, broken off when `stop` is set: a long poll holds nothing that would be lost."""
    work = asyncio.ensure_future(attempt())
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((work, stopping), return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
    finally:
        for task in (work, stopping):
            task.cancel()
        await asyncio.gather(work, stopping, return_exceptions=True)


async def pause_unless(stop: asyncio.Event, seconds: float) -> None:
    """Wait so many seconds, or until `stop` is set."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass
