"""What the bot may do in a chat, and what it lacks for the chat's purpose."""

from __future__ import annotations

from typing import Any

from telegram.error import TelegramError

from bot.journal import Journal
from bot.request import Api
from handlers.inbound import Me
from tickets.conversation import Chat
from tickets.identity import ChatId
from tickets.model import Room


class Rights:
    """Asks the messenger what the bot may do."""

    def __init__(self, *, api: Api, me: Me, journal: Journal) -> None:
        self._api = api
        self._me = me
        self._journal = journal

    async def find_missing(self, chat: Chat, room: Room | None) -> list[str]:
        """Keys of the texts `missing.…`, in the order in which they matter; empty if all is well.

        A bot that is no admin sees ordinary messages only with privacy mode off, and neither reactions nor
        changes of membership; topics need a right of their own.
        """
        own = await self._standing(chat.id)
        if own is None or room is None:
            return []
        admin = own.get("status") in ("administrator", "creator")
        missing = []
        if not _may(own, "can_send_messages"):
            missing.append("send")
        if not (_may(own, "can_send_photos") and _may(own, "can_send_documents")):
            missing.append("media")
        if not admin and not self._me.sees_all_messages and room is not Room.DESK:
            missing.append("privacy")
        elif not admin:
            missing.append("admin")
        if room is Room.ALLIANCE:
            missing += _topics(chat, own)
        return missing

    async def _standing(self, chat_id: ChatId) -> dict[str, Any] | None:
        try:
            own = await self._api.call("getChatMember", {"chat_id": chat_id, "user_id": self._me.id})
        except TelegramError as error:
            self._journal.warning("rights_unknown", chat=chat_id, error=type(error).__name__)
            return None
        return own if isinstance(own, dict) else None


def _may(own: dict[str, Any], right: str) -> bool:
    """Only a restricted member's rights are spelt out; everybody else has the group's."""
    return own.get("status") != "restricted" or bool(own.get(right))


def _topics(chat: Chat, own: dict[str, Any]) -> list[str]:
    if not chat.is_forum:
        return ["no_forum"]
    return [] if own.get("status") == "creator" or own.get("can_manage_topics") else ["topics"]
