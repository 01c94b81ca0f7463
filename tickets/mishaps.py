"""What a failed delivery means for the work: nobody waits in vain, and the desk hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tickets.change import desk_card, faces, notice, say, step
from tickets.identity import ChatId, TicketId, UserId
from tickets.lifecycle import Action, allows
from tickets.model import LinkRole, Ticket
from tickets.notices import Notice, NoticeKind
from tickets.unit_of_work import Change, UnitOfWork

_REPEATED = 5  # messages of a lost topic that are shown again in the new one

#: Notices whose loss matters to somebody; of the others a missing one is only a missing courtesy.
_PROMISES = frozenset(
    {
        NoticeKind.ANSWER,
        NoticeKind.TICKET_NOTICE,
        NoticeKind.PEERS_CHECK,
        NoticeKind.THREAD_CARD,
        NoticeKind.RELAY,
    }
)
_GUIDANCE = "guided"  # the one plain text that an asker waits for


class Mishaps:
    """Records what could not be delivered, and repairs what can be repaired."""

    def undeliverable(self, uow: UnitOfWork, owed: Notice, reason: str, now: datetime) -> None:
        """A notice will never arrive. `reason` is the kind of failure: blocked, kicked, refused, …"""
        if owed.chat_id > 0 and reason in ("blocked", "never_started", "deactivated"):
            uow.people.set_reachable(UserId(owed.chat_id), reachable=False)
        ticket = uow.tickets.get(owed.ticket_id) if owed.ticket_id is not None else None
        if ticket is None or not (owed.kind in _PROMISES or owed.data.get("key") == _GUIDANCE):
            return
        self._tell_desk(uow, ticket, owed, reason, now)

    def topic_made(self, uow: UnitOfWork, ticket_id: TicketId, topic_id: int) -> None:
        """The forum topic of a ticket exists now."""
        thread = uow.threads.get(ticket_id)
        if thread is not None:
            uow.threads.put(replace(thread, topic_id=topic_id, closed=False))

    def topic_closed(self, uow: UnitOfWork, ticket_id: TicketId, *, closed: bool) -> None:
        """The topic was closed or reopened."""
        thread = uow.threads.get(ticket_id)
        if thread is not None:
            uow.threads.put(replace(thread, closed=closed))

    def topic_gone(self, uow: UnitOfWork, owed: Notice, now: datetime) -> None:
        """Somebody deleted a ticket's topic: make a new one with the card and what was said last."""
        ticket = uow.tickets.get(owed.ticket_id) if owed.ticket_id is not None else None
        thread = uow.threads.get(ticket.id) if ticket is not None else None
        if ticket is None or thread is None or thread.topic_id is None:
            return
        uow.threads.put(replace(thread, topic_id=None, closed=False))
        uow.links.forget(LinkRole.THREAD_CARD, ticket.id)
        uow.tell(notice(NoticeKind.THREAD_CARD, ticket, thread.chat_id))
        said = uow.threads.last_messages(ticket.id, _REPEATED)
        if said:
            lines = "\n".join(f"{each.sender.name}：{each.text or '📎'}" for each in said)
            words = say(thread.chat_id, "thread_renewed", lines=lines)
            uow.tell(replace(words, ticket_id=ticket.id, data={**words.data, "in_thread": 1}))
        self._tell_desk(uow, ticket, owed, "topic_deleted", now)

    def message_gone(self, uow: UnitOfWork, role: LinkRole, ref: int) -> None:
        """A message to be edited is gone: the next notice sends it anew."""
        uow.links.forget(role, ref)

    def migrated(self, uow: UnitOfWork, old: ChatId, new: ChatId) -> None:
        """A group became a supergroup."""
        uow.chats.migrate(old, new)

    def show_again(self, uow: UnitOfWork, ticket_id: TicketId) -> None:
        """Refresh every place where the ticket is shown."""
        ticket = uow.tickets.get(ticket_id)
        if ticket is not None:
            for each in faces(uow, ticket):
                uow.tell(each)

    @staticmethod
    def _tell_desk(uow: UnitOfWork, ticket: Ticket, owed: Notice, reason: str, now: datetime) -> None:
        desk = uow.chats.desk_of(ticket.community)
        if desk is None or desk.chat_id == owed.chat_id:
            return
        if allows(ticket.status, Action.NOTE):
            words = f"undelivered: {owed.kind.value}, {reason}"
            noted, event = step(ticket, Action.NOTE, None, now, reason=words)
            # Only the desk's card: telling every place again would owe anew what just could not be delivered.
            card = notice(NoticeKind.DESK_CARD, noted, desk.chat_id)
            uow.save(Change(ticket=noted, events=(event,), notices=(card,)))
        uow.tell(
            say(
                desk.chat_id,
                "undelivered",
                reply_to=desk_card(uow, ticket, desk.chat_id),
                number=ticket.number or "",
                what=owed.kind.value,
                why=reason,
            )
        )
