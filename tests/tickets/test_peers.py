"""Peers come first: their replies count, the asker is asked once, and silence is taken for an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.tickets.people import DESK, GROUP, LI, OTHER_GROUP, SUN, THE_GROUP, ZHANG, reply_to, write
from tests.tickets.stories import MINUTE, POLICY, again, opened, waiting
from tests.tickets.world import World, keys_of, kinds_of
from tickets.buttons import Verb
from tickets.identity import TicketId
from tickets.lifecycle import Action, Status
from tickets.model import LinkRole, Ticket
from tickets.notices import NoticeKind

QUESTION = "园区班车几点发？"


async def peers_replied(world: World) -> Ticket:
    """A peer replied, and the asker was asked whether that helped."""
    question = write(QUESTION)
    await world.receive(question)
    await world.wait(POLICY.quiet)
    await world.say("七点半", by=LI, replied=reply_to(question))
    await world.wait(POLICY.peer_window)
    return await world.the_ticket()


async def test_nobody_replied_and_the_ticket_opens_with_the_next_number(world: World) -> None:
    ticket = await opened(world)
    assert (ticket.status, ticket.number, ticket.opened_at) == (Status.OPEN, "LF-0001", world.now)
    event = (await world.history(ticket))[-1]
    assert (event.action, event.actor) == (Action.OPEN, None)


async def test_numbers_count_up_in_each_community_and_peers_use_none_up(world: World) -> None:
    await peers_replied(world)
    await world.press(Verb.PEERS_SOLVED, (await world.the_ticket()).id)
    numbers = [
        (await opened(world, "食堂几点开？")).number,
        (await opened(world, "快递放哪里？", to=OTHER_GROUP, by=LI)).number,
        (await opened(world, "宿舍怎么申请？")).number,
    ]
    assert numbers == ["LF-0001", "XQ-0001", "LF-0002"]


async def test_after_a_peers_reply_the_asker_is_asked_once(world: World) -> None:
    ticket = await peers_replied(world)
    assert ticket.status is Status.WAITING_PEERS
    told = await world.deliver()
    assert kinds_of(told, GROUP) == [NoticeKind.REACTION, NoticeKind.PEERS_CHECK]
    await world.wait(timedelta(hours=1))
    assert await world.deliver() == []


async def test_the_asker_says_that_peers_helped_and_the_ticket_never_had_a_number(world: World) -> None:
    ticket = await peers_replied(world)
    await world.deliver()
    reply = await world.press(Verb.PEERS_SOLVED, ticket.id)
    ticket = await again(world, ticket)
    assert (reply.text, ticket.status, ticket.number) == ("peers_solved", Status.CLOSED, None)
    assert kinds_of(await world.deliver(), GROUP) == [NoticeKind.PEERS_CHECK]
    assert (await world.press(Verb.PEERS_FAILED, ticket.id)).text == "already_settled"


async def test_the_asker_wants_a_social_worker_all_the_same(world: World) -> None:
    ticket = await peers_replied(world)
    reply = await world.press(Verb.PEERS_FAILED, ticket.id)
    ticket = await again(world, ticket)
    assert (reply.text, reply.values) == ("ticket_opened", {"number": "LF-0001"})
    assert (ticket.status, ticket.reason) == (Status.OPEN, "peers_failed")
    assert kinds_of(await world.deliver(), DESK) == [NoticeKind.DESK_CARD]


async def test_nobody_else_may_say_whether_peers_helped(world: World) -> None:
    ticket = await peers_replied(world)
    for verb in (Verb.PEERS_SOLVED, Verb.PEERS_FAILED):
        assert (await world.press(verb, ticket.id, by=LI)).text == "asker_only"
        assert (await world.press(verb, ticket.id, by=LI, chat_admin=True)).text == "asker_only"
        assert (await world.press(verb, ticket.id, by=ZHANG, at=OTHER_GROUP)).text == "gone"
        assert (await world.press(verb, 424242)).text == "gone"
    assert await again(world, ticket) == ticket


async def test_an_admin_of_the_group_speaks_for_whoever_asked_in_its_name(world: World) -> None:
    ticket = await waiting(world, by=THE_GROUP)
    assert (await world.press(Verb.PEERS_FAILED, ticket.id, by=SUN)).text == "asker_only"
    assert (await world.press(Verb.PEERS_FAILED, ticket.id, by=SUN, chat_admin=True)).text == "ticket_opened"


async def test_silence_after_peers_replied_closes_as_unconfirmed(world: World) -> None:
    ticket = await peers_replied(world)
    await world.wait(POLICY.peers_confirm_window)
    assert (await again(world, ticket)).status is Status.CLOSED
    event = (await world.history(ticket))[-1]
    assert (event.action, event.actor) == (Action.EXPIRE, None)


@pytest.mark.parametrize("text", ["搞定了", "解决了，谢谢", "谢谢"])
async def test_the_asker_may_say_in_words_that_peers_helped(world: World, text: str) -> None:
    ticket = await peers_replied(world)
    await world.reply(text, await world.shown(LinkRole.PEERS_CHECK, ticket.id))
    assert (await again(world, ticket)).status is Status.CLOSED


async def test_the_asker_may_say_in_words_that_peers_did_not_help(world: World) -> None:
    ticket = await peers_replied(world)
    await world.reply("还是不行", await world.shown(LinkRole.PEERS_CHECK, ticket.id))
    assert (await again(world, ticket)).status is Status.OPEN
    assert NoticeKind.PEERS_CHECK in kinds_of(await world.deliver(), GROUP)


async def test_what_else_the_asker_says_then_is_added_to_the_question(world: World) -> None:
    ticket = await peers_replied(world)
    await world.reply("是去宁波的那班", await world.shown(LinkRole.PEERS_CHECK, ticket.id))
    assert (await again(world, ticket)).status is Status.WAITING_PEERS
    inquiry = await world.do(lambda uow: uow.inquiries.get(ticket.inquiry_id))
    assert inquiry is not None
    assert inquiry.text == f"{QUESTION}\n是去宁波的那班"


async def test_a_peer_may_answer_below_the_bots_question_too(world: World) -> None:
    ticket = await peers_replied(world)
    await world.reply("我也觉得是七点半", await world.shown(LinkRole.PEERS_CHECK, ticket.id), by=LI)
    inquiry = await world.do(lambda uow: uow.inquiries.get(ticket.inquiry_id))
    assert inquiry is not None
    assert inquiry.peer_replies == 2


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("园区班车七点半发", {}),
        ("七点半", {"mentioned_ids": (ZHANG.id,)}),
        ("七点半", {"mentioned_names": ("zhangmin",)}),
    ],
)
async def test_an_answer_without_a_reply_counts_when_it_speaks_of_the_question(
    world: World, text: str, more: dict[str, Any]
) -> None:
    ticket = await waiting(world, QUESTION)
    await world.say(text, by=LI, **more)
    await world.wait(POLICY.peer_window)
    assert (await again(world, ticket)).status is Status.WAITING_PEERS


async def test_an_answer_may_come_while_the_question_is_still_gathered(world: World) -> None:
    await world.say(QUESTION)
    await world.say("园区班车七点半发", by=LI)
    await world.wait(POLICY.quiet + POLICY.peer_window)
    assert (await world.the_ticket()).status is Status.WAITING_PEERS


@pytest.mark.parametrize(("text", "by"), [("今天食堂有鱼", LI), ("园区班车，去宁波那班", ZHANG)])
async def test_other_talk_and_the_askers_own_words_are_no_answer(world: World, text: str, by: object) -> None:
    ticket = await waiting(world, QUESTION)
    await world.say(text, by=by)  # type: ignore[arg-type]
    await world.wait(POLICY.peer_window)
    assert (await again(world, ticket)).status is Status.OPEN


async def test_the_newest_question_that_an_answer_speaks_of_gets_it(world: World) -> None:
    older = await waiting(world, "班车几点发？")
    newer = await waiting(world, "去宁波的班车几点发？", by=SUN)
    await world.say("宁波的班车七点半发", by=LI)
    await world.wait(POLICY.peer_window)
    assert (await again(world, older)).status is Status.OPEN
    assert (await again(world, newer)).status is Status.WAITING_PEERS


async def test_a_colleague_who_asks_the_same_has_answered_nobody(world: World) -> None:
    ticket = await waiting(world, QUESTION)
    await world.say("我也想问，园区班车几点发？", by=LI)
    await world.wait(POLICY.peer_window)
    assert (await again(world, ticket)).status is Status.OPEN


async def test_who_turns_to_the_bot_below_a_question_asks_and_answers_nobody(world: World) -> None:
    question = write(QUESTION)
    await world.receive(question)
    await world.wait(POLICY.quiet)
    await world.say("叉车怎么上牌", by=LI, replied=reply_to(question), addressed=True)
    told = await world.deliver()
    assert kinds_of(told, GROUP) == [NoticeKind.REACTION, NoticeKind.REPLY]
    await world.wait(POLICY.peer_window)
    assert (await world.the_ticket()).status is Status.OPEN


async def test_replies_after_the_ticket_opened_change_nothing(world: World) -> None:
    question = write(QUESTION)
    await world.receive(question)
    await world.wait(POLICY.quiet + POLICY.peer_window)
    await world.say("七点半", by=LI, replied=reply_to(question))
    inquiry = await world.do(lambda uow: uow.inquiries.by_message(question.key))
    assert inquiry is not None
    assert inquiry.peer_replies == 0


async def test_a_timer_that_comes_too_late_does_nothing(world: World) -> None:
    ticket = await opened(world)
    await world.do(lambda uow: world.cases.peers.end_window(uow, ticket.id, world.now))
    await world.do(lambda uow: world.cases.peers.expire(uow, ticket.id, world.now))
    await world.do(lambda uow: world.cases.peers.end_window(uow, TicketId(424242), world.now))
    assert await again(world, ticket) == ticket
    assert keys_of(await world.deliver()) == []


async def test_a_question_without_a_community_cannot_wait_for_peers(world: World) -> None:
    ticket = await waiting(world)
    inquiry = await world.do(lambda uow: uow.inquiries.get(ticket.inquiry_id))
    assert inquiry is not None

    homeless = replace(inquiry, community=None, ticket_id=None)
    await world.do(lambda uow: world.cases.opening.wait_for_peers(uow, homeless, world.now))
    assert len(await world.tickets()) == 1
    await world.wait(MINUTE)
