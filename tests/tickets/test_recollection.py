"""Replies to messages of the bot's whose sending is not on record (yet)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.tickets.people import (
    ALLIANCE,
    CHEN,
    DESK,
    GROUP,
    LI,
    MONDAY,
    NOWHERE,
    WANG,
    ZHANG,
    key_in,
    private_with,
    reply_to_bot,
    write,
)
from tests.tickets.stories import MINUTE, again, claimed, dispatched, opened
from tests.tickets.world import World, keys_of
from tickets.buttons import Verb
from tickets.lifecycle import Action, Status
from tickets.model import DraftState, Link, LinkRole
from tickets.recollection import recollect
from tickets.unit_of_work import NotYetKnownError

LATE: dict[str, Any] = {"late": timedelta(seconds=5)}


async def test_a_reply_to_what_was_sent_this_moment_is_tried_again(world: World) -> None:
    ticket = await opened(world)
    before = await world.history(ticket)
    with pytest.raises(NotYetKnownError):
        await world.reply("先打电话", key_in(DESK), by=WANG, to=DESK)
    assert await world.history(ticket) == before


async def test_a_reply_to_something_old_and_unknown_is_not_tried_for_long(world: World) -> None:
    await opened(world)
    old = reply_to_bot(key_in(DESK), at=MONDAY - timedelta(hours=1))
    await world.say("好", by=WANG, to=DESK, replied=old)
    assert keys_of(await world.deliver()) == []


async def test_who_was_asked_for_a_text_gives_it_even_if_the_prompt_is_not_on_record(world: World) -> None:
    ticket = await claimed(world)
    await world.press(Verb.DESK_ANSWER, ticket.id, by=WANG, at=DESK)
    await world.reply("每天七点半。", key_in(DESK), by=WANG, to=DESK, **LATE)
    draft = await world.the_draft()
    assert (draft.state, draft.text) == (DraftState.COMPOSED, "每天七点半。")


async def test_the_number_in_a_lost_card_tells_what_it_was_at_the_desk(world: World) -> None:
    ticket = await opened(world)
    await world.reply("先打电话", key_in(DESK), by=WANG, to=DESK, shown="📋 LF-0001 · 待接单", **LATE)
    event = (await world.history(ticket))[-1]
    assert (event.action, event.reason) == (Action.NOTE, "先打电话")


async def test_the_number_in_a_lost_card_tells_what_it_was_in_the_thread(world: World) -> None:
    await dispatched(world)
    lost: dict[str, Any] = {"shown": "📌 LF-0001 · 班车", "to": ALLIANCE, "thread_id": 77, **LATE}
    await world.reply("每天七点半。", key_in(ALLIANCE), by=CHEN, **lost)
    assert (await world.the_draft()).text == "每天七点半。"


async def test_the_number_in_a_lost_notice_tells_what_it_was_to_the_asker(world: World) -> None:
    ticket = await opened(world)
    await world.reply("是去宁波的", key_in(GROUP), by=ZHANG, shown="已转给社工，编号 LF-0001。", **LATE)
    assert (await world.history(ticket))[-1].action is Action.REVISE
    await world.reply("七点半", key_in(GROUP), by=LI, shown="已转给社工，编号 LF-0001。", **LATE)
    assert len(await world.history(ticket)) == 3  # ask, open, revise
    assert (await again(world, ticket)).status is Status.OPEN


@pytest.mark.parametrize("shown", ["", "每天七点半", "LF-9999", "xLF-0001x", "LF-1"])
async def test_what_tells_nothing_stays_unknown(world: World, shown: str) -> None:
    ticket = await opened(world)
    before = await world.history(ticket)
    await world.reply("先打电话", key_in(DESK), by=WANG, to=DESK, shown=shown, **LATE)
    assert await world.history(ticket) == before


async def test_where_nothing_is_bound_a_number_tells_nothing(world: World) -> None:
    ticket = await opened(world)
    before = await world.history(ticket)
    for chat in (NOWHERE, private_with(LI)):
        await world.reply("x", key_in(chat), by=LI, to=chat, shown="LF-0001", **LATE)
    await world.wait(MINUTE)
    assert await world.history(ticket) == before


async def test_a_message_that_replies_to_nothing_recalls_nothing(world: World) -> None:
    message = write("x")
    assert await world.do(lambda uow: recollect(uow, message, world.now, world.now)) is None


@pytest.mark.parametrize("role", [role for role in LinkRole if role is not LinkRole.TEXT])
async def test_a_reply_to_something_whose_matter_is_gone_is_just_talk(world: World, role: LinkRole) -> None:
    for chat in (GROUP, DESK, ALLIANCE):
        key = key_in(chat)
        link = Link(key=key, role=role, ref=424242)
        await world.do(lambda uow: uow.links.put(link))  # noqa: B023 (awaited here)
        await world.reply("今天有鱼", key, to=chat, addressed=False)
    await world.wait(MINUTE)
    assert await world.deliver() == []
    assert await world.tickets() == []


async def test_thanks_for_handing_it_on_change_nothing(world: World) -> None:
    ticket = await opened(world)
    before = await world.history(ticket)
    await world.reply("好的，谢谢", await world.shown(LinkRole.TICKET_NOTICE, ticket.id))
    assert await world.history(ticket) == before
