"""The contract about drafts, answers, threads and the links of the bot's messages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage import SqliteStore, SqliteUnitOfWork, StorageError
from tests.storage.samples import (
    DESK,
    GROUP,
    LI,
    NOW,
    SECOND,
    WANG,
    ZHANG,
    answer,
    draft,
    for_each,
    inquiry,
    key,
    part,
    thread_message,
    ticket,
)
from tickets.identity import AnswerId, DraftId, TicketId
from tickets.model import DraftKind, DraftState, Link, LinkRole, Thread


async def test_a_draft_comes_back_as_it_was_put_and_every_field_can_be_replaced(store: SqliteStore) -> None:
    bare = replace(
        draft(1), kind=DraftKind.COMMUNITY_NAME, ticket_id=None, community=None, thread_id=None,
        asked_by=None, channel="", state=DraftState.DROPPED, parts=(), author=LI, chat_id=GROUP,
        created_at=NOW + SECOND,
    )  # fmt: skip
    for kept in (draft(1), bare, draft(1)):
        await store.transact(lambda uow, kept=kept: uow.drafts.put(kept))  # type: ignore[misc]
        assert await store.read(lambda uow: uow.drafts.get(DraftId(1))) == kept
    assert await store.read(lambda uow: uow.drafts.get(DraftId(2))) is None


async def test_a_message_leads_to_the_newest_draft_made_of_it(store: SqliteStore) -> None:
    first, second = draft(1), replace(draft(2), parts=draft(1).parts)
    await store.transact(lambda uow: for_each(uow.drafts.put, (second, first)))
    assert await store.read(lambda uow: uow.drafts.by_source(key(11))) == second
    assert await store.read(lambda uow: uow.drafts.by_source(key(99))) is None


async def test_inquiries_and_drafts_do_not_claim_each_others_messages(store: SqliteStore) -> None:
    def work(uow: SqliteUnitOfWork) -> None:
        uow.inquiries.put(inquiry(1))
        uow.drafts.put(replace(draft(2), parts=(part(10, "引用"),)))

    await store.transact(work)
    assert await store.read(lambda uow: uow.inquiries.by_message(key(10))) == inquiry(1)
    found = await store.read(lambda uow: uow.drafts.by_source(key(10)))
    assert found is not None
    assert found.id == 2
    assert await store.read(lambda uow: uow.drafts.by_source(key(11))) is None


async def test_the_draft_asked_of_an_author_last_is_the_one_they_write(store: SqliteStore) -> None:
    asked = [draft(number, state=DraftState.PROMPTED) for number in (1, 2)]
    composed = draft(3)
    others = replace(draft(4, state=DraftState.PROMPTED), author=LI)
    await store.transact(lambda uow: for_each(uow.drafts.put, (*asked, composed, others)))
    assert await store.read(lambda uow: uow.drafts.prompted_for(DESK, WANG.id)) == asked[1]
    assert await store.read(lambda uow: uow.drafts.prompted_for(GROUP, WANG.id)) is None
    assert await store.read(lambda uow: uow.drafts.prompted_for(DESK, ZHANG.id)) is None


async def test_an_answer_comes_back_as_it_was_put_and_every_field_can_be_replaced(store: SqliteStore) -> None:
    changed = replace(
        answer(1), ticket_id=TicketId(2), draft_id=DraftId(8), text="改", department=None, author=LI,
        published_at=NOW + SECOND, edited_at=NOW + 2 * SECOND, verdict="solved", rating="satisfied",
    )  # fmt: skip
    await store.transact(lambda uow: for_each(uow.tickets.put, (ticket(1), ticket(2))))
    for kept in (answer(1), changed, answer(1)):
        await store.transact(lambda uow, kept=kept: uow.answers.put(kept))  # type: ignore[misc]
        assert await store.read(lambda uow: uow.answers.get(AnswerId(1))) == kept
    assert await store.read(lambda uow: uow.answers.get(AnswerId(2))) is None


async def test_the_latest_answer_and_the_answer_of_a_draft_are_found(store: SqliteStore) -> None:
    first, second = answer(1), answer(2, draft_id=2)

    def work(uow: SqliteUnitOfWork) -> None:
        uow.tickets.put(ticket(1))
        uow.answers.put(first)
        uow.answers.put(second)

    await store.transact(work)
    assert await store.read(lambda uow: uow.answers.latest_of(TicketId(1))) == second
    assert await store.read(lambda uow: uow.answers.latest_of(TicketId(2))) is None
    assert await store.read(lambda uow: uow.answers.by_draft(DraftId(1))) == first
    assert await store.read(lambda uow: uow.answers.by_draft(DraftId(3))) is None


async def test_an_answer_without_its_ticket_is_refused(store: SqliteStore) -> None:
    with pytest.raises(StorageError):
        await store.transact(lambda uow: uow.answers.put(answer(1)))


async def test_a_thread_gets_its_topic_and_is_found_by_it(store: SqliteStore) -> None:
    begun = Thread(ticket_id=TicketId(1), chat_id=DESK, topic_id=None)
    made = Thread(ticket_id=TicketId(1), chat_id=GROUP, topic_id=44, closed=True)
    await store.transact(lambda uow: uow.tickets.put(ticket(1)))
    for kept in (begun, made):
        await store.transact(lambda uow, kept=kept: uow.threads.put(kept))  # type: ignore[misc]
        assert await store.read(lambda uow: uow.threads.get(TicketId(1))) == kept
    assert await store.read(lambda uow: uow.threads.by_topic(GROUP, 44)) == made
    assert await store.read(lambda uow: uow.threads.by_topic(DESK, 44)) is None
    assert await store.read(lambda uow: uow.threads.get(TicketId(2))) is None


async def test_what_is_said_in_a_thread_is_kept_and_edits_replace_it(store: SqliteStore) -> None:
    said = thread_message(5)
    edited = replace(
        said, ticket_id=TicketId(2), text="改", attachment=None, album_id="a", sender=LI, at=NOW + SECOND
    )

    def work(uow: SqliteUnitOfWork) -> None:
        uow.tickets.put(ticket(1))
        uow.tickets.put(ticket(2))
        uow.threads.add_message(said)

    await store.transact(work)
    assert await store.read(lambda uow: uow.threads.message(said.key)) == said
    await store.transact(lambda uow: uow.threads.add_message(edited))
    assert await store.read(lambda uow: uow.threads.message(said.key)) == edited
    assert await store.read(lambda uow: uow.threads.message(key(5))) is None


async def test_an_album_and_the_last_words_of_a_thread_come_in_order(store: SqliteStore) -> None:
    messages = [
        replace(thread_message(number, album_id="a" if number > 1 else None), at=NOW + number * SECOND)
        for number in (1, 2, 3)
    ]

    def work(uow: SqliteUnitOfWork) -> None:
        uow.tickets.put(ticket(1))
        for message in reversed(messages):
            uow.threads.add_message(message)

    await store.transact(work)
    assert await store.read(lambda uow: uow.threads.album(DESK, "a")) == messages[1:]
    assert await store.read(lambda uow: uow.threads.album(GROUP, "a")) == []
    assert await store.read(lambda uow: uow.threads.last_messages(TicketId(1), 2)) == messages[1:]
    assert await store.read(lambda uow: uow.threads.last_messages(TicketId(1), 9)) == messages


def _card(message_id: int, *, part: int = 0, digest: str = "d") -> Link:
    return Link(key=key(message_id, DESK), role=LinkRole.DESK_CARD, ref=1, part=part, digest=digest)


async def test_the_message_sent_last_stands_for_a_matter_and_older_ones_are_still_known(
    store: SqliteStore,
) -> None:
    old, new = _card(1), _card(2)
    await store.transact(lambda uow: for_each(uow.links.put, (old, new)))
    assert await store.read(lambda uow: uow.links.latest(LinkRole.DESK_CARD, 1)) == [new]
    assert await store.read(lambda uow: uow.links.find(old.key)) == old
    assert await store.read(lambda uow: uow.links.find(key(1))) is None
    assert await store.read(lambda uow: uow.links.latest(LinkRole.DESK_CARD, 2)) == []
    assert await store.read(lambda uow: uow.links.latest(LinkRole.ANSWER, 1)) == []


async def test_the_pieces_of_a_long_text_stand_side_by_side_in_order(store: SqliteStore) -> None:
    pieces = [_card(9, part=0), _card(8, part=1), _card(7, part=2)]
    await store.transact(lambda uow: for_each(uow.links.put, reversed(pieces)))
    assert await store.read(lambda uow: uow.links.latest(LinkRole.DESK_CARD, 1)) == pieces


async def test_putting_a_link_again_updates_what_was_last_shown(store: SqliteStore) -> None:
    shown = _card(1, digest="later")
    await store.transact(lambda uow: for_each(uow.links.put, (_card(1), shown)))
    assert await store.read(lambda uow: uow.links.latest(LinkRole.DESK_CARD, 1)) == [shown]


async def test_a_message_may_come_to_stand_for_something_else(store: SqliteStore) -> None:
    prompt = Link(key=key(1, DESK), role=LinkRole.PROMPT, ref=3, part=1)
    await store.transact(lambda uow: for_each(uow.links.put, (_card(1), prompt)))
    assert await store.read(lambda uow: uow.links.find(prompt.key)) == prompt
    assert await store.read(lambda uow: uow.links.latest(LinkRole.DESK_CARD, 1)) == []


async def test_a_forgotten_matter_has_no_message_until_one_is_sent_anew(store: SqliteStore) -> None:
    await store.transact(lambda uow: uow.links.put(_card(1)))
    await store.transact(lambda uow: uow.links.forget(LinkRole.DESK_CARD, 1))
    assert await store.read(lambda uow: uow.links.latest(LinkRole.DESK_CARD, 1)) == []
    assert await store.read(lambda uow: uow.links.find(key(1, DESK))) == _card(1)
    await store.transact(lambda uow: uow.links.put(_card(2)))
    assert await store.read(lambda uow: uow.links.latest(LinkRole.DESK_CARD, 1)) == [_card(2)]
