"""One step of a ticket: from the action to everything that follows from it.

Each use case decides who acts and why; this module makes the step, its row of history, and the notices that
keep every place where the ticket is shown true.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from tickets.identity import ChatId, MessageKey, Person, PersonKind
from tickets.lifecycle import RETIRED, Action, advance
from tickets.model import Event, Finding, LinkRole, Ticket
from tickets.notices import Notice, NoticeKind
from tickets.unit_of_work import Change, Timer, TimerKind, UnitOfWork

_EXPLAINED = frozenset({Action.REOPEN, Action.GUIDE, Action.DISMISS})


def step(
    ticket: Ticket, action: Action, actor: Person | None, now: datetime, *, reason: str = "", **fields: Any
) -> tuple[Ticket, Event]:
    """Take `action` and return the ticket as it is then, with its row of history.

    `fields` are further fields of the ticket that the action sets. A reason that people are shown later, with
    the ticket itself, is kept there too. Raises `IllegalActionError`.
    """
    after = advance(ticket.status, action)
    event = Event(
        ticket_id=ticket.id,
        at=now,
        actor=actor,
        action=action,
        before=ticket.status,
        after=after,
        reason=reason,
    )
    shown = reason if action in _EXPLAINED else ticket.reason
    return replace(ticket, status=after, updated_at=now, reason=shown, **fields), event


def faces(uow: UnitOfWork, ticket: Ticket) -> tuple[Notice, ...]:
    """Every place where this ticket is shown: the asker's chat, the desk, the thread."""
    if ticket.number is None:
        return ()
    inquiry = uow.inquiries.get(ticket.inquiry_id)
    alarm = inquiry is not None and inquiry.finding is Finding.EMERGENCY
    if alarm:  # the warning itself tells where it stands
        reply = Notice(kind=NoticeKind.REPLY, chat_id=ticket.origin.chat_id, ref=ticket.inquiry_id)
        notices = [replace(reply, ticket_id=ticket.id)]
    else:
        notices = [notice(NoticeKind.TICKET_NOTICE, ticket, ticket.origin.chat_id)]
    desk = uow.chats.desk_of(ticket.community)
    if desk is not None:
        notices.append(notice(NoticeKind.DESK_CARD, ticket, desk.chat_id))
    thread = uow.threads.get(ticket.id)
    if thread is not None:
        notices.append(notice(NoticeKind.THREAD_CARD, ticket, thread.chat_id))
        if ticket.status in RETIRED:
            notices.append(notice(NoticeKind.CLOSE_THREAD, ticket, thread.chat_id))
    return tuple(notices)


def notice(kind: NoticeKind, ticket: Ticket, chat_id: ChatId) -> Notice:
    """A notice about this ticket in that chat."""
    return Notice(kind=kind, chat_id=chat_id, ref=ticket.id, ticket_id=ticket.id)


def relay(
    ticket: Ticket,
    chat_id: ChatId,
    owner: str,
    owner_id: int,
    below: LinkRole,
    below_ref: int,
    *,
    first: int | None = None,
    only: MessageKey | None = None,
    album: str | None = None,
) -> Notice:
    """Carry the attachments of an inquiry or a draft (`owner`) to a chat, below the message `below`.

    `first` is how many there are now: what is added before this goes out is carried by a notice of its own,
    for which `only` picks that one message, or `album` the messages of one album.
    """
    return Notice(
        kind=NoticeKind.RELAY,
        chat_id=chat_id,
        ref=ticket.id,
        ticket_id=ticket.id,
        data={
            "owner": owner,
            "owner_id": owner_id,
            "below": below.value,
            "below_ref": below_ref,
            "first": first,
            "only": only.message_id if only else None,
            "album": album,
        },
    )


def desk_card(uow: UnitOfWork, ticket: Ticket, desk: ChatId) -> MessageKey | None:
    """The ticket's card in this desk's chat, for words to be said below it; None where there is none."""
    cards = uow.links.latest(LinkRole.DESK_CARD, ticket.id)
    return cards[0].key if cards and cards[0].key.chat_id == desk else None


def say(chat_id: ChatId, key: str, *, reply_to: MessageKey | None = None, **values: str) -> Notice:
    """A plain word in a chat: the text called `key`, filled with `values`."""
    return Notice(
        kind=NoticeKind.TEXT,
        chat_id=chat_id,
        data={"key": key, "values": values, "reply_to": reply_to.message_id if reply_to else None},
    )


def apply(
    uow: UnitOfWork,
    ticket: Ticket,
    action: Action,
    actor: Person | None,
    now: datetime,
    *,
    reason: str = "",
    notices: tuple[Notice, ...] = (),
    timers: tuple[Timer, ...] = (),
    cancels: tuple[TimerKind, ...] = (),
    **fields: Any,
) -> Ticket:
    """Take a step and write it, with the notices that it always brings and those of the caller."""
    changed, event = step(ticket, action, actor, now, reason=reason, **fields)
    uow.save(
        Change(
            ticket=changed,
            events=(event,),
            notices=(*faces(uow, changed), *notices),
            timers=timers,
            cancels=cancels,
        )
    )
    return changed


def speaks_for(asker: Person, person: Person, *, chat_admin: bool) -> bool:
    """Whether `person` may act as the asker.

    Who asked in the name of a group or a channel shows a name of their own when pressing a button, so
    there the group's admins speak for the asker.
    """
    if asker.kind is PersonKind.USER:
        return asker.id == person.id
    return chat_admin or asker.id == person.id
