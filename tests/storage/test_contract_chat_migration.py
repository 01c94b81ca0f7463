"""The contract about a group that changes its id: everything follows, nothing is mistaken, twice is once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from storage import OutboxState, SqliteStore, SqliteUnitOfWork
from tests.storage.samples import (
    DESK,
    LF,
    NOW,
    SECOND,
    ZHANG,
    Clock,
    anonymous_admin,
    answer,
    bound_chat,
    draft,
    event,
    inquiry,
    key,
    part,
    thread_message,
    ticket,
)
from tickets.identity import AnswerId, ChatId, DraftId, InquiryId, TicketId
from tickets.lifecycle import Action
from tickets.model import DraftState, InquiryPart, Link, LinkRole, Room, Thread
from tickets.notices import Notice, NoticeKind

OLD, NEW = ChatId(-400), ChatId(-1_000_000_000_400)
OLD_ADMIN, NEW_ADMIN = anonymous_admin(OLD), anonymous_admin(NEW)


def moved(parts: tuple[InquiryPart, ...], chat_id: ChatId) -> tuple[InquiryPart, ...]:
    return tuple(replace(each, key=key(each.key.message_id, chat_id)) for each in parts)


def unnamed(parts: tuple[InquiryPart, ...]) -> tuple[InquiryPart, ...]:
    """The parts after the move: the new chat knows none of their messages."""
    return tuple(replace(each, key=key(0, NEW)) for each in parts)


OLD_INQUIRY = replace(inquiry(1, asker=OLD_ADMIN), chat_id=OLD, parts=moved(inquiry(1).parts, OLD))
OLD_TICKET = replace(ticket(1, asker=OLD_ADMIN), origin=key(10, OLD), holder=OLD_ADMIN, officer=OLD_ADMIN)
OLD_DRAFT = replace(
    draft(1, state=DraftState.PROMPTED),
    chat_id=OLD,
    author=OLD_ADMIN,
    asked_by=key(900, OLD),
    parts=moved(draft(1).parts, OLD),
)


def fill(uow: SqliteUnitOfWork) -> None:
    """One row of every kind that names the old chat."""
    uow.people.remember(OLD_ADMIN, NOW)
    uow.people.see_in(OLD_ADMIN.id, LF)
    uow.chats.put(replace(bound_chat(OLD, Room.DESK), bound_by=OLD_ADMIN.id))
    uow.fragments.add(OLD, OLD_ADMIN.id, replace(part(5, "叉车"), key=key(5, OLD)), NOW)
    uow.inquiries.put(OLD_INQUIRY)
    uow.tickets.put(OLD_TICKET)
    uow.history.add(event(1, Action.CLAIM, actor=OLD_ADMIN))
    uow.drafts.put(OLD_DRAFT)
    uow.answers.put(replace(answer(1), author=OLD_ADMIN))
    uow.threads.put(Thread(ticket_id=TicketId(1), chat_id=OLD, topic_id=3))
    uow.threads.add_message(replace(thread_message(30), key=key(30, OLD), sender=OLD_ADMIN))
    uow.links.put(Link(key=key(40, OLD), role=LinkRole.DESK_CARD, ref=1))
    uow.links.put(Link(key=key(40, DESK), role=LinkRole.MENU, ref=1))


async def migrated(store: SqliteStore, prepare: Callable[[SqliteUnitOfWork], None] = fill) -> None:
    await store.transact(prepare)
    await store.transact(lambda uow: uow.chats.migrate(OLD, NEW))


async def test_the_binding_and_the_places_follow(store: SqliteStore) -> None:
    await migrated(store)
    assert await store.read(lambda uow: uow.chats.get(OLD)) is None
    bound = replace(bound_chat(NEW, Room.DESK), bound_by=NEW_ADMIN.id)
    assert await store.read(lambda uow: uow.chats.desk_of(LF)) == bound
    thread = await store.read(lambda uow: uow.threads.by_topic(NEW, 3))
    assert thread == Thread(ticket_id=TicketId(1), chat_id=NEW, topic_id=3)
    assert await store.transact(lambda uow: uow.fragments.take(NEW, NEW_ADMIN.id, NOW)) == ()


async def test_inquiries_tickets_and_drafts_follow_and_name_no_old_message(
    store: SqliteStore,
) -> None:
    await migrated(store)
    expected = replace(OLD_INQUIRY, chat_id=NEW, asker=NEW_ADMIN, parts=unnamed(OLD_INQUIRY.parts))
    assert await store.read(lambda uow: uow.inquiries.get(InquiryId(1))) == expected
    assert await store.read(lambda uow: uow.inquiries.latest_of(NEW, NEW_ADMIN.id, NOW)) == expected
    assert await store.read(lambda uow: uow.inquiries.waiting_in(NEW)) == [expected]
    assert await store.read(lambda uow: uow.tickets.get(TicketId(1))) == replace(
        OLD_TICKET, asker=NEW_ADMIN, holder=NEW_ADMIN, officer=NEW_ADMIN, origin=key(0, NEW)
    )
    assert await store.read(lambda uow: uow.drafts.prompted_for(NEW, NEW_ADMIN.id)) == replace(
        OLD_DRAFT,
        chat_id=NEW,
        author=NEW_ADMIN,
        asked_by=key(0, NEW),
        parts=unnamed(OLD_DRAFT.parts),
    )


async def test_an_anonymous_administrator_is_the_same_person_afterwards(store: SqliteStore) -> None:
    await migrated(store)
    assert await store.read(lambda uow: uow.people.get(OLD_ADMIN.id)) is None
    assert await store.read(lambda uow: uow.people.get(NEW_ADMIN.id)) == NEW_ADMIN
    assert await store.read(lambda uow: uow.people.communities_of(NEW_ADMIN.id)) == [LF]
    assert await store.read(lambda uow: uow.people.communities_of(OLD_ADMIN.id)) == []
    (claimed,) = await store.read(lambda uow: uow.history.of(TicketId(1)))
    assert claimed.actor == NEW_ADMIN
    published = await store.read(lambda uow: uow.answers.get(AnswerId(1)))
    assert published is not None
    assert published.author == NEW_ADMIN


async def test_an_old_message_id_is_not_mistaken_for_a_message_of_the_new_chat(store: SqliteStore) -> None:
    await migrated(store)
    assert await store.read(lambda uow: uow.inquiries.by_message(key(10, NEW))) is None
    assert await store.read(lambda uow: uow.drafts.by_source(key(10, NEW))) is None
    assert await store.read(lambda uow: uow.links.find(key(40, NEW))) is None
    assert await store.read(lambda uow: uow.threads.message(key(30, NEW))) is None
    fresh = replace(inquiry(2), chat_id=NEW, parts=moved((part(10, "新问题"),), NEW))
    await store.transact(lambda uow: uow.inquiries.put(fresh))
    assert await store.read(lambda uow: uow.inquiries.by_message(key(10, NEW))) == fresh


async def test_an_inquiry_written_again_after_the_move_is_not_found_by_its_old_messages_either(
    store: SqliteStore,
) -> None:
    def write_again(uow: SqliteUnitOfWork) -> None:
        found = uow.inquiries.get(InquiryId(1))
        assert found is not None
        uow.inquiries.put(replace(found, peer_replies=1))

    await migrated(store)
    await store.transact(write_again)
    assert await store.read(lambda uow: uow.inquiries.by_message(key(10, NEW))) is None


async def test_a_part_replaced_after_the_move_is_found_by_its_new_message(store: SqliteStore) -> None:
    await migrated(store)
    rewritten = replace(OLD_DRAFT, chat_id=NEW, author=NEW_ADMIN, parts=moved((part(3, "改"),), NEW))
    await store.transact(lambda uow: uow.drafts.put(rewritten))
    found = await store.read(lambda uow: uow.drafts.by_source(key(3, NEW)))
    assert found is not None
    assert found.id == DraftId(1)


async def test_what_was_said_in_a_thread_stays_readable(store: SqliteStore) -> None:
    await migrated(store)
    (said,) = await store.read(lambda uow: uow.threads.last_messages(TicketId(1), 9))
    assert said == replace(thread_message(30), key=key(30, OLD), sender=NEW_ADMIN)


async def test_links_to_messages_of_the_old_chat_are_dropped_and_others_kept(store: SqliteStore) -> None:
    await migrated(store)
    assert await store.read(lambda uow: uow.links.latest(LinkRole.DESK_CARD, 1)) == []
    assert len(await store.read(lambda uow: uow.links.latest(LinkRole.MENU, 1))) == 1


async def test_migrating_twice_changes_nothing_and_the_move_is_on_record(
    store: SqliteStore, clock: Clock
) -> None:
    def seen(uow: SqliteUnitOfWork) -> object:
        return (
            uow.chats.all(),
            uow.inquiries.get(InquiryId(1)),
            uow.tickets.get(TicketId(1)),
            uow.drafts.get(DraftId(1)),
            uow.history.of(TicketId(1)),
            uow.chats.moved_to(OLD),
            uow.chats.migrated_at(NEW),
        )

    await migrated(store)
    before = await store.read(seen)
    clock.forward(SECOND)
    await store.transact(lambda uow: uow.chats.migrate(OLD, NEW))
    assert await store.read(seen) == before
    assert await store.read(lambda uow: uow.chats.moved_to(OLD)) == NEW
    assert await store.read(lambda uow: uow.chats.migrated_at(NEW)) == NOW
    assert await store.read(lambda uow: uow.chats.moved_to(NEW)) is None
    assert await store.read(lambda uow: uow.chats.migrated_at(OLD)) is None


async def test_a_chat_does_not_move_to_itself(store: SqliteStore) -> None:
    await store.transact(fill)
    await store.transact(lambda uow: uow.chats.migrate(OLD, OLD))
    assert await store.read(lambda uow: uow.chats.get(OLD)) is not None
    assert await store.read(lambda uow: uow.chats.moved_to(OLD)) is None


async def test_where_the_new_chat_has_rows_already_they_stay(store: SqliteStore) -> None:
    bound_anew = bound_chat(NEW, Room.MUTUAL_AID)
    new_fragment = replace(part(5, "新"), key=key(5, NEW))

    def prepare(uow: SqliteUnitOfWork) -> None:
        fill(uow)
        uow.chats.put(bound_anew)
        uow.people.remember(replace(NEW_ADMIN, name="新群名"), NOW)
        uow.people.see_in(NEW_ADMIN.id, LF)
        uow.fragments.add(NEW, ZHANG.id, new_fragment, NOW)

    await migrated(store, prepare)
    assert await store.read(lambda uow: uow.chats.all()) == [bound_anew]
    admin = await store.read(lambda uow: uow.people.get(NEW_ADMIN.id))
    assert admin is not None
    assert admin.name == "新群名"
    assert await store.transact(lambda uow: uow.fragments.take(NEW, ZHANG.id, NOW)) == (new_fragment,)


def _card(chat_id: ChatId, page: int) -> Notice:
    return Notice(kind=NoticeKind.DESK_CARD, chat_id=chat_id, ref=1, data={"page": page})


def _text(chat_id: ChatId) -> Notice:
    return Notice(kind=NoticeKind.TEXT, chat_id=chat_id, data={"key": "hello"})


async def test_what_is_owed_to_the_old_chat_goes_to_the_new_one(store: SqliteStore) -> None:
    def owe(uow: SqliteUnitOfWork) -> None:
        for notice in (_text(OLD), _card(OLD, 1), _text(DESK)):
            uow.tell(notice)

    await store.transact(owe)
    sending = await store.transact(lambda uow: uow.outbox.claim(NOW, 1))
    await store.transact(lambda uow: uow.chats.migrate(OLD, NEW))
    again = await store.read(lambda uow: uow.outbox.get(sending[0].id))
    assert again is not None
    assert (again.notice, again.state) == (_text(NEW), OutboxState.SENDING)
    await store.transact(lambda uow: uow.outbox.retry(again.id, NOW, "ChatMigrated"))
    rows = await store.transact(lambda uow: uow.outbox.claim(NOW, 9))
    assert [row.notice for row in rows] == [_text(NEW), _text(DESK)]
    await store.transact(lambda uow: uow.outbox.sent(rows[0].id))
    (card,) = await store.transact(lambda uow: uow.outbox.claim(NOW, 9))
    assert card.notice == _card(NEW, 1)


async def test_a_slot_owed_to_both_ids_becomes_one_row_with_the_newest_data(store: SqliteStore) -> None:
    def owe(uow: SqliteUnitOfWork) -> None:
        for notice in (_card(OLD, 1), _card(NEW, 2)):
            uow.tell(notice)
        uow.chats.migrate(OLD, NEW)
        uow.tell(_card(OLD, 3))
        uow.chats.migrate(OLD, NEW)

    await store.transact(owe)
    rows = await store.transact(lambda uow: uow.outbox.claim(NOW, 9))
    assert [row.notice for row in rows] == [_card(NEW, 3)]
    assert await store.read(lambda uow: uow.outbox.depth()) == 1


async def test_of_two_rows_of_one_slot_the_newer_data_wins_whichever_chat_it_was_owed_to(
    store: SqliteStore,
) -> None:
    def owe(uow: SqliteUnitOfWork) -> None:
        for notice in (_card(OLD, 1), _card(NEW, 2)):
            uow.tell(notice)
        uow.chats.migrate(OLD, NEW)

    await store.transact(owe)
    (row,) = await store.transact(lambda uow: uow.outbox.claim(NOW, 9))
    assert row.notice == _card(NEW, 2)


async def test_an_older_row_that_moved_in_waits_for_the_row_being_sent(store: SqliteStore) -> None:
    await store.transact(lambda uow: uow.tell(_text(OLD)))
    await store.transact(lambda uow: uow.tell(_text(NEW)))
    (sending,) = await store.transact(lambda uow: uow.outbox.claim(NOW, 9, {OLD}))
    await store.transact(lambda uow: uow.chats.migrate(OLD, NEW))
    assert await store.transact(lambda uow: uow.outbox.claim(NOW, 9)) == []
    await store.transact(lambda uow: uow.outbox.sent(sending.id))
    (older,) = await store.transact(lambda uow: uow.outbox.claim(NOW, 9))
    assert older.id < sending.id
