"""May this bot act in that chat? The order and the words of the real server's checks.

Sources: Bot API server, check_chat_access; README #3, #30–32 of the behaviours this sandbox follows.
"""

from __future__ import annotations

from enum import IntEnum

from sandbox.api.request import Request, to_integer
from sandbox.model import Bot, Chat, ChatKind, Message, Status
from sandbox.refusal import Refusal, bad_request, forbidden


class Level(IntEnum):
    """What the caller wants of a chat; each level asks for more than the one before."""

    READ = 1
    EDIT = 2
    WRITE = 3


def chat_of(request: Request, level: Level, name: str = "chat_id") -> Chat:
    """The chat that parameter `name` means, if the bot may use it at that level."""
    value = request.text(name)
    if not value:
        raise bad_request(f"{name} is empty")
    return chat_by(request, value, level)


def chat_by(request: Request, value: str, level: Level) -> Chat:
    """The chat of an id or @username; raises what Telegram says when the bot may not use it."""
    if value.startswith("@"):
        chat = _by_username(request, value)
    else:
        chat_id = to_integer(value)
        chat = _private(request, chat_id, level) if chat_id > 0 else request.world.chats.get(chat_id)
    if chat is None:
        raise bad_request("chat not found")
    if not chat.is_private:
        _check_membership(request.bot, chat, level)
    return chat


def _by_username(request: Request, value: str) -> Chat | None:
    name = value[1:].lower()
    return next((c for c in request.world.chats.values() if c.username.lower() == name), None)


def _private(request: Request, user_id: int, level: Level) -> Chat | None:
    user, bot = request.world.users.get(user_id), request.bot
    if user is None or user is bot:
        return None
    if level is Level.WRITE or level is Level.EDIT:
        if user.is_bot:
            raise forbidden("bot can't send messages to bots")
        if user.deactivated:
            raise forbidden("user is deactivated")
        if user_id in bot.blocked_by:
            raise forbidden("bot was blocked by the user")
        if user_id not in bot.started_by:
            raise forbidden("bot can't initiate conversation with a user")
    return request.world.private_chat(user, bot)


def _check_membership(bot: Bot, chat: Chat, level: Level) -> None:
    if bot.id not in chat.members:
        raise bad_request("chat not found")
    if chat.migrated_to is not None and level is not Level.READ:
        text = "Bad Request: group chat was upgraded to a supergroup chat"
        raise Refusal(400, text, {"migrate_to_chat_id": chat.migrated_to})
    member = chat.members[bot.id]
    if member.status is Status.KICKED:
        raise forbidden(f"bot was kicked from the {chat.kind.value} chat")
    needs = level is not Level.READ or chat.kind is not ChatKind.GROUP
    if not member.is_in and needs:
        raise forbidden(f"bot is not a member of the {chat.kind.value} chat")


_PERMISSION = {
    "photo": "can_send_photos",
    "video": "can_send_videos",
    "document": "can_send_documents",
    "audio": "can_send_audios",
    "voice": "can_send_voice_notes",
    "video_note": "can_send_video_notes",
    "poll": "can_send_polls",
    "sticker": "can_send_other_messages",
    "animation": "can_send_other_messages",
}
_NAMES = {
    "can_send_messages": "text messages",
    "can_send_photos": "photos",
    "can_send_videos": "videos",
    "can_send_documents": "documents",
    "can_send_audios": "music",
    "can_send_voice_notes": "voice notes",
    "can_send_video_notes": "video notes",
    "can_send_polls": "polls",
    "can_send_other_messages": "stickers and GIFs",
}


def require_voice(bot: Bot, chat: Chat, kind: str) -> None:
    """The bot may send this kind ("text", "photo", …) here; raises 400 "not enough rights to send …"."""
    if chat.is_private:
        return
    member = chat.member(bot.id)
    if chat.kind is ChatKind.CHANNEL:
        if not member.may("can_post_messages"):
            raise bad_request("need administrator rights in the channel chat")
        return
    if member.is_admin:
        return
    permission = _PERMISSION.get(kind, "can_send_messages")
    allowed = member.rights if member.status is Status.RESTRICTED else chat.permissions
    if permission not in allowed or permission not in chat.permissions:
        raise bad_request(f"not enough rights to send {_NAMES[permission]} to the chat")


def message_of(request: Request, chat: Chat, what: str, name: str = "message_id") -> Message:
    """The message that parameter `name` means; raises 400 "{what} not found"."""
    message_id = request.integer(name)
    if message_id <= 0 and not request.has(name):
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(f"{what} not found")
    return message


def require_admin(request: Request, chat: Chat, right: str, refusal: str) -> None:
    """The bot must be an administrator with `right`; raises 400 with the text `refusal`."""
    if chat.is_private:
        raise bad_request(refusal)
    if not chat.member(request.bot.id).may(right):
        raise bad_request(refusal)
