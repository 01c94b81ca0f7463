"""Bot API JSON of users, chats and messages, as one bot sees them (file ids differ from bot to bot)."""

from __future__ import annotations

from typing import Final

from sandbox.files import file_id
from sandbox.model import Bot, Chat, Json, Media, Message, StoredFile, User

_PREVIEW_SIDE: Final = 320


def user_json(user: User) -> Json:
    """User."""
    result: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    if user.last_name:
        result["last_name"] = user.last_name
    if user.username:
        result["username"] = user.username
    if user.language_code and not user.is_bot:
        result["language_code"] = user.language_code
    return result


def chat_json(chat: Chat) -> Json:
    """Chat, the short form that messages carry."""
    if chat.person is not None:
        person = user_json(chat.person)
        person.pop("is_bot")
        person.pop("language_code", None)
        return person | {"type": "private"}
    result: Json = {"id": chat.id, "title": chat.title, "type": chat.kind.value}
    if chat.username:
        result["username"] = chat.username
    if chat.is_forum:
        result["is_forum"] = True
    return result


def message_json(message: Message, bot: Bot, *, with_reply: bool = True) -> Json:
    """Message. A topic message without an explicit reply still replies to the topic's first message."""
    result: Json = {"message_id": message.id, "date": message.date, "chat": chat_json(message.chat)}
    if message.sender is not None:
        result["from"] = user_json(message.sender)
    if message.sender_chat is not None:
        result["sender_chat"] = chat_json(message.sender_chat)
    if message.thread_id is not None:
        result["message_thread_id"] = message.thread_id
        if message.is_topic:
            result["is_topic_message"] = True
    if with_reply:
        _add_reply(result, message, bot)
    _add_marks(result, message)
    _add_content(result, message, bot)
    return result


def button_message_json(message: Message, bot: Bot) -> Json:
    """The message of a callback query; a deleted one is inaccessible and has date 0."""
    if message.deleted:
        return {"chat": chat_json(message.chat), "message_id": message.id, "date": 0}
    return message_json(message, bot)


def _add_reply(result: Json, message: Message, bot: Bot) -> None:
    reply = message.reply_to
    if reply is None and message.is_topic and message.external_reply is None:
        topic = message.chat.topics.get(message.thread_id or 0)
        reply = topic.root if topic is not None and topic.root is not message else None
    if reply is not None and not reply.deleted:
        result["reply_to_message"] = message_json(reply, bot, with_reply=False)
    if message.external_reply is not None:
        result["external_reply"] = message.external_reply
    if message.quote is not None:
        result["quote"] = message.quote


def _add_marks(result: Json, message: Message) -> None:
    if message.edit_date is not None:
        result["edit_date"] = message.edit_date
    if message.forward_origin is not None:
        _add_forward(result, message.forward_origin)
    if message.is_automatic_forward:
        result["is_automatic_forward"] = True
    if message.media_group_id is not None:
        result["media_group_id"] = message.media_group_id
    if message.protected or message.chat.protected:
        result["has_protected_content"] = True
    if message.extra:
        result.update(message.extra)
    if message.markup is not None and "inline_keyboard" in message.markup:
        result["reply_markup"] = message.markup


def _add_forward(result: Json, origin: Json) -> None:
    """`forward_origin` and the fields it replaced, which older libraries still read."""
    result["forward_origin"] = origin
    result["forward_date"] = origin["date"]
    match origin["type"]:
        case "user":
            result["forward_from"] = origin["sender_user"]
        case "hidden_user":
            result["forward_sender_name"] = origin["sender_user_name"]
        case "chat":
            result["forward_from_chat"] = origin["sender_chat"]
        case _:
            result["forward_from_chat"] = origin["chat"]
            result["forward_from_message_id"] = origin["message_id"]


def _add_content(result: Json, message: Message, bot: Bot) -> None:
    if message.service is not None:
        for name, value in message.service.items():
            result[name] = message_json(value, bot, with_reply=False) if isinstance(value, Message) else value
        return
    if message.media is None:
        result["text"] = message.text
        if message.entities:
            result["entities"] = message.entities
        return
    result.update(media_json(message.media, bot))
    if message.text:
        result["caption"] = message.text
        if message.entities:
            result["caption_entities"] = message.entities


def media_json(media: Media, bot: Bot) -> Json:
    """The message fields that hold the media; an animation is also a document, as on Telegram."""
    if media.file is None:
        extra = {"location": media.details["location"]} if media.kind == "venue" else {}
        return {media.kind: media.details, **extra}
    if media.kind == "photo":
        return {"photo": photo_sizes(media.file, bot)}
    body = file_json(media.file, media.kind, bot) | media.details
    if media.kind == "animation":
        document = {k: v for k, v in body.items() if k not in ("width", "height", "duration")}
        return {"animation": body, "document": document}
    return {media.kind: body}


def photo_sizes(file: StoredFile, bot: Bot) -> list[Json]:
    """PhotoSize list, small to large. Nothing is scaled: the small one names the same bytes."""
    width, height = file.width or 800, file.height or 600
    common = {
        "file_id": file_id(file, "photo", bot.id),
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
    }
    full = common | {"width": width, "height": height}
    if max(width, height) <= _PREVIEW_SIDE:
        return [full]
    scale = _PREVIEW_SIDE / max(width, height)
    small = {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
    return [common | small, full]


def file_json(file: StoredFile, kind: str, bot: Bot) -> Json:
    """The fields common to Document, Video, Voice, Audio, Animation and Sticker."""
    result: Json = {
        "file_id": file_id(file, kind, bot.id),
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
    }
    if kind not in ("sticker", "video_note"):
        result["mime_type"] = file.mime
    if kind not in ("sticker", "voice", "video_note"):
        result["file_name"] = file.name
    return result
