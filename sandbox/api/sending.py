"""send… methods: text, every kind of file, albums, places, contacts, polls and dice."""

from __future__ import annotations

import random
from typing import Any

from sandbox.api.access import Level, chat_of
from sandbox.api.delivering import (
    Content,
    caption_of,
    deliver,
    format_source,
    put,
    target_of,
    text_of,
)
from sandbox.api.media import make_media, media_of
from sandbox.api.request import Request
from sandbox.model import Json, Media
from sandbox.people import MAX_CAPTION
from sandbox.refusal import bad_request
from sandbox.rendering import message_json

MAX_ALBUM = 10
_ALBUM_KINDS = ("photo", "video", "document", "audio")
_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(request: Request) -> Json:
    """sendMessage."""
    return deliver(request, text_of(request))


def _send_file(request: Request, kind: str) -> Json:
    return deliver(request, caption_of(request, media_of(request, kind)))


def send_photo(request: Request) -> Json:
    """sendPhoto."""
    return _send_file(request, "photo")


def send_document(request: Request) -> Json:
    """sendDocument."""
    return _send_file(request, "document")


def send_video(request: Request) -> Json:
    """sendVideo."""
    return _send_file(request, "video")


def send_voice(request: Request) -> Json:
    """sendVoice."""
    return _send_file(request, "voice")


def send_audio(request: Request) -> Json:
    """sendAudio."""
    return _send_file(request, "audio")


def send_animation(request: Request) -> Json:
    """sendAnimation."""
    return _send_file(request, "animation")


def send_video_note(request: Request) -> Json:
    """sendVideoNote."""
    return deliver(request, Content(media=media_of(request, "video_note")))


def send_sticker(request: Request) -> Json:
    """sendSticker."""
    return deliver(request, Content(media=media_of(request, "sticker")))


def send_location(request: Request) -> Json:
    """sendLocation."""
    return deliver(request, Content(media=Media(kind="location", details=_location(request))))


def _location(request: Request) -> Json:
    if not request.has("latitude") or not request.has("longitude"):
        raise bad_request("latitude is empty" if not request.has("latitude") else "longitude is empty")
    latitude, longitude = request.number("latitude"), request.number("longitude")
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise bad_request("invalid location specified")
    return {"latitude": latitude, "longitude": longitude}


def send_venue(request: Request) -> Json:
    """sendVenue."""
    details = {
        "location": _location(request),
        "title": request.text("title"),
        "address": request.text("address"),
    }
    if not details["title"]:
        raise bad_request("venue title is empty")
    return deliver(request, Content(media=Media(kind="venue", details=details)))


def send_contact(request: Request) -> Json:
    """sendContact."""
    details = {name: request.text(name) for name in ("phone_number", "first_name")}
    for name, value in details.items():
        if not value:
            raise bad_request(f"{name.replace('_', ' ')} is empty")
    if request.text("last_name"):
        details["last_name"] = request.text("last_name")
    return deliver(request, Content(media=Media(kind="contact", details=details)))


def send_dice(request: Request) -> Json:
    """sendDice."""
    details = {"emoji": request.text("emoji") or "🎲", "value": random.randint(1, 6)}
    return deliver(request, Content(media=Media(kind="dice", details=details)))


def send_poll(request: Request) -> Json:
    """sendPoll: the poll is shown; nobody votes in a sandbox."""
    options = request.json("options", "options") or []
    if not isinstance(options, list):
        raise bad_request("expected an Array of String as options")
    texts = [str(option.get("text", "")) if isinstance(option, dict) else str(option) for option in options]
    if not request.text("question"):
        raise bad_request("poll question must be non-empty")
    if not 2 <= len(texts) <= 12:
        raise bad_request(
            "poll must have at least 2 option" if len(texts) < 2 else "poll can't have more than 12 options"
        )
    details = {
        "id": str(next(request.world.query_ids)),
        "question": request.text("question"),
        "options": [
            {"text": text, "voter_count": 0, "persistent_id": str(i)} for i, text in enumerate(texts)
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": request.text("type") or "regular",
        "allows_multiple_answers": request.flag("allows_multiple_answers"),
        "allows_revoting": True,
        "members_only": False,
    }
    return deliver(request, Content(media=Media(kind="poll", details=details)))


def send_media_group(request: Request) -> list[Json]:
    """sendMediaGroup: one message per item, all with the same media_group_id."""
    items = request.json("media", "media")
    if not isinstance(items, list) or not items:
        raise bad_request("there are no messages to send")
    if len(items) > MAX_ALBUM:
        raise bad_request("too many messages to send as an album")
    contents = [_album_item(request, item) for item in items]
    kinds = {content.kind for content in contents}
    for alone in ("document", "audio"):
        if alone in kinds and len(kinds) > 1:
            raise bad_request(f"{alone} can't be mixed with other media types")
    target = target_of(request, contents[0].kind, len(contents))
    group_id = str(next(request.world.album_ids)) if len(contents) > 1 else None
    return [message_json(put(request, target, content, None, group_id), request.bot) for content in contents]


def _album_item(request: Request, item: Any) -> Content:
    if not isinstance(item, dict) or item.get("type") not in _ALBUM_KINDS:
        raise bad_request("can't parse InputMedia: type must be one of photo, video, document, audio")
    return input_media(request, item)


def input_media(request: Request, item: Json) -> Content:
    """Content of one InputMedia object; raises 400 "can't parse InputMedia: …"."""
    if not item.get("media"):
        raise bad_request("can't parse InputMedia: Can't find field \"media\"")
    media = make_media(request, str(item["type"]), item["media"], item)
    text, entities = format_source(
        request,
        str(item.get("caption") or ""),
        str(item.get("parse_mode") or ""),
        item.get("caption_entities"),
    )
    if len(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return Content(text=text, entities=entities, media=media)


def send_chat_action(request: Request) -> bool:
    """sendChatAction: people in the chat see that the bot is typing."""
    if request.text("action").lower() not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = chat_of(request, Level.WRITE)
    request.world.events.add("typing", chat, {"chat_key": chat.key, "name": request.bot.name})
    return True
