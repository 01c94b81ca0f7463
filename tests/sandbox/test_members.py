"""Members and administrators: who is who, what changes tell, and what bots may do to people."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import (
    Bot,
    ChatMemberAdministrator,
    ChatMemberLeft,
    ChatMemberOwner,
    ChatMemberRestricted,
    ChatPermissions,
)

from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID
from sandbox.world import World
from tests.sandbox.conftest import Api, updates_of


async def test_every_status_is_understood(bot: Bot, world: World) -> None:
    assert isinstance(await bot.get_chat_member(DESK, ADMIN), ChatMemberOwner)
    own = await bot.get_chat_member(ALLIANCE, BOT)
    assert isinstance(own, ChatMemberAdministrator)
    assert own.can_manage_topics
    assert (await bot.get_chat_member(DESK, 201)).status == "member"
    assert isinstance(await bot.get_chat_member(DESK, 101), ChatMemberLeft)
    assert await bot.restrict_chat_member(DESK, 201, ChatPermissions(can_send_messages=True))
    restricted = await bot.get_chat_member(DESK, 201)
    assert isinstance(restricted, ChatMemberRestricted)
    assert (restricted.can_send_messages, restricted.can_send_photos) == (True, False)
    assert await bot.restrict_chat_member(DESK, 201, ChatPermissions.all_permissions())
    assert (await bot.get_chat_member(DESK, 201)).status == "member"
    await bot.ban_chat_member(DESK, 202)
    assert (await bot.get_chat_member(DESK, 202)).status == "kicked"


async def test_administrators_and_numbers_are_counted(bot: Bot, world: World) -> None:
    other = world.add_bot(7_000_000_002, "2:x", "Other", "other_bot")
    world.member(ADMIN, DESK, other.id, "join")
    world.member(ADMIN, DESK, other.id, "promote")
    ids = {member.user.id for member in await bot.get_chat_administrators(DESK)}
    assert ids == {ADMIN, BOT}, "other bots are not listed"
    assert await bot.get_chat_member_count(DESK) == 5
    assert await bot.get_chat_member_count(101) == 2


async def test_private_chats_have_members_but_no_administrators(api: Api) -> None:
    assert (await api.ok("getChatMember", chat_id=101, user_id=101))["status"] == "member"
    assert (await api.ok("getChatMember", chat_id=101, user_id=102))["status"] == "left"
    assert await api.no("getChatAdministrators", chat_id=101) == (
        "Bad Request: there are no administrators in the private chat"
    )


@pytest.mark.parametrize(
    ("method", "params", "refusal"),
    [
        ("getChatMember", {"user_id": 0}, "invalid user_id specified"),
        ("getChatMember", {"user_id": 31337}, "user not found"),
        ("banChatMember", {"user_id": ADMIN}, "can't remove chat owner"),
        ("banChatMember", {"user_id": BOT}, "can't restrict self"),
        ("banChatMember", {"user_id": 201}, "user is an administrator of the chat"),
        ("promoteChatMember", {"user_id": ADMIN, "can_pin_messages": True}, "can't remove chat owner"),
        ("promoteChatMember", {"user_id": 301, "can_pin_messages": True}, "USER_NOT_PARTICIPANT"),
        (
            "setChatAdministratorCustomTitle",
            {"user_id": 202, "custom_title": "x"},
            "user is not an administrator",
        ),
        ("restrictChatMember", {"user_id": 202, "permissions": "[]"}, "object expected as permissions"),
    ],
)
async def test_what_cannot_be_done_to_members(
    api: Api, world: World, method: str, params: dict[str, Any], refusal: str
) -> None:
    world.member(ADMIN, DESK, 201, "promote")
    assert await api.no(method, chat_id=DESK, **params) == f"Bad Request: {refusal}"


async def test_rights_are_needed_to_restrict_and_promote(api: Api, world: World) -> None:
    world.member(ADMIN, DESK, BOT, "promote", ["can_manage_chat", "can_promote_members"])
    refused = "Bad Request: not enough rights to restrict/unrestrict chat member"
    assert await api.no("banChatMember", chat_id=DESK, user_id=201) == refused
    assert await api.no("unbanChatMember", chat_id=DESK, user_id=201) == refused
    assert await api.no("promoteChatMember", chat_id=DESK, user_id=201, can_delete_messages=True) == (
        "Bad Request: RIGHT_FORBIDDEN"
    )
    world.member(ADMIN, DESK, BOT, "demote")
    assert await api.no("promoteChatMember", chat_id=DESK, user_id=201) == (
        "Bad Request: not enough rights to promote/demote chat member"
    )


async def test_a_promoted_member_gets_title_and_rights_and_may_lose_them(bot: Bot, world: World) -> None:
    await bot.promote_chat_member(DESK, 201, can_pin_messages=True)
    await bot.set_chat_administrator_custom_title(DESK, 201, "值班社工")
    member = await bot.get_chat_member(DESK, 201)
    assert isinstance(member, ChatMemberAdministrator)
    assert (member.can_pin_messages, member.can_change_info, member.custom_title) == (True, False, "值班社工")
    await bot.promote_chat_member(DESK, 201)
    assert (await bot.get_chat_member(DESK, 201)).status == "member"


async def test_unbanning_lets_people_back_and_removes_those_who_are_in(api: Api, world: World) -> None:
    await api.ok("banChatMember", chat_id=DESK, user_id=201)
    await api.ok("unbanChatMember", chat_id=DESK, user_id=201)
    assert world.chats[DESK].member(201).status == "left"
    await api.ok("unbanChatMember", chat_id=DESK, user_id=202, only_if_banned=True)
    assert world.chats[DESK].member(202).is_in
    await api.ok("unbanChatMember", chat_id=DESK, user_id=202)
    assert not world.chats[DESK].member(202).is_in
    await api.ok("unbanChatMember", chat_id=DESK, user_id=101)


async def test_restrictions_exist_in_supergroups_only(api: Api, world: World) -> None:
    group = world.add_chat(-77, "小群", kind="group", creator=ADMIN, member_ids=[101], admin_ids=[BOT])
    assert await api.no("restrictChatMember", chat_id=group.id, user_id=101, permissions={}) == (
        "Bad Request: method is available only for supergroups"
    )


async def test_a_restricted_person_cannot_write(world: World, api: Api) -> None:
    await api.ok(
        "restrictChatMember", chat_id=MUTUAL_AID, user_id=101, permissions={"can_invite_users": True}
    )
    with pytest.raises(Exception, match="王敏 is restricted"):
        world.send(101, MUTUAL_AID, "x")
    with pytest.raises(Exception, match="李强 is not a member"):
        world.send(102, DESK, "x")


async def test_coming_and_going_is_told_to_everybody_concerned(api: Api, world: World) -> None:
    await api.updates(allowed_updates=["message", "chat_member", "my_chat_member"])
    world.member(ADMIN, DESK, 101, "join")
    world.member(101, DESK, 101, "leave")
    joined, service, left, farewell = updates_of(world)
    assert joined["chat_member"]["from"]["id"] == ADMIN
    assert joined["chat_member"]["old_chat_member"]["status"] == "left"
    assert joined["chat_member"]["new_chat_member"]["status"] == "member"
    assert [user["id"] for user in service["message"]["new_chat_members"]] == [101]
    assert left["chat_member"]["new_chat_member"]["status"] == "left"
    assert farewell["message"]["left_chat_member"]["id"] == 101


async def test_a_removed_bot_hears_of_its_removal_and_nothing_after(world: World) -> None:
    world.member(ADMIN, DESK, BOT, "kick")
    world.send(201, DESK, "它听不见了")
    mine, service = updates_of(world)
    assert mine["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert service["message"]["left_chat_member"]["id"] == BOT
    world.member(ADMIN, DESK, BOT, "join")
    assert updates_of(world)[2]["my_chat_member"]["new_chat_member"]["status"] == "member"


async def test_a_bot_can_leave(api: Api, world: World) -> None:
    assert await api.ok("leaveChat", chat_id=DESK)
    assert not world.chats[DESK].member(BOT).is_in
    assert await api.no("leaveChat", chat_id=101) == (
        "Bad Request: chat member status can't be changed in private chats"
    )


async def test_unknown_member_actions_are_refused(world: World) -> None:
    with pytest.raises(Exception, match="unknown action"):
        world.member(ADMIN, DESK, 101, "dance")
