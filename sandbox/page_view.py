"""JSON for the page: people, chats and messages as a Telegram app shows them to one person."""

from __future__ import annotations

from typing import Any, Final

from sandbox.events import Event
from sandbox.model import GENERAL_TOPIC, Bot, Chat, Json, Message, User
from sandbox.state import State

HISTORY: Final = 300


def person_view(user: User) -> Json:
    """Person."""
    return {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "role": user.role,
        "avatar_color": user.avatar_color,
        "language_code": user.language_code,
    }


def bot_view(bot: Bot, language: str = "") -> Json:
    """A bot, as the page lists it, with the commands its private chat offers in that language."""
    scopes = [(scope, code) for scope in ("all_private_chats", "default") for code in (language[:2], "")]
    commands = next((bot.commands[key] for key in scopes if key in bot.commands), [])
    return {"id": bot.id, "name": bot.name, "username": bot.username, "commands": commands}


def chat_view(chat: Chat) -> Json:
    """Chat."""
    result: Json = {
        "key": chat.key,
        "id": chat.id,
        "type": chat.kind.value,
        "title": chat.bot.name if chat.bot is not None else chat.title,
        "is_forum": chat.is_forum,
        "member_ids": [m.user_id for m in chat.members.values() if m.is_in],
        "admin_ids": [m.user_id for m in chat.members.values() if m.is_admin],
        "topics": [
            {
                "thread_id": topic.thread_id,
                "name": topic.name,
                "icon_color": topic.icon_color,
                "closed": topic.closed,
                "deleted": topic.deleted,
                "is_general": topic.thread_id == GENERAL_TOPIC,
            }
            for topic in chat.topics.values()
        ],
        "migrated_to": chat.migrated_to,
        "protected": chat.protected,
    }
    if chat.person is not None and chat.bot is not None:
        result |= {"peer_is_bot": True, "bot_id": chat.bot.id, "member_ids": [chat.person.id, chat.bot.id]}
        result["started"] = chat.person.id in chat.bot.started_by
        result["blocked"] = chat.person.id in chat.bot.blocked_by
    return result


def message_view(message: Message) -> Json:
    """Message."""
    has_media = message.media is not None
    markup = message.markup or {}
    return {
        "chat_key": message.chat.key,
        "chat_id": message.chat.id,
        "message_id": message.id,
        "date": message.date,
        "edit_date": message.edit_date,
        "from": _sender(message),
        "sender_chat": None
        if message.sender_chat is None
        else {"id": message.sender_chat.id, "title": message.sender_chat.title},
        "thread_id": message.thread_id,
        "is_topic_message": message.is_topic,
        "reply_to": _reply(message),
        "text": "" if has_media else message.text,
        "entities": [] if has_media else message.entities,
        "caption": message.text if has_media else "",
        "caption_entities": message.entities if has_media else [],
        "media": _media(message),
        "media_group_id": message.media_group_id,
        "forward_from": _forward(message),
        "buttons": [[_button(button) for button in row] for row in message.inline_keyboard or []],
        "force_reply": _force_reply(markup),
        "reactions": _reactions(message),
        "service": _service(message),
        "deleted": message.deleted,
    }


def _sender(message: Message) -> Json:
    user = message.sender
    if user is None:
        return {
            "id": message.chat.id,
            "name": message.chat.title,
            "is_bot": False,
            "username": message.chat.username,
        }
    return {"id": user.id, "name": user.name, "is_bot": user.is_bot, "username": user.username}


def author_name(message: Message) -> str:
    """The name that stands above the message."""
    if message.sender_chat is not None:
        return message.sender_chat.title
    return message.sender.name if message.sender is not None else message.chat.title


def _reply(message: Message) -> Json | None:
    replied = message.reply_to
    if replied is None or replied.deleted:
        return None
    preview = message.quote["text"] if message.quote else replied.text
    if not preview and replied.media is not None:
        preview = f"[{replied.media.kind}]"
    return {"message_id": replied.id, "from_name": author_name(replied), "text_preview": preview[:120]}


