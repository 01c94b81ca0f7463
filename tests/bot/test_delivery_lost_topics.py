"""Where a topic that is not the ticket's own is gone, words go to the chat, and the ticket's topic stays."""

from __future__ import annotations

import pytest

from bot.outgoing import CopyParts, EditText, Rendered, Topic, TopicStep
from bot.queues import OutboxRow
from sandbox.demo import ADMIN, ALLIANCE, MUTUAL_AID
from storage import OutboxState
from tests.bot.office import FORUM, GROUP, TICKET, Office, said, text
from tests.bot.stage import owe
from tests.bot.test_delivery_repairs import make_thread
from tickets.identity import ChatId, MessageId, MessageKey, TicketId
from tickets.model import Link, LinkRole
from tickets.unit_of_work import UnitOfWork


def lose_topic(office: Office) -> int:
    """A topic of the alliance's forum that was deleted."""
    topic = office.world.topic(ADMIN, ALLIANCE, "create", name="旧")
    assert topic is not None
    office.world.topic(ADMIN, ALLIANCE, "delete", thread_id=topic.thread_id)
    return int(topic.thread_id)


async def topic_of_ticket(office: Office) -> int | None:
    thread = await office.store.read(lambda uow: uow.threads.get(TICKET))
    assert thread is not None
    return thread.topic_id


@pytest.mark.parametrize("ticket_id", [TICKET, None])
async def test_what_was_meant_for_a_lost_topic_that_is_not_the_tickets_goes_to_the_chat(
    office: Office, ticket_id: TicketId | None
) -> None:
    topic = office.world.topic(ADMIN, ALLIANCE, "create", name="LF-0001")
    assert topic is not None
    await make_thread(office, topic.thread_id)
    lost = lose_topic(office)
    steps = (
        text("答", ALLIANCE, thread_id=lost, reply_to=MessageId(99_999), orphan_html="给王敏：答"),
        text("续", ALLIANCE, thread_id=lost),
    )
    office.script.say("answer", said(*steps))
    await office.owe(owe(ALLIANCE, "answer", ticket_id=ticket_id))
    await office.deliver()
    assert office.texts(ALLIANCE)[-2:] == ["给王敏：答", "续"]
    assert await topic_of_ticket(office) == topic.thread_id
    assert await office.states() == {OutboxState.SENT: 1}
    assert len(await office.links()) == 2


async def test_a_topic_of_the_same_number_in_another_chat_is_not_the_tickets(office: Office) -> None:
    lost = lose_topic(office)
    await make_thread(office, lost)
    office.script.say("answer", said(text("答", MUTUAL_AID, thread_id=lost)))
    office.world.faults.add("bad_request", "sendMessage", description="message thread not found")
    await office.owe(owe(MUTUAL_AID, "answer", ticket_id=TICKET))
    await office.deliver()
    assert office.texts() == ["答"]
    assert await topic_of_ticket(office) == lost


async def test_a_copy_leaves_a_lost_topic_and_a_step_on_the_topic_itself_is_left_out(office: Office) -> None:
    lost = lose_topic(office)
    asked = office.world.send(101, MUTUAL_AID, "问")
    copy = CopyParts(
        chat_id=FORUM,
        from_chat_id=GROUP,
        message_ids=(MessageId(asked.id),),
        attachments=(),
        thread_id=lost,
    )
    reopening = Topic(chat_id=FORUM, step=TopicStep.REOPEN, thread_id=lost)
    office.script.say("copy", Rendered(steps=(reopening, copy)))
    await office.owe(owe(ALLIANCE, "copy"))
    await office.deliver()
    assert office.texts(ALLIANCE)[-1] == "问"
    assert await office.states() == {OutboxState.SENT: 1}


async def test_a_lost_topic_where_none_was_named_is_a_refusal(office: Office) -> None:
    office.script.say("a", said(text("a")))
    office.world.faults.add("bad_request", "sendMessage", description="message thread not found")
    await office.owe(owe(MUTUAL_AID, "a"))
    await office.deliver()
    assert await office.states() == {OutboxState.DEAD: 1}


async def test_a_card_to_be_changed_in_a_lost_topic_is_sent_anew(office: Office) -> None:
    def card(uow: UnitOfWork, row: OutboxRow) -> Rendered:
        shown = uow.links.latest(LinkRole.THREAD_CARD, 7)
        key = shown[0].key if shown else None
        step = EditText(chat_id=key.chat_id, message_id=key.message_id, html="新") if key else text("新")
        return said(step, role=LinkRole.THREAD_CARD)

    office.script.lines["card"] = card
    old = MessageKey(chat_id=ChatId(MUTUAL_AID), message_id=MessageId(999))
    await office.store.transact(lambda uow: uow.links.put(Link(key=old, role=LinkRole.THREAD_CARD, ref=7)))
    office.world.faults.add("bad_request", "editMessageText", description="TOPIC_DELETED")
    await office.owe(owe(MUTUAL_AID, "card"))
    await office.deliver()
    assert office.texts() == ["新"]
