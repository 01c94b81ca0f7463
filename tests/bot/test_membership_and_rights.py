"""Who belongs where, and what the bot may do there, as the messenger says."""

from __future__ import annotations

from typing import Any

import pytest

from bot.journal import Journal
from bot.membership import Membership
from bot.request import Api
from bot.rights import Rights, missing_rights
from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID
from sandbox.world import World
from tests.bot.stage import Now
from tickets.conversation import Chat, ChatKind
from tickets.identity import ChatId, UserId
from tickets.model import Room

GROUP = ChatId(DESK)
WORKER, STRANGER = UserId(201), UserId(101)


@pytest.fixture
def membership(api: Api, now: Now, journal: Journal) -> Membership:
    return Membership(api=api, now=now, journal=journal)


async def test_members_and_admins_are_told_apart(membership: Membership) -> None:
    assert await membership.is_member(GROUP, WORKER)
    assert not await membership.is_admin(GROUP, WORKER)
    assert await membership.is_admin(GROUP, UserId(ADMIN))
    assert not await membership.is_member(GROUP, STRANGER)


async def test_an_answer_is_kept_for_half_a_minute(membership: Membership, world: World, now: Now) -> None:
    assert await membership.is_member(GROUP, WORKER)
    world.member(ADMIN, DESK, 201, "kick")
    now.move(29)
    assert await membership.is_member(GROUP, WORKER)
    now.move(1)
    assert not await membership.is_member(GROUP, WORKER)


async def test_who_is_known_to_have_changed_is_asked_about_anew(membership: Membership, world: World) -> None:
    assert await membership.is_member(GROUP, WORKER)
    world.member(ADMIN, DESK, 201, "kick")
    membership.forget(GROUP, WORKER)
    membership.forget(GROUP, WORKER)
    assert not await membership.is_member(GROUP, WORKER)


async def test_where_nobody_can_tell_nobody_belongs_and_it_is_asked_again(
    membership: Membership, world: World
) -> None:
    world.faults.add("http_5xx", "getChatMember")
    assert not await membership.is_member(GROUP, WORKER)
    assert await membership.is_member(GROUP, WORKER)


async def test_a_restricted_member_is_one_while_inside(
    membership: Membership, api: Api, world: World
) -> None:
    restricting = {"chat_id": DESK, "user_id": 201, "permissions": {"can_send_messages": False}}
    await api.call("restrictChatMember", restricting)
    assert await membership.is_member(GROUP, WORKER)


async def test_the_memory_is_bounded(membership: Membership, world: World) -> None:
    for number in range(5001):
        world.add_person(10_000 + number, "某人")
    for number in range(5001):
        await membership.is_member(GROUP, UserId(10_000 + number))
    assert len(membership._known) == 1


def chat(chat_id: int) -> Chat:
    return Chat(id=ChatId(chat_id), kind=ChatKind.GROUP)


async def test_an_administrator_of_the_demo_lacks_nothing(api: Api) -> None:
    rights = Rights(api=api, me=UserId(BOT), sees_all_messages=False)
    for chat_id, room in ((MUTUAL_AID, Room.MUTUAL_AID), (DESK, Room.DESK), (ALLIANCE, Room.ALLIANCE)):
        assert await rights.find_missing(chat(chat_id), room) == []


async def test_what_is_missing_is_named(api: Api, world: World) -> None:
    rights = Rights(api=api, me=UserId(BOT), sees_all_messages=False)
    world.member(ADMIN, ALLIANCE, BOT, "promote", rights=["can_manage_chat"])
    assert await rights.find_missing(chat(ALLIANCE), Room.ALLIANCE) == ["topics"]
    assert await rights.find_missing(chat(DESK), Room.ALLIANCE) == ["no_forum"]
    world.member(ADMIN, MUTUAL_AID, BOT, "demote")
    assert await rights.find_missing(chat(MUTUAL_AID), Room.MUTUAL_AID) == ["privacy"]
    world.member(ADMIN, MUTUAL_AID, BOT, "kick")
    assert await rights.find_missing(chat(MUTUAL_AID), None) == ["send"]


@pytest.mark.parametrize(
    ("member", "permissions", "sees_all", "missing"),
    [
        ({"status": "member"}, {}, True, ["admin"]),
        ({"status": "member"}, {"can_send_messages": False}, True, ["admin", "send"]),
        (
            {"status": "member"},
            {"can_send_messages": True, "can_send_photos": False},
            True,
            ["admin", "media"],
        ),
        ({"status": "restricted", "can_send_messages": False}, {}, False, ["privacy", "send"]),
        ({"status": "creator"}, {"can_send_messages": False}, False, []),
    ],
)
def test_plain_members_depend_on_what_the_group_allows(
    member: dict[str, Any], permissions: dict[str, Any], sees_all: bool, missing: list[str]
) -> None:
    assert missing_rights(member, permissions, Room.DESK, forum=False, sees_all=sees_all) == missing


def test_the_creator_of_a_forum_may_make_topics() -> None:
    assert missing_rights({"status": "creator"}, {}, Room.ALLIANCE, forum=True, sees_all=True) == []
