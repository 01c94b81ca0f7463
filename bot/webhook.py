"""Receives updates by webhook: checks the secret, stores the update, and only then says 200.

The messenger repeats what was not answered with 200, so nothing is lost when we die in between. TLS is the
business of the web server in front.
"""

from __future__ import annotations

import asyncio
import hmac
from typing import Final

from aiohttp import web
from telegram.error import InvalidToken, TelegramError

from bot.intake import IntakeError, WrongTokenError, pause_unless
from bot.journal import Journal
from bot.receiving import Receiver
from bot.request import Api
from bot.retrying import back_off
from bot.settings import Webhook
from bot.updates import ALLOWED_UPDATES

_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_LONGEST: Final = 1 << 20  # bytes of one update; real ones are far shorter


class ListenError(IntakeError):
    """The address to listen on cannot be used."""

    def __init__(self, settings: Webhook, cause: str) -> None:
        super().__init__(
            f"Cannot listen on {settings.listen}:{settings.port} ({cause}): "
            f"set another port in HUZHU_WEBHOOK_PORT, or stop what uses it."
        )


class WebhookReceiver:
    """An HTTP server for the messenger's calls."""

    def __init__(self, *, settings: Webhook, api: Api, receiver: Receiver, journal: Journal) -> None:
        self._settings = settings
        self._secret = settings.secret.get_secret_value()
        self._api = api
        self._receiver = receiver
        self._journal = journal
        self.port = settings.port  # the one really used, once `run` listens: 0 takes any

    async def run(self, stop: asyncio.Event) -> None:
        """Listen, tell the messenger where, and receive until `stop` is set. Raises `IntakeError`."""
        application = web.Application(client_max_size=_LONGEST)
        application.router.add_post(self._settings.path, self.receive)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            await self._listen(runner)
            await self._announce(stop)
            await stop.wait()
        finally:
            await runner.cleanup()

    async def receive(self, request: web.Request) -> web.Response:
        """One update. 403 without the secret, 400 for what is no update, 503 while it cannot be stored."""
        given = request.headers.get(_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return web.Response(status=403)
        try:
            update = await request.json()
        except ValueError:
            return web.Response(status=400)
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return web.Response(status=400)
        try:
            await self._receiver.take([update])
        except Exception as error:
            self._journal.failure("intake_failed", error)
            return web.Response(status=503)
        return web.Response()

    async def _listen(self, runner: web.AppRunner) -> None:
        site = web.TCPSite(runner, self._settings.listen, self._settings.port)
        try:
            await site.start()
        except OSError as error:
            raise ListenError(self._settings, error.strerror or type(error).__name__) from error
        self.port = runner.addresses[0][1]

    async def _announce(self, stop: asyncio.Event) -> None:
        parameters = {
            "url": self._settings.url.rstrip("/") + self._settings.path,
            "secret_token": self._secret,
            "allowed_updates": list(ALLOWED_UPDATES),
            "drop_pending_updates": False,
        }
        failures = 0
        while not stop.is_set():
            try:
                await self._api.call("setWebhook", parameters)
            except InvalidToken:
                raise WrongTokenError from None
            except TelegramError as error:
                pause = back_off(failures)
                failures += 1
                self._journal.warning("webhook_not_set", error=type(error).__name__, seconds=pause)
                await pause_unless(stop, pause)
            else:
                return
