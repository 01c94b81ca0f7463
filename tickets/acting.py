"""What the bot does about a verdict: it answers, suggests, warns, waits for peers, or says nothing.

It is one decision for questions judged at once, after a pause, or again after an edit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from knowledge import Answer, Emergency, Expired, NotAQuestion, Private, Suggest, Verdict
from tickets.change import say
from tickets.identity import InquiryId
from tickets.model import Finding, Inquiry, InquiryState, Room, TicketClass
from tickets.notices import Notice, NoticeKind
from tickets.opening import Opening
from tickets.unit_of_work import TimerKind, UnitOfWork
from tickets.wishes import sounds_thankful


class Acting:
    """Turns verdicts into replies and tickets."""

    def __init__(self, *, opening: Opening) -> None:
        self._opening = opening

    def act(self, uow: UnitOfWork, inquiry: Inquiry, verdict: Verdict, now: datetime) -> None:
        """Do what the verdict asks for, and write the inquiry."""
        if inquiry.id:  # one that was never written waits for nothing
            uow.timers.cancel(TimerKind.SETTLE, inquiry.id)
        inquiry = replace(inquiry, touched_at=now)
        match verdict:
            case Answer(entry=entry):
                _reply(uow, inquiry, Finding.ANSWER, InquiryState.ANSWERED, entry_id=entry.id)
            case Suggest(entries=entries):
                ids = tuple(str(entry.id) for entry in entries)
                _reply(uow, inquiry, Finding.SUGGESTION, InquiryState.SUGGESTED, candidates=ids)
            case Expired(entry=entry):
                found = _reply(uow, inquiry, Finding.EXPIRED, InquiryState.ANSWERED, entry_id=entry.id)
                self._opening.open_now(uow, found, now, reason="expired_entry")
            case Emergency(kind=kind):
                found = _reply(uow, inquiry, Finding.EMERGENCY, InquiryState.ANSWERED, kind=kind)
                self._opening.open_now(uow, found, now, reason="emergency", ticket_class=TicketClass.A)
            case Private(kind=kind, entry=entry):
                self._offer_privacy(uow, inquiry, kind, str(entry.id) if entry else None, now)
            case NotAQuestion():
                _decline_to_answer(uow, inquiry, now)
            case _:
                self._nobody_knows(uow, inquiry, now)

    def _offer_privacy(
        self, uow: UnitOfWork, inquiry: Inquiry, kind: str, entry_id: str | None, now: datetime
    ) -> None:
        if inquiry.private and entry_id is not None:
            _reply(uow, inquiry, Finding.ANSWER, InquiryState.ANSWERED, entry_id=entry_id, kind=kind)
        elif inquiry.private:
            self._nobody_knows(uow, replace(inquiry, kind=kind), now)
        else:
            _reply(uow, inquiry, Finding.PRIVATE, InquiryState.PRIVATE_OFFERED, entry_id=entry_id, kind=kind)

    def _nobody_knows(self, uow: UnitOfWork, inquiry: Inquiry, now: datetime) -> None:
        if inquiry.community is None:
            _fall_silent(uow, inquiry)
            uow.tell(say(inquiry.chat_id, "no_community", reply_to=inquiry.origin))
            return
        inquiry = with_id(uow, inquiry)
        uow.inquiries.put(inquiry)
        room = uow.chats.get(inquiry.chat_id)
        if room is not None and room.room is not Room.MUTUAL_AID:
            self._opening.open_now(uow, inquiry, now, reason="")  # no peers to wait for
            return
        self._opening.wait_for_peers(uow, inquiry, now)


def with_id(uow: UnitOfWork, inquiry: Inquiry) -> Inquiry:
    """The inquiry with an id, which only those need that are written."""
    return inquiry if inquiry.id else replace(inquiry, id=InquiryId(uow.new_id()))


def _reply(
    uow: UnitOfWork,
    inquiry: Inquiry,
    finding: Finding,
    state: InquiryState,
    *,
    entry_id: str | None = None,
    candidates: tuple[str, ...] = (),
    kind: str = "",
) -> Inquiry:
    inquiry = replace(
        with_id(uow, inquiry),
        finding=finding,
        state=state,
        entry_id=entry_id,
        candidates=candidates,
        kind=kind,
    )
    uow.inquiries.put(inquiry)
    uow.tell(Notice(kind=NoticeKind.REPLY, chat_id=inquiry.chat_id, ref=inquiry.id))
    return inquiry


def _decline_to_answer(uow: UnitOfWork, inquiry: Inquiry, now: datetime) -> None:
    _fall_silent(uow, inquiry)
    if not inquiry.addressed or sounds_thankful(inquiry.text):
        return
    if inquiry.attachments:
        for part in inquiry.attachments:  # the words that are asked for will belong to them
            uow.fragments.add(inquiry.chat_id, inquiry.asker.id, part, now)
        uow.tell(say(inquiry.chat_id, "please_type", reply_to=inquiry.origin))
    elif inquiry.private or not inquiry.text:
        uow.tell(say(inquiry.chat_id, "how_to_ask", reply_to=inquiry.origin))


def _fall_silent(uow: UnitOfWork, inquiry: Inquiry) -> None:
    if inquiry.id:
        uow.inquiries.put(replace(inquiry, state=InquiryState.SILENT))
