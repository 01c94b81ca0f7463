"""What happens to chats themselves: members come and go, groups grow, topics close, the bot is blocked."""

from __future__ import annotations

from telegram import ChatMember, Update

from handlers.services import Context, Services
from tickets.change import say
from tickets.identity import ChatId, UserId
from tickets.model import Room
from tickets.unit_of_work import UnitOfWork

_GONE = (ChatMember.LEFT, ChatMember.BANNED)


class Chats:
    """Follows the chats."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def migrate(self, update: Update, context: Context) -> None:
        """A group became a supergroup. Both of its service messages say so, either suffices."""
        message = update.message
        if message is None:
            return
        here = ChatId(message.chat.id)
        if message.migrate_to_chat_id:
            old, new = here, ChatId(message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            old, new = ChatId(message.migrate_from_chat_id), here
        else:
            return
        mishaps = self._services.mishaps
        await self._services.act(update.update_id, lambda uow: mishaps.migrated(uow, old, new))

    async def topic(self, update: Update, context: Context) -> None:
        """Somebody closed or reopened a topic by hand."""
        message = update.message
        if message is None or message.message_thread_id is None:
            return
        chat_id, topic_id = ChatId(message.chat.id), message.message_thread_id
        closed = message.forum_topic_closed is not None

        def follow(uow: UnitOfWork) -> None:
            thread = uow.threads.by_topic(chat_id, topic_id)
            if thread is not None:
                self._services.mishaps.topic_closed(uow, thread.ticket_id, closed=closed)

        await self._services.act(update.update_id, follow)

    async def my_standing(self, update: Update, context: Context) -> None:
        """The bot was blocked, unblocked, added, promoted or removed."""
        change = update.my_chat_member
        if change is None:
            return
        gone = change.new_chat_member.status in _GONE
        chat_id = ChatId(change.chat.id)

        def follow(uow: UnitOfWork) -> None:
            if change.chat.type == "private":
                uow.people.set_reachable(UserId(chat_id), reachable=not gone)
            elif gone:
                self._tell_desk_of_removal(uow, chat_id)
            elif change.old_chat_member.status in _GONE and (bound := uow.chats.get(chat_id)) is not None:
                self._services.binding.catch_up(uow, bound)  # what was owed while away was lost

        await self._services.act(update.update_id, follow)

    async def member(self, update: Update, context: Context) -> None:
        """Somebody joined, left or was promoted: what was known of them there is forgotten."""
        change = update.chat_member
        if change is not None:
            user_id = UserId(change.new_chat_member.user.id)
            self._services.membership.forget(ChatId(change.chat.id), user_id)

    @staticmethod
    def _tell_desk_of_removal(uow: UnitOfWork, chat_id: ChatId) -> None:
        bound = uow.chats.get(chat_id)
        if bound is None:
            return
        desks = [chat for chat in uow.chats.all() if chat.room is Room.DESK and chat.chat_id != chat_id]
        for desk in desks:
            if bound.community in (None, desk.community):
                uow.tell(say(desk.chat_id, "bot_removed", title=bound.title))
