"""What people do in their Telegram app: write, edit, delete, react, start and block bots."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sandbox.markup.formatted import format_text
from sandbox.members import changed_json
from sandbox.model import (
    ANONYMOUS_ADMIN,
    CHANNEL_BOT,
    Bot,
    Chat,
    ChatKind,
    Json,
    Media,
    Member,
    Message,
    Status,
    User,
)
from sandbox.posting import change, origin_of, post, remove
from sandbox.refusal import Refusal
from sandbox.rendering import chat_json, user_json
from sandbox.replies import place, quote_json
from sandbox.state import State
from sandbox.topics import require_open

MAX_TEXT: Final = 4096
MAX_CAPTION: Final = 1024
_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{0,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a person is about to send; several `medias` make an album."""

    text: str = ""
    reply_to: int | None = None
    thread_id: int | None = None
    forward: Message | None = None
    medias: Sequence[Media] = ()
    sender_chat_id: int | None = None
    entities: list[Json] | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the draft goes, resolved."""

    chat: Chat
    thread_id: int | None
    is_topic: bool
    reply_to: Message | None


def send(state: State, person: User, chat: Chat, draft: Draft) -> list[Message]:
    """Send a message, or an album when the draft has several files; returns what was posted."""
    chat = _living(state, chat)
    _require_voice(state, person, chat)
    reply = _replied(chat, draft.reply_to)
    thread_id, is_topic = place(chat, draft.thread_id if draft.thread_id != 1 else None, reply)
    if chat.is_forum:
        require_open(chat, person.id, thread_id)
    return _post_all(state, person, draft, Place(chat, thread_id, is_topic, reply))


def _post_all(state: State, person: User, draft: Draft, place_: Place) -> list[Message]:
    chat = place_.chat
    text, entities = _text(state, draft)
    medias = list(draft.medias) if draft.forward is None else [m for m in (draft.forward.media,) if m]
    if not text and not medias:
        raise Refusal(400, "message text is empty")
    sender, sender_chat = _identity(state, person, chat, draft.sender_chat_id)
    first = Message(
        chat=chat,
        author_id=person.id,
        sender=sender,
        sender_chat=sender_chat,
        text=text,
        entities=entities,
        media=medias[0] if medias else None,
        media_group_id=str(next(state.album_ids)) if len(medias) > 1 else None,
        thread_id=place_.thread_id,
        is_topic=place_.is_topic,
        reply_to=place_.reply_to,
        quote=_quote(place_.reply_to, draft.quote),
        forward_origin=origin_of(draft.forward) if draft.forward is not None else None,
    )
    rest = [replace(first, text="", entities=[], media=media, reactions={}) for media in medias[1:]]
    return [post(state, message) for message in (first, *rest)]


def _quote(replied: Message | None, text: str) -> Json | None:
    return quote_json(replied, text, None) if replied is not None and text else None


def _living(state: State, chat: Chat) -> Chat:
    """People's apps follow a migrated group to its supergroup by themselves."""
    return chat if chat.migrated_to is None else state.chat(chat.migrated_to)


def _text(state: State, draft: Draft) -> tuple[str, list[Json]]:
    if draft.forward is not None:
        if draft.forward.protected or draft.forward.chat.protected:
            raise Refusal(400, "message has protected content and can't be forwarded")
        return draft.forward.text, draft.forward.entities
    limit = MAX_CAPTION if draft.medias else MAX_TEXT
    text, entities = format_text(draft.text, given=draft.entities, user_json=_finder(state))
    if len(text) > limit:
        raise Refusal(400, f"message is too long: {len(text)} characters, at most {limit}")
    return text, entities


def _finder(state: State) -> Any:
    def find(user_id: int) -> Json | None:
        user = state.users.get(user_id)
        return None if user is None else user_json(user)

    return find


def _replied(chat: Chat, message_id: int | None) -> Message | None:
    if message_id is None:
        return None
    message = chat.messages.get(message_id)
    if message is None:
        raise Refusal(400, f"message to be replied not found: {message_id}")
    return message


def _require_voice(state: State, person: User, chat: Chat) -> None:
    if chat.bot is not None:
        chat.bot.started_by.add(person.id)
        if person.id in chat.bot.blocked_by:
            block(state, person, chat.bot, blocked=False)
        return
    member = chat.member(person.id)
    if not member.is_in:
        raise Refusal(403, f"{person.name} is not a member of {chat.title}")
    if member.status is Status.RESTRICTED and "can_send_messages" not in member.rights:
        raise Refusal(403, f"{person.name} is restricted in {chat.title}")
    if chat.kind is ChatKind.CHANNEL and not member.may("can_post_messages"):
        raise Refusal(403, f"{person.name} may not post in {chat.title}")


