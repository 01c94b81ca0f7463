"""From the messenger's update to plain values.

This is where its peculiarities end: who speaks when a group or a channel speaks, what is a real reply in a
forum, whether the bot was meant.
"""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Chat as TelegramChat
from telegram import Message, MessageEntity, User
from telegram.constants import ChatType

from tickets.conversation import Attachment, AttachmentKind, Chat, ChatKind, IncomingMessage, Replied
from tickets.identity import ChatId, MessageId, MessageKey, Person, PersonKind, UpdateId, UserId

_SERVICE_SENDERS = frozenset({777000, 136817688, 1087968824})  # not people: linked channel, channel, group


@dataclass(frozen=True, kw_only=True, slots=True)
class Me:
    """The bot itself."""

    id: UserId
    username: str  # without @
    sees_all_messages: bool  # privacy mode is off


def to_chat(chat: TelegramChat) -> Chat:
    """The chat of a message."""
    kinds: dict[str, ChatKind] = {ChatType.PRIVATE: ChatKind.PRIVATE, ChatType.CHANNEL: ChatKind.CHANNEL}
    kind = kinds.get(chat.type, ChatKind.GROUP)  # of a kind still unknown to us: most like a group
    title = chat.title or chat.full_name or ""
    return Chat(id=ChatId(chat.id), kind=kind, title=title, is_forum=bool(chat.is_forum))


def to_person(user: User) -> Person:
    """A user, under the name that others see."""
    return Person(id=UserId(user.id), name=user.full_name, username=user.username)


def sender_of(message: Message) -> Person | None:
    """Who speaks; None for bots, for the linked channel's automatic posts, and where nobody is named.

    An anonymous admin and a channel come with a stand-in user; `sender_chat` tells who it is.
    """
    if message.is_automatic_forward:
        return None
    chat = message.sender_chat
    if chat is not None:
        anonymous = chat.id == message.chat.id
        kind = PersonKind.ANONYMOUS_ADMIN if anonymous else PersonKind.CHANNEL
        name = chat.title or chat.full_name or ""
        return Person(id=UserId(chat.id), name=name, kind=kind, username=chat.username)
    user = message.from_user
    if user is None or user.is_bot or user.id in _SERVICE_SENDERS:
        return None
    return to_person(user)


def to_message(
    update_id: int,
    message: Message,
    me: Me,
    *,
    text: str | None = None,
    asked: bool = False,
    edited: bool = False,
) -> IncomingMessage | None:
    """One message of a person; None where nobody in particular speaks.

    `text` replaces the message's own (the words behind a command), `asked` says that a command addressed
    the bot. `edited` says that the update tells of an edit; a message's own edit date does not, for one that
    was edited before it reached us is new here.
    """
    sender = sender_of(message)
    if sender is None:
        return None
    replied = _replied(message, me)
    mentioned = _mentions_me(message, me)
    private = message.chat.type == ChatType.PRIVATE
    to_me = replied is not None and replied.from_me
    return IncomingMessage(
        update_id=UpdateId(update_id),
        key=_key(message),
        chat=to_chat(message.chat),
        sender=sender,
        at=message.date,
        text=(_text_without_me(message, me) if text is None else text).strip(),
        addressed=asked or private or mentioned or to_me,
        thread_id=message.message_thread_id
        if message.is_topic_message
        else None,  # elsewhere it marks reply chains
        replied=replied,
        attachment=to_attachment(message),
        album_id=message.media_group_id,
        forwarded=message.forward_origin is not None,
        edited_at=(message.edit_date or message.date) if edited else None,
        mentioned_ids=_mentioned_ids(message),
        mentioned_names=_mentioned_names(message),
    )


def to_attachment(message: Message) -> Attachment | None:
    """What hangs on a message, with the messenger's handle for it."""
    if message.text is not None:  # then nothing does, and most messages need not be looked through
        return None
    if message.photo:
        return Attachment(kind=AttachmentKind.PHOTO, file_id=message.photo[-1].file_id)
    if message.animation:  # before document: the messenger sets both
        return Attachment(kind=AttachmentKind.ANIMATION, file_id=message.animation.file_id)
    if message.document:
        name = message.document.file_name or ""
        return Attachment(kind=AttachmentKind.DOCUMENT, file_id=message.document.file_id, file_name=name)
    for kind, media in (
        (AttachmentKind.VIDEO, message.video or message.video_note),
        (AttachmentKind.VOICE, message.voice),
        (AttachmentKind.AUDIO, message.audio),
        (AttachmentKind.STICKER, message.sticker),
    ):
        if media:
            return Attachment(kind=kind, file_id=media.file_id)
    if message.location or message.venue:
        return Attachment(kind=AttachmentKind.LOCATION)
    if message.contact:
        return Attachment(kind=AttachmentKind.CONTACT)
    return Attachment(kind=AttachmentKind.OTHER) if message.effective_attachment else None


def _key(message: Message) -> MessageKey:
    return MessageKey(chat_id=ChatId(message.chat.id), message_id=MessageId(message.message_id))


def _replied(message: Message, me: Me) -> Replied | None:
    """The message that this one explicitly answers.

    In a forum topic every message carries the message that created the topic as if it answered that.
    """
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:
        return None
    if message.is_topic_message and answered.message_id == message.message_thread_id:
        return None
    author = answered.from_user
    return Replied(
        key=_key(answered),
        from_me=author is not None and author.id == me.id,
        at=answered.date,
        sender=sender_of(answered),
        text=answered.text or answered.caption or "",
        attachment=to_attachment(answered),
        album_id=answered.media_group_id,
    )


def _entities(message: Message) -> dict[MessageEntity, str]:
    if message.text is not None and message.entities:
        return message.parse_entities([MessageEntity.MENTION, MessageEntity.TEXT_MENTION])
    if message.caption is not None and message.caption_entities:
        return message.parse_caption_entities([MessageEntity.MENTION, MessageEntity.TEXT_MENTION])
    return {}


def _is_me(entity: MessageEntity, text: str, me: Me) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    return text.lstrip("@").casefold() == me.username.casefold()


def _mentions_me(message: Message, me: Me) -> bool:
    return any(_is_me(entity, text, me) for entity, text in _entities(message).items())


def _text_without_me(message: Message, me: Me) -> str:
    """The text without the mentions of the bot, which are an address and no part of a question.

    Offsets count UTF-16 units, so the cuts are made in that encoding, from the end.
    """
    units = (message.text or message.caption or "").encode("utf-16-le")
    mine = [entity for entity, text in _entities(message).items() if _is_me(entity, text, me)]
    for entity in sorted(mine, key=lambda each: each.offset, reverse=True):
        units = units[: entity.offset * 2] + units[(entity.offset + entity.length) * 2 :]
    return units.decode("utf-16-le")


def _mentioned_ids(message: Message) -> tuple[UserId, ...]:
    users = (entity.user for entity in _entities(message))
    return tuple(UserId(user.id) for user in users if user is not None)


def _mentioned_names(message: Message) -> tuple[str, ...]:
    return tuple(
        text.lstrip("@").casefold()
        for entity, text in _entities(message).items()
        if entity.type == MessageEntity.MENTION
    )


def is_service_message(message: Message) -> bool:
    """Whether the message tells of the chat itself: members, topics, pins. Nobody asks anything there."""
    return not (message.text or message.caption or message.effective_attachment)
