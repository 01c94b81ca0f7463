"""The alliance: departments report in, talk in the ticket's thread, and say what is the answer.

Talk is internal. Only an explicit reply to the card, a reply to the prompt, or `/answer` on a message makes
a draft, and only a press on 发布答复 publishes it.
"""

from __future__ import annotations

from datetime import datetime

from tickets.change import apply, say
from tickets.composing import Composing
from tickets.conversation import IncomingMessage, Press, PressReply
from tickets.identity import ChatId, DraftId, TicketId
from tickets.lifecycle import Action, Status, allows
from tickets.model import DraftKind, InquiryPart, LinkRole, Room, ThreadMessage, Ticket
from tickets.supplement import as_part
from tickets.triage import prompt, too_late
from tickets.unit_of_work import UnitOfWork


class Handling:
    """What department officers do in a thread."""

    def __init__(self, *, composing: Composing) -> None:
        self._composing = composing

    def report_in(self, uow: UnitOfWork, press: Press, ticket_id: TicketId, now: datetime) -> PressReply:
        """报到: the department says that it is on it."""
        ticket = self._check(uow, press, ticket_id)
        if isinstance(ticket, PressReply):
            return ticket
        if ticket.status is Status.HANDLING:
            name = ticket.officer.name if ticket.officer else ""
            return PressReply(text="already_reported_in", values={"name": name}, alert=True)
        if not allows(ticket.status, Action.REPORT_IN):
            return too_late(ticket)
        apply(uow, ticket, Action.REPORT_IN, press.user, now, officer=press.user)
        return PressReply(text="reported_in")

    def ask_for_answer(self, uow: UnitOfWork, press: Press, ticket_id: TicketId, now: datetime) -> PressReply:
        """答复 in the thread: ask the presser for the text."""
        ticket = self._check(uow, press, ticket_id)
        if isinstance(ticket, PressReply):
            return ticket
        if not allows(ticket.status, Action.ANSWER):
            return too_late(ticket)
        prompt(uow, press, ticket, now, kind=DraftKind.DEPARTMENT_ANSWER)
        return PressReply(text="reply_to_prompt")

    def find_ticket(self, uow: UnitOfWork, message: IncomingMessage) -> Ticket | None:
        """The ticket whose thread this message stands in: by its topic, or by what it replies to."""
        if message.thread_id is not None:
            thread = uow.threads.by_topic(message.chat.id, message.thread_id)
            return uow.tickets.get(thread.ticket_id) if thread is not None else None
        if message.replied is None:
            return None
        known = uow.threads.message(message.replied.key)
        if known is not None:
            return uow.tickets.get(known.ticket_id)
        link = uow.links.find(message.replied.key)
        if link is None:
            return None
        if link.role in (LinkRole.THREAD_CARD, LinkRole.RELAY):
            return uow.tickets.get(TicketId(link.ref))
        if link.role not in (LinkRole.PROMPT, LinkRole.PREVIEW):
            return None
        draft = uow.drafts.get(DraftId(link.ref))
        return uow.tickets.get(draft.ticket_id) if draft is not None and draft.ticket_id else None

    def keep(self, uow: UnitOfWork, message: IncomingMessage, ticket: Ticket) -> None:
        """Keep what was said in a thread, so that an answer can be taken from it later."""
        uow.threads.add_message(
            ThreadMessage(
                ticket_id=ticket.id,
                key=message.key,
                sender=message.sender,
                text=message.text,
                attachment=message.attachment,
                album_id=message.album_id,
                at=message.at,
            )
        )

    def take_as_answer(
        self, uow: UnitOfWork, message: IncomingMessage, ticket: Ticket, now: datetime
    ) -> None:
        """An explicit reply to the card is an answer; the parts of an album are one."""
        for sibling in self._siblings(uow, message.chat.id, message.album_id):
            draft = uow.drafts.by_source(sibling.key)
            if draft is not None:
                self._composing.compose(uow, draft, message, now)
                return
        place = (message.chat.id, message.thread_id)
        self._composing.take_up(uow, ticket, (as_part(message),), message.sender, place, now)

    def answer_with(
        self, uow: UnitOfWork, message: IncomingMessage, ticket: Ticket | None, now: datetime
    ) -> None:
        """`/answer` in reply to any message of the thread: that message is the answer."""
        if ticket is None or message.replied is None:
            uow.tell(say(message.chat.id, "answer_needs_reply", reply_to=message.key))
            return
        if not allows(ticket.status, Action.ANSWER):
            uow.tell(say(message.chat.id, "answer_too_late", reply_to=message.key))
            return
        parts = self._parts_of(uow, message)
        if not parts:
            uow.tell(say(message.chat.id, "answer_needs_reply", reply_to=message.key))
            return
        self._composing.take_up(uow, ticket, parts, message.sender, (message.chat.id, message.thread_id), now)

    def _parts_of(self, uow: UnitOfWork, message: IncomingMessage) -> tuple[InquiryPart, ...]:
        replied = message.replied
        if replied is None or (replied.from_me and uow.links.find(replied.key) is not None):
            return ()  # the bot's own words are nobody's answer
        album = self._siblings(uow, message.chat.id, replied.album_id)
        if album:
            return tuple(
                InquiryPart(key=part.key, text=part.text, attachment=part.attachment, album_id=part.album_id)
                for part in album
            )
        if not replied.text and replied.attachment is None:
            return ()
        return (InquiryPart(key=replied.key, text=replied.text, attachment=replied.attachment),)

    @staticmethod
    def _siblings(uow: UnitOfWork, chat_id: ChatId, album_id: str | None) -> list[ThreadMessage]:
        return list(uow.threads.album(chat_id, album_id)) if album_id else []

    @staticmethod
    def _check(uow: UnitOfWork, press: Press, ticket_id: TicketId) -> Ticket | PressReply:
        ticket = uow.tickets.get(ticket_id)
        room = uow.chats.get(press.chat.id)
        thread = uow.threads.get(ticket_id)
        if ticket is None or thread is None or room is None or thread.chat_id != press.chat.id:
            return PressReply(text="gone", alert=True)
        if room.room is not Room.ALLIANCE or not press.member:
            return PressReply(text="officers_only", alert=True)
        return ticket
