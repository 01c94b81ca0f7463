"""What the bot owes people: notices.

A notice says what to tell and where, never the words: they are rendered when it goes out, so a card always
shows the present state. It is stored in the same transaction as the fact that it tells of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from tickets.identity import ChatId, TicketId
from tickets.model import LinkRole

Value = str | int | dict[str, str] | None


class NoticeKind(Enum):
    """What is told. The kinds of `UPSERTS` are shown once and then kept true by editing."""

    REACTION = "reaction"  # data: message_id, emoji
    REPLY = "reply"  # ref: inquiry; answer, suggestion, banner: whatever its present state asks for
    PEERS_CHECK = "peers_check"  # ref: ticket
    TICKET_NOTICE = "ticket_notice"  # ref: ticket; where the asker asked
    DESK_CARD = "desk_card"  # ref: ticket
    THREAD_CARD = "thread_card"  # ref: ticket; makes the thread where there is none
    CLOSE_THREAD = "close_thread"  # ref: ticket
    MENU = "menu"  # ref: ticket; data: menu, page, chosen, edit (the message to change)
    PROMPT = "prompt"  # ref: draft
    PREVIEW = "preview"  # ref: draft
    ANSWER = "answer"  # ref: published answer
    RELAY = "relay"  # ref: ticket; data: owner, owner_id, reply_role, reply_ref
    TEXT = "text"  # data: key, values, reply_to: a plain word to somebody
    ALERT = "alert"  # the same, to the desk, about something that went wrong


UPSERTS = {
    NoticeKind.REPLY: LinkRole.REPLY,
    NoticeKind.PEERS_CHECK: LinkRole.PEERS_CHECK,
    NoticeKind.TICKET_NOTICE: LinkRole.TICKET_NOTICE,
    NoticeKind.DESK_CARD: LinkRole.DESK_CARD,
    NoticeKind.THREAD_CARD: LinkRole.THREAD_CARD,
    NoticeKind.PREVIEW: LinkRole.PREVIEW,
    NoticeKind.ANSWER: LinkRole.ANSWER,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One thing to tell in one chat. `ref` is the id of what the kind names."""

    kind: NoticeKind
    chat_id: ChatId
    ref: int = 0
    ticket_id: TicketId | None = None
    data: Mapping[str, Value] = field(default_factory=dict)

    @property
    def slot(self) -> str | None:
        """Pending notices of one slot become one; None: each counts."""
        return f"{self.kind.value}:{self.ref}" if self.kind in UPSERTS else None
