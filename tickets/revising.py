"""Edited questions: the card and the judgement follow what the asker meant.

The messenger reports an edit for changes that nobody can see as well, so the text is compared first. An
edited question never becomes a second ticket.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tickets.asking import Asking
from tickets.change import apply
from tickets.conversation import IncomingMessage
from tickets.lifecycle import Action, allows
from tickets.model import InquiryState
from tickets.policy import Policy
from tickets.supplement import as_part
from tickets.unit_of_work import Timer, TimerKind, UnitOfWork


class Revising:
    """Follows edits of what askers wrote."""

    def __init__(self, *, asking: Asking, policy: Policy) -> None:
        self._asking = asking
        self._policy = policy

    def revise(self, uow: UnitOfWork, message: IncomingMessage, now: datetime) -> bool:
        """Take an edited message; False where it belongs to no inquiry."""
        inquiry = uow.inquiries.by_message(message.key)
        if inquiry is None:
            return False
        changed = as_part(message)
        parts = tuple(changed if part.key == message.key else part for part in inquiry.parts)
        if parts == inquiry.parts:
            return True
        inquiry = replace(inquiry, parts=parts, touched_at=now)
        uow.inquiries.put(inquiry)
        ticket = uow.tickets.get(inquiry.ticket_id) if inquiry.ticket_id else None
        if ticket is not None:
            if allows(ticket.status, Action.REVISE):
                apply(uow, ticket, Action.REVISE, message.sender, now, reason=message.text)
        elif inquiry.state is InquiryState.GATHERING:
            due = now + self._policy.quiet
            uow.timers.set(Timer(kind=TimerKind.SETTLE, ref=inquiry.id, due_at=due))
        else:
            self._asking.reconsider(uow, inquiry, now)
        return True
