"""The contract about the outbox: what is owed goes out in order, chat by chat, until it is confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storage import OutboxRow, OutboxState, SqliteStore, SqliteUnitOfWork
from tests.storage.samples import NOW, SECOND, Clock
from tickets.identity import ChatId, TicketId
from tickets.notices import Notice, NoticeKind, Value

A, B, C = ChatId(-100), ChatId(-200), ChatId(300)


def text(chat_id: ChatId, words: str) -> Notice:
    return Notice(kind=NoticeKind.TEXT, chat_id=chat_id, data={"key": words})


def card(chat_id: ChatId, **data: Value) -> Notice:
    return Notice(kind=NoticeKind.DESK_CARD, chat_id=chat_id, ref=7, ticket_id=TicketId(7), data=dict(data))


async def tell(store: SqliteStore, *notices: Notice) -> None:
    def work(uow: SqliteUnitOfWork) -> None:
        for notice in notices:
            uow.tell(notice)

    await store.transact(work)


async def claim(
    store: SqliteStore, now: datetime = NOW, limit: int = 9, exclude: frozenset[ChatId] = frozenset()
) -> list[OutboxRow]:
    return list(await store.transact(lambda uow: uow.outbox.claim(now, limit, exclude)))


async def get(store: SqliteStore, row_id: int) -> OutboxRow:
    row = await store.read(lambda uow: uow.outbox.get(row_id))
    assert row is not None
    return row


async def test_a_notice_comes_back_whole(store: SqliteStore) -> None:
    values: dict[str, Value] = {"key": "你好", "n": 5, "none": None, "values": {"number": "LF-0001"}}
    notice = Notice(
        kind=NoticeKind.TEXT, chat_id=ChatId(-(2**52)), ref=2**40, ticket_id=TicketId(3), data=values
    )
    await tell(store, notice)
    (row,) = await claim(store)
    assert row.notice == notice
    assert row == OutboxRow(
        id=row.id,
        notice=notice,
        state=OutboxState.SENDING,
        attempts=0,
        parts_done=0,
        uncertain=0,
        error="",
        created_at=NOW,
    )
    assert await get(store, row.id) == row
    assert await store.read(lambda uow: uow.outbox.get(99)) is None


async def test_each_chat_sends_one_after_the_other_and_chats_side_by_side(store: SqliteStore) -> None:
    await tell(store, text(A, "a1"), text(A, "a2"), text(B, "b1"), text(A, "a3"))
    a1, b1 = await claim(store)
    assert [a1.notice, b1.notice] == [text(A, "a1"), text(B, "b1")]
    assert await claim(store) == []
    await store.transact(lambda uow: uow.outbox.sent(a1.id))
    (a2,) = await claim(store)
    assert a2.notice == text(A, "a2")


async def test_the_oldest_rows_come_first_and_the_limit_and_excluded_chats_are_kept(
    store: SqliteStore,
) -> None:
    await tell(store, text(C, "c"), text(B, "b"), text(A, "a"))
    (b,) = await claim(store, limit=1, exclude=frozenset({C}))
    assert b.notice.chat_id == B
    assert [row.notice.chat_id for row in await claim(store)] == [C, A]


async def test_a_head_that_has_to_wait_holds_up_its_chat_and_no_other(store: SqliteStore) -> None:
    await tell(store, text(A, "a1"), text(A, "a2"), text(B, "b1"))
    a1, b1 = await claim(store)
    await store.transact(lambda uow: uow.outbox.retry(a1.id, NOW + 30 * SECOND, "RetryAfter"))
    await store.transact(lambda uow: uow.outbox.sent(b1.id))
    assert await claim(store, NOW + 29 * SECOND) == []
    (again,) = await claim(store, NOW + 30 * SECOND)
    assert (again.id, again.attempts, again.error) == (a1.id, 1, "RetryAfter")


async def test_a_slot_owed_twice_is_one_row_with_the_newer_data_in_the_older_place(
    store: SqliteStore,
) -> None:
    await tell(store, card(A, page=1), text(A, "between"), card(A, page=2), card(B))
    assert await store.read(lambda uow: uow.outbox.depth()) == 3
    first, other = await claim(store)
    assert first.notice == card(A, page=2)
    assert other.notice == card(B)


async def test_owing_a_slot_again_does_not_cut_short_a_wait(store: SqliteStore) -> None:
    await tell(store, card(A))
    (row,) = await claim(store)
    await store.transact(lambda uow: uow.outbox.retry(row.id, NOW + 30 * SECOND, "RetryAfter"))
    await tell(store, card(A))
    assert await claim(store) == []


async def test_a_slot_owed_while_it_is_being_sent_goes_out_afterwards(store: SqliteStore) -> None:
    await tell(store, card(A, page=1))
    (sending,) = await claim(store)
    await tell(store, card(A, page=2))
    await store.transact(lambda uow: uow.outbox.sent(sending.id))
    (later,) = await claim(store)
    assert later.id != sending.id
    assert later.notice == card(A, page=2)


async def test_a_failed_slot_becomes_one_with_what_was_owed_meanwhile(store: SqliteStore) -> None:
    await tell(store, card(A, page=1))
    (sending,) = await claim(store)
    await store.transact(lambda uow: uow.outbox.progress(sending.id, 2))
    await tell(store, text(A, "between"), card(A, page=2))
    await store.transact(lambda uow: uow.outbox.retry(sending.id, NOW, "TimedOut"))
    assert await store.read(lambda uow: uow.outbox.depth()) == 2
    (again,) = await claim(store)
    assert again.notice == card(A, page=2)
    assert (again.id, again.attempts, again.parts_done) == (sending.id, 1, 0)


async def test_a_long_notice_goes_on_where_it_stopped(store: SqliteStore) -> None:
    await tell(store, text(A, "a"))
    (row,) = await claim(store)
    await store.transact(lambda uow: uow.outbox.progress(row.id, 2))
    await store.transact(lambda uow: uow.outbox.retry(row.id, NOW, "TimedOut"))
    (again,) = await claim(store)
    assert again == replace(row, attempts=1, parts_done=2, error="TimedOut")


async def test_a_dead_row_does_not_hold_up_its_chat(store: SqliteStore) -> None:
    await tell(store, text(A, "a1"), text(A, "a2"))
    (a1,) = await claim(store)
    await store.transact(lambda uow: uow.outbox.dead(a1.id, "Forbidden"))
    dead = await get(store, a1.id)
    assert (dead.state, dead.error) == (OutboxState.DEAD, "Forbidden")
    assert [row.notice for row in await claim(store)] == [text(A, "a2")]


@pytest.mark.parametrize("end", ["sent", "dead"])
async def test_a_row_that_is_settled_cannot_be_retried(store: SqliteStore, end: str) -> None:
    def settle(uow: SqliteUnitOfWork) -> None:
        if end == "sent":
            uow.outbox.sent(row.id)
        else:
            uow.outbox.dead(row.id, "Forbidden")

    await tell(store, card(A, page=1))
    (row,) = await claim(store)
    await tell(store, card(A, page=2))
    await store.transact(settle)
    before = await get(store, row.id)
    await store.transact(lambda uow: uow.outbox.retry(row.id, NOW, "late"))
    assert await get(store, row.id) == before
    assert [each.notice for each in await claim(store)] == [card(A, page=2)]


async def test_what_was_being_sent_when_the_program_died_is_sent_again_and_marked(
    store: SqliteStore,
) -> None:
    await tell(store, text(A, "a"), card(B, page=1), text(C, "c"))
    _, _, c = await claim(store)
    await store.transact(lambda uow: uow.outbox.sent(c.id))
    await tell(store, card(B, page=2))
    assert await store.transact(lambda uow: uow.outbox.requeue_stale()) == 2
    a, b = await claim(store)
    assert (a.notice, a.uncertain, a.attempts) == (text(A, "a"), 1, 0)
    assert (b.notice, b.uncertain) == (card(B, page=2), 1)
    assert await store.read(lambda uow: uow.outbox.depth()) == 2


async def test_the_states_are_counted_and_only_what_is_unsettled_is_depth(store: SqliteStore) -> None:
    await tell(store, text(A, "a1"), text(A, "a2"), text(B, "b"), text(C, "c"))
    a1, b, _ = await claim(store)
    await store.transact(lambda uow: uow.outbox.sent(a1.id))
    await store.transact(lambda uow: uow.outbox.dead(b.id, "Forbidden"))
    assert await store.read(lambda uow: uow.outbox.depth()) == 2
    assert await store.read(lambda uow: uow.outbox.counts()) == dict.fromkeys(OutboxState, 1)


async def test_rows_sent_long_ago_are_purged_and_dead_ones_stay(store: SqliteStore, clock: Clock) -> None:
    await tell(store, text(A, "a"), text(B, "b"), text(C, "c"))
    a, b, c = await claim(store)
    await store.transact(lambda uow: uow.outbox.sent(a.id))
    await store.transact(lambda uow: uow.outbox.dead(b.id, "Forbidden"))
    clock.forward(timedelta(hours=1))
    await store.transact(lambda uow: uow.outbox.sent(c.id))
    assert await store.transact(lambda uow: uow.outbox.purge(clock())) == 1
    assert await store.read(lambda uow: uow.outbox.get(a.id)) is None
    assert (await get(store, b.id)).state is OutboxState.DEAD
    assert (await get(store, c.id)).state is OutboxState.SENT


async def test_a_flood_for_one_chat_does_not_hide_the_others(store: SqliteStore) -> None:
    await tell(store, *(text(A, f"a{number}") for number in range(2000)), text(B, "b"), text(C, "c"))
    assert [row.notice.chat_id for row in await claim(store)] == [A, B, C]
