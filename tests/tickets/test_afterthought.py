"""The asker's word on the bot's reply, typed without replying to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.tickets.people import GROUP, LI, PHOTO, ZHANG, private_with, reply_to
from tests.tickets.stories import MINUTE, carried
from tests.tickets.world import World
from tickets.conversation import Chat
from tickets.lifecycle import Status
from tickets.model import Inquiry, InquiryState

PLACES = [GROUP, private_with(ZHANG)]


async def replied_to(world: World, text: str = "叉车怎么上牌", *, to: Chat = GROUP) -> Inquiry:
    """The bot's reply stands below this question."""
    if to != GROUP:
        await world.say("大家早", by=ZHANG)  # known in the community
    question = await world.say(text, to=to)
    await world.wait(MINUTE)
    await world.deliver()
    return await carried(world, question)


async def now(world: World, inquiry: Inquiry) -> Inquiry:
    found = await world.do(lambda uow: uow.inquiries.get(inquiry.id))
    assert found is not None
    return found


@pytest.mark.parametrize("to", PLACES)
@pytest.mark.parametrize("question", ["叉车怎么上牌", "叉车新规"])
async def test_not_solved_brings_a_social_worker(world: World, to: Chat, question: str) -> None:
    inquiry = await replied_to(world, question, to=to)
    await world.say("还是没解决", to=to)
    ticket = await world.the_ticket()
    assert (ticket.inquiry_id, ticket.status, ticket.reason) == (inquiry.id, Status.OPEN, "not_helpful")


@pytest.mark.parametrize("to", PLACES)
async def test_solved_is_noted_as_such(world: World, to: Chat) -> None:
    inquiry = await replied_to(world, to=to)
    await world.say("解决了", to=to)
    assert (await now(world, inquiry)).state is InquiryState.HELPED
    assert await world.tickets() == []


@pytest.mark.parametrize(
    "said",
    [
        {"text": "没解决", "by": LI},  # nobody asked them
        {"text": "设备装好了怎么报备"},  # the next question
        {"text": "另外一台已经装好了，下周送到厂里来"},  # longer than a word on the answer
        {"text": "今天食堂不错"},
        {"text": "解决了", "attachment": PHOTO},
        {"text": "解决了", "thread_id": 9},  # another conversation
    ],
)
async def test_what_is_no_word_on_the_reply_changes_nothing(world: World, said: dict[str, Any]) -> None:
    inquiry = await replied_to(world)
    await world.say(**said)
    assert await now(world, inquiry) == inquiry
    assert await world.tickets() == []


async def test_what_is_said_to_a_colleague_is_not_said_to_the_bot(world: World) -> None:
    inquiry = await replied_to(world)
    other = await world.say("你的车修好没有", by=LI)
    await world.say("没搞定", replied=reply_to(other))
    assert (await now(world, inquiry)).state is InquiryState.ANSWERED
    assert await world.tickets() == []


async def test_what_is_said_much_later_is_about_something_else(world: World) -> None:
    inquiry = await replied_to(world)
    await world.wait(5 * MINUTE)
    await world.say("没解决")
    assert (await now(world, inquiry)).state is InquiryState.ANSWERED
    assert await world.tickets() == []


async def test_what_was_never_answered_is_not_solved_either(world: World) -> None:
    inquiry = await replied_to(world)
    silent = replace(inquiry, state=InquiryState.SILENT)
    await world.do(lambda uow: uow.inquiries.put(silent))
    await world.say("没解决")
    assert await world.tickets() == []
