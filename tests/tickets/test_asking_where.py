"""Emergencies, private matters, and questions asked elsewhere than in a mutual-aid group."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storage import SqliteStore
from tests.tickets.people import (
    ALLIANCE,
    DESK,
    GROUP,
    LI,
    NOWHERE,
    PHOTO,
    VOICE,
    WANG,
    ZHANG,
    private_with,
    write,
)
from tests.tickets.stories import asked, carried
from tests.tickets.world import World, keys_of, kinds_of
from tickets.lifecycle import Status
from tickets.model import Finding, InquiryState, Room, TicketClass
from tickets.notices import NoticeKind
from tickets.policy import Policy

SECOND = timedelta(seconds=1)
PAUSE = Policy().quiet
MINUTE = timedelta(minutes=1)


async def test_an_emergency_is_answered_at_once_and_overseen(world: World) -> None:
    question = await world.say("仓库着火了！")
    inquiry = await carried(world, question)
    ticket = await world.the_ticket()
    assert (inquiry.finding, inquiry.kind) == (Finding.EMERGENCY, "fire")
    assert (ticket.status, ticket.ticket_class) == (Status.OPEN, TicketClass.A)
    assert kinds_of(await world.deliver(), DESK) == [NoticeKind.DESK_CARD]


async def test_an_emergency_shouted_in_several_messages_is_one_ticket(world: World) -> None:
    first = await world.say("三号仓库")
    alarm = await world.say("着火了！")
    await world.wait(2 * SECOND)
    await world.say("真的着火了，快来人")
    await world.say("", attachment=PHOTO)
    inquiry = await carried(world, alarm)
    assert inquiry.text == "着火了！\n三号仓库\n真的着火了，快来人"
    assert inquiry == await carried(world, first)
    assert (await world.the_ticket()).ticket_class is TicketClass.A
    told = await world.deliver()
    (photo,) = [each for each in told if each.kind is NoticeKind.RELAY]
    assert photo.chat_id == DESK.id


async def test_an_album_of_an_emergency_is_one_ticket_with_all_its_photos(world: World) -> None:
    alarm = await world.say("着火了", attachment=PHOTO, album_id="a")
    await world.say("", attachment=replace(PHOTO, file_id="photo-2"), album_id="a")
    assert len((await carried(world, alarm)).attachments) == 2
    await world.the_ticket()


async def test_a_private_matter_is_offered_a_private_talk(world: World) -> None:
    question = await world.say("老板拖欠工资怎么办")
    await world.wait(PAUSE)
    inquiry = await carried(world, question)
    assert (inquiry.state, inquiry.kind) == (InquiryState.PRIVATE_OFFERED, "wage")
    assert kinds_of(await world.deliver(), GROUP) == [NoticeKind.REPLY]
    assert await world.tickets() == []


async def test_in_private_a_private_matter_is_answered_or_goes_to_a_social_worker(world: World) -> None:
    await world.say("大家好")  # by this the person is known to belong to the community
    home = private_with(ZHANG)
    known = await world.say("工伤怎么认定", to=home)
    await world.wait(PAUSE)
    assert (await carried(world, known)).state is InquiryState.ANSWERED
    unknown = await world.say("老板拖欠工资怎么办", to=home)
    await world.wait(PAUSE)
    ticket = await world.the_ticket()
    assert (ticket.status, ticket.origin) == (Status.OPEN, unknown.key)
    assert (await carried(world, unknown)).kind == "wage"


async def test_without_a_peer_window_a_ticket_opens_at_once(store: SqliteStore) -> None:
    world = World(store, policy=Policy(peer_window=timedelta(0)))
    await world.bind_all()
    await world.say("园区班车几点发？")
    await world.wait(PAUSE)
    assert (await world.the_ticket()).number == "LF-0001"


async def test_without_a_quiet_time_nothing_waits_and_an_album_is_still_one_question(
    store: SqliteStore,
) -> None:
    world = World(store, policy=Policy(quiet=timedelta(0)))
    await world.bind_all()
    question = await world.say("班车几点发？", attachment=PHOTO, album_id="a")
    await world.say("", attachment=PHOTO, album_id="a")
    assert (await world.the_ticket()).status is Status.WAITING_PEERS
    assert len((await carried(world, question)).attachments) == 2


async def test_a_private_question_has_no_peers_to_wait_for(world: World) -> None:
    await world.say("大家好")
    await world.say("班车几点发", to=private_with(ZHANG))
    await world.wait(PAUSE)
    assert (await world.the_ticket()).status is Status.OPEN


async def test_who_was_never_seen_in_a_group_is_told_to_ask_in_one(world: World) -> None:
    question = await world.say("班车几点发", to=private_with(LI), by=LI)
    await world.wait(PAUSE)
    assert keys_of(await world.deliver()) == ["no_community"]
    assert (await carried(world, question)).state is InquiryState.SILENT
    assert await world.tickets() == []


async def test_the_banner_of_an_emergency_does_not_need_a_community(world: World) -> None:
    home = private_with(LI)
    await world.say("着火了", to=home, by=LI)
    assert kinds_of(await world.deliver(), home) == [NoticeKind.REPLY]
    photo = await world.say("", to=home, by=LI, attachment=PHOTO)
    assert len((await carried(world, photo)).parts) == 2
    assert await world.tickets() == []


async def test_a_question_at_the_desk_becomes_a_ticket_without_peers(world: World) -> None:
    await world.say("工作台怎么用", to=DESK, by=WANG, addressed=True)
    await world.wait(PAUSE)
    assert (await world.the_ticket()).status is Status.OPEN


async def test_in_the_alliance_the_bot_answers_what_it_knows_when_it_is_asked(world: World) -> None:
    await world.say("叉车怎么上牌", to=ALLIANCE, by=LI)
    assert await world.deliver() == []
    await world.say("叉车怎么上牌", to=ALLIANCE, by=LI, addressed=True)
    assert kinds_of(await world.deliver(), ALLIANCE) == [NoticeKind.REPLY]


async def test_a_lone_photo_for_the_bot_is_asked_for_words_and_belongs_to_them(world: World) -> None:
    await world.say("大家好")
    home = private_with(ZHANG)
    photo = await world.say("", to=home, attachment=PHOTO)
    await world.wait(PAUSE)
    assert keys_of(await world.deliver()) == ["please_type"]
    await world.wait(10 * SECOND)
    await world.say("这个标签怎么填", to=home)
    await world.wait(PAUSE)
    assert [part.key for part in (await carried(world, photo)).attachments] == [photo.key]
    assert NoticeKind.RELAY in kinds_of(await world.deliver(), DESK)


async def test_a_voice_message_for_the_bot_is_asked_for_words(world: World) -> None:
    await world.say("", attachment=VOICE, addressed=True)
    await world.wait(PAUSE)
    assert keys_of(await world.deliver()) == ["please_type"]


async def test_a_bare_mention_is_told_how_to_ask(world: World) -> None:
    await world.say("", addressed=True)
    await world.wait(PAUSE)
    assert keys_of(await world.deliver()) == ["how_to_ask"]


async def test_thanks_to_the_bot_want_no_answer(world: World) -> None:
    await world.say("谢谢", to=private_with(ZHANG))
    await world.wait(PAUSE)
    assert await world.deliver() == []


async def test_a_mention_in_chatter_is_left_alone_but_in_private_the_bot_says_how_to_ask(
    world: World,
) -> None:
    await world.say("哈哈你真聪明", addressed=True)
    await world.wait(PAUSE)
    assert await world.deliver() == []
    await world.say("哈哈你真聪明", to=private_with(ZHANG))
    await world.wait(PAUSE)
    assert keys_of(await world.deliver()) == ["how_to_ask"]


async def test_without_a_quiet_time_what_asks_nothing_is_not_even_kept(store: SqliteStore) -> None:
    world = World(store, policy=Policy(quiet=timedelta(0)))
    await world.bind_all()
    chatter = await world.say("哈哈你真聪明", to=private_with(ZHANG))
    assert keys_of(await world.deliver()) == ["how_to_ask"]
    assert await asked(world, chatter) is None


async def test_a_group_of_no_community_is_answered_too(world: World) -> None:
    await world.bind(NOWHERE, Room.MUTUAL_AID, None)
    await world.say("叉车怎么上牌", to=NOWHERE)
    assert kinds_of(await world.deliver(), NOWHERE) == [NoticeKind.REPLY]


async def test_a_message_without_a_time_zone_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="time zone"):
        write("叉车怎么上牌", at=datetime(2026, 11, 23, 9, 0))  # noqa: DTZ001 (that is the point)
