"""Telegram's file storage. The same bytes have one unique id, but every bot sees its own file id,
so a file id leaked from one bot to another is refused just as Telegram refuses it."""

from __future__ import annotations

import hashlib
import struct
from typing import Final

from sandbox.model import StoredFile

# The first characters of real file ids tell the kind of file; programs have learnt to look at them.
_PREFIXES: Final = {
    "photo": "AgACAgUAAx",
    "document": "BQACAgUAAx",
    "video": "BAACAgUAAx",
    "voice": "AwACAgUAAx",
    "audio": "CQACAgUAAx",
    "animation": "CgACAgUAAx",
    "sticker": "CAACAgUAAx",
    "video_note": "DQACAgUAAx",
}
_SEPARATOR: Final = "-"
FOLDERS: Final = {
    "photo": "photos",
    "video": "videos",
    "voice": "voice",
    "audio": "music",
    "animation": "animations",
    "sticker": "stickers",
    "video_note": "video_notes",
}
_EXTENSIONS: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "audio/ogg": ".oga",
    "audio/mpeg": ".mp3",
    "application/pdf": ".pdf",
}


class FileStore:
    """All files by unique id."""

    def __init__(self) -> None:
        self.files: dict[str, StoredFile] = {}

    def add(self, data: bytes, name: str, mime: str) -> StoredFile:
        """Store bytes; the same bytes under the same name are one file."""
        digest = hashlib.sha256(name.encode() + b"\0" + data).hexdigest()
        unique_id = "AQAD" + digest[:16]
        if unique_id not in self.files:
            width, height = image_size(data)
            self.files[unique_id] = StoredFile(
                unique_id=unique_id, data=data, name=name, mime=mime, width=width, height=height
            )
        return self.files[unique_id]

    def find(self, file_id: str, bot_id: int) -> tuple[StoredFile, str] | None:
        """File and kind behind a file id of this bot; None for any other string."""
        kind = next((k for k, prefix in _PREFIXES.items() if file_id.startswith(prefix)), "")
        unique_id, _, owner = file_id[10:].partition(_SEPARATOR)
        file = self.files.get(unique_id)
        return (file, kind) if kind and file is not None and owner == str(bot_id) else None


def file_id(file: StoredFile, kind: str, bot_id: int) -> str:
    """The id under which `bot_id` knows the file."""
    return f"{_PREFIXES[kind]}{file.unique_id}{_SEPARATOR}{bot_id}"


def file_path(file: StoredFile, kind: str) -> str:
    """The download path, as getFile tells it: folder by kind and a name with an extension."""
    suffix = _EXTENSIONS.get(file.mime) or ("." + file.name.rpartition(".")[2] if "." in file.name else "")
    return f"{FOLDERS.get(kind, 'documents')}/{file.unique_id}{suffix}"


def image_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG, GIF, JPEG or WebP file, (0, 0) for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    return 0, 0


def _jpeg_size(data: bytes) -> tuple[int, int]:
    position = 2
    while position + 9 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return width, height
        position += 2 + struct.unpack(">H", data[position + 2 : position + 4])[0]
    return 0, 0


def _webp_size(data: bytes) -> tuple[int, int]:
    chunk = data[12:16]
    if chunk == b"VP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if chunk == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if chunk == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    return 0, 0
