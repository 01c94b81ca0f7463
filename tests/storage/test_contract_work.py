"""The contract about fragments, inquiries, tickets, history, timers and feedback."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage import SqliteStore, SqliteUnitOfWork, StorageError
from tests.storage.samples import (
    DESK,
    FILE,
    GROUP,
    LF,
    LI,
    NOW,
    PHOTO,
    SECOND,
    WANG,
    ZHANG,
    event,
    for_each,
    inquiry,
    key,
    part,
    ticket,
)
from tickets.identity import CommunityCode, DepartmentId, InquiryId, TicketId
from tickets.lifecycle import RETIRED, Action, Status
from tickets.model import Finding, Inquiry, InquiryState, TicketClass
from tickets.notices import Notice, NoticeKind
from tickets.unit_of_work import Change, Timer, TimerKind


async def test_fragments_are_taken_once_oldest_first_and_only_the_recent_ones(store: SqliteStore) -> None:
    old, first, second = part(1, "旧"), part(3, "叉车", PHOTO, "a"), part(2, "怎么上牌")

    def leave(uow: SqliteUnitOfWork) -> None:
        uow.fragments.add(GROUP, ZHANG.id, second, NOW + SECOND)
        uow.fragments.add(GROUP, ZHANG.id, first, NOW)
        uow.fragments.add(GROUP, ZHANG.id, old, NOW - SECOND)
        uow.fragments.add(GROUP, LI.id, part(4, "别人的"), NOW)

    await store.transact(leave)
    assert await store.transact(lambda uow: uow.fragments.take(GROUP, ZHANG.id, NOW)) == (first, second)
    assert await store.transact(lambda uow: uow.fragments.take(GROUP, ZHANG.id, NOW)) == ()
    assert await store.transact(lambda uow: uow.fragments.take(DESK, ZHANG.id, NOW - SECOND)) == ()
    assert await store.transact(lambda uow: uow.fragments.take(GROUP, ZHANG.id, NOW - SECOND)) == (old,)


async def test_an_edited_fragment_replaces_what_it_was(store: SqliteStore) -> None:
    def work(uow: SqliteUnitOfWork) -> object:
        uow.fragments.add(GROUP, ZHANG.id, part(1, "叉车", PHOTO), NOW)
        uow.fragments.add(GROUP, ZHANG.id, part(1, "叉车年检", FILE, "a"), NOW)
        return uow.fragments.take(GROUP, ZHANG.id, NOW)

    assert await store.transact(work) == (part(1, "叉车年检", FILE, "a"),)


async def test_old_fragments_are_purged(store: SqliteStore) -> None:
    def work(uow: SqliteUnitOfWork) -> object:
        uow.fragments.add(GROUP, ZHANG.id, part(1, "旧"), NOW - SECOND)
        uow.fragments.add(GROUP, ZHANG.id, part(2, "新"), NOW)
        uow.fragments.purge(NOW)
        return uow.fragments.take(GROUP, ZHANG.id, NOW - SECOND)

    assert await store.transact(work) == (part(2, "新"),)


def _full_inquiry() -> Inquiry:
    return replace(
        inquiry(1),
        thread_id=7,
        private=True,
        addressed=False,
        state=InquiryState.SUGGESTED,
        finding=Finding.EMERGENCY,
        kind="fire",
        entry_id="TSE-001",
        candidates=("TSE-002", "消防-003"),
        peer_replies=2,
        created_at=datetime(2026, 11, 20, 16, 0, 0, 999999, tzinfo=timezone(timedelta(hours=8))),
        touched_at=NOW + SECOND,
        ticket_id=TicketId(5),
        community=None,
    )


@pytest.mark.parametrize("kept", [inquiry(1), _full_inquiry()])
async def test_an_inquiry_comes_back_as_it_was_put(store: SqliteStore, kept: Inquiry) -> None:
    await store.transact(lambda uow: uow.inquiries.put(kept))
    found = await store.read(lambda uow: uow.inquiries.get(kept.id))
    assert found == kept
    assert found is not None
    assert found.created_at.tzinfo is UTC
    assert await store.read(lambda uow: uow.inquiries.get(InquiryId(99))) is None


async def test_every_field_of_an_inquiry_can_be_replaced(store: SqliteStore) -> None:
    replaced = replace(_full_inquiry(), asker=LI, chat_id=DESK)
    await store.transact(lambda uow: uow.inquiries.put(inquiry(1)))
    await store.transact(lambda uow: uow.inquiries.put(replaced))
    assert await store.read(lambda uow: uow.inquiries.get(InquiryId(1))) == replaced


async def test_parts_can_be_added_changed_and_taken_away(store: SqliteStore) -> None:
    one = inquiry(1)
    for parts in (
        (part(10, "a"), part(11, "b"), part(12, "c")),
        (part(10, "a", FILE, "x"), part(12, "c")),
        (part(20, "z"),),
    ):
        changed = replace(one, parts=parts)
        await store.transact(lambda uow, changed=changed: uow.inquiries.put(changed))  # type: ignore[misc]
        assert await store.read(lambda uow: uow.inquiries.get(one.id)) == changed
    assert await store.read(lambda uow: uow.inquiries.by_message(key(12))) is None


async def test_an_inquiry_is_found_by_any_of_its_messages_in_its_chat_only(store: SqliteStore) -> None:
    one = inquiry(1)
    await store.transact(lambda uow: uow.inquiries.put(one))
    assert await store.read(lambda uow: uow.inquiries.by_message(key(10))) == one
    assert await store.read(lambda uow: uow.inquiries.by_message(key(11))) == one
    assert await store.read(lambda uow: uow.inquiries.by_message(key(12))) is None
    assert await store.read(lambda uow: uow.inquiries.by_message(key(10, DESK))) is None


async def test_the_latest_inquiry_of_an_asker_is_the_one_touched_last(store: SqliteStore) -> None:
    older = replace(inquiry(2), touched_at=NOW)
    newer = replace(inquiry(1), touched_at=NOW + SECOND)
    others = inquiry(3, asker=LI)
    await store.transact(lambda uow: for_each(uow.inquiries.put, (older, newer, others)))
    assert await store.read(lambda uow: uow.inquiries.latest_of(GROUP, ZHANG.id, NOW)) == newer
    late = NOW + 2 * SECOND
    assert await store.read(lambda uow: uow.inquiries.latest_of(GROUP, ZHANG.id, late)) is None
    assert await store.read(lambda uow: uow.inquiries.latest_of(DESK, ZHANG.id, NOW)) is None


async def test_waiting_are_the_gathering_ones_and_those_whose_ticket_waits_for_peers(
    store: SqliteStore,
) -> None:
    waiting = replace(inquiry(2, ticket_id=50), state=InquiryState.TICKETED, created_at=NOW)
    gathering = replace(inquiry(1), created_at=NOW + SECOND)
    opened = replace(inquiry(3, ticket_id=51), state=InquiryState.TICKETED)
    silent = replace(inquiry(4), state=InquiryState.SILENT)
    elsewhere = replace(inquiry(5), chat_id=DESK)

    def work(uow: SqliteUnitOfWork) -> None:
        for each in (gathering, waiting, opened, silent, elsewhere):
            uow.inquiries.put(each)
        uow.tickets.put(replace(ticket(50, status=Status.WAITING_PEERS), number=None, inquiry_id=waiting.id))
        uow.tickets.put(replace(ticket(51), inquiry_id=opened.id))

    await store.transact(work)
    assert await store.read(lambda uow: uow.inquiries.waiting_in(GROUP)) == [waiting, gathering]


async def test_a_ticket_comes_back_as_it_was_put_and_every_field_can_be_replaced(store: SqliteStore) -> None:
    bare = replace(ticket(1), number=None, opened_at=None)
    full = replace(
        bare,
        number="LF-0128",
        community=CommunityCode("AB"),
        inquiry_id=InquiryId(9),
        asker=LI,
        origin=key(77, DESK),
        subject="改了",
        status=Status.HANDLING,
        ticket_class=TicketClass.A,
        holder=ZHANG,
        department=DepartmentId("fire"),
        officer=WANG,
        reason="reopened",
        created_at=NOW + SECOND,
        opened_at=NOW + 2 * SECOND,
        updated_at=NOW + 3 * SECOND,
    )
    for kept in (bare, full, bare):
        await store.transact(lambda uow, kept=kept: uow.tickets.put(kept))  # type: ignore[misc]
        assert await store.read(lambda uow: uow.tickets.get(TicketId(1))) == kept
    assert await store.read(lambda uow: uow.tickets.get(TicketId(2))) is None


async def test_a_ticket_that_names_people_by_older_names_does_not_rename_them(store: SqliteStore) -> None:
    await store.transact(lambda uow: uow.people.remember(replace(ZHANG, name="张主任"), NOW))
    await store.transact(lambda uow: uow.tickets.put(ticket(1)))
    found = await store.read(lambda uow: uow.tickets.get(TicketId(1)))
    assert found is not None
    assert found.asker.name == "张主任"


async def test_a_ticket_is_found_by_its_number_in_any_case(store: SqliteStore) -> None:
    await store.transact(lambda uow: uow.tickets.put(ticket(1)))
    for number in ("LF-0001", "lf-0001"):
        assert await store.read(lambda uow, number=number: uow.tickets.by_number(number)) == ticket(1)  # type: ignore[misc]
    assert await store.read(lambda uow: uow.tickets.by_number("LF-0002")) is None


async def test_no_two_tickets_have_one_number(store: SqliteStore) -> None:
    await store.transact(lambda uow: uow.tickets.put(ticket(1)))
    with pytest.raises(StorageError):
        await store.transact(lambda uow: uow.tickets.put(replace(ticket(2), number="lf-0001")))


async def test_an_asker_sees_their_numbered_tickets_newest_first(store: SqliteStore) -> None:
    unnumbered = replace(ticket(4), number=None)
    mine = [ticket(1), ticket(2), ticket(3, status=Status.CLOSED)]
    await store.transact(lambda uow: for_each(uow.tickets.put, (*mine, unnumbered, ticket(5, asker=LI))))
    assert await store.read(lambda uow: uow.tickets.of_asker(ZHANG.id, 2)) == [mine[2], mine[1]]
    assert await store.read(lambda uow: uow.tickets.of_asker(ZHANG.id, 9)) == mine[::-1]


async def test_living_tickets_are_the_numbered_ones_whose_status_is_not_retired(store: SqliteStore) -> None:
    tickets = {status: ticket(number, status=status) for number, status in enumerate(Status, 1)}
    unnumbered = replace(ticket(90), number=None)
    foreign = replace(ticket(91), community=CommunityCode("AB"))
    await store.transact(lambda uow: for_each(uow.tickets.put, (*tickets.values(), unnumbered, foreign)))
    living = [each for status, each in tickets.items() if status not in RETIRED]
    assert await store.read(lambda uow: uow.tickets.living_of(LF)) == living


async def test_history_is_told_in_the_order_it_was_written(store: SqliteStore) -> None:
    events = (event(1, Action.CLAIM), replace(event(1, Action.ANSWER), at=NOW - SECOND, reason=""))
    by_clock = event(1, Action.EXPIRE, actor=None)

    def work(uow: SqliteUnitOfWork) -> None:
        uow.tickets.put(ticket(1))
        uow.tickets.put(ticket(2))
        for each in (*events, event(2, Action.CLAIM), by_clock):
            uow.history.add(each)

    await store.transact(work)
    assert await store.read(lambda uow: uow.history.of(TicketId(1))) == [*events, by_clock]
    assert await store.read(lambda uow: uow.history.of(TicketId(3))) == []


async def test_history_without_its_ticket_is_refused(store: SqliteStore) -> None:
    with pytest.raises(StorageError):
        await store.transact(lambda uow: uow.history.add(event(1, Action.CLAIM)))


async def test_a_change_is_written_with_its_history_timers_and_notices(store: SqliteStore) -> None:
    kept, moved = TimerKind.CONFIRM, TimerKind.PEER_WINDOW
    change = Change(
        ticket=ticket(1),
        events=(event(1, Action.CLAIM),),
        notices=(Notice(kind=NoticeKind.DESK_CARD, chat_id=DESK, ref=1, ticket_id=TicketId(1)),),
        timers=(Timer(kind=moved, ref=1, due_at=NOW + SECOND),),
        cancels=(kept, moved),
    )

    def work(uow: SqliteUnitOfWork) -> None:
        uow.timers.set(Timer(kind=kept, ref=1, due_at=NOW))
        uow.save(change)

    await store.transact(work)
    later = NOW + SECOND
    assert await store.read(lambda uow: uow.tickets.get(TicketId(1))) == change.ticket
    assert await store.read(lambda uow: uow.history.of(TicketId(1))) == list(change.events)
    assert await store.read(lambda uow: uow.timers.due(later, 9)) == list(change.timers)
    claimed = await store.transact(lambda uow: uow.outbox.claim(NOW, 9))
    assert [row.notice for row in claimed] == list(change.notices)


async def test_timers_fall_due_longest_overdue_first_and_stay_until_cancelled(store: SqliteStore) -> None:
    late = Timer(kind=TimerKind.SETTLE, ref=1, due_at=NOW - SECOND)
    now = Timer(kind=TimerKind.PREVIEW, ref=1, due_at=NOW)
    future = Timer(kind=TimerKind.CONFIRM, ref=1, due_at=NOW + SECOND)
    await store.transact(lambda uow: for_each(uow.timers.set, (future, now, late)))
    assert await store.read(lambda uow: uow.timers.due(NOW, 9)) == [late, now]
    assert await store.read(lambda uow: uow.timers.due(NOW, 1)) == [late]
    await store.transact(lambda uow: uow.timers.cancel(TimerKind.SETTLE, 1))
    await store.transact(lambda uow: uow.timers.cancel(TimerKind.SETTLE, 1))
    assert await store.read(lambda uow: uow.timers.due(NOW, 9)) == [now]


async def test_setting_a_timer_again_moves_it(store: SqliteStore) -> None:
    timer = Timer(kind=TimerKind.SETTLE, ref=1, due_at=NOW)
    moved = replace(timer, due_at=NOW + SECOND)
    await store.transact(lambda uow: for_each(uow.timers.set, (timer, moved)))
    assert await store.read(lambda uow: uow.timers.due(NOW, 9)) == []
    later = NOW + SECOND
    assert await store.read(lambda uow: uow.timers.due(later, 9)) == [moved]


async def test_feedback_is_taken_with_and_without_an_inquiry(store: SqliteStore) -> None:
    def work(uow: SqliteUnitOfWork) -> int:
        before = uow.new_id()
        uow.feedback.add("not_a_request", "大家早上好", None, NOW)
        uow.feedback.add("helpful", "叉车", InquiryId(1), NOW)
        return uow.new_id() - before

    assert await store.transact(work) == 3  # each row took an id of its own


async def test_a_time_without_a_zone_is_refused(store: SqliteStore) -> None:
    naive = replace(ticket(1), updated_at=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        await store.transact(lambda uow: uow.tickets.put(naive))
    assert await store.read(lambda uow: uow.tickets.get(TicketId(1))) is None
