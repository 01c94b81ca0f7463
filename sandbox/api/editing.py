"""editMessage… and deleteMessage(s): own messages, at any age for edits, below 48 hours for deletes."""

from __future__ import annotations

from sandbox.api.access import Level, chat_of, message_of
from sandbox.api.delivering import caption_of, formatted, text_of
from sandbox.api.keyboards import markup_of
from sandbox.api.request import Request, to_integer
from sandbox.api.sending import input_media
from sandbox.model import Chat, ChatKind, Json, Message
from sandbox.posting import change, remove
from sandbox.refusal import bad_request
from sandbox.rendering import message_json

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
_UNDELETABLE = frozenset({"forum_topic_created", "migrate_from_chat_id", "migrate_to_chat_id"})


def _editable(request: Request) -> Message:
    chat = chat_of(request, Level.EDIT)
    message = message_of(request, chat, "message to edit")
    own = message.author_id == request.bot.id or (
        chat.kind is ChatKind.CHANNEL and chat.member(request.bot.id).may("can_edit_messages")
    )
    other_markup = message.markup is not None and "inline_keyboard" not in message.markup
    if not own or other_markup or message.service is not None or message.forward_origin is not None:
        raise bad_request("message can't be edited")
    return message


def edit_message_text(request: Request) -> Json:
    """editMessageText. Without `reply_markup` the buttons go."""
    if not request.text("text"):
        raise bad_request("message text is empty")
    if len(formatted(request, "text", "entities")[0]) > 4096:
        raise bad_request("MESSAGE_TOO_LONG")
    content, markup = text_of(request), markup_of(request)
    message = _editable(request)
    if message.media is not None:
        raise bad_request("there is no text in the message to edit")
    if (content.text, content.entities, markup) == (message.text, message.entities, message.markup):
        raise bad_request(NOT_MODIFIED)
    message.text, message.entities, message.markup = content.text, content.entities, markup
    return _changed(request, message)


def edit_message_caption(request: Request) -> Json:
    """editMessageCaption."""
    content, markup = caption_of(request), markup_of(request)
    message = _editable(request)
    if message.media is None:
        raise bad_request("there is no caption in the message to edit")
    if (content.text, content.entities, markup) == (message.text, message.entities, message.markup):
        raise bad_request(NOT_MODIFIED)
    message.text, message.entities, message.markup = content.text, content.entities, markup
    return _changed(request, message)


def edit_message_media(request: Request) -> Json:
    """editMessageMedia."""
    item, markup = request.json("media", "input media"), markup_of(request)
    if not isinstance(item, dict):
        raise bad_request("media must be an Object")
    message = _editable(request)
    if (
        message.media is not None
        and message.media_group_id is not None
        and item.get("type") != message.media.kind
    ):
        raise bad_request("can't use the media of the specified type in the album")
    content = input_media(request, item)
    new = (content.media and content.media.file, content.text, content.entities, markup)
    if new == (message.media and message.media.file, message.text, message.entities, message.markup):
        raise bad_request(NOT_MODIFIED)
    message.media, message.text, message.entities = content.media, content.text, content.entities
    message.markup = markup
    return _changed(request, message)


def edit_message_reply_markup(request: Request) -> Json:
    """editMessageReplyMarkup."""
    markup = markup_of(request)
    message = _editable(request)
    if markup == message.markup:
        raise bad_request(NOT_MODIFIED)
    message.markup = markup
    return _changed(request, message)


def _changed(request: Request, message: Message) -> Json:
    change(request.world, message, by_bot=True)
    return message_json(message, request.bot)


def _require_deletable(request: Request, chat: Chat, message: Message) -> None:
    bot = request.bot
    young = request.world.now() - message.date < request.world.limits.delete_seconds
    if message.service is not None and not _UNDELETABLE.isdisjoint(message.service):
        raise bad_request("message can't be deleted")
    if not chat.is_private and chat.member(bot.id).may("can_delete_messages"):
        return
    if not young:
        raise bad_request("message can't be deleted for everyone")
    if message.author_id != bot.id and not chat.is_private:
        raise bad_request("message can't be deleted")


def delete_message(request: Request) -> bool:
    """deleteMessage."""
    chat = chat_of(request, Level.EDIT)
    message = message_of(request, chat, "message to delete")
    _require_deletable(request, chat, message)
    remove(request.world, chat, [message.id])
    return True


def delete_messages(request: Request) -> bool:
    """deleteMessages: up to 100; those not found are skipped."""
    ids = request.json("message_ids", "message identifiers") or []
    if not isinstance(ids, list) or not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > 100:
        raise bad_request("too many message identifiers specified")
    chat = chat_of(request, Level.EDIT)
    messages = [chat.messages[i] for i in map(to_integer, ids) if i in chat.messages]
    for message in messages:
        _require_deletable(request, chat, message)
    remove(request.world, chat, [message.id for message in messages])
    return True
