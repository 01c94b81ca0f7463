"""Files that come with a call: uploaded, by file_id, or by URL (which a sandbox without internet
cannot fetch, and says so in Telegram's words)."""

from __future__ import annotations

import mimetypes
from typing import Any, Final

from sandbox.api.request import Request, Upload
from sandbox.files import image_size
from sandbox.model import Media, StoredFile
from sandbox.refusal import Refusal, bad_request
from sandbox.uploads import describe

_TITLES: Final = {
    "photo": "Photo",
    "video": "Video",
    "document": "Document",
    "audio": "Audio",
    "voice": "VoiceNote",
    "animation": "Animation",
    "sticker": "Sticker",
    "video_note": "VideoNote",
}
_DEFAULT_MIME: Final = {
    "photo": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "voice": "audio/ogg",
    "animation": "video/mp4",
    "sticker": "image/webp",
    "video_note": "video/mp4",
}


def media_of(request: Request, kind: str) -> Media:
    """The media in the parameter named like its kind; raises 400 "there is no photo in the request"."""
    source: Any = request.files.get(kind) or request.text(kind)
    if not source:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    return make_media(request, kind, source, request.params)


def make_media(request: Request, kind: str, source: Any, options: dict[str, Any]) -> Media:
    """Media from an upload, an attach:// reference, a file id or a URL."""
    return describe(kind, resolve_file(request, kind, source), options)


def resolve_file(request: Request, kind: str, source: Any) -> StoredFile:
    """The stored file behind whatever the caller gave; raises Telegram's errors for what is no file."""
    if isinstance(source, str) and source.startswith("attach://"):
        upload = request.files.get(source.removeprefix("attach://"))
        if upload is None:
            raise bad_request(f"{kind} not found")
        source = upload
    if isinstance(source, Upload):
        return _store(request, kind, source)
    text = str(source)
    if text.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    found = request.world.files.find(text, request.bot.id)
    if found is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    file, real_kind = found
    if real_kind != kind:
        raise bad_request(f'can\'t use file of type "{_TITLES[real_kind]}" as {_TITLES[kind]}')
    return file


def _store(request: Request, kind: str, upload: Upload) -> StoredFile:
    limits = request.world.limits
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > (limits.photo_bytes if kind == "photo" else limits.upload_bytes):
        if kind == "photo":
            raise bad_request(
                "PHOTO_INVALID_DIMENSIONS" if image_size(upload.data) == (0, 0) else "file is too big"
            )
        raise Refusal(413, "Request Entity Too Large")
    if kind == "photo" and image_size(upload.data) == (0, 0):
        raise bad_request("IMAGE_PROCESS_FAILED")
    mime = upload.mime
    if not mime or mime == "application/octet-stream":
        mime = mimetypes.guess_type(upload.name)[0] or _DEFAULT_MIME.get(kind, "application/octet-stream")
    return request.world.files.add(upload.data, upload.name or kind, mime)
