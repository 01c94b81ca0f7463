"""What the handlers call: the use cases, the store, and the few questions that only the messenger answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from telegram.ext import CallbackContext

from handlers.inbound import Me
from tickets.binding import Binding
from tickets.conversation import Chat, PressReply
from tickets.handling import Handling
from tickets.helping import Helping
from tickets.identity import ChatId, UpdateId, UserId
from tickets.mishaps import Mishaps
from tickets.model import Room
from tickets.pressing import Pressing
from tickets.reception import Reception
from tickets.standing import Standing
from tickets.unit_of_work import Store, UnitOfWork

T = TypeVar("T")
Context = CallbackContext[Any, Any, Any, Any]  # nothing of it is used


class Membership(Protocol):
    """Who belongs to a chat, as the messenger says."""

    async def is_member(self, chat_id: ChatId, user_id: UserId) -> bool: ...
    async def is_admin(self, chat_id: ChatId, user_id: UserId) -> bool: ...
    def forget(self, chat_id: ChatId, user_id: UserId) -> None: ...


class Rights(Protocol):
    """What the bot may do in a chat."""

    async def find_missing(self, chat: Chat, room: Room | None) -> list[str]:
        """Keys of the texts `missing.…` that name what the bot lacks there."""
        ...


class Wording(Protocol):
    """The words for what a presser alone sees."""

    def toast(self, uow: UnitOfWork, chat_id: ChatId, reply: PressReply) -> str: ...


class Arrivals:
    """When the updates that are being acted on right now were received."""

    def __init__(self) -> None:
        self._times: dict[int, datetime] = {}

    def note(self, update_id: int, received_at: datetime) -> None:
        self._times[update_id] = received_at

    def forget(self, update_id: int) -> None:
        self._times.pop(update_id, None)

    def of(self, update_id: int, default: datetime) -> datetime:
        return self._times.get(update_id, default)


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """Everything that a handler needs, made once in bot.app."""

    me: Me
    store: Store
    now: Callable[[], datetime]
    reception: Reception
    pressing: Pressing
    binding: Binding
    standing: Standing
    handling: Handling
    helping: Helping
    mishaps: Mishaps
    membership: Membership
    rights: Rights
    wording: Wording
    arrivals: Arrivals
    explain: Callable[[str], str]

    async def act(self, update_id: int, work: Callable[[UnitOfWork], T]) -> T:
        """Run a use case and mark the update as acted on, together.

        Raises `AlreadyDoneError` where the update was acted on before; then nothing happens.
        """

        def once(uow: UnitOfWork) -> T:
            uow.finish(UpdateId(update_id))
            return work(uow)

        return await self.store.transact(once)
