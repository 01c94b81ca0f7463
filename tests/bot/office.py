"""What the tests of delivery share: a delivery with its store, its script, its clock and its world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from bot.budget import Limits
from bot.delivery import Delivery
from bot.outgoing import Rendered, SendText
from sandbox.demo import ALLIANCE, BOT, MUTUAL_AID
from sandbox.world import World
from storage import OutboxState, SqliteStore
from tests.bot.stage import Now, Script
from tickets.identity import ChatId, TicketId
from tickets.model import (
    Link,
    LinkRole,
)
from tickets.notices import Notice
from tickets.unit_of_work import UnitOfWork

T = TypeVar("T")
GROUP, FORUM = ChatId(MUTUAL_AID), ChatId(ALLIANCE)
FREE = Limits(overall_per_second=0, group_per_minute=0, private_per_second=0)
TICKET = TicketId(1)


def text(words: str, chat_id: int = MUTUAL_AID, **fields: Any) -> SendText:
    return SendText(chat_id=ChatId(chat_id), html=words, **fields)


def said(*steps: Any, **fields: Any) -> Rendered:
    return Rendered(steps=steps, **{"role": LinkRole.REPLY, "ref": 7, "digest": "d1", **fields})


class Office:
    """A delivery with its store, script and world."""

    def __init__(
        self, store: SqliteStore, world: World, script: Script, now: Now, make: Callable[..., Delivery]
    ) -> None:
        self.store, self.world, self.script, self.now = store, world, script, now
        self.make = make
        self.delivery = make(FREE)

    async def owe(self, *notices: Notice) -> None:
        def tell(uow: UnitOfWork) -> None:
            for notice in notices:
                uow.tell(notice)

        await self.store.transact(tell)

    async def deliver(self) -> None:
        """Run rounds until nothing more can go now."""
        while await self.delivery.run_once():
            pass

    def texts(self, chat_id: int = MUTUAL_AID) -> list[str]:
        return [message.text for message in self.world.messages(chat_id) if message.author_id == BOT]

    async def states(self) -> dict[OutboxState, int]:
        counts = await self.store.read(lambda uow: uow.outbox.counts())
        return {state: count for state, count in counts.items() if count}

    async def links(self, role: LinkRole = LinkRole.REPLY, ref: int = 7) -> list[Link]:
        return list(await self.store.read(lambda uow: uow.links.latest(role, ref)))
