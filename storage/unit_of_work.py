"""All rows within one transaction: what a use case is given.

One object per connection serves all its transactions, one after the other, because making sixteen
repositories for each would cost more than most use cases do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime

from storage.answers import Answers
from storage.chats import Chats
from storage.communities import Communities
from storage.drafts import Drafts
from storage.feedback import Feedback
from storage.fragments import Fragments
from storage.history import History
from storage.inbox import Inbox
from storage.inquiries import Inquiries
from storage.links import Links
from storage.outbox import Outbox
from storage.parts import Parts
from storage.people import People
from storage.sequence import Sequence
from storage.threads import Threads
from storage.tickets import Tickets
from storage.timers import Timers
from tickets.identity import UpdateId
from tickets.notices import Notice
from tickets.unit_of_work import AlreadyDoneError, Change


class SqliteUnitOfWork:
    """Implements `tickets.unit_of_work.UnitOfWork`, and beside it the inbox and the outbox.

    It is only good within the use case it is given to, on the connection's own thread.
    """

    def __init__(self, connection: sqlite3.Connection, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ids = Sequence(connection)
        parts = Parts(connection)
        self.people = People(connection, now)
        self.communities = Communities(connection)
        self.fragments = Fragments(connection)
        self.inquiries = Inquiries(connection, self.people, parts)
        self.tickets = Tickets(connection, self.people)
        self.history = History(connection, self._ids, self.people)
        self.drafts = Drafts(connection, self.people, parts)
        self.answers = Answers(connection, self.people)
        self.threads = Threads(connection, self.people)
        self.links = Links(connection)
        self.timers = Timers(connection)
        self.feedback = Feedback(connection, self._ids)
        self.inbox = Inbox(connection, self._ids, now)
        self.outbox = Outbox(connection, self._ids, now)
        self.chats = Chats(connection, self.outbox, now)
        self.owes = False

    def begin(self) -> None:
        """Forget what was true of the last transaction only."""
        self.owes = False
        self.people.forget_known()

    def new_id(self) -> int:
        """A number never given before, for any kind of row."""
        return self._ids.next()

    def tell(self, notice: Notice) -> None:
        """Owe this notice: it goes out after the commit."""
        self.outbox.add(notice, self._now())
        self.owes = True

    def save(self, change: Change) -> None:
        """Write a ticket's change: ticket, history, notices and timers.

        A timer that is both cancelled and set is set.
        """
        self.tickets.put(change.ticket)
        for event in change.events:
            self.history.add(event)
        for kind in change.cancels:
            self.timers.cancel(kind, change.ticket.id)
        for timer in change.timers:
            self.timers.set(timer)
        for notice in change.notices:
            self.tell(notice)

    def finish(self, update_id: UpdateId) -> None:
        """Mark the update as acted on; raise `AlreadyDoneError` where it was before."""
        if not self.inbox.finish(update_id):
            raise AlreadyDoneError(f"update {update_id} was acted on before")
