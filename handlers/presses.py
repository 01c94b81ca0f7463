"""Presses of buttons in."""

from __future__ import annotations

from telegram import CallbackQuery, Update
from telegram.error import TelegramError

from handlers.inbound import to_chat, to_person
from handlers.services import Context, Services
from tickets.conversation import ChatKind, Press, PressReply
from tickets.identity import ChatId, MessageId, MessageKey, UpdateId
from tickets.unit_of_work import AlreadyDoneError, UnitOfWork

_LONGEST_TOAST = 200  # characters that the messenger shows


class Presses:
    """Takes presses and tells the presser, and nobody else, what came of it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def press(self, update: Update, context: Context) -> None:
        """Act on a press, then stop the button's spinner with a word where there is one."""
        query = update.callback_query
        if query is None or query.message is None or query.data is None:
            return
        services, now = self._services, self._services.now()
        press = await self._to_press(update.update_id, query)

        def act(uow: UnitOfWork) -> tuple[PressReply, str]:
            reply = services.pressing.press(uow, press, now)
            return reply, services.wording.toast(uow, press.chat.id, reply)

        try:
            reply, words = await services.act(update.update_id, act)
        except AlreadyDoneError:
            reply, words = PressReply(), ""
        await self._answer(query, words, alert=reply.alert)

    async def _to_press(self, update_id: int, query: CallbackQuery) -> Press:
        assert query.message is not None  # noqa: S101  # checked by the caller; for the type checker
        chat, user = to_chat(query.message.chat), to_person(query.from_user)
        member = admin = chat.kind is ChatKind.PRIVATE and int(chat.id) == int(user.id)
        if chat.kind is ChatKind.GROUP:
            member = await self._services.membership.is_member(chat.id, user.id)
            admin = member and await self._services.membership.is_admin(chat.id, user.id)
        return Press(
            update_id=UpdateId(update_id),
            key=MessageKey(chat_id=ChatId(chat.id), message_id=MessageId(query.message.message_id)),
            chat=chat,
            user=user,
            data=query.data or "",
            at=self._services.now(),
            member=member,
            chat_admin=admin,
        )

    @staticmethod
    async def _answer(query: CallbackQuery, words: str, *, alert: bool) -> None:
        """The spinner stops by itself after a while, so a failure here is not worth a word."""
        try:
            await query.answer(text=words[:_LONGEST_TOAST] or None, show_alert=alert)
        except TelegramError:
            return