def _identity(
    state: State, person: User, chat: Chat, sender_chat_id: int | None
) -> tuple[User | None, Chat | None]:
    """Visible sender: oneself, the group for an anonymous admin, or a channel."""
    if chat.kind is ChatKind.CHANNEL:
        return None, chat
    if sender_chat_id is None and not chat.member(person.id).is_anonymous:
        return person, None
    if sender_chat_id in (None, chat.id):
        if not chat.member(person.id).is_admin:
            raise Refusal(403, f"{person.name} is no administrator of {chat.title}")
        return state.users[ANONYMOUS_ADMIN], chat
    channel = state.chat(sender_chat_id or 0)
    if channel.kind is not ChatKind.CHANNEL or not channel.member(person.id).is_admin:
        raise Refusal(403, f"{person.name} may not write in the name of {channel.title}")
    if channel.id in chat.banned_channels:
        raise Refusal(403, f"{channel.title} is banned in {chat.title}")
    return state.users[CHANNEL_BOT], channel


def edit(state: State, person: User, chat: Chat, message_id: int, text: str) -> Message:
    """Edit one's own text or caption; an edit that changes nothing tells nobody."""
    message = _own(person, chat, message_id)
    new_text, entities = format_text(text)
    if not new_text and message.media is None:
        raise Refusal(400, "message text is empty")
    if (new_text, entities) == (message.text, message.entities):
        return message
    message.text, message.entities = new_text, entities
    change(state, message, by_bot=False)
    return message


def _own(person: User, chat: Chat, message_id: int) -> Message:
    message = chat.messages.get(message_id)
    if message is None:
        raise Refusal(404, f"no such message: {message_id}")
    if message.author_id != person.id:
        raise Refusal(403, "only one's own messages can be changed")
    return message


def delete(state: State, person: User, chat: Chat, message_id: int) -> None:
    """Delete one's own message, or any as an administrator with the right."""
    if not chat.member(person.id).may("can_delete_messages") and not chat.is_private:
        _own(person, chat, message_id)
    if message_id not in chat.messages:
        raise Refusal(404, f"no such message: {message_id}")
    remove(state, chat, [message_id])


def react(state: State, person: User, chat: Chat, message_id: int, emoji: str | None) -> Message:
    """Set or (None) take back one's reaction; administrators' bots hear of it if they asked to."""
    message = chat.messages.get(message_id)
    if message is None:
        raise Refusal(404, f"no such message: {message_id}")
    before = message.reactions.get(person.id)
    if before == emoji:
        return message
    if emoji is None:
        message.reactions.pop(person.id, None)
    else:
        message.reactions[person.id] = emoji
    state.events.add("reaction", chat, message)
    kind, update = _reaction_update(state, person, message, before, emoji)
    for bot in [chat.bot] if chat.bot is not None else chat.bots:
        if chat.is_private or chat.member(bot.id).is_admin:
            state.queues[bot.id].add(kind, update, state.clock(), chat.id)
    return message


def _reaction_update(
    state: State, person: User, message: Message, before: str | None, emoji: str | None
) -> tuple[str, Json]:
    """MessageReactionUpdated, or in a channel, where nobody is named, MessageReactionCountUpdated."""
    chat = message.chat
    update: Json = {"chat": chat_json(chat), "message_id": message.id, "date": state.now()}
    if chat.kind is ChatKind.CHANNEL:
        counts = Counter(message.reactions.values())
        update["reactions"] = [
            {"type": {"type": "emoji", "emoji": sign}, "total_count": count} for sign, count in counts.items()
        ]
        return "message_reaction_count", update
    update["old_reaction"] = [{"type": "emoji", "emoji": before}] if before else []
    update["new_reaction"] = [{"type": "emoji", "emoji": emoji}] if emoji else []
    if chat.member(person.id).is_anonymous:
        update["actor_chat"] = chat_json(chat)
    else:
        update["user"] = user_json(person)
    return "message_reaction", update


def start(state: State, person: User, bot: Bot, payload: str = "") -> Message:
    """Open the private chat with a bot, by the Start button or a t.me link with a payload."""
    if not _PAYLOAD.fullmatch(payload):
        raise Refusal(400, "START_PARAM_INVALID: at most 64 of A-Z, a-z, 0-9, _ and -")
    chat = state.private_chat(person, bot)
    return send(state, person, chat, Draft(text=f"/start {payload}".strip()))[0]


def block(state: State, person: User, bot: Bot, *, blocked: bool) -> None:
    """Block or unblock a bot; the bot gets my_chat_member."""
    if (person.id in bot.blocked_by) == blocked:
        return
    (bot.blocked_by.add if blocked else bot.blocked_by.discard)(person.id)
    chat = state.private_chat(person, bot)
    member, kicked = Member(user_id=bot.id), Member(user_id=bot.id, status=Status.KICKED)
    before, after = (member, kicked) if blocked else (kicked, member)
    payload = changed_json(state, chat, before, after, person)
    state.queues[bot.id].add("my_chat_member", payload, state.clock(), chat.id)
    state.events.add("chat", chat, chat)
