"""Not solved: back to the desk, with the reason if one is given, and for how long that is possible."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tickets.people import (
    A_CHANNEL,
    ALLIANCE,
    DESK,
    FILE,
    GROUP,
    LI,
    PHOTO,
    SUN,
    THE_GROUP,
    WANG,
    ZHANG,
)
from tests.tickets.stories import (
    DAY,
    MINUTE,
    POLICY,
    again,
    answered,
    closed,
    drafted,
    published,
)
from tests.tickets.world import World, keys_of, kinds_of
from tickets.buttons import Verb
from tickets.identity import UserId
from tickets.lifecycle import Action, Status
from tickets.model import Draft, DraftKind, DraftState, LinkRole
from tickets.notices import NoticeKind


async def test_not_solved_goes_back_to_the_desk_and_asks_what_is_missing(world: World) -> None:
    ticket, answer = await answered(world)
    assert (await world.press(Verb.UNSOLVED, answer.id)).text == "reopened"
    ticket = await again(world, ticket)
    assert (ticket.status, ticket.holder, ticket.officer) == (Status.OPEN, None, None)
    assert ticket.department == "market_regulation"
    draft = await world.the_draft()
    assert (draft.kind, draft.author) == (DraftKind.REOPEN_REASON, ZHANG)
    told = await world.deliver()
    assert kinds_of(told, GROUP) == [NoticeKind.TICKET_NOTICE, NoticeKind.ANSWER, NoticeKind.PROMPT]
    assert keys_of(told, DESK) == ["desk_reopened"]
    assert (await world.press(Verb.UNSOLVED, answer.id)).text == "too_late_to_reopen"
    await world.wait(POLICY.confirm_window)
    assert (await again(world, ticket)).status is Status.OPEN  # the clock of the answer has stopped


async def test_the_reason_given_then_reaches_the_desk_with_its_photos(world: World) -> None:
    ticket, answer = await answered(world)
    await world.press(Verb.UNSOLVED, answer.id)
    prompt = await world.shown(LinkRole.PROMPT, (await world.the_draft()).id)
    await world.reply("周末没有车", prompt, attachment=PHOTO)
    event = (await world.history(ticket))[-1]
    assert (event.action, event.reason) == (Action.REVISE, "周末没有车")
    told = await world.deliver()
    assert keys_of(told, GROUP) == ["reason_noted"]
    assert keys_of(told, DESK) == ["desk_reopened_because"]
    assert NoticeKind.RELAY in kinds_of(told, DESK)
    before = await world.history(ticket)
    await world.reply("再补一句", prompt)  # it was asked for once
    assert await world.history(ticket) == before


async def test_nobody_else_gives_the_reason(world: World) -> None:
    ticket, answer = await answered(world)
    await world.press(Verb.UNSOLVED, answer.id)
    draft = await world.the_draft()
    before = await world.history(ticket)
    await world.reply("我觉得挺好", await world.shown(LinkRole.PROMPT, draft.id), by=LI)
    await world.wait(MINUTE)
    assert await world.history(ticket) == before
    assert (await world.the_draft()).state is DraftState.PROMPTED
    assert len(await world.tickets()) == 1


async def test_in_a_groups_name_whoever_speaks_so_again_gives_the_reason(world: World) -> None:
    ticket, answer = await answered(world, by=THE_GROUP)
    await world.press(Verb.UNSOLVED, answer.id, by=SUN, chat_admin=True)
    prompt = await world.shown(LinkRole.PROMPT, (await world.the_draft()).id)
    await world.reply("周末没有车", prompt, by=THE_GROUP)
    assert (await world.history(ticket))[-1].reason == "周末没有车"


async def test_in_a_channels_name_the_reason_is_the_askers(world: World) -> None:
    """A press is always a person's, the asker is the channel; another channel is somebody else."""
    ticket, answer = await answered(world, by=A_CHANNEL)
    assert (await world.press(Verb.UNSOLVED, answer.id, by=SUN, chat_admin=True)).text == "reopened"
    draft = await world.the_draft()
    prompt = await world.shown(LinkRole.PROMPT, draft.id)
    await world.reply("周末呢", prompt, by=replace(A_CHANNEL, id=UserId(-1008)))
    assert (await world.the_draft()).state is DraftState.PROMPTED
    await world.reply("周末呢", prompt, by=A_CHANNEL)
    assert (await world.the_draft()).state is DraftState.PUBLISHED
    assert (await world.history(ticket))[-1].reason == "周末呢"


