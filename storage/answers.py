"""Published answers, and what the asker said of them."""

from __future__ import annotations

import sqlite3
from typing import Any

from storage.columns import to_optional_stamp, to_optional_time, to_person, to_stamp, to_time
from storage.people import People
from tickets.identity import AnswerId, DepartmentId, DraftId, TicketId
from tickets.model import PublishedAnswer

_GET = "SELECT * FROM answer_rows WHERE id = ?"
_BY_DRAFT = "SELECT * FROM answer_rows WHERE draft_id = ? ORDER BY id DESC LIMIT 1"
_LATEST_OF = "SELECT * FROM answer_rows WHERE ticket_id = ? ORDER BY id DESC LIMIT 1"
_PUT = """
INSERT INTO answers (
    id, ticket_id, draft_id, text, department, author_id, published_at, edited_at, verdict, rating
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    ticket_id = excluded.ticket_id, draft_id = excluded.draft_id, text = excluded.text,
    department = excluded.department, author_id = excluded.author_id,
    published_at = excluded.published_at, edited_at = excluded.edited_at,
    verdict = excluded.verdict, rating = excluded.rating
"""


class Answers:
    def __init__(self, connection: sqlite3.Connection, people: People) -> None:
        self._connection = connection
        self._people = people

    def get(self, answer_id: AnswerId) -> PublishedAnswer | None:
        return self._one(_GET, answer_id)

    def put(self, answer: PublishedAnswer) -> None:
        """Insert or replace; the ticket must have been put before."""
        self._people.make_known(answer.author)
        values = (
            answer.id,
            answer.ticket_id,
            answer.draft_id,
            answer.text,
            answer.department,
            answer.author.id,
            to_stamp(answer.published_at),
            to_optional_stamp(answer.edited_at),
            answer.verdict,
            answer.rating,
        )
        self._connection.execute(_PUT, values)

    def by_draft(self, draft_id: DraftId) -> PublishedAnswer | None:
        """The answer that this draft became; the newest, should there be several."""
        return self._one(_BY_DRAFT, draft_id)

    def latest_of(self, ticket_id: TicketId) -> PublishedAnswer | None:
        return self._one(_LATEST_OF, ticket_id)

    def _one(self, sql: str, value: int) -> PublishedAnswer | None:
        row = self._connection.execute(sql, (value,)).fetchone()
        return None if row is None else _to_answer(row)


def _to_answer(row: tuple[Any, ...]) -> PublishedAnswer:
    answer_id, ticket_id, draft_id, text, department, *author = row[:9]
    published_at, edited_at, verdict, rating = row[9:]
    return PublishedAnswer(
        id=AnswerId(answer_id),
        ticket_id=TicketId(ticket_id),
        draft_id=DraftId(draft_id),
        text=text,
        department=None if department is None else DepartmentId(department),
        author=to_person(*author),
        published_at=to_time(published_at),
        edited_at=to_optional_time(edited_at),
        verdict=verdict,
        rating=rating,
    )
