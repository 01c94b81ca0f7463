"""Where a ticket stands, for those who may know: its asker, the desk of its community, its department.

`/my` lists one's own tickets, `/status LF-0001` tells of one. To everybody else a ticket of another person
does not exist.
"""

from __future__ import annotations

import re
from typing import Final

from tickets.change import say, speaks_for
from tickets.conversation import ChatKind, IncomingMessage
from tickets.model import Room, Ticket
from tickets.notices import Notice, NoticeKind
from tickets.unit_of_work import UnitOfWork

_NUMBER: Final = re.compile(r"([A-Za-z][A-Za-z0-9]{0,7}?)-?([0-9]{1,9})")
_LISTED = 10  # tickets that fit on a phone's screen


class Standing:
    """Answers "where does it stand"."""

    def list_mine(self, uow: UnitOfWork, message: IncomingMessage) -> None:
        """`/my`: the asker's tickets, newest first, one line each."""
        tickets = uow.tickets.of_asker(message.sender.id, _LISTED)
        tickets = [ticket for ticket in tickets if _may_be_named(message, ticket)]
        if not tickets:
            uow.tell(say(message.chat.id, "no_tickets", reply_to=message.key))
            return
        self._show(uow, message, "my_tickets", [int(ticket.id) for ticket in tickets])

    def show_one(self, uow: UnitOfWork, message: IncomingMessage, number: str, *, admin: bool) -> None:
        """`/status LF-0001`."""
        if not number:
            uow.tell(say(message.chat.id, "status_usage", reply_to=message.key))
            return
        ticket = uow.tickets.by_number(_spell_out(number))
        private = message.chat.kind is ChatKind.PRIVATE  # an admin may know, but not tell a whole group
        if ticket is None or not ((admin and private) or self._may_see(uow, message, ticket)):
            uow.tell(say(message.chat.id, "no_such_ticket", reply_to=message.key, number=number[:20].upper()))
            return
        self._show(uow, message, "ticket_status", [int(ticket.id)])

    @staticmethod
    def _may_see(uow: UnitOfWork, message: IncomingMessage, ticket: Ticket) -> bool:
        if speaks_for(ticket.asker, message.sender, chat_admin=False):
            return _may_be_named(message, ticket)
        room = uow.chats.get(message.chat.id)
        if room is None:
            return False
        if room.room is Room.DESK:
            return room.community == ticket.community
        thread = uow.threads.get(ticket.id)
        return room.room is Room.ALLIANCE and thread is not None and thread.chat_id == message.chat.id

    @staticmethod
    def _show(uow: UnitOfWork, message: IncomingMessage, key: str, ids: list[int]) -> None:
        uow.tell(
            Notice(
                kind=NoticeKind.TEXT,
                chat_id=message.chat.id,
                data={
                    "key": key,
                    "tickets": " ".join(str(each) for each in ids),
                    "reply_to": message.key.message_id,
                },
            )
        )


def _spell_out(number: str) -> str:
    """`lf1` and `LF0001` as the number is written, `LF-0001`."""
    found = _NUMBER.fullmatch(number.strip())
    return f"{found.group(1).upper()}-{int(found.group(2)):04d}" if found else number


def _may_be_named(message: IncomingMessage, ticket: Ticket) -> bool:
    """Whether a ticket of one's own may be shown here: what was asked in private is not told in a group."""
    asked_in_private = ticket.origin.chat_id > 0
    return message.chat.kind is ChatKind.PRIVATE or not asked_in_private
