"""What to do about a topic that is gone: only the ticket's own is made anew.

Others (the one that somebody asked in, the one that a draft was begun in) are nobody's to renew: what was
meant for them goes to the chat itself, so that it arrives at all.
"""

from __future__ import annotations

from dataclasses import replace

from bot.outcomes import MessageGone, Outcome, Refused, TopicGone
from bot.outgoing import CopyParts, EditText, Outgoing, SendText, Topic
from tickets.identity import ChatId
from tickets.notices import Notice
from tickets.unit_of_work import UnitOfWork


def thread_of(step: Outgoing) -> tuple[ChatId, int] | None:
    """The topic that a step goes to or changes, if it names one."""
    if isinstance(step, SendText | CopyParts | Topic) and step.thread_id is not None:
        return step.chat_id, step.thread_id
    return None


def is_own_thread(uow: UnitOfWork, notice: Notice, step: Outgoing) -> bool:
    """Whether the step goes to the topic in which the notice's ticket is handled now."""
    thread = uow.threads.get(notice.ticket_id) if notice.ticket_id is not None else None
    return thread is not None and (thread.chat_id, thread.topic_id) == thread_of(step)


def outside(step: Outgoing, lost: frozenset[tuple[ChatId, int]]) -> Outgoing | None:
    """The step as it can be made where its topic is among the `lost`; None: not at all.

    What it replied to is gone as well: the server deletes a topic with its messages.
    """
    if thread_of(step) not in lost:
        return step
    match step:
        case SendText():
            html = step.orphan_html or step.html
            return replace(step, html=html, orphan_html=None, reply_to=None, thread_id=None)
        case CopyParts():
            return replace(step, reply_to=None, thread_id=None)
        case _:
            return None


def as_fits(step: Outgoing, outcome: Outcome) -> Outcome:
    """The outcome as far as it can be repaired: a lost message where it was to be changed, a lost topic where
    the step names one."""
    if isinstance(outcome, TopicGone) and isinstance(step, EditText):
        return MessageGone()
    if isinstance(outcome, TopicGone) and thread_of(step) is None:
        return Refused(description="the topic is gone")
    if isinstance(outcome, MessageGone) and not isinstance(step, EditText):
        return Refused(description="the message is gone")
    return outcome
