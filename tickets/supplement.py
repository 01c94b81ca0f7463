"""What an asker adds to a question: further messages become parts of it, wherever it is worked on by then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tickets.change import apply, relay
from tickets.conversation import IncomingMessage
from tickets.identity import MessageKey, TicketId
from tickets.lifecycle import Action, allows
from tickets.model import Inquiry, InquiryPart, LinkRole, Ticket
from tickets.unit_of_work import Timer, TimerKind, UnitOfWork


def as_part(message: IncomingMessage) -> InquiryPart:
    """What of a message becomes part of an inquiry or a draft."""
    return InquiryPart(
        key=message.key, text=message.text, attachment=message.attachment, album_id=message.album_id
    )


def add_part(inquiry: Inquiry, message: IncomingMessage, now: datetime) -> Inquiry:
    """The inquiry with this message of its asker added."""
    return replace(inquiry, parts=(*inquiry.parts, as_part(message)), touched_at=now)


def supplement(
    uow: UnitOfWork,
    ticket: Ticket,
    inquiry: Inquiry,
    message: IncomingMessage,
    now: datetime,
    *,
    album: timedelta,
) -> bool:
    """Add to a question that a ticket carries, and show it there; False where the ticket is over.

    An album comes in several messages and is carried as one, `album` after its last.
    """
    if not allows(ticket.status, Action.REVISE):
        return False
    uow.inquiries.put(add_part(inquiry, message, now))
    apply(uow, ticket, Action.REVISE, message.sender, now, reason=message.text)
    carry(uow, ticket, message, now, album=album)
    return True


def carry(
    uow: UnitOfWork, ticket: Ticket, message: IncomingMessage, now: datetime, *, album: timedelta
) -> None:
    """Carry a photo or file, a part of the ticket's inquiry by now, to wherever the ticket is worked on."""
    if message.attachment is None or ticket.number is None:
        return
    if message.album_id is not None and album:
        uow.timers.set(Timer(kind=TimerKind.CARRY, ref=ticket.id, due_at=now + album))
    else:
        _carry(uow, ticket, only=message.key)


def carry_album(uow: UnitOfWork, ticket_id: TicketId) -> None:
    """The asker's last album is complete: carry it, whole, to wherever the ticket is worked on."""
    ticket = uow.tickets.get(ticket_id)
    inquiry = uow.inquiries.get(ticket.inquiry_id) if ticket is not None else None
    albums = [part.album_id for part in inquiry.parts if part.album_id] if inquiry is not None else []
    if ticket is not None and albums:
        _carry(uow, ticket, album=albums[-1])


def _carry(
    uow: UnitOfWork, ticket: Ticket, *, only: MessageKey | None = None, album: str | None = None
) -> None:
    desk = uow.chats.desk_of(ticket.community)
    thread = uow.threads.get(ticket.id)
    places = [(desk.chat_id, LinkRole.DESK_CARD)] if desk is not None else []
    places += [(thread.chat_id, LinkRole.THREAD_CARD)] if thread is not None else []
    for chat_id, card in places:
        notice = relay(ticket, chat_id, "inquiry", ticket.inquiry_id, card, ticket.id, only=only, album=album)
        uow.tell(notice)
