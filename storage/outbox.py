"""The outbox: what the bot owes people, kept until the messenger confirmed it.

A row says what to tell, not the words. Rows of one chat go out in the order of their ids; a row that must
wait holds up its chat and no other.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection
from collections.abc import Sequence as Rows
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import Any

from storage.columns import to_stamp, to_time
from storage.sequence import Sequence
from tickets.identity import ChatId, TicketId
from tickets.notices import Notice, NoticeKind

_ADD = """
INSERT INTO outbox (
    id, kind, chat_id, ref, ticket_id, data, slot, state, attempts, parts_done, uncertain, not_before,
    error, created_at
) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', 0, 0, 0, 0, '', ?)
ON CONFLICT (chat_id, slot) WHERE state = 'pending' DO UPDATE SET data = excluded.data
"""
# Jumps from chat to chat in the index, so that ten thousand rows for one chat cost no more than one.
# A head is read as it will be once it is claimed, so that claiming it need not read it again.
_HEADS = """
WITH RECURSIVE waiting (chat_id) AS (
    SELECT min(chat_id) FROM outbox WHERE state IN ('pending', 'sending')
    UNION ALL
    SELECT (
        SELECT min(o.chat_id) FROM outbox o
        WHERE o.state IN ('pending', 'sending') AND o.chat_id > waiting.chat_id
    )
    FROM waiting WHERE waiting.chat_id IS NOT NULL
)
SELECT head.id, head.kind, head.chat_id, head.ref, head.ticket_id, head.data, 'sending', head.attempts,
    head.parts_done, head.uncertain, head.error, head.created_at
FROM waiting
JOIN outbox head ON head.id = (
    SELECT min(o.id) FROM outbox o WHERE o.state IN ('pending', 'sending') AND o.chat_id = waiting.chat_id
)
WHERE head.state = 'pending' AND head.not_before <= ?
    AND NOT EXISTS (SELECT 1 FROM outbox s WHERE s.state = 'sending' AND s.chat_id = waiting.chat_id)
ORDER BY head.id
"""
_CLAIM = "UPDATE outbox SET state = 'sending' WHERE id = ?"
_CHAT = 2  # the place of chat_id in these rows
_GET = """
SELECT id, kind, chat_id, ref, ticket_id, data, state, attempts, parts_done, uncertain, error, created_at
FROM outbox WHERE id = ?
"""
_SENT = "UPDATE outbox SET state = 'sent', error = '', settled_at = ? WHERE id = ?"
_DEAD = "UPDATE outbox SET state = 'dead', error = ?, settled_at = ? WHERE id = ?"
_RETRY = """
UPDATE outbox SET attempts = attempts + 1, not_before = ?, error = ? WHERE id = ? AND state = 'sending'
"""
_PROGRESS = "UPDATE outbox SET parts_done = ? WHERE id = ?"
_UNCERTAIN = "UPDATE outbox SET uncertain = uncertain + 1 WHERE state = 'sending' RETURNING id"
_TWIN = """
DELETE FROM outbox WHERE state = 'pending' AND id <> :id
    AND (chat_id, slot) = (SELECT chat_id, slot FROM outbox WHERE id = :id)
