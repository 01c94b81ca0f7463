"""What the bot may do in a group, and what it lacks for the room that the group is.

Used when a group is bound and by `huzhu doctor`. What is missing is named by keys: people read it from the
texts `missing.…`.
"""

from __future__ import annotations

from typing import Any

from telegram.error import TelegramError

from bot.request import Api
from tickets.conversation import Chat
from tickets.identity import UserId
from tickets.model import Room

_MEDIA = ("can_send_photos", "can_send_documents")


class Rights:
    """Asks the messenger what the bot may do."""

    def __init__(self, *, api: Api, me: UserId, sees_all_messages: bool) -> None:
        """`sees_all_messages`: privacy mode is off."""
        self._api = api
        self._me = me
        self._sees_all = sees_all_messages

    async def find_missing(self, chat: Chat, room: Room | None) -> list[str]:
        """Keys of what the bot lacks in this group as this room; empty when nothing is.

        Where the messenger does not let us ask, `send` is named: then we cannot write there either.
        """
        try:
            member = await self._api.call("getChatMember", {"chat_id": chat.id, "user_id": self._me})
            group = await self._api.call("getChat", {"chat_id": chat.id})
        except TelegramError:
            return ["send"]
        forum = bool(group.get("is_forum", False))
        return missing_rights(
            member, group.get("permissions") or {}, room, forum=forum, sees_all=self._sees_all
        )


def missing_rights(
    member: dict[str, Any], permissions: dict[str, Any], room: Room | None, *, forum: bool, sees_all: bool
) -> list[str]:
    """What is lacking, given the bot's `ChatMember` and the group's default `ChatPermissions`."""
    admin = member.get("status") in ("administrator", "creator")
    missing = []
    if not admin:
        missing.append("admin" if sees_all else "privacy")
        allowed = member if member.get("status") == "restricted" else permissions
        if not allowed.get("can_send_messages", True):
            missing.append("send")
        elif not all(allowed.get(right, True) for right in _MEDIA):
            missing.append("media")
    if room is Room.ALLIANCE:
        if not forum:
            missing.append("no_forum")
        elif member.get("status") != "creator" and not member.get("can_manage_topics", False):
            missing.append("topics")
    return missing
