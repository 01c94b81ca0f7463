"""The asker has the last word: solved or not, satisfied or not; and silence means something too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tickets.people import (
    ALLIANCE,
    CHEN,
    DESK,
    GROUP,
    LI,
    OTHER_GROUP,
    PHOTO,
    THE_GROUP,
    WANG,
    ZHANG,
    private_with,
)
from tests.tickets.stories import (
    DAY,
    MINUTE,
    POLICY,
    again,
    again_answer,
    answered,
    claimed,
    closed,
    dispatched,
    drafted,
    opened,
    published,
    waiting,
)
from tests.tickets.world import World, kinds_of
from tickets.buttons import Verb
from tickets.identity import AnswerId, DraftId
from tickets.lifecycle import Action, Status
from tickets.model import LinkRole, PublishedAnswer
from tickets.notices import NoticeKind


async def test_solved_closes_the_ticket_and_its_thread(world: World) -> None:
    ticket, answer = await answered(world)
    assert (await world.press(Verb.SOLVED, answer.id)).text == "closed_solved"
    assert (await again(world, ticket)).status is Status.CLOSED
    assert (await again_answer(world, answer)).verdict == "solved"
    told = await world.deliver()
    assert kinds_of(told, ALLIANCE) == [NoticeKind.THREAD_CARD, NoticeKind.CLOSE_THREAD]
    assert kinds_of(told, GROUP) == [NoticeKind.TICKET_NOTICE, NoticeKind.ANSWER]
    assert (await world.press(Verb.SOLVED, answer.id)).text == "already_settled"


@pytest.mark.parametrize("text", ["解决了", "搞定，谢谢！"])
async def test_solved_may_be_said_in_words(world: World, text: str) -> None:
    ticket, answer = await answered(world)
    await world.reply(text, await world.shown(LinkRole.ANSWER, answer.id))
    assert (await again(world, ticket)).status is Status.CLOSED


async def test_the_words_mean_the_latest_answer_below_whichever_they_stand(world: World) -> None:
    ticket, first = await answered(world)
    below = await world.shown(LinkRole.ANSWER, first.id)
    second = await published(world, await drafted(world, ticket, "周末八点。"))
    await world.reply("解决了", below)
    assert (await again_answer(world, second)).verdict == "solved"
    assert (await again_answer(world, first)).verdict == ""


async def test_a_reply_to_a_photo_that_came_with_the_answer_is_a_reply_to_the_answer(world: World) -> None:
    ticket = await dispatched(world)
    card = await world.shown(LinkRole.THREAD_CARD, ticket.id)
    await world.reply("时刻表", card, by=CHEN, to=ALLIANCE, thread_id=77, attachment=PHOTO)
    await published(world, await world.the_draft())
    await world.reply("没解决", await world.shown(LinkRole.RELAY, ticket.id))
    assert (await again(world, ticket)).status is Status.OPEN


async def test_other_words_of_the_asker_are_noted_for_the_desk(world: World) -> None:
    ticket, answer = await answered(world)
    await world.reply("那节假日呢", await world.shown(LinkRole.ANSWER, answer.id), attachment=PHOTO)
    event = (await world.history(ticket))[-1]
    assert (event.action, event.reason) == (Action.NOTE, "那节假日呢")
    told = await world.deliver()
    assert NoticeKind.DESK_CARD in kinds_of(told, DESK)
    assert NoticeKind.RELAY in kinds_of(told, DESK)


@pytest.mark.parametrize(("text", "by"), [("谢谢", ZHANG), ("还是不行", LI), ("那节假日呢", LI)])
async def test_thanks_and_the_words_of_others_change_nothing(world: World, text: str, by: Any) -> None:
    ticket, answer = await answered(world)
    before = await world.history(ticket)
    await world.reply(text, await world.shown(LinkRole.ANSWER, answer.id), by=by)
    assert await world.history(ticket) == before
    assert await world.deliver() == []


async def test_silence_for_the_confirm_window_closes_as_unconfirmed(world: World) -> None:
    ticket, answer = await answered(world)
    await world.wait(POLICY.confirm_window - MINUTE)
    assert (await again(world, ticket)).status is Status.ANSWERED
    await world.wait(MINUTE)
    assert (await again(world, ticket)).status is Status.CLOSED
    assert (await again_answer(world, answer)).verdict == "expired"
    event = (await world.history(ticket))[-1]
    assert (event.action, event.actor, event.reason) == (Action.EXPIRE, None, "unconfirmed")
    assert NoticeKind.ANSWER in kinds_of(await world.deliver(), GROUP)


async def test_a_further_answer_gives_the_asker_the_whole_time_again(world: World) -> None:
    ticket, _ = await answered(world)
    await world.wait(2 * DAY)
    await published(world, await drafted(world, ticket, "周末八点。"))
    await world.wait(2 * DAY)
    assert (await again(world, ticket)).status is Status.ANSWERED


async def test_a_clock_that_comes_too_late_closes_nothing(world: World) -> None:
    open_ticket = await opened(world)
    await world.do(lambda uow: world.cases.confirming.expire(uow, open_ticket.id, world.now))
    assert await again(world, open_ticket) == open_ticket


@pytest.mark.parametrize("rating", ["satisfied", "fair", "dissatisfied"])
async def test_the_asker_rates_once_after_the_verdict(world: World, rating: str) -> None:
    ticket, answer = await answered(world)
    assert (await world.press(Verb.RATE, answer.id, rating)).text == "already_settled"  # not yet
    await world.press(Verb.SOLVED, answer.id)
    assert (await world.press(Verb.RATE, answer.id, rating)).text == "rated"
    assert (await again_answer(world, answer)).rating == rating
    event = (await world.history(ticket))[-1]
    assert (event.action, event.reason, event.after) == (Action.RATE, rating, Status.CLOSED)
    assert (await world.press(Verb.RATE, answer.id, "fair")).text == "already_settled"
    assert (await again_answer(world, answer)).rating == rating


async def test_a_rating_that_does_not_exist_is_refused(world: World) -> None:
    _, answer = await closed(world)
    assert (await world.press(Verb.RATE, answer.id, "adored")).text == "already_settled"


async def test_who_was_not_helped_may_rate_too_and_withdrawing_does_not_take_that_away(world: World) -> None:
    ticket, answer = await answered(world)
    await world.press(Verb.UNSOLVED, answer.id)
    await world.press(Verb.WITHDRAW, ticket.id)
    assert (await world.press(Verb.RATE, answer.id, "dissatisfied")).text == "rated"
    assert (await again_answer(world, answer)).rating == "dissatisfied"


@pytest.mark.parametrize(("verb", "argument"), [(Verb.SOLVED, ""), (Verb.UNSOLVED, ""), (Verb.RATE, "fair")])
async def test_others_get_a_short_notice_and_nothing_happens(world: World, verb: Verb, argument: str) -> None:
    ticket, answer = await answered(world)
    for by, at, said in ((LI, GROUP, "asker_only"), (ZHANG, OTHER_GROUP, "gone"), (WANG, DESK, "gone")):
        reply = await world.press(verb, answer.id, argument, by=by, at=at)
        assert (reply.text, reply.alert) == (said, True)
    assert (await world.press(verb, 424242, argument)).text == "gone"
    assert await again(world, ticket) == ticket


async def test_the_asker_takes_a_ticket_back_from_the_group_or_in_private(world: World) -> None:
    for at in (GROUP, private_with(ZHANG)):
        ticket = await dispatched(world)
        assert (await world.press(Verb.WITHDRAW, ticket.id, at=at)).text == "withdrawn"
        assert (await again(world, ticket)).status is Status.WITHDRAWN
        assert (await world.press(Verb.WITHDRAW, ticket.id, at=at)).text == "already_settled"


async def test_nobody_else_withdraws_not_even_an_admin_of_some_other_group(world: World) -> None:
    ticket = await opened(world)
    assert (await world.press(Verb.WITHDRAW, ticket.id, by=LI)).text == "asker_only"
    assert (await world.press(Verb.WITHDRAW, ticket.id, by=LI, chat_admin=True)).text == "asker_only"
    assert (await world.press(Verb.WITHDRAW, 424242)).text == "gone"
    groups = await opened(world, text="食堂几点开？", by=THE_GROUP)
    elsewhere = await world.press(Verb.WITHDRAW, groups.id, by=LI, at=OTHER_GROUP, chat_admin=True)
    assert elsewhere.text == "asker_only"
    assert (await world.press(Verb.WITHDRAW, groups.id, by=LI, chat_admin=True)).text == "withdrawn"


async def test_a_question_withdrawn_while_peers_have_their_time_never_opens(world: World) -> None:
    ticket = await waiting(world)
    await world.press(Verb.WITHDRAW, ticket.id)
    await world.wait(DAY)
    ticket = await again(world, ticket)
    assert (ticket.status, ticket.number) == (Status.WITHDRAWN, None)


async def test_words_below_an_answer_that_is_gone_are_left_alone(world: World) -> None:
    ticket = await claimed(world)
    message = await world.say("没解决")
    nobody = PublishedAnswer(
        id=AnswerId(1),
        ticket_id=type(ticket.id)(424242),
        draft_id=DraftId(1),
        text="",
        department=None,
        author=WANG,
        published_at=world.now,
        edited_at=None,
        verdict="",
        rating="",
    )
    case = world.cases.confirming
    await world.do(lambda uow: case.hear(uow, message, nobody, world.now, solved=False))
    assert await again(world, ticket) == ticket
