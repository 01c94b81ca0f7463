"""How values are put into columns and taken out again.

SQLite has no times and no truth values, and rounding a time through a float would lose microseconds; so each
value has exactly one written form, and it is decided here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tickets.conversation import Attachment, AttachmentKind
from tickets.identity import ChatId, MessageId, MessageKey, Person, PersonKind, UserId

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_stamp(at: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly; `ValueError` for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time to be stored needs its time zone")
    return (at - _EPOCH) // _MICROSECOND


def to_time(stamp: int) -> datetime:
    """The aware UTC time of a stamp."""
    return _EPOCH + timedelta(microseconds=stamp)


def to_optional_stamp(at: datetime | None) -> int | None:
    return None if at is None else to_stamp(at)


def to_optional_time(stamp: int | None) -> datetime | None:
    return None if stamp is None else to_time(stamp)


def to_key(chat_id: int, message_id: int) -> MessageKey:
    return MessageKey(chat_id=ChatId(chat_id), message_id=MessageId(message_id))


def to_person(person_id: int, name: str, kind: str, username: str) -> Person:
    return Person(id=UserId(person_id), name=name, kind=PersonKind(kind), username=username or None)


def to_optional_person(
    person_id: int | None, name: str | None, kind: str | None, username: str | None
) -> Person | None:
    """The person of an outer join, where a row that names nobody has nothing in all four columns."""
    if person_id is None or name is None or kind is None or username is None:
        return None
    return to_person(person_id, name, kind, username)


def from_attachment(attachment: Attachment | None) -> tuple[str | None, str, str]:
    """The three columns of an attachment: kind, file id, file name."""
    if attachment is None:
        return None, "", ""
    return attachment.kind.value, attachment.file_id, attachment.file_name


def to_attachment(kind: str | None, file_id: str, file_name: str) -> Attachment | None:
    if kind is None:
        return None
    return Attachment(kind=AttachmentKind(kind), file_id=file_id, file_name=file_name)
