"""Who and where: the ids by which people, chats and messages are known.

Every id of the messenger is a 64-bit integer and means nothing without its kind, so each kind has a type of
its own and a message is always the pair of chat and message id.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NewType

ChatId = NewType("ChatId", int)
MessageId = NewType("MessageId", int)
UserId = NewType("UserId", int)
UpdateId = NewType("UpdateId", int)
TicketId = NewType("TicketId", int)
InquiryId = NewType("InquiryId", int)
DraftId = NewType("DraftId", int)
AnswerId = NewType("AnswerId", int)
CommunityCode = NewType("CommunityCode", str)
DepartmentId = NewType("DepartmentId", str)


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageKey:
    """The address of one message. Message ids count anew in every chat, so neither half suffices alone."""

    chat_id: ChatId
    message_id: MessageId


class PersonKind(Enum):
    """In whose name somebody speaks."""

    USER = "user"
    ANONYMOUS_ADMIN = "anonymous_admin"  # speaks as the group itself; the id is the group's
    CHANNEL = "channel"  # speaks as a channel; the id is the channel's, nobody can be written to


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody as the messenger shows them. `id` is the identity that counts: chat id for non-users."""

    id: UserId
    name: str
    kind: PersonKind = PersonKind.USER
    username: str | None = None
