"""The common end of all send methods: chat, rights, thread, reply, markup, then the message is posted.

The checks come in the server's order, so that a call with several faults names the same one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.api.access import Level, chat_by, chat_of, require_voice
from sandbox.api.keyboards import markup_of
from sandbox.api.request import Request, to_integer
from sandbox.markup.formatted import format_text
from sandbox.model import Chat, ChatKind, Json, Media, Message
from sandbox.people import MAX_CAPTION, MAX_TEXT
from sandbox.posting import origin_of, post
from sandbox.refusal import bad_request
from sandbox.rendering import chat_json, message_json, user_json
from sandbox.replies import place, quote_json, require_thread
from sandbox.topics import require_open


@dataclass(slots=True, kw_only=True)
class Content:
    """What is to be sent: text (or caption) with entities, media, and marks such as a forward's origin."""

    text: str = ""
    entities: list[Json] = field(default_factory=list)
    media: Media | None = None
    forward_origin: Json | None = None
    extra: Json = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """ "text" or the media kind, which decides about the right to send it."""
        return "text" if self.media is None else self.media.kind


@dataclass(slots=True, kw_only=True)
class Target:
    """Where it goes: chat, thread, the message it answers and the marks of the reply."""

    chat: Chat
    thread_id: int | None = None
    is_topic: bool = False
    reply_to: Message | None = None
    external_reply: Json | None = None
    quote: Json | None = None


def text_of(request: Request) -> Content:
    """The `text` parameter with its entities; raises 400 when empty, too long or badly marked up."""
    if not request.text("text"):
        raise bad_request("message text is empty")
    text, entities = formatted(request, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if len(text) > MAX_TEXT:
        raise bad_request("message is too long")
    preview = request.json("link_preview_options", "link preview options")
    return Content(text=text, entities=entities, extra={"link_preview_options": preview} if preview else {})


def caption_of(request: Request, media: Media | None = None) -> Content:
    """The `caption` parameter with its entities; raises 400 "message caption is too long"."""
    text, entities = formatted(request, "caption", "caption_entities")
    if len(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return Content(text=text, entities=entities, media=media)


def formatted(request: Request, name: str, entities_name: str) -> tuple[str, list[Json]]:
    """Text and entities of two parameters and `parse_mode`."""
    given = request.json(entities_name, "entities") if request.has(entities_name) else None
    return format_source(request, request.text(name), request.text("parse_mode"), given)


def format_source(request: Request, source: str, parse_mode: str, given: Any) -> tuple[str, list[Json]]:
    """`format_text` that knows this world's users."""

    def find(user_id: int) -> Json | None:
        user = request.world.users.get(user_id)
        return None if user is None else user_json(user)

    return format_text(source, parse_mode, given, find)


def target_of(request: Request, kind: str, count: int = 1) -> Target:
    """Chat, thread and reply of a send call; raises what Telegram raises. Counts towards flood limits."""
    chat = chat_of(request, Level.WRITE)
    require_voice(request.bot, chat, kind)
    flood = request.world.flood
    if flood.per_second or flood.per_chat_per_minute:
        flood.check(chat.id, request.world.clock(), count)
    target = Target(chat=chat, thread_id=request.integer("message_thread_id") or None)
    if target.thread_id is not None:
        require_thread(chat, target.thread_id)
    if request.has("reply_parameters") or request.has("reply_to_message_id"):
        _resolve_reply(request, target)
    target.thread_id, target.is_topic = place(chat, target.thread_id, target.reply_to)
    if chat.is_forum:
        require_open(chat, request.bot.id, target.thread_id)
    return target


def _reply_parameters(request: Request) -> Json:
    if request.has("reply_parameters"):
        parameters = request.json("reply_parameters", "reply parameters")
        if not isinstance(parameters, dict):
            raise bad_request("object expected as reply parameters")
        return parameters
    return {
        "message_id": request.integer("reply_to_message_id"),
        "allow_sending_without_reply": request.flag("allow_sending_without_reply"),
    }


def _resolve_reply(request: Request, target: Target) -> None:
    """Put the replied message, its quote, or an external reply into the target."""
    parameters = _reply_parameters(request)
    message_id = to_integer(parameters.get("message_id"))
    if message_id <= 0:
        return
    where = str(parameters.get("chat_id", ""))
    source = target.chat
    if where and where != str(target.chat.id):
        source = chat_by(request, where, Level.READ)
    in_topic = target.chat.is_forum and target.thread_id is not None
    message = source.messages.get(message_id)
    if message is None:
        # the documentation: always false for replies in another chat or forum topic
        if _is_optional(parameters) and source is target.chat and not in_topic:
            return
        raise bad_request("message to be replied not found")
    if parameters.get("quote"):
        position = parameters.get("quote_position")
        where_quoted = None if position is None else to_integer(position)
        target.quote = quote_json(message, str(parameters["quote"]), where_quoted)
    if source is not target.chat or (in_topic and message.thread_id != target.thread_id):
        target.external_reply = _external(message)
    else:
        target.reply_to = message


def _is_optional(parameters: Json) -> bool:
    """Whether allow_sending_without_reply is set, as JSON boolean or as a word."""
    return str(parameters.get("allow_sending_without_reply", "")).lower() in ("true", "1")


def _external(message: Message) -> Json:
    """ExternalReplyInfo: a reply to a message of another chat or another topic."""
    result: Json = {"origin": origin_of(message), "message_id": message.id}
    if message.chat.kind in (ChatKind.SUPERGROUP, ChatKind.CHANNEL):
        result["chat"] = chat_json(message.chat)
    return result


def deliver(request: Request, content: Content) -> Json:
    """Send one message; returns its JSON."""
    markup = markup_of(request)
    target = target_of(request, content.kind)
    return message_json(put(request, target, content, markup), request.bot)


def put(
    request: Request, target: Target, content: Content, markup: Json | None, group_id: str | None = None
) -> Message:
    """Post `content` at `target` in the bot's name."""
    channel = target.chat if target.chat.kind is ChatKind.CHANNEL else None
    message = Message(
        chat=target.chat,
        author_id=request.bot.id,
        sender=None if channel is not None else request.bot,
        sender_chat=channel,
        text=content.text,
        entities=content.entities,
        media=content.media,
        media_group_id=group_id,
        thread_id=target.thread_id,
        is_topic=target.is_topic,
        reply_to=target.reply_to,
        external_reply=target.external_reply,
        quote=target.quote,
        forward_origin=content.forward_origin,
        markup=markup,
        protected=request.flag("protect_content"),
        extra=content.extra,
    )
    return post(request.world, message)
