"""Where a message or a press belongs once its group has got another id.

What was written shortly before a group grew may be acted on only after its rows have moved. It then
belongs to the group as it is now; but messages are counted anew there, so its own id would be that of a
stranger's message.
"""

from __future__ import annotations

from dataclasses import replace

from tickets.conversation import IncomingMessage, Press
from tickets.identity import ChatId, MessageId, MessageKey, Person, UserId
from tickets.unit_of_work import UnitOfWork


def follow_message(uow: UnitOfWork, message: IncomingMessage) -> IncomingMessage:
    """The message as one of the chat's present id; replies to it go nowhere in particular.

    An edit keeps the address of what was edited: that one is still known by it, or not at all.
    """
    new = uow.chats.moved_to(message.chat.id)
    if new is None:
        return message
    return replace(
        message,
        key=message.key if message.edited_at is not None else _nowhere(new),
        chat=replace(message.chat, id=new),
        sender=_follow_person(message.sender, message.chat.id, new),
    )


def follow_press(uow: UnitOfWork, press: Press) -> Press:
    """The press as one in the chat's present id."""
    new = uow.chats.moved_to(press.chat.id)
    if new is None:
        return press
    user = _follow_person(press.user, press.chat.id, new)
    return replace(press, key=_nowhere(new), chat=replace(press.chat, id=new), user=user)


def _nowhere(chat_id: ChatId) -> MessageKey:
    """No message of this chat: ids count from 1."""
    return MessageKey(chat_id=chat_id, message_id=MessageId(0))


def _follow_person(person: Person, old: ChatId, new: ChatId) -> Person:
    """An anonymous administrator speaks under the group's id."""
    return replace(person, id=UserId(new)) if int(person.id) == int(old) else person
