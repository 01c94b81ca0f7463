"""Texts on their way: asked for or taken from a thread, shown as they will be sent, then published.

Nothing leaves the desk or a thread but by the explicit press of somebody who may publish there, and what is
sent is what was shown.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tickets.change import apply, relay, say
from tickets.conversation import IncomingMessage, Press, PressReply
from tickets.identity import AnswerId, ChatId, DepartmentId, DraftId, Person
from tickets.lifecycle import Action, allows
from tickets.model import (
    BoundChat,
    Draft,
    DraftKind,
    DraftState,
    InquiryPart,
    LinkRole,
    PublishedAnswer,
    Room,
    Ticket,
)
from tickets.notices import Notice, NoticeKind
from tickets.policy import Policy
from tickets.supplement import as_part
from tickets.triage import too_late
from tickets.unit_of_work import Timer, TimerKind, UnitOfWork

_ROOM_OF = {
    DraftKind.DESK_ANSWER: Room.DESK,
    DraftKind.GUIDANCE: Room.DESK,
    DraftKind.DEPARTMENT_ANSWER: Room.ALLIANCE,
}


class Composing:
    """Gathers a draft's text, shows it, and publishes it."""

    def __init__(self, *, policy: Policy) -> None:
        self._policy = policy

    def compose(self, uow: UnitOfWork, draft: Draft, message: IncomingMessage, now: datetime) -> None:
        """The author gave the text, or gives it anew: it replaces what was there, albums being one text."""
        if draft.state not in (DraftState.PROMPTED, DraftState.COMPOSED):
            return
        part = as_part(message)
        same_album = part.album_id is not None and any(
            known.album_id == part.album_id for known in draft.parts
        )
        parts = (*draft.parts, part) if same_album else (part,)
        ticket = uow.tickets.get(draft.ticket_id) if draft.ticket_id else None
        draft = replace(draft, parts=parts, department=_department_of(draft, ticket))
        self._compose_of(uow, draft, now, waits=part.album_id is not None)

    def take_up(
        self,
        uow: UnitOfWork,
        ticket: Ticket,
        parts: tuple[InquiryPart, ...],
        author: Person,
        place: tuple[ChatId, int | None],
        now: datetime,
    ) -> None:
        """Make a draft of messages that stand in a thread: an explicit reply to the card, or `/answer`.

        `place` is the chat and, in a forum, the topic where the draft is shown.
        """
        draft = Draft(
            id=DraftId(uow.new_id()),
            kind=DraftKind.DEPARTMENT_ANSWER,
            ticket_id=ticket.id,
            community=ticket.community,
            chat_id=place[0],
            thread_id=place[1],
            author=author,
            asked_by=parts[0].key,
            channel="",
            state=DraftState.PROMPTED,
            parts=parts,
            created_at=now,
            department=ticket.department,
        )
        self._compose_of(uow, draft, now, waits=parts[-1].album_id is not None)

    def show(self, uow: UnitOfWork, draft_id: DraftId) -> None:
        """The album is complete: show the draft."""
        draft = uow.drafts.get(draft_id)
        if draft is not None and draft.state is DraftState.COMPOSED:
            self._preview(uow, draft)

    def revise(self, uow: UnitOfWork, message: IncomingMessage, now: datetime) -> bool:
        """A message that a draft was made of was edited: change the draft, or the published answer.

        Returns whether the message belongs to a draft at all.
        """
        draft = uow.drafts.by_source(message.key)
        if draft is None:
            return False
        parts = tuple(as_part(message) if part.key == message.key else part for part in draft.parts)
        if parts == draft.parts:
            return True  # the messenger also reports edits that nobody can see
        draft = replace(draft, parts=parts)
        uow.drafts.put(draft)
        if draft.state is DraftState.COMPOSED:
            self._preview(uow, draft)
        answer = uow.answers.by_draft(draft.id)
        ticket = uow.tickets.get(answer.ticket_id) if answer is not None else None
        if answer is not None and ticket is not None and answer.text != draft.text:
            uow.answers.put(replace(answer, text=draft.text, edited_at=now))
            uow.tell(_show_answer(ticket, answer.id))
        return True

    def publish(
        self, uow: UnitOfWork, press: Press, draft_id: DraftId, fingerprint: str, now: datetime
    ) -> PressReply:
        """发送 / 发布答复: what was shown goes to the asker. `fingerprint`: of what the presser saw."""
        found = self._check(uow, press, draft_id)
        if isinstance(found, PressReply):
            return found
        draft, ticket = found
        action = Action.GUIDE if draft.kind is DraftKind.GUIDANCE else Action.ANSWER
        if not allows(ticket.status, action):
            return too_late(ticket)
        present = replace(draft, department=_department_of(draft, ticket))
        if present.fingerprint != fingerprint or present.department != draft.department:
            uow.drafts.put(present)
            self._preview(uow, present)
            return PressReply(text="draft_changed", alert=True)
        published = replace(draft, state=DraftState.PUBLISHED)
        uow.drafts.put(published)
        self._preview(uow, published)
        if draft.kind is DraftKind.GUIDANCE:
            self._guide(uow, ticket, draft, press.user, now)
        else:
            self._answer(uow, ticket, draft, press.user, now)
        return PressReply(text="published", values={"name": ticket.asker.name})

    def drop(self, uow: UnitOfWork, press: Press, draft_id: DraftId, now: datetime) -> PressReply:
        """取消: the draft is not sent."""
        found = self._check(uow, press, draft_id)
        if isinstance(found, PressReply):
            return found
        dropped = replace(found[0], state=DraftState.DROPPED)
        uow.drafts.put(dropped)
        self._preview(uow, dropped)
        return PressReply(text="dropped")

    def _compose_of(self, uow: UnitOfWork, draft: Draft, now: datetime, *, waits: bool) -> None:
        composed = replace(draft, state=DraftState.COMPOSED)
        uow.drafts.put(composed)
        if waits and self._policy.album:
            due = now + self._policy.album
            uow.timers.set(Timer(kind=TimerKind.PREVIEW, ref=draft.id, due_at=due))
        else:
            self._preview(uow, composed)

    def _answer(
        self, uow: UnitOfWork, ticket: Ticket, draft: Draft, publisher: Person, now: datetime
    ) -> None:
        previous = uow.answers.latest_of(ticket.id)
        answer = PublishedAnswer(
            id=AnswerId(uow.new_id()),
            ticket_id=ticket.id,
            draft_id=draft.id,
            text=draft.text,
            department=draft.department,
            author=draft.author,
            published_at=now,
            edited_at=None,
            verdict="",
            rating="",
        )
        uow.answers.put(answer)
        notices = [_show_answer(ticket, answer.id)]
        if previous is not None:
            notices.append(_show_answer(ticket, previous.id))  # its buttons move to the new answer
        if draft.attachments:
            notices.append(
                relay(ticket, ticket.origin.chat_id, "draft", draft.id, LinkRole.ANSWER, answer.id)
            )
        confirm = Timer(kind=TimerKind.CONFIRM, ref=ticket.id, due_at=now + self._policy.confirm_window)
        apply(uow, ticket, Action.ANSWER, publisher, now, notices=tuple(notices), timers=(confirm,))

    @staticmethod
    def _guide(uow: UnitOfWork, ticket: Ticket, draft: Draft, publisher: Person, now: datetime) -> None:
        words = say(
            ticket.origin.chat_id,
            "guided",
            reply_to=ticket.origin,
            channel=draft.channel,
            reason=draft.text,
            number=ticket.number or "",
        )
        words = replace(words, ticket_id=ticket.id)
        reason = f"{draft.channel}: {draft.text}"
        apply(uow, ticket, Action.GUIDE, publisher, now, reason=reason, notices=(words,))

    @staticmethod
    def _preview(uow: UnitOfWork, draft: Draft) -> None:
        uow.tell(
            Notice(kind=NoticeKind.PREVIEW, chat_id=draft.chat_id, ref=draft.id, ticket_id=draft.ticket_id)
        )

    @staticmethod
    def _check(uow: UnitOfWork, press: Press, draft_id: DraftId) -> tuple[Draft, Ticket] | PressReply:
        draft = uow.drafts.get(draft_id)
        if draft is None or draft.chat_id != press.chat.id or draft.kind not in _ROOM_OF:
            return PressReply(text="gone", alert=True)
        room = uow.chats.get(press.chat.id)
        ticket = uow.tickets.get(draft.ticket_id) if draft.ticket_id else None
        if ticket is None or not press.member or not _belongs(room, draft, ticket):
            return PressReply(text="members_only", alert=True)
        if draft.state is not DraftState.COMPOSED:
            return PressReply(text=f"draft_{draft.state.value}")
        return draft, ticket


def _belongs(room: BoundChat | None, draft: Draft, ticket: Ticket) -> bool:
    if room is None or room.room is not _ROOM_OF[draft.kind]:
        return False
    return room.community in (None, ticket.community)


def _department_of(draft: Draft, ticket: Ticket | None) -> DepartmentId | None:
    """In whose name a draft goes out as things stand; None where the desk speaks itself."""
    if ticket is None or draft.kind is not DraftKind.DEPARTMENT_ANSWER:
        return None
    return ticket.department


def _show_answer(ticket: Ticket, answer_id: AnswerId) -> Notice:
    return Notice(kind=NoticeKind.ANSWER, chat_id=ticket.origin.chat_id, ref=answer_id, ticket_id=ticket.id)
