"""Finds the matter of a message of ours whose sending was never recorded.

That happens when the messenger took the message but its answer was lost on the way. The person who replies
to it sees nothing of that, so the draft that waits for them, or the number in the text, tells what it was.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from tickets.conversation import IncomingMessage
from tickets.model import Link, LinkRole, Room
from tickets.unit_of_work import NotYetKnownError, UnitOfWork

_NUMBER: Final = re.compile(r"\b([A-Z][A-Z0-9]{0,7}-\d{4,})\b")
_RECORDING: Final = timedelta(seconds=3)  # how long a message just sent may still lack its record
_FRESH: Final = timedelta(minutes=2)  # who replies later than this replies to a message long recorded
_ROLES: Final = {Room.DESK: LinkRole.DESK_CARD, Room.ALLIANCE: LinkRole.THREAD_CARD}


def recollect(uow: UnitOfWork, message: IncomingMessage, now: datetime, received_at: datetime) -> Link | None:
    """Tell what the unknown message of ours that `message` replies to stands for; None where nothing tells.

    Raises `NotYetKnownError` while the record may still be on its way.
    """
    replied = message.replied
    if replied is None:
        return None
    if message.at - replied.at < _FRESH and now - received_at < _RECORDING:
        raise NotYetKnownError
    draft = uow.drafts.prompted_for(message.chat.id, message.sender.id)
    if draft is not None:
        return Link(key=replied.key, role=LinkRole.PROMPT, ref=draft.id)
    number = _NUMBER.search(replied.text)
    ticket = uow.tickets.by_number(number.group(1)) if number else None
    room = uow.chats.get(message.chat.id)
    if ticket is None or room is None:
        return None
    return Link(key=replied.key, role=_ROLES.get(room.room, LinkRole.TICKET_NOTICE), ref=ticket.id)
