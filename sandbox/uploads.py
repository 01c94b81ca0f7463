"""What media a file becomes: its kind when a person drops it into a chat, and the details that the
Bot API object of that kind must have even when nobody measured them."""

from __future__ import annotations

import mimetypes
from typing import Any, Final

from sandbox.files import FileStore, image_size
from sandbox.model import Json, Media, StoredFile
from sandbox.refusal import Refusal

_BY_TYPE: Final = {"video": "video", "audio": "audio"}
_DETAILS: Final[dict[str, dict[str, Any]]] = {
    "photo": {},
    "document": {},
    "video": {"width": 640, "height": 360, "duration": 1},
    "animation": {"width": 320, "height": 180, "duration": 1},
    "audio": {"duration": 1},
    "voice": {"duration": 1},
    "video_note": {"length": 240, "duration": 1},
    "sticker": {"width": 512, "height": 512, "type": "regular", "is_animated": False, "is_video": False},
}
_WORDS: Final = {"audio": ("performer", "title"), "sticker": ("emoji",)}


def kind_of(name: str, data: bytes) -> tuple[str, str]:
    """MIME type and media kind, by name and, for pictures, by content."""
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if mime == "image/gif":
        return mime, "animation"
    if mime.startswith("image/") and image_size(data) != (0, 0):
        return mime, "photo"
    if mime == "audio/ogg" or name.lower().endswith((".oga", ".ogg", ".opus")):
        return "audio/ogg", "voice"
    return mime, _BY_TYPE.get(mime.partition("/")[0], "document")


def describe(kind: str, file: StoredFile, given: dict[str, Any]) -> Media:
    """Media of `file` with the details its kind requires: given ones, measured ones, or a default."""
    if kind not in _DETAILS:
        raise Refusal(400, f"a file cannot be a {kind}")
    details: Json = {}
    for name, default in _DETAILS[kind].items():
        measured = getattr(file, name, 0) or default
        details[name] = _whole(given.get(name)) or measured if type(default) is int else measured
    for name in _WORDS.get(kind, ()):
        if given.get(name):
            details[name] = str(given[name])
    return Media(kind=kind, file=file, details=details)


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def without_upload(files: FileStore, kind: str, given: dict[str, Any]) -> Media:
    """A location, contact or sticker that a person sends without a file; raises for missing fields."""
    match kind:
        case "location":
            return Media(kind=kind, details={name: float(given[name]) for name in ("latitude", "longitude")})
        case "contact":
            return Media(
                kind=kind, details={name: str(given[name]) for name in ("phone_number", "first_name")}
            )
        case "sticker":
            emoji = str(given.get("emoji") or "👍")
            return describe(kind, files.add(emoji.encode(), "sticker.webp", "image/webp"), {"emoji": emoji})
        case _:
            raise Refusal(400, f"a {kind} needs a file")
