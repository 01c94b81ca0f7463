"""Carries one owed notice through its calls: step by step, with what is learnt on the way written down.

A notice of several messages is taken up where it broke off. Where something we believed in is gone (a
topic, a message, the chat's own id), our rows are put right and the notice is rendered anew. A topic that
is not the ticket's own is nobody's to renew: what was meant for it goes to the chat itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.gateway import Gateway
from bot.journal import Journal
from bot.linking import links_of, parts, unchanged_steps
from bot.lost_topics import as_fits, is_own_thread, outside, thread_of
from bot.outcomes import Done, MessageGone, Migrated, Outcome, TopicClosed, TopicGone, Uncertain
from bot.outgoing import CopyParts, Outgoing, Rendered, SendText, Topic, TopicStep
from bot.queues import OutboxRow, QueueStore, QueueUnitOfWork
from bot.retrying import Again, GiveUp, GoOn, Repair, back_off, decide
from tickets.identity import ChatId, TicketId
from tickets.model import Link, LinkRole
from tickets.notices import Notice
from tickets.unit_of_work import UnitOfWork

_REPAIRS: Final = 5  # of one notice in one go; more would be a loop
_REPAIR_TRIES: Final = 3  # so many such goes; then it is given up, for it holds up its whole chat
_RENDER_TRIES: Final = 5
_FRESH: Final = 1.0  # seconds for which a rendering is taken to be true


class Renderer(Protocol):
    """Puts a notice into words and calls, from the rows as they are now."""

    def render(self, uow: UnitOfWork, row: OutboxRow) -> Rendered: ...


class Repairs(Protocol):
    """What the rules do about a delivery that went wrong, or taught us something."""

    def undeliverable(self, uow: UnitOfWork, owed: Notice, reason: str, now: datetime) -> None: ...
    def topic_made(self, uow: UnitOfWork, ticket_id: TicketId, topic_id: int) -> None: ...
    def topic_closed(self, uow: UnitOfWork, ticket_id: TicketId, *, closed: bool) -> None: ...
    def topic_gone(self, uow: UnitOfWork, owed: Notice, now: datetime) -> None: ...
    def message_gone(self, uow: UnitOfWork, role: LinkRole, ref: int) -> None: ...
    def migrated(self, uow: UnitOfWork, old: ChatId, new: ChatId) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A row and what it says. `unchanged` are the steps that would change nothing; `error` of a failed
    rendering is its class."""

    row: OutboxRow
    rendered: Rendered
    unchanged: frozenset[int]
    at: float  # monotonic seconds
    error: str = ""

    @property
    def messages(self) -> int:
        """How many messages it still makes or changes, for the budget."""
        steps = enumerate(self.rendered.steps)
        left = [step for index, step in steps if index >= self.row.parts_done and index not in self.unchanged]
        return sum(parts(step) for step in left)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """What became of a row: sent (with the messages that now stand for it), to be tried again, or dead."""

    row: OutboxRow
    links: tuple[Link, ...] = ()
    again: Again | None = None
    dead: str = ""
    error: str = ""


@dataclass(kw_only=True, slots=True)
class _Course:
    """How far the sending of one row has come."""

    prepared: Prepared
    done: int
    unrecorded: tuple[Link, ...] = ()
    repairs: int = 0
    lost: frozenset[tuple[ChatId, int]] = frozenset()  # topics that are gone and no ticket's


