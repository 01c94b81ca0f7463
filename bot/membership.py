"""Who belongs to a chat, as the messenger says it now.

Rights follow membership: social workers are the members of the desk, officers those of the alliance. An
answer is kept for half a minute, so that a burst of presses costs one question, and a removal is felt soon.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from telegram.error import TelegramError

from bot.journal import Journal
from bot.request import Api
from tickets.identity import ChatId, UserId

_KEEP: Final = timedelta(seconds=30)
_MOST: Final = 5000  # answers kept


@dataclass(frozen=True, kw_only=True, slots=True)
class _Standing:
    member: bool
    admin: bool
    until: datetime


class Membership:
    """Asks the messenger about members, with a short memory."""

    def __init__(self, *, api: Api, now: Callable[[], datetime], journal: Journal) -> None:
        self._api = api
        self._now = now
        self._journal = journal
        self._known: dict[tuple[ChatId, UserId], _Standing] = {}

    async def is_member(self, chat_id: ChatId, user_id: UserId) -> bool:
        """Whether the person belongs to the chat, restricted or not. False where nobody can tell."""
        return (await self._standing(chat_id, user_id)).member

    async def is_admin(self, chat_id: ChatId, user_id: UserId) -> bool:
        """Whether the person administers the chat. False where nobody can tell."""
        return (await self._standing(chat_id, user_id)).admin

    def forget(self, chat_id: ChatId, user_id: UserId) -> None:
        """Something about this member changed: ask again next time."""
        self._known.pop((chat_id, user_id), None)

    async def _standing(self, chat_id: ChatId, user_id: UserId) -> _Standing:
        now = self._now()
        known = self._known.get((chat_id, user_id))
        if known is not None and known.until > now:
            return known
        try:
            member = await self._api.call("getChatMember", {"chat_id": chat_id, "user_id": user_id})
        except TelegramError as error:
            self._journal.warning(
                "membership_unknown", chat=chat_id, user=user_id, error=type(error).__name__
            )
            return _Standing(member=False, admin=False, until=now)
        standing = _read(member, now)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[(chat_id, user_id)] = standing
        return standing


def _read(member: dict[str, Any], now: datetime) -> _Standing:
    status = member.get("status")
    admin = status in ("creator", "administrator")
    inside = admin or status == "member" or (status == "restricted" and bool(member.get("is_member")))
    return _Standing(member=inside, admin=admin, until=now + _KEEP)
