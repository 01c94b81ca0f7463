"""Feedback: what people said of the bot's judgements, to learn from."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from storage.columns import to_stamp
from storage.sequence import Sequence
from tickets.identity import InquiryId

_ADD = "INSERT INTO feedback (id, label, text, inquiry_id, at) VALUES (?, ?, ?, ?, ?)"


class Feedback:
    def __init__(self, connection: sqlite3.Connection, ids: Sequence) -> None:
        self._connection = connection
        self._ids = ids

    def add(self, label: str, text: str, inquiry_id: InquiryId | None, now: datetime) -> None:
        """Remember one judgement of a judgement."""
        self._connection.execute(_ADD, (self._ids.next(), label, text, inquiry_id, to_stamp(now)))
