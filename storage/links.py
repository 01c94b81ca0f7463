"""Links: which message of the bot's stands for what.

A message stays findable when a newer one has taken its place: people go on replying to the old card.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from storage.columns import to_key
from tickets.identity import MessageKey
from tickets.model import Link, LinkRole

_FIND = "SELECT chat_id, message_id, role, ref, part, digest FROM links WHERE chat_id = ? AND message_id = ?"
_LATEST = """
SELECT chat_id, message_id, role, ref, part, digest FROM links
WHERE role = ? AND ref = ? AND current = 1 ORDER BY part
"""
_SUPERSEDE = """
UPDATE links SET current = 0
WHERE role = ? AND ref = ? AND part = ? AND current = 1 AND NOT (chat_id = ? AND message_id = ?)
"""
_PUT = """
INSERT INTO links (chat_id, message_id, role, ref, part, digest, current) VALUES (?, ?, ?, ?, ?, ?, 1)
ON CONFLICT (chat_id, message_id) DO UPDATE SET
    role = excluded.role, ref = excluded.ref, part = excluded.part, digest = excluded.digest, current = 1
"""
_FORGET = "UPDATE links SET current = 0 WHERE role = ? AND ref = ? AND current = 1"


class Links:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, key: MessageKey) -> Link | None:
        """What this message of the bot's stands for, or stood for once."""
        row = self._connection.execute(_FIND, (key.chat_id, key.message_id)).fetchone()
        return None if row is None else _to_link(*row)

    def latest(self, role: LinkRole, ref: int) -> Sequence[Link]:
        """The messages that now stand for this matter, by part; empty where none was sent."""
        return [_to_link(*row) for row in self._connection.execute(_LATEST, (role.value, ref))]

    def put(self, link: Link) -> None:
        """Make this message the one that stands for its part of the matter."""
        place = (link.role.value, link.ref, link.part)
        address = (link.key.chat_id, link.key.message_id)
        self._connection.execute(_SUPERSEDE, (*place, *address))
        self._connection.execute(_PUT, (*address, *place, link.digest))

    def forget(self, role: LinkRole, ref: int) -> None:
        """The messages of this matter are gone: the next notice is sent anew."""
        self._connection.execute(_FORGET, (role.value, ref))


def _to_link(chat_id: int, message_id: int, role: str, ref: int, part: int, digest: str) -> Link:
    return Link(key=to_key(chat_id, message_id), role=LinkRole(role), ref=ref, part=part, digest=digest)
