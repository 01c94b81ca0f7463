"""The desk: social workers claim, note, guide, dismiss and dispatch, each in their own community only."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tickets.people import (
    ALLIANCE,
    CHEN,
    DESK,
    FILE,
    GROUP,
    LI,
    NOWHERE,
    OTHER_DESK,
    PHOTO,
    SUN,
    WANG,
    ZHANG,
    ZHAO,
    edit,
    key_in,
    private_with,
)
from tests.tickets.stories import again, answered, claimed, closed, dispatched, opened, waiting
from tests.tickets.world import World, keys_of, kinds_of
from tickets.buttons import Verb
from tickets.identity import InquiryId, TicketId
from tickets.lifecycle import Action, Status
from tickets.model import DraftKind, DraftState, LinkRole, Room
from tickets.notices import Notice, NoticeKind

LATE = timedelta(minutes=1)
DESK_VERBS = (
    (Verb.CLAIM, ""),
    (Verb.DESK_ANSWER, ""),
    (Verb.DISPATCH, ""),
    (Verb.DISPATCH_TO, "fire"),
    (Verb.GUIDE, ""),
    (Verb.GUIDE_TO, "court"),
    (Verb.DISMISS, ""),
    (Verb.CANCEL_MENU, ""),
)


def menus(told: list[Notice]) -> list[Notice]:
    return [each for each in told if each.kind is NoticeKind.MENU]


async def test_a_social_worker_takes_the_ticket_and_every_place_shows_it(world: World) -> None:
    ticket = await opened(world)
    reply = await world.press(Verb.CLAIM, ticket.id, by=WANG, at=DESK)
    ticket = await again(world, ticket)
    assert (reply.text, reply.values) == ("claimed_by_you", {"number": "LF-0001"})
    assert (ticket.status, ticket.holder) == (Status.CLAIMED, WANG)
    told = await world.deliver()
    assert kinds_of(told, DESK) == [NoticeKind.DESK_CARD]
    assert kinds_of(told, GROUP) == [NoticeKind.TICKET_NOTICE]


async def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told_who(world: World) -> None:
    ticket = await opened(world)
    replies = await asyncio.gather(
        world.press(Verb.CLAIM, ticket.id, by=WANG, at=DESK),
        world.press(Verb.CLAIM, ticket.id, by=ZHAO, at=DESK),
    )
    winner = (await again(world, ticket)).holder
    assert winner is not None
    assert sorted(reply.text for reply in replies) == ["already_claimed", "claimed_by_you"]
    (told,) = [reply for reply in replies if reply.text == "already_claimed"]
    assert told.alert
    assert told.values == {"number": "LF-0001", "name": winner.name}
    claims = [event for event in await world.history(ticket) if event.action is Action.CLAIM]
    assert [event.actor for event in claims] == [winner]


@pytest.mark.parametrize(("verb", "argument"), DESK_VERBS)
async def test_the_desk_is_for_members_of_the_tickets_own_desk(
    world: World, verb: Verb, argument: str
) -> None:
    ticket = await opened(world)
    for at, member, said in (
        (DESK, False, "workers_only"),
        (OTHER_DESK, True, "workers_only"),
        (GROUP, True, "gone"),
        (ALLIANCE, True, "gone"),
        (NOWHERE, True, "gone"),
        (private_with(LI), True, "gone"),
    ):
        reply = await world.press(verb, ticket.id, argument, by=LI, at=at, member=member)
        assert (reply.text, reply.alert) == (said, True)
    assert (await world.press(verb, 424242, argument, by=WANG, at=DESK)).text == "gone"
    assert await again(world, ticket) == ticket
    assert await world.deliver() == []


@pytest.mark.parametrize(("verb", "argument"), DESK_VERBS[:-1])
async def test_a_retired_ticket_is_worked_on_no_more(world: World, verb: Verb, argument: str) -> None:
    ticket, _ = await closed(world)
    reply = await world.press(verb, ticket.id, argument, by=WANG, at=DESK)
    assert (reply.text, reply.values) == ("already_retired", {"number": "LF-0001"})
    assert await again(world, ticket) == ticket


async def test_an_answered_ticket_is_not_claimed_any_more(world: World) -> None:
    ticket, _ = await answered(world)
    assert (await world.press(Verb.CLAIM, ticket.id, by=ZHAO, at=DESK)).text == "already_answered"


async def test_a_plain_reply_to_the_card_is_an_internal_note(world: World) -> None:
    ticket = await opened(world)
    card = await world.shown(LinkRole.DESK_CARD, ticket.id)
    note = await world.reply("我先打个电话", card, by=WANG, to=DESK)
    event = (await world.history(ticket))[-1]
    assert (event.action, event.actor, event.reason) == (Action.NOTE, WANG, "我先打个电话")
    told = await world.deliver()
    (sign,) = [each for each in told if each.kind is NoticeKind.REACTION]
    assert sign.data == {"message_id": note.key.message_id, "emoji": "👌"}
    assert keys_of(told) == []  # nothing of it is said anywhere
    assert (await again(world, ticket)).status is Status.OPEN


async def test_a_photo_below_the_card_is_noted_too(world: World) -> None:
    ticket = await opened(world)
    await world.reply(
        "", await world.shown(LinkRole.DESK_CARD, ticket.id), by=WANG, to=DESK, attachment=PHOTO
    )
    assert (await world.history(ticket))[-1].reason == "📎"


async def test_there_is_nothing_to_note_before_a_ticket_opens(world: World) -> None:
    ticket = await waiting(world)
    message = await world.say("先看看", to=DESK, by=WANG)
    before = await world.history(ticket)
    for ticket_id in (ticket.id, TicketId(424242)):
        await world.do(lambda uow: world.cases.desk.note(uow, message, ticket_id, world.now))  # noqa: B023
    assert await world.history(ticket) == before


async def test_a_desk_never_notes_on_another_communitys_ticket(world: World) -> None:
    ticket = await opened(world)
    before = await world.history(ticket)
    forwarded = key_in(OTHER_DESK)
    await world.reply("我们也看看", forwarded, by=LI, to=OTHER_DESK, shown="📋 LF-0001", late=LATE)
    assert await world.history(ticket) == before


async def test_dispatching_shows_the_departments_in_a_menu_that_can_be_turned_over(world: World) -> None:
    ticket = await claimed(world)
    await world.deliver()
    assert (await world.press(Verb.DISPATCH, ticket.id, by=WANG, at=DESK)).text == ""
    (menu,) = menus(await world.deliver())
    assert menu.data == {"menu": "departments", "page": 0, "chosen": "", "edit": None}
    shown = await world.shown(LinkRole.MENU, ticket.id)
    await world.press(Verb.DISPATCH, ticket.id, "1", by=WANG, at=DESK, key=shown)
    (menu,) = menus(await world.deliver())
    assert (menu.data["page"], menu.data["edit"]) == (1, shown.message_id)


async def test_a_menu_can_be_put_away(world: World) -> None:
    ticket = await claimed(world)
    await world.deliver()
    await world.press(Verb.CANCEL_MENU, ticket.id, by=WANG, at=DESK)
    (menu,) = menus(await world.deliver())
    assert menu.data["menu"] == "closed"
    assert (await again(world, ticket)).status is Status.CLAIMED


async def test_a_dispatched_ticket_gets_its_thread_with_the_askers_photos(world: World) -> None:
    ticket = await claimed(world, attachment=PHOTO)
    await world.deliver()
    reply = await world.press(Verb.DISPATCH_TO, ticket.id, "fire", by=WANG, at=DESK)
    ticket = await again(world, ticket)
    assert (reply.text, reply.values) == ("dispatched", {"department": "fire"})
    assert (ticket.status, ticket.department, ticket.holder) == (Status.DISPATCHED, "fire", WANG)
    told = await world.deliver()
    assert kinds_of(told, ALLIANCE) == [NoticeKind.THREAD_CARD, NoticeKind.RELAY]
    (menu,) = menus(told)
    assert (menu.data["menu"], menu.data["chosen"]) == ("dispatched", "fire")
    assert (await world.history(ticket))[-1].reason == "fire"


async def test_who_dispatches_an_unclaimed_ticket_holds_it(world: World) -> None:
    ticket = await opened(world)
    await world.press(Verb.DISPATCH_TO, ticket.id, "fire", by=ZHAO, at=DESK)
    assert (await again(world, ticket)).holder == ZHAO


async def test_sent_on_to_another_department_the_thread_stays_and_the_officer_changes(world: World) -> None:
    ticket = await dispatched(world)
    await world.press(Verb.REPORT_IN, ticket.id, by=CHEN, at=ALLIANCE)
    same = await world.press(Verb.DISPATCH_TO, ticket.id, "market_regulation", by=WANG, at=DESK)
    assert same.text == "dispatched_already"
    assert (await world.press(Verb.DISPATCH_TO, ticket.id, "fire", by=WANG, at=DESK)).text == "dispatched"
    ticket = await again(world, ticket)
    assert (ticket.status, ticket.department, ticket.officer) == (Status.DISPATCHED, "fire", None)
    thread = await world.do(lambda uow: uow.threads.get(ticket.id))
    assert thread is not None
    assert thread.topic_id == 77


async def test_a_department_that_does_not_exist_gets_nothing(world: World) -> None:
    ticket = await claimed(world)
    reply = await world.press(Verb.DISPATCH_TO, ticket.id, "drop table", by=WANG, at=DESK)
    assert (reply.text, reply.alert) == ("gone", True)
    assert await again(world, ticket) == ticket


async def test_without_an_alliance_nothing_can_be_dispatched(world: World) -> None:
    await world.do(lambda uow: uow.chats.remove(ALLIANCE.id))
    ticket = await claimed(world)
    for verb, argument in ((Verb.DISPATCH, ""), (Verb.DISPATCH_TO, "fire")):
        assert (await world.press(verb, ticket.id, argument, by=WANG, at=DESK)).text == "no_alliance"


async def test_guiding_asks_for_a_channel_then_a_reason_then_shows_it_then_tells_the_asker(
    world: World,
) -> None:
    ticket = await claimed(world)
    await world.press(Verb.GUIDE, ticket.id, by=WANG, at=DESK)
    (menu,) = menus(await world.deliver())
    assert menu.data["menu"] == "channels"
    assert (await world.press(Verb.GUIDE_TO, ticket.id, "moon", by=WANG, at=DESK)).text == "gone"
    assert (await world.press(Verb.GUIDE_TO, ticket.id, "court", by=WANG, at=DESK)).text == "reply_to_prompt"
    draft = await world.the_draft()
    assert (draft.kind, draft.channel, draft.state) == (DraftKind.GUIDANCE, "court", DraftState.PROMPTED)
    await world.reply("已经立案了", await world.shown(LinkRole.PROMPT, draft.id), by=WANG, to=DESK)
    await world.press(Verb.PUBLISH, draft.id, (await world.the_draft()).fingerprint, by=WANG, at=DESK)
    ticket = await again(world, ticket)
    assert (ticket.status, ticket.reason) == (Status.DECLINED, "court: 已经立案了")
    (said,) = [each for each in await world.deliver() if each.kind is NoticeKind.TEXT]
    assert (said.chat_id, said.data["key"]) == (GROUP.id, "guided")
    assert said.data["values"] == {"channel": "court", "reason": "已经立案了", "number": "LF-0001"}
    assert said.data["reply_to"] == ticket.origin.message_id
    await world.do(lambda uow: world.mishaps.undeliverable(uow, said, "kicked", world.now))
    assert "undelivered" in [
        each.data.get("key") for each in await world.deliver() if each.chat_id == DESK.id
    ]


async def test_not_a_request_is_remembered_with_the_ticket(world: World) -> None:
    ticket = await opened(world)
    assert (await world.press(Verb.DISMISS, ticket.id, by=WANG, at=DESK)).text == "dismissed"
    ticket = await again(world, ticket)
    assert (ticket.status, ticket.reason, ticket.holder) == (Status.DECLINED, "not_a_request", WANG)


async def test_an_alarm_is_told_once_and_never_dismissed_with_one_press(world: World) -> None:
    await world.say("着火了")
    told = await world.deliver()
    assert [each.kind for each in told if each.chat_id == GROUP.id] == [NoticeKind.REPLY]
    ticket = await world.the_ticket()
    reply = await world.press(Verb.DISMISS, ticket.id, by=WANG, at=DESK)
    assert (reply.text, reply.alert) == ("class_a_stays", True)


async def test_a_colleagues_reply_to_anothers_prompt_is_a_note_and_no_question(world: World) -> None:
    ticket = await claimed(world)
    await world.press(Verb.DESK_ANSWER, ticket.id, by=WANG, at=DESK)
    draft = await world.the_draft()
    await world.reply("班车几点发", await world.shown(LinkRole.PROMPT, draft.id), by=ZHAO, to=DESK)
    assert (await world.the_draft()).state is DraftState.PROMPTED
    event = (await world.history(ticket))[-1]
    assert (event.action, event.actor, event.reason) == (Action.NOTE, ZHAO, "班车几点发")


async def test_talk_of_social_workers_with_and_about_the_bot_opens_no_tickets(world: World) -> None:
    ticket, answer = await answered(world)
    await world.press(Verb.UNSOLVED, answer.id, by=ZHANG)  # the desk is told so in words
    told = await world.shown(LinkRole.TEXT, 0)
    assert told.chat_id == DESK.id
    await world.reply("我来联系他吧", told, by=WANG, to=DESK)
    await world.say("今天谁值班？", by=WANG, to=DESK)
    await world.wait(LATE)
    assert [each.id for each in await world.tickets()] == [ticket.id]


async def test_the_card_carries_photos_and_files_that_come_later_too(world: World) -> None:
    ticket = await dispatched(world)
    await world.reply("补一张", await world.shown(LinkRole.TICKET_NOTICE, ticket.id), attachment=FILE)
    relays = [each for each in await world.deliver() if each.kind is NoticeKind.RELAY]
    assert [each.chat_id for each in relays] == [DESK.id, ALLIANCE.id]
    assert [each.data["below"] for each in relays] == ["desk_card", "thread_card"]
    assert all(each.data["only"] is not None for each in relays)


async def test_an_edited_note_changes_nothing(world: World) -> None:
    ticket = await opened(world)
    note = await world.reply("先打电话", await world.shown(LinkRole.DESK_CARD, ticket.id), by=WANG, to=DESK)
    before = await world.history(ticket)
    await world.receive(edit(note, "先上门"))
    assert await world.history(ticket) == before


async def test_a_community_without_a_desk_loses_nothing(world: World) -> None:
    await world.do(lambda uow: uow.chats.remove(DESK.id))
    ticket = await opened(world, attachment=PHOTO)
    assert (ticket.status, ticket.number) == (Status.OPEN, "LF-0001")
    await world.bind(DESK, Room.DESK)
    assert (await world.press(Verb.CLAIM, ticket.id, by=SUN, at=DESK)).text == "claimed_by_you"


async def test_a_ticket_whose_question_was_lost_can_still_be_dismissed(world: World) -> None:
    ticket = replace(await opened(world), inquiry_id=InquiryId(424242))
    await world.do(lambda uow: uow.tickets.put(ticket))
    assert (await world.press(Verb.DISMISS, ticket.id, by=WANG, at=DESK)).text == "dismissed"
