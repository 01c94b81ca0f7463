"""What the other members of a group do for a question: their replies count before a ticket opens.

An explicit reply counts always. A message without one counts when it names the asker or clearly speaks of
the question, since many people answer in a chat without pressing "reply".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from tickets.change import apply, notice, speaks_for
from tickets.conversation import IncomingMessage, Press, PressReply
from tickets.identity import Person, TicketId
from tickets.lifecycle import Action, Status, allows
from tickets.model import Inquiry, Ticket
from tickets.notices import NoticeKind
from tickets.opening import Opening
from tickets.policy import Policy
from tickets.unit_of_work import Timer, TimerKind, UnitOfWork

_SHARED_PAIRS = 2  # pairs of neighbouring characters that an answer has in common with its question


class Peers:
    """Counts peers' replies and asks, once, whether they helped."""

    def __init__(self, *, policy: Policy, opening: Opening) -> None:
        self._policy = policy
        self._opening = opening

    def note_reply(self, uow: UnitOfWork, inquiry: Inquiry) -> None:
        """A peer answered this question; only matters until a ticket opens."""
        ticket = uow.tickets.get(inquiry.ticket_id) if inquiry.ticket_id else None
        if ticket is None or ticket.status is Status.WAITING_PEERS:
            uow.inquiries.put(replace(inquiry, peer_replies=inquiry.peer_replies + 1))

    def overhear(self, uow: UnitOfWork, message: IncomingMessage) -> None:
        """Count a message without a reply for the waiting question that it speaks of, if any."""
        for inquiry in reversed(uow.inquiries.waiting_in(message.chat.id)):
            if inquiry.asker.id != message.sender.id and _speaks_of(message, inquiry):
                self.note_reply(uow, inquiry)
                return

    def end_window(self, uow: UnitOfWork, ticket_id: TicketId, now: datetime) -> None:
        """Peers had their time: ask the asker if any replied, else open the ticket."""
        ticket = uow.tickets.get(ticket_id)
        if ticket is None or ticket.status is not Status.WAITING_PEERS:
            return
        inquiry = uow.inquiries.get(ticket.inquiry_id)
        if inquiry is None or not inquiry.peer_replies:
            self._opening.open_waiting(uow, ticket, None, now, reason="")
            return
        uow.tell(notice(NoticeKind.PEERS_CHECK, ticket, ticket.origin.chat_id))
        due = now + self._policy.peers_confirm_window
        uow.timers.set(Timer(kind=TimerKind.PEERS_CONFIRM, ref=ticket.id, due_at=due))

    def expire(self, uow: UnitOfWork, ticket_id: TicketId, now: datetime) -> None:
        """The asker never said whether peers helped: take it that they did."""
        ticket = uow.tickets.get(ticket_id)
        if ticket is not None and ticket.status is Status.WAITING_PEERS:
            self._close(uow, ticket, Action.EXPIRE, None, now)

    def press_solved(self, uow: UnitOfWork, press: Press, ticket_id: TicketId, now: datetime) -> PressReply:
        """The asker says that peers helped."""
        ticket = self._check(uow, press, ticket_id)
        if isinstance(ticket, PressReply):
            return ticket
        self.close_as_solved(uow, ticket, press.user, now)
        return PressReply(text="peers_solved")

    def close_as_solved(self, uow: UnitOfWork, ticket: Ticket, actor: Person, now: datetime) -> None:
        """Peers solved it: closed without ever having had a number."""
        self._close(uow, ticket, Action.SOLVE, actor, now)

    def press_failed(self, uow: UnitOfWork, press: Press, ticket_id: TicketId, now: datetime) -> PressReply:
        """The asker wants a social worker."""
        ticket = self._check(uow, press, ticket_id)
        if isinstance(ticket, PressReply):
            return ticket
        opened = self._opening.open_waiting(uow, ticket, press.user, now, reason="peers_failed")
        uow.tell(notice(NoticeKind.PEERS_CHECK, opened, opened.origin.chat_id))
        return PressReply(text="ticket_opened", values={"number": opened.number or ""})

    def _check(self, uow: UnitOfWork, press: Press, ticket_id: TicketId) -> Ticket | PressReply:
        ticket = uow.tickets.get(ticket_id)
        if ticket is None or ticket.origin.chat_id != press.chat.id:
            return PressReply(text="gone", alert=True)
        if not speaks_for(ticket.asker, press.user, chat_admin=press.chat_admin):
            return PressReply(text="asker_only", alert=True)
        if not allows(ticket.status, Action.OPEN):
            return PressReply(text="already_settled")
        return ticket

    def _close(
        self, uow: UnitOfWork, ticket: Ticket, action: Action, actor: Person | None, now: datetime
    ) -> None:
        over = (TimerKind.PEERS_CONFIRM, TimerKind.PEER_WINDOW)
        closed = apply(uow, ticket, action, actor, now, cancels=over)
        # Whether the question to the asker was sent may not be recorded yet; who says so has seen it.
        uow.tell(notice(NoticeKind.PEERS_CHECK, closed, closed.origin.chat_id))


def _speaks_of(message: IncomingMessage, inquiry: Inquiry) -> bool:
    username = (inquiry.asker.username or "").lower()
    if inquiry.asker.id in message.mentioned_ids or username in message.mentioned_names:
        return True
    return len(_pairs(message.text) & _pairs(inquiry.text)) >= _SHARED_PAIRS


def _pairs(text: str) -> set[str]:
    letters = [letter for letter in text.lower() if letter.isalnum()]
    return {first + second for first, second in pairwise(letters)}
