"""What is gone is made anew: cards, topics, and chats that have become others."""

from __future__ import annotations

import pytest

from bot.outgoing import EditText, Rendered, Topic, TopicStep
from bot.queues import OutboxRow
from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID
from storage import OutboxState, SqliteUnitOfWork
from tests.bot.office import FORUM, GROUP, TICKET, Office, said, text
from tests.bot.stage import START, owe
from tickets.identity import ChatId, CommunityCode, MessageId, MessageKey, Person, TicketId, UserId
from tickets.lifecycle import Status
from tickets.model import (
    Link,
    LinkRole,
    Thread,
    Ticket,
    TicketClass,
)
from tickets.unit_of_work import UnitOfWork


async def test_a_lost_card_is_sent_anew(office: Office) -> None:
    def card(uow: UnitOfWork, row: OutboxRow) -> Rendered:
        shown = uow.links.latest(LinkRole.DESK_CARD, 7)
        step = (
            EditText(chat_id=shown[0].key.chat_id, message_id=shown[0].key.message_id, html="新")
            if shown
            else text("新", DESK)
        )
        return said(step, role=LinkRole.DESK_CARD)

    office.script.lines["card"] = card
    gone = Link(
        key=MessageKey(chat_id=ChatId(DESK), message_id=MessageId(999)), role=LinkRole.DESK_CARD, ref=7
    )
    await office.store.transact(lambda uow: uow.links.put(gone))
    await office.owe(owe(DESK, "card"))
    await office.deliver()
    assert office.texts(DESK) == ["新"]


async def test_an_edit_that_stands_for_nothing_gives_up_after_some_repairs(office: Office) -> None:
    edit = EditText(chat_id=GROUP, message_id=MessageId(999), html="x")
    office.script.say("menu", Rendered(steps=(edit,)))
    await office.owe(owe(MUTUAL_AID, "menu"))
    await office.deliver()
    assert len(office.world.calls.of("editMessageText")) == 6
    assert await office.states() == {OutboxState.PENDING: 1}
    office.script.say("next", said(text("下一条"), role=None))
    await office.owe(owe(MUTUAL_AID, "next"))
    for _ in range(2):
        office.now.move(60)
        await office.deliver()
    assert await office.states() == {OutboxState.DEAD: 1, OutboxState.SENT: 1}
    assert office.texts() == ["下一条"], "the chat goes on"


async def test_a_group_that_grew_gets_its_notices_under_the_new_id(office: Office) -> None:
    office.world.add_chat(-77, "小群", kind="group", creator=ADMIN, member_ids=[101, BOT])
    office.script.lines["a"] = lambda uow, row: said(text("a", row.notice.chat_id))
    office.script.lines["b"] = lambda uow, row: said(text("b", row.notice.chat_id))
    new_id = office.world.migrate(-77)
    await office.owe(owe(-77, "a"), owe(-77, "b"))
    await office.deliver()
    assert office.texts(new_id) == ["a", "b"]
    assert await office.states() == {OutboxState.SENT: 2}


async def make_thread(office: Office, topic_id: int | None) -> None:
    """A ticket that is handled in the forum."""
    asker = Person(id=UserId(101), name="王敏")
    origin = MessageKey(chat_id=GROUP, message_id=MessageId(1))

    def put(uow: SqliteUnitOfWork) -> None:
        uow.tickets.put(
            Ticket(
                id=TICKET,
                number="LF-0001",
                community=CommunityCode("LF"),
                inquiry_id=7,  # type: ignore[arg-type]
                asker=asker,
                origin=origin,
                subject="叉车",
                status=Status.DISPATCHED,
                ticket_class=TicketClass.B,
                holder=None,
                department=None,
                officer=None,
                reason="",
                created_at=START,
                opened_at=START,
                updated_at=START,
            )
        )
        uow.threads.put(Thread(ticket_id=TICKET, chat_id=FORUM, topic_id=topic_id))

    await office.store.transact(put)