async def test_a_reason_for_what_is_over_again_changes_nothing(world: World) -> None:
    ticket, answer = await answered(world)
    await world.press(Verb.UNSOLVED, answer.id)
    prompt = await world.shown(LinkRole.PROMPT, (await world.the_draft()).id)
    await world.press(Verb.WITHDRAW, ticket.id)
    before = await world.history(ticket)
    await world.reply("周末没有车", prompt)
    assert await world.history(ticket) == before


async def test_where_there_is_no_desk_a_reason_is_kept_all_the_same(world: World) -> None:
    ticket, answer = await answered(world)
    await world.do(lambda uow: uow.chats.remove(DESK.id))
    await world.press(Verb.UNSOLVED, answer.id)
    prompt = await world.shown(LinkRole.PROMPT, (await world.the_draft()).id)
    await world.reply("周末没有车", prompt, attachment=PHOTO)
    assert (await world.history(ticket))[-1].reason == "周末没有车"


async def test_not_solved_may_be_said_in_words_which_are_its_reason(world: World) -> None:
    ticket, answer = await answered(world)
    await world.reply("还是不行，周末没车", await world.shown(LinkRole.ANSWER, answer.id), attachment=FILE)
    ticket = await again(world, ticket)
    assert (ticket.status, ticket.reason) == (Status.OPEN, "还是不行，周末没车")
    told = await world.deliver()
    (words,) = [each for each in told if each.kind is NoticeKind.TEXT]
    assert (words.chat_id, words.data["key"]) == (DESK.id, "desk_reopened_because")
    relays = [each.chat_id for each in told if each.kind is NoticeKind.RELAY]
    assert relays == [DESK.id, ALLIANCE.id]


async def test_solved_said_of_what_is_open_again_is_not_believed_blindly(world: World) -> None:
    ticket, answer = await answered(world)
    below = await world.shown(LinkRole.ANSWER, answer.id)
    await world.press(Verb.UNSOLVED, answer.id)
    await world.reply("解决了", below)
    assert (await again(world, ticket)).status is Status.OPEN
    await world.reply("还是没解决", below)  # said once more: noted
    assert (await world.history(ticket))[-1].reason == "还是没解决"


@pytest.mark.parametrize("silent", [False, True])
async def test_a_closed_ticket_can_be_reopened_within_its_window(world: World, *, silent: bool) -> None:
    ticket, answer = await answered(world)
    if silent:
        await world.wait(POLICY.confirm_window)
    else:
        await world.press(Verb.SOLVED, answer.id)
    await world.wait(POLICY.reopen_window)
    assert (await world.press(Verb.UNSOLVED, answer.id)).text == "reopened"
    assert (await again(world, ticket)).status is Status.OPEN


async def test_after_the_window_a_closed_ticket_stays_closed_even_if_it_was_rated_since(world: World) -> None:
    ticket, answer = await closed(world)
    await world.wait(5 * DAY)
    assert (await world.press(Verb.RATE, answer.id, "fair")).text == "rated"
    await world.wait(3 * DAY)
    reply = await world.press(Verb.UNSOLVED, answer.id)
    assert (reply.text, reply.alert) == ("too_late_to_reopen", True)
    await world.reply("还是没解决", await world.shown(LinkRole.ANSWER, answer.id))
    ticket = await again(world, ticket)
    assert ticket.status is Status.CLOSED
    assert (await world.history(ticket))[-1].reason == "还是没解决"


async def test_the_answer_after_a_reopening_is_confirmed_anew(world: World) -> None:
    ticket, answer = await answered(world)
    await world.press(Verb.UNSOLVED, answer.id)
    await world.press(Verb.CLAIM, ticket.id, by=WANG, at=DESK)
    second = await published(world, await drafted(world, ticket, "周末八点。"))
    assert (await world.press(Verb.SOLVED, second.id)).text == "closed_solved"


async def test_a_reason_without_its_ticket_is_left_alone(world: World) -> None:
    _, answer = await answered(world)
    await world.press(Verb.UNSOLVED, answer.id)
    draft: Draft = await world.the_draft()
    await world.do(lambda uow: uow.drafts.put(replace(draft, ticket_id=None)))
    await world.reply("周末没有车", await world.shown(LinkRole.PROMPT, draft.id))
    assert (await world.the_draft()).state is DraftState.PROMPTED
