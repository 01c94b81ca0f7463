"""Sending a file again by its handle, for messages that may not be copied.

The method and the parameter are named after the kind of file. Places and contact cards have no handle.
"""

from __future__ import annotations

from typing import Any, Final

from bot.outgoing import CopyParts
from tickets.conversation import Attachment, AttachmentKind

Call = tuple[str, dict[str, Any]]

_METHODS: Final = {
    AttachmentKind.PHOTO: ("sendPhoto", "photo"),
    AttachmentKind.VIDEO: ("sendVideo", "video"),
    AttachmentKind.DOCUMENT: ("sendDocument", "document"),
    AttachmentKind.VOICE: ("sendVoice", "voice"),
    AttachmentKind.AUDIO: ("sendAudio", "audio"),
    AttachmentKind.ANIMATION: ("sendAnimation", "animation"),
    AttachmentKind.STICKER: ("sendSticker", "sticker"),
}
_PICTURES: Final = frozenset({AttachmentKind.PHOTO, AttachmentKind.VIDEO})
_ALBUM: Final = 10  # files in one sendMediaGroup


def by_handle(parts: CopyParts, file: Attachment) -> Call | None:
    """The call that sends this one file to the chat of `parts`; None where it has no handle."""
    if not file.file_id or file.kind not in _METHODS:
        return None
    method, name = _METHODS[file.kind]
    parameters = _place(parts)
    parameters[name] = file.file_id
    return method, parameters


def as_media_group(parts: CopyParts) -> Call | None:
    """The call that sends all files as one album; None where the API does not let these be one."""
    files = parts.attachments
    if not 2 <= len(files) <= _ALBUM or not all(file.file_id for file in files):
        return None
    kinds = {file.kind for file in files}
    if not (kinds <= _PICTURES or kinds in ({AttachmentKind.DOCUMENT}, {AttachmentKind.AUDIO})):
        return None
    media = [{"type": file.kind.value, "media": file.file_id} for file in files]
    return "sendMediaGroup", {**_place(parts), "media": media}


def _place(parts: CopyParts) -> dict[str, Any]:
    parameters: dict[str, Any] = {"chat_id": parts.chat_id}
    if parts.thread_id is not None:
        parameters["message_thread_id"] = parts.thread_id
    if parts.reply_to is not None:
        parameters["reply_parameters"] = {
            "message_id": parts.reply_to,
            "allow_sending_without_reply": True,
        }
    return parameters
