"""Fragments: short messages that may turn out to be the beginning of a question."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from storage.columns import from_attachment, to_attachment, to_key, to_stamp
from tickets.identity import ChatId, UserId
from tickets.model import InquiryPart

_ADD = """
INSERT INTO fragments (
    chat_id, message_id, sender_id, text, attachment_kind, attachment_file_id, attachment_file_name,
    album_id, at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (chat_id, message_id) DO UPDATE SET
    sender_id = excluded.sender_id, text = excluded.text, attachment_kind = excluded.attachment_kind,
    attachment_file_id = excluded.attachment_file_id,
    attachment_file_name = excluded.attachment_file_name,
    album_id = excluded.album_id, at = excluded.at
"""
_TAKE = """
DELETE FROM fragments WHERE chat_id = ? AND sender_id = ? AND at >= ?
RETURNING at, chat_id, message_id, text, attachment_kind, attachment_file_id, attachment_file_name, album_id
"""
_PURGE = "DELETE FROM fragments WHERE at < ?"


class Fragments:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, chat_id: ChatId, sender: UserId, part: InquiryPart, now: datetime) -> None:
        """Keep one message; a message kept before is replaced."""
        attachment = from_attachment(part.attachment)
        values = (chat_id, part.key.message_id, sender, part.text, *attachment, part.album_id, to_stamp(now))
        self._connection.execute(_ADD, values)

    def take(self, chat_id: ChatId, sender: UserId, since: datetime) -> tuple[InquiryPart, ...]:
        """Return, oldest first, and forget what this sender left in this chat since then."""
        rows = self._connection.execute(_TAKE, (chat_id, sender, to_stamp(since))).fetchall()
        rows.sort(key=lambda row: (row[0], row[2]))  # deleted rows come back in no order
        return tuple(_to_part(*row[1:]) for row in rows)

    def purge(self, before: datetime) -> None:
        """Forget what is older."""
        self._connection.execute(_PURGE, (to_stamp(before),))


def _to_part(
    chat_id: int, message_id: int, text: str, kind: str | None, file_id: str, name: str, album_id: str | None
) -> InquiryPart:
    return InquiryPart(
        key=to_key(chat_id, message_id),
        text=text,
        attachment=to_attachment(kind, file_id, name),
        album_id=album_id,
    )
