"""Ids: one counter for all kinds of rows, so that an id alone never means two things."""

from __future__ import annotations

import sqlite3

_RESERVE = "UPDATE sequence SET value = value + ? WHERE id = 1 RETURNING value"


class Sequence:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def next(self) -> int:
        """A number never given before."""
        return self.reserve(1)

    def reserve(self, count: int) -> int:
        """Take `count` numbers that follow one another and return the first; `count` is at least 1."""
        last: int = self._connection.execute(_RESERVE, (count,)).fetchone()[0]
        return last - count + 1
