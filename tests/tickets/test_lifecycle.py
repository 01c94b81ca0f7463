"""The lifecycle table, walked whole; the table of expectations here is written out by hand."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.people import GROUP, LF, LI, MONDAY, ZHANG, key_in
from tickets.change import step
from tickets.identity import InquiryId, TicketId
from tickets.lifecycle import (
    RETIRED,
    TRANSITIONS,
    Action,
    IllegalActionError,
    Status,
    advance,
    allows,
    draw_diagram,
)
from tickets.model import Event, Ticket, TicketClass

A, S = Action, Status
LIVING = (S.OPEN, S.CLAIMED, S.DISPATCHED, S.HANDLING, S.ANSWERED)
STAYS = (A.NOTE, A.REVISE, A.RATE)
EXPECTED: dict[tuple[Status, Action], Status] = {
    (S.WAITING_PEERS, A.OPEN): S.OPEN,
    (S.WAITING_PEERS, A.SOLVE): S.CLOSED,
    (S.WAITING_PEERS, A.EXPIRE): S.CLOSED,
    (S.WAITING_PEERS, A.WITHDRAW): S.WITHDRAWN,
    (S.WAITING_PEERS, A.REVISE): S.WAITING_PEERS,
    (S.OPEN, A.CLAIM): S.CLAIMED,
    **{(status, A.ANSWER): S.ANSWERED for status in LIVING},
    **{(status, A.DISPATCH): S.DISPATCHED for status in (S.OPEN, S.CLAIMED, S.DISPATCHED, S.HANDLING)},
    **{(status, A.GUIDE): S.DECLINED for status in (S.OPEN, S.CLAIMED, S.DISPATCHED, S.HANDLING)},
    **{(status, A.DISMISS): S.DECLINED for status in (S.OPEN, S.CLAIMED)},
    **{(status, A.WITHDRAW): S.WITHDRAWN for status in (S.OPEN, S.CLAIMED, S.DISPATCHED, S.HANDLING)},
    (S.DISPATCHED, A.REPORT_IN): S.HANDLING,
    (S.ANSWERED, A.SOLVE): S.CLOSED,
    (S.ANSWERED, A.EXPIRE): S.CLOSED,
    (S.ANSWERED, A.REOPEN): S.OPEN,
    (S.CLOSED, A.REOPEN): S.OPEN,
    (S.CLOSED, A.RATE): S.CLOSED,
    **{(status, action): status for status in LIVING for action in STAYS},
    **{(status, A.NOTE): status for status in (S.CLOSED, S.WITHDRAWN, S.MERGED, S.DECLINED)},
}


def a_ticket(status: Status) -> Ticket:
    return Ticket(
        id=TicketId(7),
        number="LF-0001",
        community=LF,
        inquiry_id=InquiryId(6),
        asker=ZHANG,
        origin=key_in(GROUP),
        subject="叉车",
        status=status,
        ticket_class=TicketClass.B,
        holder=None,
        department=None,
        officer=None,
        reason="",
        created_at=MONDAY,
        opened_at=MONDAY,
        updated_at=MONDAY,
    )


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)), ids=lambda each: each.value)
def test_every_status_takes_exactly_the_actions_of_the_table(status: Status, action: Action) -> None:
    if (status, action) in EXPECTED:
        assert allows(status, action)
        assert advance(status, action) is EXPECTED[status, action]
        return
    assert not allows(status, action)
    with pytest.raises(IllegalActionError) as refused:
        advance(status, action)
    assert (refused.value.status, refused.value.action) == (status, action)
    assert str(refused.value) == f"a ticket that is {status.value} cannot {action.value}"


def test_the_table_cannot_be_changed_while_the_program_runs() -> None:
    with pytest.raises(TypeError):
        TRANSITIONS[S.CLOSED][A.CLAIM] = S.CLAIMED  # type: ignore[index]


@given(st.sampled_from(Status), st.lists(st.sampled_from(Action), max_size=30))
def test_whatever_is_tried_in_whatever_order_illegal_actions_change_nothing(
    start: Status, actions: list[Action]
) -> None:
    ticket, history = a_ticket(start), list[Event]()
    for number, action in enumerate(actions):
        before = ticket
        try:
            ticket, event = step(ticket, action, LI, MONDAY + timedelta(minutes=number))
        except IllegalActionError:
            assert (ticket, allows(before.status, action)) == (before, False)
            continue
        history.append(event)
        assert (event.before, event.after) == (before.status, ticket.status)
        assert ticket.updated_at == event.at
    assert all(earlier.after is later.before for earlier, later in pairwise(history))
    assert ticket.status is (history[-1].after if history else start)


@given(st.sampled_from(sorted(RETIRED, key=lambda status: status.value)), st.lists(st.sampled_from(Action)))
def test_a_retired_ticket_lives_again_only_when_its_asker_reopens_it(
    start: Status, actions: list[Action]
) -> None:
    status = start
    for action in actions:
        if allows(status, action):
            status = advance(status, action)
            assert status in RETIRED or action is A.REOPEN
            if status not in RETIRED:
                return


def test_every_status_but_the_merged_one_can_be_reached() -> None:
    reached = {S.WAITING_PEERS, S.OPEN}
    while more := {advance(s, a) for s, a in product(reached, Action) if allows(s, a)} - reached:
        reached |= more
    assert set(Status) - reached == {S.MERGED}  # merging is not built yet


def test_the_diagram_shows_every_change_of_the_table_and_no_other() -> None:
    diagram = draw_diagram()
    drawn = set(re.findall(r"^    (\w+) --> (\w+): (\w+)$", diagram, re.MULTILINE))
    assert drawn == {
        (status.value, target.value, action.value)
        for (status, action), target in EXPECTED.items()
        if target is not status
    }
    assert diagram.startswith("stateDiagram-v2\n    [*] --> waiting_peers\n    [*] --> open\n")
    ends = set(re.findall(r"^    (\w+) --> \[\*\]$", diagram, re.MULTILINE))
    assert ends == {"closed", "withdrawn", "merged", "declined"}
