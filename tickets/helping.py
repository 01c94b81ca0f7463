"""What the asker makes of the bot's reply: it helped, it did not, this suggestion, none of them.

Every way out of an unhelpful reply ends with a social worker, at once: who has been shown a wrong answer
need not wait for peers as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from knowledge import Entry
from tickets.change import say, speaks_for
from tickets.conversation import IncomingMessage, Press, PressReply
from tickets.identity import InquiryId, PersonKind
from tickets.model import Finding, Inquiry, InquiryPart, InquiryState, Ticket
from tickets.notices import Notice, NoticeKind
from tickets.opening import Opening
from tickets.policy import LOCAL
from tickets.unit_of_work import UnitOfWork
from tickets.wishes import Wish

FindEntry = Callable[[str], Entry | None]


class Helping:
    """Takes the asker's word on the bot's reply to an inquiry."""

    def __init__(self, *, opening: Opening, find_entry: FindEntry) -> None:
        self._opening = opening
        self._find_entry = find_entry

    def press_helpful(
        self, uow: UnitOfWork, press: Press, inquiry_id: InquiryId, now: datetime
    ) -> PressReply:
        """The answer helped."""
        inquiry = self._check(uow, press, inquiry_id, {InquiryState.ANSWERED})
        if isinstance(inquiry, PressReply):
            return inquiry
        self._thank(uow, inquiry, now)
        return PressReply(text="glad_it_helped")

    def press_not_helpful(
        self, uow: UnitOfWork, press: Press, inquiry_id: InquiryId, now: datetime
    ) -> PressReply:
        """The answer did not help, no suggestion was right, or the asker does not want to go private."""
        states = {
            InquiryState.ANSWERED,
            InquiryState.SUGGESTED,
            InquiryState.HELPED,
            InquiryState.PRIVATE_OFFERED,
        }
        inquiry = self._check(uow, press, inquiry_id, states)
        if isinstance(inquiry, PressReply):
            return inquiry
        return self._to_worker(uow, inquiry, now)

    def press_choice(
        self, uow: UnitOfWork, press: Press, inquiry_id: InquiryId, place: str, now: datetime
    ) -> PressReply:
        """One of the suggestions was meant: the suggestion becomes its answer."""
        inquiry = self._check(uow, press, inquiry_id, {InquiryState.SUGGESTED})
        if isinstance(inquiry, PressReply):
            return inquiry
        index = int(place) if place.isascii() and place.isdigit() else len(inquiry.candidates)
        entry = self._find_entry(inquiry.candidates[index]) if index < len(inquiry.candidates) else None
        if entry is None:
            return PressReply(text="gone", alert=True)
        uow.feedback.add("chosen", inquiry.text, inquiry.id, now)
        expired = entry.is_expired(now.astimezone(LOCAL).date())
        found = replace(
            inquiry,
            state=InquiryState.ANSWERED,
            finding=Finding.EXPIRED if expired else Finding.ANSWER,
            entry_id=str(entry.id),
            touched_at=now,
        )
        self._show(uow, found)
        if expired:
            self._opening.open_now(uow, found, now, reason="expired_entry")
        return PressReply()

    def hear_wish(self, uow: UnitOfWork, inquiry: Inquiry, wish: Wish, now: datetime) -> bool:
        """The asker said in words whether the reply helped; False where nothing hangs on it any more."""
        if inquiry.state not in (InquiryState.ANSWERED, InquiryState.SUGGESTED, InquiryState.HELPED):
            return False
        if wish is Wish.SOLVED and inquiry.state is not InquiryState.HELPED:
            self._thank(uow, inquiry, now)
        elif wish is Wish.UNSOLVED:
            self._to_worker(uow, inquiry, now)
        return True

    def go_private(
        self, uow: UnitOfWork, message: IncomingMessage, inquiry_id: InquiryId, now: datetime
    ) -> bool:
        """The asker followed the link into the private chat: carry the question over.

        The link names only the inquiry; it opens for nobody but the asker, and once.
        """
        asked = uow.inquiries.get(inquiry_id)
        if asked is None or asked.asker.id != message.sender.id:
            return False
        if asked.state is not InquiryState.PRIVATE_OFFERED:
            return False
        uow.inquiries.put(replace(asked, state=InquiryState.SILENT, touched_at=now))
        uow.tell(Notice(kind=NoticeKind.REPLY, chat_id=asked.chat_id, ref=asked.id))
        moved = replace(
            asked,
            id=InquiryId(uow.new_id()),
            chat_id=message.chat.id,
            thread_id=None,
            private=True,
            parts=(InquiryPart(key=message.key, text=""), *asked.parts),  # replies go to the private chat
            created_at=now,
            touched_at=now,
        )
        if asked.entry_id is not None:
            self._show(uow, replace(moved, state=InquiryState.ANSWERED, finding=Finding.ANSWER))
        else:
            moved = replace(moved, state=InquiryState.SILENT, finding=Finding.NONE)
            uow.inquiries.put(moved)
            self._open(uow, moved, now, reason="private")
        return True

    def _thank(self, uow: UnitOfWork, inquiry: Inquiry, now: datetime) -> None:
        uow.feedback.add("helpful", inquiry.text, inquiry.id, now)
        self._show(uow, replace(inquiry, state=InquiryState.HELPED, touched_at=now))

    def _to_worker(self, uow: UnitOfWork, inquiry: Inquiry, now: datetime) -> PressReply:
        offered = inquiry.state is InquiryState.PRIVATE_OFFERED
        if not offered:  # who only stays in the group has judged nothing
            uow.feedback.add("not_helpful", inquiry.text, inquiry.id, now)
        ticket = self._open(uow, inquiry, now, reason="" if offered else "not_helpful")
        if ticket is None:
            return PressReply()
        return PressReply(text="ticket_opened", values={"number": ticket.number or ""})

    def _open(self, uow: UnitOfWork, inquiry: Inquiry, now: datetime, *, reason: str) -> Ticket | None:
        ticket = self._opening.open_now(uow, inquiry, now, reason=reason)
        if ticket is None:
            uow.tell(say(inquiry.chat_id, "no_community", reply_to=inquiry.origin))
        return ticket

    @staticmethod
    def _show(uow: UnitOfWork, inquiry: Inquiry) -> None:
        uow.inquiries.put(inquiry)
        uow.tell(Notice(kind=NoticeKind.REPLY, chat_id=inquiry.chat_id, ref=inquiry.id))

    @staticmethod
    def _check(
        uow: UnitOfWork, press: Press, inquiry_id: InquiryId, states: set[InquiryState]
    ) -> Inquiry | PressReply:
        inquiry = uow.inquiries.get(inquiry_id)
        if inquiry is None or inquiry.chat_id != press.chat.id:
            return PressReply(text="gone", alert=True)
        if not speaks_for(inquiry.asker, press.user, chat_admin=press.chat_admin):
            return PressReply(text="asker_only", alert=True)
        if inquiry.state not in states:
            return PressReply(text="already_settled")
        return inquiry


def may_go_private(inquiry: Inquiry) -> bool:
    """Only a person with a name of their own can be written to in private."""
    return inquiry.asker.kind is PersonKind.USER
