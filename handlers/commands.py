"""Commands in. Members of a group never need one; they are for private chats, desks and admins."""

from __future__ import annotations

from collections.abc import Callable

from telegram import Message, Update

from handlers.inbound import to_message
from handlers.messages import Messages
from handlers.services import Context, Services
from tickets.change import say
from tickets.conversation import ChatKind, IncomingMessage
from tickets.identity import InquiryId
from tickets.model import Room
from tickets.unit_of_work import UnitOfWork
from tickets.whereabouts import follow_message


class Commands:
    """Takes commands."""

    def __init__(self, services: Services, messages: Messages) -> None:
        self._services = services
        self._messages = messages

    async def start(self, update: Update, context: Context) -> None:
        """`/start`, or the link that carries a question into the private chat."""
        message = update.message
        incoming = self._incoming(update)
        if message is None or incoming is None or incoming.chat.kind is not ChatKind.PRIVATE:
            return
        payload = _words(message)
        asked = payload[0][1:] if payload and payload[0].startswith("p") else ""
        services, now = self._services, self._services.now()

        def begin(uow: UnitOfWork) -> None:
            uow.people.remember(incoming.sender, now)
            uow.people.set_reachable(incoming.sender.id, reachable=True)
            if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
                uow.tell(say(incoming.chat.id, "welcome"))
            elif not services.helping.go_private(uow, incoming, InquiryId(int(asked)), now):
                uow.tell(say(incoming.chat.id, "link_used"))

        await services.act(update.update_id, begin)

    async def help(self, update: Update, context: Context) -> None:
        """`/help`."""
        await self._with(update, lambda uow, m: uow.tell(say(m.chat.id, "help", reply_to=m.key)))

    async def ask(self, update: Update, context: Context) -> None:
        """`/ask` with a question, or in reply to one; new or edited, as a text or below a photo."""
        message = update.effective_message
        if message is None:
            return
        text = _behind(message)
        answered, me = message.reply_to_message, self._services.me.id
        by_me = answered is not None and answered.from_user is not None and answered.from_user.id == me
        if not text and answered is not None and not by_me:
            text = answered.text or answered.caption or ""
        edited = update.edited_message is not None
        await self._messages.take(update.update_id, message, text=text, asked=True, edited=edited)

    async def my(self, update: Update, context: Context) -> None:
        """`/my`."""
        await self._with(update, self._services.standing.list_mine)

    async def status(self, update: Update, context: Context) -> None:
        """`/status LF-0001`."""
        services = self._services
        words = _words(update.message)
        number = words[0] if words else ""
        await self._with(
            update,
            lambda uow, m: services.standing.show_one(uow, m, number, admin=services.binding.is_admin(m)),
        )

    async def answer(self, update: Update, context: Context) -> None:
        """`/answer` in reply to the message that is the answer."""
        handling, now = self._services.handling, self._services.now()

        def take_up(uow: UnitOfWork, message: IncomingMessage) -> None:
            room = uow.chats.get(message.chat.id)
            if room is not None and room.room is Room.ALLIANCE:
                uow.people.remember(message.sender, now)
                handling.answer_with(uow, message, handling.find_ticket(uow, message), now)

        await self._with(update, take_up)

    async def bind(self, update: Update, context: Context) -> None:
        """`/bind mutual_aid LF`, `/bind desk LF`, `/bind alliance`."""
        incoming = self._incoming(update)
        if incoming is None:
            return
        services, now = self._services, self._services.now()
        words = _words(update.message)
        missing: list[str] = []
        if services.binding.is_admin(incoming) and incoming.chat.kind is ChatKind.GROUP and words:
            room = next((room for room in Room if room.value == words[0].lower()), None)
            missing = await services.rights.find_missing(incoming.chat, room)
        await self._with(update, lambda uow, m: services.binding.bind(uow, m, words, missing, now))

    async def unbind(self, update: Update, context: Context) -> None:
        """`/unbind`."""
        await self._with(update, self._services.binding.unbind)

    async def groups(self, update: Update, context: Context) -> None:
        """`/groups`."""
        await self._with(update, self._services.binding.list_groups)

    async def why(self, update: Update, context: Context) -> None:
        """`/why TEXT`: how the judge sees a text; for admins, in private."""
        services = self._services
        text = _behind(update.message)

        def tell(uow: UnitOfWork, message: IncomingMessage) -> None:
            if not services.binding.is_admin(message) or message.chat.kind is not ChatKind.PRIVATE:
                uow.tell(say(message.chat.id, "admins_only", reply_to=message.key))
            elif text:
                explained = services.explain(text)
                uow.tell(say(message.chat.id, "why", reply_to=message.key, explanation=explained))

        await self._with(update, tell)

    async def unknown(self, update: Update, context: Context) -> None:
        """A command that is none of ours: help in private, silence in a group."""
        message = update.message
        if message is not None and message.chat.type == "private":
            await self.help(update, context)

    def _incoming(self, update: Update) -> IncomingMessage | None:
        message = update.message
        if message is None:
            return None
        return to_message(update.update_id, message, self._services.me, text=_behind(message), asked=True)

    async def _with(self, update: Update, work: Callable[[UnitOfWork, IncomingMessage], None]) -> None:
        incoming = self._incoming(update)
        if incoming is not None:
            now = self._services.now()

            def known(uow: UnitOfWork) -> None:
                message = follow_message(uow, incoming)
                uow.people.remember(message.sender, now)
                work(uow, message)

            await self._services.act(update.update_id, known)


def _behind(message: Message | None) -> str:
    """What stands behind the command, with its line breaks."""
    if message is None:
        return ""
    _, *rest = (message.text or message.caption or "/").split(maxsplit=1)
    return rest[0] if rest else ""


def _words(message: Message | None) -> list[str]:
    return _behind(message).split()
