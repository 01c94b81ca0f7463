"""A whole program but for its loops: updates go in as raw JSON, what came of them is read from the rows.

The use cases are those of `tests.tickets.world`, with its judge of few and certain words, so that no test
here hangs on how well anything is matched.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.ext import ApplicationBuilder, ExtBot

from bot.app import RaisingApplication
from bot.budget import Budget, Limits
from bot.delivery import Delivery
from bot.foundation import AnyApplication
from bot.gateway import Gateway
from bot.journal import Journal
from bot.membership import Membership
from bot.rendering.renderer import Renderer
from bot.rendering.scene import Scenery
from bot.rendering.toasts import Toasts
from bot.request import Api
from bot.rights import Rights
from bot.texts import load_texts
from handlers.inbound import Me
from handlers.register import register
from handlers.services import Arrivals, Services
from knowledge import load_departments
from storage import OutboxState, SqliteStore, SqliteUnitOfWork
from tests.handlers.canned import CannedRequest, Telegram
from tests.handlers.places import ADMIN, ALLIANCE, BASIC, DESK, FORUM, GROUP, ZHANG, Json
from tests.tickets.judging import find_entry
from tests.tickets.world import World
from tickets.identity import ChatId, CommunityCode, DraftId, InquiryId, TicketId, UserId
from tickets.model import BoundChat, Community, Draft, Inquiry, Link, LinkRole, Room, Ticket
from tickets.notices import Notice

T = TypeVar("T")
HERE = Path(__file__).parent
LF = CommunityCode("LF")
TOKEN = "7000000001:AAcanned"
_API = "http://127.0.0.1:9"
_FREE = Limits(overall_per_second=0, group_per_minute=0, private_per_second=0)


@dataclass(kw_only=True, slots=True)
class Station:
    """Takes updates as the messenger sends them, and lets one look at the rows."""

    store: SqliteStore
    world: World
    telegram: Telegram
    application: AnyApplication
    arrivals: Arrivals
    delivery: Delivery
    ids: Any = field(default_factory=lambda: count(812100000))

    def now(self) -> datetime:
        return self.world.now

    # -- what comes in --

    async def take(self, update: Json, *, late: timedelta = timedelta(0)) -> Json:
        """Act on one raw update; `late` is how long ago it was received."""
        read = Update.de_json(json.loads(json.dumps(update)), self.application.bot)
        self.arrivals.note(read.update_id, self.now() - late)
        await self.application.process_update(read)
        self.arrivals.forget(read.update_id)
        return update

    async def play(self, name: str, **changes: Any) -> Json:
        """Act on a recorded update; `changes` replace fields of its message."""
        return await self.take(recorded(name, **changes))

    async def say(
        self, text: str, *, by: Json = ZHANG, to: Json = GROUP, late: timedelta = timedelta(0), **more: Any
    ) -> Json:
        """A plain message; returns the message as the messenger shows it."""
        message = self.message(by=by, to=to, text=text, **more)
        await self.take({"update_id": next(self.ids), "message": message}, late=late)
        return message

    async def edit(self, message: Json, **changes: Any) -> None:
        """The same message, edited."""
        edited = message | {"edit_date": int(self.now().timestamp())} | changes
        await self.take({"update_id": next(self.ids), "edited_message": edited})

    async def command(self, text: str, **more: Any) -> Json:
        """A command, marked as such by the messenger."""
        length = len(text.split(maxsplit=1)[0])
        entities = [{"offset": 0, "length": length, "type": "bot_command"}]
        return await self.say(text, entities=entities, **more)

    async def press(self, data: str, *, by: Json, on: Json) -> Json:
        """A press of a button below a message; returns what the presser was told."""
        query = {"id": "4382bfdwdsb323b2d9", "from": by, "message": on, "chat_instance": "-394", "data": data}
        await self.take({"update_id": next(self.ids), "callback_query": query})
        return self.telegram.of("answerCallbackQuery")[-1]

    def message(self, *, by: Json, to: Json, **more: Any) -> Json:
        at = int(self.now().timestamp())
        return {"message_id": next(self.ids) - 812000000, "from": by, "chat": to, "date": at} | more

    async def wait(self, span: timedelta) -> None:
        """Let time pass and run what falls due."""
        await self.world.wait(span)

    async def deliver(self) -> None:
        """Send all that is owed."""
        while await self.delivery.run_once():
            continue

    # -- what came of it --

    async def do(self, work: Callable[[SqliteUnitOfWork], T]) -> T:
        return await self.store.transact(work)

    async def bind(
        self, chat: Json, room: Room, community: CommunityCode | None = LF, *, language: str = "zh"
    ) -> None:
        bound = BoundChat(
            chat_id=ChatId(chat["id"]),
            room=room,
            community=community,
            title=chat["title"],
            is_forum=bool(chat.get("is_forum")),
            language=language,
            bound_by=UserId(ADMIN["id"]),
            bound_at=self.now(),
        )
        await self.do(lambda uow: uow.chats.put(bound))

    async def inquiries(self) -> list[Inquiry]:
        return await self._each(lambda uow, row: uow.inquiries.get(InquiryId(row)))

    async def inquiry(self) -> Inquiry:
        (inquiry,) = await self.inquiries()
        return inquiry

    async def tickets(self) -> list[Ticket]:
        return await self._each(lambda uow, row: uow.tickets.get(TicketId(row)))

    async def ticket(self) -> Ticket:
        (ticket,) = await self.tickets()
        return ticket

    async def drafts(self) -> list[Draft]:
        return await self._each(lambda uow, row: uow.drafts.get(DraftId(row)))

    async def owed(self) -> list[Notice]:
        """The notices that wait to be sent, oldest first."""
        rows = await self._each(lambda uow, row: uow.outbox.get(row))
        return [row.notice for row in rows if row.state is OutboxState.PENDING]

    async def said(self) -> list[str]:
        """The keys of the plain words that wait to be sent."""
        return [str(notice.data["key"]) for notice in await self.owed() if "key" in notice.data]

    async def shown(self, role: LinkRole, ref: int, to: Json, text: str = "…") -> Json:
        """The message of ours that stands for a matter, as the messenger shows it."""
        await self.deliver()
        link: Link = (await self.do(lambda uow: uow.links.latest(role, ref)))[0]
        shown = self.message(by=self.me, to=to, text=text)
        return shown | {"message_id": link.key.message_id}

    @property
    def me(self) -> Json:
        return dict(self.application.bot.bot.to_dict())

    async def _each(self, get: Callable[[SqliteUnitOfWork, int], T | None]) -> list[T]:
        def collect(uow: SqliteUnitOfWork) -> list[T]:
            found = (get(uow, row) for row in range(1, uow.new_id()))
            return [each for each in found if each is not None]

        return await self.do(collect)


@asynccontextmanager
async def open_station(world: World, *, sees_all_messages: bool = True) -> AsyncIterator[Station]:
    """The program over this world."""
    telegram, arrivals, journal = Telegram(), Arrivals(), Journal(level="error")
    request, store = CannedRequest(telegram), world.store
    api = Api(request=request, api_base=_API, token=TOKEN)
    async with open_application(request) as application:
        bot, now = application.bot, lambda: world.now
        me = Me(id=UserId(bot.id), username=bot.username, sees_all_messages=sees_all_messages)
        texts = load_texts()
        departments = {department.id: department for department in load_departments()}
        services = Services(
            me=me,
            store=store,
            now=now,
            reception=world.reception,
            pressing=world.pressing,
            binding=world.cases.binding,
            standing=world.standing,
            handling=world.cases.handling,
            helping=world.cases.helping,
            mishaps=world.mishaps,
            membership=Membership(api=api, now=now, journal=journal),
            rights=Rights(api=api, me=me.id, sees_all_messages=me.sees_all_messages),
            wording=Toasts(texts=texts, language="zh", departments=departments),
            arrivals=arrivals,
            explain=lambda text: f"judged: {text}",
        )
        register(application, services)
        scenery = Scenery(
            texts=texts,
            language="zh",
            departments=departments,
            find_entry=find_entry,
            username=bot.username,
            zone=ZoneInfo("Asia/Shanghai"),
        )
        delivery = Delivery(
            store=store,
            gateway=Gateway(api),
            renderer=Renderer(scenery),
            repairs=world.mishaps,
            budget=Budget(_FREE),
            now=now,
            journal=journal,
        )
        telegram.calls.clear()
        yield Station(
            store=store,
            world=world,
            telegram=telegram,
            application=application,
            arrivals=arrivals,
            delivery=delivery,
        )


@asynccontextmanager
async def open_application(request: CannedRequest) -> AsyncIterator[AnyApplication]:
    bot: ExtBot[None] = ExtBot(TOKEN, request=request, get_updates_request=request)
    builder = ApplicationBuilder().application_class(RaisingApplication).bot(bot).updater(None)
    async with builder.job_queue(None).build() as application:
        yield application


async def bind_groups(station: Station) -> None:
    """One community with its groups and desk, and the alliance."""
    await station.do(lambda uow: uow.communities.put(Community(code=LF, name="灵峰社区")))
    for chat in (GROUP, FORUM, BASIC):
        await station.bind(chat, Room.MUTUAL_AID)
    await station.bind(DESK, Room.DESK)
    await station.bind(ALLIANCE, Room.ALLIANCE, None)


def recorded(name: str, **changes: Any) -> Json:
    """An update from `updates/`; `changes` replace fields of its message."""
    update: Json = json.loads((HERE / "updates" / f"{name}.json").read_text(encoding="utf-8"))
    if changes:
        update["message"] |= changes
    return update
