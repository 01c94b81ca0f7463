"""From a message in a group to what the bot does about it.

A question that the knowledge base answers is answered at once; anything less certain waits until the asker
has paused, because people type one question in several messages. Peers' replies are counted, chatter is
left alone. When in doubt the bot is silent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from knowledge import Answer, Emergency, EntryId, MessageContext, NotAQuestion, Verdict
from tickets.acting import Acting, with_id
from tickets.conversation import Attachment, AttachmentKind, ChatKind, IncomingMessage
from tickets.identity import CommunityCode, InquiryId
from tickets.model import Finding, Inquiry, InquiryState, Ticket
from tickets.opening import Opening
from tickets.policy import LOCAL, Policy
from tickets.supplement import add_part, as_part, supplement
from tickets.unit_of_work import Timer, TimerKind, UnitOfWork
from tickets.wishes import sounds_thankful

Judging = Callable[[str, MessageContext], Verdict]

_LONGEST_FRAGMENT = 60  # characters; the beginning of a question is short, a notice is not
_MOST_FRAGMENTS = 10  # as many as the largest album has parts; who chats on and on asks none of it


class Asking:
    """Hears what people write where questions are asked."""

    def __init__(self, *, judge: Judging, policy: Policy, opening: Opening) -> None:
        self._judge = judge
        self._policy = policy
        self._acting = Acting(opening=opening)

    def hear(
        self,
        uow: UnitOfWork,
        message: IncomingMessage,
        now: datetime,
        *,
        community: CommunityCode | None,
        last_entry: str | None = None,
    ) -> bool:
        """Take a message that may be a question and that replies to nothing of ours.

        Returns whether it is one, or belongs to one; chatter and peers' answers are not. `last_entry` is the
        entry that the conversation is about, for follow-ups ("那要带什么材料").
        """
        quiet, look_back = self._policy.quiet, self._policy.look_back
        recent = self._recent(uow, message, now)
        latest = _since(recent, now - max(quiet, self._policy.album) * 2)
        if latest is not None and self._completed(uow, latest, message, now):
            return True
        inquiry = self._continued(latest, message, now) or self._begin(uow, message, now, community)
        goes_on = bool(inquiry.id) and inquiry.state is InquiryState.GATHERING
        just_answered = _entry_of(_since(recent, now - quiet))
        last_entry = last_entry or _entry_of(_since(recent, now - look_back))
        verdict = self._find(inquiry, now, last_entry=last_entry, message=message)
        if isinstance(verdict, NotAQuestion) and not inquiry.addressed:
            return self._keep_fragment(uow, inquiry, message, now)
        repeated = isinstance(verdict, Answer) and verdict.entry.id == just_answered
        if repeated and not message.addressed and not goes_on:
            return True  # the asker goes on with a question that was answered this moment
        if isinstance(verdict, Answer | Emergency):
            if len(inquiry.parts) > 1:  # judging is the dearest step of all: the same is not judged twice
                lone = replace(inquiry, parts=inquiry.parts[-1:])
                alone = self._find(lone, now, last_entry=last_entry, message=message)
                inquiry = _lead_with_question(inquiry, verdict, alone)
            self._acting.act(uow, inquiry, verdict, now)
        elif not quiet:
            self._acting.act(uow, inquiry, verdict, now)
        else:
            self._gather(uow, replace(inquiry, entry_id=last_entry), now)
        return True

    def add(
        self, uow: UnitOfWork, ticket: Ticket, inquiry: Inquiry, message: IncomingMessage, now: datetime
    ) -> bool:
        """The asker adds to a question that a ticket carries; False where the ticket is over."""
        return supplement(uow, ticket, inquiry, message, now, album=self._policy.album)

    def settle(self, uow: UnitOfWork, inquiry_id: InquiryId, now: datetime) -> None:
        """The asker has paused: judge everything that was gathered and act."""
        inquiry = uow.inquiries.get(inquiry_id)
        if inquiry is None or inquiry.state is not InquiryState.GATHERING:
            return
        self._acting.act(uow, inquiry, self._find(inquiry, now, last_entry=inquiry.entry_id), now)

    def reconsider(self, uow: UnitOfWork, inquiry: Inquiry, now: datetime) -> None:
        """The asker edited a question that already has its reply: correct the reply where it was wrong.

        Only a better answer replaces a reply; an edit never makes the bot speak a second time.
        """
        verdict = self._find(inquiry, now, last_entry=None)
        if isinstance(verdict, Answer) and verdict.entry.id != inquiry.entry_id:
            self._acting.act(uow, inquiry, verdict, now)

    def _find(
        self,
        inquiry: Inquiry,
        now: datetime,
        *,
        last_entry: str | None,
        message: IncomingMessage | None = None,
    ) -> Verdict:
        said = [part.text for part in inquiry.parts if part.text]
        if not said:
            return NotAQuestion(reason="no_text")
        texts = [text for text in said if not sounds_thankful(text)] or said  # thanks in advance ask nothing
        context = MessageContext(
            addressed=inquiry.addressed,
            replies_to_member=message is not None and message.replied is not None and not message.addressed,
            forwarded=message is not None and message.forwarded,
            earlier=tuple(texts[:-1]),
            last_entry=EntryId(last_entry) if last_entry else None,
            today=now.astimezone(LOCAL).date(),
        )
        return self._judge(texts[-1], context)

    def _begin(
        self, uow: UnitOfWork, message: IncomingMessage, now: datetime, community: CommunityCode | None
    ) -> Inquiry:
        since = now - self._policy.fragments
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

    def _recent(self, uow: UnitOfWork, message: IncomingMessage, now: datetime) -> Inquiry | None:
        """The asker's last inquiry here, asked for once, as far back as any question about it goes."""
        furthest = max(self._policy.quiet * 2, self._policy.album * 2, self._policy.look_back)
        latest = uow.inquiries.latest_of(message.chat.id, message.sender.id, now - furthest)
        # Another topic of a forum is another conversation.
        return latest if latest is not None and latest.thread_id == message.thread_id else None

    def _completed(self, uow: UnitOfWork, latest: Inquiry, message: IncomingMessage, now: datetime) -> bool:
        """Whether the message only completed what was acted on already.

        That is the rest of an album, a photo soon after the question, or more about an emergency, which
        people shout in several messages.
        """
        since = now - latest.created_at
        alarm = latest.finding is Finding.EMERGENCY and since <= self._policy.quiet * 2
        alarm = alarm and not sounds_thankful(message.text)
        shown = latest.ticket_id is not None and not message.text
        shown = shown and _shows_something(message.attachment)
        shown = shown and now - latest.touched_at <= self._policy.look_back
        if latest.state is InquiryState.GATHERING or not (alarm or shown or _same_album(latest, message)):
            return False
        ticket = uow.tickets.get(latest.ticket_id) if latest.ticket_id else None
        if ticket is not None:
            return self.add(uow, ticket, latest, message, now)
        if message.text:
            return False
        uow.inquiries.put(add_part(latest, message, now))
        return True

    @staticmethod
    def _continued(latest: Inquiry | None, message: IncomingMessage, now: datetime) -> Inquiry | None:
        if latest is None or latest.state is not InquiryState.GATHERING:
            return None
        return add_part(replace(latest, addressed=latest.addressed or message.addressed), message, now)

    def _keep_fragment(
        self, uow: UnitOfWork, inquiry: Inquiry, message: IncomingMessage, now: datetime
    ) -> bool:
        if inquiry.id:  # a gathering question goes on in words that are no question by themselves
            self._gather(uow, inquiry, now)
            return True
        for part in inquiry.parts[-_MOST_FRAGMENTS:]:
            if _shows_something(part.attachment) or 0 < len(part.text) <= _LONGEST_FRAGMENT:
                uow.fragments.add(message.chat.id, message.sender.id, part, now)
        return False

    def _gather(self, uow: UnitOfWork, inquiry: Inquiry, now: datetime) -> None:
        inquiry = with_id(uow, replace(inquiry, touched_at=now))
        uow.inquiries.put(inquiry)
        uow.timers.set(Timer(kind=TimerKind.SETTLE, ref=inquiry.id, due_at=now + self._policy.quiet))


