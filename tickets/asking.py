"""From a message in a group to what the bot does about it.

A question that the knowledge base answers is answered at once; anything less certain waits until the asker
has paused, because people type one question in several messages. Peers' replies are counted, chatter is
left alone. When in doubt the bot is silent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from knowledge import (
    Answer,
    Emergency,
    EntryId,
    Expired,
    MessageContext,
    NotAQuestion,
    Private,
    Suggest,
    Verdict,
)
from tickets.change import say
from tickets.conversation import AttachmentKind, ChatKind, IncomingMessage
from tickets.identity import CommunityCode, InquiryId
from tickets.model import Finding, Inquiry, InquiryPart, InquiryState, Room, TicketClass
from tickets.notices import Notice, NoticeKind
from tickets.opening import Opening
from tickets.policy import Policy
from tickets.unit_of_work import Timer, TimerKind, UnitOfWork
from tickets.wishes import sounds_thankful

Judging = Callable[[str, MessageContext], Verdict]

_LONGEST_FRAGMENT = 60  # characters; the beginning of a question is short, a notice is not
_UNREADABLE = {AttachmentKind.VOICE, AttachmentKind.AUDIO}


class Asking:
    """Hears what people write where questions are asked."""

    def __init__(self, *, judge: Judging, policy: Policy, opening: Opening) -> None:
        self._judge = judge
        self._policy = policy
        self._opening = opening

    def hear(
        self,
        uow: UnitOfWork,
        message: IncomingMessage,
        now: datetime,
        *,
        community: CommunityCode | None,
        last_entry: str | None = None,
    ) -> None:
        """Take a message that may be a question and that replies to nothing of ours.

        `last_entry` is the entry that the conversation is about, for follow-ups ("那要带什么材料").
        """
        inquiry = self._gathering(uow, message, now)
        if inquiry is not None:
            inquiry = replace(inquiry, addressed=inquiry.addressed or message.addressed)
            inquiry = add_part(inquiry, message, now)
        else:
            inquiry = self._begin(uow, message, now, community)
        just_answered = self._recent_entry(uow, message, now - self._policy.quiet)
        last_entry = last_entry or self._recent_entry(uow, message, now - self._policy.look_back)
        verdict = self._find(inquiry, now, last_entry=last_entry, message=message)
        if isinstance(verdict, NotAQuestion) and not inquiry.addressed:
            self._keep_fragment(uow, inquiry, message, now)
            return
        repeated = isinstance(verdict, Answer) and verdict.entry.id == just_answered
        if repeated and not message.addressed:
            return  # the asker goes on with a question that was answered this moment
        if isinstance(verdict, Answer | Emergency) or not self._policy.quiet:
            self.act(uow, inquiry, verdict, now)
            return
        self._gather(uow, inquiry, now)

    def settle(self, uow: UnitOfWork, inquiry_id: InquiryId, now: datetime) -> None:
        """The asker has paused: judge everything that was gathered and act."""
        inquiry = uow.inquiries.get(inquiry_id)
        if inquiry is None or inquiry.state is not InquiryState.GATHERING:
            return
        self.act(uow, inquiry, self._find(inquiry, now, last_entry=inquiry.entry_id), now)

    def reconsider(self, uow: UnitOfWork, inquiry: Inquiry, now: datetime) -> None:
        """The asker edited a question that already has its reply: correct the reply where it was wrong.

        Only a better answer replaces a reply; an edit never makes the bot speak a second time.
        """
        verdict = self._find(inquiry, now, last_entry=None)
        if isinstance(verdict, Answer) and verdict.entry.id != inquiry.entry_id:
            self.act(uow, inquiry, verdict, now)

    def act(self, uow: UnitOfWork, inquiry: Inquiry, verdict: Verdict, now: datetime) -> None:
        """Do what the verdict asks for, and write the inquiry."""
        uow.timers.cancel(TimerKind.SETTLE, inquiry.id)
        inquiry = replace(inquiry, touched_at=now)
        match verdict:
            case Answer(entry=entry):
                self._reply(uow, inquiry, Finding.ANSWER, InquiryState.ANSWERED, entry_id=entry.id)
            case Suggest(entries=entries):
                ids = tuple(str(entry.id) for entry in entries)
                self._reply(uow, inquiry, Finding.SUGGESTION, InquiryState.SUGGESTED, candidates=ids)
            case Expired(entry=entry):
                found = self._reply(uow, inquiry, Finding.EXPIRED, InquiryState.ANSWERED, entry_id=entry.id)
                self._opening.open_now(uow, found, now, reason="expired_entry")
            case Emergency(kind=kind):
                found = self._reply(uow, inquiry, Finding.EMERGENCY, InquiryState.ANSWERED, kind=kind)
                self._opening.open_now(uow, found, now, reason="emergency", ticket_class=TicketClass.A)
            case Private(kind=kind, entry=entry):
                self._offer_privacy(uow, inquiry, kind, str(entry.id) if entry else None, now)
            case NotAQuestion():
                self._decline_to_answer(uow, inquiry)
            case _:
                self._nobody_knows(uow, inquiry, now)

    def _find(
        self,
        inquiry: Inquiry,
        now: datetime,
        *,
        last_entry: str | None,
        message: IncomingMessage | None = None,
    ) -> Verdict:
        texts = [part.text for part in inquiry.parts if part.text]
        if not texts:
            return NotAQuestion(reason="no_text")
        context = MessageContext(
            addressed=inquiry.addressed,
            replies_to_member=message is not None and message.replied is not None and not message.addressed,
            forwarded=message is not None and message.forwarded,
            earlier=tuple(texts[:-1]),
            last_entry=EntryId(last_entry) if last_entry else None,
            today=now.date(),
        )
        return self._judge(texts[-1], context)

    def _begin(
        self, uow: UnitOfWork, message: IncomingMessage, now: datetime, community: CommunityCode | None
    ) -> Inquiry:
        since = now - self._policy.look_back
        earlier = uow.fragments.take(message.chat.id, message.sender.id, since)
        return Inquiry(
            id=InquiryId(0),  # given when it is written; chatter needs none
            chat_id=message.chat.id,
            thread_id=message.thread_id,
            community=community,
            asker=message.sender,
            addressed=message.addressed,
            private=message.chat.kind is ChatKind.PRIVATE,
            state=InquiryState.GATHERING,
            finding=Finding.NONE,
            kind="",
            parts=(*earlier, as_part(message)),
            entry_id=None,
            candidates=(),
            peer_replies=0,
            created_at=now,
            touched_at=now,
            ticket_id=None,
        )

    def _gathering(self, uow: UnitOfWork, message: IncomingMessage, now: datetime) -> Inquiry | None:
        since = now - max(self._policy.quiet, self._policy.album) * 2
        latest = uow.inquiries.latest_of(message.chat.id, message.sender.id, since)
        if latest is None:
            return None
        same_album = message.album_id is not None and any(
            part.album_id == message.album_id for part in latest.parts
        )
        return latest if latest.state is InquiryState.GATHERING or same_album else None

    def _recent_entry(self, uow: UnitOfWork, message: IncomingMessage, since: datetime) -> str | None:
        latest = uow.inquiries.latest_of(message.chat.id, message.sender.id, since)
        return latest.entry_id if latest is not None else None

    def _keep_fragment(
        self, uow: UnitOfWork, inquiry: Inquiry, message: IncomingMessage, now: datetime
    ) -> None:
        if inquiry.id:  # a gathering question goes on in words that are no question by themselves
            self._gather(uow, inquiry, now)
            return
        for part in inquiry.parts:
            if part.attachment is not None or 0 < len(part.text) <= _LONGEST_FRAGMENT:
                uow.fragments.add(message.chat.id, message.sender.id, part, now)

    def _gather(self, uow: UnitOfWork, inquiry: Inquiry, now: datetime) -> None:
        inquiry = with_id(uow, replace(inquiry, touched_at=now))
        uow.inquiries.put(inquiry)
        if inquiry.state is InquiryState.GATHERING:
            uow.timers.set(Timer(kind=TimerKind.SETTLE, ref=inquiry.id, due_at=now + self._policy.quiet))

    def _reply(
        self,
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

    def _offer_privacy(
        self, uow: UnitOfWork, inquiry: Inquiry, kind: str, entry_id: str | None, now: datetime
    ) -> None:
        if inquiry.private and entry_id is not None:
            self._reply(uow, inquiry, Finding.ANSWER, InquiryState.ANSWERED, entry_id=entry_id, kind=kind)
        elif inquiry.private:
            self._nobody_knows(uow, replace(inquiry, kind=kind), now)
        else:
            self._reply(
                uow, inquiry, Finding.PRIVATE, InquiryState.PRIVATE_OFFERED, entry_id=entry_id, kind=kind
            )

    def _nobody_knows(self, uow: UnitOfWork, inquiry: Inquiry, now: datetime) -> None:
        if inquiry.community is None:
            self._say(uow, inquiry, "no_community")
            return
        inquiry = with_id(uow, inquiry)
        uow.inquiries.put(inquiry)
        room = uow.chats.get(inquiry.chat_id)
        if room is not None and room.room is not Room.MUTUAL_AID:
            self._opening.open_now(uow, inquiry, now, reason="")  # no peers to wait for
            return
        self._opening.wait_for_peers(uow, inquiry, now)

    @staticmethod
    def _say(uow: UnitOfWork, inquiry: Inquiry, key: str) -> None:
        uow.tell(say(inquiry.chat_id, key, reply_to=inquiry.origin))

    def _decline_to_answer(self, uow: UnitOfWork, inquiry: Inquiry) -> None:
        if inquiry.id:
            uow.inquiries.put(replace(inquiry, state=InquiryState.SILENT))
        if not inquiry.addressed or sounds_thankful(inquiry.text):
            return
        unreadable = any(
            part.attachment is not None and part.attachment.kind in _UNREADABLE for part in inquiry.parts
        )
        if unreadable or inquiry.attachments:
            self._say(uow, inquiry, "please_type")
        elif inquiry.private or not inquiry.text:
            self._say(uow, inquiry, "how_to_ask")


def as_part(message: IncomingMessage) -> InquiryPart:
    """What of a message becomes part of an inquiry or a draft."""
    return InquiryPart(
        key=message.key, text=message.text, attachment=message.attachment, album_id=message.album_id
    )


def add_part(inquiry: Inquiry, message: IncomingMessage, now: datetime) -> Inquiry:
    """The inquiry with this message of its asker added."""
    return replace(inquiry, parts=(*inquiry.parts, as_part(message)), touched_at=now)


def with_id(uow: UnitOfWork, inquiry: Inquiry) -> Inquiry:
    """The inquiry with an id, which only those need that are written."""
    return inquiry if inquiry.id else replace(inquiry, id=InquiryId(uow.new_id()))
