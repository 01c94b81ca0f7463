"""Messages in: what people write and what they change."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from telegram import Message, Update

from handlers.inbound import is_service_message, to_message
from handlers.services import Context, Services
from tickets.conversation import ChatKind, IncomingMessage
from tickets.identity import ChatId, CommunityCode, UserId
from tickets.model import Room
from tickets.unit_of_work import UnitOfWork

_AT_ONCE = 20  # groups that the messenger is asked about side by side for one person


class Messages:
    """Takes messages and their edits."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def hear(self, update: Update, context: Context) -> None:
        """A new message that is no command."""
        message = update.message
        if message is None or is_service_message(message):
            return
        await self.take(update.update_id, message)

    async def hear_edit(self, update: Update, context: Context) -> None:
        """A message was edited, or the messenger says so."""
        if update.edited_message is not None:
            await self.take(update.update_id, update.edited_message, edited=True)

    async def take(
        self,
        update_id: int,
        message: Message,
        *,
        text: str | None = None,
        asked: bool = False,
        edited: bool = False,
    ) -> None:
        """Lead a message to its use case; `text` and `asked` are for the words behind a command."""
        services = self._services
        incoming = to_message(update_id, message, services.me, text=text, asked=asked, edited=edited)
        if incoming is None:
            return
        if incoming.chat.kind is ChatKind.PRIVATE:
            await self.introduce(incoming)
        now = services.now()
        arrived = services.arrivals.of(update_id, now)
        await services.act(update_id, lambda uow: services.reception.receive(uow, incoming, now, arrived))

    async def introduce(self, message: IncomingMessage) -> None:
        """Find the community of somebody who writes in private before ever having spoken in a group."""
        services, person = self._services, message.sender

        def unknown_groups(uow: UnitOfWork) -> list[tuple[ChatId, CommunityCode]]:
            if uow.people.communities_of(person.id):
                return []
            rooms = [chat for chat in uow.chats.all() if chat.room is Room.MUTUAL_AID]
            return [(chat.chat_id, chat.community) for chat in rooms if chat.community]

        groups = await services.store.read(unknown_groups)
        found = await self._communities_among(groups, person.id)
        if found:

            def remember(uow: UnitOfWork) -> None:
                uow.people.remember(person, services.now())
                for code in found:
                    uow.people.see_in(person.id, code)

            await services.store.transact(remember)

    async def _communities_among(
        self, groups: Sequence[tuple[ChatId, CommunityCode]], user_id: UserId
    ) -> list[CommunityCode]:
        """The communities of the first groups that somebody belongs to; a district may have hundreds."""
        membership = self._services.membership
        for start in range(0, len(groups), _AT_ONCE):
            some = groups[start : start + _AT_ONCE]
            inside = await asyncio.gather(*(membership.is_member(chat_id, user_id) for chat_id, _ in some))
            found = [code for (_, code), here in zip(some, inside, strict=True) if here]
            if found:
                return found
        return []
