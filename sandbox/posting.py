"""How a message comes into a chat, changes and goes; and which bots hear of it.

Routing follows Telegram's privacy rules: a bot that is no administrator and has privacy mode on gets
only commands, mentions, replies to itself and service messages; never another bot's messages.
"""

from __future__ import annotations

from typing import Final

from sandbox.markup.units import utf16_slice
from sandbox.model import CHANNEL_BOT, TELEGRAM, Bot, Chat, ChatKind, Json, Message, User
from sandbox.refusal import bad_request
from sandbox.rendering import chat_json, message_json, user_json
from sandbox.state import State

# The service messages that a bot hears of even when it caused them itself (Bot API server,
# need_skip_update_message).
_OWN_SERVICE: Final = frozenset(
    {
        "new_chat_title",
        "new_chat_photo",
        "delete_chat_photo",
        "left_chat_member",
        "pinned_message",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
    }
)


def post(state: State, message: Message) -> Message:
    """Give the message its id and date, store it, show it to people and bots; returns it."""
    chat = message.chat
    message.id = state.new_message_id(chat)
    message.date = message.date or state.now()
    if chat.is_forum and message.service is not None and "forum_topic_created" in message.service:
        message.thread_id = message.id
    chat.messages[message.id] = message
    if message.thread_id in chat.messages and not message.is_topic:
        chat.messages[message.thread_id].has_replies = True
    if isinstance(message.sender, Bot):
        chat.last_bot_id = message.author_id
    state.events.add("message", chat, message)
    announce(state, message, edited=False)
    if chat.kind is ChatKind.CHANNEL and chat.linked_chat_id is not None and message.service is None:
        _forward_to_discussion(state, message)
    return message


def post_service(
    state: State,
    chat: Chat,
    actor: User,
    service: Json,
    *,
    thread_id: int | None = None,
    reply_to: Message | None = None,
) -> Message:
    """Post a service message caused by `actor`; `service` holds the Bot API field that names it."""
    is_topic = thread_id is not None or (chat.is_forum and "forum_topic_created" in service)
    return post(
        state,
        Message(
            chat=chat,
            author_id=actor.id,
            sender=None if chat.kind is ChatKind.CHANNEL else actor,
            sender_chat=chat if chat.kind is ChatKind.CHANNEL else None,
            service=service,
            thread_id=thread_id,
            is_topic=is_topic,
            reply_to=reply_to,
        ),
    )


def announce(state: State, message: Message, *, edited: bool) -> None:
    """Queue the update for every bot that may see the message."""
    chat = message.chat
    kind = "channel_post" if chat.kind is ChatKind.CHANNEL else "message"
    kind = f"edited_{kind}" if edited else kind
    for bot in [chat.bot] if chat.bot is not None else chat.bots:
        queue = state.queues[bot.id]
        if queue.accepts(kind) and _hears(state, bot, message):
            queue.add(kind, message_json(message, bot), state.clock(), chat.id)


def _hears(state: State, bot: Bot, message: Message) -> bool:
    chat = message.chat
    if message.author_id == bot.id:
        return message.service is not None and not _OWN_SERVICE.isdisjoint(message.service)
    if message.service is not None or chat.is_private:
        return True
    author = state.users.get(message.author_id)
    if author is not None and author.is_bot and author.id != CHANNEL_BOT:
        return False
    if chat.kind is ChatKind.CHANNEL or bot.reads_all or chat.member(bot.id).is_admin:
        return True
    return _concerns(bot, message)


def _concerns(bot: Bot, message: Message) -> bool:
    """Privacy mode: is the message meant for this bot?"""
    if message.reply_to is not None and message.reply_to.author_id == bot.id:
        return True
    for entity in message.entities:
        if entity["type"] == "text_mention" and entity["user"]["id"] == bot.id:
            return True
        if entity["type"] in ("mention", "bot_command"):
            word = utf16_slice(message.text, entity["offset"], entity["length"])
            if _addresses(bot, message.chat, word, entity["type"]):
                return True
    return False


def _addresses(bot: Bot, chat: Chat, word: str, kind: str) -> bool:
    _, at, name = word.partition("@")
    if at:
        return name.lower() == bot.username.lower()
    # A bare command goes to the bot that spoke last (bots FAQ).
    return kind == "bot_command" and chat.last_bot_id in (0, bot.id)


def change(state: State, message: Message, *, by_bot: bool) -> None:
    """Mark a message as edited now, show it, and tell the bots when a person did it."""
    message.edit_date = state.now()
    state.events.add("edited", message.chat, message)
    if not by_bot:
        announce(state, message, edited=True)


def remove(state: State, chat: Chat, message_ids: list[int]) -> None:
    """Delete messages. Bots hear nothing of it, as on Telegram."""
    for message_id in message_ids:
        message = chat.messages.pop(message_id, None)
        if message is not None:
            message.deleted = True
            chat.deleted[message_id] = message
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
    state.events.add("deleted", chat, message_ids)


def origin_of(message: Message) -> Json:
    """MessageOrigin of a message that is being forwarded; a forward keeps its first origin."""
    if message.forward_origin is not None:
        return message.forward_origin
    if message.chat.kind is ChatKind.CHANNEL:
        return {
            "type": "channel",
            "date": message.date,
            "chat": chat_json(message.chat),
            "message_id": message.id,
        }
    if message.sender_chat is not None:
        return {"type": "chat", "date": message.date, "sender_chat": chat_json(message.sender_chat)}
    if message.sender is None:
        raise bad_request("message can't be forwarded")
    if message.sender.hides_forwards:
        return {"type": "hidden_user", "date": message.date, "sender_user_name": message.sender.name}
    return {"type": "user", "date": message.date, "sender_user": user_json(message.sender)}


def _forward_to_discussion(state: State, message: Message) -> None:
    """A channel post appears in the linked group by itself, from Telegram in the channel's name."""
    group = state.chats.get(message.chat.linked_chat_id or 0)
    if group is None:
        return
    copy = Message(
        chat=group,
        author_id=TELEGRAM,
        sender=state.users[TELEGRAM],
        sender_chat=message.chat,
        text=message.text,
        entities=message.entities,
        media=message.media,
        media_group_id=message.media_group_id,
        forward_origin=origin_of(message),
        is_automatic_forward=True,
    )
    post(state, copy)
    group.pinned.append(copy.id)
