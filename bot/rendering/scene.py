"""What every rendering needs: the rows, the words, the departments' names, the clock's face.

A `Scene` is made for one notice; it lives as long as the transaction that it reads from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.outgoing import Key
from bot.rendering.markup import LONGEST_LABEL, cut, mention, safe
from bot.texts import Texts
from knowledge import Department, Entry
from tickets.buttons import Button, Verb
from tickets.identity import ChatId, Person, PersonKind
from tickets.lifecycle import Action, Status
from tickets.model import Event, Inquiry, InquiryPart, Room, Ticket
from tickets.notices import Notice
from tickets.unit_of_work import UnitOfWork

_REASON = 200  # UTF-16 units of a reason that a card shows


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenery:
    """What does not change from notice to notice."""

    texts: Mapping[str, Texts]
    language: str  # where the chat has none of its own
    departments: Mapping[str, Department]
    find_entry: Callable[[str], Entry | None]
    username: str  # the bot's, without @
    zone: tzinfo


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """One notice with the rows it is about."""

    uow: UnitOfWork
    notice: Notice
    scenery: Scenery
    text: Texts

    def key(self, label: str, verb: Verb, ref: int, argument: str = "") -> Key:
        """A button whose label is the text `button.<label>`."""
        data = Button(verb=verb, ref=ref, argument=argument).encode()
        return Key(label=self.text(f"button.{label}"), data=data)

    def entry(self, entry_id: str | None) -> Entry | None:
        return self.scenery.find_entry(entry_id) if entry_id else None

    def department(self, department_id: str | None) -> str:
        """A department's name, or its id where the directory does not know it."""
        known = self.scenery.departments.get(department_id or "")
        return known.name if known else (department_id or "")

    def chat_title(self, chat_id: ChatId) -> str:
        """The name under which a chat is shown to others."""
        if chat_id > 0:
            return self.text("card.private_chat")
        bound = self.uow.chats.get(chat_id)
        return bound.title if bound else ""

    def time(self, at: datetime) -> str:
        """A moment as people here read it: month, day and minute."""
        return at.astimezone(self.scenery.zone).strftime("%m-%d %H:%M")

    def clock(self, at: datetime) -> str:
        return at.astimezone(self.scenery.zone).strftime("%H:%M")

    def mention(self, person: Person) -> str:
        """The person's name as HTML; a link that notifies them where they are a user."""
        return mention(person.id, person.name) if person.kind is PersonKind.USER else safe(person.name)

    def attachments(self, parts: tuple[InquiryPart, ...]) -> str:
        """`图片 2、文件 1`, or nothing."""
        counts = Counter(part.attachment.kind.value for part in parts if part.attachment is not None)
        named = [f"{self.text(f'attachment.{kind}')} {count}" for kind, count in counts.items()]
        return self.text("reply.joined").join(named)

    def status(self, ticket: Ticket) -> str:
        """The status in people's words; a closing that nobody confirmed is told apart."""
        if ticket.status is Status.DECLINED and ticket.reason == "not_a_request":
            return self.text("status.dismissed")
        answer = self.uow.answers.latest_of(ticket.id)
        if ticket.status is Status.CLOSED and answer is not None and answer.verdict == "expired":
            return self.text("status.unconfirmed")
        return self.text(f"status.{ticket.status.value}")

    def last_event(self, ticket: Ticket) -> str:
        """What happened last, as far as this chat may know: who did it and why, as one line of HTML."""
        at_desk = self._at_desk_of(ticket)
        events = reversed(self.uow.history.of(ticket.id))
        event = next((each for each in events if at_desk or not _is_internal(each, ticket)), None)
        if event is None:
            return ""
        name = event.actor.name if event.actor else self.text("card.clock")
        line = self.text(
            "card.last",
            at=self.time(event.at),
            name=name,
            action=self.text(f"action.{event.action.value}"),
        )
        reason = self.event_reason(event)
        return line + (self.text("card.reason", reason=reason) if reason else "")

    def event_reason(self, event: Event) -> str:
        """Why it happened, as far as it is somebody's words or a department's name."""
        if event.action is Action.DISPATCH:
            return self.department(event.reason)
        if event.action is Action.RATE:
            return self.text(f"rating.{event.reason}")
        if event.action is Action.NOTE and event.actor is None:
            return self.text("card.undelivered")
        if event.action is Action.GUIDE:
            channel, _, why = event.reason.partition(": ")
            return cut(f"{self.text(f'channel.{channel}')} · {why}", _REASON)
        spoken = {Action.NOTE, Action.REVISE, Action.REOPEN}
        return cut(event.reason, _REASON) if event.action in spoken else ""

    def address(self, inquiry: Inquiry, *, moved: bool = False) -> str:
        """The asker's name, as HTML, for where the question can no longer be replied to.

        Who deleted a question does not want to read it again; one that stayed behind when the group changed
        its id (`moved`) is quoted, so that it is known which one is meant.
        """
        question = cut(inquiry.text.replace("\n", " "), 60)
        text = self.text("answer.orphan" if moved else "answer.gone", name="\0", question=question)
        return text.replace("\0", self.mention(inquiry.asker))

    def _at_desk_of(self, ticket: Ticket) -> bool:
        room = self.uow.chats.get(self.notice.chat_id)
        return room is not None and room.room is Room.DESK and room.community == ticket.community


def _is_internal(event: Event, ticket: Ticket) -> bool:
    """Whether this never leaves the desk: notes of the desk and of the program, but not the asker's words."""
    return event.action is Action.NOTE and (event.actor is None or event.actor.id != ticket.asker.id)


def label(text: str) -> str:
    """A button's label, cut to what a phone shows."""
    return cut(" ".join(text.split()), LONGEST_LABEL)
