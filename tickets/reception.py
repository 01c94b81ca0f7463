"""Where every message is received and led to whom it concerns.

Room and reply decide: a reply to one of the bot's messages concerns that message's matter, a message in a
ticket's thread is department talk, and what is left in a mutual-aid group, or in private, may be a question.
"""

from __future__ import annotations

from datetime import datetime

from tickets.afterthought import hear_afterthought
from tickets.change import notice, speaks_for
from tickets.conversation import ChatKind, IncomingMessage
from tickets.identity import AnswerId, CommunityCode, DraftId, InquiryId, MessageKey, TicketId
from tickets.lifecycle import Action, Status, allows
from tickets.model import BoundChat, Draft, DraftKind, Inquiry, Link, LinkRole, Room, Ticket
from tickets.notices import NoticeKind
from tickets.recollection import recollect
from tickets.unit_of_work import UnitOfWork
from tickets.use_cases import UseCases
from tickets.whereabouts import follow_message
from tickets.wishes import Wish, read_wish, sounds_thankful


class Reception:
    """Leads each message to its use case."""

    def __init__(self, use_cases: UseCases) -> None:
        self._cases = use_cases

    def receive(
        self, uow: UnitOfWork, message: IncomingMessage, now: datetime, received_at: datetime
    ) -> None:
        """Take one message. Raises `NotYetKnownError` where it replies to a message of ours that was sent so
        recently that its record may still be on its way; the same update is then tried again."""
        message = follow_message(uow, message)
        uow.people.remember(message.sender, now)
        room = uow.chats.get(message.chat.id)
        if message.edited_at is not None:
            self._edited(uow, message, room, now)
        elif message.chat.kind is ChatKind.PRIVATE:
            self._private(uow, message, now, received_at)
        elif room is None:
            self._unbound(uow, message, now, received_at)
        elif room.room is Room.MUTUAL_AID:
            self._mutual_aid(uow, message, room, now, received_at)
        elif room.room is Room.DESK:
            self._desk(uow, message, room, now, received_at)
        else:
            self._alliance(uow, message, now, received_at)

    def _edited(
        self, uow: UnitOfWork, message: IncomingMessage, room: BoundChat | None, now: datetime
    ) -> None:
        said = uow.threads.message(message.key)
        ticket = uow.tickets.get(said.ticket_id) if said is not None else None
        if ticket is not None:
            self._cases.handling.keep(uow, message, ticket)
        if self._cases.composing.revise(uow, message, now):
            return
        if room is not None and room.room is not Room.MUTUAL_AID:
            return
        self._cases.revising.revise(uow, message, now)

    def _private(
        self, uow: UnitOfWork, message: IncomingMessage, now: datetime, received_at: datetime
    ) -> None:
        if self._answered(uow, message, None, now, received_at):
            return
        if hear_afterthought(uow, self._cases.helping, message, now):
            return
        seen = uow.people.communities_of(message.sender.id)
        self._cases.asking.hear(uow, message, now, community=seen[0] if seen else None)

    def _unbound(
        self, uow: UnitOfWork, message: IncomingMessage, now: datetime, received_at: datetime
    ) -> None:
        """A group that is not bound: only the answer to "what is the community called" matters."""
        if _replies_to_bot(message):
            self._answered(uow, message, None, now, received_at)

    def _mutual_aid(
        self, uow: UnitOfWork, message: IncomingMessage, room: BoundChat, now: datetime, received_at: datetime
    ) -> None:
        if room.community is not None:
            uow.people.see_in(message.sender.id, room.community)
        if self._answered(uow, message, room.community, now, received_at):
            return
        if hear_afterthought(uow, self._cases.helping, message, now):
            return
        if not self._cases.asking.hear(uow, message, now, community=room.community):
            self._cases.peers.overhear(uow, message)  # who asks the same answers nobody

    def _desk(
        self, uow: UnitOfWork, message: IncomingMessage, room: BoundChat, now: datetime, received_at: datetime
    ) -> None:
        if self._answered(uow, message, room.community, now, received_at):
            return
        if message.addressed and not _replies_to_bot(message):
            self._cases.asking.hear(uow, message, now, community=room.community)

    def _alliance(
        self, uow: UnitOfWork, message: IncomingMessage, now: datetime, received_at: datetime
    ) -> None:
        ticket = self._cases.handling.find_ticket(uow, message)
        if ticket is not None:
            self._cases.handling.keep(uow, message, ticket)
        if self._answered(uow, message, None, now, received_at):
            return
        if message.addressed and ticket is None and not _replies_to_bot(message):
            self._cases.asking.hear(uow, message, now, community=None)

    def _answered(
        self,
        uow: UnitOfWork,
        message: IncomingMessage,
        community: CommunityCode | None,
        now: datetime,
        received_at: datetime,
    ) -> bool:
        """Lead a reply to the matter of the message it answers; False where it is just talk."""
        replied = message.replied
        if replied is None:
            return False
        if not replied.from_me:
            return self._replied_to_member(uow, message, replied.key, now)
        link = uow.links.find(replied.key) or recollect(uow, message, now, received_at)
        return link is not None and self._concerns(uow, message, link, community, now)

    def _replied_to_member(
        self, uow: UnitOfWork, message: IncomingMessage, key: MessageKey, now: datetime
    ) -> bool:
        asked = uow.inquiries.by_message(key)
        if asked is None:
            return False
        if asked.asker.id == message.sender.id:
            return self._supplemented(uow, asked, message, now)
        if message.addressed:
            return False  # who turns to the bot asks, and does not answer a colleague
        self._cases.peers.note_reply(uow, asked)
        return True

    def _concerns(
        self,
        uow: UnitOfWork,
        message: IncomingMessage,
        link: Link,
        community: CommunityCode | None,
        now: datetime,
    ) -> bool:
        match link.role:
            case LinkRole.PROMPT | LinkRole.PREVIEW:
                return self._draft_given(uow, message, DraftId(link.ref), now)
            case LinkRole.REPLY:
                return self._about_reply(uow, message, InquiryId(link.ref), community, now)
            case LinkRole.ANSWER:
                return self._about_answer(uow, message, AnswerId(link.ref), now)
            case LinkRole.PEERS_CHECK | LinkRole.TICKET_NOTICE:
                return self._about_notice(uow, message, TicketId(link.ref), now)
            case LinkRole.DESK_CARD | LinkRole.MENU | LinkRole.RELAY | LinkRole.THREAD_CARD:
                return self._about_card(uow, message, link, now)
        return False  # a plain word of the bot's

    def _draft_given(
        self, uow: UnitOfWork, message: IncomingMessage, draft_id: DraftId, now: datetime
    ) -> bool:
        draft = uow.drafts.get(draft_id)
        if draft is None:
            return False
        if not _may_write(uow, draft, message):
            self._colleague_wrote(uow, draft, message, now)
            return True
        if draft.kind is DraftKind.COMMUNITY_NAME:
            self._cases.binding.name_community(uow, draft, message, now)
        elif draft.kind is DraftKind.REOPEN_REASON:
            self._cases.confirming.add_reason(uow, draft, message, now)
        else:
            self._cases.composing.compose(uow, draft, message, now)
        return True

    def _colleague_wrote(
        self, uow: UnitOfWork, draft: Draft, message: IncomingMessage, now: datetime
    ) -> None:
        """Somebody else replied to a prompt: at the desk a note on the ticket, elsewhere just talk."""
        if draft.ticket_id is not None and draft.kind in (DraftKind.DESK_ANSWER, DraftKind.GUIDANCE):
            self._cases.desk.note(uow, message, draft.ticket_id, now)

    def _about_reply(
        self,
        uow: UnitOfWork,
        message: IncomingMessage,
        inquiry_id: InquiryId,
        community: CommunityCode | None,
        now: datetime,
    ) -> bool:
        """A reply to the bot's answer: the asker's word on it, or a question that follows from it."""
        inquiry = uow.inquiries.get(inquiry_id)
        if inquiry is None:
            return False
        wish = read_wish(message.text)
        mine = speaks_for(inquiry.asker, message.sender, chat_admin=False)
        if mine and wish is not Wish.OTHER:
            if self._cases.helping.hear_wish(uow, inquiry, wish, now):
                return True
            if inquiry.ticket_id is not None and self._supplemented(uow, inquiry, message, now):
                return True
        if not sounds_thankful(message.text):
            place = community or inquiry.community
            self._cases.asking.hear(uow, message, now, community=place, last_entry=inquiry.entry_id)
        return True

    def _about_answer(
        self, uow: UnitOfWork, message: IncomingMessage, answer_id: AnswerId, now: datetime
    ) -> bool:
        answer = uow.answers.get(answer_id)
        if answer is not None and not sounds_thankful(message.text):
            solved = {Wish.SOLVED: True, Wish.UNSOLVED: False}.get(read_wish(message.text))
            self._cases.confirming.hear(uow, message, answer, now, solved=solved)
        return True

    def _about_notice(
        self, uow: UnitOfWork, message: IncomingMessage, ticket_id: TicketId, now: datetime
    ) -> bool:
        """A reply to "handed to a social worker", or to "did your peers help"."""
        ticket = uow.tickets.get(ticket_id)
        inquiry = uow.inquiries.get(ticket.inquiry_id) if ticket is not None else None
        if ticket is None or inquiry is None:
            return False
        if not speaks_for(ticket.asker, message.sender, chat_admin=False):
            self._cases.peers.note_reply(uow, inquiry)
            return True
        if ticket.status is Status.WAITING_PEERS:
            self._peers_helped(uow, ticket, inquiry, message, now)
        elif not sounds_thankful(message.text):
            self._supplemented(uow, inquiry, message, now)
        return True

    def _peers_helped(
        self, uow: UnitOfWork, ticket: Ticket, inquiry: Inquiry, message: IncomingMessage, now: datetime
    ) -> None:
        wish = read_wish(message.text)
        if wish is Wish.UNSOLVED:
            opened = self._cases.opening.open_waiting(uow, ticket, message.sender, now, reason="peers_failed")
            uow.tell(notice(NoticeKind.PEERS_CHECK, opened, opened.origin.chat_id))
        elif wish is Wish.SOLVED or sounds_thankful(message.text):
            self._cases.peers.close_as_solved(uow, ticket, message.sender, now)
        else:
            self._supplemented(uow, inquiry, message, now)

    def _about_card(self, uow: UnitOfWork, message: IncomingMessage, link: Link, now: datetime) -> bool:
        room = uow.chats.get(message.chat.id)
        ticket = uow.tickets.get(TicketId(link.ref))
        if ticket is None:
            return False
        if room is not None and room.room is Room.DESK and room.community == ticket.community:
            self._cases.desk.note(uow, message, ticket.id, now)
            return True
        if link.role is LinkRole.RELAY and message.chat.id == ticket.origin.chat_id:
            answer = uow.answers.latest_of(ticket.id)  # the asker replies to a photo that came with it
            return answer is not None and self._about_answer(uow, message, answer.id, now)
        if room is not None and room.room is Room.ALLIANCE and link.role is LinkRole.THREAD_CARD:
            if uow.threads.get(ticket.id) is not None and allows(ticket.status, Action.ANSWER):
                self._cases.handling.take_as_answer(uow, message, ticket, now)
            return True
        return False

    def _supplemented(
        self, uow: UnitOfWork, inquiry: Inquiry, message: IncomingMessage, now: datetime
    ) -> bool:
        """The asker adds to a question; False where its ticket is over and this is a matter of its own."""
        if not message.text and message.attachment is None:
            return True
        ticket = uow.tickets.get(inquiry.ticket_id) if inquiry.ticket_id else None
        if ticket is not None:
            return self._cases.asking.add(uow, ticket, inquiry, message, now)
        place, entry = inquiry.community, inquiry.entry_id
        self._cases.asking.hear(uow, message, now, community=place, last_entry=entry)
        return True


def _replies_to_bot(message: IncomingMessage) -> bool:
    """Staff who reply to a word of the bot's talk about it; only a mention or `/ask` is a question there."""
    return message.replied is not None and message.replied.from_me


def _may_write(uow: UnitOfWork, draft: Draft, message: IncomingMessage) -> bool:
    """Only who was asked gives the text; in a channel's or a group's name, whoever speaks so again.

    A press is always a person's, so who asked as a channel and says as such what is missing is the asker.
    """
    if draft.kind is DraftKind.REOPEN_REASON and draft.ticket_id is not None:
        ticket = uow.tickets.get(draft.ticket_id)
        if ticket is not None and ticket.asker.id == message.sender.id:
            return True
    return draft.author.id == message.sender.id or message.sender.id == int(message.chat.id)
