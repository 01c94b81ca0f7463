"""The program's own wiring: handlers, use cases, words and knowledge base belong to one another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from bot.budget import Budget, Limits
from bot.delivery import Delivery
from bot.foundation import Foundation, Wired
from bot.gateway import Gateway
from bot.journal import Journal
from bot.request import Api
from bot.settings import Settings
from bot.wiring import wire
from handlers.inbound import Me
from storage import SqliteStore
from tests.handlers.canned import CannedRequest, Telegram
from tests.handlers.places import ADMIN, GROUP, ZHANG, Json, private
from tests.handlers.station import HERE, TOKEN, open_application
from tests.tickets.people import LF, MONDAY
from tickets.identity import ChatId, UserId
from tickets.model import BoundChat, Community, Room

_API = "http://127.0.0.1:9"


@dataclass(kw_only=True, slots=True)
class Program:
    """What is wired, and the hand that feeds it."""

    wired: Wired
    telegram: Telegram
    delivery: Delivery
    ids: Any

    async def say(self, text: str, *, by: Json = ZHANG, to: Json = GROUP, **more: Any) -> list[str]:
        """Say something and return what was sent because of it."""
        self.telegram.calls.clear()
        at = int(MONDAY.timestamp())
        message = {"message_id": next(self.ids), "from": by, "chat": to, "date": at, "text": text}
        await self.wired.process({"update_id": next(self.ids), "message": message | more}, MONDAY)
        while await self.delivery.run_once():
            continue
        return [str(call["text"]) for call in self.telegram.of("sendMessage")]


@pytest.fixture
async def program(store: SqliteStore) -> AsyncIterator[Program]:
    telegram, journal = Telegram(), Journal(level="error")
    request = CannedRequest(telegram)
    api = Api(request=request, api_base=_API, token=TOKEN)
    settings = Settings.model_validate(
        {"token": TOKEN, "admins": [ADMIN["id"]], "knowledge": HERE / "knowledge", "data": store.path.parent}
    )
    async with open_application(request) as application:
        me = Me(id=UserId(application.bot.id), username="HuzhuBot", sees_all_messages=True)
        foundation = Foundation(
            settings=settings, store=store, api=api, me=me, now=lambda: MONDAY, journal=journal
        )
        wired = wire(foundation, application)
        await store.transact(lambda uow: uow.communities.put(Community(code=LF, name="灵峰社区")))
        await store.transact(lambda uow: uow.chats.put(_group()))
        delivery = Delivery(
            store=store,
            gateway=Gateway(api),
            renderer=wired.renderer,
            repairs=wired.repairs,
            budget=Budget(Limits()),
            now=lambda: MONDAY,
            journal=journal,
        )
        yield Program(wired=wired, telegram=telegram, delivery=delivery, ids=count(1))


async def test_what_the_knowledge_base_knows_is_answered_from_it(program: Program) -> None:
    (answer,) = await program.say("新买的叉车怎么办使用登记")
    assert answer.startswith("到市场监管局窗口办理使用登记。")
    assert "《特种设备安全法》第三十三条" in answer


async def test_an_admin_may_ask_why(program: Program) -> None:
    entities = [{"offset": 0, "length": 4, "type": "bot_command"}]
    asked = "/why 新买的叉车怎么办使用登记"
    (explanation,) = await program.say(asked, by=ADMIN, to=private(ADMIN), entities=entities)
    assert "T-001" in explanation


async def test_a_knowledge_base_that_did_not_change_is_left_alone(program: Program) -> None:
    program.wired.housekeeping()
    assert await program.say("新买的叉车怎么办使用登记")


def _group() -> BoundChat:
    return BoundChat(
        chat_id=ChatId(GROUP["id"]),
        room=Room.MUTUAL_AID,
        community=LF,
        title=GROUP["title"],
        is_forum=False,
        language="zh",
        bound_by=UserId(ADMIN["id"]),
        bound_at=MONDAY,
    )
