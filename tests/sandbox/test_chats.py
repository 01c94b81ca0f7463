"""getChat and what else concerns a chat as a whole."""

from __future__ import annotations

import pytest
from telegram import Bot, ChatPermissions
from telegram.error import BadRequest

from sandbox.demo import ADMIN, ALLIANCE, BOT, DESK, MUTUAL_AID
from sandbox.world import World
from tests.sandbox.conftest import Api, updates_of


async def test_python_telegram_bot_accepts_the_full_chat_info(bot: Bot, world: World) -> None:
    world.chats[DESK].username = "lf_desk"
    world.chats[DESK].description = "社工工作台"
    chat = await bot.get_chat(DESK)
    assert (chat.title, chat.description, chat.active_usernames) == (
        "灵峰社工工作台",
        "社工工作台",
        ("lf_desk",),
    )
    assert chat.permissions is not None
    assert chat.permissions.can_send_messages
    assert (await bot.get_chat(ALLIANCE)).is_forum
    person = await bot.get_chat(202)
    assert (person.type, person.first_name) == ("private", "林社工")


async def test_pins_are_shown_and_told(bot: Bot, world: World) -> None:
    sent = await bot.send_message(DESK, "值班表")
    await bot.pin_chat_message(DESK, sent.message_id)
    await bot.pin_chat_message(DESK, sent.message_id)
    pinned = (await bot.get_chat(DESK)).pinned_message
    assert pinned is not None
    assert pinned.message_id == sent.message_id
    [update] = updates_of(world)
    assert update["message"]["pinned_message"]["text"] == "值班表"
    await bot.unpin_chat_message(DESK)
    with pytest.raises(BadRequest, match="Message to unpin not found"):
        await bot.unpin_chat_message(DESK)
    await bot.pin_chat_message(DESK, sent.message_id)
    await bot.unpin_all_chat_messages(DESK)
    assert (await bot.get_chat(DESK)).pinned_message is None


async def test_pins_work_in_private_and_need_rights_in_groups(api: Api, world: World) -> None:
    sent = await api.ok("sendMessage", chat_id=ADMIN, text="x")
    assert await api.ok("pinChatMessage", chat_id=ADMIN, message_id=sent["message_id"])
    assert await api.ok("unpinChatMessage", chat_id=ADMIN, message_id=sent["message_id"])
    assert await api.ok("unpinAllChatMessages", chat_id=ADMIN)
    world.member(ADMIN, DESK, BOT, "demote")
    message = world.send(201, DESK, "x")
    refused = "Bad Request: not enough rights to manage pinned messages in the chat"
    assert await api.no("pinChatMessage", chat_id=DESK, message_id=message.id) == refused
    assert await api.no("unpinChatMessage", chat_id=DESK) == refused
    assert await api.no("unpinAllChatMessages", chat_id=DESK) == refused
    assert await api.no("pinChatMessage", chat_id=MUTUAL_AID, message_id=9) == (
        "Bad Request: message to pin not found"
    )


async def test_invite_links_are_made_anew(bot: Bot, world: World) -> None:
    first, second = await bot.export_chat_invite_link(DESK), await bot.export_chat_invite_link(DESK)
    assert first != second
    assert (await bot.get_chat(DESK)).invite_link == second
    link = await bot.create_chat_invite_link(DESK, name="新员工", member_limit=3)
    assert (link.name, link.member_limit, link.is_primary) == ("新员工", 3, False)
    with pytest.raises(BadRequest, match="Not enough rights to manage chat invite link"):
        await bot.export_chat_invite_link(101)


async def test_title_description_and_permissions_change(bot: Bot, world: World) -> None:
    await bot.set_chat_title(DESK, "社工工作台")
    await bot.set_chat_title(DESK, "社工工作台")
    assert [u["message"]["new_chat_title"] for u in updates_of(world)] == ["社工工作台"]
    with pytest.raises(BadRequest, match="Title must be non-empty"):
        await bot.set_chat_title(DESK, " ")
    await bot.set_chat_description(DESK, "值班")
    with pytest.raises(BadRequest, match="Chat description is not modified"):
        await bot.set_chat_description(DESK, "值班")
    await bot.set_chat_permissions(DESK, ChatPermissions(can_send_messages=True))
    permissions = (await bot.get_chat(DESK)).permissions
    assert permissions is not None
    assert (permissions.can_send_messages, permissions.can_send_photos) == (True, False)
    world.member(ADMIN, DESK, BOT, "demote")
    for call in (bot.set_chat_title(DESK, "x"), bot.set_chat_description(DESK, "x")):
        with pytest.raises(BadRequest, match="Not enough rights"):
            await call
