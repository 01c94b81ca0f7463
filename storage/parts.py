"""The messages that an inquiry or a draft consists of."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Literal

from storage.columns import from_attachment, to_attachment, to_key
from tickets.identity import MessageKey
from tickets.model import InquiryPart

OwnerKind = Literal["inquiry", "draft"]

_PUT = """
INSERT INTO parts (
    owner_kind, owner_id, position, chat_id, message_id, text,
    attachment_kind, attachment_file_id, attachment_file_name, album_id
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (owner_kind, owner_id, position) DO UPDATE SET
    chat_id = excluded.chat_id, message_id = excluded.message_id, text = excluded.text,
    attachment_kind = excluded.attachment_kind, attachment_file_id = excluded.attachment_file_id,
    attachment_file_name = excluded.attachment_file_name, album_id = excluded.album_id
"""
_CUT = "DELETE FROM parts WHERE owner_kind = ? AND owner_id = ? AND position >= ?"
_OF = """
SELECT chat_id, message_id, text, attachment_kind, attachment_file_id, attachment_file_name, album_id
FROM parts WHERE owner_kind = ? AND owner_id = ? ORDER BY position
"""
_OWNER = """
SELECT max(owner_id) FROM parts WHERE chat_id = ? AND message_id = ? AND owner_kind = ?
"""


class Parts:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def put(self, kind: OwnerKind, owner_id: int, parts: Sequence[InquiryPart]) -> None:
        """Make these the parts of the owner, in this order."""
        for position, part in enumerate(parts):
            self._connection.execute(_PUT, (kind, owner_id, position, *_values(part)))
        self._connection.execute(_CUT, (kind, owner_id, len(parts)))

    def of(self, kind: OwnerKind, owner_id: int) -> tuple[InquiryPart, ...]:
        return tuple(_to_part(*row) for row in self._connection.execute(_OF, (kind, owner_id)))

    def owner(self, kind: OwnerKind, key: MessageKey) -> int | None:
        """The newest owner of this message; None too where the chat changed its id since."""
        owner: int | None
        (owner,) = self._connection.execute(_OWNER, (key.chat_id, key.message_id, kind)).fetchone()
        return owner


def _values(part: InquiryPart) -> tuple[object, ...]:
    attachment = from_attachment(part.attachment)
    return part.key.chat_id, part.key.message_id, part.text, *attachment, part.album_id


def _to_part(
    chat_id: int, message_id: int, text: str, kind: str | None, file_id: str, name: str, album_id: str | None
) -> InquiryPart:
    return InquiryPart(
        key=to_key(chat_id, message_id),
        text=text,
        attachment=to_attachment(kind, file_id, name),
        album_id=album_id,
    )
