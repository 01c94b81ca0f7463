"""How an inquiry becomes a ticket.

Peers come first: in a group the ticket waits without a number until their time is over. Then, or when the
asker wants a social worker, it opens: it gets the community's next number and appears at the desk.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tickets.change import faces, relay
from tickets.identity import ChatId, CommunityCode, Person, TicketId
from tickets.lifecycle import Action, Status, advance
from tickets.model import Event, Finding, Inquiry, InquiryState, LinkRole, Ticket, TicketClass
from tickets.notices import Notice, NoticeKind
from tickets.policy import Policy
from tickets.unit_of_work import Change, Timer, TimerKind, UnitOfWork

_SUBJECT_LENGTH = 40  # a forum topic's name holds 128 characters, a phone shows about this many


class Opening:
    """Makes tickets and opens them."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def wait_for_peers(self, uow: UnitOfWork, inquiry: Inquiry, now: datetime) -> None:
        """Let peers try first; with no window, or nobody to wait for, open at once."""
        community = inquiry.community
        if community is None:
            return
        if inquiry.private or not self._policy.peer_window:
            self.open_now(uow, inquiry, now, reason="")
            return
        ticket = self._create(uow, inquiry, community, now, Status.WAITING_PEERS)
        timer = Timer(kind=TimerKind.PEER_WINDOW, ref=ticket.id, due_at=now + self._policy.peer_window)
        uow.save(Change(ticket=ticket, events=(_birth(ticket, now),), timers=(timer,)))
        uow.tell(
            Notice(
                kind=NoticeKind.REACTION,
                chat_id=inquiry.chat_id,
                data={"message_id": inquiry.origin.message_id, "emoji": "👀"},
            )
        )

    def open_now(
        self,
        uow: UnitOfWork,
        inquiry: Inquiry,
        now: datetime,
        *,
        reason: str,
        ticket_class: TicketClass = TicketClass.B,
    ) -> Ticket | None:
        """Open a ticket for an inquiry that has none; None where no community is known."""
        if inquiry.community is None:
            return None
        ticket = self._create(uow, inquiry, inquiry.community, now, Status.OPEN)
        ticket = replace(ticket, ticket_class=ticket_class)
        return self._number(uow, ticket, _birth(ticket, now, reason), now, reason)

    def open_waiting(
        self, uow: UnitOfWork, ticket: Ticket, actor: Person | None, now: datetime, *, reason: str
    ) -> Ticket:
        """Open a ticket that waited for peers. Raises `IllegalActionError` where it does not wait."""
        status = advance(ticket.status, Action.OPEN)
        event = Event(
            ticket_id=ticket.id,
            at=now,
            actor=actor,
            action=Action.OPEN,
            before=ticket.status,
            after=status,
            reason=reason,
        )
        return self._number(uow, replace(ticket, status=status), event, now, reason)

    def _create(
        self, uow: UnitOfWork, inquiry: Inquiry, community: CommunityCode, now: datetime, status: Status
    ) -> Ticket:
        ticket = Ticket(
            id=TicketId(uow.new_id()),
            number=None,
            community=community,
            inquiry_id=inquiry.id,
            asker=inquiry.asker,
            origin=inquiry.origin,
            subject=make_subject(inquiry.text),
            status=status,
            ticket_class=TicketClass.B,
            holder=None,
            department=None,
            officer=None,
            reason="",
            created_at=now,
            opened_at=None,
            updated_at=now,
        )
        carried = replace(inquiry, state=InquiryState.TICKETED, ticket_id=ticket.id, touched_at=now)
        uow.inquiries.put(carried)
        if inquiry.finding is not Finding.NONE:
            # The reply loses its buttons: what they offered has happened. It may be so new that its sending
            # is not recorded yet, so what was found decides and not the record.
            uow.tell(Notice(kind=NoticeKind.REPLY, chat_id=inquiry.chat_id, ref=inquiry.id))
        return ticket

    def _number(self, uow: UnitOfWork, ticket: Ticket, event: Event, now: datetime, reason: str) -> Ticket:
        number = uow.communities.next_number(ticket.community)
        opened = replace(ticket, number=number, opened_at=now, updated_at=now, reason=reason)
        relay, timers = self._attachments(uow, opened, now)
        uow.save(
            Change(
                ticket=opened,
                events=(event,),
                notices=(*faces(uow, opened), *relay),
                timers=timers,
                cancels=(TimerKind.PEER_WINDOW, TimerKind.PEERS_CONFIRM),
            )
        )
        return opened

    def _attachments(
        self, uow: UnitOfWork, ticket: Ticket, now: datetime
    ) -> tuple[tuple[Notice, ...], tuple[Timer, ...]]:
        """Carry the asker's photos to the desk; an album, whose rest may yet come, a little later."""
        inquiry = uow.inquiries.get(ticket.inquiry_id)
        attachments = inquiry.attachments if inquiry is not None else ()
        newest = max(attachments, key=lambda part: part.key.message_id, default=None)
        album = newest.album_id if newest is not None else None
        if album is None or not self._policy.album:
            return relay_to_desk(uow, ticket), ()
        timer = Timer(kind=TimerKind.CARRY, ref=ticket.id, due_at=now + self._policy.album)
        desk = uow.chats.desk_of(ticket.community)
        if desk is None:
            return (), (timer,)
        place, owner, card = desk.chat_id, ticket.inquiry_id, LinkRole.DESK_CARD
        singles = [part.key for part in attachments if part.album_id != album]
        at_once = [relay(ticket, place, "inquiry", owner, card, ticket.id, only=key) for key in singles]
        return tuple(at_once), (timer,)


def make_subject(text: str) -> str:
    """A ticket's name: the first line with anything in it, cut to what a phone shows."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= _SUBJECT_LENGTH else line[: _SUBJECT_LENGTH - 1] + "…"


def relay_to_desk(uow: UnitOfWork, ticket: Ticket) -> tuple[Notice, ...]:
    """The asker's photos and files, carried below the card at the desk."""
    desk = uow.chats.desk_of(ticket.community)
    return () if desk is None else relay_below(uow, ticket, desk.chat_id, LinkRole.DESK_CARD)


def relay_below(uow: UnitOfWork, ticket: Ticket, chat_id: ChatId, card: LinkRole) -> tuple[Notice, ...]:
    """The asker's photos and files, if there are any, carried below the ticket's card in this chat."""
    inquiry = uow.inquiries.get(ticket.inquiry_id)
    if inquiry is None or not inquiry.attachments:
        return ()
    known = len(inquiry.attachments)
    return (relay(ticket, chat_id, "inquiry", inquiry.id, card, ticket.id, first=known),)


def _birth(ticket: Ticket, now: datetime, reason: str = "") -> Event:
    return Event(
        ticket_id=ticket.id,
        at=now,
        actor=ticket.asker,
        action=Action.ASK,
        before=ticket.status,
        after=ticket.status,
        reason=reason,
    )
