"""What the running program asks of its store beyond the rules' own questions: the inbox and the outbox.

The loops in this package know these protocols and never the database, so that the import arrows keep
pointing one way and any store that keeps the promises will do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from tickets.identity import ChatId, UpdateId
from tickets.notices import Notice
from tickets.unit_of_work import UnitOfWork

T = TypeVar("T")


class InboxRow(Protocol):
    """An update that was received and not yet acted on."""

    @property
    def update_id(self) -> UpdateId: ...
    @property
    def lane(self) -> int: ...
    @property
    def payload(self) -> str: ...
    @property
    def attempts(self) -> int: ...


class Inbox(Protocol):
    """Updates as they came, kept until they are acted on."""

    def add(self, updates: Sequence[tuple[UpdateId, int, str]], now: datetime) -> Sequence[UpdateId]:
        """Store (id, lane, JSON text) triples; return the ids that were not known before."""
        ...

    def pending(self, limit: int, after: UpdateId | None) -> Sequence[InboxRow]:
        """The next rows to act on, in order of arrival, behind `after`."""
        ...

    def retry(self, update_id: UpdateId, not_before: datetime, error_class: str) -> None: ...
    def park(self, update_id: UpdateId, error_class: str) -> None: ...
    def state(self, update_id: UpdateId) -> Any:
        """An enum whose value is pending, done or parked; None for an unknown update."""
        ...

    def purge(self, before: datetime) -> object:
        """Forget rows that were done before then."""
        ...


class OutboxRow(Protocol):
    """One notice that is owed, and how far its sending came."""

    @property
    def id(self) -> int: ...
    @property
    def notice(self) -> Notice: ...
    @property
    def attempts(self) -> int: ...
    @property
    def parts_done(self) -> int: ...
    @property
    def uncertain(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...


class Outbox(Protocol):
    """Notices that are owed, in order within each chat."""

    def claim(self, now: datetime, limit: int, exclude_chats: Collection[ChatId]) -> Sequence[OutboxRow]:
        """Take the head row of each chat, as far as it is due, and mark it as being sent."""
        ...

    # The store has a type of its own for row ids; to us an id is only what `OutboxRow.id` gave.
    def get(self, row_id: Any) -> OutboxRow | None: ...
    def sent(self, row_id: Any) -> None: ...
    def retry(self, row_id: Any, not_before: datetime, error: str) -> None: ...
    def dead(self, row_id: Any, error: str) -> None: ...
    def progress(self, row_id: Any, parts_done: int) -> None: ...
    def requeue_stale(self) -> object:
        """At the start: what was being sent when the last run ended is owed again."""
        ...

    def purge(self, before: datetime) -> object:
        """Forget rows that were sent before then."""
        ...


class QueueUnitOfWork(UnitOfWork, Protocol):
    """All rows of the rules, and the two queues beside them."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def outbox(self) -> Outbox: ...


class QueueStore(Protocol):
    """A store that keeps the queues too."""

    async def transact(self, work: Callable[[QueueUnitOfWork], T]) -> T: ...
    async def read(self, work: Callable[[QueueUnitOfWork], T]) -> T: ...
