"""Timers: due work as rows, so that no restart forgets it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from storage.columns import to_stamp, to_time
from tickets.unit_of_work import Timer, TimerKind

_SET = """
INSERT INTO timers (kind, ref, due_at) VALUES (?, ?, ?)
ON CONFLICT (kind, ref) DO UPDATE SET due_at = excluded.due_at
"""
_CANCEL = "DELETE FROM timers WHERE kind = ? AND ref = ?"
_DUE = "SELECT kind, ref, due_at FROM timers WHERE due_at <= ? ORDER BY due_at, ref, kind LIMIT ?"


class Timers:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def set(self, timer: Timer) -> None:
        """Set, or move, the one timer of this kind and ref."""
        self._connection.execute(_SET, (timer.kind.value, timer.ref, to_stamp(timer.due_at)))

    def cancel(self, kind: TimerKind, ref: int) -> None:
        """Forget the timer; one that was never set may be cancelled too."""
        self._connection.execute(_CANCEL, (kind.value, ref))

    def due(self, now: datetime, limit: int) -> Sequence[Timer]:
        """What is due, the longest overdue first. They stay until cancelled or moved."""
        rows = self._connection.execute(_DUE, (to_stamp(now), limit))
        return [Timer(kind=TimerKind(kind), ref=ref, due_at=to_time(due_at)) for kind, ref, due_at in rows]
