"""Builds the whole program and runs it: everything is made here, and nothing lives anywhere else.

Two programs fit into one event loop, because each holds its own store, connections, log and loops. Ending
is as orderly as starting: first nothing more comes in, then what runs comes to its end, then the doors close.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot.budget import Budget
from bot.clock import Clock
from bot.delivery import Delivery
from bot.foundation import AnyApplication, Foundation, Wire, Wired
from bot.gateway import Gateway
from bot.instance import hold_folder
from bot.intake import Poller, WrongTokenError, pause_unless
from bot.journal import Journal
from bot.processing import Processor
from bot.receiving import Receiver
from bot.request import AiohttpRequest, Api
from bot.retrying import back_off
from bot.settings import Settings
from bot.webhook import WebhookReceiver
from handlers.inbound import Me
from storage import SqliteStore, open_store
from tickets.identity import UserId


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


class RaisingApplication(Application[Any, Any, Any, Any, Any, Any]):
    """The library's application, but a handler's error reaches our processor, which knows what to do."""

    __slots__ = ()

    async def process_error(self, update: object, error: Exception, *_: Any, **__: Any) -> bool:
        raise error


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """The parts of a program that runs, for whoever holds it in the same process."""

    store: SqliteStore
    api: Api
    me: Me
    processor: Processor
    delivery: Delivery
    clock: Clock
    intake: Poller | WebhookReceiver
    greet: Callable[[], Awaitable[None]] | None


class Program:
    """One bot. Make it with `build`."""

    def __init__(
        self, *, settings: Settings, wire: Wire, now: Callable[[], datetime], journal: Journal
    ) -> None:
        self._settings = settings
        self._wire = wire
        self._now = now
        self._journal = journal
        self._token = settings.token.get_secret_value()
        self._begun = asyncio.Event()
        self._running: asyncio.Future[Running] | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set. Without a network it keeps trying.

        Raises `IntakeError`, `FolderError`, `StorageError`, `KnowledgeError` or `TextsError`, each with a
        sentence that says what to do.
        """
        self._running = asyncio.get_running_loop().create_future()
        self._begun.set()
        try:
            with hold_folder(self._settings.data):
                async with self._open(stop) as running:
                    if running is not None:
                        await self._run_loops(running, stop)
        finally:
            self._running.cancel()

    async def started(self) -> Running:
        """Wait until the program takes updates; call after `run` was started. Cancelled if that fails."""
        await self._begun.wait()
        assert self._running is not None  # noqa: S101 (made before the event is set)
        return await asyncio.shield(self._running)

    @asynccontextmanager
    async def _open(self, stop: asyncio.Event) -> AsyncIterator[Running | None]:
        """Open store and connections and make all parts; None where `stop` came first."""
        bell = asyncio.Event()
        async with AsyncExitStack() as stack:
            store = await open_store(self._settings.database, now=self._now, on_owed=bell.set)
            stack.push_async_callback(store.close)
            request, polling = self._request(self._settings.limits.parallel_sends), self._request(2)
            application = self._application(request, polling)
            stack.push_async_callback(_close, application, request, polling)
            if not await self._meet(stop, application.initialize):
                yield None
                return
            api, polled = self._api(request), self._api(polling)
            me = _me(application.bot)
            wired = self._wire(self._foundation(store, api, me), application)
            yield self._assemble(store, api, polled, me, wired, bell)

    def _assemble(
        self, store: SqliteStore, api: Api, polled: Api, me: Me, wired: Wired, bell: asyncio.Event
    ) -> Running:
        settings, now, journal = self._settings, self._now, self._journal
        limits = settings.limits.as_limits()
        delivery = Delivery(
            store=store,
            gateway=Gateway(api),
            renderer=wired.renderer,
            repairs=wired.repairs,
            budget=Budget(limits),
            now=now,
            journal=journal,
            parallel_sends=limits.parallel_sends,
            bell=bell,
        )
        processor = Processor(
            store=store,
            process=wired.process,
            now=now,
            journal=journal,
            report_parked=wired.report_parked,
            retries=settings.inbox.retries,
        )
        clock = Clock(
            store=store,
            run_timer=wired.run_timer,
            now=now,
            journal=journal,
            housekeeping=wired.housekeeping,
        )
        intake = self._intake(api, polled, Receiver(store=store, processor=processor, now=now))
        return Running(
            store=store,
            api=api,
            me=me,
            processor=processor,
            delivery=delivery,
            clock=clock,
            intake=intake,
            greet=wired.greet,
        )

    async def _run_loops(self, running: Running, stop: asyncio.Event) -> None:
        """Everything at once, until `stop` is set or one of the loops cannot go on."""
        await running.delivery.recover()
        await running.processor.start()
        delivering = asyncio.create_task(running.delivery.run())
        greeting = asyncio.create_task(_greet(running))
        stopping = asyncio.create_task(stop.wait())
        loops = [
            asyncio.create_task(running.intake.run(stop)),
            asyncio.create_task(running.clock.run(stop)),
        ]
        self._journal.info("started", bot=int(running.me.id), webhook=int(self._settings.webhook is not None))
        assert self._running is not None  # noqa: S101 (set by the only caller)
        self._running.set_result(running)
        try:
            await asyncio.wait([stopping, delivering, *loops], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.set()
            results = await asyncio.gather(*loops, return_exceptions=True)
            await running.processor.stop()
            running.delivery.stop()
            results += await asyncio.gather(delivering, return_exceptions=True)
            stopping.cancel()
            greeting.cancel()
            await asyncio.gather(greeting, return_exceptions=True)
            self._journal.info("stopped")
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _meet(self, stop: asyncio.Event, initialize: Callable[[], Awaitable[None]]) -> bool:
        """Ask the server who we are, until it answers; False where `stop` came first."""
        failures = 0
        while not stop.is_set():
            try:
                await initialize()
            except InvalidToken:
                raise WrongTokenError from None
            except TelegramError as error:
                pause = back_off(failures)
                failures += 1
                self._journal.warning("server_unreachable", error=type(error).__name__, seconds=pause)
                await pause_unless(stop, pause)
            else:
                return True
        return False

    def _request(self, connections: int) -> AiohttpRequest:
        return AiohttpRequest(api_base=self._settings.api_base, connections=connections)

    def _api(self, request: AiohttpRequest) -> Api:
        return Api(request=request, api_base=self._settings.api_base, token=self._token)

    def _application(self, request: AiohttpRequest, polling: AiohttpRequest) -> AnyApplication:
        base = self._settings.api_base
        bot: ExtBot[None] = ExtBot(
            self._token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=request,
            get_updates_request=polling,
        )
        builder = ApplicationBuilder().application_class(RaisingApplication).bot(bot).updater(None)
        return builder.job_queue(None).build()

    def _foundation(self, store: SqliteStore, api: Api, me: Me) -> Foundation:
        return Foundation(
            settings=self._settings, store=store, api=api, me=me, now=self._now, journal=self._journal
        )

    def _intake(self, api: Api, polled: Api, receiver: Receiver) -> Poller | WebhookReceiver:
        if self._settings.webhook is not None:
            return WebhookReceiver(
                settings=self._settings.webhook, api=api, receiver=receiver, journal=self._journal
            )
        timeout = self._settings.polling.timeout.total_seconds()
        return Poller(api=polled, receiver=receiver, journal=self._journal, timeout=timeout)


def build(
    settings: Settings,
    *,
    journal: Journal | None = None,
    wire: Wire | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Program:
    """The program that these settings describe. Nothing is opened yet."""
    secrets = [settings.token.get_secret_value()]
    if settings.webhook is not None:
        secrets.append(settings.webhook.secret.get_secret_value())
    journal = journal or Journal(level=settings.log.level, secrets=secrets)
    if wire is None:
        from bot.wiring import wire as wire_rules  # the rules and the knowledge engine: heavy

        wire = wire_rules
    return Program(settings=settings, wire=wire, now=now, journal=journal)


async def _greet(running: Running) -> None:
    if running.greet is not None:
        await running.greet()


def _me(bot: ExtBot[Any]) -> Me:
    user = bot.bot
    return Me(
        id=UserId(user.id),
        username=user.username or "",
        sees_all_messages=bool(user.can_read_all_group_messages),
    )


async def _close(application: AnyApplication, *requests: AiohttpRequest) -> None:
    await application.shutdown()
    for request in requests:  # the application closes nothing unless it was initialised
        await request.shutdown()
