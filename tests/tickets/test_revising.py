"""Edited questions, and what an asker adds to them."""

from __future__ import annotations

from datetime import timedelta

from tests.tickets.judging import FORKLIFT, PAPERS
from tests.tickets.people import (
    DESK,
    GROUP,
    WANG,
    ZHANG,
    edit,
    reply_to,
)
from tests.tickets.stories import carried
from tests.tickets.world import World, kinds_of
from tickets.lifecycle import Action
from tickets.model import InquiryState
from tickets.notices import NoticeKind
from tickets.policy import Policy

SECOND = timedelta(seconds=1)
PAUSE = Policy().quiet
MINUTE = timedelta(minutes=1)


async def test_an_edited_answer_replaces_a_wrong_one_and_never_speaks_twice(world: World) -> None:
    question = await world.say("叉车新规")
    await world.wait(PAUSE)
    await world.deliver()
    await world.receive(edit(question, "叉车怎么上牌"))
    inquiry = await carried(world, question)
    assert (inquiry.state, inquiry.entry_id) == (InquiryState.ANSWERED, FORKLIFT.id)
    assert kinds_of(await world.deliver(), GROUP) == [NoticeKind.REPLY]
    await world.receive(edit(question, "叉车怎么上牌？"))  # the same answer again
    assert await world.deliver() == []
    await world.receive(edit(question, "算了"))
    assert await world.deliver() == []


async def test_an_edit_that_nobody_can_see_changes_nothing(world: World) -> None:
    question = await world.say("园区班车几点发？")
    await world.wait(PAUSE)
    before = await carried(world, question)
    await world.receive(edit(question, question.text))
    assert await carried(world, question) == before


async def test_an_edit_while_the_question_is_gathered_prolongs_the_pause(world: World) -> None:
    question = await world.say("班车几点发？")
    await world.wait(3 * SECOND)
    await world.receive(edit(question, "班车几点到？"))
    await world.wait(3 * SECOND)
    assert await world.tickets() == []
    await world.wait(SECOND)
    assert (await world.the_ticket()).subject == "班车几点到？"


async def test_an_edit_of_a_question_on_the_way_shows_on_its_card(world: World) -> None:
    question = await world.say("着火了")
    await world.deliver()
    await world.receive(edit(question, "着火了，在二号楼"))
    ticket = await world.the_ticket()
    assert (await world.history(ticket))[-1].reason == "着火了，在二号楼"
    assert NoticeKind.DESK_CARD in kinds_of(await world.deliver(), DESK)


async def test_an_edit_after_the_end_changes_no_history(world: World) -> None:
    question = await world.say("园区班车几点发？")
    await world.wait(PAUSE)
    ticket = await world.the_ticket()
    await world.do(lambda uow: world.cases.peers.close_as_solved(uow, ticket, ZHANG, world.now))
    before = await world.history(ticket)
    await world.receive(edit(question, "园区班车几点到？"))
    assert await world.history(ticket) == before


async def test_an_edit_of_chatter_and_of_what_stands_at_the_desk_is_left_alone(world: World) -> None:
    chatter = await world.say("今天有鱼")
    note = await world.say("内部讨论", to=DESK, by=WANG)
    await world.receive(edit(chatter, "园区班车几点发？"))
    await world.receive(edit(note, "园区班车几点发？"))
    await world.wait(MINUTE)
    assert await world.deliver() == []


async def test_an_addition_to_ones_own_question_belongs_to_it(world: World) -> None:
    question = await world.say("园区班车几点发？")
    await world.wait(MINUTE)
    more = await world.say("是去宁波的", replied=reply_to(question))
    assert (await carried(world, more)).text == "园区班车几点发？\n是去宁波的"
    await world.say("", replied=reply_to(question))  # nothing in it: a service message, a poll
    assert len((await carried(world, question)).parts) == 2
    (event,) = [
        each for each in await world.history(await world.the_ticket()) if each.action is Action.REVISE
    ]
    assert event.reason == "是去宁波的"


async def test_an_addition_to_an_answered_question_is_a_follow_up(world: World) -> None:
    question = await world.say("叉车怎么上牌")
    await world.wait(10 * MINUTE)
    more = await world.say("那要带什么材料", replied=reply_to(question))
    assert (await carried(world, more)).entry_id == PAPERS.id


async def test_a_word_below_ones_own_finished_question_is_a_matter_of_its_own(world: World) -> None:
    question = await world.say("园区班车几点发？")
    await world.wait(PAUSE)
    ticket = await world.the_ticket()
    await world.do(lambda uow: world.cases.peers.close_as_solved(uow, ticket, ZHANG, world.now))
    await world.wait(MINUTE)
    again = await world.say("食堂几点开？", replied=reply_to(question), addressed=True)
    await world.wait(PAUSE)
    assert (await carried(world, again)).text == "食堂几点开？"
    assert len(await world.tickets()) == 2
