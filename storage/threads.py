"""Threads: where each ticket is handled, and what was said there."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from storage.columns import from_attachment, to_attachment, to_key, to_person, to_stamp, to_time
from storage.people import People
from tickets.identity import ChatId, MessageKey, TicketId
from tickets.model import Thread, ThreadMessage

_GET = "SELECT ticket_id, chat_id, topic_id, closed FROM threads WHERE ticket_id = ?"
_BY_TOPIC = """
SELECT ticket_id, chat_id, topic_id, closed FROM threads
WHERE chat_id = ? AND topic_id = ? ORDER BY ticket_id DESC LIMIT 1
"""
_PUT = """
INSERT INTO threads (ticket_id, chat_id, topic_id, closed) VALUES (?, ?, ?, ?)
ON CONFLICT (ticket_id) DO UPDATE SET
    chat_id = excluded.chat_id, topic_id = excluded.topic_id, closed = excluded.closed
"""
_ADD_MESSAGE = """
INSERT INTO thread_messages (
    chat_id, message_id, ticket_id, sender_id, text,
    attachment_kind, attachment_file_id, attachment_file_name, album_id, at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (chat_id, message_id) DO UPDATE SET
    ticket_id = excluded.ticket_id, sender_id = excluded.sender_id, text = excluded.text,
    attachment_kind = excluded.attachment_kind, attachment_file_id = excluded.attachment_file_id,
    attachment_file_name = excluded.attachment_file_name, album_id = excluded.album_id, at = excluded.at
"""
_MESSAGE = "SELECT * FROM thread_message_rows WHERE chat_id = ? AND message_id = ?"
_ALBUM = "SELECT * FROM thread_message_rows WHERE chat_id = ? AND album_id = ? ORDER BY message_id"
_LAST = """
SELECT * FROM thread_message_rows WHERE ticket_id = ? ORDER BY at DESC, message_id DESC LIMIT ?
"""


class Threads:
    def __init__(self, connection: sqlite3.Connection, people: People) -> None:
        self._connection = connection
        self._people = people

    def get(self, ticket_id: TicketId) -> Thread | None:
        row = self._connection.execute(_GET, (ticket_id,)).fetchone()
        return None if row is None else _to_thread(*row)

    def put(self, thread: Thread) -> None:
        """Insert or replace; the ticket must have been put before."""
        values = (thread.ticket_id, thread.chat_id, thread.topic_id, thread.closed)
        self._connection.execute(_PUT, values)

    def by_topic(self, chat_id: ChatId, topic_id: int) -> Thread | None:
        """The thread in this topic; of several, that of the newest ticket."""
        row = self._connection.execute(_BY_TOPIC, (chat_id, topic_id)).fetchone()
        return None if row is None else _to_thread(*row)

    def add_message(self, message: ThreadMessage) -> None:
        """Keep what was said; a message kept before is replaced, for people edit."""
        self._people.make_known(message.sender)
        values = (
            message.key.chat_id,
            message.key.message_id,
            message.ticket_id,
            message.sender.id,
            message.text,
            *from_attachment(message.attachment),
            message.album_id,
            to_stamp(message.at),
        )
        self._connection.execute(_ADD_MESSAGE, values)

    def message(self, key: MessageKey) -> ThreadMessage | None:
        row = self._connection.execute(_MESSAGE, (key.chat_id, key.message_id)).fetchone()
        return None if row is None else _to_message(row)

    def album(self, chat_id: ChatId, album_id: str) -> Sequence[ThreadMessage]:
        """The messages of an album, in their order."""
        return [_to_message(row) for row in self._connection.execute(_ALBUM, (chat_id, album_id))]

    def last_messages(self, ticket_id: TicketId, limit: int) -> Sequence[ThreadMessage]:
        """The last few messages of a thread, oldest first."""
        rows = self._connection.execute(_LAST, (ticket_id, limit)).fetchall()
        return [_to_message(row) for row in reversed(rows)]


def _to_thread(ticket_id: int, chat_id: int, topic_id: int | None, closed: int) -> Thread:
    return Thread(
        ticket_id=TicketId(ticket_id), chat_id=ChatId(chat_id), topic_id=topic_id, closed=bool(closed)
    )


def _to_message(row: tuple[Any, ...]) -> ThreadMessage:
    ticket_id, chat_id, message_id, *sender = row[:7]
    text, kind, file_id, file_name, album_id, at = row[7:]
    return ThreadMessage(
        ticket_id=TicketId(ticket_id),
        key=to_key(chat_id, message_id),
        sender=to_person(*sender),
        text=text,
        attachment=to_attachment(kind, file_id, file_name),
        album_id=album_id,
        at=to_time(at),
    )
