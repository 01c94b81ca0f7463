"""What comes in: messages and button presses as plain values.

The handlers translate the messenger's updates into these, so the use cases can be run, and tested, without
it. The words are those of any chat program: chats, threads, replies, attachments, buttons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from tickets.identity import ChatId, MessageKey, Person, UpdateId, UserId


class ChatKind(Enum):
    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


class AttachmentKind(Enum):
    """What hangs on a message. The value is the word stored; people read it from the texts."""

    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    ANIMATION = "animation"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"  # polls, dice and whatever comes next


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    id: ChatId
    kind: ChatKind
    title: str = ""
    is_forum: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file, place or card on a message. `file_id` is the messenger's own handle; empty for places."""

    kind: AttachmentKind
    file_id: str = ""
    file_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Replied:
    """The message that an explicit reply answers, as far as the messenger shows it."""

    key: MessageKey
    from_me: bool
    at: datetime
    sender: Person | None
    text: str
    attachment: Attachment | None
    album_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingMessage:
    """One message of a person. `text` is the text or caption, without the mention of the bot."""

    update_id: UpdateId
    key: MessageKey
    chat: Chat
    sender: Person
    at: datetime
    text: str
    addressed: bool = False  # in private, with a mention, by /ask, or as a reply to the bot
    thread_id: int | None = None  # the forum topic, if it is one
    replied: Replied | None = None
    attachment: Attachment | None = None
    album_id: str | None = None
    forwarded: bool = False
    edited_at: datetime | None = None
    mentioned_ids: tuple[UserId, ...] = ()
    mentioned_names: tuple[str, ...] = field(default=())  # user names, without the @, lower case

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a message's time needs its time zone")


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """A button pressed by a person. `data` is a claim that anybody can forge: check it against the rows."""

    update_id: UpdateId
    key: MessageKey
    chat: Chat
    user: Person
    data: str
    at: datetime
    member: bool = False  # whether the messenger says that the presser belongs to this chat, now
    chat_admin: bool = False  # whether the presser administers this chat


@dataclass(frozen=True, kw_only=True, slots=True)
class PressReply:
    """What the presser alone sees: the key of a text and its values. `alert` asks to be confirmed."""

    text: str = ""
    values: dict[str, str] = field(default_factory=dict)
    alert: bool = False
