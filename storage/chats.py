"""Bound groups: what each group is to the bot, and what becomes of it when its id changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime

from storage.chat_migration import rekey_chat
from storage.columns import to_stamp, to_time
from storage.outbox import Outbox
from tickets.identity import ChatId, CommunityCode, UserId
from tickets.model import BoundChat, Room

_GET = """
SELECT chat_id, room, community, title, is_forum, language, bound_by, bound_at FROM chats WHERE chat_id = ?
"""
_ALL = """
SELECT chat_id, room, community, title, is_forum, language, bound_by, bound_at FROM chats
ORDER BY bound_at, chat_id
"""
_DESK_OF = """
SELECT chat_id, room, community, title, is_forum, language, bound_by, bound_at FROM chats
WHERE room = 'desk' AND community = ? ORDER BY bound_at DESC, chat_id LIMIT 1
"""
_ALLIANCE = """
SELECT chat_id, room, community, title, is_forum, language, bound_by, bound_at FROM chats
WHERE room = 'alliance' ORDER BY bound_at DESC, chat_id LIMIT 1
"""
_PUT = """
INSERT INTO chats (chat_id, room, community, title, is_forum, language, bound_by, bound_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (chat_id) DO UPDATE SET
    room = excluded.room, community = excluded.community, title = excluded.title,
    is_forum = excluded.is_forum, language = excluded.language, bound_by = excluded.bound_by,
    bound_at = excluded.bound_at
"""
_REMOVE = "DELETE FROM chats WHERE chat_id = ?"
_RECORD_MIGRATION = """
INSERT INTO migrations_of_chats (old_id, new_id, migrated_at) VALUES (?, ?, ?)
ON CONFLICT (old_id) DO NOTHING
"""
_MOVED_TO = "SELECT new_id FROM migrations_of_chats WHERE old_id = ?"
_MIGRATED_AT = "SELECT max(migrated_at) FROM migrations_of_chats WHERE new_id = ?"


class Chats:
    def __init__(self, connection: sqlite3.Connection, outbox: Outbox, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._outbox = outbox
        self._now = now

    def get(self, chat_id: ChatId) -> BoundChat | None:
        return self._one(_GET, chat_id)

    def put(self, chat: BoundChat) -> None:
        values = (
            chat.chat_id,
            chat.room.value,
            chat.community,
            chat.title,
            chat.is_forum,
            chat.language,
            chat.bound_by,
            to_stamp(chat.bound_at),
        )
        self._connection.execute(_PUT, values)

    def remove(self, chat_id: ChatId) -> None:
        self._connection.execute(_REMOVE, (chat_id,))

    def all(self) -> Sequence[BoundChat]:
        """Every bound group, in the order they were bound."""
        return [_to_chat(*row) for row in self._connection.execute(_ALL)]

    def desk_of(self, community: CommunityCode) -> BoundChat | None:
        """The desk of this community; of several, the one bound last."""
        return self._one(_DESK_OF, community)

    def alliance(self) -> BoundChat | None:
        """The alliance group; of several, the one bound last."""
        return self._one(_ALLIANCE)

    def migrate(self, old: ChatId, new: ChatId) -> None:
        """Give every row that names `old` the id `new`; doing it twice changes nothing.

        Message ids of the old chat are not valid in the new one, so links to its messages are dropped.
        """
        if old == new:
            return
        self._connection.execute(_RECORD_MIGRATION, (old, new, to_stamp(self._now())))
        rekey_chat(self._connection, old, new)
        self._outbox.rekey(old, new)

    def moved_to(self, chat_id: ChatId) -> ChatId | None:
        """The id this chat has now, if it changed."""
        row = self._connection.execute(_MOVED_TO, (chat_id,)).fetchone()
        return None if row is None else ChatId(row[0])

    def migrated_at(self, chat_id: ChatId) -> datetime | None:
        """When this chat got its present id, if it had another: older messages of it cannot be replied to."""
        (stamp,) = self._connection.execute(_MIGRATED_AT, (chat_id,)).fetchone()
        return None if stamp is None else to_time(stamp)

    def _one(self, sql: str, *values: object) -> BoundChat | None:
        row = self._connection.execute(sql, values).fetchone()
        return None if row is None else _to_chat(*row)


def _to_chat(
    chat_id: int,
    room: str,
    community: str | None,
    title: str,
    is_forum: int,
    language: str,
    bound_by: int,
    bound_at: int,
) -> BoundChat:
    return BoundChat(
        chat_id=ChatId(chat_id),
        room=Room(room),
        community=None if community is None else CommunityCode(community),
        title=title,
        is_forum=bool(is_forum),
        language=language,
        bound_by=UserId(bound_by),
        bound_at=to_time(bound_at),
    )
