"""What an asker says right after the bot's reply without replying to it: "没解决", "好了".

People in a group rarely use the reply function. Without it only a short word that asks nothing counts, for
anything else may be the next question: "设备装好了怎么报备" says nothing about the answer before it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from tickets.conversation import IncomingMessage
from tickets.helping import Helping
from tickets.model import InquiryState
from tickets.unit_of_work import UnitOfWork
from tickets.wishes import Wish, read_wish

_SOON: Final = timedelta(minutes=5)  # who speaks later than this speaks of something else
_LONGEST: Final = 12  # characters
_ASKING: Final = re.compile(
    r"[吗呢谁哪几?？]|怎|什么|多少|如何|能不能|可不可以|要不要|\b(how|what|who|where|when)\b", re.IGNORECASE
)
_REPLIED: Final = (InquiryState.ANSWERED, InquiryState.SUGGESTED)


def hear_afterthought(uow: UnitOfWork, helping: Helping, message: IncomingMessage, now: datetime) -> bool:
    """Take the message as the asker's word on the reply they just got; False where it is none."""
    if message.replied is not None or message.attachment is not None or len(message.text) > _LONGEST:
        return False
    wish = read_wish(message.text)
    if wish is Wish.OTHER or _ASKING.search(message.text):
        return False
    latest = uow.inquiries.latest_of(message.chat.id, message.sender.id, now - _SOON)
    if latest is None or latest.state not in _REPLIED or latest.thread_id != message.thread_id:
        return False
    return helping.hear_wish(uow, latest, wish, now)
