"""The private chat: the link that leads there, and the community of who was never seen in a group."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.handlers.places import GROUP, LI, UNKNOWN, ZHANG, private
from tests.handlers.station import LF, Station
from tests.handlers.stories import QUIET
from tickets.identity import UserId
from tickets.model import InquiryState

HIDDEN = "老板拖欠工资"


async def test_start_welcomes_and_makes_reachable(station: Station) -> None:
    await station.do(lambda uow: uow.people.set_reachable(UserId(101), reachable=False))
    await station.command("/start", to=private(ZHANG))
    assert await station.said() == ["welcome"]
    assert await station.do(lambda uow: uow.people.is_reachable(UserId(101)))


async def test_start_in_a_group_is_ignored(station: Station) -> None:
    await station.command("/start")
    assert await station.owed() == []


@pytest.mark.parametrize("payload", ["hello", "px", "p", "p①", "p" + "9" * 19])
async def test_a_link_that_was_never_ours_only_welcomes(station: Station, payload: str) -> None:
    await station.command(f"/start {payload}", to=private(ZHANG))
    assert await station.said() == ["welcome"]


async def test_the_link_carries_the_question_into_the_private_chat_once(station: Station) -> None:
    await station.say(HIDDEN)
    await station.wait(QUIET)
    (offered,) = await station.inquiries()
    assert offered.state is InquiryState.PRIVATE_OFFERED
    await station.command(f"/start p{offered.id}", to=private(ZHANG))
    moved = (await station.inquiries())[-1]
    assert (moved.chat_id, moved.private, moved.text) == (101, True, HIDDEN)
    await station.command(f"/start p{offered.id}", to=private(ZHANG))
    assert await station.said() == ["link_used"]


async def test_the_link_opens_for_nobody_else(station: Station) -> None:
    await station.say(HIDDEN)
    await station.wait(QUIET)
    (offered,) = await station.inquiries()
    await station.command(f"/start p{offered.id}", by=LI, to=private(LI))
    assert await station.said() == ["link_used"]
    assert len(await station.inquiries()) == 1


async def test_a_newcomers_community_is_that_of_the_group_they_belong_to(station: Station) -> None:
    station.telegram.seat(GROUP["id"], LI["id"], "restricted", is_member=True)
    await station.say(UNKNOWN, by=LI, to=private(LI))
    assert await station.do(lambda uow: list(uow.people.communities_of(UserId(LI["id"])))) == [LF]
    assert (await station.inquiry()).community == LF


async def test_the_messenger_is_asked_only_until_the_community_is_known(station: Station) -> None:
    station.telegram.seat(GROUP["id"], LI["id"])
    await station.say(UNKNOWN, by=LI, to=private(LI))
    asked = len(station.telegram.calls)
    await station.wait(timedelta(minutes=1))  # longer than an answer about a member is kept
    await station.say("还有一件事", by=LI, to=private(LI))
    assert asked > 0
    assert len(station.telegram.calls) == asked


async def test_who_belongs_to_no_group_is_told_where_to_ask(station: Station) -> None:
    await station.say(UNKNOWN, by=LI, to=private(LI))
    await station.wait(QUIET)
    assert await station.said() == ["no_community"]
    assert await station.tickets() == []


async def test_where_the_messenger_cannot_tell_nobody_belongs(station: Station) -> None:
    station.telegram.refusals["getChatMember"] = "Bad Request: chat not found"
    await station.say(UNKNOWN, by=LI, to=private(LI))
    assert (await station.inquiry()).community is None
