"""The inbox: updates as they came, kept until they were acted on.

An update is stored before the messenger is told that we have it, and marked as done in the same transaction
as what it led to. So none is lost and none acts twice, whatever process dies when.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from collections.abc import Sequence as Rows
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from storage.columns import to_stamp
from storage.sequence import Sequence
from tickets.identity import UpdateId

_ADD = """
INSERT INTO inbox (arrival, update_id, lane, payload, state, attempts, not_before, error_class, received_at)
VALUES (?, ?, ?, ?, 'pending', 0, 0, '', ?)
ON CONFLICT (update_id) DO NOTHING
"""
_PENDING = """
SELECT update_id, lane, payload, attempts FROM inbox
WHERE state = 'pending' AND not_before <= ?
    AND arrival > coalesce((SELECT arrival FROM inbox WHERE update_id = ?), 0)
ORDER BY arrival LIMIT ?
"""
_RETRY = """
UPDATE inbox SET attempts = attempts + 1, not_before = ?, error_class = ?
WHERE update_id = ? AND state = 'pending'
"""
_PARK = "UPDATE inbox SET state = 'parked', error_class = ? WHERE update_id = ? AND state = 'pending'"
_STATE = "SELECT state FROM inbox WHERE update_id = ?"
_COUNTS = "SELECT state, count(*) FROM inbox GROUP BY state"
_PURGE = "DELETE FROM inbox WHERE state = 'done' AND done_at < ?"
_FINISH = """
UPDATE inbox SET state = 'done', payload = '', done_at = ? WHERE update_id = ? AND state <> 'done'
"""
_FINISH_UNSEEN = """
INSERT INTO inbox (
    arrival, update_id, lane, payload, state, attempts, not_before, error_class, received_at, done_at
) VALUES (?, ?, 0, '', 'done', 0, 0, '', ?, ?)
"""


class InboxState(Enum):
    PENDING = "pending"  # to be acted on
    DONE = "done"  # acted on; kept for a while to know it again
    PARKED = "parked"  # failed too often; waits for a person


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxRow:
    """An update to act on. Rows of one lane (one chat) are acted on in order; `payload` is the raw JSON."""

    update_id: UpdateId
    lane: int
    payload: str
    attempts: int  # how often it failed


class Inbox:
    def __init__(self, connection: sqlite3.Connection, ids: Sequence, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._ids = ids
        self._now = now

    def add(self, updates: Iterable[tuple[UpdateId, int, str]], now: datetime) -> list[UpdateId]:
        """Store (update id, lane, payload) as they came and return the ids not seen before."""
        received = list(updates)
        if not received:
            return []
        arrival, stamp = self._ids.reserve(len(received)), to_stamp(now)
        new = []
        for position, (update_id, lane, payload) in enumerate(received, arrival):
            added = self._connection.execute(_ADD, (position, update_id, lane, payload, stamp))
            if added.rowcount == 1:
                new.append(update_id)
        return new

    def pending(self, limit: int, after: UpdateId | None = None) -> Rows[InboxRow]:
        """The next updates to act on, in the order they came: those due now, that came later than `after`."""
        rows = self._connection.execute(_PENDING, (to_stamp(self._now()), after, limit))
        return [
            InboxRow(update_id=UpdateId(update_id), lane=lane, payload=payload, attempts=attempts)
            for update_id, lane, payload, attempts in rows
        ]

    def retry(self, update_id: UpdateId, not_before: datetime, error_class: str) -> None:
        """Acting on it failed: leave it alone until `not_before`. `error_class` must hold no message text."""
        self._connection.execute(_RETRY, (to_stamp(not_before), error_class, update_id))

    def park(self, update_id: UpdateId, error_class: str) -> None:
        """Give up until a person looks at it."""
        self._connection.execute(_PARK, (error_class, update_id))

    def finish(self, update_id: UpdateId) -> bool:
        """Mark as acted on and forget the payload; False where that was done before.

        An update that never lay in the inbox is marked too, so that it cannot act twice either.
        """
        stamp = to_stamp(self._now())
        if self._connection.execute(_FINISH, (stamp, update_id)).rowcount == 1:
            return True
        if self.state(update_id) is not None:
            return False
        self._connection.execute(_FINISH_UNSEEN, (self._ids.next(), update_id, stamp, stamp))
        return True

    def state(self, update_id: UpdateId) -> InboxState | None:
        row = self._connection.execute(_STATE, (update_id,)).fetchone()
        return None if row is None else InboxState(row[0])

    def counts(self) -> dict[InboxState, int]:
        """How many updates are in each state."""
        found = dict(self._connection.execute(_COUNTS).fetchall())
        return {state: found.get(state.value, 0) for state in InboxState}

    def purge(self, before: datetime) -> int:
        """Forget updates done before that time and return how many.

        The messenger offers an unconfirmed update for 24 hours, so keep them for longer.
        """
        return self._connection.execute(_PURGE, (to_stamp(before),)).rowcount
