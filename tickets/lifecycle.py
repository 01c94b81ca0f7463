"""The life of a ticket as one table.

Every transition that exists stands in `TRANSITIONS`; a missing key is an `IllegalActionError` and changes
nothing. Tests walk the whole table and the diagram in the documentation is drawn from it, so rule, proof
and picture cannot drift apart.
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import Final


class Status(Enum):
    """Where a ticket stands; each value names who holds the ball."""

    WAITING_PEERS = "waiting_peers"  # peers of the group, for the group's peer window
    OPEN = "open"  # the desk
    CLAIMED = "claimed"  # one social worker
    DISPATCHED = "dispatched"  # the lead department, which has not yet reported in
    HANDLING = "handling"  # the lead department, reported in
    ANSWERED = "answered"  # the asker, who says whether it is solved
    CLOSED = "closed"  # nobody: solved, or nobody objected in time
    WITHDRAWN = "withdrawn"  # nobody: the asker took it back
    MERGED = "merged"  # nobody: another ticket carries it
    DECLINED = "declined"  # nobody: pointed to another channel, or not a request


class Action(Enum):
    """What somebody, or the clock, does to a ticket."""

    ASK = "ask"  # the ticket comes into being; stands in no row of the table
    OPEN = "open"  # peers could not help, or the asker wants a social worker
    CLAIM = "claim"
    DISPATCH = "dispatch"
    REPORT_IN = "report_in"
    ANSWER = "answer"  # an answer is published to the asker
    SOLVE = "solve"  # the asker says: solved
    REOPEN = "reopen"  # the asker says: not solved
    EXPIRE = "expire"  # nobody said anything within the confirm window
    RATE = "rate"
    WITHDRAW = "withdraw"
    GUIDE = "guide"  # pointed to the right channel, with a reason
    DISMISS = "dismiss"  # not a request
    NOTE = "note"  # an internal note
    REVISE = "revise"  # the asker changed or completed the question


class IllegalActionError(Exception):
    """The ticket's present status does not allow this action; nothing was changed."""

    def __init__(self, status: Status, action: Action) -> None:
        super().__init__(f"a ticket that is {status.value} cannot {action.value}")
        self.status = status
        self.action = action


_AT_DESK = {
    Action.ANSWER: Status.ANSWERED,
    Action.DISPATCH: Status.DISPATCHED,
    Action.GUIDE: Status.DECLINED,
    Action.DISMISS: Status.DECLINED,
    Action.WITHDRAW: Status.WITHDRAWN,
}
_AT_DEPARTMENT = {
    Action.ANSWER: Status.ANSWERED,
    Action.DISPATCH: Status.DISPATCHED,  # sent on to another department by the desk
    Action.GUIDE: Status.DECLINED,
    Action.WITHDRAW: Status.WITHDRAWN,
}


def _talk(status: Status) -> dict[Action, Status]:
    """What leaves a living ticket where it is."""
    return {Action.NOTE: status, Action.REVISE: status, Action.RATE: status}


TRANSITIONS: Final = MappingProxyType(
    {
        Status.WAITING_PEERS: MappingProxyType(
            {
                Action.OPEN: Status.OPEN,
                Action.SOLVE: Status.CLOSED,
                Action.EXPIRE: Status.CLOSED,
                Action.WITHDRAW: Status.WITHDRAWN,
                Action.REVISE: Status.WAITING_PEERS,
            }
        ),
        Status.OPEN: MappingProxyType({Action.CLAIM: Status.CLAIMED, **_AT_DESK, **_talk(Status.OPEN)}),
        Status.CLAIMED: MappingProxyType({**_AT_DESK, **_talk(Status.CLAIMED)}),
        Status.DISPATCHED: MappingProxyType(
            {Action.REPORT_IN: Status.HANDLING, **_AT_DEPARTMENT, **_talk(Status.DISPATCHED)}
        ),
        Status.HANDLING: MappingProxyType({**_AT_DEPARTMENT, **_talk(Status.HANDLING)}),
        Status.ANSWERED: MappingProxyType(
            {
                Action.SOLVE: Status.CLOSED,
                Action.REOPEN: Status.OPEN,
                Action.EXPIRE: Status.CLOSED,
                Action.ANSWER: Status.ANSWERED,  # a further answer, before the asker has said anything
                **_talk(Status.ANSWERED),
            }
        ),
        Status.CLOSED: MappingProxyType(
            {Action.REOPEN: Status.OPEN, Action.RATE: Status.CLOSED, Action.NOTE: Status.CLOSED}
        ),
        Status.WITHDRAWN: MappingProxyType({Action.NOTE: Status.WITHDRAWN}),
        Status.MERGED: MappingProxyType({Action.NOTE: Status.MERGED}),
        Status.DECLINED: MappingProxyType({Action.NOTE: Status.DECLINED}),
    }
)

RETIRED: Final = frozenset({Status.CLOSED, Status.WITHDRAWN, Status.MERGED, Status.DECLINED})


def advance(status: Status, action: Action) -> Status:
    """Tell where `action` takes a ticket that is `status`; raise `IllegalActionError` where it may not."""
    try:
        return TRANSITIONS[status][action]
    except KeyError:
        raise IllegalActionError(status, action) from None


def allows(status: Status, action: Action) -> bool:
    """Whether a ticket that is `status` may take `action`."""
    return action in TRANSITIONS[status]


def draw_diagram() -> str:
    """The table as a Mermaid state diagram, without the actions that leave a ticket where it is."""
    lines = [
        "stateDiagram-v2",
        f"    [*] --> {Status.WAITING_PEERS.value}",
        f"    [*] --> {Status.OPEN.value}",
    ]
    for status, row in TRANSITIONS.items():
        lines += [
            f"    {status.value} --> {target.value}: {action.value}"
            for action, target in row.items()
            if target is not status
        ]
    lines += [f"    {status.value} --> [*]" for status in Status if status in RETIRED]
    return "\n".join(lines) + "\n"
