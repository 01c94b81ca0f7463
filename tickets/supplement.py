"""What an asker adds to a question: further messages become parts of it, wherever it is worked on by then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tickets.change import apply, relay
from tickets.conversation import IncomingMessage
from tickets.lifecycle import Action, allows
from tickets.model import Inquiry, InquiryPart, LinkRole, Ticket
from tickets.unit_of_work import UnitOfWork


def as_part(message: IncomingMessage) -> InquiryPart:
    """What of a message becomes part of an inquiry or a draft."""
    return InquiryPart(
        key=message.key, text=message.text, attachment=message.attachment, album_id=message.album_id
    )


def add_part(inquiry: Inquiry, message: IncomingMessage, now: datetime) -> Inquiry:
    """The inquiry with this message of its asker added."""
    return replace(inquiry, parts=(*inquiry.parts, as_part(message)), touched_at=now)


def supplement(
    uow: UnitOfWork, ticket: Ticket, inquiry: Inquiry, message: IncomingMessage, now: datetime
) -> bool:
    """Add to a question that a ticket carries, and show it there; False where the ticket is over."""
    if not allows(ticket.status, Action.REVISE):
        return False
    uow.inquiries.put(add_part(inquiry, message, now))
    apply(uow, ticket, Action.REVISE, message.sender, now, reason=message.text)
    carry(uow, ticket, message)
    return True


def carry(uow: UnitOfWork, ticket: Ticket, message: IncomingMessage) -> None:
    """Carry a photo or file, a part of the ticket's inquiry by now, to wherever the ticket is worked on."""
    if message.attachment is None or ticket.number is None:
        return
    desk = uow.chats.desk_of(ticket.community)
    thread = uow.threads.get(ticket.id)
    places = [(desk.chat_id, LinkRole.DESK_CARD)] if desk is not None else []
    places += [(thread.chat_id, LinkRole.THREAD_CARD)] if thread is not None else []
    for chat_id, card in places:
        uow.tell(relay(ticket, chat_id, "inquiry", ticket.inquiry_id, card, ticket.id, only=message.key))
