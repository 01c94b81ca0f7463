"""The desk: social workers claim, note, guide, dismiss and dispatch.

Every press is checked against the rows: it must come from the desk group of the ticket's own community, by
one of its members, and the ticket must allow the step. Of two presses one wins and the other is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tickets.change import apply
from tickets.conversation import IncomingMessage, Press, PressReply
from tickets.identity import DepartmentId, DraftId, TicketId
from tickets.lifecycle import RETIRED, Action, Status, allows
from tickets.model import Draft, DraftKind, DraftState, LinkRole, Room, Thread, Ticket, TicketClass
from tickets.notices import Notice, NoticeKind, Value
from tickets.opening import relay_below
from tickets.unit_of_work import UnitOfWork


class Desk:
    """What social workers do with a ticket."""

    def __init__(self, *, departments: Sequence[str], channels: Sequence[str]) -> None:
        self._departments = frozenset(departments)
        self._channels = frozenset(channels)

    def claim(self, uow: UnitOfWork, press: Press, ticket_id: TicketId, now: datetime) -> PressReply:
        """接单: this social worker takes the ticket."""
        ticket = self._check(uow, press, ticket_id, Action.CLAIM)
        if isinstance(ticket, PressReply):
            return ticket
        apply(uow, ticket, Action.CLAIM, press.user, now, holder=press.user)
        return PressReply(text="claimed_by_you", values={"number": ticket.number or ""})

    def show_departments(
        self, uow: UnitOfWork, press: Press, ticket_id: TicketId, page: str, now: datetime
    ) -> PressReply:
        """派单, first step: the departments to choose from; `page` turns over the menu that was pressed."""
        ticket = self._check(uow, press, ticket_id, Action.DISPATCH)
        if isinstance(ticket, PressReply):
            return ticket
        if uow.chats.alliance() is None:
            return PressReply(text="no_alliance", alert=True)
        turning = page.isascii() and page.isdigit()
        self._menu(uow, press, ticket, "departments", page=int(page) if turning else 0, edit=turning)
        return PressReply()

    def show_channels(self, uow: UnitOfWork, press: Press, ticket_id: TicketId, now: datetime) -> PressReply:
        """引导, first step: the channels that the asker may be pointed to."""
        ticket = self._check(uow, press, ticket_id, Action.GUIDE)
        if isinstance(ticket, PressReply):
            return ticket
        self._menu(uow, press, ticket, "channels", page=0, edit=False)
        return PressReply()

    def close_menu(self, uow: UnitOfWork, press: Press, ticket_id: TicketId, now: datetime) -> PressReply:
        """Put a menu away without choosing."""
        ticket = self._check(uow, press, ticket_id, Action.NOTE)
        if isinstance(ticket, PressReply):
            return ticket
        self._menu(uow, press, ticket, "closed", page=0, edit=True)
        return PressReply()

    def dispatch(
        self, uow: UnitOfWork, press: Press, ticket_id: TicketId, department: str, now: datetime
    ) -> PressReply:
        """派单: the department leads from now on, and gets a thread."""
        ticket = self._check(uow, press, ticket_id, Action.DISPATCH)
        if isinstance(ticket, PressReply):
            return ticket
        if uow.chats.alliance() is None:
            return PressReply(text="no_alliance", alert=True)
        if department not in self._departments:
            return PressReply(text="gone", alert=True)
        if ticket.status in (Status.DISPATCHED, Status.HANDLING) and ticket.department == department:
            return PressReply(text="dispatched_already")
        self._menu(uow, press, ticket, "dispatched", page=0, edit=True, chosen=department)
        attachments = self._make_thread(uow, ticket)
        apply(
            uow,
            ticket,
            Action.DISPATCH,
            press.user,
            now,
            reason=department,
            notices=attachments,
            holder=ticket.holder or press.user,
            department=DepartmentId(department),
            officer=None,
        )
        return PressReply(text="dispatched", values={"department": department})

    def ask_for_text(
        self,
        uow: UnitOfWork,
        press: Press,
        ticket_id: TicketId,
        now: datetime,
        *,
        kind: DraftKind,
        channel: str = "",
    ) -> PressReply:
        """答复 and 引导: ask the presser for the text; it is shown before it is sent."""
        action = Action.GUIDE if kind is DraftKind.GUIDANCE else Action.ANSWER
        ticket = self._check(uow, press, ticket_id, action)
        if isinstance(ticket, PressReply):
            return ticket
        if kind is DraftKind.GUIDANCE:
            if channel not in self._channels:
                return PressReply(text="gone", alert=True)
            self._menu(uow, press, ticket, "guided", page=0, edit=True, chosen=channel)
        prompt(uow, press, ticket, now, kind=kind, channel=channel)
        return PressReply(text="reply_to_prompt")

    def dismiss(self, uow: UnitOfWork, press: Press, ticket_id: TicketId, now: datetime) -> PressReply:
        """不是诉求: no request at all; remembered, so that the question rule can learn."""
        ticket = self._check(uow, press, ticket_id, Action.DISMISS)
        if isinstance(ticket, PressReply):
            return ticket
        if ticket.ticket_class is TicketClass.A:
            return PressReply(text="class_a_stays", alert=True)
        inquiry = uow.inquiries.get(ticket.inquiry_id)
        if inquiry is not None:
            uow.feedback.add("not_a_request", inquiry.text, inquiry.id, now)
        apply(uow, ticket, Action.DISMISS, press.user, now, reason="not_a_request", holder=press.user)
        return PressReply(text="dismissed")

    def note(self, uow: UnitOfWork, message: IncomingMessage, ticket_id: TicketId, now: datetime) -> None:
        """A plain reply to the card is an internal note; it never leaves the desk."""
        ticket = uow.tickets.get(ticket_id)
        if ticket is None or not allows(ticket.status, Action.NOTE):
            return
        apply(uow, ticket, Action.NOTE, message.sender, now, reason=message.text or "📎")
        data: dict[str, Value] = {"message_id": message.key.message_id, "emoji": "👌"}
        uow.tell(Notice(kind=NoticeKind.REACTION, chat_id=message.chat.id, data=data))

    def _make_thread(self, uow: UnitOfWork, ticket: Ticket) -> tuple[Notice, ...]:
        alliance = uow.chats.alliance()
        known = uow.threads.get(ticket.id)
        if alliance is None or (known is not None and known.chat_id == alliance.chat_id):
            return ()
        uow.threads.put(Thread(ticket_id=ticket.id, chat_id=alliance.chat_id, topic_id=None))
        return relay_below(uow, ticket, alliance.chat_id, LinkRole.THREAD_CARD)

    def _menu(
        self,
        uow: UnitOfWork,
        press: Press,
        ticket: Ticket,
        menu: str,
        *,
        page: int,
        edit: bool,
        chosen: str = "",
    ) -> None:
        data: dict[str, Value] = {
            "menu": menu,
            "page": page,
            "chosen": chosen,
            "edit": press.key.message_id if edit else None,
        }
        uow.tell(
            Notice(kind=NoticeKind.MENU, chat_id=press.chat.id, ref=ticket.id, ticket_id=ticket.id, data=data)
        )

    @staticmethod
    def _check(uow: UnitOfWork, press: Press, ticket_id: TicketId, action: Action) -> Ticket | PressReply:
        ticket = uow.tickets.get(ticket_id)
        room = uow.chats.get(press.chat.id)
        if ticket is None or room is None or room.room is not Room.DESK:
            return PressReply(text="gone", alert=True)
        if room.community != ticket.community or not press.member:
            return PressReply(text="workers_only", alert=True)
        if not allows(ticket.status, action):
            return too_late(ticket)
        return ticket


def prompt(
    uow: UnitOfWork, press: Press, ticket: Ticket, now: datetime, *, kind: DraftKind, channel: str = ""
) -> None:
    """Ask the presser, below the card, for a text."""
    thread = uow.threads.get(ticket.id)
    in_thread = thread is not None and thread.chat_id == press.chat.id
    draft = Draft(
        id=DraftId(uow.new_id()),
        kind=kind,
        ticket_id=ticket.id,
        community=ticket.community,
        chat_id=press.chat.id,
        thread_id=thread.topic_id if thread is not None and in_thread else None,
        author=press.user,
        asked_by=press.key,
        channel=channel,
        state=DraftState.PROMPTED,
        parts=(),
        created_at=now,
    )
    uow.drafts.put(draft)
    uow.tell(Notice(kind=NoticeKind.PROMPT, chat_id=press.chat.id, ref=draft.id, ticket_id=ticket.id))


def too_late(ticket: Ticket) -> PressReply:
    """Somebody was faster: say who, and where the ticket stands."""
    if ticket.status in RETIRED:
        return PressReply(text="already_retired", values={"number": ticket.number or ""}, alert=True)
    if ticket.status is Status.ANSWERED:
        return PressReply(text="already_answered", values={"number": ticket.number or ""}, alert=True)
    if ticket.holder is None:
        return PressReply(text="back_at_desk", values={"number": ticket.number or ""}, alert=True)
    values = {"number": ticket.number or "", "name": ticket.holder.name}
    return PressReply(text="already_claimed", values=values, alert=True)
