"""What was written or pressed in a group before it got another id, and is acted on only afterwards."""

from __future__ import annotations

from tests.tickets.people import DESK, GROUP, LI, THE_GROUP, WANG, ZHANG, edit, reply_to
from tests.tickets.stories import POLICY, again, opened, waiting
from tests.tickets.world import World
from tickets.buttons import Verb
from tickets.conversation import Chat
from tickets.identity import ChatId, UserId
from tickets.lifecycle import Status

NEW = ChatId(-100_2001)


async def grow(world: World, chat: Chat) -> None:
    await world.do(lambda uow: uow.chats.migrate(chat.id, NEW))


async def test_a_question_still_on_its_way_is_asked_in_the_group_as_it_is_now(world: World) -> None:
    await grow(world, GROUP)
    await world.say("园区班车几点发？")
    await world.wait(POLICY.quiet)
    ticket = await world.the_ticket()
    assert (ticket.community, ticket.origin.chat_id, ticket.origin.message_id) == ("LF", NEW, 0)
    assert ticket.asker == ZHANG


async def test_who_speaks_in_the_groups_name_speaks_in_its_present_one(world: World) -> None:
    await grow(world, GROUP)
    await world.say("园区班车几点发？", by=THE_GROUP)
    await world.wait(POLICY.quiet)
    assert (await world.the_ticket()).asker.id == UserId(NEW)
    assert await world.do(lambda uow: uow.people.get(UserId(GROUP.id))) is None


async def test_an_edit_from_before_changes_nobody_elses_question(world: World) -> None:
    mine = await world.say("园区班车几点发？")
    await world.wait(POLICY.quiet)
    ticket = await world.the_ticket()
    await grow(world, GROUP)
    await world.receive(edit(await world.say("好的", by=LI), "改了"))
    await world.receive(edit(mine, "改了"))
    inquiry = await world.do(lambda uow: uow.inquiries.get(ticket.inquiry_id))
    assert inquiry is not None
    assert inquiry.text == "园区班车几点发？"


async def test_a_reply_from_before_concerns_no_strangers_message(world: World) -> None:
    ticket = await waiting(world)
    await grow(world, GROUP)
    other = await world.say("好的", by=WANG)
    await world.say("知道", by=LI, replied=reply_to(other))
    inquiry = await world.do(lambda uow: uow.inquiries.get(ticket.inquiry_id))
    assert inquiry is not None
    assert inquiry.peer_replies == 0


async def test_a_press_from_before_counts_in_the_group_as_it_is_now(world: World) -> None:
    ticket = await opened(world)
    await grow(world, DESK)
    assert (await world.press(Verb.CLAIM, ticket.id, by=WANG, at=DESK)).text == "claimed_by_you"
    assert (await again(world, ticket)).status is Status.CLAIMED
    await world.press(Verb.DESK_ANSWER, ticket.id, by=WANG, at=DESK)
    draft = await world.the_draft()
    assert draft.asked_by is not None
    assert (draft.chat_id, draft.asked_by.chat_id, draft.asked_by.message_id) == (NEW, NEW, 0)