class Sender:
    """Sends one prepared row."""

    def __init__(
        self,
        *,
        store: QueueStore,
        gateway: Gateway,
        renderer: Renderer,
        repairs: Repairs,
        now: Callable[[], datetime],
        journal: Journal,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._renderer = renderer
        self._repairs = repairs
        self._now = now
        self._journal = journal
        self._monotonic = monotonic
        self._uncertain: dict[int, int] = {}  # row id → calls whose answer was lost, since the start

    def prepare(self, uow: UnitOfWork, rows: Sequence[OutboxRow]) -> list[Prepared]:
        """Render rows, all in one snapshot. A row that cannot be rendered spoils no other."""
        return [self._prepare_one(uow, row) for row in rows]

    async def send(self, prepared: Prepared) -> Settlement:
        """Make the calls of a row that remain. Raises nothing that the row itself could cause."""
        if self._monotonic() - prepared.at > _FRESH:
            prepared = await self._prepare_again(prepared.row)
        settlement = await self._send_steps(prepared)
        if settlement.again is None:
            self._uncertain.pop(settlement.row.id, None)
        return settlement

    async def _send_steps(self, prepared: Prepared) -> Settlement:
        course = _Course(prepared=prepared, done=prepared.row.parts_done)
        while True:
            settlement = await self._advance(course)
            if settlement is not None:
                return settlement

    async def _advance(self, course: _Course) -> Settlement | None:
        """Take the next step; None while there are more."""
        row, rendered = course.prepared.row, course.prepared.rendered
        if course.prepared.error:
            return self._unrendered(course.prepared)
        if course.done >= len(rendered.steps):
            return Settlement(row=row, links=course.unrecorded)
        if course.done in course.prepared.unchanged:
            course.done += 1
            return None
        step = outside(rendered.steps[course.done], course.lost)
        if step is None:
            course.done += 1
            return None
        outcome = as_fits(step, await self._gateway.perform(step))
        match self._judge(row, outcome):
            case GoOn():
                await self._took_effect(course, step, outcome)
                return None
            case Again() as again:
                return Settlement(row=row, links=course.unrecorded, again=again, error=type(outcome).__name__)
            case GiveUp(reason=reason):
                return Settlement(row=row, links=course.unrecorded, dead=reason)
            case _:
                return await self._repair(course, step, outcome)

    async def _took_effect(self, course: _Course, step: Outgoing, outcome: Outcome) -> None:
        """Write down each step but the last, whose record joins that of the whole row."""
        if isinstance(step, Topic) and isinstance(outcome, Done):
            await self._topic_changed(course, step, outcome)
            return
        course.unrecorded += links_of(course.prepared.rendered, course.done, outcome)
        course.done += 1
        if course.done < len(course.prepared.rendered.steps):
            await self._record(course)

    def _judge(self, row: OutboxRow, outcome: Outcome) -> GoOn | Again | GiveUp | Repair:
        uncertain = self._uncertain.get(row.id, 0)
        if isinstance(outcome, Uncertain):
            self._uncertain[row.id] = uncertain + 1
        age = self._now() - row.created_at
        return decide(outcome, attempts=row.attempts, uncertain=uncertain, age=age)

    async def _record(self, course: _Course) -> None:
        """Write down how far a row came, so that no restart sends its first part twice."""
        links, row_id, done = course.unrecorded, course.prepared.row.id, course.done

        def record(uow: QueueUnitOfWork) -> None:
            for link in links:
                uow.links.put(link)
            uow.outbox.progress(row_id, done)

        await self._store.transact(record)
        course.unrecorded = ()

    async def _topic_changed(self, course: _Course, step: Topic, outcome: Done) -> None:
        """A topic was made, closed or reopened: write it down; one just made changes what is to be said."""
        row, topic_id = course.prepared.row, outcome.topic_id
        ticket_id = row.notice.ticket_id

        def change(uow: QueueUnitOfWork) -> None:
            if ticket_id is None:
                return
            if topic_id is not None:
                self._repairs.topic_made(uow, ticket_id, topic_id)
            else:
                self._repairs.topic_closed(uow, ticket_id, closed=step.step is TopicStep.CLOSE)

        await self._store.transact(change)
        if topic_id is None:
            course.done += 1
        else:
            course.prepared, course.done = await self._prepare_again(row), 0

    async def _repair(self, course: _Course, step: Outgoing, outcome: Outcome) -> Settlement | None:
        row = course.prepared.row
        course.repairs += 1
        if course.repairs > _REPAIRS:
            return _unrepaired(course, outcome)
        self._journal.info("repairing", row=row.id, chat=row.notice.chat_id, what=type(outcome).__name__)
        if isinstance(outcome, TopicClosed):
            reopened = await self._reopen(row, step)
            return None if reopened else Settlement(row=row, links=course.unrecorded, dead="topic_closed")
        found = await self._store.transact(lambda uow: self._put_right(uow, course, step, outcome))
        thread = thread_of(step)
        if found is None and thread is not None:
            course.lost |= {thread}
            return None
        course.prepared, course.done = await self._prepare_again(found or row), 0
        course.unrecorded = ()
        return None

    def _put_right(
        self, uow: QueueUnitOfWork, course: _Course, step: Outgoing, outcome: Outcome
    ) -> OutboxRow | None:
        """Put our rows right; return the row to render anew, None if the step must only leave its topic."""
        row, rendered = course.prepared.row, course.prepared.rendered
        match outcome:
            case TopicGone() if not is_own_thread(uow, row.notice, step):
                return None
            case TopicGone():
                self._repairs.topic_gone(uow, row.notice, self._now())
            case MessageGone() if rendered.role is not None:
                self._repairs.message_gone(uow, rendered.role, rendered.ref)
            case Migrated(new_chat_id=new_chat_id):
                self._repairs.migrated(uow, step.chat_id, new_chat_id)
            case _:
                pass
        uow.outbox.progress(row.id, 0)
        return uow.outbox.get(row.id) or row

    async def _reopen(self, row: OutboxRow, step: Outgoing) -> bool:
        thread_id = step.thread_id if isinstance(step, SendText | CopyParts) else None
        reopening = Topic(chat_id=step.chat_id, step=TopicStep.REOPEN, thread_id=thread_id)
        if thread_id is None or not isinstance(await self._gateway.perform(reopening), Done):
            return False
        ticket_id = row.notice.ticket_id
        if ticket_id is not None:
            await self._store.transact(lambda uow: self._repairs.topic_closed(uow, ticket_id, closed=False))
        return True

    async def _prepare_again(self, row: OutboxRow) -> Prepared:
        return (await self._store.read(lambda uow: self.prepare(uow, [row])))[0]

    def _prepare_one(self, uow: UnitOfWork, row: OutboxRow) -> Prepared:
        at = self._monotonic()
        try:
            rendered = self._renderer.render(uow, row)
            unchanged = unchanged_steps(uow, rendered)
        except Exception as error:
            self._journal.failure("render_failed", error, row=row.id, kind=row.notice.kind.value)
            failed = type(error).__name__
            return Prepared(row=row, rendered=Rendered(), unchanged=frozenset(), at=at, error=failed)
        return Prepared(row=row, rendered=rendered, unchanged=unchanged, at=at)

    @staticmethod
    def _unrendered(prepared: Prepared) -> Settlement:
        row = prepared.row
        if row.attempts + 1 >= _RENDER_TRIES:
            return Settlement(row=row, dead="unrenderable")
        return Settlement(row=row, again=Again(seconds=back_off(row.attempts)), error=prepared.error)


def _unrepaired(course: _Course, outcome: Outcome) -> Settlement:
    """What is gone stays gone, however often it is put right: try later, but not for ever."""
    row, links = course.prepared.row, course.unrecorded
    if row.attempts + 1 >= _REPAIR_TRIES:
        return Settlement(row=row, links=links, dead="unrepairable")
    again = Again(seconds=back_off(row.attempts))
    return Settlement(row=row, links=links, again=again, error=type(outcome).__name__)
