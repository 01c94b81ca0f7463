"""History: who did what to a ticket, when and why. Rows are only ever added."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence as Rows
from typing import Any

from storage.columns import to_optional_person, to_stamp, to_time
from storage.people import People
from storage.sequence import Sequence
from tickets.identity import TicketId
from tickets.lifecycle import Action, Status
from tickets.model import Event

_ADD = """
INSERT INTO events (id, ticket_id, at, actor_id, action, status_before, status_after, reason)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_OF = "SELECT * FROM event_rows WHERE ticket_id = ? ORDER BY id"


class History:
    def __init__(self, connection: sqlite3.Connection, ids: Sequence, people: People) -> None:
        self._connection = connection
        self._ids = ids
        self._people = people

    def add(self, event: Event) -> None:
        """Add a row; the ticket must have been put before."""
        if event.actor is not None:
            self._people.make_known(event.actor)
        values = (
            self._ids.next(),
            event.ticket_id,
            to_stamp(event.at),
            None if event.actor is None else event.actor.id,
            event.action.value,
            event.before.value,
            event.after.value,
            event.reason,
        )
        self._connection.execute(_ADD, values)

    def of(self, ticket_id: TicketId) -> Rows[Event]:
        """All events of a ticket, in the order they were written."""
        return [_to_event(row) for row in self._connection.execute(_OF, (ticket_id,))]


def _to_event(row: tuple[Any, ...]) -> Event:
    _, ticket_id, at, *actor = row[:7]
    action, before, after, reason = row[7:]
    return Event(
        ticket_id=TicketId(ticket_id),
        at=to_time(at),
        actor=to_optional_person(*actor),
        action=Action(action),
        before=Status(before),
        after=Status(after),
        reason=reason,
    )