def _since(inquiry: Inquiry | None, moment: datetime) -> Inquiry | None:
    """The inquiry, if it was touched since that moment."""
    return inquiry if inquiry is not None and inquiry.touched_at >= moment else None


def _entry_of(inquiry: Inquiry | None) -> str | None:
    return inquiry.entry_id if inquiry is not None else None


def _shows_something(attachment: Attachment | None) -> bool:
    """Whether this is a photo, file or place; a sticker shows nothing."""
    return attachment is not None and attachment.kind is not AttachmentKind.STICKER


def _same_album(inquiry: Inquiry, message: IncomingMessage) -> bool:
    return message.album_id is not None and any(part.album_id == message.album_id for part in inquiry.parts)


def _lead_with_question(inquiry: Inquiry, verdict: Verdict, alone: Verdict) -> Inquiry:
    """Put the last message first where its verdict is the same `alone`, so that the reply goes to it.

    What was said shortly before an answered question was chatter, unless it was a photo; about an emergency
    every word counts.
    """
    *earlier, asked = inquiry.parts
    if type(alone) is not type(verdict) or getattr(alone, "entry", None) != getattr(verdict, "entry", None):
        return inquiry
    if isinstance(verdict, Answer):
        earlier = [part for part in earlier if part.attachment is not None and not part.text]
    return replace(inquiry, parts=(asked, *earlier))