def in_thread(uow: UnitOfWork, row: OutboxRow) -> Rendered:
    """The card of a thread, which needs its topic."""
    thread = uow.threads.get(TICKET)
    assert thread is not None
    if thread.topic_id is None:
        return said(Topic(chat_id=FORUM, step=TopicStep.CREATE, name="LF-0001 · 叉车"))
    return said(text("卡", ALLIANCE, thread_id=thread.topic_id), role=LinkRole.THREAD_CARD, ref=1)


async def test_a_topic_is_made_once_and_written_into(office: Office) -> None:
    office.script.lines["card"] = in_thread
    await make_thread(office, None)
    await office.owe(owe(ALLIANCE, "card", ticket_id=TICKET))
    await office.deliver()
    thread = await office.store.read(lambda uow: uow.threads.get(TICKET))
    assert thread is not None
    assert thread.topic_id in office.world.chats[ALLIANCE].topics
    assert "卡" in office.texts(ALLIANCE)
    assert len(office.world.calls.of("createForumTopic")) == 1


async def test_a_deleted_topic_is_made_anew_and_the_notice_goes_there(office: Office) -> None:
    topic = office.world.topic(ADMIN, ALLIANCE, "create", name="旧")
    assert topic is not None
    office.world.topic(ADMIN, ALLIANCE, "delete", thread_id=topic.thread_id)
    await make_thread(office, topic.thread_id)
    office.script.lines["card"] = in_thread
    await office.owe(owe(ALLIANCE, "card", ticket_id=TICKET))
    await office.delivery.run_once()
    thread = await office.store.read(lambda uow: uow.threads.get(TICKET))
    assert thread is not None
    assert thread.topic_id not in (None, topic.thread_id)
    assert "卡" in office.texts(ALLIANCE)


async def test_closing_and_reopening_a_topic_is_remembered(office: Office) -> None:
    topic = office.world.topic(ADMIN, ALLIANCE, "create", name="旧")
    assert topic is not None
    await make_thread(office, topic.thread_id)
    for key, step in (("close", TopicStep.CLOSE), ("open", TopicStep.REOPEN)):
        office.script.say(key, Rendered(steps=(Topic(chat_id=FORUM, step=step, thread_id=topic.thread_id),)))
        await office.owe(owe(ALLIANCE, key, ticket_id=TICKET))
        await office.deliver()
        thread = await office.store.read(lambda uow: uow.threads.get(TICKET))
        assert thread is not None
        assert thread.closed is (key == "close")
    await office.owe(owe(ALLIANCE, "close"))  # of no ticket: nothing to remember
    await office.deliver()
    assert office.world.chats[ALLIANCE].topics[topic.thread_id].closed


@pytest.mark.parametrize("ticket_id", [TICKET, None])
async def test_a_closed_topic_is_reopened_to_write_into_it(
    office: Office, ticket_id: TicketId | None
) -> None:
    topic = office.world.topic(ADMIN, ALLIANCE, "create", name="旧")
    assert topic is not None
    await make_thread(office, topic.thread_id)
    office.script.say("a", said(text("a", ALLIANCE, thread_id=topic.thread_id), role=None))
    office.world.topic(ADMIN, ALLIANCE, "close", thread_id=topic.thread_id)
    office.world.faults.add("bad_request", "sendMessage", description="TOPIC_CLOSED")
    await office.owe(owe(ALLIANCE, "a", ticket_id=ticket_id))
    await office.deliver()
    assert "a" in office.texts(ALLIANCE)
    assert not office.world.chats[ALLIANCE].topics[topic.thread_id].closed


@pytest.mark.parametrize("thread_id", [5, None])
async def test_a_topic_that_stays_closed_ends_the_notice(office: Office, thread_id: int | None) -> None:
    office.script.say("a", said(text("a", ALLIANCE, thread_id=thread_id), role=None))
    office.world.faults.add("bad_request", "sendMessage", description="TOPIC_CLOSED", times=0)
    await office.owe(owe(ALLIANCE, "a"))
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD: 1}
