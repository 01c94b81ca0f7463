"""What kind of media a file becomes when a person drops it into a chat."""

from __future__ import annotations

import mimetypes

from sandbox.files import image_size

_BY_TYPE = {"video": "video", "audio": "audio"}


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
