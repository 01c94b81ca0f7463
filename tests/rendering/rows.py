"""Rows to render. Each builder gives a whole row; tests change the one thing they are about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from knowledge import Entry, EntryId, Source
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
    Thread,
    Ticket,
    TicketClass,
)

NOW = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)  # 09:05 in Shanghai
LF = CommunityCode("LF")
GROUP, DESK, ALLIANCE = -1001000000001, -1001000000003, -1001000000004
ZHANG = Person(id=UserId(101), name="张敏", username="ZhangMin")
WANG = Person(id=UserId(201), name="王社工")
CHEN = Person(id=UserId(301), name="陈科长")
THE_GROUP = Person(id=UserId(GROUP), name="灵峰互助群", kind=PersonKind.ANONYMOUS_ADMIN)
QUESTION = "我们厂门口的路灯坏了，谁管？"
PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="photo-1")
FILE = Attachment(kind=AttachmentKind.DOCUMENT, file_id="file-1", file_name="函.pdf")

FORKLIFT = Entry(
    id=EntryId("TSE-001"),
    question="新买的叉车怎么办使用登记",
    answer="到市场监管局窗口办理使用登记。",
    steps=("带上材料到窗口", "现场领牌"),
    bring=("营业执照", "合格证"),
    note="不登记不能用",
    department="market_regulation",
    source=(Source(law="特种设备安全法", article="第三十三条"),),
    region="宁波",
    reviewed=date(2026, 11, 20),
)


def key(message_id: int, chat_id: int = GROUP) -> MessageKey:
    return MessageKey(chat_id=ChatId(chat_id), message_id=MessageId(message_id))


def part(message_id: int, text: str = "", attachment: Attachment | None = None, **more: Any) -> InquiryPart:
    chat_id = more.pop("chat_id", GROUP)
    return InquiryPart(key=key(message_id, chat_id), text=text, attachment=attachment, **more)


def bound(chat_id: int, room: Room, title: str, **more: Any) -> BoundChat:
    values: dict[str, Any] = {"community": LF, "is_forum": False, "language": "zh"} | more
    return BoundChat(
        chat_id=ChatId(chat_id), room=room, title=title, bound_by=UserId(900), bound_at=NOW, **values
    )


def inquiry(**changes: Any) -> Inquiry:
    values: dict[str, Any] = {
        "id": InquiryId(1),
        "chat_id": ChatId(GROUP),
        "thread_id": None,
        "community": LF,
        "asker": ZHANG,
        "addressed": False,
        "private": False,
        "state": InquiryState.TICKETED,
        "finding": Finding.NONE,
        "kind": "",
        "parts": (part(10, QUESTION),),
        "entry_id": None,
        "candidates": (),
        "peer_replies": 0,
        "created_at": NOW,
        "touched_at": NOW,
        "ticket_id": TicketId(1),
    }
    return Inquiry(**values | changes)


def ticket(status: Status = Status.OPEN, **changes: Any) -> Ticket:
    values: dict[str, Any] = {
        "id": TicketId(1),
        "number": "LF-0001",
        "community": LF,
        "inquiry_id": InquiryId(1),
        "asker": ZHANG,
        "origin": key(10),
        "subject": QUESTION,
        "ticket_class": TicketClass.B,
        "holder": None,
        "department": None,
        "officer": None,
        "reason": "",
        "created_at": NOW,
        "opened_at": NOW,
        "updated_at": NOW,
    }
    return Ticket(status=status, **values | changes)


def event(action: Action, actor: Person | None = WANG, reason: str = "") -> Event:
    return Event(
        ticket_id=TicketId(1),
        at=NOW,
        actor=actor,
        action=action,
        before=Status.OPEN,
        after=Status.OPEN,
        reason=reason,
    )


def draft(kind: DraftKind = DraftKind.DESK_ANSWER, **changes: Any) -> Draft:
    values: dict[str, Any] = {
        "id": DraftId(1),
        "ticket_id": TicketId(1),
        "community": LF,
        "chat_id": ChatId(DESK),
        "thread_id": None,
        "author": WANG,
        "asked_by": key(500, DESK),
        "channel": "",
        "state": DraftState.COMPOSED,
        "parts": (part(510, "已安排今晚维修。", chat_id=DESK),),
        "created_at": NOW,
    }
    return Draft(kind=kind, **values | changes)


def answer(**changes: Any) -> PublishedAnswer:
    values: dict[str, Any] = {
        "id": AnswerId(1),
        "ticket_id": TicketId(1),
        "draft_id": DraftId(1),
        "text": "已安排今晚维修。",
        "department": None,
        "author": WANG,
        "published_at": NOW,
        "edited_at": None,
        "verdict": "",
        "rating": "",
    }
    return PublishedAnswer(**values | changes)


def thread(topic_id: int | None = 77, **changes: Any) -> Thread:
    values: dict[str, Any] = {"ticket_id": TicketId(1), "chat_id": ChatId(ALLIANCE), "closed": False}
    return Thread(topic_id=topic_id, **values | changes)


def department(name: str) -> DepartmentId:
    return DepartmentId(name)
