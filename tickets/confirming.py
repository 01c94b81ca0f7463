"""The asker's word on an answer: solved or not, satisfied or not; and what silence means."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tickets.change import apply, desk_card, relay, say, speaks_for
from tickets.conversation import IncomingMessage, Press, PressReply
from tickets.identity import AnswerId, DraftId, Person, TicketId
from tickets.lifecycle import RETIRED, Action, Status, allows
from tickets.model import (
    Draft,
    DraftKind,
    DraftState,
    LinkRole,
    PublishedAnswer,
    Ticket,
)
from tickets.notices import Notice, NoticeKind
from tickets.policy import Policy
from tickets.supplement import add_part, as_part, carry
from tickets.unit_of_work import TimerKind, UnitOfWork

RATINGS = ("satisfied", "fair", "dissatisfied")


class Confirming:
    """Closes, reopens, rates and withdraws on the asker's word."""

    def __init__(self, *, policy: Policy) -> None:
        self._policy = policy

    def press_solved(self, uow: UnitOfWork, press: Press, answer_id: AnswerId, now: datetime) -> PressReply:
        """已解决: closed and confirmed."""
        found = self._check(uow, press, answer_id)
        if isinstance(found, PressReply):
            return found
        answer, ticket = found
        if not allows(ticket.status, Action.SOLVE):
            return PressReply(text="already_settled")
        self._solve(uow, answer, ticket, press.user, now)
        return PressReply(text="closed_solved")

    def press_unsolved(self, uow: UnitOfWork, press: Press, answer_id: AnswerId, now: datetime) -> PressReply:
        """未解决: back to the desk; the asker may add what is missing."""
        found = self._check(uow, press, answer_id)
        if isinstance(found, PressReply):
            return found
        answer, ticket = found
        if not self._may_reopen(uow, answer, ticket, now):
            return PressReply(text="too_late_to_reopen", alert=True)
        reopened = self._reopen(uow, answer, ticket, press.user, "", now)
        self._ask_for_reason(uow, press, reopened, now)
        return PressReply(text="reopened")

    def press_rating(
        self, uow: UnitOfWork, press: Press, answer_id: AnswerId, rating: str, now: datetime
    ) -> PressReply:
        """满意 / 基本满意 / 不满意."""
        found = self._check(uow, press, answer_id)
        if isinstance(found, PressReply):
            return found
        answer, ticket = found
        if rating not in RATINGS or not answer.verdict or answer.rating:
            return PressReply(text="already_settled")
        uow.answers.put(replace(answer, rating=rating))
        if allows(ticket.status, Action.RATE):
            apply(uow, ticket, Action.RATE, press.user, now, reason=rating)
        self._show(uow, ticket, answer)
        return PressReply(text="rated")

    def hear(
        self,
        uow: UnitOfWork,
        message: IncomingMessage,
        answer: PublishedAnswer,
        now: datetime,
        *,
        solved: bool | None,
    ) -> None:
        """The asker replied to the answer in words: solved, not solved, or (None) something to add."""
        ticket = uow.tickets.get(answer.ticket_id)
        if ticket is None or not speaks_for(ticket.asker, message.sender, chat_admin=False):
            return
        answer = uow.answers.latest_of(ticket.id) or answer  # people reply to an earlier one as well
        if solved is True and allows(ticket.status, Action.SOLVE):
            self._solve(uow, answer, ticket, message.sender, now)
        elif solved is False and self._may_reopen(uow, answer, ticket, now):
            self._reopen(uow, answer, ticket, message.sender, message.text, now)
        elif solved is not True and allows(ticket.status, Action.NOTE):
            apply(uow, ticket, Action.NOTE, message.sender, now, reason=message.text or "📎")
        inquiry = uow.inquiries.get(ticket.inquiry_id)
        if message.attachment is not None and inquiry is not None:
            uow.inquiries.put(add_part(inquiry, message, now))
            carry(uow, ticket, message, now, album=self._policy.album)

    def add_reason(self, uow: UnitOfWork, draft: Draft, message: IncomingMessage, now: datetime) -> None:
        """What the asker still misses, given after 未解决; it goes onto the card and to the desk."""
        ticket = uow.tickets.get(draft.ticket_id) if draft.ticket_id else None
        if ticket is None or ticket.status in RETIRED or draft.state is not DraftState.PROMPTED:
            return
        given = replace(draft, state=DraftState.PUBLISHED, parts=(as_part(message),))
        uow.drafts.put(given)
        desk = uow.chats.desk_of(ticket.community)
        notices: tuple[Notice, ...] = ()
        if desk is not None and given.attachments:
            notices = (relay(ticket, desk.chat_id, "draft", given.id, LinkRole.DESK_CARD, ticket.id),)
        words = message.text
        apply(uow, ticket, Action.REVISE, message.sender, now, reason=words, notices=notices)
        uow.tell(say(message.chat.id, "reason_noted", reply_to=message.key))
        self._tell_desk(uow, ticket, words)

    def expire(self, uow: UnitOfWork, ticket_id: TicketId, now: datetime) -> None:
        """No word within the confirm window: closed as unconfirmed, kept apart in the figures."""
        ticket = uow.tickets.get(ticket_id)
        answer = uow.answers.latest_of(ticket_id)
        if ticket is None or ticket.status is not Status.ANSWERED or answer is None:
            return
        uow.answers.put(replace(answer, verdict="expired"))
        apply(uow, ticket, Action.EXPIRE, None, now, reason="unconfirmed")
        self._show(uow, ticket, answer)

    def press_withdraw(self, uow: UnitOfWork, press: Press, ticket_id: TicketId, now: datetime) -> PressReply:
        """撤回: the asker takes the ticket back."""
        ticket = uow.tickets.get(ticket_id)
        if ticket is None:
            return PressReply(text="gone", alert=True)
        # An asker may press wherever the ticket is shown to them, a group's admin only in that very group.
        chat_admin = press.chat_admin and press.chat.id == ticket.origin.chat_id
        if not speaks_for(ticket.asker, press.user, chat_admin=chat_admin):
            return PressReply(text="asker_only", alert=True)
        if not allows(ticket.status, Action.WITHDRAW):
            return PressReply(text="already_settled")
        waiting = (TimerKind.PEER_WINDOW, TimerKind.PEERS_CONFIRM)
        apply(uow, ticket, Action.WITHDRAW, press.user, now, cancels=waiting)
        return PressReply(text="withdrawn")

    def _solve(
        self, uow: UnitOfWork, answer: PublishedAnswer, ticket: Ticket, actor: Person, now: datetime
    ) -> None:
        uow.answers.put(replace(answer, verdict="solved"))
        apply(uow, ticket, Action.SOLVE, actor, now, cancels=(TimerKind.CONFIRM,))
        self._show(uow, ticket, answer)

    def _reopen(
        self,
        uow: UnitOfWork,
        answer: PublishedAnswer,
        ticket: Ticket,
        actor: Person,
        reason: str,
        now: datetime,
    ) -> Ticket:
        uow.answers.put(replace(answer, verdict="unsolved"))
        reopened = apply(
            uow,
            ticket,
            Action.REOPEN,
            actor,
            now,
            reason=reason,
            cancels=(TimerKind.CONFIRM,),
            holder=None,
            officer=None,
        )
        self._show(uow, ticket, answer)
        self._tell_desk(uow, reopened, reason)
        return reopened

    def _may_reopen(self, uow: UnitOfWork, answer: PublishedAnswer, ticket: Ticket, now: datetime) -> bool:
        if not allows(ticket.status, Action.REOPEN) or answer.verdict not in ("", "expired", "solved"):
            return False
        if ticket.status is not Status.CLOSED:
            return True
        closed_at = next(
            (event.at for event in reversed(uow.history.of(ticket.id)) if event.before is not Status.CLOSED),
            ticket.updated_at,
        )
        return now - closed_at <= self._policy.reopen_window

    @staticmethod
    def _tell_desk(uow: UnitOfWork, ticket: Ticket, reason: str) -> None:
        desk = uow.chats.desk_of(ticket.community)
        if desk is None:
            return
        card = desk_card(uow, ticket, desk.chat_id)
        key = "desk_reopened_because" if reason else "desk_reopened"
        uow.tell(say(desk.chat_id, key, reply_to=card, number=ticket.number or "", reason=reason))

    @staticmethod
    def _ask_for_reason(uow: UnitOfWork, press: Press, ticket: Ticket, now: datetime) -> None:
        draft = Draft(
            id=DraftId(uow.new_id()),
            kind=DraftKind.REOPEN_REASON,
            ticket_id=ticket.id,
            community=ticket.community,
            chat_id=press.chat.id,
            thread_id=None,
            author=press.user,
            asked_by=press.key,
            channel="",
            state=DraftState.PROMPTED,
            parts=(),
            created_at=now,
        )
        uow.drafts.put(draft)
        uow.tell(Notice(kind=NoticeKind.PROMPT, chat_id=press.chat.id, ref=draft.id, ticket_id=ticket.id))

    @staticmethod
    def _show(uow: UnitOfWork, ticket: Ticket, answer: PublishedAnswer) -> None:
        uow.tell(
            Notice(kind=NoticeKind.ANSWER, chat_id=ticket.origin.chat_id, ref=answer.id, ticket_id=ticket.id)
        )

    @staticmethod
    def _check(
        uow: UnitOfWork, press: Press, answer_id: AnswerId
    ) -> tuple[PublishedAnswer, Ticket] | PressReply:
        answer = uow.answers.get(answer_id)
        ticket = uow.tickets.get(answer.ticket_id) if answer is not None else None
        if answer is None or ticket is None or ticket.origin.chat_id != press.chat.id:
            return PressReply(text="gone", alert=True)
        if not speaks_for(ticket.asker, press.user, chat_admin=press.chat_admin):
            return PressReply(text="asker_only", alert=True)
        latest = uow.answers.latest_of(ticket.id)
        if latest is not None and latest.id != answer.id:
            return PressReply(text="newer_answer", alert=True)
        return answer, ticket
