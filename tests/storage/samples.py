"""Values to store. Each builder gives a whole value; tests change the one thing they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from tickets.conversation import Attachment, AttachmentKind
from tickets.identity import (
    AnswerId,
    ChatId,
    CommunityCode,
    DepartmentId,
    DraftId,
    InquiryId,
    MessageId,
    MessageKey,
    Person,
    PersonKind,
    TicketId,
    UserId,
)
from tickets.lifecycle import Action, Status
from tickets.model import (
    BoundChat,
    Draft,
    DraftKind,
    DraftState,
    Event,
    Finding,
    Inquiry,
    InquiryPart,
    InquiryState,
    PublishedAnswer,
    Room,
    ThreadMessage,
    Ticket,
    TicketClass,
)

T = TypeVar("T")
NOW = datetime(2026, 11, 20, 8, 30, 0, 123457, tzinfo=UTC)  # microseconds that no float holds exactly
SECOND = timedelta(seconds=1)
LF = CommunityCode("LF")
GROUP = ChatId(-1001234567890)
DESK = ChatId(-1009876543210)
ZHANG = Person(id=UserId(7_000_000_001), name="张敏 <安全>", username="zhangmin")
LI = Person(id=UserId(7_000_000_002), name="李工")
WANG = Person(id=UserId(7_000_000_003), name="王科长", username="wang")
PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="AgACAgUAAx", file_name="")
FILE = Attachment(kind=AttachmentKind.DOCUMENT, file_id="BQACAgUAAx", file_name="整改照片.pdf")


@dataclass
class Clock:
    """The store's clock: it stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, span: timedelta) -> None:
        self.now += span


def for_each(do: Callable[[T], None], values: Iterable[T]) -> None:
    """Do it with each value: a loop that fits into a lambda."""
    for value in values:
        do(value)


def key(message_id: int, chat_id: int = GROUP) -> MessageKey:
    return MessageKey(chat_id=ChatId(chat_id), message_id=MessageId(message_id))


def part(
    message_id: int, text: str = "", attachment: Attachment | None = None, album_id: str | None = None
) -> InquiryPart:
    return InquiryPart(key=key(message_id), text=text, attachment=attachment, album_id=album_id)


def bound_chat(chat_id: int, room: Room, *, community: CommunityCode | None = LF) -> BoundChat:
    return BoundChat(
        chat_id=ChatId(chat_id),
        room=room,
        community=community,
        title="联锋工业园安全互助群",
        is_forum=False,
        language="zh",
        bound_by=ZHANG.id,
        bound_at=NOW,
    )


def anonymous_admin(chat_id: int) -> Person:
    return Person(id=UserId(chat_id), name="联锋互助群", kind=PersonKind.ANONYMOUS_ADMIN)


def inquiry(number: int, *, asker: Person = ZHANG, ticket_id: int | None = None) -> Inquiry:
    return Inquiry(
        id=InquiryId(number),
        chat_id=GROUP,
        thread_id=None,
        community=LF,
        asker=asker,
        addressed=True,
        private=False,
        state=InquiryState.GATHERING,
        finding=Finding.NONE,
        kind="",
        parts=(part(number * 10, "新买的叉车怎么办使用登记"), part(number * 10 + 1, "", PHOTO, "album-1")),
        entry_id=None,
        candidates=(),
        peer_replies=0,
        created_at=NOW,
        touched_at=NOW,
        ticket_id=None if ticket_id is None else TicketId(ticket_id),
    )


def ticket(number: int, *, asker: Person = ZHANG, status: Status = Status.OPEN) -> Ticket:
    return Ticket(
        id=TicketId(number),
        number=f"LF-{number:04d}",
        community=LF,
        inquiry_id=InquiryId(1),
        asker=asker,
        origin=key(10),
        subject="叉车使用登记",
        status=status,
        ticket_class=TicketClass.C,
        holder=None,
        department=None,
        officer=None,
        reason="no_answer",
        created_at=NOW,
        opened_at=NOW,
        updated_at=NOW,
    )


def event(number: int, action: Action, *, actor: Person | None = LI) -> Event:
    return Event(
        ticket_id=TicketId(number),
        at=NOW,
        actor=actor,
        action=action,
        before=Status.OPEN,
        after=Status.CLAIMED,
        reason="我来处理",
    )


def draft(number: int, *, state: DraftState = DraftState.COMPOSED) -> Draft:
    return Draft(
        id=DraftId(number),
        kind=DraftKind.DEPARTMENT_ANSWER,
        ticket_id=TicketId(1),
        community=LF,
        chat_id=DESK,
        thread_id=4,
        author=WANG,
        asked_by=key(900, DESK),
        channel="12345",
        state=state,
        parts=(part(number * 10, "投用后 30 日内办理。"), part(number * 10 + 1, "", FILE)),
        created_at=NOW,
        department=DepartmentId("fire"),
    )


def answer(number: int, *, ticket_id: int = 1, draft_id: int = 1) -> PublishedAnswer:
    return PublishedAnswer(
        id=AnswerId(number),
        ticket_id=TicketId(ticket_id),
        draft_id=DraftId(draft_id),
        text="投用后 30 日内办理。",
        department=DepartmentId("market_regulation"),
        author=WANG,
        published_at=NOW,
        edited_at=None,
        verdict="",
        rating="",
    )


def thread_message(message_id: int, *, ticket_id: int = 1, album_id: str | None = None) -> ThreadMessage:
    return ThreadMessage(
        ticket_id=TicketId(ticket_id),
        key=key(message_id, DESK),
        sender=WANG,
        text="请企业补交照片",
        attachment=PHOTO,
        album_id=album_id,
        at=NOW,
    )