def _media(message: Message) -> Json | None:
    media = message.media
    if media is None:
        return None
    details, file = media.details, media.file
    place = details.get("location", details)
    return {
        "kind": media.kind,
        "url": None if file is None else f"/client/files/{file.unique_id}",
        "file_name": None if file is None else file.name,
        "mime": None if file is None else file.mime,
        "file_size": None if file is None else len(file.data),
        "width": details.get("width") or (file.width if file else None),
        "height": details.get("height") or (file.height if file else None),
        "duration": details.get("duration"),
        "latitude": place.get("latitude"),
        "longitude": place.get("longitude"),
        "emoji": details.get("emoji"),
        "phone_number": details.get("phone_number"),
        "first_name": details.get("first_name"),
    }


def _forward(message: Message) -> str | None:
    origin = message.forward_origin
    if origin is None:
        return None
    named: Any = origin.get("sender_user") or origin.get("sender_chat") or origin.get("chat") or {}
    return str(named.get("first_name") or named.get("title") or origin.get("sender_user_name", ""))


def _button(button: Json) -> Json:
    if "callback_data" in button:
        return {"text": button["text"], "kind": "callback", "data": button["callback_data"], "url": None}
    return {"text": button["text"], "kind": "url", "data": None, "url": button.get("url")}


def _force_reply(markup: Json) -> Json | None:
    if not markup.get("force_reply"):
        return None
    return {
        "placeholder": markup.get("input_field_placeholder", ""),
        "selective": bool(markup.get("selective", False)),
    }


def _reactions(message: Message) -> list[Json]:
    by: dict[str, list[int]] = {}
    for user_id, emoji in message.reactions.items():
        by.setdefault(emoji, []).append(user_id)
    return [{"emoji": emoji, "by": ids} for emoji, ids in by.items()]


_SERVICE_TEXT: Final = {
    "new_chat_members": "{who} 加入了群组",
    "left_chat_member": "{who} 离开了群组",
    "forum_topic_created": "话题“{name}”已创建",
    "forum_topic_edited": "话题已改名为“{name}”",
    "forum_topic_closed": "话题已关闭",
    "forum_topic_reopened": "话题已重新打开",
    "general_forum_topic_hidden": "General 话题已隐藏",
    "general_forum_topic_unhidden": "General 话题已显示",
    "migrate_to_chat_id": "群组已升级为超级群组",
    "migrate_from_chat_id": "群组已升级为超级群组",
    "pinned_message": "{actor} 置顶了一条消息",
    "new_chat_title": "群名称改为“{value}”",
}


def _service(message: Message) -> Json | None:
    if message.service is None:
        return None
    kind, value = next(iter(message.service.items()))
    who = value[0] if isinstance(value, list) else value
    text = _SERVICE_TEXT.get(kind, kind).format(
        who=who.get("first_name", "") if isinstance(who, dict) else "",
        name=value.get("name", "") if isinstance(value, dict) else "",
        actor=author_name(message),
        value=value if isinstance(value, str) else "",
    )
    return {"kind": kind, "text": text}


def may_see(chat: Chat, person_id: int) -> bool:
    """Whether the chat is on this person's list."""
    if chat.person is not None:
        return chat.person.id == person_id
    return chat.member(person_id).is_in


def state_view(state: State, person: User) -> Json:
    """Everything the page needs to draw itself for one person."""
    for bot in state.bots.values():
        state.private_chat(person, bot)
    chats = [chat for chat in [*state.chats.values(), *state.privates.values()] if may_see(chat, person.id)]
    return {
        "me": person_view(person),
        "people": [
            person_view(u) for u in state.users.values() if u.role or not (u.is_bot or u.id == 777000)
        ],
        "bots": [bot_view(bot, person.language_code) for bot in state.bots.values()],
        "chats": [chat_view(chat) for chat in chats],
        "messages": {
            chat.key: [message_view(m) for m in list(chat.messages.values())[-HISTORY:]] for chat in chats
        },
        "seq": state.events.seq,
    }


def audience(event: Event, people: frozenset[int]) -> list[int]:
    """Those of `people` whose app shows the event."""
    if event.only is not None:
        return sorted(event.only & people)
    chat = event.chat
    return sorted(people if chat is None else (i for i in people if may_see(chat, i)))


def event_view(event: Event) -> Json:
    """The event as JSON."""
    base: Json = {"seq": event.seq, "type": event.kind}
    match event.kind:
        case "message" | "edited" | "reaction":
            return base | {"message": message_view(event.subject)}
        case "deleted":
            return base | {"chat_key": event.chat.key if event.chat else "", "message_ids": event.subject}
        case "chat":
            return base | {"chat": chat_view(event.subject)}
        case _:
            return base | dict(event.subject)
