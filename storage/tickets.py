"""Tickets: the work that an unanswered inquiry becomes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from storage.columns import (
    to_key,
    to_optional_person,
    to_optional_stamp,
    to_optional_time,
    to_person,
    to_stamp,
    to_time,
)
from storage.people import People
from tickets.identity import CommunityCode, DepartmentId, InquiryId, TicketId, UserId
from tickets.lifecycle import Status
from tickets.model import Ticket, TicketClass

_GET = "SELECT * FROM ticket_rows WHERE id = ?"
_BY_NUMBER = "SELECT * FROM ticket_rows WHERE upper(number) = upper(?)"
_OF_ASKER = """
SELECT * FROM ticket_rows WHERE asker_id = ? AND number IS NOT NULL ORDER BY id DESC LIMIT ?
"""
# The retired statuses stand here as in the index `tickets_living`, or SQLite would not use it.
_LIVING_OF = """
SELECT * FROM ticket_rows
WHERE community = ? AND number IS NOT NULL AND status NOT IN ('closed', 'withdrawn', 'merged', 'declined')
ORDER BY id
"""
_PUT = """
INSERT INTO tickets (
    id, number, community, inquiry_id, asker_id, origin_chat_id, origin_message_id, subject, status,
    ticket_class, holder_id, department, officer_id, reason, created_at, opened_at, updated_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    number = excluded.number, community = excluded.community, inquiry_id = excluded.inquiry_id,
    asker_id = excluded.asker_id, origin_chat_id = excluded.origin_chat_id,
    origin_message_id = excluded.origin_message_id, subject = excluded.subject,
    status = excluded.status, ticket_class = excluded.ticket_class, holder_id = excluded.holder_id,
    department = excluded.department, officer_id = excluded.officer_id, reason = excluded.reason,
    created_at = excluded.created_at, opened_at = excluded.opened_at, updated_at = excluded.updated_at
"""


class Tickets:
    def __init__(self, connection: sqlite3.Connection, people: People) -> None:
        self._connection = connection
        self._people = people

    def get(self, ticket_id: TicketId) -> Ticket | None:
        return self._one(_GET, ticket_id)

    def put(self, ticket: Ticket) -> None:
        """Insert or replace."""
        for person in (ticket.asker, ticket.holder, ticket.officer):
            if person is not None:
                self._people.make_known(person)
        self._connection.execute(_PUT, _values(ticket))

    def by_number(self, number: str) -> Ticket | None:
        """The ticket of this number, upper or lower case."""
        return self._one(_BY_NUMBER, number)

    def of_asker(self, asker: UserId, limit: int) -> Sequence[Ticket]:
        """The asker's numbered tickets, newest first."""
        return [_to_ticket(row) for row in self._connection.execute(_OF_ASKER, (asker, limit))]

    def living_of(self, community: CommunityCode) -> Sequence[Ticket]:
        """Numbered tickets that are not retired, oldest first."""
        return [_to_ticket(row) for row in self._connection.execute(_LIVING_OF, (community,))]

    def _one(self, sql: str, value: object) -> Ticket | None:
        row = self._connection.execute(sql, (value,)).fetchone()
        return None if row is None else _to_ticket(row)


def _values(ticket: Ticket) -> tuple[object, ...]:
    return (
        ticket.id,
        ticket.number,
        ticket.community,
        ticket.inquiry_id,
        ticket.asker.id,
        ticket.origin.chat_id,
        ticket.origin.message_id,
        ticket.subject,
        ticket.status.value,
        ticket.ticket_class.value,
        None if ticket.holder is None else ticket.holder.id,
        ticket.department,
        None if ticket.officer is None else ticket.officer.id,
        ticket.reason,
        to_stamp(ticket.created_at),
        to_optional_stamp(ticket.opened_at),
        to_stamp(ticket.updated_at),
    )


def _to_ticket(row: tuple[Any, ...]) -> Ticket:
    ticket_id, number, community, inquiry_id, *asker = row[:8]
    chat_id, message_id, subject, status, ticket_class, *holder = row[8:17]
    department, *officer = row[17:22]
    reason, created_at, opened_at, updated_at = row[22:]
    return Ticket(
        id=TicketId(ticket_id),
        number=number,
        community=CommunityCode(community),
        inquiry_id=InquiryId(inquiry_id),
        asker=to_person(*asker),
        origin=to_key(chat_id, message_id),
        subject=subject,
        status=Status(status),
        ticket_class=TicketClass(ticket_class),
        holder=to_optional_person(*holder),
        department=None if department is None else DepartmentId(department),
        officer=to_optional_person(*officer),
        reason=reason,
        created_at=to_time(created_at),
        opened_at=to_optional_time(opened_at),
        updated_at=to_time(updated_at),
    )