RETURNING data
"""
_TAKE_OVER = "UPDATE outbox SET data = ?, parts_done = 0 WHERE id = ?"
_REOPEN = "UPDATE outbox SET state = 'pending' WHERE id = ? AND state = 'sending'"
_DEPTH = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')"
_COUNTS = "SELECT state, count(*) FROM outbox GROUP BY state"
_PURGE = "DELETE FROM outbox WHERE state = 'sent' AND settled_at < ?"
_OF_CHAT = """
SELECT id, data FROM outbox WHERE chat_id = ? AND state = 'pending' AND slot IS NOT NULL ORDER BY id
"""
_UNSLOTTED = "SELECT id, data FROM outbox WHERE chat_id = ? AND (state <> 'pending' OR slot IS NULL)"
_TWIN_IN = """
DELETE FROM outbox WHERE state = 'pending' AND chat_id = ? AND slot = (SELECT slot FROM outbox WHERE id = ?)
RETURNING id, data
"""
_MOVE = "UPDATE outbox SET chat_id = ?, data = ? WHERE id = ?"


_MESSAGES = frozenset({"message_id", "reply_to", "edit", "only"})  # keys of data that name a message


class OutboxState(Enum):
    PENDING = "pending"  # to be sent
    SENDING = "sending"  # being sent; after a crash: perhaps sent
    SENT = "sent"  # the messenger confirmed it
    DEAD = "dead"  # it will never arrive


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxRow:
    """A notice to send and how far it got."""

    id: int
    notice: Notice
    state: OutboxState
    attempts: int  # how often sending failed
    parts_done: int  # how many messages of a long notice were confirmed
    uncertain: int  # how often a crash left open whether it was sent
    error: str  # what failed last; never message text
    created_at: datetime


class Outbox:
    def __init__(self, connection: sqlite3.Connection, ids: Sequence, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._ids = ids
        self._now = now

    def add(self, notice: Notice, now: datetime) -> None:
        """Owe a notice. If one of its slot already waits, that one takes the newer data and keeps its place.

        A waiting row that has to wait longer goes on waiting: the messenger demanded it, for the whole chat.
        """
        values = (
            self._ids.next(),
            notice.kind.value,
            notice.chat_id,
            notice.ref,
            notice.ticket_id,
            json.dumps(dict(notice.data), ensure_ascii=False),
            notice.slot,
            to_stamp(now),
        )
        self._connection.execute(_ADD, values)

    def claim(self, now: datetime, limit: int, exclude_chats: Collection[ChatId] = ()) -> Rows[OutboxRow]:
        """Mark as being sent, and return, the next row of each chat that may send; oldest rows first.

        A chat may not send while a row of it is being sent or its next row has to wait.
        """
        with closing(self._connection.execute(_HEADS, (to_stamp(now),))) as heads:
            free = (row for row in heads if row[_CHAT] not in exclude_chats)
            chosen = [_to_row(row) for row in islice(free, limit)]
        self._connection.executemany(_CLAIM, [(row.id,) for row in chosen])
        return chosen

    def get(self, row_id: int) -> OutboxRow | None:
        row = self._connection.execute(_GET, (row_id,)).fetchone()
        return None if row is None else _to_row(row)

    def sent(self, row_id: int) -> None:
        """The messenger confirmed it."""
        self._connection.execute(_SENT, (to_stamp(self._now()), row_id))

    def dead(self, row_id: int, error: str) -> None:
        """It will never arrive; `error` must hold no message text."""
        self._connection.execute(_DEAD, (error, to_stamp(self._now()), row_id))

    def retry(self, row_id: int, not_before: datetime, error: str) -> None:
        """Sending failed: try again, not before that time. A row that is not being sent is left alone."""
        if self._connection.execute(_RETRY, (to_stamp(not_before), error, row_id)).rowcount == 1:
            self._reopen(row_id)

    def progress(self, row_id: int, parts_done: int) -> None:
        """So many messages of a long notice are confirmed."""
        self._connection.execute(_PROGRESS, (parts_done, row_id))

    def requeue_stale(self) -> int:
        """At start: what was being sent when the program died is to be sent again. Returns how many rows."""
        stale = [row_id for (row_id,) in self._connection.execute(_UNCERTAIN).fetchall()]
        for row_id in stale:
            self._reopen(row_id)
        return len(stale)

    def depth(self) -> int:
        """How many notices are owed."""
        depth: int = self._connection.execute(_DEPTH).fetchone()[0]
        return depth

    def counts(self) -> dict[OutboxState, int]:
        """How many rows are in each state."""
        found = dict(self._connection.execute(_COUNTS).fetchall())
        return {state: found.get(state.value, 0) for state in OutboxState}

    def purge(self, before: datetime) -> int:
        """Forget rows sent before that time and return how many. Dead rows stay."""
        return self._connection.execute(_PURGE, (to_stamp(before),)).rowcount

    def rekey(self, old: ChatId, new: ChatId) -> None:
        """The chat has a new id: what is owed to it goes there."""
        for row_id, data in self._connection.execute(_UNSLOTTED, (old,)).fetchall():
            self._connection.execute(_MOVE, (new, _without_messages(data), row_id))
        for row_id, data in self._connection.execute(_OF_CHAT, (old,)).fetchall():
            twin = self._connection.execute(_TWIN_IN, (new, row_id)).fetchone()
            newest = twin[1] if twin is not None and twin[0] > row_id else data
            self._connection.execute(_MOVE, (new, newest, row_id))

    def _reopen(self, row_id: int) -> None:
        """Make a row pending again; one of its slot that was owed meanwhile becomes one with it."""
        twin = self._connection.execute(_TWIN, {"id": row_id}).fetchone()
        if twin is not None:
            self._connection.execute(_TAKE_OVER, (twin[0], row_id))
        self._connection.execute(_REOPEN, (row_id,))


def _without_messages(data: str) -> str:
    """A notice's data without the messages it names, whose ids the move has made void."""
    kept = {name: value for name, value in json.loads(data).items() if name not in _MESSAGES}
    return json.dumps(kept, ensure_ascii=False)


def _to_row(row: tuple[Any, ...]) -> OutboxRow:
    row_id, kind, chat_id, ref, ticket_id, data, state, attempts, parts_done, uncertain, error, created_at = (
        row
    )
    notice = Notice(
        kind=NoticeKind(kind),
        chat_id=ChatId(chat_id),
        ref=ref,
        ticket_id=None if ticket_id is None else TicketId(ticket_id),
        data=json.loads(data),
    )
    return OutboxRow(
        id=row_id,
        notice=notice,
        state=OutboxState(state),
        attempts=attempts,
        parts_done=parts_done,
        uncertain=uncertain,
        error=error,
        created_at=to_time(created_at),
    )
