"""copyMessage(s) and forwardMessage(s). Groups of media keep together, missing messages are skipped,
protected content is not forwarded."""

from __future__ import annotations

from itertools import pairwise

from sandbox.api.access import Level, chat_of, message_of
from sandbox.api.delivering import Content, caption_of, put, target_of
from sandbox.api.keyboards import markup_of
from sandbox.api.request import Request, to_integer
from sandbox.model import Chat, Json, Message
from sandbox.posting import origin_of
from sandbox.refusal import bad_request
from sandbox.rendering import message_json

MAX_MESSAGES = 100
_UNCOPYABLE = frozenset({"invoice", "giveaway", "paid_media"})


def _copyable(message: Message) -> bool:
    return message.service is None and (message.media is None or message.media.kind not in _UNCOPYABLE)


def _protected(message: Message) -> bool:
    return message.protected or message.chat.protected


def _copy_of(message: Message) -> Content:
    return Content(text=message.text, entities=message.entities, media=message.media)


def _source(request: Request) -> Chat:
    return chat_of(request, Level.READ, "from_chat_id")


def copy_message(request: Request) -> Json:
    """copyMessage; returns a MessageId."""
    source = _source(request)
    message = message_of(request, source, "message to copy")
    if not _copyable(message) or _protected(message):
        raise bad_request("the message can't be copied")
    content = _copy_of(message)
    if request.has("caption") and content.media is not None:
        caption = caption_of(request)
        content.text, content.entities = caption.text, caption.entities
    markup = markup_of(request)
    target = target_of(request, content.kind)
    return {"message_id": put(request, target, content, markup).id}


def forward_message(request: Request) -> Json:
    """forwardMessage."""
    source = _source(request)
    message = message_of(request, source, "message to forward")
    if message.service is not None:
        raise bad_request("the message can't be forwarded")
    if _protected(message):
        raise bad_request("message has protected content and can't be forwarded")
    content = _copy_of(message)
    content.forward_origin = origin_of(message)
    target = target_of(request, content.kind)
    return message_json(put(request, target, content, None), request.bot)


def _identifiers(request: Request) -> list[int]:
    raw = request.json("message_ids", "message identifiers")
    if not isinstance(raw, list) or not raw:
        raise bad_request("message identifiers are not specified")
    if len(raw) > MAX_MESSAGES:
        raise bad_request("too many message identifiers specified")
    ids = [to_integer(value) for value in raw]
    if any(later <= earlier for earlier, later in pairwise(ids)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    return ids


def _many(request: Request, *, forward: bool) -> list[Json]:
    source, ids = _source(request), _identifiers(request)
    found = [source.messages[i] for i in ids if i in source.messages]
    found = [m for m in found if _copyable(m) and not _protected(m)]
    if not found:
        raise bad_request(f"there are no messages to {'forward' if forward else 'copy'}")
    target = target_of(request, _copy_of(found[0]).kind, len(found))
    groups: dict[str, str] = {}
    sent: list[Json] = []
    for message in found:
        content = _copy_of(message)
        if forward:
            content.forward_origin = origin_of(message)
        elif request.flag("remove_caption") and content.media is not None:
            content.text, content.entities = "", []
        group_id = message.media_group_id
        if group_id is not None and group_id not in groups:
            groups[group_id] = str(next(request.world.album_ids))
        put_message = put(request, target, content, None, groups.get(group_id or ""))
        sent.append({"message_id": put_message.id})
    return sent


def copy_messages(request: Request) -> list[Json]:
    """copyMessages; returns MessageIds of what could be copied."""
    return _many(request, forward=False)


def forward_messages(request: Request) -> list[Json]:
    """forwardMessages; returns MessageIds of what could be forwarded."""
    return _many(request, forward=True)
