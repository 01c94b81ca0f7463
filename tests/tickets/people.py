"""Who speaks in these tests, where, and what they send: plain functions that make messages and presses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tickets.buttons import Button, Verb
from tickets.conversation import (
    Attachment,
    AttachmentKind,
    Chat,
    ChatKind,
    IncomingMessage,
    Press,
    Replied,
)
from tickets.identity import (
    ChatId,
    CommunityCode,
    MessageId,
    MessageKey,
    Person,
    PersonKind,
    UpdateId,
    UserId,
)

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
LF = CommunityCode("LF")

GROUP = Chat(id=ChatId(-1001), kind=ChatKind.GROUP, title="灵峰安全生产互助群")
OTHER_GROUP = Chat(id=ChatId(-1004), kind=ChatKind.GROUP, title="新碶互助群")
DESK = Chat(id=ChatId(-1002), kind=ChatKind.GROUP, title="灵峰社工工作台")
OTHER_DESK = Chat(id=ChatId(-1005), kind=ChatKind.GROUP, title="新碶社工工作台")
ALLIANCE = Chat(id=ChatId(-1003), kind=ChatKind.GROUP, title="锋领企服联盟", is_forum=True)
NOWHERE = Chat(id=ChatId(-1009), kind=ChatKind.GROUP, title="钓鱼群")

ZHANG = Person(id=UserId(101), name="张敏", username="ZhangMin")
LI = Person(id=UserId(102), name="李工")
WANG = Person(id=UserId(201), name="王社工")
ZHAO = Person(id=UserId(202), name="赵社工")
CHEN = Person(id=UserId(301), name="陈科长")
SUN = Person(id=UserId(302), name="孙科员")
ADMIN = Person(id=UserId(900), name="管理员")
THE_GROUP = Person(id=UserId(GROUP.id), name=GROUP.title, kind=PersonKind.ANONYMOUS_ADMIN)
A_CHANNEL = Person(id=UserId(-1007), name="园区通知", kind=PersonKind.CHANNEL)

PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="photo-1")
FILE = Attachment(kind=AttachmentKind.DOCUMENT, file_id="file-1", file_name="整改通知.pdf")
VOICE = Attachment(kind=AttachmentKind.VOICE, file_id="voice-1")

_ids = count(1000)


def private_with(person: Person) -> Chat:
    """The private chat of this person with the bot; the messenger gives it the person's id."""
    return Chat(id=ChatId(person.id), kind=ChatKind.PRIVATE)


def key_in(chat: Chat) -> MessageKey:
    """The address of one more message in this chat."""
    return MessageKey(chat_id=chat.id, message_id=MessageId(next(_ids)))


def write(
    text: str, *, by: Person = ZHANG, to: Chat = GROUP, at: datetime = MONDAY, **more: Any
) -> IncomingMessage:
    """One message. In private every message is addressed to the bot, and so is a reply to it."""
    replied = more.get("replied")
    to_me = to.kind is ChatKind.PRIVATE or (isinstance(replied, Replied) and replied.from_me)
    more.setdefault("addressed", to_me)
    return IncomingMessage(
        update_id=UpdateId(next(_ids)), key=key_in(to), chat=to, sender=by, at=at, text=text, **more
    )


def edit(message: IncomingMessage, text: str, at: datetime = MONDAY) -> IncomingMessage:
    """The same message with another text, as the messenger reports an edit."""
    return replace(message, update_id=UpdateId(next(_ids)), text=text, edited_at=at)


def reply_to(message: IncomingMessage) -> Replied:
    """What a reply to a person's message shows of it."""
    return Replied(
        key=message.key,
        from_me=False,
        at=message.at,
        sender=message.sender,
        text=message.text,
        attachment=message.attachment,
        album_id=message.album_id,
    )


def reply_to_bot(key: MessageKey, text: str = "", at: datetime = MONDAY) -> Replied:
    """What a reply to a message of the bot's shows of it."""
    return Replied(key=key, from_me=True, at=at, sender=None, text=text, attachment=None)


def tap(
    verb: Verb,
    ref: int,
    argument: str = "",
    *,
    by: Person,
    at: Chat = GROUP,
    now: datetime = MONDAY,
    **more: Any,
) -> Press:
    """One press. Whoever presses belongs to the chat, unless the test says otherwise."""
    more.setdefault("member", True)
    data = more.pop("data", Button(verb=verb, ref=ref, argument=argument).encode())
    key = more.pop("key", None) or key_in(at)
    return Press(update_id=UpdateId(next(_ids)), key=key, chat=at, user=by, data=data, at=now, **more)
