"""Which message stands for what, once sent: the links by which replies and edits find their matter."""

from __future__ import annotations

from bot.outcomes import Done, Outcome
from bot.outgoing import CopyParts, EditText, Outgoing, Rendered, SendText
from tickets.identity import MessageKey
from tickets.model import Link
from tickets.unit_of_work import UnitOfWork


def parts(step: Outgoing) -> int:
    """How many messages a step makes or changes: so many part numbers it uses up, and so much budget."""
    match step:
        case SendText() | EditText():
            return 1
        case CopyParts():
            return max(1, len(step.message_ids))
        case _:
            return 0


def links_of(rendered: Rendered, index: int, outcome: Outcome) -> tuple[Link, ...]:
    """The messages that step `index` made or changed, and what they stand for."""
    if rendered.role is None or not isinstance(outcome, Done):
        return ()
    step = rendered.steps[index]
    first = sum(parts(each) for each in rendered.steps[:index])
    return tuple(
        Link(
            key=MessageKey(chat_id=step.chat_id, message_id=message_id),
            role=rendered.role,
            ref=rendered.ref,
            part=first + position,
            digest=rendered.digest,
        )
        for position, message_id in enumerate(outcome.message_ids)
    )


def unchanged_steps(uow: UnitOfWork, rendered: Rendered) -> frozenset[int]:
    """The edits of messages that show exactly this already."""
    if not rendered.digest:
        return frozenset()
    unchanged = set()
    for index, step in enumerate(rendered.steps):
        if isinstance(step, EditText):
            link = uow.links.find(MessageKey(chat_id=step.chat_id, message_id=step.message_id))
            if link is not None and link.digest == rendered.digest:
                unchanged.add(index)
    return frozenset(unchanged)
