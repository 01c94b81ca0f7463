"""What is owed goes out: in order, once, no faster than allowed. Real store, real HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.budget import Budget
from bot.delivery import Delivery
from bot.gateway import Gateway
from bot.journal import Journal
from bot.outgoing import CopyParts, EditText, React, Rendered
from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID
from storage import OutboxState
from tests.bot.office import FREE, GROUP, Office, said, text
from tests.bot.stage import owe, until
from tests.sandbox.conftest import png
from tickets.identity import ChatId, MessageId, MessageKey
from tickets.mishaps import Mishaps
from tickets.model import (
    Link,
    LinkRole,
)


async def test_a_notice_goes_out_and_its_message_stands_for_its_matter(office: Office) -> None:
    office.script.say("hello", said(text("您好")))
    await office.owe(owe(MUTUAL_AID, "hello"))
    assert await office.delivery.run_once() == 1
    assert office.texts() == ["您好"]
    assert await office.states() == {OutboxState.SENT: 1}
    (message,) = [each for each in office.world.messages(MUTUAL_AID) if each.author_id == BOT]
    key = MessageKey(chat_id=GROUP, message_id=MessageId(message.id))
    assert await office.links() == [Link(key=key, role=LinkRole.REPLY, ref=7, part=0, digest="d1")]


async def test_nothing_to_say_is_said_by_nothing(office: Office) -> None:
    office.script.say("over", Rendered())
    await office.owe(owe(MUTUAL_AID, "over"))
    await office.deliver()
    assert office.texts() == []
    assert await office.states() == {OutboxState.SENT: 1}


async def test_a_chat_gets_its_notices_in_the_order_they_were_owed(office: Office) -> None:
    for number in range(12):
        office.script.say(str(number), said(text(str(number), MUTUAL_AID if number % 2 else DESK), role=None))
        await office.owe(owe(MUTUAL_AID if number % 2 else DESK, str(number)))
    await office.deliver()
    assert office.texts() == ["1", "3", "5", "7", "9", "11"]
    assert office.texts(DESK) == ["0", "2", "4", "6", "8", "10"]


async def test_a_long_notice_is_taken_up_where_it_broke_off(office: Office) -> None:
    office.script.say("long", said(text("一"), text("二"), text("三")))
    office.world.faults.add("http_5xx", "sendMessage", after=1)
    await office.owe(owe(MUTUAL_AID, "long"))
    await office.deliver()
    assert office.texts() == ["一"]
    office.now.move(1)
    await office.deliver()
    assert office.texts() == ["一", "二", "三"]
    assert [link.part for link in await office.links()] == [0, 1, 2]


async def test_an_album_and_a_reaction_are_linked_by_what_they_made(office: Office) -> None:
    album = office.world.send_album(101, MUTUAL_AID, [(png(), "a.png"), (png(), "b.png")], kind="photo")
    ids = tuple(MessageId(message.id) for message in album)
    eyes = React(chat_id=GROUP, message_id=ids[0], emoji="👀")
    parts = CopyParts(chat_id=ChatId(DESK), from_chat_id=GROUP, message_ids=ids, attachments=())
    office.script.say("album", said(eyes, parts, text("附言", DESK)))
    await office.owe(owe(DESK, "album"))
    await office.deliver()
    links = await office.links()
    assert [link.part for link in links] == [0, 1, 2]
    assert all(link.key.chat_id == DESK for link in links)


async def test_an_edit_that_would_change_nothing_is_spared(office: Office) -> None:
    office.script.say("card", said(text("卡")))
    await office.owe(owe(MUTUAL_AID, "card"))
    await office.deliver()
    (link,) = await office.links()
    edit = EditText(chat_id=GROUP, message_id=link.key.message_id, html="卡")
    office.script.say("card", said(edit))
    await office.owe(owe(MUTUAL_AID, "card"))
    await office.deliver()
    assert office.world.calls.of("editMessageText") == []
    office.script.say("card", said(replace(edit, html="新卡"), digest="d2"))
    await office.owe(owe(MUTUAL_AID, "card"))
    await office.deliver()
    assert office.texts() == ["新卡"]
    assert [each.digest for each in await office.links()] == ["d2"]


async def test_an_edit_that_would_change_nothing_takes_nothing_of_the_budget(office: Office) -> None:
    office.delivery = office.make(replace(FREE, group_per_minute=1))
    office.script.say("card", said(text("卡")))
    await office.owe(owe(MUTUAL_AID, "card"))
    await office.deliver()
    (link,) = await office.links()
    office.script.say("card", said(EditText(chat_id=GROUP, message_id=link.key.message_id, html="卡")))
    office.script.say("next", said(text("下一条"), role=None))
    office.now.move(60)
    await office.owe(owe(MUTUAL_AID, "card"), owe(MUTUAL_AID, "next"))
    await office.deliver()
    assert office.texts() == ["卡", "下一条"]


async def test_what_is_urgent_goes_first_when_the_budget_is_short(office: Office) -> None:
    office.delivery = office.make(replace(FREE, overall_per_second=1))
    chats = [MUTUAL_AID, DESK, ALLIANCE]
    for number, chat_id in enumerate(chats):
        office.script.say(str(number), said(text(str(number), chat_id), role=None, urgent=number == 2))
        await office.owe(owe(chat_id, str(number)))
    order = []
    for _ in range(4):
        await office.delivery.run_once()
        order.append([text for chat_id in chats for text in office.texts(chat_id)])
        office.now.move(1)
    assert [len(each) for each in order] == [1, 2, 3, 3]
    assert order[0] == ["2"]


async def test_a_group_gets_no_more_than_its_minute_allows(office: Office) -> None:
    office.delivery = office.make(replace(FREE, group_per_minute=3))
    office.script.say("a", said(text("a"), text("b"), role=None))
    for _ in range(3):
        await office.owe(owe(MUTUAL_AID, "a"))
    await office.deliver()
    assert office.texts() == ["a", "b"]
    office.now.move(60)
    await office.deliver()
    assert office.texts() == ["a", "b", "a", "b"]


async def test_what_was_rendered_long_before_it_goes_out_is_rendered_again(office: Office) -> None:
    office.delivery = office.make(replace(FREE, group_per_minute=1))
    for key in ("a", "b"):
        office.script.say(key, said(text(key), text(key), role=None))
    await office.owe(owe(MUTUAL_AID, "a"))
    await office.deliver()
    await office.owe(owe(MUTUAL_AID, "b"))
    office.now.move(59)
    await office.deliver()
    office.script.say("b", said(text("later"), role=None))
    office.now.move(61)
    await office.deliver()
    assert office.texts() == ["a", "a", "later"]


async def test_what_was_being_sent_when_the_program_died_is_sent_after_the_next_start(office: Office) -> None:
    office.script.say("a", said(text("a")))
    await office.owe(owe(MUTUAL_AID, "a"))
    await office.store.transact(lambda uow: uow.outbox.claim(office.now(), 5))
    assert await office.delivery.run_once() == 0
    await office.delivery.recover()
    await office.deliver()
    assert office.texts() == ["a"]


async def test_the_loop_keeps_within_the_overall_limit(
    office: Office, gateway: Gateway, journal: Journal
) -> None:
    office.script.say("a", said(text("a"), role=None))
    delivery = Delivery(
        store=office.store,
        gateway=gateway,
        renderer=office.script,
        repairs=Mishaps(),
        budget=Budget(replace(FREE, overall_per_second=5)),
        now=office.now,
        journal=journal,
    )
    for number in range(8):
        office.world.add_chat(-500 - number, "群", creator=ADMIN, admin_ids=[BOT])
        office.script.say(str(number), said(text("a", -500 - number), role=None))
        await office.owe(owe(-500 - number, str(number)))
    running = asyncio.create_task(delivery.run())
    await until(lambda: len(office.world.calls.of("sendMessage")) == 8)
    delivery.stop()
    await running
    times = [call.at for call in office.world.calls.of("sendMessage")]
    assert times[5] - times[0] > 0.9


async def test_the_loop_sends_what_is_owed_while_it_runs_and_ends_when_told(office: Office) -> None:
    office.script.say("a", said(text("a"), role=None))
    running = asyncio.create_task(office.delivery.run())
    await office.owe(*(owe(chat, "a") for chat in (MUTUAL_AID, DESK)))
    office.script.say("a", said(text("a"), role=None))
    office.delivery.wake()
    await until(lambda: len(office.texts()) == 2)
    office.world.faults.add("delay", "sendMessage", delay_ms=100)
    await office.owe(owe(MUTUAL_AID, "a"))
    office.delivery.wake()
    await until(lambda: office.delivery._under_way)
    office.delivery.stop()
    await running
    assert len(office.texts()) == 3, "a call under way comes to its end"
    assert await office.states() == {OutboxState.SENT: 3}
